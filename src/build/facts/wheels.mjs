/**
 * Writes src/facts/musl-wheels.ts: for which versions of a package Alpine gets a wheel, must compile, or gets nothing.
 *
 * NOTE: it reads lock files and not the registry on purpose: a table of hundreds of packages is not worth hundreds of
 * requests to an index that other people pay for, and lock files say the same. The lock of today holds but a dozen of them.
 * LIMIT: a version that no lock ever held is not seen, so the table has gaps, and what is in a gap stays unknown.
 * LIMIT: a wheel for any Python counts; whether there is one for your Python is not looked at.
 */
import { lockTexts, projectOf } from './locks.mjs';
import { compareFinal } from './versions.mjs';
import { sourceLines, sourcesIn, wrapped } from './written.mjs';

/** A pure package is listed when at least this many projects lock it: one alone is too little to go by. */
const PROJECTS_FOR_PURE = 2;

/** Known to hold C, C++ or Fortran and to have no Linux wheel at all: rules.md, R039 and Table E. */
const SOURCE_ONLY = new Set(
  (
    'annoy dlib fasttext flash-attn gdal hnswlib horovod lightfm llama-cpp-python mysqlclient psycopg2 pyaudio pycairo pycuda ' +
    'pygraphviz pyicu python-ldap scikit-surprise'
  ).split(' '),
);

/**
 * Seen elsewhere: in lock files of mid 2026 that are not read here (rules.md, Table D) or, the last two, by asking pip for
 * a wheel for musllinux_1_2 on 2026-11-20. Name, version, state.
 */
const ALSO_SEEN = [
  ['faiss-cpu', '1.12.0', 'w'],
  ['ta-lib', '0.8.2', 'w'],
  ['xmlsec', '1.3.17', 'w'],
];
/** Table D, too: one project alone locks it here. */
const ALSO_PURE = new Set(['geopandas']);
const FILES_OF = {
  w: { musl: true, linux: true, any: false, sdist: true },
  a: { musl: false, linux: true, any: true, sdist: true },
  s: { musl: false, linux: true, any: false, sdist: true },
  n: { musl: false, linux: true, any: false, sdist: false },
};

/** The text of the table: what it says, and what a lock of today and those in the histories of bare clones say besides. */
export function muslWheels({ table, lock, clones }) {
  const known = readTable(table);
  /** @type {Map<string, Set<string>>} */
  const projectsOf = new Map();
  const seen = { packages: known.packages, pure: known.pure, projectsOf };
  const projects = new Set(known.projects);
  let newest = known.locks;
  for (const directory of clones) {
    for (const { text, day } of lockTexts(directory)) {
      if (!readLock(text, projectOf(directory), seen)) continue;
      projects.add(projectOf(directory));
      if (day > newest) newest = day;
    }
  }
  readLock(lock.text, '', seen);
  return muslTable(seen, { projects: [...projects], locks: newest, day: lock.day });
}

/** A table as {@link muslTable} writes it: of each run, the first version and the last. */
export function readTable(text) {
  const part = (name) => new RegExp(`${name} = \`\\n([^\`]*)\``).exec(text)?.[1].trim() ?? '';
  /** @type {Map<string, Map<string, { musl: boolean, linux: boolean, any: boolean, sdist: boolean }>>} */
  const packages = new Map();
  for (const line of part('COMPILED').split('\n').filter(Boolean)) {
    const [name, ...runs] = line.split(' ');
    packages.set(
      name,
      new Map(
        runs.flatMap((run) =>
          run
            .slice(1)
            .split('-')
            .map((version) => [version, FILES_OF[run[0]]]),
        ),
      ),
    );
  }
  return { packages, pure: new Set(part('PURE').split(/\s+/).filter(Boolean)), ...sourcesIn(text) };
}

/** Adds what one lock file says; false for one that is not believed. */
export function readLock(text, project, seen) {
  // A lock narrowed to another platform proves nothing about musl: one that lists no musl wheel of anything is not believed.
  if (!/musllinux_\d+_\d+_x86_64/.test(text)) return false;
  const legacy = new Map();
  for (const block of text.split(/^\[\[package\]\]\r?$/m).slice(1)) {
    const name = /^name = "([^"]+)"/m.exec(block)?.[1];
    const version = /^version = "([^"]+)"/m.exec(block)?.[1];
    if (!name || !version || !/^\d+(\.\d+)*(\.post\d+)?$/.test(version)) continue;
    const key = normalized(name);
    // uv names the registry of each package, Poetry and PDM only one that is not PyPI.
    const source = /^source = (\{.*\})/m.exec(block)?.[1];
    if (source && !source.includes('pypi.org/simple')) continue;
    if (/^\[package\.source\]/m.test(block) || /^(path|git|url|revision) = "/m.test(block)) continue;
    legacy.set(key, version);
    const end = block.search(/^\[metadata/m);
    add(seen, key, version, end < 0 ? block : block.slice(0, end), project);
  }
  // Poetry before 1.3 keeps all files at the end of the lock.
  const files = /^\[metadata\.files\]\r?$/m.exec(text);
  if (files) {
    for (const entry of text.slice(files.index).matchAll(/^"?([A-Za-z0-9._-]+)"? = \[\r?\n([\s\S]*?)^\]/gm)) {
      const key = normalized(entry[1]);
      const version = legacy.get(key);
      if (version) add(seen, key, version, entry[2], project);
    }
  }
  return true;
}

