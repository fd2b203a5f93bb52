/**
 * What PyPI holds for a package, as far as it decides whether and how the package installs: on Alpine (musl), where a
 * manylinux wheel is refused ({@link muslSupport}; the data are in musl-wheels.ts), and on glibc ({@link wheelSupport}).
 */
import { COMPILED, PURE, SEEN_UNTIL } from './musl-wheels.js';
import { compareVersions } from './versions.js';
import { words } from './words.js';

/** The month of the data, `YYYY-MM`: a wheel published later may not be known. */
export const MUSL_AS_OF: string = SEEN_UNTIL.slice(0, 7);

/**
 * What pip gets for one version of a package on x86-64 Alpine. `since` is the oldest version known to have a musllinux
 * wheel in the unbroken row of them that reaches this version or the newest; older ones may exist that nobody locked.
 */
export type MuslSupport =
  /** A musllinux wheel exists. */
  | { readonly kind: 'wheel'; readonly since: string }
  /** None for this version, but for later ones; without an sdist this version cannot be installed at all. */
  | { readonly kind: 'wheel-later'; readonly since: string; readonly sdist: boolean }
  /** Must be compiled. `until` is the last version that had a wheel, where there was one. */
  | { readonly kind: 'source-only'; readonly until?: string }
  /** Neither a wheel nor an sdist: cannot be installed. `lastSource` is the last version that still had an sdist, a
   *  wheel for any platform or a musllinux wheel, which an unpinned name may fall back to. */
  | { readonly kind: 'none'; readonly lastSource?: string }
  /** A wheel for any platform exists. */
  | { readonly kind: 'pure' };

/** A project name in the form in which PyPI compares them (PEP 503), extras and version not expected. */
export function normalizedName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[-_.]+/g, '-');
}

/**
 * What Alpine gets for a version, the newest when none is given; undefined when the package, or that version, is not known.
 * NOTE: says nothing of dependencies (a pure package may need a compiled one), and one wheel for any Python counts.
 */
export function muslSupport(name: string, version?: string): MuslSupport | undefined {
  const key = normalizedName(name);
  // CUDA's own libraries are wheels for glibc without a source: nvidia-cublas-cu12, cuda-bindings, …
  if (/^(?:nvidia|cuda)-/.test(key) && !PURE_OF_NVIDIA.has(key)) return { kind: 'none' };
  const runs = compiledPackages().get(key);
  if (runs === undefined) return purePackages().has(key) ? { kind: 'pure' } : undefined;
  const at = version === undefined ? runs.length - 1 : runAt(runs, version);
  const run = runs[at];
  if (run === undefined) return undefined;
  switch (run.state) {
    case 'w':
      return { kind: 'wheel', since: run.first };
    case 'a':
      return { kind: 'pure' };
    case 's':
    case 'n': {
      const later = runs.slice(at + 1).findLast((other) => other.state === 'w');
      // Wheels that came and went again are no reason to move the pin forward.
      if (later !== undefined && later === runs.at(-1)) {
        return { kind: 'wheel-later', since: later.first, sdist: run.state === 's' };
      }
      const before = runs.slice(0, at);
      if (run.state === 's') {
        const until = before.findLast((other) => other.state === 'w')?.last;
        return until === undefined ? { kind: 'source-only' } : { kind: 'source-only', until };
      }
      const lastSource = before.findLast((other) => other.state !== 'n')?.last;
      return lastSource === undefined ? { kind: 'none' } : { kind: 'none', lastSource };
    }
  }
}

/** What pip gets for a package on x86-64 Linux with glibc (`manylinux`): a wheel, or source that a compiler must build. */
export type WheelSupport = 'wheel' | 'source';

/**
 * What Debian, Ubuntu and the like get for a version, the newest when none is given; undefined: not known. What is `source`
 * holds C or C++; sdists of pure Python (openai-whisper, pyhive) are not among them.
 * NOTE: `wheel` is said of what has a musllinux wheel too, or any wheel named below; of most packages nothing is said.
 */
export function wheelSupport(name: string, version?: string): WheelSupport | undefined {
  const source = SOURCE_ON_LINUX.get(normalizedName(name));
  if (source === undefined) return muslSupport(name, version)?.kind === 'wheel' ? 'wheel' : undefined;
  const { first, last, wheelSince } = source;
  const asked = version ?? wheelSince ?? last;
  if (wheelSince !== undefined && compareVersions(asked, wheelSince) >= 0) return 'wheel';
  return compareVersions(asked, first) >= 0 && compareVersions(asked, last) <= 0 ? 'source' : undefined;
}

/** Alpine's own package of a Python package, built for musl and for Alpine's own Python only. Undefined: none checked. */
export function apkPackage(name: string): string | undefined {
  return APK_PACKAGES.get(normalizedName(name));
}

