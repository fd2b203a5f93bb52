import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import picocolors from 'picocolors';
import type { Log } from 'sarif';
import { describe, expect, test } from 'vitest';
import { fileReport, finding, PASSWORD, RULES, SAMPLE, SHORT_PASSWORD, spanOf } from '../fixtures/reports/sample-report.js';
import { FORMAT_NAMES } from '../src/commands/formats.js';
import type { FileReport, Report, ReportedFinding } from '../src/engine/report.js';
import { checkstyle } from '../src/reporters/checkstyle.js';
import { codeclimate } from '../src/reporters/codeclimate.js';
import { excerptOf } from '../src/reporters/excerpt.js';
import { github } from '../src/reporters/github.js';
import { gitlab } from '../src/reporters/gitlab.js';
import { type HtmlOptions, html } from '../src/reporters/html.js';
import { SCRIPT, STYLE } from '../src/reporters/html-page.js';
import { type JsonFinding, json } from '../src/reporters/json.js';
import { jsonl } from '../src/reporters/jsonl.js';
import { junit } from '../src/reporters/junit.js';
import { lineHashes } from '../src/reporters/line-hash.js';
import { markdown } from '../src/reporters/markdown.js';
import { maskedText } from '../src/reporters/masking.js';
import { repositoryPath, repositoryUri } from '../src/reporters/paths.js';
import { rdjson, rdjsonl } from '../src/reporters/rdjson.js';
import { type SarifOptions, sarif } from '../src/reporters/sarif.js';
import { sonarqube } from '../src/reporters/sonarqube.js';
import { type TextOptions, text } from '../src/reporters/text.js';
import { unix } from '../src/reporters/unix.js';
import { displayWidth, lineText } from '../src/source/position.js';
import { sourceFromText } from '../src/source/source-file.js';

const PLACES = { root: '/repo', cwd: '/repo/sub' };
const PLAIN: TextOptions = { colors: picocolors.createColors(false), width: 80, unicode: true };
const SARIF: SarifOptions = {
  ...PLACES,
  version: '0.1.0',
  pages: (id) => ({ text: `About ${id}.`, markdown: `About **${id}**.`, why: `It matters because of ${id}` }),
};

const HTML: HtmlOptions = {
  version: '0.1.0',
  why: (id) => `It matters because of \`${id}\`.\n\n- one <reason>\n- another`,
  explain: (name) => (name === 'UNKNOWN' ? undefined : `a tool: does ${name} with \`0\` & more.`),
};

type Reporter<Options extends unknown[]> = (report: Report, write: (text: string) => void, ...options: Options) => void;

function printed<Options extends unknown[]>(reporter: Reporter<Options>, report: Report, ...options: Options): string {
  let out = '';
  reporter(report, (chunk) => (out += chunk), ...options);
  return out;
}

const asText = (report: Report, options: Partial<TextOptions> = {}) => printed(text, report, { ...PLAIN, ...options });
const asJson = (report: Report) => JSON.parse(printed(json, report)) as JsonFinding[];
const asGithub = (report: Report) => printed(github, report, PLACES).trimEnd().split('\n');
const asHtml = (report: Report, options: Partial<HtmlOptions> = {}) => printed(html, report, { ...HTML, ...options });
const asSarif = (report: Report, options: Partial<SarifOptions> = {}) =>
  JSON.parse(printed(sarif, report, { ...SARIF, ...options })) as Log;

/** Every format over the sample, by the name of its golden file. */
const OUTPUTS: Readonly<Record<string, () => string>> = {
  text: () => asText(SAMPLE, { statistics: true }),
  'text-60': () => asText(SAMPLE, { width: 60 }),
  'text-120': () => asText(SAMPLE, { width: 120 }),
  'text-ascii': () => asText(SAMPLE, { unicode: false }),
  'text-color': () => asText(SAMPLE, { colors: picocolors.createColors(true), statistics: true }),
  'text-suppressed': () => asText(SAMPLE, { showSuppressed: true }),
  json: () => printed(json, SAMPLE),
  'json-suppressed': () => printed(json, SAMPLE, { showSuppressed: true }),
  jsonl: () => printed(jsonl, SAMPLE),
  'jsonl-suppressed': () => printed(jsonl, SAMPLE, { showSuppressed: true }),
  unix: () => printed(unix, SAMPLE),
  sarif: () => printed(sarif, SAMPLE, SARIF),
  'sarif-suppressed': () => printed(sarif, SAMPLE, { ...SARIF, showSuppressed: true }),
  github: () => printed(github, SAMPLE, PLACES),
  gitlab: () => printed(gitlab, SAMPLE, PLACES),
  codeclimate: () => printed(codeclimate, SAMPLE, PLACES),
  checkstyle: () => printed(checkstyle, SAMPLE),
  junit: () => printed(junit, SAMPLE, PLACES),
  rdjson: () => printed(rdjson, SAMPLE),
  rdjsonl: () => printed(rdjsonl, SAMPLE),
  sonarqube: () => printed(sonarqube, SAMPLE, { ...PLACES, why: (id) => (id === 'never-spoke' ? '' : `It matters because of ${id}`) }),
  markdown: () => printed(markdown, SAMPLE, { ...PLACES, showSuppressed: true, web: 'https://github.com/o/r/blob/0123456' }),
  html: () => asHtml(SAMPLE),
  'html-suppressed': () => asHtml(SAMPLE, { showSuppressed: true }),
};

