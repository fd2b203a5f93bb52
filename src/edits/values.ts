/** Edits of ENV and LABEL: a pair more, and the old form `KEY value` made `KEY=value`. */
import type { EnvInstruction, SyntaxTree } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';
import { lineStart } from './lines.js';

/** A line that becomes longer than this is better two. */
const LONGEST_LINE = 100;

/**
 * Puts a pair behind the last one of an ENV that lists several, on a line of its own where they have lines of their own. Undefined
 * for `ENV A=1`, which shows no list, for the old form, and where the end of the last pair is not certain.
 */
export function pairBehind(
  { source, escape }: SyntaxTree,
  { pairs, legacy, keywordSpan, onbuild }: EnvInstruction,
  text: string,
): Edit | undefined {
  const last = pairs.at(-1);
  if (last === undefined || legacy || onbuild !== undefined) return undefined;
  const written = source.text.slice(last.span.start, last.span.end);
  if (!/^[\w.-]+=(?:"[^"\\`$]*"|'[^']*'|[\w.,:/@%+$={}-]+)$/.test(written)) return undefined;
  const span = { start: last.span.end, end: last.span.end };
  if (source.text.slice(keywordSpan.start, span.start).includes('\n')) {
    const indent = /^[ \t]*/.exec(source.text.slice(lineStart(source.text, last.span.start)))?.[0] ?? '';
    return { span, text: ` ${escape}\n${indent}${text}` };
  }
  const length = span.start - lineStart(source.text, span.start) + text.length + 1;
  return pairs.length > 1 && length <= LONGEST_LINE ? { span, text: ` ${text}` } : undefined;
}

/**
 * Makes `KEY value` `KEY=value` with a value that BuildKit reads the same; undefined where that is not certain, and where it would
 * put quotation marks around several lines: each was to be a variable of its own, as a rule (`ENV LANG C \⏎ TZ UTC`).
 */
export function withEquals(tree: SyntaxTree, { pairs: [pair], legacy }: EnvInstruction): readonly Edit[] | undefined {
  if (pair?.value === undefined || !legacy) return undefined;
  const { text, span } = pair.value;
  const value = valueWithEquals(text, tree.escape);
  const isQuoted = value === `"${text}"`;
  const equals = equalsBehindKey(tree, pair, span.start, isQuoted ? '="' : '=');
  if (value === undefined || equals === undefined || value === text)
    return value === undefined || equals === undefined ? undefined : [equals];
  if (isQuoted && tree.source.text.slice(span.start, span.end).includes('\n')) return undefined;
  if (isQuoted) return [equals, { span: { start: span.end, end: span.end }, text: '"' }];
  return tree.source.text.slice(span.start, span.end) === text ? [equals, { span, text: value }] : undefined;
}

/** Puts an equals sign in the place of what stands between a key and a place behind it; undefined where a comment stands there. */
export function equalsBehindKey(
  { source }: SyntaxTree,
  { key }: EnvInstruction['pairs'][number],
  end: number,
  sign = '=',
): Edit | undefined {
  const isWritten = /^[\w./-]+$/.test(key.text) && source.text.slice(key.span.start, key.span.end) === key.text;
  const isBare = !source.text.slice(key.span.end, end).includes('#');
  return isWritten && isBare ? { span: { start: key.span.end, end }, text: sign } : undefined;
}

/**
 * The value of the old form as `KEY=value` takes it: as it is where no blank stands outside quotation marks, else in double
 * ones. SPEC: both are expanded alike, but only the old form takes blanks as they are. Undefined where nobody can be sure.
 */
export function valueWithEquals(text: string, escape: string): string | undefined {
  // An escape character at the end would be that of what follows.
  if (text === '' || text.endsWith(escape)) return undefined;
  return splits(text, escape) ? inDoubleQuotes(text, escape) : text;
}

/** SPEC: an escape character protects the next one, not in single quotes; braces do not. */
function splits(text: string, escape: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && /[\s\x85]/.test(char)) return true;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === escape && quote !== "'") at++;
  }
  return false;
}

/** Text that is read in double quotes as this is without. SPEC: in them, `"`, `$` and the escape character alone can be escaped. */
function inDoubleQuotes(text: string, escape: string): string | undefined {
  const literal = (char: string): string => (char === '"' || char === '$' || char === escape ? escape + char : char);
  let result = '';
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === '"') inside = !inside;
    else if (char === escape) {
      const isEscape = !inside || next === '"' || next === '$' || next === escape;
      result += isEscape ? literal(next) : literal(char);
      if (isEscape) at++;
    } else if (char === "'" && !inside) {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return undefined;
      result += [...text.slice(at + 1, end)].map(literal).join('');
      at = end;
    } else if (char === '$') {
      // A quotation mark or an escape may end a name, and would be gone.
      const variable = /^\$(?:\{[^{}"'\\`$\s]*\}|[A-Za-z_]\w*(?!["'\\`\w\x80-\uffff]))/.exec(text.slice(at, at + 1000))?.[0];
      if (variable === undefined) return undefined;
      result += variable;
      at += variable.length - 1;
    } else result += char;
  }
  return inside ? undefined : `"${result}"`;
}
