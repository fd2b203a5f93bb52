/** What editors rely on when they run the program at every change of a text: `plimsoll --stdin-filename NAME -`. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_SOURCE_BYTES } from '../src/source/source-file.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

const CLEAN = 'FROM python:3.13-slim-trixie\nENV A=1\n';
const WARNS = 'FROM python:3.13-slim-trixie\nENV A 1\n';
const MENDED = 'FROM python:3.13-slim-trixie\nENV A=1\n';
/** Nothing but these rules is asked, so that the tests stand still when rules are added. */
const SELECT = ['--select', 'env-legacy-syntax,syntax-error'];

let cwd = '';
const write = (name: string, content: string | Uint8Array): void => {
  mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
  writeFileSync(path.join(cwd, name), content);
};
const lint = (stdin: string | Uint8Array, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramOutcome> =>
  runProgram(cwd, [...SELECT, ...args, '-'], { ...options, stdin });

beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plimsoll-editors-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly ruleId: string;
}

/** How each format that editors read is read; whatever else is on standard output makes these throw. */
const READERS: Readonly<Record<string, (stdout: string) => readonly Place[]>> = {
  json: (stdout) => JSON.parse(stdout) as Place[],
  jsonl: (stdout) => linesOf(stdout).map((line) => JSON.parse(line) as Place),
  unix: (stdout) =>
    linesOf(stdout).map((line) => {
      const [, path = '', at, column, ruleId = ''] = /^(.+?):(\d+):(\d+): (?:error|warning|info) .+ \[([a-z0-9-]+)\]$/.exec(line) ?? [];
      if (at === undefined) throw new Error(`no problem matcher would read ${line}`);
      return { path, line: Number(at), column: Number(column), ruleId };
    }),
  sarif: (stdout) =>
    (JSON.parse(stdout) as Sarif).runs.flatMap(({ results }) =>
      results.map(({ ruleId, locations: [{ physicalLocation }] }) => ({
        path: decodeURIComponent(physicalLocation.artifactLocation.uri),
        line: physicalLocation.region.startLine,
        // Without one it is the whole line.
        column: physicalLocation.region.startColumn ?? 1,
        ruleId,
      })),
    ),
};

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly locations: readonly [
        {
          readonly physicalLocation: {
            readonly artifactLocation: { readonly uri: string };
            readonly region: { readonly startLine: number; readonly startColumn?: number };
          };
        },
      ];
    }[];
  }[];
}

