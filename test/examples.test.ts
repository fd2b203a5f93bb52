/** Every rule's examples: what they report, and that a clean one is clean. They are the rule's documentation, too. */
import { describe, expect, it } from 'vitest';
import { documentation } from '../rules/documentation.js';
import { rules } from '../rules/index.js';
import { Linter } from '../src/engine/lint.js';
import { placeOf } from '../src/source/position.js';
import { sourceFromText } from '../src/source/source-file.js';
import { TODAY } from './today.js';

for (const rule of rules) {
  const docs = documentation[rule.id];
  describe(rule.id, () => {
    it('has a reporting and a clean example', () => {
      expect(docs?.examples.some(({ reports }) => reports.length > 0)).toBe(true);
      expect(docs?.examples.some(({ reports }) => reports.length === 0)).toBe(true);
    });
    docs?.examples.forEach((example, i) => {
      it(`example ${i + 1}${example.title === undefined ? '' : `: ${example.title}`}`, () => {
        // Comments about comments need the rules they speak of.
        const ids = rule.id.endsWith('-suppression') ? rules.map(({ id }) => id) : [rule.id];
        const linter = new Linter({
          registry: rules,
          rules: new Map(ids.map((id) => [id, {}])),
          inlineSuppressions: true,
          today: example.today ?? TODAY,
        });
        const source = sourceFromText('Dockerfile', example.dockerfile);
        const { report, failures } = linter.lint(source);
        expect(failures).toEqual([]);
        const found = report.findings
          .filter(({ ruleId }) => ruleId === rule.id)
          .map((finding) => [placeOf(source, finding.span.start).line, finding.messageId]);
        expect(found).toEqual(example.reports);
      });
    });
  });
}