function add({ packages, projectsOf }, key, version, block, project) {
  const names = [...block.matchAll(/(?:url|file) = "([^"]+)"/g)].map((found) => found[1].replace(/^.*\//, '').replace(/%2B/gi, '+'));
  const files = names.filter((file) => /\.(whl|tar\.gz|zip|tar\.bz2)$/.test(file));
  if (files.length === 0) return;
  const musl = files.some((file) => /musllinux_\d+_\d+_x86_64/.test(file));
  const linux = files.some((file) => /(many)?linux\w*_x86_64/.test(file) && !/musllinux/.test(file));
  const any = files.some((file) => /-none-any\.whl$/.test(file));
  const sdist = files.some((file) => !file.endsWith('.whl'));
  // Wheels, but none for x86-64 Linux: uv leaves out what a marker excludes, so this says nothing of most packages.
  if (!musl && !linux && !any && (!sdist || (files.some((file) => file.endsWith('.whl')) && !SOURCE_ONLY.has(key)))) return;
  if (!packages.has(key)) packages.set(key, new Map());
  const versions = packages.get(key);
  const seen = versions.get(version) ?? { musl: false, linux: false, any: false, sdist: false };
  versions.set(version, { musl: seen.musl || musl, linux: seen.linux || linux, any: seen.any || any, sdist: seen.sdist || sdist });
  if (!projectsOf.has(key)) projectsOf.set(key, new Set());
  projectsOf.get(key).add(project);
}

/** w: musl wheel · a: only a wheel for any platform · s: must be compiled · n: neither wheel nor sdist. */
function state(seen) {
  if (seen.musl) return 'w';
  if (seen.any) return 'a';
  return seen.sdist ? 's' : 'n';
}

/** Without single versions that lack what both neighbours have: more often one narrow lock than one poor release. */
function credible(states) {
  const rank = 'nsaw';
  return states.filter(([, now], index) => {
    const before = states[index - 1]?.[1];
    const after = states[index + 1]?.[1];
    return before === undefined || before !== after || rank.indexOf(now) >= rank.indexOf(before);
  });
}

function muslTable({ packages, pure: knownPure, projectsOf }, sources) {
  const compiled = [];
  const pure = [...knownPure].filter((name) => !packages.has(name));
  for (const name of SOURCE_ONLY) if (!packages.has(name)) packages.set(name, new Map([['0', FILES_OF.s]]));
  for (const [name, version, now] of ALSO_SEEN) {
    if (!packages.has(name)) packages.set(name, new Map());
    if (!packages.get(name).has(version)) packages.get(name).set(version, FILES_OF[now]);
  }
  const counts = { w: 0, a: 0, s: 0, n: 0 };
  for (const [name, versions] of [...packages].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ordered = [...versions].sort(([a], [b]) => compareFinal(a, b));
    // Only an sdist, of one or two versions, without a wheel for anything: as likely pure as compiled. Nothing is known.
    if (!ordered.some(([, seen]) => seen.linux || seen.musl || seen.any) && !SOURCE_ONLY.has(name)) continue;
    if (!ordered.some(([, seen]) => seen.linux || seen.musl) && !SOURCE_ONLY.has(name)) {
      if (ordered.at(-1)[1].any && (ALSO_PURE.has(name) || knownPure.has(name) || projectsOf.get(name).size >= PROJECTS_FOR_PURE))
        pure.push(name);
      continue;
    }
    if (/^(nvidia|cuda)-/.test(name)) continue;
    const states = ordered.map(([version, seen]) => [version, state(seen)]);
    const runs = [];
    for (const [version, now] of credible(states)) {
      const last = runs.at(-1);
      if (last && last.state === now) last.last = version;
      else runs.push({ state: now, first: version, last: version });
    }
    counts[runs.at(-1).state]++;
    compiled.push(`${name} ${runs.map((run) => `${run.state}${run.first}${run.first === run.last ? '' : `-${run.last}`}`).join(' ')}`);
  }
  const lines = wrapped(pure.sort());
  return `/**
 * Generated by \`npm run facts\`; do not edit. What lock files say of the files a release has on PyPI for x86-64 Linux:
${sourceLines(sources)}
 *
 * One package a line: its name, then runs of consecutive seen versions that are alike, \`STATE FIRST-LAST\` without the space.
 * w: has a musllinux wheel · a: only a wheel for any platform · s: must be compiled from the sdist · n: neither.
 * Versions between two runs were not seen. Newest state: ${counts.w} w, ${counts.a} a, ${counts.s} s, ${counts.n} n; ${pure.length} pure.
 */

/** The day up to which all packages were seen, \`YYYY-MM-DD\`: that of the newest public lock. What measured.toml names is newer. */
export const SEEN_UNTIL = '${sources.locks}';

/** Compiled packages, one a line, in the format of this file's head. */
export const COMPILED = \`
${compiled.join('\n')}
\`;

/** Packages all of whose seen versions are pure Python, separated by white space. */
export const PURE = \`
${lines.join('\n')}
\`;
`;
}

function normalized(name) {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
