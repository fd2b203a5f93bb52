/**
 * Whether copies may stand below the installs that they make run again: nothing down to there may read, change or write over what
 * they bring.
 */
import type { Format } from '../model/context.js';
import { inContext, landingOf } from '../model/copies.js';
import type { Command, CopyInstruction, Instruction, RunInstruction, Script, Stage } from '../model/dockerfile.js';
import { baseName, below, isInside, joinPath, parentOf } from '../model/paths.js';
import { copySource } from '../model/stages.js';
import { apartness, areApart, installsApart, READING_OPTIONS } from './apartness.js';
import { condaInstalls } from './conda.js';
import { type BustedInstall, bustedInstalls, type CopiedSource, codeSources, directoryNamed, sourcesOf } from './layer-order.js';
import { bringsFile, cargoOf } from './manifests.js';
import { installsToolsOnly, pipInstalls } from './pip.js';
import { listedRequirements, type Project } from './project-files.js';
import { words } from './words.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** Where copies may go, and what the installs above need then. */
export interface Move {
  /** The first RUN that needs the files. */
  readonly first: RunInstruction;
  /** The copies may stand below this RUN. */
  readonly below: RunInstruction;
  /** Absolute places of the files that the installs read and that nothing but the moved copies brings, in order. */
  readonly missing: readonly string[];
  /** Names of the files that the commands name. */
  readonly names: readonly string[];
  /** Whether the files have been read, and all that they include is known. */
  readonly isRead: boolean;
  /** Whether nothing can make a difference: no install may read what moves, and no other command comes near it. */
  readonly isCertain: boolean;
}

/** Of more installs in a stage, or more sources, nothing moves, so that the time stays linear; real ones have a few. */
const MOST = 50;

/** Where copies may go so that what `moved` brings no longer stands above an install; undefined where that is nowhere, or not sure. */
export function moveBelowInstalls(moved: readonly CopiedSource[], stage: Stage, project: Project): Move | undefined {
  const all = bustedInstalls(stage, project);
  if (all.length > MOST || moved.length > MOST) return undefined;
  const copies = new Set(moved.map(({ copy }) => copy));
  const busted = all.filter(({ offenders }) => offenders.some(({ copy }) => copies.has(copy)));
  const taken = new Set(moved.map(({ word }) => word));
  if (busted.some(({ offenders }) => offenders.some(({ word }) => !taken.has(word)))) return undefined;
  if (busted.some(({ install }) => install.projectOnly === true || install.withoutProject !== undefined)) return undefined;
  const runs = busted.map(({ install }) => install.command.script.instruction);
  const [first, last] = [runs[0], runs.at(-1)];
  if (first?.keyword !== 'RUN' || last?.keyword !== 'RUN') return undefined;
  if (!moved.every((source) => landsAlike(source, stage, last))) return undefined;
  const way = between(moved, last, stage, project);
  const reads = installsRead(busted, project);
  if (way === undefined || reads === undefined) return undefined;
  const staying = [...copiesAbove(stage, first)].filter(({ word }) => !taken.has(word));
  const isBrought = (place: string): boolean => staying.some((source) => brings(source, place));
  const installing = new Set(busted.map(({ install }) => install.command));
  const targets = moved.flatMap(({ target }) => target ?? []);
  const missing = reads.places.filter((place) => !isBrought(place));
  // What does not look like a list counts as code, wherever it is copied.
  if (missing.some((place) => cargoOf(baseName(place)) === 'code')) return undefined;
  const directories = reads.places.map(parentOf);
  const above = [...copiesAbove(stage, last)];
  // A list that is copied by name alone shows what else stands above the installs.
  if (missing.length > 0 && above.some(({ cargo, word }) => cargo === 'code' && !taken.has(word))) return undefined;
  if (!above.every((source) => isThere(source, project))) return undefined;
  if (!moved.every((source) => bringsNoOther(source, reads.places, staying, project))) return undefined;
  const isAnyOwned = moved.some(({ copy, target = '/' }) => isOwned(copy, target, stage));
  const grades = way.flatMap(({ commands }) =>
    commands.map((command) => {
      if (!installsApart(command, targets)) return undefined;
      return installing.has(command) ? 'certain' : apartness(command, targets, directories, isAnyOwned);
    }),
  );
  if (grades.includes(undefined)) return undefined;
  return {
    first,
    below: last,
    missing,
    names: [...new Set(busted.flatMap(({ install }) => install.files))],
    isRead: reads.isRead,
    isCertain:
      missing.length === 0 &&
      grades.every((grade) => grade === 'certain') &&
      moved.every(({ copy }) => isPlacedForSure(copy, stage)) &&
      areAlone(moved, staying, stage, first),
  };
}

