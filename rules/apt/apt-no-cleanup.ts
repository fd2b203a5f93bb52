import { type AptCall, cacheMountOf, isProjectScript, laterUse, leftIndex, removesIndex } from '../../src/facts/apt.js';
import { factsOfBase } from '../../src/facts/images.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage, runScripts } from '../../src/model/stages.js';
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
      text: '`{call}` leaves its package index in this layer{size}',
      help: 'End this RUN with && {sudo}rm -rf /var/lib/apt/lists/*',
    },
    shared: {
      text: '`{call}` leaves its package index in this layer, for `{install}` further down',
      help: 'Install all in this RUN and end it with && {sudo}rm -rf /var/lib/apt/lists/*; without the index what is further down fails',
    },
    'cache-emptied': {
      text: '`{command}` empties the cache mount on {target}: the next build fetches everything again',
      help: 'Remove {what}: what is in a cache mount is not part of the image',
    },
  },
  on: {
    *stage(stage, ctx) {
      yield* emptiedCaches(stage, ctx);
      if (!isInFinalImage(ctx.dockerfile, stage) || !mayHaveApt(stage)) return;
      const scripts = runScripts(stage.instructions, ctx.script);
      const left = scripts.map(leftIndex);
      const lastLeft = left.findLast((call) => call !== undefined);
      if (lastLeft === undefined) return;
      // What these install, and what a script of the project may install last, comes from the index that is kept for them.
      const needers = scripts.some(({ commands }) => commands.some(({ name }) => name === 'rosdep' || name === 'ubuntu-drivers'));
      if (needers || scripts.at(-1)?.commands.some(isProjectScript) === true) return;
      for (const [position, call] of left.entries()) {
        if (call === undefined) continue;
        const own = laterUse(scripts, position + 1).calls;
        const uses = own.length > 0 || call !== lastLeft ? own : usesInHeirs(stage, ctx);
        const sudo = call.command.wrappers.some(({ name }) => name === 'sudo') ? 'sudo ' : '';
        const data = { call: `${call.tool} ${call.action}`, sudo };
        const related = uses.map(({ span }) => ({ at: span, note: 'goes on with that index' }));
        const user = uses[0];
        if (user === undefined) yield { at: call.span, message: 'kept', data: { ...data, size: sizeOf(stage) } };
        else yield { at: call.span, message: 'shared', data: { ...data, install: `${user.tool} ${user.action}` }, related };
      }
    },
  },
});

/** What goes on, in the stages built on this one, with the index that it leaves at its end. */
function usesInHeirs(stage: Stage, ctx: RuleContext): readonly AptCall[] {
  return stage.children.flatMap(({ instructions }) => laterUse(runScripts(instructions, ctx.script)).calls);
}

/** `rm` inside a cache mount: the opposite mistake, in any stage. */
function* emptiedCaches(stage: Stage, ctx: RuleContext) {
  for (const instruction of stage.instructions) {
    if (instruction.keyword !== 'RUN' || instruction.mounts.length === 0) continue;
    const lists = cacheMountOf(instruction, '/var/lib/apt/lists');
    const archives = cacheMountOf(instruction, '/var/cache/apt/archives');
    if (lists === undefined && archives === undefined) continue;
    for (const command of ctx.script(instruction)?.commands ?? []) {
      const isClean = command.name === 'apt-get' || command.name === 'apt' ? isCleanCall(command.args.map(({ value }) => value)) : false;
      const target = removesIndex(command) ? lists : isClean ? archives : undefined;
      if (target === undefined || command.conditional) continue;
      const own = command.args.filter(({ value, prefix }) => (value ?? prefix).startsWith(target));
      const operands = command.args.filter(({ value, prefix }) => !(value ?? prefix).startsWith('-'));
      const what = own.length > 0 && own.length < operands.length ? own.map(({ text }) => `\`${text}\``).join(' and ') : 'it';
      const data = { command: `${command.name} ${command.args.map(({ text }) => text).join(' ')}`, target, what };
      yield { at: command.span, message: 'cache-emptied' as const, severity: 'info' as const, data };
      break;
    }
  }
}

const isCleanCall = (args: readonly (string | undefined)[]): boolean => args.includes('clean');

/** Measured in Debian 12's image. */
function sizeOf({ base }: Stage): string {
  const { id, cycle } = factsOfBase(base)?.distribution ?? {};
  return id === 'debian' && cycle === '12' ? ', 26 MB on Debian 12' : ', where nothing needs it any more';
}

function mayHaveApt({ base }: Stage): boolean {
  if (base.kind !== 'image') return base.kind === 'unknown';
  const tool = factsOfBase(base)?.packageManager;
  return tool === undefined || tool === 'apt';
}
export const docs: RuleDocs = {
  why: 'apt needs the package index while it installs and never again. In an official Debian 12 image it takes 26 MB (measured 2026-11), in every layer that runs `apt-get update`. Of 604 public data-science Dockerfiles 24 % leave it behind. `apt-get clean` does not help: it deletes downloaded packages, which the official Debian and Ubuntu images delete by themselves.',
  remedy:
    'Delete the index in the RUN that fetched it: `rm -rf /var/lib/apt/lists/*`, or `apt-get dist-clean` with apt 2.9 and newer. Or keep it out of the layer with `--mount=type=cache,target=/var/lib/apt,sharing=locked`; then nothing must be deleted, and deleting it all the same is reported, because it throws the cache away.',
  limits:
    'Only layers of the final image count, not those of stages it merely copies from. Nothing is said where a script of the project or of the base image runs behind the update in the same RUN or in the last RUN of the stage, where `rosdep` or `ubuntu-drivers` need the index, where part of the script cannot be read, and on images without apt. A clean-up in a later layer is reported by `cleanup-in-later-layer`. What `add-apt-repository` fetches by itself is not seen, nor is a stage that is copied whole (`COPY --from=build / /`).',
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get (read 2026-11)',
    'https://github.com/docker-library/python (Dockerfile-linux.template, 2026-08: apt-get dist-clean on trixie)',
    'https://manpages.debian.org/trixie/apt/apt-get.8.en.html',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends ffmpeg\n',
      reports: [[2, 'kept']],
    },
    {
      title: '`apt-get clean` leaves the index',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends libgomp1 \\\n && apt-get clean\n',
      reports: [[2, 'kept']],
    },
    {
      title: 'A cache mount must not be emptied',
      dockerfile:
        'FROM debian:trixie\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    apt-get update && apt-get install -y --no-install-recommends graphviz \\\n    && rm -rf /var/lib/apt/lists/*\n',
      reports: [[4, 'cache-emptied']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'The index is in a cache mount',
      dockerfile:
        'FROM debian:trixie\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y --no-install-recommends graphviz\n',
      reports: [],
    },
    {
      title: 'The layers of a build stage do not ship',
      dockerfile:
        'FROM python:3.13-trixie AS build\nRUN apt-get update && apt-get install -y --no-install-recommends libpq-dev\nRUN python -m venv /opt/venv\nFROM python:3.13-slim-trixie\nCOPY --from=build /opt/venv /opt/venv\n',
      reports: [],
    },
    {
      title: 'A script of the project may clean up',
      dockerfile:
        'FROM ubuntu:24.04\nCOPY clean-layer.sh /tmp/\nRUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && /tmp/clean-layer.sh\n',
      reports: [],
    },
  ],
};
