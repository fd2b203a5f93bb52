/** The packed package, installed in an empty folder: run, imported, required, type-checked, judged by publint and attw. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build, type Plugin } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder = '';
let tarball = '';
let packed: { readonly path: string; readonly size: number }[] = [];

const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: process.platform === 'win32' });
const installed = (file: string): string => path.join(folder, 'node_modules/plimsoll', file);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-package-'));
  // dist/ is built by `npm test` before; the package is packed as it is. npm 12 names packages, older ones list them.
  const answer = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)) as object;
  const [about] = Object.values(answer) as { filename: string; files: typeof packed }[];
  packed = about?.files ?? [];
  tarball = path.join(folder, about?.filename ?? '');
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "consumer", "type": "module" }');
  npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', tarball], folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script of a consumer and returns what it prints as JSON; anything on standard error fails. */
function outcomeOf(name: string, code: string): unknown {
  writeFileSync(path.join(folder, name), code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [name], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe('the package', () => {
  it('holds what is needed and nothing else', () => {
    const files = packed.map((file) => file.path);
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'dist/cli.cjs',
        'dist/program.cjs',
        'dist/threads.cjs',
        'dist/worker.cjs',
        'dist/index.cjs',
        'dist/index.mjs',
        'dist/index.d.mts',
        'dist/schema.json',
        'dist/types/src/index.d.ts',
        'dist/THIRD-PARTY-NOTICES.txt',
      ]),
    );
    for (const file of files) expect(file).toMatch(/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+)$/);
    // Types are those of the library, and source maps would be of use only with the sources.
    expect(files.filter((file) => /types\/(test|rules\/[^/]+\/)|\.map$|\.tsx?$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
    expect(files.filter((file) => /types\/(test|rules\/[^/]+\/|src\/facts\/)/.test(file))).toEqual([]);
    for (const file of files.filter((name) => name.startsWith('dist/') && /js$/.test(name))) {
      expect(readFileSync(installed(file), 'utf8').includes('sourceMappingURL='), file).toBe(false);
    }
  });
  it('is small', () => {
    const size = packed.reduce((sum, file) => sum + file.size, 0);
    expect(size).toBeLessThan(4_000_000);
    expect(readFileSync(tarball).length).toBeLessThan(1_300_000);
  });
  it('brings no other packages with it', () => {
    const lock = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/plimsoll']);
  });
  it('passes publint, suggestions and all', async () => {
    const { messages } = await publint({ pkgDir: installed(''), strict: true, pack: false });
    expect(messages).toEqual([]);
  });
  it('passes attw', async () => {
    const { problems } = (await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))))) as {
      problems: readonly { readonly kind: string; readonly entrypoint?: string; readonly resolutionKind?: string }[];
    };
    // The old way to find modules (TypeScript's node10, gone with TypeScript 7) knows no exports. It finds the library all the same.
    const isOld = ({ entrypoint, resolutionKind }: (typeof problems)[number]): boolean =>
      entrypoint === './schema.json' && resolutionKind === 'node10';
    expect(problems.filter((problem) => !isOld(problem))).toEqual([]);
  }, 60_000);
  it('brings the schema of its configuration', () => {
    expect(outcomeOf('schema.cjs', "console.log(JSON.stringify(require('plimsoll/schema.json').properties.preset.enum))")).toEqual([
      'recommended',
      'strict',
      'all',
    ]);
  });
  it('tells its version to who asks', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(outcomeOf('version.cjs', "console.log(JSON.stringify(require('plimsoll/package.json').version))")).toBe(version);
  });
  it('runs', () => {
    writeFileSync(path.join(folder, 'Dockerfile'), 'FROM python\nENV A 1\n');
    const bin = path.join(folder, 'node_modules/.bin', process.platform === 'win32' ? 'plimsoll.cmd' : 'plimsoll');
    const { status, stdout } = spawnSync(bin, ['--format', 'json'], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as { ruleId: string }[]).map(({ ruleId }) => ruleId)).toContain('env-legacy-syntax');
  });
});

