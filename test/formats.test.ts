/** The formats as their readers read them: by published schemas where there are any, else by what the reader is known to refuse. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { Log } from 'sarif';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { fileReport, finding, PASSWORD, RULES, SAMPLE, spanOf } from '../fixtures/reports/sample-report.js';
import { FORMAT_NAMES, FORMATS, type FormatName } from '../src/commands/formats.js';
import type { FileReport, Report, ReportedFinding, ReportedFix } from '../src/engine/report.js';
import { checkstyle } from '../src/reporters/checkstyle.js';
import { codeclimate } from '../src/reporters/codeclimate.js';
import { gitlab } from '../src/reporters/gitlab.js';
import { json } from '../src/reporters/json.js';
import { jsonl } from '../src/reporters/jsonl.js';
import { junit } from '../src/reporters/junit.js';
import { rdjson, rdjsonl } from '../src/reporters/rdjson.js';
import { sarif } from '../src/reporters/sarif.js';
import { sonarqube } from '../src/reporters/sonarqube.js';
import { unix } from '../src/reporters/unix.js';
import { sourceFromText } from '../src/source/source-file.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

const PLACES = { root: '/repo', cwd: '/repo/sub' };
const schemaText = (name: string): string => readFileSync(new URL(`../fixtures/reports/${name}`, import.meta.url), 'utf8');

function printed<Options extends unknown[]>(
  reporter: (report: Report, write: (text: string) => void, ...options: Options) => void,
  report: Report,
  ...options: Options
): string {
  let out = '';
  reporter(report, (chunk) => (out += chunk), ...options);
  return out;
}

const CLEAN: Report = { ...SAMPLE, failures: [], files: SAMPLE.files.map((file) => ({ ...file, findings: [], suppressed: [] })) };
const NOTHING: Report = { rules: RULES, files: [], failures: [] };

/** What characters can do: end a tag, an entity or a string, stand nowhere in XML 1.0, move a cursor, order the runner about. */
const HOSTILE = '</error><x a="\'&amp;&#0;]]>\u0000\u0008\u000b\u001b[31m\ufffe\uffff\u0085\u2028\t##[add-mask]y\n::error::x';

function oneFile(
  text: string,
  findings: (file: FileReport['source']) => ReportedFinding[],
  more: Partial<FileReport> = {},
  name = 'Dockerfile',
): Report {
  const file = sourceFromText(name, text);
  return { rules: RULES, failures: [], files: [fileReport(file, findings(file), more)] };
}

const HOSTILE_REPORT: Report = {
  ...oneFile(
    'FROM a\n',
    (file) => [finding('no-user', spanOf(file, 'a'), HOSTILE, { help: HOSTILE, related: [{ at: spanOf(file, 'FROM'), note: HOSTILE }] })],
    {},
    `a${HOSTILE}/x`,
  ),
  failures: [{ path: HOSTILE, message: HOSTILE }],
};
/** Two hundred findings with whatever a text can hold, half pairs among it. */
const RANDOM_REPORT: Report = {
  ...NOTHING,
  files: fc.sample(fc.string({ unit: 'binary', maxLength: 30 }), { numRuns: 200, seed: 7 }).map((text, i) => {
    const file = sourceFromText(`${i}/${text}\ud800`, text);
    const whole = { start: 0, end: file.text.length };
    return fileReport(file, [finding('no-user', whole, `${text}\udc00`, { help: text, related: [{ at: whole, note: text }] })]);
  }),
};
const REPORTS: readonly (readonly [string, Report])[] = [
  ['the sample', SAMPLE],
  ['a clean run', CLEAN],
  ['a run without files', NOTHING],
  ['hostile text', HOSTILE_REPORT],
  ['random text', RANDOM_REPORT],
  ['a place of a failure', { ...NOTHING, failures: [{ path: 'plimsoll.json', place: { line: 2, column: 3 }, message: 'no key' }] }],
];

