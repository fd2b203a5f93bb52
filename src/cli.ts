/**
 * The program as a function of its arguments and streams. It wires the other rooms together and decides nothing itself.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { rules } from '../rules/index.js';
import { type Batch, batchOf, FILES_A_THREAD, lintBytes, lintShare, type Outcome, treesOf } from './batch/share.js';
import { ConfigurationError, findRule, resolveContext, resolveRules } from './config/resolve.js';
import { Linter } from './engine/lint.js';
import { type Failure, type FileReport, type Report, SEVERITY_RANK, type Severity } from './engine/report.js';
import { text } from './reporters/text.js';
import type { Preset } from './rule.js';
import { discover } from './source/discover.js';
import { repositoryAbove } from './source/file-tree.js';
import { colorsFor, isUtf8Locale, wantsColor } from './terminal.js';
import { VERSION } from './version.js';

/** Where the program reads and writes. */
export interface Streams {
  /** Everything on standard input. */
  readonly stdin: () => Uint8Array;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** One of the two streams a program writes to. */
export interface OutputStream {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  /** Width in columns, when it is a terminal. */
  readonly columns?: number;
}

/** 0: nothing at or above the threshold. 1: findings. 2: wrong usage, unreadable input, internal error. */
export type ExitCode = 0 | 1 | 2;

type Format = 'text' | 'json' | 'sarif' | 'github';
type Environment = Readonly<Record<string, string | undefined>>;

interface LintFlags {
  readonly format: Format;
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
}

/** Runs plimsoll. `cwd` is absolute; nothing of the process is read but files. */
export async function main(args: readonly string[], streams: Streams, env: Environment, cwd: string): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram(
    streams,
    (run) =>
      async (...parameters: never[]) => {
        exitCode = await run(...parameters);
      },
    { env, cwd },
  );
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof ConfigurationError) {
      streams.stderr.write(`plimsoll: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

interface Surroundings {
  readonly env: Environment;
  readonly cwd: string;
}

type Action = (run: (...parameters: never[]) => Promise<ExitCode>) => (...parameters: never[]) => Promise<void>;

function createProgram(streams: Streams, action: Action, surroundings: Surroundings): Command {
  const list = (value: string, before: readonly string[] = []): string[] => [
    ...before,
    ...value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
  const program = new Command('plimsoll')
    .description('Lints the Dockerfiles of data science: what will break, leak, cost or stop being reproducible.')
    .argument('[paths...]', 'files, directories or globs (default: the working directory); `-` reads standard input')
    .addOption(new Option('-f, --format <format>', 'how to report').choices(['text', 'json', 'sarif', 'github']).default('text'))
    .option('-o, --output-file <file>', 'write the report to a file instead of standard output')
    .option('--stdin-filename <path>', 'the path of what `-` reads: its name in reports, and its place among other files')
    .option('--select <rules>', 'run only these rules or families (comma-separated, repeatable)', list)
    .option('--ignore <rules>', 'leave out these rules or families (comma-separated, repeatable)', list)
    .addOption(new Option('--preset <preset>', 'the set of rules to run').choices(['recommended', 'strict', 'all']).default('recommended'))
    .option('--target <stage>', 'the stage that becomes the image (default: the last one)')
    .option('--context <dir>', 'the build context of all files (default: worked out for each)')
    .option('--no-context', 'leave the files around a Dockerfile alone')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity up')
        .choices(['error', 'warning', 'info', 'never'])
        .default('warning'),
    )
    .option('-q, --quiet', 'report errors only')
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .option('--exit-zero', 'exit with 0 even when there are findings')
    .option('--statistics', 'add how often each rule spoke (format text)')
    .option(
      '--exclude <glob>',
      'leave out files when searching directories (repeatable)',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('--no-gitignore', 'also search what git ignores')
    .option('--no-inline', 'report what comments silence, too')
    .addOption(
      new Option('--today <date>', 'judge ends of life by this day').default(localDay(new Date()), 'the day of the run').argParser(day),
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', '\nExit codes: 0 nothing to report, 1 findings, 2 something could not be linted.')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: streams.stdout.write,
      writeErr: streams.stderr.write,
      getOutHelpWidth: () => width(streams.stdout, surroundings.env),
    })
    .action(
      action((paths: string[], flags: LintFlags) => lint(paths, flags, streams, surroundings)) as (
        ...parameters: unknown[]
      ) => Promise<void>,
    );
  program
    .command('explain')
    .description('print what a rule reports, why, and what to do')
    .argument('<rule>')
    .action(action((id: string) => explain(id, streams, surroundings)) as (...parameters: unknown[]) => Promise<void>);
  program
    .command('rules')
    .description('list the rules')
    .addOption(new Option('-f, --format <format>', 'how to list them').choices(['text', 'json']).default('text'))
    .action(
      action((flags: { format: string }) => listRules(flags.format, streams, surroundings)) as (...parameters: unknown[]) => Promise<void>,
    );
  return program;
}

async function lint(paths: readonly string[], flags: LintFlags, streams: Streams, { env, cwd }: Surroundings): Promise<ExitCode> {
  const settings = {
    rules: resolveRules(rules, { preset: flags.preset, select: flags.select ?? [], ignore: flags.ignore ?? [] }),
    inlineSuppressions: flags.inline,
    today: flags.today,
    ...(flags.target === undefined ? {} : { target: flags.target }),
  };
  const about = { cwd, settings, context: resolveContext(flags.context === true ? undefined : flags.context, cwd) };
  const linter = new Linter({ registry: rules, ...settings });
  const outcomes = paths.includes('-')
    ? [lintStdin(paths, flags, streams, linter, about)]
    : await lintPaths(paths, flags, streams, linter, about);
  const failures: Failure[] = [];
  const files: FileReport[] = [];
  let hasTarget = false;
  for (const outcome of outcomes) {
    if ('message' in outcome) {
      failures.push(outcome);
      continue;
    }
    failures.push(...outcome.failures);
    hasTarget ||= outcome.hasTarget;
    files.push(flags.quiet === true ? onlyErrors(outcome.report) : outcome.report);
  }
  if (files.length > 0 && !hasTarget) {
    failures.push({
      path: `--target ${flags.target}`,
      message: 'no file has a stage of that name. Name one as FROM … AS writes it, or leave the option out.',
    });
  }
  const report: Report = { files, rules: linter.enabledRules, failures };
  const written = await writeReport(report, flags, streams, { env, cwd });
  for (const failure of failures) streams.stderr.write(`plimsoll: ${failure.path}: ${failure.message}\n`);
  if (failures.length > 0 || !written) return 2;
  return exitCodeFor(files, flags);
}

/** Standard input has files around it only where it has a name. */
function lintStdin(
  paths: readonly string[],
  flags: LintFlags,
  streams: Streams,
  linter: Linter,
  about: Pick<Batch, 'cwd' | 'context'>,
): Outcome {
  if (paths.length > 1) throw new ConfigurationError('`-` reads standard input and cannot be combined with other paths.');
  const name = flags.stdinFilename?.replaceAll('\\', '/');
  const trees = name === undefined ? undefined : treesOf(about);
  return lintBytes(name ?? '<stdin>', streams.stdin, linter, trees && (() => trees.around(name ?? '')));
}

async function lintPaths(
  paths: readonly string[],
  flags: LintFlags,
  streams: Streams,
  linter: Linter,
  about: Pick<Batch, 'cwd' | 'settings' | 'context'>,
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
        : await (await import('./batch/threads.js')).lintOnThreads(batch, linter, progress.step);
    return [...found.problems, ...outcomes];
  } finally {
    progress.end();
  }
}

/** Lints what is left of a batch, for a thread of its own: what came of each file by its index. */
export function lintPart(batch: Batch): ReadonlyMap<number, Outcome> {
  return lintShare(batch, new Linter({ registry: rules, ...batch.settings }));
}

function onlyErrors(report: FileReport): FileReport {
  return { ...report, findings: report.findings.filter(({ severity }) => severity === 'error') };
}

/** Writes the report where it belongs; false when the output file cannot be written. */
async function writeReport(report: Report, flags: LintFlags, streams: Streams, { env, cwd }: Surroundings): Promise<boolean> {
  const parts: string[] = [];
  const toFile = flags.outputFile !== undefined;
  const write = (part: string): void => {
    parts.push(part);
  };
  const places = { root: repositoryRoot(env, cwd), cwd };
  if (flags.format === 'json') (await import('./reporters/json.js')).json(report, write);
  else if (flags.format === 'github') (await import('./reporters/github.js')).github(report, write, places);
  else if (flags.format === 'sarif') await writeSarif(report, write, places);
  else {
    const color = wantsColor(flags.color, env, !toFile && streams.stdout.isTTY, toFile);
    text(report, write, {
      colors: await colorsFor(color),
      width: toFile ? 80 : width(streams.stdout, env),
      unicode: isUtf8Locale(env),
      statistics: flags.statistics === true,
      quiet: flags.quiet === true,
    });
  }
  if (flags.outputFile === undefined) {
    streams.stdout.write(parts.join(''));
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
    import('./reporters/sarif.js'),
    import('../rules/documentation.js'),
    import('./rule-page.js'),
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

async function explain(id: string, streams: Streams, { env }: Surroundings): Promise<ExitCode> {
  const rule = findRule(rules, id);
  const [{ documentation }, { rulePage }] = await Promise.all([import('../rules/documentation.js'), import('./rule-page.js')]);
  const docs = documentation[id];
  const page = docs === undefined ? `# ${rule.id}\n\n${rule.summary}.\n` : rulePage(rule, docs);
  const { bold, dim } = await colorsFor(wantsColor('auto', env, streams.stdout.isTTY, false));
  streams.stdout.write(page.replace(/^#.*$/gm, bold).replace(/^```.*$/gm, dim));
  return 0;
}

async function listRules(format: string, streams: Streams, { env }: Surroundings): Promise<ExitCode> {
  if (format === 'json') {
    const entries = rules.map(({ id, family, summary, severity, confidence, preset, since, fixable, equivalents }) => ({
      id,
      family,
      summary,
      severity,
      confidence,
      preset,
      since,
      fixable: fixable ?? null,
      equivalents: equivalents ?? [],
    }));
    streams.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
    return 0;
  }
  const colors = await colorsFor(wantsColor('auto', env, streams.stdout.isTTY, false));
  const longest = Math.max(...rules.map(({ id }) => id.length));
  let family = '';
  for (const rule of rules) {
    if (rule.family !== family) streams.stdout.write(`${family === '' ? '' : '\n'}${colors.bold(rule.family)}\n`);
    family = rule.family;
    const paint = rule.severity === 'error' ? colors.red : rule.severity === 'warning' ? colors.yellow : colors.blue;
    const preset = rule.preset === 'recommended' ? '' : ` (${rule.preset})`;
    streams.stdout.write(`  ${rule.id.padEnd(longest)}  ${paint(rule.severity.padEnd(7))}  ${rule.summary}${colors.dim(preset)}\n`);
  }
  return 0;
}

/** A counter on standard error, when that is a terminal and the run takes longer than a second. */
class Progress {
  private readonly started = Date.now();
  private last = 0;

  constructor(
    private readonly stderr: OutputStream,
    private readonly total: number,
  ) {}

  /** @param index of the file that is begun: in the order of the files, also where threads share them */
  readonly step = (index: number): void => {
    if (!this.stderr.isTTY || this.total < 2) return;
    const now = Date.now();
    if (now - this.started < 1000 || now - this.last < 100) return;
    this.last = now;
    this.stderr.write(`\r${index + 1} of ${this.total} files`);
  };

  end(): void {
    if (this.last > 0) this.stderr.write('\r\u001b[K');
  }
}

function width(stream: OutputStream, env: Environment): number {
  const columns = Number(env['COLUMNS']);
  return stream.columns ?? (Number.isInteger(columns) && columns > 0 ? columns : 80);
}

/** @throws {ConfigurationError} for anything but a day as YYYY-MM-DD */
function day(value: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value))) {
    throw new ConfigurationError(`--today ${value}: write the day as YYYY-MM-DD.`);
  }
  return value;
}

function localDay(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
