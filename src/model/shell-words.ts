/**
 * What a word of a shell script becomes: quotes removed, variables of known value filled in, split into several words
 * where the shell would. Anything that cannot be known makes the word dynamic.
 */
import type { ShellWord, Span } from './dockerfile.js';
import { changeCase, length, literalPattern, removeMatch, replaceMatch, slice } from './parameter-operations.js';
import type { ShellScope } from './shell-scope.js';
import type { ParameterExpansionPart, SyntaxWord, WordPart } from './shell-syntax.js';
import { holeWithin, type ShellText, spanOf } from './shell-text.js';

/** A word with what only the reader of scripts needs to know of it. */
export interface ReadWord {
  readonly word: ShellWord;
  /** Literal text behind the last unknown: `/bin/pip` of `$VENV/bin/pip`. Empty for a word that is not dynamic. */
  readonly tail: string;
  /** Its syntax; absent when the word is one of several that a variable was split into. */
  readonly syntax?: SyntaxWord | undefined;
}

/** Where words are read: the text they stand in, the variables in force, and what the script may still spend. */
export interface WordContext {
  readonly text: ShellText;
  readonly scope: ShellScope;
  readonly budget: Budget;
}

/** Bounds the work that one script can cause by filling in its own variables. */
export interface Budget {
  /** How many words may still come from splitting values. */
  words: number;
  /** How many characters of nested scripts may still be parsed. */
  nested: number;
}

/** A value longer than this is not followed any further. */
const MAX_WORD_LENGTH = 65_536;

/** Reads a word of a command, which may become none or several. */
export function readWord(context: WordContext, syntax: SyntaxWord): ReadWord[] {
  const plain = plainWord(context, syntax);
  if (plain !== undefined) return [plain];

  const fields = new Fields(context, context.scope.splitsWords);
  addWord(fields, context, syntax, false);
  const done = fields.finish();
  if (done.length === 1) return done.map((field) => read(context, syntax, field, syntax));
  return done.map((field) => read(context, syntax, field, undefined));
}

/** Reads a word that stays one word: the value of an assignment, the target of a redirection. */
export function readWholeWord(context: WordContext, syntax: SyntaxWord): ReadWord {
  const plain = plainWord(context, syntax);
  if (plain !== undefined) return plain;

  const fields = new Fields(context, false);
  addWord(fields, context, syntax, false);
  return read(context, syntax, fields.finish()[0] ?? EMPTY_FIELD, syntax);
}

/** Most words: nothing in them but ordinary characters. */
function plainWord(context: WordContext, syntax: SyntaxWord): ReadWord | undefined {
  const { text } = context;
  if (syntax.parts !== undefined || holeWithin(text, syntax.pos, syntax.end) !== undefined) return undefined;
  const value = syntax.text.includes('\\') ? syntax.value : syntax.text;
  const written = text.written.slice(syntax.pos, syntax.end);
  const span = spanOf(text, syntax.pos, syntax.end);
  return { word: { text: written, value, prefix: value, glob: false, quoted: false, span }, tail: '', syntax };
}

function read(context: WordContext, syntax: SyntaxWord, field: Field, origin: SyntaxWord | undefined): ReadWord {
  const { text } = context;
  const word: ShellWord = {
    text: text.written.slice(syntax.pos, syntax.end),
    value: field.prefix === undefined ? field.text : undefined,
    prefix: field.prefix ?? field.text,
    glob: field.glob,
    quoted: field.quoted,
    span: spanOf(text, syntax.pos, syntax.end),
  };
  const tail = field.prefix === undefined ? '' : field.text;
  return { word, tail, syntax: origin };
}

interface Field {
  /** The text so far; behind an unknown, the text since the last one. */
  readonly text: string;
  /** The text in front of the first unknown; undefined when there is none. */
  readonly prefix: string | undefined;
  readonly glob: boolean;
  readonly quoted: boolean;
}

const EMPTY_FIELD: Field = { text: '', prefix: undefined, glob: false, quoted: false };

/** The words that one written word becomes. */
class Fields {
  private readonly done: Field[] = [];
  private text = '';
  private prefix: string | undefined;
  private glob = false;
  private quoted = false;
  private begun = false;

  constructor(
    private readonly context: WordContext,
    readonly splits: boolean,
  ) {}

  addLiteral(text: string): void {
    if (text === '') return;
    if (this.text.length + text.length > MAX_WORD_LENGTH) {
      this.addUnknown();
      return;
    }
    this.text += text;
    this.begun = true;
  }

