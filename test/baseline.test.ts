/** The baseline: what is the same finding after an edit, what is new, what is stale, and its file. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accepting, Baseline, type BaselineEntry, entriesOf } from '../src/baseline/baseline.js';
import { readBaseline, writtenBaseline } from '../src/baseline/format.js';
import type { FileReport } from '../src/engine/report.js';
import { placeOf } from '../src/source/position.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { dockerfile, torn } from './generated.js';
import { lint, sourceFromText } from './lint.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

const select = ['env-legacy-syntax', 'pip-no-cache', 'unused-suppression'];
const linted = (text: string): FileReport => lint(sourceFromText('Dockerfile', text), { select });
const baselineOf = (text: string): Baseline => new Baseline(entriesOf(linted(text), 'Dockerfile'));
/** Lines of what is new in a text, seen from the baseline of another one. */
const fresh = (before: string, after: string): number[] => {
  const report = accepting(linted(after), 'Dockerfile', baselineOf(before));
  return report.findings.map(({ span }) => placeOf(report.source, span.start).line);
};

describe('a finding is accepted', () => {
  const text = 'FROM a\nENV A 1\nRUN pip install x\nENV B 2\n';

  it('when nothing has changed', () => {
    expect(fresh(text, text)).toEqual([]);
    const report = accepting(linted(text), 'Dockerfile', baselineOf(text));
    expect(report.suppressed.map(({ ruleId, by }) => [ruleId, by])).toEqual([
      ['env-legacy-syntax', 'baseline'],
      ['pip-no-cache', 'baseline'],
      ['env-legacy-syntax', 'baseline'],
    ]);
  });
  it('when lines have moved, and others have changed', () => {
    expect(fresh(text, '# more\nFROM b\nENV B 2\n\nRUN pip install x\nCOPY c d\nENV A 1\n')).toEqual([]);
  });
  it('when only blanks or line ends have changed', () => {
    expect(fresh(text, 'FROM a\r\n  ENV  A 1\r\nRUN pip  install x\r\nENV B 2')).toEqual([]);
  });
  it('not when its line has changed', () => {
    expect(fresh(text, text.replace('A 1', 'A 2'))).toEqual([2]);
  });
  it('not in another file', () => {
    expect(accepting(linted(text), 'other/Dockerfile', baselineOf(text)).findings).toHaveLength(3);
  });
  it('also when it is about a comment', () => {
    const unused = 'FROM a\n# plimsoll: ignore[pip-no-cache] why\nCOPY a b\n';
    expect(linted(unused).findings).toHaveLength(1);
    expect(fresh(unused, unused)).toEqual([]);
  });
});

describe('of equal findings', () => {
  const line = 'ENV A 1\n';
  it('as many are accepted as there were; the last are new', () => {
    expect(fresh(`FROM a\n${line.repeat(2)}`, `FROM a\n${line.repeat(4)}`)).toEqual([4, 5]);
  });
  it('one that is mended makes no room for another one for good', () => {
    const before = baselineOf(`FROM a\n${line.repeat(2)}`);
    const report = linted(`FROM a\n${line}`);
    const seen = { entries: entriesOf(report, 'Dockerfile'), covers: () => true };
    const pruned = before.pruned(seen);
    expect([before.size, pruned.size]).toEqual([2, 1]);
    expect(accepting(linted(`FROM a\n${line.repeat(2)}`), 'Dockerfile', pruned).findings).toHaveLength(1);
  });
});

describe('a baseline', () => {
  const entry = (path: string, ruleId: string, count = 1): BaselineEntry => ({ path, ruleId, fingerprint: '0123456789abcdef', count });
  const old = new Baseline([entry('a', 'x', 2), entry('a', 'y'), entry('b', 'x')]);
  const seen = { entries: [entry('a', 'x'), entry('a', 'z')], covers: ({ path }: BaselineEntry) => path === 'a' };

  it('loses what the run would have found, and nothing else, when it is pruned', () => {
    expect(old.pruned(seen).entries).toEqual([entry('a', 'x'), entry('b', 'x')]);
    expect(old.pruned({ ...seen, covers: () => false }).entries).toEqual(old.entries);
  });
  it('keeps what the run could not find when it is written anew', () => {
    expect(old.renewed(seen).entries).toEqual([entry('a', 'x'), entry('a', 'z'), entry('b', 'x')]);
  });
  it('takes the highest of several counts of one thing', () => {
    expect(new Baseline([entry('a', 'x', 1), entry('a', 'x', 3), entry('a', 'x', 2)]).entries).toEqual([entry('a', 'x', 3)]);
  });
});

