/**
 * hadolint's configuration → plimsoll's, as far as one has what the other has.
 *
 * Source: hadolint 2.15's documentation of its configuration file, and what it does with it when run (2026-11).
 */
import { at, type TreeNode, textAt, textsAt } from '../files/tree.js';
import { readYaml } from '../files/yaml.js';
import type { Rule, Severity } from '../rule.js';
import type { FailOn, Settings } from './schema.js';

/** What becomes of a configuration of hadolint. */
export interface Converted {
  readonly settings: Pick<Settings, 'ignore' | 'fail-on'> & { readonly rules?: ReadonlyMap<string, { readonly severity: Severity }> };
  /** What was taken over, and into what: sentences without a full stop. */
  readonly taken: readonly string[];
  /** What has no counterpart, and why. */
  readonly left: readonly string[];
}

/** Converts the text of a `.hadolint.yaml`; a message when it cannot be read. */
export function convertedFromHadolint(text: string, registry: readonly Rule[]): Converted | string {
  const { documents, problems } = readYaml(text);
  const [problem] = problems;
  if (problem !== undefined) return `${problem.message}.`;
  const [root] = documents;
  if (root !== undefined && root.kind !== 'map') return 'is no table of keys.';
  const conversion: Conversion = { registry, ignore: new Set(), severities: new Map(), taken: [], left: [] };
  for (const { key, value } of root?.entries.values() ?? []) {
    const convert = CONVERSIONS.get(key);
    if (convert === undefined) conversion.left.push(`${key}: hadolint has no such key`);
    else convert(value, conversion, key);
  }
  const { ignore, severities, failOn, taken, left } = conversion;
  const rules = [...severities].filter(([id]) => !ignore.has(id)).map(([id, severity]) => [id, { severity }] as const);
  return {
    settings: {
      ...(ignore.size > 0 && { ignore: [...ignore] }),
      ...(rules.length > 0 && { rules: new Map(rules) }),
      ...(failOn && { 'fail-on': failOn }),
    },
    taken,
    left: [...new Set(left)],
  };
}

interface Conversion {
  readonly registry: readonly Rule[];
  readonly ignore: Set<string>;
  readonly severities: Map<string, Severity>;
  failOn?: FailOn;
  readonly taken: string[];
  readonly left: string[];
}

