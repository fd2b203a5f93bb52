/**
 * Installed Python packages that a COPY takes from one stage to another: virtual environments, site-packages, conda prefixes; and
 * what of their Python the other stage lacks.
 *
 * Sources (read 2026-11): docs.python.org/3/library/venv.html (scripts name the environment's path, `bin/python` is a link to the
 * Python it was made of); docs.astral.sh/uv/guides/integration/docker (the copy form); conda's prefixes are absolute
 * (conda.github.io/conda-pack); glibc of Debian: 10 2.28, 11 2.31, 12 2.36, 13 2.41 (packages.debian.org/libc6).
 */
import type { CopyInstruction, ScriptOf, Stage } from '../model/dockerfile.js';
import { below, joinPath, parentOf } from '../model/paths.js';
import { copySource, inheritance, inheritedInstructions, runScripts } from '../model/stages.js';
import { runsAsRoot } from './caches.js';
import { expandWithBase, factsOfBase, type ImageFacts } from './images.js';
import { once } from './once.js';
import { pipCalls } from './pip.js';
import {
  type CreatedEnvironment,
  createdEnvironments,
  type Interpreter,
  interpreterOf,
  interpreterOfBase,
  interpreterOfEnvironment,
} from './python-interpreters.js';
import { WITH_BASE } from './working-directory.js';

/** Packages in a stage that a COPY takes along. */
export interface CopiedPackages {
  /** `environment`: a virtual environment with its interpreter's link; `site`: packages in a directory of a Python's own;
   *  `conda`: an environment of conda's or all of it. */
  readonly kind: 'environment' | 'site' | 'conda';
  /** Where they are in the stage they come from, absolute. */
  readonly path: string;
  /** Where they land, absolute; undefined where that is not known. */
  readonly target: string | undefined;
  /** The Python they were installed with. */
  readonly interpreter: Interpreter;
  /** The minor that the path names. */
  readonly minor: string | undefined;
  /** The scripts find their Python wherever they are. */
  readonly relocatable: boolean;
}