describe('its file', () => {
  const baseline = baselineOf('FROM a\nRUN pip install x\nENV A 1\nENV A 1\n');
  const text = writtenBaseline(baseline.entries);

  it('is sorted, with an entry a line', () => {
    expect(text.replace(/[0-9a-f]{16}/g, (print) => `<${print.length}>`)).toBe(`{
  "version": 1,
  "accepted": [
    { "path": "Dockerfile", "rule": "env-legacy-syntax", "fingerprint": "<16>", "count": 2 },
    { "path": "Dockerfile", "rule": "pip-no-cache", "fingerprint": "<16>", "count": 1 }
  ]
}
`);
    const prints = baselineOf(`FROM a\n${'ABCDEF'.replace(/./g, 'ENV $& 1\n')}`).entries.map(({ fingerprint }) => fingerprint);
    expect(prints).toHaveLength(6);
    expect(prints).toEqual([...prints].sort());
    expect(writtenBaseline([])).toBe('{\n  "version": 1,\n  "accepted": []\n}\n');
  });
  it('is read as it was written, also when somebody has formatted it', () => {
    expect(readBaseline(text)).toEqual(baseline.entries);
    expect(readBaseline(JSON.stringify(JSON.parse(text), null, 4))).toEqual(baseline.entries);
    expect(readBaseline(text.replaceAll('\n', '\r\n'))).toEqual(baseline.entries);
  });
  it.each([
    ['', 1, /a value is missing here/],
    ['[]', 1, /is no baseline/],
    ['{"version": 1}', 1, /is no baseline/],
    ['{\n"version": 2,\n"accepted": []}', 2, /is of version 2, and this plimsoll reads version 1/],
    ['{\n"version": 1,\n"accepted": [\n{"path": "a"}\n]}', 4, /needs a `path`/],
    ['{\n"version": 1,\n"accepted": [\n{"path": "a", "rule": "b", "fingerprint": "0123456789abcdef", "count": 0}\n]}', 4, /`count`/],
    ['{\n"version": 1,\n"accepted": [\n{"path": "a", "rule": "b", "fingerprint": "xyz", "count": 1}\n]}', 4, /fingerprint/],
    ['{\n"version": 1,\n"accepted": [\n<<<<<<< HEAD\n=======\n>>>>>>> x\n]}', 4, /in the middle of a merge/],
    ['{\n"version": 1,\n"accepted": [\n', 4, /not valid JSON/],
    ['{\n"version": 1\n"accepted": []}', 3, /a comma is missing/],
  ])('says what is wrong, and where: %j', (broken, line, message) => {
    const read = readBaseline(broken);
    if (!('message' in read)) throw new Error('it was read');
    expect([placeOf(sourceFromText('x', broken), read.span.start).line, read.message]).toEqual([line, expect.stringMatching(message)]);
  });
  it('is never the cause of a crash', () => {
    const cut = (at: number, length: number, piece: string): void => {
      const from = at % text.length;
      readBaseline(text.slice(0, from) + piece + text.slice(from + length));
    };
    fc.assert(fc.property(fc.nat(), fc.nat(40), fc.string(), cut), { numRuns: 500 });
  });
});

describe('on any file', { timeout: 120_000 }, () => {
  it('what was accepted is not reported, also when all lines have moved, and nothing is stale', () => {
    const check = (text: string): void => {
      const report = lint(text, { preset: 'all' });
      const entries = entriesOf(report, 'Dockerfile');
      const baseline = new Baseline(entries);
      const accepted = accepting(report, 'Dockerfile', baseline);
      expect(accepted.findings).toEqual([]);
      expect(accepted.suppressed.length).toBe(report.findings.length + report.suppressed.length);
      expect(entriesOf(accepted, 'Dockerfile')).toEqual(entries);
      expect(baseline.pruned({ entries, covers: () => true })).toEqual(baseline);
      expect(readBaseline(writtenBaseline(baseline.entries))).toEqual(baseline.entries);
      const { directives, instructions } = parseSyntax(report.source);
      if (directives.length > 0 || instructions.length === 0) return;
      const moved = lint(`# one more line\n${report.source.text}`, { preset: 'all' });
      expect(accepting(moved, 'Dockerfile', baseline).findings).toEqual([]);
    };
    fc.assert(fc.property(fc.oneof(dockerfile, torn), check), { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) });
  });
});

