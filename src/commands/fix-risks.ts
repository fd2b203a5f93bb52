/** What the unsafe fixes of a rule may make different, as the rule itself says it of its examples. */

import { Linter } from '../engine/lint.js';
import type { Rule, RuleDocs } from '../rule.js';
import { sourceFromText } from '../source/source-file.js';

/** The day by which the examples of all rules are judged that name none. */
const DAY_OF_EXAMPLES = '2026-11-20';

/** More say the same of another example. */
const MOST_RISKS = 3;

/** Sentences without capital and full stop; of those that differ in a version only the first. LIMIT: of examples that have files around them, what holds without these. */
export function fixRisks(rule: Rule, { examples }: RuleDocs): readonly string[] {
  const risks = new Map<string, string>();
  if (rule.fixable === undefined) return [];
  for (const example of examples.filter(({ reports }) => reports.length > 0)) {
    const options = new Map([[rule.id, example.options ?? {}]]);
    const today = example.today ?? DAY_OF_EXAMPLES;
    const linter = new Linter({ registry: [rule], rules: new Map([[rule.id, {}]]), inlineSuppressions: true, today, options });
    const source = sourceFromText(example.compose === undefined ? 'Dockerfile' : 'compose.yaml', example.dockerfile ?? example.compose);
    for (const { risk } of linter.lint(source).report.findings.flatMap(({ fixes }) => fixes)) {
      const kind = risk?.replace(/\d[\w.]*/g, '#');
      if (kind !== undefined && risk !== undefined && !risks.has(kind)) risks.set(kind, risk);
    }
  }
  return [...risks.values()].slice(0, MOST_RISKS);
}
