/** Edits of whole instructions: lines above and below one, and an instruction taken out. */
import type { Instruction, Span, SyntaxTree } from '../model/dockerfile.js';
import { endOf } from '../model/written-place.js';
import type { Edit } from '../rule.js';
import { mergedSpans } from '../source/spans.js';

/** Puts lines above an instruction and the comment lines that stand directly above it, indented as it is. */
export function linesAbove(tree: SyntaxTree, instruction: Instruction, lines: readonly string[]): Edit {
  const { text } = tree.source;
  let at = lineStart(text, instruction.span.start);
  for (const { span } of [...instruction.commentsAbove].reverse()) {
    const start = lineStart(text, span.start);
    if (lineEnd(text, span.end) !== at) break;
    at = start;
  }
  return { span: { start: at, end: at }, text: lines.map((line) => `${indentOf(tree, instruction)}${line}\n`).join('') };
}

/** {@link linesAbove}, and an empty line behind them where one sets the instruction apart from what stands above it. */
export function paragraphAbove(tree: SyntaxTree, instruction: Instruction, lines: readonly string[]): Edit {
  const edit = linesAbove(tree, instruction, lines);
  return isBlankBefore(tree.source.text, edit.span.start) ? { ...edit, text: `${edit.text}\n` } : edit;
}

/** Puts lines below an instruction and its heredocs, indented as it is; undefined where the file ends in the middle of it. */
export function linesBelow(tree: SyntaxTree, instruction: Instruction, lines: readonly string[]): Edit | undefined {
  return textBelow(tree, instruction, lines.map((line) => `${indentOf(tree, instruction)}${line}\n`).join(''));
}

/** @param added whole lines */
function textBelow(tree: SyntaxTree, instruction: Instruction, added: string): Edit | undefined {
  const { text } = tree.source;
  const at = lineEnd(text, endOf(instruction));
  // An escape character that nothing follows would continue with what is added.
  const isOpen = instruction.heredocs.at(-1)?.terminatorSpan === undefined && text.slice(0, at).trimEnd().endsWith(tree.escape);
  if (isOpen || instruction.heredocs.some(({ terminatorSpan }) => terminatorSpan === undefined)) return undefined;
  if (text.charAt(at - 1) === '\n') return { span: { start: at, end: at }, text: added };
  // A file without a last line end stays one.
  return { span: { start: at, end: at }, text: `\n${added.slice(0, -1)}` };
}

/**
 * Moves instructions below a later one, in their order, each with the comments directly above it; an empty line that set the first
 * apart does so again. Undefined where {@link linesBelow} is.
 *
 * @param instead lines in front of another instruction, which are to be there instead: where the last of those that move was, if
 *   nothing stands in between
 */