/** The lines of a text that is empty or ends in a line feed. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

const NAME = 'no such folder/Größe 🐳.Dockerfile';

describe.each(Object.keys(READERS))('format %s', (format) => {
  const read = (stdout: string): readonly Place[] => READERS[format]?.(stdout) ?? [];

  it.each<[what: string, stdin: string | Uint8Array, code: number, places: string[]]>([
    ['clean', CLEAN, 0, []],
    ['a finding', WARNS, 1, ['2:5 env-legacy-syntax']],
    ['empty', '', 1, ['1:1 syntax-error']],
    ['blank', '\n \n', 1, ['1:1 syntax-error']],
    ['only comments', '# Ü\n', 1, ['1:1 syntax-error']],
    ['broken, and linted all the same', `${WARNS}RUNN ls\n`, 1, ['2:5 env-legacy-syntax', '3:1 syntax-error']],
    ['without a last line end', WARNS.trimEnd(), 1, ['2:5 env-legacy-syntax']],
    ['CRLF', WARNS.replaceAll('\n', '\r\n'), 1, ['2:5 env-legacy-syntax']],
    ['with a byte order mark', `\uFEFFFROM x:1\nENV A 1\n`, 1, ['2:5 env-legacy-syntax']],
    ['not UTF-8', Buffer.from('FROM x:1\n# caf\xe9\nENV A 1\n', 'latin1'), 1, ['3:5 env-legacy-syntax']],
  ])('of a text that is %s', async (_, stdin, code, places) => {
    const outcome = await lint(stdin, ['--format', format, '--stdin-filename', NAME]);
    expect(outcome).toMatchObject({ code, stderr: '' });
    const found = read(outcome.stdout);
    expect(found.map(({ line, column, ruleId }) => `${line}:${column} ${ruleId}`)).toEqual(places);
    expect(new Set(found.map((place) => place.path))).toEqual(new Set(places.length === 0 ? [] : [NAME]));
    expect((await lint(stdin, ['--format', format, '--stdin-filename', NAME, '--exit-zero'])).code).toBe(0);
  });

  it.each<[what: string, stdin: Uint8Array, reason: RegExp]>([
    ['UTF-16', Buffer.from(`\uFEFF${CLEAN}`, 'utf16le'), /UTF-16/],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3, 0, 0]), /binary/],
    ['too large', Buffer.alloc(MAX_SOURCE_BYTES + 1, 'a'), /MB/],
  ])('of what cannot be linted: %s', async (_, stdin, reason) => {
    const args = ['--format', format, '--stdin-filename', NAME];
    const { code, stdout, stderr } = await lint(stdin, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
    expect(linesOf(stderr).map((line) => line.split(': ').slice(0, 2))).toEqual([['plimsoll', NAME]]);
    for (const place of read(stdout)) expect(place).toMatchObject({ path: NAME, line: 1, column: 1 });
    expect((await lint(stdin, [...args, '--exit-zero'])).code).toBe(2);
  });

  it.each([['-x.Dockerfile'], ["it's.Dockerfile"], ['100%.Dockerfile'], ['a:1:2: error.Dockerfile'], ['./a/../Dockerfile']])(
    'calls a text by its name: %s',
    async (name) => {
      const { code, stdout } = await lint(WARNS, ['--format', format, `--stdin-filename=${name}`]);
      expect(code).toBe(1);
      // SARIF has addresses, which have no `..`.
      const shown = format === 'sarif' ? path.posix.normalize(name) : name;
      expect(read(stdout).map((place) => place.path)).toEqual([shown]);
    },
  );

  it('calls a text that was never saved by one name', async () => {
    for (const args of [[], ['--stdin-filename', '']]) {
      const { code, stdout } = await lint(`${WARNS}RUNN ls\n`, ['--format', format, ...args]);
      const names = read(stdout).map((place) => place.path);
      expect([code, names.length, new Set(names).size]).toEqual([1, 2, 1]);
      if (format !== 'sarif') expect(names[0]).toBe('<stdin>');
    }
  });

  it('is empty where the name is excluded, however bad the text is', async () => {
    write('vendored/plimsoll.json', '{ "exclude": ["third/**"] }');
    for (const stdin of [WARNS, '', Buffer.from([0, 1, 2, 3])]) {
      const args = ['--format', format, '--stdin-filename', 'vendored/third/Dockerfile'];
      const outcome = await lint(stdin, [...args, '--force-exclude']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(read(outcome.stdout)).toEqual([]);
    }
    expect((await lint(WARNS, ['--format', format, '--stdin-filename', 'vendored/third/Dockerfile'])).code).toBe(1);
  });
});

describe('the line that editors have in their settings', () => {
  /** ALE's, and it stays. */
  const LINE = ['-q', '--no-fix', '--format', 'json', '--stdin-filename', 'x/Dockerfile', '-'];

  it('works, and with -q keeps to errors', async () => {
    const outcome = await runProgram(cwd, LINE, { stdin: `${WARNS}RUNN ls\n` });
    expect(outcome).toMatchObject({ code: 1, stderr: '' });
    expect((JSON.parse(outcome.stdout) as Place[]).map(({ ruleId }) => ruleId)).toEqual(['syntax-error']);
    expect(await runProgram(cwd, LINE, { stdin: CLEAN })).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });
  it('never mends, whatever stands in front of --no-fix', async () => {
    const { stdout } = await runProgram(cwd, ['--fix', ...LINE.slice(1)], { stdin: WARNS });
    expect((JSON.parse(stdout) as Place[]).map(({ ruleId }) => ruleId)).toContain('env-legacy-syntax');
  });
  it('prints nothing for people, also on a terminal', async () => {
    const { stdout, stderr } = await runProgram(cwd, LINE, {
      stdin: CLEAN,
      tty: true,
      env: { FORCE_COLOR: '1', CI: '1', GITHUB_ACTIONS: '1' },
    });
    expect([stdout, stderr]).toEqual(['[]\n', '']);
  });
});

