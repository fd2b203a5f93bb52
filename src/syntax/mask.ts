import type { SourceFile } from '../source/source-file.js';
import type { Scan } from './scan.js';

/**
 * A text of the same length as the file in which dockerfile-ast cannot go wrong: every character is a blank but line
 * ends and the keywords of the logical lines the scanner found. What misleads it (`<<` in quotes, doubled escapes, prose
 * that looks like a directive) is gone, and so is all argument text, which it would tokenise nine times over.
 *
 * LIMIT: a keyword that is itself split over lines (`RU\⏎N`) is given whole on its first line when it fits there, else
 * left to the scanner alone.
 */
export function maskedText(source: SourceFile, scan: Scan): string {
  const { text } = source;
  const parts: string[] = [];
  let at = 0;
  for (const line of scan.lines) {
    const keyword = /^[^\t\v\f\r ]*/.exec(line.logical.text)?.[0] ?? '';
    const start = line.span.start;
    const end = start + keyword.length;
    if (keyword === '' || start < at || text.slice(start, end) !== keyword) continue;
    parts.push(blank(text, at, start), /^[A-Za-z]+$/.test(keyword) ? keyword : 'X'.repeat(keyword.length));
    at = end;
  }
  parts.push(blank(text, at, text.length));
  return parts.join('');
}

/** Line feeds stay; a lone carriage return, which dockerfile-ast takes for a line end, goes. */
function blank(text: string, start: number, end: number): string {
  let result = '';
  let from = start;
  for (let newline = text.indexOf('\n', start); newline >= 0 && newline < end; newline = text.indexOf('\n', newline + 1)) {
    result += `${' '.repeat(newline - from)}\n`;
    from = newline + 1;
  }
  return result + ' '.repeat(end - from);
}
