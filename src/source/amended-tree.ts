/** A tree of files as it would be with lines added to some of them. */
import type { FileEntry, FileTree, NamedEntry } from './file-tree.js';
import { type SourceFile, sourceFromText } from './source-file.js';

/** A text with lines at its end that it does not have yet; in its own line ends. */
export function withLines(text: string, lines: readonly string[]): string {
  const known = new Set(text.split(/\r?\n/));
  const missing = [...new Set(lines)].filter((line) => !known.has(line));
  if (missing.length === 0) return text;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const start = text === '' || text.endsWith('\n') ? '' : lineEnd;
  return text + start + missing.map((line) => line + lineEnd).join('');
}

/** Shows the lines where they would stand; nothing is written. A file that is not there yet is. */
export class AmendedTree implements FileTree {
  /** @param added lines by path in the tree */
  constructor(
    private readonly tree: FileTree,
    private readonly added: ReadonlyMap<string, readonly string[]>,
  ) {}

  entry(path: string): FileEntry | undefined {
    return this.tree.entry(path) ?? (this.added.has(path) ? { kind: 'file', size: this.read(path)?.text.length ?? 0, path } : undefined);
  }

  list(directory: string): readonly NamedEntry[] {
    const members = this.tree.list(directory);
    const prefix = directory === '' ? '' : `${directory}/`;
    const made = [...this.added.keys()].flatMap((path): NamedEntry[] => {
      const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
      return name === '' || name.includes('/') || members.some((member) => member.name === name) ? [] : [{ name, kind: 'file' }];
    });
    return [...members, ...made].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  link(path: string): string | undefined {
    return this.tree.link(path);
  }

  read(path: string): SourceFile | undefined {
    const lines = this.added.get(path);
    if (lines === undefined) return this.tree.read(path);
    const source = this.tree.read(path) ?? sourceFromText(this.shown(path), '');
    return { ...source, text: withLines(source.text, lines) };
  }

  shown(path: string): string {
    return this.tree.shown(path);
  }
}