export function movedBelow(
  tree: SyntaxTree,
  instructions: readonly Instruction[],
  target: Instruction,
  instead: { readonly lines: readonly string[]; readonly inFrontOf: Instruction } = { lines: [], inFrontOf: target },
): readonly Edit[] | undefined {
  const { text } = tree.source;
  const blocks = mergedSpans(instructions.map((instruction) => blockOf(tree, instruction, instead.inFrontOf)));
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const isApart =
    isBlank(text, first.end) || (isBlankBefore(text, first.start) && text.slice(first.start, first.end).trimStart().startsWith('#'));
  const moved = blocks.map(({ start, end }) => text.slice(start, end).replaceAll('\r\n', '\n')).join('');
  const below = textBelow(tree, target, `${isApart ? '\n' : ''}${moved}`);
  if (below === undefined) return undefined;
  const { inFrontOf } = instead;
  const lines = instead.lines.map((line) => `${indentOf(tree, inFrontOf)}${line}\n`).join('');
  const isInPlace = /^(?:[ \t]*(?:#.*)?\r?\n)*[ \t]*$/.test(text.slice(last.end, inFrontOf.span.start));
  const out = blocks.map((block): Edit => {
    if (block === last && isInPlace && lines !== '') return { span: block, text: lines };
    const isBetweenBlanks = isBlank(text, block.end) && (block.start === 0 || isBlankBefore(text, block.start));
    return { span: { start: block.start, end: isBetweenBlanks ? lineEnd(text, block.end) : block.end }, text: '' };
  });
  if (isInPlace || lines === '') return [...out, below];
  return [...out, directlyAbove(tree, inFrontOf, lines), below];
}

/** Below the comments of an instruction, which tell what it is for, but above those that a linter reads. */
function directlyAbove({ source: { text } }: SyntaxTree, instruction: Instruction, lines: string): Edit {
  let at = lineStart(text, instruction.span.start);
  for (const comment of [...instruction.commentsAbove].reverse()) {
    if (lineEnd(text, comment.span.end) !== at || !FOR_LINTERS.test(comment.text)) break;
    at = lineStart(text, comment.span.start);
  }
  return { span: { start: at, end: at }, text: lines };
}

const FOR_LINTERS = /^\s*(?:plimsoll:|hadolint\b|check=)/;

/** The lines of an instruction and of the comments directly above it; those that speak of the next one as well stay. */
function blockOf({ source: { text } }: SyntaxTree, instruction: Instruction, next: Instruction): Span {
  const end = lineEnd(text, endOf(instruction));
  let start = lineStart(text, instruction.span.start);
  const isHeading = end === lineStart(text, next.span.start);
  for (const comment of [...instruction.commentsAbove].reverse()) {
    if (lineEnd(text, comment.span.end) !== start) break;
    if (isHeading && OF_INSTALL.test(comment.text) && !OF_COPY.test(comment.text)) break;
    start = lineStart(text, comment.span.start);
  }
  return { start, end };
}

const OF_INSTALL = /\b(?:install|depend|require|package)/i;
const OF_COPY = /\b(?:copy|copies|copied|add|source|code)\b/i;

/** Whether the line that begins at an offset is empty; behind the end there is none. */
function isBlank(text: string, at: number): boolean {
  return /^[ \t]*\r?\n/.test(text.slice(at, lineEnd(text, at)));
}

function isBlankBefore(text: string, at: number): boolean {
  return at > 0 && isBlank(text, lineStart(text, at - 1));
}

/**
 * Takes out an instruction with its heredocs and line end, and of two empty lines around it one. Comments above it stay; undefined
 * where some stand inside it.
 */
export function withoutInstruction(tree: SyntaxTree, instruction: Instruction): Edit | undefined {
  const { text } = tree.source;
  const start = lineStart(text, instruction.span.start);
  const end = lineEnd(text, endOf(instruction));
  if (tree.comments.some(({ span }) => span.start > start && span.start < end)) return undefined;
  const isLast = end === text.length && text.charAt(end - 1) !== '\n' && text.slice(0, start).trim() !== '';
  let before = start;
  if (isLast) {
    // Without a last line end, the one in front goes, with the empty lines: the file must not get one.
    while (isBlankBefore(text, before)) before = lineStart(text, before - 1);
    before -= text.charAt(before - 2) === '\r' ? 2 : 1;
  }
  const isBetweenBlanks = end < text.length && isBlank(text, end) && isBlankBefore(text, start);
  return { span: { start: before, end: isBetweenBlanks ? lineEnd(text, end) : end }, text: '' };
}

/** The blanks in front of an instruction. */
function indentOf({ source }: SyntaxTree, { span }: Instruction): string {
  return source.text.slice(lineStart(source.text, span.start), span.start);
}

/**
 * Offset of the first line that is no parser directive. SPEC: a comment above a directive makes it a comment, too; a directive that
 * stands there twice is refused, but still is none.
 */
export function belowDirectives({ source, directives, problems }: Pick<SyntaxTree, 'source' | 'directives' | 'problems'>): number {
  const repeated = problems.filter(({ code }) => code === 'repeated-directive');
  const last = Math.max(repeated.at(-1)?.span.end ?? 0, directives.at(-1)?.span.end ?? 0);
  return last === 0 ? 0 : lineEnd(source.text, last);
}

/** Offset of the first character of the line that an offset is on. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset behind the line end of the line that an offset is on, or of the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}
