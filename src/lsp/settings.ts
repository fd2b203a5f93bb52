/** The settings of the editor, its section `plimsoll`: what the command line has options for. They go before any configuration file. */
import { type Choice, ConfigurationError, rulesNamed } from '../config/resolve.js';
import type { Rule } from '../rule.js';

/** What an editor asks for. */
export interface ClientSettings {
  /** False: nothing is said of any file. */
  readonly enable: boolean;
  /** The one configuration file for all, as it is written; by default the nearest above each file. */
  readonly configPath?: string;
  readonly choice: Choice;
  /** What cannot be meant, in sentences for the user; then nothing is linted, as on the command line. */
  readonly problems: readonly string[];
}

const PRESETS = ['recommended', 'strict', 'all'] as const;

/**
 * Reads settings as they come from a client: anything at all. Null is the same as absent, and so is an empty text or list, as editors
 * send it for what is not set. Keys that are not known are left to newer versions.
 */
export function readSettings(value: unknown, registry: readonly Rule[]): ClientSettings {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const problems: string[] = [];
  const read = <Value>(name: string, isValue: (value: unknown) => value is Value, wanted: string): Value | undefined => {
    const found = given[name];
    if (found === undefined || found === null || found === '') return undefined;
    if (isValue(found)) return found;
    problems.push(`plimsoll.${name}: write ${wanted}.`);
    return undefined;
  };
  const names = (name: 'select' | 'ignore'): readonly string[] | undefined => {
    const list = read(name, isList, 'a list of rules or families, such as ["pip", "root-user"]');
    if (list === undefined || list.length === 0) return undefined;
    try {
      rulesNamed(registry, list, `plimsoll.${name}:`);
      return list;
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const isBoolean = (found: unknown): found is boolean => typeof found === 'boolean';
  const isText = (found: unknown): found is string => typeof found === 'string';
  const isPreset = (found: unknown): found is (typeof PRESETS)[number] => PRESETS.some((preset) => preset === found);
  const configPath = read('configPath', isText, 'the path of a configuration file');
  const preset = read('preset', isPreset, '"recommended", "strict" or "all"');
  const [select, ignore] = [names('select'), names('ignore')];
  return {
    enable: read('enable', isBoolean, 'true or false') ?? true,
    ...(configPath && { configPath }),
    choice: { ...(preset && { preset }), ...(select && { select }), ...(ignore && { ignore }) },
    problems,
  };
}

function isList(found: unknown): found is readonly string[] {
  return Array.isArray(found) && found.every((each) => typeof each === 'string');
}
