/**
 * TOML as a tree with places, and as plain values for locks, where nobody asks for places. The only user of the package smol-toml,
 * which says whether a file is valid and reads what needs no place; where things stand, it does not know.
 *
 * Source: toml.io/en/v1.0.0.
 */
import { parse, TomlError } from 'smol-toml';
import type { Span } from '../source/source-file.js';
import { lineEnd, type Problem } from './placed.js';
import type { MapNode, ScalarNode, TreeEntry, TreeNode } from './tree.js';

/** A TOML file. A table's span is its header; that of a table which only a dotted key makes, that part of the key. */
export interface TomlFile {
  readonly root: MapNode;
  readonly problems: readonly Problem[];
}

/** Reads a TOML file. A line that cannot be read is left out, and so is all of a table whose header cannot be read. */
export function readToml(text: string): TomlFile {
  const reading: Reading = { text, at: 0, failed: [] };
  const root = readTables(reading);
  const invalid = tomlProblem(text);
  const ownWords = reading.failed.map((span) => ({ message: 'has a line that is not valid TOML', span }));
  return { root, problems: invalid === undefined ? ownWords : [invalid] };
}

/** The values of a TOML file as plain objects, arrays, texts and numbers; undefined when it is not valid. Faster than the tree. */
export function tomlValue(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch {
    return undefined;
  }
}

function tomlProblem(text: string): Problem | undefined {
  try {
    parse(text, { integersAsBigInt: 'asNeeded' });
    return undefined;
  } catch (error) {
    if (!(error instanceof TomlError)) return { message: 'is not valid TOML', span: { start: 0, end: 0 } };
    const [sentence = ''] = error.message.split('\n', 1);
    const start = Math.min(offsetOf(text, error.line, error.column), text.length);
    const end = lineEnd(text, start);
    return { message: `is not valid TOML: ${sentence.replace(/^Invalid TOML document: /, '')}`, span: { start, end } };
  }
}

/** NOTE: smol-toml ends lines at `\n` and at `\r\n`. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf('\n', start) + 1 || text.length;
  return start + Math.max(column - 1, 0);
}

interface Reading {
  readonly text: string;
  at: number;
  /** What could not be read. */
  readonly failed: Span[];
}

interface Table extends MapNode {
  readonly entries: Map<string, TreeEntry>;
}

interface Key {
  readonly text: string;
  readonly span: Span;
}

/** Arrays and inline tables in one another; tables that are named by their path are as deep as the path is long. */
const MOST_LEVELS = 100;

function readTables(reading: Reading): Table {
  const { text } = reading;
  const root: Table = { kind: 'map', span: { start: 0, end: text.length }, entries: new Map() };
  let table: Table = root;
  for (;;) {
    skipBlank(reading, true);
    if (reading.at >= text.length) return root;
    const start = reading.at;
    const isHeader = text.charAt(start) === '[';
    const read = isHeader ? readHeader(reading, root) : readPair(reading, table, 0);
    if (isHeader) table = read ?? emptyTable({ start, end: start });
    if (read === undefined || !isAtLineEnd(reading)) {
      const end = lineEnd(text, Math.max(reading.at, start));
      reading.failed.push({ start, end });
      reading.at = end;
    }
  }
}

function emptyTable(span: Span): Table {
  return { kind: 'map', span, entries: new Map() };
}

/** Moves over blanks and comments; over line ends, too, where they mean nothing. */
function skipBlank(reading: Reading, lines: boolean): void {
  const { text } = reading;
  for (; reading.at < text.length; reading.at++) {
    const character = text.charAt(reading.at);
    if (character === '#' && lines) reading.at = lineEnd(text, reading.at) - 1;
    else if (character !== ' ' && character !== '\t' && !(lines && (character === '\n' || character === '\r'))) return;
  }
}

function isAtLineEnd(reading: Reading): boolean {
  skipBlank(reading, false);
  const character = reading.text.charAt(reading.at);
  return character === '' || character === '\n' || character === '\r' || character === '#';
}

/** `[a.b]` or `[[a.b]]`, from its bracket: the table that it opens. */
function readHeader(reading: Reading, root: Table): Table | undefined {
  const { text, at: start } = reading;
  const isItem = text.startsWith('[[', start);
  reading.at += isItem ? 2 : 1;
  const path = readPath(reading);
  const close = isItem ? ']]' : ']';
  if (path === undefined || !text.startsWith(close, reading.at)) return undefined;
  reading.at += close.length;
  const span = { start, end: reading.at };
  const last = path.pop();
  const parent = tableAt(root, path);
  if (last === undefined || parent === undefined) return undefined;
  const existing = parent.entries.get(last.text)?.value;
  if (!isItem) {
    if (existing === undefined) return addTable(parent, last, span);
    return existing.kind === 'map' ? withSpan(parent, last, existing as Table, span) : undefined;
  }
  const item = emptyTable(span);
  if (existing === undefined) {
    parent.entries.set(last.text, { key: last.text, keySpan: last.span, value: { kind: 'list', span, items: [item] }, isMerged: false });
    return item;
  }
  if (existing.kind !== 'list') return undefined;
  (existing.items as TreeNode[]).push(item);
  return item;
}

function addTable(parent: Table, { text, span: keySpan }: Key, span: Span): Table {
  const table = emptyTable(span);
  parent.entries.set(text, { key: text, keySpan, value: table, isMerged: false });
  return table;
}

/** A table that a deeper header had made before its own comes. */
function withSpan(parent: Table, { text, span: keySpan }: Key, table: Table, span: Span): Table {
  const placed = { ...table, span };
  parent.entries.set(text, { key: text, keySpan, value: placed, isMerged: false });
  return placed;
}

