/**
 * What pip gets on Alpine for the packages a stage asks for. Alpine's C library is musl; wheels for it are tagged musllinux,
 * and pip refuses the manylinux wheels that most compiled packages have, whatever compatibility library is installed.
 *
 * Sources: PEP 656; pypa/manylinux README (2026): musllinux_1_2 needs Alpine 3.13; musl-wheels.ts for the packages.
 */
import type { Command, Dockerfile, ScriptOf, Stage } from '../model/dockerfile.js';
import { descendants } from '../model/stages.js';
import { BRINGS_TORCH } from './cuda.js';
import { factsOfBase } from './images.js';
import type { PipInstall } from './pip.js';
import { apkPackage, muslSupport, normalizedName } from './python-packages.js';
import type { Requirement } from './requirement.js';
import { compareVersions } from './versions.js';
import { words } from './words.js';

/** What happens to one package. The worst comes first. */
export type AlpineOutcome =
  /** Neither a musl wheel nor a source distribution. */
  | { readonly kind: 'impossible'; readonly note: string }
  | { readonly kind: 'compiles'; readonly note: string }
  /** A musl wheel exists today. */
  | { readonly kind: 'wheel'; readonly note: string };

/** Whether a stage is Alpine with nothing but musl. An unknown base image is not. */
export function isMusl(stage: Stage): boolean {
  return factsOfBase(stage.base)?.libc === 'musl';
}

/** Whether a command brings a Python built for glibc, or glibc itself: conda, its installers, the glibc packages for Alpine. */
export function bringsGlibc({ name, words }: Command): boolean {
  if (/^(?:conda|mamba|micromamba)$/.test(name)) return true;
  return words.some(({ text }) =>
    /(?:mini|ana)conda|mini(?:forge|mamba)|mambaforge|micromamba|alpine-pkg-glibc|glibc-\d\S*\.apk/i.test(text),
  );
}

/** The packages an `apk add` names, without versions. */
function apkPackages({ name, args }: Command): readonly string[] {
  if (name !== 'apk' || !args.some(({ value }) => value === 'add')) return [];
  return args.flatMap(({ value }) => (value === undefined || value.startsWith('-') ? [] : [value.replace(/[<>=~@].*$/, '')]));
}

/** What the commands of a stage, and of those it is built from, mean for its packages. */
export interface Surroundings {
  /** Alpine's own packages that are installed. */
  readonly apk: ReadonlySet<string>;
  /** Packages of another release of Alpine are installed, among them perhaps its Python. */
  readonly mixesReleases: boolean;
}

