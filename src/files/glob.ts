/**
 * Go's `filepath.Match` on slashes, with which COPY and ADD read the wildcards of their sources: `*` and `?` stop at a slash,
 * `[a-z]` and `[^a-z]` are classes, a backslash takes the next character as it is. There is no `**`: it is two stars.
 *
 * Sources: pkg.go.dev/path/filepath#Match (Go 1.26, 2026-02); BuildKit's copier, tonistiigi/fsutil copy.ResolveWildcards
 * (2026-08-19). Every function takes paths relative to the context's root, with slashes, without one in front.
 */

/** One element of a pattern between its stars. `one` is a question mark. */
type Element =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [from: number, to: number])[] };

/** What stands between two stars; without elements when it is malformed. */
interface Chunk {
  readonly followsStar: boolean;
  readonly elements: readonly Element[] | undefined;
}

/**
 * What Go says of a pattern and a whole path. SPEC: Go looks at a pattern no further than it has to, so that it finds the open
 * `[` of `a*[` only where the path begins with an `a`.
 */
export function globVerdict(pattern: string, path: string): 'match' | 'none' | 'malformed' {
  return verdictOf(chunksOf([...pattern]), [...path]);
}

/** Whether a pattern names a whole path. */
export function matchesGlob(pattern: string, path: string): boolean {
  return globVerdict(pattern, path) === 'match';
}

/** Whether COPY takes a source for a pattern; `\*` is a plain star. */
export function hasWildcard(source: string): boolean {
  return /[*?[]/.test(source.replace(/\\./gsu, ''));
}

/**
 * What a source of COPY or ADD picks among the paths of the context, files and directories alike, in their order; what lies
 * below a directory that matches comes with it and is not listed. Slashes and `./` in front of the source mean nothing.
 */
export function matchingPaths(source: string, paths: Iterable<string>): readonly string[] {
  const chunks = chunksOf([...source.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '')]);
  return [...paths].filter((path) => verdictOf(chunks, [...path]) === 'match');
}

function chunksOf(characters: readonly string[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < characters.length; ) {
    const start = at;
    while (characters[at] === '*') at++;
    const followsStar = at > start;
    const from = at;
    for (let isInClass = false; at < characters.length && (characters[at] !== '*' || isInClass); at++) {
      if (characters[at] === '\\') at++;
      else if (characters[at] === '[') isInClass = true;
      else if (characters[at] === ']') isInClass = false;
    }
    chunks.push({ followsStar, elements: elementsOf(characters.slice(from, at)) });
  }
  return chunks;
}

/** The elements of a chunk; undefined when it is malformed: an open or empty class, a backslash at its end. */
function elementsOf(characters: readonly string[]): readonly Element[] | undefined {
  const elements: Element[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '?') elements.push({ kind: 'one' });
    else if (character === '[') {
      const end = readClass(characters, at + 1, elements);
      if (end === undefined) return undefined;
      at = end;
    } else {
      if (character === '\\') at++;
      const plain = characters[at];
      if (plain === undefined) return undefined;
      elements.push({ kind: 'character', character: plain });
    }
  }
  return elements;
}

/** Adds the class whose inside begins at `start`, and returns where its `]` stands; undefined when it is malformed. */
function readClass(characters: readonly string[], start: number, elements: Element[]): number | undefined {
  const negated = characters[start] === '^';
  const ranges: (readonly [number, number])[] = [];
  let at = negated ? start + 1 : start;
  // SPEC: Go reads at least one range before a `]` may close the class, and neither end may be a bare `-` or `]`.
  while (characters[at] !== ']' || ranges.length === 0) {
    const from = classCharacter(characters, at);
    if (from === undefined) return undefined;
    at = from.next;
    let to = from;
    if (characters[at] === '-') {
      const end = classCharacter(characters, at + 1);
      if (end === undefined) return undefined;
      to = end;
      at = end.next;
    }
    ranges.push([from.code, to.code]);
  }
  elements.push({ kind: 'class', negated, ranges });
  return at;
}

function classCharacter(characters: readonly string[], at: number): { readonly code: number; readonly next: number } | undefined {
  const first = characters[at];
  if (first === undefined || first === '-' || first === ']') return undefined;
  const isEscaped = first === '\\';
  const code = (isEscaped ? characters[at + 1] : first)?.codePointAt(0);
  const next = isEscaped ? at + 2 : at + 1;
  // SPEC: a class that the pattern ends in is malformed, and so is one character behind which nothing comes.
  return code === undefined || next >= characters.length ? undefined : { code, next };
}

/** A chunk takes the first place where it fits and keeps it; only the last one has to reach the end. */
function verdictOf(chunks: readonly Chunk[], path: readonly string[]): 'match' | 'none' | 'malformed' {
  let inPath = 0;
  for (const [number, { followsStar, elements }] of chunks.entries()) {
    if (elements === undefined) return 'malformed';
    const isLast = number === chunks.length - 1;
    if (followsStar && elements.length === 0) return path.indexOf('/', inPath) < 0 ? 'match' : 'none';
    let at = inPath;
    while (!fitsAt(elements, path, at) || (isLast && at + elements.length < path.length)) {
      if (!followsStar || at >= path.length || path[at] === '/') return 'none';
      at++;
    }
    inPath = at + elements.length;
  }
  return inPath === path.length ? 'match' : 'none';
}

function fitsAt(elements: readonly Element[], path: readonly string[], at: number): boolean {
  return at + elements.length <= path.length && elements.every((element, i) => isElement(element, path[at + i] ?? ''));
}

function isElement(element: Element, character: string): boolean {
  if (element.kind === 'character') return element.character === character;
  if (element.kind === 'one') return character !== '/';
  const code = character.codePointAt(0) ?? 0;
  // NOTE: a class takes a slash, too, if it names it or is negated: `a[^b]c` is `a/c` to Go as well.
  return element.ranges.some(([from, to]) => from <= code && code <= to) !== element.negated;
}
