/**
 * YAML, and JSON with it, as a tree with places. The only user of the package yaml: values by YAML 1.2's core schema, which is
 * what Compose reads; merge keys, aliases and duplicate keys are settled here.
 */
import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, type Node, type Pair, Parser } from 'yaml';
import type { Span } from '../source/source-file.js';
import type { Problem } from './placed.js';
import type { ScalarNode, TreeEntry, TreeNode } from './tree.js';

/** A YAML file; one without content has no documents. */
export interface YamlFile {
  readonly documents: readonly TreeNode[];
  readonly problems: readonly Problem[];
}

/** Reads a YAML or JSON file. Of a file with errors, what is sure is read; `problems` says where it is not. */
export function readYaml(text: string): YamlFile {
  if (text.length > MOST_CHARACTERS) {
    return { documents: [], problems: [{ message: 'is too large to be read as YAML', span: { start: 0, end: 0 } }] };
  }
  const tokens = tokensOf(text);
  if (!Array.isArray(tokens)) return { documents: [], problems: [tokens] };
  const reading: Reading = { text, problems: [], anchors: new Map(), sizes: new Map(), merged: 0 };
  const documents: TreeNode[] = [];
  for (const document of new Composer(OPTIONS).compose(tokens, false, text.length)) {
    for (const { message, pos } of document.errors) {
      const start = Math.min(pos[0], text.length);
      reading.problems.push({
        message: `is not valid YAML: ${message.replace(/\.$/, '')}`,
        span: { start, end: Math.min(Math.max(pos[1], start), text.length) },
      });
    }
    reading.anchors.clear();
    if (document.contents !== null) documents.push(nodeOf(document.contents, reading));
  }
  return { documents, problems: reading.problems };
}

/** NOTE: the package compares every pair of keys when it looks for duplicates; here a map finds them. */
const OPTIONS = { version: '1.2', uniqueKeys: false, prettyErrors: false, strict: true, logLevel: 'silent' } as const;

/** The package takes 10 µs a character; what people write is a hundred times smaller, and the large locks have a reader of their own. */
const MOST_CHARACTERS = 1_000_000;

/** The package calls itself once or more a level and takes the whole process down when its stack ends. */
const MOST_LEVELS = 100;
/** How many parts a tree may have when every alias is followed, and how many entries merge keys may add: against billion laughs. */
const MOST_PARTS = 1_000_000;

interface Reading {
  readonly text: string;
  readonly problems: Problem[];
  readonly anchors: Map<string, TreeNode>;
  /** How many parts stand in a list or map, aliases followed. */
  readonly sizes: Map<TreeNode, number>;
  merged: number;
}

/** The package's first step, taken word by word so that its own stack says how deep the file is. */
function tokensOf(text: string): CST.Token[] | Problem {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let end = 0;
  for (const word of new Lexer().lex(text)) {
    tokens.push(...parser.next(word));
    if (!MARKS.has(word)) end += word.length;
    if (parser.stack.length > MOST_LEVELS) {
      return {
        message: `is nested deeper than ${MOST_LEVELS} levels`,
        span: { start: Math.max(end - word.length, 0), end: Math.min(end, text.length) },
      };
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

/** What the lexer says besides words of the text: a document or a scalar begins, or the flow ends. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

function nodeOf(node: Node, reading: Reading): TreeNode {
  if (isAlias(node)) return aliased(node.source, spanOf(node), reading);
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  // An alias within its own anchor has no value.
  if (anchor !== undefined) reading.anchors.delete(anchor);
  const read = plainNode(node, reading);
  if (anchor !== undefined) reading.anchors.set(anchor, read);
  return read;
}

function plainNode(node: Node, reading: Reading): TreeNode {
  const span = spanOf(node);
  if (isScalar(node)) return scalarNode(node, span, reading.text);
  if (isSeq(node)) {
    const items = node.items.map((item) => nodeOf(item as Node, reading));
    return sized({ kind: 'list', span, items, ...(node.tag && { tag: node.tag }) }, items, reading);
  }
  if (!isMap(node)) return { kind: 'unknown', span };
  const entries = new Map<string, TreeEntry>();
  const merges: TreeNode[] = [];
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    const keySpan = spanOf(pair.key);
    const value: TreeNode = pair.value === null ? nothingAt(keySpan.end) : nodeOf(pair.value, reading);
    const key = isScalar(pair.key) ? scalarNode(pair.key, keySpan, reading.text) : undefined;
    if (key === undefined) {
      reading.problems.push({ message: 'has a key that is no text', span: keySpan });
      continue;
    }
    if (key.text === '<<' && pair.key.tag === undefined) {
      merges.push(...(value.kind === 'list' ? value.items : [value]));
      continue;
    }
    if (entries.has(key.text)) reading.problems.push({ message: `has the key \`${key.text}\` twice`, span: keySpan });
    entries.set(key.text, { key: key.text, keySpan, value, isMerged: false });
  }
  for (const merge of merges) addMerged(merge, entries, reading);
  return sized(
    { kind: 'map', span, entries, ...(node.tag && { tag: node.tag }) },
    [...entries.values()].map(({ value }) => value),
    reading,
  );
}

/** What is written in the map itself goes before what is merged into it, and an earlier merge before a later one. */
function addMerged(merge: TreeNode, entries: Map<string, TreeEntry>, reading: Reading): void {
  if (merge.kind !== 'map') return;
  reading.merged += merge.entries.size;
  if (reading.merged > MOST_PARTS) {
    reading.problems.push({ message: 'merges more than plimsoll follows', span: merge.span });
    return;
  }
  for (const [key, entry] of merge.entries) if (!entries.has(key)) entries.set(key, { ...entry, isMerged: true });
}

function aliased(name: string, span: Span, reading: Reading): TreeNode {
  const node = reading.anchors.get(name);
  if (node !== undefined) return node;
  reading.problems.push({ message: `has the alias \`*${name}\` of no anchor before it`, span });
  return { kind: 'unknown', span };
}

function sized(node: TreeNode, parts: readonly TreeNode[], reading: Reading): TreeNode {
  let size = 1;
  for (const part of parts) size += reading.sizes.get(part) ?? 1;
  if (size > MOST_PARTS) {
    reading.problems.push({ message: 'has aliases that stand for more than plimsoll follows', span: node.span });
    return { kind: 'unknown', span: node.span };
  }
  reading.sizes.set(node, size);
  return node;
}

type YamlScalar = Extract<Node, { value: unknown }>;

function scalarNode(node: YamlScalar, span: Span, text: string): ScalarNode {
  const { value } = node;
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  const asText = typeof value === 'string' ? value : (node.source ?? (known === null ? '' : String(known)));
  const isQuoted = /^(?:".*"|'.*')$/s.test(text.slice(span.start, span.end));
  const inside = isQuoted ? { start: span.start + 1, end: span.end - 1 } : span;
  const isVerbatim = text.slice(inside.start, inside.end) === asText;
  return { kind: 'scalar', span, value: known, text: asText, ...(isVerbatim && { verbatim: inside }), ...(node.tag && { tag: node.tag }) };
}

function nothingAt(offset: number): ScalarNode {
  return { kind: 'scalar', span: { start: offset, end: offset }, value: null, text: '' };
}

/** From the first to behind the last character of a node, without what follows it on the line. */
function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end: Math.max(end, start) };
}