/** A copy of the whole context that may stand below installs which need none of it. */
export interface NamedInstall {
  readonly source: CopiedSource;
  /** The first command that installs packages by their names. */
  readonly command: Command;
  /** In the user's words: `pip install pandas flask`. */
  readonly title: string;
  /** The last RUN with such an install; nothing down to there reads what the copy brings. */
  readonly below: RunInstruction;
  /** Whether some of these RUNs give the files an owner or a mode: what sees to the files moves with them, the installs do not. */
  readonly hasOwnership: boolean;
}

/**
 * The copies of everything in front of installs that name all they install. Only where every command down to there is known to keep
 * away from the files: who runs the project first may want the packages afterwards.
 */
export function installsByName(stage: Stage, project: Project): readonly NamedInstall[] {
  const broad = stage.instructions.flatMap((copy) => {
    if ((copy.keyword !== 'COPY' && copy.keyword !== 'ADD') || copy.sources.length !== 1) return [];
    return codeSources(copy, stage, project.context).find(({ cargo }) => cargo === 'everything') ?? [];
  });
  return broad.slice(0, MOST_BROAD).flatMap((source) => behind(source, stage, project) ?? []);
}

/** LIMIT: so many copies of everything of one stage, and so many RUNs behind each, are looked at; real stages have one or two. */
const MOST_BROAD = 4;
const MOST_RUNS = 20;

function behind(source: CopiedSource, stage: Stage, project: Project): NamedInstall | undefined {
  const { copy, target } = source;
  if (target === undefined || mayConfigure(target, project)) return undefined;
  const runs = stage.instructions.flatMap((each) => (each.keyword === 'RUN' && each.span.start > copy.span.start ? [each] : []));
  let found: NamedInstall | undefined;
  let hasOwnership = false;
  for (const run of runs.slice(0, MOST_RUNS)) {
    const scripts = landsAlike(source, stage, run) ? between([source], run, stage, project) : undefined;
    const script = scripts?.at(-1);
    if (script === undefined || !script.commands.every((command) => OWNERSHIP.has(command.name) || needsNothing(command, source, stage)))
      break;
    hasOwnership ||= script.commands.some(({ name }) => OWNERSHIP.has(name));
    const command = script.commands.find((each) => titleByName(each) !== undefined);
    const title = command && titleByName(command);
    if (command !== undefined && title !== undefined) found = { source, command, title, ...found, below: run, hasOwnership };
  }
  return found;
}

const OWNERSHIP = words('chown chgrp chmod');

/** Whether files that a copy brings may tell pip where to look: in a home directory, or in /etc. */
function mayConfigure(target: string, { context }: Project): boolean {
  if (/^\/(?:root|home|etc|usr)(?:\/|$)/.test(target)) return !/^\/(?:home\/[^/]+|usr\/src)\/./.test(target);
  return target === '/' && ['etc', 'root', 'home', 'usr'].some((name) => context?.entry(name) !== undefined);
}

function needsNothing(command: Command, { copy, target = '/' }: CopiedSource, stage: Stage): boolean {
  if (namesMoreFiles(command) || !installsApart(command, [target])) return false;
  // A directory that nothing but the copy makes.
  if (command.name === 'cd' && isInside(directoryOf(command) ?? target, target)) return false;
  return apartness(command, [target], [], isOwned(copy, target, stage)) !== undefined;
}

