/**
 * The room that knows how the files beside a Dockerfile are written: requirements, environments, projects, locks, Compose, Bake,
 * ignore files. It knows formats only: nothing of Dockerfiles, of what a package is, or of where files lie. Every reader takes
 * text that somebody else has read and decoded, without a byte order mark, never throws, and reads on behind what it cannot read.
 */
import type { Span } from '../source/source-file.js';

/** A place that could not be read, and why: a clause that reads behind the file's name, without a full stop. */
export interface Problem {
  readonly message: string;
  readonly span: Span;
}

/** A text of a file with its place. The span leaves out quotes, unless escapes or folds make the text differ from what stands there. */
export interface Placed {
  readonly text: string;
  readonly span: Span;
}

/** The characters from `start` up to `end` of a text, with their place, without the blanks around them. */
export function trimmedPlace(text: string, start: number, end: number): Placed {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return { text: text.slice(from, to), span: { start: from, end: to } };
}

/** Where the line that `start` stands in ends: at its line feed, or with the text. */
export function lineEnd(text: string, start: number): number {
  const found = text.indexOf('\n', start);
  return found < 0 ? text.length : found;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
