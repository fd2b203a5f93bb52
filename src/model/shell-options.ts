/**
 * The two options of a shell that decide what becomes of a failure, `errexit` and `pipefail`: what its own words, `set`
 * and the like make of them.
 */
import type { ShellState } from './dockerfile.js';
import { indexOfTruth, TRUTHS } from './shell-place.js';

/** Where no shell reads the words: a program that BuildKit starts by itself. */
export const NO_SHELL: ShellState = { name: undefined, errexit: false, pipefail: false };

const states = new Map<string | undefined, readonly ShellState[]>();

/** The one object for a shell and its options. */
export function shellState(name: string | undefined, errexit: boolean | undefined, pipefail: boolean | undefined): ShellState {
  let ofName = states.get(name);
  if (ofName === undefined) {
    ofName = TRUTHS.flatMap((first) => TRUTHS.map((second): ShellState => ({ name, errexit: first, pipefail: second })));
    states.set(name, ofName);
  }
  return ofName[indexOfTruth(errexit) * TRUTHS.length + indexOfTruth(pipefail)] as ShellState;
}

/** A shell that has just been started. @param words its arguments; undefined for one that is not known */
export function startedShell(name: string | undefined, words: readonly (string | undefined)[]): ShellState {
  return withOptions(shellState(name, false, false), words);
}

/** One of two states, and nobody knows which. */
export function eitherState(one: ShellState, other: ShellState): ShellState {
  if (one === other) return one;
  const agreed = (a: boolean | undefined, b: boolean | undefined) => (a === b ? a : undefined);
  return shellState(one.name, agreed(one.errexit, other.errexit), agreed(one.pipefail, other.pipefail));
}

/** The state behind a command of the shell's own. @param words its arguments; undefined for one that is not known */
export function stateAfter(state: ShellState, command: string, words: readonly (string | undefined)[]): ShellState {
  switch (command) {
    case 'set':
      return withOptions(state, words);
    case 'setopt':
    case 'unsetopt':
      return words.reduce((current, word) => withNamed(current, word, command === 'setopt'), state);
    case 'shopt': {
      const names = words.filter((word) => word?.startsWith('-') !== true);
      const letters = words.filter((word) => word?.startsWith('-') === true).join('');
      if (!letters.includes('o') || !/[su]/.test(letters)) return state;
      return names.reduce((current, word) => withNamed(current, word, letters.includes('s')), state);
    }
    default:
      return state;
  }
}

/** Whether a piece of script may change the options of the shell that reads it. */
export function changesOptions(script: string): boolean {
  return (script.includes('set') || script.includes('shopt')) && CHANGING.test(script);
}

/** Where the last command of a script begins that may change the options of its shell; -1 where there is none. */
export function lastChangeOfOptions(script: string): number {
  let last = -1;
  for (const { index } of script.matchAll(new RegExp(CHANGING, 'g'))) last = index;
  return last;
}

const CHANGING = /\b(?:set|setopt|unsetopt|shopt)\s+[-+\w$"']/;

/** Whether a script may set the options with which bash keeps `errexit` in `$(…)`. */
export function mayInheritErrexit(script: string): boolean {
  return script.includes('inherit_errexit') || script.includes('posix');
}

/**
 * The state in `$(…)`. Measured on 2026-11-21: bash 5.2 and the ash of BusyBox 1.35 take `errexit` off there; bash does not
 * with `inherit_errexit` or started as `sh`; dash 0.5.12, zsh 5.9 and ksh93u+m never do.
 */
export function stateInSubstitution(state: ShellState, mayInherit: boolean): ShellState {
  const { name, errexit, pipefail } = state;
  if (errexit === false || name === 'dash' || name === 'zsh' || name === 'ksh' || name === 'mksh') return state;
  const isOff = name === 'ash' || (name === 'bash' && !mayInherit);
  return shellState(name, isOff ? false : undefined, pipefail);
}

/** Whether failures in `$(…)` are passed over when they are outside: dash and BusyBox forget it (measured, as above). */
export function exemptionInSubstitution({ name }: ShellState, outside: boolean | undefined): boolean | undefined {
  if (outside === false || name === 'bash' || name === 'zsh' || name === 'ksh' || name === 'mksh') return outside;
  return name === 'dash' ? false : undefined;
}

/** `-euxo pipefail`, `+e`, `-o errexit`: letters run together, and o takes the next word. */
function withOptions(state: ShellState, words: readonly (string | undefined)[]): ShellState {
  let current = state;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) return shellState(current.name, undefined, undefined);
    if (word === '--' || word === '-' || !/^[-+]/.test(word)) break;
    if (word.startsWith('--')) {
      if (OPTIONS_WITH_VALUE.has(word)) at++;
      continue;
    }
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'e') current = withNamed(current, 'errexit', on);
      else if (letter === 'O') at++;
      else if (letter === 'o' && ++at < words.length) current = withNamed(current, words[at], on);
    }
  }
  return current;
}

/** Options of bash that take the next word. */
const OPTIONS_WITH_VALUE: ReadonlySet<string> = new Set(['--rcfile', '--init-file']);

function withNamed(state: ShellState, option: string | undefined, on: boolean): ShellState {
  const { name, errexit, pipefail } = state;
  if (option === undefined) return shellState(name, undefined, undefined);
  // zsh passes over case and underscores, and `no` in front turns an option round.
  const plain = name === 'zsh' ? option.toLowerCase().replaceAll('_', '') : option;
  switch (plain) {
    case 'errexit':
      return shellState(name, on, pipefail);
    case 'noerrexit':
      return shellState(name, !on, pipefail);
    case 'pipefail':
      return shellState(name, errexit, on);
    case 'nopipefail':
      return shellState(name, errexit, !on);
    default:
      return state;
  }
}
