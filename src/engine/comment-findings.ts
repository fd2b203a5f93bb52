/** What is said of the comments that silence findings: those that do not work, those nobody needs any more, and how to mend them. */
import { belowDirectives, lineEnd, lineStart } from '../edits/lines.js';
import type { Edit, Finding, Fix } from '../rule.js';
import { mergedSpans, touches } from '../source/spans.js';
import { nearest } from '../spelling.js';
import { scan } from '../syntax/scan.js';
import type { SyntaxTree } from '../syntax/tree.js';
import { withEdits } from './edits.js';
import type { ReportedFinding, Span } from './report.js';
import type { Suppression, Suppressions, SuppressionTarget } from './suppress.js';

/** The rules through which the engine itself speaks of comments; they have no handlers. */
export const COMMENT_RULES = { unused: 'unused-suppression', faulty: 'faulty-suppression' } as const;

/** A finding about a comment, and the rule that it is of. */
export interface CommentFinding {
  readonly ruleId: (typeof COMMENT_RULES)[keyof typeof COMMENT_RULES];
  readonly finding: Finding;
}

/** The file of the comments: a Dockerfile's tree, or a text that has no instructions. */
export type CommentedText = Pick<SyntaxTree, 'source' | 'comments' | 'directives' | 'problems'> & {
  readonly instructions: readonly unknown[];
};

/** What decides over the comments of a file, once it is known what they silence. */
export interface CommentsOfFile {
  readonly tree: CommentedText;
  readonly suppressions: Suppressions;
  /** What is reported beside what they silence. */
  readonly findings: readonly ReportedFinding[];
  /** The ids of all rules there are. */
  readonly known: ReadonlySet<string>;
  /** Whether a rule runs: a comment for one that is switched off today may be of use tomorrow. */
  readonly runs: (ruleId: string) => boolean;
  readonly requireReason: boolean;
}

/** Everything there is to say of the comments. LIMIT: of those that silence these rules themselves it is not said whether they are of use. */
export function commentFindings(comments: CommentsOfFile): readonly CommentFinding[] {
  const findings: CommentFinding[] = [];
  for (const { kind, span, data = {} } of comments.suppressions.faulty) findings.push(faulty(kind, span, data));
  const seen = new Set<string>();
  const found = placesByRule(comments.findings);
  for (const suppression of comments.suppressions.all) {
    if (suppression.foreign) continue;
    const { comment, targets, reason, until, reach, scope } = suppression;
    const listed = new Set(targets.map(({ id }) => id));
    targets.forEach((target, index) => {
      const key = `${target.id} ${reach} ${scope.end} ${until?.day}`;
      if (seen.has(key)) findings.push(needless('repeated', comments, suppression, index));
      else if (!comments.known.has(target.id)) findings.push(unknown(comments.known, suppression, target, found, listed));
      else if (isUnused(comments, target)) findings.push(needless('unused', comments, suppression, index));
      seen.add(key);
    });
    // Of a comment that is to go there is no more to say.
    if (targets.every((target) => comments.known.has(target.id) && isUnused(comments, target))) continue;
    if (until?.isPast === true) findings.push(faulty('expired', until.span, { day: until.day }));
    else if (comments.requireReason && !/[\p{L}\p{N}]/u.test(reason)) findings.push(faulty('reasonless', comment.span));
  }
  return findings;
}

/** NOTE: what there is to silence of these rules is not known before they have spoken, and they may speak of the same comment. */
function isUnused({ runs }: CommentsOfFile, { id, used }: SuppressionTarget): boolean {
  return !used && runs(id) && id !== COMMENT_RULES.unused && id !== COMMENT_RULES.faulty;
}

function faulty(message: string, at: Span, data: Readonly<Record<string, string>> = {}, fixes: readonly Fix[] = []): CommentFinding {
  return { ruleId: COMMENT_RULES.faulty, finding: { at, message, data, fixes } };
}

/** Where the findings of each rule begin, as {@link touches} asks for them. */
function placesByRule(findings: readonly ReportedFinding[]): ReadonlyMap<string, readonly Span[]> {
  const places = new Map<string, Span[]>();
  for (const { ruleId, span } of findings) {
    const ofRule = places.get(ruleId) ?? [];
    if (ofRule.length === 0) places.set(ruleId, ofRule);
    ofRule.push({ start: span.start, end: span.start });
  }
  return new Map([...places].map(([ruleId, ofRule]) => [ruleId, mergedSpans(ofRule)]));
}

/** @param found as {@link placesByRule} gives it @param listed the ids of the comment */
function unknown(
  known: ReadonlySet<string>,
  { scope, until }: Suppression,
  { id, span }: SuppressionTarget,
  found: ReadonlyMap<string, readonly Span[]>,
  listed: ReadonlySet<string>,
): CommentFinding {
  const suggestion = nearest(id, [...known]);
  if (suggestion === undefined) return faulty('unknown', span, { id });
  // Only where the comment would then silence something is it sure what was meant.
  const isMeant =
    until?.isPast !== true && !listed.has(suggestion) && touches(found.get(suggestion) ?? [], { start: scope.start, end: scope.end - 1 });
  const fix: Fix = {
    title: `Write \`${suggestion}\``,
    safety: 'unsafe',
    risk: 'what it reports there is silenced from then on',
    edits: [{ span, text: suggestion }],
    keepsLayers: true,
  };
  return faulty('misspelt', span, { id, suggestion }, isMeant ? [fix] : []);
}

function needless(message: 'unused' | 'repeated', { tree }: CommentsOfFile, from: Suppression, index: number): CommentFinding {
  const { id = '', span = from.comment.span } = from.targets[index] ?? {};
  const edit = without(tree, from, index);
  const title = from.targets.length === 1 ? 'Remove the comment' : `Remove \`${id}\` from the comment`;
  const fixes: readonly Fix[] = edit === undefined ? [] : [{ title, safety: 'safe', edits: [edit], keepsLayers: true }];
  return { ruleId: COMMENT_RULES.unused, finding: { at: span, message, data: { id }, fixes } };
}

/** Takes an id out of a comment, and the comment with its line when no other id is left. */
function without(tree: CommentedText, { comment, targets }: Suppression, index: number): Edit | undefined {
  const [before, target, after] = [targets[index - 1], targets[index], targets[index + 1]];
  if (target === undefined || targets.length === 1) return withoutLine(tree, comment.span);
  const start = after === undefined ? (before ?? target).span.end : target.span.start;
  return { span: { start, end: after?.span.start ?? target.span.end }, text: '' };
}

/** Takes out a comment line; undefined where that would make another file of it. SPEC: comments inside a RUN are no part of it. */
function withoutLine(tree: CommentedText, comment: Span): Edit | undefined {
  const { text } = tree.source;
  let start = lineStart(text, comment.start);
  const end = lineEnd(text, comment.end);
  const isBoundary = tree.comments[0]?.span.start === comment.start && start === belowDirectives(tree);
  // At the beginning of a file, U+FEFF is a byte order mark.
  if (tree.instructions.length === 0 || (start === 0 && text.charAt(end) === '\uFEFF')) return undefined;
  // Without a last line end, those in front go: the file must not get one.
  if (text.charAt(end - 1) !== '\n') while (start > 0 && /[\r\n]/.test(text.charAt(start - 1))) start--;
  const edit = { span: { start, end }, text: '' };
  // NOTE: the first comment ends the parser directives; a `# syntax=` below it would become one.
  return isBoundary && scan(withEdits(tree.source, [edit])).directives.length !== tree.directives.length ? undefined : edit;
}
