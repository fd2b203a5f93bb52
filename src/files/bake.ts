/**
 * Bake files, `docker-bake.hcl` and `docker-bake.json`: the targets that `docker buildx bake` builds. Variables have their defaults;
 * what the environment or the command line sets is not known here.
 *
 * Source: docs.docker.com/build/bake/reference (2026-11).
 */
import type { Span } from '../source/source-file.js';
import { evaluatedTemplate, type HclBlock, readHcl } from './hcl.js';
import type { Placed, Problem } from './placed.js';
import { entriesAt, placedAt, type TreeEntry, type TreeNode, textsAt } from './tree.js';
import { readYaml } from './yaml.js';

/** A Bake file. */
export interface BakeFile {
  /** By name, in the file's order. */
  readonly targets: ReadonlyMap<string, BakeTarget>;
  /** The names of targets and groups in each group. */
  readonly groups: ReadonlyMap<string, readonly Placed[]>;
  /** The defaults of the variables; unknown where an expression makes them, or where there is none. */
  readonly variables: ReadonlyMap<string, TreeNode>;
  readonly problems: readonly Problem[];
}

/** A target with what it inherits; a value that is there and unknown is in `unknown`. */
export interface BakeTarget {
  readonly name: string;
  readonly nameSpan: Span;
  /** SPEC: `.` when it is not given. */
  readonly context?: Placed;
  /** Relative to the context. SPEC: `Dockerfile` when neither this nor the next is given. */
  readonly dockerfile?: Placed;
  readonly dockerfileInline?: Placed;
  readonly target?: Placed;
  /** Build arguments and named contexts; a value is a scalar, or unknown. */
  readonly args: ReadonlyMap<string, TreeEntry>;
  readonly contexts: ReadonlyMap<string, TreeEntry>;
  readonly platforms: readonly Placed[];
  readonly inherits: readonly Placed[];
  /** Attributes whose value is not known before Bake runs, by their names in the file; `inherits` when a parent is unknown. */
  readonly unknown: ReadonlySet<string>;
  /** All attributes by name, inherited ones included. */
  readonly attributes: ReadonlyMap<string, TreeEntry>;
}

/** Reads a Bake file in one of its two forms. */
export function readBake(text: string, form: 'hcl' | 'json'): BakeFile {
  const { definitions, problems } = form === 'hcl' ? hclDefinitions(text) : jsonDefinitions(text);
  const own = new Map<string, Definition>();
  for (const definition of definitions.filter(({ type }) => type === 'target')) {
    const { name, attributes } = definition;
    own.set(name, { ...definition, attributes: mergedAttributes(own.get(name)?.attributes ?? new Map(), attributes) });
  }
  const groups = definitions
    .filter(({ type }) => type === 'group')
    .map(({ name, attributes }) => [name, textsAt(attributes.get('targets')?.value)] as const);
  const inheriting: Inheriting = { own, steps: 0 };
  const targets = [...own.values()].map((definition) => [definition.name, targetOf(definition, inheriting)] as const);
  return { targets: new Map(targets), groups: new Map(groups), variables: variablesOf(definitions), problems };
}

/** A block of the file: a target, a group or a variable. */
interface Definition {
  readonly type: string;
  readonly name: string;
  readonly nameSpan: Span;
  readonly attributes: ReadonlyMap<string, TreeEntry>;
}

interface Definitions {
  readonly definitions: readonly Definition[];
  readonly problems: readonly Problem[];
}

function variablesOf(definitions: readonly Definition[]): ReadonlyMap<string, TreeNode> {
  const variables = definitions.filter(({ type }) => type === 'variable');
  return new Map(
    variables.map(({ name, nameSpan, attributes }) => [name, attributes.get('default')?.value ?? { kind: 'unknown', span: nameSpan }]),
  );
}

/** Variables may be made of others: the file is read again until no reading knows more, or a few times. */
const MOST_READINGS = 4;

function hclDefinitions(text: string): Definitions {
  let known: ReadonlyMap<string, TreeNode> = new Map();
  for (let reading = 1; ; reading++) {
    const { body, problems } = readHcl(text, (name) => known.get(name));
    const definitions = body.blocks.flatMap(definitionOf);
    const attributes = [...body.attributes.entries.values()].map(({ key, value }) => [key, value] as const);
    const variables = new Map([...attributes, ...variablesOf(definitions)]);
    if (reading === MOST_READINGS || (reading > 1 && knownCount(variables) === knownCount(known))) return { definitions, problems };
    known = variables;
  }
}

function knownCount(variables: ReadonlyMap<string, TreeNode>): number {
  return [...variables.values()].filter(({ kind }) => kind !== 'unknown').length;
}

function definitionOf({ type, labels, span, attributes }: HclBlock): readonly Definition[] {
  const [name] = labels;
  return name === undefined ? [] : [{ type, name, nameSpan: span, attributes: attributes.entries }];
}

