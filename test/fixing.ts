/** How tests mend, and what every fix promises whatever its rule: named by what it breaks. */
import { rules } from '../rules/index.js';
import { inOrder, withEdits } from '../src/engine/edits.js';
import { fixFile } from '../src/engine/fix.js';
import type { Edit, FileReport, Fix, ReportedFinding, ReportedFix } from '../src/engine/report.js';
import type { Instruction, Span, SyntaxTree } from '../src/model/dockerfile.js';
import { endOf } from '../src/model/written-place.js';
import { withLines } from '../src/source/amended-tree.js';
import type { SourceFile } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { wrongCost } from './layers.js';
import { lint, sourceFromText, type TestOptions, testLinter } from './lint.js';

/**
 * The file after the safe and unsafe fixes of a rule, or of all that run.
 * @throws when the engine refuses the result, and when what is mended could be mended again
 */
export function mended(source: SourceFile, options: TestOptions, ruleId?: string): SourceFile {
  const request = { unsafe: true, ...(ruleId === undefined ? {} : { only: new Set([ruleId]) }) };
  const mend = (file: SourceFile): SourceFile => {
    const { report, failures } = fixFile(testLinter(options), file, request, options.around);
    if (failures.length > 0) throw new Error(`${failures.map(({ message }) => message).join('\n')}\n${source.text}`);
    return report.source;
  };
  const once = mend(source);
  const twice = mend(once);
  if (twice.text === once.text) return once;
  throw new Error(`fixes find no end (${ruleId ?? 'all rules'}) in\n${source.text}\n--- becomes\n${once.text}\n--- becomes\n${twice.text}`);
}

/** The files around that the fixes of a rule add lines to, as they are afterwards; undefined when there are none. */
export function amendedTexts(source: SourceFile, options: TestOptions, ruleId: string): Readonly<Record<string, string>> | undefined {
  const { amended, report } = fixFile(testLinter(options), source, { unsafe: true, only: new Set([ruleId]) }, options.around);
  const left = report.findings.flatMap(({ ruleId: id, fixes }) => (id === ruleId ? fixes : []));
  if (left.length > 0) throw new Error(`fixes find no end (${ruleId}) in\n${source.text}`);
  const texts = amended.map(({ source: { path, text }, lines }) => [path, withLines(text, lines)] as const);
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}

