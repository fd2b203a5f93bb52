/**
 * Operating systems of images: which one a tag names, and what follows from it.
 */
import { type Product, release, releaseByCodename } from './lifecycles.js';
import { compareVersions } from './versions.js';
import { words } from './words.js';

/** Distributions whose lifecycles are known go by the same name there, so that `release(id, cycle)` finds the release. */
export type DistributionId =
  | Exclude<Product, 'python' | 'node' | 'julia' | 'postgres' | 'mysql' | 'mongo' | 'redis' | 'spark' | 'airflow'>
  | 'archlinux'
  | 'photon'
  | 'azurelinux'
  | 'wolfi'
  | 'distroless'
  | 'busybox'
  | 'windows';

/** The operating system of an image. */
export interface Distribution {
  readonly id: DistributionId;
  /** As `Release.cycle`: `12`, `22.04`, `3.19`, `stream9`, `2023`; for distroless that of Debian; Windows: `ltsc2022`. */
  readonly cycle?: string;
  /** Debian (distroless too) and Ubuntu: `bookworm`, `jammy`. */
  readonly codename?: string;
  /** Whether the tag leaves the release open although the maker has tags that name it, or follows a moving one:
   *  `python:3.12-slim`, `debian:stable`, `r-base`. False also where a tag settles the release without naming it
   *  (`pytorch/pytorch:2.3.0-…`, `rocker/r-ver:4.4.1`). */
  readonly floating: boolean;
}

/** The operating system of an image. */
export interface Distribution {
  readonly id: DistributionId;
  /** As `Release.cycle`: `12`, `22.04`, `3.19`, `stream9`, `2023`; for distroless that of Debian; Windows: `ltsc2022`. */
  readonly cycle?: string;
  /** Debian (distroless too) and Ubuntu: `bookworm`, `jammy`. */
  readonly codename?: string;
  /** Whether the tag leaves the release open although the maker has tags that name it, or follows a moving one:
   *  `python:3.12-slim`, `debian:stable`, `r-base`. False also where a tag settles the release without naming it
   *  (`pytorch/pytorch:2.3.0-…`, `rocker/r-ver:4.4.1`). */
  readonly floating: boolean;
}

/** Whether a distribution is older than the release given for it; false where either is not known. */
export function isOlderThan(distribution: Distribution | undefined, releases: Readonly<Partial<Record<DistributionId, string>>>): boolean {
  const release = distribution === undefined ? undefined : releases[distribution.id];
  return release !== undefined && distribution?.cycle !== undefined && compareVersions(distribution.cycle, release) < 0;
}

/**
 * The distribution a tag names, for images nobody knows: `someone/image:cuda-ubuntu18.04`, `x:1.2-buster`,
 * `y:alpine3.19`. Only whole words between `-`, `_` and `.` count; two that disagree count as none. `ubuntu`, `debian` and
 * `alpine` without a number give a distribution without `cycle`.
 */
export function distributionInTag(tag: string): Distribution | undefined {
  let found: Distribution | undefined;
  const text = tag.toLowerCase();
  for (const match of text.matchAll(NUMBERED)) {
    if (match[1]?.length === 2 && match[0].includes('-')) continue; // `el7` and `al2023`, but not `el-7`
    const id = NUMBERED_IDS[match[1] ?? ''];
    const cycle = id === undefined ? undefined : cycleOf(id, match[2] ?? '', match[1] ?? '');
    if (id === undefined || cycle === undefined) continue;
    const next = named(id, cycle);
    if (found !== undefined && (found.id !== next.id || found.cycle !== next.cycle)) return undefined;
    found = next;
  }
  const codename = codenameInTag(text);
  if (codename !== undefined) {
    const next = ofCodename(codename);
    if (found === undefined) return next;
    return found.cycle === next?.cycle ? found : undefined;
  }
  if (found !== undefined) return found;
  const word = text.split(/[-_.]/).find((part) => part === 'alpine' || part === 'debian' || part === 'ubuntu');
  if (word !== undefined) return { id: word as DistributionId, floating: true };
  return /(?:^|[-_])(?:windowsservercore|nanoserver)(?:$|[-_])/.test(text) ? windows(text) : undefined;
}

/**
 * The Debian or Ubuntu codename that stands in a tag as a whole word: `focal` in `1.2-focal`, not in `focalnet`.
 * LIMIT: `kinetic`, `lunar`, `groovy`, `disco`, `cosmic` and `vivid` mean other things more often (ROS releases among
 * them) and are not taken; neither are `sid` and testing, which are no releases.
 */
export function codenameInTag(tag: string): string | undefined {
  let found: string | undefined;
  for (const word of tag.toLowerCase().split(/[-_.]/)) {
    if (AMBIGUOUS_CODENAMES.has(word) || releaseByCodename(word) === undefined) continue;
    if (found !== undefined && found !== word) return undefined;
    found = word;
  }
  return found;
}

const AMBIGUOUS_CODENAMES = words('kinetic lunar groovy disco cosmic vivid');

