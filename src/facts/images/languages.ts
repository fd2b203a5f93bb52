/**
 * Images of programming languages, and of what installs Python and R: Docker's own, uv, conda, rocker.
 *
 * Sources (read 2026-11-20, dates are those of the copies): docker-library/official-images with its history (2026-08-21)
 * and its current python file (autumn 2026); docker-library/python (2026-06-23), buildpack-deps (2025-11-13), julia (2026-08-16);
 * docker-library/docs openjdk and java (deprecated.md); docs.astral.sh/uv (autumn 2026); mamba-org/micromamba-docker (2026-05-13);
 * conda-forge/miniforge-images (2026-07-01); ContinuumIO/docker-images (2024-07-02); prefix-dev/pixi-docker; rocker-org/rocker
 * (2026-04-24) and rocker-versioned2 (2026-06-30).
 */
import { baseName } from '../../model/paths.js';
import { type Distribution, distributionInTag, floating, named, suite } from '../distributions.js';
import { DEBIAN_STABLE, NEWEST_ALPINE, NEWEST_PYTHON, releaseByCodename } from '../lifecycles.js';
import { compareVersions } from '../versions.js';
import { words } from '../words.js';
import { DEBIAN_ALIASES, debian, ubuntu } from './systems.js';
import {
  byTag,
  commands,
  commandsOfVariant,
  cudaInTag,
  type Draft,
  leadingVersion,
  NO_PYTHON,
  python,
  pythonInTag,
  ROOT,
  type Rows,
  retirement,
  step,
  type Tag,
  UTF8,
  withDistribution,
} from './tags.js';

