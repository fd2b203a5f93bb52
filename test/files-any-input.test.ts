/** Every reader of src/files on input that nobody meant: it never throws, and what it returns stands inside the text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBake } from '../src/files/bake.js';
import { mergedCompose, readCompose } from '../src/files/compose.js';
import { readDockerignore } from '../src/files/dockerignore.js';
import { readEnvironment } from '../src/files/environment.js';
import { interpolated, variablesIn } from '../src/files/interpolation.js';
import { readLock } from '../src/files/locks.js';
import { readPipfile } from '../src/files/pipfile.js';
import { readPyproject } from '../src/files/pyproject.js';
import { readRequirements } from '../src/files/requirements.js';
import { readToml } from '../src/files/toml.js';
import { readYaml } from '../src/files/yaml.js';

const TOML = `[project]
name = "a" # b
dependencies = ["numpy>=1; x == 'y'", 'b']
[tool.poetry.dependencies]
c = { version = "^1", git = "https://h", extras = ["x"] }
[[tool.uv.index]]
url = """
x"""
[[package]]
name = "n"
version = "1"
source = { registry = "u" }
`;
const COMPOSE = `x: &x {a: 1}
services:
  web:
    image: "\${A:-b}:c"
    build: {context: ., args: [A=b, C]}
    ports: ["127.0.0.1:80:80/tcp", 8080]
    volumes: [./a:/b:ro, {type: bind, source: .}]
    environment:
      <<: *x
      B: 'c\\d'
    depends_on: [db]
`;

interface Reader {
  readonly name: string;
  readonly sample: string;
  readonly pieces: readonly string[];
  readonly read: (text: string) => unknown;
}

const READERS: readonly Reader[] = [
  {
    name: 'dockerignore',
    sample: '# c\n**/a*\n!b/[a-c]?\n/x/../y/\n\\d\n',
    pieces: ['*', '**', '/', '!', '[', ']', '\\', '^', '-', '|', '{2}', '{', '(', ' ', '\n'],
    read: (text) => {
      const file = readDockerignore(text);
      for (const path of ['a', 'a/b', 'b/a1', text.slice(0, 20)]) file.decidedBy(path);
      return file;
    },
  },
  {
    name: 'requirements',
    sample: 'a[b]>=1 ; x == "y" # c\\\n  --hash=sha256:a\n-r b.txt\n-e git+https://h/x@v\nc @ https://h/\\\n;d\n',
    pieces: ['\\\n', '#', ' -', '--', '"', "'", '\\', ';', '@', '\r', '\u2028', '${A}', '=', '\n'],
    read: (text) => readRequirements(text),
  },
  { name: 'toml', sample: TOML, pieces: ['"', '"""', "'", '[', ']', '{', '}', '=', ',', '.', '\\', '#', '\n', '\r'], read: readToml },
  { name: 'pyproject', sample: TOML, pieces: ['"', '[', ']', '{', '}', '=', '\n'], read: readPyproject },
  { name: 'Pipfile', sample: TOML.replace('[project]', '[packages]'), pieces: ['"', '[', ']', '=', '\n'], read: readPipfile },
  {
    name: 'yaml',
    sample: COMPOSE,
    pieces: ['- ', ': ', '&a ', '*a', '<<: ', '{', '}', '[', ']', '"', "'", '|', '>', '!t ', '? ', '\n', ' ', '---\n', '%'],
    read: readYaml,
  },
  {
    name: 'environment',
    sample: 'name: a\nchannels: [b]\ndependencies:\n- c=1\n- pip:\n  - "d\\t"\n  - e\n',
    pieces: ['- ', ': ', '"', '\n', ' ', '#'],
    read: readEnvironment,
  },
  {
    name: 'compose',
    sample: COMPOSE,
    pieces: ['- ', ': ', '*x', '{', '[', '"', '\n', ' ', '$', '${', ':'],
    read: (text) => {
      const file = readCompose(text);
      const base = readCompose(COMPOSE);
      if (file !== undefined && base !== undefined) mergedCompose(base, file);
      return file;
    },
  },
  {
    name: 'bake',
    sample: 'variable "A" { default = "b" }\ntarget "x" {\n args = { B = "${A}-1", C = f([1, "}"]) } # c\n t = <<-E\n a\n E\n}\n',
    pieces: ['"', '${', '{', '}', '[', ']', '(', '=', '<<E\n', '/*', '//', '#', '\n', '\\', 'for x', ','],
    read: (text) => [readBake(text, 'hcl'), readBake(text, 'json').targets],
  },
  {
    name: 'interpolation',
    sample: '${A:-${B}}$C$$',
    pieces: ['$', '{', '}', ':-', '?', '+'],
    read: (text) => [interpolated(text, () => null), variablesIn(text)],
  },
  ...['uv.lock', 'poetry.lock', 'Manifest.toml'].map((name) => ({
    name,
    sample: TOML,
    pieces: ['"', '[', ']', '='],
    read: (text: string) => readLock(name, text),
  })),
  ...['conda-lock.yml', 'pixi.lock', 'a.lock'].map((name) => ({
    name,
    sample:
      "package:\n- name: a\n  version: '1'\n  url: u\npackages:\n- conda: https://h/linux-64/a-1-0.conda\n@EXPLICIT\nhttps://h/b-1-0.conda\n",
    pieces: ['- ', ': ', "'", '\n', ' '],
    read: (text: string) => readLock(name, text),
  })),
  {
    name: 'renv.lock',
    sample: '{"Packages": {"a": {"Version": "1"}}}',
    pieces: ['{', '}', '[', '"', 'null', ','],
    read: (text) => readLock('renv.lock', text),
  },
];