/** A distribution's name with a number behind it, both a whole word. */
const NUMBERED =
  /(?<![a-z0-9])(ubuntu|debian|alpine|centos-stream|centos|stream|rockylinux|rocky|almalinux|alma|ubi|rhel|el|fedora|amazonlinux|amzn|amazon|al|oraclelinux|leap)-?(\d+(?:\.\d+)*)(?![a-z0-9])/g;

const NUMBERED_IDS: Readonly<Record<string, DistributionId>> = {
  ubuntu: 'ubuntu',
  debian: 'debian',
  alpine: 'alpine',
  centos: 'centos',
  'centos-stream': 'centos',
  stream: 'centos',
  rockylinux: 'rocky',
  rocky: 'rocky',
  almalinux: 'alma',
  alma: 'alma',
  ubi: 'rhel',
  rhel: 'rhel',
  el: 'rhel',
  fedora: 'fedora',
  amazonlinux: 'amazonlinux',
  amzn: 'amazonlinux',
  amazon: 'amazonlinux',
  al: 'amazonlinux',
  oraclelinux: 'oraclelinux',
  leap: 'opensuse',
};

/** The cycle a number stands for, or undefined when the distribution never had such a release. */
function cycleOf(id: DistributionId, number: string, word: string): string | undefined {
  const parts = number.split('.');
  const [first = '', second] = parts;
  const candidates =
    id === 'ubuntu'
      ? second === undefined
        ? [first.length === 4 ? `${first.slice(0, 2)}.${first.slice(2)}` : `${first}.04`]
        : [`${first}.${second}`]
      : id === 'alpine' || id === 'opensuse'
        ? [`${first}.${second ?? ''}`]
        : word === 'stream' || word === 'centos-stream'
          ? [`stream${first}`]
          : [first];
  return candidates.find((cycle) => release(id, cycle) !== undefined);
}

/** `none`: the image has no package manager one could call. */
export type PackageManager = 'apt' | 'apk' | 'dnf' | 'microdnf' | 'yum' | 'tdnf' | 'zypper' | 'pacman' | 'none';

const LIBC: Readonly<Partial<Record<DistributionId, 'glibc' | 'musl'>>> = {
  debian: 'glibc',
  ubuntu: 'glibc',
  alpine: 'musl',
  centos: 'glibc',
  rhel: 'glibc',
  rocky: 'glibc',
  alma: 'glibc',
  fedora: 'glibc',
  amazonlinux: 'glibc',
  oraclelinux: 'glibc',
  opensuse: 'glibc',
  archlinux: 'glibc',
  photon: 'glibc',
  azurelinux: 'glibc',
  wolfi: 'glibc',
};

/** The one its manual uses; the Red Hat family changed from yum to dnf with release 8, Amazon with 2023. */
export function packageManagerOf({ id, cycle }: Distribution): PackageManager | undefined {
  switch (id) {
    case 'debian':
    case 'ubuntu':
      return 'apt';
    case 'alpine':
      return 'apk';
    case 'rocky':
    case 'alma':
    case 'fedora':
      return 'dnf';
    case 'centos':
    case 'rhel':
    case 'oraclelinux':
      return cycle === undefined ? undefined : /^[5-7]$/.test(cycle) ? 'yum' : 'dnf';
    case 'amazonlinux':
      return cycle === undefined ? undefined : cycle === '2023' ? 'dnf' : 'yum';
    case 'opensuse':
      return 'zypper';
    case 'archlinux':
      return 'pacman';
    case 'photon':
    case 'azurelinux':
      return 'tdnf';
    case 'distroless':
    case 'busybox':
      return 'none';
    default:
      return undefined;
  }
}

/** A distribution the tag names or settles. */
export function named(id: DistributionId, cycle?: string): Distribution {
  const codename = cycle === undefined ? undefined : release(id, cycle)?.codename;
  return { id, ...(cycle === undefined ? {} : { cycle }), ...(codename === undefined ? {} : { codename }), floating: false };
}

/** The release of Debian or Ubuntu with a codename. */
export function ofCodename(codename: string): Distribution | undefined {
  const found = releaseByCodename(codename);
  return found === undefined ? undefined : named(found.product as DistributionId, found.cycle);
}

/** The same release, where the tag leaves it open. */
export function floating(distribution: Distribution | undefined): Distribution | undefined {
  return distribution === undefined ? undefined : { ...distribution, floating: true };
}

/** `bookworm`, `noble`, `alpine3.20`, `ol9`: how the tables of suites write a release. */
export function suite(text: string | undefined): Distribution | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith('alpine')) return named('alpine', text.slice('alpine'.length));
  if (text.startsWith('ol')) return named('oraclelinux', text.slice('ol'.length));
  return ofCodename(text);
}

/** Windows as tags name it: `windowsservercore-ltsc2022`. */
export function windows(text: string | undefined): Distribution {
  const cycle = /(?:^|-)(ltsc\d{4})(?:$|-)/.exec(text ?? '')?.[1];
  return { id: 'windows', ...(cycle === undefined ? {} : { cycle }), floating: cycle === undefined };
}

/** The C library of a distribution; undefined where that is not certain. */
export function libcOf({ id }: Distribution): 'glibc' | 'musl' | undefined {
  return LIBC[id];
}
