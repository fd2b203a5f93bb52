/**
 * `plimsoll [paths]`: finds the files, lints and mends them, writes what came of it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { type Batch, batchOf, FILES_A_THREAD, lintBytes, linting, lintShare, type Outcome, treesOf } from '../batch/share.js';
import { ConfigurationError, findRule, resolveContext, resolveRules } from '../config/resolve.js';
import type { FixRequest } from '../engine/fix.js';
import { Linter } from '../engine/lint.js';
import { type Failure, type FileReport, type Report, SEVERITY_RANK, type Severity } from '../engine/report.js';
import { text } from '../reporters/text.js';
import type { Preset } from '../rule.js';
import { discover } from '../source/discover.js';
import { repositoryAbove } from '../source/file-tree.js';
import { encodeSource } from '../source/source-file.js';
import { type Environment, type ExitCode, type OutputStream, type Surroundings, widthOf } from '../streams.js';
import { colorsFor, isUtf8Locale, wantsColor } from '../terminal.js';
import { VERSION } from '../version.js';
import { Progress } from './progress.js';

/** The options of the command line. A list is absent where its option is not given. */
export interface LintFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly outputFile?: string;
  readonly stdinFilename?: string;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly preset: Preset;
  readonly target?: string;
  /** False for `--no-context`; true where neither that nor `--context` is given, as commander has it. */
  readonly context: string | boolean;
  readonly failOn: Severity | 'never';
  readonly quiet?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly exitZero?: boolean;
  readonly statistics?: boolean;
  readonly exclude?: readonly string[];
  readonly gitignore: boolean;
  readonly inline: boolean;
  readonly today: string;
  /** The last of `--fix` and `--no-fix`. */
  readonly fix?: boolean;
  readonly unsafeFixes?: boolean;
  readonly fixOnly?: readonly string[];
  readonly diff?: boolean;
}

/** Lints what the command line names, and reports. */
export async function lint(paths: readonly string[], flags: LintFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { streams, cwd } = surroundings;
  const fix = fixRequest(flags);
  const settings = {
    rules: resolveRules(rules, { preset: flags.preset, select: flags.select ?? [], ignore: flags.ignore ?? [] }),
    inlineSuppressions: flags.inline,
    today: flags.today,
    ...(flags.target === undefined ? {} : { target: flags.target }),
  };
  const context = resolveContext(flags.context === true ? undefined : flags.context, cwd);
  const about = { cwd, settings, context, ...(fix === undefined ? {} : { fix }) };
  const linter = new Linter({ registry: rules, ...settings });
  const isStdin = paths.includes('-');
  const outcomes = isStdin
    ? [lintStdin(paths, flags, linter, about, surroundings)]
    : await lintPaths(paths, flags, linter, about, surroundings);
  const failures: Failure[] = [];
  const files: FileReport[] = [];
  const mended: { readonly before: FileReport; readonly after: FileReport }[] = [];
  let hasTarget = false;
  for (const outcome of outcomes) {
    if ('message' in outcome) {
      failures.push(outcome);
      continue;
    }
    failures.push(...outcome.failures);
    hasTarget ||= outcome.hasTarget;
    const { report } = outcome;
    if (!('before' in outcome) || outcome.before.source.text === report.source.text) files.push(report);
    else {
      mended.push({ before: outcome.before, after: report });
      files.push(flags.diff === true ? outcome.before : isStdin ? report : await written(outcome.before, report, cwd, failures));
    }
    if (isStdin && flags.fix === true && flags.diff !== true) streams.stdout.write(encodeSource(report.source));
  }
  if (files.length > 0 && !hasTarget) {
    failures.push({
      path: `--target ${flags.target}`,
      message: 'no file has a stage of that name. Name one as FROM … AS writes it, or leave the option out.',
    });
  }
  const shown = flags.quiet === true ? files.map(onlyErrors) : files;
  const report: Report = { files: shown, rules: linter.enabledRules, failures };
  const isWritten =
    flags.diff === true
      ? await writeDiff(mended, flags, surroundings)
      : await writeReport(report, flags, surroundings, isStdin && flags.fix === true ? streams.stderr : streams.stdout);
  for (const failure of failures) streams.stderr.write(`plimsoll: ${failure.path}: ${failure.message}\n`);
  if (failures.length > 0 || !isWritten) return 2;
  if (flags.diff === true) return mended.length > 0 && flags.exitZero !== true ? 1 : 0;
  return exitCodeFor(shown, flags);
}

/** What is to be mended; undefined for nothing. @throws {ConfigurationError} for options that say nothing without another */
function fixRequest({ fix = false, diff = false, unsafeFixes = false, fixOnly, ...flags }: LintFlags): FixRequest | undefined {
  if (fix || diff) {
    if (diff && (flags.format !== 'text' || flags.outputFile !== undefined || flags.statistics === true)) {
      throw new ConfigurationError('--diff prints a diff and no report: leave out --format, --output-file and --statistics.');
    }
    return { unsafe: unsafeFixes, ...(fixOnly === undefined ? {} : { only: new Set(fixOnly.map((id) => findRule(rules, id).id)) }) };
  }
  const useless = unsafeFixes ? '--unsafe-fixes' : fixOnly === undefined ? undefined : '--fix-only';
  if (useless === undefined) return undefined;
  throw new ConfigurationError(`${useless} says what may be mended: add --fix to mend it, or --diff to see what that would change.`);
}

