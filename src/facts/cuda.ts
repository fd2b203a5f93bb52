/**
 * CUDA inside Python wheels: which packages bring it, of which version, and how much there is to download.
 *
 * Sources: cuda-wheels.ts (sizes and versions, from lock files); download.pytorch.org/whl for the names of PyTorch's indexes;
 * docs.astral.sh/uv/guides/integration/pytorch for `--torch-backend`; docs.nvidia.com/deploy/cuda-compatibility for the drivers.
 */
import type { RequirementsFile } from '../files/requirements.js';
import { readRequirements } from '../files/requirements.js';
import type { Format } from '../model/context.js';
import type { ShellWord } from '../model/dockerfile.js';
import { seenBy } from './caches.js';
import { CUDA_WHEELS, CUDA_WHEELS_AS_OF } from './cuda-wheels.js';
import { factsOfBase } from './images.js';
import { mayConfigureCache, type PipInstall } from './pip.js';
import { type Project, placeOf, projectFileAt } from './project-files.js';
import { type InstalledPackage, pythonPackages } from './python-installs.js';
import { distributionPython } from './python-releases.js';
import { compareVersions } from './versions.js';
import { type Words, words } from './words.js';

/** The month of the newest size, `YYYY-MM`, for messages. */
export const SIZES_AS_OF: string = CUDA_WHEELS_AS_OF.slice(0, 7);

/** What a release makes pip download on x86-64 Linux, in megabytes. */
export interface Download {
  readonly version: string;
  /** The CUDA of its libraries, `12.8`; absent where it brings none of its own. */
  readonly cuda?: string;
  /** The wheel and the CUDA packages it needs. */
  readonly total: number;
}

/**
 * The download of a version of torch, tensorflow, tensorflow-cpu, xgboost or xgboost-cpu, or of the last release before it that was
 * measured. Undefined for what is older than all of them.
 */
export function downloadOf(name: string, version: string): Download | undefined {
  return downloads().findLast((each) => each.name === name && compareVersions(each.version, version) <= 0);
}

/**
 * The CUDA of torch's wheel on PyPI, `13.0`, or its major alone where only that is certain, `12`: for a version between two
 * that were measured, and for all from one up to another, what they have in common. Undefined behind the last.
 */
export function defaultCudaOf(version: string, upTo: string = version): string | undefined {
  const measured = downloads().filter(({ name }) => name === 'torch');
  const before = measured.findLast((each) => compareVersions(each.version, version) <= 0)?.cuda;
  const after = measured.find((each) => compareVersions(each.version, upTo) >= 0)?.cuda;
  if (before === undefined || after === undefined) return undefined;
  if (before === after) return before;
  return majorOf(before) === majorOf(after) ? majorOf(before) : undefined;
}

/** `12` of `12.8`. */
export function majorOf(version: string): string {
  return /^\d+/.exec(version)?.[0] ?? version;
}

/** The oldest driver branch of a CUDA major, on data-centre GPUs as on others (NVIDIA's table of minor-version compatibility). */
export const DRIVER_OF: Readonly<Record<string, string>> = { '11': '450', '12': '525', '13': '580' };

/** An index of PyTorch for each major version of CUDA, of many releases of torch. */
export const INDEX_OF: Readonly<Record<string, string>> = { '11': 'cu118', '12': 'cu128', '13': 'cu130' };

/** PyTorch's indexes since torch 1.13, as installation pages and public Dockerfiles name them (2026-11). */
const INDEXES = words('cu117 cu118 cu121 cu124 cu126 cu128 cu129 cu130 cu132');

/** PyTorch's index for one CUDA, `12.8`; undefined where it has none. */
export function indexOf(cuda: string): string | undefined {
  const index = `cu${cuda.replace('.', '')}`;
  return INDEXES.has(index) ? index : undefined;
}

/** The build of a package that an install takes. */
export type Build =
  /** What PyPI has: for torch that with CUDA. */
  | { readonly kind: 'default' }
  | { readonly kind: 'cpu' }
  /** `12.8`, or `12` where no more is said; `named`: the user's word for it. */
  | { readonly kind: 'cuda'; readonly version: string; readonly named: string }
  /** An index, a place or a setting that is not known. */
  | { readonly kind: 'unknown' };

const UNKNOWN: Build = { kind: 'unknown' };
const DEFAULT: Build = { kind: 'default' };

/** Which build of torch, torchvision or torchaudio is installed; of other packages, from which index one would come. */
export function buildOf(each: InstalledPackage, project: Project): Build {
  if (each.from !== 'registry' || each.tool === 'conda' || each.tool === 'pixi') return UNKNOWN;
  const { specifier = '' } = each.requirement?.kind === 'name' ? each.requirement : {};
  const local = /\+([\w.]+)/.exec(each.version ?? specifier)?.[1];
  if (local !== undefined) return variant(local, `+${local}`);
  if (each.install !== undefined) return buildOfInstall(each.install, each, project);
  // SPEC: which index a lock took torch from is not read; the CUDA libraries it lists beside it are those of PyPI's wheel.
  const beside = pythonPackages(each.command.script.stage, project).filter(({ command }) => command === each.command);
  return beside.some(({ name }) => /^nvidia-(?:cublas|cudnn)(?:-cu\d+)?$/.test(name)) ? DEFAULT : UNKNOWN;
}

