import {
  type AptCall,
  aptCalls,
  indexAfter,
  indexInBase,
  installs,
  installsOnlyFiles,
  instructionsUntilApt,
  type LaterUse,
  laterUse,
  mayHandleIndex,
  mountsIndex,
  readAptCall,
  removes,
  removesIndex,
  usesIndex,
} from '../../src/facts/apt.js';
import type { Command, Stage } from '../../src/model/dockerfile.js';
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
      text: 'Docker caches `{call}` in a layer of its own, and `{install}` further down goes on with an old index',
      help: 'Join {these}: RUN {joined}',
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
    if (behind.some((command) => mayHandleIndex(command) && !removesIndex(command)) || behind.some(goesOnWithIndex)) continue;
    // An update in front of which the RUN installs has done something; only a use further down shows that it is for others.
    const isBusy = aptCalls(script).some(usesIndex) || commands.some(mayHandleIndex);
    const use = behind.some(removesIndex) ? undefined : laterUse(scripts, position + 1);
    const user = use?.calls.find(installs) ?? use?.calls[0];
    const data = { call: titleOf(call) };
    if (use !== undefined && user !== undefined) {
      const related = use.calls.map((each) => ({ at: each.span, note: 'goes on with that index' }));
      yield { at: call.span, message: 'alone' as const, data: { ...data, install: titleOf(user), ...joined(call, use) }, related };
      // A stage that others are built from may keep the index for them on purpose.
    } else if (use?.isOpen !== true && !isBusy && stage.children.length === 0) {
      yield { at: call.span, message: 'unused' as const, data };
    }
  }
}

const titleOf = ({ tool, action }: AptCall): string => `${tool} ${action}`;

/** One RUN for the update and all that goes on with its index; it is deleted where nothing else can need it. */
function joined(call: AptCall, { calls, isOpen }: LaterUse) {
  const count = new Set(calls.map(({ command }) => command.script)).size + 1;
  const parts = [...new Set(calls.map(titleOf))].map((title) => `${title} …`);
  const end = isOpen ? [] : ['rm -rf /var/lib/apt/lists/*'];
  return {
    these: count === 2 ? 'the two' : `all ${count}`,
    joined: [titleOf(call), ...parts, ...end].join(' && '),
  };
}

/** Also a removal by name: without an index apt does not know a package that is not installed, and fails. */
function goesOnWithIndex(command: Command): boolean {
  const call = readAptCall(command);
  return call !== undefined && (usesIndex(call) || (removes(call) && call.operands.length > 0));
}

function* installsWithoutIndex(stage: Stage, ctx: RuleContext) {
  let state = indexInBase(stage.base);
  let removal: Command | undefined;
  for (const instruction of instructionsUntilApt(stage, ctx.script)) {
    const script = ctx.script(instruction);
    const calls = script === undefined || instruction.keyword !== 'RUN' ? [] : aptCalls(script);
    if (
      script !== undefined &&
      instruction.keyword === 'RUN' &&
      state === 'absent' &&
      script.complete &&
      !mountsIndex(instruction) &&
      !calls.some(({ refreshes }) => refreshes)
    ) {
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
export const docs: RuleDocs = {
  why: 'Docker caches a RUN by its text. `RUN apt-get update` never changes, so next month a changed install line below it meets an index of today: it asks for package versions that have left the server (404), or installs old ones. 4 % of 604 public data-science Dockerfiles have such a line, and 18 % of 2,253 that no longer build. The other way round, an install in a RUN of its own finds no index at all where the one before has deleted it.',
  remedy:
    'Write update, install and clean-up as one RUN: `RUN apt-get update && apt-get install -y --no-install-recommends … && rm -rf /var/lib/apt/lists/*`. With apt 2.7 and newer `apt install --update` does the first two.',
  limits:
    'One finding for one separation: at the update, not again at the installs that go on with it. Several RUNs that install from an index the first of them fetched and kept are left alone; so are a stage that others are built from and that keeps the index for them, cache mounts on the index, and an update behind which a script or another tool may install. That there is no index is said of Debian, Ubuntu, CUDA and slim images only, and not of local .deb files. The layer of the index itself is not reported a second time by `apt-no-cleanup`.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get (read 2026-11)',
    'https://github.com/astral-sh/uv (Dockerfile, 2026-08: apt install --update)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends libgomp1\n',
      reports: [[2, 'alone']],
    },
    {
      title: 'The last update of a RUN serves the next one',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends software-properties-common \\\n && add-apt-repository -y ppa:deadsnakes/ppa && apt-get update\nRUN apt-get install -y --no-install-recommends python3.13\n',
      reports: [[3, 'alone']],
    },
    {
      title: 'Nothing installs from it',
      dockerfile: 'FROM pytorch/pytorch:2.9.0-cuda12.8-cudnn9-runtime\nRUN apt-get update\nRUN pip install --no-cache-dir pandas==3.0.5\n',
      reports: [[2, 'unused']],
    },
    {
      title: 'The index is gone',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/*\nRUN apt-get install -y --no-install-recommends libgomp1\n',
      reports: [[3, 'missing']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'apt fetches the index itself',
      dockerfile: 'FROM debian:trixie-slim\nRUN apt install -y --update --no-install-recommends libgomp1 && apt dist-clean\n',
      reports: [],
    },
    {
      title: 'The index is kept for the installs that follow',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends ffmpeg\nRUN apt-get install -y --no-install-recommends gettext\n',
      reports: [],
    },
    {
      title: 'A base stage keeps the index for the stages built from it',
      dockerfile:
        'FROM debian:trixie-slim AS base\nRUN apt-get update\nFROM base AS app\nRUN apt-get install -y --no-install-recommends libgomp1\n',
      reports: [],
    },
  ],
};