function oneFile(source: string, findings: (file: FileReport['source']) => ReportedFinding[], more: Partial<FileReport> = {}): Report {
  const file = sourceFromText('Dockerfile', source);
  return { rules: RULES, failures: [], files: [fileReport(file, findings(file), more)] };
}

const CLEAN: Report = { ...SAMPLE, failures: [], files: SAMPLE.files.map((file) => ({ ...file, findings: [], suppressed: [] })) };

test('every format has a golden file', () => {
  expect(FORMAT_NAMES.filter((name) => !(name in OUTPUTS))).toEqual([]);
});

describe.each(Object.entries(OUTPUTS))('%s', (name, output) => {
  test('is as in the golden file', () => {
    const golden = new URL(`../fixtures/reports/${name}.out`, import.meta.url);
    if (process.env.UPDATE) writeFileSync(golden, output());
    expect(output()).toBe(readFileSync(golden, 'utf8'));
  });

  test('shows no secret', () => {
    expect(output()).not.toContain(SHORT_PASSWORD);
    for (let at = 0; at + 5 <= PASSWORD.length; at++) expect(output()).not.toContain(PASSWORD.slice(at, at + 5));
  });

  test('has nothing that GitHub would take for a command, but for the format that is made of them', () => {
    const commands = output()
      .split('\n')
      .filter((line) => /^\s*::/.test(line));
    expect(commands.every((line) => name === 'github' && /^::(error|warning|notice) /.test(line))).toBe(true);
    expect(output()).not.toContain('##[');
  });

  test('has no control characters but line ends and colours, and those that end the issues of Code Climate', () => {
    // biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const text = name === 'codeclimate' ? output().replace(/\}\0$/gm, '}') : output();
    expect(text.replace(/\x1b\[\d+(;\d+)*m/g, (colour) => (name === 'text-color' ? '' : colour))).not.toMatch(
      /[\0-\x09\x0b-\x1f\x7f-\x9f]/,
    );
    // biome-ignore-end lint/suspicious/noControlCharactersInRegex: they are what is looked for
  });

  test('ends in one line feed', () => {
    expect(output()).toMatch(/[^\n]\n$/);
  });
});

describe('text', () => {
  test('is the same with colour', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(OUTPUTS['text-color']?.().replace(/\x1b\[[\d;]*m/g, '')).toBe(OUTPUTS.text?.());
  });

  test.each([60, 80, 120])('keeps to %d columns where words can be parted', (width) => {
    const lines = asText(SAMPLE, { width }).split('\n').slice(0, -2);
    for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
  });

  test('in ASCII adds nothing else', () => {
    const report = oneFile(`RUN ${'x'.repeat(200)} pip ${'y'.repeat(200)}`, (file) => [
      finding('pip-no-cache', spanOf(file, 'pip'), 'kept'),
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII
    expect(asText(report, { unicode: false })).toMatch(/^[\x0a\x20-\x7e]*$/);
  });

  test.each([
    [CLEAN, {}, '✔ No problems in 4 files\n'],
    [CLEAN, { unicode: false }, 'No problems in 4 files\n'],
    [CLEAN, { quiet: true }, '✔ No errors in 4 files\n'],
    [{ ...CLEAN, files: CLEAN.files.slice(0, 1) }, {}, '✔ No problems in 1 file\n'],
    [{ ...CLEAN, failures: SAMPLE.failures }, {}, '✖ No problems in 4 files; 1 failure\n'],
  ] as const)('without findings is one line', (report, options, expected) => {
    expect(asText(report, options)).toBe(expected);
  });

  test('sums up in one line', () => {
    const report = oneFile('FROM a', (file) => [finding('no-user', spanOf(file, 'a'), 'root')]);
    expect(asText(report).split('\n').at(-2)).toBe('✖ 1 problem (1 warning) in 1 of 1 file');
    expect(asText(SAMPLE, { width: 40 }).split('\n').at(-2)).toBe(
      '✖ 9 problems (2 errors, 5 warnings, 2 infos) in 3 of 4 files; 4 fixable with --fix; 1 more with --fix --unsafe-fixes; 1 suppressed; 1 accepted by the baseline; 1 failure',
    );
  });

  test('a path cannot break out of its line', () => {
    const file = sourceFromText('a\n::error::b/Dockerfile', 'FROM a');
    const report = { ...SAMPLE, failures: [], files: [fileReport(file, [finding('no-user', spanOf(file, 'a'), 'root')])] };
    expect(asText(report).split('\n')[0]).toBe('a␊::error::b/Dockerfile');
    const leading = sourceFromText('::error::b/Dockerfile', 'FROM a');
    expect(asText({ ...report, files: [fileReport(leading, [finding('no-user', spanOf(leading, 'a'), 'root')])] }).split('\n')[0]).toBe(
      '\\::error::b/Dockerfile',
    );
  });

  test('a wrapped message cannot begin a line with a command', () => {
    const report = oneFile('FROM a', (file) => [
      finding('no-user', spanOf(file, 'a'), `${'word '.repeat(5)}::add-mask::x ${'word '.repeat(9)}`),
    ]);
    for (let width = 40; width < 90; width++) expect(asText(report, { width })).not.toMatch(/^\s*::/m);
  });
});

describe('excerpt', () => {
  const part = fc.constantFrom('a', ' ', '\t', 'é', 'e\u0301', '模', '🚀', '👩‍🔬', '\r\n', 'word', '\u001b', '-'.repeat(30));

  test('fits the width, and its caret stands under what it shows', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 24, max: 90 }),
        fc.boolean(),
        (parts, a, b, width, unicode) => {
          const source = sourceFromText('Dockerfile', parts.join(''));
          const start = a % (source.text.length + 1);
          const end = start + (b % (source.text.length - start + 1));
          const { text: line, caretColumn, caretWidth } = excerptOf(fileReport(source, []), { start, end }, width, unicode);
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
          expect(caretColumn).toBeGreaterThanOrEqual(0);
          expect(caretWidth).toBeGreaterThanOrEqual(1);
          expect(caretColumn + caretWidth).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('the caret covers the words, wherever the line is cut', () => {
    for (let before = 0; before < 300; before++) {
      const source = sourceFromText('Dockerfile', `${'b'.repeat(before)}WORDS${'e'.repeat(300 - before)}`);
      const shown = excerptOf(fileReport(source, []), spanOf(source, 'WORDS'), 60, true);
      expect(shown.text.slice(shown.caretColumn, shown.caretColumn + shown.caretWidth)).toBe('WORDS');
      expect(displayWidth(shown.text)).toBe(60);
    }
  });

  test('wide characters and tabs move the caret', () => {
    const source = sourceFromText('Dockerfile', '\t模🚀e\u0301X');
    expect(excerptOf(fileReport(source, []), spanOf(source, 'X'), 60, true)).toMatchObject({ caretColumn: 9, caretWidth: 1 });
    expect(excerptOf(fileReport(source, []), spanOf(source, '模🚀'), 60, true)).toMatchObject({ caretColumn: 4, caretWidth: 4 });
  });

  test('a line of a megabyte is read around the span only', () => {
    const source = sourceFromText('Dockerfile', `RUN ${'模'.repeat(1_000_000)}X${'模'.repeat(1_000_000)}`);
    expect(excerptOf(fileReport(source, []), spanOf(source, 'X'), 40, true).text).toMatch(/^…模+X模+…$/);
  });

  test('says how many lines are not shown; a line end at the end is none', () => {
    const source = sourceFromText('Dockerfile', 'RUN a \\\r\n b \\\r\n c\r\nCMD x');
    expect(excerptOf(fileReport(source, []), { start: 4, end: source.text.indexOf('CMD') }, 60, true)).toEqual({
      line: 1,
      text: 'RUN a \\',
      caretColumn: 4,
      caretWidth: 3,
      moreLines: 2,
    });
  });
});

describe('masking', () => {
  test('keeps four characters of a long secret, none of a short one, and the length', () => {
    const source = sourceFromText('Dockerfile', 'ENV A=0123456789ab B=98765432109');
    const file = fileReport(source, [], { secrets: [spanOf(source, '0123456789ab'), spanOf(source, '98765432109')] });
    expect(maskedText(file, 0, source.text.length)).toBe('ENV A=0123******** B=***********');
    expect(maskedText(file, 8, 12)).toBe('23**');
    expect(maskedText(file, 12, 14)).toBe('**');
  });

  test('reaches over lines and never parts a surrogate pair', () => {
    const source = sourceFromText('Dockerfile', 'k="abc🚀defghij\r\nklm"');
    const file = fileReport(source, [], { secrets: [{ start: 3, end: source.text.length - 1 }] });
    expect(maskedText(file, 0, source.text.length)).toBe('k="abc*********\r\n***"');
    expect(lineText({ ...source, text: maskedText(file, 0, source.text.length) }, 2)).toBe('***"');
  });

  test('a fix that would print a secret is left out of every machine format, the next best takes its place', () => {
    const report = oneFile(
      `ENV T=${PASSWORD}`,
      (file) => [
        finding('secret-in-env', spanOf(file, PASSWORD), 'secret', {
          fixes: [
            { title: 'Quote', safety: 'safe', edits: [{ span: spanOf(file, PASSWORD), text: `"${PASSWORD}"` }] },
            { title: 'Remove', safety: 'unsafe', risk: 'it may be needed', edits: [{ span: spanOf(file, `T=${PASSWORD}`), text: '' }] },
          ],
        }),
      ],
      { secrets: [{ start: 6, end: 6 + PASSWORD.length }] },
    );
    expect(asJson(report)[0]?.fix).toEqual({
      title: 'Remove',
      safety: 'unsafe',
      risk: 'it may be needed',
      edits: [{ start: 4, end: 41, text: '' }],
    });
    expect(asSarif(report).runs[0]?.results?.[0]?.fixes).toBeUndefined();
  });
});

describe('json', () => {
  test('is an empty array without findings', () => {
    expect(printed(json, CLEAN)).toBe('[]\n');
  });

  test('has one finding a line', () => {
    const lines = printed(json, SAMPLE).split('\n');
    expect(lines.slice(1, -2).map((line) => JSON.parse(line.replace(/,$/, '')))).toEqual(asJson(SAMPLE));
  });

  test('counts columns in UTF-16 and in bytes', () => {
    const report = oneFile('LABEL a="🚀é" pip', (file) => [finding('pip-no-cache', spanOf(file, 'pip'), 'kept')]);
    expect(asJson(report)[0]).toMatchObject({ line: 1, column: 15, endColumn: 18, byteColumn: 18, endByteColumn: 21 });
  });

  test('escapes what a log would obey, and gives it back unchanged', () => {
    expect(asJson(SAMPLE).find(({ help }) => help.startsWith('First'))?.message).toContain('##[stop-commands]x');
  });
});

describe('github', () => {
  const many = (counts: Record<'error' | 'warning' | 'info', number>): Report =>
    oneFile(`${'x\n'.repeat(40)}`, () =>
      (['info', 'warning', 'error'] as const).flatMap((severity) =>
        Array.from({ length: counts[severity] }, (_, i) => finding('no-user', { start: 2 * i, end: 2 * i + 1 }, 'root', { severity })),
      ),
    );
  const levels = (lines: readonly string[]) => lines.map((line) => /^::(\w+) /.exec(line)?.[1] ?? 'plain');
  const times = (level: string, count: number) => Array.from({ length: count }, () => level);

  test('nothing for nothing', () => {
    expect(printed(github, CLEAN, PLACES)).toBe('');
  });

  test('ten of each level need no notice', () => {
    expect(levels(asGithub(many({ error: 10, warning: 10, info: 10 })))).toEqual([
      ...times('error', 10),
      ...times('warning', 10),
      ...times('notice', 10),
    ]);
  });

  test('what is wrong with a configuration is annotated where it stands', () => {
    const failures = [{ path: 'plimsoll.json', place: { line: 2, column: 3 }, message: 'there is no key `a`.' }];
    expect(asGithub({ ...CLEAN, failures })).toEqual([
      '::error file=sub/plimsoll.json,line=2,col=3,title=plimsoll::sub/plimsoll.json:2:3: there is no key `a`.',
    ]);
    expect(asSarif({ ...CLEAN, failures }).runs[0]?.invocations?.[0]?.toolExecutionNotifications?.[0]?.locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'sub/plimsoll.json' }, region: { startLine: 2, startColumn: 3 } } },
    ]);
  });
  test('what is beyond is announced and listed', () => {
    const lines = asGithub(many({ error: 12, warning: 1, info: 10 }));
    expect(levels(lines)).toEqual([...times('error', 10), 'warning', ...times('notice', 10), ...times('plain', 3)]);
    expect(lines[20]).toBe(
      '::notice title=plimsoll::3 more problems (2 errors, 1 info) are not shown here: GitHub shows at most 10 errors, 10 warnings and 10 notices of a step. The log of this step lists the rest.',
    );
    expect(lines.slice(21)).toEqual([
      'sub/Dockerfile:11:1: error root [no-user]',
      'sub/Dockerfile:12:1: error root [no-user]',
      'sub/Dockerfile:10:1: info root [no-user]',
    ]);
  });

  test('properties and messages cannot be forged', () => {
    const source = sourceFromText('a,line=9:b%2C\r\n::warning::c/Dockerfile', 'FROM a\n');
    const report = {
      ...SAMPLE,
      failures: [],
      files: [fileReport(source, [finding('no-user', spanOf(source, 'a'), '100%0A::set-output\n::x')])],
    };
    expect(asGithub(report)).toEqual([
      '::warning file=sub/a%2Cline=9%3Ab%252C%0D%0A%3A%3Awarning%3A%3Ac/Dockerfile,line=1,col=6,endColumn=7,title=no-user::' +
        'sub/a,line=9:b%252C␍%0A::warning::c/Dockerfile:1:6: 100%250A::set-output%0A::x [no-user]',
    ]);
  });

  test('a plain line cannot be a command', () => {
    const source = sourceFromText('::error file=x::y', 'x\n'.repeat(20));
    const findings = Array.from({ length: 11 }, (_, i) => finding('no-user', { start: 2 * i, end: 2 * i + 1 }, '##[error]a\n::b'));
    const report = { ...SAMPLE, failures: [], files: [fileReport(source, findings)] };
    const lines = printed(github, report, { root: '/repo', cwd: '/repo' }).trimEnd().split('\n');
    expect(lines.at(-1)).toBe('\\::error file=x::y:11:1: warning #\\[error]a ::b [no-user]');
  });

  test('standard input is no file of the repository', () => {
    const source = sourceFromText('<stdin>', 'FROM a\n');
    expect(asGithub({ ...SAMPLE, failures: [], files: [fileReport(source, [finding('no-user', spanOf(source, 'a'), 'root')])] })).toEqual([
      '::warning title=no-user::<stdin>:1:6: root [no-user]',
    ]);
  });
});

