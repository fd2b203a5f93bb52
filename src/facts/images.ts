/**
 * What is known of base images: distribution, Python, user, environment. A property that is not certain is left out, and
 * an image nobody looked at has no facts at all: unknown stays unknown. Facts describe what the tag means today; where a
 * maker has stopped building a tag, what it meant at the last build.
 *
 * Sources (read 2026-11-20, dates are those of the copies): docker-library/official-images with its history (2026-08-21)
 * and its current python file (autumn 2026); docker-library/python (2026-06-23), julia (2026-08-16), postgres;
 * jupyter/docker-stacks (2026-08-08); mamba-org/micromamba-docker (2026-05-13); conda-forge/miniforge-images (2026-07-01);
 * ContinuumIO/docker-images (2024-07-02); rocker-org/rocker (2026-04-24) and rocker-versioned2 (2026-06-30);
 * docs.astral.sh/uv (autumn 2026); apache/airflow Dockerfile (3.3.0); apache/spark-docker (2026-06-25); ray-project/ray
 * docker/base-deps; dask/dask-docker (2026-07-14); rapidsai/docker (2026-07-16); pangeo-docker-images (2026-01-31);
 * pytorch/pytorch Dockerfile, #113032, #169873; pytorch/serve (2025-03-17); GoogleContainerTools/distroless (2026-08-21);
 * aws/deep-learning-containers (2026-08-21); aws/aws-lambda-base-images; devcontainers/images; prefix-dev/pixi-docker;
 * huggingface/text-generation-inference (2026-01-08); tensorflow/serving (2026-07-30); sclorg/s2i-python-container (2026);
 * edu.chainguard.dev (2025-02-05).
 */
import type { Base, ImageReference, Instruction, Stage } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { DEBIAN_STABLE, NEWEST_ALPINE, NEWEST_PYTHON, NEWEST_UBUNTU_LTS, type Product, release, releaseByCodename } from './lifecycles.js';
import { compareVersions } from './versions.js';
import { words } from './words.js';

/** Distributions whose lifecycles are known go by the same name there, so that `release(id, cycle)` finds the release. */
export type DistributionId =
  | Exclude<Product, 'python' | 'node'>
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

/** `none`: the image has no package manager one could call. */
export type PackageManager = 'apt' | 'apk' | 'dnf' | 'microdnf' | 'yum' | 'tdnf' | 'zypper' | 'pacman' | 'none';

/** The Python an image brings on PATH. */
export interface PythonFacts {
  /** *official*: built into /usr/local by docker-library; *conda*: a conda prefix; *system*: the distribution's own;
   *  *venv*: a virtual environment on PATH; *none*: there is no Python. Absent: there is one, which kind is not certain. */
  readonly kind?: 'official' | 'conda' | 'system' | 'venv' | 'none';
  /** `3.12`, without patch. */
  readonly minor?: string;
  /** The tag does not name the minor: it changes under `python:3` and `python:slim`. */
  readonly floating?: boolean;
  /** The version of conda that comes with `conda`, as far as the tag names it. */
  readonly conda?: string;
}

/** What the maker did to an image or its place. */
export interface Retirement {
  /** *moved*: new builds appear elsewhere only; *frozen*: no builds any more; *gone*: cannot be pulled; *maintenance*:
   *  builds still come, development has ended. */
  readonly state: 'moved' | 'frozen' | 'gone' | 'maintenance';
  /** `YYYY-MM-DD` or `YYYY-MM`. */
  readonly since?: string;
  /** The repository, without tag, to use instead. */
  readonly successor?: string;
}

/** What a base image gives to the stage that starts from it. Every absent property is unknown, not false. */
export interface ImageFacts {
  readonly known: true;
  /** The repository without mirror and architecture: `python` for `mirror.gcr.io/library/python` and `arm64v8/python`;
   *  `aws-dlc` for AWS's Deep Learning Containers, whose registry differs by account and region. */
  readonly name: string;
  readonly distribution?: Distribution;
  /** NOTE: `glibc` for micromamba's Alpine tags, which carry it beside musl. */
  readonly libc?: 'glibc' | 'musl';
  readonly packageManager?: PackageManager;
  readonly python?: PythonFacts;
  /** The user a container runs as when nothing else is said. */
  readonly user?: { readonly name: string; readonly root: boolean; readonly uid?: number };
  /** Starts as root, and its entrypoint changes to another user before the program runs. */
  readonly dropsPrivileges?: boolean;
  /** The account that holds uid 1000 before a Dockerfile adds one. */
  readonly uid1000?: string;
  /** Variables the image sets; an empty text for a value that is not known or differs between tags. Not complete. */
  readonly environment: ReadonlyMap<string, string>;
  /** Whether PYTHONUNBUFFERED is on. */
  readonly setsUnbuffered?: boolean;
  /** The SHELL an image was built with, which RUN in its children uses; absent where it is `/bin/sh -c`. */
  readonly shell?: readonly string[];
  /** Whether there is any shell: a RUN in shell form fails without. */
  readonly hasShell?: boolean;
  readonly entrypoint?: readonly string[];
  /** Programs a bare image is often believed to have; a name in neither list is unknown. */
  readonly commands?: { readonly has: readonly string[]; readonly lacks: readonly string[] };
  /** tzdata is installed, so that installing something that needs it asks no question. */
  readonly hasTzdata?: boolean;
  /** apt is configured not to install recommended packages. */
  readonly noRecommendsPreset?: boolean;
  /** The package sources already point to the archive of an ended release. */
  readonly archiveSources?: boolean;
  /** The tag gets no new builds: a superseded patch release, an ended version, a suite the maker dropped. */
  readonly frozen?: boolean;
  readonly purpose?: 'notebook' | 'lambda' | 'serving' | 'devcontainer' | 'database' | 'scheduler';
  /** CUDA as the tag names it. `base` has no libraries but the runtime, `devel` has the compiler. */
  readonly cuda?: { readonly version?: string; readonly cudnn: boolean; readonly flavour?: 'base' | 'runtime' | 'devel' };
  readonly retired?: Retirement;
}

/** By the text of the reference: many rules ask about a base, and many files have the same. */
const known = new Map<string, ImageFacts | undefined>();

/** What is known of an image; undefined when it is in no table. With a digest but no tag, only what every tag has. */
export function imageFacts(reference: ImageReference): ImageFacts | undefined {
  const before = known.get(reference.text);
  if (before !== undefined || known.has(reference.text)) return before;
  const facts = readFacts(reference);
  if (known.size < 4096) known.set(reference.text, facts);
  return facts;
}

/** What is known of the image a stage stands on, if need be through other stages; undefined for scratch and what nobody knows. */
export function factsOfBase(base: Base): ImageFacts | undefined {
  return base.kind === 'image' ? imageFacts(base.reference) : undefined;
}

/** Whether a distribution is older than the release given for it; false where either is not known. */
export function isOlderThan(distribution: Distribution | undefined, releases: Readonly<Partial<Record<DistributionId, string>>>): boolean {
  const release = distribution === undefined ? undefined : releases[distribution.id];
  return release !== undefined && distribution?.cycle !== undefined && compareVersions(distribution.cycle, release) < 0;
}

