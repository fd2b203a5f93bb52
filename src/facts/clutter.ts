/**
 * What lies around in a project and is of no use in an image: the history of the repository, environments of the developer's
 * machine, caches, results of experiments; and what a COPY of a whole directory brings of it.
 *
 * Names: Table J of the catalogue; github.com/github/gitignore, Python, R, Julia and Node (read 2026-11-22);
 * docs.astral.sh/uv/guides/integration/docker (2026-08-21); rstudio.github.io/renv/articles/docker.html (2026-08-05).
 */
import type { BuildContext, Format } from '../model/context.js';
import { contextPaths, inContext } from '../model/copies.js';
import type { CopyInstruction, Dockerfile, Instruction, ScriptOf, ShellWord, Stage, Word } from '../model/dockerfile.js';
import { baseName, isInside } from '../model/paths.js';
import { copySource } from '../model/stages.js';
import { sizeText } from './artefacts.js';
import { WITH_BASE } from './working-directory.js';

/** `history` of the repository, `environment` of a machine, `cache` of a tool, `result` of an experiment, `data`. */
export type ClutterKind = 'history' | 'environment' | 'cache' | 'result' | 'data';

/** A directory that a build gets and does not need. */
export interface Clutter {
  /** In the context. */
  readonly path: string;
  readonly kind: ClutterKind;
  /** What .dockerignore is to say. */
  readonly pattern: string;
  /** In bytes; at least that where {@link isMore}. */
  readonly size: number;
  readonly isMore: boolean;
}

/** A COPY or ADD of a directory of the context. */
export interface BroadCopy {
  readonly copy: CopyInstruction;
  readonly stage: Stage;
  readonly word: Word;
  /** In the context; empty for all of it. */
  readonly path: string;
}

/**
 * Directories by their names, wherever they are. Of Table J left out on purpose: `models`, `checkpoints`, `outputs`, `runs`, `dist`, `build`,
 * `docs` and `tests`, which the program or its build may read; small files and directories such as `.idea` and `.DS_Store`; and
 * secrets, which secret-file-copied names.
 */
const BY_NAME: Readonly<Record<string, ClutterKind>> = Object.fromEntries(
  Object.entries({
    history: '.git .hg .svn',
    environment: '.venv node_modules .pixi .conda',
    cache:
      '__pycache__ .ipynb_checkpoints .mypy_cache .pytest_cache .ruff_cache .hypothesis .tox .nox .Rproj.user htmlcov .eggs .cache .turbo',
    result: 'mlruns mlartifacts wandb lightning_logs tb_logs .hydra multirun',
  }).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as ClutterKind])),
);

/** The same by the end of their paths. */
const BY_PATH: readonly (readonly [end: string, ClutterKind])[] = [
  ['.dvc/cache', 'data'],
  ['.dvc/tmp', 'cache'],
  ['renv/library', 'environment'],
  ['renv/staging', 'cache'],
];

/** Directories at the root of a context that hold data when files of such kinds are in them. */
const DATA_DIRECTORY = /^(?:data|datasets?|raw)$/i;
const DATA_FILE = /\.(?:csv|tsv|parquet|feather|arrow|h5|hdf5|h5ad|npz|npy|tfrecords?|sqlite3?|duckdb|zip|tar|gz|zst|xlsx?)$/i;

/** How many files are counted of a directory. */
const MOST_COUNTED = 3000;

/** How many entries of a context are looked at. */
const MOST_ENTRIES = 50_000;

/** What a person may read as large, in bytes. */
const LARGE = 1_000_000;

/** The COPYs and ADDs of directories, in the order of the file; of those with `--exclude` and `--parents` nothing is known here. */
export function broadCopies({ stages }: Dockerfile, context: BuildContext): readonly BroadCopy[] {
  return stages.flatMap((stage) =>
    stage.instructions.flatMap((copy) => {
      if (copy.keyword !== 'COPY' && copy.keyword !== 'ADD') return [];
      if (copy.flags.some(({ name }) => name === 'exclude' || name === 'parents')) return [];
      return contextPaths(copy, stage, WITH_BASE).flatMap(({ word, written }) => {
        const path = written === undefined ? undefined : inContext(written.replace(/\/\*$/, ''));
        return path !== undefined && context.find(path)?.kind === 'directory' ? [{ copy, stage, word, path }] : [];
      });
    }),
  );
}

