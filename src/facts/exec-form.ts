/**
 * A command written as the JSON array that says the same.
 */
import type { CmdInstruction, Command, LogicalText, Script, ShellWord, Wrapper } from '../model/dockerfile.js';
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

/** What a shell is asked to run, and how it is called. */
export interface ShellCall {
  readonly script: Script;
  /** What the shell reads. */
  readonly text: LogicalText;
  /** The shell and its options, `-c` last: `sh -c`, `bash -lc`. */
  readonly shell: readonly string[];
  /** The last command, if it could take the shell's place. */
  readonly last: Command | undefined;
}

/** The words of a plain array where no shell is needed; what the shell is to read, with `exec` in it, where one is. */
export type ExecForm =
  | { readonly kind: 'plain'; readonly words: readonly ShellWord[]; readonly values: readonly string[] }
  /** `offset` is where `exec ` goes, in {@link ShellCall.text}. */
  | { readonly kind: 'shell'; readonly shell: readonly string[]; readonly script: string; readonly offset: number };

/** The call as an array; undefined where only a script of its own would do: there is no last command to take the shell's place. */
export function execForm({ script, text, shell, last }: ShellCall): ExecForm | undefined {
  const [only] = script.commands;
  const line = oneLine(text.text);
  // An open quotation mark, an array that somebody has not closed, what a shell would take for one more option.
  if (!script.complete || /^[[-]/.test(line)) return undefined;
  // A login shell reads files first.
  const isBare = shell.slice(1).every((option) => /^-[eux]*c$/.test(option));
  // What stands in quotation marks is no shell's business, but for `$`, backquotes and backslashes in double ones.
  const unquoted = line.replace(/'[^']*'|"[^"$`\\]*"/g, '');
  if (isBare && script.commands.length === 1 && only !== undefined && last === only && !/[$`*?[~<>|&;()]/.test(unquoted)) {
    const words = [...ownWrappers(only).flatMap((wrapper) => wrapper.words), ...only.words];
    const values = words.flatMap(({ value }) => value ?? []);
    const isPlain = only.assignments.length === 0 && isProgram(only) && values.length === words.length;
    if (isPlain) return { kind: 'plain', words, values };
  }
  if (last === undefined || !isProgram(last)) return undefined;
  // Its assignments stay in front of `exec`.
  const [first] = ownWrappers(last)[0]?.words ?? last.words;
  const offset = first === undefined ? undefined : offsetOf(text, first.span.start);
  if (offset === undefined) return undefined;
  const [program = 'sh', ...options] = shell;
  const needed = program === 'sh' && /(?:^|[\s;&])source\s|\[\[/.test(line) ? 'bash' : program;
  const withExec = oneLine(`${text.text.slice(0, offset)}exec ${text.text.slice(offset)}`);
  return { kind: 'shell', shell: [needed, ...options], script: withExec, offset };
}

/** Where the character at a place of the file stands in a text; undefined when it is none of it. */
function offsetOf(text: LogicalText, place: number): number | undefined {
  let low = 0;
  let high = text.text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (text.sourceOffset(middle) <= place) low = middle;
    else high = middle - 1;
  }
  return text.sourceOffset(low) === place ? low : undefined;
}

/** The instruction as one would write it, for a message. @param around words that stand in front of the shell: `tini --` */
export function execRemedy({ keyword }: CmdInstruction, form: ExecForm | undefined, around: readonly string[] = []): string {
  if (form === undefined) return `a script that ends in \`exec\` and its program, and start that: \`${keyword} ["./start.sh"]\``;
  if (form.kind === 'plain') return `\`${keyword} ${arrayOf([...around, ...form.values])}\``;
  const line = `\`${keyword} ${arrayOf([...around, ...form.shell, form.script])}\``;
  if (line.length <= 240) return line;
  const program = /(?:^|\s)exec (\S+)/.exec(form.script.slice(form.script.lastIndexOf('exec ')))?.[1] ?? '';
  return `it as \`${keyword} ${arrayOf([...around, ...form.shell, '…'])}\` with \`exec\` in front of \`${program}\``;
}

/** What stands behind the innermost shell, and so in the text that it reads. */
function ownWrappers({ wrappers }: Command): readonly Wrapper[] {
  return wrappers.slice(wrappers.findLastIndex(({ name }) => /^(?:ba|da|a|z)?sh$/.test(name)) + 1);
}

/** A JSON array as people write it, with a blank behind each comma. */
export function arrayOf(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** Words between brackets, without quotation marks. */
const BARE_ARRAY = /^\[\s*[\w./:-]+(?:\s*,\s*[\w./:-]+)*\s*\]$/;

/** Whether a shell gets what was to be an array, and finds no such program; `["$X" = 1 ] && a` is a test. */
export function isBrokenArray({ command }: CmdInstruction): boolean {
  if (command.form !== 'shell') return false;
  const { text } = command.text;
  return (command.brokenJson && /\]\s*(?:#.*)?$/.test(text)) || BARE_ARRAY.test(text);
}

/** The words of a broken array: those in quotation marks of any kind, or, without any, what commas and blanks separate. */
export function brokenArrayWords(text: string): readonly string[] {
  const inside = text.replace(/\]\s*#.*$/, ']');
  const quoted = [
    ...inside.matchAll(
      /'([^']*)'|"([^"]*)"|[\u2018\u2019]([^\u2018\u2019]*)[\u2018\u2019]|[\u201c\u201d]([^\u201c\u201d]*)[\u201c\u201d]/g,
    ),
  ];
  if (quoted.length === 0) return inside.split(/[[\],\s]+/).filter((word) => word !== '');
  return quoted.map(([, a, b, c, d]) => a ?? b ?? c ?? d ?? '');
}
