/** Findings as the protocol has them, by the addresses of the files they are in. */
import { readFileSync } from 'node:fs';
import type { ConfigurationProblem } from '../config/resolve.js';
import { gathered } from '../engine/gathered.js';
import type { FileReport, ReportedFinding, ReportedFix, Severity } from '../engine/report.js';
import { lineSpan, placeOf } from '../source/position.js';
import { decodeSource, type SourceFile, sourceFromText } from '../source/source-file.js';
import type { Client } from './client.js';
import type { OpenDocument } from './documents.js';
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from './protocol.js';
import { fileOf } from './uris.js';
import type { Checked, Ungoverned, Workspace } from './workspace.js';

/** Who says it, wherever the client shows that. */
export const SOURCE = 'plimsoll';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/**
 * Everything there is to show. Findings in files that a Dockerfile leads to, such as requirements, are shown in those, whether these
 * are open or not, and so is what is wrong with a configuration. A client that asks file by file, and takes no answers about other
 * files, gets them at the words of the Dockerfile that lead there.
 *
 * @param checks of open files
 */
export function diagnosticsByUri(
  checks: readonly (Checked | Ungoverned)[],
  workspace: Workspace,
  client: Client,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const byUri = new Map<string, Diagnostic[]>();
  const add = (uri: string, diagnostics: readonly Diagnostic[]): void => {
    byUri.set(uri, [...(byUri.get(uri) ?? []), ...diagnostics]);
  };
  const linted = checks.filter((check) => 'linted' in check);
  const own = linted.map(({ document, linted: { report } }) => ({ report: under(report, document.uri), uri: document.uri }));
  /** Which file leads to a finding. */
  const origins = new Map<ReportedFinding, OpenDocument>();
  const others = linted.flatMap(({ document, linted: { others: reports } }) =>
    reports.map((report) => {
      const uri = workspace.uriOf(document.folder.absolute(report.source.path));
      for (const finding of report.findings) origins.set(finding, document);
      return { report: under(report, uri), uri };
    }),
  );
  for (const { report, uri } of gathered(own, others)) {
    const diagnostics = report.findings.map((finding) => diagnosticOf(report.source, uri, finding, client, origins.get(finding)));
    add(uri, diagnostics);
  }
  if (client.pullsDiagnostics && !client.takesRelatedDocuments) {
    for (const { report, uri } of others)
      for (const [document, each] of pointersTo(report, uri, origins, client)) add(document.uri, [each]);
  }
  for (const [uri, problems] of configurationProblems(checks, workspace)) {
    const source = sourceOf(uri, workspace);
    add(uri, source === undefined ? [] : problems.map((problem) => configurationDiagnostic(source, problem, client)));
  }
  return byUri;
}

/** NOTE: two folders may have files of the same path; by their addresses no two files are alike. */
function under(report: FileReport, uri: string): FileReport {
  return { ...report, source: { ...report.source, path: uri } };
}

/** A finding of one file. @param origin the file that leads to it, where that is another one */
export function diagnosticOf(
  source: SourceFile,
  uri: string,
  finding: ReportedFinding,
  { positions, ...client }: Client,
  origin?: OpenDocument,
): Diagnostic {
  const { ruleId, severity, message, help, related, fingerprint, from } = finding;
  const places = related.map(({ at, note }) => ({ location: { uri, range: positions.rangeOf(source, at) }, message: note }));
  if (origin !== undefined && from !== undefined) {
    places.push({ location: { uri: origin.uri, range: positions.rangeOf(origin.source, from) }, message: 'This leads here' });
  }
  return {
    range: positions.rangeOf(source, finding.span),
    severity: SEVERITIES[severity],
    code: ruleId,
    source: SOURCE,
    message: `${message}\n${help}`,
    ...(client.showsUnnecessary && isAboutTextThatCanGo(finding) && { tags: [DiagnosticTag.Unnecessary] }),
    ...(client.showsRelatedInformation && places.length > 0 && { relatedInformation: places }),
    data: { fingerprint },
  };
}

