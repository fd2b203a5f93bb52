/** Expansion as BuildKit does it: what 170,000 generated words, put to BuildKit's own lexer, showed to matter. */
import { describe, expect, it } from 'vitest';
import { expandedWords, expandHeredocBody, expandWord, rawWords, UNKNOWN, unquotedWord } from '../src/syntax/variable.js';

const environment: Readonly<Record<string, string | typeof UNKNOWN>> = {
  A: 'abc',
  X: 'aXbXc',
  P: '/usr/lib/a.tar.gz',
  S: 'a\\b"c',
  EMPTY: '',
  U: UNKNOWN,
  é: 'accent',
  '٣': 'three',
};
const lookup = (name: string) => environment[name];
const expand = (text: string, escape = '\\') => {
  const { value, error } = expandWord(text, escape, lookup);
  return error === undefined ? value : error.code;
};

describe('words', () => {
  it.each([
    ['$é$٣', 'accentthree'],
    ['${P%%.*}', '/usr/lib/a'],
    ['${P%.*}', '/usr/lib/a.tar'],
    ['${P##*/}', 'a.tar.gz'],
    ['${P#*/}', 'usr/lib/a.tar.gz'],
    ['${A%?}', 'ab'],
    ['${A#*}', 'abc'],
    ['${A##*}', ''],
    ['${X/X/-}', 'a-bXc'],
    ['${X//X/-}', 'a-b-c'],
    ['${X///-}', '-a-X-b-X-c-'],
    ['${X//*/y}', 'y'],
    ['${X//X/[\\$0]}', 'a[\\X]b[\\X]c'],
    ['${P/\\/usr\\/lib/x}', 'x/a.tar.gz'],
    ["${S#'a\\'}", 'b"c'],
    ['${A#"$A"}', ''],
    ['${A:+$A$A}', 'abcabc'],
    ['${EMPTY:?}', 'required-variable'],
    ['${NONE?}', 'required-variable'],
    ['${EMPTY?}', ''],
    ['${A#\\x}', 'bad-substitution'],
    ['${A:#x}', 'bad-substitution'],
    ['${A:x}', 'bad-substitution'],
    ['${A^}', 'bad-substitution'],
    ['${A', 'bad-substitution'],
    ['${A/b}', 'bad-substitution'],
    ['$', '$'],
    ['$.', '$.'],
    ['"a\\b"', 'a\\b'],
    ['"a\\\\b"', 'a\\b'],
    ['a\\', 'a'],
  ])('%s', (text, value) => expect(expand(text)).toBe(value));

  it.each([
    ['a`$A', 'a$A'],
    ['C:\\x\\$A', 'C:\\x\\abc'],
    ['"`""', '"'],
    ['${A#\\*}', 'abc'],
  ])('with a backtick: %s', (text, value) => expect(expand(text, '`')).toBe(value));

  it.each([
    ['${U#x}', undefined],
    ['${A#$U}', undefined],
    ['${NONE/$U/x}', undefined],
    ['${U:?}', undefined],
    ['${U:+x}', undefined],
    ['${U+x}', 'x'],
    ['${A:+$U}', undefined],
    ['${NONE:+$U}', ''],
  ])('of unknown parts: %s', (text, value) => expect(expand(text)).toBe(value));

  it('match long values in bounded time', () => {
    const text = `\${L//${'*a'.repeat(50)}/x}`;
    expect(expandWord(text, '\\', () => 'a'.repeat(100_000)).value).toBeUndefined();
    expect(expandWord(`${'${A:-'.repeat(5000)}`, '\\', lookup).error?.code).toBe('bad-substitution');
  });
});

describe('splitting', () => {
  it('follows expansion, outside quotes', () => {
    expect(expandedWords('$L "a b" c\\ d', '\\', () => '80 81')).toEqual(['80', '81', 'a b', 'c d']);
    expect(expandedWords('a$U', '\\', lookup)).toBeUndefined();
  });
  it('keeps what is written for heredocs', () => {
    expect(rawWords('RUN cat <<"A B" << C $x ${y:-z} \\"q')).toEqual(['RUN', 'cat', '<<"A B"', '<< C', '$x', '${y:-z}', '\\"q']);
    expect(rawWords('a "b')).toBeUndefined();
    expect(rawWords('<<A${B:-c} d')).toEqual(['${B:-c}', 'd']);
    expect(rawWords('${x:^y} <<E')).toEqual(['${x:^y}', '<<E']);
  });
  it('takes one word for a name', () => {
    expect(unquotedWord('E\\OF')).toBe('EOF');
    expect(unquotedWord('"E F"')).toBe('E F');
    expect(unquotedWord('E F')).toBeUndefined();
    expect(unquotedWord('""')).toBeUndefined();
  });
});

it('leaves quotes in the body of a heredoc alone', () => {
  expect(expandHeredocBody('it\'s "$A" \\$A\n', lookup).value).toBe('it\'s "abc" $A\n');
  expect(expandHeredocBody('${}', lookup).error?.code).toBe('bad-substitution');
});
