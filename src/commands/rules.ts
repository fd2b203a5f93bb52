/** `plimsoll rules` and `plimsoll explain`: the rules, for people and for programs. */
import { rules } from '../../rules/index.js';
import { findRule } from '../config/resolve.js';
import type { ExitCode, Surroundings } from '../streams.js';
import { colorsFor, wantsColor } from '../terminal.js';

/** Prints a rule's page. @throws {ConfigurationError} when there is no such rule */
export async function explain(id: string, { streams, env }: Surroundings): Promise<ExitCode> {
  const rule = findRule(rules, id);
  const [{ documentation }, { rulePage }] = await Promise.all([import('../../rules/documentation.js'), import('../rule-page.js')]);
  const docs = documentation[id];
  const page = docs === undefined ? `# ${rule.id}\n\n${rule.summary}.\n` : rulePage(rule, docs);
  const { bold, dim } = await colorsFor(wantsColor('auto', env, streams.stdout.isTTY, false));
  streams.stdout.write(page.replace(/^#.*$/gm, bold).replace(/^```.*$/gm, dim));
  return 0;
}

/** Prints the list of the rules, as a table or as JSON. */
export async function listRules(format: string, { streams, env }: Surroundings): Promise<ExitCode> {
  if (format === 'json') {
    const entries = rules.map(({ id, family, summary, severity, confidence, preset, since, fixable, equivalents, options }) => ({
      id,
      family,
      summary,
      severity,
      confidence,
      preset,
      since,
      fixable: fixable ?? null,
      equivalents: equivalents ?? [],
      options: options ?? {},
    }));
    streams.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
    return 0;
  }
  const colors = await colorsFor(wantsColor('auto', env, streams.stdout.isTTY, false));
  const longest = Math.max(...rules.map(({ id }) => id.length));
  let family = '';
  for (const rule of rules) {
    if (rule.family !== family) streams.stdout.write(`${family === '' ? '' : '\n'}${colors.bold(rule.family)}\n`);
    family = rule.family;
    const paint = rule.severity === 'error' ? colors.red : rule.severity === 'warning' ? colors.yellow : colors.blue;
    const remarks = [rule.preset === 'recommended' ? '' : rule.preset, rule.fixable === undefined ? '' : `${rule.fixable} fix`].filter(
      Boolean,
    );
    const tail = remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
    streams.stdout.write(`  ${rule.id.padEnd(longest)}  ${paint(rule.severity.padEnd(7))}  ${rule.summary}${colors.dim(tail)}\n`);
  }
  return 0;
}