/** Reads all commands in front of and among the installs. */
export function surroundings(commands: readonly Command[]): Surroundings {
  const namesRelease = ({ words }: Command): boolean => words.some(({ text }) => /\/alpine\/(?:edge|latest-stable|v3\.\d+)\//.test(text));
  return { apk: new Set(commands.flatMap(apkPackages)), mixesReleases: commands.some(namesRelease) };
}

/** Whether the wheels an install gets may come from elsewhere than PyPI, or be for another machine: nothing is known then. */
export function hasOwnWheels({ options, indexes, findLinks }: PipInstall): boolean {
  return (
    options.has('--platform') || options.has('--python-platform') || findLinks.length > 0 || indexes.some((url) => /alpine|musl/i.test(url))
  );
}

/**
 * What pip gets for a package on Alpine; undefined when nothing is known against it, when Alpine's own package is
 * installed in its place, and for packages of everyday use (PyYAML, uvloop) that have their wheels.
 */
export function alpineOutcome(requirement: Requirement, stage: Stage, around: Surroundings): AlpineOutcome | undefined {
  if (requirement.kind !== 'name' || around.apk.has(apkPackage(requirement.name) ?? '')) return undefined;
  const { name, version, pinning } = requirement;
  const key = normalizedName(name);
  const support = muslSupport(name, version) ?? (NEVER_ANYTHING.has(key) ? ({ kind: 'none' } as const) : undefined);
  // Which release an upper bound leads to is not known; only what is true of all of them is said.
  if (pinning === 'bounded' && support?.kind !== 'source-only' && !NEVER_ANYTHING.has(key)) return undefined;
  switch (support?.kind) {
    case 'none':
      if (version === undefined && support.lastSource !== undefined) {
        // LIMIT: a wheel for any platform of an old release installs, and nothing is said of whether it works.
        if (muslSupport(name, support.lastSource)?.kind !== 'source-only') return undefined;
        return {
          kind: 'compiles',
          note: `\`${name}\`: pip falls back to ${support.lastSource}, the last release with a source distribution`,
        };
      }
      return {
        kind: 'impossible',
        note: `\`${name}\`: PyPI has neither a musl wheel nor a source distribution${version === undefined ? '' : ` of ${version}`}`,
      };
    case 'source-only':
      return {
        kind: 'compiles',
        note: `\`${name}\`: no musl wheel${version === undefined ? '' : ` for ${version}`}, only a source distribution`,
      };
    case 'wheel-later': {
      const later = `the first musl wheel seen is that of ${support.since}`;
      if (!support.sdist)
        return { kind: 'impossible', note: `\`${name}\`: ${version} has neither a musl wheel nor a source distribution; ${later}` };
      return { kind: 'compiles', note: `\`${name}\`: ${later}; ${version} is older` };
    }
    case 'wheel':
      if (!SCIENTIFIC.has(key)) return undefined;
      if (isOldPython(stage)) {
        // What Python another release of Alpine brings is not known.
        if (around.mixesReleases && !hasOfficialPython(stage)) return undefined;
        if (!NEEDS_PYTHON_39.has(key)) return undefined;
        return { kind: 'compiles', note: `\`${name}\`: the musl wheels begin with ${support.since}, which needs Python 3.9` };
      }
      return { kind: 'wheel', note: `\`${name}\`: has musl wheels (seen from ${support.since} on)` };
    default:
      return undefined;
  }
}

/** Never had a source distribution or a wheel for any platform on PyPI: true of versions nobody locked, too. */
const NEVER_ANYTHING = words('torch torchvision torchaudio triton tensorflow tensorflow-cpu tensorflow-gpu onnxruntime ray');

/** What a package of Python alone requires in every release, or in all since one, that has never had anything for musl. PyPI's metadata, 2026-11-22. */
const REQUIRES: Readonly<Record<string, readonly [dependency: string, since?: string]>> = {
  chromadb: ['onnxruntime', '0.4.0'],
  fastembed: ['onnxruntime', '0.1.0'],
  'faster-whisper': ['ctranslate2'],
  'kokoro-onnx': ['onnxruntime'],
  magika: ['onnxruntime'],
  markitdown: ['onnxruntime', '0.1.0'],
  'silero-vad': ['torch'],
  whisperx: ['torch'],
};

/** The dependency for which a package cannot be installed on Alpine, whatever it is made of itself; undefined for most. */
export function impossibleDependency({ name, version, pinning }: Extract<Requirement, { kind: 'name' }>): string | undefined {
  const key = normalizedName(name);
  if (BRINGS_TORCH.has(key)) return 'torch';
  const [dependency, since] = Object.hasOwn(REQUIRES, key) ? (REQUIRES[key] ?? []) : [];
  const isOlder = since !== undefined && (version === undefined ? pinning !== 'unpinned' : compareVersions(version, since) < 0);
  return isOlder ? undefined : dependency;
}

/**
 * Compiled packages with musl wheels that mark data work, where the next dependency is likely to be one without. Table D of
 * the rule catalogue (2026-11), less what any web service installs.
 */
const SCIENTIFIC = words(
  'numpy scipy pandas matplotlib pillow pyarrow polars-runtime-32 polars-runtime-64 polars-lts-cpu statsmodels shap h5py scikit-image shapely ' +
    'pyproj numexpr contourpy kiwisolver spacy thinc blis cymem preshed murmurhash faiss-cpu deltalake pyiceberg fastparquet bottleneck ' +
    'tokenizers safetensors tiktoken hf-xet grpcio grpcio-tools psycopg2-binary pyodbc lxml cryptography pywavelets patsy zarr ' +
    'pyzmq cftime ruptures cvxpy osqp scs ecos clarabel pyreadstat python-calamine connectorx adbc-driver-manager',
);

/** Whose first musl wheels are of releases that dropped Python 3.8: what an older Python gets must be compiled. */
const NEEDS_PYTHON_39 = words('numpy scipy pandas matplotlib pyarrow h5py scikit-image shapely pyproj faiss-cpu');

/** Python older than 3.9: as the tag says, or Alpine's own up to 3.13. */
function isOldPython(stage: Stage): boolean {
  const facts = factsOfBase(stage.base);
  const minor = /^(\d+)\.(\d+)$/.exec(facts?.python?.minor ?? '');
  if (minor !== null) return minor[1] === '2' || Number(minor[2]) < 9;
  const cycle = /^3\.(\d+)$/.exec(facts?.distribution?.cycle ?? '')?.[1];
  return !hasOfficialPython(stage) && cycle !== undefined && Number(cycle) <= 13;
}

function hasOfficialPython(stage: Stage): boolean {
  return factsOfBase(stage.base)?.python?.kind === 'official';
}

/**
 * Programs that RUN may call on Alpine as on Debian's slim image of Python, with the options that people give them. This list and
 * the next are from memory of both images (2026-11) and not complete: what is in neither keeps a fix from being offered in RUN.
 */
const ON_BOTH = words(
  'pip pip3 python python3 mkdir rm rmdir cp mv ln chmod chown touch echo printf cat ls cd true set export test [ : pwd sleep sh sed grep find ' +
    'head tail sort uniq cut tr wc xargs env date tar gzip gunzip',
);

/** What BusyBox brings, and Debian's slim image does not. */
const OF_BUSYBOX = words(
  'apk adduser addgroup deluser ash busybox bunzip2 bzip2 crond crontab ftpget httpd ifconfig ip less logread lsof nc netstat nslookup openssl ping ' +
    'ps su syslogd telnet top traceroute udhcpc unzip vi wget whois xxd ntpd killall pgrep pkill sysctl watch ssl_client',
);

/**
 * Whether a stage, or one that is built on it, needs Alpine as far as can be seen. What is not known needs it: a script, a
 * program that came from somewhere, files that are handed from stage to stage, which musl has compiled.
 */
export function needsAlpine({ stages }: Dockerfile, stage: Stage, script: ScriptOf): boolean {
  const family = new Set(descendants(stage));
  if (stages.some((other) => !family.has(other) && isMusl(other))) return true;
  if (stages.some(({ instructions }) => instructions.some(({ flags }) => flags.some(({ name }) => name === 'from')))) return true;
  return [...family].some(({ instructions }) =>
    instructions.some((instruction) => {
      const { keyword, logical, heredocs } = instruction;
      if (heredocs.length > 0 || /(?<![\w.])(?:apk|ash|alpine|musl|busybox)(?![\w.])/i.test(logical.text)) return true;
      if (/^(?:SHELL|ONBUILD|UNKNOWN)$/.test(keyword) || (instruction.keyword === 'RUN' && logical.text.includes('from='))) return true;
      const read = script(instruction);
      if (read === undefined) return false;
      if (!read.complete || (keyword === 'RUN' && read.commands.some(({ name }) => !ON_BOTH.has(name)))) return true;
      // In shell form, it gives its place to the program on Alpine, and not on Debian. A script may be one of ash.
      const isShellForm = (instruction.keyword === 'CMD' || instruction.keyword === 'ENTRYPOINT') && instruction.command.form === 'shell';
      const isOwn = ({ name, words: [program] }: Command) =>
        name === '' || /^(?:ba)?sh$|\.sh$/.test(name) || /^[./]/.test(program?.value ?? '');
      return isShellForm || read.commands.some((command) => OF_BUSYBOX.has(command.name) || (keyword !== 'RUN' && isOwn(command)));
    }),
  );
}
