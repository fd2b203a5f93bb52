/**
 * File → syntax tree. The only importer of dockerfile-ast, whose instructions carry the tree: the scanner says which text
 * it may see (`mask.ts`) and completes each instruction from its logical line.
 */
import { DockerfileParser } from 'dockerfile-ast';
import type { SourceFile } from '../source/source-file.js';
import { readInstruction } from './instruction.js';
import { hasWholeKeyword, maskedText } from './mask.js';
import { type Scan, type ScannedComment, type ScannedLine, scan } from './scan.js';
import type { Comment, Instruction, SyntaxProblem, SyntaxTree } from './tree.js';
import { validate } from './validate.js';

/** Reads a Dockerfile. Never throws: what BuildKit refuses is in `problems`, and reading goes on behind it. */
export function parseSyntax(source: SourceFile): SyntaxTree {
  const scanned = scan(source);
  const comments: Comment[] = [];
  const instructions: Instruction[] = [];
  for (const line of instructionLines(scanned)) {
    const above: Mutable<Comment>[] = line.commentsAbove.map((comment) => ({ ...comment }));
    const instruction = readInstruction(line, scanned.escape, above);
    for (const comment of above) comment.above = instruction;
    comments.push(...above, ...line.commentsInside.map((comment) => ({ ...comment, inside: instruction })));
    instructions.push(instruction);
  }
  comments.push(...scanned.commentsAtEnd.map((comment: ScannedComment) => ({ ...comment })));
  const tree = { source, escape: scanned.escape, directives: scanned.directives, comments, instructions };
  const problems = [...scanned.problems, ...validate(tree)].sort((a, b) => a.span.start - b.span.start);
  return { ...tree, problems: problems.length < 2 ? problems : withoutRepetition(problems) };
}

/**
 * The logical lines that are instructions, in order: those dockerfile-ast finds one at, and those it cannot see because
 * their keyword runs over several lines.
 */
function instructionLines(scanned: Scan): readonly ScannedLine[] {
  const starts = new Set<number>();
  try {
    for (const node of DockerfileParser.parse(maskedText(scanned)).getInstructions()) starts.add(node.getRange().start.line + 1);
  } catch {
    // NOTE: dockerfile-ast never threw in 60,000 fuzzed inputs; should it, the scanner's lines are complete without it.
    return scanned.lines;
  }
  return scanned.lines.filter((line) => starts.has(line.startLine) || !hasWholeKeyword(line));
}

/** One problem at one place: a trigger may be read for several stages, and each says the same. */
function withoutRepetition(problems: readonly SyntaxProblem[]): readonly SyntaxProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, span }) => {
    const key = `${span.start} ${code}`;
    return !seen.has(key) && seen.add(key);
  });
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
