/** A tree of files as it is in the editor: what is open and not saved yet goes before the disk. */
import type { FileEntry, FileTree, NamedEntry } from '../source/file-tree.js';
import { type SourceFile, sourceFromText } from '../source/source-file.js';

/**
 * Shows the texts of open files where they lie. A file that has never been saved is not there: `docker build` would not see it either.
 * LIMIT: a text that is open under the name of a link is shown under that name only.
 */
export class OpenFilesTree implements FileTree {
  /** @param texts by path in the tree */
  constructor(
    private readonly tree: FileTree,
    private readonly texts: ReadonlyMap<string, string>,
  ) {}

  entry(path: string): FileEntry | undefined {
    const entry = this.tree.entry(path);
    const text = this.texts.get(path);
    return entry?.kind === 'file' && text !== undefined ? { ...entry, size: Buffer.byteLength(text) } : entry;
  }

  list(directory: string): readonly NamedEntry[] {
    return this.tree.list(directory);
  }

  link(path: string): string | undefined {
    return this.tree.link(path);
  }

  read(path: string): SourceFile | undefined {
    const text = this.texts.get(path);
    if (text === undefined || this.tree.entry(path)?.kind !== 'file') return this.tree.read(path);
    return sourceFromText(this.shown(path), text);
  }

  shown(path: string): string {
    return this.tree.shown(path);
  }
}
