/**
 * Takes the wrappers off a command: what is left is a program, or a shell with a script. `wrappers.ts` knows which programs
 * run others, this file goes through them one behind the other.
 */
import type { Assignment, ShellState, ShellWord, Wrapper } from './dockerfile.js';
import { startedShell } from './shell-options.js';
import { joinedScripts } from './shell-scripts.js';
import type { ShellText } from './shell-text.js';
import type { ReadWord } from './shell-words.js';
import type { WrittenCommand } from './simple-command.js';
import { baseName, shellName, unwrap } from './wrappers.js';

/** What is left of a command without its wrappers. */
export interface Innermost {
  /** As {@link Command.name}. */
  readonly name: string;
  readonly words: readonly ShellWord[];
  /** Outermost first. */
  readonly wrappers: readonly Wrapper[];
  readonly assignments: readonly Assignment[];
  /** Whether `exec` puts it in the place of the shell. */
  readonly replacesShell: boolean;
  /** What it gives a shell to read; absent for a program, and for a shell whose script is not known. */
  readonly script: GivenScript | undefined;
}

/** A script inside a script. */
export interface GivenScript {
  readonly text: ShellText;
  /** The new shell that reads it; undefined for `eval`, which the same shell reads. */
  readonly shell: ShellState | undefined;
  /** Whether the new shell starts without the environment of this one. */
  readonly hidesEnvironment: boolean;
}

/**
 * What is left of a command.
 *
 * @param around the wrappers and assignments of a command that runs the whole script this one stands in
 */
export function innermost(command: WrittenCommand, around: Pick<Innermost, 'wrappers' | 'assignments'>): Innermost {
  const { words } = command;
  const shellWords = words.map(({ word }) => word);
  const wrappers: Wrapper[] = [...around.wrappers];
  const assignments: Assignment[] = [...around.assignments, ...command.assignments];
  let hidesEnvironment = false;
  let replacesShell = false;
  for (let at = 0; ; ) {
    const name = programName(words[at]);
    const unwrapped = unwrap(name, shellWords, at);
    if (unwrapped.kind === 'wrapper') {
      wrappers.push({ name, words: shellWords.slice(at, unwrapped.program) });
      for (const index of unwrapped.assignments) assignments.push(assignmentOfWord(shellWords[index] as ShellWord));
      hidesEnvironment ||= unwrapped.hidesEnvironment;
      replacesShell ||= name === 'exec';
      at = unwrapped.program;
      continue;
    }
    const script = unwrapped.kind === 'program' ? undefined : givenScript(unwrapped, command, name, at, hidesEnvironment);
    return { name, words: shellWords.slice(at), wrappers, assignments, replacesShell, script };
  }
}

type Shell = Exclude<ReturnType<typeof unwrap>, { kind: 'program' | 'wrapper' }>;

/** @param at where the shell, or `eval`, stands among the words */
function givenScript(shell: Shell, command: WrittenCommand, name: string, at: number, hidden: boolean): GivenScript | undefined {
  const { words } = command;
  const options = (end?: number) => words.slice(at + 1, end).map(({ word }) => word.value);
  switch (shell.kind) {
    case 'script': {
      const script = words[shell.script];
      if (script === undefined) return undefined;
      const hidesEnvironment = hidden || shell.hidesEnvironment;
      return { text: command.scriptIn(script), shell: startedShell(shellName(name), options(shell.script)), hidesEnvironment };
    }
    case 'standard-input': {
      const text = command.standardInput();
      return text && { text, shell: startedShell(shellName(name), options()), hidesEnvironment: hidden };
    }
    case 'eval':
      return { text: joinedScripts(words.slice(shell.first).map(command.scriptIn)), shell: undefined, hidesEnvironment: false };
  }
}

/** Base name of the program a word names; also when only its directory is unknown, as in `$VENV/bin/pip`. */
function programName(program: ReadWord | undefined): string {
  if (program === undefined) return '';
  const { value } = program.word;
  if (value !== undefined) return baseName(value);
  return program.tail.includes('/') ? baseName(program.tail) : '';
}

/** `NAME=value` as `env` and `sudo` take it: a word like any other. */
function assignmentOfWord(word: ShellWord): Assignment {
  const equals = word.prefix.indexOf('=');
  const name = word.prefix.slice(0, equals);
  const shift = word.text.startsWith(`${name}=`) ? equals + 1 : 0;
  const value: ShellWord = {
    ...word,
    text: word.text.slice(shift),
    value: word.value?.slice(equals + 1),
    prefix: word.prefix.slice(equals + 1),
    span: { start: Math.min(word.span.start + shift, word.span.end), end: word.span.end },
  };
  return { name, value, span: word.span };
}
