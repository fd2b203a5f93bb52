/** Edits keep to the style the user has, and are left out where nobody can be sure. */
import { describe, expect, it } from 'vitest';
import { linesAbove, linesBelow, withoutInstruction } from '../src/edits/lines.js';
import { appendedCommand } from '../src/edits/scripts.js';
import { replacedWord, withoutWord, wordBehind, wordsInFront } from '../src/edits/words.js';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { Command, Instruction, Script, SyntaxTree } from '../src/model/dockerfile.js';
import type { Edit } from '../src/rule.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { sourceFromText } from './lint.js';

/** What becomes of a text by an edit that is made for the last instruction; undefined where none is. */
function edited(text: string, make: (tree: SyntaxTree, last: Instruction, script: Script) => Edit | undefined): string | undefined {
  const tree = parseSyntax(sourceFromText('Dockerfile', text));
  const stage = buildModel(tree).stages[0];
  const last = stage?.instructions.at(-1);
  if (stage === undefined || last === undefined) throw new Error('no instruction');
  const script = last.keyword === 'RUN' ? scriptOf(last, stage) : ({ commands: [] as Command[] } as unknown as Script);
  const edit = make(tree, last, script);
  return edit && text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
}

const FROM = 'FROM debian:trixie\n';

describe('a command at the end of a RUN', () => {
  const append = (run: string): string | undefined =>
    edited(`${FROM}${run}`, (tree, _, script) => appendedCommand(tree, script, 'rm x'))?.slice(FROM.length);

  it.each([
    ['one line', 'RUN a\n', 'RUN a && rm x\n'],
    ['no last line end', 'RUN a', 'RUN a && rm x'],
    ['&& in front of the lines', 'RUN a \\\n && b c \\\n    d\n', 'RUN a \\\n && b c \\\n    d \\\n && rm x\n'],
    ['&& at the ends of the lines', 'RUN a && \\\n  b \\\n     c\n', 'RUN a && \\\n  b \\\n     c && \\\n  rm x\n'],
    ['packages only', 'RUN a && b \\\n    c \\\n    d\n', 'RUN a && b \\\n    c \\\n    d \\\n    && rm x\n'],
    ['; under set -e', 'RUN set -eux; \\\n\ta; \\\n\tb\n', 'RUN set -eux; \\\n\ta; \\\n\tb; \\\n\trm x\n'],
    ['; on one line under set -e', 'RUN set -e; a; b\n', 'RUN set -e; a; b; rm x\n'],
    ['; without set -e', 'RUN a; \\\n  b\n', 'RUN a; \\\n  b && \\\n  rm x\n'],
    ['a list that set -e passes over', 'RUN set -e; \\\n  a && b\n', 'RUN set -e; \\\n  a && b && \\\n  rm x\n'],
    ['another shell with set -e', "RUN a; bash -ec 'b; c'\n", "RUN a; bash -ec 'b; c' && rm x\n"],
    ['a last ;', 'RUN a; \\\n  b ;\n', 'RUN a; \\\n  b && \\\n  rm x ;\n'],
    ['if', 'RUN set -e; \\\n  if a; then \\\n    b; \\\n  fi\n', 'RUN set -e; \\\n  if a; then \\\n    b; \\\n  fi; \\\n  rm x\n'],
    ['a subshell', 'RUN (a; b)\n', 'RUN (a; b) && rm x\n'],
    ['a pipe', 'RUN set -e; a | b\n', 'RUN set -e; a | b && rm x\n'],
    ['a redirection', 'RUN a > "b c" 2>&1\n', 'RUN a > "b c" 2>&1 && rm x\n'],
    ['a comment between the lines', 'RUN a \\\n # b\n && c\n', 'RUN a \\\n # b\n && c \\\n && rm x\n'],
    ['an empty line at the end', 'RUN a && \\\n  b \\\n\n', 'RUN a && \\\n  b && \\\n  rm x \\\n\n'],
    ['CRLF', 'RUN a && \\\r\n  b\r\n', 'RUN a && \\\r\n  b && \\\n  rm x\r\n'],
    ['a heredoc', 'RUN <<EOF\na\nb \\\n  c\nEOF\n', 'RUN <<EOF\na\nb \\\n  c && rm x\nEOF\n'],
    ['a heredoc under set -e', 'RUN <<-EOF\n\tset -e\n\ta \\\n\t\tb\n\n\tEOF\n', 'RUN <<-EOF\n\tset -e\n\ta \\\n\t\tb\n\trm x\n\n\tEOF\n'],
    ['a file and a command', 'RUN cat <<EOF >f && a\ntext\nEOF\n', 'RUN cat <<EOF >f && a && rm x\ntext\nEOF\n'],
  ])('%s', (_, run, expected) => expect(append(run)).toBe(expected));

  it.each([
    ['exec form', 'RUN ["a"]\n'],
    ['a comment of the shell', 'RUN a # b\n'],
    ['in the background', 'RUN a &\n'],
    ['a heredoc of the shell at the end', 'RUN <<EOF\nset -e\ncat <<X >f\nq\nX\nEOF\n'],
    ['a loop with a redirection', 'RUN while read a; do b; done < c\n'],
    ['nothing but a file', 'RUN <<EOF cat > f\ntext\nEOF\n'],
    ['another language', 'RUN <<EOF\n#!/usr/bin/env python\nprint(1)\nEOF\n'],
  ])('not: %s', (_, run) => expect(append(run)).toBeUndefined());
});

