/**
 * Character classes as Go has them. JavaScript's `\s` and `trim()` differ: they take U+FEFF, which Docker does not.
 */

/**
 * Go's `unicode.IsSpace`. SPEC: a byte order mark is no blank: one at the very start of a file is taken off when it is decoded, any
 * other is part of the word it stands in.
 */
export function isGoSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** What Go's `strconv.ParseBool` reads. */
export function isGoBoolean(text: string): boolean {
  return /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text);
}

/** What separates an instruction's keyword and words: `[\t\v\f\r ]`, no newline, nothing beyond ASCII. */
export function isWordBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c || code === 0x0d;
}

/** The first offset in `[start, end)` that is no {@link isGoSpace}, or `end`. */
export function skipSpace(text: string, start: number, end: number = text.length): number {
  let i = start;
  while (i < end && isGoSpace(text.charCodeAt(i))) i++;
  return i;
}

/** Go's `TrimSpace`. */
export function trimSpace(text: string): string {
  const start = skipSpace(text, 0);
  return text.slice(start, trimEnd(text, start, text.length));
}

/** The offset behind the last character of `[start, end)` that is no {@link isGoSpace}. */
export function trimEnd(text: string, start: number, end: number): number {
  let i = end;
  while (i > start && isGoSpace(text.charCodeAt(i - 1))) i--;
  return i;
}

/** Go's `unicode.IsDigit`: decimal digits of any script. */
export function isDigit(char: string): boolean {
  return /^\p{Nd}/u.test(char);
}

/** Whether a character may stand in a variable's name: a Unicode letter or digit, or `_`. */
export function isNameCharacter(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 0x80) {
    return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
  }
  return /[\p{L}\p{Nd}]/u.test(char);
}
