/**
 * What uv, Poetry, PDM and Pipenv are asked to install of a project: which of its extras and groups, from which directory.
 *
 * Sources (read 2026-11): docs.astral.sh/uv/reference/cli (`uv sync`, `uv add`), python-poetry.org/docs/cli (`install`, `sync`, `add`),
 * pdm-project.org/latest/reference/cli, pipenv.pypa.io/en/latest/cli, and the variables these name.
 */
import type { Command, ShellWord } from '../model/dockerfile.js';
import { joinPath } from '../model/paths.js';
import { isSwitchedOn, seenBy } from './caches.js';
import { directoryOf } from './working-directory.js';

/** A tool that installs a project's dependencies from its own lock. */
export type ProjectTool = 'uv' | 'poetry' | 'pdm' | 'pipenv';

/** One call that installs what a project lists. */
export interface ProjectInstall {
  readonly command: Command;
  readonly tool: ProjectTool;
  /** `sync`, `install`, `add`. */
  readonly verb: ShellWord;
  /** Where the tool looks for the project, absolute; undefined where that is not known. */
  readonly directory: string | undefined;
  /** Whether what the project always needs is installed. */
  readonly hasMain: boolean;
  /** Whether development's groups are installed unless {@link leftOut}: `default` are those the project says so of. */
  readonly development: 'default' | 'all' | 'none';
  readonly groups: ReadonlySet<string>;
  readonly leftOut: ReadonlySet<string>;
  readonly extras: ReadonlySet<string> | 'all';
  /** The member of a uv workspace that is asked for; `all` for all. */
  readonly member?: string;
  /** Requirements that the command itself names: `uv add torch`. */
  readonly named: readonly ShellWord[];
  /** Whether every option is understood. */
  readonly isCertain: boolean;
}

interface Grammar {
  readonly actions: readonly string[];
  /** The actions whose operands are requirements. */
  readonly adding: readonly string[];
  /** Options whose value is the next word. */
  readonly values: readonly string[];
}

const GRAMMARS: Readonly<Record<ProjectTool, Grammar>> = {
  uv: {
    actions: ['sync', 'add'],
    adding: ['add'],
    values: [
      ...'--extra --no-extra --group --no-group --only-group --package --directory --project --python -p --index --default-index -i'.split(
        ' ',
      ),
      ...'--index-url --extra-index-url -f --find-links --no-install-package --link-mode --resolution --prerelease --exclude-newer'.split(
        ' ',
      ),
      ...'--cache-dir --config-file --index-strategy --keyring-provider --upgrade-package -P --reinstall-package --refresh-package'.split(
        ' ',
      ),
      ...'--config-setting -C --no-binary-package --no-build-package --no-build-isolation-package --python-preference --color'.split(' '),
      ...'--allow-insecure-host --fork-strategy --optional --branch --tag --rev --requirements -r --constraints -c --marker -m --script'.split(
        ' ',
      ),
      ...'--python-platform --inexact-group --bounds --torch-backend --output-format --only-install-package'.split(' '),
    ],
  },
  poetry: {
    actions: ['install', 'sync', 'add'],
    adding: ['add'],
    values: '--only --without --with -E --extras -C --directory -P --project -G --group --python --platform --source --optional'.split(' '),
  },
  pdm: {
    actions: ['install', 'sync', 'add'],
    adding: ['add'],
    values: '-G --group --with --without -p --project -L --lockfile --venv -c --config --config-setting -x --override'.split(' '),
  },
  pipenv: {
    actions: ['install', 'sync'],
    adding: ['install'],
    values: '--categories --category --python --pypi-mirror -i --index --extra-pip-args -r --requirements -e --editable'.split(' '),
  },
};

/** How a command installs a project's dependencies; undefined when it does not. */
export function projectInstall(command: Command): ProjectInstall | undefined {
  const { name, args } = moduleOf(command);
  if (!isProjectTool(name)) return undefined;
  const grammar = GRAMMARS[name];
  const { operands, options } = readOptions(args, grammar);
  const [verb, ...named] = operands;
  const action = verb?.value ?? '';
  if (verb === undefined || !grammar.actions.includes(action)) return undefined;
  if (options.some(({ option }) => option === '--help' || option === '-h' || option === '--dry-run')) return undefined;
  const last = (...names: readonly string[]): string | undefined => options.findLast(({ option }) => names.includes(option))?.value;
  const here = directoryOf(command);
  const directory = last('--directory', '--project', '-C', ...(name === 'poetry' ? ['-P'] : []), ...(name === 'pdm' ? ['-p'] : []));
  const selection = SELECTIONS[name](options, command);
  const member = options.some(({ option }) => option === '--all-packages') ? 'all' : name === 'uv' ? last('--package') : undefined;
  return {
    command,
    tool: name,
    verb,
    directory: directory === undefined ? here : directory.startsWith('/') ? joinPath('/', directory) : here && joinPath(here, directory),
    ...selection,
    ...(member === undefined ? {} : { member }),
    named: grammar.adding.includes(action) ? named : [],
    isCertain:
      options.every(({ isKnown }) => isKnown) &&
      args.every(({ value }) => value !== undefined) &&
      !options.some(({ option }) => option === '-r' || option === '--requirements'),
  };
}

