/**
 * What a command finds around it that decides where tools keep their caches and whether these stay in the layer: the
 * variables it sees, its home directory, cache mounts, and what removes files behind it in the same RUN.
 */
import type { Command, Script, ShellWord, Value } from '../model/dockerfile.js';
import { cacheMountTargets } from '../model/stages.js';
import { meansOn } from './environment-variables.js';
import { factsOfBase } from './images.js';
import { once } from './once.js';
import { effectiveUser } from './users.js';
import { words } from './words.js';

/** What is known of an environment variable as a command sees it. */
export type Seen =
  | {
      readonly kind: 'known';
      readonly value: string;
      /** The ENV or ARG that sets it; absent where the command, the script or the base image does. */
      readonly by?: Extract<Value, { kind: 'known' }>['by'];
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'absent' };

/**
 * A variable as a command sees it: set in front of it, exported earlier in its script, by ENV or ARG, or by the base image.
 * A file of settings that the script has read (`source /cachi2/cachi2.env`) may set any.
 * LIMIT: an unknown base image may set anything; that counts as absent.
 */
export function seenBy(command: Command, name: string): Seen {
  const { instruction, stage } = command.script;
  const own = command.assignments.length === 0 ? undefined : command.assignments.findLast((assignment) => assignment.name === name);
  if (own !== undefined) return seen(own.value?.value);
  const { positions, exports, settings } = orderOf(command.script);
  const position = exports.length === 0 && settings < 0 ? 0 : (positions.get(command) ?? 0);
  for (const earlier of exports) {
    if ((positions.get(earlier) ?? 0) > position) continue;
    const word = earlier.args.findLast(({ prefix }) => prefix.startsWith(`${name}=`));
    if (word !== undefined) return seen(word.value?.slice(name.length + 1));
  }
  if (settings >= 0 && position > settings) return { kind: 'unknown' };
  const value = stage.environment.variable(name, instruction);
  if (value.kind === 'known') return { kind: 'known', value: value.value, by: value.by };
  if (value.kind !== 'absent') return { kind: 'unknown' };
  const base = factsOfBase(stage.base)?.environment.get(name);
  return base === undefined ? { kind: 'absent' } : seen(base === '' ? undefined : base);
}

function seen(value: string | undefined): Seen {
  return value === undefined ? { kind: 'unknown' } : { kind: 'known', value };
}

/** Whether a command sees a variable set, or may: an empty one is none to the tools that ask. */
export function isGiven(command: Command, name: string): boolean {
  const value = seenBy(command, name);
  return value.kind === 'unknown' || (value.kind === 'known' && value.value !== '');
}

/** Whether a variable is on for a command, as its tool reads it; undefined where that cannot be told. */
export function isSwitchedOn(command: Command, name: string): boolean | undefined {
  const value = seenBy(command, name);
  return value.kind === 'known' ? meansOn(name, value.value) : value.kind === 'absent' ? false : undefined;
}

const USER_CHANGERS = words('sudo su doas gosu su-exec runuser setpriv s6-setuidgid');

/** What a further command of the same script needs in front of it to run as the user of this one; undefined where that is
 *  more than `sudo`. */
export function userPrefix({ wrappers }: Command): '' | 'sudo ' | undefined {
  const [first, ...others] = wrappers.filter(({ name }) => USER_CHANGERS.has(name));
  if (first === undefined) return '';
  const isPlain = first.name === 'sudo' && !first.words.some(({ text }) => /^-(?:-user|-group|-host|-chroot|[a-zA-Z]*[ughR])/.test(text));
  return isPlain && others.length === 0 ? 'sudo ' : undefined;
}

/** Whether a command runs as root; undefined when it cannot be told. */
export function runsAsRoot(command: Command): boolean | undefined {
  if (command.wrappers.some(({ name }) => USER_CHANGERS.has(name))) return undefined;
  const user = effectiveUser(command.script.stage, command.script.instruction);
  return user.kind === 'known' ? user.root : undefined;
}