/** Whether two spans overlap or adjoin. */
function meet(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** The text with carriage returns at all line ends. */
function withCarriageReturns(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

/** A finding and one of its fixes, each with the text's twin of the other line ends; that is absent where the text has both. */
export interface OfferedFix {
  readonly report: FileReport;
  readonly finding: ReportedFinding;
  readonly fix: Fix | ReportedFix;
  readonly twin?: { readonly report: FileReport; readonly fix: Fix | undefined } | undefined;
}

/** Every fix of every finding. */
export function offeredFixes(text: string, options: TestOptions): readonly OfferedFix[] {
  const report = lint(text, options);
  if (report.findings.every(({ fixes }) => fixes.length === 0)) return [];
  const twin = text.includes('\r') ? undefined : lint(sourceFromText('Dockerfile', withCarriageReturns(text)), options);
  return report.findings.flatMap((finding, i) =>
    // What fixes do to other files is shown by the examples.
    finding.fixes
      .filter(({ additions }) => additions === undefined)
      .map((fix, j) => ({
        report,
        finding,
        fix,
        twin: twin && { report: twin, fix: twin.findings[i]?.ruleId === finding.ruleId ? twin.findings[i]?.fixes[j] : undefined },
      })),
  );
}

/** What a fix, applied alone, breaks of what all fixes promise: a sentence each, none when it keeps to all of it. */
export function brokenPromises({ report, finding, fix, twin }: OfferedFix, options: TestOptions): readonly string[] {
  const after = lint(withEdits(report.source, fix.edits), options);
  const before = parseSyntax(report.source);
  const tree = parseSyntax(after.source);
  const changes = inOrder(fix.edits).map(changesOf(report.source));
  return [
    ...wordsOf(fix, report),
    ...(isGone(finding, report, after, changes) ? [] : ['the finding is still there']),
    ...newFindings(finding.ruleId, report, after, changes),
    ...needlessEdits(fix, report.source),
    ...touchedInstructions(before, tree, changes),
    ...lostComments(before, tree, finding.ruleId),
    ...newProblems(before, tree),
    ...endsOf(report.source, after.source),
    ...('rebuiltFrom' in fix ? wrongCost(report.source, after.source, fix.rebuiltFrom) : []),
    ...(twin === undefined ? [] : differencesOfTwins(after.source, twin)),
  ];
}

/** An edit and where what it has written stands afterwards. */
interface Change {
  readonly old: Span;
  readonly now: Span;
}

function changesOf({ text }: SourceFile): (edit: Edit) => Change {
  let shift = 0;
  return ({ span, text: written }) => {
    if (span.end > text.length) throw new Error('an edit lies outside the file');
    const start = span.start + shift;
    shift += written.length - (span.end - span.start);
    return { old: span, now: { start, end: start + written.length } };
  };
}

/** Where the text of a span stands afterwards, with what edits that touch it have written. */
function placeAfter({ start, end }: Span, changes: readonly Change[]): Span {
  let [from, to] = [start, end];
  for (const { old, now } of changes) {
    const growth = now.end - now.start - (old.end - old.start);
    if (old.end < start) from += growth;
    if (old.start <= end) to += growth;
  }
  return { start: from, end: Math.max(from, to) };
}

function wordsOf({ title, risk, safety, edits }: Fix, { source, secrets }: FileReport): string[] {
  const found: string[] = [];
  if (!/^[A-Z][^\n]*[^.\s]$/.test(title)) found.push(`the title is no imperative: ${title}`);
  if ((risk === undefined) !== (safety === 'safe')) found.push('only an unsafe fix has a risk');
  if (risk !== undefined && !/^(?:[a-z`]|[A-Z]{2})[^\n]*[^.\s]$/.test(risk)) found.push(`the risk is no clause: ${risk}`);
  if (/undefined|\[object|(?<!\$)\{[a-z]+\}/.test(`${title} ${risk ?? ''}`)) found.push(`the words have holes: ${title} (${risk})`);
  if (edits.length === 0) found.push('the fix does nothing');
  for (const { start, end } of secrets) {
    if (end - start >= 6 && `${title} ${risk ?? ''}`.includes(source.text.slice(start, end))) found.push('the words tell a secret');
  }
  return found;
}

function isGone(finding: ReportedFinding, before: FileReport, after: FileReport, changes: readonly Change[]): boolean {
  const ofRule = ({ findings }: FileReport) => findings.filter(({ ruleId }) => ruleId === finding.ruleId);
  if (ofRule(after).length < ofRule(before).length) return true;
  const place = placeAfter(finding.span, changes);
  return !ofRule(after).some(({ span }) => meet(span, place));
}

/**
 * Errors and warnings that were not there: counted by rule, as places move and messages quote what has changed. Where a third rule no
 * longer speaks of a problem, a vaguer one may; not where the mended rule has, for which the problem is to be gone. A hint that has
 * become a warning where it stood is nothing new: with a first `apt-get install`, what a tag leaves open matters more. Nor is what
 * was {@link UNCOVERED}.
 */
function newFindings(mendedId: string, before: FileReport, after: FileReport, changes: readonly Change[]): string[] {
  const counts = (report: FileReport) => {
    const found = new Map<string, number>();
    for (const finding of report.findings)
      if (finding.severity !== 'info') found.set(subjectOf(finding), (found.get(subjectOf(finding)) ?? 0) + 1);
    return found;
  };
  const earlier = counts(before);
  for (const subject of raisedHints(mendedId, before, after, changes)) earlier.set(subject, (earlier.get(subject) ?? 0) + 1);
  const later = counts(after);
  const lost = (id: string): number => Math.max(0, (earlier.get(id) ?? 0) - (later.get(id) ?? 0));
  return [...later].flatMap(([subject, count]) => {
    const precise = rules.filter(({ id, supersedes = [] }) => id !== mendedId && supersedes.includes(subject));
    if (UNCOVERED.has(subject) || UNCOVERED.has(`${mendedId} ${subject}`)) return [];
    if (count <= precise.reduce((sum, { id }) => sum + lost(id), earlier.get(subject) ?? 0)) return [];
    const messages = new Set(before.findings.map(({ message }) => message));
    const added = after.findings.find((one) => subjectOf(one) === subject && one.severity !== 'info' && !messages.has(one.message));
    return [`${subject} has a new finding: ${added?.message}`];
  });
}

/**
 * A rule, or the mended rule and another, of which a fix uncovers what was there before: it takes away a command that kept the other silent,
 * since it might read the files or bring the package, or makes a CMD readable.
 */
const UNCOVERED = new Set([
  'copy-before-install',
  'venv-activate-in-run apt-package-removed-from-suite',
  'shell-form-cmd python-output-buffered',
]);

/** The subject of each hint of another rule that speaks of the same words as a warning now. */
function raisedHints(mendedId: string, before: FileReport, after: FileReport, changes: readonly Change[]): string[] {
  const warnings = new Set(after.findings.filter(({ severity }) => severity === 'warning').map((finding) => placed(finding, finding.span)));
  return before.findings.flatMap((finding) => {
    const isRaised = finding.severity === 'info' && warnings.has(placed(finding, placeAfter(finding.span, changes)));
    return isRaised && finding.ruleId !== mendedId ? [subjectOf(finding)] : [];
  });
}

const placed = ({ ruleId }: ReportedFinding, { start, end }: Span): string => `${ruleId} ${start} ${end}`;

/** Of a comment that is past its day the end of the finding makes one of no use. */
function subjectOf({ ruleId }: ReportedFinding): string {
  return ruleId.endsWith('-suppression') ? 'suppression' : ruleId;
}

/** Edits that write what is there: the whole of it, or whole lines at their ends. */
function needlessEdits({ edits }: Fix, { text }: SourceFile): string[] {
  return edits.flatMap((edit) => {
    const old = text.slice(edit.span.start, edit.span.end);
    const [oldLines, lines] = [old.split(/(?<=\n)/), edit.text.split(/(?<=\n)/)];
    const isRepeated = lines[0] === oldLines[0] || (lines.at(-1) === oldLines.at(-1) && lines.length > 1 && oldLines.length > 1);
    return old === edit.text || (old !== '' && edit.text !== '' && isRepeated) ? [`writes anew what is there: ${JSON.stringify(old)}`] : [];
  });
}

/** Instructions that are different although no edit touches them, in the order of the file. */
function touchedInstructions(before: SyntaxTree, after: SyntaxTree, changes: readonly Change[]): string[] {
  const later = new Map(after.instructions.map((instruction) => [instruction.span.start, instruction]));
  const isLineEnd = (at: number) => /^\r?\n|^$/.test(after.source.text.slice(at, at + 2));
  for (const instruction of before.instructions) {
    const { start } = instruction.span;
    const end = endOf(instruction);
    const inFront = changes.filter(({ old }) => old.end <= start);
    const at = inFront.reduce((sum, { old, now }) => sum + (now.end - now.start) - (old.end - old.start), start);
    const isTouched = changes.some(({ old }) => {
      if (old.end < start || old.start > end) return false;
      if (old.end === start) return at > 0 && after.source.text.charAt(at - 1) !== '\n';
      if (old.start === end) return !isLineEnd(at + end - start);
      return true;
    });
    if (isTouched) continue;
    const same = later.get(at);
    if (same === undefined || written(same) !== written(instruction)) return [`changes what it does not touch: ${written(instruction)}`];
    later.delete(at);
  }
  const foreign = [...later.values()].find(
    (instruction) => !changes.some(({ now }) => meet(now, { start: instruction.span.start, end: endOf(instruction) })),
  );
  return foreign === undefined ? [] : [`there is an instruction that it has not written: ${written(foreign)}`];
}

function written({ keyword, logical, heredocs }: Instruction): string {
  return [keyword, logical.text, ...heredocs.map(({ content }) => content)].join('\n');
}

/** Comments and directives that are gone. Only a fix about comments may take one out, and only plimsoll's. */
function lostComments(before: SyntaxTree, after: SyntaxTree, ruleId: string): string[] {
  const left = after.comments.map(({ text }) => text);
  const lost = before.comments.flatMap(({ text }) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at >= 0 || (ruleId.endsWith('-suppression') && /plimsoll|hadolint|check=/.test(text)) ? [] : [`loses the comment ${text}`];
  });
  const directives = ({ directives: all }: SyntaxTree) => all.map(({ name, value }) => `${name}=${value}`).join();
  return directives(before) === directives(after) ? lost : [...lost, 'changes the directives'];
}

function newProblems(before: SyntaxTree, after: SyntaxTree): string[] {
  const left = before.problems.map(({ code }) => code);
  return after.problems.flatMap(({ code }) => {
    const at = left.indexOf(code);
    if (at >= 0) left.splice(at, 1);
    return at >= 0 ? [] : [`does not parse any more: ${code}`];
  });
}

function endsOf(before: SourceFile, after: SourceFile): string[] {
  const found: string[] = [];
  if (before.hasByteOrderMark !== after.hasByteOrderMark || after.text.startsWith('\uFEFF')) found.push('the byte order mark is another');
  if (before.text.endsWith('\n') !== after.text.endsWith('\n')) found.push('the last line end is another');
  return found;
}

function differencesOfTwins(fixed: SourceFile, { report, fix }: NonNullable<OfferedFix['twin']>): string[] {
  if (fix === undefined) return ['there is no such fix where lines end in CRLF'];
  const { text } = withEdits(report.source, fix.edits);
  if (/(?<!\r)\n/.test(text)) return ['mixes line ends where they are CRLF'];
  return text === withCarriageReturns(fixed.text) ? [] : [`is another one where lines end in CRLF: ${JSON.stringify(text)}`];
}
