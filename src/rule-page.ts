/**
 * A rule's page in Markdown: what `plimsoll explain` prints, what SARIF carries as help, what rules/README.md holds.
 */
import { type Example, FAMILIES, type Family, type Rule, type RuleDocs } from './rule.js';

/** What a page may be told beside the rule. */
export interface PageOptions {
  /** The level of its title, 1 to 4; 1 by default. */
  readonly level?: number;
  /** What unsafe fixes of the rule may make different; sentences without capital and full stop. */
  readonly risks?: readonly string[];
}

/** The whole page, title and all. */
export function rulePage(rule: Rule, docs: RuleDocs, options: PageOptions = {}): string {
  return `${'#'.repeat(options.level ?? 1)} ${rule.id}\n\n${rulePageBody(rule, docs, options)}`;
}

/** What an editor shows beside the text: the page without facts, examples and sources, which few would scroll through. */
export function briefRulePage(rule: Rule, docs: RuleDocs, { level = 1, risks = [] }: PageOptions = {}): string {
  const part = (title: string, text: string): string => `**${title}**: ${text}`;
  return [
    `${'#'.repeat(level)} ${rule.id}`,
    `${rule.summary}.`,
    part('Why', docs.why),
    part('What to do', docs.remedy),
    ...risks.map((risk) => part('Risk of the unsafe fix', risk)),
    part('When not to use it', docs.limits),
    `Examples and sources: \`plimsoll explain ${rule.id}\``,
  ].join('\n\n');
}

/** The page without its title. */
export function rulePageBody(rule: Rule, docs: RuleDocs, { level = 1, risks = [] }: PageOptions = {}): string {
  const heading = (depth: number, text: string): string => `${'#'.repeat(level + depth)} ${text}`;
  const bad = docs.examples.filter(({ reports }) => reports.length > 0);
  const good = docs.examples.filter(({ reports }) => reports.length === 0);
  const parts = [
    `${rule.summary}.`,
    facts(rule, risks),
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

/** Around what is made of the rules in rules/README.md; how to add one is written by hand, behind it. */
const MADE = /(<!-- rules: npm run docs -->\n)[\s\S]*?(<!-- end of rules -->)/;

/**
 * Every rule on one page, by family: rules/README.md, made anew between its marks. The tables come first, so that one can look around
 * before reading.
 *
 * @param readme the page as it is @throws {Error} where it has no marks
 */
export function rulesReference(readme: string, rules: readonly Rule[], documentation: Readonly<Record<string, RuleDocs>>): string {
  if (!MADE.test(readme)) throw new Error('rules/README.md has no marks around what is made of the rules');
  const families = FAMILIES.map((family) => ({ family, own: rules.filter((rule) => rule.family === family) })).filter(
    ({ own }) => own.length > 0,
  );
  const tables = families.flatMap(({ family, own }) => [`**[${family}](#${family})**: ${ABOUT[family]}`, table(own)]);
  const pages = families.flatMap(({ family, own }) => [
    `## ${family}`,
    ...own.map((rule) => {
      const docs = documentation[rule.id];
      return docs === undefined ? '' : rulePage(rule, docs, { level: 3 }).trimEnd();
    }),
  ]);
  const made = [
    `${rules.length} rules. The same pages are printed by \`plimsoll explain <rule>\`.`,
    'A rule of the preset *recommended* runs unless it is left out; *strict* and *all* run more. A *safe* fix is made by `--fix`, an ' +
      '*unsafe* one by `--fix --unsafe-fixes`: the report says with each what may be different afterwards.',
    ...tables,
    ...pages,
  ].join('\n\n');
  return readme.replace(MADE, (_, start: string, end: string) => `${start}${made}\n${end}`);
}

function table(rules: readonly Rule[]): string {
  const rows = rules.map(
    ({ id, severity, preset, fixable, summary }) => `| [${id}](#${id}) | ${severity} | ${preset} | ${fixable ?? ''} | ${summary} |`,
  );
  return ['| rule | severity | preset | fix | what it reports |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** What the rules of a family are about. */
const ABOUT: Readonly<Record<Family, string>> = {
  'base-image': 'what the image is built on, and how long that lasts.',
  python: 'Python itself, however it came into the image.',
  pip: 'packages that pip installs.',
  uv: 'projects and packages that uv installs.',
  poetry: 'projects that Poetry installs.',
  conda: 'environments of conda, mamba and micromamba.',
  apt: 'packages of Debian and Ubuntu.',
  apk: 'packages of Alpine.',
  r: 'R and its packages.',
  julia: 'Julia and its packages.',
  gpu: 'CUDA, drivers, and the size they come with.',
  jupyter: 'notebooks and their servers.',
  models: 'models, weights and data.',
  serving: 'servers, workers and health.',
  security: 'secrets, users, and what others get into the image.',
  layers: 'what a layer keeps, and what is built anew.',
  reproducibility: 'the same file, the same image.',
  runtime: 'how the container starts and stops.',
  context: 'what is sent to the build.',
  compose: 'compose files.',
  dockerfile: 'the file itself, and comments for plimsoll.',
};

/** The file an example is about. */
export const exampleText = ({ dockerfile, compose }: Example): string => dockerfile ?? compose ?? '';

const FIX = {
  none: 'none',
  safe: 'safe (`plimsoll --fix`)',
  unsafe: 'unsafe (`plimsoll --fix --unsafe-fixes`)',
} as const;

function facts(rule: Rule, risks: readonly string[]): string {
  const rows: [string, string][] = [
    ['Severity', rule.severity],
    ['Confidence', rule.confidence],
    ['Preset', rule.preset],
    ['Family', rule.family],
    ['Fix', FIX[rule.fixable ?? 'none']],
    ...risks.map((risk): [string, string] => [rule.fixable === 'safe' ? 'Risk where it is unsafe' : 'Risk of that fix', risk]),
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
  const fixed = [
    ...(example.fixed === undefined ? [] : ['Mended:', codeBlock(language, example.fixed)]),
    ...Object.entries(example.fixedFiles ?? {}).flatMap(([path, text]) => [`${path}, mended:`, codeBlock('', text)]),
  ];
  const lines = new Set(example.reports.map(([line, , file]) => `${file === undefined ? '' : `${file}, `}line ${line}`));
  const reported = lines.size === 0 ? [] : [`Reported: ${[...lines].join('; ')}.`];
  return [...title, codeBlock(language, exampleText(example)), ...files, ...reported, ...fixed].join('\n\n');
}

const codeBlock = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
