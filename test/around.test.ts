/** Files around a Dockerfile as files of their own: findings in them, comments in them, lines that fixes add to them, compose files. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lintFiles } from '../src/index.js';
import { AmendedTree, withLines } from '../src/source/amended-tree.js';
import { lint, sourceFromText } from './lint.js';
import { MemoryTree } from './memory-tree.js';
import { type ProgramOptions, type ProgramOutcome, runProgram } from './run-program.js';

let directory: string;
const at = (name: string): string => path.join(directory, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  }
};
const run = (args: readonly string[], options?: ProgramOptions): Promise<ProgramOutcome> => runProgram(directory, args, options);
const found = async (...args: string[]): Promise<readonly string[]> => {
  const { stdout } = await run([...args, '--format', 'json']);
  return (JSON.parse(stdout) as { path: string; line: number; ruleId: string }[]).map((each) => `${each.path}:${each.line} ${each.ruleId}`);
};

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'plimsoll-around-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const DOCKERFILE = 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nUSER 1001\n';
const ONLY = '--select=requirements-file-unpinned';

describe('a finding in a requirements file', () => {
  it('stands in that file, whichever file was named', async () => {
    write({ Dockerfile: DOCKERFILE, 'requirements.txt': 'flask==3.1.2\nrich\n' });
    expect(await found('Dockerfile', ONLY)).toEqual(['requirements.txt:2 requirements-file-unpinned']);
    const { stdout, code } = await run(['.', ONLY]);
    expect(stdout).toContain('requirements.txt\n');
    expect(stdout).toContain('1 problem (1 warning) in 1 of 2 files');
    expect(code).toBe(1);
    const report = lintFiles([at('Dockerfile')], { select: ['requirements-file-unpinned'] });
    expect(report.files.map(({ findings }) => findings.length)).toEqual([0, 1]);
  });

  it('is one for all Dockerfiles that install it', async () => {
    write({ 'a.dockerfile': DOCKERFILE, 'b.dockerfile': DOCKERFILE, 'requirements.txt': 'rich\n' });
    expect(await found('.', ONLY)).toEqual(['requirements.txt:1 requirements-file-unpinned']);
  });

  it('is silenced there, and where the Dockerfile leads there', async () => {
    write({ Dockerfile: DOCKERFILE, 'requirements.txt': '# plimsoll: ignore[requirements-file-unpinned] newest\nrich\n' });
    expect(await found('.', ONLY)).toEqual([]);
    write({ 'requirements.txt': 'rich  # plimsoll: ignore[requirements-file-unpinned] newest\n' });
    expect(await found('.', ONLY)).toEqual([]);
    write({ 'requirements.txt': '# plimsoll: ignore[requirements-file-unpinned] newest\nflask\nrich\n' });
    expect(await found('.', ONLY), 'the first line only is silenced, and that is where the finding stands').toEqual([]);
    write({
      'requirements.txt': 'rich\n',
      Dockerfile: DOCKERFILE.replace('RUN', '# plimsoll: ignore[requirements-file-unpinned] newest\nRUN'),
    });
    expect(await found('.', ONLY, '--select=unused-suppression')).toEqual([]);
    const { stdout } = await run(['.', ONLY, '--show-suppressed']);
    expect(stdout).toContain('silenced: newest');
  });

  it('is silenced by --add-ignores in the Dockerfile', async () => {
    write({ Dockerfile: DOCKERFILE, 'requirements.txt': 'rich\n' });
    await run(['.', ONLY, '--add-ignores=for now']);
    expect(read('Dockerfile')).toBe(DOCKERFILE.replace('RUN', '# plimsoll: ignore[requirements-file-unpinned] for now\nRUN'));
    expect(await found('.', ONLY)).toEqual([]);
  });

  it('is accepted by a baseline', async () => {
    write({ Dockerfile: DOCKERFILE, 'requirements.txt': 'rich\n' });
    expect((await run(['.', ONLY, '--write-baseline'])).code).toBe(0);
    expect((await run(['.', ONLY, '--baseline', 'plimsoll-baseline.json'])).code).toBe(0);
    write({ 'requirements.txt': 'rich\nflask\n' });
    expect((await run(['.', ONLY, '--baseline', 'plimsoll-baseline.json'])).code, 'the line is the same').toBe(0);
    write({ 'requirements.txt': 'flask\nrich\n' });
    expect((await run(['.', ONLY, '--baseline', 'plimsoll-baseline.json'])).code).toBe(1);
  });

  it('shows no password', async () => {
    write({ Dockerfile: DOCKERFILE, 'requirements.txt': 'rich --index-url https://bot:k4Zr9-wq-81xy@pypi.example.com/simple\n' });
    for (const format of ['text', 'json', 'sarif', 'github']) {
      const { stdout } = await run(['.', ONLY, '--format', format]);
      expect(stdout).toContain('requirements');
      expect(stdout).not.toContain('Zr9-wq-81xy');
    }
  });

  it('needs a build context', async () => {
    write({ Dockerfile: DOCKERFILE, 'requirements.txt': 'rich\n' });
    expect(await found('.', ONLY, '--no-context')).toEqual([]);
  });
});

describe('a compose file', () => {
  const COMPOSE = 'version: "3"\nservices:\n  app:\n    build: .\n';

  it('is found beside Dockerfiles, by name and on standard input', async () => {
    write({ 'compose.yaml': COMPOSE, 'deploy/docker-compose.prod.yml': COMPOSE, 'other.yaml': COMPOSE });
    const findings = ['compose.yaml:1 compose-version-obsolete', 'deploy/docker-compose.prod.yml:1 compose-version-obsolete'];
    expect(await found('.')).toEqual(findings);
    expect(await found('compose.yaml')).toEqual(findings.slice(0, 1));
    const { stdout } = await run(['-', '--stdin-filename', 'compose.yaml', '--fix'], { stdin: COMPOSE });
    expect(stdout).toBe('services:\n  app:\n    build: .\n');
  });

  it('is mended, and its comments are heard', async () => {
    write({ 'compose.yaml': `# plimsoll: ignore[compose-version-obsolete] a swarm reads it\n${COMPOSE}` });
    expect(await found('.')).toEqual([]);
    write({ 'compose.yaml': COMPOSE });
    expect((await run(['.', '--fix'])).code).toBe(0);
    expect(read('compose.yaml')).toBe('services:\n  app:\n    build: .\n');
  });

  it('says which comments are of no use, of its own rules only', async () => {
    const comment = '# plimsoll: ignore[compose-version-obsolete, healthcheck-tool-missing] why\n';
    write({ 'compose.yaml': `${comment}services:\n  app:\n    build: .\n` });
    expect(await found('.')).toEqual(['compose.yaml:1 unused-suppression']);
    write({ 'compose.yaml': '# plimsoll: ignore compose-version-obsolete\nservices: {}\n' });
    expect(await found('.')).toEqual(['compose.yaml:1 faulty-suppression']);
  });

  it('gets its comments from --add-ignores at the top', async () => {
    write({ 'compose.yaml': COMPOSE });
    await run(['.', '--add-ignores=later']);
    expect(read('compose.yaml')).toBe(`# plimsoll: ignore-file[compose-version-obsolete] later\n${COMPOSE}`);
    expect(await found('.')).toEqual([]);
  });

  it('is taken as it comes: empty, a list, broken, with a byte order mark, with carriage returns', () => {
    const linted = (text: string) => lint(sourceFromText('compose.yaml', text)).findings.map(({ ruleId }) => ruleId);
    expect(linted('')).toEqual([]);
    expect(linted('- a\n')).toEqual([]);
    expect(linted('services: [\n')).toEqual(['syntax-error']);
    expect(linted('{{ header }}\nservices: [\n')).toEqual([]);
    expect(linted('version: "3"\r\nservices: {}\r\n')).toEqual(['compose-version-obsolete']);
    expect(linted('services:\n  a: &a {}\n  b: *a\n  c: {<<: *a}\n  d: null\n  e: 3\n')).toEqual([]);
  });
});

describe('lines that a fix adds to a file', () => {
  const FILES = { Dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\nUSER 1001\n', 'app.py': '', '.venv/pyvenv.cfg': 'x\n' };
  const MISSING = '--select=dockerignore-missing';
  const INCOMPLETE = '--select=dockerignore-incomplete';
  const lines = '**/.ipynb_checkpoints\n**/__pycache__\n.env\n.env.*\n.git\n.venv\n';

  it('make the file', async () => {
    write(FILES);
    expect((await run(['.', MISSING, '--fix'])).code).toBe(1);
    expect(existsSync(at('.dockerignore'))).toBe(false);
    expect((await run(['.', MISSING, '--fix', '--unsafe-fixes'])).stdout).toContain('fixed  Write .dockerignore (unsafe)');
    expect(read('.dockerignore')).toBe(lines);
    expect(await found('.', MISSING, INCOMPLETE)).toEqual([]);
  });

  it('are shown as git applies them', async () => {
    write(FILES);
    const { stdout, stderr } = await run(['.', MISSING, '--diff', '--unsafe-fixes']);
    expect(stderr).toContain('would mend 1 problem in 1 file');
    expect(existsSync(at('.dockerignore'))).toBe(false);
    write({ 'x.patch': stdout });
    execFileSync('git', ['apply', 'x.patch'], { cwd: directory });
    expect(read('.dockerignore')).toBe(lines);
  });

  it('stand at the end, once, in the line ends of the file', async () => {
    write({
      ...FILES,
      'gpu.Dockerfile': '',
      '.dockerignore': '# ours\r\n*.md',
      'b.dockerfile': FILES.Dockerfile,
      'pkg/__pycache__/a.pyc': 'x',
    });
    rmSync(at('gpu.Dockerfile'));
    await run(['.', INCOMPLETE, '--fix']);
    expect(read('.dockerignore')).toBe('# ours\r\n*.md\r\n.venv\r\n**/__pycache__\r\n');
    expect(await found('.', INCOMPLETE)).toEqual([]);
  });

  it('are left alone on standard input', async () => {
    write(FILES);
    const args = ['-', '--stdin-filename', 'Dockerfile', MISSING, '--fix', '--unsafe-fixes'];
    expect((await run(args, { stdin: FILES.Dockerfile })).stdout).toBe(FILES.Dockerfile);
    expect(existsSync(at('.dockerignore'))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('are refused where nothing can be written', async () => {
    write(FILES);
    chmodSync(directory, 0o555);
    const { code, stderr } = await run(['.', MISSING, '--fix', '--unsafe-fixes']);
    chmodSync(directory, 0o755);
    expect(code).toBe(2);
    expect(stderr).toContain('.dockerignore');
  });

  it('are seen in a tree before they are written', () => {
    const tree = new AmendedTree(
      new MemoryTree({ 'a.txt': 'x', 'b/c.txt': 'y' }),
      new Map([
        ['a.txt', ['x', 'z', 'z']],
        ['b/new', ['n']],
      ]),
    );
    expect(tree.read('a.txt')?.text).toBe('x\nz\n');
    expect(tree.read('b/new')?.text).toBe('n\n');
    expect(tree.list('b').map(({ name }) => name)).toEqual(['c.txt', 'new']);
    expect(tree.entry('b/new')).toEqual({ kind: 'file', size: 2, path: 'b/new' });
    expect(tree.entry('nothing')).toBeUndefined();
    expect(withLines('a\r\n', ['b'])).toBe('a\r\nb\r\n');
  });
});
