/** Edits of COPY and ADD: some of the sources taken out, and a copy of those alone. */
import type { CopyInstruction, SyntaxTree, Word } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';

/** A copy in two parts. */
export interface SplitCopy {
  /** Takes the sources out of it. */
  readonly edits: readonly Edit[];
  /** Lines that copy them, with the same flags, to the same place. */
  readonly lines: readonly string[];
}

const LONGEST_LINE = 120;

/** Splits off some of the sources of a copy that has others, too; undefined in exec form, beside heredocs, and around comments. */
export function splitCopy(tree: SyntaxTree, copy: CopyInstruction, taken: readonly Word[]): SplitCopy | undefined {
  const { destination, sources, words } = copy;
  const { text } = tree.source;
  const { start, end } = copy.span;
  if (copy.json || destination === undefined || words.length !== sources.length + 1 || taken.length >= sources.length) return undefined;
  if (tree.comments.some(({ span }) => span.start > start && span.start < end)) return undefined;
  const written = ({ span }: { readonly span: Word['span'] }): string => text.slice(span.start, span.end);
  if ([...taken, destination].some((word) => written(word) !== word.text)) return undefined;
  const edits: Edit[] = [];
  let left: Word | undefined;
  for (const [i, word] of sources.entries()) {
    if (!taken.includes(word)) {
      left = word;
      continue;
    }
    const next = words[i + 1];
    if (next === undefined) return undefined;
    // What follows the last one that stays goes with the blanks in front of it, what comes first with those behind.
    const span = left === undefined ? { start: word.span.start, end: next.span.start } : { start: left.span.end, end: word.span.end };
    const before = edits.at(-1);
    if (before?.span.start === span.start || before?.span.end === span.start)
      edits[edits.length - 1] = { span: { start: before.span.start, end: span.end }, text: '' };
    else edits.push({ span, text: '' });
  }
  const to = written(destination);
  // Of one source alone the destination would be its new name.
  const isDirectory = /(?:^|\/)\.{0,2}$/.test(to);
  if (!isDirectory && !/^[\w./-]+$/.test(to)) return undefined;
  if (!isDirectory) edits.push({ span: { start: destination.span.end, end: destination.span.end }, text: '/' });
  const head = [copy.keywordText, ...copy.flags.map(written)].join(' ');
  return { edits, lines: copyLines(tree, head, taken.map(written), isDirectory ? to : `${to}/`) };
}

/** A copy as one line, or, where that were too long, with each source on a line of its own. @param head keyword and flags */
export function copyLines({ escape }: SyntaxTree, head: string, sources: readonly string[], destination: string): readonly string[] {
  const line = [head, ...sources, destination].join(' ');
  if (line.length <= LONGEST_LINE || sources.length === 1) return [line];
  return [head, ...sources.map((source) => `    ${source}`), `    ${destination}`].map((part, i) =>
    i > sources.length ? part : `${part} ${escape}`,
  );
}
