/** What the editor on the other side can do, read once from what it says of itself. */
import { Positions } from './positions.js';
import type { InitializeParams } from './protocol.js';

/** A client. Whatever it says nothing of it cannot do. */
export interface Client {
  readonly positions: Positions;
  /** Asks for diagnostics; else they are sent to it. Never both, or they would be shown twice. */
  readonly pullsDiagnostics: boolean;
  /** Takes diagnostics of other files with those it asked for. */
  readonly takesRelatedDocuments: boolean;
  /** Asks again for all diagnostics when told to. */
  readonly refreshesDiagnostics: boolean;
  readonly showsRelatedInformation: boolean;
  readonly showsUnnecessary: boolean;
  /** Takes edits that name the version of the text they are for. */
  readonly takesVersionedEdits: boolean;
  /** Makes files as part of an edit. */
  readonly makesFiles: boolean;
  readonly showsMarkdown: { readonly hover: boolean; readonly completion: boolean };
  /** Can be asked for settings. */
  readonly hasConfiguration: boolean;
  /** Has to be asked to say when settings change. */
  readonly registersConfiguration: boolean;
  /** Says when folders are opened and closed. */
  readonly hasFolders: boolean;
  /** Watches files when it is asked to. */
  readonly watchesFiles: boolean;
}

/** Reads what a client can do. */
export function clientOf({ capabilities }: Pick<InitializeParams, 'capabilities'>): Client {
  const { general, textDocument, workspace } = capabilities ?? {};
  const { publishDiagnostics, diagnostic, hover, completion } = textDocument ?? {};
  // What 3.17 says of pushed diagnostics holds for those that are asked for, too, where the client says nothing else (3.18).
  const shown = { ...publishDiagnostics, ...(diagnostic as typeof publishDiagnostics) };
  const formats: readonly string[] = hover?.contentFormat ?? [];
  const completionFormats: readonly string[] = completion?.completionItem?.documentationFormat ?? [];
  const edits = workspace?.workspaceEdit;
  return {
    positions: new Positions(general?.positionEncodings),
    pullsDiagnostics: diagnostic !== undefined,
    takesRelatedDocuments: diagnostic?.relatedDocumentSupport === true,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    showsRelatedInformation: shown.relatedInformation === true,
    showsUnnecessary: (shown.tagSupport?.valueSet ?? []).includes(1),
    takesVersionedEdits: edits?.documentChanges === true,
    makesFiles: edits?.documentChanges === true && (edits.resourceOperations ?? []).includes('create'),
    showsMarkdown: { hover: formats.includes('markdown'), completion: completionFormats.includes('markdown') },
    hasConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    hasFolders: workspace?.workspaceFolders === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
  };
}
