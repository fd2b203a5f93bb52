/**
 * `--format sarif`: SARIF 2.1.0 as GitHub's code scanning reads it. Suppressed findings are left out unless asked for, because
 * GitHub opens an alert for them; a clean run still lists every enabled rule, because that is what closes alerts.
 */
import {
  type FileReport,
  type Report,
  type ReportedFinding,
  type ReportedFix,
  type ReportedRule,
  SEVERITY_RANK,
  type Severity,
  type Span,
  type SuppressedFinding,
} from '../engine/report.js';
import { lineSpan, type Place, placeOf, rangeOf } from '../source/position.js';
import { writeJsonList } from './json-list.js';
import { lineHashes } from './line-hash.js';
import { isSuppressed, type ListingOptions, listedFindings } from './listed.js';
import { jsonLine, showableFixes, wholeEdit } from './masking.js';
import { type Places, repositoryUri } from './paths.js';
import { rebuildOf } from './words.js';

/** A rule's pages: `why` in plain text, `text` and `markdown` the whole page, without the rule's id as a title. */
export interface RulePages {
  readonly text: string;
  readonly markdown: string;
  readonly why: string;
}

/** What the log says beside the findings. */
export interface SarifOptions extends Places, ListingOptions {
  /** plimsoll's own version. */
  readonly version: string;
  readonly pages: (ruleId: string) => RulePages;
  /** Becomes `automationDetails.id`, with a slash behind it. It overrides upload-sarif's `category`: none by default. */
  readonly category?: string;
  /** Where plimsoll is at home in the web. */
  readonly informationUri?: string;
  /** Where a rule's page is in the web. */
  readonly helpUri?: (ruleId: string) => string;
}

/** Writes the log with a call for each rule and each finding, each on a line of its own; it ends in a line feed. */
export function sarif(report: Report, write: (text: string) => void, options: SarifOptions): void {
  const findings = report.files.flatMap((file) => listedFindings(file, options).map((finding): Located => ({ file, finding })));
  const kept = worstOf(findings, MOST_RESULTS);
  const ruleIndex = new Map(report.rules.map((rule, index) => [rule.id, index]));
  const driver = {
    name: 'plimsoll',
    semanticVersion: options.version,
    ...(options.informationUri !== undefined && { informationUri: options.informationUri }),
  };

  write('{\n  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n  "version": "2.1.0",\n  "runs": [{\n');
  write('    "columnKind": "utf16CodeUnits",\n');
  if (options.category !== undefined) write(`    "automationDetails": ${jsonLine({ id: `${options.category}/` })},\n`);
  write(`    "tool": { "driver": ${jsonLine(driver).slice(0, -1)}, "rules": `);
  writeJsonList(write, report.rules, (rule) => reportingDescriptor(rule, options), INDENT);
  write(' } },\n    "invocations": [');
  write(jsonLine(invocation(report, findings.length - kept.length, options)));
  write('],\n    "results": ');
  const hashes = new WeakMap<FileReport, readonly string[]>();
  const resultOf = ({ file, finding }: Located): object => {
    const ofFile = hashes.get(file) ?? lineHashes(file.source);
    hashes.set(file, ofFile);
    return result(file, finding, ruleIndex.get(finding.ruleId), ofFile, options);
  };
  writeJsonList(write, kept, resultOf, INDENT);
  write('\n  }]\n}\n');
}

interface Located {
  readonly file: FileReport;
  readonly finding: ReportedFinding;
}

const INDENT = '      ';
/** GitHub rejects a whole upload with more. */
const MOST_RESULTS = 25_000;
/** GitHub rejects longer descriptions of rules. */
const LONGEST_DESCRIPTION = 1024;

const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', info: 'note' };
const PROBLEM_SEVERITY: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'recommendation' };
/** On GitHub's scale from 0.1 to 10.0: high, medium and low. Only what is certain to be exploited would be critical. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = { error: '8.0', warning: '5.5', info: '3.0' };

function worstOf(findings: readonly Located[], most: number): readonly Located[] {
  if (findings.length <= most) return findings;
  const rank = ({ finding }: Located): number => SEVERITY_RANK[finding.severity];
  return [...findings].sort((a, b) => rank(a) - rank(b)).slice(0, most);
}

function reportingDescriptor(rule: ReportedRule, { pages, helpUri }: SarifOptions): object {
  const page = pages(rule.id);
  const isSecurity = rule.family === 'security';
  return {
    id: rule.id,
    name: pascalCase(rule.id),
    shortDescription: { text: shortened(sentence(rule.summary)) },
    fullDescription: { text: shortened(sentence(page.why || rule.summary)) },
    help: { text: page.text, markdown: page.markdown },
    ...(helpUri && { helpUri: helpUri(rule.id) }),
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: {
      tags: [rule.family],
      precision: rule.confidence,
      'problem.severity': PROBLEM_SEVERITY[rule.severity],
      ...(isSecurity && { 'security-severity': SECURITY_SEVERITY[rule.severity] }),
    },
  };
}

/** What kept files or rules from finishing. Such a run has not succeeded: its silence about a file closes no alert. */
function invocation(report: Report, dropped: number, options: SarifOptions): object {
  const notifications = report.failures.map(({ path, place, message }) => ({
    level: 'error',
    message: { text: linkless(sentence(message)) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: repositoryUri(path, options) }, ...(place && { region: regionAt(place) }) } },
    ],
  }));
  const cut = {
    level: 'warning',
    message: { text: `GitHub takes ${MOST_RESULTS} results; the ${dropped} least severe findings were left out.` },
  };
  return {
    executionSuccessful: report.failures.length === 0,
    toolExecutionNotifications: dropped > 0 ? [...notifications, cut] : notifications,
  };
}

