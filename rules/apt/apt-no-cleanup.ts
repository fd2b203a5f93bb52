import { appendedCommand, withoutCommand } from '../../src/edits/scripts.js';
import { together } from '../../src/edits/together.js';
import { replacedWord, withoutWord } from '../../src/edits/words.js';
import {
  type AptCall,
  aptCalls,
  cacheMountOf,
  indexRemoval,
  isProjectScript,
  laterUse,
  leftIndex,
  removeOnlyInstalled,
  removesIndex,
  usesIndex,
} from '../../src/facts/apt.js';
import { mayCleanUp } from '../../src/facts/caches.js';
import { factsOfBase } from '../../src/facts/images.js';
import { runsBehind } from '../../src/facts/patterns.js';
import { words } from '../../src/facts/words.js';
import type { Command, RunInstruction, ShellWord, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { descendants, isInFinalImage, runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-no-cleanup',
  family: 'apt',
  summary: 'The package index that apt fetched stays in the image',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  equivalents: ['hadolint:DL3009'],
  options: {
    'cleanup-commands': {
      default: [],
      description:
        'Programs and scripts that clean up when they run later in the same RUN, by name or path, with `*` for any characters: `fix-layer`, `/opt/build/*.sh`.',
    },
  },
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
      const left = scripts.map((script) => {
        const call = leftIndex(script);
        return call === undefined || runsBehind(call.command, ctx.options['cleanup-commands']) ? undefined : call;
      });
      const lastLeft = left.findLast((call) => call !== undefined);
      if (lastLeft === undefined) return;
      // What these install, and what a script of the project may install last, comes from the index that is kept for them.
      const needers = scripts.some(({ commands }) => commands.some(({ name }) => name === 'rosdep' || name === 'ubuntu-drivers'));
      const last = scripts.findLast(({ commands }) => !commands.every(({ name }) => ACCOUNTS.has(name)));
      if (needers || last?.commands.some(isProjectScript) === true) return;
      let mayBeUsed: boolean | undefined;
      for (const [position, call] of left.entries()) {
        if (call === undefined) continue;
        const own = laterUse(scripts, position + 1);
        const uses = own.calls.length > 0 || call !== lastLeft ? own.calls : usesInHeirs(stage, ctx);
        const sudo = call.command.wrappers.some(({ name }) => name === 'sudo') ? 'sudo ' : '';
        const data = { call: `${call.tool} ${call.action}`, sudo };
        const related = uses.map(({ span }) => ({ at: span, note: 'goes on with that index' }));
        const user = uses[0];
        if (user === undefined) mayBeUsed ??= mayBeUsedElsewhere(stage, ctx);
        const fixes =
          user === undefined
            ? withoutIndex(
                call,
                own.isOpen || mayBeUsed === true || !removeOnlyInstalled(own.removals, stage, ctx.script),
                ctx.dockerfile.syntax,
              )
            : [];
        if (user === undefined) yield { at: call.span, message: 'kept', data: { ...data, size: sizeOf(stage) }, fixes };
        else yield { at: call.span, message: 'shared', data: { ...data, install: `${user.tool} ${user.action}` }, related };
      }
    },
  },
});

/** A RUN of these alone is no last install. */
const ACCOUNTS = words('useradd adduser groupadd addgroup');

/** What goes on, in the stages built on this one, with the index that it leaves at its end. */
function usesInHeirs(stage: Stage, ctx: RuleContext): readonly AptCall[] {
  return stage.children.flatMap(({ instructions }) => laterUse(runScripts(instructions, ctx.script)).calls);
}

