import { describe, expect, it } from 'vitest';
import { ignoreMatcher, readDockerignore } from '../src/files/dockerignore.js';
import { globVerdict, hasWildcard, matchesGlob, matchingPaths } from '../src/files/glob.js';

/** Which of the paths stay out of the context. */
const ignored = (text: string, ...paths: readonly string[]): readonly string[] => {
  const file = readDockerignore(text);
  return paths.filter((path) => file.isIgnored(path));
};

describe('dockerignore', () => {
  // Every answer was given by moby/patternmatcher 0.6.1 and fsutil's walk (2026-11).
  const table: readonly (readonly [text: string, paths: readonly string[], out: readonly string[]])[] = [
    ['data', ['data', 'data/a.csv', 'src/data', 'data2'], ['data', 'data/a.csv']],
    ['/data/', ['data/a.csv', 'x/data'], ['data/a.csv']],
    ['./data/../models', ['models/a', 'data/a'], ['models/a']],
    ['*.csv', ['a.csv', 'data/a.csv', 'a.csv.gz'], ['a.csv']],
    ['*/*.csv', ['a.csv', 'data/a.csv', 'x/y/a.csv'], ['data/a.csv']],
    ['**/*.csv', ['a.csv', 'data/a.csv', 'x/y/a.csv'], ['a.csv', 'data/a.csv', 'x/y/a.csv']],
    ['**/__pycache__', ['__pycache__/a', 'src/__pycache__/a.pyc', 'src/x__pycache__'], ['__pycache__/a', 'src/__pycache__/a.pyc']],
    ['data/**', ['data', 'data/a', 'data/a/b'], ['data/a', 'data/a/b']],
    ['a**', ['a', 'ab/c', 'b'], ['a', 'ab/c']],
    ['**/**/x', ['x', 'a/b/x'], ['x', 'a/b/x']],
    ['model.?', ['model.h', 'model.h5', 'model.'], ['model.h']],
    ['[a-c]*', ['apple', 'dog', 'cat/x'], ['apple', 'cat/x']],
    ['[^a]b', ['ab', 'cb'], ['cb']],
    ['\\*', ['*', 'a'], ['*']],
    ['Data', ['data', 'Data'], ['Data']],
    ['torch-2.0+cu121.whl\n*.py(c)', ['torch-2.0+cu121.whl', 'a.py(c)', 'a.pyc'], ['torch-2.0+cu121.whl', 'a.py(c)']],
    ['*\n!src', ['src/a.py', 'README.md', 'src2'], ['README.md', 'src2']],
    ['*\n!src\nsrc/tmp', ['src/a.py', 'src/tmp/x'], ['src/tmp/x']],
    ['!src\n*', ['src/a.py'], ['src/a.py']],
    ['data\n!data/keep.csv', ['data', 'data/a.csv', 'data/keep.csv'], ['data', 'data/a.csv']],
    ['data\n!**/keep.csv', ['data/x/keep.csv', 'data/x'], ['data/x']],
    ['# a comment\n\n  *.log  \n #b', ['a.log', '#b', 'x'], ['a.log', '#b']],
    ['*.log\r\n!keep.log\r\n', ['a.log', 'keep.log'], ['a.log']],
    ['! keep\n*', ['keep'], ['keep']],
    ['/!x', ['x', '!x'], []],
    ['..', ['a'], []],
    ['.', ['a', 'a/b'], []],
    ['/', ['a'], []],
    // `|` and braces are plain where nothing else is a wildcard, and an expression's where something is.
    ['a|b', ['a|b', 'a'], ['a|b']],
    ['a{2}*', ['aab', 'a{2}b'], ['aab']],
    ['x|*.csv', ['x.csv', 'b.csv', 'x', 'a.txt'], ['x.csv', 'b.csv', 'x']],
  ];
  for (const [text, paths, out] of table) {
    it(`${JSON.stringify(text)} leaves out ${out.join(' ') || 'nothing'}`, () => expect(ignored(text, ...paths)).toEqual(out));
  }

  it('names the pattern that decided, with its place', () => {
    const text = '# models\n  *.h5\n!best.h5\n';
    const file = readDockerignore(text);
    expect(file.hasExceptions).toBe(true);
    const decided = (path: string) => {
      const pattern = file.decidedBy(path);
      return pattern && text.slice(pattern.span.start, pattern.span.end);
    };
    expect([decided('a.h5'), decided('best.h5'), decided('a.py')]).toEqual(['*.h5', '!best.h5', undefined]);
    expect(file.patterns.map(({ text: cleaned, isException }) => [cleaned, isException])).toEqual([
      ['*.h5', false],
      ['best.h5', true],
    ]);
  });

  it('looks into a directory that is left out only where an exception may match in it', () => {
    expect(readDockerignore('data').isWalked('data')).toBe(false);
    expect(readDockerignore('data\n!data/keep').isWalked('data')).toBe(true);
    expect(readDockerignore('data\n!models/keep').isWalked('data')).toBe(false);
    expect(readDockerignore('data\n!**/keep').isWalked('data/x')).toBe(true);
    expect(readDockerignore('data').isWalked('src')).toBe(true);
  });

  it('reports what ends the build, and reads the rest', () => {
    const text = 'a[\n!\nsrc\\packages\n[z-a]\n*.log\n';
    const { problems, patterns } = readDockerignore(text);
    expect(problems.map(({ span }) => text.slice(span.start, span.end))).toEqual(['a[', '!', 'src\\packages', '[z-a]']);
    expect(patterns.map((pattern) => pattern.text)).toEqual(['*.log']);
  });

  it('matches lists that stand elsewhere', () => {
    const matcher = ignoreMatcher(['*.md', '!README.md']);
    expect(['a.md', 'README.md'].map((path) => matcher.isIgnored(path))).toEqual([true, false]);
  });
});

describe('wildcards of COPY', () => {
  it('follow Go', () => {
    expect(matchesGlob('requirements*.txt', 'requirements-dev.txt')).toBe(true);
    expect(matchesGlob('*', 'a/b')).toBe(false);
    expect(matchesGlob('*/b', 'a/b')).toBe(true);
    expect(matchesGlob('**/b', 'a/c/b')).toBe(false);
    expect(matchesGlob('a?c', 'a/c')).toBe(false);
    expect(matchesGlob('a[^b]c', 'a/c')).toBe(true);
    expect(matchesGlob('\\*', '*')).toBe(true);
    expect(matchesGlob('Äpfel?', 'Äpfel🍎')).toBe(true);
    expect(globVerdict('a[', 'a')).toBe('malformed');
    expect(globVerdict('a*[', 'b')).toBe('none');
  });

  it('pick paths of the context', () => {
    const paths = ['pyproject.toml', 'uv.lock', 'src', 'src/uv.lock'];
    expect(matchingPaths('uv.lock*', paths)).toEqual(['uv.lock']);
    expect(matchingPaths('./*/uv.lock', paths)).toEqual(['src/uv.lock']);
    expect([hasWildcard('uv.lock*'), hasWildcard('a\\*'), hasWildcard('a\\\\*'), hasWildcard('src/')]).toEqual([true, false, true, false]);
  });
});
