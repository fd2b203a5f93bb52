/** A tree of files that exists in a test only. */
import type { FileEntry, FileTree, NamedEntry, Surroundings } from '../src/source/file-tree.js';
import { type SourceFile, sourceFromText } from '../src/source/source-file.js';

export class MemoryTree implements FileTree {
  /** Paths that were looked at or read, in order: what is lazy shows here. */
  readonly asked: string[] = [];

  /**
   * @param files texts by path
   * @param sizes in bytes by path, of files that are larger than their text
   */
  constructor(
    private readonly files: Readonly<Record<string, string>>,
    private readonly sizes: Readonly<Record<string, number>> = {},
  ) {}

  entry(path: string): FileEntry | undefined {
    this.asked.push(path);
    const text = this.files[path];
    if (text !== undefined) return { kind: 'file', size: this.sizes[path] ?? Buffer.byteLength(text), path };
    return this.names(path).length > 0 || path === '' ? { kind: 'directory', size: 0, path } : undefined;
  }

  list(directory: string): readonly NamedEntry[] {
    this.asked.push(`${directory}/`);
    return this.names(directory).map((name) => {
      const path = directory === '' ? name : `${directory}/${name}`;
      return { name, kind: path in this.files ? 'file' : 'directory' };
    });
  }

  link(): undefined {
    return undefined;
  }

  read(path: string): SourceFile | undefined {
    this.asked.push(path);
    const text = this.files[path];
    return text === undefined ? undefined : sourceFromText(path, text);
  }

  shown(path: string): string {
    return path;
  }

  private names(directory: string): readonly string[] {
    const prefix = directory === '' ? '' : `${directory}/`;
    const below = Object.keys(this.files).filter((path) => path.startsWith(prefix));
    return [...new Set(below.map((path) => path.slice(prefix.length).split('/', 1)[0] ?? ''))].sort();
  }
}

/** A file with others around it, as {@link TestOptions.around} takes them; nothing where there are none. */
export function amid(
  files: Readonly<Record<string, string>> | undefined,
  text: string,
  path = 'Dockerfile',
): { readonly around?: () => Surroundings } {
  if (files === undefined) return {};
  const tree = new MemoryTree({ ...files, [path]: text });
  return { around: () => ({ tree, dockerfile: path }) };
}
