/** Every rule's examples: what they report, that a clean one is clean, and what fixes make of them. They are the rule's documentation, too. */
import { describe, expect, it } from 'vitest';
import { documentation } from '../rules/documentation.js';
import { rules } from '../rules/index.js';
import type { Safety } from '../src/rule.js';
import { exampleText } from '../src/rule-page.js';
import { placeOf } from '../src/source/position.js';
import { amendedTexts, mended } from './fixing.js';
import { lintAll, sourceFromText } from './lint.js';
import { amid } from './memory-tree.js';

for (const rule of rules) {
  const docs = documentation[rule.id];
  const offered = new Set<Safety>();
  describe(rule.id, () => {
    it('shows two findings and three exceptions', () => {
      expect(docs?.examples.filter(({ reports }) => reports.length > 0).length).toBeGreaterThanOrEqual(2);
      expect(docs?.examples.filter(({ reports }) => reports.length === 0).length).toBeGreaterThanOrEqual(3);
    });
    docs?.examples.forEach((example, i) => {
      it(`example ${i + 1}${example.title === undefined ? '' : `: ${example.title}`}`, () => {
        // Comments are judged by the rules they speak of, so those must run, too.
        const select = rule.id.endsWith('-suppression') ? rules.map(({ id }) => id) : [rule.id];
        const source = sourceFromText(example.compose === undefined ? 'Dockerfile' : 'compose.yaml', exampleText(example));
        const options = {
          select,
          ...amid(example.files, source.text, source.path),
          ...(example.today === undefined ? {} : { today: example.today }),
          ...(example.options === undefined ? {} : { ruleOptions: new Map([[rule.id, example.options]]) }),
        };
        const { report, others } = lintAll(source, options);
        const found = [report, ...others].flatMap((file) =>
          file.findings
            .filter(({ ruleId }) => ruleId === rule.id)
            .map(({ span, messageId, fixes }) => ({ place: placeOf(file.source, span.start).line, messageId, fixes, file })),
        );
        expect(found.map(({ place, messageId, file }) => [place, messageId, ...(file === report ? [] : [file.source.path])])).toEqual(
          example.reports,
        );
        const fixes = found.flatMap((finding) => finding.fixes);
        const isMended = fixes.some(({ edits }) => edits.length > 0);
        expect(isMended ? mended(source, options, rule.id).text : undefined).toBe(example.fixed);
        expect(fixes.length === 0 ? undefined : amendedTexts(source, options, rule.id)).toEqual(example.fixedFiles);
        for (const { safety } of fixes) offered.add(safety);
      });
    });
    it('offers the fixes it says', () => {
      expect(offered.has('safe') ? 'safe' : offered.has('unsafe') ? 'unsafe' : undefined).toBe(rule.fixable);
    });
  });
}
