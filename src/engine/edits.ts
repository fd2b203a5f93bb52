/** Edits applied to a text. Line ends of what is written are those of the line it is written to. */
import type { Edit } from '../rule.js';
import type { SourceFile } from '../source/source-file.js';

/** The file with some edits made, which must lie inside it and not overlap; the order does not matter. The byte order mark stays. */
export function withEdits(source: SourceFile, edits: readonly Edit[]): SourceFile {
  let text = '';
  let done = 0;
  for (const edit of inOrder(edits)) {
    text += source.text.slice(done, edit.span.start) + edit.text;
    done = edit.span.end;
  }
  return { path: source.path, text: text + source.text.slice(done), hasByteOrderMark: source.hasByteOrderMark };
}

/** Edits in the order of the file. */
export function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** An edit as the file wants it: each `\n` becomes the end of the line that the edit begins on, of the last line that of the one before. */
export function inLineEndsOf({ text }: SourceFile, edit: Edit): Edit {
  if (!edit.text.includes('\n')) return edit;
  const own = text.indexOf('\n', edit.span.start);
  const lineFeed = own < 0 ? text.lastIndexOf('\n') : own;
  return text.charAt(lineFeed - 1) === '\r' ? { ...edit, text: edit.text.replace(/\r?\n/g, '\r\n') } : edit;
}