describe.each(REPORTS)('XML of %s', (_, report) => {
  const valid = async (xml: string, xsd: string): Promise<readonly string[]> => {
    const { errors } = await validateXML({
      xml: { fileName: 'report.xml', contents: xml },
      schema: { fileName: 'schema.xsd', contents: xsd },
    });
    return errors.map(({ message }) => message);
  };

  it('checkstyle is as PHP-CS-Fixer’s schema has it', async () => {
    expect(await valid(printed(checkstyle, report), schemaText('checkstyle.xsd'))).toEqual([]);
  });
  it('junit is as Jenkins’ schema has it, but for the file and the line of a test', async () => {
    const known = '<xs:attribute name="classname" type="xs:string"/>';
    const schema = schemaText('junit-10.xsd');
    expect(schema.split(known)).toHaveLength(2);
    const more = `${known}<xs:attribute name="file" type="xs:string"/><xs:attribute name="line" type="xs:positiveInteger"/>`;
    expect(await valid(printed(junit, report, PLACES), schema.replace(known, more))).toEqual([]);
  });
  it.each([
    ['checkstyle', () => printed(checkstyle, report)],
    ['junit', () => printed(junit, report, PLACES)],
  ])('%s gives no log a command', (__, xml) => {
    expect(xml()).not.toMatch(/::|##\[/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(xml()).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]/);
  });
});

describe('the schemas', () => {
  it('would have seen a mistake', async () => {
    const judged = async (xml: string, xsd: string): Promise<boolean> =>
      (await validateXML({ xml: { fileName: 'report.xml', contents: xml }, schema: { fileName: 'schema.xsd', contents: schemaText(xsd) } }))
        .valid;
    expect(await judged(printed(checkstyle, SAMPLE).replace('column="6"', 'column="0"'), 'checkstyle.xsd')).toBe(false);
    expect(await judged(printed(junit, CLEAN, PLACES).replaceAll(/ file="[^"]*"/g, ''), 'junit-10.xsd')).toBe(true);
    expect(await judged(printed(junit, CLEAN, PLACES), 'junit-10.xsd')).toBe(false);
    expect(isRdjson(JSON.parse(printed(rdjson, SAMPLE).replaceAll('"WARNING"', '"WARN"')))).toBe(false);
    expect(isRdjson(JSON.parse(printed(rdjson, SAMPLE).replaceAll('"suggestions"', '"fixes"')))).toBe(false);
    expect(gitlabJudge(JSON.parse(printed(gitlab, SAMPLE, PLACES).replaceAll('"fingerprint"', '"print"')))).toBe(false);
  });
});

/** A judge of rdjson. The schema takes unknown fields for those of a later version; here they are mistakes. */
function rdjsonJudge(name: string): (value: unknown) => boolean {
  const strict = JSON.parse(schemaText(name), (key, value) => {
    if (key === '$schema') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return '$ref' in value && !('definitions' in value)
      ? { $ref: value.$ref }
      : value.additionalProperties === true
        ? { ...value, additionalProperties: false }
        : value;
  });
  return new Ajv({ strict: false }).compile(strict);
}

const isRdjson = rdjsonJudge('rdjson.schema.json');
const isRdjsonLine = rdjsonJudge('rdjsonl.schema.json');
const issueJudge = new Ajv({ strict: false }).compile(JSON.parse(schemaText('gitlab.schema.json')));
const gitlabJudge = (issues: unknown[]): boolean => issues.every((issue) => issueJudge(issue));

describe.each(REPORTS)('JSON of %s', (name, report) => {
  it('rdjson and rdjsonl are as reviewdog’s schemas have them, and say the same', () => {
    const document = JSON.parse(printed(rdjson, report)) as { diagnostics: object[]; source: object };
    const lines = printed(rdjsonl, report)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as object);
    expect(isRdjson(document)).toBe(true);
    for (const line of lines) expect(isRdjsonLine(line)).toBe(true);
    expect(lines).toEqual(document.diagnostics.map((each) => ({ ...each, source: document.source })));
  });
  it('gitlab is as GitLab’s schema has it, with a fingerprint for each', () => {
    const issues = JSON.parse(printed(gitlab, report, PLACES)) as { fingerprint: string; location: { path: string } }[];
    expect(gitlabJudge(issues)).toBe(true);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    expect(issues.every(({ location }) => !/^\.\//.test(location.path))).toBe(true);
    if (name === 'a clean run') expect(printed(gitlab, report, PLACES)).toBe('[]\n');
  });
  it('codeclimate has issues as its specification wants them, ended by NUL', () => {
    const out = printed(codeclimate, report, PLACES);
    const issues = out.split('\0').map((part) => part.trim());
    expect(issues.pop()).toBe('');
    for (const issue of issues.map((each) => JSON.parse(each))) {
      expect(issue).toMatchObject({ type: 'issue', check_name: expect.any(String), fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(issue.severity);
      expect(['Bug Risk', 'Clarity', 'Compatibility', 'Complexity', 'Duplication', 'Performance', 'Security', 'Style']).toContain(
        issue.categories[0],
      );
      expect(issue.location.lines.begin).toBeGreaterThan(0);
      expect(issue.location.lines.end).toBeGreaterThanOrEqual(issue.location.lines.begin);
      if (!/text/.test(name)) expect(issue.description).not.toContain('\n');
    }
  });
  it('sonarqube is what its importer takes', () => {
    expect(sonarRefuses(JSON.parse(printed(sonarqube, report, { ...PLACES, why: () => '' })), report)).toEqual([]);
  });
  it('jsonl has the objects of json', () => {
    const lines = printed(jsonl, report).split('\n').slice(0, -1);
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(printed(json, report)));
  });
});

interface SonarLocation {
  readonly message?: string;
  readonly filePath?: string;
  readonly textRange?: {
    readonly startLine?: number;
    readonly endLine?: number;
    readonly startColumn?: number;
    readonly endColumn?: number;
  };
}

interface SonarReport {
  readonly rules?: readonly (Readonly<Record<string, unknown>> & {
    readonly impacts?: readonly { softwareQuality: string; severity: string }[];
  })[];
  readonly issues?: readonly (Readonly<Record<string, unknown>> & {
    readonly primaryLocation?: SonarLocation;
    readonly secondaryLocations?: readonly SonarLocation[];
  })[];
}

/**
 * What SonarQube would stop at. SPEC: SonarSource/sonarqube, ExternalIssueReportValidator.java and ExternalIssueImporter.java, and for ranges
 * DefaultInputFile.java (2026), in plimsoll's words.
 */
function sonarRefuses({ rules, issues }: SonarReport, { files }: Report): readonly string[] {
  const problems: string[] = [];
  const needed = (value: unknown, what: string): void =>
    void (value === undefined || value === '' ? problems.push(`no ${what}`) : undefined);
  const ids = new Set<unknown>();
  needed(rules, 'rules');
  needed(issues, 'issues');
  for (const rule of rules ?? []) {
    for (const field of ['id', 'name', 'engineId', 'cleanCodeAttribute', 'description']) needed(rule[field], `${field} of a rule`);
    if (ids.has(rule.id)) problems.push(`the rule ${rule.id} twice`);
    ids.add(rule.id);
    if ((rule.impacts ?? []).length === 0) problems.push('no impacts');
    for (const { softwareQuality, severity } of rule.impacts ?? []) {
      if (!['MAINTAINABILITY', 'RELIABILITY', 'SECURITY'].includes(softwareQuality)) problems.push(softwareQuality);
      if (!['HIGH', 'MEDIUM', 'LOW'].includes(severity)) problems.push(severity);
    }
  }
  for (const issue of issues ?? []) {
    if (!ids.has(issue.ruleId)) problems.push(`no rule ${issue.ruleId}`);
    for (const field of ['severity', 'type']) if (field in issue) problems.push(`the old field ${field}`);
    needed(issue.primaryLocation, 'primaryLocation');
    for (const location of [issue.primaryLocation ?? {}, ...(issue.secondaryLocations ?? [])])
      problems.push(...sonarRefusesLocation(location, files));
  }
  return problems;
}

function sonarRefusesLocation({ message, filePath, textRange }: SonarLocation, files: Report['files']): readonly string[] {
  if (message === undefined || filePath === undefined) return ['a location without message or path'];
  if (textRange === undefined) return [];
  const { startLine = 0, startColumn, endLine = startLine, endColumn } = textRange;
  if (startLine < 1) return ['no startLine'];
  const file = files.find(({ source }) => filePath.endsWith(source.path));
  if (startColumn === undefined || file === undefined) return [];
  const lengths = file.source.text.split(/\r?\n/).map((line) => line.length);
  const end = endColumn ?? lengths[endLine - 1] ?? 0;
  const isBeyond = [
    [startLine, startColumn],
    [endLine, end],
  ].some(([line = 0, column = 0]) => column < 0 || column > (lengths[line - 1] ?? -1));
  if (isBeyond) return [`${startLine}:${startColumn} or ${endLine}:${end} is beyond its line`];
  return startLine > endLine || (startLine === endLine && startColumn >= end) ? ['a range without a character'] : [];
}

describe('sonarqube', () => {
  const at = (text: string, start: number, end: number): SonarReport =>
    JSON.parse(
      printed(
        sonarqube,
        oneFile(text, () => [finding('no-user', { start, end }, 'root')]),
        { ...PLACES, why: () => '' },
      ),
    );

  it('counts columns from 0, and names only the line where there is no character', () => {
    expect(at('FROM a\r\n', 5, 6).issues?.[0]?.primaryLocation?.textRange).toEqual({
      startLine: 1,
      endLine: 1,
      startColumn: 5,
      endColumn: 6,
    });
    expect(at('FROM a\r\n', 6, 8).issues?.[0]?.primaryLocation?.textRange).toEqual({ startLine: 1 });
    expect(at('', 0, 0).issues?.[0]?.primaryLocation?.textRange).toEqual({ startLine: 1 });
    expect(at('a 🚀 b\nc', 5, 8).issues?.[0]?.primaryLocation?.textRange).toEqual({
      startLine: 1,
      endLine: 2,
      startColumn: 5,
      endColumn: 1,
    });
  });
  it('is taken, wherever a finding stands', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ' ', 'é', '🚀', '\n', '\r\n'), { maxLength: 12 }), fc.nat(), fc.nat(), (parts, a, b) => {
        const text = parts.join('');
        const start = a % (text.length + 1);
        const end = start + (b % (text.length - start + 1));
        const report = oneFile(text, () => [finding('no-user', { start, end }, 'root')]);
        expect(sonarRefuses(at(text, start, end), report)).toEqual([]);
      }),
    );
  });
  it('knows the rule of every issue, also one that was not in the list', () => {
    const report = { ...oneFile('FROM a', () => [finding('no-user', { start: 0, end: 1 }, 'root')]), rules: [] };
    expect(sonarRefuses(JSON.parse(printed(sonarqube, report, { ...PLACES, why: () => '' })), report)).toEqual([]);
  });
  it('is refused with a mistake', () => {
    const text = printed(sonarqube, SAMPLE, { ...PLACES, why: () => '' });
    const problems = (from: string, to: string): readonly string[] => sonarRefuses(JSON.parse(text.replace(from, to)), SAMPLE);
    expect(problems('"ruleId":"no-user"', '"ruleId":"user"')).toEqual(['no rule user']);
    expect(problems('"endColumn":20', '"endColumn":5')).toEqual(['a range without a character']);
    expect(problems('"endColumn":20', '"endColumn":99')).toEqual(['2:5 or 2:99 is beyond its line']);
    expect(problems('"id":"pip-no-cache"', '"id":"no-user"')).toContain('the rule no-user twice');
  });
});

