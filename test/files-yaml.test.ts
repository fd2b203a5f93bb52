import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../src/files/environment.js';
import { at, entriesAt, itemsAt, textAt, textsAt } from '../src/files/tree.js';
import { readYaml } from '../src/files/yaml.js';

describe('YAML', () => {
  it('is a tree with places', () => {
    const text = 'a: 1.10\n"b c": [x, \'y\', "z\\n"]\nd: |\n  two\n  lines\ne:\nf: ~\n';
    const { documents, problems } = readYaml(text);
    const [root] = documents;
    expect(problems).toEqual([]);
    expect(textAt(root, 'a')).toBe('1.10');
    expect(at(root, 'a')).toMatchObject({ value: 1.1 });
    expect(textsAt(root, 'b c').map(({ text: item, span }) => [item, text.slice(span.start, span.end)])).toEqual([
      ['x', 'x'],
      ['y', 'y'],
      ['z\n', '"z\\n"'],
    ]);
    expect(textAt(root, 'd')).toBe('two\nlines\n');
    expect([at(root, 'e'), at(root, 'f')]).toMatchObject([
      { value: null, text: '' },
      { value: null, text: '~' },
    ]);
    expect(entriesAt(root).map(({ keySpan }) => text.slice(keySpan.start, keySpan.end))).toEqual(['a', '"b c"', 'd', 'e', 'f']);
  });

  it('follows aliases and merge keys', () => {
    const text = 'x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\nz:\n  <<: [*x, {c: 4}]\nw: *x\n';
    const { documents, problems } = readYaml(text);
    const [root] = documents;
    expect(problems).toEqual([]);
    expect(entriesAt(root, 'y').map(({ key, value, isMerged }) => [key, textAt(value), isMerged])).toEqual([
      ['b', '3', false],
      ['a', '1', true],
    ]);
    expect(entriesAt(root, 'z').map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(at(root, 'w')).toBe(at(root, 'x'));
  });

  it('reports errors, double keys and aliases of nothing', () => {
    const text = 'a: 1\na: 2\nb: *none\nc: &c [*c]\n? [k]\n: v\n';
    const { documents, problems } = readYaml(text);
    expect(problems.map(({ message, span }) => `${message}: ${text.slice(span.start, span.end)}`)).toEqual([
      'has the key `a` twice: a',
      'has the alias `*none` of no anchor before it: *none',
      'has the alias `*c` of no anchor before it: *c',
      'has a key that is no text: [k]',
    ]);
    expect(textAt(documents[0], 'a')).toBe('2');
    expect(at(documents[0], 'b')?.kind).toBe('unknown');
    expect(readYaml('a: [1, 2\nb: 3\n').problems.length).toBeGreaterThan(0);
  });

  it('has several documents, JSON, tags', () => {
    expect(readYaml('a: 1\n---\nb: 2\n').documents).toHaveLength(2);
    expect(readYaml('').documents).toEqual([]);
    expect(textAt(readYaml('{"a": {"b": ["c"]}}').documents[0], 'a', 'b', 0)).toBe('c');
    expect(itemsAt(readYaml('a: [!reset x]').documents[0], 'a')).toMatchObject([{ tag: '!reset' }]);
    expect(at(readYaml('a: !override [x]').documents[0], 'a')).toMatchObject({ kind: 'list', tag: '!override' });
  });

  it('bounds what aliases can blow up', () => {
    const bomb = ['a0: &a0 [x]', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`)].join(
      '\n',
    );
    expect(readYaml(bomb).problems.map(({ message }) => message)).toContain('has aliases that stand for more than plimsoll follows');
    const keys = Array.from({ length: 2000 }, (_, i) => `  k${i}: v`).join('\n');
    const merges = Array.from({ length: 2000 }, (_, i) => `m${i}:\n  <<: *x\n`).join('');
    expect(readYaml(`x: &x\n${keys}\n${merges}`).problems.map(({ message }) => message)).toContain('merges more than plimsoll follows');
  });

  it('does not follow what is nested too deep', () => {
    for (const deep of ['['.repeat(10_000), '- '.repeat(10_000), '? '.repeat(10_000), '{a: '.repeat(10_000)]) {
      const { documents, problems } = readYaml(`a: 1\n${deep}`);
      expect(documents).toEqual([]);
      expect(problems).toMatchObject([{ message: 'is nested deeper than 100 levels' }]);
    }
    const stairs = Array.from({ length: 150 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(readYaml(stairs).problems).toHaveLength(1);
  });
});

describe('environment.yml', () => {
  const text = `name: demo
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.12   # the language
  - "numpy>=1.26,<2"
  - pip
  - pip:
    - requests==2.32.0
    - 'torch --index-url https://host'
    - -r more.txt
    - "a\\u0062c==1"
prefix: /opt/conda/envs/demo
`;

  it('lists conda specs and lines of pip, each with its place', () => {
    const environment = readEnvironment(text);
    const written = ({ span }: { span: { start: number; end: number } }) => text.slice(span.start, span.end);
    expect([environment?.name?.text, environment?.prefix?.text]).toEqual(['demo', '/opt/conda/envs/demo']);
    expect(environment?.channels.map(written)).toEqual(['conda-forge', 'nodefaults']);
    expect(environment?.dependencies.map(written)).toEqual(['python=3.12', 'numpy>=1.26,<2', 'pip']);
    expect(
      environment?.pip.map((entry) => (entry.kind === 'requirement' ? [entry.requirement.text, written(entry.requirement)] : [entry.kind])),
    ).toEqual([['requests==2.32.0', 'requests==2.32.0'], ['torch', 'torch'], ['include'], ['abc==1', '"a\\u0062c==1"']]);
    expect(environment?.pipSpan && text.slice(environment.pipSpan.start, environment.pipSpan.end)).toBe('pip');
  });

  it('is undefined for other files', () => {
    expect(readEnvironment('kind: Deployment\n')).toBeUndefined();
    expect(readEnvironment('dependencies: {}\n')).toBeUndefined();
    expect(readEnvironment('')).toBeUndefined();
  });
});
