/**
 * The only place where offsets become lines and columns, and back. Lines and columns are 1-based and a line ends at
 * `\n` alone, as BuildKit reads it; a `\r` before it belongs to the line end, never to the line.
 */
import type { SourceFile, Span } from './source-file.js';

/**
 * What a column counts. `utf16` is what JavaScript, editors and SARIF count, `utf8` is what Vim and rdjson count,
 * `code-point` is what people and GitHub call characters. A byte order mark counts in none of them.
 *
 * LIMIT: where a file is not UTF-8, each bad byte sequence counts as U+FFFD, three bytes, whatever its length was.
 */
export type ColumnUnit = 'utf16' | 'utf8' | 'code-point';

/** A place as people name it: both 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** `path:line:column`, as editors and terminals make a link of it; of a file as a whole its path. */
export function placeName(path: string, place: Place | undefined): string {
  return place === undefined ? path : `${path}:${place.line}:${place.column}`;
}

/** A span as people name it: 1-based; `endColumn` is that of the first character behind the span. */
export interface Range extends Place {
  readonly endLine: number;
  readonly endColumn: number;
}

/** How many columns a tab takes where plimsoll shows source text, whatever column it stands in. */
export const TAB_WIDTH = 4;

/** A part of a text that a terminal draws in one piece, with the columns it takes: 0, 1, 2, or {@link TAB_WIDTH}. */
export interface Cell {
  readonly text: string;
  readonly width: number;
}

interface LineIndex {
  /** Offset of the first character of each line. */
  readonly starts: readonly number[];
  /** Nothing above U+007F: every unit counts the same, so that no line needs to be read. */
  readonly isAscii: boolean;
}

const indexes = new WeakMap<SourceFile, LineIndex>();

/** How many lines there are; the empty line behind a final line end counts, and an empty file has one line. */
export function lineCount(source: SourceFile): number {
  return indexOf(source).starts.length;
}

/** The offsets of a line without its line end. A line before the first or behind the last is taken as that one. */
export function lineSpan(source: SourceFile, line: number): Span {
  const { starts } = indexOf(source);
  const at = Math.min(Math.max(line, 1), starts.length) - 1;
  const start = starts[at] ?? 0;
  const next = starts[at + 1];
  if (next === undefined) return { start, end: source.text.length };
  const end = next - 1;
  return { start, end: end > start && source.text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end };
}

/** The text of a line without its line end; lines are clamped as in {@link lineSpan}. */
export function lineText(source: SourceFile, line: number): string {
  const { start, end } = lineSpan(source, line);
  return source.text.slice(start, end);
}

/**
 * Where an offset is. An offset outside the text is clamped into it, one inside a line end is taken as the end of the
 * line before it, and one inside a surrogate pair counts as before the pair unless the unit is `utf16`.
 */
export function placeOf(source: SourceFile, offset: number, unit: ColumnUnit = 'utf16'): Place {
  const { starts, isAscii } = indexOf(source);
  const clamped = Math.min(Math.max(offset, 0), source.text.length);
  const line = lastAtOrBefore(starts, clamped) + 1;
  const { start, end } = lineSpan(source, line);
  const at = Math.min(clamped, end);
  const counted = unit === 'utf16' || isAscii ? at - start : countUnits(source.text, start, at, unit);
  return { line, column: counted + 1 };
}

/**
 * Where a span is. Line ends at the end of the span are left out, so that a span over one whole line with its `\n`
 * ends on that line, and a file with CRLF gives the same range as its twin with LF.
 */