function readFacts(reference: ImageReference): ImageFacts | undefined {
  const name = canonicalName(reference);
  const facts = lookUp(name);
  if (facts === undefined) return undefined;
  const text = reference.tag ?? (reference.digest === undefined ? 'latest' : undefined);
  const draft = typeof facts === 'function' ? facts({ text, words: text?.split(/[-_]/) ?? [], name }) : facts;
  if (draft === undefined) return undefined;
  return complete(name, reference.digest === undefined ? draft : fixedByDigest(draft));
}

/**
 * A text in front of `before` with its variables filled in, those too that only the base image sets: `$NB_UID`,
 * `${APP_ROOT}/src`. Undefined where one of them stays unknown.
 */
export function expandWithBase(stage: Stage, text: string, before: Instruction): string | undefined {
  if (!text.includes('$')) return stage.environment.expand(text, before);
  const facts = factsOfBase(stage.base);
  const filled = text.replace(/\$(?:\{(\w+)(?::?-([^${}]*))?\}|(\w+))/g, (reference, braced, fallback, bare) => {
    const name: string = braced ?? bare;
    if (stage.environment.variable(name, before).kind !== 'absent') return reference;
    return facts?.environment.get(name) || (fallback ?? reference);
  });
  return stage.environment.expand(filled, before);
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

/*
 * Finding an image.
 */

const ARCHITECTURES = words('amd64 arm32v5 arm32v6 arm32v7 arm64v8 i386 ppc64le riscv64 s390x');

/** Copies of Docker Hub under another registry's name; what follows the prefix is the name on the Hub. */
const HUB_MIRRORS = ['mirror.gcr.io/', 'public.ecr.aws/docker/'];

/** An AWS account's registry in any region. */
const ECR_HOST = /^\d+\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** The Deep Learning Containers' repositories: `pytorch-training`, `huggingface-pytorch-inference`. */
const DEEP_LEARNING_CONTAINER =
  /^(?:[a-z]+-)*(?:pytorch|tensorflow|mxnet|autogluon|sglang|vllm)-?(?:[a-z]+-)*(?:training|inference)(?:-[a-z]+)*$/;

/** The name the table knows an image by: without Docker Hub, its mirrors and `library/`; other registries stay. */
function canonicalName(reference: ImageReference): string {
  let name = reference.registry === 'docker.io' ? reference.repository : `${reference.registry}/${reference.repository}`;
  const mirror = HUB_MIRRORS.find((prefix) => name.startsWith(prefix));
  if (mirror !== undefined) name = name.slice(mirror.length);
  // Pull-through caches and proxies keep the Hub's own path behind theirs, and official images under library/.
  const library = name.lastIndexOf('library/');
  if (library === 0 || (library > 0 && name[library - 1] === '/')) name = name.slice(library + 'library/'.length);
  const proxied = name.indexOf('/dependency_proxy/containers/');
  if (proxied > 0) name = name.slice(proxied + '/dependency_proxy/containers/'.length);
  if (ECR_HOST.test(reference.registry) && DEEP_LEARNING_CONTAINER.test(reference.repository)) return 'aws-dlc';
  const slash = name.indexOf('/');
  return slash > 0 && ARCHITECTURES.has(name.slice(0, slash)) ? name.slice(slash + 1) : name;
}

/** A tag taken apart: `text` is undefined behind a bare digest; `words` are split at `-` and `_`. */
interface Tag {
  readonly text: string | undefined;
  readonly words: readonly string[];
  /** The canonical name, for entries that stand for a whole namespace. */
  readonly name: string;
}

type Draft = Omit<Partial<ImageFacts>, 'environment'> & { readonly environment?: Readonly<Record<string, string>> };
type Facts = Draft | ((tag: Tag) => Draft | undefined);

let index: ReadonlyMap<string, Facts> | undefined;

/** An exact name first, then its namespaces from the longest: `quay.io/jupyter/*`. */
function lookUp(name: string): Facts | undefined {
  index ??= new Map(images().flatMap(([names, facts]) => names.split(' ').map((each) => [each, facts] as const)));
  const exact = index.get(name);
  if (exact !== undefined) return exact;
  for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
    const facts = index.get(`${name.slice(0, slash)}/*`);
    if (facts !== undefined) return facts;
  }
  return undefined;
}

/** A digest stops what floats, but not at today's release: `python:3.12-slim@sha256:…` of 2024 is still on bookworm. */
function fixedByDigest(draft: Draft): Draft {
  const { distribution, python } = draft;
  return {
    ...draft,
    ...(distribution?.floating ? { distribution: { id: distribution.id, floating: false } } : {}),
    ...(python?.floating ? { python: python.kind === undefined ? {} : { kind: python.kind } } : {}),
  };
}

/** Adds what follows from the rest: libc and package manager from the distribution, PYTHONUNBUFFERED from the variables.
 *  Windows has no root, no shell words and no variables of the Linux variants. */
function complete(name: string, draft: Draft): ImageFacts {
  if (draft.distribution?.id === 'windows') {
    const { distribution, python, purpose } = draft;
    const kept = { ...(python === undefined ? {} : { python }), ...(purpose === undefined ? {} : { purpose }) };
    return { known: true, name, distribution, ...kept, environment: new Map() };
  }
  const { environment = {}, distribution } = draft;
  const unbuffered = environment['PYTHONUNBUFFERED'];
  const libc = distribution === undefined ? undefined : LIBC[distribution.id];
  const packageManager = distribution === undefined ? undefined : packageManagerOf(distribution);
  return {
    known: true,
    name,
    ...(libc === undefined ? {} : { libc }),
    ...(packageManager === undefined ? {} : { packageManager }),
    ...(unbuffered === undefined ? {} : { setsUnbuffered: unbuffered !== '0' && unbuffered !== '' }),
    ...draft,
    environment: new Map(Object.entries(environment)),
  };
}

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
function packageManagerOf({ id, cycle }: Distribution): PackageManager | undefined {
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

/*
 * Small words the table is written in.
 */

/** A distribution the tag names or settles. */
function named(id: DistributionId, cycle?: string): Distribution {
  const codename = cycle === undefined ? undefined : release(id, cycle)?.codename;
  return { id, ...(cycle === undefined ? {} : { cycle }), ...(codename === undefined ? {} : { codename }), floating: false };
}

function ofCodename(codename: string): Distribution | undefined {
  const found = releaseByCodename(codename);
  return found === undefined ? undefined : named(found.product as DistributionId, found.cycle);
}

function floating(distribution: Distribution | undefined): Distribution | undefined {
  return distribution === undefined ? undefined : { ...distribution, floating: true };
}

/** `bookworm`, `noble`, `alpine3.20`, `ol9`: how the tables of suites write a release. */
function suite(text: string | undefined): Distribution | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith('alpine')) return named('alpine', text.slice('alpine'.length));
  if (text.startsWith('ol')) return named('oraclelinux', text.slice('ol'.length));
  return ofCodename(text);
}

/** A draft with a property only when there is a value for it. */
function withDistribution(distribution: Distribution | undefined): Pick<Draft, 'distribution'> {
  return distribution === undefined ? {} : { distribution };
}