describe('words', () => {
  const word = (run: string, make: (tree: SyntaxTree, command: Command) => Edit | undefined): string | undefined =>
    edited(`${FROM}${run}`, (tree, _, { commands: [command] }) => command && make(tree, command))?.slice(FROM.length);
  const second = ({ args }: Command) => args[0] as Command['args'][number];

  it('go behind another', () => {
    const behind = (run: string) => word(run, (tree, command) => wordBehind(tree, command, second(command), '-y'));
    expect(behind('RUN a b \\\n  c\n')).toBe('RUN a b -y \\\n  c\n');
    expect(behind('RUN ["a", "b", "c"]\n')).toBe('RUN ["a", "b", "-y", "c"]\n');
    expect(behind('RUN ["sh", "-c", "a b"]\n')).toBe('RUN ["sh", "-c", "a b -y"]\n');
    expect(behind('RUN bash -lc "sudo a \'b\' c"\n')).toBe('RUN bash -lc "sudo a \'b\' -y c"\n');
    expect(
      edited(
        `FROM debian\nARG A="a b"\nRUN sh -c "$A"\n`,
        (tree, _, { commands: [command] }) => command && wordBehind(tree, command, second(command), '-y'),
      ),
    ).toBeUndefined();
  });

  it('go in front', () => {
    const front = (run: string) => word(run, (tree, command) => wordsInFront(tree, command, 'a &&'));
    expect(front('RUN sudo X=1 b\n')).toBe('RUN a && sudo X=1 b\n');
    expect(front('RUN X=1 b\n')).toBe('RUN a && X=1 b\n');
    expect(front('RUN ["b"]\n')).toBeUndefined();
  });

  it('are taken out and replaced', () => {
    const without = (run: string) => word(run, (tree, command) => withoutWord(tree, command, second(command)));
    expect(without('RUN a b \\\n  c\n')).toBe('RUN a \\\n  c\n');
    expect(without('RUN a \\\n  b \\\n  c\n')).toBe('RUN a \\\n  c\n');
    expect(without('RUN a \\\n  # why\n  b \\\n  c\n')).toBe('RUN a \\\n  # why\n   \\\n  c\n');
    expect(without('RUN ["a", "b"]\n')).toBe('RUN ["a"]\n');
    expect(without('RUN a $b\n')).toBeUndefined();
    expect(word('RUN ["a", "b"]\n', (tree, command) => replacedWord(tree, command, second(command), 'c'))).toBe('RUN ["a", "c"]\n');
  });
});

describe('lines', () => {
  it('go above an instruction and its comments', () => {
    const above = (text: string) => edited(text, (tree, last) => linesAbove(tree, last, ['ENV A=1']));
    expect(above('FROM a\n\n# why\n# that\n  CMD a\n')).toBe('FROM a\n\n  ENV A=1\n# why\n# that\n  CMD a\n');
    expect(above('FROM a\n# far\n\nCMD a')).toBe('FROM a\n# far\n\nENV A=1\nCMD a');
  });

  it('go below an instruction and its heredocs', () => {
    const below = (text: string) => edited(text, (tree, last) => linesBelow(tree, last, ['USER a', 'ENV B=1']));
    expect(below('FROM a\nRUN <<EOF\nb\nEOF\n# end\n')).toBe('FROM a\nRUN <<EOF\nb\nEOF\nUSER a\nENV B=1\n# end\n');
    expect(below('FROM a\nRUN b \\\n  c')).toBe('FROM a\nRUN b \\\n  c\nUSER a\nENV B=1');
    expect(below('FROM a\nRUN b \\')).toBeUndefined();
  });

  it('are taken out', () => {
    const without = (text: string) => edited(text, (tree, last) => withoutInstruction(tree, last));
    expect(without('FROM a\n# why\nRUN b \\\n  c\n\n# end\n')).toBe('FROM a\n# why\n\n# end\n');
    expect(without('FROM a\r\nCMD b')).toBe('FROM a');
    expect(without('FROM a\nRUN b \\\n# why\n  c\n')).toBeUndefined();
  });
});
