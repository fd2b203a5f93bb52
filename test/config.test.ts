/** Configuration as a user meets it: where it is found, what it says in each format, what is wrong with it, and how it is printed and made. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { documentation } from '../rules/documentation.js';
import { rules } from '../rules/index.js';
import { convertedFromHadolint } from '../src/config/hadolint.js';
import { Configurations } from '../src/config/load.js';
import { readConfiguration } from '../src/config/read.js';
import { settle } from '../src/config/resolve.js';
import { configurationSchema, KEYS } from '../src/config/schema.js';
import { isImageNamedBy, isNamedBy } from '../src/facts/patterns.js';
import { readJson } from '../src/files/json.js';
import { lintFiles, lintText } from '../src/index.js';
import type { Rule } from '../src/rule.js';
import { exampleText } from '../src/rule-page.js';
import { parseImageReference } from '../src/syntax/image-reference.js';
import { lint, sourceFromText } from './lint.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** One warning of root-user, one of env-legacy-syntax. */
const DOCKERFILE =
  'FROM python:3.13-slim-trixie@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nENV PYTHONUNBUFFERED=1\nENV A 1\nCMD ["python", "-m", "app"]\n';
const BOTH = ['root-user', 'env-legacy-syntax'];

const folders: string[] = [];
let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plimsoll-config-'));
  folders.push(cwd);
  // The search for a configuration ends here.
  mkdirSync(path.join(cwd, '.git'));
  write('Dockerfile', DOCKERFILE);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
  writeFileSync(path.join(cwd, name), text);
}

const read = (name: string): string => readFileSync(path.join(cwd, name), 'utf8');
const run = (args: readonly string[], options?: ProgramOptions): Promise<ProgramOutcome> => runProgram(cwd, args, options);

/** `path rule severity` of each finding, by rule and path. */
async function found(...args: string[]): Promise<string[]> {
  const { stdout } = await run([...args, '--format', 'json']);
  const findings = JSON.parse(stdout) as { path: string; ruleId: string; level: string }[];
  return findings.map(({ path: file, ruleId, level }) => `${file} ${ruleId} ${level}`).sort();
}

/** Ids of the rules that speak of ./Dockerfile. */
async function speaking(...args: string[]): Promise<string[]> {
  return [...new Set((await found('Dockerfile', ...args)).map((line) => line.split(' ')[1] ?? ''))];
}

/** A configuration in each of the formats, from one value. */
const FORMATS: readonly (readonly [name: string, write: (settings: Record<string, unknown>) => void])[] = [
  ['plimsoll.json', (settings) => write('plimsoll.json', `// why\n${JSON.stringify(settings, null, 2)}\n`)],
  ['plimsoll.jsonc', (settings) => write('plimsoll.jsonc', JSON.stringify(settings))],
  ['.plimsoll.json', (settings) => write('.plimsoll.json', JSON.stringify(settings))],
  ['pyproject.toml', (settings) => write('pyproject.toml', `[project]\nname = "x"\n\n[tool.plimsoll]\n${toml(settings)}\n[tool.other]\n`)],
  ['package.json', (settings) => write('package.json', JSON.stringify({ name: 'x', plimsoll: settings }))],
];

/** Keys and values as TOML; tables inline. */
function toml(settings: Record<string, unknown>): string {
  const value = (each: unknown): string => {
    if (Array.isArray(each)) return `[${each.map(value).join(', ')}]`;
    if (typeof each !== 'object' || each === null) return JSON.stringify(each);
    return `{ ${Object.entries(each)
      .map(([key, item]) => `${JSON.stringify(key)} = ${value(item)}`)
      .join(', ')} }`;
  };
  return Object.entries(settings)
    .map(([key, each]) => `${key} = ${value(each)}\n`)
    .join('');
}

describe.each(FORMATS)('%s', (_, configure) => {
  it('sets preset, select, ignore and fail-on', async () => {
    configure({ preset: 'all', ignore: ['security', 'env-legacy-syntax'] });
    expect(await speaking()).not.toContain('root-user');
    configure({ select: ['runtime'] });
    expect(await speaking()).toEqual(['env-legacy-syntax']);
    configure({ select: [], 'fail-on': 'never' });
    expect(await run([])).toMatchObject({ code: 0, stderr: '' });
    configure({ 'fail-on': 'error' });
    expect((await run([])).code).toBe(0);
    expect((await run(['--fail-on', 'warning'])).code).toBe(1);
  });
  it('sets severities and options', async () => {
    configure({ rules: { 'root-user': 'off', 'env-legacy-syntax': 'error' } });
    expect(await found()).toEqual(['Dockerfile env-legacy-syntax error']);
    expect((await run(['--fail-on', 'error'])).code).toBe(1);
    write('Dockerfile', 'FROM registry.example.com/base\nENV ACME_PIN=kolibri-7-wolke\n');
    configure({ select: ['base-image', 'security'] });
    expect(await speaking()).toContain('base-image-unpinned');
    configure({
      select: ['base-image', 'security'],
      rules: {
        'base-image-unpinned': { 'allowed-images': ['registry.example.com/*'] },
        'secret-in-env-or-arg': { severity: 'info', 'secret-names': ['ACME_*'] },
      },
    });
    expect(await found()).toEqual(['Dockerfile secret-in-env-or-arg info']);
  });
  it('ignores rules in some files, and leaves some files out', async () => {
    write('dev/Dockerfile', DOCKERFILE);
    write('third_party/x/Dockerfile', DOCKERFILE);
    configure({ 'per-file-ignores': { 'dev/**': ['root-user'], '*.dev': ['runtime'] }, exclude: ['third_party'] });
    expect(await found()).toEqual([...BOTH.map((id) => `Dockerfile ${id} warning`), 'dev/Dockerfile env-legacy-syntax warning'].sort());
    expect((await found('third_party/x/Dockerfile')).length).toBe(2);
    expect(await found('third_party/x/Dockerfile', '--force-exclude')).toEqual([]);
    expect(await found('third_party/x')).toEqual([]);
  });
  it('names the stage that becomes the image, where there is one', async () => {
    write('Dockerfile', `FROM a:1 AS run\nUSER root\nCMD ["a"]\nFROM b:1 AS test\nUSER root\nCMD ["b"]\n`);
    configure({ target: 'run', select: ['root-user'] });
    expect(JSON.parse((await run(['-f', 'json'])).stdout)).toMatchObject([{ line: 2 }]);
    configure({ target: 'elsewhere', select: ['root-user'] });
    expect(JSON.parse((await run(['-f', 'json'])).stdout)).toMatchObject([{ line: 5 }]);
    expect((await run(['--target', 'test'])).stderr).toBe('');
  });
  it('asks for reasons', async () => {
    write('Dockerfile', DOCKERFILE.replace('ENV A', '# plimsoll: ignore[env-legacy-syntax]\nENV A'));
    configure({ 'require-suppression-reason': true });
    expect(await speaking()).toContain('faulty-suppression');
    configure({ 'require-suppression-reason': false });
    expect(await speaking()).toEqual(['root-user']);
  });
  it('extends another file', async () => {
    write('shared/base.json', '{"ignore": ["root-user"], "rules": {"env-legacy-syntax": "error"}}');
    configure({ extends: 'shared/base.json' });
    expect(await found()).toEqual(['Dockerfile env-legacy-syntax error']);
    configure({ extends: ['shared/base.json'], ignore: [] });
    expect(await found()).toEqual(['Dockerfile env-legacy-syntax error', 'Dockerfile root-user warning']);
  });
});

