/** The packed package, installed in an empty folder: run, imported, type-checked. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder = '';
let packed: string[] = [];

const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: process.platform === 'win32' });

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-package-'));
  // dist/ is built by `npm test` before; the package is packed as it is.
  const [tarball] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)) as {
    filename: string;
    files: { path: string }[];
  }[];
  packed = tarball?.files.map((file) => file.path) ?? [];
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "consumer", "type": "module" }');
  npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', path.join(folder, tarball?.filename ?? '')], folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what is needed and nothing else', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'dist/cli.cjs',
        'dist/program.cjs',
        'dist/threads.cjs',
        'dist/worker.cjs',
        'dist/index.js',
        'dist/schema.json',
        'dist/types/src/index.d.ts',
        'dist/THIRD-PARTY-NOTICES.txt',
      ]),
    );
    for (const file of packed) expect(file).toMatch(/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+)$/);
    expect(packed.filter((file) => /types\/(test|fixtures)/.test(file))).toEqual([]);
  });
  it('brings no other packages with it', () => {
    const lock = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/plimsoll']);
  });
  it('names the licence of each package it bundles', () => {
    const notices = readFileSync(path.join(folder, 'node_modules/plimsoll/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['dockerfile-ast', 'unbash', 'commander', 'picocolors', 'fast-glob', 'jsonc-parser'])
      expect(notices).toContain(`${name} `);
    expect(notices).not.toContain('No licence file');
  });
  it('passes publint', async () => {
    const { messages } = await publint({ pkgDir: path.join(folder, 'node_modules/plimsoll'), strict: false, pack: false });
    expect(messages.filter(({ type }) => type !== 'suggestion')).toEqual([]);
  });
  it('brings the schema of its configuration', () => {
    const code = "console.log(require('plimsoll/schema.json').properties.preset.enum.join())";
    expect(execFileSync(process.execPath, ['--input-type=commonjs', '-e', code], { cwd: folder, encoding: 'utf8' })).toBe(
      'recommended,strict,all\n',
    );
  });
  it('runs', () => {
    writeFileSync(path.join(folder, 'Dockerfile'), 'FROM python\nENV A 1\n');
    const bin = path.join(folder, 'node_modules/.bin', process.platform === 'win32' ? 'plimsoll.cmd' : 'plimsoll');
    const { status, stdout } = spawnSync(bin, ['--format', 'json'], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as { ruleId: string }[]).map(({ ruleId }) => ruleId)).toContain('env-legacy-syntax');
  });
  it('is a library', () => {
    writeFileSync(
      path.join(folder, 'use.js'),
      `import { lintText, lintFiles, rules, ConfigurationError, defineRule } from 'plimsoll';
       const report = lintText('FROM python:3.13-slim-trixie\\nENV A 1\\n', { select: ['env-legacy-syntax'] });
       const files = lintFiles(['Dockerfile', 'missing'], { today: '2026-11-20' });
       let thrown = ''; try { lintText('', { select: ['nope'] }); } catch (error) { thrown = error instanceof ConfigurationError ? error.message : 'other'; }
       const own = defineRule({ id: 'own', family: 'dockerfile', summary: 'Own', severity: 'info', confidence: 'high', preset: 'all', since: '1.0.0',
         messages: { user: { text: 'User {name}', help: 'Do' } }, on: { instruction: { *USER({ value, span }) { yield { at: span, message: 'user', data: { name: value.text } }; } } } });
       const extra = lintText('FROM a:1\\nUSER x\\n', { extraRules: [own], select: ['own-nothing'].slice(1) });
       console.log(JSON.stringify({ found: report.findings.map((f) => f.ruleId), files: files.files.length, failures: files.failures.length, rules: rules.length > 20, thrown,
         extra: extra.findings.filter((f) => f.ruleId === 'own').map((f) => f.message) }));`,
    );
    const outcome = JSON.parse(execFileSync(process.execPath, ['use.js'], { cwd: folder, encoding: 'utf8' })) as Record<string, unknown>;
    expect(outcome).toMatchObject({ found: ['env-legacy-syntax'], files: 1, failures: 1, rules: true, extra: ['User x'] });
    expect(outcome['thrown']).toContain('nope');
  });
  it.each(['nodenext', 'bundler'])('has types that a consumer can check (%s)', (resolution) => {
    writeFileSync(
      path.join(folder, 'use.ts'),
      `import { defineRule, type FileReport, lintText, type Rule } from 'plimsoll';
       const report: FileReport = lintText('FROM a', { preset: 'strict' });
       export const first: number | undefined = report.findings[0]?.span.start;
       export const rule: Rule = defineRule({ id: 'x', family: 'apt', summary: 'X', severity: 'info', confidence: 'high', preset: 'all', since: '1.0.0',
         messages: { a: { text: 'A {b}', help: 'C' } },
         on: { *command(command) { yield { at: command.span, message: 'a', data: { b: command.name } }; } } });
       // @ts-expect-error: a misspelt message id does not compile
       defineRule({ ...rule, messages: { a: { text: 'A', help: 'B' } }, on: { *file() { yield { at: { start: 0, end: 0 }, message: 'aa' }; } } });
       // @ts-expect-error: nor does a message without its data
       defineRule({ ...rule, messages: { a: { text: 'A {b}', help: 'B' } }, on: { *file() { yield { at: { start: 0, end: 0 }, message: 'a' }; } } });`,
    );
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const args = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      module,
      '--moduleResolution',
      resolution,
      '--exactOptionalPropertyTypes',
      '--types',
      '',
      'use.ts',
    ];
    const { status, stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
