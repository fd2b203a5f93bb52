/**
 * The part of Go's regular expressions that a pattern of an ignore file can become: characters, classes, escapes, stars over
 * one of these, and the two groups that stand for `**`. Time is the length of the pattern times that of the path.
 *
 * Source: pkg.go.dev/regexp/syntax (Go 1.26, 2026-02).
 */

type CharacterTest = (code: number) => boolean;

/**
 * One step of the automaton. `maybe` may be left out, `many` may be left out and stays; a fork goes on at the next step and at the
 * one behind it; `through` stays until a slash lets it out; a place takes no character.
 */
type Step =
  | { readonly kind: 'one' | 'maybe' | 'many'; readonly has: CharacterTest }
  | { readonly kind: 'fork' | 'through' | 'found' }
  | { readonly kind: 'place'; readonly holds: PlaceTest };

type PlaceTest = (codes: readonly number[], at: number) => boolean;

/** The alternatives of an expression, one behind the other, each closed by a step of the kind `found`. */
interface Automaton {
  readonly steps: readonly Step[];
  readonly starts: readonly number[];
}

/**
 * A test whether an expression is found in a text; undefined when Go refuses the expression. The only group it knows is the one
 * that stands for directories ({@link GROUP}), as ignore patterns escape parentheses.
 */
export function expressionTest(expression: string): ((text: string) => boolean) | undefined {
  const automaton = automatonOf([...expression]);
  if (automaton === undefined) return undefined;
  return (text) => {
    const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    return isFound(automaton, codes);
  };
}

/** Any number of directories, or none: what patternmatcher makes of `**`. */
const GROUP = '(.*/)?';
/** Where counts (`a{1000}`) have made so many steps, the expression counts as refused. Go has a limit of its own beyond this one. */
const MOST_STEPS = 200_000;

/** Something that a count may follow: a character, a place, or (`undefined`) what must not be counted once more. */
interface Atom {
  readonly step: Step | undefined;
  readonly next: number;
}

function automatonOf(characters: readonly string[]): Automaton | undefined {
  const steps: Step[] = [];
  const starts = [0];
  for (let at = 0; at < characters.length; ) {
    const atom = readAtom(characters, at, steps, starts);
    const count = atom === undefined ? undefined : readCount(characters, atom.next);
    if (atom === undefined || count === 'refused' || steps.length > MOST_STEPS) return undefined;
    if (count !== undefined && atom.step === undefined) return undefined;
    if (atom.step !== undefined) repeat(atom.step, count ?? { least: 1, most: 1 }, steps);
    at = count?.next ?? atom.next;
  }
  steps.push({ kind: 'found' });
  return { steps, starts };
}

/** Reads what stands at an offset. What cannot be counted is added to the steps at once. */
function readAtom(characters: readonly string[], at: number, steps: Step[], starts: number[]): Atom | undefined {
  const character = characters[at] ?? '';
  if (character === '|') {
    steps.push({ kind: 'found' });
    starts.push(steps.length);
    return { step: undefined, next: at + 1 };
  }
  if (character === '(' && characters.slice(at, at + GROUP.length).join('') === GROUP) {
    steps.push({ kind: 'fork' }, { kind: 'through' });
    return { step: undefined, next: at + GROUP.length };
  }
  if (character === '^' || character === '$')
    return { step: { kind: 'place', holds: character === '^' ? isAtStart : isAtEnd }, next: at + 1 };
  if (character === '\\') {
    const letter = characters[at + 1] ?? '';
    const holds = PLACES[letter];
    if (holds !== undefined) return { step: { kind: 'place', holds }, next: at + 2 };
    if (letter === 'Q') {
      const end = endOfQuotation(characters, at + 2);
      for (const quoted of characters.slice(at + 2, end)) steps.push({ kind: 'one', has: isCode(quoted.codePointAt(0) ?? 0) });
      return { step: undefined, next: end + 2 };
    }
  }
  const read = character === '[' ? readClass(characters, at + 1) : (readGroupEscape(characters, at) ?? readPlain(characters, at));
  if (read === undefined) return undefined;
  if (characters[read.next] !== '*') return { step: { kind: 'one', has: read.has }, next: read.next };
  steps.push({ kind: 'many', has: read.has });
  return { step: undefined, next: read.next + 1 };
}