describe('paths', () => {
  test.each([
    ['Dockerfile', { root: '/repo', cwd: '/repo' }, 'Dockerfile', 'Dockerfile'],
    ['./a/../Dockerfile', { root: '/repo', cwd: '/repo/sub' }, 'sub/Dockerfile', 'sub/Dockerfile'],
    ['../Dockerfile', { root: '/repo', cwd: '/repo/sub' }, 'Dockerfile', 'Dockerfile'],
    ['/repo/x y/Dockerfile', { root: '/repo/', cwd: '/tmp' }, 'x y/Dockerfile', 'x%20y/Dockerfile'],
    ['/repository/Dockerfile', { root: '/repo', cwd: '/repo' }, '/repository/Dockerfile', 'file:///repository/Dockerfile'],
    ['Dockerfile', { root: '/', cwd: '/app' }, 'app/Dockerfile', 'app/Dockerfile'],
    ['c:/repo/Dockerfile', { root: 'C:/repo', cwd: 'C:/repo' }, 'Dockerfile', 'Dockerfile'],
    ['D:/x/Dockerfile', { root: 'C:/repo', cwd: 'C:/repo' }, 'D:/x/Dockerfile', 'file:///D:/x/Dockerfile'],
    ['a%2Fb#?/Größe', { root: '/repo', cwd: '/repo' }, 'a%2Fb#?/Größe', 'a%252Fb%23%3F/Gr%C3%B6%C3%9Fe'],
    ['<stdin>', { root: '/repo', cwd: '/repo' }, '<stdin>', '%3Cstdin%3E'],
    ['--target gpu', { root: '/repo', cwd: '/repo/sub' }, '--target gpu', '--target%20gpu'],
  ] as const)('%s', (path, places, inRepository, uri) => {
    expect(repositoryPath(path, places)).toBe(inRepository);
    expect(repositoryUri(path, places)).toBe(uri);
  });
});