const ROOT = { name: 'root', root: true, uid: 0 } as const;
const JOVYAN = { name: 'jovyan', root: false, uid: 1000 } as const;
const NO_PYTHON: PythonFacts = { kind: 'none' };
const NVIDIA = { NVIDIA_VISIBLE_DEVICES: 'all', NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' } as const;
const UTF8 = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' } as const;
const DEBIAN_COMMANDS = { has: ['bash'], lacks: ['curl', 'wget', 'git', 'gcc', 'make'] } as const;
const BUILDPACK_COMMANDS = { has: ['bash', 'curl', 'wget', 'git', 'gcc', 'g++', 'make'], lacks: [] } as const;
const ALPINE_COMMANDS = { has: ['wget'], lacks: ['bash', 'curl', 'git', 'gcc', 'make'] } as const;

/** The value in force at a version or date: `steps` is `from value from value …`, ascending. */
function step(steps: string | undefined, at: string, compare: (a: string, b: string) => number): string | undefined {
  let value: string | undefined;
  const words = steps?.split(' ') ?? [];
  for (let i = 0; i + 1 < words.length; i += 2) if (compare(words[i] ?? '', at) <= 0) value = words[i + 1];
  return value === '?' ? undefined : value;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The dotted number a tag begins with, after an optional `v`; undefined for none. */
function leadingVersion(text: string | undefined): string | undefined {
  return /^v?(\d+(?:\.\d+)*)(?![\d.a-z])/.exec(text ?? '')?.[1];
}

/** The Python minor a tag names as `python3.11`, `python-3.11`, `py3.11`, `py311`. */
function pythonInTag(text: string | undefined): string | undefined {
  const match = /(?:^|[-_])py(?:thon)?-?([23])\.?(\d{1,2})(?![\d])/.exec(text ?? '');
  return match === null ? undefined : `${match[1]}.${match[2]}`;
}

function python(kind: PythonFacts['kind'], minor: string | undefined): PythonFacts {
  return { ...(kind === undefined ? {} : { kind }), ...(minor === undefined ? {} : { minor }) };
}

/** CUDA as NVIDIA and those who follow it write it: `12.4.1-cudnn-runtime-ubuntu22.04`, `2.3.0-cuda12.1-cudnn8-devel`. */
function cudaInTag(text: string | undefined, prefix: 'cuda' | ''): Pick<Draft, 'cuda'> {
  if (text === undefined) return {};
  const pattern = prefix === '' ? /^(\d+(?:\.\d+)*)/ : /(?:^|[-_])cuda-?(\d+(?:\.\d+)*)/;
  const version = pattern.exec(text)?.[1];
  if (version === undefined) return {};
  const flavour = /(?:^|-)(base|runtime|devel)(?:$|-)/.exec(text)?.[1] as 'base' | 'runtime' | 'devel' | undefined;
  return { cuda: { version, cudnn: /(?:^|-)cudnn/.test(text), ...(flavour === undefined ? {} : { flavour }) } };
}

/*
 * Tags of single images.
 */

/** `12`, `12.6-slim`, `bookworm-20240701-slim`, `stable-slim`, `latest`. */
function debian({ text, words }: Tag): Draft {
  const base: Draft = { user: ROOT, python: NO_PYTHON, setsUnbuffered: false, commands: DEBIAN_COMMANDS };
  if (text === undefined) return { ...base, distribution: { id: 'debian', floating: true } };
  const alias = DEBIAN_ALIASES[words[0] ?? ''];
  if (alias !== undefined) {
    return { ...base, distribution: floating(ofCodename(alias)) ?? { id: 'debian', floating: true } };
  }
  const major = leadingVersion(text)?.split('.')[0];
  const known = major === undefined ? ofCodename(words[0] ?? '') : release('debian', major) && named('debian', major);
  return { ...base, distribution: known ?? { id: 'debian', floating: true } };
}

/** docker-library/official-images library/debian, 2026-08-21; an empty name is no release. */
const DEBIAN_ALIASES: Readonly<Record<string, string>> = {
  latest: DEBIAN_STABLE,
  stable: DEBIAN_STABLE,
  oldstable: 'bookworm',
  oldoldstable: 'bullseye',
  testing: '',
  forky: '',
  unstable: '',
  sid: '',
  experimental: '',
};

/** `22.04`, `jammy-20240427`, `latest`; `rolling` and `devel` change twice a year and are left open. */
function ubuntu({ text, words }: Tag): Draft {
  const base: Draft = { user: ROOT, setsUnbuffered: false };
  const cycle = leadingVersion(text);
  const settled =
    text === 'latest'
      ? floating(named('ubuntu', NEWEST_UBUNTU_LTS))
      : cycle !== undefined && release('ubuntu', cycle) !== undefined
        ? named('ubuntu', cycle)
        : ofCodename(words[0] ?? '');
  if (settled?.cycle === undefined) return { ...base, distribution: { id: 'ubuntu', floating: true } };
  const bare = { ...base, distribution: settled, python: NO_PYTHON, hasTzdata: false, commands: DEBIAN_COMMANDS };
  return compareVersions(settled.cycle, '23.04') >= 0 ? { ...bare, uid1000: 'ubuntu' } : bare;
}

/** `3.19`, `3.19.1`, `3`, `latest`, `edge`, `20240329`. */
function alpine({ text }: Tag): Draft {
  const base: Draft = { user: ROOT, python: NO_PYTHON, setsUnbuffered: false, commands: ALPINE_COMMANDS };
  const minor = /^(\d+\.\d+)/.exec(text ?? '')?.[1];
  if (minor !== undefined) return { ...base, distribution: named('alpine', minor) };
  const open = text === 'latest' || text === '3' ? floating(named('alpine', NEWEST_ALPINE)) : undefined;
  return { ...base, distribution: open ?? { id: 'alpine', floating: true } };
}

/** The Red Hat family: the major release comes first, or behind a word: `9.3-minimal`, `centos7.9.2009`, `stream9`. */
function redHat(id: 'centos' | 'rocky' | 'alma' | 'fedora' | 'oraclelinux' | 'amazonlinux', latest?: string) {
  return ({ text, words }: Tag): Draft => {
    const stream = /^(?:centos)?-?stream-?(\d+)/.exec(text ?? '')?.[1];
    const major = stream === undefined ? /^(?:[a-z]+-?)?(\d+)/.exec(text ?? '')?.[1] : `stream${stream}`;
    const year = id === 'amazonlinux' && major === '2018' ? '1' : major;
    const cycle = text === 'latest' ? latest : year;
    const settled = cycle !== undefined && release(id, cycle) !== undefined ? named(id, cycle) : undefined;
    const distribution = settled ?? { id, floating: true };
    return {
      user: ROOT,
      setsUnbuffered: false,
      distribution: text === 'latest' ? { ...distribution, floating: true } : distribution,
      ...(words.includes('minimal') || (id === 'oraclelinux' && words.includes('slim') && settled?.cycle !== '7')
        ? { packageManager: 'microdnf' as const }
        : {}),
    };
  };
}

/** `ubi9/ubi:9.4`, `ubi9-minimal`, `ubi8/python-311`: the release is in the repository. */
function ubi({ name }: Tag): Draft | undefined {
  const major = /(?:^|\/)ubi(\d+)(?=$|[/-])/.exec(name)?.[1];
  if (major === undefined) return undefined;
  const distribution = named('rhel', major);
  const minor = /\/python-(\d)(\d+)(-minimal)?$/.exec(name);
  if (minor !== null) {
    return {
      distribution,
      ...(minor[3] === undefined ? {} : { packageManager: 'microdnf' as const }),
      python: python('venv', `${minor[1]}.${minor[2]}`),
      user: { name: '1001', root: false, uid: 1001 },
      environment: {
        PYTHONUNBUFFERED: '1',
        PYTHONIOENCODING: 'UTF-8',
        LANG: 'en_US.UTF-8',
        LC_ALL: 'en_US.UTF-8',
        PIP_NO_CACHE_DIR: 'off',
        APP_ROOT: '/opt/app-root',
        HOME: '/opt/app-root/src',
        PATH: '',
      },
    };
  }
  const manager = /micro$/.test(name) ? 'none' : /minimal$/.test(name) ? 'microdnf' : undefined;
  const isBase = /(?:^|\/)ubi\d+(?:-(?:minimal|micro|init))?$|\/ubi(?:-(?:minimal|micro|init))?$/.test(name);
  return {
    distribution,
    ...(isBase ? { user: ROOT, setsUnbuffered: false } : {}),
    ...(manager === undefined ? {} : { packageManager: manager }),
  };
}

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
          commands: variant === 'alpine' ? ALPINE_COMMANDS : isSlim ? DEBIAN_COMMANDS : BUILDPACK_COMMANDS,
        }),
    environment: {
      PATH: '',
      PYTHON_VERSION: patch === undefined ? '' : `${minor}.${patch}${version?.[4] ?? ''}`,
      PYTHON_SHA256: '',
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
function language(precision: number, steps: string, alpineSteps: string, more: Draft = {}) {
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
    ...(tag.text === undefined ? {} : { commands: isFull ? BUILDPACK_COMMANDS : { has: ['curl', 'wget'], lacks: [] } }),
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
    commands: distribution?.id === 'alpine' ? ALPINE_COMMANDS : isSlim ? DEBIAN_COMMANDS : BUILDPACK_COMMANDS,
    environment: isRecent ? { UV_TOOL_BIN_DIR: '/usr/local/bin', PATH: '' } : { PATH: '' },
  };
}

