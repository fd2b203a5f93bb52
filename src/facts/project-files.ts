/**
 * What the files of the project say that a command reads: where the file lies in the image is followed back, through COPY,
 * mounts and stages, to the file of the build context that it is.
 */
import { type RequirementEntry, type RequirementsFile, readRequirements } from '../files/requirements.js';
import type { BuildContext, Format, ProjectFile } from '../model/context.js';
import type { Command, ScriptOf, ShellWord, Stage } from '../model/dockerfile.js';
import { baseName, joinPath, parentOf } from '../model/paths.js';
import { inheritance, runScripts } from '../model/stages.js';
import { condaInstalls } from './conda.js';
import { pathWords } from './manifests.js';
import { once } from './once.js';
import { type PipInstall, pipInstalls } from './pip.js';
import { type Requirement, readRequirement } from './requirement.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** A requirement that stands in a file of the project. */
export interface ListedRequirement {
  readonly entry: RequirementEntry;
  readonly requirement: Requirement;
  readonly file: ProjectFile<RequirementsFile>;
  /** The word of the command that names the file, or the file that includes it. */
  readonly word: ShellWord;
}

/** What the files that an install names say; included files are followed. */
export interface ListedRequirements {
  readonly requirements: readonly ListedRequirement[];
  /** What `-c` files say of packages that are only installed when something asks for them. */
  readonly constraints: readonly ListedRequirement[];
  /** Whether every file was found and nothing but what was read is installed from them. */
  readonly complete: boolean;
  /** Where the files that were read are in the image, included ones too: absolute. */
  readonly places: readonly string[];
  /** Whether a directory or file of the project is installed, or may be: `-e .`, `./lib`, `--find-links wheels`. */
  readonly hasLocal: boolean;
}

/** What a rule knows of the files around a Dockerfile. */
export interface Project {
  readonly context: BuildContext | undefined;
  readonly script: ScriptOf;
}

const REQUIREMENTS: Format<RequirementsFile> = (text) => readRequirements(text);

/** Files that include each other, `-r base.txt`, are followed as far as this many. */
const MOST_FILES = 50;

/** Nothing was read. */
const NOTHING: ListedRequirements = { requirements: [], constraints: [], complete: false, places: [], hasLocal: false };

/**
 * What an install takes from requirements files of the build context. Nothing of a file that is not the context's, or that a
 * command in front may have changed; requirements that cannot be read are left out.
 */
export function listedRequirements(install: PipInstall, { context, script }: Project): ListedRequirements {
  const { requirementFiles, constraintFiles, command } = install;
  if (context === undefined || requirementFiles.length + constraintFiles.length === 0) return NOTHING;
  const found = {
    requirements: [] as ListedRequirement[],
    constraints: [] as ListedRequirement[],
    complete: true,
    places: [] as string[],
    hasLocal: false,
  };
  const ask = (path: string, isConstraint: boolean): AskedFile => ({
    place: isPath(path) ? placeOf(path, command) : undefined,
    isConstraint,
    word: command.args.find(({ value }) => value?.endsWith(path)),
  });
  const asked = [...requirementFiles.map((path) => ask(path, false)), ...constraintFiles.map((path) => ask(path, true))];
  const seen = new Set<string>();
  for (const { place, isConstraint, word } of asked) {
    const key = `${isConstraint} ${place}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const file =
      place === undefined || seen.size > MOST_FILES ? undefined : projectFileAt(place, command, { context, script }, REQUIREMENTS);
    if (place === undefined || file === undefined || word === undefined) {
      found.complete = false;
      continue;
    }
    found.places.push(place);
    if (file.content.problems.length > 0) found.complete = false;
    for (const entry of file.content.entries) {
      if (entry.kind === 'option') {
        if (entry.name === '--find-links' && !/^https?:/.test(entry.value?.text ?? '')) found.hasLocal = true;
        continue;
      }
      if (entry.kind !== 'requirement') {
        const inside = isPath(entry.path.text) ? joinPath(parentOf(place), entry.path.text) : undefined;
        asked.push({ place: inside, isConstraint: isConstraint || entry.kind === 'constraint', word });
        continue;
      }
      const asks = readRequirement(entry.requirement.text);
      if (asks?.kind === 'local') found.hasLocal = true;
      const requirement = entry.isEditable ? undefined : asks;
      if (requirement === undefined) found.complete = false;
      else (isConstraint ? found.constraints : found.requirements).push({ entry, requirement, file, word });
    }
  }
  return found;
}

/** A file that an install reads, or that another one includes. */
interface AskedFile {
  /** Absolute; undefined for an address, and where the directory is not known. */
  readonly place: string | undefined;
  readonly isConstraint: boolean;
  /** The word of the command that names it, or the file that includes it. */
  readonly word: ShellWord | undefined;
}

/**
 * The file of the build context that a command finds at an absolute place of the image, read as a format; undefined where it is
 * none of the context's, or a command in front may have changed it.
 */
export function projectFileAt<Content>(
  place: string,
  command: Command,
  { context, script }: Project,
  format: Format<Content>,
): ProjectFile<Content> | undefined {
  const { stage, instruction } = command.script;
  const path = context?.fileAt(place, stage, instruction, WITH_BASE);
  if (path === undefined || isChanged(baseName(place), command, script)) return undefined;
  return context?.read(path, format);
}

/** Whether a command in front of another names a file, and does more than install from it: `sed -i /torch/d requirements.txt`. */
function isChanged(name: string, before: Command, script: ScriptOf): boolean {
  const { stage } = before.script;
  if ((touchedNames(stage, script).get(name) ?? Infinity) < before.span.start) return true;
  return [...inheritance(stage)].slice(1).some((parent) => touchedNames(parent, script).has(name));
}

/** The names of files that the RUNs of a stage may change, and the offset of the first command that does. */
const touchedNames = once((stage: Stage, script: ScriptOf): ReadonlyMap<string, number> => {
  const names = new Map<string, number>();
  for (const { commands } of runScripts(stage.instructions, script)) {
    for (const command of commands) {
      if (READERS.has(command.name) || pipInstalls(command) !== undefined || condaInstalls(command) !== undefined) continue;
      const targets = command.redirects.flatMap(({ operator, target }) => (operator.includes('>') && target ? [target] : []));
      for (const { value = '' } of [...pathWords(command), ...targets]) {
        const name = baseName(value);
        if (!names.has(name)) names.set(name, command.span.start);
      }
    }
  }
  return names;
});

/** Programs that change no file they name. */
const READERS: ReadonlySet<string> = new Set(['cat', 'ls', 'test', '[', 'echo', 'head', 'tail', 'stat', 'chown', 'chmod']);

/** Whether pip finds a file by this name on its disk. */
function isPath(name: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:|^-$|\$\{/i.test(name);
}

/** The absolute place of a file that a command names; undefined where the directory it runs in is not known. */
export function placeOf(path: string, command: Command): string | undefined {
  const directory = directoryOf(command);
  if (path.startsWith('/')) return joinPath('/', path);
  return directory && joinPath(directory, path);
}