describe('sarif', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(new URL('../fixtures/reports/sarif-2.1.0.schema.json', import.meta.url), 'utf8')));
  const valid = (log: Log): Log => {
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    return log;
  };

  test('is valid with and without findings, rules and options', () => {
    valid(asSarif(SAMPLE));
    valid(asSarif({ files: [], rules: [], failures: [] }));
    const log = valid(
      asSarif(SAMPLE, { category: 'docker', informationUri: 'https://example.org', helpUri: (id) => `https://example.org/rules/${id}` }),
    );
    expect(log.runs[0]?.automationDetails?.id).toBe('docker/');
    expect(log.runs[0]?.tool.driver.rules?.[1]?.helpUri).toBe('https://example.org/rules/pip-no-cache');
  });

  test('shows what is suppressed when asked to, and says of every result whether it is', () => {
    const [run] = valid(asSarif(SAMPLE, { showSuppressed: true })).runs;
    const suppressions = run?.results?.map(
      (result) => result.suppressions?.map(({ kind, status }) => `${kind} ${status}`).join() ?? 'none',
    );
    expect(suppressions?.filter((each) => each !== '')).toEqual(['external accepted', 'inSource accepted']);
    expect(printed(sarif, SAMPLE, SARIF)).not.toContain('suppressions');
  });

  test('the schema would have seen a mistake', () => {
    expect(validate(JSON.parse(printed(sarif, SAMPLE, SARIF).replaceAll('"level":"note"', '"level":"info"')))).toBe(false);
  });

  test('lists every rule and no result for a clean run, so that alerts close', () => {
    const [run] = valid(asSarif(CLEAN)).runs;
    expect(run?.results).toEqual([]);
    expect(run?.tool.driver.rules?.map((rule) => rule.id)).toEqual(RULES.map((rule) => rule.id));
    expect(run?.invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  test('every result points at its rule', () => {
    const [run] = asSarif(SAMPLE).runs;
    for (const result of run?.results ?? []) expect(run?.tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
  });

  test('only security rules make security alerts', () => {
    for (const rule of asSarif(SAMPLE).runs[0]?.tool.driver.rules ?? []) {
      expect(rule.properties?.tags?.includes('security')).toBe('security-severity' in (rule.properties ?? {}));
    }
  });

  test('regions are never empty', () => {
    const at = (text: string, start: number) =>
      asSarif(oneFile(text, () => [finding('no-user', { start, end: start }, 'root')])).runs[0]?.results?.[0]?.locations?.[0]
        ?.physicalLocation?.region;
    expect(at('FROM a', 0)).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 });
    expect(at('FROM a', 6)).toEqual({ startLine: 1, startColumn: 6, endLine: 1, endColumn: 7 });
    expect(at('FROM 🚀\r\n', 7)).toEqual({ startLine: 1, startColumn: 6, endLine: 1, endColumn: 8 });
    expect(at('FROM 🚀', 5)).toEqual({ startLine: 1, startColumn: 6, endLine: 1, endColumn: 8 });
    expect(at('FROM a\n', 7)).toEqual({ startLine: 2 });
  });

  test('long descriptions are cut at a word', () => {
    const log = asSarif(SAMPLE, { pages: () => ({ text: 't', markdown: 'm', why: 'word '.repeat(400) }) });
    const description = log.runs[0]?.tool.driver.rules?.[0]?.fullDescription?.text ?? '';
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(description).toMatch(/word…$/);
  });

  test('above what GitHub takes, the worst stay', () => {
    const report = oneFile('x', () => [
      ...Array.from({ length: 25_000 }, () => finding('never-spoke', { start: 0, end: 1 }, 'm')),
      finding('secret-in-env', { start: 0, end: 1 }, 'm'),
    ]);
    const [run] = asSarif(report).runs;
    expect(run?.results?.length).toBe(25_000);
    expect(run?.results?.[0]?.ruleId).toBe('secret-in-env');
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toContain('the 1 least severe');
  });

  test('fixes say what they insert even where that is nothing, for the file of the result', () => {
    for (const result of asSarif(SAMPLE).runs[0]?.results ?? []) {
      for (const change of result.fixes?.flatMap((fix) => fix.artifactChanges) ?? []) {
        expect(change.artifactLocation.uri).toBe(result.locations?.[0]?.physicalLocation?.artifactLocation?.uri);
        for (const replacement of change.replacements) expect(replacement.insertedContent?.text).toBeTypeOf('string');
      }
    }
  });
});

