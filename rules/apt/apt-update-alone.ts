import { lineStart, withoutInstruction } from '../../src/edits/lines.js';
import { appendedCommand, joinedRuns, withoutCommand } from '../../src/edits/scripts.js';
import { together } from '../../src/edits/together.js';
import { wordsInFront } from '../../src/edits/words.js';
import {
  type AptCall,
  aptCalls,
  indexAfter,
  indexInBase,
  indexRemoval,
  installs,
  installsOnlyFiles,
  instructionsUntilApt,
  type LaterUse,
  laterUse,
  leftIndex,
  mayHandleIndex,
  mountsIndex,
  readAptCall,
  removeOnlyInstalled,
  removes,
  removesIndex,
  usesIndex,
} from '../../src/facts/apt.js';
import { userPrefix } from '../../src/facts/caches.js';
import { factsOfBase } from '../../src/facts/images.js';
import { release, standing } from '../../src/facts/lifecycles.js';
import { once } from '../../src/facts/once.js';
import { inShellOfBase } from '../../src/facts/shells.js';
import type { Command, Instruction, Script, ScriptOf, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { descendants, inheritedInstructions, runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RelatedPlace, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-update-alone',
  family: 'apt',
  summary: 'The package index is fetched in one layer and used in another',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
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
  let isForHeirs: boolean | undefined;
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
      isForHeirs ??= isUsedInHeirs(stage, ctx);
      const isNeeded = use.isOpen || isForHeirs || !removeOnlyInstalled(use.removals, stage, ctx.script);
      const fixes = isNeeded ? [] : togetherWithUses(call, use.calls, stage, ctx);
      yield { at: call.span, message: 'alone' as const, data: { ...data, install: titleOf(user), ...joined(call, use) }, related, fixes };
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

/** Whether a stage built on this one may go on with its index. */
function isUsedInHeirs(stage: Stage, ctx: RuleContext): boolean {
  return descendants(stage).some((heir) => {
    const use = heir === stage ? undefined : laterUse(runScripts(heir.instructions, ctx.script));
    return use !== undefined && (use.isOpen || use.calls.length + use.removals.length > 0);
  });
}

/** The RUNs made one; where others stand between them, each that installs fetches the index itself. */
function togetherWithUses(update: AptCall, uses: readonly AptCall[], stage: Stage, ctx: RuleContext): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  const positions = positionsOf(stage);
  const at = ({ command }: AptCall): number => positions.get(command.script.instruction) ?? Number.NaN;
  const users = [...new Map(uses.toReversed().map((call) => [call.command.script, call])).values()].reverse();
  const last = users.at(-1);
  if (last === undefined || !users.every(isPlainRun)) return [];
  // An older index that goes with this one today would stay where it is.
  const { start } = update.command.script.instruction.span;
  if (firstLeft(stage, ctx.script) <= start && lastRemoved(stage, ctx.script) >= start) return [];
  const joins = (call: AptCall, next: AptCall): boolean =>
    at(call) + 1 === at(next) && joinedRuns(tree, [call.command.script, next.command.script], undefined) !== undefined;
  const blocks: AptCall[][] = [[update]];
  for (const user of users) {
    const block = blocks.at(-1) ?? [];
    const before = block.at(-1);
    if (before !== undefined && joins(before, user)) block.push(user);
    else blocks.push([user]);
  }
  const [first = [], ...others] = blocks;
  const whole = first.length > 1 ? (joinedRuns(tree, first.map(scriptOf), cleanUp(first)) ?? [undefined]) : [updateTakenOut(update, tree)];
  if (others.length === 0) return fixOf('Fetch, use and delete the package index in one RUN', whole);
  // Of two updates in the RUN the other would stay for nothing.
  if (aptCalls(update.command.script).filter(({ refreshes }) => refreshes).length > 1) return [];
  // What is fetched further down must be what is fetched now.
  if (!stage.instructions.slice(at(update) + 1, at(last)).every(leavesSourcesAlone)) return [];
  const text = commandText(update, tree);
  const edits = [...whole, ...others.flatMap((block) => withUpdate(block, text, tree))];
  return fixOf('Fetch and delete the package index in each RUN that installs', edits);
}

const scriptOf = ({ command }: AptCall): Script => command.script;

const positionsOf = once(
  ({ instructions }: Stage): ReadonlyMap<Instruction, number> => new Map(instructions.map((instruction, at) => [instruction, at])),
);

/** A call of a RUN that can be given commands by the same user. */
function isPlainRun({ command }: AptCall): boolean {
  const { instruction } = command.script;
  const isRun = instruction.keyword === 'RUN' && instruction.onbuild === undefined && !mountsIndex(instruction);
  return isRun && userPrefix(command) !== undefined;
}

function fixOf(title: string, edits: readonly (Edit | undefined)[]): readonly Fix[] {
  const all = together(edits);
  return all === undefined ? [] : [{ title, safety: 'safe', edits: all }];
}

/** RUNs that can be joined made one, which fetches the index and deletes it. */
function withUpdate(block: readonly AptCall[], update: string | undefined, tree: SyntaxTree): readonly (Edit | undefined)[] {
  const [first] = block;
  if (first === undefined) return [];
  const clean = cleanUp(block);
  const end = clean === undefined ? [] : [appendedCommand(tree, first.command.script, clean)];
  return [
    updateInFront(first, update, tree),
    ...(block.length === 1 ? end : (joinedRuns(tree, block.map(scriptOf), clean) ?? [undefined])),
  ];
}

/** Offset behind the first RUN that leaves an index, in a stage or one that it is built from. */
const firstLeft = once((stage: Stage, script: ScriptOf): number => {
  const found = runScripts(inheritedInstructions(stage), script).find((each) => leftIndex(each) !== undefined);
  return found?.instruction.span.end ?? Number.POSITIVE_INFINITY;
});

/** Offset of the last RUN that deletes the index, in a stage or one that is built from it. */
const lastRemoved = once((stage: Stage, script: ScriptOf): number => {
  const scripts = runScripts(
    descendants(stage).flatMap(({ instructions }) => instructions),
    script,
  );
  return scripts.findLast(({ commands }) => commands.some(removesIndex))?.instruction.span.start ?? 0;
});

/** What deletes the index at the end of some RUNs; undefined where the last of them does that, or fetches another one. */
function cleanUp(calls: readonly AptCall[]): string | undefined {
  const last = calls.at(-1);
  if (last === undefined) return undefined;
  const { commands } = last.command.script;
  const isClean = commands
    .slice(commands.indexOf(last.command) + 1)
    .some((command) => !command.conditional && (removesIndex(command) || readAptCall(command)?.refreshes === true));
  return isClean ? undefined : indexRemoval(last);
}

/** The update in front of an install, so that it fails the RUN where that would have. */
function updateInFront({ command }: AptCall, update: string | undefined, tree: SyntaxTree): Edit | undefined {
  const { connector, conditional, substituted, span } = command;
  const user = userPrefix(command);
  const joint = jointBehindUpdate(command);
  const line = tree.source.text.slice(lineStart(tree.source.text, span.start), span.start);
  const isPlain = connector !== '||' && connector !== '|' && !conditional && !substituted && !line.trimEnd().endsWith('!');
  if (!isPlain || user === undefined || update === undefined || joint === undefined) return undefined;
  const edit = wordsInFront(tree, command, `${user}${update}${joint}`);
  const isInHeredoc = span.start > command.script.instruction.span.end;
  if (line.trim() !== '' || (isInHeredoc && joint !== ';')) return edit;
  // Alone at the head of a line, it gets one of its own.
  return edit && { ...edit, text: `${user}${update}${isInHeredoc ? '' : `${joint} ${tree.escape}`}\n${line}` };
}

/** SPEC: `set -e` passes over what fails in front of `&&`, so that a failed update would go unnoticed where more follows. */
function jointBehindUpdate(command: Command): ' &&' | ';' | undefined {
  if (command.script.commands.every(({ connector }) => connector !== ';' && connector !== '||')) return ' &&';
  const { shell, connector, exemptFromErrexit } = inShellOfBase(command);
  if (shell.errexit === false || exemptFromErrexit === true) return ' &&';
  return shell.errexit === true && exemptFromErrexit === false && (connector ?? ';') === ';' ? ';' : undefined;
}

/** A call as written, without what stands in front of it; undefined unless it is plain words on one line. */
function commandText({ command }: AptCall, { source }: SyntaxTree): string | undefined {
  const [program] = command.words;
  const text = source.text.slice(program?.span.start, command.words.at(-1)?.span.end);
  return /^[\w./:= -]+$/.test(text) ? text : undefined;
}

/** The RUN goes when it does nothing else. An index that it has fetched before is deleted now. */
function updateTakenOut(update: AptCall, tree: SyntaxTree): Edit | undefined {
  const { command } = update;
  const { script } = command;
  if (script.commands.length === 1) return withoutInstruction(tree, script.instruction);
  if (!aptCalls(script).some((call) => call.refreshes && call !== update)) return withoutCommand(tree, command);
  const isWhole =
    commandText(update, tree) !== undefined && command.wrappers.every(({ name }) => name === 'sudo') && command.redirects.length === 0;
  const removal = isWhole ? indexRemoval(update) : undefined;
  return removal === undefined ? undefined : { span: command.span, text: removal };
}

/** Whether apt finds the same packages behind an instruction, as the same user in the same shell. */
function leavesSourcesAlone(instruction: Instruction): boolean {
  switch (instruction.keyword) {
    case 'USER':
    case 'SHELL':
      return false;
    case 'COPY':
    case 'ADD':
      return !/^\/(?:$|etc\b|usr\b)|\$/.test(instruction.destination?.text ?? '$');
    case 'RUN':
      return !/\/etc\/apt|apt-key|add-apt|sources\.list|keyring|dpkg|update-ca/.test(textOf(instruction));
    default:
      return true;
  }
}

/** Also a removal by name: without an index apt does not know a package that is not installed, and fails. */
function goesOnWithIndex(command: Command): boolean {
  const call = readAptCall(command);
  return call !== undefined && (usesIndex(call) || (removes(call) && call.operands.length > 0));
}

function* installsWithoutIndex(stage: Stage, ctx: RuleContext) {
  let state = indexInBase(stage.base);
  let removal: Command | undefined;
  let reason: Pick<RelatedPlace, 'at'> | undefined;
  const without: AptCall[] = [];
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
      if (isClear && script.stage !== stage) return;
      if (isClear) {
        if (without.length === 0 && removal !== undefined) reason = { at: removal.span };
        without.push(call);
      }
    }
    state = indexAfter(state, instruction, script);
    removal = script?.commands.findLast(removesIndex) ?? removal;
  }
  const [call, ...others] = without;
  if (call === undefined) return;
  const data = {
    install: `${call.tool} ${call.action}`,
    reason: reason === undefined ? 'the base image has none' : 'an earlier RUN has removed it',
  };
  const related = [
    ...(reason === undefined ? [] : [{ ...reason, note: 'removes the index' }]),
    ...others.map(({ span }) => ({ at: span, note: 'has none either' })),
  ];
  const edits = without.flatMap((each) => withUpdate([each], `${each.tool} update`, ctx.dockerfile.syntax));
  const isFixable = !hasEnded(stage, ctx.today) && without.every(isPlainRun);
  const fixes = isFixable ? fixOf('Fetch the package index in the same RUN', edits) : [];
  yield { at: call.span, message: 'missing' as const, data, related, fixes };
}
const textOf = ({ logical, heredocs }: Instruction): string => [logical.text, ...heredocs.map(({ content }) => content)].join('\n');

