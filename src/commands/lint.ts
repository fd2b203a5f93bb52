/**
 * `plimsoll [paths]`: finds the files, lints and mends them, writes what came of it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { Linters, type RunRequest, type Terms } from '../batch/linters.js';
import { type Batch, batchOf, FILES_A_THREAD, lintBytes, lintShare, type Outcome, treesOf } from '../batch/share.js';
import { SettingsByFile } from '../config/per-file.js';
import { ConfigurationError, findRule, resolveContext } from '../config/resolve.js';
import type { FixRequest } from '../engine/fix.js';
import { type Failure, type FileReport, type Report, SEVERITY_RANK, type Severity } from '../engine/report.js';
import type { ListingOptions } from '../reporters/listed.js';
import type { Places } from '../reporters/paths.js';
import { text } from '../reporters/text.js';
import type { Preset } from '../rule.js';
import { discover } from '../source/discover.js';
import { repositoryAbove, type Trees } from '../source/file-tree.js';
import { encodeSource, type SourceFile } from '../source/source-file.js';
import { type Environment, type ExitCode, type OutputStream, type Surroundings, widthOf } from '../streams.js';
import { colorsFor, isUtf8Locale, wantsColor } from '../terminal.js';
import { VERSION } from '../version.js';
import { ignoreRemark, RunIgnores } from './add-ignores.js';
import { type BaselineFlags, RunBaseline } from './baseline.js';
import { Progress } from './progress.js';

/** The options of the command line. A list is absent where its option is not given. */
export interface LintFlags extends BaselineFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly outputFile?: string;
  readonly stdinFilename?: string;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly preset?: Preset;
  readonly target?: string;
  /** False for `--no-context`; true where neither that nor `--context` is given, as commander has it. */
  readonly context: string | boolean;
  readonly failOn?: Severity | 'never';
  /** False for `--no-config`. */
  readonly config?: string | boolean;
  readonly printConfig?: string;
  readonly quiet?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly exitZero?: boolean;
  readonly statistics?: boolean;
  readonly exclude?: readonly string[];
  readonly forceExclude?: boolean;
  readonly gitignore: boolean;
  readonly inline: boolean;
  readonly today: string;
  /** The last of `--fix` and `--no-fix`. */
  readonly fix?: boolean;
  readonly unsafeFixes?: boolean;
  readonly fixOnly?: readonly string[];
  readonly diff?: boolean;
  /** The reason to write; empty for none. */
  readonly addIgnores?: string;
  readonly showSuppressed?: boolean;
}

