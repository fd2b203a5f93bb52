/** Comments for plimsoll, finished or still being written. */
import type { SourceFile, Span } from '../source/source-file.js';
import { parseSyntax } from '../syntax/parse.js';
import type { OpenDocument } from './documents.js';

/** The line of a comment up to an offset, and from there on. */
export interface CommentAt {
  /** From the `#` on. */
  readonly before: string;
  /** To the end of the line. */
  readonly behind: string;
}

/** The comment that an offset stands in; undefined outside of comments. In a Dockerfile they have a line of their own. */
export function commentAt({ kind, source }: Pick<OpenDocument, 'kind' | 'source'>, offset: number): CommentAt | undefined {
  const { text } = source;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  const hash = kind === 'compose' ? /(?:^|\s)(#[^\S\r\n]*plimsoll.*)$/i.exec(before)?.[1] : /^[^\S\r\n]*(#.*)$/.exec(before)?.[1];
  if (hash === undefined || (kind === 'dockerfile' && !isComment(source, offset - hash.length))) return undefined;
  return { before: hash, behind: /^[^\r\n]*/.exec(text.slice(offset))?.[0] ?? '' };
}

/** In a heredoc it is part of a script, and directives are none. */
function isComment(source: SourceFile, hash: number): boolean {
  return parseSyntax(source).comments.some(({ span }) => span.start === hash);
}

/** The name in a comment's list at an offset. */
export function nameInComment(
  document: Pick<OpenDocument, 'kind' | 'source'>,
  offset: number,
): { readonly name: string; readonly span: Span } | undefined {
  const comment = commentAt(document, offset);
  if (comment === undefined || !/^#\s*plimsoll\s*:/.test(comment.before)) return undefined;
  const head = /[a-z0-9-]*$/.exec(comment.before)?.[0] ?? '';
  const tail = /^[a-z0-9-]*/.exec(comment.behind)?.[0] ?? '';
  return { name: head + tail, span: { start: offset - head.length, end: offset + tail.length } };
}