/** Names and facts of languages, Python tools and R. */
export const languages = (): Rows => [
  // Languages
  ['python', officialPython],
  ['buildpack-deps', buildpackDeps],
  [
    'node',
    language(
      1,
      '8 stretch 9 ? 10 stretch 14 buster 15 stretch 16 buster 17 bullseye 18 bookworm 19 bullseye 20 bookworm 26 trixie',
      '8 alpine3.11 9 ? 10 alpine3.11 11 ? 12 alpine3.15 13 alpine3.11 14 alpine3.17 15 alpine3.11 16 alpine3.18 17 alpine3.15 18 alpine3.21 19 alpine3.18 20 alpine3.23 21 alpine3.20 22 alpine3.24 23 alpine3.22 24 alpine3.24 25 alpine3.23 26 alpine3.24',
      { uid1000: 'node' },
    ),
  ],
  [
    'golang',
    language(
      2,
      '1.7 jessie 1.9 stretch 1.11 buster 1.16 bullseye 1.19 bookworm 1.24 trixie',
      '1.7 alpine3.4 1.8 alpine3.5 1.9 alpine3.8 1.10 alpine3.9 1.11 alpine3.10 1.12 alpine3.11 1.13 alpine3.12 1.14 alpine3.13 1.15 alpine3.14 1.16 alpine3.15 1.17 alpine3.16 1.18 alpine3.17 1.19 alpine3.18 1.20 alpine3.19 1.21 alpine3.20 1.22 alpine3.21 1.23 alpine3.22 1.24 alpine3.23 1.25 alpine3.24',
    ),
  ],
  ['rust', language(2, '1.19 stretch 1.37 buster 1.55 bullseye 1.72 bookworm 1.89 trixie', '1.98 alpine3.24')],
  ['ruby', language(2, '2.2 jessie 2.3 stretch 2.4 buster 2.6 bullseye 3.1 bookworm 3.2 trixie', '4.0 alpine3.24')],
  ['perl php httpd', language(2, '', '')],
  [
    'julia',
    ({ text, ...rest }) => {
      const facts = language(
        2,
        '0.6 stretch 1.0 bullseye 1.1 buster 1.6 bookworm 1.7 bullseye 1.9 bookworm 1.10 trixie',
        '1.5 alpine3.13 1.6 alpine3.20 1.7 alpine3.16 1.8 alpine3.17 1.9 alpine3.19 1.10 alpine3.23 1.11 alpine3.22 1.12 ?',
      )({ text, ...rest });
      const isAlpine = facts.distribution?.id === 'alpine';
      return {
        ...facts,
        entrypoint: ['docker-entrypoint.sh'],
        ...commandsOfVariant(isAlpine ? 'alpine' : 'slim', 'julia'),
        environment: { JULIA_PATH: '/usr/local/julia', JULIA_VERSION: '', PATH: '' },
        ...(isAlpine
          ? {
              frozen: true,
              retired: retirement(
                'frozen',
                'Julia is no longer built on Alpine',
                'the same version on Debian, such as `julia:1.12-trixie`',
              ),
            }
          : {}),
      };
    },
  ],
  [
    'openjdk',
    (tag) => ({
      ...byTag({ user: ROOT })(tag),
      ...(/(?:^|-)(?:ea|rc|loom|valhalla|leyden|jextract)(?=-|$)/.test(tag.text ?? '')
        ? {}
        : { frozen: true, retired: retirement('frozen', 'since July 2022 only early-access builds come', '`eclipse-temurin`') }),
    }),
  ],
  [
    'java',
    (tag) => ({
      ...byTag({ user: ROOT })(tag),
      frozen: true,
      retired: retirement('frozen', 'Docker gave it up at the end of 2016', '`eclipse-temurin`'),
    }),
  ],
  [
    'eclipse-temurin',
    ({ text }) => {
      const suiteNamed = distributionInTag(text ?? '');
      const line = /^(\d+)(?=$|-)/.exec(text ?? '')?.[1];
      const value =
        text === 'latest'
          ? 'resolute'
          : line === undefined
            ? undefined
            : step('8 resolute 16 focal 17 resolute 18 jammy 21 resolute 22 noble 25 resolute', line, compareVersions);
      const open = suiteNamed?.id === 'alpine' ? suiteNamed : (floating(suite(value)) ?? { id: 'ubuntu' as const, floating: true });
      return { distribution: suiteNamed?.cycle === undefined ? open : suiteNamed, user: ROOT, setsUnbuffered: false };
    },
  ],

  // Python tools, conda
  ['ghcr.io/astral-sh/uv astral/uv', uv],
  ['mambaorg/micromamba ghcr.io/mamba-org/micromamba', micromamba],
  [
    'condaforge/miniforge3 condaforge/miniforge-pypy3 quay.io/condaforge/miniforge3 quay.io/condaforge/miniforge-pypy3 condaforge/mambaforge condaforge/mambaforge-pypy3 quay.io/condaforge/mambaforge quay.io/condaforge/mambaforge-pypy3',
    miniforge,
  ],
  ['continuumio/miniconda3 continuumio/anaconda3 continuumio/miniconda continuumio/anaconda', miniconda],
  [
    'ghcr.io/prefix-dev/pixi',
    ({ text }) => ({
      ...withDistribution(
        distributionInTag((text ?? '').replace(/cuda-[\d.]+/, '')) ?? (text === 'latest' ? floating(named('ubuntu', '24.04')) : undefined),
      ),
      user: ROOT,
      setsUnbuffered: false,
      ...cudaInTag(text, 'cuda'),
      environment: { PATH: '' },
    }),
  ],

  // R
  [
    'r-base rocker/r-base',
    {
      distribution: { id: 'debian', floating: true },
      user: ROOT,
      noRecommendsPreset: true,
      setsUnbuffered: false,
      ...commands('bash R Rscript install.r install2.r wget less gcc g++ gfortran make', 'git'),
      environment: { LC_ALL: 'en_US.UTF-8', LANG: 'en_US.UTF-8', R_BASE_VERSION: '' },
    },
  ],
  [
    'rocker/r-ver rocker/rstudio rocker/tidyverse rocker/verse rocker/geospatial rocker/shiny rocker/shiny-verse rocker/ml rocker/ml-verse rocker/cuda rocker/binder ghcr.io/rocker-org/r-ver ghcr.io/rocker-org/rstudio ghcr.io/rocker-org/tidyverse ghcr.io/rocker-org/verse ghcr.io/rocker-org/geospatial ghcr.io/rocker-org/shiny ghcr.io/rocker-org/shiny-verse',
    rocker,
  ],
  ['rocker/r-ubuntu rocker/r-apt rocker/r2u rocker/r-bspm', byTag({ user: ROOT })],
  ['ghcr.io/rocker-org/devcontainer/*', { purpose: 'devcontainer' }],
  ['rstudio/r-base', byTag({ user: ROOT })],
  [
    'rhub/r-minimal',
    { distribution: { id: 'alpine', floating: true }, user: ROOT, python: NO_PYTHON, ...commands('R Rscript installr', '') },
  ],
];

