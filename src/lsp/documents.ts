/** The texts that are open in the editor, as it last sent them. */
import path from 'node:path';
import { isComposePath } from '../model/compose.js';
import { isDockerfileName, isNoDockerfileName } from '../source/discover.js';
import { type SourceFile, sourceFromText } from '../source/source-file.js';
import type { Folder } from './folder.js';
import { fileOf } from './uris.js';

/** An open text; a change makes a new one of it. */
export interface OpenDocument {
  /** As the client writes it. */
  readonly uri: string;
  readonly version: number;
  /** What is linted; `other` files only count where they lie around one of these. */
  readonly kind: 'dockerfile' | 'compose' | 'other';
  /** Absolute; absent for what was never saved. */
  readonly file?: string;
  readonly folder: Folder;
  /** Its text under the name that reports would give it. */
  readonly source: SourceFile;
}

/** A text as a client opens it. */
export interface OpenedText {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

/** What editors call the language: VS Code and Neovim `dockerfile`, some of their extensions `containerfile`. */
const LANGUAGES = /^(?:docker|container)file$/i;

/** The open texts by the addresses that the client gave them. */
export class Documents {
  private readonly byUri = new Map<string, OpenDocument>();
  private changes = 0;
  private readonly ownChanges = new Map<string, number>();

  /** Every open text, in the order in which they were opened. */
  get all(): readonly OpenDocument[] {
    return [...this.byUri.values()];
  }

  get(uri: string): OpenDocument | undefined {
    return this.byUri.get(uri);
  }

  /** The text that is open of a file. @param file absolute */
  ofFile(file: string): OpenDocument | undefined {
    return this.all.find((document) => document.file === file);
  }

  /** @returns whether it is a text that plimsoll looks at: of a file, or never saved */
  open({ uri, languageId, version, text }: OpenedText, folderOf: (file: string | undefined) => Folder): boolean {
    const file = fileOf(uri);
    if (file === undefined && !/^untitled:/i.test(uri)) return false;
    const folder = folderOf(file);
    const name = file === undefined ? uri : folder.shown(file);
    const kind = kindOf(file === undefined ? '' : path.basename(file), languageId);
    this.byUri.set(uri, { uri, version, kind, folder, source: sourceFromText(name, text), ...(file !== undefined && { file }) });
    this.count(uri, kind);
    return true;
  }

  /** @returns whether the text was open */
  change(uri: string, version: number, text: string): boolean {
    const before = this.byUri.get(uri);
    if (before === undefined) return false;
    this.byUri.set(uri, { ...before, version, source: sourceFromText(before.source.path, text) });
    this.count(uri, before.kind);
    return true;
  }

  close(uri: string): void {
    const before = this.byUri.get(uri);
    if (before === undefined) return;
    this.byUri.delete(uri);
    // Others have seen it as it was in the editor.
    if (before.kind !== 'dockerfile') this.changes++;
  }

  /** A number that is another one whenever a text has changed that may matter to others than itself: Dockerfiles matter to none. */
  changesBeside(uri: string): number {
    return this.changes - (this.ownChanges.get(uri) ?? 0);
  }

  private count(uri: string, kind: OpenDocument['kind']): void {
    if (kind === 'dockerfile') return;
    this.changes++;
    this.ownChanges.set(uri, (this.ownChanges.get(uri) ?? 0) + 1);
  }
}

/** By its name a compose file is one, and a template or an ignore file no Dockerfile, whatever the editor takes it for. */
function kindOf(name: string, languageId: string): OpenDocument['kind'] {
  if (isComposePath(name)) return 'compose';
  if (isNoDockerfileName(name)) return 'other';
  return LANGUAGES.test(languageId) || isDockerfileName(name) ? 'dockerfile' : 'other';
}
