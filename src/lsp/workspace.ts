/** What comes of the open files: each is linted when something first asks, and again when it, or what lies around it, has changed. */
import path from 'node:path';
import type { ConfigurationProblem } from '../config/resolve.js';
import type { Linted, Linter } from '../engine/lint.js';
import type { Surroundings } from '../source/file-tree.js';
import { encodeSource, MAX_SOURCE_BYTES } from '../source/source-file.js';
import { Documents, type OpenDocument, type OpenedText } from './documents.js';
import { Folder, type Governing, type Outside } from './folder.js';
import { OpenFilesTree } from './open-files-tree.js';
import { fileOf, uriOf } from './uris.js';

/** A file that was linted. */
export interface Checked {
  readonly document: OpenDocument;
  readonly linted: Linted;
  readonly linter: Linter;
  /** The stage that its configuration names. */
  readonly target: string | undefined;
  /** Absent for what was never saved: nothing lies around it. */
  readonly around: (() => Surroundings) | undefined;
}

/** A file whose settings or configuration cannot be used. */
export interface Ungoverned {
  readonly document: OpenDocument;
  readonly problems: readonly ConfigurationProblem[];
}

/** What came of a file; undefined where there is nothing to say: no Dockerfile, excluded, switched off. */
export type Check = Checked | Ungoverned | undefined;

/** What the workspace tells of by the way. */
export interface Listener {
  /** A rule or plimsoll itself failed. */
  readonly failed: (reason: string) => void;
}

/** In milliseconds: as long as it takes to go from one file of the project to another. */
const MOMENT = 2000;

/** The folders and the open files of one client. */
export class Workspace {
  readonly documents = new Documents();
  private folders: readonly Folder[] = [];
  /** Of files outside of all folders, by their directories. */
  private readonly strays = new Map<string, Folder>();
  private readonly checks = new Map<string, Kept>();
  private renewedAt = performance.now();

  constructor(
    private readonly outside: Outside,
    private readonly listener: Listener,
  ) {}

  /** @param uris of the folders that are open; what is no directory on this machine is left out */
  openFolders(uris: readonly string[]): void {
    this.folders = uris.flatMap((uri) => {
      const directory = fileOf(uri);
      return directory === undefined ? [] : [new Folder(path.resolve(directory), uri, this.outside)];
    });
    this.strays.clear();
    for (const { uri, version, kind, source } of this.documents.all)
      this.documents.open({ uri, version, languageId: kind, text: encodeSource(source) }, this.folderOf);
  }

  /** @returns whether it is a text that plimsoll looks at */
  open(opened: OpenedText): boolean {
    return this.documents.open(opened, this.folderOf);
  }

  close(uri: string): void {
    this.documents.close(uri);
    this.checks.delete(uri);
  }

  /** Reads settings, configurations and the files around anew. */
  renew(): void {
    this.renewedAt = performance.now();
    for (const folder of [...this.folders, ...this.strays.values()]) folder.renew();
  }

  /** {@link renew}, unless that was a moment ago: for a client that does not tell what changes on disk. */
  renewNowAndThen(): void {
    if (performance.now() - this.renewedAt > MOMENT) this.renew();
  }

  /** What comes of an open file, as it is now. */
  async check(uri: string): Promise<Check> {
    for (;;) {
      const document = this.documents.get(uri);
      if (document === undefined || document.kind === 'other') return undefined;
      const { folder } = document;
      const { generation } = folder;
      const governing = await folder.linters();
      // The client may have changed it, or the settings, while it was asked for them.
      if (this.documents.get(uri) !== document || folder.generation !== generation) continue;
      const stamp = `${generation} ${this.documents.changesBeside(uri)}`;
      const known = this.checks.get(uri);
      if (known !== undefined && known.document === document && known.stamp === stamp) return known.check;
      const isAmidTheSame = known?.stamp === stamp && known.document.folder === folder;
      const check = this.checkSafely(document, governing, isAmidTheSame ? known.around : undefined);
      this.checks.set(uri, { document, stamp, check, around: check !== undefined && 'linted' in check ? check.around : undefined });
      return check;
    }
  }

