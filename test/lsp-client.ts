/** An editor for tests: it starts the built server and talks to it over standard input and output. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type CodeAction,
  type CompletionItem,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Hover,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';

export type { ClientCapabilities, CodeAction, Diagnostic, Range, TextEdit, WorkspaceEdit };

/** The built program. */
export const CLI = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));

/** What an editor can do, as VS Code says it, but that it is sent its diagnostics. */
export const PUSH: ClientCapabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
    workspaceFolders: true,
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true, tagSupport: { valueSet: [1, 2] }, dataSupport: true },
    codeAction: {
      dataSupport: true,
      isPreferredSupport: true,
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: { completionItem: { documentationFormat: ['markdown'] } },
  },
};

/** The same, but it asks for them. */
export const PULL: ClientCapabilities = {
  ...PUSH,
  workspace: { ...PUSH.workspace, diagnostics: { refreshSupport: true } },
  textDocument: { ...PUSH.textDocument, diagnostic: { relatedDocumentSupport: true } },
};

/** How to start. */
export interface EditorOptions {
  readonly capabilities?: ClientCapabilities;
  /** The folders that are open; the first is also the working directory of the server. */
  readonly folders?: readonly string[];
  /** Behind `plimsoll lsp`. */
  readonly args?: readonly string[];
  readonly initializationOptions?: unknown;
  /** What the server gets when it asks for settings; each call is a new answer. */
  readonly settings?: () => unknown;
}

/** One editor with one server. */
export class Editor {
  readonly published: PublishDiagnosticsParams[] = [];
  readonly messages: string[] = [];
  readonly logged: string[] = [];
  /** What the server has registered, by method. */
  readonly registered = new Map<string, unknown>();
  refreshes = 0;
  stderr = '';
  readonly exit: Promise<number | null>;

  private constructor(
    readonly server: ChildProcess,
    readonly connection: ProtocolConnection,
    readonly initialized: InitializeResult,
  ) {
    this.exit = new Promise((resolve) => server.once('exit', resolve));
  }

  /** Starts a server and says hello. */
  static async start(options: EditorOptions = {}): Promise<Editor> {
    const { capabilities = PUSH, folders = [], args = ['--stdio'], initializationOptions, settings } = options;
    const server = spawn(process.execPath, [CLI, 'lsp', ...args], { cwd: folders[0], stdio: 'pipe' });
    const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    const editor: { value?: Editor } = {};
    const early: ((editor: Editor) => void)[] = [];
    const soon = (what: (editor: Editor) => void): void => {
      if (editor.value === undefined) early.push(what);
      else what(editor.value);
    };
    connection.onNotification('textDocument/publishDiagnostics', (params) => soon((each) => each.published.push(params)));
    connection.onNotification('window/showMessage', ({ message }) => soon((each) => each.messages.push(message)));
    connection.onNotification('window/logMessage', ({ message }) => soon((each) => each.logged.push(message)));
    connection.onRequest('workspace/diagnostic/refresh', () => soon((each) => each.refreshes++));
    connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => settings?.() ?? null));
    connection.onRequest('workspace/workspaceFolders', () => folders.map(folderOf));
    connection.onRequest('client/registerCapability', ({ registrations }) =>
      soon((each) => {
        for (const { method, registerOptions } of registrations) each.registered.set(method, registerOptions);
      }),
    );
    connection.listen();
    const result: InitializeResult = await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: folders.map(folderOf),
      capabilities,
      ...(initializationOptions !== undefined && { initializationOptions }),
    });
    const made = new Editor(server, connection, result);
    server.stderr.on('data', (data) => {
      made.stderr += data;
    });
    editor.value = made;
    for (const each of early) each(made);
    await connection.sendNotification('initialized', {});
    return made;
  }

  open(uri: string, text: string, languageId = 'dockerfile', version = 1): Promise<void> {
    return this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
  }

  change(uri: string, text: string, version = 2): Promise<void> {
    return this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
  }

  save(uri: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri },
      identifier: 'plimsoll',
      ...(previousResultId !== undefined && { previousResultId }),
    });
  }

  /** The diagnostics of a file, asked for. */
  async pulled(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.pull(uri);
    return report.kind === 'full' ? report.items : [];
  }

  actions(uri: string, range: Range, diagnostics: readonly Diagnostic[] = [], only?: readonly string[]): Promise<readonly CodeAction[]> {
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics, ...(only !== undefined && { only }) },
    });
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character } });
  }

  completions(uri: string, line: number, character: number): Promise<readonly CompletionItem[]> {
    return this.connection.sendRequest('textDocument/completion', { textDocument: { uri }, position: { line, character } });
  }

  /** The next diagnostics published for an address that satisfy a claim. */
  async next(uri: string, claim: (params: PublishDiagnosticsParams) => boolean = () => true): Promise<PublishDiagnosticsParams> {
    return await this.until(() => {
      const at = this.published.findIndex((params) => params.uri === uri && claim(params));
      return at < 0 ? undefined : this.published.splice(at, 1)[0];
    });
  }

  /** Waits until something is there, for four seconds at most. */
  async until<Value>(value: () => Value | undefined | false): Promise<Value> {
    const start = Date.now();
    for (;;) {
      const found = value();
      if (found !== undefined && found !== false) return found;
      if (Date.now() - start > 4000)
        throw new Error(`waited in vain. Published: ${JSON.stringify(this.published)}; log: ${this.logged}; ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Ends the server as editors do. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return await this.exit;
  }
}

/** The address of a file. */
export function uriOf(...parts: readonly string[]): string {
  return pathToFileURL(path.join(...parts)).href;
}

function folderOf(folder: string): { uri: string; name: string } {
  return { uri: uriOf(folder), name: path.basename(folder) };
}

/** A text after edits, as an editor makes them, whose places count UTF-16. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\r?\n/g)].map(({ 0: end, index }) => index + end.length)];
  const offset = ({ line, character }: TextEdit['range']['start']): number => (starts[line] ?? text.length) + character;
  const ordered = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return ordered.reduce((now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)), text);
}

/** The edits of a workspace edit for one address. */
export function editsFor(edit: WorkspaceEdit | undefined, uri: string): readonly TextEdit[] {
  const versioned = edit?.documentChanges?.flatMap((change) => ('edits' in change && change.textDocument.uri === uri ? change.edits : []));
  return (versioned ?? edit?.changes?.[uri] ?? []) as readonly TextEdit[];
}