/** The vectors of github/codeql-action, src/fingerprints.test.ts (2026-06). */
describe('line hashes', () => {
  const END = 'c129715d7a2bc9a3:1';
  const GREETINGS = [
    'e9496ae3ebfced30:1',
    'fb7c023a8b9ccb3f:1',
    'ce8ba1a563dcdaca:1',
    'e20e36e16fcb0cc8:1',
    'b3edc88f2938467e:1',
    'c8e28b0b4002a3a0:1',
    END,
  ];
  test.each([
    ['', [END]],
    [' a\nb\n  \t\tc\n d', ['271789c17abda88f:1', '54703d4cd895b18:1', '180aee12dab6264:1', 'a23a3dc5e078b07b:1']],
    [
      ' hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End',
      ['8b7cf3e952e7aeb2:1', 'b1ae1287ec4718d9:1', 'bff680108adb0fcc:1', 'c6805c5e1288b612:1', 'b86d3392aea1be30:1', 'e6ceba753e1a442:1'],
    ],
    [' hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n', GREETINGS],
    [' hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r', GREETINGS],
    [' hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n', GREETINGS],
    [' hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n', GREETINGS],
    [
      'Lorem ipsum dolor sit amet.\n'.repeat(10),
      [
        ...[1, 2, 3, 4, 5, 6].map((n) => `a7f2ff13bc495cf2:${n}`),
        'a7f2ff1481e87703:1',
        'a9cf91f7bbf1862b:1',
        '55ec222b86bcae53:1',
        'cc97dc7b1d7d8f7b:1',
        END,
      ],
    ],
    [
      'x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n',
      [
        'e54938cc54b302f1:1',
        'bb609acbe9138d60:1',
        '1131fd5871777f34:1',
        '5c482a0f8b35ea28:1',
        '54517377da7028d2:1',
        '2c644846cb18d53e:1',
        'f1b89f20de0d133:1',
        END,
      ],
    ],
  ])('%j', (text, hashes) => {
    expect(lineHashes(sourceFromText('Dockerfile', text))).toEqual(hashes);
  });

  test('a byte order mark counts, as it is in the file that GitHub reads', () => {
    expect(lineHashes(sourceFromText('Dockerfile', '\uFEFFFROM a\n'))[0]).not.toBe(lineHashes(sourceFromText('Dockerfile', 'FROM a\n'))[0]);
  });

  test('agrees with the arithmetic on big integers', () => {
    const reference = (text: string): string => {
      const units = [
        ...text
          .split('')
          .map((unit) => unit.charCodeAt(0))
          .filter((unit) => unit !== 32 && unit !== 9),
        65535,
      ];
      const hash = Array.from({ length: 100 }, (_, i) => units[i] ?? 0).reduce(
        (sum, unit) => BigInt.asUintN(64, sum * 37n + BigInt(unit)),
        0n,
      );
      return hash.toString(16);
    };
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }).filter((text) => !/[\r\n]/.test(text) && !text.startsWith('\uFEFF')),
        (text) => {
          expect(lineHashes(sourceFromText('Dockerfile', text))).toEqual([`${reference(text)}:1`]);
        },
      ),
    );
  });
});

