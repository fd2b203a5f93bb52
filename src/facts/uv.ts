/**
 * What uv is asked to do with a project: its calls with their options, and the variables that stand for options. `uv pip` is
 * read in facts/pip.ts, what a project's groups mean in facts/project-installs.ts, its manifest in facts/uv-project.ts.
 *
 * Sources (read 2026-11-22): astral-sh/uv 0.12.5 crates/uv-cli/src/lib.rs, crates/uv-static/src/env_vars.rs and
 * docs/guides/integration/docker.md; `--help` of uv 0.13.8. Since when: UV_NO_SYNC 0.4.18, UV_LOCKED and UV_FROZEN 0.4.25,
 * UV_NO_DEV and UV_DEV 0.8.7, UV_NO_GROUP 0.9.8, UV_NO_DEFAULT_GROUPS 0.9.9.
 */
import type { Command, ImageReference, Script, ShellWord } from '../model/dockerfile.js';
import { isSwitchedOn, seenBy } from './caches.js';
import { meansOn, variableFor } from './environment-variables.js';
import { once } from './once.js';
import { words } from './words.js';

/** Options of every command of uv, and of all that resolve, whose value is the next word. */
export const UV_VALUES =
  '-p --python --python-platform --index --default-index -i --index-url --extra-index-url -f --find-links --index-strategy ' +
  '--keyring-provider -P --upgrade-package --upgrade-group --resolution --prerelease --prerelease-package --pre-package --fork-strategy ' +
  '--exclude-newer --exclude-newer-package --reinstall-package --refresh-package --link-mode -C --config-setting --config-settings ' +
  '--config-settings-package --no-build-isolation-package --no-build-package --no-binary-package --no-sources-package ' +
  '--no-editable-package --cache-dir --allow-insecure-host --trusted-host --cert --output-format --color --directory --project ' +
  '--config-file --python-preference --python-fetch --preview-features --torch-backend --extra --group';

/** Those of the commands for projects and tools besides. */
const PROJECT_VALUES =
  '--no-extra --no-group --only-group --package --no-install-package --only-install-package --script --env-file -w --with ' +
  '--with-editable --with-requirements --from -c --constraints --constraint --overrides --override -b --build-constraints ' +
  '--build-constraint --format -o --output-file --no-emit-package --only-emit-package --prune --optional --branch --tag --rev ' +
  '--marker --bounds -r --requirements';

const VALUES = words(`${UV_VALUES} ${PROJECT_VALUES}`);

/** What a call does; `tool run` is `uvx`, too. */
export type UvAction = 'sync' | 'run' | 'export' | 'lock' | 'add' | 'init' | 'tool run' | 'tool install';

/** One call of uv for a project or a tool. */
export interface UvCall {
  /** For `uv run`, the command it runs, if that is named. */
  readonly command: Command;
  readonly action: UvAction;
  /** The last word of the action: `sync`; `uvx`. */
  readonly verb: ShellWord;
  /** From the program to the action, in the user's words: `uv sync`. */
  readonly title: string;
  readonly start: number;
  /** By their first name; a value is absent for a flag, and undefined when it is not known. */
  readonly options: ReadonlyMap<string, readonly UvOption[]>;
  /** What stands behind the action and its options: the program of `uv run`, the tool of `uvx`. */
  readonly operands: readonly ShellWord[];
  /** Whether a word may hold options that nobody can see here: `uv sync $UV_ARGS`. */
  readonly isOpen: boolean;
}

/** An option as given. */
export interface UvOption {
  readonly word: ShellWord;
  readonly value?: string | undefined;
}

/** The calls of a script, in its order. A `uv run sh -c "…"` that runs several commands is one call. */
export const uvCalls = once((script: Script): readonly UvCall[] => {
  const found = new Map<number, UvCall>();
  for (const command of script.commands) {
    for (const { name, words } of command.wrappers) if (name === 'uv') add(readUvCall(command, words, command.words));
    if (command.name === 'uv' || command.name === 'uvx') add(readUvCall(command, command.words));
  }
  return [...found.values()];

  function add(call: UvCall | undefined): void {
    if (call !== undefined && !found.has(call.start)) found.set(call.start, call);
  }
});

const TWO_WORDS = words('tool run tool install');

