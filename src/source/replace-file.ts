/** Writing a file that may be there already, so that at any moment it is wholly the old one or wholly the new one. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { obstacleTo } from './obstacle.js';

/** Why a file is left alone. The message continues the file's name and ends in the way out. */
export class UnwritableFile extends Error {
  override readonly name = 'UnwritableFile';
}

/**
 * Replaces the content of a file: a new file beside it gets its mode and owner and takes its name. Of a symbolic link the file
 * it leads to is replaced.
 *
 * LIMIT: a second hard link keeps the old content; extended attributes are lost.
 *
 * @param file absolute
 * @param expected what was read from it; a file that holds anything else by now is left alone
 * @throws {UnwritableFile} when it is left alone: changed meanwhile, read-only, no regular file, no room
 */
export function replaceFile(file: string, expected: Uint8Array, bytes: Uint8Array): void {
  try {
    const target = realpathSync(file);
    const status = statSync(target);
    if (!status.isFile()) throw new UnwritableFile('is no regular file and cannot be written back.');
    if (obstacleTo(target) !== undefined) throw new UnwritableFile(READ_ONLY);
    const current = readFileSync(target);
    // Under another name, a link's, the same run has written it already.
    if (current.equals(bytes)) return;
    if (!current.equals(expected)) throw new UnwritableFile('has changed while it was being read. Run plimsoll again.');
    writeBeside(target, bytes, status);
  } catch (error) {
    if (error instanceof UnwritableFile) throw error;
    throw new UnwritableFile(reasonOf(error as NodeJS.ErrnoException));
  }
}

/** Makes a file that is not there yet. @param file absolute @throws {UnwritableFile} when it is there by now, or cannot be made */
export function writeNewFile(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnwritableFile(
      code === 'EEXIST' ? 'was not made: somebody has made it meanwhile. Run plimsoll again.' : reasonOf(error as NodeJS.ErrnoException),
    );
  }
}

/**
 * Writes a file that may be there already, wholly or not at all: when this throws, what was there is there still. What is no regular file,
 * as `/dev/null` or a pipe, is written into; so is a file that cannot be replaced although it may be written, as one that is mounted by itself.
 *
 * @param file absolute
 * @throws {NodeJS.ErrnoException} as the system gives it
 */
export function writeWhole(file: string, bytes: Uint8Array): void {
  const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  const status = statSync(file, { throwIfNoEntry: false });
  if (isThere && status?.isFile() !== true) {
    writeFileSync(file, bytes);
    return;
  }
  try {
    writeBeside(status === undefined ? file : realpathSync(file), bytes, status);
  } catch (error) {
    const reason = (error instanceof UnwritableFile ? error.cause : error) as NodeJS.ErrnoException;
    if (status === undefined || !IRREPLACEABLE.has(reason.code ?? '')) throw reason;
    writeFileSync(file, bytes);
  }
}

/** Why no file can be made beside another or take its place, though that one may well be written. */
const IRREPLACEABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV']);

/**
 * To be awaited in front of each of many files: from the first call on, a signal that ends the program (Ctrl-C) is heard there and
 * nowhere else, so that nothing is left beside a file that was being written.
 */
export async function heedSignals(): Promise<void> {
  if (process.listeners('SIGINT').every((listener) => listener !== end)) for (const signal of ENDING) process.on(signal, end);
  await new Promise((resolve) => setImmediate(resolve));
}

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function end(signal: NodeJS.Signals): void {
  for (const each of ENDING) process.off(each, end);
  process.kill(process.pid, signal);
}

const READ_ONLY = 'is read-only: nothing was written. Make it writable (chmod u+w) and run plimsoll again.';
const IN_READ_ONLY = 'stands in a directory that may not be written to: nothing was written. Make that writable and run plimsoll again.';

interface Status {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** @param status of the file that is replaced; a file that is not there yet becomes what its directory and the umask make of it */
function writeBeside(target: string, bytes: Uint8Array, status: Status | undefined): void {
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.plimsoll`);
  const descriptor = openedBeside(beside);
  try {
    try {
      writeFileSync(descriptor, bytes);
      if (status !== undefined) keepOwner(descriptor, status.uid, status.gid);
      // Behind the owner, which takes set-user-id bits away.
      fchmodSync(descriptor, status === undefined ? 0o666 & ~process.umask() : status.mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, target);
  } catch (error) {
    unlinkSync(beside);
    throw error;
  }
}

function openedBeside(file: string): number {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    const isForbidden = reasonOf(error as NodeJS.ErrnoException) === READ_ONLY;
    throw isForbidden ? new UnwritableFile(IN_READ_ONLY, { cause: error }) : error;
  }
}

/** Root, as in a container, hands the file back to whom it belongs; others cannot, and mostly need not. */
function keepOwner(descriptor: number, uid: number, gid: number): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // It is the group's or another user's, and this one may not give files away.
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return READ_ONLY;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'cannot be written: there is no room left on the disk. It is as it was.';
  if (code === 'ENOENT') return 'is gone: it was there a moment ago.';
  return `cannot be written (${code ?? message}). It is as it was.`;
}
