/**
 * `--format github`: workflow commands, which GitHub Actions turns into annotations on a pull request.
 *
 * SPEC: actions/runner, ActionCommand.cs and ActionCommandManager.cs (2026): a step may make ten annotations of each
 * level, the rest are dropped without a word; columns count only where start and end are on one line.
 */
import { type Failure, type FileReport, type Report, type ReportedFinding, SEVERITY_RANK, type Severity } from '../engine/report.js';
import { placeName, rangeOf } from '../source/position.js';
import { harmless } from './masking.js';
import { isNameless, type Places, repositoryPath } from './paths.js';
import { failureLine, findingLine } from './unix.js';
import { counted, severityCounts } from './words.js';

/** Annotations need to know where the repository is, nothing else. */
export type GithubOptions = Places;

/**
 * Writes the ten worst of each level as annotations, worst first over all files, then a notice of how many there are
 * beyond, then those as lines of the format `unix`.
 */
export function github(report: Report, write: (text: string) => void, options: GithubOptions): void {
  const entries = [
    ...report.failures.map((failure): Entry => ({ level: 'error', ...failureCommand(failure, options) })),
    ...report.files.flatMap((file) => file.findings.map((finding) => findingEntry(file, finding, options))),
  ].sort((a, b) => SEVERITY_RANK[a.level] - SEVERITY_RANK[b.level]);

  const { shown, rest } = chosen(entries);
  for (const entry of shown) write(`${entry.command()}\n`);
  if (rest.length === 0) return;
  const beyond = `${counted(rest.length, 'more problem')} (${severityCounts(rest.map((entry) => entry.level))})`;
  const verb = rest.length === 1 ? 'is' : 'are';
  const why = `GitHub shows at most ${LIMIT} errors, ${LIMIT} warnings and ${LIMIT} notices of a step`;
  write(`${command('notice', { title: 'plimsoll' }, `${beyond} ${verb} not shown here: ${why}. The log of this step lists the rest.`)}\n`);
  for (const entry of rest) write(`${entry.plain()}\n`);
}

const LIMIT = 10;
/** The runner cuts a message at 4,096 characters; what is cut here can be seen to be. */
const LONGEST_MESSAGE = 4000;
const LEVEL: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

interface Entry {
  readonly level: Severity;
  /** Made when it is printed: a run may have thousands that are not. */
  readonly command: () => string;
  readonly plain: () => string;
}

/** The first ten of each level. Where some are left over, the last notice gives way to the one that says so. */
function chosen(entries: readonly Entry[]): { shown: readonly Entry[]; rest: readonly Entry[] } {
  const count = { error: 0, warning: 0, info: 0 };
  for (const { level } of entries) count[level]++;
  const isOver = Object.values(count).some((number) => number > LIMIT);
  const left = { error: LIMIT, warning: LIMIT, info: isOver ? LIMIT - 1 : LIMIT };
  const shown: Entry[] = [];
  const rest: Entry[] = [];
  for (const entry of entries) (left[entry.level]-- > 0 ? shown : rest).push(entry);
  return { shown, rest };
}

function findingEntry(file: FileReport, finding: ReportedFinding, options: GithubOptions): Entry {
  const path = repositoryPath(file.source.path, options);
  const { line, column } = rangeOf(file.source, finding.span);
  const place = `${path}:${line}:${column}:`;
  return {
    level: finding.severity,
    plain: () => findingLine(path, file, finding),
    command: () => {
      const range = rangeOf(file.source, finding.span, 'code-point');
      const isOneLine = range.line === range.endLine;
      const properties = {
        ...(!isNameless(path) && {
          file: path,
          line: range.line,
          ...(!isOneLine && { endLine: range.endLine }),
          ...(isOneLine && { col: range.column }),
          ...(isOneLine && range.endColumn > range.column && { endColumn: range.endColumn }),
        }),
        title: finding.ruleId,
      };
      const help = finding.help === '' ? '' : `\n${finding.help}`;
      return command(LEVEL[finding.severity], properties, `${place} ${finding.message} [${finding.ruleId}]${help}`);
    },
  };
}

function failureCommand(failure: Failure, options: GithubOptions): Omit<Entry, 'level'> {
  const { path, place: at, message } = failure;
  const file = repositoryPath(path, options);
  const place = placeName(file, at);
  const properties = { ...(!isNameless(file) && { file, ...(at && { line: at.line, col: at.column }) }), title: 'plimsoll' };
  return { plain: () => failureLine(file, failure), command: () => command('error', properties, `${place}: ${message}`) };
}

function command(level: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  const cut = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return `::${level} ${list.join(',')}::${escapedData(
    cut
      .split('\n')
      .map((line) => harmless(line, true))
      .join('\n'),
  )}`;
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