function isProjectTool(name: string): name is ProjectTool {
  return Object.hasOwn(GRAMMARS, name);
}

/** `python -m poetry install` is `poetry install`. */
function moduleOf({ name, args }: Command): { readonly name: string; readonly args: readonly ShellWord[] } {
  if (!/^python[\d.]*$/.test(name) || args[0]?.value !== '-m') return { name, args };
  return { name: args[1]?.value ?? '', args: args.slice(2) };
}

interface Given {
  readonly option: string;
  readonly value: string | undefined;
  /** False where the value is not known. */
  readonly isKnown: boolean;
}

function readOptions(args: readonly ShellWord[], { values }: Grammar): { operands: ShellWord[]; options: Given[] } {
  const operands: ShellWord[] = [];
  const options: Given[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as ShellWord;
    const text = word.value ?? word.prefix;
    if (!text.startsWith('-') || text === '-') {
      operands.push(word);
      continue;
    }
    const equals = text.startsWith('--') ? text.indexOf('=') : -1;
    const attached = /^-[A-Za-z]./.test(text) && values.includes(text.slice(0, 2)) ? text.slice(2) : undefined;
    const option = equals > 0 ? text.slice(0, equals) : attached === undefined ? text : text.slice(0, 2);
    if (equals > 0) options.push({ option, value: text.slice(equals + 1), isKnown: word.value !== undefined });
    else if (attached !== undefined) options.push({ option, value: attached.replace(/^=/, ''), isKnown: word.value !== undefined });
    else if (values.includes(option)) {
      const value = args[++at]?.value;
      options.push({ option, value, isKnown: value !== undefined });
    } else options.push({ option, value: undefined, isKnown: word.value !== undefined });
  }
  return { operands, options };
}

type Selection = Pick<ProjectInstall, 'hasMain' | 'development' | 'groups' | 'leftOut' | 'extras'>;

/** SPEC: lists are repeated, or written with commas or blanks in between. */
function listOf(options: readonly Given[], ...names: readonly string[]): ReadonlySet<string> {
  return new Set(
    options.flatMap(({ option, value = '' }) => (names.includes(option) ? value.split(/[\s,]+/).filter((item) => item !== '') : [])),
  );
}

const SELECTIONS: Readonly<Record<ProjectTool, (options: readonly Given[], command: Command) => Selection>> = {
  uv(options, command) {
    const has = (...names: readonly string[]): boolean => options.some(({ option }) => names.includes(option));
    const only = listOf(options, '--only-group');
    const withoutDevelopment = has('--no-dev') || isSwitchedOn(command, 'UV_NO_DEV') === true;
    return {
      hasMain: only.size === 0 && !has('--only-dev'),
      development: only.size > 0 || has('--only-dev', '--no-default-groups') ? 'none' : has('--all-groups') ? 'all' : 'default',
      groups: new Set([...only, ...listOf(options, '--group'), ...(has('--dev', '--only-dev') ? ['dev'] : [])]),
      leftOut: new Set([...listOf(options, '--no-group'), ...(withoutDevelopment ? ['dev'] : [])]),
      // LIMIT: `--all-extras --no-extra x` counts as all of them.
      extras: has('--all-extras') ? 'all' : listOf(options, '--extra'),
    };
  },
  poetry(options, command) {
    const has = (...names: readonly string[]): boolean => options.some(({ option }) => names.includes(option));
    const only = listOf(options, '--only');
    const withoutDevelopment = has('--no-dev') || seenBy(command, 'POETRY_NO_DEV').kind === 'known';
    return {
      hasMain: (only.size === 0 && !has('--only-root')) || only.has('main'),
      development: only.size > 0 || has('--only-root') || withoutDevelopment ? 'none' : has('--all-groups') ? 'all' : 'default',
      groups: new Set([...only, ...listOf(options, '--with')]),
      leftOut: listOf(options, '--without'),
      extras: has('--all-extras') ? 'all' : listOf(options, '-E', '--extras'),
    };
  },
  pdm(options) {
    const has = (...names: readonly string[]): boolean => options.some(({ option }) => names.includes(option));
    const groups = listOf(options, '-G', '--group', '--with');
    const isProduction = has('--prod', '--production', '--no-dev', '--without-dev');
    const isAll = groups.has(':all');
    return {
      hasMain: !has('--no-default', '--no-defaults'),
      development: isProduction ? 'none' : 'all',
      groups,
      leftOut: listOf(options, '--without'),
      extras: isAll ? 'all' : groups,
    };
  },
  pipenv(options, command) {
    const has = (...names: readonly string[]): boolean => options.some(({ option }) => names.includes(option));
    const categories = listOf(options, '--categories', '--category');
    const hasDevelopment = has('--dev', '-d') || isSwitchedOn(command, 'PIPENV_DEV') === true;
    const groups = new Set([...categories].map((name) => CATEGORIES[name] ?? name));
    return {
      hasMain: (categories.size === 0 || groups.has('main')) && !has('--dev-only'),
      development: 'none',
      groups: hasDevelopment ? new Set([...groups, 'dev']) : groups,
      leftOut: new Set(),
      extras: new Set(),
    };
  },
};

const CATEGORIES: Readonly<Record<string, string>> = { packages: 'main', default: 'main', 'dev-packages': 'dev', develop: 'dev' };
