/**
 * Which Python packages a stage installs, by whatever tool and from whatever file: pip and its relatives, uv, Poetry, PDM and
 * Pipenv with their locks, conda and its environment files.
 *
 * LIMIT: what a pip without a lock installs besides what it is asked for, the dependencies, is not known.
 */
import { type CondaEnvironment, readEnvironment } from '../files/environment.js';
import { type Lock, readLock } from '../files/locks.js';
import { readPipfile } from '../files/pipfile.js';
import { type Pyproject, readPyproject, type TableDependency } from '../files/pyproject.js';
import type { RequirementEntry } from '../files/requirements.js';
import { entriesAt, textAt } from '../files/tree.js';
import type { Format, ProjectFile } from '../model/context.js';
import type { Command, Script, ShellWord, SourceFile, Span, Stage } from '../model/dockerfile.js';
import { baseName, joinPath, parentOf } from '../model/paths.js';
import { inheritance, runScripts } from '../model/stages.js';
import { isProjectScript } from './apt.js';
import { type CondaInstall, condaInstalls, fetchesPackages, readSpecification } from './conda.js';
import { type Machine, markerHolds } from './environment-markers.js';
import { factsOfBase } from './images.js';
import { type ReachedPackage, reachedPackages, type Wanted } from './locked-packages.js';
import { once } from './once.js';
import { type PipInstall, pipInstalls, uninstalledAfter, uninstalls } from './pip.js';
import { listedRequirements, type Project, placeOf, projectFileAt } from './project-files.js';
import { type ProjectInstall, projectInstall } from './project-installs.js';
import { normalizedName } from './python-packages.js';
import { type Requirement, readRequirement } from './requirement.js';

/** A Python distribution that a stage installs. */
export interface InstalledPackage {
  /** As PyPI compares names ({@link normalizedName}); for a repository or address without one, what its last part says. */
  readonly name: string;
  /** Where it is pinned or locked: the exact version. */
  readonly version?: string;
  /** As asked for, where it is asked for by name, path or address; absent for what only a lock names. */
  readonly requirement?: Requirement;
  readonly extras: readonly string[];
  /** The environment marker as written, where it is not known whether it holds; what is not for Linux is left out. */
  readonly marker?: string;
  /** False: a lock or a compiled requirements file names it, perhaps only as a dependency of another. */
  readonly isDirect: boolean;
  /** `conda` and `pixi`: a conda package, no wheel. What the `pip:` list of an environment file names is of `pip`. */
  readonly tool: 'pip' | 'pipx' | 'conda' | 'pixi' | ProjectInstall['tool'];
  /** An index, or a place that is none: then it may be built from source. */
  readonly from: 'registry' | 'git' | 'url';
  readonly command: Command;
  /** Of calls of pip, `uv pip` and pipx: their options and indexes. */
  readonly install?: PipInstall;
  /** Where it stands in the Dockerfile: its own word, the word that names the file, or the tool's verb (`sync`). */
  readonly word: ShellWord;
  /** Where it is listed. */
  readonly file?: { readonly source: SourceFile; readonly span: Span };
  /** A later RUN uninstalls it again: its files stay in the layer, but no program can import it. */
  readonly isRemovedLater: boolean;
}

/** What a stage installs. */
export interface PythonInstalls {
  /** In the order of the commands; also twice. */
  readonly packages: readonly InstalledPackage[];
  /** What `pip wheel` builds: not installed, or not by this command. */
  readonly wheels: readonly InstalledPackage[];
  /** False: something else is or may be installed besides, from a file that is not known, by a script, by an option. */
  readonly complete: boolean;
}

/** What a stage installs, with the stages it is built from. Nothing is known of its base image's own packages. */
export const pythonInstalls = once((stage: Stage, project: Project): PythonInstalls => {
  const parts = [...inheritance(stage)].reverse().map((each) => ownInstalls(each, project));
  const later = new Map<string, number>();
  for (const { removed } of parts) for (const [name, offset] of removed) later.set(name, Math.max(offset, later.get(name) ?? -1));
  const packages = parts.flatMap((part) => part.packages);
  return {
    packages:
      later.size === 0
        ? packages
        : packages.map((each) => ((later.get(each.name) ?? -1) > each.command.span.start ? { ...each, isRemovedLater: true } : each)),
    wheels: parts.flatMap(({ wheels }) => wheels),
    complete: parts.every(({ complete }) => complete),
  };
});

