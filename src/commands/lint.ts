/**
 * `plimsoll [paths]`: finds the files, lints and mends them, writes what came of it.
 */
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { Linters, type Terms, type Ungoverned } from '../batch/linters.js';
import { type Batch, batchOf, FILES_A_THREAD, lintBytes, lintShare, type Outcome, treesOf } from '../batch/share.js';
import { ConfigurationError, resolveContext } from '../config/resolve.js';
import type { Amended } from '../engine/fix.js';
import { gathered, type Kept } from '../engine/gathered.js';
import { type Failure, type FileReport, type Report, SEVERITY_RANK, type Severity } from '../engine/report.js';
import { layersOf } from '../facts/layers.js';
import { harmless } from '../reporters/masking.js';
import { withLines } from '../source/amended-tree.js';
import { discover } from '../source/discover.js';
import type { Trees } from '../source/file-tree.js';
import { placeName } from '../source/position.js';
import { encodeSource, type SourceFile } from '../source/source-file.js';
import type { ExitCode, Streams, Surroundings } from '../streams.js';
import { isUtf8Locale } from '../terminal.js';
import { ignoreRemark, RunIgnores } from './add-ignores.js';
import { RunBaseline } from './baseline.js';
import { fixRequest, type LintFlags, printsText, refuseContradictions, requestOf } from './flags.js';
import { Progress } from './progress.js';
import { type ChangedFile, refuseOutputFiles, writeDiff, writeReport } from './write-report.js';

/** Lints what the command line names, and reports. */
export async function lint(paths: readonly string[], flags: LintFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { streams, env, cwd } = surroundings;
  const isStdin = paths.includes('-');
  refuseContradictions(flags, isStdin);
  const fix = fixRequest(flags);
  const remark = ignoreRemark(flags.addIgnores, flags.today);
  const baseline = RunBaseline.of(flags, cwd);
  const context = resolveContext(flags.context === true ? undefined : flags.context, cwd);
  const about: About = { ...requestOf(flags, cwd), context, ...(fix === undefined ? {} : { fix }) };
  const linters = new Linters(rules, about, layersOf);
  const stdin = readOnce(streams.stdin);
  const outcomes = isStdin
    ? lintStdin(paths, flags, linters, about, { ...surroundings, streams: { ...streams, stdin } })
    : await lintPaths(paths, flags, linters, about, surroundings);
  const { linted, failures, problems, ungoverned } = sorted(outcomes);
  const items: Item[] = [];
  const around: Item[] = [];
  const mended: ChangedFile[] = [];
  const amended: Amended[] = [];
  const accepted = (report: FileReport): FileReport => baseline?.accepting(report) ?? report;
  const trees = treesOf(about);
  const ignores = remark && new RunIgnores(remark, (source) => lintedAgain(source, linters, trees));
  let hasTarget = false;
  let fixes = 0;
  for (const outcome of linted) {
    const { terms } = outcome;
    hasTarget ||= outcome.hasTarget;
    fixes += (outcome.report.applied ?? []).length;
    for (const report of outcome.others) around.push({ report, terms });
    if ('amended' in outcome) amended.push(...outcome.amended);
    const before = 'before' in outcome ? outcome.before : outcome.report;
    let { report } = outcome;
    if (ignores !== undefined) {
      const shown = (each: FileReport): FileReport => (flags.quiet === true ? onlyErrors(accepted(each)) : accepted(each));
      const silenced = ignores.silencing(shown(report), outcome.others.map(shown));
      if ('message' in silenced) failures.push(silenced);
      else if (silenced.source !== report.source) report = silenced;
    }
    const isChanged = before.source.text !== report.source.text;
    if (isChanged) mended.push({ before, after: report });
    const isLeft = !isChanged || isStdin || flags.diff === true;
    const now = isLeft ? (flags.diff === true ? before : report) : await written({ before, after: report }, cwd, failures);
    if (report !== outcome.report && now === report) ignores?.count(outcome.report, report);
    items.push({ report: now, terms });
    // NOTE: the bytes as they came, for not all of them are in the text of what is not UTF-8.
    if (printsText(flags, isStdin)) streams.stdout.write(isChanged ? encodeSource(report.source) : stdin());
  }
  for (const change of amendedFiles(amended)) {
    mended.push(change);
    if (flags.diff !== true) await written(change, cwd, failures);
  }
  failures.push(...problems);
  const lintedItems = gathered(items, around);
  const files = lintedItems.map(({ report }) => accepted(report));
  if (files.length > 0 && !hasTarget && flags.target !== undefined) {
    failures.push({
      path: `--target ${flags.target}`,
      message: 'no file has a stage of that name. Name one as FROM … AS writes it, or leave the option out.',
    });
  }
  const shown = flags.quiet === true ? files.map(onlyErrors) : files;
  const enabled = linters.rulesOf(items.map(({ terms }) => terms));
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
  let isWritten = true;
  if (flags.diff === true) await writeDiff(mended, fixes, flags, surroundings);
  else isWritten = await writeReport(report, flags, surroundings, printsText(flags, isStdin) ? streams.stderr : streams.stdout);
  for (const note of notes) streams.stderr.write(`plimsoll: ${note}\n`);
  for (const { path: of, place, message } of failures)
    streams.stderr.write(`${harmless(`plimsoll: ${placeName(of, place)}: ${message}`, isUtf8Locale(env))}\n`);
  if (ungoverned > 0)
    streams.stderr.write(`plimsoll: ${ungoverned} ${ungoverned === 1 ? 'file was' : 'files were'} not linted because of that.\n`);
  if (failures.length > 0 || !isWritten) return 2;
  if (flags.diff === true) return mended.length > 0 && flags.exitZero !== true ? 1 : 0;
  const fails = shown.some(({ findings }, i) => failsRun(findings, lintedItems[i]?.terms.failOn ?? 'warning'));
  return fails && flags.exitZero !== true ? 1 : 0;
}

