/**
 * Which rules run, and how severe they are: presets, then what the user selects and ignores; and the build context that is named.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Preset, Rule, Severity } from '../rule.js';
import { nearest } from '../spelling.js';

/** What a user asks for; every list holds rule ids and families. */
export interface RuleChoice {
  readonly preset: Preset;
  /** When not empty: only these, whatever the preset says. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
}

/** A setting that cannot be meant. The message names the nearest valid one. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const PRESET_RANK: Readonly<Record<Preset, number>> = { recommended: 0, strict: 1, all: 2 };

/**
 * The enabled rules by id. `syntax-error` stays on when others are selected: a file that does not build is no success;
 * `ignore` can still name it.
 *
 * @throws {ConfigurationError} for an id or family that does not exist
 */
export function resolveRules(registry: readonly Rule[], choice: RuleChoice): ReadonlyMap<string, { severity?: Severity }> {
  const selected = expanded(registry, choice.select, '--select');
  const ignored = expanded(registry, choice.ignore, '--ignore');
  const enabled = registry.filter((rule) => {
    if (ignored.has(rule.id)) return false;
    if (choice.select.length > 0) return selected.has(rule.id) || rule.id === 'syntax-error';
    return PRESET_RANK[rule.preset] <= PRESET_RANK[choice.preset];
  });
  return new Map(enabled.map(({ id }) => [id, {}]));
}

/** The rule with this id. @throws {ConfigurationError} naming the nearest one when there is none */
export function findRule(registry: readonly Rule[], id: string): Rule {
  const rule = registry.find((candidate) => candidate.id === id);
  if (rule !== undefined) return rule;
  const suggestion = nearest(
    id,
    registry.map((candidate) => candidate.id),
  );
  const hint = suggestion === undefined ? 'Run `plimsoll rules` for the list.' : `Did you mean \`${suggestion}\`?`;
  throw new ConfigurationError(`There is no rule \`${id}\`. ${hint}`);
}

function expanded(registry: readonly Rule[], names: readonly string[], option: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const name of names) {
    const rules = registry.filter(({ id, family }) => id === name || family === name);
    if (rules.length === 0) {
      const candidates = [...new Set(registry.flatMap(({ id, family }) => [id, family]))];
      const suggestion = nearest(name, candidates);
      const hint = suggestion === undefined ? 'Run `plimsoll rules` for the list.' : `Did you mean \`${suggestion}\`?`;
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