/** What the directories that are copied hold of use to nobody; what the file names itself is wanted, and so is a history that a build reads. */
export function clutterIn(
  copies: readonly BroadCopy[],
  dockerfile: Dockerfile,
  context: BuildContext,
  script: ScriptOf,
): readonly Clutter[] {
  const wanted = namedByFile(dockerfile, script);
  const found = new Map<string, Clutter>();
  const seen = new Set<string>();
  let entries = 0;
  for (const { path: from } of copies) {
    if (seen.has(from)) continue;
    seen.add(from);
    for (const { path, kind } of context.entriesBelow(from, (directory) => kindOf(directory, context) === undefined)) {
      if (++entries > MOST_ENTRIES) return [...found.values()];
      const clutter = kind === 'directory' ? kindOf(path, context) : undefined;
      if (clutter === undefined || found.has(path) || wanted.some((other) => isInside(other, path))) continue;
      if (clutter === 'history' && readsHistory(dockerfile, context, script)) continue;
      const size = sizeOf(path, context);
      if (size !== undefined) found.set(path, { path, kind: clutter, pattern: patternFor(path, clutter), ...size });
    }
  }
  return [...found.values()];
}

function kindOf(path: string, context: BuildContext): ClutterKind | undefined {
  const name = baseName(path);
  const byName = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  // NOTE: `loggers/wandb` may be the module that calls wandb.
  if (byName !== undefined) return byName === 'result' && context.entry(`${path}/__init__.py`) !== undefined ? undefined : byName;
  const byPath = BY_PATH.find(([end]) => path === end || path.endsWith(`/${end}`));
  if (byPath !== undefined) return byPath[1];
  // Whatever its name: `python -m venv churn`.
  if (context.entry(`${path}/pyvenv.cfg`) !== undefined) return 'environment';
  if (!path.includes('/') && DATA_DIRECTORY.test(name)) return holdsData(path, context) ? 'data' : undefined;
  return undefined;
}

/** NOTE: a package of Python may be called `data`; small tables beside the code are part of it. */
function holdsData(path: string, context: BuildContext): boolean {
  if (context.entry(`${path}/__init__.py`) !== undefined) return false;
  let [count, bytes] = [0, 0];
  for (const file of context.filesBelow(path)) {
    if (++count > MOST_COUNTED) break;
    if (DATA_FILE.test(file)) bytes += context.entry(file)?.size ?? 0;
    if (bytes >= 5 * LARGE) return true;
  }
  return false;
}

/** Caches stand in every directory; what is known by the end of its path keeps all of that; what belongs to the project as a whole stands once. */
function patternFor(path: string, kind: ClutterKind): string {
  const name = baseName(path);
  const end = Object.hasOwn(BY_NAME, name) ? undefined : BY_PATH.find(([each]) => path.endsWith(`/${each}`))?.[0];
  if (end !== undefined || BY_PATH.some(([each]) => each === path)) return end === undefined ? path : `**/${end}`;
  return kind === 'data' || !path.includes('/') ? (kind === 'cache' && Object.hasOwn(BY_NAME, name) ? `**/${name}` : path) : `**/${name}`;
}

/** Undefined where no file is left: SPEC: `.venv/**` and `.git/*` leave the directory itself in the context. */
function sizeOf(path: string, context: BuildContext): { size: number; isMore: boolean } | undefined {
  let [size, count] = [0, 0];
  for (const file of context.filesBelow(path)) {
    if (++count > MOST_COUNTED) return { size, isMore: true };
    size += context.entry(file)?.size ?? 0;
  }
  return count === 0 ? undefined : { size, isMore: false };
}

/** What COPYs, ADDs and mounts name of the context beyond whole directories. */
function namedByFile({ stages }: Dockerfile, script: ScriptOf): readonly string[] {
  return stages
    .flatMap((stage) =>
      stage.instructions.flatMap((instruction): string[] => {
        if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
          if (instruction.keyword === 'COPY' && copySource(instruction) !== undefined) return [];
          return contextPaths(instruction, stage, WITH_BASE).flatMap(({ written }) => (written === undefined ? [] : [inContext(written)]));
        }
        if (instruction.keyword !== 'RUN') return [];
        const mounts = instruction.mounts.filter(({ type, options }) => type === 'bind' && !options.has('from'));
        return [
          ...mounts.flatMap(({ options }) => (options.has('source') ? [inContext(options.get('source') ?? '')] : [])),
          ...localWords(instruction, script),
        ];
      }),
    )
    .filter((path) => path !== '');
}

