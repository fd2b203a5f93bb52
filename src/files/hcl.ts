/**
 * HCL as far as Bake files need it: blocks, attributes, literals, and variables whose values are handed in. Whatever else an
 * expression can be (functions, conditions, `for`) is unknown, and never read wrong.
 *
 * Source: github.com/hashicorp/hcl, hclsyntax/spec.md (v2.24, 2025-08).
 */
import type { Span } from '../source/source-file.js';
import { lineEnd, type Problem } from './placed.js';
import type { ListNode, MapNode, ScalarNode, TreeEntry, TreeNode } from './tree.js';

/** A block: `target "web" { … }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  /** Type and labels. */
  readonly span: Span;
  readonly attributes: MapNode;
  readonly blocks: readonly HclBlock[];
}

/** The value of a variable; undefined when it is not known. */
export type HclVariable = (name: string) => TreeNode | undefined;

/** Reads a file as the body of one block without type and labels. A line that cannot be read is a problem. */
export function readHcl(text: string, valueOf: HclVariable): { readonly body: HclBlock; readonly problems: readonly Problem[] } {
  const reading: Reading = { text, at: 0, valueOf, problems: [] };
  const body = readBody(reading, { type: '', labels: [], span: { start: 0, end: 0 } }, 0);
  return { body, problems: reading.problems };
}

