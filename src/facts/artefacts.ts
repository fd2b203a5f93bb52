/**
 * Models and data among what a build takes into an image by name, and their sizes, where the build context can be seen.
 *
 * Sources: endings as the documentation has them of scikit-learn (persistence), PyTorch (torch.save), Keras 3, ONNX, safetensors, GGUF, XGBoost
 * (ubj), CatBoost (cbm) and JLD2 for the endings; docs.python.org/3/library/site.html for `.pth` files that are none; git-lfs.com for
 * pointer files, which are below 1 KB.
 */
import type { BuildContext, Format } from '../model/context.js';
import { contextPaths, inContext, landingOf } from '../model/copies.js';
import type { Command, CopyInstruction, RunInstruction, ScriptOf, Stage, Word } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { cacheMountTargets } from '../model/stages.js';
import { once } from './once.js';

/** What is in a file, by its name. */
export type ArtefactKind = 'model' | 'data';

const MODEL = /\.(?:pkl|pickle|joblib|pt|pth|ckpt|h5|hdf5|keras|onnx|safetensors|gguf|ggml|pb|tflite|cbm|ubj|jld2|mlmodel|skops)$/i;
/** `.bin`, `.rds` and `.model` are many things. */
const MODEL_BY_NAME =
  /(?:model|weight|checkpoint|predictor|classif|regress|(?:^|[_-])(?:reg|clf|xgb|lgb|svm|tree|forest|encoder|vectorizer|scaler)(?=[\d_.-]))[\w.-]*\.(?:bin|rds|RData|json\.gz)$|\.model$/i;
/** HDF5 and pickles hold tables as well as models; the last word of the name says it. */
const DATA_BY_NAME = /(?:^|[_-])(?:data|datasets?|dataframe|df|corpus)(?:[_-]?\d+)?\.(?:h5|hdf5|pkl|pickle|joblib|pt)$/i;
const DATA = /\.(?:csv|tsv|parquet|feather|arrow|h5ad|loom|tfrecords?|npz|npy|sqlite3?|duckdb|nc|zarr)(?:\.(?:gz|zip|bz2|xz|zst))?$/i;
const DATA_ARCHIVE = /(?:^|[_.-])(?:data|datasets?|corpus|images|train(?:ing)?)(?:[_-][\w-]*)?\.(?:zip|tar|tgz|tar\.\w+|7z)$/i;

/** What is not missed when it is small and belongs to the code, or is there to be looked at. */
const UNREMARKABLE =
  /(?:^|[/_.-])(?:tests?|testdata|fixtures?|samples?|examples?|demos?|mocks?|dummy|toy|tiny|seeds?|schemas?|lookups?|benchmarks?|usercustomize|sitecustomize)(?:[/_.-]|$)/i;

/** What a file is by its name; undefined for what is neither model nor data, for tests and for samples. */
export function artefactKind(path: string): ArtefactKind | undefined {
  const name = baseName(path);
  if (UNREMARKABLE.test(path)) return undefined;
  if (DATA_BY_NAME.test(name)) return 'data';
  if (MODEL.test(name) || MODEL_BY_NAME.test(name)) return 'model';
  return DATA.test(name) || DATA_ARCHIVE.test(name) ? 'data' : undefined;
}

/** Formats that run code when they are loaded. */
export const runsCodeWhenLoaded = (path: string): boolean => /\.(?:pkl|pickle|joblib|pt|pth|ckpt)$/i.test(path);

/** Directories that hold nothing else; `models` and `data` may be packages of Python. */
const MODEL_DIRECTORY = /^(?:checkpoints?|weights|saved_models?|mlruns|pretrained(?:[_-]models?)?|model[_-]weights)$/i;
const OPEN_MODEL_DIRECTORY = /^(?:models?|artifacts?|trained[_-]models?)$/i;
const DATA_DIRECTORY = /^(?:datasets?|raw|processed|raw[_-]data|training[_-]data)$/i;
const OPEN_DATA_DIRECTORY = /^data$/i;

/** Models or data that a source of COPY names. */
export interface Artefact {
  readonly kind: ArtefactKind;
  readonly word: Word;
  /** As written, variables filled in. */
  readonly source: string;
  /** In bytes; undefined where it is not known: without the context, and for pointers of git-lfs. */
  readonly size: number | undefined;
  /** One of its files, the largest; the source itself where that is not known. */
  readonly example: string;
  /** Whether the source does not name the model, and brings code along into the same layer. */
  readonly isAmongCode: boolean;
}