/** Ubuntu and Python of docker-stacks builds by the day they were made; `?`: changed within these days. */
const STACKS_UBUNTU = '2022-10-10 22.04 2024-07-01 ? 2024-11-01 24.04';
const STACKS_PYTHON = '2022-10-10 ? 2023-06-05 3.11 2024-10-20 ? 2024-10-27 3.12 2025-08-14 ? 2025-08-20 3.13';

const STACKS = words(
  'docker-stacks-foundation base-notebook minimal-notebook scipy-notebook r-notebook julia-notebook tensorflow-notebook pytorch-notebook datascience-notebook pyspark-notebook all-spark-notebook',
);

/** `2026-07-28`, `python-3.11`, `ubuntu-22.04`, `cuda12-python-3.13.14`, `lab-4.2.5`, a commit hash, `latest`. */
function dockerStacks({ text, name }: Tag): Draft | undefined {
  const stack = baseName(name);
  const isOnHub = !name.startsWith('quay.io/');
  if (!STACKS.has(stack)) return undefined;
  const plain = text?.replace(/^(?:x86_64|aarch64)-/, '').replace(/^cuda\d*-/, '');
  const day = plain === 'latest' ? (isOnHub ? '2023-10-20' : '2026-08-08') : /^\d{4}-\d{2}-\d{2}$/.exec(plain ?? '')?.[0];
  const minor = day === undefined ? pythonInTag(plain) : step(STACKS_PYTHON, day, byText);
  const cycle =
    day === undefined
      ? minor !== undefined && compareVersions(minor, '3.12') >= 0
        ? '24.04'
        : undefined
      : step(STACKS_UBUNTU, day, byText);
  const distribution = distributionInTag(plain ?? '') ?? named('ubuntu', cycle);
  const hasCuda = /(?:^|-)cuda/.test(text ?? '');
  const hasSpark = stack === 'pyspark-notebook' || stack === 'all-spark-notebook';
  const hasJulia = stack === 'julia-notebook' || stack === 'datascience-notebook';
  return {
    distribution: { ...distribution, floating: false },
    python: { ...python('conda', minor), floating: plain === 'latest' },
    user: JOVYAN,
    uid1000: 'jovyan',
    setsUnbuffered: false,
    shell: ['/bin/bash', '-o', 'pipefail', '-c'],
    entrypoint: isOnHub ? ['tini', '-g', '--'] : ['tini', '-g', '--', 'start.sh'],
    purpose: 'notebook',
    environment: {
      CONDA_DIR: '/opt/conda',
      SHELL: '/bin/bash',
      NB_USER: 'jovyan',
      NB_UID: '1000',
      NB_GID: '100',
      HOME: '/home/jovyan',
      DEBIAN_FRONTEND: 'noninteractive',
      LANG: isOnHub ? '' : 'C.UTF-8',
      LC_ALL: isOnHub ? '' : 'C.UTF-8',
      PATH: '',
      ...(stack === 'docker-stacks-foundation' ? {} : { JUPYTER_PORT: '8888' }),
      ...(hasSpark ? { SPARK_HOME: '/usr/local/spark' } : {}),
      ...(hasJulia ? { JULIA_DEPOT_PATH: '/opt/julia', JULIA_PKGDIR: '/opt/julia' } : {}),
      ...(hasCuda ? { ...NVIDIA, LD_LIBRARY_PATH: '' } : {}),
    },
    ...(isOnHub ? { frozen: true, retired: { state: 'moved', since: '2023-10-20', successor: `quay.io/jupyter/${stack}` } } : {}),
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
    commands: { has: ['bash', 'git', 'wget', 'tini'], lacks: [] },
    environment: { CONDA_DIR: '/opt/conda', ...UTF8, PATH: '' },
    ...(isMambaforge ? { frozen: true, retired: { state: 'frozen', since: '2025-01', successor: 'condaforge/miniforge3' } } : {}),
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
    ...(isPython2 ? { frozen: true, retired: { state: 'frozen' as const, since: '2021-05', successor: `${name}3` } } : {}),
    commands: { has: ['bash', 'git', 'wget'], lacks: [] },
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
    ...(hasRstudio || hasShiny ? { dropsPrivileges: true } : {}),
    ...(hasRstudio ? { purpose: 'notebook' as const } : hasShiny ? { purpose: 'serving' as const } : {}),
    ...(isDropped || isSuperseded ? { frozen: true } : {}),
    ...(isDropped ? { retired: { state: 'frozen', since: '2025-02' } } : {}),
    environment: {
      ...(isOld ? {} : { R_HOME: '/usr/local/lib/R', TZ: 'Etc/UTC' }),
      R_VERSION: full !== undefined && full.split('.').length === 3 ? full : '',
      LANG: 'en_US.UTF-8',
      CRAN: '',
      ...(hasRstudio ? { DEFAULT_USER: 'rstudio' } : {}),
    },
  };
}

const ROCKER_DROPPED = words('ml ml-verse cuda binder');