/** The packages of {@link pythonInstalls}. */
export function pythonPackages(stage: Stage, project: Project): readonly InstalledPackage[] {
  return pythonInstalls(stage, project).packages;
}

interface OwnInstalls extends PythonInstalls {
  /** Where the last `pip uninstall` of a name stands. */
  readonly removed: ReadonlyMap<string, number>;
}

const ownInstalls = once((stage: Stage, project: Project): OwnInstalls => {
  const scripts = runScripts([...stage.triggers, ...stage.instructions], project.script);
  const found = scripts.flatMap(({ commands }) => commands.flatMap((command) => installsOf(command, project) ?? []));
  const isForeign = (script: Script): boolean => !script.complete || script.commands.some(isProjectScript);
  const removed = scripts.flatMap((script) =>
    uninstalls(script).flatMap(({ start, names }) => names.map((name): [string, number] => [name, start])),
  );
  return {
    packages: found.flatMap(({ packages }) => packages),
    wheels: found.flatMap(({ wheels }) => wheels),
    complete: found.every(({ complete }) => complete) && !scripts.some(isForeign),
    removed: new Map(removed),
  };
});

/** What one command installs; undefined when it installs nothing. */
function installsOf(command: Command, project: Project): PythonInstalls | undefined {
  const pip = pipInstalls(command);
  if (pip !== undefined) return pip.action === 'download' ? undefined : pipPackages(pip, project);
  const conda = condaInstalls(command);
  if (conda !== undefined) return fetchesPackages(conda) ? condaPackages(conda, project) : undefined;
  const install = projectInstall(command);
  if (install !== undefined) return projectPackages(install, project);
  return lockedEnvironment(command, project) ?? toolPackages(command);
}

/** What is the same of all packages of a command. */
type Common = Pick<InstalledPackage, 'tool' | 'command' | 'word' | 'isRemovedLater'> & Partial<Pick<InstalledPackage, 'install'>>;

function commonOf(command: Command, tool: InstalledPackage['tool'], word: ShellWord, install?: PipInstall): Common {
  return { tool, command, word, isRemovedLater: false, ...(install !== undefined && { install }) };
}

function machineOf({ script: { stage } }: Command): Machine {
  return { python: factsOfBase(stage.base)?.python?.minor };
}

function pipPackages(install: PipInstall, project: Project): PythonInstalls {
  const { command, tool } = install;
  const removed = uninstalledAfter(install);
  const machine = machineOf(command);
  let complete = install.dynamic.length === 0 && !command.wrappers.some(({ name }) => name === 'xargs') && !install.options.has('--group');
  const packages: InstalledPackage[] = [];
  for (const { word, text, requirement } of install.packages) {
    const common = commonOf(command, tool, word, install);
    if (requirement.kind !== 'local') packages.push(...requested(text, requirement, common, machine));
    else if (!isArchive(text)) {
      const local = install.options.has('--no-deps') ? NONE : localProject(text, common, project);
      packages.push(...local.packages);
      complete &&= local.complete;
    } else complete = false;
  }
  const files = listedRequirements(install, project);
  for (const { entry, requirement, file, word } of files.requirements) {
    packages.push(...listedPackage(entry, requirement, file, commonOf(command, tool, word, install), machine));
  }
  const projects = install.requirementFiles.filter((path) => baseName(path) === 'pyproject.toml');
  for (const path of projects) {
    const word = command.args.find(({ value }) => value?.endsWith(path)) ?? install.verb;
    const place = placeOf(path, command);
    const local = projectDependencies(place, optionValues(install, '--extra'), commonOf(command, tool, word, install), project);
    packages.push(...local.packages);
    complete &&= local.complete;
  }
  const readsFiles = install.requirementFiles.length > projects.length;
  if (readsFiles && (!files.complete || files.hasLocal)) complete = false;
  const kept = removed.size === 0 ? packages : packages.filter(({ name }) => !removed.has(name));
  return install.action === 'wheel' ? { packages: [], wheels: kept, complete } : { packages: kept, wheels: [], complete };
}

