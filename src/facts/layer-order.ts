/**
 * What stands in front of an install in a stage: copies of code that make it run again at every edit.
 */

import type { BuildContext } from '../model/context.js';
import { landingOf, contextPaths as namedPaths } from '../model/copies.js';
import type { Command, CopyInstruction, Instruction, RunInstruction, ScriptOf, Span, Stage, Word } from '../model/dockerfile.js';
import { baseName, isInside, joinPath } from '../model/paths.js';
import { inheritance } from '../model/stages.js';
import { isProjectScript } from './apt.js';
import { bringsFile, type Cargo, cargoOf, type ManifestInstall, manifestInstalls, pathWords } from './manifests.js';
import { once } from './once.js';
import type { Project } from './project-files.js';
import { listed } from './requirement.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** A source of a COPY from the build context. */
export interface CopiedSource {
  readonly copy: CopyInstruction;
  readonly word: Word;
  readonly path: string;
  readonly cargo: Cargo;
  /** Where it lands; undefined when that is not known. A file under its own name ends in it. */
  readonly target: string | undefined;
  /** Whether it is known to be a directory whose files land right below {@link target}, or a file that lands there. */
  readonly isPlaced: boolean;
}

/** LIMIT: in longer stages only the latest copies count, so that the time stays linear; real ones are shorter. */
const MOST_COPIED = 60;

/** An install that runs again whenever some code changes. */
export interface BustedInstall {
  readonly install: ManifestInstall;
  /** Where its files are in the image; undefined where that is not known. */
  readonly paths: readonly (string | undefined)[];
  /** The copies of code and of everything in front of it, in order; at least one. */
  readonly offenders: readonly CopiedSource[];
  /** Whether a COPY in front of it names one of its files. */
  readonly isManifestNamed: boolean;
}

/** The installs of a stage that stand behind copies of code. Copies of other stages do not count, nor from other stages. */
export const bustedInstalls = once((stage: Stage, { script, context }: Project): readonly BustedInstall[] => {
  const end = stage.instructions.findLastIndex((instruction) => installsOf(instruction, script).length > 0) + 1;
  const copied = stage.instructions
    .slice(0, end)
    .map((instruction) => (instruction.keyword === 'COPY' || instruction.keyword === 'ADD' ? sourcesOf(instruction, stage) : []));
  if (!copied.some((sources) => sources.some(changesOften))) return [];
  const parents = [...inheritance(stage)].slice(1);
  const done = new Installed(parents.flatMap((parent) => installSets(parent, script)));
  const busted: BustedInstall[] = [];
  const inFront = new InFront();
  for (const [at, instruction] of stage.instructions.slice(0, end).entries()) {
    inFront.addCopies(copied[at] ?? []);
    if (instruction.keyword !== 'RUN') continue;
    const installs = installsOf(instruction, script);
    const commands = script(instruction)?.commands ?? [];
    const hasEarlier = !done.isEmpty;
    let next = 0;
    inFront.addRun(commands, installs);
    for (const command of commands) {
      const install = installs[next];
      if (install?.command !== command) {
        inFront.addCommand(command);
        continue;
      }
      next++;
      const directory = directoryOf(command);
      const isAgain = done.isInstalledBefore(at, install.set, inFront.contextOf(pathsOf(install, directory)));
      const isDone = isAgain || (install.projectOnly === true && hasEarlier);
      if (isDone || isBound(instruction, install, directory)) continue;
      const found = judge(install, directory, inFront);
      if (found !== undefined) busted.push(found);
    }
  }
  return busted.flatMap((each) => {
    const offenders = each.offenders.filter((source) => !holdsNoCode(source, stage, context));
    return offenders.length === 0 ? [] : [{ ...each, offenders }];
  });
});

/** A directory of more files than this is not looked through. */
const MOST_FILES = 200;

