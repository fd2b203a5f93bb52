/**
 * The tools that keep a project's lock beside uv: how Poetry, PDM and their like are installed, and how firmly their calls hold to
 * the lock.
 *
 * Sources (read 2026-11-22): python-poetry/poetry CHANGELOG.md and docs/_index.md (2026-06-21); pdm-project.org (installation);
 * pipenv.pypa.io/en/latest/cli; pixi.sh/latest/reference/cli; pdm-project.org/latest/reference/cli.
 */
import type { Command, Script, ShellWord } from '../model/dockerfile.js';
import { isSwitchedOn, seenBy } from './caches.js';
import { once } from './once.js';
import { words } from './words.js';

/** A script of a tool's makers that installs it. */
export interface ToolInstaller {
  readonly tool: 'poetry' | 'pdm';
  /** The word with the address. */
  readonly word: ShellWord;
  readonly address: string;
  /** *gone*: taken away, so that the download fails. *fixed*: a version is given, or may be. */
  readonly state: 'gone' | 'newest' | 'fixed';
  /** The program that the script is piped to. */
  readonly runner?: Command;
}

/**
 * Installers and what became of them. get-poetry.py left Poetry's repository on 2023-01-01, install-poetry.py on 2023-06-03 (#8059):
 * what was read from its default branch is 404 since (python-poetry/poetry#7278, fastapi/full-stack-fastapi-template#540).
 */
const INSTALLERS: readonly { readonly address: RegExp; readonly tool: ToolInstaller['tool']; readonly isGone: boolean }[] = [
  { address: /^https?:\/\/install\.python-poetry\.org\/?$/, tool: 'poetry', isGone: false },
  {
    address:
      /^https?:\/\/raw\.githubusercontent\.com\/(?:python-poetry|sdispater)\/poetry\/(?:master|main|develop)\/(?:get|install)-poetry\.py$/,
    tool: 'poetry',
    isGone: true,
  },
  { address: /^https?:\/\/pdm(?:-project\.org|\.fming\.dev)\/install(?:-pdm\.py|\.sh)$/, tool: 'pdm', isGone: false },
];

/** Reads an address; undefined when it is none of the installers'. */
export function readInstaller(address: string): { readonly tool: ToolInstaller['tool']; readonly isGone: boolean } | undefined {
  return INSTALLERS.find((each) => each.address.test(address));
}

/** The installers that a script downloads, by the command that does. What is not piped to a program may be run by any. */
export const toolInstallers = once((script: Script): ReadonlyMap<Command, readonly ToolInstaller[]> => {
  const found = new Map<Command, readonly ToolInstaller[]>();
  const programs = script.commands.filter(({ name }) => /^(?:python|pypy|sh$|bash$)/.test(name));
  const runners = new Map(programs.flatMap((each) => (/^p/.test(each.name) ? [[each.pipeline, each] as const] : [])));
  const fixed = new Map<string, boolean>();
  for (const command of script.commands) {
    if (command.name !== 'curl' && command.name !== 'wget') continue;
    const installers = command.args.flatMap((word): readonly ToolInstaller[] => {
      const read = word.value === undefined ? undefined : readInstaller(word.value);
      if (read === undefined || word.value === undefined) return [];
      const { tool, isGone } = read;
      const runner = runners.get(command.pipeline);
      const isFixed =
        runner === undefined ? (fixed.get(tool) ?? programs.some((each) => givesVersion(each, tool))) : givesVersion(runner, tool);
      if (runner === undefined) fixed.set(tool, isFixed);
      const state = isGone ? 'gone' : isFixed || givesVersion(command, tool) ? 'fixed' : 'newest';
      return [{ tool, word, address: word.value, state, ...(runner === undefined ? {} : { runner }) }];
    });
    if (installers.length > 0) found.set(command, installers);
  }
  return found;
});

/** Whether a command sees or is given a version of the tool it installs, or takes the tool away. */
export function givesVersion(command: Command, tool: ToolInstaller['tool']): boolean {
  const seen = seenBy(command, `${tool.toUpperCase()}_VERSION`);
  if (seen.kind === 'unknown' || (seen.kind === 'known' && seen.value !== '')) return true;
  return command.args.some(({ value, prefix }) => value === undefined || /^--(?:version|git|path|uninstall)(?:=|$)|^-v$/.test(prefix));
}

/** Tools that keep a project's lock, or install those that do, by their names on PyPI. */
const PROJECT_TOOLS = words('poetry pipenv pdm hatch pipx');

/** Whether a package of PyPI is Poetry, Pipenv, PDM, Hatch or pipx. */
export function isProjectTool(name: string): boolean {
  return PROJECT_TOOLS.has(name.toLowerCase());
}

/**
 * What Poetry 2.0 (2025-01-05) took away and a call asks for: `poetry export`, `poetry shell`, `--no-dev`, `--remove-untracked`;
 * undefined for a call that 2.x knows.
 */
export function removedByPoetry2({ name, args }: Command): string | undefined {
  if (name !== 'poetry') return undefined;
  const [action] = args.filter(({ prefix }) => !prefix.startsWith('-')).map(({ value }) => value);
  if (action === 'export' || action === 'shell') return `poetry ${action}`;
  const option = args.find(({ value }) => value === '--no-dev' || value === '--remove-untracked')?.value;
  return option === undefined || (action !== 'install' && action !== 'update') ? undefined : `poetry ${action} ${option}`;
}

