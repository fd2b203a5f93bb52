/**
 * What stands in front of an install in a stage: copies of code that make it run again at every edit.
 */
import type { Command, CopyInstruction, Instruction, RunInstruction, Script, Span, Stage, Word } from '../model/dockerfile.js';
import { joinPath } from '../model/environment.js';
import { copySource, inheritance } from '../model/stages.js';
import { imageFacts } from './images.js';
import { bringsFile, type Cargo, cargoOf, type ManifestInstall, manifestInstalls, pathWords } from './manifests.js';
import { once } from './once.js';
import { listed } from './requirement.js';

/** A source of a COPY from the build context. */
export interface CopiedSource {
  readonly copy: CopyInstruction;
  readonly word: Word;
  readonly path: string;
  readonly cargo: Cargo;
  /** Where it lands; undefined when that is not known. A file under its own name ends in it. */
  readonly target: string | undefined;
}

/** LIMIT: in longer stages only the latest copies and commands count, so that the time stays linear; real ones are shorter. */
const MOST_COPIED = 60;
const MOST_RAN = 120;

/** An install that runs again whenever some code changes. */
export interface BustedInstall {
  readonly install: ManifestInstall;
  /** The copies of code and of everything in front of it, in order; at least one. */
  readonly offenders: readonly CopiedSource[];
  /** Whether a COPY in front of it names one of its files. */
  readonly isManifestNamed: boolean;
}

/** The installs of a stage that stand behind copies of code. Copies of other stages do not count, nor from other stages. */
export const bustedInstalls = once((stage: Stage, script: (instruction: Instruction) => Script | undefined): readonly BustedInstall[] => {
  const done = new Set<string>([...inheritance(stage)].slice(1).flatMap((parent) => installSets(parent, script)));
  const busted: BustedInstall[] = [];
  const copied: CopiedSource[] = [];
  const ran: Command[] = [];
  const end = stage.instructions.findLastIndex((instruction) => installsOf(instruction, script).length > 0) + 1;
  for (const instruction of stage.instructions.slice(0, end)) {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') copied.push(...sourcesOf(instruction, stage));
    if (instruction.keyword !== 'RUN') continue;
    const commands = script(instruction)?.commands ?? [];
    const installs = installsOf(instruction, script);
    const before = new Set(done);
    let next = 0;
    let directory: string | undefined = directoryAt(stage, instruction);
    for (const command of commands) {
      if (command.name === 'cd') directory = changed(directory, command);
      const install = installs[next];
      if (install?.command !== command) {
        ran.push(command);
        continue;
      }
      next++;
      done.add(install.set);
      const isDone = before.has(install.set) || (install.projectOnly === true && before.size > 0);
      if (isDone || isBound(instruction, install, directory)) continue;
      const found = judge(install, directory, copied.slice(-MOST_COPIED), ran.slice(-MOST_RAN));
      if (found !== undefined) busted.push(found);
    }
  }
  return busted;
});

function installSets(stage: Stage, script: (instruction: Instruction) => Script | undefined): readonly string[] {
  return stage.instructions.flatMap((instruction) => installsOf(instruction, script).map(({ set }) => set));
}

function installsOf(instruction: Instruction, script: (instruction: Instruction) => Script | undefined): readonly ManifestInstall[] {
  const read = instruction.keyword === 'RUN' ? script(instruction) : undefined;
  return read === undefined ? [] : manifestInstalls(read);
}

function judge(
  install: ManifestInstall,
  directory: string | undefined,
  copied: readonly CopiedSource[],
  ran: readonly Command[],
): BustedInstall | undefined {
  const files = install.files.map((file) =>
    file.startsWith('/') ? file : directory === undefined ? undefined : joinPath(directory, file),
  );
  const isManifestNamed = copied.some(
    ({ path, cargo, target }) =>
      cargo !== 'everything' && install.files.some((file) => bringsFile(path, file) || (target !== undefined && files.includes(target))),
  );
  const offenders = copied.filter((source) => {
    if (source.target !== undefined && files.includes(source.target)) return false;
    if (source.cargo !== 'everything' && source.cargo !== 'code') return false;
    const holdsManifest = files.some((file) => file !== undefined && source.target !== undefined && isInside(file, source.target));
    // Neither named nor in this copy: the manifest comes from a clone, a download or another stage.
    if (!isManifestNamed && !holdsManifest) return false;
    if (source.cargo === 'everything') return true;
    // A package beside the project that uv, Poetry and the like install from its path has to be there.
    const isBeside =
      install.withoutProject !== undefined && directory !== undefined && source.target !== undefined && !isInside(source.target, directory);
    return !isBeside && install.projectOnly !== true && ((holdsManifest && !isManifestNamed) || !isNeeded(source, ran));
  });
  return offenders.length === 0 ? undefined : { install, offenders, isManifestNamed };
}

