import { describe, expect, it } from 'vitest';
import { readPipfile } from '../src/files/pipfile.js';
import { readPyproject } from '../src/files/pyproject.js';
import { readToml, tomlValue } from '../src/files/toml.js';
import { at, placedAt, type TreeNode, textAt } from '../src/files/tree.js';

const values = (node: TreeNode): unknown => {
  if (node.kind === 'map') return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key, values(value)]));
  return node.kind === 'list' ? node.items.map(values) : node.kind === 'scalar' ? node.value : '?';
};

describe('TOML', () => {
  const text = `# a project
title = "a \\"b\\" \\u00e9" # comment
path = 'C:\\x'
dotted."a.b".c = 1_000
floats = [1.5, -inf, 0x10, +3]
on = true
day = 1979-05-27 07:32:00
long = """
one
two"""
raw = '''it's'''
[table]
items = [ # first
  "x",
  { name = "y", deep = [[1], []] },
]
[[list]]
a = 1
[list.sub]
b = 2
[[list]]
a = 3
[table.more]
c = ""
`;

  it('is read as smol-toml reads it, dates aside', () => {
    const { root, problems } = readToml(text);
    expect(problems).toEqual([]);
    const { day: _, ...rest } = tomlValue(text) ?? {};
    const { day, ...own } = values(root) as Record<string, unknown>;
    expect(own).toEqual(rest);
    expect(day).toBe('1979-05-27 07:32:00');
  });

  it('knows where texts and keys stand', () => {
    const { root } = readToml(text);
    const written = (...path: (string | number)[]) => {
      const placed = placedAt(root, ...path);
      return placed && text.slice(placed.span.start, placed.span.end);
    };
    expect(written('path')).toBe('C:\\x');
    expect(written('table', 'items', 1, 'name')).toBe('y');
    expect(written('long')).toBe('one\ntwo');
    expect(written('raw')).toBe("it's");
    expect(written('title')).toBe('"a \\"b\\" \\u00e9"');
    expect(written('list', 1, 'a')).toBe('3');
    const table = at(root, 'table');
    expect(table && text.slice(table.span.start, table.span.end)).toBe('[table]');
  });

  it('goes on behind what cannot be read', () => {
    const broken = 'a = 1\nb = \nc = "x\n[bad\nlost = 1\n[good]\nd = 2\n';
    const { root, problems } = readToml(broken);
    expect(values(root)).toEqual({ a: 1, good: { d: 2 } });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/^is not valid TOML: /);
    expect(broken.slice(0, problems[0]?.span.start).split('\n')).toHaveLength(2);
  });
});

