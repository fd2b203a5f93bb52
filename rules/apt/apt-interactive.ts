import { linesAbove } from '../../src/edits/lines.js';
import { together } from '../../src/edits/together.js';
import { wordBehind } from '../../src/edits/words.js';
import {
  type AptCall,
  AptConfiguration,
  answersQuestions,
  aptCalls,
  asksFirst,
  installs,
  instructionsUntilApt,
  isInBase,
  needsOthers,
  packageName,
  packageNames,
  questionOf,
  removes,
  setsFrontend,
} from '../../src/facts/apt.js';
import { factsOfBase } from '../../src/facts/images.js';
import { inShellOfBase } from '../../src/facts/shells.js';
import type { RunInstruction, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { defineRule, type Fix, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'apt-interactive',
  family: 'apt',
  summary: 'A question of apt or of a package stops the build',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  equivalents: ['hadolint:DL3014'],
  messages: {
    continue: {
      text: '`{call}` asks before it {does}; nobody answers during a build, and it aborts',
      help: 'Write {call} -y',
    },
    'package-asks': {
      text: '`{package}` asks for {about} during the build, where nobody can answer: it {outcome}',
      help: 'Put ARG DEBIAN_FRONTEND=noninteractive above this RUN',
    },
    'package-brings': {
      text: '`{package}` brings {by}, which asks for {about} during the build, where nobody can answer: it {outcome}',
      help: 'Put ARG DEBIAN_FRONTEND=noninteractive above this RUN',
    },
  },
  on: {
    *stage(stage, ctx) {
      const configuration = new AptConfiguration(stage.base);
      const instructions = instructionsUntilApt(stage, ctx.script);
      let isAsked = false;
      for (const [at, instruction] of instructions.entries()) {
        const script = ctx.script(instruction);
        configuration.apply(instruction, script);
        if (instruction.keyword !== 'RUN' || script === undefined) continue;
        const calls = aptCalls(script);
        const isOwn = script.stage === stage;
        const unanswered =
          isOwn && configuration.assumesYes === false ? calls.filter((call) => asksUnanswered(call) && !isInBase(call, stage.base)) : [];
        const asking = unanswered.find((call) => severityOf(call) === 'error') ?? unanswered[0];
        if (asking !== undefined) {
          const data = { call: `${asking.tool} ${asking.action}`, does: whatItAsksBefore(asking) };
          const fixes = answered(unanswered, ctx.dockerfile.syntax);
          yield { at: asking.span, message: 'continue', severity: severityOf(asking), data, fixes };
        }
        // What is installed once asks no second time.
        const found = isAsked ? undefined : firstQuestion(calls, stage, configuration);
        if (found === undefined) continue;
        isAsked = true;
        if (!isOwn || found.call.assumesYes === false || setsFrontend(instruction) || isNonInteractive(script.stage, instruction)) continue;
        if (baseIsNonInteractive(stage) || instructions.slice(0, at + 1).some(answersQuestions)) continue;
        const { word, question } = found;
        const outcome = question.stops ? 'waits for ever, or goes on with a wrong one' : 'goes on with a default nobody chose';
        const data = { package: word.text, about: question.about, outcome };
        const fixes = withArgument(found.call, instruction, ctx.dockerfile.syntax);
        const place = { at: word.span, severity: question.stops ? ('warning' as const) : ('info' as const), fixes };
        if (word.text === question.by) yield { ...place, message: 'package-asks', data };
        else yield { ...place, message: 'package-brings', data: { ...data, by: question.by } };
      }
    },
  },
});

/** -y for every call of a RUN that asks. */
function answered(calls: readonly AptCall[], tree: SyntaxTree): readonly Fix[] {
  const edits = together(calls.map(({ command, verb }) => wordBehind(tree, command, verb, '-y')));
  if (edits === undefined || calls.some(({ command }) => command.script.instruction.onbuild !== undefined)) return [];
  const fix = { title: 'Add -y', edits };
  // An apt that gives up unnoticed has left everything as it was.
  const isNoticed = calls.every(({ command }) => inShellOfBase(command).failureIsFatal === true);
  return [isNoticed ? { ...fix, safety: 'safe' } : { ...fix, safety: 'unsafe', risk: 'what apt has given up unnoticed until now is done' }];
}

/** SPEC: an ENV of the same name outweighs an ARG, and sudo lets through neither. */
function withArgument({ command }: AptCall, run: RunInstruction, tree: SyntaxTree): readonly Fix[] {
  const isSeen = command.script.stage.environment.variable('DEBIAN_FRONTEND', run).kind === 'absent';
  if (!isSeen || run.onbuild !== undefined || command.wrappers.some(({ name }) => HIDES_ENVIRONMENT.test(name))) return [];
  const edits = [linesAbove(tree, run, ['ARG DEBIAN_FRONTEND=noninteractive'])];
  return [{ title: 'Put ARG DEBIAN_FRONTEND=noninteractive above this RUN', safety: 'safe', edits }];
}

const HIDES_ENVIRONMENT = /^(?:sudo|su|doas|env|runuser|setpriv)$/;

function whatItAsksBefore(call: AptCall): string {
  if (call.action === 'install' || call.action === 'reinstall') return 'installs more than was named';
  return removes(call) ? 'removes anything' : 'goes on';
}