/** `12.4.1-cudnn-runtime-ubuntu22.04`, `11.0.3-base-centos7`, `13.0.1-devel-ubi9`. */
function nvidiaCuda({ text }: Tag): Draft {
  const distribution = distributionInTag(text ?? '');
  const { cuda } = cudaInTag(text, '');
  const isUbuntu24 = distribution?.id === 'ubuntu' && compareVersions(distribution.cycle ?? '', '23.04') >= 0;
  return {
    ...withDistribution(distribution),
    user: ROOT,
    ...(distribution?.id === 'ubuntu' ? { python: NO_PYTHON } : {}),
    setsUnbuffered: false,
    ...(isUbuntu24 ? { uid1000: 'ubuntu' } : {}),
    ...(cuda === undefined ? {} : { cuda }),
    ...(cuda?.flavour === 'runtime' || cuda?.flavour === 'devel' ? { entrypoint: ['/opt/nvidia/nvidia_entrypoint.sh'] } : {}),
    environment: { ...NVIDIA, CUDA_VERSION: cuda?.version ?? '', LD_LIBRARY_PATH: '', PATH: '' },
  };
}

/** `25.03-py3`: year and month. NVIDIA's own frameworks, on Ubuntu's Python. */
function nvidiaFramework({ text, name }: Tag): Draft {
  const month = /^(\d{2}\.\d{2})/.exec(text ?? '')?.[1];
  const isRecent = month !== undefined && compareVersions(month, '25.01') >= 0;
  // Release notes 19.03, 20.02 and 20.06: PyTorch stood in /opt/conda; when that ended is not known here.
  const mayBeConda = name.endsWith('/pytorch') && !isRecent;
  const isConda = mayBeConda && month !== undefined && compareVersions(month, '20.06') <= 0;
  const hasConstraint = month !== undefined && compareVersions(month, '25.03') >= 0 && name.endsWith('/pytorch');
  // NOTE: `25.06-py3-sdk` and `20.06-py3-clientsdk` hold the clients and serve nothing.
  const isTriton = name.endsWith('/tritonserver');
  const isServer = isTriton && !/sdk$/.test(text ?? '');
  return {
    distribution: isRecent ? named('ubuntu', '24.04') : { id: 'ubuntu', floating: false },
    user: ROOT,
    ...(isServer ? { purpose: 'serving' as const } : {}),
    ...(!isTriton || /-py3(?:-|$)/.test(text ?? '')
      ? { python: python(isConda ? 'conda' : mayBeConda ? undefined : 'system', isRecent ? '3.12' : undefined) }
      : {}),
    entrypoint: ['/opt/nvidia/nvidia_entrypoint.sh'],
    environment: {
      ...NVIDIA,
      LD_LIBRARY_PATH: '',
      PATH: '',
      ...(isRecent ? { PIP_BREAK_SYSTEM_PACKAGES: '1' } : {}),
      ...(hasConstraint ? { PIP_CONSTRAINT: '/etc/pip/constraint.txt' } : {}),
    },
  };
}

/**
 * `2.3.0-cuda12.1-cudnn8-runtime`. Conda up to 2.9, Ubuntu's Python with PEP 668 from 2.12 (DIAGNijmegen/
 * rse-grand-challenge#4765); the change came between (pytorch#169873, monarch#2284). Ubuntu 22.04 from 2.2 (#113032).
 */
function pytorch({ text }: Tag): Draft {
  const version = leadingVersion(text);
  const isSystem = version !== undefined && compareVersions(version, '2.12') >= 0;
  const isConda = version !== undefined && compareVersions(version, '2.10') < 0;
  const cycle = isSystem ? '24.04' : isConda && compareVersions(version, '2.2') >= 0 ? '22.04' : undefined;
  return {
    distribution: named('ubuntu', cycle),
    python: python(isSystem ? 'system' : isConda ? 'conda' : undefined, isSystem ? '3.12' : undefined),
    user: ROOT,
    setsUnbuffered: false,
    ...cudaInTag(text, 'cuda'),
    environment: { ...NVIDIA, PYTORCH_VERSION: version ?? '', LD_LIBRARY_PATH: '', PATH: '' },
  };
}

/** `2.9.1-python3.11`, `slim-3.1.0`, `latest`. */
function airflow({ text }: Tag): Draft {
  const version = leadingVersion(text?.replace(/^slim-/, ''));
  const isThree = version?.split('.')[0] === '3' || text === 'latest';
  return {
    distribution: isThree ? named('debian', '12') : { id: 'debian', floating: false },
    python: python('venv', pythonInTag(text)),
    user: { name: 'airflow', root: false, uid: 50000 },
    setsUnbuffered: false,
    shell: ['/bin/bash', '-o', 'pipefail', '-o', 'errexit', '-o', 'nounset', '-o', 'nolog', '-c'],
    entrypoint: ['/usr/bin/dumb-init', '--', '/entrypoint'],
    purpose: 'scheduler',
    environment: {
      AIRFLOW_HOME: '/opt/airflow',
      AIRFLOW_VERSION: version ?? '',
      VIRTUAL_ENV: '/home/airflow/.local',
      DEBIAN_FRONTEND: 'noninteractive',
      ...UTF8,
      PATH: '',
      PIP_CACHE_DIR: '',
      UV_CACHE_DIR: '',
      GUNICORN_CMD_ARGS: '--worker-tmp-dir /dev/shm',
    },
  };
}

/** `3.5.1`, `4.0.0-scala2.13-java21-python3-ubuntu`, `3.5.1-java17`: Ubuntu comes from the Java image below. */
function spark({ text, words }: Tag): Draft {
  const version = leadingVersion(text);
  const isJava11 = /java11/.test(text ?? '') || (version !== undefined && compareVersions(version, '4') < 0 && !/java17/.test(text ?? ''));
  const isFocal = version !== undefined && isJava11 && compareVersions(version, '3.5.7') < 0;
  const isFull = version !== undefined && version.split('.').length === 3 && compareVersions(version, '3.5.0') >= 0;
  const cycle = isFull ? (isFocal ? '20.04' : '22.04') : undefined;
  const hasPython = words.includes('python3') || !words.some((word) => word === 'ubuntu' || word === 'scala' || word === 'r');
  const minor = cycle === '20.04' ? '3.8' : cycle === '22.04' ? '3.10' : undefined;
  return {
    distribution: named('ubuntu', cycle),
    ...(text === undefined ? {} : { python: hasPython ? python('system', minor) : NO_PYTHON }),
    user: { name: 'spark', root: false, uid: 185 },
    setsUnbuffered: false,
    entrypoint: ['/opt/entrypoint.sh'],
    environment: { SPARK_HOME: '/opt/spark', JAVA_HOME: '', PATH: '' },
  };
}

/** `2024.05.21`; Ubuntu by the day. */
function pangeo({ text }: Tag): Draft {
  const day = /^\d{4}\.\d{2}\.\d{2}$/.exec(text ?? '')?.[0].replaceAll('.', '-');
  const cycle =
    text === 'latest'
      ? '24.04'
      : day === undefined
        ? undefined
        : step('2020-11-10 ? 2022-07-14 22.04 2025-07-25 ? 2025-08-01 24.04', day, byText);
  return {
    distribution: named('ubuntu', cycle),
    python: { kind: 'conda' },
    user: JOVYAN,
    uid1000: 'jovyan',
    setsUnbuffered: false,
    entrypoint: ['/srv/start'],
    purpose: 'notebook',
    environment: {
      CONDA_DIR: '/srv/conda',
      NB_PYTHON_PREFIX: '/srv/conda/envs/notebook',
      NB_USER: 'jovyan',
      NB_UID: '1000',
      HOME: '/home/jovyan',
      DEBIAN_FRONTEND: 'noninteractive',
      TZ: 'UTC',
      ...UTF8,
      PATH: '',
    },
  };
}

