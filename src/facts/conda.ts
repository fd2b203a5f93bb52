/**
 * What `conda install` and its relatives are asked for, and what removes the archives they leave behind.
 *
 * Sources: conda/conda conda/cli (2026-08-21), mamba-org/mamba micromamba/src (2026-07-24): options, and what `clean` takes;
 * docs.conda.io "package match specifications".
 */
import type { Command, Script, ShellWord, Span } from '../model/dockerfile.js';
import { cacheMounts, cleanersAfter, isWithin, mayCleanUp, removedPaths, seenBy } from './caches.js';
import { once } from './once.js';
import type { Pinning } from './requirement.js';
import { words } from './words.js';

/** A package word: `channel::name=version=build` and its other forms. */
export interface CondaPackage {
  readonly word: ShellWord;
  /** As conda sees it, quotes removed. */
  readonly text: string;
  readonly name: string;
  readonly channel?: string;
  readonly pinning: Pinning;
}

/** What a call of conda does to an environment. */
export type CondaAction = 'install' | 'create' | 'update' | 'env create' | 'env update';

/** One call of conda, mamba or micromamba that installs packages. */
export interface CondaInstall {
  readonly command: Command;
  readonly program: 'conda' | 'mamba' | 'micromamba';
  readonly action: CondaAction;
  /** From the program to the action. */
  readonly head: Span;
  /** In the user's words, without options: `mamba env update`. */
  readonly title: string;
  readonly packages: readonly CondaPackage[];
  /** Words that depend on something unknown, and words that are no specification. */
  readonly dynamic: readonly ShellWord[];
  readonly files: readonly string[];
  readonly channels: readonly string[];
  /** Every option as written, with its word; the value is absent for a flag and undefined when it is not known. */
  readonly options: ReadonlyMap<string, { readonly word: ShellWord; readonly value?: string | undefined }>;
}

const VALUES = words(
  '-n --name -p --prefix -f --file -c --channel --repodata-fn --exclude-newer --solver --experimental --experimental-solver ' +
    '--shortcuts-only --subdir --platform --console --format --environment-specifier --env-spec --clone --revision -r --root-prefix ' +
    '--rc-file --channel-alias --repodata-ttl --cacert-path --ssl-verify --log-level --trusted-channels --safety-checks --category ' +
    '--relocate-prefix --lock-timeout',
);

/** Reads a call of conda, mamba or micromamba; undefined when it installs nothing. */
export function condaInstalls(command: Command): CondaInstall | undefined {
  return programOf(command) === undefined ? undefined : readOnce(command);
}

const readOnce = once(readCondaInstall);

/** The installs of a script, in its order. */
export const condaCalls = once((script: Script): readonly CondaInstall[] =>
  script.commands.flatMap((command) => condaInstalls(command) ?? []),
);

function readCondaInstall(command: Command): CondaInstall | undefined {
  const program = programOf(command);
  if (program === undefined) return undefined;
  const { operands, options, files, channels } = readOptions(command, program);
  const [first, second] = operands;
  const isEnvironment = first?.value === 'env';
  const action = isEnvironment ? `env ${second?.value}` : first?.value === 'upgrade' ? 'update' : (first?.value ?? '');
  if (!isAction(action) || options.has('--dry-run') || options.has('-d') || options.has('--help') || options.has('-h')) return undefined;
  const packages: CondaPackage[] = [];
  const dynamic: ShellWord[] = [];
  for (const word of operands.slice(isEnvironment ? 2 : 1)) {
    // `conda env create NAME` and `conda env update FILE` take no packages.
    if (isEnvironment) continue;
    const read = word.value === undefined ? undefined : readSpecification(word.value);
    if (read === undefined || word.value === undefined) dynamic.push(word);
    else packages.push({ word, text: word.value, ...read });
  }
  const start = command.words[0]?.span.start ?? command.span.start;
  const last = isEnvironment ? second : first;
  return {
    command,
    program,
    action,
    head: { start, end: Math.max(last?.span.end ?? start, start) },
    title: `${command.name} ${first?.value}${isEnvironment ? ` ${second?.value}` : ''}`,
    packages,
    dynamic,
    files,
    channels,
    options,
  };
}

