/**
 * Mends a file: takes the fixes that do not get into each other's way, reads the result again, and goes on with what is found
 * then. A result that is worse than what was there is thrown away as a whole.
 */
import { Compose, isComposePath } from '../model/compose.js';
import type { Edit, Rule, Safety } from '../rule.js';
import { AmendedTree } from '../source/amended-tree.js';
import type { Surroundings } from '../source/file-tree.js';
import { placeOf } from '../source/position.js';
import { SAVE_AS_UTF8, type SourceFile, sourceFromText } from '../source/source-file.js';
import { firstIndex } from '../source/spans.js';
import { parseSyntax } from '../syntax/parse.js';
import { withEdits } from './edits.js';
import type { Linted, Linter } from './lint.js';
import type { AppliedFix, FileReport, ReportedFinding, ReportedFix, Span } from './report.js';

/** Which fixes are wanted. */
export interface FixRequest {
  /** Also those that may change what the image does. */
  readonly unsafe: boolean;
  /** Ids of the rules whose findings are to be mended; all when absent. */
  readonly only?: ReadonlySet<Rule['id']>;
  /** Leaves other files of the project as they are: there is nowhere to write them. */
  readonly alone?: boolean;
}

/** A file before and after its fixes; {@link Linted} speaks of it as it is afterwards. */
export interface Fixed extends Linted {
  readonly before: FileReport;
  /** Files around it that fixes add lines to. */
  readonly amended: readonly Amended[];
}

/** A file around the Dockerfile and the lines it is to get. */
export interface Amended {
  /** As it is: an empty text where there is no file yet. */
  readonly source: SourceFile;
  readonly isNew: boolean;
  readonly lines: readonly string[];
}

/** Findings are mended in rounds: what overlaps waits for the next. Nothing real needs more than a handful. */
const MOST_ROUNDS = 10;

/** Lints a file and mends it, in memory. @param around as for {@link Linter.lint} */
export function fixFile(linter: Linter, source: SourceFile, request: FixRequest, around?: () => Surroundings): Fixed {
  const first = linter.lint(source, around);
  const before = first.report;
  const additions = new Map<string, readonly string[]>();
  let amidst = around;
  let latest = first;
  let known: Troubles | undefined;
  const applied: AppliedFix[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const chosen = chooseFixes(latest.report, request);
    if (chosen.length === 0) break;
    if (source.invalidUtf8At !== undefined) return { ...refused(first, NOT_UTF8), before, amended: [] };
    const after = (choices: readonly Choice[]): Linted => linter.lint(withEdits(latest.report.source, editsOf(choices)), amidst);
    for (const { path, lines } of chosen.flatMap(({ fix }) => fix.additions ?? [])) {
      additions.set(path, [...(additions.get(path) ?? []), ...lines]);
      amidst = around && amendedBy(around, additions);
    }
    const next = after(chosen);
    known ??= troublesOf(latest);
    const found = troublesOf(next);
    const trouble = newTrouble(found, known);
    if (trouble !== undefined) {
      const earlier = known;
      const culprit = chosen.find((_, i) => newTrouble(troublesOf(after(chosen.slice(0, i + 1))), earlier) !== undefined);
      return { ...refused(first, wouldBreak((culprit ?? chosen[0])?.finding.ruleId ?? '', trouble)), before, amended: [] };
    }
    known = found;
    applied.push(...chosen.map((choice) => appliedFix(latest.report, choice)));
    latest = next;
  }
  return {
    ...latest,
    report: { ...latest.report, applied },
    before,
    amended: around === undefined ? [] : amendedFiles(around(), additions),
  };
}

/** The surroundings with lines added to their files; what is read of them is read anew. */
function amendedBy(around: () => Surroundings, additions: ReadonlyMap<string, readonly string[]>): () => Surroundings {
  const { tree, ...place } = around();
  const amended = { ...place, tree: new AmendedTree(tree, new Map(additions)) };
  return () => amended;
}

function amendedFiles({ tree }: Surroundings, additions: ReadonlyMap<string, readonly string[]>): readonly Amended[] {
  return [...additions].map(([path, lines]) => {
    const source = tree.read(path);
    return { source: source ?? sourceFromText(tree.shown(path), ''), isNew: source === undefined, lines };
  });
}

const NOT_UTF8 = `was not fixed: it is not UTF-8, and writing it anew would change more than the fixes. ${SAVE_AS_UTF8}`;

interface Choice {
  readonly finding: ReportedFinding;
  readonly fix: ReportedFix;
}

/** The fixes of one round, in the order of the findings: the first of two that touch goes ahead. */
function chooseFixes({ findings }: FileReport, { unsafe, only, alone }: FixRequest): readonly Choice[] {
  const taken: Span[] = [];
  const chosen: Choice[] = [];
  for (const finding of findings) {
    if (only !== undefined && !only.has(finding.ruleId)) continue;
    const fix = bestFix(finding, unsafe);
    if (fix === undefined || (alone === true && fix.additions !== undefined)) continue;
    if (!fix.edits.every(({ span }) => isFree(taken, span))) continue;
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

function problemsIn(source: SourceFile): readonly string[] {
  if (isComposePath(source.path)) return new Compose(source).problems.map(({ message }) => message);
  return parseSyntax(source).problems.map(({ code }) => code);
}

/** How often each thing is wrong with a file. */
type Troubles = ReadonlyMap<string, number>;

/** Beyond doubt, whether or not a rule that speaks of it is switched on: syntax problems, errors, rules that fail. */
function troublesOf({ report, failures }: Linted): Troubles {
  const counts = new Map<string, number>();
  for (const trouble of [
    ...problemsIn(report.source),
    ...report.findings.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId),
    ...failures.map(() => 'a rule that fails'),
  ])
    counts.set(trouble, (counts.get(trouble) ?? 0) + 1);
  return counts;
}

/** Something that is wrong more often than before. */
function newTrouble(found: Troubles, known: Troubles): string | undefined {
  return [...found].find(([trouble, count]) => count > (known.get(trouble) ?? 0))?.[0];
}

function wouldBreak(ruleId: string, trouble: string): string {
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