export function rangeOf(source: SourceFile, span: Span, unit: ColumnUnit = 'utf16'): Range {
  let { end } = span;
  while (end > span.start && isLineEnd(source.text.charCodeAt(end - 1))) end--;
  const from = placeOf(source, span.start, unit);
  // NOTE: a span of nothing but line ends starts at the end of a line and is left without length there.
  const to = end > span.start ? placeOf(source, end, unit) : from;
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** The offset of a place. Lines and columns outside the file or the line are clamped; half a character is rounded down. */
export function offsetAt(source: SourceFile, place: Place, unit: ColumnUnit = 'utf16'): number {
  const { starts, isAscii } = indexOf(source);
  if (place.line < 1) return 0;
  if (place.line > starts.length) return source.text.length;
  const { start, end } = lineSpan(source, place.line);
  const wanted = Math.max(place.column - 1, 0);
  if (unit === 'utf16' || isAscii) return Math.min(start + wanted, end);
  let counted = 0;
  let at = start;
  while (at < end) {
    const size = isPairAt(source.text, at, end) ? 2 : 1;
    counted += unitsAt(source.text, at, size, unit);
    if (counted > wanted) break;
    at += size;
  }
  return at;
}

/** The columns a text takes in a terminal. Control characters count one, as plimsoll shows a picture of each. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const cell of cellsOf(text)) width += cell.width;
  return width;
}

/**
 * Splits a text into what a terminal draws in one piece: a letter with its accents, an emoji with its modifiers.
 *
 * LIMIT: terminals disagree on emoji joined by U+200D (👩‍🔬: two columns here, four in older ones).
 */
export function* cellsOf(text: string): Generator<Cell> {
  if (PRINTABLE_ASCII.test(text)) {
    for (const character of text) yield { text: character, width: 1 };
    return;
  }
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield { text: segment, width: cellWidth(segment) };
}

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const NOT_ASCII = /[^\0-\x7f]/;

/** Made when a text first needs it: it costs more than linting a file. */
let segmenter: Intl.Segmenter | undefined;

function indexOf(source: SourceFile): LineIndex {
  let index = indexes.get(source);
  if (index === undefined) {
    const starts = [0];
    for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
    index = { starts, isAscii: !NOT_ASCII.test(source.text) };
    indexes.set(source, index);
  }
  return index;
}

/** The position in a sorted list of the last number that is not above `wanted`. The list begins with 0. */
function lastAtOrBefore(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}

function countUnits(text: string, start: number, end: number, unit: ColumnUnit): number {
  let counted = 0;
  let at = start;
  while (at < end) {
    const isPair = isPairAt(text, at, text.length);
    if (isPair && at + 1 === end) break;
    counted += unitsAt(text, at, isPair ? 2 : 1, unit);
    at += isPair ? 2 : 1;
  }
  return counted;
}

/** How much the character at an offset counts; `size` is its length in UTF-16. */
function unitsAt(text: string, at: number, size: 1 | 2, unit: ColumnUnit): number {
  if (unit === 'utf16') return size;
  if (unit === 'code-point') return 1;
  if (size === 2) return 4;
  const code = text.charCodeAt(at);
  return code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

function isPairAt(text: string, at: number, end: number): boolean {
  if (at + 1 >= end || (text.charCodeAt(at) & 0xfc00) !== 0xd800) return false;
  return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

function cellWidth(segment: string): number {
  if (segment === '\t') return TAB_WIDTH;
  // NOTE: written here and not beside the other constants, they are read only when a character beyond ASCII asks for them.
  // Drawn as a picture by default, or asked to be by U+FE0F.
  if (/\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|^[#*0-9]\uFE0F?\u20E3/u.test(segment)) return 2;
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(segment)) return 0;
  return isWide(segment.codePointAt(0) ?? 0) ? 2 : 1;
}

function isWide(codePoint: number): boolean {
  if (codePoint < 0x1100) return false;
  return WIDE.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/**
 * Characters that take two columns and are no emoji: the W and F of Unicode's EastAsianWidth.txt (15.1, 2023), in runs
 * that swallow the unassigned places between. What that table calls ambiguous is narrow.
 */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f], // Hangul Jamo
  [0x2329, 0x232a], // angle brackets
  [0x2e80, 0x303e], // CJK radicals, punctuation
  [0x3041, 0x3247], // kana, Bopomofo, Hangul compatibility
  [0x3250, 0x4dbf], // CJK, extension A
  [0x4e00, 0xa4cf], // CJK, Yi
  [0xa960, 0xa97f], // Hangul Jamo extended A
  [0xac00, 0xd7a3], // Hangul syllables
  [0xf900, 0xfaff], // CJK compatibility
  [0xfe10, 0xfe19], // vertical forms
  [0xfe30, 0xfe6f], // CJK compatibility forms, small forms
  [0xff01, 0xff60], // full-width forms
  [0xffe0, 0xffe6], // full-width signs
  [0x16fe0, 0x18d7f], // Tangut, Khitan
  [0x1aff0, 0x1b2ff], // kana supplements, Nushu
  [0x1f200, 0x1f265], // squared CJK
  [0x20000, 0x3fffd], // CJK extensions B and above
];
