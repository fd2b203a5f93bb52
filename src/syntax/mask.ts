import type { Scan, ScannedLine } from './scan.js';

/**
 * A text with the same lines as the file in which dockerfile-ast cannot go wrong: every line is empty but those on which
 * an instruction begins. What misleads it (`<<` in quotes, doubled escapes, prose that looks like a directive, a lone
 * carriage return) is gone, and so is all argument text, which it would tokenise nine times. Keywords are one name it does
 * not know: for those it knows it looks for arguments at once, which took 6 % of a large run (`npm run bench`).
 */
export function maskedText(scan: Scan): string {
  const parts: string[] = [];
  let current = 1;
  for (const line of scan.lines) {
    parts.push('\n'.repeat(line.startLine - current), hasWholeKeyword(line) ? 'X' : '');
    current = line.startLine;
  }
  return parts.join('');
}

/** Whether the keyword stands on one line; `RU\⏎N` does not, and is left to the scanner alone. */
export function hasWholeKeyword({ logical }: ScannedLine): boolean {
  const blank = logical.text.search(/[\t\v\f\r ]/);
  const length = blank < 0 ? logical.text.length : blank;
  return length > 0 && logical.sourceOffset(length - 1) - logical.sourceOffset(0) === length - 1;
}
