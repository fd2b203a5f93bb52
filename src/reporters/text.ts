/**
 * `--format text`, the default: for a person at a terminal, and the same text in a pipe or a log.
 *
 * No line begins with `::` and none holds `##[`: GitHub's runner would obey them, and the words are the user's.
 */
import { type AppliedFix, type FileReport, type Report, type ReportedFinding, SEVERITY_RANK, type Severity } from '../engine/report.js';
import { displayWidth, lineCount, placeOf, rangeOf } from '../source/position.js';
import { type Excerpt, excerptOf } from './excerpt.js';
import { isSuppressed, type ListingOptions, listedFindings } from './listed.js';
import { commandless, harmless, showableFixes } from './masking.js';
import { besides, bestSafety, counted, rebuildOf, severityCounts } from './words.js';

type Paint = (text: string) => string;

/** What the report uses of picocolors' `createColors(enabled)`; where colour is off, each returns its text. */
export interface Colors {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly underline: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly cyan: Paint;
  readonly green: Paint;
}

/** How the page is laid out. */
export interface TextOptions extends ListingOptions {
  readonly colors: Colors;
  /** The columns of the page; nothing is laid out for less than 40. */
  readonly width: number;
  /** Whether the terminal can show more than ASCII. The user's own text is shown as it is. */
  readonly unicode: boolean;
  /** Adds a table of the rules that spoke. */
  readonly statistics?: boolean;
  /** Whether the caller has left out everything but errors, so that a clean report does not claim more. */
  readonly quiet?: boolean;
}

/** Writes the report with a call for each finding; it ends in one line that sums up, and a line feed. */
export function text(report: Report, write: (text: string) => void, options: TextOptions): void {
  const page = pageOf(options);
  const put = (lines: readonly string[]): void => write(lines.map((line) => `${commandless(line)}\n`).join(''));
  for (const file of report.files) {
    const findings = listedFindings(file, options);
    if (findings.length === 0 && (file.applied ?? []).length === 0) continue;
    put([page.colors.underline(page.colors.bold(harmless(file.source.path, page.unicode))), '']);
    put(fixedLines(file, page));
    const columns = columnsOf(file, findings);
    for (const finding of findings) put([...findingLines(file, finding, columns, page), '']);
  }
  if (options.statistics === true) put(statisticsLines(report, page));
  put(summaryLines(report, options.quiet === true, page));
}

interface Page {
  readonly colors: Colors;
  readonly width: number;
  readonly unicode: boolean;
  readonly severity: Readonly<Record<Severity, Paint>>;
  readonly bar: string;
  readonly bad: string;
  readonly good: string;
}

function pageOf({ colors, width, unicode }: TextOptions): Page {
  return {
    colors,
    unicode,
    width: Math.max(width, 40),
    severity: { error: colors.red, warning: colors.yellow, info: colors.blue },
    bar: unicode ? '│' : '|',
    bad: unicode ? '✖ ' : '',
    good: unicode ? '✔ ' : '',
  };
}

/** The widths that all findings of a file share, so that they stand below each other. */
interface Columns {
  readonly place: number;
  readonly severity: number;
  readonly lineNumber: number;
}

function columnsOf(file: FileReport, findings: readonly ReportedFinding[]): Columns {
  let place = 0;
  let severity = 0;
  for (const finding of findings) {
    const { line, column } = placeOf(file.source, finding.span.start);
    place = Math.max(place, `${line}:${column}`.length);
    severity = Math.max(severity, finding.severity.length);
  }
  return { place, severity, lineNumber: String(lineCount(file.source)).length };
}

function findingLines(file: FileReport, finding: ReportedFinding, columns: Columns, page: Page): readonly string[] {
  return [
    ...headLines(file, finding, columns, page),
    ...excerptLines(file, finding, columns, page),
    ...remarkLines(file, finding, columns, page),
  ];
}

/** What was mended in a file, each kind of fix once, and from where on the next build starts again. */
function fixedLines(file: FileReport, page: Page): readonly string[] {
  const { colors } = page;
  const applied = file.applied ?? [];
  if (applied.length === 0) return [];
  const counts = new Map<string, { readonly fix: AppliedFix; count: number }>();
  for (const fix of applied) {
    const key = `${fix.ruleId} ${fix.title}`;
    const row = counts.get(key) ?? { fix, count: 0 };
    counts.set(key, row);
    row.count++;
  }
  const rows = [...counts.values()].flatMap(({ fix: { title, ruleId, safety }, count }) => {
    const tail = [count > 1 ? `, ${count} times` : '', safety === 'unsafe' ? ' (unsafe)' : ''].join('');
    const head = `  ${colors.green('fixed')}  `;
    const lines = wrapped(`${harmless(title, page.unicode)}${tail}`, page.width - 9 - ruleId.length - 2);
    return withCode(lines, colors.bold).map(
      (line, i) => `${i === 0 ? head : ' '.repeat(9)}${line}${i === lines.length - 1 ? `  ${colors.dim(ruleId)}` : ''}`,
    );
  });
  const rebuilt = applied.map(({ rebuiltFromLine }) => rebuiltFromLine ?? Infinity).reduce((a, b) => Math.min(a, b), Infinity);
  return [...rows, ...(rebuilt === Infinity ? [] : [colors.dim(`  The next build starts anew at line ${rebuilt}.`)]), ''];
}

