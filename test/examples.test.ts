/** Every rule's examples: what they report, and that a clean one is clean. They are the rule's documentation, too. */
import { describe, expect, it } from 'vitest';
import { documentation } from '../rules/documentation.js';
import { rules } from '../rules/index.js';
import { placeOf } from '../src/source/position.js';
import { lint } from './lint.js';

for (const rule of rules) {
  const docs = documentation[rule.id];
  describe(rule.id, () => {
    it('has a reporting and a clean example', () => {
      expect(docs?.examples.some(({ reports }) => reports.length > 0)).toBe(true);
      expect(docs?.examples.some(({ reports }) => reports.length === 0)).toBe(true);
    });
    docs?.examples.forEach((example, i) => {
      it(`example ${i + 1}${example.title === undefined ? '' : `: ${example.title}`}`, () => {
        // Comments are judged by the rules they speak of, so those must run, too.
        const select = rule.id.endsWith('-suppression') ? rules.map(({ id }) => id) : [rule.id];
        const report = lint(example.dockerfile, { select, ...(example.today === undefined ? {} : { today: example.today }) });
        const found = report.findings
          .filter(({ ruleId }) => ruleId === rule.id)
          .map(({ span, messageId }) => [placeOf(report.source, span.start).line, messageId]);
        expect(found).toEqual(example.reports);
      });
    });
  });
}
