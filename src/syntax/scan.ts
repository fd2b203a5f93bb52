/**
 * BuildKit's line rules (frontend/dockerfile/parser/parser.go, dockerfile/1.28): which physical lines make one logical
 * line, what is a comment, a directive, a heredoc's body. Errors are noted and reading goes on.
 */
import type { SourceFile, Span } from '../source/source-file.js';
import { isGoBoolean, isGoSpace, skipSpace } from './characters.js';
import { acceptsHeredocs } from './instruction.js';
import { type LogicalText, LogicalTextBuilder } from './logical-text.js';
import type { Directive, Heredoc, SyntaxProblem } from './tree.js';
import { rawWords, unquotedWord } from './variable.js';

/** A comment line; {@link ScannedLine} says where it belongs. */
export interface ScannedComment {
  readonly span: Span;
  readonly text: string;
}

/** A logical line: what becomes one instruction. */
export interface ScannedLine {
  readonly logical: LogicalText;
  /** From its first character to its last, heredoc bodies not included. */
  readonly span: Span;
  /** 1-based physical lines. SPEC: from the first, be it a lone escape character, to the last, heredoc bodies included. */
  readonly startLine: number;
  readonly endLine: number;
  /** 1-based physical lines of its continuation that are blank. */
  readonly blankLines: readonly number[];
  readonly heredocs: readonly Heredoc[];
  readonly commentsAbove: readonly ScannedComment[];
  readonly commentsInside: readonly ScannedComment[];
}

/** What the scanner finds in a file. */
export interface Scan {
  readonly escape: '\\' | '`';
  readonly directives: readonly Directive[];
  readonly lines: readonly ScannedLine[];
  /** Comments behind the last instruction. */
  readonly commentsAtEnd: readonly ScannedComment[];
  readonly problems: readonly SyntaxProblem[];
}

/** SPEC: bufio.MaxScanTokenSize; a physical line of this many bytes or more is refused. */
const MAX_LINE_BYTES = 65536;

/** SPEC: what stands behind the `#` and blanks: `name = value`. */
const DIRECTIVE = /^([a-zA-Z][a-zA-Z0-9]*)([\t\n\f\r ]*=[\t\n\f\r ]*)([^\n]+?)[\t\n\f\r ]*$/;
const NO_LINES: readonly number[] = [];

/** Applies the line rules to a whole file; never throws. */
export function scan(source: SourceFile): Scan {
  return new Scanner(source.text).run();
}

/** Offsets of a physical line: `end` excludes the line end, `next` is where the following line begins. */
interface PhysicalLine {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

class Scanner {
  private readonly lines: ScannedLine[] = [];
  private readonly directives: Directive[] = [];
  private readonly problems: SyntaxProblem[] = [];
  private comments: ScannedComment[] = [];
  private escape: '\\' | '`' = '\\';
  private inDirectives = true;
  private inCheckDirectives = true;
  private offset = 0;
  private lineNumber = 0;

  constructor(private readonly text: string) {}

  /**
   * SPEC: a line that is blank or begins with `#` behind blanks is no instruction's; a `#` anywhere else is text, and what a
   * comment ends in continues nothing.
   */
  run(): Scan {
    for (let line = this.nextLine(); line !== undefined; line = this.nextLine()) {
      const start = skipSpace(this.text, line.start, line.end);
      if (this.inDirectives && this.readDirective(line, start)) continue;
      if (start === line.end) continue;
      if (this.text[start] === '#') this.comments.push(this.comment(start, line.end));
      else this.readLogicalLine(line, start);
    }
    return {
      escape: this.escape,
      directives: this.directives,
      lines: this.lines,
      commentsAtEnd: this.comments,
      problems: this.problems,
    };
  }

  /** SPEC: a line ends at a line feed alone; carriage returns in front of it go, others are data. */
  private nextLine(): PhysicalLine | undefined {
    const start = this.offset;
    if (start >= this.text.length) return undefined;
    const newline = this.text.indexOf('\n', start);
    const next = newline < 0 ? this.text.length : newline + 1;
    let end = newline < 0 ? next : newline;
    if (end - start >= MAX_LINE_BYTES / 3 && Buffer.byteLength(this.text.slice(start, end)) >= MAX_LINE_BYTES) {
      this.problem('line-too-long', { start, end: Math.min(end, start + 80) });
    }
    while (end > start && this.text[end - 1] === '\r') end--;
    this.offset = next;
    return { number: ++this.lineNumber, start, end, next };
  }

  /**
   * SPEC: directives stand at the very top, in any order and case, indented or not, each once; the first line that is none ends
   * them, also a blank or ordinary comment. `escape` is a backslash or a backtick.
   */
  private readDirective(line: PhysicalLine, start: number): boolean {
    const nameStart = skipSpace(this.text, start + 1, line.end);
    const match = this.text[start] === '#' ? DIRECTIVE.exec(this.text.slice(nameStart, line.end)) : null;
    const [, written = '', equals = '', value = ''] = match ?? [];
    const name = written.toLowerCase();
    if (name !== 'syntax' && name !== 'escape' && name !== 'check') {
      this.inDirectives = false;
      return false;
    }
    const valueStart = nameStart + written.length + equals.length;
    const span = { start, end: line.end };
    const valueSpan = { start: valueStart, end: valueStart + value.length };
    if (this.directives.some((directive) => directive.name === name)) {
      this.problem('repeated-directive', span, { name });
      return true;
    }
    this.directives.push({ name, value, span, valueSpan });
    if (name === 'escape') {
      if (value === '\\' || value === '`') this.escape = value;
      else this.problem('escape-directive', valueSpan, { value });
    }
    // SPEC: to the reader of `check` alone, an indented directive ends the block.
    if (start > line.start) this.inCheckDirectives = false;
    if (name === 'check' && this.inCheckDirectives) this.checkDirective(value, valueSpan);
    return true;
  }

