/**
 * What is known of the layers of a build for somebody who looks at them: what each installs, brings and keeps outside the
 * image. Nothing is estimated: no size that the build context does not tell, no package that no word and no file names.
 */
import { contextPaths } from '../model/copies.js';
import type { CopyInstruction, Dockerfile, Instruction, RunInstruction, Script, Stage } from '../model/dockerfile.js';
import { type BroughtFiles, type Installed, type LayerContents, type Rebuild, type StageLayers, stageLayers } from '../model/layers.js';
import { copySource, resolveFileSource } from '../model/stages.js';
import { aptCalls, installs, packageNames } from './apt.js';
import { condaCalls } from './conda.js';
import { codeSources, sourcesOf } from './layer-order.js';
import { cargoOf, manifestInstalls } from './manifests.js';
import { addedPackages } from './package-sources.js';
import { pipCalls } from './pip.js';
import { listedRequirements, type Project } from './project-files.js';
import { WITH_BASE } from './working-directory.js';

/** The layers of a Dockerfile. Reads the build context, where there is one, which linting may not have needed. */
export function layersOf(dockerfile: Dockerfile, { context, script }: Project): readonly StageLayers[] {
  const project = { context, script, left: MOST_LOOKED_AT };
  return stageLayers(dockerfile, {
    contents: (instruction, stage) => contentsOf(instruction, stage, project),
    rebuild: (instruction, stage) =>
      instruction.keyword === 'RUN' ? rebuildOfMounts(instruction, dockerfile) : rebuildOfCopy(instruction, stage, dockerfile, project),
  });
}

/** The project, and how many files may still be looked at. */
interface Look extends Project {
  left: number;
}

/** LIMIT: of a file that copies a large context again and again, the last copies are not counted. */
const MOST_LOOKED_AT = 500_000;

/** Code may come from a named build context, of which nothing is known. */
function rebuildOfCopy(copy: CopyInstruction, stage: Stage, dockerfile: Dockerfile, project: Look): Rebuild {
  const from = copySource(copy);
  if (from !== undefined) return resolveFileSource(dockerfile, from, true).kind === 'unknown' ? 'perhaps' : 'never';
  const sources = codeSources(copy, stage, project.context);
  // Whatever lies in the context today, code that is written tomorrow is among it.
  if (sources.some(({ cargo }) => cargo === 'everything')) return 'always';
  const brought = sources.length === 0 ? [] : broughtPaths(copy, stage, project);
  const isKnown = brought.length > 0 && brought.length < MOST_COUNTED;
  if (isKnown ? brought.some(isCode) : sources.some(({ path }) => isCode(path) || !/\.\w+$/.test(path))) return 'always';
  const known = new Set(sourcesOf(copy, stage).map(({ word }) => word));
  return contextPaths(copy, stage, WITH_BASE).some(({ word }) => !known.has(word)) ? 'perhaps' : 'never';
}

/** Files that people edit, as opposed to models, data and pictures. */
const isCode = (path: string): boolean =>
  /\.(?:py[xi]?|ipynb|r|rmd|qmd|jl|sh|m?js|tsx?|jsx|vue|java|scala|go|rs|c|cc|cpp|cu|h|sql|html|css|ya?ml|toml|json|md)$/i.test(path);

/** SPEC: what a RUN binds from the build context is part of what it is cached by; caches, secrets and ssh are not. */
function rebuildOfMounts({ mounts }: RunInstruction, dockerfile: Dockerfile): Rebuild {
  let rebuild: Rebuild = 'never';
  for (const { type, options } of mounts) {
    if (type !== 'bind') continue;
    const from = options.get('from');
    const source = options.get('source') ?? '';
    const isUnknown = from === undefined ? source.includes('$') : resolveFileSource(dockerfile, from, false).kind === 'unknown';
    const cargo = from === undefined && !isUnknown ? cargoOf(source, options.get('target')) : undefined;
    if (cargo === 'everything' || cargo === 'code') return 'always';
    if (isUnknown) rebuild = 'perhaps';
  }
  return rebuild;
}

function contentsOf(instruction: Instruction, stage: Stage, project: Look): LayerContents {
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
    const files = filesOf(instruction, stage, project);
    return { installs: [], cacheMounts: [], ...(files && { files }) };
  }
  if (instruction.keyword !== 'RUN') return NOTHING;
  const script = project.script(instruction);
  const caches = instruction.mounts.filter(({ type }) => type === 'cache').map(({ flag }) => flag.span);
  return { installs: script === undefined ? [] : installedBy(script, project), cacheMounts: caches };
}

const NOTHING: LayerContents = { installs: [], cacheMounts: [] };