/** Of a release that has ended, the packages may have left the mirrors, and the update fails. */
function hasEnded({ base }: Stage, today: string): boolean {
  const { id, cycle } = factsOfBase(base)?.distribution ?? {};
  const known = id === undefined || cycle === undefined ? undefined : release(id, cycle);
  return known !== undefined && standing(known, today).kind === 'ended';
}

export const docs: RuleDocs = {
  why: 'Docker caches a RUN by its text. `RUN apt-get update` never changes, so next month a changed install line below it meets an index of today: it asks for package versions that have left the server (404), or installs old ones. 4 % of 604 public data-science Dockerfiles have such a line, and 18 % of 2,253 that no longer build. The other way round, an install in a RUN of its own finds no index at all where the one before has deleted it.',
  remedy:
    'Write update, install and clean-up as one RUN: `RUN apt-get update && apt-get install -y --no-install-recommends … && rm -rf /var/lib/apt/lists/*`. With apt 2.7 and newer `apt install --update` does the first two.',
  limits:
    'One finding for one separation: at the update, not again at the installs that go on with it. Several RUNs that install from an index the first of them fetched and kept are left alone; so are a stage that others are built from and that keeps the index for them, cache mounts on the index, and an update behind which a script or another tool may install. That there is no index is said of Debian, Ubuntu, CUDA and slim images only, and not of local .deb files. The layer of the index itself is not reported a second time by `apt-no-cleanup`. The fix makes one RUN of those that stand directly below each other, comments included; where something stands between them, or one of them sets up its shell (`cd`, `set -e`), each one that installs gets an update and a clean-up of its own. There is none where a script, a stage built on this one or `apt-get remove` may need the index further down, where USER, SHELL or the package sources change in between, on an ended release without an index, and for an update that nothing installs from.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get (read 2026-11)',
    'https://github.com/astral-sh/uv (Dockerfile, 2026-08: apt install --update)',
    'measured: 604 public data-science Dockerfiles of 129 repositories, and 2,253 of the shipwright set that no longer build (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends libgomp1\n',
      reports: [[2, 'alone']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends libgomp1 \\\n    && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'One RUN of several, with what the comments say',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update\n\n# for LightGBM\nRUN apt-get install -y --no-install-recommends libgomp1\nRUN apt-get install -y --no-install-recommends graphviz\n',
      reports: [[2, 'alone']],
      fixed:
        'FROM debian:trixie-slim\nRUN apt-get update \\\n    # for LightGBM\n    && apt-get install -y --no-install-recommends libgomp1 \\\n    && apt-get install -y --no-install-recommends graphviz \\\n    && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'Not next to each other',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update\nCOPY app /app\nRUN set -ex; apt-get install -y --no-install-recommends libgomp1\nWORKDIR /app\nRUN apt-get install -y --no-install-recommends \\\n      graphviz\n',
      reports: [[2, 'alone']],
      fixed:
        'FROM debian:trixie-slim\nCOPY app /app\nRUN set -ex; apt-get update; apt-get install -y --no-install-recommends libgomp1; rm -rf /var/lib/apt/lists/*\nWORKDIR /app\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n      graphviz \\\n      && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'The last update of a RUN serves the next one',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends software-properties-common \\\n && add-apt-repository -y ppa:deadsnakes/ppa && apt-get update\nRUN apt-get install -y --no-install-recommends python3.13\n',
      reports: [[3, 'alone']],
      fixed:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends software-properties-common \\\n && add-apt-repository -y ppa:deadsnakes/ppa && apt-get update \\\n && apt-get install -y --no-install-recommends python3.13 \\\n && rm -rf /var/lib/apt/lists/*\n',
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
      fixed:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*\n',
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
