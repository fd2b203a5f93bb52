/** Comments that silence findings: where they count, what they name, and what is said of those that do not work. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { withEdits } from '../src/engine/edits.js';
import { fixFile } from '../src/engine/fix.js';
import { Linter } from '../src/engine/lint.js';
import { defineRule, type Rule } from '../src/rule.js';
import { brokenPromises, mended, offeredFixes } from './fixing.js';
import { dockerfile, torn } from './generated.js';
import { asLines, lint, sourceFromText, testLinter } from './lint.js';

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
  it('keeps the reason of the nearest of several comments', () => {
    const text =
      '# plimsoll: ignore-file[probe] far\nFROM a\n# plimsoll: ignore[probe] near\nRUN true \\\n# plimsoll: ignore[probe] next\n && pip x\n';
    expect(lint(text, { registry, select }).suppressed.map(({ reason }) => reason)).toEqual(['next']);
  });
  it('silences what is found in the comments on the way', () => {
    const noted = defineRule({
      ...probe,
      id: 'noted',
      messages: { noted: { text: 'Noted', help: 'Nothing' } },
      on: {
        *file({ syntax: { source } }) {
          const at = source.text.indexOf('NOTE');
          if (at >= 0) yield { at: { start: at, end: at + 4 }, message: 'noted' };
        },
      },
    });
    const found = (text: string): number => lint(text, { registry: [...registry, noted], select: ['noted'] }).findings.length;
    expect(found('FROM a\n# plimsoll: ignore[noted] why\n# NOTE\nCOPY a b\n')).toBe(0);
    expect(found('FROM a\n# plimsoll: ignore[noted] why\n# NOTE\n')).toBe(0);
    expect(found('FROM a\nRUN b \\\n# plimsoll: ignore[noted] why\n# NOTE\n c\n')).toBe(0);
    expect(found('FROM a\n# NOTE\n# plimsoll: ignore[noted] why\nCOPY a b\n')).toBe(1);
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
    expect(ids('FROM a\nRUN <<EOF\n  # plimsoll: ignore[probe] why\nEOF\n')).toEqual(['faulty-suppression/in-heredoc']);
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

describe('until', () => {
  const on = (today: string, remark: string): string[] =>
    lint(`FROM a\n# plimsoll: ignore[probe] ${remark}\nCOPY a b\n`, { registry, select, today }).findings.map(({ messageId }) => messageId);

  it('counts up to its day, and that day', () => {
    expect(on('2027-01-30', 'until=2027-01-31 why')).toEqual([]);
    expect(on('2027-01-31', 'until=2027-01-31 why')).toEqual([]);
    expect(on('2027-02-01', 'until=2027-01-31 why')).toEqual(['expired', 'here']);
    expect(on('2027-02-01', 'why until = 2027-01-31')).toEqual(['expired', 'here']);
  });
  it('is no part of the reason', () => {
    const reason = (remark: string): string | undefined =>
      lint(`FROM a\n# plimsoll: ignore[probe] ${remark}\nCOPY a b\n`, { registry, select }).suppressed[0]?.reason;
    expect(reason('until=2027-01-31 why')).toBe('why');
    expect(reason('for this until=2027-01-31 and that')).toBe('for this and that');
    expect(reason('until the next release')).toBe('until the next release');
  });
  it('points at its day', () => {
    expect(lines('FROM a\n# plimsoll: ignore[probe]  until=2025-01-31 why\nCOPY a b\n')).toMatch(/^2:28: .*2025-01-31/);
  });
  it('must be a day of the calendar', () => {
    for (const day of ['tomorrow', '2027-02-29', '2027-1-31', '2027-01-31.', '']) {
      expect(on('2026-01-01', `until=${day}`), day).toEqual(['bad-date', 'here']);
    }
    expect(on('2026-01-01', 'until=2028-02-29')).toEqual([]);
  });
  it('is not asked for where the comment is of no use any more', () => {
    const ids = lint('FROM a\n# plimsoll: ignore[probe] until=2025-01-31\nUSER x\n', { registry, select }).findings;
    expect(ids.map(({ messageId }) => messageId)).toEqual(['unused']);
  });
  it('is not looked at when comments are not', () => {
    const linter = new Linter({
      registry,
      rules: new Map(select.map((id) => [id, {}])),
      inlineSuppressions: false,
      requireSuppressionReason: true,
      today: '2026-11-20',
    });
    const text =
      'FROM a\n# plimsoll: ignore[probe] until=2025-01-31\nCOPY a b\n# plimsoll: ignore[quux]\nUSER x # plimsoll: ignore[probe]\n# plimsoll: ignore\n';
    const { findings, suppressed } = linter.lint(sourceFromText('Dockerfile', text)).report;
    expect([findings.map(({ messageId }) => messageId), suppressed]).toEqual([['here'], []]);
  });
});

describe('a reason', () => {
  const reasonless = (text: string, requireSuppressionReason = true): number[] => {
    const linter = new Linter({
      registry,
      rules: new Map(select.map((id) => [id, {}])),
      inlineSuppressions: true,
      requireSuppressionReason,
      today: '2026-11-20',
    });
    const { findings } = linter.lint(sourceFromText('Dockerfile', text)).report;
    return findings.filter(({ messageId }) => messageId === 'reasonless').map(({ span }) => span.start);
  };
  it('is asked for where the settings say so', () => {
    expect(reasonless('# plimsoll: ignore-file[probe]\nFROM a\nCOPY a b\n')).toEqual([0]);
    expect(reasonless('# plimsoll: ignore-file[probe]\nFROM a\nCOPY a b\n', false)).toEqual([]);
    expect(reasonless('# plimsoll: ignore-file[probe] until=2027-01-31\nFROM a\nCOPY a b\n')).toEqual([0]);
    expect(reasonless('# plimsoll: ignore-file[probe] --\nFROM a\nCOPY a b\n')).toEqual([0]);
    expect(reasonless('# plimsoll: ignore-file[probe] それでいい\nFROM a\nCOPY a b\n')).toEqual([]);
    expect(reasonless('# hadolint global ignore=DL3020\nFROM a\nCOPY a b\n')).toEqual([]);
  });
  it('is not asked for a comment that is to go', () => expect(reasonless('# plimsoll: ignore-file[probe]\nFROM a\n')).toEqual([]));
});

describe('what is said twice', () => {
  const said = (text: string): string[] =>
    lint(text, { registry, select }).findings.map(({ messageId, span }) => `${messageId} ${span.start}`);
  it('is said so', () => {
    expect(said('FROM a\n# plimsoll: ignore[probe, probe]\nCOPY a b\n')).toEqual(['repeated 33']);
    expect(said('FROM a\n# plimsoll: ignore[probe]\n# plimsoll: ignore[probe]\nCOPY a b\n')).toEqual(['repeated 52']);
    expect(said('# plimsoll: ignore-file[probe]\nFROM a\nCOPY a b\n# plimsoll: ignore-file[probe]\n')).toEqual(['repeated 71']);
  });
  it('is not, where place or time is another', () => {
    expect(said('FROM a\n# plimsoll: ignore[probe]\nRUN pip a && \\\n# plimsoll: ignore[probe]\n pip b\n')).toEqual([]);
    expect(said('FROM a\n# plimsoll: ignore[probe] until=2027-01-31\n# plimsoll: ignore[probe]\nCOPY a b\n')).toEqual([]);
  });
});

describe('comments about comments', () => {
  const said = (text: string): string[] =>
    lint(text, { registry, select }).findings.map(({ messageId, span }) => `${messageId} ${span.start}`);
  it('silence those below', () => {
    expect(said('FROM a\n# plimsoll: ignore[unused-suppression] why\n# plimsoll: ignore[probe] why\nUSER x\n')).toEqual([]);
    expect(said('FROM a\n# plimsoll: ignore[faulty-suppression] why\n# plimsoll: ignore[prob] why\nUSER x\n')).toEqual([]);
    expect(said('# plimsoll: ignore-file[unused-suppression] why\nFROM a\n# plimsoll: ignore[probe] why\nUSER x\n')).toEqual([]);
  });
  it('are not judged themselves', () => {
    expect(said('FROM a\n# plimsoll: ignore[faulty-suppression] why\nUSER x\n')).toEqual([]);
  });
});

describe('mending', () => {
  const linter = testLinter({ registry, select });
  const safely = (text: string): string => fixFile(linter, sourceFromText('Dockerfile', text), { unsafe: false }).report.source.text;
  const unsafely = (text: string): string => fixFile(linter, sourceFromText('Dockerfile', text), { unsafe: true }).report.source.text;

  it('takes out what is of no use, and the comment with the last of it', () => {
    expect(safely('FROM a\n# plimsoll: ignore[probe] why\nUSER x\n')).toBe('FROM a\nUSER x\n');
    expect(safely('FROM a\n# plimsoll: ignore-file[probe] why')).toBe('FROM a');
    expect(safely('FROM a\r\n# plimsoll: ignore-file[probe] why')).toBe('FROM a');
    expect(safely('FROM a\r\n  # plimsoll: ignore[probe] why\r\nUSER x\r\n')).toBe('FROM a\r\nUSER x\r\n');
    expect(safely('FROM a\nRUN b \\\n    # plimsoll: ignore[probe] why\n    c\n')).toBe('FROM a\nRUN b \\\n    c\n');
    expect(safely('FROM a\n# plimsoll: ignore[probe] until=2025-01-31\nUSER x\n')).toBe('FROM a\nUSER x\n');
  });
  const two = defineRule({ ...probe, id: 'two', on: {} });
  const three = defineRule({ ...probe, id: 'three', on: {} });
  const several = { registry: [...registry, two, three], select: [...select, 'two', 'three'] };
  it.each([
    ['[probe, two]', '[probe]'],
    ['[two, probe]', '[probe]'],
    ['[ two ,probe ]', '[ probe ]'],
    ['[two, three, probe]', '[probe]'],
    ['[two, probe, three]', '[probe]'],
    ['[probe, two, three]', '[probe]'],
    ['[probe, probe, two]', '[probe]'],
    ['[two, two, probe, three, three]', '[probe]'],
  ])('of a list, %s, leaves %s', (list, left) => {
    const source = sourceFromText('Dockerfile', `FROM a\n# plimsoll: ignore${list} why\nCOPY a b\n`);
    const { report, failures } = fixFile(testLinter(several), source, { unsafe: false });
    expect([report.source.text, failures]).toEqual([`FROM a\n# plimsoll: ignore${left} why\nCOPY a b\n`, []]);
    // Each alone leaves a comment that can be read.
    const { findings } = lint(source, several);
    for (const { fixes } of findings) {
      for (const { edits } of fixes) {
        const after = lint(withEdits(source, edits), several);
        expect([after.suppressed.length, after.findings.length]).toEqual([1, findings.length - 1]);
      }
    }
  });
  it('leaves a comment that keeps the next line from being a directive', () => {
    for (const text of [
      '# plimsoll: ignore-file[probe]\n# escape=`\nFROM a\n',
      '# syntax=a\n# plimsoll: ignore-file[probe]\n# escape=`\nFROM a\n',
    ])
      expect(safely(text)).toBe(text);
    expect(safely('# syntax=a\n# plimsoll: ignore-file[probe]\n# text\n# escape=`\nFROM a\n')).toBe(
      '# syntax=a\n# text\n# escape=`\nFROM a\n',
    );
    expect(safely('# plimsoll: ignore-file[probe]\n')).toBe('# plimsoll: ignore-file[probe]\n');
  });
  it('writes what was meant, where that silences something, when it is asked to', () => {
    const slip = 'FROM a\n# plimsoll: ignore[porbe] why\nCOPY a b\n';
    expect(safely(slip)).toBe(slip);
    expect(unsafely(slip)).toBe('FROM a\n# plimsoll: ignore[probe] why\nCOPY a b\n');
    const idle = 'FROM a\n# plimsoll: ignore[porbe] why\nUSER x\n';
    expect(unsafely(idle)).toBe(idle);
  });
});

describe('on any file with comments in it', { timeout: 120_000 }, () => {
  const ids = [
    'env-legacy-syntax',
    'env-legacy-sintax',
    'pip-unpinned',
    'shell-form-cmd',
    'quux',
    'unused-suppression',
    'faulty-suppression',
  ];
  const comment = fc
    .tuple(
      fc.constantFrom('', '  ', '\t'),
      fc.constantFrom('ignore', 'ignore-file'),
      fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 5 }).chain((list) => fc.constantFrom(list.join(', '), list.join(' ,'))),
      fc.constantFrom('', ' why', ' until=2030-01-01 why', ' until=2020-01-01'),
    )
    .map(([indent, word, list, remark]) => `${indent}# plimsoll: ${word}[${list}]${remark}`);
  const commented = fc
    .tuple(fc.oneof(dockerfile, torn), fc.array(fc.tuple(fc.nat(), comment), { minLength: 1, maxLength: 5 }))
    .map(([text, comments]) => {
      const written = text.split('\n');
      for (const [at, line] of comments) written.splice(at % (written.length + 1), 0, line);
      return written.join('\n');
    });

  it('what mends comments breaks nothing, each alone and all together', () => {
    const options = { select: ['unused-suppression', 'faulty-suppression', 'env-legacy-syntax', 'pip-unpinned', 'shell-form-cmd'] };
    const check = (text: string): void => {
      for (const offered of offeredFixes(text, options)) {
        if (offered.finding.ruleId.endsWith('-suppression')) expect(brokenPromises(offered, options), text).toEqual([]);
      }
      for (const id of ['unused-suppression', 'faulty-suppression']) mended(sourceFromText('Dockerfile', text), options, id);
    };
    fc.assert(fc.property(commented, check), { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) });
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
