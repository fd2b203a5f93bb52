import { withoutInstruction } from '../../src/edits/lines.js';
import { withoutCommand } from '../../src/edits/scripts.js';
import { together } from '../../src/edits/together.js';
import { replacedWord, wordBehind } from '../../src/edits/words.js';
import { type ApkCall, apkCalls, keptIndexes } from '../../src/facts/apk.js';
import { isProjectScript } from '../../src/facts/apt.js';
import { factsOfBase, isOlderThan } from '../../src/facts/images.js';
import type { Script, Stage } from '../../src/model/dockerfile.js';
import { descendants, isInFinalImage, runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apk-add-cache',
  family: 'apk',
  summary: 'The package index that apk fetched stays in the image',
  severity: 'info',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  equivalents: ['hadolint:DL3019'],
  messages: {
    kept: {
      text: '`{call}` leaves the package index in this layer, about 2.5 MB that nothing needs any more',
      help: 'Add --no-cache: apk {action} --no-cache …; {update}',
    },
    unused: {
      text: '`apk update` leaves a package index of about 2.5 MB in this layer{because}',
      help: 'Remove it: apk add --no-cache reads a fresh index of its own and keeps none',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (!isInFinalImage(ctx.dockerfile, stage)) return;
      for (const script of runScripts(stage.instructions, ctx.script)) {
        const kept = keptIndexes(script);
        const first = kept.find(({ action }) => action !== 'update') ?? kept[0];
        if (first === undefined) continue;
        const others = kept.filter((call) => call !== first);
        const place = { at: spanOf(first), fixes: withoutIndex(script, kept, stage, ctx) };
        const related = others.map((call) => ({ at: spanOf(call), note: 'keeps the index as well' }));
        if (first.action === 'update') {
          const own = apkCalls(script).find(({ action }) => action === 'add');
          const because = own === undefined ? '' : ', and `apk add --no-cache` does not read it';
          yield { ...place, message: 'unused', data: { because }, related };
        } else {
          const hasUpdate = others.some(({ action }) => action === 'update') || first.update !== undefined;
          const update = hasUpdate ? 'it reads a fresh index, so that `update` goes as well' : 'it reads a fresh index and keeps none';
          yield { ...place, message: 'kept', data: { call: `apk ${first.action}`, action: first.action, update }, related };
        }
      }
    },
  },
});

const spanOf = ({ command, verb }: ApkCall) => ({ start: command.words[0]?.span.start ?? command.span.start, end: verb.span.end });

/** SPEC: apk fetches a missing index by itself since January 2018 (apk-tools 8a28c6d), in Alpine 3.8 and newer. */
const FETCHES_ITSELF = { alpine: '3.8' } as const;

/** `--no-cache` for what installs, and no `apk update` in front of it. */
function withoutIndex(script: Script, kept: readonly ApkCall[], stage: Stage, ctx: RuleContext): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  const { distribution } = factsOfBase(stage.base) ?? {};
  const fetchesItself = distribution?.cycle !== undefined && !isOlderThan(distribution, FETCHES_ITSELF);
  if (!fetchesItself && isNeededBelow(script, stage, ctx)) return [];
  // `apk update && ./install.sh`
  if (kept.some(({ action }) => action === 'update') && script.commands.some(isProjectScript)) return [];
  const edits = kept.map((call): Edit | undefined => {
    const { command, action, verb, update } = call;
    if (action !== 'update')
      return update === undefined ? wordBehind(tree, command, verb, '--no-cache') : replacedWord(tree, command, update, '--no-cache');
    return script.commands.length === 1 ? withoutInstruction(tree, script.instruction) : withoutCommand(tree, command);
  });
  const all = together(edits);
  const isUpdateOnly = kept.every(({ action }) => action === 'update');
  const title = isUpdateOnly ? 'Remove apk update' : 'Add --no-cache';
  return all === undefined ? [] : [{ title, safety: 'safe', edits: all }];
}