describe('the program', () => {
  let cwd = '';
  const file = (name: string): string => path.join(cwd, name);
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
  };
  const run = (args: readonly string[], options?: ProgramOptions): Promise<ProgramOutcome> =>
    runProgram(cwd, ['--select', 'env-legacy-syntax,shell-form-cmd', ...args], options);
  const entries = (name = 'plimsoll-baseline.json'): string[] =>
    (JSON.parse(read(name)) as { accepted: { path: string; rule: string; count: number }[] }).accepted.map(
      ({ path: of, rule, count }) => `${of} ${rule} ${count}`,
    );

  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'plimsoll-baseline-'));
    write('a/Dockerfile', 'FROM a\nENV A 1\nENV A 1\n');
    write('b/Dockerfile', 'FROM a\nENV B 2\nFOO\n');
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it('accepts what is there, and reports what is new', async () => {
    const { code, stdout, stderr } = await run(['--write-baseline']);
    expect([code, stdout, stderr]).toEqual([
      0,
      '✔ No problems in 2 files; 4 accepted by the baseline\n',
      'plimsoll: plimsoll-baseline.json: 4 findings accepted. Lint with --baseline plimsoll-baseline.json from now on.\n',
    ]);
    expect(entries()).toEqual(['a/Dockerfile env-legacy-syntax 2', 'b/Dockerfile env-legacy-syntax 1', 'b/Dockerfile syntax-error 1']);
    const baseline = ['--baseline', 'plimsoll-baseline.json'];
    expect(await run(baseline)).toEqual({ code: 0, stdout: '✔ No problems in 2 files; 4 accepted by the baseline\n', stderr: '' });
    write('a/Dockerfile', '# moved\nFROM a\nENV A 1\nENV A 1\nENV A 1\n');
    const next = await run([...baseline, '--format', 'json']);
    expect([next.code, (JSON.parse(next.stdout) as { line: number }[]).map(({ line }) => line)]).toEqual([1, [5]]);
  });
  it('knows files by their place beside the baseline, wherever it is called', async () => {
    await run(['a', '--write-baseline', '--baseline', 'b/known.json']);
    expect(entries('b/known.json')).toEqual(['../a/Dockerfile env-legacy-syntax 2']);
    expect((await runProgram(file('a'), ['Dockerfile', '--select', 'env-legacy-syntax', '--baseline', '../b/known.json'])).code).toBe(0);
    expect((await run([file('a/Dockerfile'), '--baseline', file('b/known.json')])).code).toBe(0);
    const stdin = read('a/Dockerfile');
    expect((await run(['-', '--stdin-filename', 'a/Dockerfile', '--baseline', 'b/known.json'], { stdin })).code).toBe(0);
    expect((await run(['-', '--stdin-filename', 'c/Dockerfile', '--baseline', 'b/known.json'], { stdin })).code).toBe(1);
  });
  it('says what is stale, fails by nothing of it, and drops it when asked to', async () => {
    await run(['--write-baseline']);
    write('a/Dockerfile', 'FROM a\nENV A 1\n');
    rmSync(file('b'), { recursive: true });
    const stale = await run(['a', '--baseline', 'plimsoll-baseline.json']);
    expect([stale.code, stale.stderr]).toEqual([
      0,
      'plimsoll: plimsoll-baseline.json: 3 findings accepted that are no longer there. Drop them with --prune-baseline.\n',
    ]);
    // A rule that does not run and a file that is not linted say nothing of what is gone.
    expect(
      (await run(['a', '--baseline', 'plimsoll-baseline.json', '--select', 'root-user', '--ignore', 'syntax-error,env-legacy-syntax']))
        .stderr,
    ).toContain(': 2 findings');
    const pruned = await run(['a', '--prune-baseline']);
    expect([pruned.code, pruned.stderr, entries()]).toEqual([
      0,
      'plimsoll: plimsoll-baseline.json: 3 findings dropped.\n',
      ['a/Dockerfile env-legacy-syntax 1'],
    ]);
    const before = statSync(file('plimsoll-baseline.json')).mtimeMs;
    expect((await run(['a', '--prune-baseline'])).stderr).toBe('plimsoll: plimsoll-baseline.json: nothing to drop.\n');
    expect(statSync(file('plimsoll-baseline.json')).mtimeMs).toBe(before);
  });
  it('adds nothing when it drops', async () => {
    await run(['--write-baseline']);
    write('a/Dockerfile', 'FROM a\nENV C 3\n');
    expect((await run(['--prune-baseline'])).code).toBe(1);
    expect(entries()).toEqual(['b/Dockerfile env-legacy-syntax 1', 'b/Dockerfile syntax-error 1']);
  });
  it('keeps what a run over some files or rules could not see', async () => {
    await run(['--write-baseline']);
    write('a/Dockerfile', 'FROM a\nENV C 3\nCMD a\n');
    await run(['a', '--write-baseline']);
    expect(entries()).toEqual([
      'a/Dockerfile env-legacy-syntax 1',
      'a/Dockerfile shell-form-cmd 1',
      'b/Dockerfile env-legacy-syntax 1',
      'b/Dockerfile syntax-error 1',
    ]);
    await runProgram(cwd, ['--select', 'shell-form-cmd', '--write-baseline']);
    expect(entries()).toHaveLength(4);
  });
  it('accepts everything, whatever is shown', async () => {
    await run(['--write-baseline', '-q']);
    expect(entries()).toHaveLength(3);
  });
  it('is applied to what is left when files are fixed', async () => {
    write('c/Dockerfile', 'FROM a\n# plimsoll: ignore[env-legacy-syntax]\nENV A 1\n# plimsoll: ignore[env-legacy-syntax]\nUSER a\n');
    const select = ['--select', 'env-legacy-syntax,unused-suppression', 'c'];
    expect((await runProgram(cwd, [...select, '--fix', '--write-baseline'])).code).toBe(0);
    expect([entries(), read('c/Dockerfile')]).toEqual([[], 'FROM a\n# plimsoll: ignore[env-legacy-syntax]\nENV A 1\nUSER a\n']);
  });
  it('is looked at before anything is fixed', async () => {
    const text = read('a/Dockerfile');
    const refused = await run(['a', '--fix', '--write-baseline', '--baseline', 'none/b.json']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'plimsoll: none/b.json: the baseline cannot be written: its directory does not exist.\n',
    ]);
    await run(['--write-baseline']);
    chmodSync(file('plimsoll-baseline.json'), 0o444);
    for (const option of ['--write-baseline', '--prune-baseline'])
      expect((await run(['a', '--fix', option])).stderr).toBe(
        'plimsoll: plimsoll-baseline.json: the baseline cannot be written: it is read-only.\n',
      );
    expect(read('a/Dockerfile')).toBe(text);
  });
  it('shows what is accepted when asked to', async () => {
    await run(['--write-baseline']);
    const args = ['a', '--baseline', 'plimsoll-baseline.json', '--show-suppressed'];
    expect((await run(args)).stdout).toMatch(/2:5 {2}warning[\s\S]*= accepted: by the baseline/);
    const json = JSON.parse((await run([...args, '--format', 'json'])).stdout) as { suppressed: unknown }[];
    expect(json.map(({ suppressed }) => suppressed)).toEqual([
      { by: 'baseline', reason: '' },
      { by: 'baseline', reason: '' },
    ]);
    const sarif = (await run([...args, '--format', 'sarif'])).stdout;
    expect(sarif.match(/"suppressions":\[\{"kind":"external","status":"accepted"\}\]/g)).toHaveLength(2);
    expect((await run([...args.slice(0, 3), '--format', 'json'])).stdout).toBe('[]\n');
  });
  it.each([
    [['--baseline', 'missing.json'], /missing\.json: there is no such baseline\. Write one with --write-baseline/],
    [['--prune-baseline'], /plimsoll-baseline\.json: there is no such baseline/],
    [['--baseline', 'a'], /is a directory/],
    [['--baseline', 'a/Dockerfile'], /a\/Dockerfile:1:1: is not valid JSON: .*Mend it, or delete it/],
    [['--write-baseline', '--prune-baseline'], /choose one/],
    [['--write-baseline', '--diff'], /leave out --write-baseline/],
    [['--prune-baseline', '--diff'], /leave out --prune-baseline/],
    [['--show-suppressed', '--format', 'github'], /text, json, jsonl, sarif, markdown or html/],
    [['--show-suppressed', '--diff'], /leave out --show-suppressed/],
    [['-', '--write-baseline'], /name them instead/],
    [['-', '--baseline', 'x.json'], /--stdin-filename/],
    [['--write-baseline', '--baseline', 'no/such/x.json'], /its directory does not exist/],
  ])('%j is refused with a way out', async (args, message) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(file('plimsoll-baseline.json'))).toBe(false);
  });
});
