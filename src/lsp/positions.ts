/**
 * Places as the client counts them: lines and characters from 0, in the unit that was agreed on. The counting itself is done in
 * `source/position.ts`.
 *
 * LIMIT: to the protocol a `\r` alone ends a line, to Docker and to plimsoll it does not.
 */
import { type ColumnUnit, offsetAt, type Place, placeOf, rangeOf } from '../source/position.js';
import type { SourceFile, Span } from '../source/source-file.js';
import type { Position, Range } from './protocol.js';

/** What `positionEncodings` of the protocol count. */
const UNITS: Readonly<Record<string, ColumnUnit>> = { 'utf-8': 'utf8', 'utf-16': 'utf16', 'utf-32': 'code-point' };

/** What a byte order mark counts where the client left it in the text. */
const BYTE_ORDER_MARK: Readonly<Record<ColumnUnit, number>> = { utf8: 3, utf16: 1, 'code-point': 1 };

/** Turns places of one client into offsets, and back. */
export class Positions {
  /** The name of the encoding, as the server answers it. */
  readonly encoding: string;
  private readonly unit: ColumnUnit;

  /** @param offered what the client understands, best first. SPEC: one that says nothing counts in UTF-16 (LSP 3.17, 2022). */
  constructor(offered: readonly string[] | undefined) {
    this.encoding = offered?.find((name) => UNITS[name] !== undefined) ?? 'utf-16';
    this.unit = UNITS[this.encoding] ?? 'utf16';
  }

  /** What a finding points at, without the line ends behind it. */
  rangeOf(source: SourceFile, span: Span): Range {
    const { line, column, endLine, endColumn } = rangeOf(source, span, this.unit);
    return { start: this.position(source, { line, column }), end: this.position(source, { line: endLine, column: endColumn }) };
  }

  /** What an edit replaces, line ends and all. */
  editedRange(source: SourceFile, { start, end }: Span): Range {
    return { start: this.position(source, placeOf(source, start, this.unit)), end: this.position(source, placeOf(source, end, this.unit)) };
  }

  /** A place behind the end of its line is the end of the line, one behind the last line the end of the text. */
  offsetAt(source: SourceFile, { line, character }: Position): number {
    return offsetAt(source, { line: line + 1, column: character + 1 - this.shift(source, line) }, this.unit);
  }

  /** The offsets of a range that a client names. */
  spanOf(source: SourceFile, { start, end }: Range): Span {
    return { start: this.offsetAt(source, start), end: this.offsetAt(source, end) };
  }

  private position(source: SourceFile, { line, column }: Place): Position {
    return { line: line - 1, character: column - 1 + this.shift(source, line - 1) };
  }

  private shift(source: SourceFile, line: number): number {
    return source.hasByteOrderMark && line === 0 ? BYTE_ORDER_MARK[this.unit] : 0;
  }
}
