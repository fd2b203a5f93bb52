/**
 * The hooks for pre-commit and prek: what `.pre-commit-hooks.yaml` selects is what a search of directories finds. The real programs
 * run them in test/clients/pre-commit.mjs and prek.mjs.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isComposePath } from '../src/model/compose.js';
import { discover, NOT_A_DOCKERFILE, PATTERNS, SKIPPED_DIRECTORIES } from '../src/source/discover.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const hooks = parse(readFileSync(path.join(root, '.pre-commit-hooks.yaml'), 'utf8')) as Record<string, unknown>[];
const [lint, fix] = hooks as [Record<string, unknown>, Record<string, unknown>];

/** What Python's and prek's `(?ix)` mean: any case, and white space says nothing. */
function selection(files: unknown): RegExp {
  const [, pattern] = /^\(\?ix\)(.*)$/s.exec(String(files)) ?? [];
  if (pattern === undefined || /\\\s|\[[^\]]*\s[^\]]*\]|#/.test(pattern)) throw new Error(`not a pattern this test can read: ${files}`);
  return new RegExp(pattern.replace(/\s+/g, ''), 'i');
}

/** Names in the wild (conventions of 2026-11: the eleven kinds are what identify and hadolint's hook pass or miss). */
const SELECTED = [
  'Dockerfile',
  'Dockerfile.dev',
  'Dockerfile-dev',
  'dev.Dockerfile',
  'dev.dockerfile',
  'dockerfile',
  'dockerfile.dev',
  'Containerfile',
  'Containerfile.gpu',
  'gpu.Containerfile',
  'gpu.containerfile',
  'Dockerfile_cpu',
  'Dockerfile.cu12.8',
  '.dockerfile',
  'services/[api] (old)/Dockerfile',
  'büro/Dockerfile.größe',
  'compose.yaml',
  'compose.override.yml',
  'docker-compose.yml',
  'deploy/docker-compose.prod.yaml',
  'docker-compose-gpu.yml',
];
const LEFT_OUT = [
  'Dockerfile.dockerignore',
  'Dockerfile.gpu.dockerignore',
  '.dockerignore',
  'Dockerfile.md',
  'Dockerfile.py',
  'Dockerfile.j2',
  'my.Dockerfile.tmpl',
  'Dockerfile.gpu.in',
  'Dockerfile~',
  'Dockerfile.orig',
  'Dockerfiles/readme.md',
  'Dockerfile.d/notes.txt',
  'mydockerfile',
  'dockerfile_lint.py',
  'compose.yaml.j2',
  'compose.json',
  'mycompose.yml',
  'compose/values.yml',
  'docker-bake.hcl',
  'node_modules/package/Dockerfile',
  'api/.venv/lib/Dockerfile.gpu',
];

describe('the pattern', () => {
  const pattern = selection(lint['files']);
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-hook-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(SELECTED)('selects %s', (name) => expect(name).toMatch(pattern));
  it.each(LEFT_OUT)('leaves %s out', (name) => expect(name).not.toMatch(pattern));

  it('selects what a search of directories finds, and nothing else', async () => {
    const endings = NOT_A_DOCKERFILE.source.match(/[a-z?\d]+(?=[|)])/g)?.flatMap(withAndWithout) ?? [];
    expect(endings).toEqual(expect.arrayContaining(['dockerignore', 'yml', 'yaml', 'rej']));
    const names = PATTERNS.flatMap(namesOf);
    const all = [
      ...SELECTED,
      ...LEFT_OUT,
      ...names.flatMap((name) => [name, name.toUpperCase(), `sub.d/${name}`, `${name}~`, `x${name}`, `${name}x`]),
      ...endings.flatMap((ending) => names.map((name) => `${name}.${ending}`)),
      ...SKIPPED_DIRECTORIES.flatMap((name) => [`${name}/Dockerfile`, `a/${name.toUpperCase()}/b/gpu.Dockerfile`, `x${name}/Dockerfile`]),
    ].map((name, i) => `${i}/${name}`);
    for (const name of all) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), '');
    }
    const found = await discover(['.'], { cwd: folder, isExcluded: () => false, forceExclude: false, gitignore: false });
    expect(all.filter((name) => pattern.test(name)).sort()).toEqual(found.files);
    expect(found.files.length).toBeGreaterThan(100);
    expect(all.length - found.files.length).toBeGreaterThan(300);
  });

  it('selects compose files that are read as such', () => {
    const composeNames = PATTERNS.filter((glob) => glob.includes('compose')).flatMap(namesOf);
    expect(composeNames.length).toBeGreaterThan(10);
    for (const name of composeNames) expect([name, isComposePath(name)]).toEqual([name, true]);
  });
});

describe('the hooks', () => {
  it('start the program itself, once', () => {
    const { bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { bin: object };
    expect(hooks.map(({ id }) => id)).toEqual(['plimsoll', 'plimsoll-fix']);
    for (const { entry, language, require_serial } of hooks) {
      expect(Object.keys(bin)).toContain(String(entry).split(' ')[0]);
      expect([language, require_serial]).toEqual(['node', true]);
    }
    expect([lint['entry'], fix['entry']]).toEqual(['plimsoll --force-exclude', 'plimsoll --fix --force-exclude']);
  });
  it('select the same files', () => expect(fix['files']).toBe(lint['files']));
});

/** Names that a glob of ours finds: each of its alternatives, and for `*` what people write there. */
function namesOf(glob: string): string[] {
  const [whole, before = '', braces, set, star, after = ''] = /^(.*?)(?:\{([^{}]*)\}|\[([^\]]*)\]|(\*\*\/|\*))(.*)$/.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  const middles =
    braces !== undefined
      ? braces.split(',')
      : set !== undefined
        ? [...set]
        : star === '**/'
          ? ['']
          : ['', 'gpu', 'Cu12.8-py', 'a_b c', 'größe', 'dockerfile'];
  return middles.flatMap((middle) => namesOf(`${before}${middle}${after}`));
}

/** The endings that `ya?ml` means. */
function withAndWithout(ending: string): string[] {
  return ending.includes('?') ? [ending.replace('?', ''), ending.replace(/.\?/, '')] : [ending];
}
