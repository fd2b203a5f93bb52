/** The fingerprint GitHub's code scanning knows a line by. */
import type { SourceFile } from '../engine/report.js';

const WINDOW = 100;
const TWO_32 = 2 ** 32;
const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const END_OF_FILE = 65535;

/**
 * The `primaryLocationLineHash` of every line, first line first. Lines end at `\n`, `\r\n` and a lone `\r` here, so
 * that behind a lone `\r` these lines are not those of `position.ts`.
 *
 * SPEC: github/codeql-action, src/fingerprints.ts (2026-06): a rolling hash modulo 2^64 with base 37 over the hundred
 * UTF-16 units from the start of the line, blanks left out. upload-sarif computes it from the file on disk, byte order
 * mark included, and warns about every result that says otherwise.
 */
export function lineHashes(source: SourceFile): readonly string[] {
  const text = source.hasByteOrderMark ? `\uFEFF${source.text}` : source.text;
  const hashes: string[] = [];
  const seen = new Map<string, number>();
  const units = new Uint16Array(WINDOW);
  const startsLine = new Uint8Array(WINDOW);
  let high = 0;
  let low = 0;
  let index = 0;
  let atLineStart = true;

  const flush = (): void => {
    if (startsLine[index] === 0) return;
    startsLine[index] = 0;
    const hash = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    hashes.push(`${hash}:${count}`);
  };
  // hash = hash * 37 + unit - leaving * 37^100, in two halves: every step stays below 2^53.
  const push = (unit: number): void => {
    const leaving = units[index] ?? 0;
    units[index] = unit;
    const lowSum = low * 37 + unit - leaving * LEAVING_LOW;
    const carry = Math.floor(lowSum / TWO_32);
    low = lowSum - carry * TWO_32;
    const highSum = high * 37 + carry - leaving * LEAVING_HIGH;
    high = highSum - Math.floor(highSum / TWO_32) * TWO_32;
    index = (index + 1) % WINDOW;
  };
  const read = (unit: number): void => {
    flush();
    if (atLineStart) startsLine[index] = 1;
    atLineStart = unit === LINE_FEED;
    push(unit);
  };

  let afterCarriageReturn = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isSecondHalf = afterCarriageReturn && unit === LINE_FEED;
    afterCarriageReturn = unit === CARRIAGE_RETURN;
    if (unit === SPACE || unit === TAB || isSecondHalf) continue;
    read(unit === CARRIAGE_RETURN ? LINE_FEED : unit);
  }
  read(END_OF_FILE);
  for (let i = 0; i < WINDOW; i++) {
    flush();
    push(0);
  }
  return hashes;
}

/** 37^100 modulo 2^64, in halves. */
const [LEAVING_HIGH, LEAVING_LOW] = ((): readonly [number, number] => {
  const power = BigInt.asUintN(64, 37n ** 100n);
  return [Number(power >> 32n), Number(power & 0xffffffffn)];
})();
