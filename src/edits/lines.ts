/** Edits of whole instructions: lines above and below one, and an instruction taken out. */
import type { Instruction, SyntaxTree } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';

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

/** Puts lines below an instruction and its heredocs, indented as it is; undefined where the file ends in the middle of it. */
export function linesBelow(tree: SyntaxTree, instruction: Instruction, lines: readonly string[]): Edit | undefined {
  const { text } = tree.source;
  const at = lineEnd(text, endOf(instruction));
  const indented = lines.map((line) => `${indentOf(tree, instruction)}${line}\n`).join('');
  if (text.charAt(at - 1) === '\n') return { span: { start: at, end: at }, text: indented };
  const isOpen = instruction.heredocs.some(({ terminatorSpan }) => terminatorSpan === undefined) || text.trimEnd().endsWith(tree.escape);
  // A file without a last line end stays one.
  return isOpen ? undefined : { span: { start: at, end: at }, text: `\n${indented.slice(0, -1)}` };
}

/** Takes out an instruction with its heredocs and line end. Comments above it stay; undefined where some stand inside it. */
export function withoutInstruction(tree: SyntaxTree, instruction: Instruction): Edit | undefined {
  const { text } = tree.source;
  const start = lineStart(text, instruction.span.start);
  const end = lineEnd(text, endOf(instruction));
  if (tree.comments.some(({ span }) => span.start > start && span.start < end)) return undefined;
  const isLast = end === text.length && text.charAt(end - 1) !== '\n' && start > 0;
  // Without a last line end, the one in front goes: the file must not get one.
  const before = isLast ? start - (text.charAt(start - 2) === '\r' ? 2 : 1) : start;
  return { span: { start: before, end }, text: '' };
}

/** Offset behind the last character of an instruction, heredocs included, without its line end. */
export function endOf(instruction: Instruction): number {
  const last = instruction.heredocs.at(-1);
  return last?.terminatorSpan?.end ?? last?.contentSpan.end ?? instruction.span.end;
}

/** The blanks in front of an instruction. */
function indentOf({ source }: SyntaxTree, { span }: Instruction): string {
  return source.text.slice(lineStart(source.text, span.start), span.start);
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
