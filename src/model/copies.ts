/**
 * What COPY and ADD take from the build context and where it lands, as far as the instruction itself says it.
 */
import { remoteKind } from '../syntax/value-formats.js';
import type { CopyInstruction, Instruction, Stage, Word } from './dockerfile.js';
import { isInside, joinPath } from './paths.js';
import { copySource } from './stages.js';

/** How the words of an instruction are read: by the file alone, or with what is known of the base image. */
export interface Reading {
  /** A word with its variables filled in; undefined where that is not known. */
  expand(stage: Stage, text: string, before: Instruction): string | undefined;
  /** The absolute working directory at an instruction; undefined where it is not known. */
  directory(stage: Stage, before: Instruction): string | undefined;
}

/** By the file alone. NOTE: where no WORKDIR stands, `/` is taken for the base image's, on both sides of a comparison. */
export const FILE_ALONE: Reading = {
  expand: (stage, text, before) => stage.environment.expand(text, before),
  directory: (stage, before) => {
    const workdir = stage.environment.workdir(before);
    return workdir.kind === 'known' ? workdir.value : workdir.kind === 'absent' ? '/' : undefined;
  },
};

/** A path of the build context that an instruction names. */
export interface ContextPath {
  readonly word: Word;
  /** As written, variables filled in; undefined when it depends on something unknown. */
  readonly written: string | undefined;
}

/** Where the sources of a COPY or ADD land. */
export interface Landing {
  /** An absolute path, without a slash at the end. */
  readonly path: string;
  /** Whether the files land below {@link path}: a slash is written behind it, there are several sources, or it exists. */
  readonly isDirectory: boolean;
}

/** What a COPY or ADD takes from the build context: nothing with `--from`, in heredocs, and from addresses. */
export function contextPaths(copy: CopyInstruction, stage: Stage, reading = FILE_ALONE): readonly ContextPath[] {
  if (copySource(copy) !== undefined) return [];
  const paths = copy.sources.map((word) => ({ word, written: reading.expand(stage, word.text, copy) }));
  return paths.filter(({ written }) => written === undefined || remoteKind(written) === undefined);
}

/**
 * Where the sources of a COPY or ADD land; undefined where that is not known. SPEC: a directory that exists takes a file in.
 *
 * LIMIT: of the directories that exist, the working directory and those it lies in are known.
 */
export function landingOf(copy: CopyInstruction, stage: Stage, reading = FILE_ALONE): Landing | undefined {
  const written = copy.destination === undefined ? undefined : reading.expand(stage, copy.destination.text, copy);
  const directory = reading.directory(stage, copy);
  if (written === undefined || (directory === undefined && !written.startsWith('/'))) return undefined;
  const path = joinPath(directory ?? '/', written);
  const isSlashed = /(?:^|\/)\.{0,2}$/.test(written) || copy.sources.length + copy.heredocs.length > 1;
  // SPEC: with `--link` the files land in a layer of their own, in which nothing exists yet.
  const exists = directory !== undefined && isInside(directory, path) && !copy.flags.some(({ name }) => name === 'link');
  return { path, isDirectory: isSlashed || exists };
}

/** A source relative to the context, empty for the context itself. SPEC: `/` and `..` in front lead nowhere else. */
export function inContext(source: string): string {
  return joinPath('/', source).slice(1);
}
