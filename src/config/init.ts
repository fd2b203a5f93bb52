/**
 * The text of a new configuration: `plimsoll init`.
 */
import type { Settings } from './schema.js';

/** What a new configuration says; nothing means the defaults, written down to be changed. */
export type InitialSettings = Pick<Settings, 'ignore' | 'rules' | 'fail-on'>;

/** A `plimsoll.json`. @param schema where its schema is found, relative to it; absent where there is none */
export function initialJson(settings: InitialSettings, schema: string | undefined): string {
  const { rules } = settings;
  const ignore = settings.ignore ?? [];
  const lines = [
    ...(schema === undefined ? [] : [`"$schema": ${JSON.stringify(schema)},`]),
    '// recommended, strict, all',
    '"preset": "recommended",',
    '// exit with 1 from this severity up: error, warning, info, never',
    `"fail-on": "${settings['fail-on'] ?? 'warning'}",`,
    '// rules and families to leave out: plimsoll rules lists them',
    `"ignore": ${JSON.stringify(ignore).replaceAll(',', ', ')},`,
    '// globs of files that a search leaves out, such as "third_party/**"',
    '"exclude": [],',
    '// severities (off, info, warning, error) and options of single rules',
    '"rules": {',
    ...[...(rules ?? [])].map(([id, { severity }]) => `  ${JSON.stringify(id)}: "${severity}",`),
    '}',
  ];
  // A comma behind the last item is allowed, but not everywhere else JSON is read.
  const body = lines.map((line, i) => (lines[i + 1] === '}' && line.endsWith(',') ? line.slice(0, -1) : line));
  return `{\n${body.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** A `pyproject.toml` with a table for plimsoll at its end, in its own line ends; what was there stays as it is. */
export function initialPyproject(text: string, settings: InitialSettings): string {
  const { rules } = settings;
  const ignore = settings.ignore ?? [];
  const lines = [
    '[tool.plimsoll]',
    'preset = "recommended"  # recommended, strict, all',
    `fail-on = "${settings['fail-on'] ?? 'warning'}"  # exit with 1 from this severity up: error, warning, info, never`,
    `ignore = [${ignore.map((id) => JSON.stringify(id)).join(', ')}]  # rules and families to leave out: plimsoll rules lists them`,
    'exclude = []  # globs of files that a search leaves out, such as "third_party/**"',
    '',
    '[tool.plimsoll.rules]  # severities (off, info, warning, error) and options of single rules',
    ...[...(rules ?? [])].map(([id, { severity }]) => `${id} = "${severity}"`),
  ];
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' ? '' : text.endsWith('\n') ? lineEnd : `${lineEnd}${lineEnd}`;
  return text + gap + lines.map((line) => line + lineEnd).join('');
}
