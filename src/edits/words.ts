/**
 * How a fix writes: edits that keep to the style the user has. This folder knows how shells, continuations and heredocs
 * are written, not what is wrong with a Dockerfile. Whatever cannot be written with certainty is undefined: no fix then.
 */
import type { Command, ShellWord, SyntaxTree } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';
import { lineStart } from './lines.js';

/** Puts a word behind another one of a command, in exec form as a string of its own. @param text must need no quotes */
export function wordBehind(tree: SyntaxTree, command: Command, word: ShellWord, text: string): Edit | undefined {
  if (!isWritten(tree, command, word)) return undefined;
  const at = { start: word.span.end, end: word.span.end };
  return { span: at, text: isExecWord(command, word) ? `, ${JSON.stringify(text)}` : ` ${text}` };
}

/** {@link wordBehind} for several words, which stay together: an option and its value. */
export function wordsBehind(tree: SyntaxTree, command: Command, word: ShellWord, texts: readonly string[]): Edit | undefined {
  const edit = wordBehind(tree, command, word, '');
  const each = texts.map((text) => (isExecWord(command, word) ? `, ${JSON.stringify(text)}` : ` ${text}`));
  return edit && { ...edit, text: each.join('') };
}

/** Puts words behind one of a list, each on a line of its own where that one has one. @param texts must need no quotes */
export function listedBehind(tree: SyntaxTree, command: Command, word: ShellWord, texts: readonly string[]): Edit | undefined {
  const edit = wordBehind(tree, command, word, texts.join(' '));
  if (edit === undefined || isExecWord(command, word)) return texts.length > 1 ? undefined : edit;
  const { text } = tree.source;
  const before = text.slice(lineStart(text, word.span.start), word.span.start);
  // Inside a heredoc it is the shell that continues a line.
  const escape = word.span.start < command.script.instruction.span.end ? tree.escape : '\\';
  return before.trim() === '' ? { ...edit, text: texts.map((each) => ` ${escape}\n${before}${each}`).join('') } : edit;
}

/** Puts words in front of a command and of all that stands before it (`sudo`, `X=1`); undefined in exec form, which has no shell. */
export function wordsInFront(tree: SyntaxTree, command: Command, text: string): Edit | undefined {
  const [first] = writtenWords(command);
  if (command.script.instruction.command?.form !== 'shell' || first === undefined || !isWritten(tree, command, first)) return undefined;
  return { span: { start: command.span.start, end: command.span.start }, text: `${text} ` };
}

/** Takes out a word that has another one of the command in front of it. A comment between the two stays. */
export function withoutWord(tree: SyntaxTree, command: Command, word: ShellWord): Edit | undefined {
  const before = writtenWords(command).findLast(({ span }) => span.end <= word.span.start);
  if (before === undefined || !isWritten(tree, command, word) || word.text.includes('$')) return undefined;
  // Of an exec form's first word the comma stands behind it.
  if (isExecWord(command, word) && !isExecWord(command, before)) return undefined;
  const between = tree.source.text.slice(before.span.end, word.span.start);
  // Not a comment, nor a redirection.
  const isBare = isExecWord(command, word) ? !between.includes('#') : /^(?:\s|[\\`](?=\s))*$/.test(between);
  if (!isBare && isExecWord(command, word)) return undefined;
  return { span: { start: isBare ? before.span.end : word.span.start, end: word.span.end }, text: '' };
}

/** Puts a word in the place of another one. @param text must need no quotes */
export function replacedWord(tree: SyntaxTree, command: Command, word: ShellWord, text: string): Edit | undefined {
  if (!isWritten(tree, command, word) || word.text.includes('$')) return undefined;
  return { span: word.span, text: isExecWord(command, word) ? JSON.stringify(text) : text };
}

function writtenWords({ wrappers, words }: Command): readonly ShellWord[] {
  return [...wrappers.flatMap((wrapper) => wrapper.words), ...words];
}

/** Whether a word stands in the file as it is, on one line: what a variable holds for another shell to read has only the variable's place. */
/** Whether a word can be changed and written behind. */
function isWritten(tree: SyntaxTree, command: Command, word: ShellWord): boolean {
  const isWhole = !word.text.includes('\n') && isClosed(word.text);
  return isExecWord(command, word) || (isWhole && tree.source.text.slice(word.span.start, word.span.end) === word.text);
}

function isExecWord({ script }: Command, { span }: ShellWord): boolean {
  const form = script.instruction.command;
  return form?.form === 'exec' && form.words.some((word) => word.span.start === span.start && word.span.end === span.end);
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '`': '`', '${': '}', '$(': ')' };

/** Whether all quotes and braces of a shell word have their end: what is written behind one without would belong to it. */
function isClosed(text: string): boolean {
  const open: string[] = [];
  for (const [token] of text.matchAll(/\\.|\$[{(]|["'`})]/gs)) {
    const closing = open.at(-1);
    if (token === closing) open.pop();
    else if (closing !== "'" && token === "'" && !open.includes('"')) open.push("'");
    else if (closing !== "'" && CLOSING[token] !== undefined) open.push(CLOSING[token]);
  }
  return open.length === 0;
}