/** `  3:5  warning  the message, over as many lines as it takes  rule-id` */
function headLines(file: FileReport, finding: ReportedFinding, columns: Columns, page: Page): readonly string[] {
  const { colors } = page;
  const { line, column } = rangeOf(file.source, finding.span);
  const indent = 2 + columns.place + 2 + columns.severity + 2;
  const rows = wrapped(harmless(finding.message.replace(/\s+/g, ' '), page.unicode), page.width - indent);
  const place = `${line}:${column}`.padStart(columns.place);
  const padded = finding.severity.padEnd(columns.severity);
  const severity = isSuppressed(finding) ? colors.dim(padded) : page.severity[finding.severity](colors.bold(padded));
  const painted = withCode(rows, colors.bold);
  const last = rows.at(-1) ?? '';
  const isRoom = indent + displayWidth(last) + 2 + finding.ruleId.length <= page.width;
  const rule = colors.dim(finding.ruleId);
  const lines = painted.map((row, i) => (i === 0 ? `  ${place}  ${severity}  ${row}` : ' '.repeat(indent) + row));
  if (isRoom) lines.push(`${lines.pop() ?? ''}  ${rule}`);
  else lines.push(' '.repeat(indent) + rule);
  return lines;
}

function excerptLines(file: FileReport, finding: ReportedFinding, columns: Columns, page: Page): readonly string[] {
  const { colors } = page;
  const indent = gutterWidth(columns);
  const excerpt: Excerpt = excerptOf(file, finding.span, page.width - indent - 3, page.unicode);
  const bar = colors.dim(page.bar);
  const number = colors.dim(String(excerpt.line).padStart(indent));
  const more = excerpt.moreLines === 0 ? '' : ` and ${counted(excerpt.moreLines, 'more line')}`;
  const caret = (isSuppressed(finding) ? colors.dim : page.severity[finding.severity])('^'.repeat(excerpt.caretWidth) + more);
  return [`${number} ${bar} ${excerpt.text}`.trimEnd(), `${' '.repeat(indent)} ${bar} ${' '.repeat(excerpt.caretColumn)}${caret}`];
}

/** What follows the excerpt, each behind its label: the remedy, what `--fix` does, and the places that explain; or why it does not count. */
function remarkLines(file: FileReport, finding: ReportedFinding, columns: Columns, page: Page): readonly string[] {
  const { colors } = page;
  const [fix] = showableFixes(file, finding);
  const safety = fix?.safety ?? bestSafety(finding);
  const command = safety === undefined ? '' : safety === 'safe' ? 'fixable with --fix' : 'fixable with --fix --unsafe-fixes';
  const rebuild = fix === undefined ? '' : rebuildOf(file, fix);
  const offer = rebuild === '' ? command : `${command}; ${rebuild}`;
  const isFixTheHelp = fix !== undefined && sameWords(fix.title, finding.help);
  const lead = ' '.repeat(gutterWidth(columns) + 1);

  const remark = (label: string, paint: Paint, words: string): readonly string[] => {
    const hanging = ' '.repeat(label.length + 4);
    const width = page.width - lead.length - hanging.length;
    const rows = words.split('\n').flatMap((line) => wrapped(harmless(line, page.unicode), width));
    return rows.map((row, i) => {
      const painted = command === '' ? row : row.replace(command, colors.green(command));
      return `${lead}${i === 0 ? `${colors.dim('=')} ${paint(`${label}:`)} ` : hanging}${painted}`.trimEnd();
    });
  };
  if (isSuppressed(finding)) {
    if (finding.by === 'baseline') return remark('accepted', colors.dim, 'by the baseline');
    return remark('silenced', colors.dim, finding.reason === '' ? 'by a comment that gives no reason' : finding.reason);
  }
  const help = isFixTheHelp ? `${finding.help} (${offer})` : finding.help;
  return [
    ...(help === '' ? [] : remark('help', colors.cyan, help)),
    ...(offer === '' || isFixTheHelp ? [] : remark('fix', colors.green, fix === undefined ? offer : `${fix.title} (${offer})`)),
    ...(fix?.risk === undefined ? [] : remark('risk', colors.yellow, fix.risk)),
    ...finding.related.flatMap(({ at, note }) => {
      const { line, column } = placeOf(file.source, at.start);
      return remark('note', colors.blue, `${line}:${column}  ${note}`);
    }),
  ];
}

