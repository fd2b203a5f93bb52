/** `--add-ignores`: where the comments go, and that they silence everything that was found and change nothing else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { ignoreEdits } from '../src/engine/add-ignores.js';
import { withEdits } from '../src/engine/edits.js';
import { defineRule } from '../src/rule.js';
import type { SourceFile } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { dockerfile, fixtureTexts, torn } from './generated.js';
import { lint, sourceFromText, TODAY } from './lint.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 400) };
const ALL = { preset: 'all' } as const;

function silenced(source: SourceFile, remark = '', options = {}): SourceFile {
  return withEdits(source, ignoreEdits(source, lint(source, options).findings, { remark, today: TODAY }));
}

/** Speaks at every `!` of a file, wherever it stands, and takes two of them for a rule of their own. */
const marks = defineRule({
  id: 'mark',
  family: 'dockerfile',
  summary: 'A mark',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: { here: { text: 'Here', help: 'Nothing' } },
  on: {
    *file({ syntax: { source } }) {
      for (const { index } of source.text.matchAll(/!/g)) yield { at: { start: index, end: index + 1 }, message: 'here' };
    },
  },
});
const doubleMarks = defineRule({
  ...marks,
  id: 'double-mark',
  on: {
    *file({ syntax: { source } }) {
      for (const { index } of source.text.matchAll(/!!/g)) yield { at: { start: index, end: index + 2 }, message: 'here' };
    },
  },
});
const MARKS = { registry: [...rules, marks, doubleMarks], select: ['mark', 'double-mark', 'unused-suppression', 'faulty-suppression'] };
const marked = (text: string, remark = ''): string => {
  const { text: result, hasByteOrderMark } = silenced(sourceFromText('Dockerfile', text), remark, MARKS);
  return (hasByteOrderMark ? '\uFEFF' : '') + result;
};

describe('the comments go', () => {
  it('above the instruction, indented as it is', () => {
    expect(marked('FROM a\n  # text\n  ENV A=!\n')).toBe('FROM a\n  # text\n  # plimsoll: ignore[mark]\n  ENV A=!\n');
  });
  it('below parser directives', () => {
    expect(marked('# syntax=docker/dockerfile:1\nFROM !\n')).toBe('# syntax=docker/dockerfile:1\n# plimsoll: ignore[mark]\nFROM !\n');
    expect(marked('# syntax=!\n\nFROM a\n')).toBe('# syntax=!\n# plimsoll: ignore-file[mark]\n\nFROM a\n');
    expect(marked('# syntax=!\n# syntax=b\nFROM a\n')).toBe('# syntax=!\n# syntax=b\n# plimsoll: ignore-file[mark]\nFROM a\n');
    expect(marked('# syntax=!')).toBe('# syntax=!\n# plimsoll: ignore-file[mark]');
  });
  it('into a continued RUN, above the line', () => {
    expect(marked('FROM a\nRUN b \\\n    # text\n    && c ! \\\n    && d !!\n')).toBe(
      'FROM a\nRUN b \\\n    # text\n    # plimsoll: ignore[mark]\n    && c ! \\\n    # plimsoll: ignore[double-mark, mark]\n    && d !!\n',
    );
  });
  it('above the whole instruction when its first line needs one', () => {
    expect(marked('FROM a\nRUN ! \\\n && !!\n')).toBe(
      'FROM a\n# plimsoll: ignore[mark]\nRUN ! \\\n # plimsoll: ignore[double-mark]\n && !!\n',
    );
  });
  it('above the instruction that a heredoc belongs to', () => {
    expect(marked('FROM a\nRUN <<EOF\n# !\nEOF\nENV A=b\n')).toBe('FROM a\n# plimsoll: ignore[mark]\nRUN <<EOF\n# !\nEOF\nENV A=b\n');
    expect(marked('FROM a\nRUN b \\\n && c ! <<EOF\n!!\nEOF\n')).toBe(
      'FROM a\n# plimsoll: ignore[double-mark, mark]\nRUN b \\\n && c ! <<EOF\n!!\nEOF\n',
    );
  });
  it('above a comment, and nothing more narrow is added below', () => {
    expect(marked('FROM a\n# !\nENV A=! \\\n B=!\nENV A=!\n')).toBe(
      'FROM a\n# plimsoll: ignore[mark]\n# !\nENV A=! \\\n B=!\n# plimsoll: ignore[mark]\nENV A=!\n',
    );
    expect(marked('FROM a\n# !\n')).toBe('FROM a\n# plimsoll: ignore[mark]\n# !\n');
    expect(marked('FROM a\n# !')).toBe('FROM a\n# plimsoll: ignore[mark]\n# !');
    expect(marked('FROM a\nRUN b \\\n# !\n c\n')).toBe('FROM a\nRUN b \\\n# plimsoll: ignore[mark]\n# !\n c\n');
  });
  it('above an escape character alone on its line', () => {
    expect(marked('FROM a\n\\\nENV A=!\n')).toBe('FROM a\n\\\n# plimsoll: ignore[mark]\nENV A=!\n');
  });
  it('with the file’s line ends, byte order mark and missing last line end', () => {
    expect(marked('\uFEFFFROM a\r\nENV A=! \\\r\n B=!!')).toBe(
      '\uFEFFFROM a\r\n# plimsoll: ignore[mark]\r\nENV A=! \\\r\n # plimsoll: ignore[double-mark]\r\n B=!!',
    );
  });
  it('with a reason, and with a day', () => {
    expect(marked('FROM a\nENV A=!\n', 'old')).toBe('FROM a\n# plimsoll: ignore[mark] old\nENV A=!\n');
    expect(marked('FROM a\nENV A=!\n', 'until=2027-01-31 old')).toBe('FROM a\n# plimsoll: ignore[mark] until=2027-01-31 old\nENV A=!\n');
  });
});

