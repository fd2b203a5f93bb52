/**
 * Comments that silence findings: plimsoll's own, and in Dockerfiles hadolint's and BuildKit's through the `equivalents` of a rule.
 * In Dockerfiles only own-line comments count: Docker has no others.
 */
import { lineEnd, lineStart } from '../edits/lines.js';
import { endOf } from '../model/written-place.js';
import type { SourceFile } from '../source/source-file.js';
import type { Comment, SyntaxTree } from '../syntax/tree.js';
import type { Span } from './report.js';

/** One comment that silences something. */
export interface Suppression {
  readonly comment: Comment;
  /** Rule ids with their places; for foreign comments, names as in `equivalents`, and `buildkit:all`. */
  readonly targets: readonly SuppressionTarget[];
  readonly reason: string;
  /** Until when it counts; absent for good. */
  readonly until?: Expiry;
  readonly reach: Reach;
  /** Where a finding must begin to be silenced. */
  readonly scope: Span;
  /** Of another linter: never reported. */
  readonly foreign: boolean;
}

/** What a comment speaks of: `line` is the next one of a continued instruction. */
export type Reach = 'file' | 'stage' | 'instruction' | 'line';

/** The end of a comment's time. */
export interface Expiry {
  /** The last day on which it counts, `YYYY-MM-DD`. */
  readonly day: string;
  /** From `until` to the last character of the day. */
  readonly span: Span;
  /** Whether that day is over: the comment silences nothing any more. */
  readonly isPast: boolean;
}

/** One name in a comment's list; `used` is set when it silences something, or would if its time were not over. */
export interface SuppressionTarget {
  readonly id: string;
  readonly span: Span;
  used: boolean;
}

/** A comment that was meant to silence something and does not. */
export interface FaultySuppression {
  readonly kind: 'malformed' | 'trailing' | 'in-heredoc' | 'bad-date';
  readonly span: Span;
  readonly data?: Readonly<Record<string, string>>;
}

/** All comments of a file that are about findings. */
export interface Suppressions {
  readonly all: readonly Suppression[];
  readonly faulty: readonly FaultySuppression[];
}