describe('where a configuration is found', () => {
  it('is the nearest directory above the file, and only that one', async () => {
    write('plimsoll.json', '{"ignore": ["root-user"]}');
    write('a/plimsoll.json', '{"ignore": ["env-legacy-syntax"]}');
    write('a/b/c/Dockerfile', DOCKERFILE);
    expect(await found()).toEqual(['Dockerfile env-legacy-syntax warning', 'a/b/c/Dockerfile root-user warning']);
    expect(await found('a/b/c/Dockerfile')).toEqual(['a/b/c/Dockerfile root-user warning']);
  });
  it('passes over files of other tools that say nothing of plimsoll', async () => {
    write('plimsoll.json', '{"ignore": ["root-user"]}');
    write('a/pyproject.toml', '[project]\nname = "plimsoll-user"\n[tool.ruff]\n');
    write('a/package.json', '{"devDependencies": {"plimsoll": "1"}}');
    write('a/Dockerfile', DOCKERFILE);
    expect(await found('a')).toEqual(['a/Dockerfile env-legacy-syntax warning']);
  });
  it('is not looked for above the repository', async () => {
    write('plimsoll.json', '{"ignore": ["root-user"]}');
    mkdirSync(path.join(cwd, 'repository/.git'), { recursive: true });
    write('repository/docker/Dockerfile', DOCKERFILE);
    expect(await found('repository')).toHaveLength(2);
    write('repository/plimsoll.json', '{"ignore": ["runtime"]}');
    expect(await found('repository')).toEqual(['repository/docker/Dockerfile root-user warning']);
  });
  it.each([
    ['plimsoll.json', '{}', 'pyproject.toml', '[tool.plimsoll]'],
    ['plimsoll.json', '{}', '.plimsoll.json', '{}'],
    ['pyproject.toml', '[tool.plimsoll.rules]', 'package.json', '{"plimsoll": {}}'],
  ])('must be one in a directory: %s %s and %s', async (first, text, second, other) => {
    write(first, text);
    write(second, other);
    const { code, stderr } = await run([]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `plimsoll: ${first}: ${second} beside it configures plimsoll as well. Keep one of them: what they say is not mixed.\nplimsoll: 1 file was not linted because of that.\n`,
    );
  });
  it('decides for standard input by its name', async () => {
    write('a/plimsoll.json', '{"ignore": ["root-user"], "exclude": ["out"]}');
    const ids = async (...args: string[]): Promise<string[]> =>
      (JSON.parse((await run(['-', '-f', 'json', ...args], { stdin: DOCKERFILE })).stdout) as { ruleId: string }[]).map(
        ({ ruleId }) => ruleId,
      );
    expect(await ids('--stdin-filename', 'a/new.Dockerfile')).toEqual(['env-legacy-syntax']);
    expect(await ids('--stdin-filename', 'b/new.Dockerfile')).toHaveLength(2);
    expect(await ids()).toHaveLength(2);
    expect(await ids('--stdin-filename', 'a/out/Dockerfile')).toHaveLength(1);
    expect(await ids('--stdin-filename', 'a/out/Dockerfile', '--force-exclude')).toEqual([]);
    const fixed = await run(['-', '--fix', '--stdin-filename', 'a/out/Dockerfile', '--force-exclude'], { stdin: DOCKERFILE });
    expect(fixed).toMatchObject({ code: 0, stdout: DOCKERFILE });
    write('plimsoll.json', '{"ignore": ["runtime"]}');
    expect(await ids()).toEqual(['root-user']);
  });
  it('can be one file for all, or none', async () => {
    write('plimsoll.json', '{"ignore": ["root-user"]}');
    write('ci/strict.json', '{"ignore": ["env-legacy-syntax"], "exclude": ["a/**"]}');
    write('a/Dockerfile', DOCKERFILE);
    write('a/plimsoll.json', '{"preset": "nonsense"}');
    expect(await found('--config', 'ci/strict.json')).toEqual(['Dockerfile root-user warning']);
    expect(await found('-c', 'ci/strict.json', 'a/Dockerfile')).toEqual(['a/Dockerfile root-user warning']);
    expect(await found('--no-config')).toHaveLength(4);
    write('ci/pyproject.toml', '[tool.plimsoll]\nselect = ["runtime"]\n');
    expect(await found('--config', 'ci/pyproject.toml', 'Dockerfile')).toEqual(['Dockerfile env-legacy-syntax warning']);
  });
  it('costs no parser where there is none', () => {
    write('pyproject.toml', '[tool.ruff]\n');
    const asked: string[] = [];
    const registry = new Proxy(rules as Rule[], {
      get: (target, key) => {
        asked.push(String(key));
        return Reflect.get(target, key);
      },
    });
    expect(new Configurations(registry, cwd, 'nearest').of(cwd)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('what goes before what', () => {
  const strict = 'apt-recommends';
  const registry = rules.map((rule): Rule => (rule.id === strict ? { ...rule, preset: 'strict' } : rule));
  const enabled = (
    settings: Record<string, unknown>,
    choice: Parameters<typeof settle>[1],
    ignoredHere: readonly string[] = [],
  ): string[] => {
    write('plimsoll.json', JSON.stringify(settings));
    const configuration = new Configurations(registry, cwd, 'nearest').of(cwd);
    if (configuration === undefined || 'problems' in configuration) throw new Error(configuration?.message);
    return [...settle(registry, choice, configuration, ignoredHere).rules.keys()];
  };
  const recommended = registry.filter(({ preset }) => preset === 'recommended').map(({ id }) => id);

  it('a severity switches on what the preset leaves out, options alone do not', () => {
    expect(enabled({ rules: { [strict]: 'info' } }, {})).toContain(strict);
    expect(enabled({ rules: { [strict]: {} } }, {})).toEqual(recommended);
    expect(enabled({ select: ['apt'], rules: { [strict]: 'info', 'root-user': 'error' } }, {})).not.toContain('root-user');
  });
  it('what is selected on the command line runs, whatever the configuration leaves out', () => {
    const settings = { ignore: ['root-user'], rules: { 'env-legacy-syntax': 'off' }, select: ['apt'] };
    expect(enabled(settings, { select: ['security'] })).toContain('root-user');
    expect(enabled(settings, { select: ['env-legacy-syntax'] })).toEqual(['env-legacy-syntax', 'syntax-error'].sort());
    expect(enabled(settings, { select: ['root-user'] }, ['root-user'])).toEqual(['syntax-error']);
    expect(enabled(settings, { select: ['root-user'], ignore: ['security'] })).toEqual(['syntax-error']);
  });
  it('a preset of the command line takes the place of preset and selection', () => {
    expect(enabled({ preset: 'all', select: ['apt'] }, { preset: 'recommended' })).toEqual(recommended);
    expect(enabled({ preset: 'recommended', ignore: ['apt'] }, { preset: 'all' })).not.toContain('apt-no-cleanup');
  });
  it('what is ignored on the command line is added', () => {
    expect(enabled({ ignore: ['root-user'] }, { ignore: ['runtime'] })).toEqual(
      recommended.filter((id) => id !== 'root-user' && rules.find((rule) => rule.id === id)?.family !== 'runtime'),
    );
  });
  it('a syntax error is reported until it is ignored by name', () => {
    expect(enabled({ select: ['apt'] }, {})).toContain('syntax-error');
    expect(enabled({ select: ['apt'], ignore: ['syntax-error'] }, {})).not.toContain('syntax-error');
  });
});

describe('globs', () => {
  it.each<[glob: string, yes: string[], no: string[]]>([
    ['dev', ['dev/Dockerfile', 'a/dev/b/Dockerfile', 'dev'], ['device/Dockerfile', 'dev.Dockerfile']],
    ['dev/', ['dev/Dockerfile', 'a/dev/Dockerfile'], ['device/Dockerfile']],
    ['/dev', ['dev/Dockerfile'], ['a/dev/Dockerfile']],
    ['./dev/*', ['dev/Dockerfile', 'dev/a/Dockerfile'], ['a/dev/Dockerfile', 'dev2/Dockerfile']],
    ['dev/**', ['dev/Dockerfile', 'dev/a/b/Dockerfile'], ['a/dev/Dockerfile']],
    ['**/dev/*.gpu', ['dev/x.gpu', 'a/b/dev/x.gpu'], ['dev/a/x.cpu', 'x.gpu']],
    ['*.Dockerfile', ['a.Dockerfile', 'b/c.Dockerfile'], ['Dockerfile', 'a.Dockerfile.md']],
    ['Dockerfile.[ab]?', ['Dockerfile.a1', 'x/Dockerfile.b2'], ['Dockerfile.c1', 'Dockerfile.a']],
    ['**', ['Dockerfile', 'a/b'], []],
    ['.', ['Dockerfile', 'a/b'], []],
    ['a+(b).$/x', ['a+(b).$/x/Dockerfile'], ['aab/x/Dockerfile']],
  ])('%s', async (glob, yes, no) => {
    write('plimsoll.json', JSON.stringify({ exclude: [glob], select: ['env-legacy-syntax'] }));
    for (const file of [...yes, ...no]) {
      const { stdout } = await run(['-', '--force-exclude', '--stdin-filename', file, '-f', 'json'], { stdin: DOCKERFILE });
      expect([file, stdout.trim() === '[]']).toEqual([file, yes.includes(file)]);
    }
    const { stdout } = await run(
      ['--no-config', '-', '--force-exclude', '--exclude', glob, '--stdin-filename', yes[0] ?? '', '-f', 'json'],
      { stdin: DOCKERFILE },
    );
    expect(stdout.trim()).toBe('[]');
  });
  it.each(['a/{b,c}', '!a', '../a', 'a/../b', 'a\\b', 'a|b', '[', '[]', 'a[^]b', 'a^', ''])('refuses %j', async (glob) => {
    write('plimsoll.json', JSON.stringify({ exclude: [glob] }));
    expect((await run([])).stderr).toContain(`plimsoll.json:1:13: plimsoll cannot use the glob \`${glob}\`. It`.slice(0, 50));
    expect((await run(['--no-config', '--exclude', glob])).stderr).toContain('--exclude: plimsoll cannot use the glob');
  });
});

describe('what is wrong is said with its place', () => {
  const problemsOf = async (): Promise<string[]> => {
    const { code, stderr, stdout } = await run(['-f', 'json']);
    expect([code, stdout.trim()]).toEqual([2, '[]']);
    return stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.replace('plimsoll: ', ''));
  };
  const notLinted = '1 file was not linted because of that.';

  it('in TOML', async () => {
    write(
      'pyproject.toml',
      '[tool.plimsoll]\npresset = "strict"\npreset = "stric"\nignore = ["apt", "root-usr"]\nexclude = "a"\nfail-on = 3\ntarget = ""\nrequire-suppression-reason = "yes"\n[tool.plimsoll.rules]\nroot-user = { severity = "fatal", acepted-users = [] }\nquux = "error"\napt = "off"\nsyntax-error = true\n[tool.plimsoll.per-file-ignores]\n"{a,b}" = ["apt"]\n"a" = "apt"\n',
    );
    expect(await problemsOf()).toEqual([
      'pyproject.toml:2:1: there is no key `presset`. Did you mean `preset`?',
      'pyproject.toml:3:10: `preset` is one of recommended, strict, all. Did you mean `strict`?',
      'pyproject.toml:4:18: there is no rule or family `root-usr`. Did you mean `root-user`?',
      'pyproject.toml:5:11: `exclude` is a list of globs: write it in brackets.',
      'pyproject.toml:6:11: `fail-on` is one of error, warning, info, never.',
      'pyproject.toml:7:10: `target` is a text in quotes, and not an empty one.',
      'pyproject.toml:8:30: `require-suppression-reason` is true or false.',
      'pyproject.toml:10:26: `rules.root-user.severity` is one of off, info, warning, error.',
      'pyproject.toml:10:35: `root-user` has no option `acepted-users`. Did you mean `accepted-users`?',
      'pyproject.toml:11:1: there is no rule `quux`. Run `plimsoll rules` for the list.',
      'pyproject.toml:12:1: there is no rule `apt`. That is a family: name it in `select` or `ignore`, or its rules here.',
      'pyproject.toml:13:16: `rules.syntax-error` is one of off, info, warning, error.',
      'pyproject.toml:15:1: plimsoll cannot use the glob `{a,b}`. It knows no braces: write one glob for each.',
      'pyproject.toml:16:7: `per-file-ignores.a` is a list of rules and families: write it in brackets.',
      notLinted,
    ]);
  });
  it('in JSON', async () => {
    write(
      'plimsoll.json',
      '{\n  // ok\n  "quux": 1, "rules": ["apt"],\n  "select": [null, "pip"],\n  "extends": 3, "per-file-ignores": [],\n}\n',
    );
    expect(await problemsOf()).toEqual([
      `plimsoll.json:3:3: there is no key \`quux\`. The keys are ${KEYS.map(({ name }) => `\`${name}\``).join(', ')}.`,
      'plimsoll.json:3:23: `rules` is a table: rules, and for each its severity or its settings.',
      'plimsoll.json:4:14: `select` holds rules and families, which are texts in quotes.',
      'plimsoll.json:5:14: `extends` is a file or a list of files, as texts in quotes.',
      'plimsoll.json:5:37: `per-file-ignores` is a table: globs, and for each what is ignored there.',
      notLinted,
    ]);
  });
  it.each([
    ['plimsoll.json', '{"a" 1}', 'plimsoll.json:1:6: is not valid JSON: a colon is missing here.'],
    ['plimsoll.json', '{"preset": strict}', 'plimsoll.json:1:12: is not valid JSON: this is no value; texts stand in double quotes.'],
    ['plimsoll.json', '', 'plimsoll.json:1:1: is not valid JSON: a value is missing here.'],
    ['plimsoll.json', '[]', 'plimsoll.json:1:1: a configuration is a table of keys.'],
    ['plimsoll.json', '{"ignore": [], "ignore": []}', 'plimsoll.json:1:16: has the key `ignore` twice.'],
    [
      'plimsoll.json',
      '\xef\xbb\xbf{"ignore": 1}'.replace('\xef\xbb\xbf', '\ufeff'),
      'plimsoll.json:1:12: `ignore` is a list of rules and families: write it in brackets.',
    ],
    ['package.json', '{"plimsoll": {"prest": 1}}', 'package.json:1:15: there is no key `prest`. Did you mean `preset`?'],
    ['pyproject.toml', 'a = \n[tool.plimsoll]\n', 'pyproject.toml:1:5: is not valid TOML: '],
    ['pyproject.toml', '[tool]\nplimsoll = 3\n', 'pyproject.toml:2:12: a configuration is a table of keys.'],
  ])('%s: %j', async (name, text, expected) => {
    write(name, text);
    expect((await problemsOf())[0]?.slice(0, expected.length)).toBe(expected);
  });
  it('a broken file of another tool that says nothing of plimsoll is none of our business', async () => {
    write('pyproject.toml', 'a = \n');
    write('package.json', '{,');
    expect(await found()).toHaveLength(2);
  });
  it('once for all its files, and the others are linted', async () => {
    write('a/plimsoll.json', '{"presets": 1}');
    for (const name of ['a/1.Dockerfile', 'a/2.Dockerfile', 'a/b/3.Dockerfile']) write(name, DOCKERFILE);
    const { code, stdout, stderr } = await run(['--format', 'json']);
    expect(code).toBe(2);
    expect((JSON.parse(stdout) as unknown[]).length).toBe(2);
    expect(stderr).toBe(
      'plimsoll: a/plimsoll.json:1:2: there is no key `presets`. Did you mean `preset`?\nplimsoll: 3 files were not linted because of that.\n',
    );
  });
  it('ends the run where it was to be for all', async () => {
    write('ci.json', '{"presets": 1, "a": 2}');
    expect(await run(['--config', 'ci.json'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `plimsoll: ci.json:1:2: there is no key \`presets\`. Did you mean \`preset\`?\nplimsoll: ci.json:1:16: there is no key \`a\`. The keys are ${KEYS.map(({ name }) => `\`${name}\``).join(', ')}.\n`,
    });
    expect((await run(['--config', 'missing.json'])).stderr).toBe('plimsoll: missing.json: does not exist.\n');
    expect((await run(['--config', '.git'])).stderr).toBe('plimsoll: .git: is a directory. Name the file in it.\n');
    write('pyproject.toml', '[project]\n');
    expect((await run(['--config', 'pyproject.toml'])).stderr).toBe(
      'plimsoll: pyproject.toml: has no table [tool.plimsoll], so it configures nothing.\n',
    );
  });
  it('however deep it is nested', () => {
    const deep = `${'['.repeat(100_000)}`;
    expect(readConfiguration(deep, 'own', rules)?.problems[0]?.message).toBe('is nested deeper than 100 levels.');
  });
  it('a file that may not be read', async () => {
    write('plimsoll.json', '{}');
    chmodSync(path.join(cwd, 'plimsoll.json'), 0);
    const { stderr } = await run([]);
    if (process.getuid?.() !== 0) expect(stderr).toContain('plimsoll.json: cannot be read: permission denied.');
  });
});

describe('extends', () => {
  it('lets the file go before what it extends, and the later before the earlier', async () => {
    write(
      'a.json',
      '{"preset": "all", "fail-on": "info", "rules": {"root-user": "error", "base-image-unpinned": {"allowed-images": ["x"]}}}',
    );
    write('b.json', '{"fail-on": "never", "rules": {"root-user": {"accepted-users": ["root"]}}}');
    write('plimsoll.json', '{"extends": ["a.json", "b.json"], "rules": {"base-image-unpinned": {"severity": "info"}}}');
    const printed = JSON.parse((await run(['--print-config', 'Dockerfile'])).stdout) as { settings: Record<string, unknown> };
    expect(printed.settings).toMatchObject({
      preset: { value: 'all', from: 'a.json:1:2' },
      'fail-on': { value: 'never', from: 'b.json:1:2' },
      rules: {
        value: {
          'root-user': { severity: 'error', 'accepted-users': ['root'] },
          'base-image-unpinned': { severity: 'info', 'allowed-images': ['x'] },
        },
        from: 'plimsoll.json:1:35, b.json:1:22, a.json:1:38',
      },
    });
  });
  it('reads globs where they are written', async () => {
    write('shared/plimsoll.json', '{"exclude": ["a"]}');
    write('x/plimsoll.json', '{"extends": "../shared/plimsoll.json"}');
    write('x/a/Dockerfile', DOCKERFILE);
    write('shared/a/Dockerfile', DOCKERFILE);
    expect(await found('x', 'shared')).toHaveLength(2);
  });
  it.each([
    ['{"extends": "plimsoll.json"}', 'plimsoll.json:1:2: `extends` goes round in circles: plimsoll.json → plimsoll.json.'],
    ['{"extends": "b.json"}', 'b.json:1:2: `extends` goes round in circles: plimsoll.json → b.json → plimsoll.json.'],
    ['{"extends": "c.json"}', 'c.json:1:2: there is no key `quux`.'],
    ['{"extends": "none.json"}', 'plimsoll.json:1:2: `extends` names none.json, which does not exist.'],
    ['{"extends": "."}', 'plimsoll.json:1:2: `extends` names ., which is a directory. Name the file in it.'],
    ['{"extends": "pyproject.toml"}', 'pyproject.toml: has no table [tool.plimsoll], so it configures nothing.'],
  ])('%s', async (text, expected) => {
    write('plimsoll.json', text);
    write('b.json', '{"extends": ["plimsoll.json"]}');
    write('c.json', '{"quux": 1}');
    write('pyproject.toml', '[project]\n');
    const { code, stderr } = await run([]);
    expect([code, stderr.slice(0, expected.length + 10)]).toEqual([2, `plimsoll: ${expected}`]);
  });
  it('ends somewhere', async () => {
    for (let i = 0; i < 30; i++) write(`${i}.json`, `{"extends": "${i + 1}.json"}`);
    write('30.json', '{}');
    expect((await run(['-c', '0.json'])).stderr).toContain('`extends` leads through more than 20 files.');
    expect((await run(['-c', '15.json'])).stderr).toBe('');
    for (let i = 0; i < 18; i++) write(`${i}.json`, `{"extends": ["${i + 1}.json", "${i + 1}.json"], "rules": {"root-user": "error"}}`);
    for (const last of ['{}', '{"a": 1}']) {
      write('18.json', last);
      const { code, stderr } = await run(['-c', '0.json', '--fail-on', 'never']);
      expect([code, stderr.split('\n').length - 1]).toEqual(last === '{}' ? [0, 0] : [2, 1]);
    }
  });
});

describe('--print-config', () => {
  it('says what holds and where it comes from', async () => {
    write(
      'plimsoll.json',
      '{\n  "ignore": ["apt"],\n  "select": ["security"],\n  "exclude": ["dev"],\n  "rules": {"root-user": {"severity": "error", "accepted-users": ["root"]}}\n}\n',
    );
    const { code, stdout, stderr } = await run(['--print-config', 'dev/Dockerfile', '--ignore', 'secret-literal', '--fail-on', 'info']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      file: 'dev/Dockerfile',
      configuration: 'plimsoll.json',
      excluded: true,
      settings: {
        preset: { value: 'recommended', from: 'default' },
        select: { value: ['security'], from: 'plimsoll.json:3:3' },
        ignore: { value: ['apt', 'secret-literal'], from: 'plimsoll.json:2:3, command line' },
        rules: { value: { 'root-user': { severity: 'error', 'accepted-users': ['root'] } }, from: 'plimsoll.json:5:3' },
        'per-file-ignores': { value: {}, from: 'default' },
        exclude: { value: ['dev'], from: 'plimsoll.json:4:3' },
        'fail-on': { value: 'info', from: 'command line' },
        target: { value: null, from: 'default' },
        'require-suppression-reason': { value: false, from: 'default' },
        extends: { value: null, from: 'default' },
      },
      enabled: {
        'credential-in-url': { severity: 'error' },
        'root-user': { severity: 'error', options: { 'accepted-users': ['root'], 'non-root-images': [] } },
        'secret-file-copied': { severity: 'error' },
        'secret-in-env-or-arg': { severity: 'error', options: { 'secret-names': [], 'harmless-names': [] } },
        'syntax-error': { severity: 'error' },
      },
    });
    expect(stdout).toContain('\n    "select": {"value":["security"],"from":"plimsoll.json:3:3"},\n');
  });
  it('without a configuration, with a broken one, with paths', async () => {
    const { stdout } = await run(['--print-config', 'Dockerfile', '--preset', 'strict']);
    expect(JSON.parse(stdout)).toMatchObject({ configuration: null, settings: { preset: { value: 'strict', from: 'command line' } } });
    expect((await run(['--print-config', 'Dockerfile', 'Dockerfile'])).code).toBe(2);
    for (const [idle, ...value] of [
      ['--fix'],
      ['--no-fix', '--diff'],
      ['--output-file', 'x'],
      ['--format', 'sarif'],
      ['--baseline', 'x'],
    ]) {
      const { code, stdout, stderr } = await run(['--print-config', 'Dockerfile', idle ?? '', ...value]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^plimsoll: --print-config prints the settings of one file, and does nothing else: leave out --/);
    }
    expect((await run(['--print-config', '.'])).stderr).toContain('--print-config .: that is a directory.');
    write('plimsoll.json', '{"a": 1}');
    expect(await run(['--print-config', 'Dockerfile'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('init', () => {
  const readsBack = async (): Promise<void> => {
    expect((await run(['--print-config', 'Dockerfile'])).code).toBe(0);
  };
  it('writes plimsoll.json with the defaults', async () => {
    const { code, stdout } = await run(['init']);
    expect([code, stdout]).toEqual([0, 'Wrote plimsoll.json.\n']);
    expect(read('plimsoll.json')).not.toContain('$schema');
    await readsBack();
    expect(await found()).toHaveLength(2);
  });
  it('names the schema where there is one', async () => {
    write('node_modules/plimsoll/dist/schema.json', '{}');
    await run(['init', '--json']);
    expect(read('plimsoll.json')).toContain('  "$schema": "./node_modules/plimsoll/dist/schema.json",\n');
    await readsBack();
  });
  it.each(['\n', '\r\n'])('adds to pyproject.toml and changes nothing of it (%j)', async (lineEnd) => {
    const before = ['[project] # a', 'name = "x"  ', '', '[tool.ruff]', "a = 'b'"].join(lineEnd);
    write('pyproject.toml', before);
    chmodSync(path.join(cwd, 'pyproject.toml'), 0o640);
    expect((await run(['init'])).stdout).toBe('Added [tool.plimsoll] to pyproject.toml.\n');
    const after = read('pyproject.toml');
    expect(after.startsWith(`${before}${lineEnd}${lineEnd}[tool.plimsoll]${lineEnd}`)).toBe(true);
    expect(after.replaceAll('\r\n', '').includes('\r')).toBe(false);
    expect(after.includes('\r\n') === (lineEnd === '\r\n')).toBe(true);
    expect(statSync(path.join(cwd, 'pyproject.toml')).mode & 0o777).toBe(0o640);
    await readsBack();
  });
  it('writes where it is told to', async () => {
    write('pyproject.toml', '[project]\nname = "x"\n');
    await run(['init', '--json']);
    expect(read('pyproject.toml')).toBe('[project]\nname = "x"\n');
    await readsBack();
  });
  it('overwrites nothing', async () => {
    write('.plimsoll.json', '{"broken": 1}');
    for (const flag of ['--json', '--pyproject']) {
      expect(await run(['init', flag])).toMatchObject({
        code: 2,
        stderr: 'plimsoll: .plimsoll.json configures plimsoll already. Change that, or remove it first.\n',
      });
    }
    expect(existsSync(path.join(cwd, 'plimsoll.json'))).toBe(false);
  });
  it('refuses what cannot be meant', async () => {
    expect((await run(['init', '--json', '--pyproject'])).stderr).toContain('choose one of the two');
    expect((await run(['init', '--pyproject'])).stderr).toBe('plimsoll: pyproject.toml cannot be read: it does not exist.\n');
    expect((await run(['init', '--from-hadolint'])).stderr).toContain('there is no .hadolint.yaml or .hadolint.yml here');
    write('pyproject.toml', 'tool = 3\n');
    expect((await run(['init'])).stderr).toContain(
      'pyproject.toml:3:2: with a table [tool.plimsoll] at its end the file is not valid TOML: ',
    );
    expect(read('pyproject.toml')).toBe('tool = 3\n');
    const latin = Buffer.from('[project]\nname = "caf\u00e9"\n', 'latin1');
    writeFileSync(path.join(cwd, 'pyproject.toml'), latin);
    expect((await run(['init'])).stderr).toContain('pyproject.toml:2:12: is not UTF-8');
    expect(readFileSync(path.join(cwd, 'pyproject.toml'))).toEqual(latin);
    write('pyproject.toml', 'tool = 3\n');
    expect((await run(['init', '--json', '--from-hadolint', 'pyproject.toml'])).code).toBe(2);
  });
  it.each(['--json', '--pyproject'])('takes over what hadolint was told (%s)', async (flag) => {
    write('pyproject.toml', '');
    write(
      '.hadolint.yaml',
      'ignored: [DL3008, DL3042, SC2086, DL3006]\noverride:\n  error: [DL3002]\n  style: [DL3009, DL3002]\nfailure-threshold: error\ntrustedRegistries: [docker.io]\nformat: tty\nstrict-labels: true\nfoo: 1\n',
    );
    const { code, stdout } = await run(['init', flag, '--from-hadolint']);
    expect([code, stdout]).toEqual([
      0,
      `${flag === '--json' ? 'Wrote plimsoll.json' : 'Added [tool.plimsoll] to pyproject.toml'} with what .hadolint.yaml says.
  ignored DL3042: ignore pip-no-cache
  ignored DL3006: ignore base-image-unpinned, which also reports what DL3007 does
  override.error DL3002: rules.root-user error
  override.style DL3009: rules.apt-no-cleanup info
  failure-threshold error: fail-on error
Without a counterpart:
  DL3008: plimsoll has no rule that means the same
  SC2086: a rule of ShellCheck, which plimsoll does not run
  trustedRegistries (DL3026): no rule of plimsoll says which registries images may come from
  format tty: plimsoll takes that on the command line, --format text
  strict-labels: plimsoll has no rules about labels
  foo: hadolint has no such key
`,
    ]);
    const printed = JSON.parse((await run(['--print-config', 'Dockerfile'])).stdout) as { settings: Record<string, { value: unknown }> };
    expect(printed.settings['ignore']?.value).toEqual(['pip-no-cache', 'base-image-unpinned']);
    expect(printed.settings['rules']?.value).toEqual({ 'root-user': 'error', 'apt-no-cleanup': 'info' });
    expect(printed.settings['fail-on']?.value).toBe('error');
  });
  it('knows every key and level of hadolint', () => {
    const convert = (text: string) => convertedFromHadolint(text, rules);
    expect(convert('no-fail: true\nfailure-threshold: error')).toMatchObject({ settings: { 'fail-on': 'never' } });
    expect(convert('failure-threshold: error\nno-fail: true')).toMatchObject({ settings: { 'fail-on': 'never' } });
    expect(convert('failure-threshold: none')).toMatchObject({ settings: { 'fail-on': 'never' } });
    expect(convert('failure-threshold: style')).toMatchObject({ settings: { 'fail-on': 'info' } });
    expect(convert('failure-threshold: quux')).toMatchObject({
      settings: {},
      left: ['failure-threshold quux: hadolint has no such threshold'],
    });
    expect(convert('ignored: DL3042\noverride: {info: [DL3042]}')).toMatchObject({ settings: { ignore: ['pip-no-cache'] } });
    expect(
      convert('no-color: true\nverbose: true\ndisable-ignore-pragma: true\nlabel-schema: {a: text}\nformats: [gnu, json]'),
    ).toMatchObject({ settings: {} });
    const left = (text: string) => (convert(text) as { readonly left: readonly string[] }).left;
    expect(left('ignored: {a: b}\noverride: {ignore: [DL3002], error: {a: b}}\nno-fail: yes\nstrict-labels: "true"\nverbose:')).toEqual([
      'ignored: no list of rules',
      'override.ignore: hadolint has no such severity',
      'override.error: no list of rules',
      'no-fail: neither true nor false',
      'strict-labels: neither true nor false',
    ]);
    expect(left('override: [DL3002, DL3002]\nignored: [DL9999, DL9999]')).toEqual([
      'override: no table of severities',
      'DL9999: plimsoll has no rule that means the same',
    ]);
    expect(convert('constructor: 1\nfailure-threshold: toString\nformat: valueOf')).toMatchObject({ settings: {}, taken: [] });
    expect(convert('')).toEqual({ settings: {}, taken: [], left: [] });
    expect(convert('- a')).toBe('is no table of keys.');
    expect(convert('a: [')).toContain('is not valid YAML');
  });
});

describe('the library', () => {
  it('reads configuration when it is asked to', () => {
    write('plimsoll.json', '{"ignore": ["root-user"], "rules": {"own": "error"}}');
    const file = path.join(cwd, 'Dockerfile');
    const ids = (options: Parameters<typeof lintFiles>[1]): string[] =>
      lintFiles([file], options).files.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId));
    expect(ids({})).toHaveLength(2);
    const own: Rule = { ...(rules.find(({ id }) => id === 'root-user') as Rule), id: 'own' };
    expect(ids({ config: true, extraRules: [own] })).toEqual(['own', 'env-legacy-syntax']);
    expect(lintFiles([file], { config: true, extraRules: [own] }).rules.find(({ id }) => id === 'own')?.severity).toBe('error');
    expect(ids({ extraRules: [own], ignore: ['own'] })).not.toContain('own');
    // Without the rule of one's own its name is a mistake.
    const { failures, files } = lintFiles([file, file], { config: true });
    expect([files, failures.map(({ message }) => message)]).toEqual([[], ['there is no rule `own`. Run `plimsoll rules` for the list.']]);
    write('other.json', '{"select": ["env-legacy-syntax"]}');
    expect(ids({ config: path.join(cwd, 'other.json') })).toEqual(['env-legacy-syntax']);
    expect(() => lintFiles([file], { config: path.join(cwd, 'missing.json') })).toThrow('does not exist');
    expect(
      lintText('FROM acme/x\n', {
        select: ['base-image-unpinned'],
        ruleOptions: { 'base-image-unpinned': { 'allowed-images': ['acme/*'] } },
      }).findings,
    ).toEqual([]);
  });
});

describe('options of rules', () => {
  for (const rule of rules) {
    const examples = (documentation[rule.id]?.examples ?? []).filter(({ options }) => options !== undefined);
    for (const name of Object.keys(rule.options ?? {})) {
      it(`${rule.id}: an example depends on ${name}`, () => {
        const example = examples.find(({ options }) => options?.[name] !== undefined);
        if (example?.options === undefined) throw new Error('there is none');
        const reported = (options: Readonly<Record<string, readonly string[]>>): number =>
          lint(sourceFromText(example.compose === undefined ? 'Dockerfile' : 'compose.yaml', exampleText(example)), {
            select: [rule.id],
            ruleOptions: new Map([[rule.id, options]]),
          }).findings.length;
        expect(reported(example.options)).not.toBe(reported({}));
      });
      it(`${rule.id}: ${name} explains itself`, () => {
        const { default: values, description } = rule.options?.[name] ?? { default: ['?'], description: '' };
        expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
        expect(description).toMatch(/^[A-Z].*[.:`]$/);
        expect(values).toEqual([]);
      });
    }
  }
  it('also say what is secret where the rule is off', () => {
    const text = 'FROM a:1\nENV ACME_PIN=kolibri-7-wolke\n';
    const ruleOptions = new Map([['secret-in-env-or-arg', { 'secret-names': ['acme_*'] }]]);
    expect(lint(text, { select: [], ruleOptions }).secrets).toHaveLength(1);
    expect(lint(text, { select: [] }).secrets).toHaveLength(0);
  });
  it('match names as a whole', () => {
    for (const [pattern, yes, no] of [
      ['a*c', ['ac', 'abc', 'AbBc'], ['abcd', 'xac', '']],
      ['*a*b*', ['ab', 'xaxbx'], ['ba', 'a']],
      ['?b', ['ab'], ['b', 'aab']],
      ['', [''], ['a']],
      ['a*a', ['aa', 'aba'], ['a']],
    ] as const) {
      for (const text of yes) expect([pattern, text, isNamedBy([pattern], text)]).toEqual([pattern, text, true]);
      for (const text of no) expect([pattern, text, isNamedBy([pattern], text)]).toEqual([pattern, text, false]);
    }
    const image = (text: string, ...patterns: string[]): boolean => {
      const reference = parseImageReference(text);
      return reference !== undefined && isImageNamedBy(patterns, reference);
    };
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(image('python', 'python')).toBe(true);
    expect(image('python:latest', 'python')).toBe(true);
    expect(image(`acme/x:1@${digest}`, 'acme/x')).toBe(true);
    expect(image(`acme/x@${digest}`, 'acme/x')).toBe(true);
    expect(image('acme/x', 'docker.io/acme/*')).toBe(true);
    expect(image('acme/x:2', '*:2')).toBe(true);
    expect(image('acme/xy:2', 'acme/x')).toBe(false);
    expect(image('registry.acme.com:5000/a/b', 'registry.acme.com:5000/*')).toBe(true);
    expect(image('python')).toBe(false);
  });
});

