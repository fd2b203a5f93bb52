/**
 * `.dockerignore`: which paths of the build context Docker leaves out.
 *
 * Source: BuildKit's own code, read and compared 2026-11: moby/patternmatcher 0.6.1 with its ignorefile (Apache-2.0), and the walk of
 * tonistiigi/fsutil's filter (2026-08-19). What they do is told here in our own words, and test/files-dockerignore.test.ts has the cases.
 *
 * NOTE: BuildKit reads the Dockerfile and the ignore file itself apart from the context, so an ignored Dockerfile still builds.
 */
import type { Span } from '../source/source-file.js';
import { globVerdict } from './glob.js';
import { expressionTest } from './go-expression.js';
import { lineEnd, type Problem } from './placed.js';

/** One line of an ignore file. */
export interface IgnorePattern {
  /** As Docker uses it: `!`, a slash in front and one behind taken off, `.` and `..` resolved. */
  readonly text: string;
  /** Whether it begins with `!`: what it matches is taken back into the context. */
  readonly isException: boolean;
  /** The line as written, with its `!` and without the blanks around it; empty for patterns that are no line of a file. */
  readonly span: Span;
}

/** A list of patterns of which the last that matches decides. Paths are relative to the context's root, with slashes. */
export interface IgnoreMatcher {
  readonly patterns: readonly IgnorePattern[];
  /** Whether a pattern takes something back in. */
  readonly hasExceptions: boolean;
  /** Whether a path, file or directory, stays out of the context. A directory may stay out while files in it do not. */
  isIgnored(path: string): boolean;
  /** The pattern with the last word on a path: the one that leaves it out, or the exception that took it back in. */
  decidedBy(path: string): IgnorePattern | undefined;
  /** Whether BuildKit looks into a directory: it is not ignored, or an exception may match something in it. */
  isWalked(directory: string): boolean;
}

/** An ignore file. Each problem is a line that ends the whole build; the patterns are those without one. */
export interface Dockerignore extends IgnoreMatcher {
  readonly problems: readonly Problem[];
}

/** Reads an ignore file. */
export function readDockerignore(text: string): Dockerignore {
  const patterns: ReadPattern[] = [];
  const problems: Problem[] = [];
  for (const line of linesOf(text)) {
    const written = text.slice(line.start, line.end);
    // SPEC: a comment has its `#` in the first column; behind a blank it is a pattern.
    if (written.startsWith('#')) continue;
    const trimmed = trim(written);
    if (trimmed === '') continue;
    const start = line.start + written.indexOf(trimmed);
    const span = { start, end: start + trimmed.length };
    if (written.length > LONGEST_LINE) {
      problems.push({ message: 'has a line of more than 64 KiB, at which Docker stops reading', span });
      break;
    }
    const read = readPattern(contextRelative(trimmed), span);
    if (read === undefined) continue;
    if ('message' in read) problems.push(read);
    else patterns.push(read);
  }
  return { ...matcherOf(patterns), problems };
}

/** A matcher over patterns that stand elsewhere, as `COPY --exclude` has them; patterns that Docker refuses are left out. */
export function ignoreMatcher(patterns: readonly string[]): IgnoreMatcher {
  const read = patterns.map((pattern) => readPattern(pattern, NOWHERE));
  return matcherOf(read.flatMap((pattern) => (pattern === undefined || 'message' in pattern ? [] : pattern)));
}

const NOWHERE: Span = { start: 0, end: 0 };
/** Go's bufio.Scanner gives up at a longer line, in bytes; counted in UTF-16 here, so that a few too long ones pass. */
const LONGEST_LINE = 65_535;
/** Go's unicode.IsSpace, which JavaScript's blanks are not: no U+FEFF, but U+0085. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING_SPACE = new RegExp(`^${SPACE}+`);
const IS_SPACE = new RegExp(SPACE);

/** Whether a path is what a pattern names, its parents left aside. */
type PathTest = (path: string) => boolean;

interface ReadPattern extends IgnorePattern {
  readonly matches: PathTest;
}

function trim(text: string): string {
  const front = text.replace(LEADING_SPACE, '');
  let end = front.length;
  while (end > 0 && IS_SPACE.test(front.charAt(end - 1))) end--;
  return front.slice(0, end);
}

/** SPEC: Go's scanner ends a line at `\n` alone; a `\r` inside a line belongs to the pattern. */
function* linesOf(text: string): Generator<Span> {
  for (let start = 0; start < text.length; ) {
    const end = lineEnd(text, start);
    yield { start, end };
    start = end + 1;
  }
}

/** ignorefile.ReadAll: a pattern cleaned, without the slash in front. */
function contextRelative(trimmed: string): string {
  const isException = trimmed.startsWith('!');
  const written = isException ? trim(trimmed.slice(1)) : trimmed;
  const cleaned = written === '' ? '' : cleanPath(written);
  return (isException ? '!' : '') + (cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned);
}

/** patternmatcher.New: what becomes of one pattern. Undefined when nothing is left of it. */
function readPattern(written: string, span: Span): ReadPattern | Problem | undefined {
  const trimmed = trim(written);
  if (trimmed === '') return undefined;
  const cleaned = cleanPath(trimmed);
  const isException = cleaned.startsWith('!');
  const text = isException ? cleaned.slice(1) : cleaned;
  if (text === '') return { message: 'has an exception that names nothing, which ends the build', span };
  // SPEC: patternmatcher asks Go's Match about `.` alone; what that passes over, the expression finds or takes.
  const matches = globVerdict(text, '.') === 'malformed' ? undefined : testOf(text);
  if (matches === undefined)
    return { message: `has the malformed pattern \`${text}\`, which ends the build as soon as Docker tries it`, span };
  return { text, isException, span, matches };
}

