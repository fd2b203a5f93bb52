/**
 * plimsoll as a library. Everything here works on text that is handed in and returns values; nothing reads a file, the
 * clock or the environment unless its name says so.
 */
import { rules } from '../rules/index.js';
import { Linters, type RunRequest, type Terms } from './batch/linters.js';
import { lintPath, treesOf } from './batch/share.js';
import { type Choice, resolveContext, rulesNamed, settle } from './config/resolve.js';
import { fixFile } from './engine/fix.js';
import { gathered } from './engine/gathered.js';
import { Linter } from './engine/lint.js';
import type { Failure, FileReport, Report } from './engine/report.js';
import type { Preset, Rule, Severity } from './rule.js';
import { encodeSource, sourceFromText } from './source/source-file.js';

export { ConfigurationError } from './config/resolve.js';
export type {
  AppliedFix,
  Failure,
  FileReport,
  Report,
  ReportedFinding,
  ReportedFix,
  ReportedRule,
  SuppressedFinding,
} from './engine/report.js';
export type * from './rule.js';
export { defineRule } from './rule.js';
export { placeOf, rangeOf } from './source/position.js';
export { rules };

/** How to lint; everything has a default. */
export interface LintOptions {
  /** Rules beside the built-in ones, made with {@link defineRule}; they always run. */
  readonly extraRules?: readonly Rule[];
  /** The set of built-in rules; `recommended` by default. */
  readonly preset?: Preset;
  /** Only these rule ids or families. */
  readonly select?: readonly string[];
  /** Not these rule ids or families. */
  readonly ignore?: readonly string[];
  /** Severities by rule id that replace the rules' own. */
  readonly severities?: Readonly<Record<string, Severity>>;
  /** Options of rules, by rule id and name; they replace the rules' defaults. */
  readonly ruleOptions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The stage that becomes the image; the last one by default. */
  readonly target?: string;
  /** The day by which ends of life are judged, `YYYY-MM-DD`; today (UTC) by default. */
  readonly today?: string;
  /** Whether comments in the file may silence findings; true by default. */
  readonly inlineSuppressions?: boolean;
}

/** How to lint files. */
export interface LintFilesOptions extends LintOptions {
  /**
   * The directory that is the build context of all files; by default it is worked out for each. False leaves the files around
   * a Dockerfile alone, and no rule speaks of them.
   */
  readonly context?: string | false;
  /**
   * Where configuration is read: true for the nearest above each file, as the program does, a path for one file that is for all.
   * By default none is read. What is given here goes before it.
   */
  readonly config?: boolean | string;
}

/**
 * Lints the text of one Dockerfile, or of a compose file where `path` is named like one; otherwise it is only the name in the report.
 *
 * @throws {ConfigurationError} for a rule id that does not exist
 */
export function lintText(text: string, options: LintOptions & { readonly path?: string } = {}): FileReport {
  return linterFor(options).lint(sourceFromText(options.path ?? 'Dockerfile', text)).report;
}

/** What is to be mended. */
export interface FixOptions extends LintOptions {
  /** Also fixes that may change how the image behaves; false by default. */
  readonly unsafeFixes?: boolean;
  /** Ids and families of the rules whose findings are to be mended; all by default. */
  readonly fixOnly?: readonly string[];
  /** The file's name in the report. */
  readonly path?: string;
}

/** A text after its fixes. */
export interface FixedText {
  readonly text: string;
  /** What is left to report of that text, and in `applied` what has been mended. */
  readonly report: FileReport;
  /** Why nothing was mended although there were fixes: one of them would have brought a new error. */
  readonly failures: readonly Failure[];
}

/**
 * Mends the text of one Dockerfile; a byte order mark, line ends and comments stay.
 *
 * @throws {ConfigurationError} for a rule or family that does not exist
 */
export function applyFixes(text: string, options: FixOptions = {}): FixedText {
  const { unsafeFixes: unsafe = false, fixOnly } = options;
  const only = fixOnly && { only: rulesNamed([...rules, ...(options.extraRules ?? [])], fixOnly, 'fixOnly') };
  const { report, failures } = fixFile(linterFor(options), sourceFromText(options.path ?? 'Dockerfile', text), { unsafe, ...only });
  return { text: encodeSource(report.source), report, failures };
}

/**
 * Lints files by their paths, in the order given; files around them in which something was found come behind. What cannot be read is in the report's `failures`, and so is a configuration
 * that is broken; the other files are still linted.
 *
 * @throws {ConfigurationError} for a rule id or a build context that does not exist, and for a broken configuration for all files
 */
export function lintFiles(paths: readonly string[], options: LintFilesOptions = {}): Report {
  const cwd = process.cwd();
  const { config = false } = options;
  const configuration = typeof config === 'string' ? { file: config } : config ? 'nearest' : 'none';
  const request: RunRequest = { cwd, configuration, choice: choiceOf(options), ...runOf(options) };
  const linters = new Linters(registryOf(options), request);
  const trees = treesOf({ cwd, context: resolveContext(options.context, cwd) });
  const files: { readonly report: FileReport }[] = [];
  const around: { readonly report: FileReport }[] = [];
  const failures: Failure[] = [];
  const terms: Terms[] = [];
  for (const path of paths) {
    const outcome = lintPath(path, request, linters, trees);
    if ('message' in outcome) failures.push(outcome);
    else if ('problems' in outcome) failures.push(...outcome.problems.filter((problem) => !failures.includes(problem)));
    else {
      files.push({ report: outcome.report });
      for (const report of outcome.others) around.push({ report });
      failures.push(...outcome.failures);
      terms.push(outcome.terms);
    }
  }
  return { files: gathered(files, around).map(({ report }) => report), rules: linters.rulesOf(terms), failures };
}

function linterFor(options: LintOptions): Linter {
  const registry = registryOf(options);
  return new Linter({ registry, ...settle(registry, choiceOf(options)), ...runOf(options) });
}

function registryOf({ extraRules = [] }: LintOptions): readonly Rule[] {
  return [...rules, ...extraRules];
}

function choiceOf({ extraRules = [], preset, select, ignore, severities, ruleOptions, target }: LintOptions): Choice {
  const given = { preset, select, ignore, severities, options: ruleOptions, target, always: extraRules.map(({ id }) => id) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function runOf({
  inlineSuppressions = true,
  today = new Date().toISOString().slice(0, 10),
}: LintOptions): Pick<RunRequest, 'inlineSuppressions' | 'today'> {
  return { inlineSuppressions, today };
}
