/**
 * What the commands of a script do to its variables and to the options of its shell.
 */
import type { ShellWord } from './dockerfile.js';
import { stateAfter } from './shell-options.js';
import type { ShellAssignment } from './shell-syntax.js';
import { readWholeWord, type WordContext } from './shell-words.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What `. /etc/os-release` sets. SPEC: os-release(5). */
const OS_RELEASE = 'NAME ID ID_LIKE VERSION VERSION_ID VERSION_CODENAME UBUNTU_CODENAME PRETTY_NAME VARIANT VARIANT_ID'.split(' ');

/** Carries out `NAME=value` and `NAME+=value`; an array or an element of one makes the name unknown. */
export function applyAssignment(context: WordContext, node: ShellAssignment, exported: boolean): void {
  const { scope } = context;
  const { name, value } = node;
  if (node.index !== undefined || value.type !== 'Word') {
    scope.forget(name);
    return;
  }
  const added = readWholeWord(context, value).word.value;
  const before = node.append === true ? scope.lookup(name) : '';
  scope.assign(name, added === undefined || before === undefined ? undefined : before + added, exported);
}

/**
 * Carries out one of the shell's own commands.
 *
 * @param args its arguments
 * @param declared the arguments that are assignments
 */
export function applyBuiltin(context: WordContext, name: string, args: readonly ShellWord[], declared: readonly ShellAssignment[]): void {
  const { scope } = context;
  const words = args.map(({ value }) => value ?? '');
  switch (name) {
    case 'export':
      for (const assignment of declared) applyAssignment(context, assignment, true);
      for (const word of words) if (NAME.test(word)) scope.assign(word, scope.lookup(word), true);
      break;
    case 'readonly':
      for (const assignment of declared) applyAssignment(context, assignment, false);
      break;
    case 'local':
    case 'declare':
    case 'typeset':
    case 'read':
    case 'unset':
    case 'mapfile':
    case 'readarray':
    case 'getopts':
    case 'printf':
    case 'let':
      for (const assignment of declared) scope.forget(assignment.name);
      for (const word of words) if (NAME.test(word)) scope.forget(word);
      break;
    case '.':
    case 'source':
      // LIMIT: any sourced file may set anything (`. ./versions.env`); only of this one is it known what it sets.
      // The same goes for its options.
      if (/-release$/.test(words[0] ?? '')) for (const variable of OS_RELEASE) scope.forget(variable);
      break;
    case 'trap':
      // `trap 'rm -rf "$tmp"' EXIT` leaves the status as it was; a function or a variable may do anything.
      if (/\bexit\b|^[\w-]*$/.test(words[0] ?? '')) scope.trapsFailure = true;
      break;
    case 'set':
    case 'setopt':
    case 'unsetopt':
    case 'shopt':
      scope.shell = stateAfter(
        scope.shell,
        name,
        args.map(({ value }) => value),
      );
      break;
  }
}

/** Whether {@link applyBuiltin} has anything to do for a command. */
export function hasEffect(name: string): boolean {
  return BUILTINS.has(name);
}

const BUILTINS = new Set(
  'export readonly local declare typeset read unset mapfile readarray getopts printf let . source set setopt unsetopt shopt trap'.split(
    ' ',
  ),
);

/** Names that a piece of script may set, and a few more: the name in `--index-url=` counts too. */
export function namesAssignedIn(script: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const match of script.matchAll(ASSIGNING)) {
    if (match[1] !== undefined) names.add(match[1]);
    for (const name of match[2]?.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []) names.add(name);
  }
  return names;
}

const ASSIGNING =
  /\b([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]{0,80}\])?\+?:?=|\b(?:read|unset|local|declare|typeset|mapfile|readarray|getopts|let)\b([^;&|\n]*)/g;
