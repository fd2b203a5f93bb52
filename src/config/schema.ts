/**
 * The room that knows configuration: where it stands, what it may say, and what it means for a file. It knows rules by their
 * metadata only. This file is the one table of keys: what reads a configuration, what suggests a key, the JSON schema and the
 * table in README.md come from it.
 */
import type { Problem } from '../files/placed.js';
import type { TreeEntry, TreeNode } from '../files/tree.js';
import type { Preset, Rule, Severity } from '../rule.js';
import type { Span } from '../source/source-file.js';
import { nearest, suggestion } from '../spelling.js';
import { GLOB, globProblem } from './globs.js';
import { LIST_OF_RULES, namesOf } from './resolve.js';

/** From which severity up a run fails. */
export type FailOn = Severity | 'never';

/** What a configuration says of one rule. A severity switches the rule on whatever the preset, `off` switches it off. */
export interface RuleSetting {
  readonly severity?: Severity | 'off';
  /** The values of the rule's options by their names. */
  readonly options?: Readonly<Record<string, readonly string[]>>;
}

/** What a configuration file may say, by key; what it does not say is absent. */
export interface Settings {
  readonly extends?: readonly string[];
  readonly preset?: Preset;
  /** Ids and families, here and in the other lists. */
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly rules?: ReadonlyMap<string, RuleSetting>;
  /** What is ignored in the files of a glob, in the order of the file. */
  readonly 'per-file-ignores'?: ReadonlyMap<string, readonly string[]>;
  readonly exclude?: readonly string[];
  readonly 'fail-on'?: FailOn;
  readonly target?: string;
  readonly 'require-suppression-reason'?: boolean;
}

/** One of the keys of {@link Settings}. */
export type Key = keyof Settings;

/** A JSON schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A key of a configuration. */
export interface KeyFacts {
  /** In Markdown; sentences. */
  readonly description: string;
  /** What holds where the key is not given, as JSON; null where no value says so. */
  readonly byDefault: string | boolean | readonly never[] | Readonly<Record<string, never>> | null;
  /** What may stand there, as README.md has it. */
  readonly values: string;
}

/** How a value is read, and how the schema describes it: both stand together so that they say the same. */
interface Kind<Value> {
  /** Undefined behind a problem that has been said. @param path the keys that lead to the value, as a message names them */
  readonly read: (node: TreeNode, path: string, reading: Reading) => Value | undefined;
  readonly schema: (registry: readonly Rule[]) => JsonSchema;
}

/** One reading of a configuration. */
export interface Reading {
  readonly registry: readonly Rule[];
  readonly problems: Problem[];
}

const SEVERITIES = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

const truth: Kind<boolean> = {
  read: (node, path, reading) =>
    node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : refused(node, `\`${path}\` is true or false`, reading),
  schema: () => ({ type: 'boolean' }),
};

const text: Kind<string> = {
  read: (node, path, reading) => textOf(node) || refused(node, `\`${path}\` is a text in quotes, and not an empty one`, reading),
  schema: () => ({ type: 'string', minLength: 1 }),
};

const glob: Kind<string> = {
  read: (node, path, reading) => {
    const written = textOf(node);
    if (written === undefined) return refused(node, `\`${path}\` holds globs, which are texts in quotes`, reading);
    const message = globProblem(written);
    return message === undefined ? written : refused(node, message, reading);
  },
  schema: () => ({ type: 'string', pattern: GLOB }),
};

const ruleName: Kind<string> = {
  read: (node, path, reading) => {
    const name = textOf(node);
    if (name === undefined) return refused(node, `\`${path}\` holds rules and families, which are texts in quotes`, reading);
    const names = namesOf(reading.registry);
    if (names.includes(name)) return name;
    return refused(node, `there is no rule or family \`${name}\`. ${suggestion(name, names, LIST_OF_RULES)}`, reading);
  },
  schema: (registry) => ({ enum: namesOf(registry) }),
};

function oneOf<const Choice extends string>(...choices: readonly Choice[]): Kind<Choice> {
  return {
    read: (node, path, reading) => {
      const written = textOf(node);
      const choice = choices.find((each) => each === written);
      if (choice !== undefined) return choice;
      const hint = written === undefined ? '' : nearest(written, choices);
      const meant = hint ? `. Did you mean \`${hint}\`?` : '';
      return refused(node, `\`${path}\` is one of ${choices.join(', ')}${meant}`, reading);
    },
    schema: () => ({ enum: choices }),
  };
}