/** By hadolint's keys. */
const CONVERSIONS = new Map(
  Object.entries<(value: TreeNode, conversion: Conversion, key: string) => void>({
    ignored: (value, conversion, key) => {
      for (const code of codesIn(value, conversion, key)) {
        for (const { id, equivalents = [] } of counterparts(code, conversion)) {
          conversion.ignore.add(id);
          const others = equivalents.flatMap((name) => (name.startsWith('hadolint:') && name !== `hadolint:${code}` ? name.slice(9) : []));
          const more =
            others.length === 0 ? '' : `, which also reports what ${others.join(' and ')} ${others.length === 1 ? 'does' : 'do'}`;
          conversion.taken.push(`ignored ${code}: ignore ${id}${more}`);
        }
      }
    },
    override: (value, conversion, key) => {
      if (value.kind !== 'map' && textsAt(value).length > 0) conversion.left.push(`${key}: no table of severities`);
      for (const level of value.kind === 'map' ? value.entries.keys() : []) {
        if (LEVELS.every(([known]) => known !== level)) conversion.left.push(`${key}.${level}: hadolint has no such severity`);
      }
      // SPEC: a code in several lists gets the highest of their severities.
      for (const [level, severity] of LEVELS) {
        for (const code of codesIn(at(value, level), conversion, `${key}.${level}`)) {
          for (const { id } of counterparts(code, conversion)) {
            if (conversion.severities.has(id)) continue;
            conversion.severities.set(id, severity);
            conversion.taken.push(`override.${level} ${code}: rules.${id} ${severity}`);
          }
        }
      }
    },
    'failure-threshold': (value, conversion) => {
      const threshold = textAt(value) ?? '';
      const failOn = THRESHOLDS.get(threshold);
      if (failOn === undefined) {
        conversion.left.push(`failure-threshold ${threshold}: hadolint has no such threshold`);
        return;
      }
      // `no-fail` goes before any threshold.
      conversion.failOn ??= failOn;
      conversion.taken.push(`failure-threshold ${threshold}: fail-on ${failOn}`);
    },
    'no-fail': (value, conversion, key) => {
      if (!isOn(value, conversion, key)) return;
      conversion.failOn = 'never';
      conversion.taken.push('no-fail: fail-on never');
    },
    'disable-ignore-pragma': (value, conversion, key) => {
      if (isOn(value, conversion, key)) conversion.left.push('disable-ignore-pragma: plimsoll takes that on the command line, --no-inline');
    },
    trustedRegistries: (_, { left }) => {
      left.push('trustedRegistries (DL3026): no rule of plimsoll says which registries images may come from');
    },
    'label-schema': (_, { left }) => void left.push('label-schema: plimsoll has no rules about labels'),
    'strict-labels': (value, conversion, key) => {
      if (isOn(value, conversion, key)) conversion.left.push('strict-labels: plimsoll has no rules about labels');
    },
    format: (value, { left }) => void left.push(formatHint('format', textAt(value) ?? '')),
    formats: (value, { left }) => void left.push(...textsAt(value).map(({ text }) => formatHint('formats', text))),
    'no-color': (value, conversion, key) => {
      if (isOn(value, conversion, key))
        conversion.left.push('no-color: plimsoll colours terminals only, and takes --color never on the command line');
    },
    verbose: (value, conversion, key) => {
      if (isOn(value, conversion, key)) conversion.left.push('verbose: plimsoll prints its settings for a file with --print-config');
    },
  }),
);

/** The highest first. */
const LEVELS: readonly (readonly [level: string, severity: Severity])[] = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'info'],
  ['style', 'info'],
];

const THRESHOLDS: ReadonlyMap<string, FailOn> = new Map([
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'info'],
  ['style', 'info'],
  ['ignore', 'info'],
  ['none', 'never'],
]);

/** The rules that mean the same as one of hadolint's; where there are none, the reason is noted. */
function counterparts(code: string, { registry, left }: Conversion): readonly Rule[] {
  const found = registry.filter(({ equivalents = [] }) => equivalents.includes(`hadolint:${code}`));
  if (found.length > 0) return found;
  const reason = /^SC\d+$/.test(code)
    ? 'a rule of ShellCheck, which plimsoll does not run'
    : /^DL\d+$/.test(code)
      ? 'plimsoll has no rule that means the same'
      : 'no rule of hadolint';
  left.push(`${code}: ${reason}`);
  return [];
}

/** By hadolint's names. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['tty', 'text'],
  ['json', 'json'],
  ['sarif', 'sarif'],
  ['checkstyle', 'checkstyle'],
  ['codeclimate', 'codeclimate'],
  ['gitlab_codeclimate', 'gitlab'],
  ['gnu', 'unix'],
  ['sonarqube', 'sonarqube'],
]);

function formatHint(key: string, format: string): string {
  const counterpart = FORMATS.get(format);
  return counterpart === undefined
    ? `${key} ${format}: plimsoll has no such format`
    : `${key} ${format}: plimsoll takes that on the command line, --format ${counterpart}`;
}

/** The codes of a list, or the one that stands there alone. What is neither is noted. */
function codesIn(value: TreeNode | undefined, { left }: Conversion, key: string): readonly string[] {
  if (value?.kind === 'map') left.push(`${key}: no list of rules`);
  return textsAt(value).map(({ text }) => text);
}

/** Whether a switch is on. What is neither on nor off is noted: hadolint itself knows no `yes` and no `"true"`. */
function isOn(value: TreeNode, { left }: Conversion, key: string): boolean {
  const given = value.kind === 'scalar' ? value.value : undefined;
  if (typeof given !== 'boolean' && given !== null) left.push(`${key}: neither true nor false`);
  return given === true;
}
