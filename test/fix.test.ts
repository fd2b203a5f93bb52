/** The fix engine: rounds, overlaps, refusals; and --fix as a person meets it, with the files on a disk. */
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyPatch } from 'diff';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { fixFile } from '../src/engine/fix.js';
import { FixCosts } from '../src/engine/fix-cost.js';
import { buildModel } from '../src/model/build.js';
import { defineRule, type Edit, type Fix, type Rule } from '../src/rule.js';
import { placeOf } from '../src/source/position.js';
import { replaceFile } from '../src/source/replace-file.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { sourceFromText, testLinter } from './lint.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

/** A rule that finds every place of a word and replaces it. */
function replacing(id: string, word: string, text: string, more: Partial<Fix> = {}, severity: Rule['severity'] = 'warning'): Rule {
  return defineRule({
    id,
    family: 'runtime',
    summary: `The word ${word}`,
    severity,
    confidence: 'high',
    preset: 'recommended',
    since: '0.1.0',
    messages: { word: { text: 'A word', help: 'Replace it' } },
    on: {
      *file({ syntax: { source } }) {
        for (let at = source.text.indexOf(word); at >= 0; at = source.text.indexOf(word, at + word.length)) {
          const at_ = { start: at, end: at + word.length };
          yield {
            at: at_,
            message: 'word',
            fixes: [{ title: `Write ${text}`, safety: 'safe', edits: [{ span: at_, text }], ...more } as Fix],
          };
        }
      },
    },
  });
}

const withRules = (...own: readonly Rule[]) =>
  testLinter({
    registry: [...rules.filter(({ id }) => id === 'syntax-error'), ...own],
    select: ['syntax-error', ...own.map(({ id }) => id)],
  });
const SAFE = { unsafe: false };
const fixed = (text: string, own: readonly Rule[], request: Parameters<typeof fixFile>[2] = SAFE) => {
  const result = fixFile(withRules(...own), sourceFromText('Dockerfile', text), request);
  return { text: result.report.source.text, applied: result.report.applied?.map(({ ruleId }) => ruleId), failures: result.failures };
};

describe('rounds', () => {
  it('the first of two that touch goes ahead, the other waits', () => {
    const own = [replacing('one', 'ab', 'x'), replacing('two', 'bc', 'y'), replacing('three', 'xc', 'z')];
    expect(fixed('FROM a\nRUN abc bc\n', own)).toMatchObject({ text: 'FROM a\nRUN z y\n', applied: ['one', 'two', 'three'] });
  });
  it('safe ones only, unless unsafe ones are wanted; and only those of the rules that are named', () => {
    const own = [replacing('safe', 'aa', 'b'), replacing('unsafe', 'cc', 'd', { safety: 'unsafe', risk: 'it may be cc' } as Partial<Fix>)];
    expect(fixed('FROM x\nRUN aa cc\n', own).text).toBe('FROM x\nRUN b cc\n');
    expect(fixed('FROM x\nRUN aa cc\n', own, { unsafe: true }).text).toBe('FROM x\nRUN b d\n');
    expect(fixed('FROM x\nRUN aa cc\n', own, { unsafe: true, only: new Set(['unsafe']) }).text).toBe('FROM x\nRUN aa d\n');
  });
  it('ends after ten rounds', () => {
    expect(fixed('FROM x\nRUN a\n', [replacing('more', 'a', 'ab')]).applied).toHaveLength(10);
  });
  it('byte order mark, mixed line ends and a missing last one stay', () => {
    const source = sourceFromText('Dockerfile', '\uFEFFFROM x\r\nRUN aa\nRUN aa\r\nRUN b');
    const { report } = fixFile(withRules(replacing('one', 'aa', 'c \\\n  d')), source, SAFE);
    expect(report.source.hasByteOrderMark).toBe(true);
    expect(report.source.text).toBe('FROM x\r\nRUN c \\\n  d\nRUN c \\\r\n  d\r\nRUN b');
  });
});

describe('a fix that breaks the file', () => {
  it.each([
    ['no Dockerfile any more', replacing('bad', 'RUN a', 'RUNN a'), 'unknown-instruction'],
    ['a new error', replacing('bad', 'aa', 'bb'), 'other'],
  ])('%s: it is named, and nothing is changed', (_, bad, trouble) => {
    const own = [bad, replacing('good', 'zz', 'y'), replacing('other', 'bb', 'bb', {}, 'error')].map((rule) =>
      rule.id === 'other'
        ? {
            ...rule,
            on: {
              *file(...args: Parameters<NonNullable<Rule['on']['file']>>) {
                for (const found of rule.on.file?.(...args) ?? []) yield { ...found, fixes: [] };
              },
            },
          }
        : rule,
    );
    const { text, failures } = fixed('FROM x\nRUN aa zz\n', own);
    expect(text).toBe('FROM x\nRUN aa zz\n');
    expect(failures.map(({ message }) => message)).toEqual([
      `was left as it is: the fix of bad would have brought a new error (${trouble}). Please report it with the file; --ignore bad lets the other fixes go ahead.`,
    ]);
  });
});