/** What an install without a lock takes, by its options, its files and its environment. */
function buildOfInstall(install: PipInstall, each: InstalledPackage, project: Project): Build {
  const { command, tool, options } = install;
  const places = placesOfWheels(install, each, project);
  if (places === undefined || install.dynamic.length > 0) return UNKNOWN;
  const backend = tool === 'uv' ? (options.get('--torch-backend') ?? valueOf(command, 'UV_TORCH_BACKEND')) : undefined;
  if (backend !== undefined) return backend.value === undefined ? UNKNOWN : variant(backend.value, backend.value);
  if (places.length === 0) return DEFAULT;
  const variants = places.map((place) => /download\.pytorch\.org\/whl\/(?:nightly\/|test\/)?(cpu|cu\d+)(?:\/|$)/.exec(place)?.[1]);
  const named = variants.find((one) => one !== undefined);
  // SPEC: pip takes the highest version of all indexes: beside PyPI one for CUDA wins only where it has the same version.
  if (named?.startsWith('cu') && tool !== 'uv' && each.version === undefined && !isMainIndex(install, named)) return UNKNOWN;
  if (named !== undefined) return new Set(variants.filter((one) => one !== undefined)).size === 1 ? variant(named, named) : UNKNOWN;
  return places.every((place) => /^https:\/\/pypi\.org\/simple\/?$/.test(place)) ? DEFAULT : UNKNOWN;
}

/** Whether an index of PyTorch stands in the place of PyPI. */
function isMainIndex({ command, options }: PipInstall, named: string): boolean {
  const main = options.get('--index-url')?.value ?? valueOf(command, 'PIP_INDEX_URL')?.value;
  return main?.replace(/\/$/, '').endsWith(`/${named}`) === true;
}

function variant(name: string, named: string): Build {
  if (name === 'cpu') return { kind: 'cpu' };
  const digits = /^cu(\d{2,3})$/.exec(name)?.[1];
  return digits === undefined
    ? UNKNOWN
    : { kind: 'cuda', version: `${digits.slice(0, 2)}${digits.length > 2 ? `.${digits[2]}` : ''}`, named };
}

const SETTINGS = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS'];
const UV_SETTINGS = ['UV_INDEX_URL', 'UV_EXTRA_INDEX_URL', 'UV_INDEX', 'UV_DEFAULT_INDEX', 'UV_FIND_LINKS'];
const INDEX_OPTIONS = words('--index-url --extra-index-url --find-links --no-index');

/** Indexes and places an install takes wheels from besides the default; undefined when one of them is not known. */
function placesOfWheels(install: PipInstall, each: InstalledPackage, project: Project): readonly string[] | undefined {
  const { command, options } = install;
  if (options.has('--no-index') || [...options].some(([name, { value }]) => INDEX_OPTIONS.has(name) && value === undefined))
    return undefined;
  const isConfigured = command.script.stage.instructions.some((instruction) =>
    mayConfigureCache(instruction, instruction.keyword === 'RUN' ? (project.script(instruction)?.commands ?? []) : []),
  );
  const settings = (install.tool === 'uv' ? UV_SETTINGS : SETTINGS).map((name) => valueOf(command, name));
  if (isConfigured || settings.some((setting) => setting !== undefined && setting.value === undefined)) return undefined;
  const files = optionsOfFiles(install, each, project);
  const given = settings.flatMap((setting) => setting?.value?.split(' ') ?? []);
  return files === undefined ? undefined : [...install.indexes, ...install.findLinks, ...given, ...files];
}

function valueOf(command: InstalledPackage['command'], name: string): { readonly value: string | undefined } | undefined {
  const seen = seenBy(command, name);
  return seen.kind === 'absent' ? undefined : { value: seen.kind === 'known' ? seen.value : undefined };
}

const REQUIREMENTS: Format<RequirementsFile> = (text) => readRequirements(text);

/** The indexes that requirements files name; undefined when one of the files could not be read, or its indexes are not plain. */
function optionsOfFiles(install: PipInstall, each: InstalledPackage, project: Project): readonly string[] | undefined {
  const files = each.file === undefined ? [] : [{ source: each.file.source, content: readRequirements(each.file.source.text) }];
  for (const path of install.requirementFiles) {
    const place = placeOf(path, install.command);
    const file = place === undefined ? undefined : projectFileAt(place, install.command, project, REQUIREMENTS);
    if (file === undefined) return undefined;
    files.push(file);
  }
  const values: (string | undefined)[] = [];
  for (const { source, content } of files) {
    for (const entry of content.entries) {
      if (entry.kind === 'option' && INDEX_OPTIONS.has(entry.name)) values.push(entry.value?.text);
      // SPEC: pip passes over an index behind a requirement, `torch --index-url …/whl/cpu`; but what its author wanted is plain.
      if (entry.kind === 'requirement' && INDEX_BEHIND.test(source.text.slice(entry.span.start, entry.span.end))) return undefined;
    }
  }
  return values.every((value) => value !== undefined) ? values : undefined;
}

