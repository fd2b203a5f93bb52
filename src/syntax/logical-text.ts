import type { Span } from '../source/source-file.js';

/**
 * Text put together from pieces of a file: a logical line after its continuations are joined, a heredoc's script, the
 * inside of a quoted string. Every offset into `text` leads back to the place in the file it came from.
 */
export class LogicalText {
  private latest = 0;

  /** @param logicalStarts offset into `text` where each piece begins, ascending; the first is 0
   *  @param sourceStarts offset into the file where the same piece begins */
  constructor(
    readonly text: string,
    private readonly logicalStarts: readonly number[],
    private readonly sourceStarts: readonly number[],
  ) {}

  /** One contiguous piece of a file. */
  static of(text: string, sourceStart: number): LogicalText {
    return new LogicalText(text, [0], [sourceStart]);
  }

  /** The place in the file of the character at `offset`; `offset` may be the text's end. */
  sourceOffset(offset: number): number {
    const piece = this.logicalStarts.length === 1 ? 0 : this.pieceAt(offset);
    return (this.sourceStarts[piece] ?? 0) + offset - (this.logicalStarts[piece] ?? 0);
  }

  /**
   * The span in the file of `[start, end)` of this text. It reaches from the first character to just behind the last
   * one, so a word at the end of a line does not run on to the line after.
   */
  span(start: number, end: number): Span {
    const from = this.sourceOffset(start);
    if (end <= start) return { start: from, end: from };
    return { start: from, end: this.logicalStarts.length === 1 ? from + end - start : this.sourceOffset(end - 1) + 1 };
  }

  /** The part `[start, end)` of this text, still knowing where it came from. */
  slice(start: number, end: number = this.text.length): LogicalText {
    if (this.logicalStarts.length === 1) return LogicalText.of(this.text.slice(start, end), this.sourceOffset(start));
    const first = this.pieceAt(start);
    const logicalStarts = [0];
    const sourceStarts = [this.sourceOffset(start)];
    for (let i = first + 1; i < this.logicalStarts.length; i++) {
      const logicalStart = this.logicalStarts[i] ?? 0;
      if (logicalStart >= end) break;
      logicalStarts.push(logicalStart - start);
      sourceStarts.push(this.sourceStarts[i] ?? 0);
    }
    return new LogicalText(this.text.slice(start, end), logicalStarts, sourceStarts);
  }

  /** NOTE: words are asked about one after the other, so the piece of the last question is tried first. */
  private pieceAt(offset: number): number {
    const { latest } = this;
    if ((this.logicalStarts[latest] ?? 0) <= offset && offset < (this.logicalStarts[latest + 1] ?? Infinity)) return latest;
    let low = 0;
    let high = this.logicalStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.logicalStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    this.latest = low;
    return low;
  }
}

/** Collects pieces into a {@link LogicalText}; adjoining pieces that also adjoin in the file become one. */
export class LogicalTextBuilder {
  private readonly parts: string[] = [];
  private readonly logicalStarts: number[] = [];
  private readonly sourceStarts: number[] = [];
  private length = 0;
  private nextSource = -1;

  /** Appends `text`, which stands at `sourceStart` in the file, character for character. */
  add(text: string, sourceStart: number): void {
    if (text === '') return;
    if (sourceStart !== this.nextSource) {
      this.logicalStarts.push(this.length);
      this.sourceStarts.push(sourceStart);
    }
    this.parts.push(text);
    this.length += text.length;
    this.nextSource = sourceStart + text.length;
  }

  /** @param emptyAt where an empty text counts as standing */
  build(emptyAt: number): LogicalText {
    if (this.logicalStarts.length === 0) return LogicalText.of('', emptyAt);
    return new LogicalText(this.parts.join(''), this.logicalStarts, this.sourceStarts);
  }
}
