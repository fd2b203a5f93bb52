/**
 * `--format markdown`: a table for the summary of a job or a comment on a pull request, the worst first. Whatever is taken from a
 * Dockerfile, a path or a message stays text: no link, picture, mention, reference, formula or HTML can be made of it.
 *
 * SPEC: GitHub Flavored Markdown 0.29 (2019), tables and autolinks, and what GitHub makes of words besides: `@name`, `#1`, `GH-1`, `:tada:`,
 * `$formula$` (docs.github.com, "Writing on GitHub", 2026). None of it happens in code, so a word that asks for it is shown as code.
 */
import { type Failure, type FileReport, type Report, type ReportedFinding, SEVERITY_RANK, type Severity } from '../engine/report.js';
import { placeName, placeOf, rangeOf } from '../source/position.js';
import { isSuppressed, type ListingOptions, listedFindings } from './listed.js';
import { harmless } from './masking.js';
import { isNameless, type Places, repositoryPath, repositoryUri } from './paths.js';
import { besides, bestSafety, counted, severityCounts } from './words.js';

/** What the page is made for. */
export interface MarkdownOptions extends Places, ListingOptions {
  /** Where the files of the repository are in the web, without a slash at the end (see {@link webAddress}); no links without it. */
  readonly web?: string | undefined;
  /** Whether the caller has left out everything but errors, so that a clean report does not claim more. */
  readonly quiet?: boolean;
}

/**
 * Where GitHub shows the files of the commit that a workflow runs on; undefined outside of a workflow.
 *
 * @param env the variables that the runner sets: GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA
 */
export function webAddress(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const address = `${env['GITHUB_SERVER_URL'] ?? ''}/${env['GITHUB_REPOSITORY'] ?? ''}/blob/${env['GITHUB_SHA'] ?? ''}`;
  return /^https?:\/\/[\w.-]+(?::\d+)?\/[\w.-]+\/[\w.-]+\/blob\/[0-9a-f]{40,}$/.test(address) ? address : undefined;
}

/** Writes the page with a call for each finding, up to {@link MOST_BYTES}; it ends in a line that says what was left out, if anything was. */
export function markdown(report: Report, write: (text: string) => void, options: MarkdownOptions): void {
  const rows = [
    ...report.failures.map((failure): Row => ({ severity: 'error', text: () => failureRow(failure, options) })),
    ...report.files.flatMap((file) =>
      listedFindings(file, options).map((finding): Row => ({ severity: finding.severity, text: () => findingRow(file, finding, options) })),
    ),
  ].sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity]);
  const head = `### ${headline(report, options)}\n${[facts(report), rows.length > 0 ? TABLE_HEAD : '']
    .filter((part) => part !== '')
    .map((part) => `\n${part}\n`)
    .join('')}`;
  write(head);
  let bytes = Buffer.byteLength(head);
  for (const [index, { text }] of rows.entries()) {
    const row = text();
    bytes += Buffer.byteLength(row);
    if (bytes > MOST_BYTES) {
      write(`\n${leftOut(rows.slice(index))}\n`);
      return;
    }
    write(row);
  }
}

/**
 * SPEC: actions/runner, CreateStepSummaryCommand.AttachmentSizeLimit (2026): of a summary above 1 MiB nothing is shown. What is left is for
 * what other steps of the same action write.
 */
const MOST_BYTES = 900 * 1024;

interface Row {
  readonly severity: Severity;
  /** Made when it is written: a run may have thousands that do not fit. */
  readonly text: () => string;
}

const TABLE_HEAD = '| Severity | Where | Problem and remedy | Rule |\n| :-- | :-- | :-- | :-- |';
const SIGN: Readonly<Record<Severity, string>> = { error: '❌', warning: '⚠️', info: 'ℹ️' };

/** `❌ plimsoll: 9 problems (2 errors, 7 warnings) in 3 of 4 files` */
function headline({ files, failures }: Report, { quiet = false }: MarkdownOptions): string {
  const severities = files.flatMap(({ findings }) => findings.map(({ severity }) => severity));
  const of = counted(files.length, 'file');
  if (severities.length === 0) return `${failures.length === 0 ? '✅' : SIGN.error} plimsoll: no ${quiet ? 'errors' : 'problems'} in ${of}`;
  const worst = severities.reduce((a, b) => (SEVERITY_RANK[b] < SEVERITY_RANK[a] ? b : a));
  const affected = files.filter(({ findings }) => findings.length > 0).length;
  const problems = `${counted(severities.length, 'problem')} (${severityCounts(severities)})`;
  return `${failures.length === 0 ? SIGN[worst] : SIGN.error} plimsoll: ${problems} in ${affected} of ${of}`;
}