describe('pyproject.toml', () => {
  it('by the standard', () => {
    const text = `[project]
name = "demo"
requires-python = ">=3.11"
readme = {file = "README.md", content-type = "text/markdown"}
license-files = ["LICENSE*"]
dynamic = ["version"]
dependencies = ["numpy>=1.26", 'torch; sys_platform == "linux"']
[project.optional-dependencies]
gpu = ["cupy"]
[dependency-groups]
test = ["pytest"]
dev = [{include-group = "test"}, "ruff==0.9.0"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[tool.uv]
package = false
default-groups = ["dev", "gpu"]
dev-dependencies = ["mypy"]
[tool.uv.sources]
torch = [{ index = "pytorch", marker = "x" }, { git = "https://host/t", branch = "main" }]
demo = { workspace = true }
[[tool.uv.index]]
name = "pytorch"
url = "https://download.pytorch.org/whl/cu128"
explicit = true
`;
    const project = readPyproject(text);
    expect(project.problems).toEqual([]);
    expect([project.name?.text, project.requiresPython?.text, project.version]).toEqual(['demo', '>=3.11', undefined]);
    expect([project.readme, project.licenseFiles, project.dynamic].map((list) => list.map((placed) => placed.text))).toEqual([
      ['README.md'],
      ['LICENSE*'],
      ['version'],
    ]);
    const listed = project.dependencies.map((dependency) => {
      const { group } = dependency;
      const said =
        dependency.kind === 'requirement' ? dependency.requirement : dependency.kind === 'include' ? dependency.included : dependency.name;
      expect(text.slice(said.span.start, said.span.end)).toBe(said.text);
      return `${group.kind} ${group.name ?? '-'} ${dependency.kind} ${said.text}`;
    });
    expect(listed).toEqual([
      'main - requirement numpy>=1.26',
      'main - requirement torch; sys_platform == "linux"',
      'extra gpu requirement cupy',
      'group test requirement pytest',
      'group dev include test',
      'group dev requirement ruff==0.9.0',
      'build - requirement hatchling',
      'group dev requirement mypy',
    ]);
    expect(project.buildSystem?.backend?.text).toBe('hatchling.build');
    expect(project.uv).toMatchObject({ isPackage: false, indexes: [{ name: 'pytorch', isDefault: false, isExplicit: true }] });
    expect(project.uv?.sources.get('torch')).toMatchObject([
      { kind: 'index' },
      { kind: 'git', reference: { kind: 'branch', name: 'main' } },
    ]);
    expect(project.uv?.sources.get('demo')).toEqual([{ kind: 'workspace', isEditable: false }]);
    expect([...project.tools]).toEqual(['uv']);
  });

  it("by Poetry's tables", () => {
    const project = readPyproject(`[tool.poetry]
name = "demo"
readme = ["A.md", "B.md"]
[tool.poetry.dependencies]
python = "^3.11"
numpy = "^1.26"
torch = { version = "*", extras = ["x"], optional = true, markers = "m" }
lib = { git = "https://host/lib.git", rev = "abc" }
here = { path = "../here", develop = true }
both = [{ version = "1", python = "<3.12" }, { version = "2" }]
[tool.poetry.group.dev.dependencies]
pytest = "8.0.0"
`);
    expect(project.requiresPython?.text).toBe('^3.11');
    expect(project.readme.map(({ text }) => text)).toEqual(['A.md', 'B.md']);
    expect(project.dependencies).toMatchObject([
      { name: { text: 'numpy' }, version: { text: '^1.26' }, group: { kind: 'main' } },
      { name: { text: 'torch' }, version: { text: '*' }, extras: ['x'], isOptional: true, marker: { text: 'm' } },
      { name: { text: 'lib' }, source: { kind: 'git', reference: { kind: 'rev', name: 'abc' } } },
      { name: { text: 'here' }, source: { kind: 'path', isEditable: true, location: { text: '../here' } } },
      { name: { text: 'both' }, version: { text: '1' }, python: { text: '<3.12' } },
      { name: { text: 'both' }, version: { text: '2' } },
      { name: { text: 'pytest' }, group: { kind: 'group', name: 'dev' } },
    ]);
  });
});

describe('Pipfile', () => {
  it('lists packages by category', () => {
    const { dependencies, sources, python } = readPipfile(`[[source]]
url = "https://pypi.org/simple"
[packages]
requests = "*"
lib = { ref = "v1", git = "https://host/lib" }
[dev-packages]
pytest = "==8.0"
[docs]
sphinx = "*"
[requires]
python_version = "3.11"
`);
    expect(dependencies.map(({ name, group, version, source }) => [name.text, group.name, version?.text, source?.reference?.name])).toEqual(
      [
        ['requests', undefined, '*', undefined],
        ['lib', undefined, undefined, 'v1'],
        ['pytest', 'dev', '==8.0', undefined],
        ['sphinx', 'docs', '*', undefined],
      ],
    );
    expect(sources.map(({ text }) => text)).toEqual(['https://pypi.org/simple']);
    expect(python?.text).toBe('3.11');
    expect(textAt(readPipfile('[packages').root, 'packages')).toBeUndefined();
  });
});