/** Words of commands that name something below the working directory: `wandb sync wandb/run-1`, `cp -r mlruns /srv`. */
function localWords(instruction: Instruction, script: ScriptOf): string[] {
  const words = script(instruction)?.commands.flatMap(({ args }) => args) ?? [];
  return words.flatMap(({ value }) =>
    value !== undefined && /^(?:\.\/)?[\w.-]+\/[\w./-]*$/.test(value) ? [value.replace(/^\.\//, '').replace(/\/$/, '')] : [],
  );
}

const TEXT: Format<string> = (text) => text;

/** Whether a build works out its version from the history: a command does, or the project's build backend. */
function readsHistory({ stages }: Dockerfile, context: BuildContext, script: ScriptOf): boolean {
  for (const stage of stages) {
    for (const instruction of stage.instructions) {
      const isGit = script(instruction)?.commands.some(
        // `git lfs install` only writes settings; `git lfs pull` reads the history.
        ({ name, args }) =>
          name === 'git' && !/^(?:clone|config|init)$/.test(args[0]?.value ?? '') && !/^lfs (?:install|version)$/.test(verbs(args)),
      );
      if (isGit === true) return true;
    }
  }
  const versioning = /setuptools[_-]scm|hatch-vcs|versioneer|dunamai|dynamic-versioning|setuptools-git|\bpbr\b|versioningit|git describe/i;
  return ['pyproject.toml', 'setup.py', 'setup.cfg'].some((file) => versioning.test(context.read(file, TEXT)?.content ?? ''));
}

/** Tools whose builds often ask git for a version or a commit (build.rs, build.gradle, Makefiles), and scripts that nobody here reads. */
const MAY_ASK_GIT = /^(?:make|cmake|meson|ninja|cargo|go|gradlew?|mvnw?|sbt|nix(?:-build)?|bazel(?:isk)?|npm|pnpm|yarn|tox|nox|.*\.sh)$/;

/** Whether a build may miss the history of the repository although nothing in the file says so. */
export function mayAskGit({ stages }: Dockerfile, script: ScriptOf): boolean {
  return stages.some(({ instructions }) =>
    instructions.some((each) => each.keyword === 'RUN' && script(each)?.commands.some(({ name }) => MAY_ASK_GIT.test(name)) === true),
  );
}

/** The first two words of a command of git. */
const verbs = (args: readonly ShellWord[]): string =>
  args
    .slice(0, 2)
    .flatMap(({ value }) => value ?? [])
    .join(' ');

/** A directory with its size, as a message names it: `.git` (38 MB). */
export function describe({ path, size, isMore }: Clutter): string {
  if (size < LARGE / 10) return `\`${path}\``;
  return `\`${path}\` (${isMore ? 'over ' : ''}${sizeText(size)})`;
}

/** The instruction in the user's words, without its flags: `COPY . /app`. */
export function titleOf({ copy: { keyword, sources, destination }, word }: Pick<BroadCopy, 'copy' | 'word'>): string {
  return `${keyword} ${word.text} ${sources.length === 1 && destination !== undefined ? destination.text : '…'}`;
}

/** What no image needs, by the files that tell of what a project is; the beginning of Table J. */
const STARTERS: readonly (readonly [files: RegExp, lines: string])[] = [
  [/\.py$|(?:^|\/)(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|Pipfile|uv\.lock|poetry\.lock)$/, '.venv **/__pycache__'],
  [/\.(?:py|ipynb)$/, '**/.ipynb_checkpoints'],
  [/\.(?:R|Rmd|Rproj)$|(?:^|\/)(?:DESCRIPTION|renv\.lock|\.Rprofile)$/i, '.RData .Rhistory .Rproj.user'],
  [/(?:^|\/)renv\.lock$/, '**/renv/library'],
  [/\.jl$|(?:^|\/)(?:Julia)?(?:Project|Manifest)\.toml$/, '**/*.jl.*.cov **/*.jl.mem'],
  [/(?:^|\/)package\.json$/, '**/node_modules'],
];

/** How many files tell what a project is. */
const MOST_TELLING = 1000;

/** Lines for a first .dockerignore: what no project needs in an image, and what those of its languages do not. */
export function starterLines(context: BuildContext): readonly string[] {
  const lines = new Set(['.git', '.env', '.env.*']);
  const open = new Set(STARTERS);
  let count = 0;
  for (const { path, kind } of context.entriesBelow('', (directory) => kindOf(directory, context) === undefined)) {
    if (++count > MOST_TELLING || open.size === 0) break;
    for (const starter of kind === 'file' ? open : []) {
      if (!starter[0].test(path)) continue;
      open.delete(starter);
      for (const line of starter[1].split(' ')) lines.add(line);
    }
  }
  return [...lines];
}

const EXAMPLES_OF_SETTINGS = ['.env.example', '.env.sample', '.env.template', '.env.dist'];

/** Lines that take back what `.env.*` leaves out and what is no secret: examples, as far as there are any. SPEC: the last line decides. */
export function exceptionLines(context: BuildContext): readonly string[] {
  return EXAMPLES_OF_SETTINGS.filter((path) => context.entry(path) !== undefined).map((path) => `!${path}`);
}

/** Lines of .dockerignore for some clutter, each once, in the order of the alphabet. */
export function ignoreLines(clutter: readonly Clutter[]): readonly string[] {
  return [...new Set(clutter.map(({ pattern }) => pattern))].sort();
}