describe('gitlab', () => {
  const fingerprints = (text: string, ...words: string[]): readonly string[] =>
    (
      JSON.parse(
        printed(
          gitlab,
          oneFile(text, (file) => words.map((word) => finding('no-user', spanOf(file, word), 'root'))),
          PLACES,
        ),
      ) as { fingerprint: string }[]
    ).map(({ fingerprint }) => fingerprint);

  it('tells findings apart that have one fingerprint', () => {
    const twice = oneFile('FROM a', () =>
      [1, 2, 3].map(() => finding('no-user', { start: 0, end: 1 }, 'root', { fingerprint: 'aaaaaaaaaaaaaaaa' })),
    );
    const issues = JSON.parse(printed(gitlab, twice, PLACES)) as { fingerprint: string }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });
  it('tells files apart, and has its paths from the root of the project', () => {
    expect(fingerprints('FROM a', 'a')).not.toEqual(
      (
        JSON.parse(
          printed(
            gitlab,
            oneFile('FROM a', (file) => [finding('no-user', spanOf(file, 'a'), 'root')], {}, 'other'),
            PLACES,
          ),
        ) as { fingerprint: string }[]
      ).map(({ fingerprint }) => fingerprint),
    );
    expect(
      printed(
        gitlab,
        oneFile('FROM a', (file) => [finding('no-user', spanOf(file, 'a'), 'root')]),
        PLACES,
      ),
    ).toContain('"path":"sub/Dockerfile"');
  });
});

