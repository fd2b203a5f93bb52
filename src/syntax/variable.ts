/**
 * BuildKit's own expansion of words (buildkit frontend/dockerfile/shell/lex.go, dockerfile/1.28, 2026-11): quotes, escapes,
 * `$NAME` and `${NAME…}` with every modifier. This is what ENV, ARG, FROM, COPY, USER and the like go through. It is not a
 * shell: RUN's text never passes here.
 */
import { isDigit, isGoSpace, isNameCharacter } from './characters.js';

/** What a variable is: its value, `undefined` when it is not set, or {@link UNKNOWN} when it is set to something unknown. */
export type Lookup = (name: string) => string | undefined | typeof UNKNOWN;

/** The value of a variable that is set, but to something that cannot be known from the file. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** SPEC: set for FROM without declaration, and for a stage after `ARG NAME`; their values depend on the builder and the target. */
export const PLATFORM_ARGUMENTS: ReadonlySet<string> = new Set([
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDOSVERSION',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETOSVERSION',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETSTAGE',
]);

/** One use of a variable in a word. */
export interface VariableReference {
  readonly name: string;
  /** Offsets in the word, from the `$` to behind the name or the closing brace. */
  readonly start: number;
  readonly end: number;
  /** `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `%`, `/`; empty for a plain use. */
  readonly modifier: string;
}

/** A word after expansion. */
export interface Expansion {
  /** Undefined when it depends on something unknown, or when the word is faulty. */
  readonly value: string | undefined;
  /** Variables in order of use, nested ones included. */
  readonly references: readonly VariableReference[];
  /** What BuildKit refuses the word for. */
  readonly error?: ExpansionError;
}

/** Why BuildKit refuses to expand a word. */
export interface ExpansionError {
  readonly code: 'unclosed-quote' | 'bad-substitution' | 'required-variable';
  /** The quotation mark, the modifier or the variable concerned. */
  readonly detail: string;
  /** Offset in the word. */
  readonly offset: number;
}

/** Nothing real nests deeper; beyond it the word counts as faulty instead of exhausting the stack. */
const MAX_NESTING = 200;