function readPlain(characters: readonly string[], at: number): ReadClass | undefined {
  if (characters[at] === '.') return { has: (code) => code !== 10, next: at + 1 };
  const read = readCharacter(characters, at);
  return read && { has: isCode(read.code), next: read.next };
}

interface Count {
  readonly least: number;
  /** Absent: without end. */
  readonly most?: number;
}

/** The count at an offset. A brace that begins none is a plain brace. */
function readCount(characters: readonly string[], at: number): (Count & { readonly next: number }) | 'refused' | undefined {
  if (characters[at] !== '{') return undefined;
  const found = /^\{(0|[1-9]\d{0,8})(,(0|[1-9]\d{0,8})?)?\}/.exec(characters.slice(at, at + 24).join(''));
  if (found === null) return undefined;
  const least = Number(found[1]);
  const most = found[2] === undefined ? least : found[3] === undefined ? undefined : Number(found[3]);
  const next = at + found[0].length;
  if (least > 1000 || (most ?? 0) > 1000 || (most !== undefined && least > most)) return 'refused';
  // SPEC: a count may not follow a count.
  if (typeof readCount(characters, next) === 'object') return 'refused';
  return { least, next, ...(most === undefined ? {} : { most }) };
}

function repeat(step: Step, { least, most }: Count, steps: Step[]): void {
  if (step.kind !== 'one') {
    if (least > 0) steps.push(step);
    return;
  }
  for (let i = 0; i < least; i++) steps.push(step);
  if (most === undefined) steps.push({ kind: 'many', has: step.has });
  else for (let i = least; i < most; i++) steps.push({ kind: 'maybe', has: step.has });
}

function isCode(wanted: number): CharacterTest {
  return (code) => code === wanted;
}

function isAtStart(_: readonly number[], at: number): boolean {
  return at === 0;
}

function isAtEnd(codes: readonly number[], at: number): boolean {
  return at === codes.length;
}

function isAtWordBoundary(codes: readonly number[], at: number): boolean {
  return isWord(codes[at - 1] ?? 0) !== isWord(codes[at] ?? 0);
}

function isWord(code: number): boolean {
  return /[0-9A-Za-z_]/.test(String.fromCodePoint(code));
}

const PLACES: Readonly<Record<string, PlaceTest>> = {
  A: isAtStart,
  z: isAtEnd,
  b: isAtWordBoundary,
  B: (codes, at) => !isAtWordBoundary(codes, at),
};

function endOfQuotation(characters: readonly string[], start: number): number {
  for (let at = start; at < characters.length; at++) if (characters[at] === '\\' && characters[at + 1] === 'E') return at;
  return characters.length;
}

interface ReadClass {
  readonly has: CharacterTest;
  readonly next: number;
}

/** A class whose inside begins at `start`. */
function readClass(characters: readonly string[], start: number): ReadClass | undefined {
  const isNegated = characters[start] === '^';
  const tests: CharacterTest[] = [];
  let at = isNegated ? start + 1 : start;
  for (let isFirst = true; characters[at] !== ']' || isFirst; isFirst = false) {
    if (at >= characters.length) return undefined;
    const named = readNamedClass(characters, at);
    if (named === 'unknown') return undefined;
    const group = named ?? readGroupEscape(characters, at);
    if (group !== undefined) {
      tests.push(group.has);
      at = group.next;
      continue;
    }
    const from = readCharacter(characters, at);
    if (from === undefined) return undefined;
    at = from.next;
    let to = from;
    if (characters[at] === '-' && at + 1 < characters.length && characters[at + 1] !== ']') {
      const end = readCharacter(characters, at + 1);
      if (end === undefined || end.code < from.code) return undefined;
      to = end;
      at = end.next;
    }
    const [low, high] = [from.code, to.code];
    tests.push((code) => low <= code && code <= high);
  }
  return { has: (code) => tests.some((has) => has(code)) !== isNegated, next: at + 1 };
}

/** What Go's `[:name:]` stands for, as a JavaScript class. */
const NAMED_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\0-\\x7f',
  blank: '\\t ',
  cntrl: '\\0-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-/:-@[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