/**
 * `3.12.4-slim-bookworm`, `3.12-alpine3.20`, `3-slim`, `slim`, `3.15-rc`. Without a suite the tag means what the minor's
 * default was at its last build: `3.6` is still on bullseye and always will be.
 */
function officialPython({ text }: Tag): Draft {
  const base: Draft = { user: ROOT, setsUnbuffered: false };
  if (text === undefined) return { ...base, python: { kind: 'official' }, environment: { PATH: '', PYTHON_VERSION: '' } };
  const version = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:a|b|rc)\d+|-rc)?(?=$|-)/.exec(text);
  const patch = version?.[3];
  const suiteNamed = distributionInTag(text);
  const isSettled = suiteNamed?.cycle !== undefined || suiteNamed?.id === 'windows';
  const isBuilt = suiteNamed === undefined || suiteNamed.cycle === undefined || PYTHON_BUILT_ON.has(suiteNamed.cycle);
  const isMoving = version !== null || /^(?:latest|slim|alpine|trixie|bookworm|windowsservercore)(?=$|[-\d])/.test(text);
  const newest = version?.[1] === '2' ? '2.7' : isBuilt && isMoving && suiteNamed?.cycle !== '12' ? NEWEST_PYTHON : undefined;
  const minor = version?.[2] === undefined ? newest : `${version[1]}.${version[2]}`;
  const variant = suiteNamed?.id === 'alpine' ? 'alpine' : 'debian';
  const newestSuite = variant === 'alpine' ? `alpine${NEWEST_ALPINE}` : DEBIAN_STABLE;
  const steps = minor === undefined ? undefined : (PYTHON_SUITES[variant][minor] ?? `0 ${newestSuite}`);
  const value = patch === undefined ? steps?.split(' ').at(-1) : step(steps, patch, compareVersions);
  const distribution = isSettled ? suiteNamed : floating(suite(value));
  const isPrerelease = version?.[4] !== undefined && minor !== undefined && compareVersions(minor, NEWEST_PYTHON) <= 0;
  const isEnded = minor !== undefined && compareVersions(minor, PYTHON_OLDEST_BUILT) < 0;
  const isSuperseded = minor !== undefined && patch !== undefined && Number(patch) < (PYTHON_PATCHES[minor] ?? 0);
  const isSlim = /(?:^|-)slim(?:$|-)/.test(text);
  return {
    ...base,
    ...withDistribution(distribution),
    python: { kind: 'official', ...(minor === undefined ? {} : { minor }), floating: version?.[2] === undefined },
    ...(isPrerelease || isEnded || isSuperseded || !isBuilt ? { frozen: true } : {}),
    ...(distribution?.id === 'windows'
      ? {}
      : {
          hasTzdata: true,
          ...commandsOfVariant(variant === 'alpine' ? 'alpine' : isSlim ? 'slim' : 'full', 'python python3 pip pip3'),
        }),
    environment: {
      PATH: '',
      PYTHON_VERSION: patch === undefined ? '' : `${minor}.${patch}${version?.[4] ?? ''}`,
      PYTHON_SHA256: '',
      ...(minor !== undefined && compareVersions(minor, '3.14') < 0 ? { GPG_KEY: '' } : {}),
      ...(minor !== undefined && compareVersions(minor, '3.13') < 0 ? { LANG: 'C.UTF-8' } : {}),
    },
  };
}

