/** The program as a person meets it: arguments, streams, exit codes; and once as the built file behind a real pipe. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_SOURCE_BYTES } from '../src/source/source-file.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

const CLEAN =
  'FROM python:3.13-slim-trixie@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nENV PYTHONUNBUFFERED=1\nRUN useradd --no-log-init -m -u 10001 app\nUSER app\nCMD ["python", "-m", "app"]\n';
const WARNS = `${CLEAN.replace('PYTHONUNBUFFERED=1', 'PYTHONUNBUFFERED=1\nENV A 1')}`;

let cwd = '';
const write = (name: string, content: string | Uint8Array): void => {
  mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
  writeFileSync(path.join(cwd, name), content);
};

const run = (args: readonly string[], options: ProgramOptions = {}): Promise<ProgramOutcome> => runProgram(cwd, args, options);

beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plimsoll-cli-'));
  write('clean/Dockerfile', CLEAN);
  write('warns/train.Dockerfile', WARNS);
  write('warns/notes.md', 'FROM x');
  write('warns/Dockerfile.gpu.dockerignore', 'data');
  write('broken/Containerfile', 'FROM python:3.13-slim-trixie\nFOO bar\nENV A 1\n');
  write('empty/readme.txt', 'nothing here');
  write('.venv/Dockerfile', 'FOO');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('what is linted', () => {
  it('searches the working directory when nothing is named', async () => {
    const { code, stdout } = await run(['--format', 'json']);
    const paths = (JSON.parse(stdout) as { path: string }[]).map((finding) => finding.path);
    expect([...new Set(paths)]).toEqual(['broken/Containerfile', 'warns/train.Dockerfile']);
    expect(code).toBe(1);
  });
  it('takes files, directories and globs', async () => {
    expect((await run(['clean/Dockerfile'])).code).toBe(0);
    expect((await run(['warns/'])).code).toBe(1);
    expect((await run(['warns/*.Dockerfile'])).code).toBe(1);
    expect((await run(['./warns/train.Dockerfile', 'warns/train.Dockerfile'])).stdout).toContain('in 1 of 1 file');
  });
  it('takes a named file whatever it is called', async () => {
    write('odd/build.txt', CLEAN);
    expect(await run(['odd/build.txt'])).toMatchObject({ code: 0, stderr: '' });
  });
  it('leaves out what git ignores, and what --exclude names', async () => {
    write('repo/.gitignore', 'vendored/\n');
    write('repo/vendored/Dockerfile', WARNS);
    write('repo/mine/Dockerfile', CLEAN);
    execFileSync('git', ['init', '-q', path.join(cwd, 'repo')]);
    expect((await run(['repo'])).code).toBe(0);
    expect((await run(['repo', '--no-gitignore'])).code).toBe(1);
    expect((await run(['repo', '--no-gitignore', '--exclude', 'repo/vendored/**'])).code).toBe(0);
  });
  it('looks at the files around a Dockerfile, where it may', async () => {
    write('alpine/docker/Dockerfile', 'FROM python:3.12-alpine\nCOPY requirements.txt /\nRUN pip install -r /requirements.txt\n');
    write('alpine/requirements.txt', 'torch==2.4.0\n');
    const rules = ['--select', 'alpine-compiled-wheels'];
    const file = 'alpine/docker/Dockerfile';
    expect((await run([file, ...rules])).stdout).toContain('`torch`');
    expect((await run([file, ...rules, '--context', 'alpine'])).stdout).toContain('alpine/requirements.txt)');
    expect((await run([file, ...rules, '--context', 'alpine/docker'])).code).toBe(0);
    expect((await run([file, ...rules, '--no-context'])).code).toBe(0);
    const { code, stderr } = await run([file, '--context', 'nowhere']);
    expect(code).toBe(2);
    expect(stderr).toBe('plimsoll: the build context nowhere is no directory. Name the one that `docker build` gets.\n');
  });
  it('looks at files around standard input only where it has a name', async () => {
    const stdin = readFileSync(path.join(cwd, 'alpine/docker/Dockerfile'));
    const rules = ['--select', 'alpine-compiled-wheels'];
    expect((await run(['-', ...rules], { stdin })).code).toBe(0);
    expect((await run(['-', ...rules, '--stdin-filename', 'alpine/docker/Dockerfile'], { stdin })).stdout).toContain('`torch`');
    expect((await run(['-', ...rules, '--stdin-filename', 'missing/Dockerfile'], { stdin })).code).toBe(0);
  });
  it('reads standard input under the name given', async () => {
    const { code, stdout } = await run(['-', '--stdin-filename', 'sub/x.Dockerfile', '--format', 'json'], { stdin: WARNS });
    expect([code, (JSON.parse(stdout) as { path: string }[])[0]?.path]).toEqual([1, 'sub/x.Dockerfile']);
    expect((await run(['-'], { stdin: WARNS })).stdout).toContain('<stdin>');
  });
});

describe('exit codes', () => {
  it.each<[string[], number]>([
    [['clean'], 0],
    [['warns'], 1],
    [['broken'], 1],
    [['warns', '--fail-on', 'error'], 0],
    [['warns', '--fail-on', 'never'], 0],
    [['broken', '--fail-on', 'error'], 1],
    [['warns', '--exit-zero'], 0],
    [['warns', '--ignore', 'env-legacy-syntax'], 0],
    [['warns', '--select', 'base-image'], 0],
    [['nowhere'], 2],
    [['nowhere', '--exit-zero'], 2],
    [['--no-such-option'], 2],
    [['--format', 'xml'], 2],
    [['--help'], 0],
    [['--version'], 0],
    [['explain', 'env-legacy-syntax'], 0],
    [['explain', 'nothing-like-it'], 2],
    [['rules'], 0],
  ])('%j gives %i', async (args, code) => expect((await run(args)).code).toBe(code));
});

describe('what is wrong with the input is said, and the rest is linted', () => {
  const cases: [name: string, content: string | Uint8Array, message: RegExp][] = [
    ['utf16', Buffer.from('\uFEFFFROM python\n', 'utf16le'), /UTF-16.*UTF-8/],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 4, 5]), /binary/],
    ['huge', Buffer.alloc(MAX_SOURCE_BYTES + 1, 'a'), /MB/],
  ];
  it.each(cases)('%s', async (name, content, message) => {
    write(`bad/${name}/Dockerfile`, content);
    const { code, stdout, stderr } = await run([`bad/${name}/Dockerfile`, 'warns']);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(`bad/${name}/Dockerfile`);
    expect(stdout).toContain('env-legacy-syntax');
  });
  it('a missing file, with the name that was meant', async () => {
    const { code, stdout, stderr } = await run(['warns/trian.Dockerfile', 'warns']);
    expect([code, stdout.includes('env-legacy-syntax')]).toEqual([2, true]);
    expect(stderr).toMatch(/warns\/trian\.Dockerfile: does not exist\. Did you mean train\.Dockerfile\?/);
  });
  it('a directory without Dockerfiles', async () =>
    expect((await run(['empty', 'clean'])).stderr).toMatch(/empty: has no Dockerfiles in it/));
  it('a file that cannot be read', async () => {
    write('locked/Dockerfile', CLEAN);
    chmodSync(path.join(cwd, 'locked/Dockerfile'), 0);
    const { code, stderr } = await run(['locked']);
    // Root reads everything.
    if (process.getuid?.() === 0) expect(code).toBe(0);
    else expect([code, stderr]).toEqual([2, expect.stringMatching(/permission denied/)]);
  });
  it.runIf(process.platform === 'linux')('a device that never ends, and a pipe, which is read', async () => {
    expect(await run(['/dev/zero'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/up to 4 MB/) as string });
    execFileSync('mkfifo', [path.join(cwd, 'pipe')]);
    const writer = spawn('sh', ['-c', 'printf "FROM x\\nFOO\\n" > pipe'], { cwd });
    expect((await run(['pipe', '--select', 'syntax-error'])).stdout).toContain('2:1');
    writer.kill();
  });
  it.each([
    ['empty', '', 'The file is empty'],
    ['only comments', '# x\n', 'nothing but comments'],
    ['no FROM', 'ARG A=1\n', 'There is no FROM'],
    ['unterminated heredoc', 'FROM x:1\nRUN <<EOF\nls\n', 'The heredoc never ends'],
    ['unknown instruction', 'FROM x:1\nRUNN ls\n', 'There is no instruction `RUNN`'],
    ['a line of 1 MB', `FROM x:1\nRUN ${'x'.repeat(1 << 20)}\n`, 'longer than Docker reads'],
  ])('%s is a finding', async (_name, stdin, message) => {
    const { code, stdout } = await run(['-'], { stdin });
    expect(code).toBe(1);
    expect(stdout).toContain(message);
  });
  it('bytes that are not UTF-8 and NUL bytes do not stop it', async () => {
    const { code, stdout } = await run(['-', '--format', 'json', '--select', 'env-legacy-syntax'], {
      stdin: Buffer.from('FROM x:1\n# caf\xe9 \0\nENV A 1\n', 'latin1'),
    });
    expect([code, (JSON.parse(stdout) as { line: number }[]).map(({ line }) => line)]).toEqual([1, [3]]);
  });
  it.each([
    [['--select', 'env-legacy-sintax'], /Did you mean `env-legacy-syntax`\?/],
    [['--ignore', 'no-such-thing-at-all'], /plimsoll rules/],
    [['--forma', 'json'], /--format/],
    [['explain', 'rot-user'], /root-user/],
    [['--today', 'tomorrow'], /YYYY-MM-DD/],
    [['-', 'warns'], /cannot be combined/],
    [['warns', '--target', 'trian'], /no file has a stage/],
    [['--stdin-filename', 'x'], /add `-`/],
    [['warns', '--output-file', 'no/such/dir/out.json'], /directory does not exist/],
    [['warns', '-o', 'warns'], /is a directory/],
  ])('%j names the way out', async (args, message) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('what would be of no use is refused', () => {
  it.each([
    [['--statistics', '--format', 'json'], '--statistics: format json has no place for it. Use text.'],
    [['--format', 'json', 'rules'], '--format is of no use in front of `rules`'],
    [['--fix', 'explain', 'root-user'], '--fix is of no use in front of `explain`'],
    [['--today', '2026-02-31'], '--today 2026-02-31: write the day as YYYY-MM-DD.'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
  it('the empty name of a text that was never saved is none', async () => {
    expect((await run(['-', '--stdin-filename', ''], { stdin: WARNS })).stdout).toMatch(/^<stdin>\n/);
  });
});

describe('reports', () => {
  it('never take the place of what a run reads, and are thought of before anything is mended', async () => {
    const file = 'kept/train.Dockerfile';
    write(file, WARNS);
    symlinkSync('train.Dockerfile', path.join(cwd, 'kept/report'));
    for (const [output, reason] of [
      [file, 'that is the place of a Dockerfile'],
      ['kept/report', 'that is the place of a Dockerfile'],
      ['kept/plimsoll.json', 'that is the place of a configuration'],
      ['kept/new.json', 'that is the place of the baseline'],
      ['none/report', 'its directory does not exist'],
      [`${file}/report`, 'its directory does not exist'],
      ['kept', 'it is a directory'],
    ] as const) {
      const run1 = await run(['--fix', '--write-baseline', '--baseline', 'kept/new.json', '-o', output, 'kept']);
      expect([run1.code, run1.stdout, run1.stderr]).toEqual([
        2,
        '',
        `plimsoll: ${output}: the report cannot be written there: ${reason}. Name another file with --output-file.\n`,
      ]);
      expect(readFileSync(path.join(cwd, file), 'utf8')).toBe(WARNS);
    }
    expect(readdirSync(path.join(cwd, 'kept'))).toEqual(['report', 'train.Dockerfile']);
    rmSync(path.join(cwd, 'kept'), { recursive: true });
  });
  it('go to a file when asked, and nothing to standard output', async () => {
    const { code, stdout } = await run(['warns', '--format', 'json', '-o', 'out.json']);
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(readFileSync(path.join(cwd, 'out.json'), 'utf8'))).toHaveLength(1);
  });
  it('hold errors only with --quiet, and counts with --statistics', async () => {
    expect((await run(['warns', '--quiet'])).stdout).not.toContain('env-legacy-syntax');
    expect((await run(['warns', '--statistics'])).stdout).toMatch(/1\s+warning\s+env-legacy-syntax/);
  });
  it('are valid when there is nothing to report', async () => {
    expect((await run(['clean', '--format', 'json'])).stdout).toBe('[]\n');
    const sarif = JSON.parse((await run(['clean', '--format', 'sarif'])).stdout) as {
      runs: { results: unknown[]; tool: { driver: { rules: unknown[] } } }[];
    };
    expect(sarif.runs[0]?.results).toEqual([]);
    expect(sarif.runs[0]?.tool.driver.rules.length).toBeGreaterThan(20);
    expect((await run(['clean', '--format', 'github'])).stdout).toBe('');
  });
  it('are coloured by plimsoll’s own decision', async () => {
    const colored = async (args: string[], env: Record<string, string>, tty: boolean): Promise<boolean> =>
      (await run(['warns', ...args], { env, tty })).stdout.includes('\u001b[');
    expect(await colored([], {}, false)).toBe(false);
    expect(await colored([], {}, true)).toBe(true);
    expect(await colored([], { NO_COLOR: '1' }, true)).toBe(false);
    expect(await colored([], { NO_COLOR: '' }, true)).toBe(true);
    expect(await colored([], { FORCE_COLOR: '1' }, false)).toBe(true);
    expect(await colored([], { FORCE_COLOR: '0' }, true)).toBe(false);
    expect(await colored([], { TERM: 'dumb' }, true)).toBe(false);
    expect(await colored(['--color', 'always'], { NO_COLOR: '1' }, false)).toBe(true);
    expect(await colored(['--color', 'never'], { FORCE_COLOR: '1' }, true)).toBe(false);
    expect(await colored([], { CI: '1' }, false)).toBe(false);
    expect(await colored([], { GITHUB_ACTIONS: 'true' }, false)).toBe(true);
    expect(await colored(['--format', 'json'], { FORCE_COLOR: '1' }, true)).toBe(false);
  });
  it('explain and list rules', async () => {
    expect((await run(['explain', 'env-legacy-syntax'])).stdout).toMatch(/^# env-legacy-syntax\n[\s\S]*## Why/);
    const several = (await run(['explain', 'root-user', 'pip-no-cache', 'root-user'])).stdout;
    expect(several.match(/^# \S+-\S+$/gm)).toEqual(['# root-user', '# pip-no-cache']);
    expect(several).toMatch(/^- Fix: unsafe .*\n- Risk of that fix: the program can write to nothing/m);
    expect((await run(['rules'])).stdout).toMatch(/env-legacy-syntax\s+warning/);
    expect(JSON.parse((await run(['rules', '--format', 'json'])).stdout)[0]).toMatchObject({
      id: expect.any(String),
      severity: expect.any(String),
    });
  });
});

describe('explain', () => {
  const explained = async (options: { tty?: boolean; env?: Record<string, string> }): Promise<string> =>
    (await run(['explain', 'pip-no-cache'], options)).stdout;

  it('prints Markdown where nobody reads along, and lays the page out where somebody does', async () => {
    const markdown = await explained({});
    expect(markdown).toMatch(/^# pip-no-cache\n[\s\S]*\n```dockerfile\n/);
    expect(await explained({ env: { GITHUB_ACTIONS: 'true' } })).toBe(markdown);
    const page = await explained({ tty: true, env: { NO_COLOR: '1' } });
    expect(page).toMatch(/^pip-no-cache\n\n[\s\S]*\nWhy\n[\s\S]*\n {4}FROM /);
    expect(page).not.toMatch(/```|^#/m);
    // A line that cannot be broken, as an address, may be longer.
    for (const line of page.split('\n')) if (!/\S{60}/.test(line) && !line.startsWith('    ')) expect(line.length).toBeLessThanOrEqual(100);
    const colored = await explained({ tty: true });
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored)).toBe(page);
    expect(await explained({ env: { FORCE_COLOR: '1' } })).toBe(colored);
  });
});

describe('the format html', () => {
  it('is a page with the layers of each file, and only that format looks for them', async () => {
    const page = (await run(['warns', '--format', 'html'])).stdout;
    expect(page).toMatch(/^<!DOCTYPE html>[\s\S]*<aside class="layers"[\s\S]*<\/html>\n$/);
    const { code } = await run(['warns', '--format', 'html', '--show-suppressed', '-o', 'report.html']);
    expect(code).toBe(1);
    expect(readFileSync(path.join(cwd, 'report.html'), 'utf8')).toContain('<main id="files">');
    expect((await run(['-', '--format', 'html'], { stdin: CLEAN })).stdout).toContain('No problems in 1 file');
    const stdin = 'ARG UV_NO_DEV\nFROM a\nENV MINE=1 PIP_NO_CACHE_DIR=0\nONBUILD ENV \\\n  TZ=UTC\nRUN HF_HOME=/x y\n';
    const explained = (await run(['-', '--format', 'html'], { stdin })).stdout;
    expect([...explained.matchAll(/<dfn [^>]*>(\w+)<\/dfn>/g)].map(([, name]) => name)).toEqual(['UV_NO_DEV', 'PIP_NO_CACHE_DIR', 'TZ']);
    expect(explained).toContain('<p><b>PIP_NO_CACHE_DIR</b> pip <code>--no-cache-dir</code>: keeps no download cache.');
  });
});

describe('the built program', () => {
  const cli = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));

  it('writes megabytes through a pipe and is quiet when its reader leaves', () => {
    write('large/Dockerfile', `FROM x:1\n${'ENV A 1\n'.repeat(9000)}`);
    const whole = spawnSync(process.execPath, [cli, 'large', '--format', 'json'], { cwd, maxBuffer: 1 << 28 });
    expect(whole.stdout.length).toBeGreaterThan(2_000_000);
    expect(JSON.parse(whole.stdout.toString())).toHaveLength(9000);
    const cut = spawnSync('sh', ['-c', `"${process.execPath}" "${cli}" large --format json | head -n 1`], { cwd });
    expect(cut.stdout.toString()).toMatch(/^\[/);
    expect(cut.stderr.toString()).toBe('');
  });
  it('is stopped between two files that it mends, and leaves nothing beside them', async () => {
    const directory = path.join(cwd, 'stopped');
    const files = Array.from({ length: 290 }, (_, i) => `${1000 + i}.Dockerfile`);
    for (const name of files) write(`stopped/${name}`, WARNS);
    const child = spawn(process.execPath, [cli, '--fix', '--quiet'], { cwd: directory, stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const isMended = (name: string): boolean => readFileSync(path.join(directory, name), 'utf8') !== WARNS;
    while (child.exitCode === null && !isMended(files[0] ?? '')) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    expect(readdirSync(directory)).toEqual(files);
    expect(isMended(files.at(-1) ?? '')).toBe(false);
    rmSync(directory, { recursive: true });
  });
  it('keeps its compiled code where nobody else can reach it, and runs without', () => {
    const home = path.join(cwd, 'home');
    const cache = path.join(home, '.cache/plimsoll');
    mkdirSync(path.join(home, '.cache'), { recursive: true });
    const lint = (env: Record<string, string>): string =>
      spawnSync(process.execPath, [cli, 'warns', '--format', 'json'], {
        cwd,
        env: { PATH: process.env['PATH'] ?? '', HOME: home, ...env },
      }).stdout.toString();
    const expected = lint({ PLIMSOLL_CODE_CACHE: '0' });
    expect(existsSync(cache)).toBe(false);
    expect(lint({})).toBe(expected);
    if (process.getuid === undefined) return;
    const [name = ''] = readdirSync(cache);
    expect([statSync(cache).mode & 0o777, statSync(path.join(cache, name)).mode & 0o777]).toEqual([0o700, 0o600]);
    const written = readFileSync(path.join(cache, name));
    expect(lint({})).toBe(expected);
    expect(readFileSync(path.join(cache, name)).equals(written)).toBe(true);
    // Rubbish is refused by V8 and replaced.
    writeFileSync(path.join(cache, name), 'rubbish');
    expect(lint({})).toBe(expected);
    expect(readFileSync(path.join(cache, name)).length).toBeGreaterThan(1000);
    // Where others can write, nothing is read or left.
    rmSync(path.join(cache, name));
    chmodSync(cache, 0o777);
    expect(lint({})).toBe(expected);
    expect(readdirSync(cache)).toEqual([]);
  });
  it('says the same of many files on one thread, on several, and where one dies', async () => {
    const count = 400;
    for (let i = 0; i < count; i++) write(`many/${String(i).padStart(3, '0')}.Dockerfile`, `${WARNS}RUN pip install package-${i}\n`);
    write('many/100.Dockerfile', new Uint8Array(600));
    write('many/200.Dockerfile', `${CLEAN}RUN true\n`.repeat(200));
    const args = ['many', '--format', 'json', '--target', 'nowhere'];
    // Half of them are too few for a second thread.
    const names = readdirSync(path.join(cwd, 'many')).map((name) => `many/${name}`);
    const halves = await Promise.all([names.slice(0, 200), names.slice(200)].map((half) => run([...half, '--format', 'json'])));
    const findings = halves.flatMap(({ stdout }) => JSON.parse(stdout) as unknown[]);
    const start = (file: string, env = {}) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, ...env },
      });
      return { status, stdout, stderr };
    };
    const several = start(cli);
    expect(JSON.parse(several.stdout)).toEqual(findings);
    expect(several.status).toBe(2);
    expect(several.stderr).toMatch(
      /^plimsoll: many\/100\.Dockerfile: looks like a binary.*\nplimsoll: --target nowhere: no file has a stage.*\n$/,
    );
    const copy = path.join(cwd, 'dist');
    cpSync(path.dirname(cli), copy, { recursive: true });
    if (availableParallelism() > 1) {
      expect(start(cli, { NODE_DEBUG: 'worker' }).stderr).toContain('created Worker');
      // A worker that also notes what it hands over: without this, one that never works would pass below.
      cpSync(path.join(copy, 'worker.cjs'), path.join(copy, 'real.cjs'));
      writeFileSync(
        path.join(copy, 'worker.cjs'),
        `const { parentPort } = require('node:worker_threads');
         const post = parentPort.postMessage.bind(parentPort);
         parentPort.postMessage = (share) => { require('node:fs').writeFileSync(__dirname + '/share', String(share.size)); post(share); };
         require('./real.cjs');`,
      );
      expect(start(path.join(copy, 'cli.cjs'))).toEqual(several);
      expect(readFileSync(path.join(copy, 'share'), 'utf8')).toMatch(/^\d+$/);
    }
    for (const worker of ['process.exit(3);', 'throw new Error("no");']) {
      writeFileSync(path.join(copy, 'worker.cjs'), worker);
      expect(start(path.join(copy, 'cli.cjs'))).toEqual(several);
    }
    rmSync(path.join(copy, 'worker.cjs'));
    expect(start(path.join(copy, 'cli.cjs'))).toEqual(several);
  }, 60_000);
  it('keeps rule pages out of what every run loads', () => {
    const hot = readFileSync(path.join(path.dirname(cli), 'program.cjs'), 'utf8');
    expect(hot).toContain('env-legacy-syntax');
    expect(hot).not.toContain('Docker has deprecated it and warns at every build');
  });
  it.each([
    ['warns', 1],
    ['clean', 0],
    ['nowhere', 2],
  ] as const)('%s exits with %i', (target, code) => {
    expect(spawnSync(process.execPath, [cli, target], { cwd }).status).toBe(code);
  });
});