const NONE: PythonInstalls = { packages: [], wheels: [], complete: true };

function isArchive(path: string): boolean {
  return /\.(?:whl|zip|gz|bz2|xz|tgz)(?:\[.*\])?$|\*$/.test(path);
}

function optionValues({ options }: PipInstall, name: string): readonly string[] {
  const value = options.get(name)?.value;
  return value === undefined ? [] : [value];
}

/** A package that a requirement asks for; none where its marker keeps it from Linux, or nothing tells its name. */
function requested(text: string, requirement: Requirement, common: Common, machine: Machine): readonly InstalledPackage[] {
  const written = text.includes(';') ? text.slice(text.indexOf(';') + 1).trim() : '';
  const [, name = '', extras = ''] = /^\s*([\w.-]+)\s*\[([^\]]*)\]/.exec(text) ?? [];
  const parts = { marker: written === '' ? undefined : written, extras: name === '' ? [] : itemsOf(extras) };
  return packageFor(requirement, { ...parts, address: text }, common, machine);
}

function itemsOf(list: string): readonly string[] {
  return list.split(',').flatMap((item) => item.trim() || []);
}

function listedPackage(
  entry: RequirementEntry,
  requirement: Requirement,
  { source, content }: ProjectFile<object>,
  common: Common,
  machine: Machine,
): readonly InstalledPackage[] {
  const { text, span } = entry.requirement;
  const isDirect = !('generatedBy' in content);
  return requested(text, requirement, common, machine).map((each) => ({ ...each, isDirect, file: { source, span } }));
}

interface RequirementParts {
  readonly marker: string | undefined;
  readonly extras: readonly string[];
  /** The text that may be an address. */
  readonly address: string;
}

function packageFor(
  requirement: Requirement,
  { marker, extras, address }: RequirementParts,
  common: Common,
  machine: Machine,
): readonly InstalledPackage[] {
  if (requirement.kind === 'local') return [];
  const holds = marker === undefined ? true : markerHolds(marker, machine);
  const name = requirement.name ?? nameInAddress(address);
  if (holds === false || name === undefined) return [];
  return [
    {
      ...common,
      name: normalizedName(name),
      ...(requirement.kind === 'name' && requirement.version !== undefined && { version: requirement.version }),
      requirement,
      extras,
      ...(holds === undefined && marker !== undefined && { marker }),
      isDirect: true,
      from: requirement.kind === 'vcs' ? 'git' : requirement.kind === 'url' ? 'url' : 'registry',
    },
  ];
}