function readNamedClass(characters: readonly string[], start: number): ReadClass | 'unknown' | undefined {
  if (characters[start] !== '[' || characters[start + 1] !== ':') return undefined;
  let end = start + 2;
  while (end < characters.length && !(characters[end] === ':' && characters[end + 1] === ']')) end++;
  if (end >= characters.length) return undefined;
  const name = characters.slice(start + 2, end).join('');
  const isNegated = name.startsWith('^');
  const content = NAMED_CLASSES[isNegated ? name.slice(1) : name];
  return content === undefined ? 'unknown' : { has: classTest(content, isNegated), next: end + 2 };
}

function classTest(content: string, isNegated: boolean): CharacterTest {
  const expression = new RegExp(`^[${content}]$`, 'u');
  return (code) => expression.test(String.fromCodePoint(code)) !== isNegated;
}

const GROUP_ESCAPES: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' };

/** `\d`, `\W`, `\pL`: an escape that stands for many characters. */
function readGroupEscape(characters: readonly string[], start: number): ReadClass | undefined {
  if (characters[start] !== '\\') return undefined;
  const letter = characters[start + 1] ?? '';
  const isNegated = letter !== letter.toLowerCase();
  const content = GROUP_ESCAPES[letter.toLowerCase()];
  if (content !== undefined) return { has: classTest(content, isNegated), next: start + 2 };
  const category = (characters[start + 2] ?? '').toUpperCase();
  // NOTE: Go takes a category in lower case since 1.25 only, and which Go built the user's Docker is not known.
  if (letter.toLowerCase() !== 'p' || !/^[CLMNPSZ]$/.test(category)) return undefined;
  return { has: classTest(`\\p{${category}}`, isNegated), next: start + 3 };
}

interface ReadCharacter {
  readonly code: number;
  readonly next: number;
}

function readCharacter(characters: readonly string[], start: number): ReadCharacter | undefined {
  if (characters[start] === '\\') return readEscape(characters, start);
  const code = characters[start]?.codePointAt(0);
  return code === undefined ? undefined : { code, next: start + 1 };
}

const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** An escape that stands for one character; undefined for those Go refuses, which are most letters. */
function readEscape(characters: readonly string[], start: number): ReadCharacter | undefined {
  const character = characters[start + 1];
  if (character === undefined) return undefined;
  const control = CONTROL_ESCAPES[character];
  if (control !== undefined) return { code: control, next: start + 2 };
  const digits = characters.slice(start + 1, start + 4).join('');
  // SPEC: `\1` alone would be a reference back, which Go does not have; `\0` and `\12` are octal.
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(digits)?.[0];
  if (octal !== undefined) return { code: Number.parseInt(octal, 8), next: start + 1 + octal.length };
  const hexadecimal = /^x([0-9A-Fa-f]{2})$/.exec(digits)?.[1];
  if (hexadecimal !== undefined) return { code: Number.parseInt(hexadecimal, 16), next: start + 4 };
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 && !/[0-9A-Za-z]/.test(character) ? { code, next: start + 2 } : undefined;
}

/** Whether the steps lead to an end. All steps that may come next are held at once, each at most once for a place of the text. */
function isFound({ steps, starts }: Automaton, codes: readonly number[]): boolean {
  const heldAt = new Int32Array(steps.length).fill(-1);
  let found = false;
  const hold = (into: number[], first: number, at: number): void => {
    const pending = [first];
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      const step = steps[number];
      if (step === undefined || heldAt[number] === at) continue;
      heldAt[number] = at;
      if (step.kind === 'found') found = true;
      else if (step.kind === 'fork') pending.push(number + 1, number + 2);
      else if (step.kind === 'place') {
        if (step.holds(codes, at)) pending.push(number + 1);
      } else {
        if (step.kind === 'many' || step.kind === 'maybe') pending.push(number + 1);
        into.push(number);
      }
    }
  };
  let current: number[] = [];
  for (let at = 0; at <= codes.length; at++) {
    for (const start of starts) hold(current, start, at);
    if (found) return true;
    const code = codes[at];
    if (code === undefined) return false;
    const next: number[] = [];
    for (const number of current) {
      const step = steps[number];
      if (step?.kind === 'through') {
        if (code !== 10) hold(next, number, at + 1);
        if (code === 47) hold(next, number + 1, at + 1);
      } else if (step !== undefined && 'has' in step && step.has(code)) hold(next, step.kind === 'many' ? number : number + 1, at + 1);
    }
    current = next;
  }
  return found;
}
