/** Brings diagnostics to a client in the one way it knows: it is sent them, or it asks. */
import { createHash } from 'node:crypto';
import { placeName } from '../source/position.js';
import type { Client } from './client.js';
import { addressesBeside, diagnosticsByUri } from './diagnostics.js';
import type { Diagnostic, DocumentDiagnosticReport, FullDocumentDiagnosticReport } from './protocol.js';
import type { Checked, Ungoverned, Workspace } from './workspace.js';

/** What the feed tells the client. */
export interface Receiver {
  readonly publish: (uri: string, version: number | undefined, diagnostics: readonly Diagnostic[]) => void;
  /** Asks the client to ask again. */
  readonly refresh: () => void;
  /** Shows a message to the user. */
  readonly complain: (message: string) => void;
  readonly failed: (error: unknown) => void;
}

/** How long changes are gathered, in milliseconds: what was typed at one go is linted once, and still answered within 50. */
const PUSH_DELAY = 2;

/** A client that is told to ask again asks for every open file. */
const REFRESH_DELAY = 150;

/** The diagnostics of one client. */
export class Feed {
  private timer: NodeJS.Timeout | undefined;
  private isPublishing = false;
  /** Whether something has changed since publishing began. */
  private hasChanged = false;
  private readonly published = new Map<string, Published>();
  /** Pull: the other files that the last answer for a file spoke of, so that they can be cleared. */
  private readonly spokenOf = new Map<string, readonly string[]>();
  /** Pull: what closed files have left at other files, until an answer clears it. */
  private readonly left = new Set<string>();
  private readonly complained = new Set<string>();

  constructor(
    private readonly workspace: Workspace,
    private readonly client: Client,
    private readonly receiver: Receiver,
  ) {}

  /** To be called when an open text has changed. @param concernsOthers whether other files may have other findings now */
  changed(concernsOthers: boolean): void {
    const { pullsDiagnostics, refreshesDiagnostics } = this.client;
    // Who asks has asked for the file itself by now.
    if (pullsDiagnostics && !(concernsOthers && refreshesDiagnostics)) return;
    this.timer ??= setTimeout(() => void this.bring(), pullsDiagnostics ? REFRESH_DELAY : PUSH_DELAY);
  }

  /** To be called when a text has been closed. */
  closed(uri: string): void {
    for (const each of this.spokenOf.get(uri) ?? []) this.left.add(each);
    this.spokenOf.delete(uri);
    this.changed(true);
  }

  /** What was wrong with configurations is said again, if it still is. */
  forgetComplaints(): void {
    this.complained.clear();
  }

  /** The answer to a client that asks. @param previous the id of the last answer it has */
  async report(uri: string, previous: string | undefined): Promise<DocumentDiagnosticReport> {
    const check = await this.workspace.check(uri);
    const beside = check === undefined ? [] : addressesBeside(check, this.workspace);
    const concerned = new Set([...beside, ...(this.spokenOf.get(uri) ?? []), ...this.left]);
    const isConcerned = (other: Checked | Ungoverned): boolean =>
      [other.document.uri, ...addressesBeside(other, this.workspace)].some((each) => each === uri || concerned.has(each));
    const checks = (await this.workspace.checkAll()).filter(isConcerned);
    this.complainOf(check === undefined || 'linted' in check ? [] : [check]);
    const byUri = diagnosticsByUri(checks, this.workspace, this.client);
    const items = [...(byUri.get(uri) ?? [])];
    const related: Record<string, FullDocumentDiagnosticReport> = {};
    if (this.client.takesRelatedDocuments) {
      for (const each of concerned) if (each !== uri) related[each] = { kind: 'full', items: [...(byUri.get(each) ?? [])] };
      if (check !== undefined) this.spokenOf.set(uri, beside);
      this.left.clear();
    }
    const content = { items, ...(Object.keys(related).length > 0 && { relatedDocuments: related }) };
    const resultId = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 16);
    return resultId === previous ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, ...content };
  }

  private async bring(): Promise<void> {
    if (this.client.pullsDiagnostics) {
      this.timer = undefined;
      this.receiver.refresh();
      return;
    }
    try {
      await this.publish();
    } catch (error) {
      this.receiver.failed(error);
    }
  }

  /** Sends what is new, and clears what is gone. What changes meanwhile is brought behind it. */
  private async publish(): Promise<void> {
    this.timer = undefined;
    this.hasChanged = this.isPublishing;
    if (this.isPublishing) return;
    this.isPublishing = true;
    try {
      const checks = await this.workspace.checkAll();
      this.complainOf(checks);
      const byUri = diagnosticsByUri(checks, this.workspace, this.client);
      const versions = new Map(checks.map(({ document: { uri, version } }) => [uri, version]));
      for (const uri of new Set([...byUri.keys(), ...this.published.keys()])) {
        const version = versions.get(uri) ?? this.workspace.documents.get(uri)?.version;
        this.publishOf(uri, version, byUri.get(uri));
      }
    } finally {
      this.isPublishing = false;
      if (this.hasChanged) this.changed(true);
    }
  }

  /** @param diagnostics undefined for a file of which there is nothing to say any more */
  private publishOf(uri: string, version: number | undefined, diagnostics: readonly Diagnostic[] | undefined): void {
    const content = JSON.stringify(diagnostics ?? []);
    const before = this.published.get(uri);
    if (before?.content === content && before.version === version) return;
    this.receiver.publish(uri, version, diagnostics ?? []);
    if (diagnostics === undefined) this.published.delete(uri);
    else this.published.set(uri, { version, content });
  }

  private complainOf(checks: Awaited<ReturnType<Workspace['checkAll']>>): void {
    for (const check of checks) {
      if ('linted' in check) continue;
      for (const { path, place, message } of check.problems) {
        const text = path === '' ? message : `${placeName(path, place)}: ${message}`;
        if (this.complained.has(text)) continue;
        this.complained.add(text);
        this.receiver.complain(`plimsoll: ${text}`);
      }
    }
  }
}

interface Published {
  readonly version: number | undefined;
  readonly content: string;
}
