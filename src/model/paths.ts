/**
 * Paths as text, with forward slashes: those of an image are absolute, those of the build context and of a tree relative, with
 * the empty path for the root. Nothing is looked up.
 */

/** Joins an absolute directory and a path, `.` and `..` resolved. */
export function joinPath(directory: string, path: string): string {
  const joined = path.startsWith('/') ? path : `${directory === '/' ? '' : directory}/${path}`;
  // Nearly all are resolved as they are.
  if (joined.startsWith('/') && !/\/\.{0,2}(?:\/|$)/.test(joined)) return joined;
  const parts = path.startsWith('/') ? [] : directory.split('/').filter((part) => part !== '');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether a path is a directory or lies in it; both absolute, or both relative to the context. */
export function isInside(path: string, directory: string): boolean {
  return path === directory || directory === '' || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** The part of a path behind a directory it lies in. */
export function below(path: string, directory: string): string {
  return path.slice(directory === '' || directory === '/' || path === directory ? directory.length : directory.length + 1);
}

/** The directory a path lies in; the root for what lies there. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === 0 ? '/' : path.slice(0, Math.max(slash, 0));
}

/** What stands behind the last slash of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path below a directory of the tree; either may be empty. */
export function inDirectory(directory: string, path: string): string {
  return directory === '' || path === '' ? directory + path : `${directory}/${path}`;
}