  addQuoted(text: string): void {
    this.addLiteral(text);
    this.markQuoted();
  }

  /** Quotes make a word even of nothing. */
  markQuoted(): void {
    this.quoted = true;
    this.begun = true;
  }

  markGlob(): void {
    this.glob = true;
  }

  addUnknown(): void {
    this.prefix ??= this.text;
    this.text = '';
    this.begun = true;
  }

  /** Adds the value of an unquoted variable. */
  addUnquotedValue(value: string): void {
    if (/[*?]|\[.+\]/.test(value)) this.glob = true;
    if (!this.splits || !/[ \t\n]/.test(value)) {
      if (this.context.scope.hasSet('IFS') && this.splits) this.addUnknown();
      else this.addLiteral(value);
      return;
    }
    const { budget, scope } = this.context;
    if (scope.hasSet('IFS') || budget.words < 0) {
      this.addUnknown();
      return;
    }
    const pieces = value.split(/[ \t\n]+/);
    budget.words -= pieces.length;
    pieces.forEach((piece, index) => {
      if (index > 0) this.end();
      this.addLiteral(piece);
    });
  }

  finish(): readonly Field[] {
    this.end();
    return this.done;
  }

  private end(): void {
    if (this.begun) this.done.push({ text: this.text, prefix: this.prefix, glob: this.glob, quoted: this.quoted });
    this.text = '';
    this.prefix = undefined;
    this.glob = false;
    this.quoted = false;
    this.begun = false;
  }
}

/** The value of a part of a word as if it stood in double quotes; undefined where it is not known. */
export function valueOfPart(context: WordContext, part: WordPart): string | undefined {
  const fields = new Fields(context, false);
  addPart(fields, context, part, true);
  const { text, prefix } = fields.finish()[0] ?? EMPTY_FIELD;
  return prefix === undefined ? text : undefined;
}

function addWord(fields: Fields, context: WordContext, syntax: SyntaxWord, quoted: boolean): void {
  if (syntax.parts !== undefined) {
    for (const part of syntax.parts) addPart(fields, context, part, quoted);
  } else {
    addLiteralPart(fields, context, syntax, quoted);
  }
}

function addPart(fields: Fields, context: WordContext, part: WordPart, quoted: boolean): void {
  switch (part.type) {
    case 'Literal':
      addLiteralPart(fields, context, part, quoted);
      break;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      addLiteralPart(fields, context, part, true);
      fields.markQuoted();
      break;
    case 'DoubleQuoted':
    case 'LocaleString':
      fields.markQuoted();
      for (const child of part.parts) addPart(fields, context, child, true);
      break;
    case 'SimpleExpansion':
      addValue(fields, knownVariable(context, part.text.slice(1)), quoted);
      break;
    case 'ParameterExpansion':
      addParameter(fields, context, part, quoted);
      break;
    case 'Glob':
      fields.markGlob();
      if (part.kind === 'bracket' && /[$`]/.test(part.text)) fields.addUnknown();
      else addLiteralPart(fields, context, part, quoted);
      break;
    case 'ExtendedGlob':
      fields.markGlob();
      addLiteralPart(fields, context, { pos: part.pos, end: part.end, value: part.text }, quoted);
      break;
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
    case 'BraceExpansion':
      fields.addUnknown();
      break;
  }
}

/** Literal text, in which an outer shell may have left a hole. */
function addLiteralPart(
  fields: Fields,
  context: WordContext,
  part: { readonly pos: number; readonly end: number; readonly value: string },
  quoted: boolean,
): void {
  const hole = holeWithin(context.text, part.pos, part.end);
  if (hole === undefined) {
    if (quoted) fields.addQuoted(part.value);
    else fields.addLiteral(part.value);
    return;
  }
  const raw = context.text.text.text.slice(part.pos, part.end);
  // Holes are underscores in the text; where nothing is escaped they are at the same place in the value.
  const shift = raw.indexOf(part.value);
  let from = part.pos + Math.max(shift, 0);
  for (let next: Span | undefined = hole; next !== undefined; next = holeWithin(context.text, from, part.end)) {
    if (shift >= 0) fields.addLiteral(raw.slice(from - part.pos, Math.max(next.start - part.pos, 0)));
    fields.addUnknown();
    from = next.end;
    if (from >= part.end) break;
  }
  if (shift >= 0) fields.addLiteral(raw.slice(from - part.pos, shift + part.value.length));
}

function addValue(fields: Fields, value: string | undefined, quoted: boolean): void {
  if (value === undefined) fields.addUnknown();
  else if (quoted) fields.addQuoted(value);
  else fields.addUnquotedValue(value);
}

function knownVariable(context: WordContext, name: string): string | undefined {
  return /^[A-Za-z_]/.test(name) ? context.scope.lookup(name) : undefined;
}

function addParameter(fields: Fields, context: WordContext, part: ParameterExpansionPart, quoted: boolean): void {
  const value = part.index === undefined && part.prefix !== '!' ? knownVariable(context, part.parameter) : undefined;
  const { operation } = part;
  if (operation?.type === 'Default') {
    const { operator, operand } = operation;
    const isEmpty = value === '' && operator.startsWith(':');
    const takesOperand = operator.endsWith('+') ? !isEmpty : isEmpty;
    if (value === undefined || (isEmpty && operator.endsWith('?'))) {
      fields.addUnknown();
    } else if (takesOperand) {
      if (operator.endsWith('=')) context.scope.forget(part.parameter);
      // dash splits `${X:="$Y"}`, bash does not.
      if (operator.endsWith('=') && !quoted && /["'\\]/.test(operand.text)) fields.addUnknown();
      else if (quoted || !/[ \t\n]/.test(operand.text)) addWord(fields, context, operand, quoted);
      // LIMIT: an unquoted default with blanks (`${X:-a "b c"}`) is filled in only where no quotes are in it.
      else if (/["'\\$`]/.test(operand.text)) fields.addUnknown();
      else fields.addUnquotedValue(operand.text);
    } else {
      addValue(fields, operator.endsWith('+') ? '' : value, quoted);
    }
    return;
  }
  addValue(fields, value === undefined ? undefined : parameterValue(context, part, value), quoted);
}

