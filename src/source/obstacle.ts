/** What would keep a file from being written, before anything else is. */
import { accessSync, constants, type Stats, statSync } from 'node:fs';
import path from 'node:path';

/** Why a file that need not be there cannot be written, as a clause; undefined when nothing speaks against it. @param file absolute */
export function obstacleTo(file: string): string | undefined {
  const status = statusOf(file);
  if (status?.isDirectory() === true) return 'it is a directory';
  const parent = path.dirname(file);
  if (status === undefined && statusOf(parent)?.isDirectory() !== true) return 'its directory does not exist';
  // NOTE: to root every file is writable; who made it read-only meant something by it.
  if (status !== undefined && (status.mode & 0o222) === 0) return 'it is read-only';
  try {
    accessSync(status === undefined ? parent : file, constants.W_OK);
    return undefined;
  } catch {
    return 'permission denied';
  }
}

function statusOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // A file where a directory should be, or one that may not be looked into.
    return undefined;
  }
}
