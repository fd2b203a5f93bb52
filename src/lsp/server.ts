/** The language server: what the client says, and who answers. */
import type { Rule } from '../rule.js';
import { VERSION } from '../version.js';
import { type Client, clientOf } from './client.js';
import { codeActions, FIX_ALL } from './code-actions.js';
import { proposals, TRIGGERS } from './completion.js';
import { SOURCE } from './diagnostics.js';
import { Feed } from './feed.js';
import { asPlainText, shownAt } from './hover.js';
import {
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Connection,
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type MarkupContent,
  MessageType,
  type Position,
  type ServerCapabilities,
  ShowMessageNotification,
  TextDocumentSyncKind,
} from './protocol.js';
import { type ClientSettings, readSettings } from './settings.js';
import { WATCHED } from './watched-files.js';
import { type Checked, Workspace } from './workspace.js';

/** The section of a client's settings. */
const SECTION = 'plimsoll';

/**
 * Serves one client on standard input and output. The process ends with 0 after `shutdown` and `exit`; with 1 when the client exits
 * without, closes standard input, or dies.
 *
 * @param today the day, `YYYY-MM-DD`; asked again and again, for a server runs for weeks
 */
export function serve(registry: readonly Rule[], today: () => string): void {
  new Server(createConnection(process.stdin, process.stdout), registry, today);
}

class Server {
  private client: Client = clientOf({ capabilities: {} });
  /** What the client sent without being asked; what it answers goes before it. */
  private sentSettings: Readonly<Record<string, unknown>> = {};
  private readonly failures = new Set<string>();
  private readonly workspace: Workspace;
  private feed: Feed;
  /** When files on disk were last looked at, in milliseconds. */
  private renewedAt = Date.now();

  constructor(
    private readonly connection: Connection,
    private readonly registry: readonly Rule[],
    private readonly today: () => string,
  ) {
    const settingsOf = (uri: string | undefined): Promise<ClientSettings> => this.settingsOf(uri);
    this.workspace = new Workspace({ registry, settingsOf, today }, { failed: (reason) => this.log(reason) });
    this.feed = this.feedFor(this.client);
    this.listen();
    connection.listen();
  }

