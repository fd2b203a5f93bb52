/**
 * A rule's page in Markdown: what `plimsoll explain` prints, what SARIF carries as help, what rules/README.md holds.
 */
import type { Example, Rule, RuleDocs } from './rule.js';

/** The whole page, from a heading of the given level (1 to 4) down. */
export function rulePage(rule: Rule, docs: RuleDocs, level = 1): string {
  return `${'#'.repeat(level)} ${rule.id}\n\n${rulePageBody(rule, docs, level)}`;
}

/** The page without its title. */
export function rulePageBody(rule: Rule, docs: RuleDocs, level = 1): string {
  const heading = (depth: number, text: string): string => `${'#'.repeat(level + depth)} ${text}`;
  const bad = docs.examples.filter(({ reports }) => reports.length > 0);
  const good = docs.examples.filter(({ reports }) => reports.length === 0);
  const parts = [
    `${rule.summary}.`,
    facts(rule),
    heading(1, 'Why'),
    docs.why,
    heading(1, 'What to do'),
    docs.remedy,
    ...(bad.length > 0 ? [heading(1, 'Reported'), ...bad.map((example) => exampleBlock(example))] : []),
    ...(good.length > 0 ? [heading(1, 'Not reported'), ...good.map((example) => exampleBlock(example))] : []),
    ...(rule.options === undefined ? [] : [heading(1, 'Options'), optionList(rule.options)]),
    heading(1, 'When not to use it'),
    docs.limits,
    heading(1, 'References'),
    docs.references.map((reference) => `- ${reference}`).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Every rule on one page, by family: rules/README.md. */
export function rulesReference(rules: readonly Rule[], documentation: Readonly<Record<string, RuleDocs>>): string {
  const families = [...new Set(rules.map(({ family }) => family))];
  const rows = rules.map(
    ({ id, family, severity, preset, fixable, summary }) =>
      `| [${id}](#${id}) | ${family} | ${severity} | ${preset} | ${fixable ?? ''} | ${summary} |`,
  );
  const pages = families.flatMap((family) => [
    `## ${family}`,
    ...rules
      .filter((rule) => rule.family === family)
      .map((rule) => {
        const docs = documentation[rule.id];
        return docs === undefined ? '' : rulePage(rule, docs, 3).trimEnd();
      }),
  ]);
  return `${[
    '<!-- Generated from the rules by `npm run docs`; a test fails when it is out of date. -->',
    '# Rules',
    `${rules.length} rules. The same pages are printed by \`plimsoll explain <rule>\`.`,
    ['| rule | family | severity | preset | fix | what it reports |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ...pages,
  ].join('\n\n')}\n`;
}

/** The file an example is about. */
export const exampleText = ({ dockerfile, compose }: Example): string => dockerfile ?? compose ?? '';

function facts(rule: Rule): string {
  const rows: [string, string][] = [
    ['Severity', rule.severity],
    ['Confidence', rule.confidence],
    ['Preset', rule.preset],
    ['Family', rule.family],
    ['Fix', rule.fixable === undefined ? 'none' : rule.fixable],
    ['Since', rule.since],
  ];
  if (rule.equivalents !== undefined) rows.push(['Same as', rule.equivalents.map((name) => name.replace(':', ' ')).join(', ')]);
  if (rule.supersedes !== undefined) rows.push(['Speaks instead of', rule.supersedes.join(', ')]);
  return rows.map(([name, value]) => `- ${name}: ${value}`).join('\n');
}

function optionList(options: NonNullable<Rule['options']>): string {
  return Object.entries(options)
    .map(([name, { default: values, description }]) => `- \`${name}\` (${optionValue(values)} by default): ${description}`)
    .join('\n');
}

const optionValue = (values: readonly string[]): string => `\`[${values.map((value) => JSON.stringify(value)).join(', ')}]\``;

function exampleBlock(example: Example): string {
  const set = Object.entries(example.options ?? {}).map(([name, values]) => `with the option \`${name}\` ${optionValue(values)}`);
  const heading = [...(example.title === undefined ? [] : [example.title]), ...set].join(', ');
  const title = heading === '' ? [] : [`${heading}:`];
  const language = example.compose === undefined ? 'dockerfile' : 'yaml';
  const files = Object.entries(example.files ?? {}).flatMap(([path, text]) => [
    `${path}${text === '' ? ', empty or of no interest here' : ':'}`,
    ...(text === '' ? [] : [codeBlock('', text)]),
  ]);
  const fixed = example.fixed === undefined ? [] : ['Mended:', codeBlock(language, example.fixed)];
  return [...title, codeBlock(language, exampleText(example)), ...files, ...fixed].join('\n\n');
}

const codeBlock = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
