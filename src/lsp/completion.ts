/** What can be written in comments for plimsoll. */
import { NOT_SILENCED } from '../engine/add-ignores.js';
import type { Rule } from '../rule.js';
import type { Span } from '../source/source-file.js';
import { commentAt } from './comments.js';
import type { Checked } from './workspace.js';

/** Something that can be written at a place. */
export interface Proposal {
  readonly text: string;
  readonly kind: 'word' | 'rule';
  /** One line. */
  readonly detail: string;
  readonly documentation?: string;
  /** What it replaces. */
  readonly span: Span;
  /** Whether it is more likely than others. */
  readonly isFirst: boolean;
}

/** What the comments are called, and what each does. */
const WORDS = [
  { text: 'ignore[', detail: 'silences rules for the next instruction; inside a continued one, for the next line' },
  { text: 'ignore-file[', detail: 'silences rules for the whole file' },
];

/** The characters behind which there may be something to propose. */
export const TRIGGERS: readonly string[] = [':', ' ', '[', ','];

/** What can be written at an offset: nothing outside of comments for plimsoll. Rules that found something in the file come first. */
export function proposals({ document, linted }: Checked, offset: number, registry: readonly Rule[]): readonly Proposal[] {
  const comment = commentAt(document, offset);
  const [, word, list] = /^#\s*plimsoll\s*:\s*([a-z-]*)(?:\s*\[([^\]]*))?$/.exec(comment?.before ?? '') ?? [];
  if (comment === undefined || word === undefined) return [];
  if (list === undefined) {
    const rest = /^[a-z-]*\[?/.exec(comment.behind)?.[0] ?? '';
    const span = { start: offset - word.length, end: offset + rest.length };
    return WORDS.map((each) => ({ ...each, kind: 'word', span, isFirst: each.text === 'ignore[' }));
  }
  if (word !== 'ignore' && word !== 'ignore-file') return [];
  const head = /[a-z0-9-]*$/.exec(list)?.[0] ?? '';
  const tail = /^[a-z0-9-]*/.exec(comment.behind)?.[0] ?? '';
  const span = { start: offset - head.length, end: offset + tail.length };
  const [rest = ''] = comment.behind.slice(tail.length).split(']', 1);
  const listed = new Set(`${list.slice(0, list.length - head.length)},${rest}`.split(/[^a-z0-9-]+/));
  const found = new Set(linted.report.findings.map(({ ruleId }) => ruleId));
  return registry
    .filter(({ id }) => !NOT_SILENCED.has(id) && !listed.has(id))
    .map(({ id, summary, family, severity }) => ({
      text: id,
      kind: 'rule' as const,
      detail: `${family}, ${severity}`,
      documentation: `${summary}.`,
      span,
      isFirst: found.has(id),
    }));
}