describe('junit', () => {
  it('has no two tests with one name in a suite', () => {
    const report = oneFile('a b c', (file) => ['a', 'b', 'c'].map((word) => finding('no-user', spanOf(file, word), word)));
    expect([...printed(junit, report, PLACES).matchAll(/ name="(no-user[^"]*)"/g)].map(([, name]) => name)).toEqual([
      'no-user',
      'no-user (2)',
      'no-user (3)',
    ]);
  });
  it('puts what went wrong in a file beside what was found there', () => {
    const report = {
      ...oneFile('FROM a', (file) => [finding('no-user', spanOf(file, 'a'), 'root')]),
      failures: [{ path: 'Dockerfile', message: 'a rule threw' }],
    };
    expect(printed(junit, report, PLACES)).toContain('<testsuite name="sub/Dockerfile" tests="2" failures="1" errors="1">');
  });
  it('has a test where there is nothing to test, and no file of standard input', () => {
    expect(printed(junit, NOTHING, PLACES)).toContain('<testcase classname="plimsoll" name="plimsoll"/>');
    expect(
      printed(
        junit,
        oneFile('', () => [], {}, '<stdin>'),
        PLACES,
      ),
    ).toContain('<testcase classname="&lt;stdin&gt;" name="plimsoll"/>');
  });
});

describe('checkstyle', () => {
  it('keeps line ends and tabs, and makes pictures of what XML has no place for', () => {
    const report = oneFile('FROM a', (file) => [finding('no-user', spanOf(file, 'a'), 'a\tb\u0008', { help: 'one\r\ntwo' })]);
    expect(printed(checkstyle, report)).toContain('message="a&#9;b␈&#10;one&#10;two"');
  });
});

describe('unix', () => {
  /** As in the problem matcher (shared/conventions.md §2.3). */
  const MATCHER = /^(.+?):(\d+):(\d+): (error|warning|info) (.+) \[([a-z0-9-]+)\]$/;

  it('has the same shape in every line', () => {
    for (const [, report] of REPORTS) for (const line of printed(unix, report).split('\n').slice(0, -1)) expect(line).toMatch(MATCHER);
  });
  it('keeps the blanks of a path and none of a message', () => {
    expect(
      printed(
        unix,
        oneFile('FROM a', (file) => [finding('no-user', spanOf(file, 'a'), 'a\n b')], {}, 'a  b/Dockerfile'),
      ),
    ).toBe('a  b/Dockerfile:1:6: warning a b [no-user]\n');
  });
});

interface Diagnostic {
  readonly location: { readonly path: string; readonly range: { readonly start: BytePlace; readonly end: BytePlace } };
  readonly suggestions?: readonly { readonly range: { readonly start: BytePlace; readonly end: BytePlace }; readonly text: string }[];
  readonly code: { readonly value: string };
}

interface BytePlace {
  readonly line: number;
  readonly column: number;
}

/** A file with a suggestion made in it, as reviewdog's format says it: lines end at line feeds, columns count bytes. */
function suggested(bytes: Buffer, { range: { start, end }, text }: NonNullable<Diagnostic['suggestions']>[number]): Buffer {
  const offset = ({ line, column }: BytePlace): number => {
    let at = 0;
    for (let i = 1; i < line; i++) at = bytes.indexOf(10, at) + 1;
    return at + column - 1;
  };
  return Buffer.concat([bytes.subarray(0, offset(start)), Buffer.from(text), bytes.subarray(offset(end))]);
}

