/**
 * The text of a configuration file → what it says. Loaded when there is a configuration: the parsers come with it.
 */
import { readJson } from '../files/json.js';
import type { Problem } from '../files/placed.js';
import { readToml } from '../files/toml.js';
import { at, type TreeNode } from '../files/tree.js';
import type { Rule } from '../rule.js';
import { type ReadSettings, readSettings } from './schema.js';

/** Where in a file plimsoll's settings stand: they are all of it, a table of pyproject.toml, or a key of package.json. */
export type Host = 'own' | 'pyproject' | 'package';

/** A configuration file that has been read; without problems it can be used. */
export interface ReadConfiguration extends ReadSettings {
  readonly problems: readonly Problem[];
}

/** Reads a configuration file; undefined when the file of another tool has nothing for plimsoll in it. */
export function readConfiguration(text: string, host: Host, registry: readonly Rule[]): ReadConfiguration | undefined {
  const { root, problems: ofFormat }: { root?: TreeNode; problems: readonly Problem[] } =
    host === 'pyproject' ? readToml(text) : readJson(text);
  const table = host === 'own' ? root : host === 'pyproject' ? at(root, 'tool', 'plimsoll') : at(root, 'plimsoll');
  if (table === undefined && host !== 'own') return undefined;
  // What was read of a broken file may be half of what was meant.
  const [broken] = ofFormat;
  if (broken !== undefined) return { settings: {}, places: new Map(), problems: [{ ...broken, message: `${broken.message}.` }] };
  const empty: TreeNode = { kind: 'unknown', span: { start: 0, end: 0 } };
  const problems: Problem[] = [];
  return { ...readSettings(table ?? empty, { registry, problems }), problems };
}
