/** Every rule's examples: what they report, that a clean one is clean, and what fixes make of them. They are the rule's documentation, too. */
import { describe, expect, it } from 'vitest';
import { documentation } from '../rules/documentation.js';
import { rules } from '../rules/index.js';
import type { Safety } from '../src/rule.js';
import { exampleText } from '../src/rule-page.js';
import { placeOf } from '../src/source/position.js';
import { mended } from './fixing.js';
import { lint, sourceFromText } from './lint.js';
import { amid } from './memory-tree.js';

for (const rule of rules) {
  const docs = documentation[rule.id];
  const offered = new Set<Safety>();
  describe(rule.id, () => {
    it('has a reporting and a clean example', () => {
      expect(docs?.examples.some(({ reports }) => reports.length > 0)).toBe(true);
      expect(docs?.examples.some(({ reports }) => reports.length === 0)).toBe(true);
    });
    docs?.examples.forEach((example, i) => {
      it(`example ${i + 1}${example.title === undefined ? '' : `: ${example.title}`}`, () => {
        // Comments are judged by the rules they speak of, so those must run, too.
        const select = rule.id.endsWith('-suppression') ? rules.map(({ id }) => id) : [rule.id];
        const text = exampleText(example);
        const options = {
          select,
          ...amid(example.files, text),
          ...(example.today === undefined ? {} : { today: example.today }),
          ...(example.options === undefined ? {} : { ruleOptions: new Map([[rule.id, example.options]]) }),
        };
        const report = lint(text, options);
        const findings = report.findings.filter(({ ruleId }) => ruleId === rule.id);
        expect(findings.map(({ span, messageId }) => [placeOf(report.source, span.start).line, messageId])).toEqual(example.reports);
        const fixes = findings.flatMap((finding) => finding.fixes);
        const fixed = fixes.length === 0 ? undefined : mended(sourceFromText('Dockerfile', text), options, rule.id).text;
        expect(fixed).toBe(example.fixed);
        for (const { safety } of fixes) offered.add(safety);
      });
    });
    it('offers the fixes it says', () => {
      expect(offered.has('safe') ? 'safe' : offered.has('unsafe') ? 'unsafe' : undefined).toBe(rule.fixable);
    });
  });
}
