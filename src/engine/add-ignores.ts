/**
 * The comments that silence what is found today, put where a person would put them: above the line of a continued instruction that
 * a finding begins on, else above the instruction, for what stands in no instruction above its line.
 */
import { belowDirectives, lineEnd } from '../edits/lines.js';
import { isComposePath } from '../model/compose.js';
import { endOf } from '../model/written-place.js';
import type { Edit } from '../rule.js';
import { lineSpan, placeOf } from '../source/position.js';
import type { SourceFile } from '../source/source-file.js';
import { parseSyntax } from '../syntax/parse.js';
import type { SyntaxTree } from '../syntax/tree.js';
import { COMMENT_RULES } from './comment-findings.js';
import { inLineEndsOf } from './edits.js';
import type { ReportedFinding } from './report.js';
import { type Reach, readRemark, readSuppressions, type Suppression } from './suppress.js';

/** What the comments say behind their lists. */
export interface IgnoreRemark {
  /** On one line; may hold an `until=…` that is a day and not past. */
  readonly remark: string;
  /** The day of the run, `YYYY-MM-DD`. */
  readonly today: string;
}

/** What no comment silences: a file that does not build, and comments that are to be mended themselves. */
export const NOT_SILENCED: ReadonlySet<string> = new Set(['syntax-error', ...Object.values(COMMENT_RULES)]);

/**
 * Edits after which nothing of what a file's report finds is found any more, but syntax errors and faulty comments. A comment that is
 * there already gets more ids if it says the same behind them: a reason is never put to what it was not given for.
 */
export function ignoreEdits(source: SourceFile, findings: readonly Silenceable[], remark: IgnoreRemark): readonly Edit[] {
  const silenceable = findings.filter(({ ruleId }) => !NOT_SILENCED.has(ruleId)).sort((a, b) => a.span.start - b.span.start);
  if (silenceable.length === 0) return [];
  if (isComposePath(source.path)) return [commentAtTop(source, silenceable, remark)];
  const tree = parseSyntax(source);
  const places = new Map<string, { readonly place: Place; readonly ids: Set<string> }>();
  const top = belowDirectives(tree);
  let instruction = 0;
  for (const { ruleId, span } of silenceable) {
    while (instruction < tree.instructions.length && scopeEnd(tree, instruction) <= span.start) instruction++;
    const place = span.start < top ? wholeFile(tree, top) : placeAt(tree, instruction, span.start);
    const key = `${place.reach} ${place.at}`;
    const found = places.get(key) ?? { place, ids: new Set() };
    found.ids.add(ruleId);
    places.set(key, found);
  }
  const widest = [...places.values()].sort((a, b) => WIDTH[a.place.reach] - WIDTH[b.place.reach] || a.place.at - b.place.at);
  const silenced = new Set<string>();
  const comments = commentsToExtend(tree, remark);
  return widest.flatMap(({ place, ids }) => {
    const { reach, scopeEnd: end } = place;
    const left = [...ids].filter((id) => !silenced.has(id) && !silenced.has(`${id} ${end}`)).sort();
    // A line's comment silences nothing else.
    if (reach !== 'line') for (const id of left) silenced.add(reach === 'file' ? id : `${id} ${end}`);
    return left.length === 0 ? [] : [inLineEndsOf(source, editFor(tree, place, left, comments, remark))];
  });
}

/** Edits after which a rule finds nothing more in the whole file; none for what no comment silences. */
export function ignoreInFileEdits(source: SourceFile, finding: Silenceable, remark: IgnoreRemark): readonly Edit[] {
  if (NOT_SILENCED.has(finding.ruleId)) return [];
  if (isComposePath(source.path)) return [commentAtTop(source, [finding], remark)];
  const tree = parseSyntax(source);
  const place = wholeFile(tree, belowDirectives(tree));
  return [inLineEndsOf(source, editFor(tree, place, [finding.ruleId], commentsToExtend(tree, remark), remark))];
}

/** What a comment is to silence. */
type Silenceable = Pick<ReportedFinding, 'ruleId' | 'span'>;

