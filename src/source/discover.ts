/**
 * Arguments → files to lint. The only user of fast-glob, which is loaded when a directory or pattern is searched.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { nearest } from '../spelling.js';
import { isWithin, slashed } from './file-tree.js';

/**
 * Names that are Dockerfiles, in any case: `Dockerfile`, `Dockerfile.gpu`, `Dockerfile-dev`, `train.dockerfile`, Containerfiles; and
 * compose files.
 */
export const PATTERNS = [
  '**/{docker,container}file',
  '**/{docker,container}file[._-]*',
  '**/*.{docker,container}file',
  '**/{compose,docker-compose}{,[.-]*}.{yml,yaml}',
];

/**
 * Not searched: what is installed or belongs to a tool. Written as a name without a slash behind it, which keeps fast-glob from descending.
 */
export const SKIPPED_DIRECTORIES = ['node_modules', '.git', '.venv', 'venv', '__pycache__', '.tox', '.nox', 'site-packages'];

/** `Dockerfile.gpu.dockerignore` is an ignore file; the others are documents, scripts, templates or backups. */
export const NOT_A_DOCKERFILE =
  /(?:docker|container)file[^/]*\.(dockerignore|md|rst|txt|py|sh|ya?ml|json|toml|lock|log|html|j2|jinja2?|tmpl|tpl|template|in|erb|bak|orig|swp|rej)$|~$/i;

/** Whether a base name is that of a Dockerfile, as a search would find it. */
export function isDockerfileName(name: string): boolean {
  return /^(?:docker|container)file(?:[._-].*)?$|\.(?:docker|container)file$/i.test(name) && !NOT_A_DOCKERFILE.test(name);
}

/** Whether a base name says of itself that it is something else: an ignore file, a template, a backup. */
export function isNoDockerfileName(name: string): boolean {
  return NOT_A_DOCKERFILE.test(name);
}

/** How to search. */
export interface DiscoverOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Whether a search leaves a file out. @param file absolute */
  readonly isExcluded: (file: string) => boolean;
  /** Whether a file that is named is left out as well where it is excluded. */
  readonly forceExclude: boolean;
  /** Whether a search leaves out what git ignores. */
  readonly gitignore: boolean;
}

/** What arguments mean. */
export interface Discovery {
  /** As reports show them: relative to `cwd` where they are below it, with forward slashes; sorted, each once. */
  readonly files: readonly string[];
  /** Arguments that gave nothing, each with a sentence for the user. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/** Finds the files that arguments mean: a file is taken as it is, a directory is searched, a pattern is expanded. */
export async function discover(args: readonly string[], options: DiscoverOptions): Promise<Discovery> {
  const files = new Set<string>();
  const problems: { path: string; message: string }[] = [];
  for (const arg of args) {
    const absolute = path.resolve(options.cwd, arg);
    const kind = kindOf(absolute);
    if (kind === 'file') {
      if (!options.forceExclude || !options.isExcluded(absolute)) files.add(absolute);
    } else if (kind === 'directory') {
      const found = await search(PATTERNS, absolute, options);
      if (found.length === 0) problems.push({ path: arg, message: noneBelow(arg) });
      for (const file of found) if (!options.isExcluded(file)) files.add(file);
    } else if (/[*?[\]{}]/.test(arg)) {
      const found = await search([arg.replaceAll('\\', '/')], options.cwd, options, true);
      if (found.length === 0) problems.push({ path: arg, message: 'matches no file.' });
      for (const file of found) if (!options.isExcluded(file)) files.add(file);
    } else {
      problems.push({ path: arg, message: missing(absolute) });
    }
  }
  // NOTE: in Windows a search gives `C:/a/b` and a name `C:\\a\\b`: only as they are shown they are the same file.
  return { files: [...new Set([...files].map((file) => shownPath(file, options.cwd)))].sort(), problems };
}

/** A path as reports show it. */
export function shownPath(absolute: string, cwd: string): string {
  const relative = path.relative(cwd, absolute);
  return slashed(relative !== '' && isWithin(absolute, cwd) ? relative : absolute);
}

function kindOf(absolute: string): 'file' | 'directory' | undefined {
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stats.isDirectory() ? 'directory' : 'file';
}

async function search(patterns: readonly string[], directory: string, options: DiscoverOptions, anyName = false): Promise<string[]> {
  const { default: fastGlob } = await import('fast-glob');
  const found = fastGlob.sync([...patterns], {
    cwd: directory,
    absolute: true,
    dot: true,
    caseSensitiveMatch: false,
    followSymbolicLinks: false,
    suppressErrors: true,
    ignore: SKIPPED_DIRECTORIES.map((name) => `**/${name}`),
  });
  const wanted = found.filter((file) => anyName || !NOT_A_DOCKERFILE.test(file));
  return options.gitignore ? await withoutIgnored(wanted, directory) : wanted;
}

/** Asks git which of the files it ignores; tracked files never are. Without git, or outside a repository, none is. */
async function withoutIgnored(files: readonly string[], directory: string): Promise<string[]> {
  if (files.length === 0) return [];
  const { spawnSync } = await import('node:child_process');
  const git = spawnSync('git', ['check-ignore', '-z', '--stdin'], { cwd: directory, input: files.join('\0'), maxBuffer: 1 << 28 });
  if (git.status !== 0) return [...files];
  const ignored = new Set(git.stdout.toString('utf8').split('\0'));
  return files.filter((file) => !ignored.has(file));
}

function noneBelow(arg: string): string {
  return `has no Dockerfiles in it. plimsoll looks for names such as Dockerfile, Dockerfile.gpu, train.dockerfile, Containerfile and compose.yaml; name the file itself if yours is called otherwise (plimsoll ${path.posix.join(arg, 'my-file')}).`;
}

/** Names a file of the same directory that the user may have meant. */
function missing(absolute: string): string {
  let names: string[];
  try {
    names = readdirSync(path.dirname(absolute));
  } catch {
    return 'does not exist, and neither does its directory.';
  }
  const near = nearest(path.basename(absolute), names);
  return `does not exist.${near === undefined ? ' Check the path; a relative one starts in the working directory.' : ` Did you mean ${near}?`}`;
}
