/**
 * What holds for a file and where it comes from, for people who wonder: `plimsoll --print-config FILE`.
 */
import type { Rule } from '../rule.js';
import type { Choice, FileSettings } from './resolve.js';
import { KEYS, type Key, type RuleSetting } from './schema.js';

/** The settings of a file as JSON, with a line end. @param isExcluded whether a search leaves the file out */
export function printedSettings(
  file: string,
  { registry, choice, settings, isExcluded }: { registry: readonly Rule[]; choice: Choice; settings: FileSettings; isExcluded: boolean },
): string {
  const { configuration, rules, options } = settings;
  const enabled = registry.flatMap(({ id, severity, options: own = {} }) => {
    const setting = rules.get(id);
    if (setting === undefined) return [];
    const values = Object.entries(own).map(([name, option]) => [name, options.get(id)?.[name] ?? option.default]);
    return [[id, { severity: setting.severity ?? severity, ...(values.length > 0 && { options: Object.fromEntries(values) }) }] as const];
  });
  const given = configuration?.given ?? {};
  const lines = [
    `"file": ${JSON.stringify(file)},`,
    `"configuration": ${JSON.stringify(configuration?.file ?? null)},`,
    `"excluded": ${isExcluded},`,
    ...table(
      'settings',
      KEYS.map(({ name, byDefault }) => [name, settingOf(name, byDefault, choice, given)]),
    ),
    ...table('enabled', enabled).map((line) => (line === '},' ? '}' : line)),
  ];
  return `{\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** A line for each entry: that reads best where there are many. */
function table(name: string, entries: readonly (readonly [key: string, value: unknown])[]): readonly string[] {
  const lines = entries.map(([key, value], i) => {
    return `  ${JSON.stringify(key)}: ${JSON.stringify(value, asPlain)}${i < entries.length - 1 ? ',' : ''}`;
  });
  return [`${JSON.stringify(name)}: {`, ...lines, '},'];
}

const COMMAND_LINE = 'command line';

/** A value with where it is from. What the command line says takes the place of the configuration's, but is added to its lists. */
function settingOf(
  name: Key,
  byDefault: unknown,
  choice: Choice,
  given: NonNullable<FileSettings['configuration']>['given'],
): { readonly value: unknown; readonly from: string } {
  const configured = given[name];
  const asked = askedFor(name, choice);
  const isAdded = name === 'ignore' || name === 'exclude';
  if (asked !== undefined && (!isAdded || configured === undefined)) return { value: asked, from: COMMAND_LINE };
  // The command line asks for a preset or for a selection, and the configuration's go together.
  if ((name === 'preset' || name === 'select') && (choice.preset ?? choice.select) !== undefined)
    return { value: byDefault, from: COMMAND_LINE };
  if (configured === undefined) return { value: byDefault, from: 'default' };
  const from = configured.from.join(', ');
  if (asked === undefined) return { value: configured.value, from };
  return { value: [...(configured.value as readonly string[]), ...(asked as readonly string[])], from: `${from}, ${COMMAND_LINE}` };
}

function askedFor(name: Key, { preset, select, ignore, exclude, target, failOn }: Choice): unknown {
  const asked: Partial<Record<Key, unknown>> = { preset, select, ignore, exclude, target, 'fail-on': failOn };
  return asked[name];
}

/** Maps as objects, and the setting of a rule as a configuration writes it. */
function asPlain(_key: string, value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, item]) => [key, Array.isArray(item) ? item : asWritten(item as RuleSetting)]));
}

function asWritten({ severity, options }: RuleSetting): unknown {
  return options === undefined ? severity : { ...(severity && { severity }), ...options };
}