/** Whether a script, a trigger, the program of the image or a stage further down may install with what this stage leaves. */
function mayBeUsedElsewhere(stage: Stage, ctx: RuleContext): boolean {
  // r2u installs what R asks for with apt.
  if (/\b(?:r2u|bspm)\b/.test(ctx.dockerfile.syntax.source.text)) return true;
  return descendants(stage).some((each) => {
    const scripts = each.instructions.flatMap((instruction) => {
      const isRun = instruction.keyword === 'RUN';
      return (isRun ? undefined : ctx.script(instruction.keyword === 'ONBUILD' ? (instruction.trigger ?? instruction) : instruction)) ?? [];
    });
    if (scripts.some((script) => laterUse([script]).calls.length > 0)) return true;
    const own = each === stage ? undefined : laterUse(runScripts(each.instructions, ctx.script));
    return own !== undefined && (own.isOpen || own.calls.length + own.removals.length > 0);
  });
}

function withoutIndex(call: AptCall, mayBeUsed: boolean, tree: SyntaxTree): readonly Fix[] {
  const removal = indexRemoval(call);
  const { script } = call.command;
  // A RUN that fetches the index and deletes it again is of no use.
  if (!aptCalls(script).some((each) => usesIndex(each) && each.span.start >= call.span.start)) return [];
  const behind = script.commands.slice(script.commands.indexOf(call.command) + 1);
  const edit = unquotedRemoval(behind, tree) ?? (removal === undefined ? undefined : appendedCommand(tree, script, removal));
  // `clean-layer.sh` of an image may do it already.
  if (edit === undefined || behind.some(mayCleanUp)) return [];
  const fix = { title: 'Delete the package index at the end of this RUN', edits: [edit] };
  const risk = 'what installs further down without an update of its own finds no index';
  return [mayBeUsed ? { ...fix, safety: 'unsafe', risk } : { ...fix, safety: 'safe' }];
}

/** Of `rm -rf "/var/lib/apt/lists/*"`, which removes nothing, only the quotes are wrong. */
function unquotedRemoval(commands: readonly Command[], tree: SyntaxTree): Edit | undefined {
  for (const command of commands) {
    const word = command.name === 'rm' ? command.args.find(({ value, quoted }) => quoted && value === '/var/lib/apt/lists/*') : undefined;
    if (word !== undefined && !command.conditional) return replacedWord(tree, command, word, '/var/lib/apt/lists/*');
  }
  return undefined;
}

/** What `rm` and `apt-get clean` empty inside a cache mount: the opposite mistake, in any stage. */
function* emptiedCaches(stage: Stage, ctx: RuleContext) {
  for (const instruction of stage.instructions) {
    if (instruction.keyword !== 'RUN' || instruction.mounts.length === 0) continue;
    const lists = cacheMountOf(instruction, '/var/lib/apt/lists');
    const archives = cacheMountOf(instruction, '/var/cache/apt/archives');
    if (lists === undefined && archives === undefined) continue;
    const emptied = (ctx.script(instruction)?.commands ?? []).flatMap((command) => {
      const isClean = command.name === 'apt-get' || command.name === 'apt' ? isCleanCall(command.args.map(({ value }) => value)) : false;
      const target = removesIndex(command) ? lists : isClean ? archives : undefined;
      return target === undefined || command.conditional ? [] : [{ command, target, own: wordsInMounts(command, instruction) }];
    });
    const [first] = emptied;
    if (first === undefined) continue;
    const { command, target, own } = first;
    const what = own.length > 0 && own.length < operandsOf(command).length ? own.map(({ text }) => `\`${text}\``).join(' and ') : 'it';
    const data = { command: `${command.name} ${command.args.map(({ text }) => text).join(' ')}`, target, what };
    // LIMIT: a RUN of hundreds of clean-ups is not worth the time.
    const edits =
      emptied.length > 100 ? [undefined] : emptied.flatMap((each) => withoutEmptying(each, ctx.dockerfile.syntax) ?? [undefined]);
    const all = together(edits);
    const isClear = all?.every(({ span }, i) => span.start >= (all[i - 1]?.span.end ?? 0));
    const fixes: Fix[] = all && isClear === true ? [{ title: 'Leave the cache mount as it is', safety: 'safe', edits: all }] : [];
    yield { at: command.span, message: 'cache-emptied' as const, severity: 'info' as const, data, fixes };
  }
}