function result(
  file: FileReport,
  finding: ReportedFinding,
  ruleIndex: number | undefined,
  hashes: readonly string[],
  options: SarifOptions,
): object {
  const uri = repositoryUri(file.source.path, options);
  const artifactLocation = { uri };
  const region = visibleRegion(file, finding.span);
  const hash = hashes[region.startLine - 1];
  const fixes = showableFixes(file, finding).filter((fix) => fix.safety === 'safe' && fix.edits.length > 0);
  return {
    ruleId: finding.ruleId,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: LEVEL[finding.severity],
    message: { text: messageText(finding) },
    locations: [{ physicalLocation: { artifactLocation, region } }],
    ...(finding.related.length > 0 && {
      relatedLocations: finding.related.map(({ at, note }, id) => ({
        id,
        physicalLocation: { artifactLocation, region: visibleRegion(file, at) },
        message: { text: linkless(sentence(note)) },
      })),
    }),
    partialFingerprints: {
      ...(hash !== undefined && { primaryLocationLineHash: hash }),
      'plimsoll/v1': finding.fingerprint,
    },
    ...(fixes.length > 0 && { fixes: fixes.map((fix) => sarifFix(file, fix, uri)) }),
    // SPEC: SARIF 3.27.23: where one result has it, all have.
    ...(options.showSuppressed === true && { suppressions: isSuppressed(finding) ? [suppression(finding)] : [] }),
  };
}

function suppression({ by, reason }: SuppressedFinding): object {
  return { kind: by === 'comment' ? 'inSource' : 'external', status: 'accepted', ...(reason !== '' && { justification: reason }) };
}

/** GitHub titles an alert by the first sentence, so the fact ends in a full stop; related places show only as links. */
function messageText(finding: ReportedFinding): string {
  const links = finding.related.map(({ note }, id) => `[${note.replace(/[\\[\]]/g, '\\$&')}](${id})`);
  const help = finding.help === '' ? [] : [linkless(finding.help)];
  return [linkless(sentence(finding.message)), ...help, ...links].join('\n');
}

/** What comes from a Dockerfile is no link. SPEC: SARIF 3.11.6, `[text](destination)` is one in any message. */
function linkless(text: string): string {
  return text.replace(/\](?=\()/g, '] ');
}

interface Region {
  readonly startLine: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/**
 * The region of a span, of at least one character: some readers take an empty one for the whole line, some reject it.
 * On an empty line there is no character to give; only the line is named.
 */
function visibleRegion({ source }: FileReport, span: Span): Region {
  const range = rangeOf(source, span);
  if (range.line !== range.endLine || range.column !== range.endColumn) return region(range);
  const line = lineSpan(source, range.line);
  if (line.start === line.end) return { startLine: range.line };
  const isAtEnd = span.start >= line.end;
  const near = source.text.slice(isAtEnd ? Math.max(line.end - 2, line.start) : span.start, isAtEnd ? line.end : span.start + 2);
  const characters = [...near];
  const length = (isAtEnd ? characters.at(-1) : characters[0])?.length ?? 1;
  const start = isAtEnd ? line.end - length : span.start;
  return region(rangeOf(source, { start, end: start + length }));
}

function regionAt({ line, column }: Place): Region {
  return { startLine: line, startColumn: column };
}

function region(range: { line: number; column: number; endLine: number; endColumn: number }): Region {
  return { startLine: range.line, startColumn: range.column, endLine: range.endLine, endColumn: range.endColumn };
}

/**
 * `insertedContent` is always there: reviewdog reads it without asking. The URI is that of the result, to the byte. One replacement where there
 * can be, for reviewdog makes a suggestion of each, to be committed alone.
 */
function sarifFix(file: FileReport, fix: ReportedFix, uri: string): object {
  const { source } = file;
  const whole = wholeEdit(file, fix);
  const replacements = (whole === undefined ? fix.edits : [whole]).map(({ span, text }) => {
    const from = placeOf(source, span.start);
    const to = placeOf(source, span.end);
    return {
      deletedRegion: region({ ...from, endLine: to.line, endColumn: to.column }),
      insertedContent: { text },
    };
  });
  const rebuild = rebuildOf(file, fix);
  const title = rebuild === '' ? fix.title : `${fix.title} (${rebuild})`;
  return { description: { text: linkless(sentence(title)) }, artifactChanges: [{ artifactLocation: { uri }, replacements }] };
}

/** `PipNoCache` for `pip-no-cache`. SPEC: SARIF 3.49.7, a name that is the same as the id must not be there. */
function pascalCase(id: string): string {
  return id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A text that ends as a sentence does; one that ends in code, a URL or a mark is left as it is. */
function sentence(text: string): string {
  return /[\p{L}\p{N}`)\]"'%]$/u.test(text) && !/\S+:\/\/\S+$/.test(text) ? `${text}.` : text;
}

function shortened(text: string): string {
  if (text.length <= LONGEST_DESCRIPTION) return text;
  const cut = text.slice(0, LONGEST_DESCRIPTION - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), LONGEST_DESCRIPTION / 2))}…`;
}
