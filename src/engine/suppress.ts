/**
 * Comments that silence findings: plimsoll's own, and hadolint's and BuildKit's through the `equivalents` of a rule
 * (shared/conventions.md §11). Only own-line comments count; Docker has no others.
 */
import type { Comment, Instruction, SyntaxTree } from '../syntax/tree.js';
import type { Span } from './report.js';

/** One comment that silences something. */
export interface Suppression {
  readonly comment: Comment;
  /** Rule ids with their places; for foreign comments, names as in `equivalents`, and `buildkit:all`. */
  readonly targets: readonly SuppressionTarget[];
  readonly reason: string;
  /** Where a finding must begin to be silenced. */
  readonly scope: Span;
  /** Of another linter: never reported as unused. */
  readonly foreign: boolean;
}

/** One name in a comment's list; `used` is set when it has silenced something. */
export interface SuppressionTarget {
  readonly id: string;
  readonly span: Span;
  used: boolean;
}

/** A comment that was meant to silence something and does not. */
export interface FaultySuppression {
  readonly kind: 'malformed' | 'trailing';
  readonly span: Span;
}

/** All comments of a file that are about findings. */
export interface Suppressions {
  readonly all: readonly Suppression[];
  readonly faulty: readonly FaultySuppression[];
}

/** How a comment begins that may silence something. */
const MARKER = /^(?:plimsoll|hadolint|check)/i;
const OWN = /^plimsoll\s*:\s*(ignore|ignore-file)\s*\[\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*\]\s*(.*)$/;
const OWN_ATTEMPT = /^plimsoll\s*(:|\s(ignore|disable|skip|off|noqa)\b)/i;

/** Finds every suppression of a file. */
export function readSuppressions(tree: SyntaxTree): Suppressions {
  const all: Suppression[] = [];
  const faulty: FaultySuppression[] = [];
  for (const comment of tree.comments) {
    if (!MARKER.test(comment.text)) continue;
    const own = OWN.exec(comment.text);
    if (own !== null) {
      const wholeFile = own[1] === 'ignore-file';
      const scope = wholeFile ? fileScope(tree) : scopeOf(comment, tree);
      all.push({ comment, targets: targets(comment, own[2] ?? '', tree, ''), reason: own[3] ?? '', scope, foreign: false });
    } else if (OWN_ATTEMPT.test(comment.text)) {
      faulty.push({ kind: 'malformed', span: comment.span });
    } else {
      all.push(...foreign(comment, tree));
    }
  }
  for (const directive of tree.directives) {
    const skip = directive.name === 'check' ? skipList(directive.value) : undefined;
    if (skip === undefined) continue;
    const comment = { span: directive.span, text: directive.value };
    all.push({ comment, targets: targets(comment, skip, tree, 'buildkit:'), reason: '', scope: fileScope(tree), foreign: true });
  }
  faulty.push(...trailingAttempts(tree));
  return { all, faulty };
}

/** The suppression that silences a finding, if any; marks it as used. */
export function silencedBy(
  suppressions: Suppressions,
  finding: { readonly ruleId: string; readonly equivalents: readonly string[]; readonly start: number },
): Suppression | undefined {
  let silencing: Suppression | undefined;
  for (const suppression of suppressions.all) {
    if (finding.start < suppression.scope.start || finding.start >= suppression.scope.end) continue;
    for (const target of suppression.targets) {
      const equivalent = finding.equivalents.some(
        (name) => name === target.id || (target.id === 'buildkit:all' && name.startsWith('buildkit:')),
      );
      if (target.id !== finding.ruleId && !equivalent) continue;
      target.used = true;
      silencing ??= suppression;
    }
  }
  return silencing;
}

function foreign(comment: Comment, tree: SyntaxTree): Suppression[] {
  const hadolint = /^hadolint\s+(global\s+|stage\s+)?ignore\s*=\s*([A-Z0-9]+(?:\s*,\s*[A-Z0-9]+)*)/.exec(comment.text);
  if (hadolint !== null) {
    const [, reach = '', list = ''] = hadolint;
    const scope = reach.startsWith('global')
      ? fileScope(tree)
      : reach.startsWith('stage')
        ? stageScope(comment, tree)
        : scopeOf(comment, tree);
    return [{ comment, targets: targets(comment, list, tree, 'hadolint:'), reason: '', scope, foreign: true }];
  }
  const check = /^check\s*=\s*(.*)$/i.exec(comment.text);
  const skip = check === null || comment.above === undefined ? undefined : skipList(check[1] ?? '');
  if (skip === undefined) return [];
  return [{ comment, targets: targets(comment, skip, tree, 'buildkit:'), reason: '', scope: scopeOf(comment, tree), foreign: true }];
}

/** The names in `skip=A,B;error=true`, up to the first blank. */
function skipList(value: string): string | undefined {
  const option = (value.split(' ', 1)[0] ?? '').split(';').findLast((part) => part.startsWith('skip='));
  return option?.slice('skip='.length);
}

function targets(comment: Comment, list: string, tree: SyntaxTree, prefix: string): SuppressionTarget[] {
  const found: SuppressionTarget[] = [];
  let at = tree.source.text.indexOf(list, comment.span.start);
  for (const part of list.split(',')) {
    const id = part.trim();
    const start = at + part.indexOf(id);
    if (id !== '') found.push({ id: prefix + id, span: { start, end: start + id.length }, used: false });
    at += part.length + 1;
  }
  return found;
}

function fileScope(tree: SyntaxTree): Span {
  return { start: 0, end: tree.source.text.length + 1 };
}

/** Above an instruction: that instruction with its heredocs. Inside a continuation: the next line that is no comment. */
function scopeOf(comment: Comment, tree: SyntaxTree): Span {
  if (comment.above !== undefined) return instructionScope(comment.above);
  const { text } = tree.source;
  let start = lineEnd(text, comment.span.end);
  while (start < text.length && /^[ \t]*(#.*)?\r?$/.test(text.slice(start, lineEnd(text, start) - 1))) start = lineEnd(text, start);
  return { start, end: comment.inside === undefined ? start : lineEnd(text, start) };
}

function instructionScope(instruction: Instruction): Span {
  const last = instruction.heredocs.at(-1);
  return { start: instruction.span.start, end: (last?.terminatorSpan?.end ?? last?.contentSpan.end ?? instruction.span.end) + 1 };
}

function stageScope(comment: Comment, tree: SyntaxTree): Span {
  const froms = tree.instructions.filter(({ keyword }) => keyword === 'FROM').map(({ span }) => span.start);
  const own = froms.find((start) => start > comment.span.start);
  const next = froms.find((start) => own !== undefined && start > own);
  return { start: own ?? tree.source.text.length, end: next ?? tree.source.text.length + 1 };
}

/** `RUN x # plimsoll: ignore[…]`: the shell sees that comment, Docker and plimsoll do not. */
function trailingAttempts(tree: SyntaxTree): FaultySuppression[] {
  const attempts: FaultySuppression[] = [];
  const { text } = tree.source;
  const own = new Set(tree.comments.map(({ span }) => span.start));
  for (let at = text.indexOf('# plimsoll:'); at >= 0; at = text.indexOf('# plimsoll:', at + 1)) {
    const end = lineEnd(text, at);
    if (!own.has(at)) attempts.push({ kind: 'trailing', span: { start: at, end: text.slice(at, end).trimEnd().length + at } });
  }
  return attempts;
}

/** Offset behind the line end of the line that `offset` stands in. */
function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}