/** Expands one word of an instruction. */
export function expandWord(text: string, escape: string, lookup: Lookup): Expansion {
  if (!/[$'"]/.test(text) && !text.includes(escape)) return { value: text, references: [] };
  return expansionOf(new Lexer(text, { escape, lookup }));
}

/** Expands the body of an unquoted heredoc of COPY or ADD. SPEC: quotes stay, and a backslash escapes whatever the directive says. */
export function expandHeredocBody(text: string, lookup: Lookup): Expansion {
  return text.includes('$') || text.includes('\\')
    ? expansionOf(new Lexer(text, { escape: '\\', lookup, quotes: 'text' }))
    : { value: text, references: [] };
}

/** Expands one word and splits what comes out at blanks outside quotes, as EXPOSE does; undefined as {@link Expansion.value} is. */
export function expandedWords(text: string, escape: string, lookup: Lookup): readonly string[] | undefined {
  const lexer = new Lexer(text, { escape, lookup });
  return expansionOf(lexer).value === undefined ? undefined : lexer.words();
}

/**
 * Splits text into shell words with quotes, escapes and variables left as they are: how BuildKit looks for heredocs.
 * Undefined when the text cannot be lexed (an open quote, `${x^^}`); it has no heredocs then. SPEC: the escape character is a
 * backslash here, whatever the directive says.
 */
export function rawWords(text: string): readonly string[] | undefined {
  const lexer = new Lexer(text, { escape: '\\', lookup: () => undefined, quotes: 'kept', rawEscapes: true, keepUnset: true });
  return expansionOf(lexer).error === undefined ? lexer.words() : undefined;
}

/** Text with quotes and escapes removed and unset variables left as written, if that is one word: the name of a heredoc. */
export function unquotedWord(text: string): string | undefined {
  const lexer = new Lexer(text, { escape: '\\', lookup: () => undefined, keepUnset: true });
  const [word, ...others] = expansionOf(lexer).error === undefined ? lexer.words() : [];
  return others.length === 0 ? word : undefined;
}

function expansionOf(lexer: Lexer): Expansion {
  try {
    const value = lexer.run();
    return { value: lexer.unknown ? undefined : value, references: lexer.references };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { value: undefined, references: lexer.references, error: error.fault };
  }
}

interface LexerOptions {
  readonly escape: string;
  readonly lookup: Lookup;
  /** Whether quotes are removed, kept in the result, or no quotes at all. */
  readonly quotes?: 'removed' | 'kept' | 'text';
  /** Keep escape characters. */
  readonly rawEscapes?: boolean;
  /** Leave unset variables as written. */
  readonly keepUnset?: boolean;
}

/** Characters that mean nothing anywhere: no quote, no escape, no blank, nothing that ends an operand. */
const PLAIN = /[^$<'"\\`}/\s\x85]+/y;

class Fault extends Error {
  constructor(readonly fault: ExpansionError) {
    super(fault.code);
  }
}

/** What is read up to a closing character: a default, a pattern, a replacement, or the whole text. */
interface Mode {
  /** Whether escape characters stay in the result. */
  readonly rawEscapes: boolean;
  /** SPEC: escape characters in quotes are doubled in a pattern, whose own escapes are read later. */
  readonly pattern: boolean;
}

const WORD: Mode = { rawEscapes: false, pattern: false };
const PATTERN: Mode = { rawEscapes: true, pattern: true };
const REPLACEMENT: Mode = { rawEscapes: true, pattern: false };

class Lexer {
  readonly references: VariableReference[] = [];
  unknown = false;
  private at = 0;
  private depth = 0;
  private mode: Mode = WORD;
  private finishedWords: string[] = [];
  private word = '';

  constructor(
    private readonly text: string,
    private readonly options: LexerOptions,
  ) {}

  run(): string {
    return this.until('', { rawEscapes: this.options.rawEscapes === true, pattern: false });
  }

  /** The words of what {@link run} has read. */
  words(): readonly string[] {
    this.endWord();
    return this.finishedWords;
  }

  /** Reads up to `stop` (consumed) or, when it is empty, to the end. */
  private until(stop: string, mode: Mode): string {
    const start = this.at;
    const outer = { mode: this.mode, finishedWords: this.finishedWords };
    this.mode = mode;
    this.finishedWords = [];
    // SPEC: BuildKit collects words in one buffer, which a nested `${…:-…}` empties: `<<A${B:-c}` opens no heredoc.
    this.word = '';
    let result = '';
    let closed = stop === '';
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (stop !== '' && char === stop) {
        this.at++;
        closed = true;
        break;
      }
      result += this.piece(char);
    }
    if (!closed) this.fail('bad-substitution', stop, start);
    this.mode = outer.mode;
    if (stop !== '') {
      this.word = '';
      this.finishedWords = outer.finishedWords;
    }
    return result;
  }

  private piece(char: string): string {
    if (char === '$') return this.addSplit(this.dollar());
    if (char === '<') return this.addToWord(this.possibleHeredoc());
    if (char === this.options.escape) return this.addToWord(this.escaped());
    if (this.options.quotes !== 'text') {
      if (char === "'") return this.addToWord(this.singleQuoted());
      if (char === '"') return this.addToWord(this.doubleQuoted());
    }
    PLAIN.lastIndex = this.at;
    if (!PLAIN.test(this.text)) {
      this.at++;
      return this.addSplit(char);
    }
    const start = this.at;
    this.at = PLAIN.lastIndex;
    return this.addToWord(this.text.slice(start, this.at));
  }

  private escaped(): string {
    const escape = this.mode.rawEscapes ? this.options.escape : '';
    const next = this.text.charAt(this.at + 1);
    this.at += next === '' ? 1 : 2;
    return escape + next;
  }

  /** SPEC: single quotes hold everything as it is, escapes too. */
  private singleQuoted(): string {
    const { escape, quotes } = this.options;
    const start = this.at;
    const end = this.text.indexOf("'", start + 1);
    if (end < 0) this.fail('unclosed-quote', "'", start);
    this.at = end + 1;
    if (quotes !== 'kept' && !this.mode.pattern) return this.text.slice(start + 1, end);
    const inside = this.text.slice(start + 1, end);
    const doubled = this.mode.pattern ? inside.replaceAll(escape, escape + escape) : inside;
    return quotes === 'kept' ? `'${doubled}'` : doubled;
  }

  private doubleQuoted(): string {
    const { escape, quotes } = this.options;
    const { rawEscapes, pattern } = this.mode;
    const start = this.at;
    const quote = quotes === 'kept' ? '"' : '';
    let result = quote;
    this.at++;
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (char === '"') {
        this.at++;
        return result + quote;
      }
      if (char === '$') {
        result += this.dollar();
        continue;
      }
      this.at++;
      if (char !== escape) {
        result += char;
        continue;
      }
      const next = this.text.charAt(this.at);
      // SPEC: inside double quotes only `"`, `$` and the escape character itself can be escaped; others keep the escape.
      if (next === '"' || next === '$' || next === escape) {
        this.at++;
        result += rawEscapes ? escape + next : next;
      } else if (next !== '') {
        result += rawEscapes && (quotes !== 'kept' || pattern) ? escape + char : char;
      }
    }
    return this.fail('unclosed-quote', '"', start);
  }

  /** SPEC: blanks between `<<` and its word belong to the word, so `<< EOF` opens a heredoc. */
  private possibleHeredoc(): string {
    this.at++;
    if (this.text.charAt(this.at) !== '<') return '<';
    this.at++;
    const start = this.at;
    while (/[\t\r ]/.test(this.text.charAt(this.at))) this.at++;
    return `<<${this.text.slice(start, this.at)}`;
  }

  private dollar(): string {
    const start = this.at;
    this.at++;
    if (this.text.charAt(this.at) !== '{') {
      const name = this.name();
      return name === '' ? '$' : this.plainValue(name, start, `$${name}`);
    }
    if (++this.depth > MAX_NESTING) this.fail('bad-substitution', '${', start);
    const result = this.braced(start);
    this.depth--;
    return result;
  }

  /** `${…}`, with `at` on the brace. */
  private braced(start: number): string {
    this.at++;
    if (/^[{}:]?$/.test(this.text.charAt(this.at))) this.fail('bad-substitution', '${', start);
    const name = this.name();
    const modifier = this.text.charAt(this.at++);
    if (modifier === '}') return this.plainValue(name, start, `\${${name}}`);
    if (modifier === '/') return this.replacement(name, start);
    const nullIsUnset = modifier === ':';
    const operator = nullIsUnset ? this.text.charAt(this.at++) : modifier;
    const trims = operator === '#' || operator === '%';
    const written = nullIsUnset ? `:${operator}` : operator;
    const isKnown = operator !== '' && '+-?#%'.includes(operator);
    // SPEC: behind a colon BuildKit reads on before it refuses a modifier, and leaves an unset variable of a heredoc's line alone.
    if ((!isKnown && !nullIsUnset) || (nullIsUnset && trims)) this.fail('bad-substitution', written, start);
    const word = this.operand('}', trims ? PATTERN : WORD);
    this.reference(name, start, written);
    const value = this.options.lookup(name);
    if (this.options.keepUnset === true && value === undefined) return `\${${name}${written}${word.text}}`;
    const isSet = value !== undefined && !(nullIsUnset && value === '');
    switch (operator) {
      case '-':
        return isSet ? this.use({ text: value, unknown: false }) : this.use(word);
      case '+':
        // NOTE: a variable that is set to something unknown may be empty, which `:+` tells apart.
        return isSet ? this.use({ text: word.text, unknown: word.unknown || (nullIsUnset && value === UNKNOWN) }) : '';
      case '?':
        // NOTE: only a variable that is not set at all is refused for certain: what is unknown may be set.
        return isSet ? this.use({ text: value, unknown: false }) : this.fail('required-variable', name, start);
      case '#':
      case '%':
        return word.unknown ? this.use(word) : this.use({ text: this.trimmed(value ?? '', word.text, operator, start), unknown: false });
      default:
        return this.fail('bad-substitution', written, start);
    }
  }

  /** `${NAME/pattern/replacement}`, with `at` behind the first slash. */
  private replacement(name: string, start: number): string {
    const all = this.text.charAt(this.at) === '/';
    if (all) this.at++;
    const pattern = this.operand('/', PATTERN);
    const replacement = this.operand('}', REPLACEMENT);
    this.reference(name, start, '/');
    const value = this.options.lookup(name);
    if (this.options.keepUnset === true && value === undefined) return `\${${name}/${pattern.text}/${replacement.text}}`;
    if (pattern.unknown) return this.use(pattern);
    const glob = this.glob(pattern.text, start);
    if (value === UNKNOWN || replacement.unknown) return this.use({ text: UNKNOWN, unknown: true });
    const result = replaceGlob(value ?? '', glob, replacement.text, all);
    return this.use({ text: result ?? UNKNOWN, unknown: false });
  }

  private trimmed(value: string | typeof UNKNOWN, word: string, operator: '#' | '%', start: number): string | typeof UNKNOWN {
    const longest = word.startsWith(operator);
    const pattern = longest ? word.slice(1) : word;
    const glob = this.glob(operator === '#' ? pattern : reversedPattern(pattern), start);
    if (value === UNKNOWN || value.length > MAX_MATCHED_LENGTH) return UNKNOWN;
    const forwards = operator === '#' ? value : reversed(value);
    const rest = forwards.slice(matchEnd(forwards, 0, glob, longest) ?? 0);
    return operator === '#' ? rest : reversed(rest);
  }

  private glob(pattern: string, start: number): readonly GlobPart[] {
    return globParts(pattern) ?? this.fail('bad-substitution', pattern, start);
  }

  /** The word of a modifier, and whether it depends on something unknown, which need not matter for the result. */
  private operand(stop: string, mode: Mode): Operand & { readonly text: string } {
    const outer = this.unknown;
    this.unknown = false;
    const text = this.until(stop, mode);
    const { unknown } = this;
    this.unknown = outer;
    return { text, unknown };
  }

  private use({ text, unknown }: Operand): string {
    if (unknown || text === UNKNOWN) this.unknown = true;
    return text === UNKNOWN ? '' : text;
  }

  /** SPEC: a variable that is not set is empty. */
  private plainValue(name: string, start: number, written: string): string {
    this.reference(name, start, '');
    const value = this.options.lookup(name);
    if (value === undefined) return this.options.keepUnset === true ? written : '';
    return this.use({ text: value, unknown: false });
  }

  /** SPEC: digits make a name only together; a special parameter is one character. */
  private name(): string {
    const start = this.at;
    const first = this.text.charAt(start);
    if (first !== '' && '@*#?-$!'.includes(first)) {
      this.at++;
      return first;
    }
    const isPart = isDigit(characterAt(this.text, start)) ? isDigit : isNameCharacter;
    for (let char = characterAt(this.text, start); char !== '' && isPart(char); char = characterAt(this.text, this.at)) {
      this.at += char.length;
    }
    return this.text.slice(start, this.at);
  }

  private reference(name: string, start: number, modifier: string): void {
    this.references.push({ name, start, end: this.at, modifier });
  }

  private addToWord(piece: string): string {
    this.word += piece;
    return piece;
  }

  private addSplit(piece: string): string {
    for (const char of piece) {
      if (isGoSpace(char.charCodeAt(0))) this.endWord();
      else this.word += char;
    }
    return piece;
  }

  private endWord(): void {
    if (this.word !== '') this.finishedWords.push(this.word);
    this.word = '';
  }

  private fail(code: ExpansionError['code'], detail: string, offset: number): never {
    throw new Fault({ code, detail, offset });
  }
}

interface Operand {
  readonly text: string | typeof UNKNOWN;
  readonly unknown: boolean;
}

/** The character at an offset, both halves of a surrogate pair together; empty at the end. */
function characterAt(text: string, offset: number): string {
  const code = text.codePointAt(offset);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** One character of a pattern: itself, any one, or any number of any. */
type GlobPart = { readonly literal: string } | '?' | '*';

/** LIMIT: matching takes the square of a value's length; what a pattern makes of a longer one counts as unknown. */
const MAX_MATCHED_LENGTH = 2000;

/**
 * Reads a pattern of `*`, `?` and literal characters; undefined when BuildKit refuses it. SPEC: a backslash may stand before
 * `*`, `?`, `\`, `/` and `}` only, whatever the escape directive says.
 */
function globParts(pattern: string): readonly GlobPart[] | undefined {
  const parts: GlobPart[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const char = characters[i] ?? '';
    if (char === '*' || char === '?') parts.push(char);
    else if (char !== '\\') parts.push({ literal: char });
    else {
      const next = characters[++i] ?? '';
      if (next === '' || !'*?\\/}'.includes(next)) return undefined;
      parts.push({ literal: next });
    }
  }
  return parts;
}

/** A pattern for the reversed value; escapes stay in front. SPEC: one at the very end escapes what then stands behind it. */
function reversedPattern(pattern: string): string {
  return (pattern.match(/\\?./gsu) ?? []).reverse().join('');
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}

/** Where the longest or the shortest match that begins at `start` ends; undefined without one. `*` and `?` stop at a newline. */
function matchEnd(value: string, start: number, glob: readonly GlobPart[], longest: boolean): number | undefined {
  let ends = new Set([start]);
  for (const part of glob) {
    const next = new Set<number>();
    for (const end of ends) {
      if (part === '*') {
        for (let at = end; !next.has(at); at++) {
          next.add(at);
          if (at >= value.length || value[at] === '\n') break;
        }
        continue;
      }
      const char = characterAt(value, end);
      if (char !== '' && (part === '?' ? char !== '\n' : char === part.literal)) next.add(end + char.length);
    }
    ends = next;
  }
  if (ends.size === 0) return undefined;
  return [...ends].reduce((best, end) => (longest ? Math.max(best, end) : Math.min(best, end)));
}

/** The value with the first or all longest matches replaced; undefined when it is too long to be worked out. */
function replaceGlob(value: string, glob: readonly GlobPart[], replacement: string, all: boolean): string | undefined {
  if (value.length > MAX_MATCHED_LENGTH) return undefined;
  let result = '';
  let copied = 0;
  for (let at = 0; at <= value.length; ) {
    const end = matchEnd(value, at, glob, true);
    const step = characterAt(value, at).length || 1;
    // SPEC: an empty match behind another one counts for nothing.
    if (end !== undefined && (end > copied || at === 0)) {
      result += value.slice(copied, at) + (all ? fromTemplate(replacement, value.slice(at, end)) : replacement);
      copied = end;
      if (!all) break;
    }
    at = end === undefined || end === at ? at + step : end;
  }
  return result + value.slice(copied);
}

/** SPEC: where all matches are replaced, `$0` is the match, `$$` a dollar sign and any other `$NAME` nothing (Go's templates). */
function fromTemplate(replacement: string, match: string): string {
  return replacement.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_, dollar, braced, name) => {
    if (dollar !== undefined) return '$';
    return (braced ?? name) === '0' ? match : '';
  });
}