/** Counting more takes longer than anybody waits: each has to be looked at for its size. */
const MOST_COUNTED = 20_000;

/** LIMIT: an archive that ADD unpacks counts as the file it is. */
function filesOf(copy: CopyInstruction, stage: Stage, project: Look): BroughtFiles | undefined {
  const { context } = project;
  if (context?.directory === undefined) return undefined;
  const named = contextPaths(copy, stage, WITH_BASE);
  const words = new Set<unknown>();
  const paths = broughtPaths(copy, stage, project, words);
  if (paths.length === 0) return undefined;
  let bytes = 0;
  for (const path of paths) bytes += context.find(path)?.size ?? 0;
  // A source that brings nothing may be made before the build.
  return { count: paths.length, bytes, complete: paths.length < MOST_COUNTED && named.every(({ word }) => words.has(word)) };
}

/** The paths in the context of what a COPY or ADD brings, each once. @param words gets the sources that bring some */
function broughtPaths(copy: CopyInstruction, stage: Stage, project: Look, words?: Set<unknown>): readonly string[] {
  const paths = new Set<string>();
  if (project.left <= 0) return [];
  for (const { path, word } of project.context?.brought(copy, stage, WITH_BASE) ?? []) {
    project.left--;
    if (paths.size === MOST_COUNTED) break;
    paths.add(path);
    words?.add(word);
  }
  return [...paths];
}

const OTHER_MANAGERS: ReadonlyMap<string, string> = new Map([
  ['apk', 'apk'],
  ['dnf', 'dnf'],
  ['microdnf', 'dnf'],
  ['yum', 'yum'],
]);

/** What a script installs, by where it comes from, in the order of its commands. */
function installedBy(script: Script, project: Project): readonly Installed[] {
  const tally = new Tally();
  for (const call of aptCalls(script)) {
    if (!installs(call)) continue;
    const names = packageNames(call);
    tally.add('apt', names, [], names.length === call.operands.length);
  }
  for (const command of script.commands) {
    const manager = OTHER_MANAGERS.get(command.name);
    const names = manager === undefined ? [] : addedPackages(command);
    if (manager !== undefined && names.length > 0)
      tally.add(
        manager,
        names,
        [],
        command.args.every(({ value }) => value !== undefined),
      );
  }
  for (const install of pipCalls(script)) {
    if (install.action !== 'install') continue;
    const listed = listedRequirements(install, project);
    const requirements = [...install.packages, ...listed.requirements].map(({ requirement }) => requirement);
    const names = requirements.flatMap((requirement) => ('name' in requirement ? (requirement.name ?? []) : []));
    const lists = listed.complete ? [] : install.requirementFiles.filter(isPath);
    tally.add('PyPI', names, lists, install.dynamic.length === 0);
  }
  for (const install of condaCalls(script)) {
    const names = install.packages.map(({ name }) => name);
    tally.add('conda', names, install.files.filter(isPath), install.dynamic.length === 0);
  }
  for (const { command, files, set } of manifestInstalls(script)) {
    const from = ORIGINS.get(command.name) ?? ORIGINS.get(set);
    if (from !== undefined) tally.add(from, [], files, true);
  }
  return tally.all();
}

/** Where packages come from that `manifests.ts` knows of and no reader above: by the program, or by what is installed. */
const ORIGINS: ReadonlyMap<string, string> = new Map([
  ['uv', 'PyPI'],
  ['poetry', 'PyPI'],
  ['pdm', 'PyPI'],
  ['pipenv', 'PyPI'],
  ['project', 'PyPI'],
  ['pixi', 'conda'],
  ['npm', 'npm'],
  ['pnpm', 'npm'],
  ['yarn', 'npm'],
  ['renv', 'CRAN'],
  ['julia', 'Julia’s registry'],
]);

/** An address may carry a password, and is no file. */
const isPath = (file: string): boolean => !file.includes(':');

/** What has been counted, by where it comes from. */
class Tally {
  private readonly counts = new Map<string, { readonly names: Set<string>; readonly lists: Set<string>; complete: boolean }>();

  add(from: string, names: readonly string[], lists: readonly string[], complete: boolean): void {
    if (names.length + lists.length === 0 && complete) return;
    const counted = this.counts.get(from) ?? { names: new Set(), lists: new Set(), complete: true };
    this.counts.set(from, counted);
    for (const name of names) counted.names.add(name);
    for (const list of lists) counted.lists.add(list);
    counted.complete &&= complete;
  }

  all(): readonly Installed[] {
    return [...this.counts].map(([from, { names, lists, complete }]) => ({ from, packages: names.size, lists: [...lists], complete }));
  }
}