/** Releases docker-library/python builds on (bookworm perhaps no longer: 3.16-rc has only trixie), and its oldest minor
 *  after the end of 3.10 on 2026-10-31. */
const PYTHON_BUILT_ON = words('12 13 3.23 3.24');

const PYTHON_OLDEST_BUILT = '3.11';

/** The newest patch of each minor that official-images knows on 2026-08-21: everything before is frozen. */
const PYTHON_PATCHES: Readonly<Record<string, number>> = { '3.11': 16, '3.12': 14, '3.13': 15, '3.14': 7 };

/**
 * What a tag of a minor means from a patch release on when it names no suite. Computed from the whole history of
 * official-images' library/python: the last build of every tag decides.
 */
const PYTHON_SUITES: Readonly<Record<'debian' | 'alpine', Readonly<Record<string, string>>>> = {
  debian: {
    '2.7': '13 jessie 15 stretch 16 buster',
    '3.3': '6 jessie',
    '3.4': '6 jessie 8 stretch',
    '3.5': '3 jessie 5 stretch 7 buster',
    '3.6': '2 jessie 5 stretch 9 buster 14 bullseye',
    '3.7': '0 stretch 4 buster 11 bullseye 17 bookworm',
    '3.8': '0 buster 11 bullseye 17 bookworm',
    '3.9': '0 buster 6 bullseye 17 bookworm 23 trixie',
    '3.10': '0 bullseye 12 bookworm 18 trixie',
    '3.11': '0 bullseye 4 bookworm 13 trixie',
    '3.12': '0 bookworm 11 trixie',
    '3.13': '0 bookworm 6 trixie',
    '3.14': '0 trixie',
  },
  alpine: {
    '2.7': '13 alpine3.4 15 alpine3.9 16 alpine3.10 17 alpine3.11',
    '3.3': '6 alpine3.4',
    '3.4': '6 alpine3.4 8 alpine3.8 9 alpine3.9',
    '3.5': '3 alpine3.4 5 alpine3.8 6 alpine3.9 7 alpine3.10 9 alpine3.12',
    '3.6': '2 alpine3.4 5 alpine3.7 6 alpine3.8 8 alpine3.10 10 alpine3.12 12 alpine3.13 13 alpine3.14 15 alpine3.15',
    '3.7':
      '0 alpine3.8 2 alpine3.9 3 alpine3.10 6 alpine3.11 7 alpine3.12 9 alpine3.13 10 alpine3.14 12 alpine3.15 13 alpine3.16 15 alpine3.17 16 alpine3.18',
    '3.8':
      '0 alpine3.10 1 alpine3.11 3 alpine3.12 7 alpine3.13 10 alpine3.14 12 alpine3.15 13 alpine3.16 15 alpine3.17 16 alpine3.18 18 alpine3.19 19 alpine3.20',
    '3.9':
      '0 alpine3.12 1 alpine3.13 5 alpine3.14 9 alpine3.15 13 alpine3.16 15 alpine3.17 16 alpine3.18 18 alpine3.19 19 alpine3.20 21 alpine3.21 22 alpine3.22',
    '3.10':
      '0 alpine3.15 4 alpine3.16 8 alpine3.17 11 alpine3.18 13 alpine3.19 14 alpine3.20 16 alpine3.21 17 alpine3.22 19 alpine3.23 20 alpine3.24',
    '3.11': '0 alpine3.17 3 alpine3.18 7 alpine3.19 9 alpine3.20 11 alpine3.21 12 alpine3.22 14 alpine3.23 15 alpine3.24',
    '3.12': '0 alpine3.18 1 alpine3.19 3 alpine3.20 8 alpine3.21 10 alpine3.22 12 alpine3.23 13 alpine3.24',
    '3.13': '0 alpine3.20 1 alpine3.21 3 alpine3.22 10 alpine3.23 14 alpine3.24',
    '3.14': '0 alpine3.22 1 alpine3.23 6 alpine3.24',
  },
};