function programOf({ name }: Command): CondaInstall['program'] | undefined {
  if (name === 'conda' || name === 'mamba' || name === 'micromamba') return name;
  return undefined;
}

function isAction(text: string): text is CondaAction {
  return text === 'install' || text === 'create' || text === 'update' || text === 'env create' || text === 'env update';
}

/** Tells options from operands; options may stand anywhere, `--no-capture-output` and its like in front of the action, too. */
function readOptions(command: Command, program: string) {
  const operands: ShellWord[] = [];
  const options = new Map<string, { word: ShellWord; value?: string | undefined }>();
  const files: string[] = [];
  const channels: string[] = [];
  const add = (name: string, word: ShellWord, value: string | undefined): void => {
    options.set(name, { word, value });
    if (value !== undefined && (name === '-f' || name === '--file')) files.push(value);
    if (value !== undefined && (name === '-c' || name === '--channel')) channels.push(value);
  };
  const { args } = command;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as ShellWord;
    const text = word.value ?? word.prefix;
    if (!text.startsWith('-') || text === '-') {
      if (word.value !== undefined || operands.length > 0) operands.push(word);
      continue;
    }
    const next = args[at + 1];
    if (text.startsWith('--')) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      // A flag of conda, an option with a value in micromamba.
      const hasPriority = name === '--channel-priority' && program !== 'conda' && /^(?:strict|flexible|disabled)$/.test(next?.value ?? '');
      if (equals >= 0) add(name, word, word.value === undefined ? undefined : text.slice(equals + 1));
      else if (VALUES.has(name) || hasPriority) add(name, word, args[++at]?.value);
      else options.set(name, { word });
      continue;
    }
    for (let i = 1; i < text.length; i++) {
      const name = `-${text.charAt(i)}`;
      if (!VALUES.has(name)) {
        options.set(name, { word });
        continue;
      }
      const attached = text.slice(i + 1).replace(/^=/, '');
      if (attached !== '' || word.value === undefined) add(name, word, word.value === undefined ? undefined : attached);
      // NOTE: `-f` was conda's `--force` until 4.x: without a file behind it, it takes nothing.
      else if (name === '-f' && /^[A-Za-z0-9_-]+$/.test(next?.value ?? '')) options.set(name, { word });
      else add(name, word, args[++at]?.value);
      break;
    }
  }
  return { operands, options, files, channels };
}

