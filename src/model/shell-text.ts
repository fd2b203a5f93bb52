/**
 * Text that a shell parses, put together from a Dockerfile: a joined line, a heredoc's body, the inside of a quoted
 * word that another shell receives. It knows where every character came from and which of them nobody can know.
 */
import type { Span } from '../source/source-file.js';
import { LogicalText, LogicalTextBuilder } from '../syntax/logical-text.js';

/** Text for the shell parser with its places in the file. */
export interface ShellText {
  /** What the parser reads; {@link holes} are filled with underscores there. */
  readonly text: LogicalText;
  /** Of the same length, holes as they are written: for showing to people. */
  readonly written: string;
  /** Ranges of `text` that an outer shell fills with something unknown, ascending: `$X` in `sh -c "echo $X"`. */
  readonly holes: readonly Span[];
  /** What an outer shell has filled in, ascending: the value's range in `text`, and the place of the `$X` it is from. */
  readonly values: readonly FilledIn[];
}

interface FilledIn extends Span {
  readonly from: Span;
}

/** Text of a file in which everything is known. */
export function shellText(text: LogicalText): ShellText {
  return { text, written: text.text, holes: [], values: [] };
}

/**
 * The place in the file of `[start, end)`. The parser sometimes puts the end of an unterminated heredoc word one behind
 * the text; that is cut off.
 */
export function spanOf({ text, values }: ShellText, start: number, wantedEnd: number): Span {
  const end = Math.min(wantedEnd, text.text.length);
  const span = text.span(start, end);
  if (values.length === 0) return span;
  const first = firstWithin(values, start, start + 1);
  const last = firstWithin(values, end - 1, end);
  return { start: first?.from.start ?? span.start, end: last?.from.end ?? span.end };
}

/** The first hole that reaches into `[start, end)`. */
export function holeWithin({ holes }: ShellText, start: number, end: number): Span | undefined {
  return holes.length === 0 ? undefined : firstWithin(holes, start, end);
}

function firstWithin<Range extends Span>(ranges: readonly Range[], start: number, end: number): Range | undefined {
  const range = ranges[indexWithin(ranges, start)];
  return range !== undefined && range.start < end ? range : undefined;
}

/** Index of the first range that ends behind `start`. */
function indexWithin(ranges: readonly Span[], start: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Collects a {@link ShellText} piece by piece. */
export class ShellTextBuilder {
  private readonly places = new LogicalTextBuilder();
  private readonly written: string[] = [];
  private readonly holes: Span[] = [];
  private readonly values: FilledIn[] = [];
  private length = 0;

  /** Appends `[start, end)` of another text, holes included. */
  addFrom(source: ShellText, start: number, end: number): void {
    if (end <= start) return;
    const shift = this.length - start;
    this.holes.push(...shifted(source.holes, start, end, shift));
    this.values.push(...shifted(source.values, start, end, shift));
    this.addPlaces(source.text, start, end);
    this.written.push(source.written.slice(start, end));
    this.length += end - start;
  }

  /** Appends text that stands at `sourceStart` in the file, character for character. */
  addSource(text: string, sourceStart: number): void {
    this.places.add(text, sourceStart);
    this.written.push(text);
    this.length += text.length;
  }

  /** Appends a value that stands for what is written at `from`. */
  addValue(value: string, from: Span): void {
    if (value === '') return;
    this.values.push({ start: this.length, end: this.length + value.length, from });
    for (let i = 0; i < value.length; i++) this.places.add(value.charAt(i), from.start);
    this.written.push(value);
    this.length += value.length;
  }

  /** Appends `[start, end)` of another text as something unknown. */
  addHole(source: ShellText, start: number, end: number): void {
    if (end <= start) return;
    this.holes.push({ start: this.length, end: this.length + end - start });
    const first = source.text.sourceOffset(start);
    for (let i = start; i < end; i++) this.places.add('_', i === start ? first : source.text.sourceOffset(i));
    this.written.push(source.written.slice(start, end));
    this.length += end - start;
  }

  /** @param emptyAt where an empty text counts as standing */
  build(emptyAt: number): ShellText {
    return { text: this.places.build(emptyAt), written: this.written.join(''), holes: this.holes, values: this.values };
  }

  /** A stretch whose ends are as far apart in the file as in the text is one piece; others are halved until they are. */
  private addPlaces(text: LogicalText, start: number, end: number): void {
    const first = text.sourceOffset(start);
    if (end - start === 1 || text.sourceOffset(end - 1) - first === end - 1 - start) {
      this.places.add(text.text.slice(start, end), first);
      return;
    }
    const middle = (start + end) >> 1;
    this.addPlaces(text, start, middle);
    this.addPlaces(text, middle, end);
  }
}

/** Nothing, nowhere. */
export const NO_TEXT: ShellText = { text: LogicalText.of('', 0), written: '', holes: [], values: [] };

/** The ranges that reach into `[start, end)`, cut to it and moved. */
function shifted<Range extends Span>(ranges: readonly Range[], start: number, end: number, shift: number): Range[] {
  const found: Range[] = [];
  for (let i = indexWithin(ranges, start); i < ranges.length; i++) {
    const range = ranges[i];
    if (range === undefined || range.start >= end) break;
    found.push({ ...range, start: Math.max(range.start, start) + shift, end: Math.min(range.end, end) + shift });
  }
  return found;
}