/** `https://host/torch-2.9.1-cp312-cp312-linux_x86_64.whl` → torch; `git+https://github.com/org/pkg.git@v1` → pkg. */
function nameInAddress(address: string): string | undefined {
  const path = address.replace(/[?#].*$/, '').replace(/(?<=\/[^/]*)@[^@]*$/, '');
  const last = baseName(path.replace(/\/$/, ''));
  const wheel = /^([A-Za-z0-9_.]+)-[^-]+-.*\.whl$/.exec(last)?.[1];
  return wheel ?? /^([A-Za-z0-9][\w.-]*?)(?:\.git)?$/.exec(last)?.[1];
}

/** `pip install .[serve]`: what the project's own file lists. */
function localProject(path: string, common: Common, project: Project): PythonInstalls {
  const [, directory = path, extras = ''] = /^(.*?)(?:\[([^\]]*)\])?$/.exec(path) ?? [];
  const place = placeOf(`${directory.replace(/^file:(?:\/\/)?/, '')}/pyproject.toml`, common.command);
  return projectDependencies(place, itemsOf(extras), common, project);
}

const PYPROJECT: Format<Pyproject> = (text) => readPyproject(text);

function projectDependencies(place: string | undefined, extras: readonly string[], common: Common, project: Project): PythonInstalls {
  const file = place === undefined ? undefined : projectFileAt(place, common.command, project, PYPROJECT);
  if (file === undefined) return { ...NONE, complete: false };
  const { content } = file;
  const isWanted: IsWanted = ({ kind, name = '' }) =>
    kind === 'main' || (kind === 'extra' && extras.some((extra) => normalizedName(extra) === normalizedName(name)));
  const complete = !content.dynamic.some(({ text }) => text.includes('dependencies')) && content.problems.length === 0;
  const isListed = content.dependencies.some(({ group }) => group.kind === 'main') || content.name !== undefined;
  return { packages: dependenciesOf(file, isWanted, common), wheels: [], complete: complete && isListed };
}

type IsWanted = (group: Pyproject['dependencies'][number]['group']) => boolean;

/** The packages that a project file lists in the tables that are asked for. */
function dependenciesOf({ content, source }: ProjectFile<Pyproject>, isWanted: IsWanted, common: Common): readonly InstalledPackage[] {
  const machine = machineOf(common.command);
  return content.dependencies.flatMap((dependency) => {
    if (dependency.kind === 'include' || !isWanted(dependency.group)) return [];
    if (dependency.kind === 'table') return tablePackage(dependency, source, common, machine);
    const { text, span } = dependency.requirement;
    const requirement = readRequirement(text);
    if (requirement === undefined) return [];
    return requested(text, requirement, common, machine).map((each) => ({ ...each, file: { source, span } }));
  });
}

/** LIMIT: of Poetry's own way to write a version (`^1.2`) only an exact one is taken over; optional ones are left out. */
function tablePackage(dependency: TableDependency, source: SourceFile, common: Common, machine: Machine): readonly InstalledPackage[] {
  const { name, version, extras, marker, isOptional, source: place, span } = dependency;
  if (isOptional || place?.kind === 'path' || place?.kind === 'workspace') return [];
  const exact = /^==\s*[\d.]+$|^\d+(?:\.\d+)+$/.test(version?.text ?? '') ? (version?.text ?? '').replace(/^==\s*/, '') : undefined;
  const requirement = readRequirement(exact === undefined ? name.text : `${name.text}==${exact}`);
  if (requirement === undefined) return [];
  const from = place?.kind === 'git' ? 'git' : place?.kind === 'url' ? 'url' : 'registry';
  const parts = { marker: marker?.text, extras, address: '' };
  return packageFor(requirement, parts, common, machine).map((each) => ({ ...each, from, file: { source, span } }));
}

const LOCK: Format<Lock | undefined> = (text, path) => readLock(baseName(path), text);
const PIPFILE: Format<Pyproject> = (text) => {
  const { dependencies, root, problems } = readPipfile(text);
  return { readme: [], licenseFiles: [], dynamic: [], dependencies, tools: new Set(), root, problems };
};

/** Which files a tool looks for. */
const FILES: Readonly<Record<ProjectInstall['tool'], { readonly project: string; readonly lock: string }>> = {
  uv: { project: 'pyproject.toml', lock: 'uv.lock' },
  poetry: { project: 'pyproject.toml', lock: 'poetry.lock' },
  pdm: { project: 'pyproject.toml', lock: 'pdm.lock' },
  pipenv: { project: 'Pipfile', lock: 'Pipfile.lock' },
};

/** A workspace's lock lies above its members; nobody has them deeper. */
const MOST_PARENTS = 5;

function projectPackages(install: ProjectInstall, project: Project): PythonInstalls {
  const { command, tool, verb, directory, named } = install;
  const common = commonOf(command, tool, verb);
  const machine = machineOf(command);
  const added = named.flatMap((word) => {
    const requirement = word.value === undefined ? undefined : readRequirement(word.value);
    return requirement === undefined ? [] : requested(word.value ?? '', requirement, { ...common, word }, machine);
  });
  const names = FILES[tool];
  const file =
    directory === undefined
      ? undefined
      : projectFileAt(joinPath(directory, names.project), command, project, tool === 'pipenv' ? PIPFILE : PYPROJECT);
  const lock = directory === undefined ? undefined : lockAbove(directory, names.lock, install, project);
  // `pipenv install requests` and the `add` of the others are done in a project that may list more.
  if (file === undefined && lock === undefined) {
    const isAlone = named.length > 0 && added.length === named.length;
    return { packages: added, wheels: [], complete: isAlone && install.isCertain };
  }
  const isWanted = wantedGroups(install, file?.content);
  const direct = file === undefined ? [] : dependenciesOf(file, isWanted, common);
  const locked = lock?.content === undefined ? undefined : lockedPackages(lock.content, { install, file, direct, isWanted, machine });
  if (lock === undefined || locked === undefined) return { packages: [...added, ...direct], wheels: [], complete: false };
  const files = new Map(direct.map((each) => [each.name, each.file]));
  const asked = new Map(direct.map((each) => [each.name, each]));
  const packages = locked.map(({ locked: { name: written, version, source }, isDirect, marker }): InstalledPackage => {
    const name = normalizedName(written);
    const listed = asked.get(name);
    return {
      ...common,
      name,
      ...(version !== undefined && { version }),
      ...(listed?.requirement !== undefined && { requirement: listed.requirement }),
      extras: listed?.extras ?? [],
      ...(marker !== undefined && { marker }),
      isDirect: isDirect || listed !== undefined,
      from: source.kind === 'git' ? 'git' : source.kind === 'url' ? 'url' : 'registry',
      file: files.get(name) ?? { source: lock.source, span: { start: 0, end: 0 } },
    };
  });
  return { packages: [...added, ...packages], wheels: [], complete: install.isCertain };
}

function lockAbove(directory: string, name: string, { command, tool }: ProjectInstall, project: Project) {
  let place = directory;
  for (let left = tool === 'uv' ? MOST_PARENTS : 1; left > 0; left--) {
    const lock = projectFileAt(joinPath(place, name), command, project, LOCK);
    if (lock !== undefined || place === '/') return lock;
    place = parentOf(place);
  }
  return undefined;
}

/** Which tables of a project file an install asks for. SPEC: uv has the group `dev` by default, Poetry all that are not optional. */
function wantedGroups(install: ProjectInstall, file: Pyproject | undefined): IsWanted {
  const { tool, hasMain, development, groups, leftOut, extras } = install;
  const defaults = tool === 'uv' ? (file?.uv?.defaultGroups?.map(({ text }) => text) ?? ['dev']) : undefined;
  const optional = new Set(tool === 'poetry' && file !== undefined ? optionalGroups(file) : []);
  const isDefault = (name: string): boolean => {
    if (development === 'none' || tool === 'pipenv') return false;
    if (development === 'all') return true;
    return defaults === undefined ? !optional.has(name) : defaults.includes(name) || defaults.includes('all');
  };
  const isGroup = (name: string): boolean => groups.has(name) || (isDefault(name) && !leftOut.has(name));
  const included = new Set<string>();
  // SPEC: a group that another one includes is installed with it.
  for (const dependency of file?.dependencies ?? []) {
    if (dependency.kind === 'include' && isGroup(dependency.group.name ?? '')) included.add(dependency.included.text);
  }
  return ({ kind, name = '' }) => {
    if (kind === 'main') return hasMain;
    if (kind === 'extra') return extras === 'all' || extras.has(name);
    return kind === 'group' && (isGroup(name) || included.has(name));
  };
}

function optionalGroups({ root }: Pyproject): readonly string[] {
  return entriesAt(root, 'tool', 'poetry', 'group').flatMap(({ key, value }) => (textAt(value, 'optional') === 'true' ? [key] : []));
}

interface Selected {
  readonly install: ProjectInstall;
  readonly file: ProjectFile<Pyproject> | undefined;
  readonly direct: readonly InstalledPackage[];
  readonly isWanted: IsWanted;
  readonly machine: Machine;
}

/** What of a lock is installed; undefined where that cannot be told. */
function lockedPackages(lock: Lock, selected: Selected): readonly ReachedPackage[] | undefined {
  if (lock.kind === 'uv') return uvPackages(lock, selected);
  const { isWanted, direct, machine } = selected;
  const hasGroups = lock.packages.some(({ groups }) => groups !== undefined);
  if (!hasGroups) return direct.length === 0 ? undefined : reachedPackages(lock, direct.map(wantedOf), machine);
  const isMain = (group: string): boolean => group === 'main' || group === 'default';
  const names = new Set(direct.map(({ name }) => name));
  return lock.packages.flatMap((locked) => {
    const groups = locked.groups ?? ['main'];
    const isIn = groups.some((group) =>
      isMain(group) ? isWanted({ kind: 'main' }) : isWanted({ kind: 'group', name: group }) || isWanted({ kind: 'extra', name: group }),
    );
    const holds = locked.marker === undefined ? true : markerHolds(locked.marker, machine);
    if (!isIn || holds === false || locked.source.kind === 'path') return [];
    // SPEC: what only an extra of the project asks for has the marker `extra == "x"`, of which nothing is known.
    const marker = holds === undefined ? locked.marker : undefined;
    return [{ locked, isDirect: names.has(normalizedName(locked.name)), ...(marker !== undefined && { marker }) }];
  });
}

function wantedOf({ name, extras, marker }: InstalledPackage): Wanted {
  return { name, extras, ...(marker !== undefined && { marker }) };
}

/** uv's lock holds the project itself, with its groups; a workspace has several. */
function uvPackages(lock: Lock, { install, file, isWanted, machine }: Selected): readonly ReachedPackage[] | undefined {
  const members = lock.packages.filter(({ source }) => source.kind === 'path');
  const name = install.member === undefined || install.member === 'all' ? file?.content.name?.text : install.member;
  const own = name === undefined ? [] : members.filter((member) => normalizedName(member.name) === normalizedName(name));
  const roots = install.member === 'all' ? members : own.length > 0 ? own : members.length === 1 ? members : [];
  if (roots.length === 0) return undefined;
  const wanted = roots.flatMap(({ dependencies = [] }) =>
    dependencies.filter(({ only }) => isWanted(only === undefined ? { kind: 'main' } : only)),
  );
  return reachedPackages(lock, wanted, machine).filter(({ locked }) => locked.source.kind !== 'path');
}

function condaPackages(install: CondaInstall, project: Project): PythonInstalls {
  const { command, files, dynamic } = install;
  let complete = dynamic.length === 0;
  const packages: InstalledPackage[] = install.packages.flatMap(({ word, text }) => condaPackage(text, commonOf(command, 'conda', word)));
  const named = files.length > 0 || !install.action.startsWith('env ') ? files : ['environment.yml'];
  for (const path of named) {
    const word = command.args.find(({ value }) => value?.endsWith(path)) ?? (command.args[0] as ShellWord);
    const place = placeOf(path, command);
    const common = commonOf(command, 'conda', word);
    const found = place === undefined ? undefined : (fromLock(place, common, project) ?? fromEnvironment(place, common, project));
    packages.push(...(found?.packages ?? []));
    complete &&= found?.complete === true;
  }
  return { packages, wheels: [], complete };
}

function condaPackage(text: string, common: Common): readonly InstalledPackage[] {
  const read = readSpecification(text);
  if (read === undefined) return [];
  const exact = /^[\w.:-]+\s*=+\s*(\d+(?:\.\d+)+)(?:=|$)/.exec(text)?.[1];
  return [
    {
      ...common,
      name: normalizedName(read.name),
      ...(exact !== undefined && { version: exact }),
      extras: [],
      isDirect: true,
      from: 'registry',
    },
  ];
}

const ENVIRONMENT: Format<CondaEnvironment | undefined> = (text) => readEnvironment(text);
const LINES: Format<readonly string[]> = (text) => text.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim());

