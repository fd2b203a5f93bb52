/**
 * Which Python a command or a tag asks for, whichever program fetches it. Only exact minors count: `python>=3.8` and
 * `python3` leave the choice to somebody else.
 *
 * Sources (read 2026-11): packages.ubuntu.com, packages.debian.org and launchpad.net/~deadsnakes for package names;
 * docs.conda.io (match specifications); docs.astral.sh/uv/reference/cli (python install, venv); pyenv's README.
 */
import type { Command, ImageReference, ShellWord } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import type { Distribution, ImageFacts } from './images.js';

/** A minor somebody asked for, and the word that asks. */
export interface AskedPython {
  /** `3.9`; `2.7` for a bare `python2`. */
  readonly minor: string;
  readonly word: ShellWord;
  /** How the word spells the minor: `3.9`, `39`; what a person would change. */
  readonly spelling: string;
  /** Who provides it: the distribution or an archive beside it, conda, or a build of its own. */
  readonly from: 'apt' | 'conda' | 'build';
}

/** The Pythons a command installs. */
export function pythonsAskedFor(command: Command): readonly AskedPython[] {
  if (!INSTALLERS.test(command.name)) return [];
  const { name, args } = command;
  const first = args.findIndex(({ value }) => value !== undefined && !value.startsWith('-'));
  const subcommand = args[first]?.value;
  const rest = args.slice(first + 1);
  switch (name) {
    case 'apt':
    case 'apt-get':
    case 'aptitude':
      return args.some(({ value }) => value === 'install') ? found(args, APT_PACKAGE, 'apt') : [];
    case 'conda':
    case 'mamba':
    case 'micromamba':
      if (subcommand === 'install' || subcommand === 'create') return found(rest, CONDA_SPECIFICATION, 'conda');
      return subcommand === 'env' && rest[0]?.value === 'create' ? found(rest, CONDA_SPECIFICATION, 'conda') : [];
    case 'uv':
      if (subcommand === 'python' && rest[0]?.value === 'install') return found(rest.slice(1), PLAIN_VERSION, 'build');
      return subcommand === 'venv' ? found(optionValues(rest, ['-p', '--python']), PLAIN_VERSION, 'build') : [];
    case 'pyenv':
      return subcommand === 'install' ? found(rest, PLAIN_VERSION, 'build') : [];
    default:
      return [];
  }
}

const INSTALLERS = /^(?:apt|apt-get|aptitude|conda|mamba|micromamba|uv|pyenv)$/;

/** `python3.9`, `python3.9-dev`, `libpython3.9-dev`, `python2`, `python2.7-minimal`, `python3.9=3.9.19-1`. */
const APT_PACKAGE = /^(?:lib)?python(2|[23]\.\d{1,2})(?=$|[-=:/])(?!-(?:doc|examples))/;
const CONDA_SPECIFICATION = /^(?:[\w-]+::)?python *(?:==?|=) *([23]\.\d{1,2})(?=$|[.=* ]|[a-z])(?!.*[<>|,])/i;
const PLAIN_VERSION = /^(?:cpython[-@])?(?:python)?([23]\.\d{1,2})(?=$|[.-])/;

function found(words: readonly ShellWord[], pattern: RegExp, from: AskedPython['from']): readonly AskedPython[] {
  return words.flatMap((word) => {
    const spelling = word.value === undefined ? undefined : pattern.exec(word.value)?.[1];
    return spelling === undefined ? [] : [{ minor: spelling === '2' ? '2.7' : spelling, word, spelling, from }];
  });
}

function optionValues(words: readonly ShellWord[], options: readonly string[]): readonly ShellWord[] {
  return words.filter((_, i) => options.includes(words[i - 1]?.value ?? ''));
}

/** The minor a tag, or else the name, of an image nobody knows holds: `1.8-gpu-py37`, `2.0-python3.8`, `tf2-cpu.2-12.py310`. */
export function pythonNamedIn({ repository, tag }: ImageReference): { readonly minor: string; readonly spelling: string } | undefined {
  // NOTE: FloydHub counts its builds behind `py3.` and `py2.`.
  if (repository.startsWith('floydhub/')) return undefined;
  for (const text of [tag ?? '', baseName(repository)]) {
    const match = /(?:^|[-_.])py(?:thon)?-?(([23])\.?(\d{1,2}))(?=$|[-_]|\.\d)/.exec(text);
    if (match !== null) return { minor: `${match[2]}.${match[3]}`, spelling: match[1] ?? '' };
  }
  return undefined;
}

/** The Python of a distribution's own packages; its maker mends that one as long as the release lives. */
const OWN_PYTHON: Readonly<Record<string, string>> = {
  'debian 9': '3.5', 'debian 10': '3.7', 'debian 11': '3.9', 'debian 12': '3.11', 'debian 13': '3.13',
  'ubuntu 14.04': '3.4', 'ubuntu 16.04': '3.5', 'ubuntu 18.04': '3.6', 'ubuntu 20.04': '3.8', 'ubuntu 22.04': '3.10',
  'ubuntu 23.04': '3.11', 'ubuntu 23.10': '3.11', 'ubuntu 24.04': '3.12', 'ubuntu 24.10': '3.12', 'ubuntu 25.04': '3.13',
  'ubuntu 25.10': '3.13', 'ubuntu 26.04': '3.14',
}; // biome-ignore format: one family a line

/** The minor of a release's own Python, `3.12` of Ubuntu 24.04; undefined for a release that is not known. */
export function distributionPython(distribution: Distribution | undefined): string | undefined {
  return distribution?.cycle === undefined ? undefined : OWN_PYTHON[`${distribution.id} ${distribution.cycle}`];
}

/** Whether a minor is the distribution's own, so that its end is that of the distribution; also where that is not known. */
export function mayBeDistributionsOwn(minor: string, distribution: Distribution | undefined): boolean {
  if (minor.startsWith('2.')) return false;
  if (distribution?.cycle !== undefined) return OWN_PYTHON[`${distribution.id} ${distribution.cycle}`] === minor;
  return Object.entries(OWN_PYTHON).some(([system, own]) => own === minor && system.startsWith(distribution?.id ?? ''));
}

/** Whether the makers of an image mend its Python themselves: the distribution's own one, and Red Hat's streams. */
export function isMendedByMaker({ python, distribution }: ImageFacts): boolean {
  return distribution?.id === 'rhel' || distribution?.id === 'wolfi' || (python?.kind === 'system' && python.minor !== '2.7');
}
