/**
 * 64 bits of FNV-1a over UTF-16 code units, as 16 hex digits. Not for secrets: it tells findings apart, and costs no
 * module to load.
 */
export function hash64(text: string): string {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  for (let i = 0; i < text.length; i++) {
    low ^= text.charCodeAt(i);
    // The prime is 2^40 + 0x1b3: multiply in halves of 32 bits.
    const product = (low >>> 0) * 0x1b3;
    high = Math.imul(high, 0x1b3) + Math.imul(low, 0x100) + Math.floor(product / 0x1_0000_0000);
    low = product >>> 0;
  }
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}

/**
 * Gives findings identities that survive edits elsewhere in the file: rule, message and the text of the finding's line
 * without blanks; the second of two equal ones counts up.
 */
export class Fingerprints {
  private readonly seen = new Map<string, number>();

  next(ruleId: string, message: string, lineText: string): string {
    const key = `${ruleId}\n${message}\n${lineText.replace(/\s+/g, '')}`;
    const count = this.seen.get(key) ?? 0;
    this.seen.set(key, count + 1);
    return hash64(count === 0 ? key : `${key}\n${count}`);
  }
}
