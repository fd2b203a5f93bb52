/**
 * Lock files: which versions a project was last seen to work with. All kinds become one shape, without places: nobody edits a lock.
 *
 * Sources (2026-11): the formats as uv 0.9, Poetry 1.8 and 2, PDM 2, Pipenv, pip (packaging.python.org's pylock.toml), conda-lock 1
 * to 3, pixi (versions 4 to 7), conda's explicit lists, renv and Julia's Pkg (manifest formats 1 and 2) write them.
 */
import { lineEnd } from './placed.js';
import { tomlValue } from './toml.js';

/** The program whose lock it is; `conda-explicit` is a list of addresses below `@EXPLICIT`. */
export type LockKind = 'uv' | 'poetry' | 'pdm' | 'pylock' | 'pipenv' | 'conda-lock' | 'conda-explicit' | 'pixi' | 'renv' | 'julia';

/** A lock file. */
export interface Lock {
  readonly kind: LockKind;
  /** In the file's order. A package that is locked for several platforms or markers is there several times. */
  readonly packages: readonly LockedPackage[];
  /** The condition on Python's version as written; for Pipenv a bare version. */
  readonly requiresPython?: string;
  /** The version of R or Julia that made the lock. */
  readonly language?: string;
}

/** One locked package. */
export interface LockedPackage {
  /** As written: names of other spellings are the same to pip. */
  readonly name: string;
  /** Absent where the lock has none: a directory, a package of Julia's own. */
  readonly version?: string;
  /** Whose package it is; conda-lock and pixi have two kinds. */
  readonly manager: 'pip' | 'conda' | 'r' | 'julia';
  readonly source: LockedSource;
  /** Groups or categories that ask for it, where the lock says so: `main`, `dev`. */
  readonly groups?: readonly string[];
  /** `linux-64`, where the lock says so. */
  readonly platform?: string;
  /** The condition on the machine under which it is installed at all, where the lock gives one to the package itself. */
  readonly marker?: string;
  /** What it asks for; only uv's and Poetry's locks and PDM's say so. Absent where it asks for nothing. */
  readonly dependencies?: readonly LockedDependency[];
}

/** What a locked package asks for. */
export interface LockedDependency {
  readonly name: string;
  /** Where several versions of it are locked. */
  readonly version?: string;
  readonly extras: readonly string[];
  readonly marker?: string;
  /** Asked for only with this extra of the package, or in this dependency group of the project. */
  readonly only?: { readonly kind: 'extra' | 'group'; readonly name: string };
}

/** Where a package comes from. `path`: a file or directory, the project itself included. `bundled`: it comes with the language. */
export interface LockedSource {
  readonly kind: 'registry' | 'git' | 'path' | 'url' | 'bundled';
  /** The address or path, where the lock says it. */
  readonly location?: string;
  /** The commit. */
  readonly commit?: string;
}

/** Names by which tools find their locks. */
const NAMES: readonly (readonly [pattern: RegExp, kind: LockKind])[] = [
  [/^uv\.lock$/, 'uv'],
  [/^poetry\.lock$/, 'poetry'],
  [/^pdm(?:\.[\w-]+)?\.lock$/, 'pdm'],
  [/^pylock(?:\.[^.]+)?\.toml$/, 'pylock'],
  [/^Pipfile\.lock$/, 'pipenv'],
  [/^(?:.*[.-])?conda-lock\.ya?ml$/, 'conda-lock'],
  [/^pixi\.lock$/, 'pixi'],
  [/^renv\.lock$/, 'renv'],
  [/^(?:Julia)?Manifest(?:-v[\d.]+)?\.toml$/, 'julia'],
];

/** Which lock a file is, by its name without directories, or by its text where any name will do; undefined when it is none. */
function lockKind(fileName: string, text: string): LockKind | undefined {
  return NAMES.find(([pattern]) => pattern.test(fileName))?.[1] ?? (/^@EXPLICIT\s*$/m.test(text) ? 'conda-explicit' : undefined);
}

/** Reads a lock file; undefined when it is none, or is not valid. */
export function readLock(fileName: string, text: string): Lock | undefined {
  const kind = lockKind(fileName, text);
  return kind && READERS[kind](text);
}