describe('html', () => {
  /** What a person sees of a part of the page: tags gone, entities resolved. */
  const seen = (page: string): string =>
    page
      .replace(/<(style|script)>[\s\S]*?<\/\1>|<[^>]*>/g, '')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
      .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? '');
  const body = (page: string): string => page.slice(page.indexOf('<body>')).replace(SCRIPT, '');

  /** The elements that stand open at the end, and what is wrong on the way there. */
  function badNesting(page: string): readonly string[] {
    const open: string[] = [];
    const wrong: string[] = [];
    const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*(\/?)>|</g;
    for (const [whole, closing, name = '', , empty] of page
      .replace('<!DOCTYPE html>', '')
      .replace(STYLE, '')
      .replace(SCRIPT, '')
      .matchAll(tag)) {
      if (whole === '<') wrong.push('a bare <');
      else if (closing === '/') {
        const last = open.pop();
        if (last !== name) wrong.push(`</${name}> closes ${last}`);
      } else if (empty !== '/' && !/^(?:meta|input|br|wbr)$/.test(name)) open.push(name);
    }
    return [...wrong, ...open];
  }

  const HOSTILE = '<script>alert(1)</script>"\'&amp;\u2028\u2029\u202e\u001b[31m\0 ::error::x ##[add-mask]y';

  test('is well formed, whatever stands in files, names, messages and remedies', () => {
    const file = sourceFromText(`a${HOSTILE}/Dockerfile`, `FROM a${HOSTILE}\r\nRUN b\n`);
    const found = finding('no-user', spanOf(file, `a${HOSTILE}`), HOSTILE, {
      help: `${HOSTILE}\n${HOSTILE}`,
      related: [{ at: spanOf(file, 'RUN'), note: HOSTILE }],
      fixes: [
        { title: HOSTILE, safety: 'unsafe', risk: HOSTILE, edits: [{ span: spanOf(file, 'RUN b'), text: `${HOSTILE}\n${HOSTILE}` }] },
      ],
    });
    const silenced = { ...finding('no-user', spanOf(file, 'RUN'), HOSTILE), by: 'comment' as const, reason: HOSTILE };
    const stages = [
      {
        from: spanOf(file, `FROM a${HOSTILE}`),
        name: spanOf(file, HOSTILE),
        role: 'image' as const,
        takenBy: [],
        rebuildBelow: 'never' as const,
        layers: [],
      },
    ];
    const report: Report = {
      rules: RULES,
      files: [
        fileReport(file, [found], {
          suppressed: [silenced],
          stages,
          variables: [spanOf(file, HOSTILE)],
          applied: [{ ruleId: HOSTILE, title: HOSTILE, safety: 'safe', rebuiltFromLine: 1 }],
        }),
      ],
      failures: [{ path: HOSTILE, message: HOSTILE }],
    };
    const page = asHtml(report, { showSuppressed: true, why: () => HOSTILE, version: HOSTILE, explain: () => HOSTILE });
    expect(badNesting(page)).toEqual([]);
    expect(page).not.toContain('<script>alert');
    expect(page).not.toMatch(/##\[|^\s*::|[\u2028\u2029\u202e]/m);
    expect(seen(page)).toContain('FROM a<script>alert(1)</script>"\'&amp;\uFFFD\uFFFD\uFFFD\u241b[31m\u2400 ::error::x ##[add-mask]y');
  });

  test.each(['html', 'html-suppressed'])('%s of the sample is well formed', (name) => {
    expect(badNesting(OUTPUTS[name]?.() ?? '')).toEqual([]);
  });

  test('has every line of every file once, with its number', () => {
    const page = asHtml(SAMPLE);
    for (const [i, { source }] of SAMPLE.files.entries()) {
      const numbers = [...page.matchAll(new RegExp(`<li value="(\\d+)" id="f${i + 1}l\\1"`, 'g'))].map(([, line]) => Number(line));
      const lines = source.text.split('\n').length - (source.text.endsWith('\n') ? 1 : 0);
      expect(numbers).toEqual(Array.from({ length: lines }, (_, at) => at + 1));
    }
  });

  test('puts a finding below its line and under the words it speaks of', () => {
    const page = asHtml(
      oneFile('FROM a AS b\r\nRUN pip install x\r\n', (file) => [finding('pip-no-cache', spanOf(file, 'pip install'), 'kept')]),
    );
    expect(page).toContain(
      '<code><b>RUN</b> <mark class="warning" data-of="f1p1">pip install</mark> x</code><div class="finding warning" id="f1p1"',
    );
  });

  test('marks what findings share, and what is no keyword is not set in bold', () => {
    const page = asHtml(
      oneFile('RUN a \\\n  COPY b\n', (file) => [
        finding('pip-no-cache', { start: 0, end: 5 }, 'x'),
        finding('secret-in-env', { start: 2, end: 5 }, 'y'),
        finding('no-user', { start: 4, end: file.text.length }, 'z'),
      ]),
    );
    expect(page).toContain(
      '<mark class="warning" data-of="f1p1"><b>RU</b></mark><mark class="error" data-of="f1p1 f1p2"><b>N</b></mark>' +
        '<mark class="error" data-of="f1p1 f1p2"> </mark><mark class="error" data-of="f1p1 f1p2 f1p3">a</mark>' +
        '<mark class="warning" data-of="f1p3"> \\</mark></code>',
    );
    expect(page).toContain('<code>  COPY b</code>');
  });

  test('explains the variables of a line once below it, and nothing of those it does not know', () => {
    const text = 'FROM a\nARG UNKNOWN\nENV A=1 UNKNOWN=2 \\\n    B=3\n';
    const spans = [11, 23, 27, 43].map((start) => ({ start, end: start + (/^\w+/.exec(text.slice(start))?.[0].length ?? 0) }));
    const page = asHtml(oneFile(text, (file) => [finding('no-user', spanOf(file, 'A=1'), 'x')], { variables: spans }));
    expect(page).toContain('<code><b>ARG</b> UNKNOWN</code></li>');
    expect(page).toContain(
      '<mark class="warning" data-of="f1p1"><dfn tabindex="0" aria-describedby="f1l3v">A</dfn></mark><mark class="warning" data-of="f1p1">=1</mark>' +
        ' UNKNOWN=2 \\</code><div class="about" id="f1l3v" role="tooltip"><p><b>A</b> a tool: does A with <code>0</code> &amp; more.</p></div>',
    );
    expect(page).toContain('<dfn tabindex="0" aria-describedby="f1l4v">B</dfn>=3</code><div class="about" id="f1l4v"');
    expect(page.match(/<dfn/g)).toHaveLength(2);
    expect(badNesting(page)).toEqual([]);
  });

  test('shows a change line by line, secrets masked, and none that is too long', () => {
    const page = (text: string) =>
      asHtml(
        oneFile(
          `FROM a\nENV A=${PASSWORD} B=1\nRUN b\n`,
          (file) => [
            finding('no-user', spanOf(file, 'RUN'), 'x', {
              fixes: [
                {
                  title: 'Mend',
                  safety: 'safe',
                  edits: [
                    { span: spanOf(file, 'B=1'), text },
                    { span: spanOf(file, 'RUN b'), text: 'RUN c' },
                  ],
                },
              ],
            }),
          ],
          { secrets: [{ start: 13, end: 13 + PASSWORD.length }] },
        ),
      );
    const masked = `hf_Q${'*'.repeat(PASSWORD.length - 4)}`;
    expect(seen(page('B=2').match(/<pre class="change">[\s\S]*?<\/pre>/)?.[0] ?? '')).toBe(
      `− ENV A=${masked} B=1\n+ ENV A=${masked} B=2\n− RUN b\n+ RUN c`,
    );
    expect(page('B=2')).not.toContain(PASSWORD);
    expect(page('\n'.repeat(40))).not.toContain('<pre class="change">');
  });

  test('lets nothing in and nothing out', () => {
    const page = asHtml(SAMPLE);
    expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'sha256-[^ ]+';/);
    expect(body(page)).not.toMatch(/https?:\/\/(?!example\.org)|\bsrc=|\bstyle=|\bon[a-z]+=|href="[^#]/);
  });

  test.each([
    [{ ...SAMPLE, files: [], failures: [] }, 'No files were linted'],
    [CLEAN, 'No problems in 4 files'],
    [{ ...CLEAN, files: CLEAN.files.slice(0, 1) }, 'No problems in 1 file'],
    [SAMPLE, '9 problems in 3 of 4 files'],
  ])('says what was found in its title and headline', (report, expected) => {
    const page = asHtml(report);
    expect(page).toContain(`<title>plimsoll: ${expected}</title>`);
    expect(page).toContain(`<h1>${expected}</h1>`);
    expect(badNesting(page)).toEqual([]);
    expect(page.includes('id="filters"')).toBe(report === SAMPLE);
  });

  test('a file of 5,000 lines with a finding each', () => {
    const report = oneFile('RUN pip install\n'.repeat(5000), () =>
      Array.from({ length: 5000 }, (_, i) => finding('pip-no-cache', { start: i * 16 + 4, end: i * 16 + 15 }, 'kept')),
    );
    expect(asHtml(report).match(/<div class="finding/g)).toHaveLength(5000);
  });
});
