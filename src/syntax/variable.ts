/**
 * BuildKit's own expansion of words (buildkit frontend/dockerfile/shell/lex.go, dockerfile/1.26): quotes, escapes,
 * `$NAME` and `${NAME…}` with every modifier. This is what ENV, ARG, FROM, COPY, USER and the like go through. It is not a
 * shell: RUN's text never passes here.
 */
import { isGoSpace, isNameCharacter } from './characters.js';

/** What a variable is: its value, `undefined` when it is not set, or {@link UNKNOWN} when it is set to something unknown. */
export type Lookup = (name: string) => string | undefined | typeof UNKNOWN;

/** The value of a variable that is set, but to something that cannot be known from the file. */
export const UNKNOWN: unique symbol = Symbol('unknown');

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
  const lexer = new Lexer(text, { escape, lookup });
  try {
    const value = lexer.run();
    return { value: lexer.unknown ? undefined : value, references: lexer.references };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { value: undefined, references: lexer.references, error: error.fault };
  }
}

/**
 * Splits text into shell words with quotes, escapes and variables left as they are: how BuildKit looks for heredocs.
 * Undefined when the text cannot be lexed (an open quote, `${x^^}`); it has no heredocs then.
 */
export function rawWords(text: string): readonly string[] | undefined {
  const lexer = new Lexer(text, { escape: '\\', lookup: () => undefined, raw: true, keepUnset: true });
  try {
    lexer.run();
    return lexer.words();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return undefined;
  }
}

/** A word with quotes and escapes removed and unset variables left as written: the name of a heredoc. */
export function unquotedWord(text: string): string | undefined {
  const lexer = new Lexer(text, { escape: '\\', lookup: () => undefined, keepUnset: true });
  try {
    return lexer.run();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return undefined;
  }
}

interface LexerOptions {
  readonly escape: string;
  readonly lookup: Lookup;
  /** Keep quotes and escapes. */
  readonly raw?: boolean;
  /** Leave unset variables as written. */
  readonly keepUnset?: boolean;
}

class Fault extends Error {
  constructor(readonly fault: ExpansionError) {
    super(fault.code);
  }
}

class Lexer {
  readonly references: VariableReference[] = [];
  unknown = false;
  private at = 0;
  private depth = 0;
  private readonly finishedWords: string[] = [];
  private word = '';

  constructor(
    private readonly text: string,
    private readonly options: LexerOptions,
  ) {}

  run(): string {
    return this.until('', this.options.raw === true);
  }

  words(): readonly string[] {
    this.endWord();
    return this.finishedWords;
  }