/** `pip install pandas flask`, for a call that names packages and nothing else; undefined for tools alone, and for other commands. */
function titleByName(command: Command): string | undefined {
  const pip = pipInstalls(command);
  const named = (title: string, packages: readonly { readonly text: string }[]): string =>
    [title, ...packages.slice(0, 3).map(({ text }) => text), ...(packages.length > 3 ? ['…'] : [])].join(' ');
  // uv reads settings in the directory in which it runs.
  if (pip !== undefined)
    return pip.tool === 'pip' && pip.packages.length > 0 && !installsToolsOnly(pip) ? named(pip.title, pip.packages) : undefined;
  const conda = condaInstalls(command);
  return conda !== undefined && conda.packages.length > 0 ? named(conda.title, conda.packages) : undefined;
}

/** Whether a copy brings the same to the same place from further down. */
function landsAlike({ copy, target }: CopiedSource, stage: Stage, run: RunInstruction): boolean {
  const written = copy.destination?.text ?? '';
  if (target === undefined || copy.json || copy.heredocs.length > 0 || copy.onbuild !== undefined) return false;
  if (copy.flags.some(({ name }) => name === 'parents')) return false;
  const way = instructionsBetween(copy, run, stage);
  if (!written.startsWith('/') && way.some(({ keyword }) => keyword === 'WORKDIR')) {
    if (!isPlacedForSure(copy, stage) || WITH_BASE.directory(stage, copy) !== WITH_BASE.directory(stage, run)) return false;
  }
  // SPEC: whoever makes a directory first owns it; WORKDIR makes it for root.
  if (
    isOwned(copy, target, stage) &&
    way.some(({ keyword }, i) => keyword === 'WORKDIR' && !areApart(target, WITH_BASE.directory(stage, way[i + 1] ?? run) ?? '/'))
  )
    return false;
  return !copy.logical.text.includes('$') || !way.some(({ keyword }) => keyword === 'ENV' || keyword === 'ARG');
}

/** Whether a copy makes the directory where it lands, and not for root with the usual rights. */
function isOwned(copy: CopyInstruction, target: string, stage: Stage): boolean {
  return copy.flags.some(({ name }) => name === 'chown' || name === 'chmod') && !isInside(WITH_BASE.directory(stage, copy) ?? '/', target);
}

/** Whether where a copy lands does not hang on the working directory of the base image, which is taken for `/`. */
function isPlacedForSure(copy: CopyInstruction, stage: Stage): boolean {
  return copy.destination?.text.startsWith('/') === true || stage.environment.workdir(copy).kind === 'known';
}

function instructionsBetween(copy: Instruction, run: Instruction, stage: Stage): readonly Instruction[] {
  return stage.instructions.filter(({ span }) => span.start > copy.span.start && span.start < run.span.start);
}

/** The scripts from the first copy down to a RUN, that one included; undefined where something stands in the way. */
function between(moved: readonly CopiedSource[], run: RunInstruction, stage: Stage, { script }: Project): readonly Script[] | undefined {
  const [first] = moved;
  if (first === undefined) return undefined;
  const copies = new Set<Instruction>(moved.map(({ copy }) => copy));
  const way = [...instructionsBetween(first.copy, run, stage), run];
  const scripts: Script[] = [];
  for (const instruction of way) {
    const { keyword } = instruction;
    if (keyword === 'VOLUME' || keyword === 'UNKNOWN' || keyword === 'ONBUILD') return undefined;
    if ((keyword === 'COPY' || keyword === 'ADD') && !copies.has(instruction)) {
      if (moved.some((source) => source.copy.span.start < instruction.span.start && mayCover(instruction, source, stage))) return undefined;
    }
    if (keyword !== 'RUN') continue;
    const read = script(instruction);
    if (
      read === undefined ||
      !read.complete ||
      instruction.mounts.some((mount) => mount.type === 'bind' && !isElsewhere(mount.options.get('target'), moved))
    )
      return undefined;
    scripts.push(read);
  }
  return scripts;
}