function listOf<Item>(item: Kind<Item>, ofWhat: string): Kind<readonly Item[]> {
  return {
    read: (node, path, reading) => {
      if (node.kind !== 'list') return refused(node, `\`${path}\` is a list of ${ofWhat}: write it in brackets`, reading);
      return node.items.flatMap((each) => item.read(each, path, reading) ?? []);
    },
    schema: (registry) => ({ type: 'array', items: item.schema(registry) }),
  };
}

const files: Kind<readonly string[]> = {
  read: (node, path, reading) => {
    if (node.kind === 'list') return listOf(text, 'files').read(node, path, reading);
    const file = textOf(node);
    return file ? [file] : refused(node, `\`${path}\` is a file or a list of files, as texts in quotes`, reading);
  },
  schema: (registry) => ({ anyOf: [text.schema(registry), listOf(text, 'files').schema(registry)] }),
};

const ruleNames = listOf(ruleName, 'rules and families');

const ruleNamesByGlob: Kind<ReadonlyMap<string, readonly string[]>> = {
  read: (node, path, reading) => {
    if (node.kind !== 'map') return refused(node, `\`${path}\` is a table: globs, and for each what is ignored there`, reading);
    const read = new Map<string, readonly string[]>();
    for (const { key, keySpan, value } of node.entries.values()) {
      const message = globProblem(key);
      if (message !== undefined) problem(keySpan, message, reading);
      const names = ruleNames.read(value, `${path}.${key}`, reading);
      if (names !== undefined) read.set(key, names);
    }
    return read;
  },
  schema: (registry) => ({
    type: 'object',
    propertyNames: { pattern: GLOB },
    additionalProperties: ruleNames.schema(registry),
  }),
};

const severityOrOff = oneOf('off', ...[...SEVERITIES].reverse());

const ruleTable: Kind<ReadonlyMap<string, RuleSetting>> = {
  read: (node, path, reading) => {
    if (node.kind !== 'map') return refused(node, `\`${path}\` is a table: rules, and for each its severity or its settings`, reading);
    const read = new Map<string, RuleSetting>();
    for (const entry of node.entries.values()) {
      const setting = ruleSetting(entry, path, reading);
      if (setting !== undefined) read.set(entry.key, setting);
    }
    return read;
  },
  schema: (registry) => ({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(registry.map((rule) => [rule.id, ruleSchema(rule)])),
  }),
};

function ruleSetting({ key: id, keySpan, value }: TreeEntry, path: string, reading: Reading): RuleSetting | undefined {
  const rule = reading.registry.find((each) => each.id === id);
  if (rule === undefined) {
    const ids = reading.registry.map((each) => each.id);
    const isFamily = reading.registry.some(({ family }) => family === id);
    const hint = isFamily ? 'That is a family: name it in `select` or `ignore`, or its rules here.' : suggestion(id, ids, LIST_OF_RULES);
    problem(keySpan, `there is no rule \`${id}\`. ${hint}`, reading);
    return undefined;
  }
  const place = `${path}.${id}`;
  if (value.kind !== 'map') {
    const severity = severityOrOff.read(value, place, reading);
    return severity && { severity };
  }
  const options: Record<string, readonly string[]> = {};
  let severity: Severity | 'off' | undefined;
  for (const { key, keySpan: span, value: own } of value.entries.values()) {
    if (key === 'severity') severity = severityOrOff.read(own, `${place}.severity`, reading);
    else if (Object.hasOwn(rule.options ?? {}, key)) options[key] = listOf(text, 'texts').read(own, `${place}.${key}`, reading) ?? [];
    else {
      const names = ['severity', ...Object.keys(rule.options ?? {})];
      problem(span, `\`${id}\` has no option \`${key}\`. ${suggestion(key, names, `It has ${listed(names)}.`)}`, reading);
    }
  }
  return { ...(severity && { severity }), ...(Object.keys(options).length > 0 && { options }) };
}

function ruleSchema({ summary, options = {} }: Rule): JsonSchema {
  const severity = { ...severityOrOff.schema([]), description: 'How severe the rule is; `off` switches it off.' };
  const own = Object.entries(options).map(([name, { description, default: values }]) => {
    return [name, { ...listOf(text, 'texts').schema([]), description, default: values }];
  });
  return {
    description: `${summary}.`,
    anyOf: [
      severityOrOff.schema([]),
      { type: 'object', additionalProperties: false, properties: { severity, ...Object.fromEntries(own) } },
    ],
  };
}

interface KeyOf<Value> extends KeyFacts {
  readonly kind: Kind<Value>;
}