function fromEnvironment(place: string, common: Common, project: Project): PythonInstalls | undefined {
  if (!/\.ya?ml$/.test(place)) return fromSpecifications(place, common, project);
  const file = projectFileAt(place, common.command, project, ENVIRONMENT);
  if (file?.content === undefined) return undefined;
  const { source, content } = file;
  const machine = machineOf(common.command);
  const own = content.dependencies.flatMap(({ text, span }) =>
    condaPackage(text, common).map((each) => ({ ...each, file: { source, span } })),
  );
  let complete = content.problems.length === 0;
  const ofPip = content.pip.flatMap((entry) => {
    const requirement = entry.kind === 'requirement' ? readRequirement(entry.requirement.text) : undefined;
    if (entry.kind !== 'option' && (requirement === undefined || requirement.kind === 'local')) complete = false;
    if (entry.kind !== 'requirement' || requirement === undefined) return [];
    return listedPackage(entry, requirement, { ...file, content }, { ...common, tool: 'pip' }, machine);
  });
  return { packages: [...own, ...ofPip], wheels: [], complete };
}

/** `conda install --file requirements.txt`: a specification a line. */
function fromSpecifications(place: string, common: Common, project: Project): PythonInstalls | undefined {
  const file = projectFileAt(place, common.command, project, LINES);
  if (file === undefined) return undefined;
  return { packages: file.content.flatMap((line) => (line === '' ? [] : condaPackage(line, common))), wheels: [], complete: true };
}

