/**
 * A command written as the JSON array that says the same.
 */
import type { CmdInstruction, Command, Script } from '../model/dockerfile.js';
import { isProgram } from './shells.js';

/** What follows the keyword, continuations joined and blanks made one. */
export function commandText({ command, logical, argumentsOffset }: CmdInstruction): string {
  const text = command.form === 'shell' ? command.text.text : logical.text.slice(argumentsOffset);
  return text.trim().replace(/\s+/g, ' ');
}

/** A text as a message shows it: one line, not too long. */
export function brief(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}

/**
 * The instruction as one would write it: a plain array where no shell is needed, `sh -c` with `exec` where one is. A script
 * for the rest: without a last command that could take the shell's place (`last`) there is no such line.
 */
export function execForm({ keyword }: CmdInstruction, { commands }: Script, text: string, shell: string, last: Command | undefined): string {
  const [only] = commands;
  if (commands.length === 1 && only !== undefined && last === only && !/[$`*?~<>|&;()]/.test(text)) {
    const words = [...only.wrappers.flatMap((wrapper) => wrapper.words), ...only.words];
    const values = words.map(({ value }) => value);
    if (only.assignments.length === 0 && isProgram(only) && values.every((value) => value !== undefined)) return shown(`${keyword} ${array(values as string[])}`, keyword);
  }
  const at = last === undefined || !isProgram(last) ? -1 : positionOf(last, text);
  if (at < 0) return `a script that ends in \`exec\` and its program, and start that: \`${keyword} ["./start.sh"]\``;
  return shown(`${keyword} ${array([shell, '-c', `${text.slice(0, at)}exec ${text.slice(at)}`])}`, keyword);
}

/** Where the last command begins in the text; its assignments stay in front of `exec`. */
function positionOf({ words, wrappers }: Command, text: string): number {
  const [first] = wrappers[0]?.words ?? words;
  return first === undefined ? -1 : text.lastIndexOf(first.text, text.length);
}

function array(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

function shown(line: string, keyword: string): string {
  return line.length > 240 ? `it as \`${keyword} ["program", "argument", …]\`` : `\`${line}\``;
}

/** A broken array mended: its quoted words, or its words without quotation marks, in double ones. */
export function mendedArray({ keyword }: CmdInstruction, text: string): string {
  const quoted = [...text.matchAll(/'([^']*)'|"([^"]*)"|[\u2018\u2019]([^\u2018\u2019]*)[\u2018\u2019]|[\u201c\u201d]([^\u201c\u201d]*)[\u201c\u201d]/g)];
  const words = quoted.map(([, a, b, c, d]) => a ?? b ?? c ?? d ?? '');
  return shown(`${keyword} ${array(words)}`, keyword);
}
