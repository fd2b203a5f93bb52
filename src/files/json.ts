/**
 * JSON as a tree with places, comments and trailing commas allowed. The only user of the package jsonc-parser, which reads on
 * behind what is wrong.
 *
 * Source: RFC 8259; comments and trailing commas as Visual Studio Code has them in its settings.
 */
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Span } from '../source/source-file.js';
import type { Problem } from './placed.js';
import type { MapNode, TreeEntry, TreeNode } from './tree.js';

/** A JSON file. Without a value in it there is no root. */
export interface JsonFile {
  readonly root?: TreeNode;
  readonly problems: readonly Problem[];
}

/** Reads a JSON file. Of a file with errors, what is sure is read; of a key that stands twice, the last value. */
export function readJson(text: string): JsonFile {
  const tooDeep = placeBeyondDepth(text);
  if (tooDeep !== undefined) return { problems: [{ message: `is nested deeper than ${MOST_LEVELS} levels`, span: tooDeep }] };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const problems = errors.map(({ error, offset, length }) => {
    const start = Math.min(offset, text.length);
    const what = WORDS[printParseErrorCode(error)] ?? 'something is wrong here';
    return { message: `is not valid JSON: ${what}`, span: { start, end: Math.min(start + length, text.length) } };
  });
  const root = tree && nodeOf(tree, text, problems);
  return { ...(root && { root }), problems };
}

/** The package calls itself once a level. */
const MOST_LEVELS = 100;

/** `SyntaxKind` of the package, whose enumeration TypeScript cannot read from here. */
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, END_OF_FILE] = [1, 2, 3, 4, 17];

/** The first bracket that is too many in one another. */
function placeBeyondDepth(text: string): Span | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== END_OF_FILE; token = scanner.scan()) {
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth++;
    else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth--;
    if (depth > MOST_LEVELS) return { start: scanner.getTokenOffset(), end: scanner.getTokenOffset() + 1 };
  }
  return undefined;
}

/** The package's codes in words. */
const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no value; texts stand in double quotes',
  InvalidNumberFormat: 'this is no number',
  PropertyNameExpected: 'a key in double quotes is missing here',
  ValueExpected: 'a value is missing here',
  ColonExpected: 'a colon is missing here',
  CommaExpected: 'a comma is missing here',
  CloseBraceExpected: 'a `}` is missing here',
  CloseBracketExpected: 'a `]` is missing here',
  EndOfFileExpected: 'the file should end here',
  UnexpectedEndOfComment: 'a comment has no end',
  UnexpectedEndOfString: 'a text has no closing quote',
  UnexpectedEndOfNumber: 'a number is not finished',
  InvalidUnicode: 'a `\\u` needs four hexadecimal digits',
  InvalidEscapeCharacter: 'a backslash stands before a character that it cannot escape',
  InvalidCharacter: 'a control character stands in a text; write it as an escape',
};

function nodeOf(node: Node, text: string, problems: Problem[]): TreeNode {
  const { type, offset, length, children = [] } = node;
  const span = { start: offset, end: offset + length };
  if (type === 'object') return mapOf(children, span, text, problems);
  if (type === 'array') return { kind: 'list', span, items: children.map((child) => nodeOf(child, text, problems)) };
  const value = node.value as string | number | boolean | null | undefined;
  if (value === undefined) return { kind: 'unknown', span };
  if (typeof value !== 'string') return { kind: 'scalar', span, value, text: text.slice(span.start, span.end), verbatim: span };
  const inside = { start: span.start + 1, end: span.end - 1 };
  const isVerbatim = text.slice(inside.start, inside.end) === value;
  return { kind: 'scalar', span, value, text: value, ...(isVerbatim && { verbatim: inside }) };
}

function mapOf(properties: readonly Node[], span: Span, text: string, problems: Problem[]): MapNode {
  const entries = new Map<string, TreeEntry>();
  for (const { children: [name, value] = [] } of properties) {
    if (name === undefined) continue;
    const key = String(name.value);
    const keySpan = { start: name.offset, end: name.offset + name.length };
    if (entries.has(key)) problems.push({ message: `has the key \`${key}\` twice`, span: keySpan });
    const read: TreeNode =
      value === undefined ? { kind: 'unknown', span: { start: keySpan.end, end: keySpan.end } } : nodeOf(value, text, problems);
    entries.set(key, { key, keySpan, value: read, isMerged: false });
  }
  return { kind: 'map', span, entries };
}