  private listen(): void {
    const { connection, workspace } = this;
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => this.safely(undefined, () => this.initialized()));
    connection.onDidOpenTextDocument(({ textDocument }) =>
      this.safely(undefined, () => {
        if (!workspace.open(textDocument)) return;
        // Without being told what changes on disk, this is the moment to look; not for each of many files opened at once.
        if (!this.client.watchesFiles && Date.now() - this.renewedAt > RECENTLY) this.renewFiles();
        this.feed.changed(this.concernsOthers(textDocument.uri));
      }),
    );
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) =>
      this.safely(undefined, () => {
        const text = contentChanges.findLast((change) => !('range' in change) || change.range === undefined)?.text;
        if (text === undefined || !workspace.documents.change(uri, version, text)) return;
        if (!this.client.watchesFiles) workspace.renewNowAndThen();
        this.feed.changed(this.concernsOthers(uri));
      }),
    );
    connection.onDidSaveTextDocument(() =>
      this.safely(undefined, () => {
        this.renewFiles();
        this.feed.changed(true);
      }),
    );
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) =>
      this.safely(undefined, () => {
        workspace.close(uri);
        this.feed.closed(uri);
      }),
    );
    connection.onDidChangeWatchedFiles(() => this.safely(undefined, () => this.renew()));
    connection.onDidChangeConfiguration(({ settings }) =>
      this.safely(undefined, () => {
        const sent = asObject(settings);
        if (sent[SECTION] !== undefined) this.sentSettings = asObject(sent[SECTION]);
        this.renew();
      }),
    );
    connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }) =>
      this.safely({ kind: 'full', items: [] }, () => {
        if (!this.client.watchesFiles) workspace.renewNowAndThen();
        return this.feed.report(uri, previousResultId);
      }),
    );
    connection.onCodeAction((params) =>
      this.safely([], async () => {
        const check = await this.checked(params.textDocument.uri);
        const { workspace, client, today } = this;
        return check === undefined ? [] : [...(await codeActions(params, check, { workspace, client, today: today() }))];
      }),
    );
    connection.onHover(({ textDocument: { uri }, position }) =>
      this.safely(null, async () => {
        const check = await this.checked(uri);
        if (check === undefined) return null;
        const { source } = check.document;
        const shown = await shownAt(check, this.client.positions.offsetAt(source, position), this.registry, this.today());
        if (shown === undefined) return null;
        const contents: MarkupContent = this.client.showsMarkdown.hover
          ? { kind: 'markdown', value: shown.markdown }
          : { kind: 'plaintext', value: asPlainText(shown.markdown) };
        return { contents, range: this.client.positions.rangeOf(source, shown.span) };
      }),
    );
    connection.onCompletion(({ textDocument: { uri }, position }) =>
      this.safely([], async () => {
        const check = await this.checked(uri);
        return check === undefined ? [] : this.completions(check, position);
      }),
    );
  }

  private completions(check: Checked, position: Position): CompletionItem[] {
    const { positions, showsMarkdown } = this.client;
    const { source } = check.document;
    return proposals(check, positions.offsetAt(source, position), this.registry).map(
      ({ text, kind, detail, documentation, span, isFirst }) => ({
        label: text,
        kind: kind === 'rule' ? CompletionItemKind.EnumMember : CompletionItemKind.Keyword,
        detail,
        ...(documentation !== undefined && {
          documentation: showsMarkdown.completion ? { kind: 'markdown', value: documentation } : documentation,
        }),
        sortText: `${isFirst ? 0 : 1} ${text}`,
        textEdit: { range: positions.editedRange(source, span), newText: text },
      }),
    );
  }

  private initialize(params: InitializeParams): { capabilities: ServerCapabilities; serverInfo: { name: string; version: string } } {
    this.client = clientOf(params);
    this.feed = this.feedFor(this.client);
    const options = asObject(params.initializationOptions);
    this.sentSettings = asObject(options[SECTION] ?? options['settings'] ?? options);
    const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []);
    this.workspace.openFolders(folders);
    return {
      capabilities: {
        positionEncoding: this.client.positions.encoding,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Full, save: { includeText: false } },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL], resolveProvider: false },
        hoverProvider: true,
        completionProvider: { triggerCharacters: [...TRIGGERS] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...(this.client.pullsDiagnostics && {
          // Requirements and compose files have findings that their Dockerfiles lead to.
          diagnosticProvider: { identifier: SOURCE, interFileDependencies: true, workspaceDiagnostics: false },
        }),
      },
      serverInfo: { name: SOURCE, version: VERSION },
    };
  }

  private async initialized(): Promise<void> {
    const { client, connection } = this;
    if (client.registersConfiguration) await connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
    if (client.watchesFiles) {
      const watchers = WATCHED.map((globPattern) => ({ globPattern }));
      await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (client.hasFolders) connection.workspace.onDidChangeWorkspaceFolders(() => void this.safely(undefined, () => this.reopenFolders()));
  }

  private async reopenFolders(): Promise<void> {
    const folders = await this.connection.workspace.getWorkspaceFolders();
    this.workspace.openFolders((folders ?? []).map(({ uri }) => uri));
    this.renew();
  }

  /** Configurations, settings or files around have changed. */
  private renew(): void {
    this.renewFiles();
    this.feed.forgetComplaints();
    this.feed.changed(true);
  }

  private renewFiles(): void {
    this.renewedAt = Date.now();
    this.workspace.renew();
  }

  private concernsOthers(uri: string): boolean {
    return this.workspace.documents.get(uri)?.kind !== 'dockerfile';
  }

  private async checked(uri: string): Promise<Checked | undefined> {
    const check = await this.workspace.check(uri);
    return check !== undefined && 'linted' in check ? check : undefined;
  }

  private async settingsOf(uri: string | undefined): Promise<ClientSettings> {
    if (!this.client.hasConfiguration) return readSettings(this.sentSettings, this.registry);
    const asked = await this.safely(undefined, () =>
      this.connection.workspace.getConfiguration({ section: SECTION, ...(uri !== undefined && { scopeUri: uri }) }),
    );
    return readSettings({ ...this.sentSettings, ...asObject(asked) }, this.registry);
  }

  private feedFor(client: Client): Feed {
    const { connection } = this;
    return new Feed(this.workspace, client, {
      publish: (uri, version, diagnostics) =>
        void this.safely(undefined, () =>
          connection.sendDiagnostics({ uri, diagnostics: [...diagnostics], ...(version !== undefined && { version }) }),
        ),
      refresh: () => void this.safely(undefined, () => connection.languages.diagnostics.refresh()),
      // NOTE: `window.showErrorMessage` is a request, which not every client answers.
      complain: (message) =>
        void this.safely(undefined, () => connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Error, message })),
      failed: (error) => this.log(reasonOf(error)),
    });
  }

  /** Whatever fails is told once, and the client gets an answer that does no harm. */
  private async safely<Answer>(otherwise: Answer, answer: () => Answer | Promise<Answer>): Promise<Answer> {
    try {
      return await answer();
    } catch (error) {
      this.log(reasonOf(error));
      return otherwise;
    }
  }

  private log(reason: string): void {
    if (this.failures.has(reason) || this.failures.size > MOST_FAILURES) return;
    this.failures.add(reason);
    this.connection.console.error(reason);
  }
}

/** In milliseconds: what was looked at then has hardly changed. */
const RECENTLY = 2000;

/** Nobody reads more, and none is forgotten. */
const MOST_FAILURES = 200;

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
