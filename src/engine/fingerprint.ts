import { lineText, placeOf } from '../source/position.js';
import type { SourceFile } from '../source/source-file.js';
import type { ReportedFinding } from './report.js';

/**
 * 64 bits over UTF-16 code units, as 16 hex digits: two hashes of FNV's kind, each in whole 32-bit numbers, which costs
 * a tenth of 64-bit FNV where there are no 64-bit numbers. Not for secrets: it tells findings apart.
 */
function hash64(text: string): string {
  let low = 0x811c9dc5 | 0;
  let high = 0x9e3779b9 | 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return hex(mixed(high ^ (low >>> 15))) + hex(mixed(low ^ (high >>> 13)));
}

/** The high bits of a product know of all its factors' bits, the low ones do not: they are stirred in. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return once ^ (once >>> 15);
}

function hex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** What a fingerprint is made of. */
type Identified = Pick<ReportedFinding, 'ruleId' | 'messageId' | 'span'>;

/**
 * Says which findings of a file are equal, wherever they stand in it: rule, kind of message and the text of the line without blanks, as
 * 16 hex digits. A message may be reworded without harm.
 */
export class Contents {
  private last = { line: 0, hash: '' };

  constructor(private readonly source: SourceFile) {}

  of({ ruleId, messageId, span }: Identified): string {
    const { line } = placeOf(this.source, span.start);
    // Remembered: a line may be long and have many findings.
    if (line !== this.last.line) this.last = { line, hash: hash64(lineText(this.source, line).replace(/\s+/g, '')) };
    return hash64(`${ruleId}\n${messageId}\n${this.last.hash}`);
  }
}

/** Gives the findings of a file identities that survive edits elsewhere in it; the second of two equal ones counts up. */
export class Fingerprints {
  private readonly contents: Contents;
  private readonly seen = new Map<string, number>();

  constructor(source: SourceFile) {
    this.contents = new Contents(source);
  }

  next(finding: Identified): string {
    const content = this.contents.of(finding);
    const count = this.seen.get(content) ?? 0;
    this.seen.set(content, count + 1);
    return count === 0 ? content : hash64(`${content}\n${count}`);
  }
}