describe('a comment that is there', () => {
  it('gets more ids when it says the same', () => {
    expect(marked('FROM a\n# plimsoll: ignore[mark]\nENV A=!!\n')).toBe('FROM a\n# plimsoll: ignore[mark, double-mark]\nENV A=!!\n');
    expect(marked('FROM a\n# plimsoll: ignore[mark]  old\nENV A=!!\n', 'old')).toBe(
      'FROM a\n# plimsoll: ignore[mark, double-mark]  old\nENV A=!!\n',
    );
    expect(marked('FROM a\nRUN b \\\n# plimsoll: ignore[mark]\n# text\n !!\n')).toBe(
      'FROM a\nRUN b \\\n# plimsoll: ignore[mark, double-mark]\n# text\n !!\n',
    );
  });
  it('is left alone when its reason or its time is another', () => {
    expect(marked('FROM a\n# plimsoll: ignore[mark] old\nENV A=!!\n')).toBe(
      'FROM a\n# plimsoll: ignore[mark] old\n# plimsoll: ignore[double-mark]\nENV A=!!\n',
    );
    expect(marked('FROM a\n# plimsoll: ignore[mark] until=2027-01-31\nENV A=!!\n')).toBe(
      'FROM a\n# plimsoll: ignore[mark] until=2027-01-31\n# plimsoll: ignore[double-mark]\nENV A=!!\n',
    );
    expect(marked('FROM a\n# plimsoll: ignore[mark] until=2025-01-31\nENV A=!\n')).toBe(
      'FROM a\n# plimsoll: ignore[mark] until=2025-01-31\n# plimsoll: ignore[mark]\nENV A=!\n',
    );
  });
});

