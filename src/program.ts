/**
 * Hands the process to the program. Output is written with one synchronous call after the other, so that a pipe gets all
 * of it before the process ends, and starting costs no stream.
 */
import { fstatSync, readSync, writeSync } from 'node:fs';
import { main } from './cli.js';
import type { OutputStream } from './streams.js';

export { lintPart } from './cli.js';
export * as library from './index.js';

class ClosedPipe extends Error {}

/** NOTE: `process.stdout` and node:tty cost 4 ms to load, so only what may be a terminal is asked. */
function output(descriptor: 1 | 2): OutputStream {
  const write = (text: string | Uint8Array): void => writeAll(descriptor, Buffer.from(text));
  if (!isCharacterDevice(descriptor)) return { isTTY: false, write };
  const { isTTY = false, columns } = descriptor === 1 ? process.stdout : process.stderr;
  return { isTTY, write, ...(columns === undefined ? {} : { columns }) };
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // The descriptor is closed.
    return false;
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The reader has gone away (`plimsoll | head`): there is nobody left to tell.
      if (code === 'EPIPE') throw new ClosedPipe();
      if (code !== 'EAGAIN') throw error;
      // A pipe that is full.
      waitAMillisecond();
    }
  }
}

/**
 * Everything on standard input. SPEC: reading from a pipe that does not wait says EAGAIN while nothing has come (POSIX, read, 2024; whoever
 * starts the program decides that), and on Windows a pipe ends with the error EOF.
 */
function readAll(): Uint8Array {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = Buffer.alloc(1 << 16);
    try {
      const count = readSync(0, part);
      if (count === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, count));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return Buffer.concat(parts);
      if (code !== 'EAGAIN') throw error;
      waitAMillisecond();
    }
  }
}

function waitAMillisecond(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

/** Runs the program on this process's arguments, streams and environment; sets the exit code and never rejects. */
export async function run(): Promise<void> {
  const streams = { stdin: readAll, stdout: output(1), stderr: output(2) };
  try {
    process.exitCode = await main(process.argv.slice(2), streams, process.env, process.cwd());
  } catch (error) {
    if (error instanceof ClosedPipe) return;
    process.exitCode = 2;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    writeAll(2, Buffer.from(`plimsoll: internal error: ${reason}\n`));
  }
}
