/**
 * What configuration and command line mean together: which rules run, how severe they are, with which options; and the build
 * context that is named.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Preset, Rule, Severity } from '../rule.js';
import { type Place, placeName } from '../source/position.js';
import { suggestion } from '../spelling.js';
import type { Configuration } from './load.js';
import type { FailOn, RuleSetting } from './schema.js';

/** What the command line, or who calls the library, asks for: it goes before any configuration. Lists hold rule ids and families. */
export interface Choice {
  readonly preset?: Preset;
  /** When not empty: only these, whatever the preset says. */
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  /** Globs that begin in the working directory: what a search leaves out besides what configurations say. */
  readonly exclude?: readonly string[];
  readonly target?: string;
  readonly failOn?: FailOn;
  /** Severities by rule id; they switch no rule on. */
  readonly severities?: Readonly<Record<string, Severity>>;
  /** Options by rule id. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Ids of rules that run whatever preset and selection say, until they are ignored. */
  readonly always?: readonly string[];
}

/** What holds for a file. */
export interface FileSettings {
  /** The enabled rules by id; a severity here replaces the rule's own. */
  readonly rules: ReadonlyMap<string, { readonly severity?: Severity }>;
  /** Options by rule id, as far as they are given. */
  readonly options: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>;
  readonly target?: string;
  readonly requireSuppressionReason: boolean;
  readonly failOn: FailOn;
  /** Where it comes from, as far as it is not asked for. */
  readonly configuration?: Configuration;
}

/** One place of a configuration that cannot be meant. */
export interface ConfigurationProblem {
  readonly path: string;
  /** Absent for the file as a whole. */
  readonly place?: Place;
  /** A sentence that names the way out. */
  readonly message: string;
}

/** A setting that cannot be meant. The message names the nearest valid one. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** The same, place by place; empty for an option of the command line. */
  readonly problems: readonly ConfigurationProblem[];

  constructor(cause: string | readonly ConfigurationProblem[]) {
    super(typeof cause === 'string' ? cause : cause.map(({ path, place, message }) => `${placeName(path, place)}: ${message}`).join('\n'));
    this.problems = typeof cause === 'string' ? [] : cause;
  }
}

const PRESET_RANK: Readonly<Record<Preset, number>> = { recommended: 0, strict: 1, all: 2 };

/**
 * The settings of a file.
 *
 * A preset or a selection that is asked for takes the place of both of the configuration's. What is selected by name runs, even
 * where the configuration ignores it or switches it off; what is ignored for the file alone stays ignored.
 *
 * @param ignoredHere what the configuration ignores in this file alone
 * @throws {ConfigurationError} for an id or family in `choice` that does not exist
 */
export function settle(
  registry: readonly Rule[],
  choice: Choice,
  configuration?: Configuration,
  ignoredHere: readonly string[] = [],
): FileSettings {
  const given: Configuration['given'] = configuration?.given ?? {};
  const isChosen = choice.preset !== undefined || (choice.select ?? []).length > 0;
  const settings = given.rules?.value ?? new Map<string, RuleSetting>();
  const preset = choice.preset ?? given.preset?.value ?? 'recommended';
  const select = isChosen ? choice.select : given.select?.value;
  const asked = rulesNamed(registry, choice.select ?? [], '--select');
  const selected = rulesNamed(registry, select ?? [], 'select');
  const refused = rulesNamed(registry, choice.ignore ?? [], '--ignore');
  const ignored = rulesNamed(registry, given.ignore?.value ?? [], 'ignore');
  const ignoredInFile = rulesNamed(registry, ignoredHere, 'per-file-ignores');
  const always = new Set(choice.always);
  const isOn = ({ id, preset: smallest }: Rule): boolean => {
    if (refused.has(id) || ignoredInFile.has(id)) return false;
    if (asked.has(id)) return true;
    const { severity } = settings.get(id) ?? {};
    if (ignored.has(id) || severity === 'off') return false;
    // A file that does not build is no success, whatever is selected.
    if (always.has(id) || id === 'syntax-error') return true;
    if (selected.size > 0) return selected.has(id);
    return severity !== undefined || PRESET_RANK[smallest] <= PRESET_RANK[preset];
  };
  const rules = registry.filter(isOn).map(({ id }) => {
    const configured = settings.get(id)?.severity;
    const severity = choice.severities?.[id] ?? (configured === 'off' ? undefined : configured);
    return [id, severity === undefined ? {} : { severity }] as const;
  });
  const options = registry.flatMap(({ id }) => {
    const [configured, chosen] = [settings.get(id)?.options, choice.options?.[id]];
    return configured === undefined && chosen === undefined ? [] : [[id, { ...configured, ...chosen }] as const];
  });
  const target = choice.target ?? given.target?.value;
  return {
    rules: new Map(rules),
    options: new Map(options),
    ...(target === undefined ? {} : { target }),
    requireSuppressionReason: given['require-suppression-reason']?.value ?? false,
    failOn: choice.failOn ?? given['fail-on']?.value ?? 'warning',
    ...(configuration && { configuration }),
  };
}

/** The enabled rules by id, without any configuration. @throws {ConfigurationError} as {@link settle} does */
export function resolveRules(registry: readonly Rule[], choice: Choice): FileSettings['rules'] {
  return settle(registry, choice).rules;
}

/** Where a list of rule names is explained. */
export const LIST_OF_RULES = 'Run `plimsoll rules` for the list.';

/** The ids and families by which rules can be named. */
export function namesOf(registry: readonly Rule[]): readonly string[] {
  return [...new Set([...registry.map(({ id }) => id), ...registry.map(({ family }) => family)])];
}

/** The rule with this id. @throws {ConfigurationError} naming the nearest one when there is none */
export function findRule(registry: readonly Rule[], id: string): Rule {
  const rule = registry.find((candidate) => candidate.id === id);
  if (rule !== undefined) return rule;
  const ids = registry.map((candidate) => candidate.id);
  throw new ConfigurationError(`There is no rule \`${id}\`. ${suggestion(id, ids, LIST_OF_RULES)}`);
}

/** The ids that a list of ids and families means. @throws {ConfigurationError} naming the option and the nearest name when there is none */
export function rulesNamed(registry: readonly Rule[], names: readonly string[], option: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const name of names) {
    const rules = registry.filter(({ id, family }) => id === name || family === name);
    if (rules.length === 0) {
      const hint = suggestion(name, namesOf(registry), LIST_OF_RULES);
      throw new ConfigurationError(`${option} ${name}: there is no rule or family of that name. ${hint}`);
    }
    for (const { id } of rules) ids.add(id);
  }
  return ids;
}

/**
 * The build context that the user names, as it was named; false and undefined stay what they are.
 *
 * @throws {ConfigurationError} when it is no directory
 */
export function resolveContext<Context extends string | false | undefined>(context: Context, cwd: string): Context {
  if (typeof context !== 'string' || isDirectory(path.resolve(cwd, context))) return context;
  throw new ConfigurationError(`the build context ${context} is no directory. Name the one that \`docker build\` gets.`);
}

function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}