const operandsOf = ({ args }: Command): readonly ShellWord[] => args.filter(({ value, prefix }) => !(value ?? prefix).startsWith('-'));

const wordsInMounts = ({ args }: Command, instruction: RunInstruction): readonly ShellWord[] =>
  args.filter(({ value, prefix }) => cacheMountOf(instruction, value ?? prefix) !== undefined);

/** The command taken out, or its operands that lie in the mount; only what nothing else of the image goes with. */
function withoutEmptying(
  { command, target, own }: { readonly command: Command; readonly target: string; readonly own: readonly ShellWord[] },
  tree: SyntaxTree,
): readonly (Edit | undefined)[] | undefined {
  // NOTE: `apt-get clean` also deletes files beside the archives, which stay in the layer when only the archives are mounted.
  const isWhole =
    command.name === 'rm' ? own.length === operandsOf(command).length : '/var/cache/apt'.startsWith(target.replace(/\/$/, ''));
  if (isWhole) return [withoutCommand(tree, command)];
  return command.name === 'rm' && own.length > 0 ? own.map((word) => withoutWord(tree, command, word)) : undefined;
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
    'Only layers of the final image count, not those of stages it merely copies from. Nothing is said where a script of the project or of the base image runs behind the update in the same RUN or in the last RUN of the stage, where `rosdep` or `ubuntu-drivers` need the index, where part of the script cannot be read, and on images without apt. A clean-up in a later layer is reported by `cleanup-in-later-layer`. What `add-apt-repository` fetches by itself is not seen, nor is a stage that is copied whole (`COPY --from=build / /`). The fix puts the deletion at the end of the RUN; it is unsafe where something further down may need the index: a script, a stage built on this one, `apt-get remove` of a package that no RUN has installed. There is none where another RUN goes on with the index, in exec form, at the end of a group, loop or function in which `set -e` counts (`&&` behind it would hide a failure inside), and where a program of its own may clean up behind the install.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get (read 2026-11)',
    'https://github.com/docker-library/python (Dockerfile-linux.template, 2026-08: apt-get dist-clean on trixie)',
    'https://manpages.debian.org/trixie/apt/apt-get.8.en.html',
    'measured: 604 public data-science Dockerfiles of 129 repositories (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends ffmpeg\n',
      reports: [[2, 'kept']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: '`apt-get clean` leaves the index',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends libgomp1 \\\n && apt-get clean\n',
      reports: [[2, 'kept']],
      fixed:
        'FROM ubuntu:24.04\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends libgomp1 \\\n && apt-get clean \\\n && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'A heredoc that stops at the first failure',
      dockerfile: 'FROM ubuntu:24.04\nRUN <<EOF\nset -e\napt-get update\napt-get install -y --no-install-recommends libgomp1\nEOF\n',
      reports: [[4, 'kept']],
      fixed:
        'FROM ubuntu:24.04\nRUN <<EOF\nset -e\napt-get update\napt-get install -y --no-install-recommends libgomp1\nrm -rf /var/lib/apt/lists/*\nEOF\n',
    },
    {
      title: 'Another RUN goes on with the index, which must be there for it',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libgomp1\nRUN apt-get install -y --no-install-recommends ffmpeg\n',
      reports: [[2, 'shared']],
    },
    {
      title: 'A cache mount must not be emptied',
      dockerfile:
        'FROM debian:trixie\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    apt-get update && apt-get install -y --no-install-recommends graphviz \\\n    && rm -rf /var/lib/apt/lists/*\n',
      reports: [[4, 'cache-emptied']],
      fixed:
        'FROM debian:trixie\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    apt-get update && apt-get install -y --no-install-recommends graphviz\n',
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
      title: 'A program of the company cleans up',
      options: { 'cleanup-commands': ['acme-tidy'] },
      dockerfile: 'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && acme-tidy\n',
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