/** conda's and pixi's locks, for the machines an image may be built for. */
function fromLock(place: string, common: Common, project: Project): PythonInstalls | undefined {
  const file = projectFileAt(place, common.command, project, LOCK);
  if (file?.content === undefined) return undefined;
  const { source, content } = file;
  const onLinux = content.packages.filter(({ platform }) => platform === undefined || /^(?:linux-64|noarch)$/.test(platform));
  const packages = onLinux.map(({ name, version, manager }): InstalledPackage => {
    const tool = manager === 'pip' ? 'pip' : common.tool;
    const about = { ...(version !== undefined && { version }), file: { source, span: { start: 0, end: 0 } } };
    return { ...common, tool, name: normalizedName(name), ...about, extras: [], isDirect: false, from: 'registry' };
  });
  return { packages, wheels: [], complete: true };
}

/** `conda-lock install`, `pixi install`. LIMIT: of pixi's environments all are taken. */
function lockedEnvironment(command: Command, project: Project): PythonInstalls | undefined {
  const [verb, ...rest] = command.args.filter(({ text }) => !text.startsWith('-'));
  if (verb?.value !== 'install' && !(command.name === 'pixi' && verb?.value === 'add')) return undefined;
  if (command.name === 'pixi') {
    const common = commonOf(command, 'pixi', verb);
    if (verb.value === 'add') {
      const added = rest.flatMap((word) => (word.value === undefined ? [] : condaPackage(word.value, { ...common, word })));
      return { packages: added, wheels: [], complete: false };
    }
    const place = placeOf('pixi.lock', command);
    const found = place === undefined ? undefined : fromLock(place, common, project);
    return { ...(found ?? NONE), complete: false };
  }
  if (command.name !== 'conda-lock') return undefined;
  const named = rest.findLast(({ value }) => /\.(?:ya?ml|lock)$/.test(value ?? ''));
  const place = placeOf(named?.value ?? 'conda-lock.yml', command);
  const found = place === undefined ? undefined : fromLock(place, commonOf(command, 'conda', named ?? verb), project);
  return found ?? { ...NONE, complete: false };
}

/** `uv tool install ruff`. */
function toolPackages(command: Command): PythonInstalls | undefined {
  const [first, second, word] = command.args.filter(({ text }) => !text.startsWith('-'));
  if (command.name !== 'uv' || first?.value !== 'tool' || second?.value !== 'install' || word?.value === undefined) return undefined;
  const requirement = readRequirement(word.value);
  if (requirement === undefined) return { ...NONE, complete: false };
  return { packages: requested(word.value, requirement, commonOf(command, 'uv', word), machineOf(command)), wheels: [], complete: true };
}