describe('the licences of what is bundled', () => {
  const noticesOf = (): string => readFileSync(installed('dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  const headings = (): string[] => [...noticesOf().matchAll(/^-{80}\n\n(\S+ \S+) \(.+\)$/gm)].map(([, heading]) => heading ?? '');

  it('are there for each package, also for those below another package', async () => {
    // Bundled once more, in another way than the build does it: as one file, and with nothing in the place of a package.
    const withoutStubs: Plugin = {
      name: 'without-stubs',
      setup: (plugin) =>
        plugin.onResolve({ filter: /^vscode-languageserver-/ }, ({ importer }) =>
          // What dockerfile-ast takes of these comes from src/build/lsp-types.mjs and text-document.mjs.
          importer.replaceAll('\\', '/').includes('/node_modules/dockerfile-ast/') ? { external: true } : undefined,
        ),
    };
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['src/program.ts', 'src/bin.ts', 'src/worker.ts'],
      outdir: path.join(folder, 'once-more'),
      external: ['./program.cjs'],
      plugins: [withoutStubs],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      logLevel: 'silent',
    });
    const wanted = new Set<string>();
    for (const { inputs } of Object.values(metafile.outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const end = file.lastIndexOf('node_modules/') + 'node_modules/'.length;
        if (bytesInOutput === 0 || end < 'node_modules/'.length) continue;
        const [scope = '', name = ''] = file.slice(end).split('/');
        const directory = file.slice(0, end) + (scope.startsWith('@') ? `${scope}/${name}` : scope);
        const manifest = JSON.parse(readFileSync(path.join(root, directory, 'package.json'), 'utf8')) as { name: string; version: string };
        wanted.add(`${manifest.name} ${manifest.version}`);
      }
    }
    expect([...wanted].map((heading) => heading.split(' ')[0])).toEqual(expect.arrayContaining(['dockerfile-ast', 'picomatch', 'yaml']));
    expect([...wanted].filter((heading) => !headings().includes(heading))).toEqual([]);
    expect(headings().filter((heading) => !wanted.has(heading))).toEqual([]);
  });
  it('come with their texts and names', () => {
    const [, ...parts] = noticesOf().split(`\n\n${'-'.repeat(80)}\n\n`);
    expect(parts).toHaveLength(headings().length);
    for (const part of parts) {
      expect(part, part.slice(0, 60)).toMatch(/copyright .*\w/i);
      expect(part, part.slice(0, 60)).toMatch(
        /permission is hereby granted|permission to use, copy|redistribution and use|apache license/i,
      );
    }
  });
  it('are asked of every package', async () => {
    const { notices } = (await import(new URL('../src/build/notices.mjs', import.meta.url).href)) as {
      notices: (metafiles: readonly object[], root: string) => string;
    };
    const make = (directory: string, files: Readonly<Record<string, string>>): void => {
      mkdirSync(path.join(folder, directory), { recursive: true });
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, directory, name), text);
    };
    const manifest = (name: string, version: string): string => JSON.stringify({ name, version, license: 'MIT' });
    make('b/node_modules/@s/a', { 'package.json': manifest('@s/a', '2.0.0'), LICENSE: 'Old terms', NOTICE: 'And this' });
    make('b/node_modules/@s/a/node_modules/c', { 'package.json': manifest('c', '1.0.0'), 'License.txt': 'Inner terms' });
    make('b/node_modules/c', { 'package.json': manifest('c', '3.0.0'), 'LICENCE.md': 'Outer terms' });
    make('b/node_modules/bare', { 'package.json': manifest('bare', '1.0.0') });
    const of = (...files: string[]): string => {
      const inputs = Object.fromEntries(files.map((file) => [file, { bytesInOutput: 1 }]));
      return notices(
        [{ outputs: { out: { inputs: { ...inputs, 'node_modules/unused/index.js': { bytesInOutput: 0 } } } } }],
        path.join(folder, 'b'),
      );
    };
    const text = of('src/x.ts', 'node_modules/@s/a/lib/i.js', 'node_modules/@s/a/node_modules/c/i.js', 'node_modules/c/i.js');
    expect(text.match(/^\S+ \d.*$/gm)).toEqual(['@s/a 2.0.0 (MIT)', 'c 1.0.0 (MIT)', 'c 3.0.0 (MIT)']);
    for (const words of ['Old terms\n\nAnd this', 'Inner terms', 'Outer terms']) expect(text).toContain(words);
    expect(() => of('node_modules/bare/i.js')).toThrow('bare 1.0.0 does not say');
  });
});

