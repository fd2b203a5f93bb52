import { type AptCall, AptConfiguration, aptCalls, installs, packageNames, WANTS_CERTIFICATES } from '../../src/facts/apt.js';
import { inheritedInstructions, isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-recommends',
  family: 'apt',
  summary: 'apt installs packages that are only recommended',
  severity: 'info',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3015'],
  messages: {
    recommends: {
      text: '`{call}` also installs what the packages merely recommend',
      help: 'Write {call} --no-install-recommends, and name the recommended packages that are needed',
    },
    certificates: {
      text: '`{call}` also installs what the packages merely recommend',
      help: 'Write {call} --no-install-recommends, and add ca-certificates: {package} only recommends it and needs it for https',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (!isInFinalImage(ctx.dockerfile, stage)) return;
      const configuration = new AptConfiguration(stage.base);
      for (const instruction of inheritedInstructions(stage)) {
        const script = ctx.script(instruction);
        configuration.apply(instruction, script);
        if (configuration.recommends !== 'unsaid') return;
        if (instruction.keyword !== 'RUN' || script?.stage !== stage) continue;
        const calls = aptCalls(script).filter((call) => installs(call) && call.operands.length > 0);
        const call = calls.find(({ recommends }) => recommends === 'unsaid');
        if (call === undefined) continue;
        const data = { call: `${call.tool} ${call.action}` };
        const client = packageNames(call).find((name) => WANTS_CERTIFICATES.has(name));
        if (client === undefined || calls.some(namesCertificates)) yield { at: call.span, message: 'recommends', data };
        else yield { at: call.span, message: 'certificates', data: { ...data, package: client } };
      }
    },
  },
});

const namesCertificates = (call: AptCall): boolean => packageNames(call).includes('ca-certificates');
export const docs: RuleDocs = { why: '', remedy: '', limits: '', references: [], examples: [] };
