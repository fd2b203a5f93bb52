/**
 * The room of the language server: what editors ask of a Dockerfile while it is being written. It knows the protocol (LSP 3.17) and asks
 * the other rooms everything else; no finding and no fact is made here.
 *
 * This file is what it takes of vscode-languageserver, which nothing else imports.
 */

export type {
  CodeAction,
  CodeActionParams,
  CompletionItem,
  Connection,
  Diagnostic,
  DocumentDiagnosticReport,
  FullDocumentDiagnosticReport,
  Hover,
  InitializeParams,
  MarkupContent,
  Position,
  Range,
  ServerCapabilities,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
export {
  CodeActionKind,
  CompletionItemKind,
  createConnection,
  DiagnosticSeverity,
  DiagnosticTag,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  MessageType,
  ShowMessageNotification,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
