/** Edits that make JSON arrays of CMD and ENTRYPOINT. What stands between the words stays: continuations, comments, indentation. */
import type { CmdInstruction, LogicalText, ShellWord, SyntaxTree } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';

/**
 * Makes an array of a shell form's words, each in its place: `CMD a b` becomes `CMD ["a", "b"]`. Undefined where there is more
 * than words and blanks, or a word goes on in the next line.
 *
 * @param words all words of the text, in its order
 */
export function wordsAsArray(
  { source }: SyntaxTree,
  { command }: CmdInstruction,
  words: readonly ShellWord[],
): readonly Edit[] | undefined {
  if (command.form !== 'shell') return undefined;
  const { text } = command.text;
  const edits: Edit[] = [];
  let done = 0;
  for (const [i, { value, text: written, span }] of words.entries()) {
    const offset = text.indexOf(written, done);
    if (value === undefined || offset < 0 || command.text.sourceOffset(offset) !== span.start) return undefined;
    const isApart = i === 0 ? offset === 0 : offset > done && /^[ \t]+$/.test(text.slice(done, offset));
    if (!isApart || source.text.slice(span.start, span.end) !== written) return undefined;
    edits.push({ span, text: `${i === 0 ? '[' : ''}${JSON.stringify(value)}${i === words.length - 1 ? ']' : ','}` });
    done = offset + written.length;
  }
  return words.length > 0 && text.slice(done).trim() === '' ? edits : undefined;
}

/**
 * Makes an array of a shell form, the shell named and the text its script with `exec` in it: `CMD a $B` becomes
 * `CMD ["sh", "-c", "exec a $B"]`. Undefined where a JSON string cannot hold the text over its lines.
 *
 * @param offset where `exec` goes, in the text
 */
export function scriptAsArray(
  tree: SyntaxTree,
  { command }: CmdInstruction,
  shell: readonly string[],
  offset: number,
): readonly Edit[] | undefined {
  if (command.form !== 'shell') return undefined;
  const { text } = command.text;
  const end = text.trimEnd().length;
  // A tab may not stand in a JSON string; an escape character at the end would be that of the quotation mark.
  if (hasControlCharacter(text.slice(0, end)) || text.charAt(end - 1) === tree.escape) return undefined;
  // Over several lines nobody wants to read escaped quotation marks.
  if (/["\\]/.test(text) && tree.source.text.slice(command.span.start, command.span.end).includes('\n')) return undefined;
  const inserted = new Map<number, string>([[0, `[${shell.map((word) => `${JSON.stringify(word)}, `).join('')}"`]]);
  const insert = (at: number, more: string): void => void inserted.set(at, (inserted.get(at) ?? '') + more);
  insert(offset, 'exec ');
  for (const { index } of text.slice(0, end).matchAll(/["\\]/g)) insert(index, '\\');
  return [...inserted.entries(), [end, '"]'] as const].map(([at, more]) => inserting(command.text, at, more));
}

function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what JSON forbids in a string
  return /[\0-\x1f]/.test(text);
}

/** At the end, behind the last character: what the offset of the end leads to may be on the next line. */
function inserting(text: LogicalText, offset: number, more: string): Edit {
  const start = offset === 0 || offset < text.text.trimEnd().length ? text.sourceOffset(offset) : text.sourceOffset(offset - 1) + 1;
  return { span: { start, end: start }, text: more };
}