describe('what the name leads to', () => {
  it('is the configuration above it, of a file that is not there', async () => {
    write('configured/pyproject.toml', '[tool.plimsoll.rules]\nenv-legacy-syntax = "info"\n');
    const name = 'configured/new/deep/Dockerfile';
    const { code, stdout } = await lint(WARNS, ['--format', 'json', '--stdin-filename', name]);
    expect([code, (JSON.parse(stdout) as { level: string }[])[0]?.level]).toEqual([0, 'info']);
    const absolute = path.join(cwd, name);
    const elsewhere = await runProgram(tmpdir(), [...SELECT, '--format', 'json', '--stdin-filename', absolute, '-'], { stdin: WARNS });
    expect(JSON.parse(elsewhere.stdout)).toMatchObject([{ path: absolute.replaceAll('\\', '/'), level: 'info' }]);
  });
  it('is a broken configuration, which is said in one place, and standard output can be read', async () => {
    write('misled/plimsoll.json', '{ "selct": [] }');
    for (const [format, read] of Object.entries(READERS)) {
      const { code, stdout, stderr } = await lint(WARNS, ['--format', format, '--stdin-filename', 'misled/Dockerfile']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^plimsoll: misled\/plimsoll\.json:1:3: .*`select`/);
      expect(read(stdout).filter((place) => place.path !== 'misled/plimsoll.json')).toEqual([]);
    }
  });
  it('is the context, whose findings have paths of their own', async () => {
    write('context/requirements.txt', 'torch\n');
    const stdin = 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n';
    const args = ['--select', 'requirements-file-unpinned', '--format', 'json', '-'];
    for (const [from, name, shown] of [
      [cwd, 'context/Dockerfile', 'context/requirements.txt'],
      [cwd, path.join(cwd, 'context/Dockerfile'), 'context/requirements.txt'],
      [path.join(cwd, 'context'), 'Dockerfile', 'requirements.txt'],
    ] as const) {
      const { stdout } = await runProgram(from, ['--stdin-filename', name, ...args], { stdin });
      expect(JSON.parse(stdout)).toMatchObject([{ path: shown, line: 1, column: 1 }]);
    }
    expect(JSON.parse((await runProgram(cwd, args, { stdin })).stdout)).toEqual([]);
  });
  it('is its place in the repository, which some rules judge, and not the folders above that', async () => {
    const stdin = 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir torch==2.10.0\nCMD ["uvicorn", "app:app"]\n';
    write('gpu/repository/app/Dockerfile', stdin);
    execFileSync('git', ['init', '-q', path.join(cwd, 'gpu/repository')]);
    const found = async (from: string, name: string): Promise<number> => {
      const args = ['--select', 'torch-default-cuda-wheel', '--format', 'jsonl', '--stdin-filename', name, '-'];
      return linesOf((await runProgram(path.join(cwd, from), args, { stdin })).stdout).length;
    };
    expect(await found('gpu/repository/app', 'Dockerfile')).toBe(1);
    expect(await found('gpu/repository', 'app/Dockerfile')).toBe(1);
    expect(await found('gpu/repository', path.join(cwd, 'gpu/repository/app/Dockerfile'))).toBe(1);
    expect(await found('gpu/repository', path.join(cwd, 'gpu/repository/gpu/Dockerfile'))).toBe(0);
    expect(await found('gpu/repository/app', '../gpu.Dockerfile')).toBe(0);
  });
  it('is one place in SARIF, from wherever in the repository the editor runs', async () => {
    write('repository/services/api/Dockerfile', CLEAN);
    execFileSync('git', ['init', '-q', path.join(cwd, 'repository')]);
    const file = path.join(cwd, 'repository/services/api/Dockerfile');
    const paths = [];
    for (const [from, name] of [
      ['repository', 'services/api/Dockerfile'],
      ['repository/services', 'api/Dockerfile'],
      ['repository/services', file],
    ] as const) {
      const args = [...SELECT, '--format', 'sarif', '--stdin-filename', name, '-'];
      paths.push(
        ...(READERS['sarif']?.((await runProgram(path.join(cwd, from), args, { stdin: WARNS })).stdout) ?? []).map((at) => at.path),
      );
    }
    expect(paths).toEqual(Array(3).fill('services/api/Dockerfile'));
    const outside = await lint(WARNS, ['--format', 'sarif', '--stdin-filename', path.resolve('/elsewhere/Dockerfile')]);
    expect(READERS['sarif']?.(outside.stdout)[0]?.path).toBe(pathToFileURL(path.resolve('/elsewhere/Dockerfile')).href);
  });
});