/**
 * The other official images that come on a suite and in an Alpine variant. `steps` says what a version means without a
 * suite at its last build, from the history of official-images; a line has `precision` parts. NOTE: a full version
 * (`20.11.1`) may be older than its line's last build, so only the line itself (`20`, `1.22`) settles the suite.
 */
export function language(precision: number, steps: string, alpineSteps: string, more: Draft = {}) {
  return ({ text, words }: Tag): Draft => {
    const base: Draft = { user: ROOT, setsUnbuffered: false, ...more };
    if (text === undefined) return base;
    const suiteNamed = distributionInTag(text);
    if (suiteNamed?.cycle !== undefined || suiteNamed?.id === 'windows') return { ...base, distribution: suiteNamed };
    const version = leadingVersion(text);
    const isAlpine = suiteNamed?.id === 'alpine';
    const chosen = isAlpine ? alpineSteps : steps;
    const parts = version?.split('.').length ?? 0;
    const line = parts === precision ? version : parts > 0 && parts < precision ? `${version}.9999` : undefined;
    const isNewest = version === undefined && words.every((word) => NEWEST_WORDS.has(word));
    const value = line !== undefined ? step(chosen, line, compareVersions) : isNewest ? chosen.split(' ').at(-1) : undefined;
    const open: Distribution = { id: isAlpine ? 'alpine' : 'debian', floating: true };
    return { ...base, distribution: floating(suite(value)) ?? open };
  };
}

/** Words of a tag that names no version and follows the newest. `lts` is not one: it lags behind. */
const NEWEST_WORDS = words('latest slim alpine current mainline');

/** `bookworm-scm`, `stable`, `22.04-curl`, `latest`: full, scm and curl variants, on Debian and Ubuntu. */
function buildpackDeps(tag: Tag): Draft {
  const first = tag.words[0] ?? '';
  const isDebian = DEBIAN_ALIASES[first] !== undefined || releaseByCodename(first)?.product === 'debian';
  const isBare = tag.words.length === 1 && (first === 'curl' || first === 'scm');
  const { distribution } = isDebian ? debian(tag) : isBare ? debian({ ...tag, words: ['latest'] }) : ubuntu(tag);
  const isFull = !tag.words.includes('curl') && !tag.words.includes('scm');
  return {
    ...(tag.text === undefined ? {} : withDistribution(distribution)),
    user: ROOT,
    setsUnbuffered: false,
    ...(tag.text === undefined
      ? {}
      : isFull
        ? commandsOfVariant('full', '')
        : commands(tag.words.includes('scm') ? 'curl wget gpg git hg svn ssh ps' : 'curl wget gpg', 'gcc g++ make cmake')),
  };
}

/** `0.5-python3.12-trixie-slim`, `python3.13-alpine`, `bookworm-slim`, `debian`; a bare version is the binary alone. */
function uv({ text }: Tag): Draft {
  if (text === undefined) return { user: ROOT };
  const version = /^(?:(\d+(?:\.\d+)*)-?|latest$)/.exec(text)?.[1];
  const rest = text === 'latest' ? '' : text.slice(version === undefined ? 0 : version.length).replace(/^-/, '');
  if (rest === '') return { user: ROOT, hasShell: false, packageManager: 'none', python: NO_PYTHON, entrypoint: ['/uv'] };
  const minor = pythonInTag(rest);
  const suiteNamed = distributionInTag(rest);
  const current = version !== undefined ? undefined : suiteNamed?.id === 'alpine' ? 'alpine3.23' : DEBIAN_STABLE;
  const distribution =
    suiteNamed?.cycle !== undefined ? suiteNamed : (floating(suite(suiteNamed === undefined ? undefined : current)) ?? suiteNamed);
  const isRecent = version === undefined || compareVersions(version, '0.8') >= 0;
  const isSlim = /(?:^|-)slim(?:$|-)/.test(rest);
  return {
    user: ROOT,
    setsUnbuffered: false,
    entrypoint: [],
    ...withDistribution(distribution),
    ...(minor !== undefined
      ? { python: python('official', minor), hasTzdata: true }
      : isSlim || distribution?.id === 'alpine'
        ? { python: NO_PYTHON }
        : {}),
    ...commandsOfVariant(
      distribution?.id === 'alpine' ? 'alpine' : isSlim ? 'slim' : 'full',
      minor === undefined ? 'uv uvx' : 'uv uvx python python3 pip',
    ),
    environment: isRecent ? { UV_TOOL_BIN_DIR: '/usr/local/bin', PATH: '' } : { PATH: '' },
  };
}

