/** The reports of a run with what was found in the files around its Dockerfiles: one report for each text. */
import type { FileReport, ReportedFinding } from './report.js';

/** A report, and whatever else a run keeps beside it. */
export interface Kept {
  readonly report: FileReport;
}

/**
 * Adds the reports of files around: to the report of the same text, where that was linted itself or was found before, else
 * behind the others, in the order of their paths. Several Dockerfiles may lead to one finding; it stays one.
 */
export function gathered<Item extends Kept>(items: readonly Item[], others: readonly Item[]): readonly Item[] {
  if (others.length === 0) return items;
  const all = [...items];
  const indexes = new Map(items.map(({ report }, index) => [keyOf(report), index]));
  for (const other of [...others].sort((a, b) => (a.report.source.path < b.report.source.path ? -1 : 1))) {
    const index = indexes.get(keyOf(other.report)) ?? all.length;
    const known = all[index];
    indexes.set(keyOf(other.report), index);
    all[index] = known === undefined ? other : { ...known, report: merged(known.report, other.report) };
  }
  return all;
}

/** NOTE: a file that was mended meanwhile has another text, in which the places of what was found before mean nothing. */
function keyOf({ source }: FileReport): string {
  return `${source.path}\n${source.text}`;
}

/** What one Dockerfile silences and another does not is reported. */
function merged(a: FileReport, b: FileReport): FileReport {
  const findings = union(a.findings, b.findings);
  const reported = new Set(findings.map(({ fingerprint }) => fingerprint));
  const suppressed = union(a.suppressed, b.suppressed).filter(({ fingerprint }) => !reported.has(fingerprint));
  return { ...a, findings, suppressed };
}

function union<Found extends ReportedFinding>(a: readonly Found[], b: readonly Found[]): readonly Found[] {
  const known = new Set(a.map(({ fingerprint }) => fingerprint));
  const all = [...a, ...b.filter(({ fingerprint }) => !known.has(fingerprint))];
  return all.sort((x, y) => x.span.start - y.span.start || (x.ruleId < y.ruleId ? -1 : x.ruleId > y.ruleId ? 1 : 0));
}