/** What the run is about, without its files. */
type About = Omit<Batch, 'files' | 'next'>;

/** Standard input has files around it only where it has a name. */
function lintStdin(paths: readonly string[], flags: LintFlags, linter: Linter, about: About, { streams }: Surroundings): Outcome {
  if (paths.length > 1) throw new ConfigurationError('`-` reads standard input and cannot be combined with other paths.');
  const name = flags.stdinFilename?.replaceAll('\\', '/');
  const trees = name === undefined ? undefined : treesOf(about);
  return lintBytes(name ?? '<stdin>', streams.stdin, linting(linter, about.fix), trees && (() => trees.around(name ?? '')));
}

async function lintPaths(
  paths: readonly string[],
  flags: LintFlags,
  linter: Linter,
  about: About,
  { streams }: Surroundings,
): Promise<readonly Outcome[]> {
  if (flags.stdinFilename !== undefined) throw new ConfigurationError('--stdin-filename names what `-` reads; add `-` to the command.');
  const { exclude = [], gitignore } = flags;
  const found = await discover(paths.length === 0 ? ['.'] : paths, { cwd: about.cwd, exclude, gitignore });
  const batch = batchOf(found.files, about);
  const progress = new Progress(streams.stderr, batch.files.length);
  try {
    const outcomes =
      batch.files.length < 2 * FILES_A_THREAD
        ? lintShare(batch, linter, progress.step).values()
        : await (await import('../batch/threads.js')).lintOnThreads(batch, linter, progress.step);
    return [...found.problems, ...outcomes];
  } finally {
    progress.end();
  }
}

/** Writes a mended file back; where that is not possible, what is reported is the file as it still is. */
async function written(before: FileReport, after: FileReport, cwd: string, failures: Failure[]): Promise<FileReport> {
  const { replaceFile, UnwritableFile } = await import('../source/replace-file.js');
  try {
    replaceFile(path.resolve(cwd, before.source.path), Buffer.from(encodeSource(before.source)), Buffer.from(encodeSource(after.source)));
    return after;
  } catch (error) {
    if (!(error instanceof UnwritableFile)) throw error;
    failures.push({ path: before.source.path, message: error.message });
    return before;
  }
}

function onlyErrors(report: FileReport): FileReport {
  return { ...report, findings: report.findings.filter(({ severity }) => severity === 'error') };
}

/** Prints what would be changed; always true. */
async function writeDiff(
  mended: readonly { readonly before: FileReport; readonly after: FileReport }[],
  flags: LintFlags,
  { streams: { stdout, stderr }, env }: Surroundings,
): Promise<true> {
  const { diff } = await import('../reporters/diff.js');
  const colors = await colorsFor(wantsColor(flags.color, env, stdout.isTTY, false));
  for (const { before, after } of mended)
    stdout.write(diff(before, after, { colors, isTerminal: stdout.isTTY, unicode: isUtf8Locale(env) }));
  const fixes = mended.reduce((sum, { after }) => sum + (after.applied ?? []).length, 0);
  const inFiles = `${mended.length} file${mended.length === 1 ? '' : 's'}`;
  stderr.write(
    mended.length === 0
      ? 'plimsoll: nothing to fix.\n'
      : `plimsoll: --fix would mend ${fixes} problem${fixes === 1 ? '' : 's'} in ${inFiles}.\n`,
  );
  return true;
}

/** Writes the report where it belongs; false when the output file cannot be written. @param stream where it goes without such a file */
async function writeReport(report: Report, flags: LintFlags, { streams, env, cwd }: Surroundings, stream: OutputStream): Promise<boolean> {
  const parts: string[] = [];
  const toFile = flags.outputFile !== undefined;
  const write = (part: string): void => {
    parts.push(part);
  };
  const places = { root: repositoryRoot(env, cwd), cwd };
  if (flags.format === 'json') (await import('../reporters/json.js')).json(report, write);
  else if (flags.format === 'github') (await import('../reporters/github.js')).github(report, write, places);
  else if (flags.format === 'sarif') await writeSarif(report, write, places);
  else {
    const color = wantsColor(flags.color, env, !toFile && stream.isTTY, toFile);
    text(report, write, {
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
    const hint =
      code === 'ENOENT'
        ? 'its directory does not exist'
        : code === 'EISDIR'
          ? 'it is a directory'
          : code === 'EACCES'
            ? 'permission denied'
            : code;
    streams.stderr.write(
      `plimsoll: ${flags.outputFile}: the report cannot be written there: ${hint}. Name another file with --output-file.\n`,
    );
    return false;
  }
}

async function writeSarif(report: Report, write: (part: string) => void, places: { root: string; cwd: string }): Promise<void> {
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
  sarif(report, write, { ...places, version: VERSION, pages });
}

/** The directory that paths in CI reports are relative to: the workspace, else the git repository, else `cwd`. */
function repositoryRoot(env: Environment, cwd: string): string {
  const workspace = env['GITHUB_WORKSPACE'];
  return workspace !== undefined && workspace !== '' ? workspace : (repositoryAbove(cwd) ?? cwd);
}

function exitCodeFor(files: readonly FileReport[], flags: LintFlags): ExitCode {
  const { failOn } = flags;
  if (flags.exitZero === true || failOn === 'never') return 0;
  const fails = files.some(({ findings }) => findings.some(({ severity }) => SEVERITY_RANK[severity] <= SEVERITY_RANK[failOn]));
  return fails ? 1 : 0;
}
