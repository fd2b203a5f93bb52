/**
 * The files around a Dockerfile, looked at and never written: a directory tree behind an interface, so that the model stays
 * away from the file system and a test or an editor can hand in its own. Nothing outside the tree can be reached.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { decodeSource, MAX_SOURCE_BYTES, type SourceFile } from './source-file.js';

/** A tree of files. Paths are relative to its root, with forward slashes, normalised; the root itself is the empty path. */
export interface FileTree {
  /** What is at a path, links followed inside the tree; undefined when nothing is, or a link leads out of it. */
  entry(path: string): FileEntry | undefined;
  /** What a directory holds, by name, links not followed; empty when it is none or cannot be read. */
  list(directory: string): readonly NamedEntry[];
  /** What a link says, which may lead nowhere or out of the tree; undefined when there is none at a path. */
  link(path: string): string | undefined;
  /** The text of a file; undefined when there is none, when it is no text or has more than {@link MAX_SOURCE_BYTES} bytes. */
  read(path: string): SourceFile | undefined;
  /** A path as the {@link SourceFile}s of the tree have theirs, whether or not there is anything. */
  shown(path: string): string;
}

/** A file or directory. */
export interface FileEntry {
  readonly kind: 'file' | 'directory';
  /** In bytes; 0 for a directory. */
  readonly size: number;
  /** Where it is in the tree, links followed. */
  readonly path: string;
}

/** A member of a directory. */
export interface NamedEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link';
}

/** Where a Dockerfile lies among other files. */
export interface Surroundings {
  readonly tree: FileTree;
  /** The Dockerfile in the tree. */
  readonly dockerfile: string;
  /** The directory that is known to be the build context, in the tree. */
  readonly context?: string;
}

/** Finds the trees in which the Dockerfiles of one run lie; a tree is opened once. */
export class Trees {
  private readonly roots = new Map<string, string | undefined>();
  private readonly trees = new Map<string, DiskTree>();

  /**
   * @param cwd absolute; what relative paths begin at, and what the paths of {@link SourceFile}s are relative to
   * @param context the directory that the user names as build context
   */
  constructor(
    private readonly cwd: string,
    private readonly context?: string,
  ) {}

  /**
   * The tree around a Dockerfile: its git repository; without one the working directory, when the file is below it; else the
   * file's own directory. A context that lies elsewhere is in it, too; one on another drive (Windows) is all of it.
   */
  around(dockerfile: string): Surroundings {
    const file = path.resolve(this.cwd, dockerfile);
    const directory = path.dirname(file);
    const context = this.context === undefined ? undefined : path.resolve(this.cwd, this.context);
    let root = this.repositoryOf(directory) ?? (isWithin(directory, this.cwd) ? this.cwd : directory);
    while (context !== undefined && !isWithin(context, root)) root = path.dirname(root) === root ? context : path.dirname(root);
    return {
      tree: this.treeAt(root),
      dockerfile: slashed(path.relative(root, file)),
      ...(context === undefined ? {} : { context: slashed(path.relative(root, context)) }),
    };
  }

  private repositoryOf(directory: string): string | undefined {
    if (!this.roots.has(directory)) this.roots.set(directory, repositoryAbove(directory));
    return this.roots.get(directory);
  }

  private treeAt(root: string): FileTree {
    const known = this.trees.get(root);
    if (known !== undefined) return known;
    const tree = new DiskTree(root, this.cwd);
    this.trees.set(root, tree);
    return tree;
  }
}

/** The root of the git repository that a directory lies in; undefined outside of one. @param directory absolute */
export function repositoryAbove(directory: string): string | undefined {
  for (let current = directory; ; current = path.dirname(current)) {
    if (existsSync(path.join(current, '.git'))) return current;
    if (path.dirname(current) === current) return undefined;
  }
}

/** How many answers a tree remembers: many Dockerfiles of one repository ask for the same files. */
const MOST_REMEMBERED = 20_000;

/** PATH_MAX of Linux, in bytes there: nothing lies at a longer path. */
const LONGEST_PATH = 4096;

/** A tree on disk. */
export class DiskTree implements FileTree {
  private readonly entries = new Map<string, FileEntry | undefined>();
  private readonly lists = new Map<string, readonly NamedEntry[]>();
  private readonly parents = new Map<string, string | undefined>();
  private realRoot: string | undefined;