/** A sample with pieces put in, cut out and doubled. */
function mutated({ sample, pieces }: Reader): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(sample.length),
    remove: fc.nat(12),
    insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4, unit: 'binary' })),
  });
  return fc
    .array(edit, { maxLength: 8 })
    .map((edits) => edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), sample));
}

/** Every span below a value, each value looked at once. */
function spansIn(value: unknown): readonly { readonly start: number; readonly end: number }[] {
  const spans: { start: number; end: number }[] = [];
  const seen = new Set<unknown>();
  const pending = [value];
  for (let next = pending.pop(); pending.length > 0 || next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if ('start' in next && 'end' in next && typeof next.start === 'number') spans.push(next as { start: number; end: number });
    else if (next instanceof Map || next instanceof Set) pending.push(...next.values());
    else pending.push(...Object.values(next));
  }
  return spans;
}

describe('any input', () => {
  for (const reader of READERS) {
    it(`to ${reader.name}`, () => {
      fc.assert(
        fc.property(mutated(reader), (text) => {
          for (const { start, end } of spansIn(reader.read(text))) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        }),
        { numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
      );
    });
  }

  // None of these ends in time where a reader goes over its text again and again, or calls itself once a level.
  const large: readonly (readonly [name: string, text: string])[] = [
    ['one line of words', 'a-b: "x" '.repeat(5_000)],
    ['one line of brackets', '[{("'.repeat(5_000)],
    ['brackets that close', `a = ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['tables in one another', `${'a = { b = '.repeat(5_000)}`],
    ['blocks in one another', 'a "b" {\n'.repeat(5_000)],
    ['templates in one another', `a = ${'"${'.repeat(5_000)}`],
    ['many lines', '- a: b=1\n'.repeat(5_000)],
    ['many joined lines', 'a \\\n'.repeat(5_000)],
    ['many backslashes', '\\'.repeat(100_000)],
    ['many stars', `${'*a'.repeat(5_000)}\n`],
    ['many blanks', ' '.repeat(200_000)],
    ['blanks and comments', ' # '.repeat(50_000)],
    ['dots', 'a.'.repeat(50_000)],
    ['tables', '[a.b]\nc = "d"\n'.repeat(3_000)],
  ];
  for (const [name, text] of large) {
    it(`of ${name} to every reader`, () => {
      for (const { read } of READERS) read(text);
    });
  }
});