/** Whether a command in front of the install reads what was copied, so that it cannot move behind it. */
function isNeeded({ copy, path, target }: CopiedSource, ran: readonly Command[]): boolean {
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '');
  const isOf = (value: string): boolean =>
    value.replace(/^\.\//, '') === name ||
    value.endsWith(`/${name}`) ||
    value.replace(/^\.\//, '').startsWith(`${name}/`) ||
    (target !== undefined && isInside(value, target));
  return ran.some((command) => command.span.start > copy.span.start && pathWords(command).some(({ value = '' }) => isOf(value)));
}

function sourcesOf(copy: CopyInstruction, stage: Stage): readonly CopiedSource[] {
  if (copySource(copy) !== undefined || copy.destination === undefined) return [];
  const written = stage.environment.expand(copy.destination.text, copy);
  const workdir = directoryAt(stage, copy);
  const destination = written === undefined ? undefined : written.startsWith('/') ? joinPath('/', written) : joinPath(workdir, written);
  const isDirectory = written === undefined || /(?:^|\/)\.{0,2}$/.test(written) || copy.sources.length > 1;
  return copy.sources.flatMap((word) => {
    const path = stage.environment.expand(word.text, copy);
    if (path === undefined || /^(?:https?|git|ssh|s3):|^git@|\.git(?:#|$)/.test(path)) return [];
    const cargo = cargoOf(path, destination);
    const isFile = cargo !== 'everything' && /\.[A-Za-z]\w*$/.test(path);
    const target = destination !== undefined && isFile && isDirectory ? joinPath(destination, path.replace(/^.*\//, '')) : destination;
    return [{ copy, word, path, cargo, target }];
  });
}

/**
 * NOTE: where only the base image's directory is in force, `/` stands for it, and for an unknown one a name that no path
 * has: both sides of a comparison then do. Notebook images start in their HOME.
 */
function directoryAt(stage: Stage, instruction: Instruction): string {
  const workdir = stage.environment.workdir(instruction);
  if (workdir.kind === 'known') return workdir.value;
  if (workdir.kind === 'absent') {
    const facts = stage.base.kind === 'image' ? imageFacts(stage.base.reference) : undefined;
    return (facts?.purpose === 'notebook' ? facts.environment.get('HOME') : undefined) || '/';
  }
  const written = workdir.kind === 'unknown' && workdir.by.keyword === 'WORKDIR' ? workdir.by.value?.text : undefined;
  const path = written === undefined ? undefined : stage.environment.expand(written, workdir.by);
  if (path !== undefined && !path.startsWith('/')) return joinPath(directoryAt(stage, workdir.by), path);
  return `/?${workdir.by.span.start}`;
}

function changed(directory: string | undefined, { args }: Command): string | undefined {
  const path = args[0]?.value;
  if (path === undefined || path === '-' || path.startsWith('~')) return undefined;
  return path.startsWith('/') ? joinPath('/', path) : directory && joinPath(directory, path);
}

function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
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

/** The files an install reads, as paths of the build context, when `source` brings them. */
export function contextPaths({ path, target }: CopiedSource, { command, files }: ManifestInstall): readonly string[] {
  const directory = directoryAt(command.script.stage, command.script.instruction);
  const from = path
    .replace(/^\.?\/|^\.$|\*.*$/g, '')
    .replace(/\/?$/, '/')
    .replace(/^\/$/, '');
  return files.map((file) => {
    const place = file.startsWith('/') ? file : joinPath(directory, file);
    const inside = target !== undefined && isInside(place, target);
    return inside ? from + place.slice(target === '/' ? 1 : target.length + 1) : file.slice(file.lastIndexOf('/') + 1);
  });
}