function facts(report: Report): string {
  const all = besides(report).map((fact) => fact.replace(/--fix.*/, (option) => code(option)));
  return all.length === 0 ? '' : `${all.join('; ')}.`;
}

function leftOut(rows: readonly Row[]): string {
  const what = `${counted(rows.length, 'more problem')} (${severityCounts(rows.map(({ severity }) => severity))})`;
  const verb = rows.length === 1 ? 'is' : 'are';
  return `**${what}** ${verb} left out, because GitHub shows no page that is longer. The other formats have all.`;
}

function findingRow(file: FileReport, finding: ReportedFinding, options: MarkdownOptions): string {
  const { line, endLine } = rangeOf(file.source, finding.span);
  const name = code(`${repositoryPath(file.source.path, options)}:${line}`);
  const address = lineAddress(file, line, endLine, options);
  return row([
    `${SIGN[finding.severity]} ${finding.severity}`,
    address === undefined ? name : `[${name}](${address})`,
    problem(file, finding).join('<br>'),
    code(finding.ruleId),
  ]);
}

function failureRow({ path, place, message }: Failure, options: MarkdownOptions): string {
  return row([`${SIGN.error} failure`, code(placeName(repositoryPath(path, options), place)), inline(message), '']);
}

/** Undefined where the web has other lines than those that were linted: of a text without a file, outside of the repository, or mended. */
function lineAddress(file: FileReport, line: number, endLine: number, options: MarkdownOptions): string | undefined {
  const { path } = file.source;
  if (options.web === undefined || isNameless(path) || (file.applied ?? []).length > 0) return undefined;
  const uri = repositoryUri(path, options);
  if (uri.startsWith('file:')) return undefined;
  const encoded = uri.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  return `${options.web}/${encoded}#L${line}${endLine === line ? '' : `-L${endLine}`}`;
}

/** The fact; the remedy and whether `--fix` knows it; why it does not count; the places that explain. */
function problem(file: FileReport, finding: ReportedFinding): readonly string[] {
  const [remedy = '', ...pasted] = finding.help === '' ? [] : finding.help.split('\n');
  const safety = bestSafety(finding);
  const fixable = safety === undefined ? '' : `(fixable with ${code(safety === 'safe' ? '--fix' : '--fix --unsafe-fixes')})`;
  const advice = [remedy === '' ? '' : `→ ${inline(remedy)}`, ...pasted.map(code)].filter((line) => line !== '');
  const last = advice.pop();
  const silenced = isSuppressed(finding)
    ? [
        finding.by === 'baseline'
          ? '(accepted by the baseline)'
          : `(silenced by a comment${finding.reason === '' ? '' : `: ${inline(finding.reason)}`})`,
      ]
    : [];
  const notes = finding.related.map(({ at, note }) => `Line ${placeOf(file.source, at.start).line}: ${inline(note)}`);
  return [inline(finding.message), ...silenced, ...advice, [last, fixable].filter(Boolean).join(' '), ...notes].filter(
    (line) => line !== '',
  );
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** A sentence in which `words` in backticks are code. Two code spans without anything between would run into each other. */
function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 0 ? prose(part) : code(part.slice(1, -1))))
    .reduce((before, part) => `${before}${before.endsWith('`') && part.startsWith('`') ? '\u200b' : ''}${part}`, '');
}

/** Words as they are, but for those that Markdown or GitHub would make something else of. */
function prose(text: string): string {
  return harmless(text.replace(/\s+/g, ' '), true).replace(/[^ ]+/g, (whole) => {
    if (!TELLING.test(whole)) return whole;
    const [, before = '', word = '', behind = ''] = /^([("']*)(.*?)([)"'.,;:!?]*)$/.exec(whole) ?? [];
    return word === '' ? code(whole) : `${before}${code(word)}${behind}`;
  });
}

/** What makes more of a word than text. A colon at its end makes nothing: `RUN:`. */
const TELLING = /[\\`*_[\]<>|~#@$^{}&]|:(?=[^\s:])|www\.|GH-\d/i;

/**
 * A code span for the cell of a table. The runs of backticks around it are longer than those inside; a pipe is escaped, and kept apart from a
 * backslash before it, which would escape the backslash instead.
 */
function code(text: string): string {
  const shown = harmless(text, true)
    .replace(/\t/g, ' ')
    .replace(/\\(?=\|)/g, '\\\u200b')
    .replaceAll('|', '\\|');
  if (shown.trim() === '') return '';
  const fence = '`'.repeat(1 + Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length)));
  return fence.length === 1 ? `\`${shown}\`` : `${fence} ${shown} ${fence}`;
}
