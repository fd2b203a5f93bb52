/**
 * `pyproject.toml`: what a project is called, what it needs, and how it is built, by the standard's tables and by those of Poetry,
 * uv and PDM. Each dependency is a text that facts/requirement.ts reads, or Poetry's name with its conditions.
 *
 * Sources (2026-11): packaging.python.org/en/latest/specifications/pyproject-toml and /dependency-groups,
 * python-poetry.org/docs/pyproject and /dependency-specification, docs.astral.sh/uv/reference/settings,
 * pdm-project.org/latest/reference/pep621.
 */
import type { Span } from '../source/source-file.js';
import type { Placed, Problem } from './placed.js';
import { readToml } from './toml.js';
import { at, entriesAt, itemsAt, type MapNode, placedAt, type TreeEntry, type TreeNode, textAt, textsAt } from './tree.js';

/** A project file. */
export interface Pyproject {
  readonly name?: Placed;
  readonly version?: Placed;
  readonly requiresPython?: Placed;
  /** The readme's paths: one for `[project]`, one or more for Poetry. A text that stands in the file itself is none. */
  readonly readme: readonly Placed[];
  /** Patterns of `license-files`, and the path of `license = {file = …}`. */
  readonly licenseFiles: readonly Placed[];
  /** What the build works out itself: `version`, `dependencies`. */
  readonly dynamic: readonly Placed[];
  /** All that the file lists, in the order of its tables. */
  readonly dependencies: readonly ProjectDependency[];
  readonly buildSystem?: BuildSystem;
  readonly uv?: UvSettings;
  /** The names of the tools with a table of their own: `poetry`, `uv`, `setuptools_scm`, `hatch`. */
  readonly tools: ReadonlySet<string>;
  readonly root: MapNode;
  readonly problems: readonly Problem[];
}

/** Where a dependency is listed; `name` is that of the extra or group. */
export interface DependencyGroup {
  /** `main`: always installed. `extra`: on demand of the user. `group`: for work on the project. `build`: to build it. */
  readonly kind: 'main' | 'extra' | 'group' | 'build';
  readonly name?: string;
}

/** One dependency. */
export type ProjectDependency = RequirementDependency | TableDependency | IncludedGroup;

/** A text as `pip install` takes it. */
export interface RequirementDependency {
  readonly kind: 'requirement';
  readonly group: DependencyGroup;
  readonly requirement: Placed;
}

/** A key of a table of Poetry's, or of a Pipfile's, with the conditions of its value; several for one key where the value is a list. */
export interface TableDependency {
  readonly kind: 'table';
  readonly group: DependencyGroup;
  readonly name: Placed;
  /** `^1.2`, `*`, `==1.0`; absent where an address, a path or a repository is given instead. */
  readonly version?: Placed;
  readonly extras: readonly string[];
  readonly marker?: Placed;
  /** Condition on Python's version, Poetry only. */
  readonly python?: Placed;
  readonly isOptional: boolean;
  /** Where it comes from, if not from an index. `reference` is a tag, branch or commit. */
  readonly source?: DependencySource;
  /** The key with its value. */
  readonly span: Span;
}

/** A place that is no index. */
export interface DependencySource {
  readonly kind: 'git' | 'path' | 'url' | 'workspace' | 'index';
  readonly location?: Placed;
  /** For `git`: what it is fixed to, and by which key. A branch fixes nothing. */
  readonly reference?: { readonly kind: 'rev' | 'tag' | 'branch'; readonly name: string };
  readonly isEditable: boolean;
}

/** `{include-group = "test"}` in `[dependency-groups]`. */
export interface IncludedGroup {
  readonly kind: 'include';
  readonly group: DependencyGroup;
  readonly included: Placed;
}

/** `[build-system]`. */
export interface BuildSystem {
  readonly requires: readonly Placed[];
  /** `hatchling.build`; absent for setuptools' old way. */
  readonly backend?: Placed;
  readonly span: Span;
}

