/**
 * Paths of Windows, where there is none: plimsoll's own modules run with `path.win32` in the place of node:path, and with a file
 * system that has the drives C: and D: in two directories of this machine. What is proved so is what plimsoll does with paths;
 * what Windows does with them (case, short names, locks) is not.
 */
import { tmpdir } from 'node:os';
import type { Options } from 'fast-glob';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readGlobs } from '../src/config/globs.js';
import { fileOf, uriOf } from '../src/lsp/uris.js';
import { repositoryPath, repositoryUri } from '../src/reporters/paths.js';
import { DiskTree } from '../src/source/file-tree.js';
import { runProgram } from './run-program.js';

/** Where the drives are; `real` and `windows` translate. Hoisted, as the mocks below are. */
const drives = vi.hoisted(() => ({
  root: '',
  real(file: string): string {
    const [, drive, rest] = /^([A-Za-z]):([\\/].*)?$/.exec(file) ?? [];
    return drive === undefined ? file : `${this.root}/${drive.toLowerCase()}${(rest ?? '').replaceAll('\\', '/')}`;
  },
  windows(file: string): string {
    const below = file.slice(this.root.length + 1);
    return `${below.slice(0, 1).toUpperCase()}:${below.slice(1).replaceAll('/', '\\') || '\\'}`;
  },
}));

vi.mock('node:path', async (original) => {
  const { win32 } = (await original()) as typeof import('node:path');
  return { ...win32, default: win32 };
});

vi.mock('node:fs', async (original) => {
  const fs = (await original()) as typeof import('node:fs');
  type Call = (...words: unknown[]) => unknown;
  const translated =
    (call: Call): Call =>
    (...words) =>
      call(...words.map((word) => (typeof word === 'string' ? drives.real(word) : word)));
  const calls = Object.entries(fs).filter((entry): entry is [string, Call] => /Sync$/.test(entry[0]));
  // The text of a file is no path.
  const writeFileSync: typeof fs.writeFileSync = (file, ...rest) =>
    fs.writeFileSync(typeof file === 'string' ? drives.real(file) : file, ...rest);
  const realpath = (file: string): string => drives.windows(fs.realpathSync.native(drives.real(file)));
  const realpathSync = Object.assign((file: string) => realpath(file), { native: realpath });
  return { ...fs, ...Object.fromEntries(calls.map(([name, call]) => [name, translated(call)])), writeFileSync, realpathSync };
});

/** As it is on Windows: what it finds is absolute, has the drive that it was sent to, and forward slashes. */
vi.mock('fast-glob', async (original) => {
  const { default: fastGlob } = (await original()) as { default: typeof import('fast-glob') };
  const sync = (patterns: readonly string[], options?: Options): string[] =>
    fastGlob
      .sync(
        patterns.map((pattern) => drives.real(pattern)),
        { ...options, cwd: drives.real(options?.cwd ?? '') },
      )
      .map((file) => drives.windows(String(file)).replaceAll('\\', '/'));
  return { default: { sync } };
});

const real = await vi.importActual<typeof import('node:fs')>('node:fs');

const put = (file: string, text: string): void => {
  const at = drives.real(file);
  real.mkdirSync(at.slice(0, at.lastIndexOf('/')), { recursive: true });
  real.writeFileSync(at, text);
};
const read = (file: string): string => real.readFileSync(drives.real(file), 'utf8');

const DOCKERFILE = 'FROM python:3.13-slim-trixie\nRUN pip install pandas==2.3.3\nENV A 1\n';
const RULES = ['--select', 'pip-no-cache,env-legacy-syntax'];

beforeAll(() => {
  drives.root = real.realpathSync(real.mkdtempSync(`${tmpdir()}/plimsoll-windows-`));
});
beforeEach(() => {
  for (const drive of ['c', 'd']) real.rmSync(`${drives.root}/${drive}`, { recursive: true, force: true });
  put('C:\\repo\\.git\\HEAD', '');
  put('C:\\repo\\sub\\Dockerfile', DOCKERFILE);
  put('D:\\other\\Dockerfile', DOCKERFILE);
});
afterAll(() => real.rmSync(drives.root, { recursive: true, force: true }));