/** @param wrapped what the call runs, where its words stand apart from uv's own */
function readUvCall(command: Command, all: readonly ShellWord[], wrapped: readonly ShellWord[] = []): UvCall | undefined {
  const [program] = all;
  if (program === undefined) return undefined;
  const options = new Map<string, UvOption[]>();
  const add = (name: string, option: UvOption): void => {
    const same = options.get(name);
    if (same === undefined) options.set(name, [option]);
    else same.push(option);
  };
  const isUvx = /(?:^|\/)uvx$/.test(program.value ?? '');
  const actions: ShellWord[] = isUvx ? [program] : [];
  let isOpen = false;
  let at = 1;
  for (; at < all.length; at++) {
    const word = all[at] as ShellWord;
    const text = word.value ?? word.prefix;
    if (text === '--') {
      at++;
      break;
    }
    if (!text.startsWith('-')) {
      if (word.value === undefined) {
        isOpen = true;
        continue;
      }
      const [first] = actions;
      const isComplete = isUvx || (first !== undefined && (first.value !== 'tool' || actions.length === 2));
      // What `uv run` and `uvx` run has options of its own.
      if (isComplete) break;
      actions.push(word);
      continue;
    }
    const equals = text.indexOf('=');
    if (text.startsWith('--') && equals >= 0)
      add(text.slice(0, equals), { word, value: word.value === undefined ? undefined : text.slice(equals + 1) });
    else if (VALUES.has(text)) add(SYNONYMS[text] ?? text, { word, value: all[++at]?.value });
    else if (!text.startsWith('--') && VALUES.has(text.slice(0, 2)))
      add(SYNONYMS[text.slice(0, 2)] ?? text.slice(0, 2), { word, value: text.slice(2) });
    else add(SYNONYMS[text] ?? text, { word });
  }
  const verb = actions.at(-1);
  const action = isUvx ? 'tool run' : actions.map(({ value }) => value).join(' ');
  if (verb === undefined || !isAction(action) || options.has('--help') || options.has('-h')) return undefined;
  const operands = [...all.slice(at), ...wrapped];
  return { command, action, verb, title: isUvx ? 'uvx' : `uv ${action}`, start: program.span.start, options, operands, isOpen };
}

const SYNONYMS: Readonly<Record<string, string>> = {
  '-U': '--upgrade',
  '-P': '--upgrade-package',
  '-w': '--with',
  '-m': '--module',
  '-s': '--script',
};

const ACTIONS = words('sync run export lock add init');

function isAction(text: string): text is UvAction {
  return ACTIONS.has(text) || (text.startsWith('tool ') && TWO_WORDS.has(text.slice(5)));
}

/**
 * Whether a flag is on for a call, by itself or by the variable that stands for it (`--no-sync`, UV_NO_SYNC); undefined where
 * that cannot be told.
 */
export function isOn({ command, options, isOpen }: UvCall, flag: string): boolean | undefined {
  if (options.has(flag)) return true;
  const variable = variableFor('uv', flag);
  const isSet = variable === undefined ? false : isSwitchedOn(command, variable.name);
  return isSet === false && isOpen ? undefined : isSet;
}

/** Whether a call takes uv.lock as it is, or fails; undefined where that cannot be told. */
export function isHeldToLock(call: UvCall): boolean | undefined {
  const flags = ['--locked', '--frozen'].map((flag) => isOn(call, flag));
  return flags.includes(true) ? true : flags.includes(undefined) ? undefined : false;
}

/** Options that choose what of a project is installed. */
const CHOICES =
  '--extra --all-extras --no-extra --group --no-group --only-group --all-groups --no-default-groups --dev --no-dev --only-dev --package --all-packages --no-editable'.split(
    ' ',
  );

/**
 * What of a project a call installs, as a text: equal for two calls that install the same. Undefined where a variable or word
 * that is not known may change it.
 */
export function choiceOf(call: UvCall): string | undefined {
  if (call.isOpen) return undefined;
  const parts: string[] = [];
  for (const flag of CHOICES) {
    const given = call.options.get(flag);
    if (given !== undefined) {
      for (const option of given) {
        if ('value' in option && option.value === undefined) return undefined;
        parts.push(`${flag} ${option.value ?? ''}`.trim());
      }
      continue;
    }
    const variable = variableFor('uv', flag);
    const value = variable && seenBy(call.command, variable.name);
    if (value?.kind === 'unknown') return undefined;
    if (variable !== undefined && value?.kind === 'known' && meansOn(variable.name, value.value))
      parts.push(variable.kind === 'list' ? `${flag} ${value.value}` : flag);
  }
  return parts.sort().join(' ');
}

