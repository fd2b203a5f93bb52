/** One line of the source with the place of its caret, cut to the width of the page. */
import type { FileReport, Span } from '../engine/report.js';
import { type Cell, cellsOf, lineSpan, rangeOf, TAB_WIDTH } from '../source/position.js';
import { harmless, maskedText } from './masking.js';

/** What to draw. Columns are those of a terminal, 0-based, from the first character of `text`. */
export interface Excerpt {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
  readonly caretColumn: number;
  /** At least 1, also for a span without length. */
  readonly caretWidth: number;
  /** How many lines the span goes on for behind this one. */
  readonly moreLines: number;
}

/** The first line of a span. `width` is what `text` and caret may take, in columns of a terminal. */
export function excerptOf(file: FileReport, span: Span, width: number, unicode: boolean): Excerpt {
  const range = rangeOf(file.source, span);
  const line = lineSpan(file.source, range.line);
  const start = Math.min(span.start, line.end);
  const end = Math.max(Math.min(span.end, line.end), start);
  const cut = window(file, line, { start, end }, width, unicode);
  return { line: range.line, ...cut, moreLines: range.endLine - range.line };
}

interface PlacedCell extends Cell {
  readonly column: number;
}

function window(file: FileReport, line: Span, span: Span, width: number, unicode: boolean): Omit<Excerpt, 'line' | 'moreLines'> {
  // NOTE: a line may have a million characters; what is far from the span is never looked at.
  const reach = 4 * width + 64;
  const from = beforePair(file.source.text, Math.max(line.start, span.start - reach));
  const to = beforePair(file.source.text, Math.min(line.end, span.start + reach));

  const cells: PlacedCell[] = [];
  let caretColumn: number | undefined;
  let caretEnd = 0;
  let column = 0;
  let offset = from;
  for (const cell of cellsOf(harmless(maskedText(file, from, to), unicode))) {
    const next = offset + cell.text.length;
    if (next > span.start) {
      caretColumn ??= column;
      if (offset < span.end) caretEnd = column + cell.width;
    }
    cells.push({ text: cell.text === '\t' ? ' '.repeat(TAB_WIDTH) : cell.text, width: cell.width, column });
    column += cell.width;
    offset = next;
  }
  const total = column;
  caretColumn ??= total;
  caretEnd = Math.max(caretEnd, caretColumn + 1);

  const cutBefore = from > line.start;
  const cutBehind = to < line.end;
  if (!cutBefore && !cutBehind && Math.max(total, caretEnd) <= width) {
    return {
      text: cells
        .map((cell) => cell.text)
        .join('')
        .trimEnd(),
      caretColumn,
      caretWidth: caretEnd - caretColumn,
    };
  }

  const ellipsis = unicode ? '…' : '...';
  let first = 0;
  if (cutBefore || caretEnd + ellipsis.length > width) {
    const wanted = Math.max(caretColumn - Math.floor(width / 4), caretEnd + 2 * ellipsis.length - width);
    const lastUseful = Math.max(total, caretEnd) - (width - ellipsis.length) + (cutBehind ? ellipsis.length : 0);
    // The caret's beginning is what must be seen; of a span wider than the page the end is given up.
    first = Math.max(0, Math.min(wanted, lastUseful, caretColumn - Math.min(8, Math.floor(width / 4))));
  }
  let firstCell = cells.findIndex((cell) => cell.column >= first);
  if (firstCell === -1) firstCell = cells.length;
  const left = firstCell > 0 || cutBefore ? ellipsis : '';
  const base = cells[firstCell]?.column ?? total;

  let room = width - left.length;
  const fitsToEnd = !cutBehind && Math.max(total, caretEnd) - base <= room;
  if (!fitsToEnd) room -= ellipsis.length;
  const shown: string[] = [];
  let shownEnd = base;
  for (const cell of cells.slice(firstCell)) {
    if (cell.column + cell.width - base > room) break;
    shown.push(cell.text);
    shownEnd = cell.column + cell.width;
  }
  const caretAt = left.length + Math.max(caretColumn - base, 0);
  const text = left + shown.join('') + (fitsToEnd ? '' : ellipsis);
  const visibleCaretEnd = left.length + (fitsToEnd ? caretEnd : Math.min(caretEnd, shownEnd)) - base;
  return { text: text.trimEnd(), caretColumn: caretAt, caretWidth: Math.max(visibleCaretEnd - caretAt, 1) };
}

/** The offset itself, or the one before where it would part a surrogate pair. */
function beforePair(text: string, offset: number): number {
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00 && offset > 0 ? offset - 1 : offset;
}
