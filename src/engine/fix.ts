/**
 * Mends a file: takes the fixes that do not get into each other's way, reads the result again, and goes on with what is found
 * then. A result that is worse than what was there is thrown away as a whole.
 */
import type { Edit, Rule, Safety } from '../rule.js';
import type { Surroundings } from '../source/file-tree.js';
import { placeOf } from '../source/position.js';
import type { SourceFile } from '../source/source-file.js';
import { parseSyntax } from '../syntax/parse.js';
import { withEdits } from './edits.js';
import type { Linted, Linter } from './lint.js';
import type { AppliedFix, FileReport, ReportedFinding, ReportedFix, Span } from './report.js';
import { firstIndex } from './spans.js';

/** Which fixes are wanted. */
export interface FixRequest {
  /** Also those that may change what the image does. */
  readonly unsafe: boolean;
  /** Ids of the rules whose findings are to be mended; all when absent. */
  readonly only?: ReadonlySet<Rule['id']>;
}

/** A file before and after its fixes; {@link Linted} speaks of it as it is afterwards. */
export interface Fixed extends Linted {
  readonly before: FileReport;
}

/** Findings are mended in rounds: what overlaps waits for the next. Nothing real needs more than a handful. */
const MOST_ROUNDS = 10;

/** Lints a file and mends it, in memory. @param around as for {@link Linter.lint} */
export function fixFile(linter: Linter, source: SourceFile, request: FixRequest, around?: () => Surroundings): Fixed {
  const first = linter.lint(source, around);
  const before = first.report;
  let latest = first;
  const applied: AppliedFix[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const chosen = chooseFixes(latest.report, request);
    if (chosen.length === 0) break;
    if (source.invalidUtf8At !== undefined) return { ...refused(first, NOT_UTF8), before };
    const next = linter.lint(withEdits(latest.report.source, editsOf(chosen)), around);
    if (isWorse(next, latest)) {
      const culprit = chosen.find((_, i) =>
        isWorse(linter.lint(withEdits(latest.report.source, editsOf(chosen.slice(0, i + 1))), around), latest),
      );
      return { ...refused(first, wouldBreak(culprit?.finding.ruleId ?? chosen[0]?.finding.ruleId ?? '', next, latest)), before };
    }
    applied.push(...chosen.map((choice) => appliedFix(latest.report, choice)));
    latest = next;
  }
  return { ...latest, report: { ...latest.report, applied }, before };
}

const NOT_UTF8 =
  'was not fixed: it is not UTF-8, and writing it anew would change more than the fixes. Save it as UTF-8 first (iconv -f LATIN1 -t UTF-8).';

interface Choice {
  readonly finding: ReportedFinding;
  readonly fix: ReportedFix;
}

/** The fixes of one round, in the order of the findings: the first of two that touch goes ahead. */
function chooseFixes({ findings }: FileReport, { unsafe, only }: FixRequest): readonly Choice[] {
  const taken: Span[] = [];
  const chosen: Choice[] = [];
  for (const finding of findings) {
    if (only !== undefined && !only.has(finding.ruleId)) continue;
    const fix = bestFix(finding, unsafe);
    if (fix === undefined || !fix.edits.every(({ span }) => isFree(taken, span))) continue;
    for (const { span } of fix.edits) taken.splice(firstBehind(taken, span.end), 0, span);
    chosen.push({ finding, fix });
  }
  return chosen;
}

/** The fix that would be applied to a finding: a safe one where there is one. */
function bestFix({ fixes }: ReportedFinding, unsafe: boolean): ReportedFix | undefined {
  return fixes.find(({ safety }) => safety === 'safe') ?? (unsafe ? fixes[0] : undefined);
}

/** Whether a span neither overlaps nor touches one of those taken, which are sorted and apart. */
function isFree(taken: readonly Span[], { start, end }: Span): boolean {
  const before = taken[firstBehind(taken, end) - 1];
  return before === undefined || before.end < start;
}

/** Index of the first span that begins behind an offset. */
function firstBehind(taken: readonly Span[], offset: number): number {
  return firstIndex(taken.length, (i) => (taken[i]?.start ?? 0) > offset);
}

function editsOf(chosen: readonly Choice[]): readonly Edit[] {
  return chosen.flatMap(({ fix }) => fix.edits);
}

/** Whether one file has an error, a syntax problem or a failing rule that the other has not. */
function isWorse(next: Linted, before: Linted): boolean {
  return newErrors(next, before).length > 0;
}

function newErrors(next: Linted, before: Linted): readonly string[] {
  const known = counted(troubles(before));
  return [...counted(troubles(next))].filter(([trouble, count]) => count > (known.get(trouble) ?? 0)).map(([trouble]) => trouble);
}

/** What is wrong with a file beyond doubt, whether or not a rule that speaks of it is switched on. */
function troubles({ report, failures }: Linted): readonly string[] {
  return [
    ...parseSyntax(report.source).problems.map(({ code }) => code),
    ...report.findings.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId),
    ...failures.map(() => 'a rule that fails'),
  ];
}

function counted(items: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function wouldBreak(ruleId: string, next: Linted, before: Linted): string {
  const [trouble = ''] = newErrors(next, before);
  return `was left as it is: the fix of ${ruleId} would have brought a new error (${trouble}). Please report it with the file; --ignore ${ruleId} lets the other fixes go ahead.`;
}

function refused(first: Linted, message: string): Linted {
  return { ...first, failures: [...first.failures, { path: first.report.source.path, message }] };
}

function appliedFix({ source }: FileReport, { finding, fix }: Choice): AppliedFix {
  const { ruleId } = finding;
  const rebuiltFromLine = fix.rebuiltFrom === undefined ? undefined : placeOf(source, fix.rebuiltFrom).line;
  return { ruleId, title: fix.title, safety: fix.safety satisfies Safety, rebuiltFromLine };
}