/** Lints what the command line names, and reports. */
export async function lint(paths: readonly string[], flags: LintFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { streams, cwd } = surroundings;
  const isStdin = paths.includes('-');
  refuseContradictions(flags, isStdin);
  const fix = fixRequest(flags);
  const remark = ignoreRemark(flags.addIgnores, flags.today);
  const baseline = RunBaseline.of(flags, cwd);
  const context = resolveContext(flags.context === true ? undefined : flags.context, cwd);
  const about: About = { ...requestOf(flags, cwd), context, ...(fix === undefined ? {} : { fix }) };
  const linters = new Linters(rules, about);
  const outcomes = isStdin
    ? lintStdin(paths, flags, linters, about, surroundings)
    : await lintPaths(paths, flags, linters, about, surroundings);
  const failures: Failure[] = [];
  const files: FileReport[] = [];
  const mended: { readonly before: FileReport; readonly after: FileReport }[] = [];
  const accepted = (report: FileReport): FileReport => baseline?.accepting(report) ?? report;
  const trees = treesOf(about);
  const ignores = remark && new RunIgnores(remark, (source) => lintedAgain(source, linters, trees));
  const terms: Terms[] = [];
  let hasTarget = false;
  const problems = new Map<string, Failure>();
  let ungoverned = 0;
  for (const outcome of outcomes) {
    if ('message' in outcome) {
      failures.push(outcome);
      continue;
    }
    if ('problems' in outcome) {
      // Once, however many files the configuration governs.
      ungoverned++;
      for (const problem of outcome.problems) problems.set(`${problem.path} ${problem.message}`, problem);
      continue;
    }
    terms.push(outcome.terms);
    failures.push(...outcome.failures);
    hasTarget ||= outcome.hasTarget;
    const before = 'before' in outcome ? outcome.before : outcome.report;
    let { report } = outcome;
    if (ignores !== undefined) {
      const silenced = ignores.silencing(flags.quiet === true ? onlyErrors(accepted(report)) : accepted(report));
      if ('message' in silenced) failures.push(silenced);
      else if (silenced.source !== report.source) report = silenced;
    }
    const isChanged = before.source.text !== report.source.text;
    if (isChanged) mended.push({ before, after: report });
    const isLeft = !isChanged || isStdin || flags.diff === true;
    const now = isLeft ? (flags.diff === true ? before : report) : await written(before, report, cwd, failures);
    if (report !== outcome.report && now === report) ignores?.count(outcome.report, report);
    files.push(accepted(now));
    if (printsText(flags, isStdin)) streams.stdout.write(encodeSource(report.source));
  }
  failures.push(...problems.values());
  if (files.length > 0 && !hasTarget && flags.target !== undefined) {
    failures.push({
      path: `--target ${flags.target}`,
      message: 'no file has a stage of that name. Name one as FROM … AS writes it, or leave the option out.',
    });
  }
  const shown = flags.quiet === true ? files.map(onlyErrors) : files;
  const enabled = linters.rulesOf(terms);
  const notes = ignores === undefined ? [] : [ignores.note];
  if (baseline !== undefined) {
    const ran = (id: string): boolean => enabled.some((rule) => rule.id === id) || rules.every((rule) => rule.id !== id);
    // What went wrong in a file may have kept findings back.
    const failed = new Set(failures.map((failure) => failure.path));
    const outcome = await baseline.finish(
      files.filter(({ source }) => !failed.has(source.path)),
      ran,
    );
    notes.push(...outcome.notes);
    failures.push(...outcome.failures);
  }
  const report: Report = { files: shown, rules: enabled, failures };
  const isWritten =
    flags.diff === true
      ? await writeDiff(mended, flags, surroundings)
      : await writeReport(report, flags, surroundings, printsText(flags, isStdin) ? streams.stderr : streams.stdout);
  for (const note of notes) streams.stderr.write(`plimsoll: ${note}\n`);
  for (const failure of failures) streams.stderr.write(`plimsoll: ${failure.path}: ${failure.message}\n`);
  if (ungoverned > 0)
    streams.stderr.write(`plimsoll: ${ungoverned} ${ungoverned === 1 ? 'file was' : 'files were'} not linted because of that.\n`);
  if (failures.length > 0 || !isWritten) return 2;
  if (flags.diff === true) return mended.length > 0 && flags.exitZero !== true ? 1 : 0;
  const fails = shown.some(({ findings }, i) => failsRun(findings, terms[i]?.failOn ?? 'warning'));
  return fails && flags.exitZero !== true ? 1 : 0;
}

/** Prints the settings of a file, which need not be there. @throws {ConfigurationError} when its configuration is broken */
export async function printConfig(
  paths: readonly string[],
  { printConfig: file = '', ...flags }: LintFlags,
  { streams, cwd }: Surroundings,
): Promise<ExitCode> {
  if (paths.length > 0) throw new ConfigurationError('--print-config prints the settings of one file and lints none: leave out the paths.');
  const request = requestOf(flags, cwd);
  const byFile = new SettingsByFile(rules, request);
  const settings = byFile.of(file);
  if ('problems' in settings) throw settings;
  const { printedSettings } = await import('../config/print.js');
  streams.stdout.write(printedSettings(file, { registry: rules, choice: request.choice, settings, isExcluded: byFile.excludes(file) }));
  return 0;
}

/** @throws {ConfigurationError} for options that say different things, or nothing, with the way out */
function refuseContradictions(flags: LintFlags, isStdin: boolean): void {
  const { writeBaseline = false, pruneBaseline = false, addIgnores, showSuppressed = false, format } = flags;
  const writing = writeBaseline ? '--write-baseline' : pruneBaseline ? '--prune-baseline' : undefined;
  const refuse = (isRefused: boolean, message: string): void => {
    if (isRefused) throw new ConfigurationError(message);
  };
  refuse(writeBaseline && pruneBaseline, '--write-baseline accepts all that is found, --prune-baseline drops what is gone: choose one.');
  refuse(
    writeBaseline && addIgnores !== undefined,
    '--write-baseline and --add-ignores both accept what is found: choose the file or the comments.',
  );
  const idle = writing ?? (addIgnores !== undefined ? '--add-ignores' : showSuppressed ? '--show-suppressed' : undefined);
  refuse(flags.diff === true && idle !== undefined, `--diff shows what --fix would change, and does nothing else: leave out ${idle}.`);
  refuse(
    addIgnores !== undefined && !flags.inline,
    '--add-ignores writes comments, and --no-inline takes no notice of them: leave out one.',
  );
  refuse(showSuppressed && format === 'github', '--show-suppressed: format github has no place for it. Use text, json or sarif.');
  refuse(isStdin && writing !== undefined, `${writing} is about files: name them instead of \`-\`, which may read anything.`);
  const isNameless = isStdin && flags.baseline !== undefined && flags.stdinFilename === undefined;
  refuse(isNameless, '--baseline knows files by their paths: name what `-` reads with --stdin-filename.');
}