describe('on any file', { timeout: Math.max(60_000, RUNS.numRuns * 100) }, () => {
  const NOT_SILENCED = ['syntax-error', 'unused-suppression', 'faulty-suppression'];

  function check(text: string): void {
    const before = lint(text, ALL);
    const source = silenced(before.source, 'for now', ALL);
    const after = lint(source, ALL);
    const left = (report: typeof before): string[] =>
      report.findings.filter(({ ruleId }) => NOT_SILENCED.includes(ruleId)).map(({ message }) => message);
    // What is found of comments may stand on other lines, which syntax errors name.
    expect(after.findings.map(({ ruleId }) => ruleId).filter((id) => !NOT_SILENCED.includes(id))).toEqual([]);
    expect(left(after).length).toBe(left(before).length);
    expect(ignoreEdits(after.source, after.findings, { remark: 'for now', today: TODAY })).toEqual([]);
    expect(shape(source)).toEqual(shape(before.source));
    expect(source.text.endsWith('\n')).toBe(text.endsWith('\n'));
    expect(source.hasByteOrderMark).toBe(before.source.hasByteOrderMark);
    const added = source.text.split('\n').filter((line) => !line.includes('# plimsoll: ignore'));
    expect(added).toEqual(before.source.text.split('\n').filter((line) => !line.includes('# plimsoll: ignore')));
    // A text of one line without end does not say which ends it wants.
    if (text.includes('\r') || !text.includes('\n')) return;
    const twin = silenced(sourceFromText('Dockerfile', text.replaceAll('\n', '\r\n')), 'for now', ALL);
    expect(twin.text).toBe(source.text.replaceAll('\n', '\r\n'));
  }

  function shape(source: SourceFile): unknown {
    const { instructions, directives, problems } = parseSyntax(source);
    return {
      instructions: instructions.map(({ logical, heredocs }) => [logical.text, ...heredocs.map(({ content }) => content)]),
      directives: directives.map(({ name, value }) => [name, value]),
      problems: problems.map(({ code }) => code),
    };
  }

  it('nothing is reported afterwards and nothing else is changed', () => {
    for (const text of fixtureTexts()) check(text);
    fc.assert(fc.property(dockerfile, check), RUNS);
    fc.assert(fc.property(torn, check), RUNS);
  });

  it('wherever a finding stands', () => {
    const text = fc.oneof(dockerfile, torn).map((plain) => plain.replaceAll('!', ''));
    const check = (plain: string, places: readonly number[]): void => {
      let text = plain;
      for (const place of places) text = `${text.slice(0, place % (text.length + 1))}!${text.slice(place % (text.length + 1))}`;
      const after = lint(silenced(sourceFromText('Dockerfile', text), '', MARKS), MARKS);
      const left = after.findings.map(({ ruleId, span }) => [ruleId, after.source.text.slice(span.start - 20, span.end + 20)]);
      expect(left.filter(([id]) => id?.endsWith('mark'))).toEqual([]);
    };
    fc.assert(fc.property(text, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), check), RUNS);
  });
});