/** In YAML a line between two others may be part of a text; at the top it never is. */
function commentAtTop(source: SourceFile, findings: readonly Silenceable[], { remark }: IgnoreRemark): Edit {
  const ids = [...new Set(findings.map(({ ruleId }) => ruleId))].sort();
  return inLineEndsOf(source, { span: { start: 0, end: 0 }, text: `${commentText('file', ids, remark)}\n` });
}

/** Where a comment is to go. */
interface Place {
  readonly reach: Exclude<Reach, 'stage'>;
  /** The beginning of the line that it goes above. */
  readonly at: number;
  /** Where the scope of the instruction ends that it is about; of the file, where the file ends. */
  readonly scopeEnd: number;
}

/** The wider first: what they silence needs no narrower one. */
const WIDTH: Readonly<Record<Place['reach'], number>> = { file: 0, instruction: 1, line: 2 };

/** As the scope of a comment above an instruction ends; behind the last one it is that of the file. */
function scopeEnd({ source, instructions }: SyntaxTree, index: number): number {
  const instruction = instructions[index];
  return instruction === undefined ? source.text.length + 1 : endOf(instruction) + 1;
}

/** What is wrong with a directive cannot be silenced above it. */
function wholeFile({ source }: SyntaxTree, top: number): Place {
  return { reach: 'file', at: top, scopeEnd: source.text.length + 1 };
}

/** @param index of the first instruction whose scope does not end in front of the offset */
function placeAt(tree: SyntaxTree, index: number, offset: number): Place {
  const { source, instructions } = tree;
  const end = scopeEnd(tree, index);
  const instruction = instructions[index];
  const line = lineSpan(source, placeOf(source, offset).line).start;
  // NOTE: an instruction may begin with an escape character alone on its line: a comment goes above that, too.
  const first = instruction === undefined ? source.text.length + 1 : lineSpan(source, instruction.startLine).start;
  if (instruction === undefined || line <= first) return { reach: 'instruction', at: Math.min(line, first), scopeEnd: end };
  // In a heredoc a comment is part of the script; at the end of a text without a last line end no line holds the offset.
  const isOnLine = offset <= instruction.span.end && offset < source.text.length;
  return isOnLine ? { reach: 'line', at: line, scopeEnd: end } : { reach: 'instruction', at: first, scopeEnd: end };
}

/** Comments that say the same behind their lists, by what they are about. Of several the last. */
function commentsToExtend(tree: SyntaxTree, { remark, today }: IgnoreRemark): ReadonlyMap<string, Suppression> {
  const wanted = readRemark(remark, 0, today);
  const isFit = ({ foreign, reason, until }: Suppression): boolean =>
    !foreign && reason === wanted.reason && until?.day === wanted.until?.day;
  return new Map(
    readSuppressions(tree, today)
      .all.filter(isFit)
      .map((suppression) => [`${suppression.reach} ${suppression.scope.end}`, suppression]),
  );
}

function editFor(
  tree: SyntaxTree,
  { reach, at, scopeEnd: end }: Place,
  ids: readonly string[],
  comments: ReadonlyMap<string, Suppression>,
  { remark }: IgnoreRemark,
): Edit {
  const { text } = tree.source;
  const known = comments.get(`${reach} ${reach === 'line' ? lineEnd(text, at) : end}`);
  const last = known?.scope.start !== undefined && known.scope.start <= at ? known.targets.at(-1)?.span.end : undefined;
  if (last !== undefined) return { span: { start: last, end: last }, text: `, ${ids.join(', ')}` };
  const indent = reach === 'file' ? '' : (/^[^\S\r\n]*/.exec(text.slice(at, lineEnd(text, at)))?.[0] ?? '');
  const comment = indent + commentText(reach, ids, remark);
  const isBehindLastLine = at > 0 && text.charAt(at - 1) !== '\n';
  return { span: { start: at, end: at }, text: isBehindLastLine ? `\n${comment}` : `${comment}\n` };
}

function commentText(reach: Place['reach'], ids: readonly string[], remark: string): string {
  return `# plimsoll: ${reach === 'file' ? 'ignore-file' : 'ignore'}[${ids.join(', ')}]${remark === '' ? '' : ` ${remark}`}`;
}
