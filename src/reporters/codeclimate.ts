/**
 * `--format codeclimate`: issues as an engine of Code Climate prints them, each ended by NUL. Paths are those from the root of the repository,
 * which Code Climate mounts as `/code`; `<stdin>` stays what it is. Lines are 1-based and inclusive. What could not be linted is an issue of
 * the check `plimsoll` with the severity `blocker`, for the report is all that its readers see.
 *
 * SPEC: codeclimate/platform, spec/analyzers/SPEC.md (2026). An engine must exit with 0: add `--exit-zero`.
 */
import { createHash } from 'node:crypto';
import type { Failure, Family, FileReport, Report, ReportedFinding, Severity } from '../engine/report.js';
import { rangeOf } from '../source/position.js';
import { FAILURE_ID } from './listed.js';
import { jsonLine, printable } from './masking.js';
import { type Places, repositoryPath } from './paths.js';

/** Writes the issues with a call for each: JSON, NUL, line feed. Nothing for a clean run. */
export function codeclimate(report: Report, write: (text: string) => void, places: Places): void {
  for (const { finding, ...issue } of issuesOf(report, places)) {
    const help = finding?.help ?? '';
    const extras = {
      type: 'issue',
      categories: [finding === undefined ? 'Bug Risk' : CATEGORY[finding.family]],
      ...(help !== '' && { content: { body: fenced(printable(help)) } }),
    };
    write(`${jsonLine({ ...extras, ...issue })}\0\n`);
  }
}

/** What Code Climate and GitLab both know of an issue; `finding` is absent from that of a failure. */
export interface Issue {
  readonly check_name: string;
  readonly description: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly fingerprint: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
  readonly finding?: ReportedFinding;
}

/** Failures first, then findings in the order of the report. No two have the same fingerprint. */
export function issuesOf(report: Report, places: Places): readonly Issue[] {
  const fingerprints = new Set<string>();
  const unique = (identity: string): string => {
    let fingerprint = hash(identity);
    while (fingerprints.has(fingerprint)) fingerprint = hash(fingerprint);
    fingerprints.add(fingerprint);
    return fingerprint;
  };
  return [
    ...report.failures.map((failure) => failureIssue(failure, places, unique)),
    ...report.files.flatMap((file) => file.findings.map((finding) => findingIssue(file, finding, places, unique))),
  ];
}

const SEVERITY: Readonly<Record<Severity, Issue['severity']>> = { error: 'critical', warning: 'major', info: 'minor' };

/** The categories are Code Climate's (see SPEC above); which family is which is plimsoll's choice, 2026-11. */
const CATEGORY: Readonly<Record<Family, string>> = {
  'base-image': 'Compatibility',
  python: 'Bug Risk',
  pip: 'Bug Risk',
  uv: 'Bug Risk',
  poetry: 'Bug Risk',
  conda: 'Bug Risk',
  apt: 'Bug Risk',
  apk: 'Bug Risk',
  r: 'Bug Risk',
  julia: 'Bug Risk',
  gpu: 'Compatibility',
  jupyter: 'Bug Risk',
  models: 'Performance',
  serving: 'Bug Risk',
  security: 'Security',
  layers: 'Performance',
  reproducibility: 'Compatibility',
  runtime: 'Bug Risk',
  context: 'Performance',
  compose: 'Bug Risk',
  dockerfile: 'Clarity',
};

/** The finding's own fingerprint knows the line's text and not its number; it is unique in the file, so the path makes it so everywhere. */
function findingIssue(file: FileReport, finding: ReportedFinding, places: Places, unique: (identity: string) => string): Issue {
  const path = repositoryPath(file.source.path, places);
  const { line, endLine } = rangeOf(file.source, finding.span);
  return {
    check_name: finding.ruleId,
    description: printable(finding.message),
    severity: SEVERITY[finding.severity],
    fingerprint: unique(`${path}\n${finding.fingerprint}`),
    location: { path, lines: { begin: line, end: endLine } },
    finding,
  };
}

function failureIssue({ path: named, place, message }: Failure, places: Places, unique: (identity: string) => string): Issue {
  const path = repositoryPath(named, places);
  const line = place?.line ?? 1;
  return {
    check_name: FAILURE_ID,
    description: printable(message),
    severity: 'blocker',
    fingerprint: unique(`${path}\n${message}`),
    location: { path, lines: { begin: line, end: line } },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** As Markdown that shows the text and nothing else. */
function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))));
  return `${fence}text\n${text}\n${fence}`;
}
