/** Edits keep to the style the user has, and are left out where nobody can be sure. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptAsArray, wordsAsArray } from '../src/edits/arrays.js';
import { splitCopy } from '../src/edits/copies.js';
import { linesAbove, linesBelow, movedBelow, paragraphAbove, withoutInstruction } from '../src/edits/lines.js';
import { appendedCommand, joinedRuns, withoutCommand } from '../src/edits/scripts.js';
import { pairBehind, withEquals } from '../src/edits/values.js';
import { listedBehind, replacedWord, withoutWord, wordBehind, wordsInFront } from '../src/edits/words.js';
import { withEdits } from '../src/engine/edits.js';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { CmdInstruction, Command, CopyInstruction, EnvInstruction, Instruction, Script, SyntaxTree } from '../src/model/dockerfile.js';
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
    ['a last ; on a line of its own', 'RUN set -e; a \\\n\t\tb \\\n\t;\n', 'RUN set -e; a \\\n\t\tb \\\n\t\t&& rm x \\\n\t;\n'],
    ['if', 'RUN set -e; \\\n  if a; then \\\n    b; \\\n  fi\n', 'RUN set -e; \\\n  if a; then \\\n    b; \\\n  fi; \\\n  rm x\n'],
    ['a subshell', 'RUN (a; b)\n', 'RUN (a; b) && rm x\n'],
    ['a pipe', 'RUN set -e; a | b\n', 'RUN set -e; a | b && rm x\n'],
    ['an exit when all is lost', 'RUN a || exit 1\n', 'RUN a || exit 1 && rm x\n'],
    ['a redirection', 'RUN a > "b c" 2>&1\n', 'RUN a > "b c" 2>&1 && rm x\n'],
    ['a comment between the lines', 'RUN a \\\n # b\n && c\n', 'RUN a \\\n # b\n && c \\\n && rm x\n'],
    ['an empty line at the end', 'RUN a && \\\n  b \\\n\n', 'RUN a && \\\n  b && \\\n  rm x \\\n\n'],
    ['CRLF', 'RUN a && \\\r\n  b\r\n', 'RUN a && \\\r\n  b && \\\n  rm x\r\n'],
    ['a heredoc', 'RUN <<EOF\na\nb \\\n  c\nEOF\n', 'RUN <<EOF\na\nb \\\n  c && rm x\nEOF\n'],
    ['a heredoc under set -e', 'RUN <<-EOF\n\tset -e\n\ta \\\n\t\tb\n\n\tEOF\n', 'RUN <<-EOF\n\tset -e\n\ta \\\n\t\tb\n\trm x\n\n\tEOF\n'],
    ['a group under set -e', 'RUN set -e; a; { b; c; }\n', 'RUN set -e; a; { b; c; }; rm x\n'],
    ['one list in a subshell under set -e', 'RUN set -e; a; (b && c)\n', 'RUN set -e; a; (b && c) && rm x\n'],
    ['one list in an if under set -e', 'RUN set -e; if a; then b && c; fi\n', 'RUN set -e; if a; then b && c; fi && rm x\n'],
    ['a file and a command', 'RUN cat <<EOF >f && a\ntext\nEOF\n', 'RUN cat <<EOF >f && a && rm x\ntext\nEOF\n'],
  ])('%s', (_, run, expected) => expect(append(run)).toBe(expected));

  it.each([
    ['exec form', 'RUN ["a"]\n'],
    ['a comment of the shell', 'RUN a # b\n'],
    ['in the background', 'RUN a &\n'],
    ['a heredoc without end', 'RUN <<EOF\na\n'],
    ['a heredoc of the shell at the end', 'RUN <<EOF\nset -e\ncat <<X >f\nq\nX\nEOF\n'],
    ['a loop with a redirection', 'RUN while read a; do b; done < c\n'],
    ['behind exit', 'RUN a; exit 0\n'],
    // Of `… && rm x`, what fails inside would be passed over by set -e.
    ['a subshell under set -e', 'RUN set -e; (a; b)\n'],
    ['a subshell with set -e', 'RUN (set -e; a; b)\n'],
    ['a function under set -e', 'RUN set -e; f() { a; b; }; c && f\n'],
    ['a loop under set -e', 'RUN set -e; for x in 1 2; do a && b; done\n'],
    ['a branch under set -e', 'RUN set -e; if a; then b; elif c; then d && e; fi\n'],
    ['a group that may not be reached', 'RUN set -e; a && { b; c; }\n'],
    ['a branch that may fail without an end', 'RUN set -e; if a; then b && c; else d; fi\n'],
    ['a subshell at the end of a heredoc', 'RUN <<EOF\nset -e\n(\na\nb\n)\nEOF\n'],
    ['behind exec', 'RUN a && exec b\n'],
    ['nothing but a file', 'RUN <<EOF cat > f\ntext\nEOF\n'],
    ['another language', 'RUN <<EOF\n#!/usr/bin/env python\nprint(1)\nEOF\n'],
  ])('not: %s', (_, run) => expect(append(run)).toBeUndefined());

  it.skipIf(process.platform === 'win32')('fails when the script has failed, and runs when it has not', () => {
    const { script } = fc.letrec<{ script: string; list: string; item: string; body: string }>((tie) => ({
      script: fc.tuple(fc.constantFrom('set -e; ', 'set -e && ', ''), tie('list')).map((parts) => parts.join('')),
      list: fc
        .tuple(tie('item'), fc.array(fc.tuple(fc.constantFrom(' && ', '; ', '; ', ' || '), tie('item')), { maxLength: 3 }))
        .map(([first, rest]) => first + rest.flat().join('')),
      item: fc.oneof({ maxDepth: 2, withCrossShrink: true }, fc.constantFrom('true', 'true', 'false', '! true'), tie('body')),
      body: fc
        .tuple(
          fc.constantFrom(
            '{ X; }',
            '(X)',
            "sh -c 'true; false'",
            "sh -ec 'false; true'",
            'if true; then X; fi',
            'if false; then X; else Y; fi',
            'if true; then X; elif true; then Y; fi',
            'for i in 1 2; do X; done',
            'case a in a) X ;; *) Y ;; esac',
            'f() { X; }; f',
          ),
          tie('list'),
          tie('list'),
        )
        .map(([shape, x, y]) => shape.replace('X', () => x).replace('Y', () => y)),
    }));
    const run = (text: string) => spawnSync('sh', ['-c', text], { encoding: 'utf8' });
    fc.assert(
      fc.property(script, (text) => {
        const longer = edited(`${FROM}RUN ${text}\n`, (tree, _, read) => appendedCommand(tree, read, 'echo appended'));
        if (longer === undefined) return;
        const { status, stdout } = run(longer.slice(`${FROM}RUN `.length));
        expect([status, stdout]).toEqual(run(text).status === 0 ? [0, 'appended\n'] : [status || 'a failure', '']);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a command less', () => {
  const without = (run: string): string | undefined =>
    edited(`${FROM}${run}`, (tree, _, { commands }) => {
      const command = commands.find(({ name }) => name === 'x');
      return command && withoutCommand(tree, command);
    })?.slice(FROM.length);

  it.each([
    ['the last', 'RUN a && x y\n', 'RUN a\n'],
    ['between', 'RUN a && x >f && b\n', 'RUN a && b\n'],
    ['the first', 'RUN sudo x && \\\n    b\n', 'RUN b\n'],
    ['on a line of its own', 'RUN a; \\\n  x y; \\\n  b\n', 'RUN a; \\\n  b\n'],
    ['at the end of a shell in a shell', "RUN sh -c 'a && x'\n", "RUN sh -c 'a'\n"],
  ])('%s', (_, run, expected) => expect(without(run)).toBe(expected));

  it.each([
    ['nothing else', 'RUN x\n'],
    ['joined in two ways', 'RUN a; x && b\n'],
    ['tried', 'RUN a && x || b\n'],
    ['a pipe', 'RUN x | b\n'],
    ['a negation', 'RUN ! x && b\n'],
    ['a comment', 'RUN a && \\\n  # why\n  x\n'],
    ['a heredoc', 'RUN <<EOF\na && x\nEOF\n'],
    ['exec form', 'RUN ["x"]\n'],
  ])('not: %s', (_, run) => expect(without(run)).toBeUndefined());
});

describe('one RUN of several', () => {
  const join = (text: string, command?: string): string | undefined => {
    const tree = parseSyntax(sourceFromText('Dockerfile', `${FROM}${text}`));
    const [stage] = buildModel(tree).stages;
    if (stage === undefined) throw new Error('no stage');
    const edits = joinedRuns(
      tree,
      stage.instructions.flatMap((instruction) => (instruction.keyword === 'RUN' ? scriptOf(instruction, stage) : [])),
      command,
    );
    return edits && withEdits(tree.source, edits).text.slice(FROM.length);
  };

  it.each([
    ['lines', 'RUN a\nRUN b\n', 'RUN a \\\n    && b \\\n    && rm x\n'],
    ['comments', 'RUN a \n\n# why\n  # that\nRUN b', 'RUN a \\\n    # why\n    # that\n    && b \\\n    && rm x'],
    ['the style of the second', 'RUN a\nRUN b && \\\n  c\n', 'RUN a && \\\n  b && \\\n  c && \\\n  rm x\n'],
    ['what the first passes over', 'RUN a; b || c\nRUN d | e\n', 'RUN a; b || c \\\n    && d | e \\\n    && rm x\n'],
  ])('%s', (_, text, expected) => expect(join(text, 'rm x')).toBe(expected));

  it('without a command more', () => expect(join('RUN a\nrun b\n')).toBe('RUN a \\\n    && b\n'));

  it.each([
    ['cd', 'RUN cd a\nRUN b\n'],
    ['a variable', 'RUN A=1; b\nRUN c\n'],
    ['an exit', 'RUN a; exit\nRUN b\n'],
    ['what the second passes over', 'RUN a\nRUN b; c\n'],
    ['what the second tries', 'RUN a\nRUN b || c\n'],
    ['flags', 'RUN --network=none a\nRUN b\n'],
    ['a heredoc', 'RUN a\nRUN <<EOF\nb\nEOF\n'],
    ['exec form', 'RUN a\nRUN ["b"]\n'],
    ['a job in the background', 'RUN a &\nRUN b\n'],
    ['a comment for a tool', 'RUN a\n# hadolint ignore=DL3059\nRUN b\n'],
  ])('not: %s', (_, text) => expect(join(text, 'rm x')).toBeUndefined());
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

  it('go behind the last one of a list', () => {
    const listed = (run: string) =>
      word(run, (tree, command) => listedBehind(tree, command, command.args.at(-1) as Command['args'][number], ['x', 'y']));
    expect(listed('RUN a b\n')).toBe('RUN a b x y\n');
    expect(listed('RUN a \\\n   b\n')).toBe('RUN a \\\n   b \\\n   x \\\n   y\n');
    expect(listed('RUN <<EOF\na \\\n  b\nEOF\n')).toBe('RUN <<EOF\na \\\n  b \\\n  x \\\n  y\nEOF\n');
    expect(listed('RUN ["a", "b"]\n')).toBeUndefined();
  });

  it('go in front', () => {
    const front = (run: string) => word(run, (tree, command) => wordsInFront(tree, command, 'a &&'));
    expect(front('RUN sudo X=1 b\n')).toBe('RUN a && sudo X=1 b\n');
    expect(front('RUN X=1 b\n')).toBe('RUN a && X=1 b\n');
    expect(front('RUN ["b"]\n')).toBeUndefined();
  });

  it('are left alone where a quote or brace has no end', () => {
    const behind = (run: string) => word(run, (tree, command) => wordBehind(tree, command, second(command), 'c'));
    expect(behind('RUN a ${b:-"c d"}$(e `f`)\n')).toBe('RUN a ${b:-"c d"}$(e `f`) c\n');
    for (const open of ['${b', '$(b', '`b', '"b']) expect(behind(`RUN a ${open}\n`), open).toBeUndefined();
  });

  it('are taken out and replaced', () => {
    const without = (run: string) => word(run, (tree, command) => withoutWord(tree, command, second(command)));
    expect(without('RUN a b \\\n  c\n')).toBe('RUN a \\\n  c\n');
    expect(without('RUN a \\\n  b \\\n  c\n')).toBe('RUN a \\\n  c\n');
    expect(without('RUN a \\\n  # why\n  b \\\n  c\n')).toBe('RUN a \\\n  # why\n   \\\n  c\n');
    expect(without('RUN ["a", "b"]\n')).toBe('RUN ["a"]\n');
    expect(without('RUN a $b\n')).toBeUndefined();
    expect(without('RUN a >x b c\n')).toBe('RUN a >x  c\n');
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
    expect(without('FROM a\n\n\nCMD b')).toBe('FROM a');
    expect(without('FROM a\n\nCMD b\n\n# end\n')).toBe('FROM a\n\n# end\n');
    expect(without('FROM a\nRUN b \\\n# why\n  c\n')).toBeUndefined();
  });
});

describe('a paragraph', () => {
  it('stays one', () => {
    const above = (text: string) => edited(text, (tree, last) => paragraphAbove(tree, last, ['USER a']));
    expect(above('FROM a\n\n# why\nCMD b\n')).toBe('FROM a\n\nUSER a\n\n# why\nCMD b\n');
    expect(above('FROM a\nCMD b')).toBe('FROM a\nUSER a\nCMD b');
  });
});

describe('pairs of ENV', () => {
  const behind = (env: string) =>
    edited(`${FROM}${env}`, (tree, last) => pairBehind(tree, last as EnvInstruction, 'X=1'))?.slice(FROM.length);

  it.each([
    ['ENV A=1 B="c d"\n', 'ENV A=1 B="c d" X=1\n'],
    ['ENV A=1 \\\n    B=2\n', 'ENV A=1 \\\n    B=2 \\\n    X=1\n'],
    ['ENV \\\n  A=1', 'ENV \\\n  A=1 \\\n  X=1'],
    ["ENV A=1 \\\n\tB='2' \\\n\t# why\n\n", "ENV A=1 \\\n\tB='2' \\\n\tX=1 \\\n\t# why\n\n"],
  ])('%j', (env, expected) => expect(behind(env)).toBe(expected));

  it.each([
    ['one pair', 'ENV A=1\n'],
    ['the old form', 'ENV A 1\n'],
    ['a quotation mark that does not close', 'ENV A=1 B="c\n'],
    ['a long line', `ENV A=${'a'.repeat(90)} B=2\n`],
  ])('not: %s', (_, env) => expect(behind(env)).toBeUndefined());
});

describe('the old form of ENV', () => {
  const all = (text: string, make: (tree: SyntaxTree, last: Instruction) => readonly Edit[] | undefined): string | undefined => {
    const tree = parseSyntax(sourceFromText('Dockerfile', text));
    const last = tree.instructions.at(-1);
    const edits = last && make(tree, last);
    return edits && withEdits(tree.source, edits).text;
  };
  const equals = (text: string) => all(text, (tree, last) => (last.keyword === 'ENV' ? withEquals(tree, last) : undefined));
  const env = (line: string) => equals(`${FROM}ENV ${line}`)?.slice(FROM.length + 4);

  it.each([
    ['A 1\n', 'A=1\n'],
    ['A   b c  \n', 'A="b c"  \n'],
    ['A "b c"\n', 'A="b c"\n'],
    ['A b\\ c\n', 'A=b\\ c\n'],
    ['A b "c d"\n', 'A="b c d"\n'],
    ["A b '\"$C\\'\n", 'A="b \\"\\$C\\\\"\n'],
    ['A /x y:$PATH\n', 'A="/x y:$PATH"\n'],
    ['A \\\n    b\n', 'A=b\n'],
    ['A b=c\n', 'A=b=c\n'],
  ])('%j', (line, expected) => expect(env(line)).toBe(expected));

  it.each([
    ['a name that a quotation mark ends', 'A b $C"d"\n'],
    ['a default with quotation marks', 'A b ${C:-"d"}\n'],
    ['an open quotation mark', 'A b "c\n'],
    ['a comment behind the key', 'A \\\n# why\n b\n'],
    ['a key over two lines', 'A\\\nB c\n'],
    ['a value over two lines, which was to be two', 'A b \\\n    C d\n'],
  ])('not: %s', (_, line) => expect(env(line)).toBeUndefined());

  it('keeps the value', () => {
    const value = fc.array(
      fc.constantFrom(
        'a',
        'B',
        ' ',
        '  ',
        '\t',
        '"',
        "'",
        '\\',
        '`',
        '$A',
        '$B',
        '${A}',
        '${N:-x}',
        '${N:-"x y"}',
        '$',
        '\\\n',
        '`\n',
        '=',
        '#',
        '\u00a0',
        'é',
      ),
      { minLength: 1, maxLength: 9 },
    );
    const read = (text: string) => buildModel(parseSyntax(sourceFromText('Dockerfile', text))).stages[0]?.environment;
    let written = 0;
    fc.assert(
      fc.property(fc.constantFrom('', '# escape=`\n'), value, (head, pieces) => {
        const text = `${head}FROM a\nENV A="1 2" B=\nENV K ${pieces.join('')}\n`;
        const fixed = equals(text);
        if (fixed === undefined) return;
        written++;
        const [before, after] = [read(text)?.environmentVariable('K'), read(fixed)?.environmentVariable('K')];
        expect(after?.kind).toBe(before?.kind);
        expect(after?.kind === 'known' ? after.value : '').toBe(before?.kind === 'known' ? before.value : '');
        expect(equals(fixed)).toBeUndefined();
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 4000) },
    );
    expect(written).toBeGreaterThan(1000);
  });
});

describe('arrays', () => {
  const array = (line: string, make: (tree: SyntaxTree, last: CmdInstruction, script: Script) => readonly Edit[] | undefined) => {
    const tree = parseSyntax(sourceFromText('Dockerfile', `${FROM}${line}`));
    const stage = buildModel(tree).stages[0];
    const last = stage?.instructions.at(-1) as CmdInstruction;
    const edits = stage && make(tree, last, scriptOf(last, stage));
    return edits && withEdits(tree.source, edits).text.slice(FROM.length);
  };
  const words = (line: string) => array(line, (tree, last, { commands: [command] }) => command && wordsAsArray(tree, last, command.words));
  const script = (line: string, offset: number) => array(line, (tree, last) => scriptAsArray(tree, last, ['sh', '-c'], offset));

  it('of words, each in its place', () => {
    expect(words('CMD a  b\n')).toBe('CMD ["a",  "b"]\n');
    expect(words("CMD a 'b c' \\\n  # why\n  d")).toBe('CMD ["a", "b c", \\\n  # why\n  "d"]');
    expect(words('CMD a b > c\n')).toBeUndefined();
    expect(words('CMD a b\\\nc\n')).toBeUndefined();
    expect(words('CMD a $B\n')).toBeUndefined();
  });

  it('of a shell and its script', () => {
    expect(script('CMD a $B\n', 0)).toBe('CMD ["sh", "-c", "exec a $B"]\n');
    expect(script('CMD a && b "c" \\d', 5)).toBe('CMD ["sh", "-c", "a && exec b \\"c\\" \\\\d"]');
    expect(script('CMD a \\\n  # why\n  $B\n', 0)).toBe('CMD ["sh", "-c", "exec a \\\n  # why\n  $B"]\n');
    expect(script('CMD a; "b c" d', 3)).toBe('CMD ["sh", "-c", "a; exec \\"b c\\" d"]');
    expect(script('CMD a "b" \\\n  $B\n', 0)).toBeUndefined();
    expect(script('CMD a \\\n\t$B\n', 0)).toBeUndefined();
  });
});

describe('instructions that move', () => {
  /** @param from how many instructions from the second on move below the last one */
  const moved = (text: string, from = 1, lines: readonly string[] = []): string | undefined => {
    const tree = parseSyntax(sourceFromText('Dockerfile', text));
    const last = tree.instructions.at(-1) as Instruction;
    const edits = movedBelow(tree, tree.instructions.slice(1, 1 + from), last, { lines, inFrontOf: last });
    return edits && withEdits(tree.source, edits).text;
  };

  it('take what describes them along', () => {
    expect(moved('FROM a\n# all\n# of it\nCOPY . .\nRUN b\n')).toBe('FROM a\nRUN b\n# all\n# of it\nCOPY . .\n');
    expect(moved('FROM a\n# far\n\nCOPY . .\nRUN b')).toBe('FROM a\n# far\n\nRUN b\nCOPY . .');
    expect(moved('FROM a\n# Install it\nCOPY . .\nRUN b\n')).toBe('FROM a\n# Install it\nRUN b\nCOPY . .\n');
    expect(moved('FROM a\n# Copy and install it\nCOPY . .\nRUN b\n')).toBe('FROM a\nRUN b\n# Copy and install it\nCOPY . .\n');
  });

  it('stay apart', () => {
    expect(moved('FROM a\n\nCOPY . .\n\nRUN b\n\nCMD c\nRUN d\n', 1)).toBe('FROM a\n\nRUN b\n\nCMD c\nRUN d\n\nCOPY . .\n');
    expect(moved('FROM a\n\n# all\nCOPY . .\nRUN b\n')).toBe('FROM a\n\nRUN b\n\n# all\nCOPY . .\n');
    expect(moved('FROM a\nCOPY . .\n\nRUN b\n')).toBe('FROM a\n\nRUN b\n\nCOPY . .\n');
  });

  it('move together', () => {
    expect(moved('FROM a\nCOPY b .\n# c\nCOPY c .\nRUN d <<EOF\ne\nEOF\n', 2)).toBe(
      'FROM a\nRUN d <<EOF\ne\nEOF\nCOPY b .\n# c\nCOPY c .\n',
    );
  });

  it('leave lines for the one that needs them', () => {
    expect(moved('FROM a\n# all\nCOPY . .\n\n# why\nRUN b\n', 1, ['COPY c .'])).toBe(
      'FROM a\nCOPY c .\n\n# why\nRUN b\n\n# all\nCOPY . .\n',
    );
    expect(moved('FROM a\nCOPY . .\nUSER d\n# why\n# hadolint ignore=DL3042\n  RUN b\n', 1, ['COPY c .'])).toBe(
      'FROM a\nUSER d\n# why\n  COPY c .\n# hadolint ignore=DL3042\n  RUN b\nCOPY . .\n',
    );
  });
});