/** `2.12-gpu-py312-cu130-amzn2023-ec2`; the older ones name Ubuntu. Only the new files are known to unbuffer. */
function deepLearningContainer({ text }: Tag): Draft {
  const distribution = distributionInTag(text ?? '');
  const isNew = distribution?.id === 'amazonlinux' && distribution.cycle === '2023';
  return {
    ...withDistribution(distribution),
    python: python(isNew ? 'venv' : undefined, pythonInTag(text)),
    user: ROOT,
    environment: isNew ? { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...UTF8, PATH: '' } : {},
  };
}

/** `public.ecr.aws/lambda/python:3.12`, `:3.11.2024.05.01`, `:3.9-arm64`. Amazon Linux by Python: 2023 from 3.12, 2 from 3.8. */
function lambdaPython({ text }: Tag): Draft {
  const minor = /^(\d\.\d+)/.exec(text ?? '')?.[1];
  const cycle = minor === undefined ? undefined : step('2.7 1 3.8 2 3.12 2023', minor, compareVersions);
  return {
    distribution: named('amazonlinux', cycle),
    python: { ...python(undefined, minor), floating: minor === undefined },
    purpose: 'lambda',
    entrypoint: ['/lambda-entrypoint.sh'],
    environment: {
      LANG: 'en_US.UTF-8',
      TZ: ':/etc/localtime',
      LAMBDA_TASK_ROOT: '/var/task',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      LD_LIBRARY_PATH: '',
      PATH: '',
    },
  };
}

/** `mcr.microsoft.com/devcontainers/python:1-3.12-bookworm`: the editor changes to the user `vscode`, the image is root's. */
function devcontainer({ text, name }: Tag): Draft {
  const image = baseName(name);
  const distribution = distributionInTag(text ?? '');
  const minor = /(?:^|-)(3\.\d+)(?=$|-)/.exec(text ?? '')?.[1];
  return {
    ...withDistribution(distribution),
    ...(image === 'python' ? { python: python('official', minor) } : {}),
    ...(image === 'miniconda' || image === 'anaconda' ? { python: { kind: 'conda' as const } } : {}),
    purpose: 'devcontainer',
  };
}

/** `gcr.io/distroless/python3-debian12:nonroot`: Debian is in the repository, the user in the tag. */
function distroless({ text, words, name }: Tag): Draft {
  const cycle = /-debian(\d+)$/.exec(name)?.[1];
  const codename = cycle === undefined ? undefined : release('debian', cycle)?.codename;
  const isPython = /\/python3(?:-|$)/.test(name);
  const isNonroot = words.includes('nonroot');
  const minor = cycle === '11' ? '3.9' : cycle === '12' ? '3.11' : cycle === '13' ? '3.13' : undefined;
  return {
    distribution: {
      id: 'distroless',
      ...(cycle === undefined ? {} : { cycle }),
      ...(codename === undefined ? {} : { codename }),
      floating: cycle === undefined,
    },
    ...(/\/static(?:-|$)/.test(name) ? {} : { libc: 'glibc' as const }),
    ...(text === undefined ? {} : { user: isNonroot ? { name: 'nonroot', root: false, uid: 65532 } : ROOT }),
    ...(text === undefined ? {} : { hasShell: words.includes('debug') }),
    python: isPython ? { ...python('system', minor), floating: minor === undefined } : NO_PYTHON,
    setsUnbuffered: false,
    environment: { PATH: '', ...(isPython ? { LANG: 'C.UTF-8' } : {}) },
  };
}

/** Wolfi: glibc with apk. Only `-dev` tags and the base images have a shell and apk. */
function chainguard({ text, words, name }: Tag): Draft {
  const image = baseName(name);
  const isBase = image === 'wolfi-base' || image === 'chainguard-base';
  const hasApk = isBase || words.includes('dev');
  const minor = /^(3\.\d+)/.exec(text ?? '')?.[1];
  return {
    distribution: { id: 'wolfi', floating: false },
    ...(text === undefined && !isBase ? {} : { hasShell: hasApk, packageManager: hasApk ? ('apk' as const) : ('none' as const) }),
    ...(image === 'python'
      ? {
          user: { name: 'nonroot', root: false, uid: 65532 },
          python: { ...python('system', minor), floating: minor === undefined },
        }
      : {}),
  };
}

function windows(text: string | undefined): Distribution {
  const cycle = /(?:^|-)(ltsc\d{4})(?:$|-)/.exec(text ?? '')?.[1];
  return { id: 'windows', ...(cycle === undefined ? {} : { cycle }), floating: cycle === undefined };
}

/** Images of which only what the tag or the repository says is known. */
function byTag(more: Draft = {}) {
  return ({ text, name }: Tag): Draft => ({
    ...withDistribution(distributionInTag(text ?? '') ?? distributionInTag(baseName(name))),
    ...more,
  });
}

/** Databases: they start as root and change to their own user in the entrypoint. */
function database(precision: number, steps: string, alpineSteps: string): Facts {
  return language(precision, steps, alpineSteps, {
    dropsPrivileges: true,
    purpose: 'database',
    entrypoint: ['docker-entrypoint.sh'],
  });
}

/** `tiangolo/uvicorn-gunicorn-fastapi:python3.11-slim`. */
function tiangolo(isRetired: boolean): Facts {
  return ({ text }) => ({
    distribution: { id: /alpine/.test(text ?? '') ? 'alpine' : 'debian', floating: false },
    python: python('official', pythonInTag(text)),
    user: ROOT,
    purpose: 'serving',
    ...(isRetired ? { retired: { state: 'frozen' as const } } : {}),
  });
}

function bitnami({ text, name }: Tag): Draft {
  const image = name.slice(name.indexOf('/') + 1);
  return {
    ...withDistribution(distributionInTag(text ?? '')),
    retired:
      image === 'spark' ? { state: 'gone', since: '2025-09' } : { state: 'moved', since: '2025-08', successor: `bitnamilegacy/${image}` },
  };
}

/*
 * The table: names (space-separated; `/*` for a namespace) and facts. Lines without a source in the head of this file are
 * read off the image's own tag only.
 */