/** Whether the ignore file leaves everything out but what it names (`*`, `!requirements.txt`), and no code is among that. */
function holdsNoCode({ copy, word }: CopiedSource, stage: Stage, context: BuildContext | undefined): boolean {
  if (context?.ignoreFile?.content.hasExceptions !== true) return false;
  let files = 0;
  for (const brought of context.brought(copy, stage, WITH_BASE)) {
    if (brought.word !== word) continue;
    const cargo = cargoOf(brought.path);
    if (++files > MOST_FILES || cargo === 'code' || cargo === 'everything') return false;
  }
  return files > 0;
}

/** Whether an edit of the project's code changes what a source brings. */
function changesOften({ cargo }: CopiedSource): boolean {
  return cargo === 'everything' || cargo === 'code';
}

/** What has been installed up to a place: a second install of the same is quick. */
class Installed {
  /** By set, then by the files of the context (undefined where these are not known): the RUN that came first. */
  private readonly first = new Map<string, Map<string | undefined, number>>();

  /** @param inherited the sets that the stages this one is built from have installed */
  constructor(inherited: readonly string[]) {
    for (const set of inherited) this.first.set(set, new Map([[undefined, -1]]));
  }

  get isEmpty(): boolean {
    return this.first.size === 0;
  }

  /** Whether a RUN in front of `run` may have installed these; remembers them. Files not known may be the same ones. */
  isInstalledBefore(run: number, set: string, files: string | undefined): boolean {
    const places = this.first.get(set) ?? new Map<string | undefined, number>();
    this.first.set(set, places);
    const same = files === undefined ? [...places.values()] : [places.get(files) ?? run, places.get(undefined) ?? run];
    if (!places.has(files)) places.set(files, run);
    return same.some((at) => at !== run);
  }
}

function installSets(stage: Stage, script: ScriptOf): readonly string[] {
  return stage.instructions.flatMap((instruction) => installsOf(instruction, script).map(({ set }) => set));
}

function installsOf(instruction: Instruction, script: ScriptOf): readonly ManifestInstall[] {
  const read = instruction.keyword === 'RUN' ? script(instruction) : undefined;
  return read === undefined ? [] : manifestInstalls(read);
}

/** Where the files of an install are; undefined where the directory is not known. */
function pathsOf({ files }: ManifestInstall, directory: string | undefined): readonly (string | undefined)[] {
  return files.map((file) => (file.startsWith('/') ? file : directory === undefined ? undefined : joinPath(directory, file)));
}

function judge(install: ManifestInstall, directory: string | undefined, inFront: InFront): BustedInstall | undefined {
  if (inFront.offenders.length === 0) return undefined;
  const files = pathsOf(install, directory);
  const isManifestNamed = inFront.isNamed(install.files, files);
  const offenders = inFront.offenders.filter((source) => {
    if (source.target !== undefined && files.includes(source.target)) return false;
    const holdsManifest = files.some((file) => file !== undefined && source.target !== undefined && isInside(file, source.target));
    // Neither named nor in this copy: the manifest comes from a clone, a download or another stage.
    if (!isManifestNamed && !holdsManifest) return false;
    if (inFront.isPrepared(source, install.files)) return false;
    if (source.cargo === 'everything') return true;
    // A package beside the project that uv, Poetry and the like install from its path has to be there.
    const isBeside =
      install.withoutProject !== undefined && directory !== undefined && source.target !== undefined && !isInside(source.target, directory);
    return !isBeside && install.projectOnly !== true && ((holdsManifest && !isManifestNamed) || !inFront.isNeeded(source));
  });
  return offenders.length === 0 ? undefined : { install, paths: files, offenders, isManifestNamed };
}

/** What a stage has copied and run up to a place, looked up by name: a stage may install a thousand times. */
class InFront {
  /** Copies of code and of everything, the latest. */
  readonly offenders: CopiedSource[] = [];
  /** The paths where files land that copies bring. */
  private readonly landed = new Set<string>();
  /** Names of files that copies bring: of all, and of those that land nobody knows where. */
  private readonly names = new Set<string>();
  private readonly namesAnywhere = new Set<string>();
  /** The path in the context of what lands at a path. */
  private readonly origins = new Map<string, string>();
  private readonly patterns: CopiedSource[] = [];
  /** What the commands in front name, and what those of a RUN name as soon as it begins. */
  private readonly before = new NamedPaths();
  private readonly around = new NamedPaths();