const READERS: Readonly<Record<LockKind, (text: string) => Lock | undefined>> = {
  uv: readUv,
  poetry: readPoetry,
  pdm: readPdm,
  pylock: readPylock,
  pipenv: readPipenv,
  'conda-lock': readCondaLock,
  'conda-explicit': readCondaExplicit,
  pixi: readPixi,
  renv: readRenv,
  julia: readJulia,
};

type Table = Readonly<Record<string, unknown>>;

function tableOf(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined;
}

function tablesOf(value: unknown): readonly Table[] {
  return Array.isArray(value) ? value.map(tableOf).filter((table) => table !== undefined) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function jsonTable(text: string): Table | undefined {
  try {
    return tableOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

interface PackageParts {
  readonly name: string | undefined;
  readonly version?: string | undefined;
  readonly manager: LockedPackage['manager'];
  readonly source: LockedSource;
  readonly groups?: readonly string[] | undefined;
  readonly platform?: string | undefined;
  readonly marker?: string | undefined;
  readonly dependencies?: readonly LockedDependency[] | undefined;
}

/** A list of one package, or of none where there is no name. */
function packageOf({
  name,
  version,
  manager,
  source,
  groups,
  platform,
  marker,
  dependencies = [],
}: PackageParts): readonly LockedPackage[] {
  if (name === undefined) return [];
  return [
    {
      name,
      ...(version !== undefined && { version }),
      manager,
      source,
      ...(groups !== undefined && { groups }),
      ...(platform !== undefined && { platform }),
      ...(marker !== undefined && { marker }),
      ...(dependencies.length > 0 && { dependencies }),
    },
  ];
}

function from(kind: LockedSource['kind'], location?: unknown, commit?: unknown): LockedSource {
  return { kind, ...(typeof location === 'string' && { location }), ...(typeof commit === 'string' && { commit }) };
}

function lockOf(kind: LockKind, packages: readonly LockedPackage[], about: { requiresPython?: unknown; language?: unknown } = {}): Lock {
  const { requiresPython, language } = about;
  return {
    kind,
    packages,
    ...(typeof requiresPython === 'string' && { requiresPython }),
    ...(typeof language === 'string' && { language }),
  };
}

/** What is special to a lock of pip's packages in TOML: where each comes from, in which groups it is, and what Python it asks for. */
interface PipLock {
  readonly kind: LockKind;
  readonly source: (entry: Table) => LockedSource;
  readonly groups?: (entry: Table) => readonly string[] | undefined;
  readonly dependencies?: (entry: Table) => readonly LockedDependency[];
  readonly requiresPython: (lock: Table) => unknown;
}

/** SPEC: a list of tables with `name` and `version`; PEP 751 calls it `packages`, all others `package`. */
function readPipLock(text: string, { kind, source, groups, dependencies, requiresPython }: PipLock): Lock | undefined {
  const lock = tomlValue(text);
  if (lock === undefined) return undefined;
  const packages = tablesOf(lock[kind === 'pylock' ? 'packages' : 'package']).flatMap((entry) =>
    packageOf({
      name: textOf(entry['name']),
      version: textOf(entry['version']),
      manager: 'pip',
      source: source(entry),
      groups: groups?.(entry),
      // SPEC: `marker` in PDM's and PEP 751, `markers` in Poetry's, where it may be a table by group.
      marker: textOf(entry['marker']) ?? textOf(entry['markers']),
      dependencies: dependencies?.(entry),
    }),
  );
  return lockOf(kind, packages, { requiresPython: requiresPython(lock) });
}

function readUv(text: string): Lock | undefined {
  const source = (entry: Table) => uvSource(tableOf(entry['source']));
  return readPipLock(text, { kind: 'uv', source, dependencies: uvDependencies, requiresPython: (lock) => lock['requires-python'] });
}

function uvDependencies(entry: Table): readonly LockedDependency[] {
  const listed = (value: unknown, only?: LockedDependency['only']): readonly LockedDependency[] =>
    tablesOf(value).flatMap((asked) =>
      dependencyOf({
        name: textOf(asked['name']),
        version: textOf(asked['version']),
        extras: textsOf(asked['extra']),
        marker: textOf(asked['marker']),
        only,
      }),
    );
  const byName = (key: string, kind: 'extra' | 'group') =>
    Object.entries(tableOf(entry[key]) ?? {}).flatMap(([name, value]) => listed(value, { kind, name }));
  return [...listed(entry['dependencies']), ...byName('optional-dependencies', 'extra'), ...byName('dev-dependencies', 'group')];
}

interface DependencyParts {
  readonly name: string | undefined;
  readonly version?: string | undefined;
  readonly extras?: readonly string[] | undefined;
  readonly marker?: string | undefined;
  readonly only?: LockedDependency['only'] | undefined;
}

function dependencyOf({ name, version, extras = [], marker, only }: DependencyParts): readonly LockedDependency[] {
  if (name === undefined) return [];
  return [
    {
      name,
      ...(version !== undefined && { version }),
      extras,
      ...(marker !== undefined && { marker }),
      ...(only !== undefined && { only }),
    },
  ];
}

function uvSource(source: Table = {}): LockedSource {
  const git = textOf(source['git']);
  if (git !== undefined) {
    const [location, commit] = git.split('#', 2);
    return from('git', location, commit);
  }
  if ('url' in source) return from('url', source['url']);
  const path = source['editable'] ?? source['virtual'] ?? source['directory'] ?? source['path'];
  return path === undefined ? from('registry', source['registry']) : from('path', path);
}

function readPoetry(text: string): Lock | undefined {
  return readPipLock(text, {
    kind: 'poetry',
    source: (entry) => poetrySource(tableOf(entry['source'])),
    groups: (entry) => textsOf(entry['groups']) ?? (typeof entry['category'] === 'string' ? [entry['category']] : undefined),
    dependencies: poetryDependencies,
    requiresPython: (lock) => tableOf(lock['metadata'])?.['python-versions'],
  });
}

function poetrySource(source: Table = {}): LockedSource {
  const location = source['url'];
  switch (source['type']) {
    case 'git':
      return from('git', location, source['resolved_reference']);
    case 'directory':
    case 'file':
      return from('path', location);
    case 'url':
      return from('url', location);
    default:
      return from('registry', location);
  }
}

/** SPEC: an optional dependency is asked for by the extras that list it, in the form of PEP 508. */
function poetryDependencies(entry: Table): readonly LockedDependency[] {
  const plain = Object.entries(tableOf(entry['dependencies']) ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((constraint) => {
      const { optional, extras, markers } = tableOf(constraint) ?? {};
      return optional === true ? [] : dependencyOf({ name, extras: textsOf(extras), marker: textOf(markers) });
    }),
  );
  const byExtra = Object.entries(tableOf(entry['extras']) ?? {}).flatMap(([name, list]) =>
    (textsOf(list) ?? []).flatMap((text) => writtenDependency(text, { kind: 'extra', name })),
  );
  return [...plain, ...byExtra];
}

/** `aiohttp[speedups]<4,>=3.9; python_version < "3.11"` */
function writtenDependency(text: string, only?: LockedDependency['only']): readonly LockedDependency[] {
  const [, name, extras = ''] = /^\s*([\w.-]+)\s*(?:\[([^\]]*)\])?/.exec(text) ?? [];
  const marker = text.includes(';') ? text.slice(text.indexOf(';') + 1).trim() : undefined;
  return dependencyOf({ name, extras: extras.split(',').flatMap((extra) => extra.trim() || []), marker, only });
}

function readPdm(text: string): Lock | undefined {
  return readPipLock(text, {
    kind: 'pdm',
    source: (entry) => keyedSource(entry, 'revision'),
    groups: (entry) => textsOf(entry['groups']),
    dependencies: (entry) => (textsOf(entry['dependencies']) ?? []).flatMap((text) => writtenDependency(text)),
    requiresPython: (lock) => {
      const metadata = tableOf(lock['metadata']);
      return metadata?.['requires_python'] ?? tablesOf(metadata?.['targets'])[0]?.['requires_python'];
    },
  });
}

/** PDM and Pipenv say it by keys of the package itself. */
function keyedSource(entry: Table, commit: string): LockedSource {
  if (typeof entry['git'] === 'string') return from('git', entry['git'], entry[commit]);
  if (typeof entry['path'] === 'string') return from('path', entry['path']);
  const url = entry['url'] ?? entry['file'];
  return typeof url === 'string' ? from('url', url) : from('registry');
}

function readPylock(text: string): Lock | undefined {
  return readPipLock(text, { kind: 'pylock', source: pylockSource, requiresPython: (lock) => lock['requires-python'] });
}

function pylockSource(entry: Table): LockedSource {
  const [repository, directory, archive] = [tableOf(entry['vcs']), tableOf(entry['directory']), tableOf(entry['archive'])];
  if (repository !== undefined) return from('git', repository['url'] ?? repository['path'], repository['commit-id']);
  if (directory !== undefined) return from('path', directory['path']);
  if (archive !== undefined) return typeof archive['url'] === 'string' ? from('url', archive['url']) : from('path', archive['path']);
  return from('registry', entry['index']);
}

function readPipenv(text: string): Lock | undefined {
  const lock = jsonTable(text);
  if (lock === undefined) return undefined;
  const packages = Object.entries(lock).flatMap(([section, entries]) => {
    if (section === '_meta') return [];
    const group = section === 'default' ? 'main' : section === 'develop' ? 'dev' : section;
    return Object.entries(tableOf(entries) ?? {}).flatMap(([name, value]) => {
      const entry = tableOf(value) ?? {};
      const version = textOf(entry['version'])?.replace(/^===?/, '');
      const marker = textOf(entry['markers']);
      return packageOf({ name, version, manager: 'pip', source: keyedSource(entry, 'ref'), groups: [group], marker });
    });
  });
  const requires = tableOf(tableOf(lock['_meta'])?.['requires']);
  return lockOf('pipenv', packages, { requiresPython: requires?.['python_full_version'] ?? requires?.['python_version'] });
}

function readCondaLock(text: string): Lock | undefined {
  if (!/^package:/m.test(text)) return undefined;
  const packages = [...listItems(text, 'package')].flatMap((entry) => {
    const manager = entry.get('manager') === 'pip' ? 'pip' : 'conda';
    const category = entry.get('category');
    const groups = category === undefined ? undefined : [category];
    const source = from('registry', entry.get('url'));
    return packageOf({ name: entry.get('name'), version: entry.get('version'), manager, source, groups, platform: entry.get('platform') });
  });
  return lockOf('conda-lock', packages);
}

function readPixi(text: string): Lock | undefined {
  if (!/^packages:/m.test(text)) return undefined;
  const packages = [...listItems(text, 'packages')].flatMap((entry) => {
    const kind = entry.get('kind');
    const location = entry.get('conda') ?? entry.get('pypi') ?? entry.get('url') ?? entry.get('path');
    const isConda = entry.has('conda') || kind === 'conda';
    if (!isConda && !entry.has('pypi') && kind !== 'pypi') return [];
    const archive = isConda && location !== undefined ? archiveParts(location) : undefined;
    return packageOf({
      name: entry.get('name') ?? archive?.name,
      version: entry.get('version') ?? archive?.version,
      manager: isConda ? 'conda' : 'pip',
      source: pixiSource(location),
      platform: entry.get('subdir') ?? archive?.platform,
    });
  });
  return lockOf('pixi', packages);
}

function pixiSource(location = ''): LockedSource {
  if (location.startsWith('git+')) {
    const [address, commit] = location.split('#', 2);
    return from('git', address, commit);
  }
  return from(/^[a-z+]+:\/\//i.test(location) ? 'registry' : 'path', location);
}

/** `https://…/linux-64/python-3.12.3-h1_0.conda#hash` → its name, version and platform. */
function archiveParts(address: string): { readonly name: string; readonly version: string; readonly platform?: string } | undefined {
  const [, platform, name, version] = /(?:([\w-]+)\/)?([^/]+)-([^/-]+)-[^/-]+\.(?:conda|tar\.bz2)(?:#.*)?$/.exec(address) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return { name, version, ...(platform !== undefined && { platform }) };
}

function readCondaExplicit(text: string): Lock {
  const packages = text.split(/\r?\n/).flatMap((line) => {
    const address = line.trim();
    const parts = /^[a-z]+:/i.test(address) && address.length < LONGEST_ADDRESS ? archiveParts(address) : undefined;
    return packageOf({ ...parts, name: parts?.name, manager: 'conda', source: from('registry', address) });
  });
  return lockOf('conda-explicit', packages);
}

const LONGEST_ADDRESS = 2000;

/**
 * The items of a list at the top of a YAML file, as programs write it: `- key: value` and what follows at the same depth. Deeper
 * keys are left out. NOTE: a YAML reader takes a second for a lock of 1 MB, and a lock needs none.
 */
function* listItems(text: string, section: string): Generator<ReadonlyMap<string, string>> {
  const start = text.search(new RegExp(`^${section}:[ \\t]*\\r?$`, 'm'));
  if (start < 0) return;
  let item: Map<string, string> | undefined;
  let indent: number | undefined;
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at < text.length; ) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    at = end + 1;
    const first = line.search(/\S/);
    if (first < 0 || line.charAt(first) === '#') continue;
    const isItem = line.startsWith('- ', first) && (indent === undefined || first === indent);
    if (first === 0 && !isItem) break;
    if (isItem) {
      if (item !== undefined) yield item;
      item = new Map();
      indent = first;
    }
    const depth: number = isItem ? first + 2 : first;
    if (item === undefined || indent === undefined || depth !== indent + 2) continue;
    const [, key, value] = /^([\w-]+):[ \t]*(.*)$/.exec(line.slice(depth).trimEnd()) ?? [];
    if (key !== undefined && value !== undefined && value !== '' && !item.has(key)) item.set(key, unquoted(value));
  }
  if (item !== undefined) yield item;
}

function unquoted(value: string): string {
  const isQuoted = /^(?:'.*'|".*")$/.test(value) && value.length > 1;
  return isQuoted ? value.slice(1, -1) : value;
}

function readRenv(text: string): Lock | undefined {
  const lock = jsonTable(text);
  if (lock === undefined) return undefined;
  const packages = Object.entries(tableOf(lock['Packages']) ?? {}).flatMap(([key, value]) => {
    const entry = tableOf(value) ?? {};
    return packageOf({ name: textOf(entry['Package']) ?? key, version: textOf(entry['Version']), manager: 'r', source: renvSource(entry) });
  });
  return lockOf('renv', packages, { language: tableOf(lock['R'])?.['Version'] });
}

/** Source: rstudio.github.io/renv/articles/lockfile.html (2026-11). */
function renvSource(entry: Table): LockedSource {
  const source = textOf(entry['Source'])?.toLowerCase() ?? '';
  if (['github', 'gitlab', 'bitbucket', 'git', 'git2r', 'xgit'].includes(source)) {
    const [owner, repository] = [textOf(entry['RemoteUsername']), textOf(entry['RemoteRepo'])];
    const location = textOf(entry['RemoteUrl']) ?? (owner === undefined || repository === undefined ? undefined : `${owner}/${repository}`);
    return from('git', location, entry['RemoteSha']);
  }
  if (source === 'local') return from('path', entry['RemoteUrl']);
  if (source === 'url') return from('url', entry['RemoteUrl']);
  return from('registry', entry['Repository']);
}

function readJulia(text: string): Lock | undefined {
  const manifest = tomlValue(text);
  if (manifest === undefined) return undefined;
  // SPEC: format 1 has the packages at the top of the file, format 2 in `deps`.
  const packages = Object.entries(tableOf(manifest['deps']) ?? manifest).flatMap(([name, entries]) =>
    tablesOf(entries).flatMap((entry) =>
      packageOf({ name, version: textOf(entry['version']), manager: 'julia', source: juliaSource(entry) }),
    ),
  );
  return lockOf('julia', packages, { language: manifest['julia_version'] });
}

function juliaSource(entry: Table): LockedSource {
  if (typeof entry['repo-url'] === 'string') return from('git', entry['repo-url'], entry['git-tree-sha1']);
  if (typeof entry['path'] === 'string') return from('path', entry['path']);
  return 'git-tree-sha1' in entry ? from('registry') : from('bundled');
}