/** `1.5-jammy`, `2.0.5-alpine3.20`, `2-cuda12.4.1-ubuntu22.04`, `2.8.1`, `latest`. */
function micromamba({ text }: Tag): Draft {
  const suiteNamed = distributionInTag((text ?? '').replace(/(^|-)amazon(\d)/, '$1amazonlinux$2'));
  const distribution = suiteNamed ?? (text === 'latest' ? floating(named('debian', '13')) : undefined);
  return {
    ...withDistribution(text === undefined ? undefined : (distribution ?? { id: 'debian', floating: true })),
    libc: 'glibc',
    python: NO_PYTHON,
    user: { name: 'mambauser', root: false },
    setsUnbuffered: false,
    shell: ['/usr/local/bin/_dockerfile_shell.sh'],
    entrypoint: ['/usr/local/bin/_entrypoint.sh'],
    ...commands('bash micromamba', 'git gcc g++ make cmake'),
    ...cudaInTag(text, 'cuda'),
    environment: {
      MAMBA_USER: 'mambauser',
      MAMBA_ROOT_PREFIX: '/opt/conda',
      MAMBA_EXE: '/bin/micromamba',
      ENV_NAME: 'base',
      ...UTF8,
    },
  };
}

/** Ubuntu of miniforge-images by the version of Miniforge. */
const MINIFORGE_UBUNTU = '4.13 20.04 24.9 ? 25.3 24.04';

function miniforge({ text, name }: Tag): Draft {
  const isMambaforge = /\/mambaforge/.test(name);
  const version = text === 'latest' && !isMambaforge ? '26.3' : leadingVersion(text?.replace(/-\d+$/, ''));
  const cycle = version === undefined ? undefined : step(MINIFORGE_UBUNTU, version, compareVersions);
  return {
    distribution: named('ubuntu', cycle),
    python: { kind: 'conda' },
    user: ROOT,
    setsUnbuffered: false,
    entrypoint: ['tini', '--'],
    ...commands('bash git wget tini bzip2 conda', 'gcc g++ make'),
    environment: { CONDA_DIR: '/opt/conda', ...UTF8, PATH: '' },
    ...(isMambaforge
      ? {
          frozen: true,
          retired: retirement(
            'frozen',
            'conda-forge retired Mambaforge in January 2025',
            `\`${name.replace('mambaforge', name.endsWith('pypy3') ? 'miniforge' : 'miniforge3')}\`, which has mamba too`,
          ),
        }
      : {}),
  };
}

/**
 * Debian of continuumio/miniconda and miniconda3 by version (ContinuumIO/docker-images, its whole history): open where one
 * version was built on two releases, and since the repository stopped being published in July 2024.
 */
const MINICONDA_DEBIAN = '4.0 ? 4.1 8 4.4 ? 4.5 9 4.6 ? 4.7 10 4.10 ? 4.11 11 24.3 ? 24.4 12 24.6 ?';