/** Every key, in the order in which they are explained. */
const TABLE: { readonly [Name in Key]-?: KeyOf<Exclude<Settings[Name], undefined>> } = {
  preset: {
    kind: oneOf('recommended', 'strict', 'all'),
    values: '`recommended`, `strict`, `all`',
    byDefault: 'recommended',
    description: 'The set of rules to run.',
  },
  select: {
    kind: ruleNames,
    values: 'rules and families',
    byDefault: [],
    description: 'Run only these, whatever the preset says. An empty list means the preset.',
  },
  ignore: { kind: ruleNames, values: 'rules and families', byDefault: [], description: 'Leave these out.' },
  rules: {
    kind: ruleTable,
    values: 'table: rule → severity, or severity and options',
    byDefault: {},
    description:
      'The severity of a rule: `error`, `warning`, `info` or `off`. A severity also switches on a rule that the preset leaves out. With options, write a table: `{ severity = "error", … }`.',
  },
  'per-file-ignores': {
    kind: ruleNamesByGlob,
    values: 'table: glob → rules and families',
    byDefault: {},
    description: 'Leave these out in the files that a glob names.',
  },
  exclude: { kind: listOf(glob, 'globs'), values: 'globs', byDefault: [], description: 'Files that a search leaves out.' },
  'fail-on': {
    kind: oneOf(...SEVERITIES, 'never'),
    values: '`error`, `warning`, `info`, `never`',
    byDefault: 'warning',
    description: 'Exit with 1 from this severity up.',
  },
  target: {
    kind: text,
    values: 'name of a stage',
    byDefault: null,
    description: 'The stage that becomes the image, in files that have a stage of that name; else it is the last one.',
  },
  'require-suppression-reason': {
    kind: truth,
    values: '`true`, `false`',
    byDefault: false,
    description: 'Whether a comment that silences a rule must say why.',
  },
  extends: {
    kind: files,
    values: 'file or files',
    byDefault: null,
    description: 'Configurations that this one is built on. What this file says goes before them, a later one before an earlier one.',
  },
};

/** The keys with what is to be said of them, in the order in which they are explained. */
export const KEYS: readonly (KeyFacts & { readonly name: Key })[] = Object.entries(TABLE).map(([name, facts]) => ({
  name: name as Key,
  ...facts,
}));

/** What one reading gives: the settings, and where each stands. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly places: ReadonlyMap<Key, Span>;
}

/** Reads the table of a configuration. What is wrong with it goes into the reading's problems and is left out. */
export function readSettings(node: TreeNode, reading: Reading): ReadSettings {
  const settings: { [key: string]: unknown } = {};
  const places = new Map<Key, Span>();
  if (node.kind !== 'map') problem(node.span, 'a configuration is a table of keys', reading);
  for (const { key, keySpan, value } of node.kind === 'map' ? node.entries.values() : []) {
    if (key === '$schema' && textOf(value) !== undefined) continue;
    if (!isKey(key)) {
      const hint = suggestion(key, Object.keys(TABLE), `The keys are ${listed(Object.keys(TABLE))}.`);
      problem(keySpan, `there is no key \`${key}\`. ${hint}`, reading);
      continue;
    }
    const read = TABLE[key].kind.read(value, key, reading);
    if (read === undefined) continue;
    settings[key] = read;
    places.set(key, keySpan);
  }
  return { settings, places };
}

/** The JSON schema of a configuration (draft-07), with the names of these rules. */
export function configurationSchema(registry: readonly Rule[]): JsonSchema {
  const properties = Object.entries(TABLE).map(([name, { kind, description, byDefault }]) => {
    const standard = byDefault === null ? {} : { default: byDefault };
    return [name, { ...kind.schema(registry), description, ...standard }];
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'plimsoll',
    description: 'Configuration of plimsoll, the linter for the Dockerfiles of data science.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string', description: 'This schema, for editors.' },
      ...Object.fromEntries(properties),
    },
  };
}

/** The keys as README.md has them: a table in Markdown. */
export function keyTable(): string {
  const rows = KEYS.map(({ name, values, byDefault, description }) => {
    const standard = byDefault === null ? '' : `\`${typeof byDefault === 'string' ? byDefault : JSON.stringify(byDefault)}\``;
    return `| \`${name}\` | ${values} | ${standard} | ${description} |`;
  });
  return ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function isKey(key: string): key is Key {
  return Object.hasOwn(TABLE, key);
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function textOf(node: TreeNode): string | undefined {
  return node.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function refused(node: TreeNode, message: string, reading: Reading): undefined {
  problem(node.span, message, reading);
}

function problem(span: Span, message: string, reading: Reading): void {
  reading.problems.push({ message: /[.?]$/.test(message) ? message : `${message}.`, span });
}
