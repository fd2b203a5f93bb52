/**
 * Loads `program.cjs` from V8's code cache where that is safe: compiling the program is 30 of the 80 ms a run takes without
 * it (`npm run bench`).
 *
 * A code cache is code. It is kept in a directory that belongs to the user and that nobody else can read or write, under a
 * name that changes with the program and with Node; V8 checks version and flags. Whatever does not fit, the program is
 * loaded as any other. `PLIMSOLL_CODE_CACHE=0` switches it off.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';

/** What `program.cjs` exports: see `program.ts`. */
export interface Program {
  readonly run: () => Promise<void>;
  readonly lintPart: (batch: unknown) => unknown;
}

/** A program, and how to keep its compiled code for the next time; that does nothing where it came from there. */
export interface LoadedProgram {
  readonly program: Program;
  readonly keepCode: () => void;
}

const file = path.join(__dirname, 'program.cjs');

/** Loads the program that stands beside the file that calls this. */
export function loadProgram(): LoadedProgram {
  const cachePath = process.env['PLIMSOLL_CODE_CACHE'] === '0' ? undefined : cacheFile();
  if (cachePath === undefined) return { program: require('./program.cjs') as Program, keepCode: () => {} };
  const cachedData = read(cachePath);
  // The bundle is ASCII, which V8 keeps at a byte a character only when it is read so.
  const source = readFileSync(file, 'latin1');
  const script = new Script(`(function (exports, require, module) {${source}\n})`, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} as Program, loaded: true, children: [] };
  (script.runInThisContext() as (exports: unknown, load: NodeJS.Require, own: unknown) => void)(module.exports, require, module);
  // The files that are loaded later ask for what the program has.
  require.cache[file] = module as unknown as NodeJS.Module;
  const isUsed = cachedData !== undefined && script.cachedDataRejected === false;
  return { program: module.exports, keepCode: () => (isUsed ? undefined : write(cachePath, script.createCachedData())) };
}
/** Where the code of this program for this Node is kept; undefined where no place is safe. */
function cacheFile(): string | undefined {
  // Without owners and modes (Windows) there is no telling whose directory it is.
  if (process.getuid === undefined) return undefined;
  const { XDG_CACHE_HOME, HOME } = process.env;
  const base = XDG_CACHE_HOME?.startsWith('/') === true ? XDG_CACHE_HOME : HOME?.startsWith('/') === true ? `${HOME}/.cache` : undefined;
  if (base === undefined) return undefined;
  try {
    const directory = `${base}/plimsoll`;
    // Under sudo HOME may be somebody else's: nothing is left there.
    if (!isOwn(HOME ?? base)) return undefined;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!isOwn(directory) || (lstatSync(directory).mode & 0o077) !== 0) return undefined;
    const { size, mtimeMs } = statSync(file);
    return `${directory}/program-${size}-${Math.round(mtimeMs)}-${process.version}-${process.arch}.code`;
  } catch {
    return undefined;
  }
}

/** A directory, no link, of the user who runs this. */
function isOwn(directory: string): boolean {
  const stats = lstatSync(directory);
  return stats.isDirectory() && stats.uid === process.getuid?.();
}

function read(cachePath: string): Buffer | undefined {
  try {
    return readFileSync(cachePath);
  } catch {
    return undefined;
  }
}

const MONTH = 30 * 24 * 3600 * 1000;

/** Written beside and moved into place, so that no run ever sees half of it. What older programs left goes after a month. */
function write(cachePath: string, code: Buffer): void {
  const temporary = `${cachePath}.${process.pid}`;
  try {
    rmSync(cachePath, { force: true });
    writeFileSync(temporary, code, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, cachePath);
    for (const name of readdirSync(path.dirname(cachePath))) {
      const other = path.join(path.dirname(cachePath), name);
      if (lstatSync(other).mtimeMs < Date.now() - MONTH) rmSync(other, { force: true });
    }
  } catch {
    rmSync(temporary, { force: true });
  }
}