describe('rdjson', () => {
  const diagnosticsOf = (report: Report): readonly Diagnostic[] =>
    (JSON.parse(printed(rdjson, report)) as { diagnostics: Diagnostic[] }).diagnostics;
  const withFix = (
    text: string,
    edits: (file: FileReport['source']) => ReportedFix['edits'],
    more: Partial<ReportedFix> = {},
    file: Partial<FileReport> = {},
  ) =>
    diagnosticsOf(
      oneFile(
        text,
        (source) => [
          finding('no-user', { start: 0, end: 4 }, 'm', {
            fixes: [{ title: 't', safety: 'safe', edits: edits(source), ...more } as ReportedFix],
          }),
        ],
        file,
      ),
    )[0];

  it('counts bytes, those of a byte order mark in the first line too', () => {
    const at = (text: string): Diagnostic | undefined =>
      diagnosticsOf(oneFile(text, (file) => [finding('no-user', spanOf(file, 'pip'), 'm')]))[0];
    expect(at('LABEL a="🚀é" pip')?.location.range).toEqual({ start: { line: 1, column: 18 }, end: { line: 1, column: 21 } });
    expect(at('\uFEFFRUN pip')?.location.range).toEqual({ start: { line: 1, column: 8 }, end: { line: 1, column: 11 } });
    expect(at('\uFEFFFROM a\nRUN pip')?.location.range).toEqual({ start: { line: 2, column: 5 }, end: { line: 2, column: 8 } });
  });
  it('makes one suggestion of several edits', () => {
    const text = 'FROM é AS b\r\nRUN c\r\n';
    const diagnostic = withFix(text, (file) => [
      { span: spanOf(file, 'AS'), text: 'as' },
      { span: spanOf(file, 'c'), text: 'd' },
    ]);
    expect(diagnostic?.suggestions).toEqual([
      { range: { start: { line: 1, column: 9 }, end: { line: 2, column: 6 } }, text: 'as b\r\nRUN d' },
    ]);
  });
  it('suggests nothing that is unsafe, half of a fix, shows a secret, or has no place in bytes', () => {
    const around = (file: FileReport['source']): ReportedFix['edits'] => [
      { span: spanOf(file, 'FROM'), text: 'from' },
      { span: spanOf(file, 'RUN'), text: 'run' },
    ];
    const text = `FROM a\nENV A=${PASSWORD}\nRUN b`;
    expect(withFix(text, around)?.suggestions).toHaveLength(1);
    expect(withFix(text, around, { safety: 'unsafe', risk: 'r' } as Partial<ReportedFix>)?.suggestions).toBeUndefined();
    expect(
      withFix(text, around, { additions: [{ path: '.dockerignore', lines: ['x'], affects: { start: 0, end: 1 } }] })?.suggestions,
    ).toBeUndefined();
    expect(withFix(text, around, {}, { secrets: [{ start: 13, end: 13 + PASSWORD.length }] })?.suggestions).toBeUndefined();
    const source = { ...sourceFromText('Dockerfile', text), invalidUtf8At: 3 };
    const bad = fileReport(source, [
      finding('no-user', { start: 0, end: 4 }, 'm', { fixes: [{ title: 't', safety: 'safe', edits: around(source) }] }),
    ]);
    expect(diagnosticsOf({ ...NOTHING, files: [bad] })[0]?.suggestions).toBeUndefined();
  });
});

describe('sarif', () => {
  const replacements = (more: Partial<FileReport>): number => {
    const text = `FROM a\nENV A=${PASSWORD}\nRUN b`;
    const edits = (file: FileReport['source']): ReportedFix['edits'] => [
      { span: spanOf(file, 'FROM'), text: 'from' },
      { span: spanOf(file, 'RUN'), text: 'run' },
    ];
    const fixes = (file: FileReport['source']): ReportedFix[] => [{ title: 't', safety: 'safe', edits: edits(file) }];
    const report = oneFile(text, (file) => [finding('no-user', { start: 0, end: 4 }, 'm', { fixes: fixes(file) })], more);
    const pages = () => ({ text: 't', markdown: 'm', why: 'w' });
    const log = JSON.parse(printed(sarif, report, { ...PLACES, version: '0.1.0', pages })) as Log;
    return log.runs[0]?.results?.[0]?.fixes?.[0]?.artifactChanges[0]?.replacements.length ?? 0;
  };

  it('makes one replacement of a fix, for reviewdog would offer each alone, but for one that would show a secret', () => {
    expect(replacements({})).toBe(1);
    expect(replacements({ secrets: [{ start: 13, end: 13 + PASSWORD.length }] })).toBe(2);
  });
});

const FIXABLE =
  'FROM python:3.13-slim-trixie\nLABEL title="🚀é"\nENV PYTHONUNBUFFERED=1\nRUN useradd --no-log-init -m -u 10001 app\nUSER app\n# Größe\nENV A 1 é\nCMD ["python", "-m", "app"]\n';