function isElsewhere(target: string | undefined, moved: readonly CopiedSource[]): boolean {
  if (target?.startsWith('/') !== true) return false;
  const place = joinPath('/', target);
  return moved.every((source) => source.target !== undefined && areApart(place, source.target));
}

/** Whether a later copy may bring something else to where an earlier one has brought it: their order matters then. */
function mayCover(later: CopyInstruction, earlier: CopiedSource, stage: Stage): boolean {
  const { target } = earlier;
  if (target === undefined) return true;
  const landing = landingOf(later, stage, WITH_BASE);
  if (landing === undefined) return true;
  if (areApart(landing.path, target)) return false;
  const sources = copySource(later) === undefined && later.heredocs.length === 0 ? sourcesOf(later, stage) : [];
  if (sources.length !== later.sources.length || sources.length === 0) return true;
  return sources.some((source) => {
    if (source.target === undefined) return true;
    if (areApart(source.target, target)) return false;
    // Out of the same directory of the context comes the same file.
    const isSame =
      isInside(source.target, target) &&
      joinPath('/', source.path) === joinPath(`/${directoryNamed(earlier)}`, below(source.target, target));
    return !isSame || isFile(earlier);
  });
}

/** What installs read; undefined where that is more than files of requirements, or cannot be told. */
function installsRead(busted: readonly BustedInstall[], project: Project): { places: readonly string[]; isRead: boolean } | undefined {
  const places: string[] = [];
  let isRead = true;
  for (const { install, paths } of busted) {
    const own = paths.flatMap((path) => path ?? []);
    if (own.length !== paths.length || namesMoreFiles(install.command)) return undefined;
    const pip = pipInstalls(install.command);
    const conda = condaInstalls(install.command);
    if (pip !== undefined) {
      if (pip.dynamic.length > 0 || pip.findLinks.some((link) => !/^https?:/.test(link))) return undefined;
      if ([...pip.options.keys()].some((option) => READING_OPTIONS.has(option))) return undefined;
      const directory = directoryOf(install.command);
      const constraints = pip.constraintFiles.filter((file) => !/^https?:/.test(file));
      if (directory === undefined) return undefined;
      const listed = listedRequirements(pip, project);
      if (listed.hasLocal) return undefined;
      // They list what the project needs, not files: what they say may be worked out by code.
      if (own.some((place) => /\.(?:toml|py|cfg)$/.test(place))) return undefined;
      if (pip.tool === 'uv' && UV_SETTINGS.some((name) => isInContext(joinPath(directory, name), install.command, project)))
        return undefined;
      isRead &&= listed.complete;
      places.push(...own, ...constraints.map((file) => joinPath(directory, file)), ...listed.places);
    } else if (conda !== undefined) {
      const read = own.map((place) => environmentFile(place, install.command, project));
      if (read.some((text) => text !== undefined && NAMES_FILES.test(text))) return undefined;
      isRead &&= !read.includes(undefined);
      places.push(...own);
    } else return undefined;
  }
  return { places: [...new Set(places)], isRead };
}

/** Variables that give pip and uv more files to read. */
const READING_VARIABLES = [
  'PIP_CONSTRAINT',
  'PIP_REQUIREMENT',
  'PIP_FIND_LINKS',
  'PIP_CONFIG_FILE',
  'UV_CONSTRAINT',
  'UV_OVERRIDE',
  'UV_FIND_LINKS',
  'UV_CONFIG_FILE',
];

function namesMoreFiles({ assignments, script: { stage, instruction } }: Command): boolean {
  return READING_VARIABLES.some(
    (name) => assignments.some((assignment) => assignment.name === name) || stage.environment.variable(name, instruction).kind !== 'absent',
  );
}

/** Where uv looks for its settings: in the directory in which it runs. */
const UV_SETTINGS = ['pyproject.toml', 'uv.toml'];