/** SPEC: in JSON every text is a template. */
function jsonDefinitions(text: string): Definitions {
  const { documents, problems } = readYaml(text);
  const [root] = documents;
  const definitions = ['variable', 'group', 'target'].flatMap((type) =>
    entriesAt(root, type).map(({ key, keySpan, value }): Definition => {
      const attributes = entriesAt(value).map((entry) => [entry.key, entry] as const);
      return { type, name: key, nameSpan: keySpan, attributes: new Map(attributes) };
    }),
  );
  const known = variablesOf(definitions);
  const evaluated = definitions.map((definition) => {
    if (definition.type !== 'target') return definition;
    const attributes = [...definition.attributes].map(
      ([key, entry]) => [key, { ...entry, value: withVariables(entry.value, known, 0) }] as const,
    );
    return { ...definition, attributes: new Map(attributes) };
  });
  return { definitions: evaluated, problems };
}

function withVariables(node: TreeNode, known: ReadonlyMap<string, TreeNode>, depth: number): TreeNode {
  const { span } = node;
  if (depth > MOST_LEVELS) return { kind: 'unknown', span };
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => withVariables(item, known, depth + 1)) };
  if (node.kind === 'map') {
    const entries = [...node.entries].map(
      ([key, entry]) => [key, { ...entry, value: withVariables(entry.value, known, depth + 1) }] as const,
    );
    return { ...node, entries: new Map(entries) };
  }
  if (node.kind === 'unknown' || typeof node.value !== 'string') return node;
  const text = evaluatedTemplate(node.text, (name) => known.get(name));
  if (text === undefined) return { kind: 'unknown', span };
  return text === node.text ? node : { kind: 'scalar', span, value: text, text };
}

const MOST_LEVELS = 10;

interface Inheriting {
  readonly own: ReadonlyMap<string, Definition>;
  /** How many attributes have been copied. */
  steps: number;
}

/** What targets come to, found on the way to one of them; undefined while one is worked out. SPEC: in a circle, that one gives nothing. */
type Resolved = Map<string, Attributes | undefined>;
type Attributes = ReadonlyMap<string, TreeEntry>;

/** Attributes that are merged entry by entry; of all others, the last one holds. */
const MERGED = new Set(['args', 'contexts', 'labels']);
const MOST_STEPS = 1_000_000;

function mergedAttributes(base: Attributes, own: Attributes): Attributes {
  const merged = new Map(base);
  for (const [key, entry] of own) {
    const before = base.get(key)?.value;
    const { value } = entry;
    const isMerged = MERGED.has(key) && before?.kind === 'map' && value.kind === 'map';
    merged.set(key, isMerged ? { ...entry, value: { ...value, entries: new Map([...before.entries, ...value.entries]) } } : entry);
  }
  return merged;
}

function resolvedAttributes(definition: Definition, inheriting: Inheriting, resolved: Resolved): Attributes | undefined {
  if (resolved.has(definition.name)) return resolved.get(definition.name);
  resolved.set(definition.name, undefined);
  let attributes: Attributes = new Map();
  for (const { text } of textsAt(definition.attributes.get('inherits')?.value)) {
    const parent = inheriting.own.get(text);
    if (parent === undefined || inheriting.steps > MOST_STEPS || resolved.size > MOST_PARENTS) continue;
    const inherited = resolvedAttributes(parent, inheriting, resolved) ?? new Map();
    inheriting.steps += inherited.size + 1;
    attributes = mergedAttributes(attributes, inherited);
  }
  attributes = mergedAttributes(attributes, definition.attributes);
  resolved.set(definition.name, attributes);
  return attributes;
}

/** How many targets one may inherit from, its parents' parents included. */
const MOST_PARENTS = 100;

function targetOf(definition: Definition, inheriting: Inheriting): BakeTarget {
  const attributes = resolvedAttributes(definition, inheriting, new Map()) ?? definition.attributes;
  const placed = (name: string): Placed | undefined => placedAt(attributes.get(name)?.value);
  const entries = (name: string): ReadonlyMap<string, TreeEntry> => {
    const value = attributes.get(name)?.value;
    return value?.kind === 'map' ? value.entries : new Map();
  };
  const [context, dockerfile, inline, target] = [placed('context'), placed('dockerfile'), placed('dockerfile-inline'), placed('target')];
  const inherits = definition.attributes.get('inherits')?.value;
  const parents = textsAt(inherits);
  const isParentUnknown =
    inherits?.kind === 'list' && (parents.length < inherits.items.length || parents.some(({ text }) => !inheriting.own.has(text)));
  const unknown = [...attributes].filter(([, { value }]) => value.kind === 'unknown').map(([key]) => key);
  return {
    name: definition.name,
    nameSpan: definition.nameSpan,
    ...(context && { context }),
    ...(dockerfile && { dockerfile }),
    ...(inline && { dockerfileInline: inline }),
    ...(target && { target }),
    args: entries('args'),
    contexts: entries('contexts'),
    platforms: textsAt(attributes.get('platforms')?.value),
    inherits: parents,
    unknown: new Set(isParentUnknown || inheriting.steps > MOST_STEPS ? [...unknown, 'inherits'] : unknown),
    attributes,
  };
}