/** How a command of a tool with a lock treats it. */
export interface LockUse {
  readonly command: Command;
  /** In the user's words: `pipenv install`. */
  readonly title: string;
  /** The last word of the title. */
  readonly verb: ShellWord;
  /** By the name the tool looks for. */
  readonly manifest: string;
  readonly lock: string;
  /** Relative to the command's directory, where it names another one. */
  readonly directory?: string;
  /** *held*: it installs what the lock says, or fails. *taken*: it installs what the lock says; without one it resolves anew.
   *  *renewed*: where the lock does not fit, it resolves anew without a word. *passed over*: it takes the newest versions.
   *  *unknown*: that may depend on a variable. */
  readonly use: 'held' | 'taken' | 'renewed' | 'passed over' | 'unknown';
  /** The option that makes it hold to the lock. */
  readonly holding?: string;
}

interface LockingTool {
  readonly manifests: readonly string[];
  readonly lock: string;
  /** What the actions do when none of `holding` is given. */
  readonly actions: Readonly<Record<string, LockUse['use']>>;
  /** Options and variables that hold a call to the lock; the first option is the one to add. */
  readonly holding?: string;
  /** Options that pass the lock over. */
  readonly passing?: string;
  /** Options whose value is the next word. */
  readonly values?: string;
}

const LOCKING_TOOLS: Readonly<Record<string, LockingTool>> = {
  poetry: {
    manifests: ['pyproject.toml'],
    lock: 'poetry.lock',
    actions: { install: 'taken', sync: 'taken', update: 'passed over' },
    values: '--only --without --with -E --extras -C --directory -P --project',
  },
  pipenv: {
    manifests: ['Pipfile'],
    lock: 'Pipfile.lock',
    actions: { install: 'renewed', sync: 'held', update: 'passed over' },
    holding: '--deploy --ignore-pipfile PIPENV_IGNORE_PIPFILE',
    passing: '--skip-lock',
    values: '--python --categories --extra-pip-args --pypi-mirror -i --index -r --requirements -e --editable',
  },
  pdm: {
    manifests: ['pyproject.toml'],
    lock: 'pdm.lock',
    actions: { install: 'renewed', sync: 'held', update: 'passed over' },
    holding: '--frozen-lockfile --check --no-lock --frozen PDM_FROZEN_LOCKFILE',
    values: '-G --group --with --without -p --project -L --lockfile --venv -c --config --config-setting -x --override',
  },
  pixi: {
    manifests: ['pixi.toml', 'pyproject.toml'],
    lock: 'pixi.lock',
    actions: { install: 'renewed', update: 'passed over', upgrade: 'passed over' },
    holding: '--locked --frozen PIXI_LOCKED PIXI_FROZEN',
    values: '-e --environment --manifest-path -m --concurrent-downloads --concurrent-solves --pypi-keyring-provider --color',
  },
};

/** The calls of a script that install what a manifest lists and a lock fixes, uv's left out: see facts/uv.ts. */
export const lockUses = once((script: Script): readonly LockUse[] =>
  script.commands.flatMap((command) => (command.name === 'julia' ? readInstantiation(command) : readLockUse(command))),
);

function readLockUse(command: Command): readonly LockUse[] {
  const { name, args } = command;
  const tool = Object.hasOwn(LOCKING_TOOLS, name) ? LOCKING_TOOLS[name] : undefined;
  if (tool === undefined) return [];
  const takesValue = words(tool.values ?? '');
  const operands = args.filter((word, i) => !word.prefix.startsWith('-') && !takesValue.has(args[i - 1]?.value ?? ''));
  const [verb, ...named] = operands;
  const action = verb?.value ?? '';
  const use = Object.hasOwn(tool.actions, action) ? tool.actions[action] : undefined;
  // What a call names is added to the project; another project or lock is not looked for.
  if (verb === undefined || use === undefined || named.some(({ value }) => value !== undefined) || args.some(namesOtherProject)) return [];
  const holding = (tool.holding ?? '').split(' ').filter((each) => each !== '');
  const [option] = holding;
  const given = (names: readonly string[]): boolean => args.some(({ value }) => value !== undefined && names.includes(value));
  const switches = holding.filter((each) => !each.startsWith('-')).map((variable) => isSwitchedOn(command, variable));
  const isOpen = named.length > 0 || args.some(({ value, prefix }) => value === undefined && prefix === '') || switches.includes(undefined);
  const isHeld = given(holding) || switches.includes(true);
  const settled = given((tool.passing ?? '').split(' '))
    ? ('passed over' as const)
    : isHeld
      ? ('held' as const)
      : isOpen
        ? ('unknown' as const)
        : use;
  return tool.manifests.map((manifest) => ({
    command,
    title: `${name} ${action}`,
    verb,
    manifest,
    lock: tool.lock,
    use: settled,
    ...(option === undefined ? {} : { holding: option }),
  }));
}

function namesOtherProject({ prefix }: ShellWord): boolean {
  return /^(?:-C|-P|-p|-L|-m|-r|-e|-g|--(?:directory|project|manifest-path|lockfile|requirements|editable|global|dry-run|help|version))(?:=|$)/.test(
    prefix,
  );
}

/** `julia --project=app -e 'using Pkg; Pkg.instantiate()'`: without Manifest.toml it resolves anew. */
function readInstantiation(command: Command): readonly LockUse[] {
  const project = command.args.find(({ prefix }) => prefix.startsWith('--project'));
  const code = command.args.find(({ value, text }) => /\binstantiate\b/.test(value ?? text));
  const named = /^--project=(.+)$/.exec(project?.value ?? '')?.[1];
  // `@.` looks for the project further up, too; without the option it is that of the user.
  if (code === undefined || project?.value === undefined || /\bactivate\b|\brm\(/.test(code.value ?? code.text)) return [];
  const directory = named === undefined || named === '@.' ? {} : { directory: named };
  return [{ command, title: 'Pkg.instantiate()', verb: code, manifest: 'Project.toml', lock: 'Manifest.toml', use: 'taken', ...directory }];
}
