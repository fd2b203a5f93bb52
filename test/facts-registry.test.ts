/** The parts of `npm run facts` that read and order what registries say, and the tables it wrote. None of it asks a network. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error: a build script without types
import { cudaTable, downloadsOf, isForLinux, readTable } from '../src/build/facts/cuda.mjs';
// @ts-expect-error: a build script without types
import { debianTable, emptyIndex, readNames, readPackages, stateOf } from '../src/build/facts/debian.mjs';
// @ts-expect-error: a build script without types
import { chosenBlobs } from '../src/build/facts/locks.mjs';
// @ts-expect-error: a build script without types
import { toolTable, versionIn } from '../src/build/facts/tools.mjs';
// @ts-expect-error: a build script without types
import { compareFinal } from '../src/build/facts/versions.mjs';
// @ts-expect-error: a build script without types
import { muslWheels } from '../src/build/facts/wheels.mjs';
// @ts-expect-error: a build script without types
import { wrapped } from '../src/build/facts/written.mjs';
import { inSuite, presence, providersOf, suitesWith } from '../src/facts/apt-suites.js';
import { defaultCudaOf, downloadOf, newestOf } from '../src/facts/cuda.js';
import { PACKAGES, PROVIDERS, READ_ON } from '../src/facts/debian-packages.js';
import { wheelSupport } from '../src/facts/python-packages.js';
import { CURRENT, TOOLS_AS_OF } from '../src/facts/tool-versions.js';

describe('an index of packages', () => {
  const text = `Package: libnew
Version: 1
Provides: libold (= 1), libboth, libany:any

Package: libother
Provides: libboth
Description: a package
 Package: not-one

Package: zlib
`;
  const index = readPackages(text, 'main');
  readPackages('Package: blob\nProvides: libblob\n\nPackage: zlib\n', 'non-free', index);

  it.each([
    ['libnew', 'p'],
    ['zlib', 'p'],
    ['libold', 'o'],
    ['libany', 'o'],
    ['libboth', 'm'],
    ['blob', 'c'],
    ['libblob', '-'],
    ['not-one', '-'],
  ])('%s is %s', (name, state) => {
    expect(stateOf(name, index)).toBe(state);
  });

  it('becomes a table in the order of the names', () => {
    const names = readNames('zlib libold  # comment libnot\nlibboth\nzlib\n');
    expect(names).toEqual(['libboth', 'libold', 'zlib']);
    const written = debianTable(names, [index, emptyIndex(), index], '2026-11-22');
    expect(written).toContain('`\nm-m libboth\no-o libold\np-p zlib\n`');
    expect(written).toContain('`\nlibboth libnew,libother - libnew,libother\nlibold libnew - libnew\n`');
    expect(debianTable(names, [index, emptyIndex(), index], '2026-11-22')).toBe(written);
  });
});

describe('lock files', () => {
  it.each([
    ['torch-2.10.0-cp312-cp312-manylinux_2_28_x86_64.whl', true],
    ['nvidia_cublas_cu12-12.8.4.1-py3-none-manylinux_2_27_x86_64.whl', true],
    ['xgboost-3.2.0-py3-none-linux_x86_64.whl', true],
    ['keras-3.12.0-py3-none-any.whl', true],
    ['numpy-2.3.0-cp312-cp312-musllinux_1_2_x86_64.whl', false],
    ['torch-2.10.0-cp312-cp312-manylinux_2_28_aarch64.whl', false],
    ['torch-2.10.0-cp312-none-macosx_11_0_arm64.whl', false],
    ['torch-2.10.0.tar.gz', false],
  ])('%s for Linux: %s', (file, expected) => {
    expect(isForLinux(file)).toBe(expected);
  });

  const entry = (name: string, version: string, size: number, dependencies = ''): string =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "https://pypi.org/simple" }\n` +
    `dependencies = [\n${dependencies}]\nwheels = [\n` +
    `    { url = "https://files.example/${name}-${version}-cp312-cp312-manylinux_2_28_x86_64.whl", hash = "sha256:0", size = ${size} },\n` +
    `    { url = "https://files.example/${name}-${version}-cp312-cp312-win_amd64.whl", hash = "sha256:0", size = 999 },\n]\n`;
  const torch = entry(
    'torch',
    '2.10.0',
    100,
    '    { name = "nvidia-x-cu12" },\n    { name = "sympy" },\n    { name = "triton", marker = "a" },\n',
  );
  const runtime = '    { name = "nvidia-cuda-runtime-cu12" },\n';

  it('add up what a release brings of CUDA', () => {
    const lock =
      torch + entry('nvidia-x-cu12', '1', 20, runtime) + entry('nvidia-cuda-runtime-cu12', '12.8.90', 3) + entry('triton', '3', 5);
    expect(downloadsOf(lock)).toEqual([{ name: 'torch', version: '2.10.0', cuda: '12.8', total: 128, own: 100 }]);
  });

  it('follow extras', () => {
    const root = entry('torch', '2.13.0', 100, '    { name = "cuda-toolkit", extra = ["cublas"], marker = "a" },\n');
    const toolkit = `${entry('cuda-toolkit', '13', 1)}\n[package.optional-dependencies]\ncublas = [\n    { name = "nvidia-cublas" },\n]\nnvcc = [\n    { name = "nvidia-nvcc" },\n]\n`;
    expect(downloadsOf(root + toolkit + entry('nvidia-cublas', '13', 40))).toMatchObject([{ total: 141 }]);
  });

  it('say nothing where a part is missing, or there twice', () => {
    expect(downloadsOf(torch)).toEqual([]);
    const parts = entry('nvidia-x-cu12', '1', 20) + entry('triton', '3', 5);
    expect(downloadsOf(torch + parts + entry('triton', '2', 5))).toEqual([]);
    expect(downloadsOf(torch.replace('pypi.org/simple', 'download.example/whl/cpu') + parts)).toEqual([]);
  });

  it('are added to what the tables hold', () => {
    const text = (name: string): string => readFileSync(new URL(`../src/facts/${name}.ts`, import.meta.url), 'utf8');
    const { downloads, ...sources } = readTable(text('cuda-wheels'));
    expect(cudaTable(downloads, sources)).toBe(text('cuda-wheels'));
    const table = text('musl-wheels');
    expect(muslWheels({ table, clones: [], lock: { text: '', day: sources.day } })).toBe(table);
    const files = (version: string): string =>
      `\n[[package]]\nname = "aiohttp"\nversion = "${version}"\nsource = { registry = "https://pypi.org/simple" }\nwheels = [\n` +
      `    { url = "https://files.example/aiohttp-${version}-cp312-cp312-musllinux_1_2_x86_64.whl", size = 1 },\n]\n`;
    const newer = muslWheels({ table, clones: [], lock: { text: files('99.0'), day: '2030-01-01' } });
    expect(newer).toMatch(/\naiohttp w[\d.]+-99\.0\n/);
    expect(newer).toContain('measured.toml, 2030-01-01');
    expect(newer).toContain("SEEN_UNTIL = '2026-08-22'");
  });

  it('are chosen from the history, each once', () => {
    const [a, b, none] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)];
    const log = `@2026-02-02\n\n:100644 100644 ${a} ${b} M\tuv.lock\n:100644 000000 ${a} ${none} D\tx/uv.lock\n@2026-01-01\n\n:000000 100644 ${none} ${a} A\tuv.lock\n`;
    expect([...chosenBlobs(log)]).toEqual([
      [b, '2026-02-02'],
      [a, '2026-01-01'],
    ]);
  });
});

describe('what is written', () => {
  it('orders final and post releases', () => {
    const ordered = ['1.1.3', '1.1.3.post0', '1.1.3.1', '1.2', '1.10', '2024.1'];
    expect([...ordered].reverse().sort(compareFinal)).toEqual(ordered);
  });

  it('reads the first line of pip index versions, of the package asked for only', () => {
    expect(versionIn('uv (0.13.9)\nAvailable versions: 0.13.9, 0.13.8\n', 'uv')).toBe('0.13.9');
    expect(() => versionIn('ERROR: No matching distribution found', 'uv')).toThrow('uv');
    expect(() => versionIn('uvx (1.0)', 'uv')).toThrow('uv');
    expect(toolTable([['uv', '0.13.9']], '2026-11-22')).toContain("export const CURRENT = {\n  uv: '0.13.9',\n} as const;");
  });

  it('keeps to the width and loses no word', () => {
    const many = Array.from({ length: 200 }, (_, index) => `name-${index}`);
    const lines: string[] = wrapped(many, 'ppp ');
    expect(lines.every((line) => line.length <= 130 && line.startsWith('ppp '))).toBe(true);
    expect(lines.flatMap((line) => line.slice(4).split(' '))).toEqual(many);
  });
});

describe('the tables', () => {
  it('are well formed', () => {
    for (const line of PACKAGES.trim().split('\n')) expect(line).toMatch(/^[pomc-]{3}(?: [a-z0-9][a-z0-9+.-]+)+$/);
    const names = PACKAGES.trim()
      .split('\n')
      .flatMap((line) => line.split(' ').slice(1));
    expect(new Set(names).size).toBe(names.length);
    for (const line of PROVIDERS.trim().split('\n')) expect(names).toContain(line.split(' ')[0]);
    const asked = readNames(readFileSync(new URL('../src/build/facts/apt-names.txt', import.meta.url), 'utf8'));
    expect(names.sort()).toEqual(asked);
    for (const day of [READ_ON, TOOLS_AS_OF]) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const version of Object.values(CURRENT)) expect(version).toMatch(/^\d+(?:\.\d+)+$/);
  });

  // As apt itself decided in a simulation with these indexes, 2026-11-22.
  it.each([
    ['libgl1-mesa-glx', 'bookworm', 'package'],
    ['libgl1-mesa-glx', 'trixie', 'absent'],
    ['libglib2.0-0', 'bookworm', 'package'],
    ['libglib2.0-0', 'trixie', 'provided'],
    ['libasound2', 'trixie', 'provided'],
    ['netcat', 'bullseye', 'package'],
    ['netcat', 'bookworm', 'choice'],
    ['software-properties-common', 'trixie', 'absent'],
    ['openjdk-17-jre-headless', 'bookworm', 'package'],
    ['openjdk-17-jre-headless', 'trixie', 'absent'],
    ['libmysqlclient-dev', 'trixie', 'absent'],
    ['nvidia-cuda-toolkit', 'trixie', 'non-free'],
    ['libgl1-mesa-glx', 'noble', 'absent'],
    ['no-such-package', 'trixie', undefined],
    ['curl', 'sid', undefined],
    ['curl', 'jammy', undefined],
  ])('%s in %s: %s', (name, suite, expected) => {
    expect(presence(name, suite)).toBe(expected);
    expect(inSuite(name, suite)).toBe(expected === undefined ? undefined : expected !== 'absent');
  });

  it('name the providers', () => {
    expect(providersOf('libglib2.0-0', 'trixie')).toEqual(['libglib2.0-0t64']);
    expect(providersOf('netcat', 'trixie')).toEqual(['netcat-openbsd', 'netcat-traditional']);
    expect(providersOf('curl', 'trixie')).toEqual([]);
    expect(suitesWith('libatlas-base-dev')).toEqual(['bullseye', 'bookworm']);
  });

  it('know the CUDA of torch where it was measured, and what lies between', () => {
    expect(defaultCudaOf('2.10.0')).toBe('12.8');
    expect(defaultCudaOf('2.11.0')).toBe('13.0');
    expect(defaultCudaOf('2.8.0')).toBe('12.8');
    expect(defaultCudaOf('2.1.2')).toBe('12.1');
    expect(defaultCudaOf('2.7.2')).toBe('12');
    expect(defaultCudaOf('2.10.1')).toBeUndefined();
    expect(defaultCudaOf('1.12.1')).toBeUndefined();
    expect(defaultCudaOf('99.0')).toBeUndefined();
    expect(defaultCudaOf('2.14.1', '2.15.0')).toBe('13');
    expect(downloadOf('torch', '2.10.0')).toEqual({ name: 'torch', version: '2.10.0', cuda: '12.8', total: 4118 });
    expect(downloadOf('torch', '2.10.1')?.version).toBe('2.10.0');
    expect(downloadOf('tensorflow-cpu', '2.21.0')).toMatchObject({ total: 274 });
    expect(downloadOf('torch', '1.0')).toBeUndefined();
  });

  // Fails when the tables were made anew: which Python takes the newest release is to be asked of pip then.
  it.each(['tensorflow', 'torch', 'xgboost'])('know the newest %s', (name) => {
    expect(newestOf(name)).toBe(downloadOf(name, '9999')?.version);
  });

  it('know what glibc must compile', () => {
    expect(wheelSupport('dlib')).toBe('source');
    expect(wheelSupport('PsycoPG2', '2.9.9')).toBe('source');
    expect(wheelSupport('psycopg2', '2.7.7')).toBeUndefined();
    expect(wheelSupport('psycopg2', '99.0')).toBeUndefined();
    expect(wheelSupport('pygraphviz', '1.14')).toBe('source');
    expect(wheelSupport('pygraphviz', '2.0.1')).toBeUndefined();
    expect(wheelSupport('pygraphviz')).toBe('wheel');
    expect(wheelSupport('numpy')).toBe('wheel');
    expect(wheelSupport('torch')).toBeUndefined();
  });
});
