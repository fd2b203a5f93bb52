import { cacheMountOf, isProjectScript, leftIndex, removesIndex } from '../../src/facts/apt.js';
import { imageFacts } from '../../src/facts/images.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-no-cleanup',
  family: 'apt',
  summary: 'The package index that apt fetched stays in the image',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3009'],
  messages: {
    kept: {
      text: '`{call}` leaves its package index in this layer, 26 MB on Debian 12',
      help: 'End this RUN with && rm -rf /var/lib/apt/lists/*',
    },
    'cache-emptied': {
      text: '`{command}` empties the cache mount on {target}: the next build fetches everything again',
      help: 'Remove it: what is in a cache mount is not part of the image',
    },
  },
  on: {
    *stage(stage, ctx) {
      yield* emptiedCaches(stage, ctx);
      if (!isInFinalImage(ctx.dockerfile, stage) || !mayHaveApt(stage)) return;
      const scripts = stage.instructions.flatMap((instruction) => (instruction.keyword === 'RUN' ? (ctx.script(instruction) ?? []) : []));
      // Whatever these install, they take from the index that is kept for them.
      const needers = scripts.some(({ commands }) => commands.some(({ name }) => name === 'rosdep' || name === 'ubuntu-drivers'));
      if (needers || scripts.at(-1)?.commands.some(isProjectScript) === true) return;
      for (const script of scripts) {
        const call = leftIndex(script);
        if (call !== undefined) yield { at: call.span, message: 'kept', data: { call: `${call.tool} ${call.action}` } };
      }
    },
  },
});

/** `rm` inside a cache mount: the opposite mistake, in any stage. */
function* emptiedCaches(stage: Stage, ctx: RuleContext) {
  for (const instruction of stage.instructions) {
    if (instruction.keyword !== 'RUN' || instruction.mounts.length === 0) continue;
    for (const command of ctx.script(instruction)?.commands ?? []) {
      const isClean = command.name === 'apt-get' || command.name === 'apt' ? isCleanCall(command.args.map(({ value }) => value)) : false;
      const target = removesIndex(command)
        ? cacheMountOf(instruction, '/var/lib/apt/lists')
        : isClean
          ? cacheMountOf(instruction, '/var/cache/apt/archives')
          : undefined;
      if (target === undefined || command.conditional) continue;
      const data = { command: `${command.name} ${command.args.map(({ text }) => text).join(' ')}`, target };
      yield { at: command.span, message: 'cache-emptied' as const, severity: 'info' as const, data };
      break;
    }
  }
}

const isCleanCall = (args: readonly (string | undefined)[]): boolean => args.includes('clean');

function mayHaveApt({ base }: Stage): boolean {
  if (base.kind !== 'image') return base.kind === 'unknown';
  const tool = imageFacts(base.reference)?.packageManager;
  return tool === undefined || tool === 'apt';
}
export const docs: RuleDocs = { why: '', remedy: '', limits: '', references: [], examples: [] };
