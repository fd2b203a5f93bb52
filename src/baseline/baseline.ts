/**
 * The room that knows what was accepted: findings that were there when somebody began to lint, and do not count until they are
 * mended. It knows findings by their content, and nothing of the command line.
 *
 * What survives: moved lines, edits of other lines, other blanks in the same line, another wording of a message. What does not, and is
 * reported: an edit of the finding's own line, another kind of problem there, a renamed file.
 */
import { Contents } from '../engine/fingerprint.js';
import type { FileReport, ReportedFinding, SuppressedFinding } from '../engine/report.js';

/** So many equal findings of a rule in a file. */
export interface BaselineEntry {
  /** Of the Dockerfile, relative to the directory of the baseline, with forward slashes. */
  readonly path: string;
  readonly ruleId: string;
  /** As {@link Contents} makes it: equal findings in equal lines share one. */
  readonly fingerprint: string;
  /** At least 1. */
  readonly count: number;
}

/** A file with what is accepted in it moved from its findings to the suppressed: of equal ones the first of the file. */
export function accepting(report: FileReport, path: string, baseline: Baseline): FileReport {
  const { source, findings, suppressed } = report;
  const left = baseline.countsOf(path);
  if (left.size === 0) return report;
  const contents = new Contents(source);
  const accepted: SuppressedFinding[] = [];
  const others = findings.filter((finding) => {
    const key = keyOf(finding.ruleId, contents.of(finding));
    const count = left.get(key) ?? 0;
    if (count === 0) return true;
    left.set(key, count - 1);
    accepted.push({ ...finding, by: 'baseline', reason: '' });
    return false;
  });
  return { ...report, findings: others, suppressed: [...suppressed, ...accepted].sort(byPlace) };
}

/** What a file has that is accepted or would have to be: everything but what comments silence. */
export function entriesOf({ source, findings, suppressed }: FileReport, path: string): readonly BaselineEntry[] {
  const contents = new Contents(source);
  const entries = new Map<string, BaselineEntry>();
  for (const finding of [...findings, ...suppressed.filter(({ by }) => by === 'baseline')]) {
    const fingerprint = contents.of(finding);
    const key = keyOf(finding.ruleId, fingerprint);
    entries.set(key, { path, ruleId: finding.ruleId, fingerprint, count: (entries.get(key)?.count ?? 0) + 1 });
  }
  return [...entries.values()];
}

/** What a run has seen. */
export interface Seen {
  readonly entries: readonly BaselineEntry[];
  /** Whether the run would have found what an entry speaks of: its file was linted with its rule, or one of them is gone. */
  readonly covers: (entry: BaselineEntry) => boolean;
}

/** Accepted findings, sorted by path, rule and fingerprint. */
export class Baseline {
  readonly entries: readonly BaselineEntry[];
  private readonly byPath = new Map<string, readonly BaselineEntry[]>();

  /** @param entries of those that speak of the same findings, as a merge may leave them, the highest count holds */
  constructor(entries: readonly BaselineEntry[]) {
    const sorted = [...entries].sort(
      (a, b) => compare(a.path, b.path) || compare(a.ruleId, b.ruleId) || compare(a.fingerprint, b.fingerprint) || b.count - a.count,
    );
    this.entries = sorted.filter((entry, i) => i === 0 || fullKeyOf(entry) !== fullKeyOf(sorted[i - 1] ?? entry));
    for (const entry of this.entries) {
      const known = this.byPath.get(entry.path) as BaselineEntry[] | undefined;
      if (known === undefined) this.byPath.set(entry.path, [entry]);
      else known.push(entry);
    }
  }

  /** How many findings are accepted in a file, all in all. */
  get size(): number {
    return this.entries.reduce((sum, { count }) => sum + count, 0);
  }

  /** The counts of a file by {@link keyOf}; the caller's own. */
  countsOf(path: string): Map<string, number> {
    return new Map((this.byPath.get(path) ?? []).map(({ ruleId, fingerprint, count }) => [keyOf(ruleId, fingerprint), count]));
  }

  /** Without what a run would have found and has not. */
  pruned(seen: Seen): Baseline {
    const counts = new Map(seen.entries.map((entry) => [fullKeyOf(entry), entry.count]));
    const kept = this.entries.map((entry) =>
      seen.covers(entry) ? { ...entry, count: Math.min(entry.count, counts.get(fullKeyOf(entry)) ?? 0) } : entry,
    );
    return new Baseline(kept.filter(({ count }) => count > 0));
  }

  /** What a run has found, and what it could not speak of. */
  renewed(seen: Seen): Baseline {
    return new Baseline([...seen.entries, ...this.entries.filter((entry) => !seen.covers(entry))]);
  }
}

/** A rule's findings of one content. */
function keyOf(ruleId: string, fingerprint: string): string {
  return `${ruleId} ${fingerprint}`;
}

function fullKeyOf({ path, ruleId, fingerprint }: BaselineEntry): string {
  return `${keyOf(ruleId, fingerprint)} ${path}`;
}

function byPlace(a: ReportedFinding, b: ReportedFinding): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || compare(a.ruleId, b.ruleId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