/** What a rule finds in another file, as one diagnostic for each place that leads there. */
function pointersTo(
  report: FileReport,
  uri: string,
  origins: ReadonlyMap<ReportedFinding, OpenDocument>,
  client: Client,
): readonly (readonly [OpenDocument, Diagnostic])[] {
  const groups = new Map<string, ReportedFinding[]>();
  for (const finding of report.findings) {
    const key = `${finding.ruleId} ${finding.from?.start}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap(([first, ...rest]) => {
    const origin = first && origins.get(first);
    if (first?.from === undefined || origin === undefined) return [];
    const { line } = placeOf(report.source, first.span.start);
    const more = rest.length === 0 ? '' : ` (and ${rest.length} more there)`;
    const { data: _, ...there } = diagnosticOf(report.source, uri, first, client);
    const pointer: Diagnostic = {
      ...there,
      range: client.positions.rangeOf(origin.source, first.from),
      message: `${decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1))}:${line}: ${first.message}${more}\n${first.help}`,
      ...(client.showsRelatedInformation && {
        relatedInformation: [first, ...rest].map(({ span, message }) => ({
          location: { uri, range: client.positions.rangeOf(report.source, span) },
          message,
        })),
      }),
    };
    return [[origin, pointer]];
  });
}

/** Editors show it faded. */
function isAboutTextThatCanGo({ span, fixes }: ReportedFinding): boolean {
  const removesIt = ({ safety, edits }: ReportedFix): boolean =>
    safety === 'safe' &&
    edits.every(({ text }) => text === '') &&
    edits.some((edit) => edit.span.start <= span.start && span.end <= edit.span.end);
  return span.start < span.end && fixes.some(removesIt);
}

/** The addresses of other files that a file's check says something of. */
export function addressesBeside(check: Checked | Ungoverned, workspace: Workspace): readonly string[] {
  const { folder, uri: own } = check.document;
  const paths = 'linted' in check ? check.linted.others.map(({ source }) => source.path) : check.problems.map(({ path }) => path);
  const uris = paths.filter((path) => path !== '').map((path) => workspace.uriOf(folder.absolute(path)));
  return [...new Set(uris)].filter((uri) => uri !== own);
}

/** Each problem once, however many files it governs. */
function configurationProblems(
  checks: readonly (Checked | Ungoverned)[],
  workspace: Workspace,
): ReadonlyMap<string, readonly ConfigurationProblem[]> {
  const byUri = new Map<string, ConfigurationProblem[]>();
  for (const check of checks) {
    if ('linted' in check) continue;
    for (const problem of check.problems) {
      if (problem.path === '') continue;
      const uri = workspace.uriOf(check.document.folder.absolute(problem.path));
      const known = byUri.get(uri) ?? [];
      byUri.set(uri, known);
      const isKnown = known.some(({ message, place }) => message === problem.message && place?.line === problem.place?.line);
      if (!isKnown) known.push(problem);
    }
  }
  return byUri;
}

function configurationDiagnostic(source: SourceFile, { place, message }: ConfigurationProblem, { positions }: Client): Diagnostic {
  const { start, end } = lineSpan(source, place?.line ?? 1);
  const span = place === undefined ? { start, end } : { start: Math.min(start + place.column - 1, end), end };
  return { range: positions.rangeOf(source, span), severity: DiagnosticSeverity.Error, source: SOURCE, message };
}

/** NOTE: problems are those of the file on disk, but where it is open the client counts in the text that it has. */
function sourceOf(uri: string, workspace: Workspace): SourceFile | undefined {
  const open = workspace.documents.get(uri);
  if (open !== undefined) return open.source;
  const file = fileOf(uri);
  if (file === undefined) return undefined;
  try {
    return decodeSource(file, readFileSync(file));
  } catch {
    // Gone, or no text: the problem is that of the file as a whole.
    return sourceFromText(file, '');
  }
}
