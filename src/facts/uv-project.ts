/**
 * The project of a call of uv: what its pyproject.toml says about what is installed, and which stages make its environment.
 *
 * Source: docs.astral.sh/uv/concepts/projects (2026-11): the group `dev` is installed unless told otherwise, a project with a build
 * system is a package, and a workspace or a path asks for the manifests of others.
 */
import { type Pyproject, readPyproject } from '../files/pyproject.js';
import { at } from '../files/tree.js';
import type { BuildContext } from '../model/context.js';
import { landingOf } from '../model/copies.js';
import type { Dockerfile, Instruction, ScriptOf, Stage } from '../model/dockerfile.js';
import { baseName, isInside, joinPath } from '../model/paths.js';
import { copySource, inheritance, resolveFileSource, runScripts } from '../model/stages.js';
import { factsOfBase } from './images.js';
import { pipCalls } from './pip.js';
import { type ProjectTraits, type UvCall, uvCalls } from './uv.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** What is known of the project where a call runs; undefined where the build context does not show it. */
export function uvProject({ command }: UvCall, context: BuildContext | undefined): ProjectTraits | undefined {
  const directory = directoryOf(command);
  const { stage, instruction } = command.script;
  const place = directory === undefined ? undefined : joinPath(directory, 'pyproject.toml');
  const path = place === undefined ? undefined : context?.fileAt(place, stage, instruction, WITH_BASE);
  const pyproject = path === undefined ? undefined : context?.read(path, readPyproject)?.content;
  return pyproject && traitsOf(pyproject);
}

function traitsOf({ uv, dependencies, buildSystem, root }: Pyproject): ProjectTraits {
  const hasDevelopment =
    uv?.defaultGroups === undefined
      ? dependencies.some(({ group }) => group.kind === 'group' && group.name === 'dev')
      : uv.defaultGroups.length > 0;
  const sources = [...(uv?.sources.values() ?? [])].flat();
  return {
    hasDevelopment,
    isPackage: uv?.isPackage ?? buildSystem !== undefined,
    needsOthers: at(root, 'tool', 'uv', 'workspace') !== undefined || sources.some(({ kind }) => kind === 'path' || kind === 'workspace'),
  };
}

/** A stage, those it is built from, and those whose files are copied into it: an environment may come from each. */
export function buildingStages(stage: Stage, dockerfile: Dockerfile): readonly Stage[] {
  const own = [...inheritance(stage)];
  const copied = own.flatMap(({ instructions }) => instructions.flatMap((each) => sourceStage(each) ?? []));
  return [...own, ...copied.flatMap((each) => [...inheritance(each)])];

  function sourceStage(instruction: Instruction): Stage | undefined {
    const from = instruction.keyword === 'COPY' ? copySource(instruction) : undefined;
    const source = from === undefined ? undefined : resolveFileSource(dockerfile, from, true);
    return source?.kind === 'stage' ? source.stage : undefined;
  }
}

/** The last `uv sync` of some stages; of several stages the first one that has any counts. */
export function lastSync(chain: readonly Stage[], script: ScriptOf): UvCall | undefined {
  for (const { instructions } of chain) {
    const calls = runScripts(instructions, script).flatMap((each) => (each.instruction.keyword === 'RUN' ? uvCalls(each) : []));
    const found = calls.findLast(({ action }) => action === 'sync');
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether nothing but this file can have made an environment: the base is known, no other image or installer has a part. */
export function isAllThereIs(stage: Stage, chain: readonly Stage[], script: ScriptOf): boolean {
  const facts = factsOfBase(stage.base);
  if (facts === undefined || facts.purpose !== undefined) return false;
  return chain.every(({ instructions }) =>
    instructions.every((each) => {
      if (each.keyword === 'COPY') return !/venv/.test(each.logical.text);
      const read = each.keyword === 'RUN' ? script(each) : undefined;
      return (
        read === undefined ||
        (read.complete && pipCalls(read).length === 0 && uvCalls(read).length === 0 && !/venv/.test(each.logical.text))
      );
    }),
  );
}

/**
 * Whether a call runs where no project is: its environment came out of another stage, and nothing that this one copies or makes can put a
 * pyproject.toml into the working directory or above it. uv takes the environment as it is then.
 */
export function isWithoutProject({ command }: UvCall, sync: UvCall, stage: Stage): boolean {
  const directory = directoryOf(command);
  const own = [...inheritance(stage)];
  if (directory === undefined || directory.includes('?') || own.includes(sync.command.script.stage)) return false;
  if (factsOfBase(stage.base) === undefined) return false;
  return own.every((each) => each.instructions.every((instruction) => !bringsProject(instruction, each, directory)));
}

function bringsProject(instruction: Instruction, stage: Stage, directory: string): boolean {
  if (instruction.keyword === 'RUN') return /pyproject|\b(?:git|tar|unzip|cp|mv|rsync|uv init)\b/.test(instruction.logical.text);
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
  const landing = landingOf(instruction, stage, WITH_BASE);
  const isAbove = landing === undefined || isInside(directory, landing.path);
  // Other files than the manifest stand beside one, or do not.
  return isAbove && instruction.sources.some(({ text }) => !/.\.\w+$/.test(baseName(text)) || /pyproject|[*?$[]/.test(baseName(text)));
}

/** Whether `uv run main.py` runs a script with a list of its own (PEP 723), or may do so where no sync shows that there is a project. */
export function carriesItsDependencies(
  { operands: [first], command }: UvCall,
  sync: UvCall | undefined,
  context: BuildContext | undefined,
): boolean {
  if (first === undefined || first.value === undefined) return first !== undefined;
  if (!/\.pyw?$/.test(first.value)) return /^https?:|^-$/.test(first.value);
  const directory = directoryOf(command);
  const { stage, instruction } = command.script;
  const path = directory === undefined ? undefined : context?.fileAt(joinPath(directory, first.value), stage, instruction, WITH_BASE);
  const text = path === undefined ? undefined : context?.read(path, (content) => content)?.content;
  return text === undefined ? sync === undefined : /^# \/\/\/ script\s*$/m.test(text);
}