/** Reads a match specification; undefined when it is none. A file or an address names one build: it is pinned. */
export function readSpecification(text: string): Pick<CondaPackage, 'name' | 'channel' | 'pinning'> | undefined {
  if (/\.(?:conda|tar\.bz2)(?:#.*)?$/.test(text) || /^[a-z]+:\/\//.test(text)) {
    return { name: text.replace(/^.*\//, ''), pinning: 'pinned' };
  }
  const match = /^(?:(\S+?)::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*([^[]*)(?:\[(.*)\])?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, channel, name = '', written = '', brackets = ''] = match;
  const bracket = /(?:^|,)\s*version\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,]*))/.exec(brackets);
  const version = written.trim() === '' ? (bracket?.[1] ?? bracket?.[2] ?? bracket?.[3] ?? '') : written.trim();
  return { name, ...(channel === undefined ? {} : { channel }), pinning: pinningOf(version) };
}

/** `=1.2` and `==1.2.3` name a version, `=1.2=py312_0` also a build; `=*=*cuda*` a build of any version. */
function pinningOf(written: string): Pinning {
  const [version = ''] = written.replace(/^=+\s*/, '=').split(/(?<=[^=<>!~|,\s])\s*=(?!=)|\s+(?=[A-Za-z*][^,|]*$)/);
  const text = version.trim();
  if (text === '' || text === '=*' || text === '*' || text === '=') return 'unpinned';
  if (/^=?\d/.test(text) && !/[<>]/.test(text)) return 'pinned';
  if (/<|~=|\|/.test(text)) return 'bounded';
  return /^[=\d]/.test(text) && !/[<>!]/.test(text) ? 'pinned' : 'ranged';
}

/** Tools of conda itself, and pip: a build uses them, the image's programs do not. */
const TOOLS = words(
  'conda mamba micromamba conda-lock conda-pack conda-build conda-tree conda-verify conda-libmamba-solver conda-merge conda-minify ' +
    'conda-project conda-devenv libmambapy constructor boa grayskull anaconda-client pip setuptools wheel',
);

/** Whether a package is a tool that installs or packs others. */
export function isCondaTool({ name }: CondaPackage): boolean {
  return TOOLS.has(name.toLowerCase());
}

/** Packages that only choose between builds of others; their version says nothing. */
const SWITCHES = words('cpuonly blas libblas libcblas liblapack liblapacke mpi nomkl _openmp_mutex _libgcc_mutex __glibc');

/** Whether a package only chooses a build, as `libblas=*=*mkl`, `nomkl` and `cuda100` do. */
export function isSwitch({ name }: CondaPackage): boolean {
  return SWITCHES.has(name.toLowerCase()) || /^cuda\d+$/.test(name);
}

/** Whether the packages come from a lock: an explicit list, a conda-lock file, or the channel of the build itself. */
export function isLocked({ files, options }: CondaInstall): boolean {
  return (
    options.has('--use-local') || options.has('--exclude-newer') || files.some((file) => /lock|explicit/i.test(file.replace(/^.*\//, '')))
  );
}

/** Whether a call fetches packages at all: a new environment without any, a clone and an offline call do not. */
export function fetchesPackages({ action, packages, dynamic, files, options }: CondaInstall): boolean {
  if (options.has('--clone') || options.has('--offline') || options.has('--download-only')) return false;
  return action.startsWith('env ') || action === 'update' || packages.length + dynamic.length + files.length > 0;
}

/** What becomes of the archives an install fetches. */
export type CondaCache =
  | { readonly kind: 'kept' }
  /** A clean follows that leaves them. */
  | { readonly kind: 'partial'; readonly clean: Command }
  /** They do not stay in the layer, or that cannot be told. */
  | { readonly kind: 'gone' };

/** Whether the archives of an install stay in its layer. */
export function condaCache({ command }: CondaInstall): CondaCache {
  const packages = seenBy(command, 'CONDA_PKGS_DIRS');
  const directory = packages.kind === 'known' ? packages.value : undefined;
  const mounts = cacheMounts(command);
  if (mounts.some((mount) => /(?:^|\/)(?:pkgs|\.?(?:conda|mamba|micromamba)[\w.-]*)\/?$/.test(mount) || /\/pkgs\//.test(mount)))
    return { kind: 'gone' };
  if (directory !== undefined && mounts.some((mount) => isWithin(directory, mount))) return { kind: 'gone' };
  const later = cleanersAfter(command);
  if (later.some((next) => cleans(next) === 'packages' || removesPackages(next, directory) || mayCleanUp(next))) return { kind: 'gone' };
  const partial = later.find((next) => cleans(next) === 'other');
  return partial === undefined ? { kind: 'kept' } : { kind: 'partial', clean: partial };
}

/** What a `conda clean` removes; undefined for another command. Letters may run together: `-afy`, `-tipsy`. */
export function cleans(command: Command): 'packages' | 'other' | undefined {
  if (programOf(command) === undefined) return undefined;
  const words = command.args.map(({ value, text }) => value ?? text);
  if (words.find((word) => !word.startsWith('-')) !== 'clean') return undefined;
  const takesPackages = (word: string): boolean =>
    /^--(?:all|tarballs|packages|force-pkgs-dirs)$/.test(word) || /^-(?!-)[A-Za-z]*[atpf]/.test(word);
  return words.some(takesPackages) ? 'packages' : 'other';
}

/** `rm -rf /opt/conda/pkgs`, what is in it, or all around it. */
function removesPackages(command: Command, directory: string | undefined): boolean {
  return removedPaths(command).some(({ value, text }) => {
    const path = (value ?? text.replaceAll('"', '')).replace(/\/(?:\*)?$/, '');
    if (
      /(?:^|\/)pkgs(?:\/\{[^}]*\}|\/\*\..*)?$/.test(path) ||
      /(?:^|\/)(?:\.?(?:conda|mamba|micromamba)|miniconda3?|anaconda3?|miniforge3?)$/.test(path)
    )
      return true;
    return directory !== undefined && path.startsWith('/') && path !== '/' && isWithin(directory, path);
  });
}