/** `[tool.uv]`. */
export interface UvSettings {
  /** False: the project's own code is never installed. */
  readonly isPackage?: boolean;
  /** Groups that are installed unless told otherwise; SPEC: `dev` when it is not given. `all` for all. */
  readonly defaultGroups?: readonly Placed[];
  /** By the names of packages. */
  readonly sources: ReadonlyMap<string, readonly DependencySource[]>;
  readonly indexes: readonly { readonly name?: string; readonly url?: Placed; readonly isDefault: boolean; readonly isExplicit: boolean }[];
}

/** Reads a project file. */
export function readPyproject(text: string): Pyproject {
  const { root, problems } = readToml(text);
  const project = at(root, 'project');
  const poetry = at(root, 'tool', 'poetry');
  const [name, version] = [
    placedAt(project, 'name') ?? placedAt(poetry, 'name'),
    placedAt(project, 'version') ?? placedAt(poetry, 'version'),
  ];
  const requiresPython = placedAt(project, 'requires-python') ?? placedAt(poetry, 'dependencies', 'python');
  const readme = placedAt(project, 'readme') ?? placedAt(project, 'readme', 'file');
  const licenseFile = placedAt(project, 'license', 'file');
  const buildSystem = buildSystemOf(at(root, 'build-system'));
  const uv = uvSettings(at(root, 'tool', 'uv'));
  return {
    ...(name && { name }),
    ...(version && { version }),
    ...(requiresPython && { requiresPython }),
    readme: readme === undefined ? textsAt(poetry, 'readme') : [readme],
    licenseFiles: [...textsAt(project, 'license-files'), ...(licenseFile === undefined ? [] : [licenseFile])],
    dynamic: textsAt(project, 'dynamic'),
    dependencies: [...standardDependencies(root), ...toolDependencies(root), ...poetryDependencies(poetry)],
    ...(buildSystem && { buildSystem }),
    ...(uv && { uv }),
    tools: new Set(entriesAt(root, 'tool').map(({ key }) => key)),
    root,
    problems,
  };
}

function standardDependencies(root: TreeNode): readonly ProjectDependency[] {
  const main = textsAt(root, 'project', 'dependencies').map((requirement) => requirementOf(requirement, { kind: 'main' }));
  const extras = entriesAt(root, 'project', 'optional-dependencies').flatMap(({ key, value }) =>
    textsAt(value).map((requirement) => requirementOf(requirement, { kind: 'extra', name: key })),
  );
  const groups = entriesAt(root, 'dependency-groups').flatMap(({ key, value }) => groupItems(value, { kind: 'group', name: key }));
  const build = textsAt(root, 'build-system', 'requires').map((requirement) => requirementOf(requirement, { kind: 'build' }));
  return [...main, ...extras, ...groups, ...build];
}

function requirementOf(requirement: Placed, group: DependencyGroup): RequirementDependency {
  return { kind: 'requirement', group, requirement };
}

function groupItems(list: TreeNode, group: DependencyGroup): readonly ProjectDependency[] {
  return itemsAt(list).flatMap((item): readonly ProjectDependency[] => {
    const included = placedAt(item, 'include-group');
    if (included !== undefined) return [{ kind: 'include', group, included }];
    const requirement = placedAt(item);
    return requirement === undefined ? [] : [requirementOf(requirement, group)];
  });
}

/** The lists of uv and PDM that are older than `[dependency-groups]`. */
function toolDependencies(root: TreeNode): readonly ProjectDependency[] {
  const uv = textsAt(root, 'tool', 'uv', 'dev-dependencies').map((requirement) =>
    requirementOf(requirement, { kind: 'group', name: 'dev' }),
  );
  const pdm = entriesAt(root, 'tool', 'pdm', 'dev-dependencies').flatMap(({ key, value }) =>
    textsAt(value).map((requirement) => requirementOf(requirement, { kind: 'group', name: key })),
  );
  return [...uv, ...pdm];
}