  addCopies(sources: readonly CopiedSource[]): void {
    for (const source of sources) {
      const { path, cargo, target, isPlaced } = source;
      if (target !== undefined && isPlaced) this.origins.set(target, joinPath('/', path));
      if (changesOften(source)) pushLatest(this.offenders, source);
      if (cargo === 'everything') continue;
      if (/[*?]/.test(path)) pushLatest(this.patterns, source);
      else {
        this.names.add(baseName(path));
        if (target === undefined || !isPlaced) this.namesAnywhere.add(baseName(path));
      }
      if (target !== undefined) this.landed.add(target);
    }
  }

  addCommand(command: Command): void {
    this.before.add(command);
  }

  /** What the same RUN reads, be it behind the install, has to be there for it. */
  addRun(commands: readonly Command[], installs: readonly ManifestInstall[]): void {
    const installing = new Set(installs.map(({ command }) => command));
    for (const [i, command] of commands.entries()) {
      // Who only goes where the install is to run reads nothing there.
      const next = commands[i + 1];
      const goesToInstall = command.name === 'cd' && next !== undefined && installing.has(next);
      if (!installing.has(command) && !goesToInstall) this.around.add(command);
    }
  }

  /** The paths in the context of files at these places, in one text; undefined unless each of them comes from a copy. */
  contextOf(paths: readonly (string | undefined)[]): string | undefined {
    const found = paths.map((path) => (path === undefined ? undefined : this.originOf(path)));
    return found.includes(undefined) ? undefined : found.join('\n');
  }

  private originOf(path: string): string | undefined {
    for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
      const origin = this.origins.get(path.slice(0, end) || '/');
      if (origin !== undefined) return joinPath(origin, path.slice(end + 1));
      if (end === 0) return undefined;
    }
    return undefined;
  }

  /** Whether a copy names one of the files, as the command writes them, or lands where they are. */
  isNamed(files: readonly string[], paths: readonly (string | undefined)[]): boolean {
    const names = paths.includes(undefined) ? this.names : this.namesAnywhere;
    return (
      paths.some((path) => path !== undefined && this.landed.has(path)) ||
      files.some((file) => names.has(baseName(file)) || this.patterns.some(({ path }) => bringsFile(path, file)))
    );
  }

  /**
   * Whether a command between a copy and an install has to do with the files that are installed from, or runs a script of
   * the project, which may: the copy has to be there for it.
   */
  isPrepared({ copy }: CopiedSource, files: readonly string[]): boolean {
    const { start } = copy.span;
    return this.before.lastScript() > start || files.some((file) => this.before.last(baseName(file)) > start);
  }

  /** Whether a command behind a copy reads what it brought, so that the copy cannot move behind the install. */
  isNeeded({ copy, path, target }: CopiedSource): boolean {
    const { start } = copy.span;
    const name = baseName(path.replace(/\/+$/, ''));
    return this.around.last(name) > start || (target !== undefined && this.around.last(inDirectory(target)) > start);
  }
}

/** Where paths were last named, by name and by every directory above them; commands are read when the first question comes. */
class NamedPaths {
  private readonly commands: Command[] = [];
  private read = 0;
  private readonly offsets = new Map<string, number>();
  private script = -1;

  add(command: Command): void {
    this.commands.push(command);
  }

  /** Offset of the last command that names this; -1 for none. @param key a name, or what {@link inDirectory} makes of a path */
  last(key: string): number {
    this.readAll();
    return this.offsets.get(key) ?? -1;
  }

  /** Offset of the last command that runs a script of the project; -1 for none. */
  lastScript(): number {
    this.readAll();
    return this.script;
  }

  private readAll(): void {
    for (; this.read < this.commands.length; this.read++) this.index(this.commands[this.read] as Command);
  }

