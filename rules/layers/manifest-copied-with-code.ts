import { bustedInstalls, copiedWords } from '../../src/facts/layer-order.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'manifest-copied-with-code',
  family: 'layers',
  summary: 'Code, models or data are copied together with the list of dependencies',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    together: {
      text: '{names} copied before `{install}`: every edit there installs all dependencies anew',
      help: 'Move the COPY of {names} below `{install}`',
    },
    project: {
      text: '{names} copied before `{install}`: every edit there installs all dependencies anew',
      help: 'Run `{only}` with nothing but the manifest copied, then copy {names} and run `{install}`',
    },
  },
  on: {
    *stage(stage, { script }) {
      const seen = new Set<number>();
      for (const { install, offenders, isManifestNamed } of bustedInstalls(stage, script)) {
        if (!isManifestNamed || install.projectOnly === true || offenders.some(({ cargo }) => cargo === 'everything')) continue;
        const { at, names } = copiedWords(offenders);
        if (seen.has(at.start)) continue;
        seen.add(at.start);
        const related = [{ at: install.command.span, note: 'installed here' }];
        const data = { names, install: install.title };
        if (install.withoutProject === undefined) yield { at, message: 'together', data, related };
        else yield { at, message: 'project', data: { ...data, only: install.withoutProject }, related };
      }
    },
  },
});
export const docs: RuleDocs = { why: '', remedy: '', limits: '', references: [], examples: [] };