describe('a copy in two parts', () => {
  const parts = (copy: string, names: readonly string[]): string | undefined => {
    const tree = parseSyntax(sourceFromText('Dockerfile', `FROM a\n${copy}`));
    const instruction = tree.instructions.at(-1) as CopyInstruction;
    const taken = instruction.sources.filter(({ text }) => names.includes(text));
    const split = splitCopy(tree, instruction, taken);
    return split && `${withEdits(tree.source, split.edits).text.slice(7)}${split.lines.join('\n')}`;
  };

  it('keeps flags, destination and lines', () => {
    expect(parts('COPY a b c ./\n', ['b'])).toBe('COPY a c ./\nCOPY b ./');
    expect(parts('COPY a b c d\n', ['a', 'b'])).toBe('COPY c d/\nCOPY a b d/');
    expect(parts('copy --chown=a:b --link a \\\n  b \\\n  c .\n', ['b', 'c'])).toBe(
      'copy --chown=a:b --link a .\ncopy --chown=a:b --link b c .',
    );
    expect(parts('COPY a \\\n  b \\\n  c \\\n  d \\\n  e/\n', ['a', 'c'])).toBe('COPY b \\\n  d \\\n  e/\nCOPY a c e/');
    const [long, longer] = [`${'x'.repeat(70)}.py`, `${'y'.repeat(70)}.py`];
    expect(parts(`COPY a ${long} ${longer} ./\n`, [long, longer])).toBe(`COPY a ./\nCOPY \\\n    ${long} \\\n    ${longer} \\\n    ./`);
  });

  it.each([
    ['JSON', 'COPY ["a", "b", "c/"]\n'],
    ['a heredoc', 'COPY a b <<EOF c/\nd\nEOF\n'],
    ['a comment', 'COPY a \\\n # d\n b c/\n'],
    ['all of it', 'COPY b c/\n'],
    ['a name that is not known', 'COPY a b $C\n'],
  ])('not: %s', (_, copy) => expect(parts(copy, ['b'])).toBeUndefined());
});
