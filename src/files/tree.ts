/**
 * What a YAML, TOML, JSON or HCL file says, as plain data of which every part knows where it stands; and how to ask for a part.
 * A part may stand in several places of a tree (YAML's aliases), never in itself.
 */
import type { Span } from '../source/source-file.js';
import type { Placed } from './placed.js';

/** A part of a file. `tag` is a YAML tag of the file's own, such as Compose's `!reset`. */
export type TreeNode = MapNode | ListNode | ScalarNode | UnknownNode;

/** A map: its entries by key, in the file's order; those of a YAML merge key come last. */
export interface MapNode {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: ReadonlyMap<string, TreeEntry>;
  readonly tag?: string;
}

/** One key of a map with its value. */
export interface TreeEntry {
  readonly key: string;
  /** The key as written, quotes included; for a key that is only in the path of a TOML table, that table's header. */
  readonly keySpan: Span;
  readonly value: TreeNode;
  /** Whether it came by a merge key (`<<: *defaults`): then it stands where the anchor is. */
  readonly isMerged: boolean;
}

/** A list. */
export interface ListNode {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly TreeNode[];
  readonly tag?: string;
}

/** A single value. */
export interface ScalarNode {
  readonly kind: 'scalar';
  /** As written, quotes included. */
  readonly span: Span;
  /** A date is a string. */
  readonly value: string | number | boolean | null;
  /** The value as text: `1.10` stays `1.10`. */
  readonly text: string;
  /** Where the text stands letter for letter; absent where escapes or folds make it another text than the file's. */
  readonly verbatim?: Span;
  readonly tag?: string;
}

/** What could not be read, or has no value before the program runs: an expression, an alias without an anchor. */
export interface UnknownNode {
  readonly kind: 'unknown';
  readonly span: Span;
}

/** The part at the end of a path of keys and indexes. */
export function at(node: TreeNode | undefined, ...path: readonly (string | number)[]): TreeNode | undefined {
  let current = node;
  for (const step of path) {
    if (current?.kind === 'map') current = current.entries.get(String(step))?.value;
    else if (current?.kind === 'list' && typeof step === 'number') current = current.items[step];
    else return undefined;
  }
  return current;
}

/** The entries of a map; none for anything else. */
export function entriesAt(node: TreeNode | undefined, ...path: readonly (string | number)[]): readonly TreeEntry[] {
  const found = at(node, ...path);
  return found?.kind === 'map' ? [...found.entries.values()] : [];
}

/** The items of a list; none for anything else. */
export function itemsAt(node: TreeNode | undefined, ...path: readonly (string | number)[]): readonly TreeNode[] {
  const found = at(node, ...path);
  return found?.kind === 'list' ? found.items : [];
}

/**
 * A scalar's text with its place: quotes are left out of it if the text stands there letter for letter. Undefined for null and
 * for what is no scalar.
 */
export function placedAt(node: TreeNode | undefined, ...path: readonly (string | number)[]): Placed | undefined {
  const found = at(node, ...path);
  return found?.kind === 'scalar' && found.value !== null ? { text: found.text, span: found.verbatim ?? found.span } : undefined;
}

/** A scalar's text; undefined for null and for what is no scalar. */
export function textAt(node: TreeNode | undefined, ...path: readonly (string | number)[]): string | undefined {
  return placedAt(node, ...path)?.text;
}

/** The scalars of a list with their places; a single scalar counts as a list of one. */
export function textsAt(node: TreeNode | undefined, ...path: readonly (string | number)[]): readonly Placed[] {
  const found = at(node, ...path);
  const items = found?.kind === 'list' ? found.items : found === undefined ? [] : [found];
  return items.flatMap((item) => placedAt(item) ?? []);
}
