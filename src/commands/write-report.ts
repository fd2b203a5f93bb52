/** Where the outcome of a run goes: the report in its format, or a diff. */
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { CONFIGURATION_NAMES } from '../config/load.js';
import { ConfigurationError, findRule } from '../config/resolve.js';
import type { FileReport, Report } from '../engine/report.js';
import { environmentVariable, explanationOf } from '../facts/environment-variables.js';
import type { ListingOptions } from '../reporters/listed.js';
import type { Places } from '../reporters/paths.js';
import { text } from '../reporters/text.js';
import { counted } from '../reporters/words.js';
import { repositoryAbove } from '../source/file-tree.js';
import { obstacleTo } from '../source/obstacle.js';
import { type Environment, type OutputStream, type Surroundings, widthOf } from '../streams.js';
import { colorsFor, isUtf8Locale, wantsColor } from '../terminal.js';
import { VERSION } from '../version.js';
import { fileOfBaseline } from './baseline.js';
import type { LintFlags } from './flags.js';

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

/** Writes the report where it belongs; false when the output file cannot be written. @param stream where it goes without such a file */
export async function writeReport(
  report: Report,
  flags: LintFlags,
  { streams, env, cwd }: Surroundings,
  stream: OutputStream,
): Promise<boolean> {
  const parts: string[] = [];
  const toFile = flags.outputFile !== undefined;
  const write = (part: string): void => {
    parts.push(part);
  };
  const places = { root: repositoryRoot(env, cwd), cwd };
  const listing = { showSuppressed: flags.showSuppressed === true };
  if (flags.format === 'json') (await import('../reporters/json.js')).json(report, write, listing);
  else if (flags.format === 'github') (await import('../reporters/github.js')).github(report, write, places);
  else if (flags.format === 'html') await writeHtml(report, write, listing);
  else if (flags.format === 'sarif') await writeSarif(report, write, { ...places, ...listing });
  else {
    const color = wantsColor(flags.color, env, !toFile && stream.isTTY, toFile);
    text(report, write, {
      ...listing,
      colors: await colorsFor(color),
      width: toFile ? 80 : widthOf(stream, env),
      unicode: isUtf8Locale(env),
      statistics: flags.statistics === true,
      quiet: flags.quiet === true,
    });
  }
  if (flags.outputFile === undefined) {
    stream.write(parts.join(''));
    return true;
  }
  try {
    writeFileSync(path.resolve(cwd, flags.outputFile), parts.join(''));
    return true;
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    streams.stderr.write(`plimsoll: ${unwritable(flags.outputFile, code)}\n`);
    return false;
  }
}

function unwritable(outputFile: string, reason: string): string {
  return `${outputFile}: the report cannot be written there: ${reason}. Name another file with --output-file.`;
}

/**
 * Before anything is linted or mended: the report must not take the place of what the run reads.
 *
 * @param linted as reports show them
 * @throws {ConfigurationError} where it would, and where it could not be written at all
 */
export function refuseOutputFile(flags: LintFlags, linted: readonly string[], cwd: string): void {
  const { outputFile, baseline, writeBaseline, pruneBaseline } = flags;
  if (outputFile === undefined) return;
  const file = path.resolve(cwd, outputFile);
  const obstacle = obstacleTo(file);
  if (obstacle !== undefined) throw new ConfigurationError(unwritable(outputFile, obstacle));
  const places = new Set([file, realPath(file)]);
  const usesBaseline = baseline !== undefined || writeBaseline === true || pruneBaseline === true;
  const whose = linted.some((each) => places.has(path.resolve(cwd, each)))
    ? 'a Dockerfile'
    : CONFIGURATION_NAMES.includes(path.basename(file))
      ? 'a configuration'
      : usesBaseline && places.has(fileOfBaseline(flags, cwd))
        ? 'the baseline'
        : undefined;
  if (whose !== undefined) throw new ConfigurationError(unwritable(outputFile, `that is the place of ${whose}`));
}

function realPath(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

async function writeSarif(report: Report, write: (part: string) => void, options: Places & ListingOptions): Promise<void> {
  const [{ sarif }, { documentation }, { rulePageBody }] = await Promise.all([
    import('../reporters/sarif.js'),
    import('../../rules/documentation.js'),
    import('../rule-page.js'),
  ]);
  const pages = (id: string): { text: string; markdown: string; why: string } => {
    const rule = findRule(rules, id);
    const docs = documentation[id];
    if (docs === undefined) return { text: rule.summary, markdown: rule.summary, why: rule.summary };
    return { text: `${docs.why}\n\n${docs.remedy}`, markdown: rulePageBody(rule, docs), why: docs.why };
  };
  sarif(report, write, { ...options, version: VERSION, pages });
}

async function writeHtml(report: Report, write: (part: string) => void, listing: ListingOptions): Promise<void> {
  const [{ html }, { documentation }] = await Promise.all([import('../reporters/html.js'), import('../../rules/documentation.js')]);
  const explain = (name: string): string | undefined => {
    const variable = environmentVariable(name);
    return variable && explanationOf(variable);
  };
  html(report, write, { ...listing, version: VERSION, why: (id) => documentation[id]?.why ?? '', explain });
}

/** The directory that paths in CI reports are relative to: the workspace, else the git repository, else `cwd`. */
function repositoryRoot(env: Environment, cwd: string): string {
  const workspace = env['GITHUB_WORKSPACE'];
  return workspace !== undefined && workspace !== '' ? workspace : (repositoryAbove(cwd) ?? cwd);
}