/** A pointer of git-lfs is smaller. */
const POINTER = 1024;

/**
 * What a COPY or ADD takes from the context that is a model or data, as far as its sources name it. Of a directory that names nothing,
 * such as the whole context, the large models in it count.
 */
export function artefactsOf(copy: CopyInstruction, stage: Stage, context: BuildContext | undefined): readonly Artefact[] {
  const known = knownArtefacts(stage);
  const artefacts = known.get(copy) ?? findArtefacts(copy, stage, context);
  known.set(copy, artefacts);
  return artefacts;
}

/** Two rules ask, and an answer may take a walk through the whole context. */
const knownArtefacts = once((_: Stage) => new Map<CopyInstruction, readonly Artefact[]>());

function findArtefacts(copy: CopyInstruction, stage: Stage, context: BuildContext | undefined): readonly Artefact[] {
  const landing = landingOf(copy, stage)?.path ?? '';
  // Seeds of a database, and files of a Python installation.
  if (/initdb\.d|site-packages|dist-packages/.test(landing)) return [];
  return contextPaths(copy, stage).flatMap(({ word, written }): readonly Artefact[] => {
    const path = written === undefined ? '' : inContext(written);
    if (written === undefined) return [];
    if (path === '' || /^[*.]+$/.test(path)) return context === undefined ? [] : largeModels(copy, stage, word, written, context);
    const found = context === undefined ? [] : filesOf(copy, stage, word, context);
    if (context !== undefined && found.length > 0)
      return namesArtefacts(path, found) ? measured(found, word, written) : largeModels(copy, stage, word, written, context);
    const kind = artefactKind(path) ?? (context === undefined && !UNREMARKABLE.test(path) ? kindOfDirectory(baseName(path)) : undefined);
    return kind === undefined ? [] : [{ kind, word, source: written, size: undefined, example: written, isAmongCode: false }];
  });
}

function kindOfDirectory(name: string): ArtefactKind | undefined {
  return MODEL_DIRECTORY.test(name) ? 'model' : DATA_DIRECTORY.test(name) ? 'data' : undefined;
}

interface SizedFile {
  readonly path: string;
  /** Undefined for what stands for another file. */
  readonly size: number | undefined;
}

/** LIMIT: of more files a source brings, the first are measured. */
const MOST_FILES = 2000;

function filesOf(copy: CopyInstruction, stage: Stage, word: Word, context: BuildContext): readonly SizedFile[] {
  const files: SizedFile[] = [];
  for (const brought of context.brought(copy, stage)) {
    if (brought.word !== word) continue;
    files.push({ path: brought.path, size: ownSize(brought.path, context) });
    if (files.length >= MOST_FILES) break;
  }
  return files;
}

/** The size of a file of the context, in bytes; undefined where it stands for another: empty, or a pointer of git-lfs. */
export function ownSize(path: string, context: BuildContext): number | undefined {
  const size = context.entry(path)?.size ?? 0;
  if (size >= POINTER) return size;
  const isPointer = size === 0 || (artefactKind(path) !== undefined && context.read(path, LFS)?.content === true);
  return isPointer ? undefined : size;
}

const LFS: Format<boolean> = (text) => text.startsWith('version https://git-lfs');

/** Whether a source is a model or data by what it is called; a package of Python is neither. */
function namesArtefacts(path: string, files: readonly SizedFile[]): boolean {
  const name = baseName(path);
  const isFile = files.length === 1 && files[0]?.path === path;
  const isOpen = OPEN_DATA_DIRECTORY.test(name) || OPEN_MODEL_DIRECTORY.test(name);
  return isOpen || kindOfDirectory(name) !== undefined || isFile || /[*?]/.test(name);
}

/** A directory counts by the models and data in it; a package of Python and settings do not. */
function measured(files: readonly SizedFile[], word: Word, source: string): readonly Artefact[] {
  if (files.some((file) => baseName(file.path) === '__init__.py')) return [];
  return (['model', 'data'] as const).flatMap((kind): readonly Artefact[] => {
    const own = files.filter((file) => artefactKind(file.path) === kind);
    const [largest] = [...own].sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
    if (largest === undefined) return [];
    const known = own.flatMap(({ size }) => size ?? []);
    const size = known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0);
    return [{ kind, word, source, size, example: largest.path, isAmongCode: false }];
  });
}

