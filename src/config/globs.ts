/**
 * The globs of configurations and of `--exclude`: names between slashes, `*` and `?` within a name, `[a-z]`, `**` for any number of
 * directories. A name without a slash may stand anywhere, a slash in front ties it to the directory; what names a directory
 * names all that is in it.
 */
import path from 'node:path';
import { type IgnoreMatcher, ignoreMatcher } from '../files/dockerignore.js';
import { slashed } from '../source/file-tree.js';

/** What is a glob, as a regular expression that the JSON schema shares. What other tools know besides would quietly match nothing. */
export const GLOB = String.raw`^(?!!)(?!(?:.*/)?\.\.(?:/|$))(?:[^{}\[\]\\|\^]|\[\^?(?:[^\]\\/\[\^\-](?:-[^\]\\/\[\^\-])?)+\])+$`;

const IS_GLOB = new RegExp(GLOB, 'u');

/** Why a text is no glob, as a sentence that ends in the way out; undefined when it is one. */
export function globProblem(written: string): string | undefined {
  if (IS_GLOB.test(written)) return undefined;
  const hint = written.includes('\\')
    ? 'Write `/` between directories.'
    : /[{}]/.test(written)
      ? 'It knows no braces: write one glob for each.'
      : written.startsWith('!')
        ? 'It knows no exceptions with `!`.'
        : 'It knows `*`, `?`, `**` and `[a-z]`, and nothing above the directory that it begins in.';
  return `plimsoll cannot use the glob \`${written}\`. ${hint}`;
}

/** Globs that have been read. */
export interface Globs {
  /** Whether one of them names a file. @param file absolute */
  readonly match: (file: string) => boolean;
}

/** @param directory absolute; where the globs begin */
export function readGlobs(globs: readonly string[], directory: string): Globs {
  const paths: IgnoreMatcher = ignoreMatcher(globs.map(asPattern));
  return {
    match: (file) => {
      const relative = slashed(path.relative(directory, file));
      return relative !== '' && !relative.startsWith('../') && !path.isAbsolute(relative) && paths.isIgnored(relative);
    },
  };
}

/** In Docker's language, where a pattern begins at the root whether it has a slash or not. */
function asPattern(glob: string): string {
  const isTied = /^\.?\//.test(glob);
  const name = glob.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (name === '' || name === '.') return '**';
  return isTied || name.includes('/') ? name : `**/${name}`;
}