/** A report and the terms of its run. */
interface Item extends Kept {
  readonly terms: Terms;
}

/** What came of the files, and everything that went wrong; what is wrong with a configuration once, however many files it governs. */
function sorted(outcomes: Iterable<Outcome>) {
  const linted: Exclude<Outcome, Failure | Ungoverned>[] = [];
  const failures: Failure[] = [];
  const problems = new Map<string, Failure>();
  let ungoverned = 0;
  for (const outcome of outcomes) {
    if ('message' in outcome) failures.push(outcome);
    else if ('problems' in outcome) {
      ungoverned++;
      for (const problem of outcome.problems) problems.set(`${placeName(problem.path, problem.place)} ${problem.message}`, problem);
    } else {
      linted.push(outcome);
      failures.push(...outcome.failures);
    }
  }
  return { linted, failures, problems: [...problems.values()], ungoverned };
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

function readOnce(stdin: Streams['stdin']): Streams['stdin'] {
  let bytes: Uint8Array | undefined;
  return () => (bytes ??= stdin());
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
  { streams, cwd }: Surroundings,
): readonly Outcome[] {
  if (paths.length > 1) throw new ConfigurationError('`-` reads standard input and cannot be combined with other paths.');
  const name = flags.stdinFilename?.replaceAll('\\', '/') || undefined;
  refuseOutputFiles(flags, name === undefined ? [] : [name], cwd);
  if (name !== undefined && flags.forceExclude === true && linters.settings.excludes(name)) {
    if (printsText(flags, true)) streams.stdout.write(streams.stdin());
    return [];
  }
  const own = linters.of(name);
  if ('problems' in own) return [own];
  const trees = name === undefined ? undefined : treesOf(about);
  return [
    lintBytes(name ?? NAMELESS, streams.stdin, own, about.fix && { ...about.fix, alone: true }, trees && (() => trees.around(name ?? ''))),
  ];
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
  refuseOutputFiles(flags, found.files, about.cwd);
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

/** The files around the Dockerfiles that get lines, each once, whoever asks for them. */
function amendedFiles(amended: readonly Amended[]): readonly ChangedFile[] {
  const byPath = new Map<string, Amended>();
  for (const each of amended) {
    const lines = [...(byPath.get(each.source.path)?.lines ?? []), ...each.lines];
    byPath.set(each.source.path, { ...each, lines });
  }
  const reportOf = (source: SourceFile): FileReport => ({ source, findings: [], suppressed: [], secrets: [] });
  return [...byPath.values()].flatMap(({ source, isNew, lines }) => {
    const after = { ...source, text: withLines(source.text, lines) };
    return after.text === source.text ? [] : [{ before: reportOf(source), after: reportOf(after), isNew }];
  });
}

/** Writes a mended file back; where that is not possible, what is reported is the file as it still is. */
async function written({ before, after, isNew }: ChangedFile, cwd: string, failures: Failure[]): Promise<FileReport> {
  const { heedSignals, replaceFile, UnwritableFile, writeNewFile } = await import('../source/replace-file.js');
  try {
    const [old, mended] = [before, after].map(({ source }) => Buffer.from(encodeSource(source))) as [Buffer, Buffer];
    await heedSignals();
    const file = path.resolve(cwd, before.source.path);
    if (isNew === true) writeNewFile(file, mended);
    else replaceFile(file, old, mended);
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

function failsRun(findings: FileReport['findings'], failOn: Terms['failOn']): boolean {
  return failOn !== 'never' && findings.some(({ severity }) => SEVERITY_RANK[severity] <= SEVERITY_RANK[failOn]);
}