/** A template with its variables put in: `${NAME}` alone, `$${` for `${`. Undefined when there is more in it, or a value is unknown. */
export function evaluatedTemplate(text: string, valueOf: HclVariable): string | undefined {
  if (!/[$%]\{/.test(text)) return text;
  let isKnown = true;
  const evaluated = text.replace(/([$%])\1\{|[$%]\{(?:~?\s*([A-Za-z_][\w-]*)\s*~?\})?/g, (found, doubled?: string, name?: string) => {
    if (doubled !== undefined) return `${doubled}{`;
    const value = name === undefined || !/^\$\{[^~]*[^~]\}$/.test(found) ? undefined : valueOf(name);
    if (value?.kind === 'scalar' && value.value !== null) return value.text;
    isKnown = false;
    return found;
  });
  return isKnown ? evaluated : undefined;
}

interface Reading {
  readonly text: string;
  at: number;
  readonly valueOf: HclVariable;
  readonly problems: Problem[];
}

const MOST_LEVELS = 100;
const IDENTIFIER = /[A-Za-z_][\w-]*/y;

function readBody(reading: Reading, head: Pick<HclBlock, 'type' | 'labels' | 'span'>, depth: number): HclBlock {
  const { text, at: start } = reading;
  const entries = new Map<string, TreeEntry>();
  const blocks: HclBlock[] = [];
  for (;;) {
    skipBlank(reading, true);
    if (reading.at >= text.length || (depth > 0 && text.charAt(reading.at) === '}')) break;
    const from = reading.at;
    const name = readName(reading);
    skipBlank(reading, false);
    if (name !== undefined && text.charAt(reading.at) === '=' && text.charAt(reading.at + 1) !== '=') {
      const keySpan = { start: from, end: from + name.length };
      reading.at++;
      skipBlank(reading, false);
      entries.set(name, { key: name, keySpan, value: readExpression(reading, 0), isMerged: false });
    } else {
      const block = name === undefined || depth > MOST_LEVELS ? undefined : readBlock(reading, name, from, depth);
      if (block === undefined) {
        skipLine(reading, from);
        reading.problems.push({ message: 'has a line that is neither attribute nor block', span: { start: from, end: reading.at } });
      } else blocks.push(block);
    }
  }
  return { ...head, attributes: { kind: 'map', span: { start, end: reading.at }, entries }, blocks };
}

function readName(reading: Reading): string | undefined {
  IDENTIFIER.lastIndex = reading.at;
  const name = IDENTIFIER.exec(reading.text)?.[0];
  if (name !== undefined) reading.at += name.length;
  return name;
}

/** From behind the type of a block: its labels, its body, its closing brace. */
function readBlock(reading: Reading, type: string, start: number, depth: number): HclBlock | undefined {
  const { text } = reading;
  const labels: string[] = [];
  let end = reading.at;
  for (; text.charAt(reading.at) !== '{'; skipBlank(reading, false)) {
    const from = reading.at;
    const quoted = text.charAt(from) === '"' ? stringEnd(text, from) : undefined;
    const label = quoted === undefined ? readName(reading) : text.slice(from + 1, quoted - 1);
    if (label === undefined) return undefined;
    if (quoted !== undefined) reading.at = quoted;
    labels.push(label);
    end = reading.at;
  }
  reading.at++;
  const block = readBody(reading, { type, labels, span: { start, end } }, depth + 1);
  if (text.charAt(reading.at) !== '}')
    reading.problems.push({ message: `has a block \`${type}\` that is not closed`, span: { start, end } });
  else reading.at++;
  return block;
}

function skipBlank(reading: Reading, lines: boolean): void {
  const { text } = reading;
  for (; reading.at < text.length; reading.at++) {
    const character = text.charAt(reading.at);
    if (character === '/' && text.charAt(reading.at + 1) === '*') {
      const close = text.indexOf('*/', reading.at + 2);
      reading.at = close < 0 ? text.length - 1 : close + 1;
    } else if (lines && isLineComment(text, reading.at)) reading.at = lineEnd(text, reading.at) - 1;
    else if (character !== ' ' && character !== '\t' && !(lines && (character === '\n' || character === '\r'))) return;
  }
}

function isLineComment(text: string, at: number): boolean {
  return text.charAt(at) === '#' || text.startsWith('//', at);
}

function skipLine(reading: Reading, from: number): void {
  reading.at = lineEnd(reading.text, Math.max(reading.at, from));
}

/** Reads a value up to what may follow one; anything that goes on behind a literal or a name is an expression, and unknown. */
function readExpression(reading: Reading, depth: number): TreeNode {
  const start = reading.at;
  const node = readPrimary(reading, depth);
  skipBlank(reading, false);
  if (node !== undefined && endsExpression(reading.text, reading.at)) return node;
  reading.at = expressionEnd(reading.text, node === undefined ? start : reading.at);
  return { kind: 'unknown', span: { start, end: reading.at } };
}

function endsExpression(text: string, at: number): boolean {
  return at >= text.length || ',]}\n\r'.includes(text.charAt(at)) || isLineComment(text, at);
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Undefined for what is no literal, and for values nested too deep. */
function readPrimary(reading: Reading, depth: number): TreeNode | undefined {
  const { text, at: start } = reading;
  const character = text.charAt(start);
  if (depth > MOST_LEVELS) return undefined;
  if (character === '"') return readString(reading);
  if (text.startsWith('<<', start)) return readHeredoc(reading);
  if (character === '[') return readList(reading, depth);
  if (character === '{') return readObject(reading, depth);
  NUMBER.lastIndex = start;
  const number = NUMBER.exec(text)?.[0];
  if (number !== undefined) {
    reading.at += number.length;
    const span = { start, end: reading.at };
    return { kind: 'scalar', span, value: Number(number), text: number, verbatim: span };
  }
  const name = readName(reading);
  if (name === undefined) return undefined;
  const span = { start, end: reading.at };
  if (name === 'true' || name === 'false') return { kind: 'scalar', span, value: name === 'true', text: name, verbatim: span };
  if (name === 'null') return { kind: 'scalar', span, value: null, text: '' };
  const value = reading.valueOf(name);
  return value === undefined ? { kind: 'unknown', span } : movedTo(value, span);
}

/** The value of a variable where it is used. */
function movedTo(value: TreeNode, span: Span): TreeNode {
  if (value.kind !== 'scalar') return { ...value, span };
  const { verbatim: _, ...rest } = value;
  return { ...rest, span };
}

function readString(reading: Reading): TreeNode | undefined {
  const { text, at: start } = reading;
  const end = stringEnd(text, start);
  if (end === undefined) return undefined;
  reading.at = end;
  const span = { start, end };
  const written = text.slice(start + 1, end - 1);
  if (!/[\\$%]/.test(written)) return { kind: 'scalar', span, value: written, text: written, verbatim: { start: start + 1, end: end - 1 } };
  return textNode(unescaped(written), span, reading.valueOf);
}

function textNode(written: string | undefined, span: Span, valueOf: HclVariable): TreeNode {
  const value = written === undefined ? undefined : evaluatedTemplate(written, valueOf);
  return value === undefined ? { kind: 'unknown', span } : { kind: 'scalar', span, value, text: value };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** Undefined for an escape that is none. */
function unescaped(written: string): string | undefined {
  let isKnown = true;
  const text = written.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gsu, (_, four?: string, eight?: string, letter?: string) => {
    const code = Number.parseInt(four ?? eight ?? '', 16);
    const character = Number.isNaN(code) ? ESCAPES[letter ?? ''] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (character === undefined) isKnown = false;
    return character ?? '';
  });
  return isKnown ? text : undefined;
}

/** Behind the closing quotation mark of a string; undefined when its line ends before. Templates in it may hold strings again. */
function stringEnd(text: string, start: number): number | undefined {
  const open: ('"' | '{')[] = [];
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (open.at(-1) === '"') {
      if (character === '\n') return undefined;
      if (character === '\\') at++;
      else if ((character === '$' || character === '%') && text.charAt(at + 1) === '{') {
        // `$${` is no template.
        if (text.charAt(at - 1) !== character) open.push('{');
        at++;
      } else if (character === '"') open.pop();
    } else if (character === '"') open.push('"');
    else if (character === '{') open.push('{');
    else if (character === '}') open.pop();
    if (open.length === 0) return at + 1;
  }
  return undefined;
}

const HEREDOC = /<<(-?)([A-Za-z_][\w-]*)\r?\n/y;

function readHeredoc(reading: Reading): TreeNode | undefined {
  const { text, at: start } = reading;
  HEREDOC.lastIndex = start;
  const [opening, dash, word] = HEREDOC.exec(text) ?? [];
  if (opening === undefined) return undefined;
  const lines: string[] = [];
  for (let at = start + opening.length; at < text.length; ) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    if (line.trim() === word) {
      reading.at = end;
      const indent =
        dash === '-' ? Math.min(...lines.filter((each) => each.trim() !== '').map((each) => each.length - each.trimStart().length)) : 0;
      const content = lines.map((each) => `${each.slice(Number.isFinite(indent) ? indent : 0)}\n`).join('');
      return textNode(content, { start, end }, reading.valueOf);
    }
    lines.push(line.replace(/\r$/, ''));
    at = end + 1;
  }
  // One that is not closed takes the rest of the file.
  reading.at = text.length;
  return { kind: 'unknown', span: { start, end: text.length } };
}

function readList(reading: Reading, depth: number): ListNode | undefined {
  const { text, at: start } = reading;
  const items: TreeNode[] = [];
  reading.at++;
  for (;;) {
    skipBlank(reading, true);
    if (text.charAt(reading.at) === ']') break;
    if (items.length === 0 && isFor(text, reading.at)) return undefined;
    items.push(readExpression(reading, depth + 1));
    skipBlank(reading, true);
    if (text.charAt(reading.at) === ',') reading.at++;
    else if (text.charAt(reading.at) !== ']') return undefined;
  }
  reading.at++;
  return { kind: 'list', span: { start, end: reading.at }, items };
}

function isFor(text: string, at: number): boolean {
  return /^for\s/.test(text.slice(at, at + 4));
}

function readObject(reading: Reading, depth: number): MapNode | undefined {
  const { text, at: start } = reading;
  const entries = new Map<string, TreeEntry>();
  reading.at++;
  for (;;) {
    skipBlank(reading, true);
    if (text.charAt(reading.at) === '}') break;
    if (entries.size === 0 && isFor(text, reading.at)) return undefined;
    const from = reading.at;
    const node = text.charAt(from) === '"' ? readString(reading) : nameNode(reading);
    if (node?.kind !== 'scalar') return undefined;
    const keySpan = { start: from, end: reading.at };
    skipBlank(reading, false);
    if (text.charAt(reading.at) !== '=' && text.charAt(reading.at) !== ':') return undefined;
    reading.at++;
    skipBlank(reading, false);
    entries.set(node.text, { key: node.text, keySpan, value: readExpression(reading, depth + 1), isMerged: false });
    skipBlank(reading, false);
    const next = text.charAt(reading.at);
    if (next === ',') reading.at++;
    else if (next !== '}' && next !== '\n' && next !== '\r' && !isLineComment(text, reading.at)) return undefined;
  }
  reading.at++;
  return { kind: 'map', span: { start, end: reading.at }, entries };
}

function nameNode(reading: Reading): ScalarNode | undefined {
  const start = reading.at;
  const text = readName(reading);
  return text === undefined ? undefined : { kind: 'scalar', span: { start, end: reading.at }, value: text, text };
}

/** Where an expression ends that is not understood: at the next comma, line end or closing bracket that is not its own. */
function expressionEnd(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      at = (stringEnd(text, at) ?? lineEnd(text, at)) - 1;
    } else if ('([{'.includes(character)) open++;
    else if (open > 0 && ')]}'.includes(character)) open--;
    else if (open === 0 && ',]}\n'.includes(character)) return at;
    else if (isLineComment(text, at)) at = lineEnd(text, at) - 1;
  }
  return text.length;
}
