/** Where a file lies in its repository: what machines that read a report know it by. */

/** Both absolute, with forward slashes and without a slash at the end. */
export interface Places {
  /** The root of the repository: what CI says it is, else git's top level, else the working directory. */
  readonly root: string;
  /** What relative paths in the report are relative to. */
  readonly cwd: string;
}

/** The path from the root of the repository, without `./`; an absolute path where the file lies outside of it. */
export function repositoryPath(path: string, { root, cwd }: Places): string {
  if (isNameless(path)) return path;
  const absolute = normalized(isAbsolute(path) ? path : `${cwd}/${path}`);
  const base = normalized(root);
  const prefix = base.endsWith('/') ? base : `${base}/`;
  return absolute.startsWith(prefix) ? absolute.slice(prefix.length) : absolute;
}

/** {@link repositoryPath} as a URI reference: each segment percent-encoded, absolute paths as `file://`. */
export function repositoryUri(path: string, places: Places): string {
  const inRepository = repositoryPath(path, places);
  const encoded = inRepository
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  if (!isAbsolute(inRepository)) return encoded;
  return `file://${encoded.startsWith('/') ? '' : '/'}${encoded.replace(/^([A-Za-z])%3A/, '$1:')}`;
}

/** Whether what stands in the place of a path is no file: `<stdin>`, or an option that went wrong, as `--target gpu`. */
export function isNameless(path: string): boolean {
  return (path.startsWith('<') && path.endsWith('>')) || /^--[a-z-]+ /.test(path);
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:\//.test(path);
}

/** Resolves `.` and `..`; a Windows drive becomes a capital, as tools disagree on it. */
function normalized(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  const isDrive = /^[A-Za-z]:$/.test(segments[0] ?? '');
  if (isDrive) segments[0] = (segments[0] ?? '').toUpperCase();
  return (isDrive ? '' : '/') + segments.join('/');
}
