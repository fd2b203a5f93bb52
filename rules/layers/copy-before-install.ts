import { type BustedInstall, bustedInstalls, contextPaths } from '../../src/facts/layer-order.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'copy-before-install',
  family: 'layers',
  summary: 'The whole project is copied before its dependencies are installed',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    broad: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Copy only {files} first, run `{install}`, and move `{copy}` below it',
    },
    project: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Copy only {files} first, run `{only}`, and move `{copy}` and `{install}` below it',
    },
    self: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Install the dependencies in a layer of their own first, from a requirements file or a lock of them',
    },
  },
  on: {
    *stage(stage, { dockerfile, script }) {
      const seen = new Set<number>();
      for (const busted of bustedInstalls(stage, script)) {
        const source = broadSource(busted);
        if (source === undefined || seen.has(source.word.span.start)) continue;
        seen.add(source.word.span.start);
        const { install } = busted;
        const copy = `${source.copy.keyword} ${source.word.text} ${source.copy.destination?.text ?? ''}`.trim();
        const data = { copy, install: install.title, files: contextPaths(source, install).map((file) => `\`${file}\``).join(' and ') };
        const related = [{ at: install.command.span, note: 'installed here' }];
        const at = source.word.span;
        if (install.projectOnly === true) {
          // A stage that builds the project for another one has to have it.
          if (stage === dockerfile.finalStage) yield { at, message: 'self', severity: 'info', data: { copy, install: install.title }, related };
        } else if (install.withoutProject !== undefined) yield { at, message: 'project', data: { ...data, only: install.withoutProject }, related };
        else yield { at, message: 'broad', data, related };
      }
    },
  },
});

/** The copy of everything, or of the directory that brings the manifest; what is named beside it is manifest-copied-with-code's. */
function broadSource({ offenders, isManifestNamed }: BustedInstall) {
  return offenders.find(({ cargo }) => cargo === 'everything') ?? (isManifestNamed ? undefined : offenders[0]);
}
export const docs: RuleDocs = { why: '', remedy: '', limits: '', references: [], examples: [] };
