import { type AptCall, AptConfiguration, answersQuestions, aptCalls, asksFirst, installs, packageNames, type Question, questionOf, setsFrontend } from '../../src/facts/apt.js';
import { imageFacts } from '../../src/facts/images.js';
import type { RunInstruction, Stage } from '../../src/model/dockerfile.js';
import { inheritedInstructions } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-interactive',
  family: 'apt',
  summary: 'apt asks a question during the build',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3014'],
  messages: {
    continue: {
      text: '`{call}` asks whether to continue; nobody answers during a build, and it aborts',
      help: 'Write {call} -y',
    },
    'package-asks': {
      text: '`{package}` asks for {about} during the build: it waits for an answer that never comes, or goes on with a wrong one',
      help: 'Put ARG DEBIAN_FRONTEND=noninteractive above this RUN',
    },
    'package-brings': {
      text: '`{package}` brings {by}, which asks for {about} during the build: it waits for an answer that never comes, or goes on with a wrong one',
      help: 'Put ARG DEBIAN_FRONTEND=noninteractive above this RUN',
    },
  },
  on: {
    *stage(stage, ctx) {
      const configuration = new AptConfiguration(stage.base);
      let isAnswered = baseIsNonInteractive(stage);
      for (const instruction of inheritedInstructions(stage)) {
        const script = ctx.script(instruction);
        configuration.apply(instruction, script);
        isAnswered ||= answersQuestions(instruction);
        if (instruction.keyword !== 'RUN' || script === undefined) continue;
        const calls = aptCalls(script);
        const isOwn = script.stage === stage;
        const asking = isOwn && configuration.assumesYes === false ? calls.find(asksUnanswered) : undefined;
        if (asking !== undefined) {
          const isIdle = asking.action === 'autoremove' || asking.action === 'autopurge';
          const call = `${asking.tool} ${asking.action}`;
          yield { at: asking.span, message: 'continue', data: { call }, ...(isIdle ? { severity: 'warning' as const } : {}) };
        }
        if (isAnswered) continue;
        const isSilent = setsFrontend(instruction) || isNonInteractive(script.stage, instruction);
        const found = calls.filter(installs).flatMap((call) => questionIn(call, stage, configuration))[0];
        if (found === undefined) continue;
        // What is installed once asks no second time.
        isAnswered = true;
        if (!isOwn || isSilent || found.call.assumesYes === false) continue;
        const { word, question } = found;
        const data = { package: word.text, by: question.by, about: question.about };
        const place = { at: word.span, severity: 'warning' as const };
        if (word.text === question.by) yield { ...place, message: 'package-asks', data: { package: data.package, about: data.about } };
        else yield { ...place, message: 'package-brings', data };
      }
    },
  },
});

/** No -y, nobody at the other end of a pipe, no file to read the answer from. */
function asksUnanswered(call: AptCall): boolean {
  const { connector, redirects } = call.command;
  return asksFirst(call) && call.assumesYes === false && connector !== '|' && !redirects.some(({ operator }) => operator.startsWith('<'));
}

function questionIn(call: AptCall, stage: Stage, configuration: AptConfiguration) {
  const withRecommends = call.recommends !== 'skip' && configuration.recommends !== 'skip';
  return call.operands.flatMap((word) => {
    const [name] = packageNames({ ...call, operands: [word] });
    const question: Question | undefined = name === undefined ? undefined : questionOf(name, stage.base, withRecommends);
    return question === undefined ? [] : [{ call, word, question }];
  });
}

function baseIsNonInteractive({ base }: Stage): boolean {
  return base.kind === 'image' && imageFacts(base.reference)?.environment.has('DEBIAN_FRONTEND') === true;
}

/** By ENV or ARG. */
function isNonInteractive(stage: Stage, instruction: RunInstruction): boolean {
  const value = stage.environment.variable('DEBIAN_FRONTEND', instruction);
  return value.kind === 'known' ? /^noninteractive$/i.test(value.value) : value.kind !== 'absent';
}
export const docs: RuleDocs = { why: '', remedy: '', limits: '', references: [], examples: [] };