describe('the program', () => {
  let cwd = '';
  const run = (args: readonly string[], options: ProgramOptions = {}): Promise<ProgramOutcome> => runProgram(cwd, args, options);
  const file = (name: string): string => path.join(cwd, name);
  const text = (name: string): string => readFileSync(file(name), 'utf8');
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), content);
  };
  const ONLY = ['--select', 'env-legacy-syntax'];

  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'plimsoll-formats-'));
    write('warns/Dockerfile', FIXABLE);
    write('clean/Dockerfile', FIXABLE.replace('ENV A 1 é', 'ENV A="1 é"'));
    write('broken/Dockerfile', Buffer.from([0, 1, 2, 3]));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it.each(FORMAT_NAMES)('%s changes no exit code, keeps to its place, and hides no failure', async (name) => {
    const args = ['--format', name, ...ONLY];
    const [warns, clean, broken, zero] = [
      await run(['warns', ...args]),
      await run(['clean', ...args]),
      await run(['broken/Dockerfile', ...args]),
      await run(['warns', ...args, '--exit-zero']),
    ];
    expect([warns.code, clean.code, broken.code, zero.code]).toEqual([1, 0, 2, 0]);
    expect([warns.stderr, clean.stderr]).toEqual(['', '']);
    expect(broken.stderr).toContain('broken/Dockerfile: ');
    expect(warns.stdout).toContain('env-legacy-syntax');
    expect(zero.stdout).toBe(warns.stdout);
    // What editors take for findings only: their user sees the exit code and standard error.
    const isSilent = name === 'json' || name === 'jsonl';
    expect(/broken\/(?:<wbr>)?Dockerfile|1 failure/.test(broken.stdout)).toBe(!isSilent);
    const into = await run(['warns', ...ONLY, '--format', `${name}=out`]);
    expect([into.code, into.stdout, into.stderr]).toEqual([1, '', '']);
    expect(text('out')).toBe(warns.stdout);
    const beside = await run(['warns', ...args, '-o', 'beside']);
    expect([beside.code, beside.stdout, text('beside')]).toEqual([1, '', warns.stdout]);
    const nameless = await run(['-', ...args], { stdin: FIXABLE });
    expect(nameless.code).toBe(1);
    if (!['gitlab', 'codeclimate'].includes(name)) expect(nameless.stdout).not.toContain(cwd);
  });
  it('writes several formats in one run, one of them to standard output', async () => {
    const { code, stdout, stderr } = await run([
      'warns',
      ...ONLY,
      '--format',
      'sarif=out.sarif',
      '-f',
      'github',
      '--format',
      'jsonl=a=b.jsonl',
    ]);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^::warning file=warns\/Dockerfile,line=7,/);
    expect(JSON.parse(text('out.sarif')).runs[0].results).toHaveLength(1);
    expect(JSON.parse(text('a=b.jsonl'))).toMatchObject({ ruleId: 'env-legacy-syntax', line: 7 });
    expect(readdirSync(cwd).sort()).toEqual(['a=b.jsonl', 'broken', 'clean', 'out.sarif', 'warns']);
    const third = await run(['warns', ...ONLY, '--format', 'json=out.json', '--format', 'unix', '-o', 'unix.txt']);
    expect([third.code, third.stdout, text('unix.txt').split(' ')[0], JSON.parse(text('out.json'))]).toEqual([
      1,
      '',
      'warns/Dockerfile:7:5:',
      expect.any(Array),
    ]);
  });
  it('gives each of several formats what it can show', async () => {
    const silenced = FIXABLE.replace('# Größe', '# plimsoll: ignore[env-legacy-syntax] known');
    write('warns/Dockerfile', silenced);
    const { code, stdout } = await run([
      'warns',
      ...ONLY,
      '--show-suppressed',
      '--statistics',
      '--format',
      'json=a.json',
      '--format',
      'text',
      '-f',
      'unix=b.txt',
      '-f',
      'html=c.html',
    ]);
    expect([code, JSON.parse(text('a.json'))[0].suppressed, text('b.txt')]).toEqual([0, { by: 'comment', reason: 'known' }, '']);
    expect(stdout).toContain('suppressed');
    expect(text('c.html')).toContain('Layers');
  });
  it('writes files also where standard output has the mended text', async () => {
    const { stdout, stderr } = await run(['-', '--fix', ...ONLY, '--format', 'json=out.json', '--format', 'unix'], { stdin: FIXABLE });
    expect(stdout).toBe(FIXABLE.replace('ENV A 1 é', 'ENV A="1 é"'));
    expect([stderr, text('out.json')]).toEqual(['', '[]\n']);
  });

  it.each([
    [['--format', 'sarf'], /^plimsoll: --format sarf: there is no format `sarf`\. Did you mean `sarif`\?\n$/],
    [['--format', 'xml'], /there is no format `xml`\. There are text, json, .* and html\.\n$/],
    [['--format', 'Sarif=x'], /Did you mean `sarif`/],
    [['--format', 'sarif='], /--format sarif=: name a file behind `=`; to standard output, --format sarif writes without it\./],
    [['--format', 'sarif=-'], /name a file/],
    [['--format', ''], /there is no format ``/],
    [
      ['--format', 'json', '--format', 'text'],
      /--format json and --format text would both go to standard output: give one a file, --format text=FILE\./,
    ],
    [['--format', 'json', '--format', 'json', '-o', 'x'], /would both go to x/],
    [['--format', 'json=a', '-o', 'x'], /--output-file is for a format without a file of its own, and there is none/],
    [
      ['--format', 'json=a', '--format', 'sarif=./a'],
      /^plimsoll: \.\/a: the report cannot be written there: that is the place of the format json\. Name another file with --format sarif=FILE\.\n$/,
    ],
    [['--format', 'json=a', '--format', 'sarif', '-o', 'a'], /that is the place of the format json\. Name another file with --output-file/],
    [['--format', 'json=warns/Dockerfile'], /that is the place of a Dockerfile\. Name another file with --format json=FILE\./],
    [['--format', 'json=link'], /that is the place of a Dockerfile/],
    [['--format', 'json=plimsoll.json'], /that is the place of a configuration/],
    [['--write-baseline', '--format', 'json=plimsoll-baseline.json'], /that is the place of the baseline/],
    [['--format', 'json=no/such/x'], /its directory does not exist/],
    [['--format', 'json=warns'], /it is a directory/],
    [['--format', 'json=a', '--diff'], /leave out --format/],
    [['--format', 'text=a', '--diff'], /leave out --format/],
    [['--format', 'json', '--format', 'sarif=x', '--statistics'], /--statistics: formats sarif and json have no place for it\. Use text\./],
    [
      ['--format', 'unix', '--show-suppressed'],
      /--show-suppressed: format unix has no place for it\. Use text, json, jsonl, sarif, markdown or html\./,
    ],
  ])('%j is refused before anything is linted, mended or written', async (args, message) => {
    symlinkSync('warns/Dockerfile', file('link'));
    const before = readdirSync(cwd);
    const { code, stdout, stderr } = await run(['warns', '--fix', ...args].filter((word) => word !== '--fix' || !args.includes('--diff')));
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect([readdirSync(cwd), text('warns/Dockerfile')]).toEqual([before, FIXABLE]);
  });
  it('takes --format text for what it is without', async () => {
    expect((await run(['warns', '--diff', '--format', 'text', ...ONLY])).stdout).toContain('+ENV A="1 é"');
  });

  it('names every format in the help, and says where they go', async () => {
    const help = (await run(['--help'])).stdout.replace(/\s+/g, ' ');
    for (const name of FORMAT_NAMES) expect(help).toContain(`"${name}"`);
    expect(help).toContain('FORMAT=FILE writes a file, and standard output gets only a format without one (repeatable)');
    expect(FORMAT_NAMES).toEqual(Object.keys(FORMATS));
  });

  it('replaces a file with its mode, behind a link too, and leaves nothing beside it', async () => {
    write('reports/old', 'x'.repeat(100_000));
    chmodSync(file('reports/old'), 0o640);
    symlinkSync('old', file('reports/link'));
    symlinkSync('none', file('reports/dangling'));
    expect(
      (await run(['warns', ...ONLY, '--format', 'json=reports/link', '-f', 'unix=reports/dangling', '-f', 'sarif=/dev/null'])).code,
    ).toBe(1);
    expect(JSON.parse(text('reports/old'))).toHaveLength(1);
    expect(statSync(file('reports/old')).mode & 0o777).toBe(0o640);
    expect(lstatSync(file('reports/link')).isSymbolicLink()).toBe(true);
    expect(text('reports/none')).toContain('[env-legacy-syntax]');
    expect(readdirSync(file('reports')).sort()).toEqual(['dangling', 'link', 'none', 'old']);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(statSync(file('reports/none')).mode & 0o777).toBe(0o666 & ~process.umask());
  });
  it('says which report could not be written, writes the others, and exits with 2', async () => {
    const { code, stdout, stderr } = await run([
      'warns',
      ...ONLY,
      '--format',
      'sarif=/dev/full',
      '--format',
      'jsonl=out',
      '--format',
      'unix',
      '--exit-zero',
    ]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'plimsoll: /dev/full: the report cannot be written there: there is no room left on the disk. Name another file with --format sarif=FILE.\n',
    );
    expect([stdout.split(' ')[0], text('out').length > 10]).toEqual(['warns/Dockerfile:7:5:', true]);
  });

  it('knows an issue by its fingerprint wherever its line goes, and by another when the line is another', async () => {
    const fingerprints = async (content: string, name: 'gitlab' | 'codeclimate'): Promise<readonly string[]> => {
      write('warns/Dockerfile', content);
      return [...(await run(['warns', ...ONLY, '--format', name])).stdout.matchAll(/"fingerprint":"(\w+)"/g)].map(([, each = '']) => each);
    };
    const twice = FIXABLE.replace('ENV A 1 é\n', 'ENV A 1 é\nENV A 1 é\n');
    const before = await fingerprints(twice, 'gitlab');
    expect([before.length, new Set(before).size]).toEqual([2, 2]);
    expect(await fingerprints(twice.replace('USER app', '\n\nUSER app'), 'gitlab')).toEqual(before);
    expect(await fingerprints(twice.replaceAll('ENV A 1', 'ENV  A  1'), 'codeclimate')).toEqual(before);
    expect(await fingerprints(twice.replaceAll('ENV A 1', 'ENV A 2'), 'gitlab')).not.toContain(before[0]);
  });
  it('leaves what was there where a report does not fit, and nothing beside it', () => {
    write('old.sarif', 'old');
    const cli = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));
    const limited = 'ulimit -f 4; exec "$0" "$@"';
    const args = ['-c', limited, process.execPath, cli, 'warns', ...ONLY, '--format', 'sarif=old.sarif', '--format', 'rdjson=new.json'];
    const { status, stdout, stderr } = spawnSync('sh', args, { cwd, encoding: 'utf8' });
    expect([status, stdout, text('old.sarif'), JSON.parse(text('new.json')).diagnostics.length]).toEqual([2, '', 'old', 1]);
    expect(stderr).toMatch(/^plimsoll: old\.sarif: the report cannot be written there: .*\n$/);
    expect(readdirSync(cwd).sort()).toEqual(['broken', 'clean', 'new.json', 'old.sarif', 'warns']);
  });

  it('has its paths from the root that CI names, where the format is for CI', async () => {
    const paths = async (name: FormatName, env: Record<string, string>): Promise<boolean> =>
      (await runProgram(file('warns'), ['Dockerfile', ...ONLY, '--format', name], { env })).stdout.includes('warns/Dockerfile');
    for (const name of ['gitlab', 'codeclimate', 'sonarqube', 'sarif', 'github', 'junit'] as const) {
      expect([
        name,
        await paths(name, {}),
        await paths(name, { CI_PROJECT_DIR: cwd }),
        await paths(name, { GITHUB_WORKSPACE: cwd }),
      ]).toEqual([name, false, true, true]);
    }
    for (const name of ['json', 'jsonl', 'unix', 'checkstyle', 'rdjson', 'rdjsonl'] as const) {
      expect([name, await paths(name, { CI_PROJECT_DIR: cwd, GITHUB_WORKSPACE: cwd })]).toEqual([name, false]);
    }
  });

  it.each([
    ['as it is', FIXABLE],
    ['with CRLF', FIXABLE.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${FIXABLE}`],
    ['with both, the finding in the first line', `\uFEFFARG X="é🚀"\r\n${FIXABLE.replaceAll('\n', '\r\n')}`],
  ])('suggests in rdjson what --fix does, %s', async (_, content) => {
    write('warns/Dockerfile', content);
    const { diagnostics } = JSON.parse((await run(['warns', ...ONLY, '--format', 'rdjson'])).stdout) as { diagnostics: Diagnostic[] };
    const [suggestion] = diagnostics[0]?.suggestions ?? [];
    expect([diagnostics.length, suggestion]).toEqual([1, expect.anything()]);
    const made = suggestion && suggested(Buffer.from(content), suggestion);
    await run(['warns', ...ONLY, '--fix']);
    expect(made).toEqual(readFileSync(file('warns/Dockerfile')));
    expect(made).not.toEqual(Buffer.from(content));
  });
});

describe('suggestions in the projects of fixtures/', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));

  it('are the safe fixes, byte for byte', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-formats-'));
    const file = path.join(folder, 'report.rdjson');
    const args = ['fixtures/projects', '--preset', 'all', '--today', '2026-11-20', '--format', `rdjson=${file}`, '--format', 'json'];
    const { stdout } = await runProgram(root, args);
    const { diagnostics } = JSON.parse(readFileSync(file, 'utf8')) as { diagnostics: Diagnostic[] };
    rmSync(folder, { recursive: true });
    const findings = JSON.parse(stdout) as {
      readonly path: string;
      readonly fix?: {
        readonly safety: string;
        readonly additions?: object;
        readonly edits: readonly { start: number; end: number; text: string }[];
      };
    }[];
    expect(diagnostics.length).toBe(findings.length);
    let count = 0;
    for (const [i, { path: name, fix }] of findings.entries()) {
      const [suggestion] = diagnostics[i]?.suggestions ?? [];
      const isWhole = fix?.safety === 'safe' && fix.additions === undefined && fix.edits.length > 0;
      expect([diagnostics[i]?.location.path, suggestion !== undefined && !isWhole]).toEqual([name, false]);
      if (suggestion === undefined || fix === undefined || !existsSync(path.join(root, name))) continue;
      const bytes = readFileSync(path.join(root, name));
      let mended = bytes.toString().replace(/^\uFEFF/, '');
      const mark = mended.length < bytes.toString().length ? '\uFEFF' : '';
      for (const { start, end, text } of [...fix.edits].reverse()) mended = mended.slice(0, start) + text + mended.slice(end);
      expect(suggested(bytes, suggestion).toString()).toBe(mark + mended);
      count++;
    }
    expect(count).toBeGreaterThan(40);
  });
});
