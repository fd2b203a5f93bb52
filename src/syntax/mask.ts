import type { Scan, ScannedLine } from './scan.js';

/**
 * A text with the same lines as the file in which dockerfile-ast cannot go wrong: every line is empty but those on which
 * an instruction begins, and these hold its keyword alone. What misleads it (`<<` in quotes, doubled escapes, prose that
 * looks like a directive, a lone carriage return) is gone, and so is all argument text, which it would tokenise nine times.
 */
export function maskedText(scan: Scan): string {
  const parts: string[] = [];
  let current = 1;
  for (const line of scan.lines) {
    parts.push('\n'.repeat(line.startLine - current), hasWholeKeyword(line) ? maskedKeyword(line) : '');
    current = line.startLine;
  }
  return parts.join('');
}

/** Whether the keyword stands on one line; `RU\⏎N` does not, and is left to the scanner alone. */
export function hasWholeKeyword({ logical }: ScannedLine): boolean {
  const { length } = keywordOf(logical.text);
  return length > 0 && logical.sourceOffset(length - 1) - logical.sourceOffset(0) === length - 1;
}

/** What dockerfile-ast might take for a comment or an escape becomes a name it does not know. */
function maskedKeyword({ logical }: ScannedLine): string {
  const keyword = keywordOf(logical.text);
  return /^[A-Za-z]+$/.test(keyword) ? keyword : 'X';
}

function keywordOf(text: string): string {
  return /^[^\t\v\f\r ]*/.exec(text)?.[0] ?? '';
}
