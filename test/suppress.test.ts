/** Comments that silence findings: where they count, what they name, and what is said of those that do not work. */
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { defineRule, type Rule } from '../src/rule.js';
import { asLines, lint } from './lint.js';

/** Speaks at every COPY and at every `pip` command. */
const probe = defineRule({
  id: 'probe',
  family: 'dockerfile',
  summary: 'A probe',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3020', 'buildkit:JSONArgsRecommended'],
  messages: { here: { text: 'Here', help: 'Nothing' } },
  on: {
    instruction: {
      *COPY({ span }) {
        yield { at: span, message: 'here' };
      },
    },
    *command({ name, span }) {
      if (name === 'pip') yield { at: span, message: 'here' };
    },
  },
});
const registry: readonly Rule[] = [...rules, probe];
const select = ['probe', 'unused-suppression', 'faulty-suppression'];
const lines = (text: string): string => asLines(lint(text, { registry, select }));
const probed = (text: string): string[] => [...lines(text).matchAll(/^(\d+):\d+: warning Here/gm)].map(([, line]) => line ?? '');

describe('plimsoll: ignore', () => {
  it('silences the instruction below, whatever stands between', () => {
    expect(probed('FROM a\n# plimsoll: ignore[probe] why\n\n# more\nCOPY a b\nCOPY c d\n')).toEqual(['6']);
    expect(probed('FROM a\n  #plimsoll:ignore[ probe ]\nCOPY a b\n')).toEqual([]);
  });
  it('silences a whole RUN with its continuations and heredocs from above', () => {
    expect(probed('FROM a\n# plimsoll: ignore[probe] why\nRUN true \\\n && pip x\n')).toEqual([]);
    expect(probed('FROM a\n# plimsoll: ignore[probe] why\nRUN <<EOF\npip x\nEOF\nCOPY a b\n')).toEqual(['6']);
  });
  it('silences the next line inside a continuation', () => {
    expect(probed('FROM a\nRUN true \\\n# plimsoll: ignore[probe] why\n# more\n && pip x \\\n && pip y\n')).toEqual(['6']);
  });
  it('keeps the reason with what it silences', () => {
    const report = lint('FROM a\n# plimsoll: ignore[probe] the reason\nCOPY a b\n', { registry, select });
    expect(report.suppressed.map(({ ruleId, reason }) => [ruleId, reason])).toEqual([['probe', 'the reason']]);
  });
  it('takes several rules', () => {
    expect(probed('FROM a\n# plimsoll: ignore[pip-unpinned, probe] why\nCOPY a b\n')).toEqual([]);
  });
});

describe('plimsoll: ignore-file', () => {
  it('silences everywhere, from anywhere', () => {
    expect(probed('FROM a\nCOPY a b\n# plimsoll: ignore-file[probe] why\n')).toEqual([]);
  });
});

describe('comments of other linters', () => {
  it('silence rules that mean the same', () => {
    expect(probed('FROM a\n# hadolint ignore=DL3020,SC2086\nCOPY a b\nCOPY a b\n')).toEqual(['4']);
    expect(probed('# hadolint global ignore=DL3020\nFROM a\nCOPY a b\n')).toEqual([]);
    expect(probed('# check=skip=JSONArgsRecommended;error=true\nFROM a\nCOPY a b\n')).toEqual([]);
    expect(probed('# check=skip=all\nFROM a\nCOPY a b\n')).toEqual([]);
    expect(probed('FROM a\n# check=skip=JSONArgsRecommended // why\nCOPY a b\nCOPY a b\n')).toEqual(['4']);
    expect(probed('# hadolint stage ignore=DL3020\nFROM a\nCOPY a b\nFROM b\nCOPY a b\n')).toEqual(['5']);
  });
  it('do not silence others, and are not called unused', () => {
    expect(lines('FROM a\n# hadolint ignore=DL3000\nCOPY a b\n')).toBe('3:1: warning Here [probe]\n');
  });
});

describe('comments that do not work', () => {
  const ids = (text: string): string[] =>
    lint(text, { registry, select })
      .findings.filter(({ ruleId }) => ruleId !== 'probe')
      .map(({ ruleId, messageId }) => `${ruleId}/${messageId}`);

  it('are findings', () => {
    expect(ids('FROM a\n# plimsoll: ignore[probe] why\nUSER x\n')).toEqual(['unused-suppression/unused']);
    expect(ids('FROM a\n# plimsoll: ignore[prob] why\nCOPY a b\n')).toEqual(['faulty-suppression/misspelt']);
    expect(ids('FROM a\n# plimsoll: ignore[quite-another-thing] why\nCOPY a b\n')).toEqual(['faulty-suppression/unknown']);
    expect(ids('FROM a\n# plimsoll: ignore probe\nCOPY a b\n')).toEqual(['faulty-suppression/malformed']);
    expect(ids('FROM a\n# plimsoll: ignore[]\nCOPY a b\n')).toEqual(['faulty-suppression/malformed']);
    expect(ids('FROM a\nRUN pip x # plimsoll: ignore[probe] why\n')).toEqual(['faulty-suppression/trailing']);
  });
  it('are reported for each name, at that name', () => {
    expect(lines('FROM a\n# plimsoll: ignore[probe, pro-be] why\nCOPY a b\n')).toMatch(/^2:27: /);
  });
  it('stay quiet for a rule that is switched off', () => {
    expect(ids('FROM a\n# plimsoll: ignore[env-legacy-syntax] why\nCOPY a b\n')).toEqual([]);
  });
  it('leave prose alone', () => {
    expect(ids('# plimsoll is a linter\nFROM a\nCOPY a b\n')).toEqual([]);
  });
});

describe('one problem, one finding', () => {
  it('drops what a more precise rule has said of the same place', () => {
    const vague = defineRule({
      ...probe,
      id: 'vague',
      messages: { vague: { text: 'Vague', help: 'Nothing' } },
      on: {
        instruction: {
          *COPY({ span }) {
            yield { at: span, message: 'vague' };
          },
        },
      },
    });
    const precise = defineRule({
      ...probe,
      id: 'precise',
      supersedes: ['vague'],
      messages: { precise: { text: 'Precise', help: 'Nothing' } },
      on: {
        instruction: {
          *COPY({ sources: [source], span }) {
            if (source?.text === 'x') yield { at: span, message: 'precise' };
          },
        },
      },
    });
    const report = lint('FROM a\nCOPY x /\nCOPY y /\n', { registry: [vague, precise], select: ['vague', 'precise'] });
    expect(asLines(report)).toBe('2:1: warning Precise [precise]\n3:1: warning Vague [vague]\n');
  });
});