  private index(command: Command): void {
    const { start } = command.span;
    if (isProjectScript(command)) this.script = start;
    for (const { value = '' } of pathWords(command)) {
      const path = value.replace(/^\.\//, '');
      this.offsets.set(baseName(path), start);
      const firstSlash = path.indexOf('/');
      if (firstSlash > 0) this.offsets.set(path.slice(0, firstSlash), start);
      this.offsets.set(inDirectory(value), start);
      for (let at = value.indexOf('/'); at >= 0; at = value.indexOf('/', at + 1))
        this.offsets.set(inDirectory(value.slice(0, at) || '/'), start);
    }
  }
}

/** Names and directories share one index; no name has a NUL. */
function inDirectory(path: string): string {
  return `\0${path}`;
}

function pushLatest(sources: CopiedSource[], source: CopiedSource): void {
  if (sources.length === MOST_COPIED) sources.shift();
  sources.push(source);
}

/** The sources of a COPY or ADD that an edit of the project's code changes. */
export function codeSources(copy: CopyInstruction, stage: Stage, context: BuildContext | undefined): readonly CopiedSource[] {
  return sourcesOf(copy, stage).filter((source) => changesOften(source) && !holdsNoCode(source, stage, context));
}

/** What a COPY or ADD takes from the build context; what depends on something unknown is left out. */
export function sourcesOf(copy: CopyInstruction, stage: Stage): readonly CopiedSource[] {
  if (copy.destination === undefined) return [];
  const landing = landingOf(copy, stage, WITH_BASE);
  return namedPaths(copy, stage, WITH_BASE).flatMap(({ word, written }) => {
    // `COPY requirements.$FLAVOR.txt ./requirements.txt`: what lands under a file's name has it.
    const path = written ?? (landing?.isDirectory === false ? landing.path : undefined);
    if (path === undefined) return [];
    const cargo = cargoOf(path, landing?.path);
    const isFile = cargo !== 'everything' && /\.[A-Za-z]\w*$/.test(path);
    const target = landing !== undefined && isFile && landing.isDirectory ? joinPath(landing.path, baseName(path)) : landing?.path;
    // `Pipfile` and `lock` may be files or directories.
    const isPlaced = !/[*?]/.test(path) && (isFile || cargo === 'everything' || cargo === 'code');
    return [{ copy, word, path, cargo, target, isPlaced }];
  });
}

function isBound(instruction: RunInstruction, { files }: ManifestInstall, directory: string | undefined): boolean {
  return instruction.mounts.some(({ type, options }) => {
    const target = options.get('target');
    if (type !== 'bind' || target === undefined) return false;
    const place = target.startsWith('/') ? joinPath('/', target) : directory && joinPath(directory, target);
    if (place === undefined) return true;
    return files.some((file) => bringsFile(place, file) || isInside(file.startsWith('/') ? file : joinPath(directory ?? '/', file), place));
  });
}

/** The words that were copied, as a message names them, and where the first stands. */
export function copiedWords(offenders: readonly CopiedSource[]): { readonly at: Span; readonly names: string } {
  const names = [...new Set(offenders.map(({ word }) => word.text))];
  const at = offenders[0]?.word.span ?? { start: 0, end: 0 };
  return { at, names: listed(names) };
}

/** The directory of the build context that a source names, with a slash at the end; empty for the context itself. */
export function directoryNamed({ path }: CopiedSource): string {
  return path
    .replace(/^\.?\/|^\.$|\*.*$/g, '')
    .replace(/\/?$/, '/')
    .replace(/^\/$/, '');
}

/** The files an install reads, as paths of the build context, when `source` brings them. */
export function contextPaths(source: CopiedSource, { install: { files }, paths }: BustedInstall): readonly string[] {
  const { target } = source;
  const from = directoryNamed(source);
  return files.map((file, i) => {
    const place = paths[i];
    const inside = place !== undefined && target !== undefined && isInside(place, target);
    return inside ? from + place.slice(target === '/' ? 1 : target.length + 1) : baseName(file);
  });
}
