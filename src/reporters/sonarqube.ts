/**
 * `--format sonarqube`: generic issues for `sonar.externalIssuesReportPaths`, from SonarQube 10.3 on. Every enabled rule is there, whether it
 * spoke or not. Paths are those from the root of the repository, where `sonar.projectBaseDir` mostly is; SonarQube passes over files it does
 * not know, `<stdin>` among them. What could not be linted is an issue of the rule `plimsoll`, which is there only then: a quality gate must
 * not take silence for a clean file.
 *
 * SPEC: SonarSource/sonarqube, ExternalIssueReportValidator.java and ExternalIssueImporter.java (2026): columns are 0-based and count UTF-16;
 * a range without a character, or one that reaches beyond its line, makes the whole analysis fail, so that the line alone is named.
 *
 * LIMIT: to SonarQube a lone carriage return ends a line, too; behind one its lines are others than Docker's.
 */
import type { Failure, Family, FileReport, Report, ReportedFinding, Severity, Span } from '../engine/report.js';
import { rangeOf } from '../source/position.js';
import { writeJsonList } from './json-list.js';
import { FAILURE_ID } from './listed.js';
import { printable } from './masking.js';
import { type Places, repositoryPath } from './paths.js';

/** What the report says beside the findings. */
export interface SonarqubeOptions extends Places {
  /** Why a rule is there; empty when nobody has written it down. */
  readonly why: (ruleId: string) => string;
}

/** Writes the document with a call for each rule and each issue; it ends in a line feed. */
export function sonarqube(report: Report, write: (text: string) => void, options: SonarqubeOptions): void {
  const issues = [
    ...report.failures.map((failure) => failureIssue(failure, options)),
    ...report.files.flatMap((file) => file.findings.map((finding) => findingIssue(file, finding, options))),
  ];
  write('{\n  "rules": ');
  writeJsonList(write, rulesOf(report, options), (rule) => rule, INDENT);
  write(',\n  "issues": ');
  writeJsonList(write, issues, (issue) => issue, INDENT);
  write('\n}\n');
}

const INDENT = '    ';

/** SPEC: org.sonar.api.issue.impact.Severity before 10.8 has these three only. */
const IMPACT: Readonly<Record<Severity, string>> = { error: 'HIGH', warning: 'MEDIUM', info: 'LOW' };

/** Of SonarQube's words (org.sonar.api.rules.CleanCodeAttribute, org.sonar.api.issue.impact.SoftwareQuality, 2026), plimsoll's choice, 2026-11. */
const MAINTAINABLE = { cleanCodeAttribute: 'CONVENTIONAL', softwareQuality: 'MAINTAINABILITY' };
const LEAN = { cleanCodeAttribute: 'EFFICIENT', softwareQuality: 'MAINTAINABILITY' };
const RELIABLE = { cleanCodeAttribute: 'COMPLETE', softwareQuality: 'RELIABILITY' };
const SECURE = { cleanCodeAttribute: 'TRUSTWORTHY', softwareQuality: 'SECURITY' };
const QUALITY: Readonly<Record<Family, typeof SECURE>> = {
  'base-image': RELIABLE,
  python: RELIABLE,
  pip: RELIABLE,
  uv: RELIABLE,
  poetry: RELIABLE,
  conda: RELIABLE,
  apt: RELIABLE,
  apk: RELIABLE,
  r: RELIABLE,
  julia: RELIABLE,
  gpu: RELIABLE,
  jupyter: RELIABLE,
  models: LEAN,
  serving: RELIABLE,
  security: SECURE,
  layers: LEAN,
  reproducibility: RELIABLE,
  runtime: RELIABLE,
  context: LEAN,
  compose: RELIABLE,
  dockerfile: MAINTAINABLE,
};

interface SonarRule {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly family: Family;
  readonly severity: Severity;
}

/** Each rule once, also one that found something without being in the list; SonarQube refuses an issue of a rule it was not told of. */
function rulesOf({ rules, files, failures }: Report, { why }: SonarqubeOptions): readonly object[] {
  const known = new Map<string, SonarRule>();
  for (const { id, summary, family, severity } of rules)
    known.set(id, { id, name: summary, description: why(id) || summary, family, severity });
  for (const { ruleId: id, family, severity } of files.flatMap(({ findings }) => findings)) {
    if (!known.has(id)) known.set(id, { id, name: id, description: why(id) || id, family, severity });
  }
  if (failures.length > 0) {
    const name = 'A file could not be linted';
    known.set(FAILURE_ID, { id: FAILURE_ID, name, description: `${name}; the message says why.`, family: 'dockerfile', severity: 'error' });
  }
  return [...known.values()].map(({ id, name, description, family, severity }) => {
    const { cleanCodeAttribute, softwareQuality } = QUALITY[family];
    return {
      id,
      name,
      description,
      engineId: 'plimsoll',
      cleanCodeAttribute,
      impacts: [{ softwareQuality, severity: IMPACT[severity] }],
    };
  });
}

function findingIssue(file: FileReport, finding: ReportedFinding, options: SonarqubeOptions): object {
  const filePath = repositoryPath(file.source.path, options);
  const location = (message: string, span: Span): object => ({ message: printable(message), filePath, textRange: textRange(file, span) });
  return {
    ruleId: finding.ruleId,
    primaryLocation: location(finding.message, finding.span),
    ...(finding.related.length > 0 && { secondaryLocations: finding.related.map(({ at, note }) => location(note, at)) }),
  };
}

function failureIssue({ path, place, message }: Failure, options: SonarqubeOptions): object {
  return {
    ruleId: FAILURE_ID,
    primaryLocation: {
      message: printable(message),
      filePath: repositoryPath(path, options),
      ...(place && { textRange: { startLine: place.line } }),
    },
  };
}

function textRange({ source }: FileReport, span: Span): object {
  const { line, column, endLine, endColumn } = rangeOf(source, span);
  if (line === endLine && column === endColumn) return { startLine: line };
  return { startLine: line, endLine, startColumn: column - 1, endColumn: endColumn - 1 };
}