/** Runs the program and returns its report of `--format json`. */
async function found(cwd: string, ...args: string[]): Promise<readonly { path: string; ruleId: string }[]> {
  const { stdout, stderr } = await runProgram(cwd, [...args, '--format', 'json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { path: string; ruleId: string }[];
}

/** Which of the two rules speak; the command line selects none, because that would go before what a configuration says. */
const idsOf = (findings: readonly { ruleId: string }[]): string[] =>
  findings.map(({ ruleId }) => ruleId).filter((id) => ['pip-no-cache', 'env-legacy-syntax'].includes(id));
const pathsOf = (findings: readonly { path: string }[]): string[] => findings.map(({ path }) => path);

describe('arguments', () => {
  it.each([
    'sub\\Dockerfile',
    'sub/Dockerfile',
    '.\\sub\\..\\sub\\Dockerfile',
    'C:\\repo\\sub\\Dockerfile',
    'c:/repo/sub/Dockerfile',
    '\\repo\\sub\\Dockerfile',
    'sub',
    'sub\\',
    '.',
    'sub\\*file',
    'sub/*file',
    'C:\\repo\\s*\\Dockerfile',
  ])('%s is sub/Dockerfile in the report', async (argument) => {
    expect(pathsOf(await found('C:\\repo', argument, ...RULES))).toEqual(['sub/Dockerfile', 'sub/Dockerfile']);
  });
  it('that name a file twice, and a search that finds it, lint it once', async () => {
    const findings = await found('C:\\repo', 'sub\\Dockerfile', '.', 'C:/repo/sub/Dockerfile', 'sub\\*file', ...RULES);
    expect(findings).toHaveLength(2);
  });
  it('may lead up, and to another drive', async () => {
    expect(pathsOf(await found('C:\\repo\\sub', '..\\sub\\Dockerfile', ...RULES))[0]).toBe('Dockerfile');
    expect(pathsOf(await found('C:\\repo\\.git', '..\\sub\\Dockerfile', ...RULES))[0]).toBe('C:/repo/sub/Dockerfile');
    put('C:\\repo\\..data\\Dockerfile', DOCKERFILE);
    expect(pathsOf(await found('C:\\repo', '..data', ...RULES))[0]).toBe('..data/Dockerfile');
    expect(pathsOf(await found('C:\\repo', 'D:\\other', ...RULES))).toEqual(['D:/other/Dockerfile', 'D:/other/Dockerfile']);
  });
  it('that are not there get a near name', async () => {
    const { code, stderr } = await runProgram('C:\\repo', ['sub\\Dockrfile']);
    expect([code, stderr]).toEqual([2, 'plimsoll: sub\\Dockrfile: does not exist. Did you mean Dockerfile?\n']);
  });
});

describe('standard input', () => {
  const stdin = async (name: string, ...args: string[]) => {
    const { stdout } = await runProgram('C:\\repo', ['-', '--stdin-filename', name, '--format', 'json', ...args], {
      stdin: DOCKERFILE,
    });
    return JSON.parse(stdout) as { path: string; ruleId: string }[];
  };
  it.each([
    ['sub\\Dockerfile', 'sub/Dockerfile'],
    ['C:\\repo\\sub\\Dockerfile', 'C:/repo/sub/Dockerfile'],
  ])('called %s is %s, with the configuration of that place', async (name, shown) => {
    expect(new Set(pathsOf(await stdin(name)))).toEqual(new Set([shown]));
    expect(idsOf(await stdin(name))).toEqual(['pip-no-cache', 'env-legacy-syntax']);
    put('C:\\repo\\sub\\plimsoll.json', '{ "ignore": ["pip-no-cache"] }');
    expect(idsOf(await stdin(name))).toEqual(['env-legacy-syntax']);
    put('C:\\repo\\sub\\plimsoll.json', '{ "exclude": ["Dockerfile"] }');
    expect(await stdin(name, '--force-exclude')).toEqual([]);
  });
});

describe('configuration', () => {
  it('is searched up to the root of the repository, and of the drive', async () => {
    put('C:\\plimsoll.json', '{ "ignore": ["pip-no-cache"] }');
    expect(idsOf(await found('C:\\repo', 'sub'))).toHaveLength(2);
    put('C:\\repo\\pyproject.toml', '[tool.plimsoll]\nignore = ["env-legacy-syntax"]\n');
    expect(idsOf(await found('C:\\repo', 'sub'))).toEqual(['pip-no-cache']);
    put('D:\\plimsoll.json', '{ "ignore": ["pip-no-cache"] }');
    expect(idsOf(await found('C:\\repo', 'D:\\other'))).toEqual(['env-legacy-syntax']);
  });
  it('may be named and extended with either slash', async () => {
    put('C:\\repo\\conf\\mine.json', '{ "extends": ["..\\\\base\\\\plimsoll.json"] }');
    put('C:\\repo\\base\\plimsoll.json', '{ "ignore": ["pip-no-cache"] }');
    for (const name of ['conf\\mine.json', 'conf/mine.json', 'C:\\repo\\conf\\mine.json'])
      expect(idsOf(await found('C:\\repo', 'sub', '--config', name))).toEqual(['env-legacy-syntax']);
  });
  it('has globs that fit', async () => {
    put('C:\\repo\\plimsoll.json', '{ "per-file-ignores": { "sub/**": ["pip-no-cache"] } }');
    expect(await found('C:\\repo', 'sub\\Dockerfile', ...RULES)).toHaveLength(1);
    expect(await found('C:\\repo\\sub', 'Dockerfile', ...RULES)).toHaveLength(1);
    put('C:\\repo\\plimsoll.json', '{ "exclude": ["sub/"] }');
    expect((await runProgram('C:\\repo', ['sub\\Dockerfile', '--force-exclude', ...RULES])).code).toBe(0);
    expect(await found('C:\\repo', 'sub\\Dockerfile', ...RULES, '--exclude', 'Docker*')).toHaveLength(2);
  });
  it('has globs that begin in a directory', () => {
    const globs = readGlobs(['sub/*.dockerfile', '/top'], 'C:\\repo');
    const files = [
      'C:\\repo\\sub\\a.dockerfile',
      'c:/repo/sub/a.dockerfile',
      'C:\\repo\\top',
      'C:\\repo\\sub\\top',
      'C:\\sub\\a.dockerfile',
      'D:\\top',
    ];
    expect(files.map(globs.match)).toEqual([true, true, true, false, false, false]);
  });
  it('asks for slashes in globs', async () => {
    const { code, stderr } = await runProgram('C:\\repo', ['--exclude', 'sub\\Dockerfile']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Write `/` between directories.')]);
  });
});

describe('reports', () => {
  it.each(['C:\\repo', 'c:\\repo\\', 'C:/repo', ''])(
    'name files from the root of the repository (GITHUB_WORKSPACE is %j)',
    async (workspace) => {
      const env = { GITHUB_WORKSPACE: workspace };
      const sarif = await runProgram('C:\\repo\\sub', ['--format', 'sarif', ...RULES], { env });
      expect([...new Set([...sarif.stdout.matchAll(/"uri": ?"([^"h][^"]*)"/g)].map(([, uri]) => uri))]).toEqual(['sub/Dockerfile']);
      const github = await runProgram('C:\\repo\\sub', ['--format', 'github', ...RULES], { env });
      expect(github.stdout).toContain('file=sub/Dockerfile,');
    },
  );
  it('have no backslash and no drive in the formats that machines read', async () => {
    const formats = ['gitlab', 'codeclimate', 'checkstyle', 'junit', 'rdjson', 'sonarqube', 'jsonl'];
    const args = formats.flatMap((each) => ['--format', `${each}=..\\${each}`]);
    expect((await runProgram('C:\\repo\\sub', [...args, ...RULES])).code).toBe(1);
    for (const each of formats) {
      const text = read(`C:\\repo\\${each}`);
      expect(text, each).toMatch(/[">](?:sub\/)?Dockerfile["<]/);
      expect(text, each).not.toMatch(/C:|\\\\/);
    }
    for (const each of ['gitlab', 'codeclimate']) expect(read(`C:\\repo\\${each}`)).toContain('"sub/Dockerfile"');
  });
  it('name files outside of it by their address', async () => {
    const { stdout } = await runProgram('C:\\repo', ['D:\\other', '--format', 'sarif', ...RULES]);
    expect(stdout).toContain('"file:///D:/other/Dockerfile"');
  });
  it('are written where they are wanted', async () => {
    put('C:\\repo\\out\\old', '');
    await runProgram('C:\\repo', ['sub', '--format', 'json', '--output-file', 'out\\report.json', ...RULES]);
    expect(JSON.parse(read('C:\\repo\\out\\report.json'))).toHaveLength(2);
    const { code, stderr } = await runProgram('C:\\repo', ['sub', '--output-file', 'C:/repo/sub/Dockerfile', ...RULES]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('the place of a Dockerfile')]);
  });
  it('turn paths into addresses', () => {
    const places = { root: 'C:/repo', cwd: 'C:/repo/my sub' };
    expect(repositoryPath('Dockerfile', places)).toBe('my sub/Dockerfile');
    expect(repositoryPath('c:/repo/x/Dockerfile', places)).toBe('x/Dockerfile');
    expect(repositoryUri('50%/Dockerfile', places)).toBe('my%20sub/50%25/Dockerfile');
    expect(repositoryUri('D:/a b/Dockerfile', places)).toBe('file:///D:/a%20b/Dockerfile');
  });
});

describe('the baseline', () => {
  it('has paths with slashes, and knows its files from wherever the run begins', async () => {
    await runProgram('C:\\repo', ['--write-baseline', ...RULES]);
    const { accepted } = JSON.parse(read('C:\\repo\\plimsoll-baseline.json')) as { accepted: readonly { path: string }[] };
    expect(pathsOf(accepted)).toEqual(['sub/Dockerfile', 'sub/Dockerfile']);
    expect(await found('C:\\repo', '--baseline', 'plimsoll-baseline.json', ...RULES)).toEqual([]);
    expect(await found('C:\\repo\\sub', 'Dockerfile', '--baseline', '..\\plimsoll-baseline.json', ...RULES)).toEqual([]);
  });
});

describe('the files around a Dockerfile', () => {
  it('are found, and named with slashes', async () => {
    put('C:\\repo\\sub\\Dockerfile', 'FROM python:3.13-slim-trixie\nCOPY req/base.txt .\nRUN pip install --no-cache-dir -r base.txt\n');
    put('C:\\repo\\sub\\req\\base.txt', 'pandas\n');
    expect(pathsOf(await found('C:\\repo', 'sub\\Dockerfile', '--select', 'requirements-file-unpinned'))).toEqual(['sub/req/base.txt']);
    expect(
      pathsOf(await found('C:\\repo', 'sub\\Dockerfile', '--context', '.\\sub', '--select', 'requirements-file-unpinned')),
    ).toHaveLength(1);
  });
  it('may be on another drive than the Dockerfile', async () => {
    put('C:\\repo\\sub\\Dockerfile', 'FROM python:3.13-slim-trixie\nCOPY base.txt .\nRUN pip install --no-cache-dir -r base.txt\n');
    put('D:\\data\\base.txt', 'pandas\n');
    const findings = await found('C:\\repo', 'sub\\Dockerfile', '--context', 'D:\\data', '--select', 'requirements-file-unpinned');
    expect(pathsOf(findings)).toEqual(['D:/data/base.txt']);
  });
  it('are mended in their places', async () => {
    put('C:\\repo\\sub\\Dockerfile', 'FROM python:3.13-slim-trixie\r\nRUN pip install pandas==2.3.3\r\nENV A 1\r\n');
    const { code } = await runProgram('C:\\repo', ['sub\\Dockerfile', '--fix', ...RULES]);
    expect([code, read('C:\\repo\\sub\\Dockerfile')]).toEqual([
      0,
      'FROM python:3.13-slim-trixie\r\nRUN pip install --no-cache-dir pandas==2.3.3\r\nENV A=1\r\n',
    ]);
  });
  it('end at the root of the tree, whatever the slash', () => {
    put('C:\\repo\\secret.txt', 'outside');
    put('C:\\repo\\sub\\data\\x.txt', 'inside');
    const tree = new DiskTree('C:\\repo\\sub', 'C:\\repo');
    expect(tree.read('data/x.txt')?.path).toBe('sub/data/x.txt');
    expect(tree.list('data').map(({ name }) => name)).toEqual(['x.txt']);
    const outside = [
      '../secret.txt',
      '..\\secret.txt',
      '..\\',
      '..',
      'data\\..\\..\\secret.txt',
      'C:/repo/secret.txt',
      'C:\\repo\\secret.txt',
      'C:secret.txt',
      '\\repo\\secret.txt',
      '//server/share',
      '\\\\?\\C:\\repo\\secret.txt',
    ];
    for (const file of outside) {
      expect(tree.entry(file), file).toBeUndefined();
      expect(tree.list(file), file).toEqual([]);
      expect(tree.read(file), file).toBeUndefined();
      expect(tree.link(file), file).toBeUndefined();
    }
  });
});

describe('the language server', () => {
  it.each([
    ['file:///c%3A/repo/my%20sub/Dockerfile', 'c:\\repo\\my sub\\Dockerfile'],
    ['file:///C:/repo/Dockerfile', 'C:\\repo\\Dockerfile'],
    ['file://server/share/Dockerfile', '\\\\server\\share\\Dockerfile'],
    ['untitled:Untitled-1', undefined],
  ])('reads %s as %s', (uri, file) => expect(fileOf(uri, true)).toBe(file));
  it('writes addresses that it can read', () => {
    for (const file of ['C:\\repo\\my sub\\50%\\Dockerfile', '\\\\server\\share\\Dockerfile'])
      expect(fileOf(uriOf(file, true), true)).toBe(file);
  });
});