/** Whether standard output gets the text of standard input, mended or silenced, and not the report. */
function printsText({ fix, addIgnores, diff }: LintFlags, isStdin: boolean): boolean {
  return isStdin && (fix === true || addIgnores !== undefined) && diff !== true;
}

/** A file that has been linted before, with other text. */
function lintedAgain(source: SourceFile, linters: Linters, trees: Trees | undefined): FileReport {
  const { path: file } = source;
  const name = file === NAMELESS ? undefined : file;
  const own = linters.of(name);
  // Its configuration was fine a moment ago, and is remembered.
  if ('problems' in own) throw new ConfigurationError(own.problems);
  return own.linter.lint(source, trees && name !== undefined ? () => trees.around(name) : undefined).report;
}

/** What is asked of all files, wherever they lie. */
function requestOf({ preset, select, ignore, exclude, target, failOn, config, inline, today }: LintFlags, cwd: string): RunRequest {
  const given = { preset, select, ignore, exclude, target, failOn };
  return {
    cwd,
    configuration: typeof config === 'string' ? { file: config } : config === false ? 'none' : 'nearest',
    choice: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    inlineSuppressions: inline,
    today,
  };
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

/** What standard input is called that has no name. */
const NAMELESS = '<stdin>';

/** What the run is about, without its files. */
type About = Omit<Batch, 'files' | 'next'>;

/**
 * Standard input has files around it only where it has a name; without one it has the configuration of the working directory.
 * Nothing is linted where its name is excluded.
 */
function lintStdin(
  paths: readonly string[],
  flags: LintFlags,
  linters: Linters,
  about: About,
  { streams }: Surroundings,
): readonly Outcome[] {
  if (paths.length > 1) throw new ConfigurationError('`-` reads standard input and cannot be combined with other paths.');
  const name = flags.stdinFilename?.replaceAll('\\', '/');
  if (name !== undefined && flags.forceExclude === true && linters.settings.excludes(name)) {
    if (printsText(flags, true)) streams.stdout.write(Buffer.from(streams.stdin()).toString());
    return [];
  }
  const own = linters.of(name);
  if ('problems' in own) return [own];
  const trees = name === undefined ? undefined : treesOf(about);
  return [lintBytes(name ?? NAMELESS, streams.stdin, own, about.fix, trees && (() => trees.around(name ?? '')))];
}

async function lintPaths(
  paths: readonly string[],
  flags: LintFlags,
  linters: Linters,
  about: About,
  { streams }: Surroundings,
): Promise<readonly Outcome[]> {
  if (flags.stdinFilename !== undefined) throw new ConfigurationError('--stdin-filename names what `-` reads; add `-` to the command.');
  const { forceExclude = false, gitignore } = flags;
  const isExcluded = (file: string): boolean => linters.settings.excludes(file);
  const found = await discover(paths.length === 0 ? ['.'] : paths, { cwd: about.cwd, isExcluded, forceExclude, gitignore });
  const batch = batchOf(found.files, about);
  const progress = new Progress(streams.stderr, batch.files.length);
  try {
    const outcomes =
      batch.files.length < 2 * FILES_A_THREAD
        ? lintShare(batch, linters, progress.step).values()
        : await (await import('../batch/threads.js')).lintOnThreads(batch, linters, progress.step);
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
  const isError = ({ severity }: { readonly severity: Severity }): boolean => severity === 'error';
  return { ...report, findings: report.findings.filter(isError), suppressed: report.suppressed.filter(isError) };
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
  const listing = { showSuppressed: flags.showSuppressed === true };
  if (flags.format === 'json') (await import('../reporters/json.js')).json(report, write, listing);
  else if (flags.format === 'github') (await import('../reporters/github.js')).github(report, write, places);
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

/** The directory that paths in CI reports are relative to: the workspace, else the git repository, else `cwd`. */
function repositoryRoot(env: Environment, cwd: string): string {
  const workspace = env['GITHUB_WORKSPACE'];
  return workspace !== undefined && workspace !== '' ? workspace : (repositoryAbove(cwd) ?? cwd);
}

function failsRun(findings: FileReport['findings'], failOn: Terms['failOn']): boolean {
  return failOn !== 'never' && findings.some(({ severity }) => SEVERITY_RANK[severity] <= SEVERITY_RANK[failOn]);
}
