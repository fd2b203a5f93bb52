/**
 * Whether commands keep away from some paths: neither read nor change what lies there. What is not known to keep away does not.
 */
import type { Command, Script, ShellWord } from '../model/dockerfile.js';
import { isInside, joinPath } from '../model/paths.js';
import { isProjectScript } from './apt.js';
import { condaInstalls } from './conda.js';
import { manifestInstalls } from './manifests.js';
import { once } from './once.js';
import { pipInstalls } from './pip.js';
import { words } from './words.js';
import { directoryOf } from './working-directory.js';

/**
 * Whether a command leaves alone what lies at some paths, and does not read it: *certain*, or *likely* where it fetches files of
 * which nothing is known; undefined where it may well read it.
 *
 * @param entered directories that exist without what moves
 * @param isOwned whether what moves makes its directory for somebody
 */
export function apartness(
  command: Command,
  targets: readonly string[],
  entered: readonly string[],
  isOwned: boolean,
): 'certain' | 'likely' | undefined {
  const { name, args, redirects, assignments } = command;
  const directory = directoryOf(command);
  const isApart = (value: string | undefined): boolean => {
    if (value === undefined) return false;
    if (/^[a-z][a-z+]*:\/\//i.test(value)) return true;
    if (!value.startsWith('/') && (directory === undefined || /^[~*?]/.test(value))) return false;
    const place = joinPath(directory ?? '/', value);
    return targets.every((target) => areApart(place, target));
  };
  const values = args.map(({ value }) => value);
  if (redirects.some(({ target }) => target !== undefined && !isApart(target.value))) return undefined;
  if (command.words.length === 0) return assignments.length > 0 || redirects.length > 0 ? 'certain' : undefined;
  if (name === 'cd') {
    const place = directory;
    return place !== undefined && (isApart(values[0]) || targets.includes(place) || entered.some((known) => isInside(known, place)))
      ? 'certain'
      : undefined;
  }
  const grade = ofInstall(command);
  if (grade !== undefined) return grade === 'reads' ? undefined : grade;
  if (MAKE_HOMES.has(name) && values.some((value) => targets.some((target) => !areApart(target, `/home/${value}`)))) return undefined;
  if (APART.has(name) || MAKE_HOMES.has(name))
    return values.every((value) => value === undefined || !/^\.?\//.test(value) || isApart(value)) ? 'certain' : undefined;
  if (FETCHERS.has(name)) return args.some(({ value, prefix }) => SENDS.test(value ?? prefix)) ? undefined : 'likely';
  if (name === 'mkdir') return isOwned && !values.every((value) => value?.startsWith('-') || isApart(value)) ? undefined : 'likely';
  // No environment comes with the code.
  if (SHELLS.has(name) && /^\/.*\/bin\/activate$/.test(values[0] ?? '')) return 'likely';
  if (name === 'git') return values[0] === 'clone' || values[0] === 'config' || values[0] === 'lfs' ? 'likely' : undefined;
  if (SHELLS.has(name)) return isProjectScript(command) ? undefined : 'likely';
  if (TESTS.has(name))
    return values.every((value, i) => !/^-[defhLrswx]$/.test(values[i - 1] ?? '') || isApart(value)) ? 'certain' : undefined;
  if (!BY_NAME.has(name)) return undefined;
  const operands = args.filter(({ value, prefix }) => !(value ?? prefix).startsWith('-'));
  return operands.slice(/^ch(?:mod|own|grp)$/.test(name) ? 1 : 0).every((word) => isOperandApart(word, isApart)) ? 'certain' : undefined;
}

function isOperandApart({ value, prefix, glob }: ShellWord, isApart: (value: string | undefined) => boolean): boolean {
  if (value !== undefined && !glob) return isApart(value);
  // `/tmp/$FILE`, `/var/lib/apt/lists/*`: apart where the directory is.
  const known = (value ?? prefix).replace(/[^/]*[*?[].*$/, '');
  const parent = known.slice(0, known.lastIndexOf('/'));
  return parent !== '' && isApart(parent);
}

/** Whether a command does not install into the directories where copies land. */
export function installsApart(command: Command, targets: readonly string[]): boolean {
  const options = pipInstalls(command)?.options ?? condaInstalls(command)?.options;
  if (options === undefined) return true;
  const names = pipInstalls(command) === undefined ? ['-p', '--prefix'] : ['--target', '--prefix', '--root', '--src'];
  const directory = directoryOf(command);
  return names.every((name) => {
    if (!options.has(name)) return true;
    const value = options.get(name)?.value;
    if (value === undefined || (directory === undefined && !value.startsWith('/'))) return false;
    return targets.every((target) => areApart(joinPath(directory ?? '/', value), target));
  });
}

const fromManifests = once((script: Script): ReadonlySet<Command> => new Set(manifestInstalls(script).map(({ command }) => command)));

/** Of a call of an installer: whether it reads files of the project; undefined for other commands. */
const ofInstall = once((command: Command): 'certain' | 'likely' | 'reads' | undefined => {
  const { name, args } = command;
  const pip = pipInstalls(command);
  // What it is to install comes from elsewhere.
  if (command.wrappers.some((wrapper) => wrapper.name === 'xargs')) return 'reads';
  if (pip !== undefined) {
    const { packages, requirementFiles, constraintFiles, findLinks, dynamic, options } = pip;
    const isNamed = packages.every(({ requirement, editable }) => requirement.kind !== 'local' && !editable);
    const hasFiles = requirementFiles.length + constraintFiles.length + findLinks.filter((link) => !/^https?:/.test(link)).length > 0;
    const reads = hasFiles || !isNamed || dynamic.length > 0 || [...options.keys()].some((option) => READING_OPTIONS.has(option));
    return reads ? 'reads' : 'certain';
  }
  if (fromManifests(command.script).has(command)) return 'reads';
  const conda = condaInstalls(command);
  if (conda !== undefined) return conda.files.length > 0 || conda.dynamic.length > 0 ? 'reads' : 'certain';
  const [first, second] = args.map(({ value }) => value);
  if (/^pip[\d.]*$/.test(name)) return 'certain';
  if (/^python[\d.]*$/.test(name)) {
    if (/^(?:-V|--version)$/.test(first ?? '')) return 'certain';
    return first === '-m' && MODULES.has(second ?? '') ? 'likely' : first === '-' && args.length === 1 ? 'likely' : 'reads';
  }
  if (name === 'uv') return UV_ACTIONS.has(first ?? '') ? 'certain' : 'reads';
  if (/^(?:conda|mamba|micromamba)$/.test(name)) return CONDA_ACTIONS.has(first ?? '') ? 'certain' : 'reads';
  return undefined;
});

/** Options of pip and uv that name files of the project, or bring what they name from it. */
export const READING_OPTIONS = words(
  '--group --override --overrides --excludes --build-constraint --build-constraints --config-file --project --directory ' +
    '--requirements-from-script --cert --client-cert --extra --all-extras --editable',
);

const MODULES = words('pip venv virtualenv ensurepip spacy nltk.downloader playwright');
const UV_ACTIONS = words('venv cache python self tool --version version');
const CONDA_ACTIONS = words('clean config init activate deactivate info list shell --version');

/** Programs that read and change no file but their own, whatever they are asked for; files that they are given begin with `./`. */
const APART = words(
  'apt apt-get apt-cache apt-key add-apt-repository apk yum dnf microdnf dpkg-reconfigure debconf-set-selections locale-gen update-locale ' +
    'update-ca-certificates update-alternatives ldconfig usermod groupadd addgroup passwd chpasswd id whoami ' +
    'echo printf export set unset ulimit umask sleep date uname arch nproc lsb_release getconf command which type hash true false : exit ' +
    'shopt',
);
/** Programs that make a directory and put files into it, unless it is there. */
const MAKE_HOMES = words('useradd adduser');
/** Programs that bring files from elsewhere. */
const FETCHERS = words('curl wget');
/** Options of theirs that name files to read. */
const SENDS = /^(?:@|-[iTKF]$|--(?:input-file|upload-file|config|form|data)\b)/;
const SHELLS = words('sh bash dash ash zsh source .');
const TESTS = words('[ [[ test');
/** Programs that touch the files they name and nothing else. */
const BY_NAME = words('rm ln chmod chown chgrp touch mv cp cat tee sed grep head tail ls find du stat gpg');

/** Whether neither of two absolute paths lies in the other. */
export function areApart(a: string, b: string): boolean {
  return !isInside(a, b) && !isInside(b, a);
}