  /** What comes of all open files. */
  async checkAll(): Promise<readonly (Checked | Ungoverned)[]> {
    const checks: (Checked | Ungoverned)[] = [];
    for (const { uri } of this.documents.all) {
      const check = await this.check(uri);
      if (check !== undefined) checks.push(check);
    }
    return checks;
  }

  /** The address of a file: as the client wrote it where it is open. @param file absolute */
  uriOf(file: string): string {
    return this.documents.ofFile(file)?.uri ?? uriOf(file);
  }

  /** What fails is said once, and nothing else is lost by it. */
  private checkSafely(document: OpenDocument, governing: Governing, around: Checked['around']): Check {
    try {
      return this.checkNow(document, governing, around);
    } catch (error) {
      this.listener.failed(`${document.source.path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return undefined;
    }
  }

  private checkNow(document: OpenDocument, governing: Governing, around: Checked['around']): Check {
    const { file, source } = document;
    if (governing === undefined || source.text.length > MAX_SOURCE_BYTES) return undefined;
    if (!('settings' in governing)) return { document, problems: governing };
    const name = file === undefined ? undefined : source.path;
    if (name !== undefined && governing.settings.excludes(name)) return undefined;
    const own = governing.of(name);
    if ('problems' in own) return { document, problems: own.problems };
    const settings = governing.settings.of(name);
    const surroundings = around ?? this.around(document);
    const linted = own.linter.lint(source, surroundings);
    for (const { message } of linted.failures) this.listener.failed(`${source.path}: ${message}`);
    return {
      document,
      linted,
      linter: own.linter,
      target: 'rules' in settings ? settings.target : undefined,
      around: surroundings,
    };
  }

  /** The same tree until something in it changes, so that what rules have read of it is kept. */
  private around({ uri, file, folder }: OpenDocument): Checked['around'] {
    if (file === undefined) return undefined;
    let surroundings: Surroundings | undefined;
    return () => {
      surroundings ??= this.withOpenFiles(folder.around(file) as Surroundings, file, uri);
      return surroundings;
    };
  }

  private withOpenFiles({ tree, ...place }: Surroundings, file: string, uri: string): Surroundings {
    const root = path.resolve(file, ...place.dockerfile.split('/').map(() => '..'));
    const texts = this.documents.all.flatMap((other): [string, string][] => {
      const relative = other.file === undefined || other.uri === uri ? '..' : path.relative(root, other.file);
      const isOutside = relative === '' || relative.startsWith('..') || path.isAbsolute(relative);
      return isOutside ? [] : [[relative.replaceAll(path.sep, '/'), other.source.text]];
    });
    return { ...place, tree: texts.length === 0 ? tree : new OpenFilesTree(tree, new Map(texts)) };
  }

  /** The innermost folder around a file, else its own directory; for what was never saved the first folder, else the working directory. */
  private readonly folderOf = (file: string | undefined): Folder => {
    if (file === undefined) return this.folders[0] ?? this.strayAt(process.cwd());
    const around = this.folders.filter(({ directory }) => isWithin(file, directory));
    return around.sort((a, b) => b.directory.length - a.directory.length)[0] ?? this.strayAt(path.dirname(file));
  };

  private strayAt(directory: string): Folder {
    const folder = this.strays.get(directory) ?? new Folder(directory, undefined, this.outside);
    this.strays.set(directory, folder);
    return folder;
  }
}

/** What is remembered of a file. */
interface Kept {
  readonly document: OpenDocument;
  readonly stamp: string;
  readonly check: Check;
  readonly around: Checked['around'];
}

function isWithin(file: string, directory: string): boolean {
  const relative = path.relative(directory, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}