/** uv's own images, in whatever registry they are mirrored; `astral/uv` is their name on Docker Hub. */
export function isUvImage({ registry, repository }: ImageReference): boolean {
  return /(?:^|\/)astral-sh\/uv$/.test(repository) || (registry === 'docker.io' && repository === 'astral/uv');
}

/**
 * How firmly the tag of one of uv's images fixes uv: a *minor* takes its next patch, a *variant* names what uv stands on but no
 * uv. *ended*: a variant that has had no builds since uv 0.10 (2026-02; changelogs/0.10.x.md) and so does not move.
 */
export function uvInTag({ tag, digest }: ImageReference): 'patch' | 'minor' | 'variant' | 'ended' | 'latest' {
  if (digest !== undefined) return 'patch';
  if (tag === undefined || tag === 'latest') return 'latest';
  if (/^\d+\.\d+\.\d+/.test(tag)) return 'patch';
  if (/^\d+\.\d+(?:-|$)/.test(tag)) return 'minor';
  return /bookworm|^alpine3\.(?:1\d|2[01])$|^python3\.8-/.test(tag) ? 'ended' : 'variant';
}

/** Addresses of uv's installer and archives that always give the newest release, with what stands in the way of a version. */
const INSTALLER = /^https?:\/\/(?:astral\.sh\/uv\/(install\.(?:sh|ps1))|github\.com\/astral-sh\/uv\/releases\/latest\/download\/(\S+))$/;

/** The address of the same installer for one version; undefined for any other address, and for one that names a version. */
export function pinnedInstaller(address: string, version: string): string | undefined {
  const [, script, file] = INSTALLER.exec(address) ?? [];
  if (script !== undefined) return `https://astral.sh/uv/${version}/${script}`;
  return file === undefined ? undefined : `https://github.com/astral-sh/uv/releases/download/${version}/${file}`;
}

/** What a project file says that decides what `uv run` adds; undefined where there is no project file to ask. */
export interface ProjectTraits {
  /** Whether it has a group that is installed unless told otherwise. */
  readonly hasDevelopment: boolean;
  /** Whether its own code is installed. */
  readonly isPackage: boolean;
  /** Whether it has the code of other projects beside it: members of a workspace, paths. */
  readonly needsOthers: boolean;
}

/**
 * What `uv run` installs beyond what a sync has installed, in words for a message: empty for nothing. SPEC: it adds what is
 * missing and removes nothing (`--inexact` is its default). Undefined where that cannot be told.
 */
export function installsMore(run: UvCall, sync: UvCall, project: ProjectTraits | undefined): string | undefined {
  const [wanted, made] = [choiceOf(run)?.split(/ (?=--)/), choiceOf(sync)?.split(/ (?=--)/)];
  if (wanted === undefined || made === undefined) return undefined;
  if (run.options.has('--with'))
    return run.options
      .get('--with')
      ?.map(({ value }) => `\`${value ?? '…'}\``)
      .join(', ');
  const missing = wanted.filter((part) => /^--(?:extra|group|only-group|all-extras|all-groups)\b/.test(part) && !covers(made, part));
  if (missing.length > 0) return missing.map((part) => `\`${part}\``).join(', ');
  // Of another member of a workspace nothing is known.
  if (wanted.filter(isOfMember).join(' ') !== made.filter(isOfMember).join(' ')) return undefined;
  if (takesDevelopment(wanted) && !takesDevelopment(made) && project?.hasDevelopment !== false) return 'the development group';
  const isOtherwise = ['--no-install-project', '--no-install-workspace', '--no-install-local'].some((option) => sync.options.has(option));
  const isCopied = made.includes('--no-editable') && !wanted.includes('--no-editable');
  if (project?.isPackage !== true || !(isOtherwise || isCopied)) return '';
  return isOtherwise ? 'the project itself' : 'the project itself as editable';
}

function covers(made: readonly string[], part: string): boolean {
  const [option = '', name = ''] = part.split(' ');
  if (made.includes(part)) return true;
  if (option === '--extra') return made.includes('--all-extras');
  return name !== '' && (made.includes('--all-groups') || made.includes(`--group ${name}`) || made.includes(`--only-group ${name}`));
}

const isOfMember = (part: string): boolean => /^--(?:package|all-packages)\b/.test(part);

function takesDevelopment(parts: readonly string[]): boolean {
  if (parts.includes('--dev') || parts.includes('--group dev') || parts.includes('--all-groups') || parts.includes('--only-dev'))
    return true;
  return !parts.some((part) => /^--(?:no-dev|no-default-groups|only-group|no-group dev)\b/.test(part));
}