/**
 * Packages of Alpine's `community` whose build recipe was looked up in alpinelinux/aports (2026-11-20, in a stored copy).
 * LIMIT: which Alpine releases carry which version was not: the recipes seen date from 2021 (scikit-learn) to 2026.
 */
const APK_PACKAGES: ReadonlyMap<string, string> = new Map([
  ['h5py', 'py3-h5py'],
  ['lz4', 'py3-lz4'],
  ['matplotlib', 'py3-matplotlib'],
  ['mysqlclient', 'py3-mysqlclient'],
  ['numpy', 'py3-numpy'],
  ['onnxruntime', 'py3-onnxruntime'],
  ['opencv-contrib-python', 'py3-opencv'],
  ['opencv-contrib-python-headless', 'py3-opencv'],
  ['opencv-python', 'py3-opencv'],
  ['opencv-python-headless', 'py3-opencv'],
  ['pandas', 'py3-pandas'],
  ['psycopg2', 'py3-psycopg2'],
  ['pyarrow', 'py3-pyarrow'],
  ['pygraphviz', 'py3-pygraphviz'],
  ['rasterio', 'py3-rasterio'],
  ['scikit-learn', 'py3-scikit-learn'],
  ['scipy', 'py3-scipy'],
]);

/**
 * Packages that hold C or C++ and have no Linux wheel, from the first to the last version named; the wheels that came later.
 * For the last version pip was asked for a wheel, for manylinux_2_28 and CPython 3.12, on 2026-11-22, and it is the newest
 * where no wheel follows; of hnswlib, pyaudio and pycocotools lock files of public projects say it. `0`: no older wheel is
 * known; psycopg2 had wheels before 2.8, which gave them to psycopg2-binary.
 */
const SOURCE_ON_LINUX: ReadonlyMap<string, { readonly first: string; readonly last: string; readonly wheelSince?: string }> = new Map([
  ['annoy', { first: '0', last: '1.17.3' }],
  ['dlib', { first: '0', last: '20.0.1' }],
  ['fasttext', { first: '0', last: '0.9.3' }],
  ['flash-attn', { first: '0', last: '2.8.3.post2' }],
  ['gdal', { first: '0', last: '3.13.3' }],
  ['hnswlib', { first: '0', last: '0.8.0' }],
  ['llama-cpp-python', { first: '0', last: '0.3.36' }],
  ['mysqlclient', { first: '0', last: '2.3.1' }],
  ['psycopg2', { first: '2.8', last: '2.9.13' }],
  ['pyaudio', { first: '0', last: '0.2.14' }],
  ['pycairo', { first: '0', last: '1.29.2' }],
  ['pycocotools', { first: '0', last: '2.0.6', wheelSince: '2.0.7' }],
  ['pygraphviz', { first: '0', last: '1.14', wheelSince: '2.0.4' }],
  ['python-ldap', { first: '0', last: '3.4.8' }],
  ['scikit-surprise', { first: '0', last: '1.1.4', wheelSince: '1.1.5' }],
]);

/** What NVIDIA publishes as plain Python (lock files of kserve and others, 2026). */
const PURE_OF_NVIDIA = words('cuda-pathfinder cuda-python cuda-toolkit nvidia-ml-py');

/** Consecutive versions that are alike; the letters are explained in musl-wheels.ts. */
interface Run {
  readonly state: 'w' | 'a' | 's' | 'n';
  readonly first: string;
  readonly last: string;
}

/** The run a version belongs to, -1 when it lies between two runs that differ or before what is known. */
function runAt(runs: readonly Run[], version: string): number {
  for (let index = 0; index < runs.length; index++) {
    const run = runs[index] as Run;
    const first = compareVersions(version, run.first);
    if (Number.isNaN(first)) return -1;
    if (first < 0) {
      // Older than all that is known: what was compiled then was compiled before, musllinux exists only since 2021.
      return index === 0 && run.state === 's' ? 0 : -1;
    }
    if (compareVersions(version, run.last) <= 0) return index;
  }
  return runs.length - 1;
}

let compiled: ReadonlyMap<string, readonly Run[]> | undefined;
let pure: ReadonlySet<string> | undefined;

/** Read when first asked: most Dockerfiles have nothing to do with Alpine. */
function compiledPackages(): ReadonlyMap<string, readonly Run[]> {
  compiled ??= new Map(
    COMPILED.trim()
      .split('\n')
      .map((line) => {
        const [name = '', ...runs] = line.split(' ');
        return [name, runs.map(readRun)] as const;
      }),
  );
  return compiled;
}

function purePackages(): ReadonlySet<string> {
  pure ??= new Set(PURE.trim().split(/\s+/));
  return pure;
}

function readRun(text: string): Run {
  const [first = '', last = first] = text.slice(1).split('-');
  return { state: text[0] as Run['state'], first, last };
}
