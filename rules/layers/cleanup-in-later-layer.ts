import { copiedFiles, deletions, type Deletion, isArchive, isOnlyCleanup, isSecretFile, isSmallText, type Leftover, leftovers } from '../../src/facts/cleanups.js';
import type { Instruction, Script, Stage } from '../../src/model/dockerfile.js';
import { inheritance } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'cleanup-in-later-layer',
  family: 'layers',
  summary: 'Files are deleted in a later layer than the one that holds them',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['apt-no-cleanup', 'conda-no-clean'],
  messages: {
    frees: {
      text: '`{command}` frees nothing: an earlier layer keeps what it deletes',
      help: 'Move it to the end of the RUN that leaves {what}',
    },
    copied: {
      text: '`{command}` frees nothing: the layer of {keyword} keeps `{file}`',
      help: 'Mount the file where it is used: RUN --mount=type=bind,source={file},target={path} …',
    },
    added: {
      text: '`{command}` frees nothing: the layer of ADD keeps `{file}`',
      help: 'Fetch the file, use it and delete it in one RUN',
    },
  },
  on: {
    *file(dockerfile, ctx) {
      if (dockerfile.finalStage === undefined) return;
      let kept: Leftover[] = [];
      for (const stage of [...inheritance(dockerfile.finalStage)].reverse()) {
        for (const instruction of stage.instructions) {
          const directory = stage.environment.workdir(instruction);
          const workdir = directory.kind === 'known' ? directory.value : '';
          const script = instruction.keyword === 'RUN' ? ctx.script(instruction) : undefined;
          if (script !== undefined) {
            const made = leftovers(script, workdir);
            yield* report(script, kept, workdir);
            kept = [...kept.filter((leftover) => !deletions(script, workdir).some(({ removes }) => removes(leftover))), ...made];
          } else if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
            kept.push(...copiedFiles(instruction, workdir, (text) => stage.environment.expand(text, instruction)));
          }
        }
      }
    },
  },
});