describe('the schema', () => {
  const schema = configurationSchema(rules);
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  const isValid = ajv.compile(schema);

  it('is what the table of keys and the rules give (npm run docs)', () => {
    expect(readFileSync(path.join(root, 'src/config/schema.json'), 'utf8')).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });
  it('is a schema, with a description for every key', () => {
    expect(ajv.validateSchema(schema)).toBe(true);
    const undescribed: string[] = [];
    const visit = (part: unknown, place: string): void => {
      if (typeof part !== 'object' || part === null) return;
      for (const [key, value] of Object.entries(part)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value as Record<string, { description?: string }>)) {
            if ((property.description ?? '').length < 10) undescribed.push(`${place}.${name}`);
          }
        }
        visit(value, `${place}.${key}`);
      }
    };
    visit(schema, '');
    expect(undescribed).toEqual([]);
  });
  it('accepts its own defaults', () => {
    const defaults = Object.fromEntries(KEYS.filter(({ byDefault }) => byDefault !== null).map(({ name, byDefault }) => [name, byDefault]));
    expect(isValid(defaults)).toBe(true);
    expect(readConfiguration(JSON.stringify(defaults), 'own', rules)?.problems).toEqual([]);
  });

  const names = [...rules.map(({ id }) => id).slice(0, 6), 'apt', 'security', 'root-user', 'base-image-unpinned'];
  const odd = fc.constantFrom<unknown>(null, 0, 1.5, true, false, '', 'x', 'root-usr', [], {}, ['x'], [1], { a: 1 }, 'off', ' ');
  const mostly = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: odd });
  const list = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => mostly(fc.array(mostly(item), { maxLength: 3 }));
  const name = fc.constantFrom(...names);
  const globs = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('a/**', '*.x', 'dev', '/a/[a-c]?', './x', '**', 'ü', 'a b', '[^a]', '.') },
    { weight: 1, arbitrary: fc.constantFrom('{a}', '!a', '../a', 'a\\b', '[', '', 'a|b', '[]', '[a-]', '[^]', 'a/..', '..', 'a]', '^') },
    { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', '/', '.', '*', '[', ']', '-', '^', '!', '?'), maxLength: 6 }) },
  );
  const severity = fc.constantFrom('off', 'info', 'warning', 'error');
  const ruleOptions = fc.dictionary(
    fc.constantFrom('severity', 'allowed-images', 'accepted-users', 'non-root-images', 'quux', 'constructor', '__proto__'),
    fc.oneof(severity, list(fc.constantFrom('a', 'b/*'))),
    { maxKeys: 2 },
  );
  const value: Record<string, fc.Arbitrary<unknown>> = {
    $schema: fc.constant('./schema.json'),
    preset: fc.constantFrom('recommended', 'strict', 'all', 'stric'),
    select: list(name),
    ignore: list(name),
    rules: mostly(
      fc.dictionary(
        fc.oneof({ weight: 9, arbitrary: name }, fc.constantFrom('quux', '__proto__')),
        mostly(fc.oneof(severity, ruleOptions)),
        { maxKeys: 3 },
      ),
    ),
    'per-file-ignores': mostly(fc.dictionary(globs, list(name), { maxKeys: 2 })),
    exclude: list(globs),
    'fail-on': fc.constantFrom('error', 'warning', 'info', 'never', 'fatal'),
    target: fc.constantFrom('run', ''),
    'require-suppression-reason': fc.boolean(),
    extends: fc.oneof(fc.constant('a.json'), list(fc.constant('b.json'))),
    presets: fc.constant(1),
    constructor: fc.constant(1),
  };
  const settings = fc
    .uniqueArray(fc.constantFrom(...Object.keys(value)), { maxLength: 4 })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, mostly(value[key] ?? odd)]))));

  it('judges as the reader does', () => {
    let good = 0;
    let bad = 0;
    fc.assert(
      fc.property(mostly(settings), (configuration) => {
        const text = JSON.stringify(configuration);
        const problems = readConfiguration(text, 'own', rules)?.problems ?? [];
        const verdict = isValid(JSON.parse(text));
        if (verdict) good++;
        else bad++;
        if (verdict !== (problems.length === 0)) throw new Error(`${text}\n${JSON.stringify(problems)}\n${JSON.stringify(isValid.errors)}`);
        for (const { span, message } of problems) {
          expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
          expect(message).toMatch(/[.?]$/);
        }
      }),
      { numRuns: 2000, seed: 4 },
    );
    expect(Math.min(good, bad)).toBeGreaterThan(300);
  });
  it('and so is TOML read', () => {
    const plain = Object.fromEntries(Object.entries(value).filter(([key]) => key !== '$schema'));
    const tables = fc
      .uniqueArray(fc.constantFrom(...Object.keys(plain)), { maxLength: 4 })
      .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, plain[key] ?? odd]))));
    fc.assert(
      fc.property(tables, (configuration) => {
        const asJson = JSON.stringify(configuration);
        fc.pre(!asJson.includes('null') && !asJson.includes('__proto__'));
        const json = readConfiguration(asJson, 'own', rules);
        const asToml = readConfiguration(`[tool.plimsoll]\n${toml(configuration)}`, 'pyproject', rules);
        expect(asToml?.problems.map(({ message }) => message)).toEqual(json?.problems.map(({ message }) => message));
        expect(asToml?.settings).toEqual(json?.settings);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe('the built program', () => {
  const cli = path.join(root, 'dist/cli.cjs');
  const start = (args: readonly string[], env: Record<string, string> = {}): { status: number | null; stdout: string; stderr: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...env },
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr };
  };

  it('settles each file by itself, on one thread as on several', async () => {
    write('plimsoll.json', '{"per-file-ignores": {"*7.Dockerfile": ["root-user"]}}');
    write('a/pyproject.toml', '[tool.plimsoll]\nselect = ["root-user"]\n[tool.plimsoll.rules]\nroot-user = "error"\n');
    write('b/plimsoll.json', '{"quux": 1}');
    write('c/package.json', '{"plimsoll": {"preset": "all", "fail-on": "never"}}');
    for (let i = 0; i < 400; i++) write(`${['.', 'a', 'b', 'c/d'][i % 4]}/${i}.Dockerfile`, DOCKERFILE);
    const one = await run(['.', '-f', 'json']);
    expect((JSON.parse(one.stdout) as unknown[]).length).toBeGreaterThan(300);
    expect(one.stderr).toContain('100 files were not linted because of that.');
    const several = start(['.', '-f', 'json'], { NODE_DEBUG: 'worker' });
    if (availableParallelism() > 1) expect(several.stderr).toContain('created Worker');
    expect([several.status, several.stdout]).toEqual([one.code, one.stdout]);
    expect(several.stderr.split('\n').filter((line) => line.startsWith('plimsoll:'))).toEqual(one.stderr.trimEnd().split('\n'));
    // The rules of all configurations, also of those that only another thread has met.
    const rulesOf = (sarif: string): string[] =>
      (JSON.parse(sarif) as { runs: { tool: { driver: { rules: { id: string }[] } } }[] }).runs[0]?.tool.driver.rules.map(({ id }) => id) ??
      [];
    expect(rulesOf(start(['.', '-f', 'sarif']).stdout)).toEqual(rules.map(({ id }) => id));
    expect(rulesOf(start(['a', '-f', 'sarif']).stdout).sort()).toEqual(['root-user', 'syntax-error']);
  }, 60_000);
  it('says what is wrong wherever that is found', () => {
    write('.hadolint.yaml', 'ignored: [DL3042]\n');
    expect(start(['init', '--json', '--pyproject'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'plimsoll: --pyproject and --json: choose one of the two.\n',
    });
    expect(start(['init', '--from-hadolint']).stdout).toContain('ignore pip-no-cache');
    expect(start(['init'])).toMatchObject({
      status: 2,
      stderr: 'plimsoll: plimsoll.json configures plimsoll already. Change that, or remove it first.\n',
    });
    expect(start(['--print-config', 'Dockerfile']).stdout).toContain('"ignore": {"value":["pip-no-cache"],"from":"plimsoll.json:');
    write('pyproject.toml', '[tool.plimsoll]\na = 1\n');
    expect(start(['-c', 'pyproject.toml'])).toMatchObject({ status: 2, stdout: '' });
    expect(start(['--no-config']).status).toBe(1);
  });
  it('keeps what reads configurations out of what every run loads', () => {
    const hot = readFileSync(path.join(root, 'dist/program.cjs'), 'utf8');
    expect(hot).toContain('configures plimsoll as well');
    for (const text of ['is not valid JSON', 'is not valid TOML', 'there is no key', 'hadolint has no such'])
      expect(hot).not.toContain(text);
  });
});

describe('JSON', () => {
  it('knows where everything stands', () => {
    const text = '{ // c\n "a": [1, "b\\n", null], /* d */ "é": {"x": true,},\n}';
    const { root: node, problems } = readJson(text);
    expect(problems).toEqual([]);
    const places: unknown[] = [];
    const visit = (each: typeof node): void => {
      if (each === undefined) return;
      if (each.kind === 'scalar')
        places.push([
          each.value,
          text.slice(each.span.start, each.span.end),
          each.verbatim && text.slice(each.verbatim.start, each.verbatim.end),
        ]);
      if (each.kind === 'list') each.items.forEach(visit);
      if (each.kind !== 'map') return;
      for (const { key, keySpan, value } of each.entries.values()) {
        places.push([key, text.slice(keySpan.start, keySpan.end)]);
        visit(value);
      }
    };
    visit(node);
    expect(places).toEqual([
      ['a', '"a"'],
      [1, '1', '1'],
      ['b\n', '"b\\n"', undefined],
      [null, 'null', 'null'],
      ['é', '"é"'],
      ['x', '"x"'],
      [true, 'true', 'true'],
    ]);
  });
  it('never throws, and stays inside the text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', 'a', '1', '\\', '/', '*', '\n', ' ', 'true', '\u0000', '-', 'e'),
        }),
        (text) => {
          for (const { span } of readJson(text).problems)
            expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
        },
      ),
    );
  });
  it('agrees with JSON.parse on what is JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readJson(text).problems.filter(({ message }) => !message.includes('twice'))).toEqual([]);
      }),
    );
  });
});
