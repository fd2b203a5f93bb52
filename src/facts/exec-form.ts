/**
 * A command written as the JSON array that says the same.
 */
import type { CmdInstruction, Command, Script, Wrapper } from '../model/dockerfile.js';
import { isProgram } from './shells.js';

/** A text on one line, blanks made one. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** What follows the keyword, continuations joined and blanks made one. */
export function commandText({ command, logical, argumentsOffset }: CmdInstruction): string {
  return oneLine(command.form === 'shell' ? command.text.text : logical.text.slice(argumentsOffset));
}

/** A text as a message shows it: one line, not too long. */
export function brief(text: string): string {
  const line = oneLine(text);
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}

/**
 * The instruction as one would write it: a plain array where no shell is needed, `sh -c` with `exec` where one is. A script
 * for the rest: without a last command that could take the shell's place (`last`) there is no such line.
 */
export function execForm(
  { keyword }: CmdInstruction,
  { commands }: Script,
  text: string,
  shell: string,
  last: Command | undefined,
): string {
  const [only] = commands;
  if (commands.length === 1 && only !== undefined && last === only && !/[$`*?~<>|&;()]/.test(text)) {
    const wrappers = ownWrappers(only);
    const values = [...wrappers.flatMap((wrapper) => wrapper.words), ...only.words].map(({ value }) => value);
    const isPlain = only.assignments.length === 0 && isProgram(only) && values.every((value) => value !== undefined);
    if (isPlain) return `\`${keyword} ${array(values as string[])}\``;
  }
  const at = last === undefined || !isProgram(last) ? -1 : positionOf(last, text);
  if (at < 0 || last === undefined) return `a script that ends in \`exec\` and its program, and start that: \`${keyword} ["./start.sh"]\``;
  const needed = shell === 'sh' && /(?:^|[\s;&])source\s|\[\[/.test(text) ? 'bash' : shell;
  const line = `\`${keyword} ${array([needed, '-c', `${text.slice(0, at)}exec ${text.slice(at)}`])}\``;
  return line.length > 240
    ? `it as \`${keyword} ["${needed}", "-c", "…"]\` with \`exec\` in front of \`${last.words[0]?.text ?? last.name}\``
    : line;
}

/** Where the last command begins in the text; its assignments stay in front of `exec`. */
function positionOf(command: Command, text: string): number {
  const [first] = ownWrappers(command)[0]?.words ?? command.words;
  return first === undefined ? -1 : text.lastIndexOf(first.text, text.length);
}

function ownWrappers({ wrappers }: Command): readonly Wrapper[] {
  return wrappers.filter(({ name }) => !/^(?:ba|da|a|z)?sh$/.test(name));
}

function array(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** A broken array mended: its quoted words, or its words without quotation marks, in double ones. */
export function mendedArray({ keyword }: CmdInstruction, text: string): string {
  const inside = text.replace(/\]\s*#.*$/, ']');
  const quoted = [
    ...inside.matchAll(
      /'([^']*)'|"([^"]*)"|[\u2018\u2019]([^\u2018\u2019]*)[\u2018\u2019]|[\u201c\u201d]([^\u201c\u201d]*)[\u201c\u201d]/g,
    ),
  ];
  const words = quoted.map(([, a, b, c, d]) => a ?? b ?? c ?? d ?? '');
  return `\`${keyword} ${array(words)}\``;
}