describe('--add-ignores', () => {
  const TEXT = 'FROM a:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nENV A 1\nENV B=2\nENV C 3\n';
  let cwd = '';
  const read = (name = 'Dockerfile'): string => readFileSync(path.join(cwd, name), 'utf8');
  const run = (args: readonly string[], options?: ProgramOptions): Promise<ProgramOutcome> =>
    runProgram(cwd, ['--today', TODAY, '--select', 'env-legacy-syntax,unused-suppression,faulty-suppression', ...args], options);
  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'plimsoll-ignores-'));
    writeFileSync(path.join(cwd, 'Dockerfile'), TEXT);
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it('writes the comments and says how many; the next run reports nothing', async () => {
    const { code, stdout, stderr } = await run(['Dockerfile', '--add-ignores']);
    expect([code, stdout, stderr]).toEqual([
      0,
      '✔ No problems in 1 file; 2 suppressed\n',
      'plimsoll: 2 findings silenced with comments in 1 file.\n',
    ]);
    expect(read()).toBe(TEXT.replace(/^ENV [AC]/gm, '# plimsoll: ignore[env-legacy-syntax]\n$&'));
    expect((await run(['.'])).code).toBe(0);
    const again = read();
    expect((await run(['--add-ignores'])).stderr).toBe('plimsoll: there is nothing to silence.\n');
    expect(read()).toBe(again);
  });
  it('takes a reason behind the equals sign only: a word behind it is a path', async () => {
    await run(['--add-ignores=until=2027-01-31 from before', 'Dockerfile']);
    expect(read()).toContain('\n# plimsoll: ignore[env-legacy-syntax] until=2027-01-31 from before\nENV A 1\n');
  });
  it('prints what standard input becomes', async () => {
    const { code, stdout, stderr } = await run(['-', '--add-ignores=why'], { stdin: 'FROM a\r\nENV A 1' });
    expect([code, stdout]).toEqual([0, 'FROM a\r\n# plimsoll: ignore[env-legacy-syntax] why\r\nENV A 1']);
    expect(stderr).toContain('No problems in 1 file');
    expect((await run(['-', '--add-ignores'], { stdin: 'FROM a\n' })).stdout).toBe('FROM a\n');
    const excluded = ['-', '--add-ignores', '--stdin-filename', 'x/Dockerfile', '--exclude', 'x/**', '--force-exclude'];
    expect((await run(excluded, { stdin: 'FROM a\nENV A 1\n' })).stdout).toBe('FROM a\nENV A 1\n');
  });
  it('silences what is left when it is fixed first', async () => {
    writeFileSync(path.join(cwd, 'Dockerfile'), `${TEXT}# plimsoll: ignore[env-legacy-syntax]\nUSER a\n`);
    const { code, stdout } = await run(['--fix', '--fix-only', 'unused-suppression', '--add-ignores']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/1 fixed; 2 suppressed\n$/)]);
    expect(read()).toBe(`${TEXT.replace(/^ENV [AC]/gm, '# plimsoll: ignore[env-legacy-syntax]\n$&')}USER a\n`);
  });
  it('speaks of errors only when only errors are reported', async () => {
    expect((await run(['-q', '--add-ignores'])).stderr).toBe('plimsoll: there is nothing to silence.\n');
    expect(read()).toBe(TEXT);
  });
  it('leaves alone what it cannot silence', async () => {
    writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM a\nFOO\nENV A 1\n');
    const { code, stdout } = await runProgram(cwd, ['--add-ignores', '--select', 'env-legacy-syntax']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('syntax-error')]);
    expect(read()).toBe('FROM a\nFOO\n# plimsoll: ignore[env-legacy-syntax]\nENV A 1\n');
  });
  it('does not write anew what is not UTF-8', async () => {
    const bytes = Buffer.from('FROM a\n# caf\xe9\nENV A 1\n', 'latin1');
    writeFileSync(path.join(cwd, 'Dockerfile'), bytes);
    const { code, stderr } = await run(['--add-ignores']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Dockerfile: got no comments: it is not UTF-8')]);
    expect(readFileSync(path.join(cwd, 'Dockerfile')).equals(bytes)).toBe(true);
  });
  it('asks for a reason where the configuration does', async () => {
    writeFileSync(path.join(cwd, 'plimsoll.json'), '{"require-suppression-reason": true}');
    const { code, stderr } = await run(['--add-ignores']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/asks for a reason.*--add-ignores="the reason"/)]);
    expect(read()).toBe(TEXT);
    expect((await run(['--add-ignores=old'])).code).toBe(0);
  });
  it.each([
    [['--add-ignores', '--no-inline'], /--no-inline takes no notice/],
    [['--add-ignores', '--write-baseline'], /choose the file or the comments/],
    [['--add-ignores', '--diff'], /leave out --add-ignores/],
    [['--add-ignores=a\nb'], /on one line/],
    [['--add-ignores=until=2027-02-30'], /`2027-02-30` is no day/],
    [['--add-ignores=until=2020-01-31'], /2020-01-31 is past/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(args);
    expect([code, stderr, read()]).toEqual([2, expect.stringMatching(message), TEXT]);
  });
});
