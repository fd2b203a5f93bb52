/** `plimsoll rules` and `plimsoll explain`: the rules, for people and for programs. */
import { rules } from '../../rules/index.js';
import { findRule } from '../config/resolve.js';
import { type ExitCode, type Surroundings, widthOf } from '../streams.js';
import { colorsFor, wantsColor } from '../terminal.js';
import { fixRisks } from './fix-risks.js';

/**
 * Prints the pages of rules, in the order named: laid out on a terminal, and where colour is asked for; Markdown elsewhere.
 *
 * @throws {ConfigurationError} when there is no such rule, before anything is printed
 */
export async function explain(ids: readonly string[], { streams: { stdout }, env }: Surroundings): Promise<ExitCode> {
  const named = [...new Set(ids)].map((id) => findRule(rules, id));
  const [{ documentation }, { rulePage }] = await Promise.all([import('../../rules/documentation.js'), import('../rule-page.js')]);
  const pages = named.map((rule) => {
    const docs = documentation[rule.id];
    return docs === undefined ? `# ${rule.id}\n\n${rule.summary}.\n` : rulePage(rule, docs, { risks: fixRisks(rule, docs) });
  });
  const markdown = pages.join('\n');
  const color = wantsColor('auto', env, stdout.isTTY, false);
  const isLaidOut = stdout.isTTY || (color && env['FORCE_COLOR'] !== undefined);
  if (!isLaidOut) stdout.write(markdown);
  else {
    const { terminalPage } = await import('../reporters/terminal-page.js');
    stdout.write(terminalPage(markdown, { colors: await colorsFor(color), width: widthOf(stdout, env) }));
  }
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
