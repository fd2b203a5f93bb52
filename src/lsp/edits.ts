/** Changes to files as the protocol has them. */
import type { Edit } from '../rule.js';
import type { SourceFile } from '../source/source-file.js';
import type { Client } from './client.js';
import type { TextDocumentEdit, TextEdit, WorkspaceEdit } from './protocol.js';

/** What is to change in one file. */
export interface FileEdits {
  readonly uri: string;
  /** Of the open text that the edits are for; null for a file that is not open. */
  readonly version: number | null;
  /** As it is now; empty for a file that is to be made. */
  readonly source: SourceFile;
  readonly isNew?: boolean;
  readonly edits: readonly Edit[];
}

/** The change of a workspace; undefined where the client cannot make it. */
export function workspaceEdit(
  files: readonly FileEdits[],
  { positions, takesVersionedEdits, makesFiles }: Client,
): WorkspaceEdit | undefined {
  const textEdits = ({ source, edits }: FileEdits): TextEdit[] =>
    edits.map(({ span, text }) => ({ range: positions.editedRange(source, span), newText: text }));
  if (!makesFiles && files.some(({ isNew }) => isNew)) return undefined;
  if (!takesVersionedEdits) return { changes: Object.fromEntries(files.map((file) => [file.uri, textEdits(file)])) };
  return {
    documentChanges: files.flatMap((file) => {
      const { uri, version, isNew } = file;
      const edit: TextDocumentEdit = { textDocument: { uri, version }, edits: textEdits(file) };
      return isNew ? [{ kind: 'create' as const, uri, options: { ignoreIfExists: true } }, edit] : [edit];
    }),
  };
}