describe('mending the text of an editor', () => {
  const fix = (stdin: string | Uint8Array, ...args: string[]): Promise<ProgramOutcome> =>
    lint(stdin, ['--fix', '--stdin-filename', NAME, ...args]);

  it('prints the text and nothing else, and the report on standard error', async () => {
    expect(await fix(WARNS, '--format', 'json')).toEqual({ code: 0, stdout: MENDED, stderr: '[]\n' });
    const broken = await fix(`${WARNS}RUNN ls\n`, '--format', 'json');
    expect([broken.code, broken.stdout]).toEqual([1, `${MENDED}RUNN ls\n`]);
    expect(JSON.parse(broken.stderr)).toMatchObject([{ path: NAME, ruleId: 'syntax-error' }]);
  });
  it.each([
    ['empty', ''],
    ['clean', CLEAN],
    ['without a last line end', CLEAN.trimEnd()],
    ['CRLF with a byte order mark', `\uFEFF${CLEAN.replaceAll('\n', '\r\n')}`],
  ])('gives back a text without anything to mend: %s', async (_, stdin) => expect((await fix(stdin)).stdout).toBe(stdin));
  it('keeps line ends and the byte order mark', async () => {
    const windows = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    expect((await fix(windows(WARNS))).stdout).toBe(windows(MENDED));
  });
  it('prints nothing where it cannot read the text or its configuration: there is nothing to take over', async () => {
    expect(await fix(Buffer.from(`\uFEFF${CLEAN}`, 'utf16le'))).toMatchObject({ code: 2, stdout: '' });
    expect(await lint(WARNS, ['--fix', '--stdin-filename', 'misled/Dockerfile'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('the built program behind the pipes of an editor', () => {
  const cli = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));
  const LATIN_1 = Buffer.from('FROM x:1\n# caf\xe9\nENV A 1\n', 'latin1');

  it('gives back bytes that are not UTF-8 as they came', () => {
    write('vendored/plimsoll.json', '{ "exclude": ["third/**"] }');
    for (const [args, code] of [
      [['--stdin-filename', 'Dockerfile'], 2],
      [['--ignore', 'env-legacy-syntax'], 0],
      [['--stdin-filename', 'vendored/third/Dockerfile', '--force-exclude'], 0],
    ] as const) {
      const { status, stdout } = spawnSync(process.execPath, [cli, ...SELECT, '--fix', ...args, '-'], { cwd, input: LATIN_1 });
      expect([status, stdout.toString('latin1')]).toEqual([code, LATIN_1.toString('latin1')]);
    }
  });
  it.runIf(process.platform !== 'win32')('waits for a text that comes in pieces, also through a pipe that does not wait', async () => {
    const server = createServer();
    await once(server.listen(path.join(cwd, 'pipe')), 'listening');
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const reading = connect(path.join(cwd, 'pipe'));
    const [writing] = await connected;
    // NOTE: of its own standard streams Node makes ones that wait; of a socket behind them it does not.
    const command = ['-c', 'exec "$@" <&3', 'sh', process.execPath, cli, ...SELECT, '--format', 'unix', '-'];
    const program = spawn('sh', command, { cwd, stdio: ['ignore', 'pipe', 'pipe', reading] });
    const output = Promise.all([text(program.stdout as Readable), text(program.stderr as Readable), once(program, 'exit')]);
    for (const part of ['FROM x:1\n', 'ENV A', ' 1\n']) {
      await setTimeout(200);
      writing.write(part);
    }
    writing.end();
    const [stdout, stderr, [code]] = await output;
    server.close();
    expect([code, stderr]).toEqual([1, '']);
    expect(READERS['unix']?.(stdout)).toMatchObject([{ path: '<stdin>', line: 2, column: 5 }]);
  });
  it('takes standard input that is closed for an empty text', () => {
    const { status, stdout } = spawnSync(process.execPath, [cli, ...SELECT, '--format', 'json', '-'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect([status, (JSON.parse(String(stdout)) as Place[]).map(({ ruleId }) => ruleId)]).toEqual([1, ['syntax-error']]);
  });
});

describe('snippets of the README that no client here reads', () => {
  const snippet = (name: string): string => readFileSync(new URL(`../fixtures/editors/${name}`, import.meta.url), 'utf8');

  it('a task of VS Code reads every line of the run it starts', async () => {
    write('workspace/services/Größe 1/Dockerfile', `${WARNS}# Größe 🐳\nRUNN ls\n`);
    write('workspace/model.Dockerfile', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3, 0, 0]));
    write('workspace/plimsoll.json', '{ "preset": "all", "select": ["env-legacy-syntax", "syntax-error", "root-user"] }');
    const { tasks } = JSON.parse(snippet('vscode-tasks.json')) as { tasks: [{ command: string; args: string[]; problemMatcher: Matcher }] };
    const [{ command, args, problemMatcher }] = tasks;
    expect(command).toBe('plimsoll');
    const { code, stdout } = await runProgram(path.join(cwd, 'workspace'), args);
    const { regexp, ...groups } = problemMatcher.pattern;
    const problems = linesOf(stdout).map((line) => {
      const match = new RegExp(regexp).exec(line);
      return Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, match?.[group]]));
    });
    expect(code).toBe(2);
    // SPEC: VS Code takes a file as relative to the workspace, lines and columns from 1 in UTF-16, and knows `info` (tasks reference, 2026).
    expect(problemMatcher.fileLocation).toEqual(['relative', '${workspaceFolder}']);
    const file = 'services/Größe 1/Dockerfile';
    expect(problems.map(({ message, ...problem }) => problem)).toEqual([
      { file: 'model.Dockerfile', line: '1', column: '1', severity: 'error', code: 'plimsoll' },
      { file, line: '1', column: '6', severity: 'info', code: 'root-user' },
      { file, line: '2', column: '5', severity: 'warning', code: 'env-legacy-syntax' },
      { file, line: '4', column: '1', severity: 'error', code: 'syntax-error' },
    ]);
    expect(problems.map(({ message }) => message)).toContain('`ENV A …` without `=` is deprecated');
  });
  it('Helix can read its file, which starts the server', () => {
    const { 'language-server': servers, language } = parse(snippet('helix-languages.toml'));
    expect(servers).toEqual({ plimsoll: { command: 'plimsoll', args: ['lsp'] } });
    expect(language).toEqual([{ name: 'dockerfile', 'language-servers': ['docker-langserver', 'plimsoll'] }]);
  });
});

interface Matcher {
  readonly fileLocation: readonly string[];
  readonly pattern: { readonly regexp: string } & Readonly<Record<string, never>>;
}