/** How a comment begins that may silence something. */
const MARKER = /^(?:plimsoll|hadolint|check)/i;
const OWN = /^(plimsoll\s*:\s*(ignore|ignore-file)\s*\[\s*)([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)(\s*\]\s*)(.*)$/;
const OWN_ATTEMPT = /^plimsoll\s*(:|\s(ignore|disable|skip|off|noqa)\b)/i;

/** Finds every suppression of a file. @param today the day by which their ends are judged, `YYYY-MM-DD` */
export function readSuppressions(tree: SyntaxTree, today: string): Suppressions {
  const all: Suppression[] = [];
  const faulty: FaultySuppression[] = [];
  const places = new Places(tree);
  for (const comment of tree.comments) {
    if (!MARKER.test(comment.text)) continue;
    const own = readOwn(comment, tree.source, places, today);
    if (own === undefined) all.push(...foreign(comment, tree, places));
    else if ('kind' in own) faulty.push(own);
    else all.push(own);
  }
  for (const directive of tree.directives) {
    const skip = directive.name === 'check' ? skipList(directive.value) : undefined;
    if (skip === undefined) continue;
    const comment = { span: directive.span, text: directive.value };
    const at = tree.source.text.indexOf(skip, directive.valueSpan.start);
    all.push({ comment, targets: targets(skip, at, 'buildkit:'), reason: '', ...places.file, foreign: true });
  }
  faulty.push(...misplacedAttempts(tree));
  return { all, faulty };
}

/**
 * Says of one finding after the other, in the order of the file, which comment silences it, if any: of several the nearest. Marks
 * the names in comments as used.
 */
export class Silencing {
  /** The next one last. */
  private readonly waiting: Suppression[];
  private readonly open = new Map<string, OpenComments>();

  constructor({ all }: Suppressions) {
    this.waiting = [...all].sort((a, b) => b.scope.start - a.scope.start);
  }

  by(finding: { readonly ruleId: string; readonly equivalents: readonly string[]; readonly start: number }): Suppression | undefined {
    this.openUpTo(finding.start);
    if (this.open.size === 0) return undefined;
    const names = [finding.ruleId, ...finding.equivalents];
    if (finding.equivalents.some((name) => name.startsWith('buildkit:'))) names.push('buildkit:all');
    let nearest: Suppression | undefined;
    for (const name of names) {
      const comments = this.open.get(name);
      if (comments === undefined) continue;
      for (const { target, end } of comments.unused) target.used ||= end > finding.start;
      comments.unused = [];
      while ((comments.silencing.at(-1)?.scope.end ?? Number.POSITIVE_INFINITY) <= finding.start) comments.silencing.pop();
      const last = comments.silencing.at(-1);
      if (last !== undefined && (nearest === undefined || last.scope.start > nearest.scope.start)) nearest = last;
    }
    return nearest;
  }

  private openUpTo(offset: number): void {
    for (let next = this.waiting.at(-1); next !== undefined && next.scope.start <= offset; next = this.waiting.at(-1)) {
      this.waiting.pop();
      const { targets, scope, until } = next;
      const names = new Set<string>();
      for (const target of targets) {
        // Of a name that stands there twice, the first counts.
        if (names.has(target.id)) continue;
        names.add(target.id);
        const comments = this.open.get(target.id) ?? { silencing: [], unused: [] };
        this.open.set(target.id, comments);
        comments.unused.push({ target, end: scope.end });
        if (until?.isPast !== true) comments.silencing.push(next);
      }
    }
  }
}

/** The comments with one name whose scope has begun. */
interface OpenComments {
  /** In the order in which they began. NOTE: scopes lie in one another, so that those behind one that counts count longer. */
  readonly silencing: Suppression[];
  unused: { readonly target: SuppressionTarget; readonly end: number }[];
}

/**
 * Finds the suppressions of a file whose comments begin with `#` at the beginning of a line or behind a blank: compose and requirements
 * files. On a line of its own a comment speaks of the next line and those below it that are indented deeper; behind something, of that line.
 */
export function readLineSuppressions(source: SourceFile, today: string): Suppressions {
  const all: Suppression[] = [];
  const faulty: FaultySuppression[] = [];
  const places = new LinePlaces(source.text);
  for (const { index } of source.text.matchAll(/(?<=^|\s)#[^\S\r\n]*plimsoll/gim)) {
    const text = source.text.slice(index + 1, lineEnd(source.text, index)).trim();
    const comment = { span: { start: index, end: source.text.indexOf(text, index) + text.length }, text };
    const own = readOwn(comment, source, places, today);
    if (own === undefined) continue;
    if ('kind' in own) faulty.push(own);
    else all.push(own);
  }
  return { all, faulty };
}

/** Reads a comment that speaks to plimsoll; undefined for any other. */
function readOwn(comment: Comment, source: SourceFile, places: Reaches, today: string): Suppression | FaultySuppression | undefined {
  const match = OWN.exec(comment.text);
  if (match === null) return OWN_ATTEMPT.test(comment.text) ? { kind: 'malformed', span: comment.span } : undefined;
  const [, head = '', word, list = '', bracket = '', remark = ''] = match;
  const listAt = source.text.indexOf(comment.text, comment.span.start + 1) + head.length;
  const { reason, until } = readRemark(remark, listAt + list.length + bracket.length, today);
  if (until !== undefined && !isDay(until.day)) return { kind: 'bad-date', span: until.span, data: { day: until.day } };
  const place = word === 'ignore-file' ? places.file : places.behind(comment);
  return { comment, targets: targets(list, listAt, ''), reason, ...(until && { until }), ...place, foreign: false };
}

/** What stands behind the list: a reason, and the last day on which the comment counts. @param start of the remark in the file */
export function readRemark(remark: string, start: number, today: string): { reason: string; until?: Expiry } {
  const match = /(^|\s)until\s*=\s*(\S*)/.exec(remark);
  if (match === null) return { reason: remark.trim() };
  const [whole, blank = '', day = ''] = match;
  const from = start + match.index + blank.length;
  const span = { start: from, end: from + whole.trimEnd().length - blank.length };
  const reason = [remark.slice(0, match.index), remark.slice(match.index + whole.length)].map((part) => part.trim()).filter(Boolean);
  return { reason: reason.join(' '), until: { day, span, isPast: day < today } };
}

/** Whether a text is a day of the calendar as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function foreign(comment: Comment, tree: SyntaxTree, places: Places): Suppression[] {
  const textAt = tree.source.text.indexOf(comment.text, comment.span.start + 1);
  const hadolint = /^(hadolint\s+(global\s+|stage\s+)?ignore\s*=\s*)([A-Z0-9]+(?:\s*,\s*[A-Z0-9]+)*)/.exec(comment.text);
  if (hadolint !== null) {
    const [, head = '', reach = '', list = ''] = hadolint;
    const place = reach.startsWith('global')
      ? places.file
      : reach.startsWith('stage')
        ? places.stageBehind(comment)
        : places.behind(comment);
    return [{ comment, targets: targets(list, textAt + head.length, 'hadolint:'), reason: '', ...place, foreign: true }];
  }
  const check = /^check\s*=\s*(.*)$/i.exec(comment.text);
  const skip = check === null || comment.above === undefined ? undefined : skipList(check[1] ?? '');
  if (skip === undefined) return [];
  const at = tree.source.text.indexOf(skip, textAt);
  return [{ comment, targets: targets(skip, at, 'buildkit:'), reason: '', ...places.behind(comment), foreign: true }];
}

/** The names in `skip=A,B;error=true`, up to the first blank. */
function skipList(value: string): string | undefined {
  const option = (value.split(' ', 1)[0] ?? '').split(';').findLast((part) => part.startsWith('skip='));
  return option?.slice('skip='.length);
}

/** @param start of the list in the file */
function targets(list: string, start: number, prefix: string): SuppressionTarget[] {
  const found: SuppressionTarget[] = [];
  let at = start;
  for (const part of list.split(',')) {
    const id = part.trim();
    const from = at + part.indexOf(id);
    if (id !== '') found.push({ id: prefix + id, span: { start: from, end: from + id.length }, used: false });
    at += part.length + 1;
  }
  return found;
}

type Place = Pick<Suppression, 'reach' | 'scope'>;

/** What the comments of a file reach. */
interface Reaches {
  readonly file: Place;
  behind(comment: Comment): Place;
}

/** What the comments of a file without instructions reach. */
class LinePlaces implements Reaches {
  readonly file: Place;
  /** From behind a comment to the first line it speaks of, and to the end of what it speaks of. */
  private last = { start: -1, first: -1, end: -1 };

  constructor(private readonly text: string) {
    this.file = { reach: 'file', scope: { start: 0, end: text.length + 1 } };
  }

  behind({ span }: Comment): Place {
    const { text } = this;
    const own = lineStart(text, span.start);
    if (text.slice(own, span.start).trim() !== '') return { reach: 'line', scope: { start: own, end: span.start } };
    const start = lineEnd(text, span.end);
    if (start < this.last.start || start > this.last.first) this.last = this.blockFrom(start);
    return { reach: 'line', scope: { start, end: this.last.end } };
  }

  /** Remembered, because comments may stand below each other by the thousand. */
  private blockFrom(start: number): LinePlaces['last'] {
    const { text } = this;
    let depth: number | undefined;
    let [first, end] = [start, start];
    for (; end < text.length; end = lineEnd(text, end)) {
      const line = text.slice(end, lineEnd(text, end));
      const indent = line.length - line.trimStart().length;
      if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
      if (depth !== undefined && indent <= depth) break;
      if (depth === undefined) first = end;
      depth ??= indent;
    }
    return { start, first, end };
  }
}

/** What the comments of a Dockerfile reach. */
class Places implements Reaches {
  readonly file: Place;
  private readonly stages: readonly number[];
  private line = { start: -1, end: -1 };

  constructor(private readonly tree: SyntaxTree) {
    this.file = { reach: 'file', scope: { start: 0, end: tree.source.text.length + 1 } };
    this.stages = tree.instructions.filter(({ keyword }) => keyword === 'FROM').map(({ span }) => span.start);
  }

  /**
   * Above an instruction: that instruction with its heredocs, and the comments on the way. Inside a continuation: the next line
   * that is no comment, and those on the way. At the end of the file: the comments that are left.
   */
  behind({ span, above, inside }: Comment): Place {
    const { text } = this.tree.source;
    const start = lineEnd(text, span.end);
    if (inside !== undefined) return { reach: 'line', scope: { start, end: lineEnd(text, this.lineBehind(start)) } };
    return { reach: 'instruction', scope: { start, end: above === undefined ? text.length + 1 : endOf(above) + 1 } };
  }

  stageBehind({ span }: Comment): Place {
    const { length } = this.tree.source.text;
    const own = this.stages.findIndex((start) => start > span.start);
    return { reach: 'stage', scope: { start: this.stages[own] ?? length, end: this.stages[own + 1] ?? length + 1 } };
  }

  /** Where the next line begins that is neither blank nor a comment. Remembered: comments may stand below each other by the thousand. */
  private lineBehind(start: number): number {
    if (this.line.start <= start && start <= this.line.end) return this.line.end;
    const { text } = this.tree.source;
    let end = start;
    while (end < text.length && /^\s*(?:#[^\n]*\n?)?$/.test(text.slice(end, lineEnd(text, end)))) end = lineEnd(text, end);
    this.line = { start, end };
    return end;
  }
}

/** `RUN x # plimsoll: ignore[…]`, or such a line in a heredoc: the shell sees that comment, Docker and plimsoll do not. One a line. */
function misplacedAttempts(tree: SyntaxTree): FaultySuppression[] {
  const attempts: FaultySuppression[] = [];
  const { text } = tree.source;
  const comments = new Set(tree.comments.map(({ span }) => span.start));
  let end = 0;
  for (let at = text.indexOf(ATTEMPT); at >= 0; at = text.indexOf(ATTEMPT, end)) {
    end = lineEnd(text, at);
    if (comments.has(at)) continue;
    // A line of its own that is no comment of Docker's is the script's.
    const isOwnLine = text.slice(lineStart(text, at), at).trim() === '';
    attempts.push({ kind: isOwnLine ? 'in-heredoc' : 'trailing', span: { start: at, end: at + text.slice(at, end).trimEnd().length } });
  }
  return attempts;
}

const ATTEMPT = '# plimsoll:';