/** What a COPY takes out of an earlier stage that is known to be installed Python packages. */
export function copiedPackages(copy: CopyInstruction, stage: Stage, from: Stage, script: ScriptOf): readonly CopiedPackages[] {
  const destination = copy.destination === undefined ? undefined : expandWithBase(stage, copy.destination.text, copy);
  const directory = WITH_BASE.directory(stage, copy);
  const isRelative = destination !== undefined && !destination.startsWith('/');
  // The directory a base image starts in is not known.
  const isOpen = isRelative && (directory === undefined || directory.includes('?') || stage.environment.workdir(copy).kind !== 'known');
  const target = destination === undefined || isOpen ? undefined : joinPath(directory ?? '/', destination);
  return copy.sources.flatMap(({ text }) => {
    const source = expandWithBase(stage, text, copy);
    if (source === undefined || /[*?[]/.test(source)) return [];
    const path = joinPath('/', source);
    const at = (inner: string): string | undefined => (target === undefined ? undefined : joinPath(target, below(inner, path)));
    const environments = (environmentsIn(from, script).get(path) ?? []).map((environment): CopiedPackages => {
      const inner = environment.path ?? path;
      const interpreter = interpreterOfEnvironment(environment, script);
      return { kind: 'environment', path: inner, target: at(inner), interpreter, minor: undefined, relocatable: environment.relocatable };
    });
    if (environments.length > 0) return environments;
    const base = interpreterOfBase(from, undefined, script);
    const minor = /^\/usr\/local\/lib\/python(\d\.\d+)(?:\/site-packages\/?)?$/.exec(path)?.[1];
    if (minor !== undefined) return [{ kind: 'site', path, target: at(path), interpreter: base, minor, relocatable: true }];
    const tree = treesOfPip(from, script).get(path);
    if (tree !== undefined && target !== undefined && (/^\/usr(?:\/local)?$/.test(target) || target.endsWith('/.local')))
      return [{ kind: 'site', path, target: libraryOf(target, tree.minor), interpreter: tree, minor: tree.minor, relocatable: true }];
    const isConda = /\/(?:mini|ana)?(?:conda|forge)\d?(?:\/envs\/[\w.-]+)?$/.test(path) && base.kind === 'conda';
    return isConda
      ? [{ kind: 'conda', path, target: at(path), interpreter: base, minor: undefined, relocatable: packs(from, script) }]
      : [];
  });
}

/** Of the environments in one directory nobody needs more. */
const MOST_IN_DIRECTORY = 3;

/** The environments of a stage and of those it is built from, by every directory they are in; those of Poetry's projects are not among them. */
const environmentsIn = once((stage: Stage, script: ScriptOf): ReadonlyMap<string, readonly CreatedEnvironment[]> => {
  const found = new Map<string, CreatedEnvironment[]>();
  for (const environment of [...inheritance(stage)].flatMap((each) => createdEnvironments(each, script))) {
    for (let path = environment.path; path !== undefined && path !== '/'; path = parentOf(path)) {
      const inside = found.get(path) ?? [];
      if (inside.length < MOST_IN_DIRECTORY) found.set(path, [...inside, environment]);
    }
  }
  return found;
});

/** Directories that a stage has pip fill with `bin` and `lib/python3.N/site-packages`: `--prefix`, and `--user` in the home of root. */
const treesOfPip = once((stage: Stage, script: ScriptOf) => {
  const found = new Map<string, Extract<Interpreter, { kind: 'official' | 'distribution' }>>();
  for (const { action, command, options } of runScripts(inheritedInstructions(stage), script).flatMap(pipCalls)) {
    const prefix = options.get('--prefix')?.value ?? (options.has('--user') && runsAsRoot(command) ? '/root/.local' : undefined);
    const interpreter = interpreterOf(command, script);
    if (action !== 'install' || prefix === undefined || (interpreter.kind !== 'official' && interpreter.kind !== 'distribution')) continue;
    found.set(joinPath('/', prefix), interpreter);
  }
  return found;
});

function libraryOf(prefix: string, minor: string | undefined): string {
  return minor === undefined ? prefix : joinPath(prefix, `lib/python${minor}`);
}

/** conda-pack and its like mend the prefix. */
const packs = once((stage: Stage, script: ScriptOf): boolean =>
  runScripts(inheritedInstructions(stage), script).some(({ commands }) =>
    commands.some(({ words }) => words.some(({ text }) => /conda-(?:un)?pack/.test(text))),
  ),
);

/** What a stage lacks of the Python that packages were installed with. */
export type Mismatch =
  | { readonly kind: 'minor'; readonly made: string; readonly found: string }
  | { readonly kind: 'libc'; readonly made: string; readonly found: string }
  | { readonly kind: 'place'; readonly made: string; readonly found: string }
  | { readonly kind: 'older'; readonly made: string; readonly found: string }
  | { readonly kind: 'moved'; readonly made: string; readonly found: string };

/** The worst that keeps packages from working in a stage; undefined where nothing is known to. */
export function mismatch(packages: CopiedPackages, from: Stage, stage: Stage, script: ScriptOf): Mismatch | undefined {
  const [source, target] = [factsOfBase(from.base), factsOfBase(stage.base)];
  if (source === undefined || target === undefined) return undefined;
  const { kind, interpreter } = packages;
  // NOTE: micromamba's Alpine has both.
  if (source.libc !== undefined && target.libc !== undefined && source.libc !== target.libc)
    return { kind: 'libc', made: nameOfLibc(source), found: nameOfLibc(target) };
  if (kind === 'conda') return movedTo(packages);
  const found = bringsPython(stage, script) ? undefined : interpreterOfBase(stage, undefined, script);
  const made = packages.minor ?? (interpreter.kind === 'official' || interpreter.kind === 'distribution' ? interpreter.minor : undefined);
  if (found !== undefined && (found.kind === 'official' || found.kind === 'distribution')) {
    if (
      made !== undefined &&
      found.minor !== undefined &&
      made !== found.minor &&
      (isInstalled(found, target) || found.kind === interpreter.kind)
    )
      return { kind: 'minor', made, found: found.minor };
    const isPath = kind === 'environment' && pythonPath(stage).includes(packages.target ?? '?');
    if (kind === 'environment' && !isPath && placeOf(interpreter) !== undefined && placeOf(interpreter) !== placeOf(found))
      return { kind: 'place', made: placeOf(interpreter) ?? '', found: placeOf(found) ?? '' };
    const isOlder = interpreter.kind === 'official' && found.kind === 'official' && isOlderDebian(source, target);
    if (isOlder && hasCompiler(from, script))
      return { kind: 'older', made: source.distribution?.codename ?? '', found: target.distribution?.codename ?? '' };
  }
  return kind === 'environment' ? movedTo(packages) : undefined;
}

function nameOfLibc({ libc, distribution }: ImageFacts): string {
  const systems: Readonly<Record<string, string>> = { debian: 'Debian', ubuntu: 'Ubuntu', alpine: 'Alpine' };
  const system = systems[distribution?.id ?? ''];
  return libc === 'musl' ? `musl${system === undefined ? '' : ` (${system})`}` : `glibc${system === undefined ? '' : ` (${system})`}`;
}

/** Whether an image has the Python; of others it may be that none is there, which is another problem. */
function isInstalled(found: Interpreter, { python }: ImageFacts): boolean {
  return found.kind === 'official' || python?.kind === 'system';
}

/** The program an environment's `bin/python` points at. */
function placeOf(interpreter: Interpreter): string | undefined {
  if (interpreter.kind === 'official') return '/usr/local/bin/python';
  if (interpreter.kind === 'distribution') return '/usr/bin/python3';
  return interpreter.kind === 'conda' ? "conda's prefix" : undefined;
}

/** Whether another COPY, or a command, brings a Python of its own: `/usr/local`, uv's Pythons, conda. */
const bringsPython = once((stage: Stage, script: ScriptOf): boolean =>
  inheritedInstructions(stage).some((instruction) => {
    if (instruction.keyword === 'COPY' && copySource(instruction) !== undefined)
      return instruction.sources.some(({ text }) =>
        /(?:^|\/)c?python(?:[-\d.]*|s)?\/?$|uv\/python|^\/usr\/local\/?$|^\/usr\/?$|^\/$|UV_PYTHON|conda|pyenv/.test(text),
      );
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    return (
      own?.commands.some(
        ({ name, words }) =>
          (name === 'uv' && words.some(({ value }) => value === 'python' || value === 'sync' || value === 'venv' || value === 'run')) ||
          (name === 'ln' && words.some(({ text }) => /python/.test(text))),
      ) === true
    );
  }),
);

function pythonPath(stage: Stage): string {
  const value = stage.environment.environmentVariable('PYTHONPATH');
  return value.kind === 'known' ? value.value : value.kind === 'unknown' && value.by.keyword === 'ENV' ? value.by.logical.text : '';
}

function isOlderDebian(source: ImageFacts, target: ImageFacts): boolean {
  const [made, found] = [source.distribution, target.distribution];
  return made?.id === 'debian' && found?.id === 'debian' && Number(found.cycle) < Number(made.cycle);
}

/** Without one nothing is compiled: ready-made wheels go by the oldest glibc. */
const hasCompiler = once((stage: Stage, script: ScriptOf): boolean => {
  if (factsOfBase(stage.base)?.commands?.has.includes('gcc') === true) return true;
  return runScripts(inheritedInstructions(stage), script).some(({ commands }) =>
    commands.some(({ args }) => args.some(({ value }) => value !== undefined && COMPILER.test(value))),
  );
});

const COMPILER = /^(?:gcc|g\+\+|build-essential|clang|gfortran)(?:-\d+)?$/;

function movedTo({ path, target, relocatable }: CopiedPackages): Mismatch | undefined {
  return target === undefined || target === path || relocatable ? undefined : { kind: 'moved', made: path, found: target };
}