/** Whether something further down, or built on this stage, may install from the index that this RUN leaves. */
function isNeededBelow(script: Script, stage: Stage, ctx: RuleContext): boolean {
  return descendants(stage).some((each) =>
    runScripts(each.instructions, ctx.script).some((later) => {
      if (later.instruction.span.start <= script.instruction.span.start) return false;
      return !later.complete || later.commands.some(isProjectScript) || apkCalls(later).some(({ keepsIndex }) => keepsIndex !== false);
    }),
  );
}

export const docs: RuleDocs = {
  why: 'apk needs the package index while it installs and never again: two archives in `/var/cache/apk`, 2.5 MB (fluent/fluentd-docker-image#365), in every layer that fetches it. `apk update` in front of `apk add` is of no use in a build: apk fetches an index that is missing or older than four hours by itself.',
  remedy:
    'Write `apk add --no-cache …`, and `apk upgrade --no-cache` where you upgrade; leave `apk update` out. Or keep the packages for the next build in a cache mount: `RUN --mount=type=cache,target=/var/cache/apk …`.',
  limits:
    'Only layers of the final image count. Nothing is said where `/var/cache/apk` is emptied later in the same RUN, is a cache mount, or a script that may clean up runs behind the install; `apk cache clean` does not count, because it leaves the index (kubernetes-sigs/external-dns#3656). Options in a variable without a known value say nothing. Packages without a version are not reported: Alpine keeps only the newest build of a package, so that a pinned one soon fails to install. Compilers that stay are reported by `build-tools-in-final-image`. There is no fix where the RUN goes on with a script of the project, and on Alpine before 3.8, or a release that is not known, where something further down may still need the index.',
  references: [
    'https://github.com/alpinelinux/apk-tools (doc/apk.8.scd, src/database.c; 2026-06-30)',
    'https://github.com/fluent/fluentd-docker-image/pull/365 (2023-12: 2.5 MB)',
    'https://github.com/kubernetes-sigs/external-dns/pull/3656 (2023-07: `apk cache clean` leaves the index)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-alpine3.23\nRUN apk add libgomp\n',
      reports: [[2, 'kept']],
      fixed: 'FROM python:3.13-alpine3.23\nRUN apk add --no-cache libgomp\n',
    },
    {
      title: '`apk update` is of no use in front of it',
      dockerfile: 'FROM alpine:3.23\nRUN apk update \\\n && apk upgrade \\\n && apk add --update git openssh\n',
      reports: [[3, 'kept']],
      fixed: 'FROM alpine:3.23\nRUN apk upgrade --no-cache \\\n && apk add --no-cache git openssh\n',
    },
    {
      title: 'The index is kept although nothing reads it',
      dockerfile: 'FROM alpine:3.23\nRUN apk update && apk add --no-cache curl\n',
      reports: [[2, 'unused']],
      fixed: 'FROM alpine:3.23\nRUN apk add --no-cache curl\n',
    },
    {
      title: 'A layer of its own for nothing',
      dockerfile: 'FROM alpine:3.23\nRUN apk update\nRUN apk add --no-cache curl\n',
      reports: [[2, 'unused']],
      fixed: 'FROM alpine:3.23\nRUN apk add --no-cache curl\n',
    },
    {
      dockerfile: 'FROM python:3.13-alpine3.23\nRUN apk --no-cache add libgomp && apk add --no-cache --virtual .build gcc musl-dev\n',
      reports: [],
    },
    {
      title: 'Emptied in the same RUN',
      dockerfile: 'FROM alpine:3.23\nRUN apk update && apk add git && rm -rf /var/cache/apk/*\n',
      reports: [],
    },
    {
      title: 'The index is in a cache mount',
      dockerfile: 'FROM alpine:3.23\nRUN --mount=type=cache,target=/var/cache/apk ln -s /var/cache/apk /etc/apk/cache && apk add git\n',
      reports: [],
    },
    {
      title: 'The layers of a build stage do not ship',
      dockerfile:
        'FROM python:3.13-alpine3.23 AS build\nRUN apk add gcc musl-dev\nRUN python -m venv /opt/venv\nFROM python:3.13-alpine3.23\nCOPY --from=build /opt/venv /opt/venv\n',
      reports: [],
    },
  ],
};