const INDEX_BEHIND = /\s(?:-i|-f|--index-url|--extra-index-url|--find-links)[\s=]/;

/** A package that brings CUDA's libraries with it. */
export interface BundledCuda {
  readonly package: InstalledPackage;
  /** `12.8`, `12`; absent where it is not known which. */
  readonly version?: string;
  /** What the user wrote that says so: `cu128`, `torch==2.10.0`, `jax[cuda12]`. */
  readonly named: string;
  /** False: the user named no version, and the newest one is taken. */
  readonly isNamed: boolean;
  readonly word: ShellWord;
}

/** The packages a stage itself installs that bring CUDA's libraries as wheels, in their order. */
export function bundledCuda(installed: readonly InstalledPackage[], project: Project): readonly BundledCuda[] {
  return installed.flatMap((each) => {
    if (each.isRemovedLater || each.marker !== undefined) return [];
    const found = cudaIn(each, project);
    return found === undefined ? [] : [{ package: each, word: each.word, ...found }];
  });
}

function cudaIn(each: InstalledPackage, project: Project): Omit<BundledCuda, 'package' | 'word'> | undefined {
  const { name, version, isDirect, requirement, extras } = each;
  if (name === 'torch') {
    const build = buildOf(each, project);
    if (build.kind === 'cuda') return { version: build.version, named: build.named, isNamed: true };
    if (build.kind !== 'default') return undefined;
    const isOpen = requirement?.kind === 'name' && requirement.specifier !== '' && version === undefined;
    const release = isOpen ? undefined : releaseTaken(each);
    const cuda = release && defaultCudaOf(release, version ?? newestOf('torch'));
    const named = version === undefined ? `torch${requirement?.kind === 'name' ? requirement.specifier : ''}` : `torch==${version}`;
    return { ...(cuda !== undefined && { version: cuda }), named, isNamed: version !== undefined };
  }
  if (!isDirect || each.from !== 'registry' || each.tool === 'conda' || each.tool === 'pixi') return undefined;
  const extra = extras.find(
    (one) => (name === 'jax' && /^cuda1[123](?:-pip|_pip)?$/.test(one)) || (name === 'tensorflow' && one === 'and-cuda'),
  );
  if (extra !== undefined) {
    const major = /1[123]/.exec(extra)?.[0];
    return { ...(major !== undefined && { version: major }), named: `${name}[${extra}]`, isNamed: true };
  }
  const major = /^nvidia-(?:cublas|cudnn|cufft|cusolver|cusparse)-cu(1[123])$/.exec(name)?.[1];
  return major === undefined ? undefined : { version: major, named: name, isNamed: true };
}

/** PyTorch's own packages. */
export const TORCH: Words = words('torch torchvision torchaudio');

/** Packages that require torch always (their metadata on PyPI; uv.lock files of public projects, 2026-08). */
export const BRINGS_TORCH: Words = words(
  'accelerate bertopic docling easyocr fastai flair lightning openai-whisper open-clip-torch peft pytorch-lightning sentence-transformers timm ' +
    'torchmetrics ultralytics',
);

/** By the oldest Python that takes it, the newest release; the first of a package is the newest of all. As pip answered on 2026-11-22. */
const NEWEST: Readonly<Record<string, readonly (readonly [python: string, version: string])[]>> = {
  tensorflow: [['3.10', '2.21.0']],
  torch: [
    ['3.11', '2.15.0'],
    ['3.10', '2.14.1'],
    ['3.9', '2.8.0'],
    ['3.8', '2.4.1'],
    ['3.7', '1.13.1'],
  ],
  xgboost: [
    ['3.12', '3.4.1'],
    ['3.10', '3.2.0'],
  ],
};

/** The newest release of torch, tensorflow or xgboost. */
export function newestOf(name: string): string {
  return NEWEST[name]?.[0]?.[1] ?? '';
}

/**
 * The release of a package, its own or another that it brings, that an install takes: the one it names, else the newest for the Python
 * of the base; undefined where that is not known, or older than what is listed. LIMIT: a newer Python, put beside the system's own,
 * takes a newer one.
 */
export function releaseTaken({ version, command, ...own }: InstalledPackage, name: string = own.name): string | undefined {
  if (version !== undefined && name === own.name) return version;
  const facts = factsOfBase(command.script.stage.base);
  const python = facts?.python?.minor ?? distributionPython(facts?.distribution);
  return python === undefined ? undefined : NEWEST[name]?.find(([oldest]) => compareVersions(python, oldest) >= 0)?.[1];
}

interface Measured extends Download {
  readonly name: string;
}

let table: readonly Measured[] | undefined;

function downloads(): readonly Measured[] {
  table ??= CUDA_WHEELS.trim()
    .split('\n')
    .map((line) => {
      const [name = '', version = '', cuda = '-', total = ''] = line.split(' ');
      return { name, version, total: Number(total), ...(cuda !== '-' && { cuda }) };
    });
  return table;
}
