import { type AptCall, aptCalls, indexAfter, indexInBase, installs, installsOnlyFiles, isProjectScript, mayHandleIndex, mountsIndex, readAptCall, removesIndex, usesIndex } from '../../src/facts/apt.js';
import type { Command, Script, Stage } from '../../src/model/dockerfile.js';
import { inheritedInstructions } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-update-alone',
  family: 'apt',
  summary: 'The package index is fetched in one layer and used in another',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['apt-no-cleanup'],
  messages: {
    alone: {
      text: '`{call}` stands in a RUN of its own: Docker caches it, and `{install}` further down goes on with an old index',
      help: 'Join the two: RUN apt-get update && {install} … && rm -rf /var/lib/apt/lists/*',
    },
    unused: {
      text: '`{call}` fetches a package index that nothing installs from',
      help: 'Remove it, or join it to the install that needs it: RUN apt-get update && apt-get install …',
    },
    missing: {
      text: '`{install}` has no package index to install from: {reason}',
      help: 'Put apt-get update && in front of it, in the same RUN',
    },
  },
  on: {
    *stage(stage, ctx) {
      yield* loneUpdates(stage, ctx);
      yield* installsWithoutIndex(stage, ctx);
    },
  },
});

function* loneUpdates(stage: Stage, ctx: RuleContext) {
  const scripts = stage.instructions.flatMap((instruction) => ctx.script(instruction) ?? []);
  for (const [position, script] of scripts.entries()) {
    const { instruction, commands } = script;
    const call = aptCalls(script).findLast(({ refreshes }) => refreshes);
    if (instruction.keyword !== 'RUN' || call?.action !== 'update' || !script.complete || mountsIndex(instruction)) continue;
    const behind = commands.slice(commands.indexOf(call.command) + 1);
    if (behind.some((command) => mayHandleIndex(command) && !removesIndex(command)) || usersIn(script, behind).length > 0) continue;
    // An update in front of which the RUN installs has done something; only a use further down shows that it is for others.
    const isBusy = aptCalls(script).some(usesIndex) || commands.some(mayHandleIndex);
    const user = behind.some(removesIndex) ? undefined : nextUse(scripts.slice(position + 1));
    const data = { call: `${call.tool} ${call.action}` };
    if (user !== undefined && user !== 'unknown') {
      const related = [{ at: user.span, note: 'installs from that index' }];
      yield { at: call.span, message: 'alone' as const, data: { ...data, install: `${user.tool} ${user.action}` }, related };
    } else if (user === undefined && !isBusy && !isBuiltUpon(stage, ctx)) {
      yield { at: call.span, message: 'unused' as const, data };
    }
  }
}

/** The first call further down that uses the index left there; `unknown` when something unreadable comes first. */
function nextUse(scripts: readonly Script[]): AptCall | 'unknown' | undefined {
  for (const script of scripts) {
    for (const command of script.commands) {
      const call = readAptCall(command);
      if (call?.refreshes === true) return undefined;
      if (call !== undefined && usesIndex(call)) return call;
      if (call === undefined && removesIndex(command)) return undefined;
      if (isProjectScript(command) || mayHandleIndex(command)) return 'unknown';
    }
    if (!script.complete) return 'unknown';
  }
  return undefined;
}

const usersIn = (script: Script, commands: readonly Command[]): readonly AptCall[] =>
  aptCalls(script).filter((call) => usesIndex(call) && commands.includes(call.command));

/** A stage that others are built from may keep the index for them on purpose. */
const isBuiltUpon = (stage: Stage, ctx: RuleContext): boolean => ctx.dockerfile.stages.some(({ parent }) => parent === stage);

function* installsWithoutIndex(stage: Stage, ctx: RuleContext) {
  let state = indexInBase(stage.base);
  let removal: Command | undefined;
  for (const instruction of inheritedInstructions(stage)) {
    const script = ctx.script(instruction);
    const calls = script === undefined || instruction.keyword !== 'RUN' ? [] : aptCalls(script);
    if (script !== undefined && instruction.keyword === 'RUN' && state === 'absent' && script.complete && !mountsIndex(instruction) && !calls.some(({ refreshes }) => refreshes)) {
      const call = calls.find((candidate) => installs(candidate) && candidate.operands.length > 0 && !installsOnlyFiles(candidate));
      const isClear = call !== undefined && !call.command.conditional && !script.commands.some(mayHandleIndex);
      if (isClear) {
        if (script.stage === stage) {
          const reason = removal === undefined ? 'the base image has none' : 'an earlier RUN has removed it';
          const related = removal === undefined ? [] : [{ at: removal.span, note: 'removes the index' }];
          yield { at: call.span, message: 'missing' as const, data: { install: `${call.tool} ${call.action}`, reason }, related };
        }
        return;
      }
    }
    state = indexAfter(state, instruction, script);
    removal = script?.commands.findLast(removesIndex) ?? removal;
  }
}
export const docs: RuleDocs = { why: '', remedy: '', limits: '', references: [], examples: [] };
