import { copiedFiles, deletions, isArchive, isOnlyCleanup, isSecretFile, isSmallText, kindsMadeIn, type Leftover, leftovers } from '../../src/facts/cleanups.js';
import type { Script } from '../../src/model/dockerfile.js';
import { inheritance } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

/** LIMIT: older leftovers are forgotten, so that the time stays linear in the length of the file. */
const MOST_LEFTOVERS = 300;

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
            const done = deletions(script, workdir);
            const still = done.length === 0 ? kept : kept.filter((leftover) => !done.some(({ removes }) => removes(leftover)));
            kept = [...still, ...made].slice(-MOST_LEFTOVERS);
          } else if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
            kept.push(...copiedFiles(instruction, workdir, (text) => stage.environment.expand(text, instruction)));
          }
        }
      }
    },
  },
});

function* report(script: Script, kept: readonly Leftover[], workdir: string) {
  const done = kept.length === 0 ? [] : deletions(script, workdir);
  if (done.length === 0) return;
  const isPure = isOnlyCleanup(script, workdir);
  const own = isPure ? new Set<Leftover['kind']>() : kindsMadeIn(script);
  const counts = (leftover: Leftover): boolean => !isSecretFile(leftover.path ?? '') && (isPure || isWorthAnyway(leftover, own));
  const found = done.flatMap(({ command, removes }) => {
    const gone = kept.filter((leftover) => removes(leftover) && counts(leftover));
    return gone.length === 0 ? [] : [{ command, gone }];
  });
  const [first] = found;
  const [leftover] = first?.gone ?? [];
  if (first === undefined || leftover === undefined) return;
  const gone = new Set(found.flatMap((item) => item.gone));
  const isSmall = [...gone].every(({ origin, path }) => origin !== undefined && origin !== 'download' && isSmallText(path ?? ''));
  const place = {
    at: first.command.span,
    related: [...gone].map(({ span, what }) => ({ at: span, note: `leaves ${what}` })),
    ...(isSmall ? { severity: 'info' as const } : {}),
  };
  const command = shown(first.command.words.map(({ text }) => text).join(' '));
  const { what, path = '' } = leftover;
  if (leftover.origin === 'COPY') yield { ...place, message: 'copied' as const, data: { command, keyword: 'COPY', file: what, path } };
  else if (leftover.origin === 'ADD') yield { ...place, message: 'added' as const, data: { command, file: what } };
  else yield { ...place, message: 'frees' as const, data: { command, what } };
}

/** In a RUN that also does other things, only what surely weighs and what that RUN has not made itself. */
function isWorthAnyway({ kind, path }: Leftover, own: ReadonlySet<Leftover['kind']>): boolean {
  if (kind === 'file') return isArchive(path ?? '');
  return (kind === 'apt-index' || kind === 'conda' || kind === 'pip') && !own.has(kind);
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
export const docs: RuleDocs = { why: '', remedy: '', limits: '', references: [], examples: [] };