/** The table at a path, made where it is not there; in a list of tables, the last one. Undefined where a value is in the way. */
function tableAt(table: Table, path: readonly Key[]): Table | undefined {
  let current = table;
  for (const key of path) {
    const value = current.entries.get(key.text)?.value;
    const next = value?.kind === 'list' ? value.items.at(-1) : value;
    if (next !== undefined && next.kind !== 'map') return undefined;
    current = next === undefined ? addTable(current, key, key.span) : (next as Table);
  }
  return current;
}

/** A pair of key and value, put into the table; what was read, or undefined. */
function readPair(reading: Reading, table: Table, depth: number): Table | undefined {
  const path = readPath(reading);
  if (path === undefined || reading.text.charAt(reading.at) !== '=') return undefined;
  reading.at++;
  skipBlank(reading, false);
  const value = readValue(reading, depth);
  const last = path.pop();
  const parent = tableAt(table, path);
  if (value === undefined || last === undefined || parent === undefined || parent.entries.has(last.text)) return undefined;
  parent.entries.set(last.text, { key: last.text, keySpan: last.span, value, isMerged: false });
  return table;
}

const BARE_KEY = /[A-Za-z0-9_-]+/y;

/** A dotted key, and the blanks around it. */
function readPath(reading: Reading): Key[] | undefined {
  const path: Key[] = [];
  for (;;) {
    skipBlank(reading, false);
    const start = reading.at;
    const quote = reading.text.charAt(start);
    BARE_KEY.lastIndex = start;
    const bare = BARE_KEY.exec(reading.text)?.[0];
    const text = quote === '"' || quote === "'" ? readString(reading)?.text : bare;
    if (text === undefined) return undefined;
    if (bare !== undefined) reading.at += bare.length;
    path.push({ text, span: { start, end: reading.at } });
    skipBlank(reading, false);
    if (reading.text.charAt(reading.at) !== '.') return path;
    reading.at++;
  }
}

function readValue(reading: Reading, depth: number): TreeNode | undefined {
  if (depth > MOST_LEVELS) return undefined;
  const character = reading.text.charAt(reading.at);
  if (character === '"' || character === "'") return readString(reading);
  if (character === '[') return readArray(reading, depth);
  if (character === '{') return readInlineTable(reading, depth);
  return readPlain(reading);
}

function readArray(reading: Reading, depth: number): TreeNode | undefined {
  const { text, at: start } = reading;
  const items: TreeNode[] = [];
  reading.at++;
  for (;;) {
    skipBlank(reading, true);
    if (text.charAt(reading.at) === ']') break;
    const item = readValue(reading, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
    skipBlank(reading, true);
    if (text.charAt(reading.at) === ',') reading.at++;
    else if (text.charAt(reading.at) !== ']') return undefined;
  }
  reading.at++;
  return { kind: 'list', span: { start, end: reading.at }, items };
}

function readInlineTable(reading: Reading, depth: number): TreeNode | undefined {
  const { text, at: start } = reading;
  const table = emptyTable({ start, end: start });
  reading.at++;
  for (;;) {
    skipBlank(reading, true);
    if (text.charAt(reading.at) === '}') break;
    if (readPair(reading, table, depth + 1) === undefined) return undefined;
    skipBlank(reading, true);
    if (text.charAt(reading.at) === ',') reading.at++;
    else if (text.charAt(reading.at) !== '}') return undefined;
  }
  reading.at++;
  return { ...table, span: { start, end: reading.at } };
}

function readString(reading: Reading): ScalarNode | undefined {
  const { text, at: start } = reading;
  const quote = text.charAt(start);
  const isLong = text.startsWith(quote.repeat(3), start);
  const close = isLong ? quote.repeat(3) : quote;
  let end = start + close.length;
  for (;;) {
    const character = text.charAt(end);
    if (character === '' || (!isLong && character === '\n')) return undefined;
    if (text.startsWith(close, end)) break;
    end += character === '\\' && quote === '"' ? 2 : 1;
  }
  // SPEC: up to two quotation marks of the content may stand before the three that close it.
  if (isLong) for (let more = 0; more < 2 && text.charAt(end + 3) === quote; more++) end++;
  reading.at = end + close.length;
  const span = { start, end: reading.at };
  const newline = isLong ? (/^\r?\n/.exec(text.slice(start + 3, start + 5))?.[0].length ?? 0) : 0;
  const inside = { start: Math.min(start + close.length + newline, end), end };
  const written = text.slice(inside.start, inside.end);
  if (quote === "'" || !written.includes('\\')) return { kind: 'scalar', span, value: written, text: written, verbatim: inside };
  const value = tomlValue(`v=${text.slice(start, reading.at)}`)?.['v'];
  return typeof value === 'string' ? { kind: 'scalar', span, value, text: value } : undefined;
}

const PLAIN = /[^\s,\]}#]+(?: \d{2}:[^\s,\]}#]+)?/y;

function readPlain(reading: Reading): ScalarNode | undefined {
  PLAIN.lastIndex = reading.at;
  const text = PLAIN.exec(reading.text)?.[0];
  if (text === undefined) return undefined;
  const span = { start: reading.at, end: reading.at + text.length };
  reading.at = span.end;
  const value = plainValue(text);
  return value === undefined ? undefined : { kind: 'scalar', span, value, text, verbatim: span };
}

function plainValue(text: string): string | number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[+-]?(?:inf|nan)$/.test(text)) return text.endsWith('inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number.NaN;
  // Dates stay texts.
  if (/^\d{4}-\d{2}-\d{2}|^\d{2}:\d{2}/.test(text)) return text;
  const number = /^[+-]?[\d_]/.test(text) ? Number(text.replaceAll('_', '').replace(/^\+/, '')) : Number.NaN;
  return Number.isNaN(number) ? undefined : number;
}