function isInContext(place: string, { script: { stage, instruction } }: Command, { context }: Project): boolean {
  const path = context?.fileAt(place, stage, instruction, WITH_BASE);
  return path !== undefined && context?.find(path) !== undefined;
}

/** In an environment file: pip's own options, paths and addresses of files. */
const NAMES_FILES = /^\s*-\s*(?:-|\.|file:|\S+\s*@\s*file:)/m;
const AS_IT_IS: Format<string> = (text) => text;

function environmentFile(place: string, { script: { stage, instruction } }: Command, { context }: Project): string | undefined {
  const path = context?.fileAt(place, stage, instruction, WITH_BASE);
  return path === undefined ? undefined : context?.read(path, AS_IT_IS)?.content;
}

function* copiesAbove(stage: Stage, run: RunInstruction): Generator<CopiedSource> {
  for (const instruction of stage.instructions) {
    if (instruction.span.start > run.span.start) return;
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') yield* sourcesOf(instruction, stage);
  }
}

function brings({ path, target, isPlaced, cargo }: CopiedSource, place: string): boolean {
  if (target === undefined || cargo === 'everything') return false;
  if (/[*?]/.test(path)) return target === parentOf(place) && bringsFile(path, place);
  return target === place || (!isPlaced && joinPath(target, baseName(path)) === place);
}

/** Whether the context has what a source names, as far as that is known: a build that fails today is not to be mended so. */
function isThere({ path }: CopiedSource, { context }: Project): boolean {
  return context?.directory === undefined || /[*?[]/.test(path) || context.find(inContext(path)) !== undefined;
}

/** Whether a directory that moves brings no file in the place of one that the installs read and another copy brings. */
function bringsNoOther(moved: CopiedSource, places: readonly string[], staying: readonly CopiedSource[], { context }: Project): boolean {
  const { target } = moved;
  if (target === undefined || isFile(moved)) return true;
  return places.every((place) => {
    const named = staying.find((source) => brings(source, place));
    if (named === undefined || !isInside(place, target)) return true;
    const own = inContext(directoryNamed(moved) + below(place, target));
    if (own === inContext(named.path)) return true;
    if (context?.directory === undefined) return moved.cargo !== 'everything';
    return context.find(own) === undefined;
  });
}

/** A single file under a name of its own. */
function isFile({ path, cargo }: CopiedSource): boolean {
  return cargo !== 'everything' && /\.[A-Za-z]\w*$/.test(path) && !/[*?]/.test(path);
}

/**
 * Whether no install can have to do with what moves: files that are no project, in a directory that is none. pip and conda read
 * code only where a setup.py or pyproject.toml lies beside it.
 */
function areAlone(moved: readonly CopiedSource[], staying: readonly CopiedSource[], stage: Stage, run: RunInstruction): boolean {
  if (stage.parent !== undefined || stage.triggers.length > 0) return false;
  const above = stage.instructions.filter(({ keyword, span }) => (keyword === 'COPY' || keyword === 'ADD') && span.start < run.span.start);
  const sources = above.reduce((sum, copy) => sum + (copy as CopyInstruction).sources.length + copy.heredocs.length, 0);
  if (sources !== moved.length + staying.length) return false;
  return moved.every((source) => {
    const { target } = source;
    if (target === undefined || !isFile(source) || !source.isPlaced || PROGRAM_DIRECTORIES.test(target)) return false;
    const directory = parentOf(target);
    return staying.every((other) => {
      if (other.target === undefined || /[*?]/.test(other.path)) return false;
      return isFile(other) ? !PROJECT_FILES.test(other.path) && other.target !== target : areApart(other.target, directory);
    });
  });
}

const PROJECT_FILES = /(?:^|\/)(?:setup\.\w+|pyproject\.toml)$/;
const PROGRAM_DIRECTORIES = /^\/(?:usr|lib|bin|sbin|etc|opt)\/|\/(?:site|dist)-packages\//;
