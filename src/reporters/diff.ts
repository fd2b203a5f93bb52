/**
 * `--diff`: what fixes would change, as `git apply` and `patch -p1` read it. Secrets are masked, as everywhere: hunks that show
 * one cannot be applied.
 */
import { createTwoFilesPatch, diffLines, FILE_HEADERS_ONLY } from 'diff';
import type { Edit, FileReport } from '../engine/report.js';
import { harmless, maskedText } from './masking.js';
import type { Colors } from './text.js';

/** How the diff is shown. */
export interface DiffOptions {
  readonly colors: Pick<Colors, 'green' | 'red' | 'cyan' | 'bold'>;
  /** Whether a person reads it: what a terminal would obey is drawn then, and the diff cannot be applied. */
  readonly isTerminal: boolean;
  /** Whether the file does not exist yet. */
  readonly isNew?: boolean;
  /** As in `TextOptions`. */
  readonly unicode: boolean;
}

/** The unified diff between a file before and after its fixes, ended by a line feed; empty where nothing is changed. */
export function diff(before: FileReport, after: FileReport, { colors, isNew, isTerminal, unicode }: DiffOptions): string {
  const { path } = before.source;
  const headerOptions = FILE_HEADERS_ONLY;
  const patch = createTwoFilesPatch(
    isNew === true ? '/dev/null' : `a/${path}`,
    `b/${path}`,
    shownText(before),
    shownText(after),
    undefined,
    undefined,
    { headerOptions },
  );
  const painted = (line: string, i: number): string => {
    const shown = isTerminal ? harmless(line.replace(/\r$/, ''), unicode) : line;
    if (i < 2) return colors.bold(shown);
    if (line.startsWith('@@')) return colors.cyan(shown);
    return line.startsWith('+') ? colors.green(shown) : line.startsWith('-') ? colors.red(shown) : shown;
  };
  return patch.split('\n').map(painted).join('\n');
}

/** The edits that make one text of another, line by line, in the order of the first. */
export function changedParts(before: string, after: string): readonly Edit[] {
  const edits: { span: Edit['span']; text: string }[] = [];
  let at = 0;
  for (const { added, removed, value } of diffLines(before, after)) {
    const last = edits.at(-1);
    const edit = last?.span.end === at ? last : { span: { start: at, end: at }, text: '' };
    if (added || removed) {
      if (edit !== last) edits.push(edit);
      if (added) edit.text += value;
      else edit.span = { start: edit.span.start, end: at + value.length };
    }
    if (!added) at += value.length;
  }
  return edits;
}

function shownText(file: FileReport): string {
  const { text, hasByteOrderMark } = file.source;
  return (hasByteOrderMark ? '\uFEFF' : '') + maskedText(file, 0, text.length);
}