/** The value of `${NAME…}` other than with a default. */
function parameterValue(context: WordContext, part: ParameterExpansionPart, value: string): string | undefined {
  const { operation } = part;
  if (part.prefix === '#') return operation === undefined ? length(value) : undefined;
  if (operation === undefined) return value;
  switch (operation.type) {
    case 'Remove': {
      const pattern = patternOf(context, operation.operand);
      return pattern === undefined ? undefined : removeMatch(value, operation.operator, pattern);
    }
    case 'Replace': {
      const pattern = patternOf(context, operation.pattern);
      const replacement = readWholeWord(context, operation.replacement).word.value;
      if (pattern === undefined || replacement === undefined) return undefined;
      return replaceMatch(value, operation.operator, pattern, replacement);
    }
    case 'CaseModification':
      return operation.operand === undefined ? changeCase(value, operation.operator) : undefined;
    case 'Slice':
      return slice(value, operation.offset.text, operation.length?.text);
    default:
      return undefined;
  }
}

/** A shell pattern as the source of a regular expression; undefined where that would not be exact. */
function patternOf(context: WordContext, syntax: SyntaxWord): string | undefined {
  if (holeWithin(context.text, syntax.pos, syntax.end) !== undefined) return undefined;
  if (syntax.parts === undefined) return literalPattern(syntax.value);
  let pattern = '';
  let stars = 0;
  for (const part of syntax.parts) {
    switch (part.type) {
      case 'Literal':
      case 'SingleQuoted':
        pattern += literalPattern(part.value);
        break;
      case 'Glob':
        if (part.kind === 'bracket') {
          const set = /^\[([!^]?)([A-Za-z0-9_.,-]+)\]$/.exec(part.text);
          if (set === null) return undefined;
          pattern += `[${set[1] === '' ? '' : '^'}${set[2] ?? ''}]`;
          if (!isPattern(pattern)) return undefined;
        } else if (part.kind === 'star') {
          pattern += '[^]*';
          stars++;
        } else {
          pattern += '[^]';
        }
        break;
      case 'DoubleQuoted':
        for (const child of part.parts) {
          const value =
            child.type === 'Literal'
              ? child.value
              : child.type === 'SimpleExpansion'
                ? knownVariable(context, child.text.slice(1))
                : undefined;
          if (value === undefined) return undefined;
          pattern += literalPattern(value);
        }
        break;
      default:
        return undefined;
    }
  }
  // More stars make the search for a match superlinear.
  return stars <= 2 ? pattern : undefined;
}

/** A range may be the wrong way round. */
function isPattern(source: string): boolean {
  try {
    return new RegExp(source) !== undefined;
  } catch {
    return false;
  }
}
