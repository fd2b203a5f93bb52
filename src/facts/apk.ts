/**
 * What Alpine's apk does as it is called: what it fetches and installs, and what becomes of the package index in
 * /var/cache/apk. Knows the words of commands, no findings.
 *
 * Sources: apk(8), apk-add(8) and apk-cache(5) of alpinelinux/apk-tools (2026-06-30); its database.c: every command that may
 * install fetches an index that is missing or older than four hours, and keeps it unless told `--no-cache`.
 */
import type { Command, RunInstruction, Script, ShellWord } from '../model/dockerfile.js';
import { cacheMountTargets } from '../model/stages.js';
import { isWithin, mayCleanUp } from './caches.js';
import { once } from './once.js';
import { words } from './words.js';

/** One call of apk, its options read. */
export interface ApkCall {
  readonly command: Command;
  /** `add`, `del`, `update` … */
  readonly action: string;
  /** The word of the action. */
  readonly verb: ShellWord;
  /** What follows the action, options and their values taken off; dynamic words included. */
  readonly operands: readonly ShellWord[];
  /** The name behind `--virtual`: what `apk del` takes the group away by; undefined also where it is dynamic. */
  readonly virtual: string | undefined;
  /** Whether it fetches an index and keeps it; undefined where an option may say otherwise that is not known. */
  readonly keepsIndex: boolean | undefined;
  /** The word that asks for a fresh index, which `--no-cache` always reads: `--update`, `-U`. */
  readonly update: ShellWord | undefined;
}

const VALUES = words(
  '-p --root -X --repository -t --virtual --arch --cache-dir --cache-max-age --keys-dir --preupgrade-depends --progress-fd ' +
    '--repositories-file --repository-config --timeout --uvol-manager --wait',
);
/** Nothing of the image is written, or not where its index is. */
const ELSEWHERE = words('-s --simulate --no-network --network=no -p --root --cache-dir -h --help -V --version');
const NO_CACHE = words('--no-cache --cache=no --cache=false --cache=0');
const UPDATE = words('-U --update --update-cache');
const FETCHES = words('add update upgrade');

/** Every call of apk in a script, in its order; those whose action is not known are left out. */
export const apkCalls = once((script: Script): readonly ApkCall[] => script.commands.flatMap((command) => readApkCall(command) ?? []));

/** One command as a call; undefined for other programs and where the action depends on something unknown. */
function readApkCall(command: Command): ApkCall | undefined {
  if (command.name !== 'apk') return undefined;
  const options = new Set<string>();
  const operands: ShellWord[] = [];
  let verb: ShellWord | undefined;
  let virtual: string | undefined;
  let update: ShellWord | undefined;
  let isOpen = false;
  for (let at = 0; at < command.args.length; at++) {
    const word = command.args[at] as ShellWord;
    const text = word.value ?? word.prefix;
    if (!text.startsWith('-') || text === '-') {
      // `apk $FLAGS add`, `apk add $APK_OPTS`
      if (word.value === undefined && (verb === undefined || /opt|flag|arg|cache/i.test(word.text))) isOpen = true;
      else if (verb === undefined) verb = word;
      else operands.push(word);
      continue;
    }
    for (const option of optionsIn(text)) {
      options.add(option);
      if (UPDATE.has(option) && option === text) update = word;
      if (!VALUES.has(option) || text.startsWith(`${option}=`)) continue;
      const value = command.args[++at];
      if (option === '-t' || option === '--virtual') virtual = value?.value;
    }
    if (text.startsWith('--virtual=')) virtual = word.value?.slice('--virtual='.length);
  }
  const action = verb?.value;
  if (verb === undefined || action === undefined) return undefined;
  const has = (list: { has(option: string): boolean }): boolean => [...options].some((option) => list.has(option));
  const keepsIndex = FETCHES.has(action) && !has(NO_CACHE) && !has(ELSEWHERE);
  return { command, action, verb, operands, virtual, update, keepsIndex: keepsIndex && isOpen ? undefined : keepsIndex };
}

/** `--virtual=.build` and `-Uuv` as options of their own; a long one that sets a switch stays whole: `--cache=no`. */
function optionsIn(text: string): readonly string[] {
  if (!text.startsWith('--')) return Array.from(text.slice(1), (letter) => `-${letter}`);
  return text.includes('=') ? [text, text.slice(0, text.indexOf('='))] : [text];
}

/** The packages an operand list names, without version, repository tag and `!`. */
export function apkNames({ operands }: ApkCall): readonly string[] {
  return operands.flatMap(({ value }) => (value === undefined || value.includes('/') ? [] : [value.replace(/[<>=~@].*$/, '')]));
}

const INDEX = '/var/cache/apk';

/** The calls whose index is in the layer when the RUN has ended, in their order; none where something may have removed it. */
export function keptIndexes(script: Script): readonly ApkCall[] {
  const { instruction, commands, complete } = script;
  if (instruction.keyword !== 'RUN' || !complete || mountsIndex(instruction)) return [];
  const kept = apkCalls(script).filter(({ keepsIndex }) => keepsIndex !== false);
  const last = kept.at(-1);
  if (last === undefined || kept.some(({ keepsIndex }) => keepsIndex === undefined)) return [];
  const behind = commands.slice(commands.indexOf(last.command) + 1);
  // NOTE: `apk cache clean` leaves the index where it is (kubernetes-sigs/external-dns#3656).
  return behind.some((command) => command.name !== 'apk' && (removesIndex(command) || mayCleanUp(command))) ? [] : kept;
}

/** A cache mount on the index, or on the directory it is kept in once that is linked. */
function mountsIndex(instruction: RunInstruction): boolean {
  return cacheMountTargets(instruction).some(
    (target) => target.includes('$') || isWithin(INDEX, target) || isWithin('/etc/apk/cache', target),
  );
}

/** Whether a command empties the directory of the index, or may: what is not known in full counts. */
function removesIndex({ name, args }: Command): boolean {
  if (name !== 'rm' && name !== 'find') return false;
  return args.some(({ value, prefix }) => {
    if (value === undefined) return prefix === '' || prefix.startsWith(INDEX);
    return (
      /^\/var(?:\/cache(?:\/apk)?)?(?:\/?|\/\*|\/APKINDEX[^/]*|\/\*\.tar\.gz)$/.test(value) || /^\/(?:etc|var\/cache)\/apk\//.test(value)
    );
  });
}
