/**
 * What the files of a tree say, each read once however many Dockerfiles of the tree ask.
 */
import type { FileTree } from '../source/file-tree.js';
import type { SourceFile } from '../source/source-file.js';

/** A file of the project that has been read. */
export interface ProjectFile<Content> {
  /** In the tree. */
  readonly path: string;
  /** Its text; the spans in {@link content} are offsets into it. */
  readonly source: SourceFile;
  readonly content: Content;
}

/** Reads a format; never throws. `name` is the file's path: some formats are told apart by it. */
export type Format<Content> = (text: string, name: string) => Content;

/** How many files of one format are kept for a tree: a repository with more of them is read again. */
const MOST_KEPT = 500;

const known = new WeakMap<FileTree, Map<Format<unknown>, Map<string, ProjectFile<unknown> | undefined>>>();

/** The content of a file; undefined when there is no such text file. */
export function parsedFile<Content>(tree: FileTree, path: string, format: Format<Content>): ProjectFile<Content> | undefined {
  const formats = known.get(tree) ?? new Map<Format<unknown>, Map<string, ProjectFile<unknown> | undefined>>();
  known.set(tree, formats);
  const files = formats.get(format) ?? new Map<string, ProjectFile<unknown> | undefined>();
  formats.set(format, files);
  if (files.has(path)) return files.get(path) as ProjectFile<Content> | undefined;
  if (files.size >= MOST_KEPT) files.clear();
  const source = tree.read(path);
  const file = source && { path, source, content: format(source.text, path) };
  files.set(path, file);
  return file;
}
