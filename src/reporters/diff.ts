/**
 * `--diff`: what fixes would change, as `git apply` and `patch -p1` read it. Secrets are masked, as everywhere: hunks that show
 * one cannot be applied.
 */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileReport } from '../engine/report.js';
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

function shownText(file: FileReport): string {
  const { text, hasByteOrderMark } = file.source;
  return (hasByteOrderMark ? '\uFEFF' : '') + maskedText(file, 0, text.length);
}