/** From here on, in bytes, a model is worth a layer that an edit of the code leaves alone. */
const HEAVY = 100e6;

/** What an ignore file should leave out is not spoken of as a model: caches, environments, records of experiments. */
const CLUTTER = /(?:^|\/)(?:\.[^/]+|mlruns|wandb|node_modules|site-packages)\//;

const CODE = /\.(?:py|pyx|ipynb|R|Rmd|qmd|jl|sh|js|ts|tsx|go|java|scala|cpp|rs)$/;

function largeModels(copy: CopyInstruction, stage: Stage, word: Word, source: string, context: BuildContext): readonly Artefact[] {
  let isAmongCode = false;
  let [size, most, example] = [0, 0, ''];
  for (const { path, word: by } of context.brought(copy, stage, undefined, (directory) => !CLUTTER.test(`${directory}/`))) {
    if (by !== word) continue;
    isAmongCode ||= CODE.test(path);
    const own = artefactKind(path) === 'model' && !CLUTTER.test(path) ? (ownSize(path, context) ?? 0) : 0;
    if (own < HEAVY) continue;
    size += own;
    if (own > most) [most, example] = [own, path];
  }
  return size > 0 ? [{ kind: 'model', word, source, size, example, isAmongCode }] : [];
}

/** A size as a message names it: `1.4 GB`, `38 MB`. */
export function sizeText(size: number): string {
  return size >= 1e9 ? `${(size / 1e9).toFixed(1)} GB` : `${Math.max(size / 1e6, 0.1).toFixed(size < 1e7 ? 1 : 0)} MB`;
}

/** What fetches data in a RUN into the layer: the words that name it, as far as they do. */
export interface FetchedData {
  readonly command: Command;
  /** In the user's words. */
  readonly words: string;
}

/** The commands of a RUN that fetch data, by the name of what they fetch or because they fetch nothing else, and leave it in the layer. */
export function fetchedData(run: RunInstruction, script: ScriptOf): readonly FetchedData[] {
  const commands = script(run)?.commands ?? [];
  const isCached = cacheMountTargets(run).some((target) => !/\/(?:apt|pip|uv|conda|\.cache)/.test(target));
  if (isCached || commands.some(({ name, args }) => name === 'rm' && args.some(({ text }) => /\*|data|\.csv|\.zip|\.parquet/.test(text))))
    return [];
  return commands.flatMap((command) => {
    const words = dataWords(command);
    return words === undefined ? [] : [{ command, words }];
  });
}

function dataWords({ name, args }: Command): string | undefined {
  const values = args.map(({ value, prefix }) => value ?? prefix);
  const named = values.find((value) => /^(?:https?|ftp|s3|gs):\/\//.test(value) && isDataAddress(value));
  const verbs = values.filter((value) => !value.startsWith('-'));
  if (name === 'kaggle' && /^(?:datasets|competitions|d|c)$/.test(verbs[0] ?? '') && verbs[1] === 'download')
    return `kaggle ${verbs[0]} download`;
  if (name === 'dvc' && verbs[0] === 'pull') return 'dvc pull';
  if (/^(?:hf|huggingface-cli)$/.test(name) && verbs[0] === 'download' && /(?:^| )--repo-type[= ]dataset\b/.test(values.join(' ')))
    return `${name} download`;
  if (named === undefined) return undefined;
  if (/^(?:wget|curl|aria2c)$/.test(name)) return `${name} ${named}`;
  const isCopy =
    (name === 'aws' && verbs[0] === 's3' && /^(?:cp|sync)$/.test(verbs[1] ?? '')) ||
    (/^(?:gsutil|gcloud)$/.test(name) && /\b(?:cp|rsync)\b/.test(verbs.join(' ')));
  return isCopy ? `${name} ${verbs.slice(0, 2).join(' ')} ${named}` : undefined;
}

function isDataAddress(address: string): boolean {
  const path = address.replace(/[?#].*$/, '');
  // What the host is called says nothing.
  const file = path.replace(/^\w+:\/\/[^/]*/, '');
  return artefactKind(file) === 'data' || (/^(?:s3|gs):/.test(path) && /\/(?:data|datasets?)(?:\/|$)/.test(path));
}