describe('the library', () => {
  const USE = `
    const report = lintText('FROM python:3.13-slim-trixie\\nENV A 1\\n', { select: ['env-legacy-syntax'] });
    const files = lintFiles(['Dockerfile', 'missing'], { today: '2026-11-20' });
    const mended = applyFixes('FROM python:3.13-slim-trixie\\nRUN pip install a==1\\n', { fixOnly: ['pip-no-cache'] }).text;
    const thrown = (call) => { try { call(); return ''; } catch (error) { return error instanceof ConfigurationError ? error.message : 'other'; } };
    const own = defineRule({ id: 'own', family: 'dockerfile', summary: 'Own', severity: 'info', confidence: 'high', preset: 'all', since: '1.0.0',
      messages: { user: { text: 'User {name}', help: 'Do' } }, on: { instruction: { *USER({ value, span }) { yield { at: span, message: 'user', data: { name: value.text } }; } } } });
    const extra = lintText('FROM a:1\\nUSER x\\n', { extraRules: [own] });
    console.log(JSON.stringify({
      found: report.findings.map((f) => f.ruleId), files: files.files.length, failures: files.failures.length, rules: rules.length > 20, mended,
      unknown: thrown(() => lintText('', { select: ['nope'] })), broken: thrown(() => lintFiles(['Dockerfile'], { config: 'broken.toml' })),
      extra: extra.findings.filter((f) => f.ruleId === 'own').map((f) => f.message),
    }));`;
  it.each([
    ['import', 'use.mjs', "import { lintText, lintFiles, applyFixes, rules, ConfigurationError, defineRule } from 'plimsoll';"],
    ['require', 'use.cjs', "const { lintText, lintFiles, applyFixes, rules, ConfigurationError, defineRule } = require('plimsoll');"],
  ])('works by %s', (_, name, first) => {
    writeFileSync(path.join(folder, 'broken.toml'), '[tool.plimsoll]\nnope = 1\n');
    writeFileSync(path.join(folder, 'Dockerfile'), 'FROM python\nENV A 1\n');
    const outcome = outcomeOf(name, first + USE);
    expect(outcome).toMatchObject({ found: ['env-legacy-syntax'], files: 1, failures: 1, rules: true, extra: ['User x'] });
    expect(outcome).toMatchObject({ mended: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir a==1\n' });
    expect(outcome).toMatchObject({ unknown: expect.stringContaining('nope'), broken: expect.stringContaining('broken.toml:2:1') });
  });
  it('is the same by both ways, so that an error of one is an error of the other', () => {
    const code = `import * as imported from 'plimsoll'; import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)('plimsoll');
      const names = [...new Set([...Object.keys(imported), ...Object.keys(required)])].sort();
      console.log(JSON.stringify({ names, different: names.filter((name) => imported[name] !== required[name]) }));`;
    expect(outcomeOf('both.mjs', code)).toEqual({
      names: ['ConfigurationError', 'applyFixes', 'defineRule', 'lintFiles', 'lintText', 'placeOf', 'rangeOf', 'rules'],
      different: [],
    });
  });

  const TYPED = `
    const report: FileReport = lintText('FROM a', { preset: 'strict' });
    export const first: number | undefined = report.findings[0]?.span.start;
    export const rule: Rule = defineRule({ id: 'x', family: 'apt', summary: 'X', severity: 'info', confidence: 'high', preset: 'all', since: '1.0.0',
      messages: { a: { text: 'A {b}', help: 'C' } },
      on: { *command(command) { yield { at: command.span, message: 'a', data: { b: command.name } }; } } });
    // @ts-expect-error: a misspelt message id does not compile
    defineRule({ ...rule, messages: { a: { text: 'A', help: 'B' } }, on: { *file() { yield { at: { start: 0, end: 0 }, message: 'aa' }; } } });
    // @ts-expect-error: nor does a message without its data
    defineRule({ ...rule, messages: { a: { text: 'A {b}', help: 'B' } }, on: { *file() { yield { at: { start: 0, end: 0 }, message: 'a' }; } } });`;
  const IMPORT = "import { defineRule, type FileReport, lintText, type Rule } from 'plimsoll';";
  const REQUIRE =
    "import plimsoll = require('plimsoll'); import type { FileReport, Rule } from 'plimsoll'; const { defineRule, lintText } = plimsoll;";
  it.each([
    ['nodenext', 'nodenext', 'use-types.mts', IMPORT],
    ['nodenext', 'nodenext', 'use-types.cts', REQUIRE],
    // TypeScript's module of old Nodes: what is not there for `require` is an error.
    ['node16', 'node16', 'use-types.mts', IMPORT],
    ['node16', 'node16', 'use-types.cts', REQUIRE],
    ['esnext', 'bundler', 'use-types.ts', IMPORT],
    ['preserve', 'bundler', 'use-types.cts', REQUIRE],
  ])('has types that a consumer can check (%s, %s, %s)', (module, moduleResolution, name, first) => {
    writeFileSync(path.join(folder, name), first + TYPED);
    // Without types of Node or anything else: what is in the package is all there is.
    const flags = { target: 'es2022', module, moduleResolution, types: '' };
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        path.join(root, 'node_modules/typescript/bin/tsc'),
        ...['--ignoreConfig', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'],
        ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
        name,
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
  it('has types of nobody else in its own', () => {
    const files = packed.filter((file) => /\.d\.m?ts$/.test(file.path)).map((file) => readFileSync(installed(file.path), 'utf8'));
    const specifiers = files.flatMap((text) => [...text.matchAll(/(?:\bfrom |\bimport\()['"]([^'"]+)['"]/g)].map(([, name]) => name ?? ''));
    expect(specifiers.filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(files.join('\n')).not.toMatch(/<reference |\bBuffer\b|\bNodeJS\./);
  });
});

describe('the release', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const changelog = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
  /** The releases, newest first, each with what is below its heading; Keep a Changelog has them as `## [1.2.0] - 2026-12-24`. */
  const releases = changelog
    .split(/^## /m)
    .slice(1)
    .map((text) => ({ heading: text.slice(0, text.indexOf('\n')), text }));
  const numbers = (version: string): readonly number[] => version.split('.').map(Number);
  const isNewer = (one: string, other: string): boolean => {
    const at = numbers(one).findIndex((value, i) => value !== numbers(other)[i]);
    return at >= 0 && (numbers(one)[at] ?? 0) > (numbers(other)[at] ?? 0);
  };
  const rulesOf = (text: string): string => text.split(/^### /m).find((part) => part.startsWith('Rules\n')) ?? '';

  it('is told in the changelog', () => {
    for (const { heading } of releases) expect(heading).toMatch(/^\[\d+\.\d+\.\d+\] - (\d{4}-\d{2}-\d{2}|unreleased)$/);
    expect(releases[0]?.heading).toContain(`[${manifest.version}]`);
    const versions = releases.map(({ heading }) => heading.slice(1, heading.indexOf(']')));
    versions.slice(1).forEach((version, i) => {
      expect(isNewer(versions[i] ?? '', version), `${versions[i]} before ${version}`).toBe(true);
    });
    for (const { heading, text } of releases) expect(rulesOf(text), `the section Rules of ${heading}`).not.toBe('');
  });
  it('is not older than one of its rules', () => {
    expect(rules.filter(({ since }) => isNewer(since, manifest.version)).map(({ id, since }) => `${id} ${since}`)).toEqual([]);
  });
  it('names every rule in the section of its version', () => {
    const sections = new Map(releases.map(({ heading, text }) => [heading.slice(1, heading.indexOf(']')), rulesOf(text)]));
    const missing = rules.filter(({ id, since }) => sections.get(since)?.includes(`\`${id}\``) !== true);
    expect(missing.map(({ id, since }) => `CHANGELOG.md: section Rules of ${since}: name \`${id}\``)).toEqual([]);
  });
  it('names no rule as added that does not exist', () => {
    const known = new Set(rules.map(({ id }) => id));
    const lists = rulesOf(releases[0]?.text ?? '').match(/^ {2}- \S+: .*(?:\n {4}.*)*/gm) ?? [];
    const named = lists.flatMap((list) => [...list.matchAll(/`([^`]+)`/g)].map(([, id]) => id ?? ''));
    expect(named.filter((id) => !known.has(id))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
  });
  it('has a changelog without a link that leads nowhere in the package', () => {
    const links = [...changelog.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, file]) => file ?? '');
    expect(links.filter((file) => !readdirSync(installed('')).includes(file))).toEqual([]);
  });
});