  /** Reads up to `stop` (consumed) or, when it is empty, to the end. */
  private until(stop: string, rawEscapes: boolean): string {
    const start = this.at;
    let result = '';
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (stop !== '' && char === stop) {
        this.at++;
        return result;
      }
      let piece: string;
      if (char === "'") piece = this.addToWord(this.singleQuoted());
      else if (char === '"') piece = this.addToWord(this.doubleQuoted(rawEscapes));
      else if (char === '$') piece = this.addExpanded(this.dollar());
      else if (char === '<') piece = this.addToWord(this.possibleHeredoc());
      else if (char === this.options.escape) piece = this.addToWord(this.escaped(rawEscapes));
      else {
        this.at++;
        piece = this.addExpanded(char);
      }
      result += piece;
    }
    if (stop !== '') this.fail('bad-substitution', stop, start);
    return result;
  }

  private escaped(rawEscapes: boolean): string {
    const escape = rawEscapes ? this.options.escape : '';
    const next = this.text.charAt(this.at + 1);
    this.at += next === '' ? 1 : 2;
    return escape + next;
  }

  private singleQuoted(): string {
    const start = this.at;
    const end = this.text.indexOf("'", start + 1);
    if (end < 0) this.fail('unclosed-quote', "'", start);
    this.at = end + 1;
    return this.options.raw === true ? this.text.slice(start, end + 1) : this.text.slice(start + 1, end);
  }

  private doubleQuoted(rawEscapes: boolean): string {
    const start = this.at;
    const quote = this.options.raw === true ? '"' : '';
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
      if (char !== this.options.escape) {
        result += char;
        continue;
      }
      if (rawEscapes) result += char;
      const next = this.text.charAt(this.at);
      // SPEC: inside double quotes only `"`, `$` and the escape character itself can be escaped.
      if (next === '"' || next === '$' || next === this.options.escape) {
        this.at++;
        result += next;
      } else if (next !== '') {
        result += char;
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
      if (name === '') return '$';
      this.reference(name, start, '');
      const value = this.lookup(name);
      return value === undefined && this.options.keepUnset === true ? `$${name}` : (value ?? '');
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
    let modifier = this.text.charAt(this.at++);
    if (modifier === '}') {
      this.reference(name, start, '');
      const value = this.lookup(name);
      return value === undefined && this.options.keepUnset === true ? `\${${name}}` : (value ?? '');
    }
    if (modifier === '/') return this.replacement(name, start);
    const nullIsUnset = modifier === ':';
    if (nullIsUnset) modifier += this.text.charAt(this.at++);
    const operator = modifier.slice(-1);
    const pattern = operator === '#' || operator === '%';
    if (!'+-?#%'.includes(operator) || operator === '' || (nullIsUnset && pattern)) {
      this.fail('bad-substitution', modifier, start);
    }
    const wordUnknown = this.unknown;
    this.unknown = false;
    const word = this.until('}', pattern);
    const operandUnknown = this.unknown;
    this.unknown = wordUnknown;
    this.reference(name, start, modifier);
    const value = this.rawLookup(name);
    if (this.options.keepUnset === true && value === undefined) return `\${${name}${modifier}${word}}`;
    const use = (text: string, unknown: boolean): string => {
      if (unknown) this.unknown = true;
      return text;
    };
    const isSet = value !== undefined && !(nullIsUnset && value === '');
    switch (operator) {
      case '-':
        if (!isSet) return use(word, operandUnknown);
        return value === UNKNOWN ? use('', true) : value;
      case '+':
        // NOTE: a variable that is set to something unknown may be empty, which `:+` tells apart.
        return isSet ? use(word, operandUnknown || (nullIsUnset && value === UNKNOWN)) : '';
      case '?':
        if (!isSet) this.fail('required-variable', name, start);
        return value === UNKNOWN || value === undefined ? use('', true) : value;
      default:
        if (value === UNKNOWN || operandUnknown) return use('', true);
        return trimPattern(value ?? '', word, operator);
    }
  }

  private replacement(name: string, start: number): string {
    const all = this.text.charAt(this.at) === '/';
    if (all) this.at++;
    const pattern = this.until('/', true);
    const replacement = this.until('}', true);
    this.reference(name, start, '/');
    const value = this.rawLookup(name);
    if (value === undefined) return this.options.keepUnset === true ? `\${${name}/${pattern}/${replacement}}` : '';
    if (value === UNKNOWN) {
      this.unknown = true;
      return '';
    }
    const expression = patternExpression(pattern, true);
    return value.replace(new RegExp(expression, all ? 'gsu' : 'su'), () => replacement);
  }

  /** SPEC: digits make a name only together; a special parameter is one character. */
  private name(): string {
    const start = this.at;
    const first = this.text.charAt(start);
    if (/[0-9]/.test(first)) {
      while (/[0-9]/.test(this.text.charAt(this.at))) this.at++;
      return this.text.slice(start, this.at);
    }
    if (first !== '' && '@*#?-$!'.includes(first)) {
      this.at++;
      return first;
    }
    while (this.at < this.text.length && isNameCharacter(this.text.charAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  private lookup(name: string): string | undefined {
    const value = this.rawLookup(name);
    if (value !== UNKNOWN) return value;
    this.unknown = true;
    return '';
  }

  private rawLookup(name: string): string | undefined | typeof UNKNOWN {
    return this.options.lookup(name);
  }

  private reference(name: string, start: number, modifier: string): void {
    this.references.push({ name, start, end: this.at, modifier });
  }

  private addToWord(piece: string): string {
    if (this.depth === 0) this.word += piece;
    return piece;
  }

  private addExpanded(piece: string): string {
    if (this.depth > 0 || this.options.raw !== true) return piece;
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

/** `${NAME#pattern}` and `%`: one sign takes the shortest match, two the longest. */
function trimPattern(value: string, word: string, operator: string): string {
  const greedy = word.startsWith(operator);
  const pattern = greedy ? word.slice(1) : word;
  if (operator === '#') return value.replace(new RegExp(`^${patternExpression(pattern, greedy)}`, 'su'), '');
  for (let length = greedy ? value.length : 0; greedy ? length >= 0 : length <= value.length; length += greedy ? -1 : 1) {
    const tail = value.slice(value.length - length);
    if (new RegExp(`^${patternExpression(pattern, true)}$`, 'su').test(tail)) return value.slice(0, value.length - length);
  }
  return value;
}

/** A pattern of `*`, `?` and escapes as the source of a regular expression. */
function patternExpression(pattern: string, greedy: boolean): string {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === '*') source += greedy ? '.*' : '.*?';
    else if (char === '?') source += '.';
    else if (char === '\\' && i + 1 < pattern.length) source += escapeExpression(pattern.charAt(++i));
    else source += escapeExpression(char);
  }
  return source;
}

function escapeExpression(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}