function poetryDependencies(poetry: TreeNode | undefined): readonly ProjectDependency[] {
  const tables: readonly (readonly [TreeNode | undefined, DependencyGroup])[] = [
    [at(poetry, 'dependencies'), { kind: 'main' }],
    [at(poetry, 'dev-dependencies'), { kind: 'group', name: 'dev' }],
    ...entriesAt(poetry, 'group').map(({ key, value }) => [at(value, 'dependencies'), { kind: 'group' as const, name: key }] as const),
  ];
  return tables.flatMap(([table, group]) => tableDependencies(table, group).filter(({ name }) => name.text !== 'python'));
}

/** The dependencies of a table whose keys are names: Poetry's, and those of a Pipfile. */
export function tableDependencies(table: TreeNode | undefined, group: DependencyGroup): readonly TableDependency[] {
  return entriesAt(table).flatMap((entry) => {
    const { value } = entry;
    return (value.kind === 'list' ? value.items : [value]).map((constraint) => tableDependency(entry, constraint, group));
  });
}

function tableDependency({ key, keySpan }: TreeEntry, value: TreeNode, group: DependencyGroup): TableDependency {
  const version = placedAt(value) ?? placedAt(value, 'version');
  const marker = placedAt(value, 'markers');
  const python = placedAt(value, 'python');
  const source = sourceOf(value);
  return {
    kind: 'table',
    group,
    name: { text: key, span: keySpan },
    ...(version && { version }),
    extras: textsAt(value, 'extras').map(({ text }) => text),
    ...(marker && { marker }),
    ...(python && { python }),
    isOptional: textAt(value, 'optional') === 'true',
    ...(source && { source }),
    span: value.span.start >= keySpan.end ? { start: keySpan.start, end: value.span.end } : value.span,
  };
}

/** The keys by which tables say that something comes from elsewhere: those of Poetry, uv and Pipenv are the same, but for `ref`. */
const PLACES = [
  ['git', 'git'],
  ['path', 'path'],
  ['file', 'url'],
  ['url', 'url'],
  ['workspace', 'workspace'],
  ['index', 'index'],
] as const;

function sourceOf(value: TreeNode): DependencySource | undefined {
  const found = PLACES.find(([key]) => at(value, key) !== undefined);
  if (found === undefined) return undefined;
  const [key, kind] = found;
  const location = placedAt(value, key);
  const keys = [
    ['rev', 'rev'],
    ['ref', 'rev'],
    ['tag', 'tag'],
    ['branch', 'branch'],
  ] as const;
  const fixedBy = keys.find(([reference]) => textAt(value, reference) !== undefined);
  const name = fixedBy && textAt(value, fixedBy[0]);
  return {
    kind,
    ...(location && kind !== 'workspace' && { location }),
    ...(fixedBy && name !== undefined && { reference: { kind: fixedBy[1], name } }),
    isEditable: textAt(value, 'editable') === 'true' || textAt(value, 'develop') === 'true',
  };
}

function buildSystemOf(node: TreeNode | undefined): BuildSystem | undefined {
  if (node?.kind !== 'map') return undefined;
  const backend = placedAt(node, 'build-backend');
  return { requires: textsAt(node, 'requires'), ...(backend && { backend }), span: node.span };
}

function uvSettings(node: TreeNode | undefined): UvSettings | undefined {
  if (node?.kind !== 'map') return undefined;
  const isPackage = textAt(node, 'package');
  const groups = at(node, 'default-groups');
  const sources = entriesAt(node, 'sources').map(({ key, value }): [string, readonly DependencySource[]] => [
    key,
    (value.kind === 'list' ? value.items : [value]).flatMap((source) => sourceOf(source) ?? []),
  ]);
  const indexes = itemsAt(node, 'index').map((index) => {
    const [name, url] = [textAt(index, 'name'), placedAt(index, 'url')];
    const isDefault = textAt(index, 'default') === 'true';
    return { ...(name !== undefined && { name }), ...(url && { url }), isDefault, isExplicit: textAt(index, 'explicit') === 'true' };
  });
  return {
    ...(isPackage !== undefined && { isPackage: isPackage === 'true' }),
    ...(groups && { defaultGroups: textsAt(groups) }),
    sources: new Map(sources),
    indexes,
  };
}
