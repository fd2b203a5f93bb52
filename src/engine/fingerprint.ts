/**
 * 64 bits over UTF-16 code units, as 16 hex digits: two hashes of FNV's kind, each in whole 32-bit numbers, which costs
 * a tenth of 64-bit FNV where there are no 64-bit numbers. Not for secrets: it tells findings apart.
 */
export function hash64(text: string): string {
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

/**
 * Gives findings identities that survive edits elsewhere in the file: rule, kind of message and the text of the
 * finding's line without blanks; the second of two equal ones counts up. A message may be reworded without harm.
 */
export class Fingerprints {
  private readonly seen = new Map<string, number>();

  next(ruleId: string, messageId: string, lineText: string): string {
    const key = `${ruleId}\n${messageId}\n${lineText.replace(/\s+/g, '')}`;
    const count = this.seen.get(key) ?? 0;
    this.seen.set(key, count + 1);
    return hash64(count === 0 ? key : `${key}\n${count}`);
  }
}
