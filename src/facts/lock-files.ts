/**
 * Whether the lock beside a project's manifest reaches the command that installs from it: both are followed from the image back
 * to the build context.
 */
import type { BuildContext } from '../model/context.js';
import { landingOf } from '../model/copies.js';
import type { Command, CopyInstruction, Instruction, Stage } from '../model/dockerfile.js';
import { baseName, inDirectory, isInside, joinPath, parentOf } from '../model/paths.js';
import { copySource, inheritance } from '../model/stages.js';
import { bringsFile, cargoOf } from './manifests.js';
import { once } from './once.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** What becomes of the lock of a project. */
export interface LockArrival {
  /** Paths in the build context. */
  readonly manifest: string;
  /** Where the lock is, or would be. */
  readonly lock: string;
  /** *there*: the command finds it. *ignored*: the ignore file keeps it from the build. *left out*: nothing brings it.
   *  *none*: the context has no lock. */
  readonly state: 'there' | 'ignored' | 'left out' | 'none';
}

/** Which files a tool looks for, and where. */
export interface ProjectFiles {
  readonly manifest: string;
  readonly lock: string;
  /** Relative to the command's directory, where the command names another one. */
  readonly directory?: string;
}

/**
 * What becomes of the lock when a command looks for it; undefined without context, where the manifest is not the context's, and
 * where the lock may come by a way that cannot be followed.
 */
export function lockArrival(
  command: Command,
  { manifest: manifestName, lock: lockName, directory: below = '.' }: ProjectFiles,
  context: BuildContext | undefined,
): LockArrival | undefined {
  const start = directoryOf(command);
  if (context === undefined || start === undefined) return undefined;
  const { stage, instruction } = command.script;
  const directory = joinPath(start, below);
  const manifest = context.fileAt(joinPath(directory, manifestName), stage, instruction, WITH_BASE);
  // Under another name it is another project's, or none whose lock could be known: `COPY pyproject.flink.toml pyproject.toml`.
  if (manifest === undefined || baseName(manifest) !== manifestName) return undefined;
  const place = joinPath(directory, lockName);
  const lock = inDirectory(parentOf(manifest), lockName);
  if (context.fileAt(place, stage, instruction, WITH_BASE) !== undefined) return { manifest, lock, state: 'there' };
  if (context.entry(lock)?.kind !== 'file') return hasLockAbove(context, lock) ? undefined : { manifest, lock, state: 'none' };
  if (mayComeOtherwise(command, place)) return undefined;
  return { manifest, lock, state: context.isIgnored(lock) ? 'ignored' : 'left out' };
}

/** The members of a workspace share the lock at its root. */
function hasLockAbove(context: BuildContext, lock: string): boolean {
  const name = baseName(lock);
  for (let at = parentOf(lock); at !== ''; ) {
    at = parentOf(at);
    if (context.entry(inDirectory(at, name)) !== undefined) return true;
  }
  return false;
}

/** Whether something names the lock, or brings files from another stage or image to where it would lie. */
function mayComeOtherwise({ script: { stage, instruction } }: Command, place: string): boolean {
  if (instruction.keyword === 'RUN' && instruction.mounts.some(({ options }) => options.has('from'))) return true;
  const name = baseName(place);
  return isInFront(stage, instruction, `other ways to ${place}`, (other, each) => {
    if (other.keyword === 'COPY' || other.keyword === 'ADD') return namesOrCovers(other, each, place);
    return other.keyword === 'RUN' && writesTo(other.logical.text, name);
  });
}

/** Where a stage has the first instruction that answers a question; kept, because every install of a stage asks the same. */
const firsts = once((_stage: Stage) => new Map<string, number>());

/** Whether an instruction at or in front of another one, in its stage or those it is built from, is what `isIt` looks for. */
function isInFront(stage: Stage, before: Instruction, question: string, isIt: (other: Instruction, stage: Stage) => boolean): boolean {
  for (const each of inheritance(stage)) {
    const known = firsts(each);
    const first = known.get(question) ?? firstOf(each, isIt);
    known.set(question, first);
    if (first <= (each === stage ? before.span.start : Number.MAX_SAFE_INTEGER)) return true;
  }
  return false;
}

function firstOf(stage: Stage, isIt: (other: Instruction, stage: Stage) => boolean): number {
  if (stage.triggers.some((trigger) => isIt(trigger, stage))) return -1;
  return stage.instructions.find((each) => isIt(each, stage))?.span.start ?? Infinity;
}

function namesOrCovers(copy: CopyInstruction, stage: Stage, place: string): boolean {
  const landing = landingOf(copy, stage, WITH_BASE);
  if (copySource(copy) !== undefined) return landing === undefined || isInside(place, landing.path) || isInside(landing.path, place);
  return copy.heredocs.length > 0 && (landing === undefined || isInside(place, landing.path));
}

/** `mv`, `cp`, `curl -o` and the like name what they write; a command that makes a lock need not. */
function writesTo(text: string, name: string): boolean {
  return text.includes(name) || /\bgit\s+(?:clone|fetch)\b/.test(text);
}

/** Whether an instruction in front of a command in its stages brings a file of this name, by the words alone: patterns too. */
export function isNamedInFront({ script: { stage, instruction } }: Command, name: string): boolean {
  const mounts = instruction.keyword === 'RUN' ? instruction.mounts : [];
  if (mounts.some(({ options }) => bringsByName(options.get('source') ?? '', name, options.get('target')))) return true;
  return isInFront(
    stage,
    instruction,
    `brings ${name}`,
    (other) => (other.keyword === 'COPY' || other.keyword === 'ADD') && other.sources.some(({ text }) => bringsByName(text, name)),
  );
}

function bringsByName(source: string, name: string, target?: string): boolean {
  return (source !== '' && bringsFile(source, name)) || cargoOf(source === '' && target !== undefined ? '.' : source) === 'everything';
}
