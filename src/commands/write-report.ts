/** Where the outcome of a run goes: the report in its formats, or a diff. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { CONFIGURATION_NAMES } from '../config/load.js';
import { ConfigurationError } from '../config/resolve.js';
import type { FileReport, Report } from '../engine/report.js';
import { counted } from '../reporters/words.js';
import { repositoryAbove, slashed } from '../source/file-tree.js';
import { obstacleTo } from '../source/obstacle.js';
import { type Environment, type OutputStream, type Surroundings, widthOf } from '../streams.js';
import { colorsFor, isUtf8Locale, wantsColor } from '../terminal.js';
import { fileOfBaseline } from './baseline.js';
import { type LintFlags, type Output, outputsOf } from './flags.js';
import { FORMATS, type Setting } from './formats.js';

/** A file that fixes or comments have changed, in memory. */
export interface ChangedFile {
  readonly before: FileReport;
  readonly after: FileReport;
  /** There is no such file yet. */
  readonly isNew?: boolean;
}

/** Prints what would be changed. @param fixes how many problems that mends */
export async function writeDiff(
  mended: readonly ChangedFile[],
  fixes: number,
  flags: LintFlags,
  { streams: { stdout, stderr }, env }: Surroundings,
): Promise<void> {
  const { diff } = await import('../reporters/diff.js');
  const colors = await colorsFor(wantsColor(flags.color, env, stdout.isTTY, false));
  for (const { before, after, isNew = false } of mended)
    stdout.write(diff(before, after, { colors, isNew, isTerminal: stdout.isTTY, unicode: isUtf8Locale(env) }));
  const would = `--fix${flags.unsafeFixes === true ? ' --unsafe-fixes' : ''} would mend ${counted(fixes, 'problem')} in ${counted(mended.length, 'file')}`;
  stderr.write(`plimsoll: ${mended.length === 0 ? 'nothing to fix' : would}.\n`);
}

/** Writes the report in each format where it belongs; false when a file cannot be written. @param stream where it goes without a file */
export async function writeReport(
  report: Report,
  flags: LintFlags,
  { streams, env, cwd }: Surroundings,
  stream: OutputStream,
): Promise<boolean> {
  // The working directory of a process is never a link, what CI calls the checkout may be one.
  const places = { root: slashed(realPath(repositoryRoot(env, cwd))), cwd: slashed(realPath(cwd)) };
  const listing = { showSuppressed: flags.showSuppressed === true };
  const quiet = flags.quiet === true;
  let isWritten = true;
  for (const output of outputsOf(flags)) {
    const toFile = output.file !== undefined;
    const layout: Setting['layout'] = async () => ({
      colors: await colorsFor(wantsColor(flags.color, env, !toFile && stream.isTTY, toFile)),
      width: toFile ? 80 : widthOf(stream, env),
      unicode: isUtf8Locale(env),
      statistics: flags.statistics === true,
      quiet,
    });
    const parts: string[] = [];
    await FORMATS[output.format].write(report, (part) => void parts.push(part), { places, listing, env, quiet, layout });
    if (output.file === undefined) {
      stream.write(parts.join(''));
      continue;
    }
    const problem = await problemWriting(output.file, parts.join(''), cwd);
    if (problem === undefined) continue;
    streams.stderr.write(`plimsoll: ${unwritable(output, problem)}\n`);
    isWritten = false;
  }
  return isWritten;
}

/** Why a file could not be written, which is then as it was; undefined when it was. */
async function problemWriting(file: string, content: string, cwd: string): Promise<string | undefined> {
  const { heedSignals, writeWhole } = await import('../source/replace-file.js');
  try {
    await heedSignals();
    writeWhole(path.resolve(cwd, file), Buffer.from(content));
    return undefined;
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return code === 'ENOSPC' || code === 'EDQUOT' ? 'there is no room left on the disk' : code;
  }
}

function unwritable({ file, option }: Output, reason: string): string {
  return `${file}: the report cannot be written there: ${reason}. Name another file with ${option}.`;
}

/**
 * Before anything is linted or mended: no report may take the place of what the run reads, or of another report.
 *
 * @param linted as reports show them
 * @throws {ConfigurationError} where one would, and where it could not be written at all
 */
export function refuseOutputFiles(flags: LintFlags, linted: readonly string[], cwd: string): void {
  const { baseline, writeBaseline, pruneBaseline } = flags;
  const usesBaseline = baseline !== undefined || writeBaseline === true || pruneBaseline === true;
  const taken = new Map<string, Output>();
  for (const output of outputsOf(flags)) {
    if (output.file === undefined) continue;
    const file = path.resolve(cwd, output.file);
    const obstacle = obstacleTo(file);
    if (obstacle !== undefined) throw new ConfigurationError(unwritable(output, obstacle));
    const real = realPath(file);
    const places = new Set([file, real]);
    const other = taken.get(real);
    const whose = linted.some((each) => places.has(path.resolve(cwd, each)))
      ? 'a Dockerfile'
      : CONFIGURATION_NAMES.includes(path.basename(file))
        ? 'a configuration'
        : usesBaseline && places.has(fileOfBaseline(flags, cwd))
          ? 'the baseline'
          : other && `the format ${other.format}`;
    if (whose !== undefined) throw new ConfigurationError(unwritable(output, `that is the place of ${whose}`));
    taken.set(real, output);
  }
}

function realPath(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

/** What CI calls the checkout: GitHub (and Gitea), GitLab. */
const ROOT_VARIABLES = ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR'];

/** The directory that paths in CI reports are relative to: the checkout, else the git repository, else `cwd`. */
function repositoryRoot(env: Environment, cwd: string): string {
  const checkout = ROOT_VARIABLES.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  return checkout ?? repositoryAbove(cwd) ?? cwd;
}