const images = (): readonly (readonly [names: string, facts: Facts])[] => [
  // Distributions
  ['debian public.ecr.aws/debian/debian', debian],
  ['debian/eol', (tag) => ({ ...debian(tag), archiveSources: true })],
  ['ubuntu public.ecr.aws/ubuntu/ubuntu public.ecr.aws/lts/ubuntu', ubuntu],
  ['alpine', alpine],
  ['centos', (tag) => ({ ...redHat('centos', '8')(tag), frozen: true, retired: { state: 'frozen', successor: 'quay.io/centos/centos' } })],
  ['quay.io/centos/centos', redHat('centos')],
  ['rockylinux rockylinux/rockylinux quay.io/rockylinux/rockylinux', redHat('rocky')],
  ['almalinux quay.io/almalinuxorg/almalinux', redHat('alma')],
  [
    'almalinux/8-base almalinux/9-base almalinux/10-base',
    ({ name }) => ({
      distribution: named('alma', /(\d+)-base$/.exec(name)?.[1]),
      user: ROOT,
    }),
  ],
  ['fedora quay.io/fedora/fedora registry.fedoraproject.org/fedora', redHat('fedora')],
  ['amazonlinux public.ecr.aws/amazonlinux/amazonlinux', redHat('amazonlinux', '2023')],
  ['oraclelinux container-registry.oracle.com/os/oraclelinux', redHat('oraclelinux')],
  ['registry.access.redhat.com/* registry.redhat.io/* redhat/*', ubi],
  [
    'opensuse/leap registry.opensuse.org/opensuse/leap',
    ({ text }) => ({
      distribution: release('opensuse', text ?? '') === undefined ? { id: 'opensuse', floating: true } : named('opensuse', text),
      user: ROOT,
    }),
  ],
  ['archlinux', { distribution: { id: 'archlinux', floating: true }, user: ROOT }],
  ['photon', { distribution: { id: 'photon', floating: false }, user: ROOT }],
  ['mcr.microsoft.com/azurelinux/base/core', { distribution: { id: 'azurelinux', floating: false }, user: ROOT }],
  [
    'busybox',
    ({ text }) => ({
      distribution: { id: 'busybox', floating: false },
      ...(/glibc/.test(text ?? '') ? { libc: 'glibc' as const } : /musl/.test(text ?? '') ? { libc: 'musl' as const } : {}),
      user: ROOT,
      python: NO_PYTHON,
    }),
  ],
  // NOTE: every tag of `bash` stands on Alpine; `5.2-alpine3.19` and `alpine3.19` say on which, `5.2` does not.
  [
    'bash',
    ({ text }) => ({
      distribution: distributionInTag(text ?? '') ?? { id: 'alpine', floating: true },
      user: ROOT,
      python: NO_PYTHON,
      setsUnbuffered: false,
      commands: { has: ['bash', 'wget'], lacks: ['curl', 'git', 'gcc', 'make'] },
      entrypoint: ['docker-entrypoint.sh'],
    }),
  ],
  ['amazoncorretto', { user: ROOT, setsUnbuffered: false }],
  ['grafana/k6', { distribution: { id: 'alpine', floating: true }, user: { name: '12345', root: false, uid: 12345 }, entrypoint: ['k6'] }],
  ['flink apache/flink', { user: ROOT, dropsPrivileges: true, entrypoint: ['/docker-entrypoint.sh'] }],
  ['mcr.microsoft.com/windows/* mcr.microsoft.com/windows', ({ text }) => ({ distribution: windows(text) })],
  ['phusion/baseimage ghcr.io/phusion/baseimage bitnami/minideb', byTag({ user: ROOT })],
  ['gcr.io/distroless/*', distroless],
  ['cgr.dev/chainguard/* chainguard/*', chainguard],

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
        environment: { JULIA_PATH: '/usr/local/julia', JULIA_VERSION: '', PATH: '' },
        ...(isAlpine ? { frozen: true, retired: { state: 'frozen' as const, successor: 'julia' } } : {}),
      };
    },
  ],
  [
    'openjdk',
    (tag) => ({
      ...byTag({ user: ROOT, frozen: true })(tag),
      retired: { state: 'frozen', since: '2022-07', successor: 'eclipse-temurin' },
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

  // R
  [
    'r-base rocker/r-base',
    {
      distribution: { id: 'debian', floating: true },
      user: ROOT,
      noRecommendsPreset: true,
      setsUnbuffered: false,
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
  ['rhub/r-minimal', { distribution: { id: 'alpine', floating: true }, user: ROOT, python: NO_PYTHON }],

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

  // Notebooks and distributed computing
  ['quay.io/jupyter/* jupyter/*', dockerStacks],
  [
    'pangeo/base-image pangeo/base-notebook pangeo/pangeo-notebook pangeo/pytorch-notebook pangeo/ml-notebook quay.io/pangeo/base-image quay.io/pangeo/base-notebook quay.io/pangeo/pangeo-notebook quay.io/pangeo/pytorch-notebook quay.io/pangeo/ml-notebook',
    pangeo,
  ],
  [
    'quay.io/opendatahub/* quay.io/modh/*',
    ({ name }) => (/notebook|workbench/.test(name) ? { user: { name: '1001', root: false, uid: 1001 }, purpose: 'notebook' } : undefined),
  ],
  ['ghcr.io/kubeflow/kubeflow/notebook-servers/*', { purpose: 'notebook' }],
  ['public.ecr.aws/sagemaker/sagemaker-distribution', { purpose: 'notebook' }],
  [
    'gcr.io/kaggle-images/python gcr.io/kaggle-gpu-images/python',
    {
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'system' },
      user: ROOT,
      setsUnbuffered: false,
      entrypoint: ['/usr/bin/env'],
      purpose: 'notebook',
      environment: { MKL_THREADING_LAYER: 'GNU', PYTHONPATH: '', LD_LIBRARY_PATH: '' },
    },
  ],
  [
    'ghcr.io/dask/dask daskdev/dask',
    ({ text, name }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: ROOT,
      setsUnbuffered: false,
      shell: ['/bin/bash', '-c'],
      entrypoint: ['tini', '-g', '--', '/usr/bin/prepare.sh'],
      environment: { PYTHON_VERSION: '', DASK_VERSION: '', CONDA_DIR: '/opt/conda', ...UTF8, PATH: '' },
      ...(name.startsWith('daskdev/') ? { retired: { state: 'moved', successor: 'ghcr.io/dask/dask' } } : {}),
    }),
  ],
  [
    'ghcr.io/dask/dask-notebook daskdev/dask-notebook',
    ({ text, name }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: JOVYAN,
      uid1000: 'jovyan',
      purpose: 'notebook',
      environment: { CONDA_DIR: '/opt/conda', DEBIAN_FRONTEND: 'noninteractive', HOME: '/home/jovyan', PATH: '' },
      ...(name.startsWith('daskdev/') ? { retired: { state: 'moved', successor: 'ghcr.io/dask/dask-notebook' } } : {}),
    }),
  ],
  [
    'rayproject/ray rayproject/ray-ml rayproject/ray-llm',
    ({ text }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: { name: 'ray', root: false, uid: 1000 },
      uid1000: 'ray',
      setsUnbuffered: false,
      hasTzdata: true,
      shell: ['/bin/bash', '-c'],
      commands: { has: ['bash', 'git', 'wget', 'sudo'], lacks: [] },
      environment: { HOME: '/home/ray', TZ: 'America/Los_Angeles', ...UTF8, LD_LIBRARY_PATH: '', PATH: '' },
    }),
  ],
  [
    'rapidsai/base rapidsai/notebooks nvcr.io/nvidia/rapidsai/base nvcr.io/nvidia/rapidsai/notebooks',
    ({ text, name }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: { name: 'rapids', root: false },
      setsUnbuffered: false,
      shell: ['/bin/bash', '-euo', 'pipefail', '-c'],
      entrypoint: ['/home/rapids/entrypoint.sh'],
      ...cudaInTag(text, 'cuda'),
      ...(name.endsWith('/notebooks') ? { purpose: 'notebook' as const } : {}),
      environment: { ...NVIDIA, CONDA_PREFIX: '/opt/conda', PYTHON_VERSION: '', PATH: '' },
    }),
  ],
  ['spark apache/spark', spark],
  ['apache/airflow', airflow],
  [
    'puckel/docker-airflow',
    {
      python: { kind: 'official' },
      user: { name: 'airflow', root: false },
      purpose: 'scheduler',
      frozen: true,
      retired: { state: 'frozen', since: '2020-02', successor: 'apache/airflow' },
    },
  ],
  [
    'prefecthq/prefect',
    ({ text, words }) => ({
      distribution: { id: 'debian', floating: false },
      python: python(words.includes('conda') ? 'conda' : 'official', pythonInTag(text)),
      user: ROOT,
      setsUnbuffered: false,
      purpose: 'scheduler',
      entrypoint: ['/usr/bin/tini', '-g', '--', '/opt/prefect/entrypoint.sh'],
      environment: { ...UTF8, UV_LINK_MODE: 'copy', UV_SYSTEM_PYTHON: '1', LD_LIBRARY_PATH: '/usr/local/lib' },
    }),
  ],

  // GPU and frameworks
  ['nvidia/cuda nvcr.io/nvidia/cuda', nvidiaCuda],
  ['nvcr.io/nvidia/pytorch nvcr.io/nvidia/tensorflow nvcr.io/nvidia/jax nvcr.io/nvidia/tritonserver', nvidiaFramework],
  ['pytorch/pytorch ghcr.io/pytorch/pytorch', pytorch],
  [
    'pytorch/torchserve pytorch/torchserve-nightly',
    {
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'venv' },
      user: { name: 'model-server', root: false },
      entrypoint: ['/usr/local/bin/dockerd-entrypoint.sh'],
      purpose: 'serving',
      environment: { PYTHONUNBUFFERED: 'TRUE', TEMP: '/home/model-server/tmp', PATH: '' },
      retired: { state: 'frozen', since: '2025' },
    },
  ],
  [
    'tensorflow/tensorflow',
    ({ words }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'system' },
      user: ROOT,
      setsUnbuffered: false,
      ...(words.includes('jupyter') ? { purpose: 'notebook' as const } : {}),
      environment: { LANG: 'C.UTF-8', ...(words.includes('gpu') ? { LD_LIBRARY_PATH: '' } : {}) },
    }),
  ],
  [
    'tensorflow/serving',
    {
      distribution: { id: 'ubuntu', floating: false },
      user: ROOT,
      entrypoint: ['/usr/bin/tf_serving_entrypoint.sh'],
      purpose: 'serving',
      environment: { MODEL_BASE_PATH: '/models', MODEL_NAME: 'model' },
    },
  ],
  [
    'ghcr.io/huggingface/text-generation-inference',
    {
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'venv' },
      user: ROOT,
      setsUnbuffered: false,
      entrypoint: ['/tgi-entrypoint.sh'],
      purpose: 'serving',
      environment: { ...NVIDIA, HF_HOME: '/data', PORT: '80', VIRTUAL_ENV: '/usr/src/.venv/', LD_LIBRARY_PATH: '', PATH: '' },
      retired: { state: 'maintenance' },
    },
  ],
  [
    'vllm/vllm-openai',
    {
      distribution: { id: 'ubuntu', floating: false },
      purpose: 'serving',
      environment: { ...NVIDIA, LD_LIBRARY_PATH: '', PATH: '' },
    },
  ],
  [
    'ghcr.io/mlflow/mlflow',
    {
      distribution: { id: 'debian', floating: false },
      python: { kind: 'official' },
      user: ROOT,
      setsUnbuffered: false,
      environment: { PATH: '' },
    },
  ],
  [
    'tiangolo/uvicorn-gunicorn tiangolo/uvicorn-gunicorn-fastapi tiangolo/uvicorn-gunicorn-starlette tiangolo/uvicorn-gunicorn-machine-learning',
    tiangolo(true),
  ],
  ['tiangolo/uwsgi-nginx tiangolo/uwsgi-nginx-flask', tiangolo(false)],
  [
    'rocm/*',
    ({ text, name }) => ({
      ...byTag()({ text, words: [], name }),
      ...(pythonInTag(text) === undefined ? {} : { python: python(undefined, pythonInTag(text)) }),
    }),
  ],
  ['aws-dlc public.ecr.aws/deep-learning-containers/*', deepLearningContainer],

  // Clouds and editors
  ['public.ecr.aws/lambda/python amazon/aws-lambda-python', lambdaPython],
  ['public.ecr.aws/lambda/* public.ecr.aws/sam/*', { purpose: 'lambda' }],
  [
    'mcr.microsoft.com/azure-functions/*',
    ({ text, name }) => ({
      purpose: 'lambda',
      ...(name.endsWith('/python') ? { python: python(undefined, pythonInTag(text)) } : {}),
    }),
  ],
  ['mcr.microsoft.com/devcontainers/* mcr.microsoft.com/vscode/devcontainers/*', devcontainer],
  ['mcr.microsoft.com/playwright mcr.microsoft.com/playwright/* mcr.microsoft.com/azureml/* mcr.microsoft.com/dotnet/*', byTag()],

  // Databases and servers
  [
    'postgres',
    database(
      1,
      '9 stretch 10 ? 12 bookworm 13 trixie',
      '9 alpine3.15 10 alpine3.16 11 alpine3.19 12 alpine3.21 13 alpine3.22 14 alpine3.24',
    ),
  ],
  [
    'postgis/postgis pgvector/pgvector',
    byTag({ user: ROOT, dropsPrivileges: true, purpose: 'database', entrypoint: ['docker-entrypoint.sh'] }),
  ],
  ['redis', database(2, '3.2 stretch 4.0 buster 5.0 bullseye 6.0 bookworm 8.4 trixie', '8.10 alpine3.23')],
  [
    'mysql',
    ({ text }) => ({
      ...withDistribution(distributionInTag(text ?? '')),
      user: ROOT,
      dropsPrivileges: true,
      purpose: 'database',
      entrypoint: ['docker-entrypoint.sh'],
    }),
  ],
  [
    'mongo',
    ({ text }) => {
      const line = /^(\d+)(?=$)/.exec(text ?? '')?.[1];
      const value =
        text === 'latest' ? 'noble' : line === undefined ? undefined : step('3 xenial 4 focal 6 jammy 8 noble', line, compareVersions);
      return {
        distribution: distributionInTag(text ?? '') ?? floating(suite(value)) ?? { id: 'ubuntu', floating: true },
        user: ROOT,
        dropsPrivileges: true,
        purpose: 'database',
        entrypoint: ['docker-entrypoint.sh'],
      };
    },
  ],
  [
    'mariadb',
    ({ text }) => ({
      distribution: distributionInTag(text ?? '') ?? { id: 'ubuntu', floating: true },
      user: ROOT,
      dropsPrivileges: true,
      purpose: 'database',
      entrypoint: ['docker-entrypoint.sh'],
    }),
  ],
  ['nginx', language(2, '1.12 stretch 1.16 buster 1.18 ? 1.22 bullseye 1.25 bookworm 1.28 trixie', '1.31 alpine3.24')],
  ['bitnami/*', bitnami],
  ['bitnamilegacy/*', byTag({ frozen: true, retired: { state: 'frozen', since: '2025-08' } })],
];