describe('what a fix costs', () => {
  const line = (text: string, edit: { at: string; text: string; length?: number }, keepsLayers?: true): number | undefined => {
    const source = sourceFromText('Dockerfile', text);
    const start = text.indexOf(edit.at);
    const edits: Edit[] = [{ span: { start, end: start + (edit.length ?? 0) }, text: edit.text }];
    const fix: Fix = { title: '', safety: 'safe', edits, ...(keepsLayers && { keepsLayers }) };
    const from = new FixCosts(buildModel(parseSyntax(source))).rebuiltFrom(fix);
    return from === undefined ? undefined : placeOf(source, from).line;
  };
  const FILE = 'FROM a AS base\nENV A=1\nRUN b\n\nFROM base\nENV C=1\nCOPY . .\nRUN d\nCMD e\n';
  it.each<[string, number | undefined, Parameters<typeof line>]>([
    ['inside a RUN', 8, [FILE, { at: 'd\n', text: 'x' }]],
    ['at the end of a RUN', 8, [FILE, { at: '\nCMD', text: ' && x' }]],
    ['ENV above a COPY and a RUN', 8, [FILE, { at: 'COPY', text: 'ENV X=1\n' }]],
    ['in an ENV', 8, [FILE, { at: '\nCOPY', text: ' X=1' }]],
    ['ENV of a stage others are built from', 3, [FILE, { at: 'RUN b', text: 'ENV X=1\n' }]],
    ['the same below its RUN', 8, [FILE, { at: '\nFROM base', text: 'ENV X=1\n' }]],
    ['ENV above CMD', undefined, [FILE, { at: 'CMD', text: 'ENV X=1\n' }]],
    ['RUN above CMD', 9, [FILE, { at: 'CMD', text: 'RUN useradd x\nUSER x\n' }]],
    ['CMD itself', undefined, [FILE, { at: 'CMD e', text: 'CMD ["e"]', length: 5 }]],
    ['FROM', 1, [FILE, { at: 'a AS', text: 'z', length: 1 }]],
    ['a RUN taken out', 3, [FILE, { at: 'RUN b', text: '', length: 6 }]],
    ['behind the last line without its end', undefined, ['FROM a\nRUN b\nCMD c', { at: 'zz', text: '' }]],
    ['quotes', undefined, [FILE, { at: '1\nCOPY', text: '"1"', length: 1 }, true]],
  ])('%s', (_, expected, [text, edit, keeps]) => expect(line(text, edit, keeps)).toBe(expected));
});