/** The home directory of a command's user; undefined when only the image's /etc/passwd knows it. */
export function homeDirectory(command: Command): string | undefined {
  if (command.wrappers.some(({ name }) => USER_CHANGERS.has(name))) return undefined;
  const home = seenBy(command, 'HOME');
  if (home.kind !== 'absent') return home.kind === 'known' && home.value.startsWith('/') ? home.value : undefined;
  return runsAsRoot(command) === true ? '/root' : undefined;
}

/** Whether a path is a directory or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  const parent = directory.replace(/\/+$/, '');
  const child = path.replace(/\/+$/, '');
  return child === parent || child.startsWith(`${parent}/`);
}

/** Where a RUN mounts something that does not become part of the image, home directories and variables filled in. */
export function cacheMounts(command: Command): readonly string[] {
  const { instruction, stage } = command.script;
  if (instruction.keyword !== 'RUN') return [];
  return cacheMountTargets(instruction).map((target) => stage.environment.expand(target, instruction) ?? target);
}

/** The commands behind one in the same script that may remove something of a cache. */
export function cleanersAfter(command: Command): readonly Command[] {
  const { positions, cleaners } = orderOf(command.script);
  if (cleaners.length === 0) return cleaners;
  const position = positions.get(command) ?? 0;
  return cleaners.filter((cleaner) => (positions.get(cleaner) ?? 0) > position);
}

/** What is asked of the order of a script's commands, made once: a script may install a thousand times. */
interface Order {
  readonly positions: ReadonlyMap<Command, number>;
  /** The last first. */
  readonly exports: readonly Command[];
  /** The position of the first command that reads a file of settings; -1 for none. */
  readonly settings: number;
  readonly cleaners: readonly Command[];
}

const orderOf = once(
  ({ commands }: Script): Order => ({
    positions: new Map(commands.map((command, at) => [command, at])),
    exports: commands.filter(({ name }) => name === 'export').reverse(),
    settings: commands.findIndex(readsSettings),
    cleaners: commands.filter((command) => {
      const asks = command.args.some(({ value }) => value === 'cache' || value === 'clean');
      return asks || mayCleanUp(command) || removedPaths(command).length > 0;
    }),
  }),
);

/** `source /tmp/hermeto.env`, `. ./offline-env.sh`; what activates an environment or finds a tool is named otherwise. */
function readsSettings({ name, args }: Command): boolean {
  return (name === '.' || name === 'source') && /(?:\.env|[-_]env\.sh)["']?$/.test(args[0]?.text ?? '');
}

/** The words that `rm -r` or `find … -delete` removes; those of a value that is not known in full, too. */
export function removedPaths({ name, args }: Command): readonly ShellWord[] {
  if (name === 'rm') {
    const operands = args.filter(({ text }) => !text.startsWith('-'));
    return args.some(({ text }) => /^-[A-Za-z]*[rR]|^--recursive$/.test(text)) ? operands : [];
  }
  if (name !== 'find' || !args.some(({ value }) => value === '-delete' || value === 'rm')) return [];
  // `find DIR -name '*.pyc' -delete` takes only some of what is there.
  if (args.some(({ value }) => value === '-name' || value === '-iname' || value === '-path')) return [];
  const end = args.findIndex(({ text }) => text.startsWith('-'));
  return args.slice(0, end < 0 ? undefined : end);
}

/** Whether a command may well remove caches, by its name or because it is not known which one it is. */
export function mayCleanUp({ name, words }: Command): boolean {
  if (name === '') return true;
  const [program, script] = words;
  const isShell = /^(?:sh|bash|ash|dash|zsh|source|\.)$/.test(name);
  const path = isShell
    ? (script?.text ?? '')
    : name === 'make' || name === 'just'
      ? words.map(({ text }) => text).join(' ')
      : (program?.text ?? '');
  return !/^(?:conda|mamba|micromamba|pip|uv|npm|yarn|apt|git)/.test(name) && /clean|purge|prune|slim|shrink/i.test(path);
}
