/** `--baseline`, `--write-baseline`, `--prune-baseline`: what a run accepts, and what becomes of the file that says so. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { accepting, Baseline, entriesOf } from '../baseline/baseline.js';
import { readBaseline, writtenBaseline } from '../baseline/format.js';
import { ConfigurationError } from '../config/resolve.js';
import type { Failure, FileReport } from '../engine/report.js';
import { counted } from '../reporters/words.js';
import { shownPath } from '../source/discover.js';
import { slashed } from '../source/file-tree.js';
import { obstacleTo } from '../source/obstacle.js';
import { placeOf } from '../source/position.js';
import { sourceFromText } from '../source/source-file.js';

/** The options of the command line. */
export interface BaselineFlags {
  readonly baseline?: string;
  readonly writeBaseline?: boolean;
  readonly pruneBaseline?: boolean;
}

/** Where a baseline is written when no file is named. */
const DEFAULT_FILE = 'plimsoll-baseline.json';

/** The file of the baseline that the options speak of, absolute; whether they speak of one or not. */
export function fileOfBaseline({ baseline = DEFAULT_FILE }: BaselineFlags, cwd: string): string {
  return path.resolve(cwd, baseline);
}

/** What there is to say of the baseline when everything is linted. */
export interface BaselineOutcome {
  /** Sentences for standard error. */
  readonly notes: readonly string[];
  readonly failures: readonly Failure[];
}

/** The baseline of one run. */
export class RunBaseline {
  private constructor(
    private readonly file: string,
    /** The bytes of the file as it was read; undefined when there is none yet. */
    private readonly bytes: Uint8Array | undefined,
    private readonly known: Baseline,
    private readonly flags: BaselineFlags,
    private readonly cwd: string,
  ) {}

  /**
   * The baseline that the options ask for; undefined when they ask for none.
   *
   * @throws {ConfigurationError} when it is missing, or cannot be read, or not be written where that is asked for
   */
  static of(flags: BaselineFlags, cwd: string): RunBaseline | undefined {
    if (flags.baseline === undefined && flags.writeBaseline !== true && flags.pruneBaseline !== true) return undefined;
    const file = fileOfBaseline(flags, cwd);
    const bytes = bytesOf(file, cwd, flags.writeBaseline === true);
    // Before anything is mended: who asks for both wants neither alone.
    const obstacle = flags.writeBaseline === true || flags.pruneBaseline === true ? obstacleTo(file) : undefined;
    if (obstacle !== undefined) throw new ConfigurationError(`${shownPath(file, cwd)}: the baseline cannot be written: ${obstacle}.`);
    return new RunBaseline(file, bytes, new Baseline(bytes === undefined ? [] : entriesIn(bytes, file, cwd)), flags, cwd);
  }

  /** A file without what is accepted in it; with `--write-baseline` that is everything. */
  accepting(report: FileReport): FileReport {
    const own = this.pathOf(report);
    return accepting(report, own, this.flags.writeBaseline === true ? new Baseline(entriesOf(report, own)) : this.known);
  }

  /**
   * Writes the file anew where that is asked for, and says what is stale.
   *
   * @param reports of the files that were linted, by {@link accepting}
   * @param ran whether a rule ran in the files, or does not exist: only then is it known that what is not found is gone
   */
  async finish(reports: readonly FileReport[], ran: (ruleId: string) => boolean): Promise<BaselineOutcome> {
    const directory = path.dirname(this.file);
    const linted = new Set(reports.map((report) => this.pathOf(report)));
    const seen = {
      entries: reports.flatMap((report) => entriesOf(report, this.pathOf(report))),
      // LIMIT: a rule that was not allowed to look at other files (--no-context) counts as one that ran.
      covers: (entry: { path: string; ruleId: string }) =>
        linted.has(entry.path) ? ran(entry.ruleId) : !existsSync(path.resolve(directory, entry.path)),
    };
    const shown = shownPath(this.file, this.cwd);
    if (this.flags.writeBaseline === true) {
      const renewed = this.known.renewed(seen);
      const use = this.flags.baseline === undefined ? ` Lint with --baseline ${shown} from now on.` : '';
      return this.written(renewed, `${shown}: ${counted(renewed.size, 'finding')} accepted.${use}`);
    }
    const pruned = this.known.pruned(seen);
    const stale = this.known.size - pruned.size;
    if (this.flags.pruneBaseline === true) {
      return stale === 0
        ? { notes: [`${shown}: nothing to drop.`], failures: [] }
        : this.written(pruned, `${shown}: ${counted(stale, 'finding')} dropped.`);
    }
    const gone = `${shown}: ${counted(stale, 'finding')} accepted that ${stale === 1 ? 'is' : 'are'} no longer there. Drop ${stale === 1 ? 'it' : 'them'} with --prune-baseline.`;
    return { notes: stale === 0 ? [] : [gone], failures: [] };
  }

  private pathOf({ source }: FileReport): string {
    return slashed(path.relative(path.dirname(this.file), path.resolve(this.cwd, source.path)));
  }

  private async written({ entries }: Baseline, note: string): Promise<BaselineOutcome> {
    const bytes = Buffer.from(writtenBaseline(entries));
    const { replaceFile, UnwritableFile } = await import('../source/replace-file.js');
    try {
      if (this.bytes === undefined) writeFileSync(this.file, bytes, { flag: 'wx' });
      else if (!bytes.equals(this.bytes)) replaceFile(this.file, this.bytes, bytes);
      return { notes: [note], failures: [] };
    } catch (error) {
      const message = error instanceof UnwritableFile ? error.message : reasonOf(error as NodeJS.ErrnoException);
      return { notes: [], failures: [{ path: shownPath(this.file, this.cwd), message }] };
    }
  }
}

/** @param isNew whether there need not be a file yet */
function bytesOf(file: string, cwd: string, isNew: boolean): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && isNew) return undefined;
    const message =
      code === 'ENOENT'
        ? 'there is no such baseline. Write one with --write-baseline.'
        : code === 'EISDIR'
          ? 'is a directory. Name the file in it.'
          : `cannot be read (${code}).`;
    throw new ConfigurationError([{ path: shownPath(file, cwd), message }]);
  }
}

/** @throws {ConfigurationError} that says what is wrong, and where */
function entriesIn(bytes: Uint8Array, file: string, cwd: string): Baseline['entries'] {
  const shown = shownPath(file, cwd);
  const source = sourceFromText(shown, Buffer.from(bytes).toString('utf8'));
  const read = readBaseline(source.text);
  if (!('message' in read)) return read;
  const message = `${read.message}. Mend it, or delete it and run with --write-baseline.`;
  throw new ConfigurationError([{ path: shown, place: placeOf(source, read.span.start), message }]);
}

function reasonOf({ code = 'unknown error' }: NodeJS.ErrnoException): string {
  return code === 'EEXIST' ? 'has been written by somebody else meanwhile. Run plimsoll again.' : `cannot be written (${code}).`;
}