describe('--fix', () => {
  const TEXT = 'FROM python:3.13-slim-trixie\n# why\nENV A some value\nRUN pip install pandas==3.0.5\nCMD ["python", "-u", "a.py"]\n';
  const MENDED = TEXT.replace('A some value', 'A="some value"').replace('install', 'install --no-cache-dir');
  let cwd = '';
  const file = (name = 'Dockerfile'): string => path.join(cwd, name);
  const run = (args: readonly string[], options?: ProgramOptions): Promise<ProgramOutcome> => runProgram(cwd, args, options);
  const ONLY = ['--select', 'env-legacy-syntax,pip-no-cache'];
  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'plimsoll-fix-'));
    writeFileSync(file(), TEXT);
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it('mends the file and says what was done', async () => {
    const { code, stdout, stderr } = await run(['--fix', ...ONLY]);
    expect([code, stderr]).toEqual([0, '']);
    expect(readFileSync(file(), 'utf8')).toBe(MENDED);
    expect(stdout).toContain('fixed');
    expect(stdout).toContain('The next build starts anew at line 4.');
    expect(stdout).toContain('No problems in 1 file; 2 fixed');
    expect(readdirSync(cwd)).toEqual(['Dockerfile']);
    expect((await run(['--fix', ...ONLY])).stdout).not.toContain('fixed');
  });
  it('the exit code and the report speak of what is left', async () => {
    const { code, stdout } = await run(['--fix', '--fix-only', 'env-legacy-syntax', '--format', 'json', ...ONLY]);
    expect([code, (JSON.parse(stdout) as { ruleId: string }[]).map(({ ruleId }) => ruleId)]).toEqual([1, ['pip-no-cache']]);
    expect(readFileSync(file(), 'utf8')).toBe(TEXT.replace('A some value', 'A="some value"'));
  });
  it('the last of --fix and --no-fix counts', async () => {
    await run(['--fix', '--no-fix', ...ONLY]);
    expect(readFileSync(file(), 'utf8')).toBe(TEXT);
  });
  it('--diff touches nothing and can be applied', async () => {
    const { code, stdout, stderr } = await run(['--diff', ...ONLY]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ /);
    expect(applyPatch(TEXT, stdout)).toBe(MENDED);
    expect(stderr).toBe('plimsoll: --fix would mend 2 problems in 1 file.\n');
    expect(readFileSync(file(), 'utf8')).toBe(TEXT);
    writeFileSync(file(), MENDED);
    expect(await run(['--diff', ...ONLY])).toEqual({ code: 0, stdout: '', stderr: 'plimsoll: nothing to fix.\n' });
  });
  it('--diff keeps line ends and the missing last one, and shows no secret', async () => {
    const text = `FROM x\r\nENV HF_TOKEN hf_QzXvRwKjYtBnMsDfGhLpZqWcVxTrNmKb`;
    writeFileSync(file(), text);
    const { stdout } = await run(['--diff', '--select', 'env-legacy-syntax']);
    expect(stdout).toContain('\\ No newline at end of file');
    expect(stdout).toContain('FROM x\r\n');
    expect(stdout).not.toContain('QzXvRwKjYtBnMsDf');
  });
  it('standard input comes out mended, findings go to standard error', async () => {
    const { code, stdout, stderr } = await run(['--fix', '-', ...ONLY], { stdin: `\uFEFF${TEXT}` });
    expect([code, stdout]).toEqual([0, `\uFEFF${MENDED}`]);
    expect(stderr).toContain('2 fixed');
    expect((await run(['--fix', '-', ...ONLY], { stdin: MENDED })).stdout).toBe(MENDED);
    expect((await run(['--diff', '-', '--stdin-filename', 'a/Dockerfile', ...ONLY], { stdin: TEXT })).stdout).toContain(
      '+++ b/a/Dockerfile',
    );
  });
  it.each<[string[], string]>([
    [['--unsafe-fixes'], '--unsafe-fixes says what may be mended: add --fix to mend it, or --diff to see what that would change.'],
    [['--fix-only', 'root-user'], '--fix-only says what may be mended'],
    [['--fix', '--fix-only', 'root-usr'], '--fix-only root-usr: there is no rule or family of that name. Did you mean `root-user`?'],
    [['--fix', '--fix-only', ','], '--fix-only names nothing: name rules or families, or leave it out.'],
    [['--diff', '--format', 'json'], '--diff shows what --fix would change, and does nothing else: leave out --format.'],
    [['--diff', '--fail-on', 'error'], '--diff shows what --fix would change, and does nothing else: leave out --fail-on.'],
    [['--diff', '--quiet'], 'leave out --quiet.'],
    [['--diff', '--baseline', 'none.json'], 'leave out --baseline.'],
  ])('%s is refused', async (args, message) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('keeps the mode, and edits what a link leads to', async () => {
    chmodSync(file(), 0o754);
    symlinkSync('Dockerfile', file('link.Dockerfile'));
    expect(await run(['--fix', 'link.Dockerfile', 'Dockerfile', ...ONLY])).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(file()).mode & 0o7777).toBe(0o754);
    expect(lstatSync(file('link.Dockerfile')).isSymbolicLink()).toBe(true);
    expect(readFileSync(file(), 'utf8')).toBe(MENDED);
  });
  it('leaves a read-only file alone, says so, and mends the others', async () => {
    writeFileSync(file('other.Dockerfile'), TEXT);
    chmodSync(file(), 0o444);
    const { code, stdout, stderr } = await run(['--fix', ...ONLY]);
    expect(code).toBe(2);
    expect(stderr).toBe('plimsoll: Dockerfile: is read-only: nothing was written. Make it writable (chmod u+w) and run plimsoll again.\n');
    expect(readFileSync(file(), 'utf8')).toBe(TEXT);
    expect(readFileSync(file('other.Dockerfile'), 'utf8')).toBe(MENDED);
    expect(stdout).toContain('2 problems');
  });
  it('leaves a file alone that no other can be put in the place of', async () => {
    // What is loaded when it is first needed is loaded now: to root every directory is open, so the rest runs as somebody else.
    await run(['--fix', ...ONLY]);
    writeFileSync(file(), TEXT);
    chmodSync(file(), 0o666);
    chmodSync(cwd, 0o555);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    const { code, stderr } = await run(['--fix', ...ONLY]);
    if (isRoot) process.seteuid?.(0);
    chmodSync(cwd, 0o755);
    expect([code, readFileSync(file(), 'utf8')]).toEqual([2, TEXT]);
    expect(stderr).toContain('stands in a directory that may not be written to');
  });
  it('leaves a file alone that has changed meanwhile', () => {
    expect(() => replaceFile(file(), Buffer.from('something else'), Buffer.from(MENDED))).toThrow(
      'has changed while it was being read. Run plimsoll again.',
    );
    expect(readFileSync(file(), 'utf8')).toBe(TEXT);
    expect(readdirSync(cwd)).toEqual(['Dockerfile']);
  });
  it('leaves a file alone that is not UTF-8', async () => {
    const bytes = Buffer.from(TEXT.replace('# why', '# gr\xFC\xDFe'), 'latin1');
    writeFileSync(file(), bytes);
    const { code, stderr } = await run(['--fix', ...ONLY]);
    expect(code).toBe(2);
    expect(stderr).toContain('was not fixed: it is not UTF-8');
    expect(readFileSync(file()).equals(bytes)).toBe(true);
  });
});