  /** SPEC: `skip=…;error=…;experimental=…` up to the first blank; anything else stops a build too. */
  private checkDirective(value: string, span: Span): void {
    const options = (value.split(' ', 1)[0] ?? '').split(';');
    for (const option of [...options.slice(0, 2), ...(options.length > 2 ? [options.slice(2).join(';')] : [])]) {
      const [key, setting] = option.split('=', 2).map((part) => part.trim());
      const isBoolean = isGoBoolean(setting ?? '');
      const good = setting !== undefined && (key === 'skip' || key === 'experimental' || (key === 'error' && isBoolean));
      if (!good) this.problem('check-directive', span, { option });
    }
  }

  /**
   * SPEC: only the first line loses the blanks it begins with. Blank lines and comments inside a continuation are left out, so
   * a comment as the last line joins the instruction behind it. An escape at the end of the file continues nothing.
   */
  private readLogicalLine(first: PhysicalLine, start: number): void {
    const builder = new LogicalTextBuilder();
    const commentsInside: ScannedComment[] = [];
    const blankLines: number[] = [];
    let end = this.addPhysicalLine(builder, start, first.end);
    let last = first;
    let spanEnd = first.end;
    while (end.continues) {
      const line = this.nextLine();
      if (line === undefined) break;
      last = line;
      const content = skipSpace(this.text, line.start, line.end);
      if (content === line.end) {
        blankLines.push(line.number);
        continue;
      }
      if (this.text[content] === '#') {
        commentsInside.push(this.comment(content, line.end));
        continue;
      }
      spanEnd = line.end;
      end = this.addPhysicalLine(builder, line.start, line.end);
    }
    const logical = builder.build(start);
    const heredocs = logical.text.includes('<<') ? this.readHeredocs(logical, { start, end: spanEnd }) : [];
    this.lines.push({
      logical,
      span: { start, end: spanEnd },
      startLine: first.number,
      endLine: heredocs.length > 0 ? this.lineNumber : last.number,
      blankLines: blankLines.length === 0 ? NO_LINES : blankLines,
      heredocs,
      commentsAbove: this.comments,
      commentsInside,
    });
    this.comments = [];
  }

  /**
   * SPEC: a line continues if it ends in one escape character, blanks behind it allowed; a doubled one does not
   * continue. The escape and the blanks go, nothing takes their place.
   */
  private addPhysicalLine(builder: LogicalTextBuilder, start: number, end: number): { continues: boolean } {
    let mark = end;
    while (mark > start && (this.text[mark - 1] === ' ' || this.text[mark - 1] === '\t')) mark--;
    const continues = mark > start && this.text[mark - 1] === this.escape && (mark - 1 === start || this.text[mark - 2] !== this.escape);
    builder.add(this.text.slice(start, continues ? mark - 1 : end), start);
    return { continues };
  }

  /** SPEC: several bodies follow each other; a line whose quotes or braces do not close opens none. */
  private readHeredocs(logical: LogicalText, span: Span): readonly Heredoc[] {
    if (!acceptsHeredocs(logical.text, this.escape)) return [];
    const heredocs: Heredoc[] = [];
    for (const word of rawWords(logical.text) ?? []) {
      const opening = readHeredocWord(word);
      if (opening !== undefined) heredocs.push(this.readHeredocBody(opening, span));
    }
    return heredocs;
  }

  /** SPEC: the body is raw, comments and backslashes too, up to a line that is the name and nothing else; `<<-` allows tabs before it. */
  private readHeredocBody(opening: HeredocWord, span: Span): Heredoc {
    const contentStart = this.offset;
    for (let line = this.nextLine(); line !== undefined; line = this.nextLine()) {
      let nameStart = line.start;
      if (opening.stripTabs) while (this.text[nameStart] === '\t') nameStart++;
      if (this.text.slice(nameStart, line.end) === opening.name) {
        return {
          ...opening,
          content: this.text.slice(contentStart, line.start),
          contentSpan: { start: contentStart, end: line.start },
          terminatorSpan: { start: line.start, end: line.end },
        };
      }
    }
    this.problem('unterminated-heredoc', span, { name: opening.name });
    const contentSpan = { start: contentStart, end: this.text.length };
    return { ...opening, content: this.text.slice(contentStart), contentSpan };
  }

  private comment(start: number, end: number): ScannedComment {
    let textStart = start + 1;
    while (textStart < end && isGoSpace(this.text.charCodeAt(textStart))) textStart++;
    return { span: { start, end }, text: this.text.slice(textStart, end).trimEnd() };
  }

  private problem(code: SyntaxProblem['code'], span: Span, data: Record<string, string> = {}): void {
    this.problems.push({ code, span, data });
  }
}

type HeredocWord = Pick<Heredoc, 'name' | 'fileDescriptor' | 'expand' | 'stripTabs'>;

/**
 * Reads `<<NAME`, `3<<-'NAME'` and the like; undefined when the word opens no heredoc. SPEC: the whole word must be that (`a<<B`
 * and `<<<B` are not); any quotation mark in the name keeps the body from being expanded.
 */
export function readHeredocWord(word: string): HeredocWord | undefined {
  const match = /^([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
  const rest = match?.[3] ?? '';
  const name = match === null ? undefined : unquotedWord(rest);
  if (match === null || name === undefined) return undefined;
  const quotes = (text: string): number => text.split(/['"]/).length - 1;
  return {
    name,
    fileDescriptor: match[1] === '' ? 0 : Number(match[1]),
    expand: quotes(name) === quotes(rest),
    stripTabs: match[2] === '-',
  };
}
