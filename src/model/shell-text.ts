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
}

/** Text of a file in which everything is known. */
export function shellText(text: LogicalText): ShellText {
  return { text, written: text.text, holes: [] };
}

/** The first hole that reaches into `[start, end)`. */
export function holeWithin(text: ShellText, start: number, end: number): Span | undefined {
  const { holes } = text;
  let low = 0;
  let high = holes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((holes[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const hole = holes[low];
  return hole !== undefined && hole.start < end ? hole : undefined;
}

/** Collects a {@link ShellText} piece by piece. */
export class ShellTextBuilder {
  private readonly places = new LogicalTextBuilder();
  private readonly written: string[] = [];
  private readonly holes: Span[] = [];
  private length = 0;

  /** Appends `[start, end)` of another text, holes included. */
  addFrom(source: ShellText, start: number, end: number): void {
    if (end <= start) return;
    if (source.holes.length > 0) {
      let at = start;
      for (let hole = holeWithin(source, at, end); hole !== undefined && at < end; hole = holeWithin(source, at, end)) {
        const from = Math.max(hole.start, start);
        const to = Math.min(hole.end, end);
        this.holes.push({ start: this.length + from - start, end: this.length + to - start });
        at = to;
      }
    }
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

  /** Appends a value that something at `span` stands for: the first character leads to its start, the last to its end. */
  addValue(value: string, span: Span): void {
    if (value === '') return;
    for (let i = 0; i < value.length - 1; i++) this.places.add(value.charAt(i), span.start);
    this.places.add(value.charAt(value.length - 1), value.length > 1 ? Math.max(span.start, span.end - 1) : span.start);
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
    return { text: this.places.build(emptyAt), written: this.written.join(''), holes: this.holes };
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
export const NO_TEXT: ShellText = { text: LogicalText.of('', 0), written: '', holes: [] };