  /** @param root absolute @param cwd absolute; what the paths of the {@link SourceFile}s are relative to */
  constructor(
    private readonly root: string,
    private readonly cwd: string,
  ) {}

  entry(file: string): FileEntry | undefined {
    return remembered(this.entries, file, () => this.look(file));
  }

  list(directory: string): readonly NamedEntry[] {
    return remembered(this.lists, directory, () => this.readDirectory(directory));
  }

  link(file: string): string | undefined {
    if (file === '' || leadsAstray(file)) return undefined;
    const parent = this.realParent(slashed(path.dirname(file)));
    try {
      return parent && slashed(readlinkSync(path.join(parent, path.basename(file))));
    } catch {
      // No link.
      return undefined;
    }
  }

  read(file: string): SourceFile | undefined {
    const entry = this.entry(file);
    const real = entry?.kind === 'file' && entry.size <= MAX_SOURCE_BYTES ? this.realPath(file) : undefined;
    if (real === undefined) return undefined;
    try {
      return decodeSource(this.shown(file), readFileSync(real));
    } catch {
      // Gone, unreadable, or no text: the same as not there.
      return undefined;
    }
  }

  shown(file: string): string {
    return slashed(path.relative(this.cwd, path.join(this.root, file)));
  }

  private look(file: string): FileEntry | undefined {
    const found = this.follow(file);
    if (found === undefined) return undefined;
    const { real, status } = found;
    const place = slashed(real.slice(this.realRoot?.length)).replace(/^\//, '');
    if (status.isFile()) return { kind: 'file', size: status.size, path: place };
    return status.isDirectory() ? { kind: 'directory', size: 0, path: place } : undefined;
  }

  private readDirectory(directory: string): readonly NamedEntry[] {
    const real = this.realPath(directory);
    if (real === undefined) return [];
    try {
      const found = readdirSync(real, { withFileTypes: true }).flatMap((member): NamedEntry[] => {
        const kind = member.isFile() ? 'file' : member.isDirectory() ? 'directory' : member.isSymbolicLink() ? 'link' : undefined;
        return kind === undefined ? [] : [{ name: member.name, kind }];
      });
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      return [];
    }
  }

  /** Where a path leads; undefined when that is nowhere, or outside the tree: a link in a repository may point anywhere. */
  private follow(file: string): { real: string; status: Stats } | undefined {
    if (leadsAstray(file)) return undefined;
    try {
      this.realRoot ??= realpathSync.native(this.root);
      if (file === '') return { real: this.realRoot, status: statSync(this.realRoot) };
      const parent = this.realParent(slashed(path.dirname(file)));
      if (parent === undefined) return undefined;
      const real = path.join(parent, path.basename(file));
      const status = lstatSync(real);
      if (!status.isSymbolicLink()) return { real, status };
      const target = realpathSync.native(real);
      return isWithin(target, this.realRoot) ? { real: target, status: statSync(target) } : undefined;
    } catch {
      return undefined;
    }
  }

  private realPath(file: string): string | undefined {
    return this.follow(file)?.real;
  }

  /** Remembered, so that what a long path costs does not grow with the square of its length. */
  private realParent(directory: string): string | undefined {
    return remembered(this.parents, directory, () => this.realPath(directory === '.' ? '' : directory));
  }
}

function remembered<Answer>(answers: Map<string, Answer>, key: string, find: () => Answer): Answer {
  if (answers.has(key)) return answers.get(key) as Answer;
  if (answers.size >= MOST_REMEMBERED) answers.clear();
  const answer = find();
  answers.set(key, answer);
  return answer;
}

/** Whether a file is a directory or lies below it. Both absolute, or both relative to the same place. */
export function isWithin(file: string, directory: string): boolean {
  const relative = path.relative(directory, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** Whether no file of a tree can have this path. In Windows `\\` separates names and `:` ends a drive or begins a stream. */
function leadsAstray(file: string): boolean {
  const isForeign = path.sep === '\\' && /[\\:]/.test(file);
  return file.length > LONGEST_PATH || isForeign || file.split('/').includes('..') || path.isAbsolute(file);
}

/** A path of this system as plimsoll has it everywhere else: with forward slashes. */
export function slashed(file: string): string {
  return path.sep === '/' ? file : file.replaceAll(path.sep, '/');
}