/** An install that needs nothing more, and a removal that finds nothing, go through. */
function severityOf(call: AptCall): Severity {
  if (call.action === 'autoremove' || call.action === 'autopurge') return 'info';
  if (removes(call)) return 'warning';
  const isNamed = call.action === 'install' || call.action === 'reinstall';
  return isNamed && !packageNames(call).some(needsOthers) ? 'warning' : 'error';
}

/** No -y, nobody at the other end of a pipe, no file to read the answer from. */
function asksUnanswered(call: AptCall): boolean {
  const { connector, redirects } = call.command;
  return asksFirst(call) && call.assumesYes === false && connector !== '|' && !redirects.some(({ operator }) => operator.startsWith('<'));
}

function firstQuestion(calls: readonly AptCall[], stage: Stage, configuration: AptConfiguration) {
  for (const call of calls.filter(installs)) {
    const withRecommends = call.recommends !== 'skip' && configuration.recommends !== 'skip';
    for (const word of call.operands) {
      const name = packageName(word);
      const question = name === undefined ? undefined : questionOf(name, stage.base, withRecommends);
      if (question !== undefined) return { call, word, question };
    }
  }
  return undefined;
}

function baseIsNonInteractive({ base }: Stage): boolean {
  return factsOfBase(base)?.environment.has('DEBIAN_FRONTEND') === true;
}

/** By ENV or ARG. */
function isNonInteractive(stage: Stage, instruction: RunInstruction): boolean {
  const value = stage.environment.variable('DEBIAN_FRONTEND', instruction);
  return value.kind === 'known' ? /^noninteractive$/i.test(value.value) : value.kind !== 'absent';
}
export const docs: RuleDocs = {
  why: 'A build has no terminal. Without -y, apt asks whether to continue as soon as it would install more than was named, gets no answer and aborts the build. Other questions come from packages while they are set up: tzdata asks for the time zone, and builds on Ubuntu have hung there since 18.04, under BuildKit too; where the question is passed over, /etc/timezone ends up as `/UTC`.',
  remedy:
    "Write `apt-get install -y`, and `ARG DEBIAN_FRONTEND=noninteractive` above the first RUN that installs: an ARG, so that it does not stay in the image. DEBIAN_FRONTEND does not answer apt's own question, and -y does not answer those of the packages.",
  limits:
    'An install is an error where a package surely needs others, else a warning; removals, which ask only when there is something to remove, are a warning, autoremove is an info. Answers through a pipe, -qq, -o APT::Get::Assume-Yes or a file in /etc/apt/apt.conf.d count. What packages ask is known for a short list, and reported on Ubuntu and Debian images only: tzdata where the image lacks it (plain Ubuntu and CUDA images from 18.04 on; not Debian or Python images) and through Python 3 from 24.04 on, keyboard-configuration, krb5-config, postfix and some more. DEBIAN_FRONTEND as ENV, ARG, in front of the command, through env, sudo or export, a preset TZ, /etc/timezone, debconf-set-selections and a tzdata that was installed before all count as answers. The fix adds -y to all calls of a RUN that ask; it is unsafe where the RUN goes on although apt gives up. The other one puts the ARG above the RUN; there is none where sudo, su or env would keep it from apt, and where an ENV of that name outweighs it.',
  references: [
    'https://github.com/tianon/docker-brew-ubuntu-core/issues/181 (2020-07)',
    'https://github.com/containerd/containerd/pull/7969 (2023-01, a hang under BuildKit)',
    'https://github.com/docker-library/buildpack-deps/issues/161 (2024-08, /etc/timezone)',
    'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html (-y, -q)',
  ],
  examples: [
    {
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'continue']],
      fixed:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'One finding for a RUN, and all of it is mended',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install --no-install-recommends git && sudo apt-get upgrade && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'continue']],
      fixed:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends git && sudo apt-get upgrade -y && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'What sudo runs sees no ARG',
      dockerfile:
        'FROM ubuntu:24.04\nRUN sudo apt-get update && sudo apt-get install -y --no-install-recommends tzdata && sudo rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'package-asks']],
    },
    {
      title: 'R brings tzdata by way of Tcl',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends r-base && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'package-brings']],
      fixed:
        'FROM ubuntu:24.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y --no-install-recommends r-base && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'tzdata by name',
      dockerfile:
        'FROM nvidia/cuda:12.8.1-runtime-ubuntu22.04\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n      tzdata\n',
      reports: [[4, 'package-asks']],
      fixed:
        'FROM nvidia/cuda:12.8.1-runtime-ubuntu22.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n      tzdata\n',
    },
    {
      dockerfile:
        'FROM ubuntu:24.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y --no-install-recommends r-base && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: '-qq answers yes',
      dockerfile: 'FROM debian:trixie-slim\nRUN apt-get -qq update && apt-get -qq install --no-install-recommends build-essential\n',
      reports: [],
    },
    {
      title: 'The Python images have tzdata',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends tzdata postgresql && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'The time zone is set beforehand',
      dockerfile:
        'FROM ubuntu:22.04\nRUN ln -snf /usr/share/zoneinfo/Etc/UTC /etc/localtime && echo Etc/UTC > /etc/timezone\nRUN apt-get update && apt-get install -y --no-install-recommends python3-tk\n',
      reports: [],
    },
  ],
};
