/** The addresses of documents, and the files they mean. */
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The absolute path of a `file:` address, undefined for any other: `c%3A` and `c:` are the same drive, and what cannot be a path is none.
 *
 * @param windows whether paths are those of Windows; asked of the system by default
 */
export function fileOf(uri: string, windows: boolean = process.platform === 'win32'): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    return fileURLToPath(uri, { windows });
  } catch {
    // Another host, a slash in an escape, no UTF-8 behind the percent signs.
    return undefined;
  }
}

/** The address of a file. @param file absolute */
export function uriOf(file: string, windows: boolean = process.platform === 'win32'): string {
  return pathToFileURL(file, { windows }).href;
}
