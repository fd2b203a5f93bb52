/**
 * The files of a run, read and linted one by one. Threads share a run by taking files from the same list.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { type Fixed, type FixRequest, fixFile } from '../engine/fix.js';
import type { Linted } from '../engine/lint.js';
import type { Failure } from '../engine/report.js';
import { type Surroundings, Trees } from '../source/file-tree.js';
import { decodeSource, MAX_SOURCE_BYTES, type SourceFile, UnreadableSource } from '../source/source-file.js';
import type { LinterOfFile, Linters, RunRequest, Terms, Ungoverned } from './linters.js';

/** A run over files. It can be sent to another thread, where {@link Batch.next} is the same memory. */
export interface Batch extends RunRequest {
  /** Paths as the user knows them, in the order of the report. */
  readonly files: readonly string[];
  /** The directory that the user names as build context; false when the files around a Dockerfile are to be left alone. */
  readonly context: string | false | undefined;
  /** What is to be mended, in memory: nothing is written here. */
  readonly fix?: FixRequest;
  /** One number: the index of the first file that nobody has taken yet. */
  readonly next: Int32Array;
}

/** As many as are worth a thread, which has to load the program first and to get up to speed (see `threads.ts`). */
export const FILES_A_THREAD = 150;

/** What came of one file: it was linted, and mended where that was asked for, or it could not be read, or nobody knows how to lint it. */
export type Outcome = ((Linted | Fixed) & { readonly terms: Terms }) | Failure | Ungoverned;

/** Makes the run of some files, none of them taken. */
export function batchOf(files: readonly string[], about: Omit<Batch, 'files' | 'next'>): Batch {
  return { ...about, files, next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
}

/** Takes file after file until none is left, and lints them. The result is by index in {@link Batch.files}. */
export function lintShare(batch: Batch, linters: Linters, step: (index: number) => void = () => {}): Map<number, Outcome> {
  const outcomes = new Map<number, Outcome>();
  const trees = treesOf(batch);
  for (let index = Atomics.add(batch.next, 0, 1); index < batch.files.length; index = Atomics.add(batch.next, 0, 1)) {
    step(index);
    outcomes.set(index, lintPath(batch.files[index] ?? '', batch, linters, trees));
  }
  return outcomes;
}

/** The files around the Dockerfiles of a run; undefined when they are to be left alone. @param cwd absolute */
export function treesOf({ cwd, context }: Pick<Batch, 'cwd' | 'context'>): Trees | undefined {
  return context === false ? undefined : new Trees(cwd, context);
}

/** Reads and lints a file. */
export function lintPath(file: string, { cwd, fix }: Pick<Batch, 'cwd' | 'fix'>, linters: Linters, trees: Trees | undefined): Outcome {
  const own = linters.of(file);
  if ('problems' in own) return own;
  return lintBytes(file, () => readBytes(path.resolve(cwd, file)), own, fix, trees && (() => trees.around(file)));
}

/** Lints what `read` yields under a name. Whatever keeps it from being read becomes a failure in words for the user. */
export function lintBytes(
  name: string,
  read: () => Uint8Array,
  { linter, terms }: LinterOfFile,
  fix: FixRequest | undefined,
  around?: () => Surroundings,
): Outcome {
  const source = decoded(name, read);
  if ('message' in source) return source;
  return { ...(fix === undefined ? linter.lint(source, around) : fixFile(linter, source, fix, around)), terms };
}

function readBytes(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return readAtMost(descriptor, MAX_SOURCE_BYTES + 1);
    // The decoder refuses such a file by its length: a disk image is never loaded.
    return status.size > MAX_SOURCE_BYTES ? ({ length: status.size } as Uint8Array) : readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A pipe (`plimsoll <(make-dockerfile)`) has no size, and a device may never end. */
function readAtMost(descriptor: number, most: number): Uint8Array {
  const bytes = Buffer.alloc(most);
  let length = 0;
  for (let count = -1; count !== 0 && length < most; length += count) count = readSync(descriptor, bytes, length, most - length, null);
  return bytes.subarray(0, length);
}

function decoded(name: string, read: () => Uint8Array): SourceFile | Failure {
  try {
    return decodeSource(name, read());
  } catch (error) {
    if (error instanceof UnreadableSource) return { path: name, message: error.message };
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      return { path: name, message: 'cannot be read: permission denied. Check its mode and owner (ls -l).' };
    if (code === 'ENOENT') return { path: name, message: 'is gone: it was there a moment ago, or it is a link to nothing.' };
    if (code === 'EISDIR') return { path: name, message: 'is a directory, not a file.' };
    if (code !== undefined) return { path: name, message: `cannot be read (${code}).` };
    throw error;
  }
}
