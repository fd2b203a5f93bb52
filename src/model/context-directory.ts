/**
 * Which directory a Dockerfile is built in. The Dockerfile does not say; a compose or bake file may, and the sources of its
 * COPYs must be there.
 */
import { type BakeFile, readBake } from '../files/bake.js';
import { type ComposeFile, readCompose } from '../files/compose.js';
import { hasWildcard } from '../files/glob.js';
import { interpolated } from '../files/interpolation.js';
import type { FileTree, Surroundings } from '../source/file-tree.js';
import { isComposePath, isMainComposePath } from './compose.js';
import { contextPaths, inContext } from './copies.js';
import type { Dockerfile } from './dockerfile.js';
import { type Format, parsedFile } from './parsed-files.js';
import { baseName, inDirectory, parentOf } from './paths.js';

/** A build of the Dockerfile that a compose or bake file describes. */
export interface NamedBuild {
  /** The file that describes it, in the tree. */
  readonly file: string;
  /** The service or the bake target. */
  readonly name: string;
  /** The build context, in the tree. */
  readonly directory: string;
  /** The stage that is built; undefined for the last one. */
  readonly target: string | undefined;
}

const BAKE_FILE = /^docker-bake(?:\.override)?\.(?:hcl|json)$/;

/** The builds of a Dockerfile that compose and bake files beside it or in a directory above describe; the nearest first. */
export function namedBuilds({ tree, dockerfile }: Surroundings): readonly NamedBuild[] {
  return directoriesUp(parentOf(dockerfile)).flatMap((directory) =>
    buildFiles(tree, directory).flatMap((file) => {
      const format = BAKE_FILE.test(baseName(file)) ? BAKE_BUILDS : COMPOSE_BUILDS;
      return parsedFile(tree, file, format)?.content.get(dockerfile) ?? [];
    }),
  );
}

const filesKnown = new WeakMap<FileTree, Map<string, readonly string[]>>();

/** The compose and bake files of a directory. Kept, because all the Dockerfiles below it ask. */
function buildFiles(tree: FileTree, directory: string): readonly string[] {
  const known = filesKnown.get(tree) ?? new Map<string, readonly string[]>();
  filesKnown.set(tree, known);
  const files =
    known.get(directory) ??
    tree.list(directory).flatMap(({ name, kind }) => {
      return kind === 'file' && (isComposePath(name) || BAKE_FILE.test(name)) ? [inDirectory(directory, name)] : [];
    });
  known.set(directory, files);
  return files;
}

/** What a file describes, by the Dockerfile in the tree. */
type BuildsByDockerfile = ReadonlyMap<string, readonly NamedBuild[]>;

const COMPOSE_BUILDS: Format<BuildsByDockerfile> = (text, file) => {
  const compose = readCompose(text);
  return byDockerfile(file, compose === undefined ? [] : composeBuilds(compose, file));
};
const BAKE_BUILDS: Format<BuildsByDockerfile> = (text, file) =>
  byDockerfile(file, bakeBuilds(readBake(text, file.endsWith('.json') ? 'json' : 'hcl')));

function byDockerfile(file: string, described: readonly DescribedBuild[]): BuildsByDockerfile {
  const builds = new Map<string, NamedBuild[]>();
  for (const { name, context, dockerfile, target } of described) {
    const directory = context === undefined ? undefined : directoryFrom(parentOf(file), context);
    const built = directory === undefined ? undefined : directoryFrom(directory, dockerfile);
    if (directory === undefined || built === undefined) continue;
    const build = { file, name, directory, target };
    const others = builds.get(built);
    if (others === undefined) builds.set(built, [build]);
    else others.push(build);
  }
  return builds;
}

/** A build as a file describes it; a path is undefined where it depends on something unknown. */
interface DescribedBuild {
  readonly name: string;
  /** Relative to the file. */
  readonly context: string | undefined;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly target: string | undefined;
}

function composeBuilds({ services }: ComposeFile, file: string): readonly DescribedBuild[] {
  const isMain = isMainComposePath(file);
  return [...services.values()].flatMap(({ name, build }) => {
    if (build === undefined || build.dockerfileInline !== undefined) return [];
    const context = build.context === undefined ? (isMain ? '.' : undefined) : byDefault(build.context.text);
    const dockerfile = byDefault(build.dockerfile?.text ?? 'Dockerfile');
    return dockerfile === undefined ? [] : [{ name, context, dockerfile, target: byDefault(build.target?.text ?? '') || undefined }];
  });
}

/** A value as it is when no variable is set; undefined where it needs one that has no default. */
function byDefault(text: string): string | undefined {
  const needsVariable = /\$(?:[A-Za-z_]|\{[A-Za-z0-9_]+\})/.test(text.replaceAll('$$', ''));
  return needsVariable ? undefined : interpolated(text, () => null);
}

function bakeBuilds({ targets }: BakeFile): readonly DescribedBuild[] {
  return [...targets.values()].flatMap(({ name, context, dockerfile, dockerfileInline, target, unknown }) => {
    if (['context', 'dockerfile', 'inherits'].some((attribute) => unknown.has(attribute)) || dockerfileInline !== undefined) return [];
    return [{ name, context: context?.text ?? '.', dockerfile: dockerfile?.text ?? 'Dockerfile', target: target?.text }];
  });
}

/** A path from a directory of the tree; undefined for an address, an absolute path, and one that leads out of the tree. */
function directoryFrom(directory: string, path: string): string | undefined {
  if (/^(?:[a-z]+:|git@|github\.com\/|[/~])/i.test(path)) return undefined;
  const parts = directory === '' ? [] : directory.split('/');
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/**
 * The directory that is the build context, in the tree: the one the user names; else the one that compose and bake files
 * agree on; else the Dockerfile's own, or the nearest one above it that has more of what the COPYs take. Undefined when none
 * has anything of it, or when the files that name one disagree and the sources do not decide.
 */
export function contextDirectory(dockerfile: Dockerfile, place: Surroundings, builds: readonly NamedBuild[]): string | undefined {
  if (place.context !== undefined) return place.context;
  const sources = namedSources(dockerfile);
  const named = [...new Set(builds.map(({ directory }) => directory))];
  if (named.length === 1) return named[0];
  const candidates = named.length > 1 ? named : directoriesUp(parentOf(place.dockerfile));
  const counts = candidates.map(
    (directory) => sources.filter((source) => place.tree.entry(inDirectory(directory, source)) !== undefined).length,
  );
  const most = counts.reduce((larger, count) => Math.max(larger, count), 0);
  const isTie = named.length > 1 && counts.indexOf(most) !== counts.lastIndexOf(most);
  return isTie || (most === 0 && sources.length > 0) ? undefined : candidates[counts.indexOf(most)];
}

/** What COPYs take from the context by name: neither the whole of it nor patterns, which may fit nothing. */
export function namedSources({ stages }: Dockerfile): readonly string[] {
  const sources = new Set<string>();
  for (const stage of stages) {
    for (const copy of stage.instructions) {
      if (copy.keyword !== 'COPY' && copy.keyword !== 'ADD') continue;
      for (const { written } of contextPaths(copy, stage)) {
        const source = written === undefined ? '' : inContext(written);
        if (source !== '' && !hasWildcard(source)) sources.add(source);
      }
    }
  }
  return [...sources];
}

/** A directory and those it lies in, up to the root of the tree. */
export function directoriesUp(directory: string): readonly string[] {
  const found = [directory];
  for (let current = directory; current !== ''; ) {
    current = parentOf(current);
    found.push(current);
  }
  return found;
}