function miniconda({ text, name }: Tag): Draft {
  const version = leadingVersion(text?.replace(/-\d+$/, ''));
  const cycle = name.includes('miniconda') && version !== undefined ? step(MINICONDA_DEBIAN, version, compareVersions) : undefined;
  const isPython2 = !name.endsWith('3');
  // NOTE: Anaconda 2018.12 and what came before it had conda 4.5, Anaconda 2019.07 conda 4.7.
  const isBefore2019 = version !== undefined && compareVersions(version, '2019') < 0;
  const conda = name.includes('miniconda') ? version : isBefore2019 ? '4.5' : undefined;
  const hasTini =
    version !== undefined &&
    compareVersions(version, '4.0') >= 0 &&
    compareVersions(version, name.includes('miniconda') ? '4.7' : '2019.07') < 0;
  return {
    distribution: distributionInTag(text ?? '') ?? named('debian', cycle),
    python: { kind: 'conda', ...(isPython2 ? { minor: '2.7' } : {}), ...(conda === undefined ? {} : { conda }) },
    user: ROOT,
    setsUnbuffered: false,
    ...(hasTini ? { entrypoint: ['/usr/bin/tini', '--'] } : {}),
    ...(isPython2
      ? { frozen: true, retired: retirement('frozen', 'Anaconda stopped building for Python 2 in May 2021', `\`${name}3\``, `${name}3`) }
      : {}),
    ...commands('bash git wget bzip2 conda', 'gcc g++ make'),
    environment: { ...UTF8, PATH: '' },
  };
}

/** Ubuntu by R release: rocker-versioned2 build/args/history.tsv. Before 4.0 the images were Debian. */
const ROCKER_UBUNTU = '4.0.0 20.04 4.2.2 22.04 4.4.2 24.04';

const ROCKER_LAST_PATCH: Readonly<Record<string, string>> = {
  '4.0': '4.0.5',
  '4.1': '4.1.3',
  '4.2': '4.2.3',
  '4.3': '4.3.3',
  '4.4': '4.4.3',
};

const ROCKER_BUILT = '4.5.3';

function rocker({ text, name }: Tag): Draft {
  const image = baseName(name);
  const version = leadingVersion(text);
  const full = version === undefined ? undefined : (ROCKER_LAST_PATCH[version] ?? version);
  const isOld = full !== undefined && full !== '4' && compareVersions(full, '4.0.0') < 0;
  const cycle = text === 'latest' || full === '4' ? '24.04' : full === undefined ? undefined : step(ROCKER_UBUNTU, full, compareVersions);
  const hasRstudio = /^(?:rstudio|tidyverse|verse|geospatial|ml|ml-verse|binder)/.test(image);
  const hasShiny = image.startsWith('shiny');
  const isDropped = ROCKER_DROPPED.has(image);
  const isSuperseded = full !== undefined && full.split('.').length === 3 && compareVersions(full, ROCKER_BUILT) < 0;
  return {
    distribution: isOld ? { id: 'debian', floating: false } : named('ubuntu', cycle),
    user: ROOT,
    setsUnbuffered: false,
    ...commands(`bash R Rscript ${ROCKER_COMMANDS[hasRstudio ? 'rstudio' : hasShiny ? 'shiny' : 'r-ver']}`, hasRstudio ? '' : 'git cmake'),
    ...(hasRstudio || hasShiny ? { dropsPrivileges: true } : {}),
    ...(hasRstudio ? { purpose: 'notebook' as const } : hasShiny ? { purpose: 'serving' as const } : {}),
    ...(isDropped || isSuperseded ? { frozen: true } : {}),
    ...(isDropped
      ? { retired: retirement('frozen', 'rocker has not built it since February 2025', 'an image it still builds, such as `rocker/verse`') }
      : {}),
    environment: {
      ...(isOld ? {} : { R_HOME: '/usr/local/lib/R', TZ: 'Etc/UTC' }),
      R_VERSION: full !== undefined && full.split('.').length === 3 ? full : '',
      LANG: 'en_US.UTF-8',
      CRAN: '',
      ...(hasRstudio ? { DEFAULT_USER: 'rstudio' } : {}),
    },
  };
}

/** rocker-versioned2 scripts/install_R_source.sh, install_rstudio.sh, install_pandoc.sh, install_shiny_server.sh (2026-06-30). */
const ROCKER_COMMANDS = {
  'r-ver': 'install2.r gcc g++ gfortran make unzip zip file',
  rstudio: 'install2.r gcc g++ gfortran make unzip zip file git wget sudo pandoc quarto',
  shiny: 'install2.r gcc g++ gfortran make unzip zip file pandoc',
} as const;

const ROCKER_DROPPED = words('ml ml-verse cuda binder');