/** Go's filepath.Clean on slashes. */
function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push('..');
  }
  const joined = (isRooted ? '/' : '') + kept.join('/');
  return joined === '' ? '.' : joined;
}

function matcherOf(patterns: readonly ReadPattern[]): IgnoreMatcher {
  const hasExceptions = patterns.some(({ isException }) => isException);
  const heads = patterns.filter(({ isException }) => isException).map(({ text }) => withoutTrailingStars(text));
  // SPEC: an ignored directory is left without a look inside only where every exception is a plain path, and none lies below.
  const onlyPlainHeads = heads.every((head) => !/[*[\]?^\\]/.test(head));
  const isPassedOver = (directory: string): boolean => onlyPlainHeads && !heads.some((head) => `${head}/`.startsWith(`${directory}/`));

  /** The walk from the root down to a path: what matched a parent matches what lies in it, in the patterns' order. */
  function verdict(path: string): { readonly ignored: boolean; readonly by?: ReadPattern; readonly inPassedOver: boolean } {
    const parts = cleanPath(path).replace(/^\//, '').split('/');
    if (parts[0] === '.' || parts[0] === '') return { ignored: false, inPassedOver: false };
    const matchedParent = new Uint8Array(patterns.length);
    let ignored = false;
    let by: ReadPattern | undefined;
    let current = '';
    for (const [depth, part] of parts.entries()) {
      current = depth === 0 ? part : `${current}/${part}`;
      ignored = false;
      by = undefined;
      for (const [i, pattern] of patterns.entries()) {
        if (matchedParent[i] === 0) {
          if (pattern.isException !== ignored || !pattern.matches(current)) continue;
          matchedParent[i] = 1;
        }
        ignored = !pattern.isException;
        by = pattern;
      }
      if (ignored && depth < parts.length - 1 && isPassedOver(current)) return { ignored, ...(by && { by }), inPassedOver: true };
    }
    return { ignored, ...(by && { by }), inPassedOver: false };
  }

  return {
    patterns,
    hasExceptions,
    isIgnored: (path) => verdict(path).ignored,
    decidedBy: (path) => verdict(path).by,
    isWalked: (directory) => {
      const { ignored, inPassedOver } = verdict(directory);
      return !inPassedOver && !(ignored && isPassedOver(cleanPath(directory).replace(/^\//, '')));
    },
  };
}

function withoutTrailingStars(text: string): string {
  return text.replace(/\/\*\*$/, '').replace(/\/\*$/, '');
}

/**
 * patternmatcher's compile: a pattern without wildcards is compared, `x**` is a beginning, `**x` an end, and anything else is
 * translated into a regular expression, whose quirks users meet: `src\packages` is a bad escape, and the build fails.
 */
function testOf(pattern: string): PathTest | undefined {
  const characters = [...pattern];
  let expression = '^';
  let kind: 'exact' | 'prefix' | 'suffix' | 'expression' = 'exact';
  for (let at = 0, token = 0; at < characters.length; at++, token++) {
    const character = characters[at] ?? '';
    if (character === '*' && characters[at + 1] === '*') {
      at++;
      if (characters[at + 1] === '/') at++;
      if (at + 1 < characters.length) {
        expression += '(.*/)?';
        kind = 'expression';
      } else if (kind === 'exact') kind = 'prefix';
      else {
        expression += '.*';
        kind = 'expression';
      }
      if (token === 0) kind = 'suffix';
    } else if (character === '*' || character === '?') {
      expression += character === '*' ? '[^/]*' : '[^/]';
      kind = 'expression';
    } else if ('.+()$'.includes(character)) {
      // SPEC: patternmatcher means to escape `{`, `|` and `}` as well, but its table holds no character above U+003F: in a pattern
      // with a wildcard they are alternatives and counts (`a|*` leaves out nearly everything). Seen in 0.6.1.
      expression += `\\${character}`;
    } else if (character === '\\') {
      at++;
      expression += `\\${characters[at] ?? ''}`;
      kind = 'expression';
    } else {
      expression += character;
      if (character === '[' || character === ']') kind = 'expression';
    }
  }
  if (kind === 'exact') return (path) => path === pattern;
  if (kind === 'prefix') return (path) => path.startsWith(pattern.slice(0, -2));
  if (kind === 'suffix') return suffixTest(pattern.slice(2));
  const test = expressionTest(`${expression}$`);
  return test && quickTest(pattern, test);
}

/**
 * The same test behind a look at what stands in front of the first wildcard and behind the last: contexts have ten thousands of files,
 * and most fit neither. Only of patterns without the quirks of {@link testOf}.
 */
function quickTest(pattern: string, test: PathTest): PathTest {
  if (!/^[\w./~@ *?-]*$/.test(pattern)) return test;
  const head = /^[^*?]*/.exec(pattern)?.[0] ?? '';
  const end = /[^*?]*$/.exec(pattern)?.[0] ?? '';
  // SPEC: the slash behind `**` goes with it.
  const tail = end.startsWith('/') && pattern.endsWith(`**${end}`) ? end.slice(1) : end;
  return (path) => path.startsWith(head) && path.endsWith(tail) && test(path);
}

/** SPEC: behind `**` in front, what is named may also stand in the root itself: the slash goes with the stars. */
function suffixTest(suffix: string): PathTest {
  return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
}