function gutterWidth(columns: Columns): number {
  return Math.max(columns.lineNumber + 4, 5);
}

function sameWords(a: string, b: string): boolean {
  const plain = (words: string): string =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(a) === plain(b);
}

function statisticsLines(report: Report, page: Page): readonly string[] {
  const { colors } = page;
  const rules = new Map<string, { id: string; severity: Severity; count: number; safe: number; unsafe: number }>();
  for (const { findings } of report.files) {
    for (const finding of findings) {
      const row = rules.get(finding.ruleId) ?? { id: finding.ruleId, severity: finding.severity, count: 0, safe: 0, unsafe: 0 };
      rules.set(finding.ruleId, row);
      row.count++;
      if (SEVERITY_RANK[finding.severity] < SEVERITY_RANK[row.severity]) row.severity = finding.severity;
      const safety = bestSafety(finding);
      if (safety !== undefined) row[safety]++;
    }
  }
  if (rules.size === 0) return [];
  const rows = [...rules.values()].sort(
    (a, b) => b.count - a.count || SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || (a.id < b.id ? -1 : 1),
  );
  const countWidth = Math.max('count'.length, ...rows.map((row) => String(row.count).length));
  const idWidth = Math.max('rule'.length, ...rows.map((row) => row.id.length));
  const fixable = (row: { safe: number; unsafe: number }): string =>
    [row.safe > 0 ? `${row.safe} with --fix` : '', row.unsafe > 0 ? `${row.unsafe} with --unsafe-fixes` : ''].filter(Boolean).join(', ');
  return [
    colors.dim(`  ${'count'.padStart(countWidth)}  severity  ${'rule'.padEnd(idWidth)}  fixable`),
    ...rows.map((row) => {
      const count = String(row.count).padStart(countWidth);
      const severity = page.severity[row.severity](row.severity.padEnd('severity'.length));
      const fixes = fixable(row);
      return `  ${count}  ${severity}  ${fixes === '' ? row.id : `${row.id.padEnd(idWidth)}  ${colors.dim(fixes)}`}`;
    }),
    '',
  ];
}

/** One line at any width, so that it can be found by a script. */
function summaryLines(report: Report, quiet: boolean, page: Page): readonly string[] {
  const { colors } = page;
  const findings = report.files.flatMap((file) => file.findings);
  const files = counted(report.files.length, 'file');
  const tail = besides(report)
    .map((extra) => `; ${extra}`)
    .join('');
  if (findings.length === 0) {
    const paint = report.failures.length === 0 ? colors.green : colors.yellow;
    return [`${paint(`${report.failures.length === 0 ? page.good : page.bad}No ${quiet ? 'errors' : 'problems'} in ${files}`)}${tail}`];
  }
  const severities = findings.map((finding) => finding.severity);
  const worst = severities.reduce((a, b) => (SEVERITY_RANK[b] < SEVERITY_RANK[a] ? b : a));
  const affected = report.files.filter((file) => file.findings.length > 0).length;
  const total = colors.bold(page.severity[worst](`${page.bad}${counted(findings.length, 'problem')}`));
  return [`${total} (${severityCounts(severities)}) in ${affected} of ${files}${tail}`];
}

/**
 * Breaks a line at its blanks so that no part is wider than the width; the parts behind the first are indented as the
 * line is. A word that is wider stands alone: a command or URL that is broken cannot be pasted.
 */
export function wrapped(line: string, width: number): readonly string[] {
  if (displayWidth(line) <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const rows: string[] = [];
  let row = '';
  let rowWidth = 0;
  for (const word of line.trim().split(' ')) {
    const wordWidth = displayWidth(word);
    if (row !== '' && rowWidth + 1 + wordWidth > width) {
      rows.push(row);
      row = '';
    }
    row = row === '' ? indent + word : `${row} ${word}`;
    rowWidth = row === indent + word ? indent.length + wordWidth : rowWidth + 1 + wordWidth;
  }
  rows.push(row);
  return rows;
}

/** Paints what stands between backticks, also where it goes on in the next row. */
export function withCode(rows: readonly string[], paint: Paint): string[] {
  let isCode = false;
  return rows.map((row) =>
    row
      .split(/(`)/)
      .map((part) => {
        if (part === '`') {
          isCode = !isCode;
          return paint(part);
        }
        return isCode && part !== '' ? paint(part) : part;
      })
      .join(''),
  );
}
