/**
 * The scripts that one shell hands to another: in a word of `sh -c`, in a heredoc, between backticks, behind `eval`. Each character
 * still leads to its place in the file.
 */
import type { ShellHeredoc, SyntaxWord, WordPart } from './shell-syntax.js';
import { type ShellText, ShellTextBuilder, spanOf } from './shell-text.js';
import { valueOfPart, type WordContext } from './shell-words.js';

/** The text another shell receives when a word is handed to it as its script. */
export function scriptInWord(context: WordContext, syntax: SyntaxWord): ShellText {
  const builder = new ShellTextBuilder();
  if (syntax.parts === undefined) addUnescaped(builder, context.text, syntax.pos, syntax.end, 'bare', false);
  else addScriptParts(builder, context, syntax.parts, 'bare', false);
  return builder.build(context.text.text.sourceOffset(syntax.pos));
}

/** The text another shell receives as its standard input from a heredoc. */
export function scriptInHeredoc(context: WordContext, { body, delimiter, operator }: ShellHeredoc): ShellText {
  const builder = new ShellTextBuilder();
  const quoted = delimiter?.quoted === true;
  const stripTabs = operator === '<<-';
  const kind = quoted ? 'raw' : 'heredoc';
  if (quoted || body.parts === undefined) addUnescaped(builder, context.text, body.pos, body.end, kind, stripTabs);
  else addScriptParts(builder, context, body.parts, kind, stripTabs);
  return builder.build(context.text.text.sourceOffset(body.pos));
}

/**
 * The script between backticks.
 *
 * @param source what the parser made of it: without the backslashes that quote something
 */
export function scriptInBackticks(text: ShellText, source: string, start: number, end: number): ShellText {
  const raw = text.text.text;
  const builder = new ShellTextBuilder();
  let at = start + 1;
  let run = at;
  for (let i = 0; i < source.length; i++, at++) {
    const character = source.charAt(i);
    if (raw.charAt(at) === '\\' && raw.charAt(at + 1) === character && /[$`\\"]/.test(character)) {
      builder.addFrom(text, run, at);
      builder.addValue(character, spanOf(text, at, at + 2));
      at++;
      run = at + 1;
    } else if (raw.charAt(at) !== character) {
      const whole = new ShellTextBuilder();
      whole.addValue(source, spanOf(text, start, end));
      return whole.build(0);
    }
  }
  builder.addFrom(text, run, at);
  return builder.build(text.text.sourceOffset(start));
}

/** What `eval` runs: its words with blanks between them. */
export function joinedScripts(texts: readonly ShellText[]): ShellText {
  const [first] = texts;
  if (texts.length === 1 && first !== undefined) return first;
  const builder = new ShellTextBuilder();
  for (const [index, text] of texts.entries()) {
    if (index > 0) builder.addSource(' ', text.text.sourceOffset(0));
    builder.addFrom(text, 0, text.text.text.length);
  }
  return builder.build(first?.text.sourceOffset(0) ?? 0);
}

/** Which characters a backslash takes away from the text. */
type Quoting = 'bare' | 'double' | 'heredoc' | 'raw';

function addScriptParts(
  builder: ShellTextBuilder,
  context: WordContext,
  parts: readonly WordPart[],
  quoting: Quoting,
  stripTabs: boolean,
): void {
  const { text } = context;
  for (const [index, part] of parts.entries()) {
    switch (part.type) {
      case 'SingleQuoted':
        builder.addFrom(text, part.pos + 1, part.pos + 1 + part.value.length);
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
        if (isQuoteBetweenQuotes(parts, index)) builder.addValue("'", spanOf(text, part.pos - 1, part.end + 1));
        else addScriptParts(builder, context, part.parts, 'double', false);
        break;
      case 'AnsiCQuoted':
        addAnsiC(builder, text, part);
        break;
      case 'SimpleExpansion':
      case 'ParameterExpansion': {
        const value = valueOfPart(context, part);
        if (value === undefined) builder.addHole(text, part.pos, part.end);
        else builder.addValue(value, spanOf(text, part.pos, part.end));
        break;
      }
      case 'CommandExpansion':
      case 'ArithmeticExpansion':
      case 'ProcessSubstitution':
        builder.addHole(text, part.pos, part.end);
        break;
      default:
        if (isQuoteBetweenQuotes(parts, index)) builder.addValue("'", spanOf(text, part.pos - 1, part.end + 1));
        else addUnescaped(builder, text, part.pos, part.end, quoting, stripTabs);
        break;
    }
  }
}

/** The `'\\''` or `'"'"'` that stands for a single quote in single quotes: its outer quotes are as much part of it. */
function isQuoteBetweenQuotes(parts: readonly WordPart[], index: number): boolean {
  const part = parts[index];
  return (
    (part?.text === "\\'" || part?.text === `"'"`) && parts[index - 1]?.type === 'SingleQuoted' && parts[index + 1]?.type === 'SingleQuoted'
  );
}

const ANSI_C_ESCAPE = /\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|c.|.)/sy;

/** Appends the inside of `$'…'`; what an escape stands for keeps the place of the whole escape. */
function addAnsiC(builder: ShellTextBuilder, source: ShellText, { pos, end, value }: { pos: number; end: number; value: string }): void {
  const { text } = source.text;
  const pieces: { readonly at: number; readonly end: number; readonly value: string }[] = [];
  let used = 0;
  for (let at = pos + 2; at < end - 1; ) {
    ANSI_C_ESCAPE.lastIndex = at;
    const escape = ANSI_C_ESCAPE.exec(text)?.[0];
    // An escape that bash does not know keeps its backslash; one beyond the basic plane is two units. The parser drops `\` and a
    // line feed, which bash leaves to the shell that reads the script: it drops them too.
    const isKept = escape !== undefined && escape.length === 2 && !/[abeEfnrtv0-7\\'"?]/.test(escape.charAt(1));
    const units = escape === '\\\n' ? 0 : isKept || Number.parseInt(escape?.slice(2) ?? '', 16) > 0xffff ? 2 : 1;
    const length = escape?.length ?? 1;
    pieces.push({ at, end: at + length, value: value.slice(used, used + units) });
    used += units;
    at += length;
  }
  if (used !== value.length) builder.addValue(value, spanOf(source, pos, end));
  else for (const piece of pieces) builder.addValue(piece.value, spanOf(source, piece.at, piece.end));
}

/** Appends literal text without the backslashes that quote something, and without leading tabs where `<<-` says so. */
function addUnescaped(
  builder: ShellTextBuilder,
  source: ShellText,
  start: number,
  end: number,
  quoting: Quoting,
  stripTabs: boolean,
): void {
  const { text } = source.text;
  let run = start;
  let atLineStart = start === 0 || text.charAt(start - 1) === '\n';
  for (let at = start; at < end; at++) {
    const character = text.charAt(at);
    if (stripTabs && atLineStart && character === '\t') {
      builder.addFrom(source, run, at);
      run = at + 1;
      continue;
    }
    atLineStart = character === '\n';
    if (character !== '\\' || quoting === 'raw' || at + 1 >= end) continue;
    const next = text.charAt(at + 1);
    if (quoting === 'bare' || '$`\\\n'.includes(next) || (quoting === 'double' && next === '"')) {
      builder.addFrom(source, run, at);
      if (next !== '\n') builder.addValue(next, spanOf(source, at, at + 2));
      run = at + 2;
    }
    at++;
  }
  builder.addFrom(source, run, end);
}
