/**
 * Every word's span is exact in the file: scripts are put together from words that are known, wrapped into other scripts
 * and laid out at random, and have to come back as they were written.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { Command, RunInstruction } from '../src/model/dockerfile.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

/** A character of the file, and the word it is written in: -1 between words. */
interface Mark {
  readonly text: string;
  readonly word: number;
}

interface Word {
  readonly written: string;
  readonly value: string | undefined;
}

const plain = fc.stringMatching(/^[a-z0-9./:@,+é-]{1,6}$/).map((text): Word => ({ written: text, value: text }));
const inside = fc.stringMatching(/^[a-z &|;<>()#=]{0,6}$/);
const piece: fc.Arbitrary<Word> = fc.oneof(
  { weight: 4, arbitrary: plain },
  inside.map((text) => ({ written: `'${text}'`, value: text })),
  inside.map((text) => ({ written: `"${text}"`, value: text })),
  fc.constantFrom<Word>(
    { written: '"a\\"b\\$c\\\\d"', value: 'a"b$c\\d' },
    { written: 'a\\ b', value: 'a b' },
    { written: "\\'", value: "'" },
    { written: '\\"x', value: '"x' },
    { written: "$'a\\tb\\x41\\''", value: "a\tbA'" },
    { written: "$'\\u00e9\\U0001F680\\101'", value: 'é🚀A' },
    { written: '${V}', value: 'v1' },
    { written: '"${V}"', value: 'v1' },
    { written: '"x$U"', value: undefined },
    { written: '${U:-y}', value: undefined },
    { written: '"it\'s"', value: "it's" },
  ),
);
const word = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces): Word => {
  const written = pieces.map((one) => one.written).join('');
  const values = pieces.map((one) => one.value);
  return { written, value: values.includes(undefined) ? undefined : values.join('') };
});
const argument = word.filter(({ written }) => !/^[\d-]*$/.test(written));
const command = fc.array(argument, { maxLength: 4 });

const ARRANGEMENTS: readonly ((commands: readonly string[]) => string)[] = [
  (commands) => commands.join(' && '),
  (commands) => commands.join(' ; '),
  (commands) => commands.join(' | '),
  (commands) => commands.join(' || '),
  (commands) => `( ${commands.join(' ; ')} )`,
  (commands) => `{ ${commands.join(' && ')} ; }`,
  ([first = ':', ...rest]) => `if ${first} ; then ${rest.length === 0 ? ':' : rest.join(' ; ')} ; fi`,
  (commands) => `for i in 1 2 ; do ${commands.join(' ; ')} ; done`,
];

/** How a script is wrapped into another one, mark by mark. */
const WRAPPINGS: Readonly<Record<string, (marks: readonly Mark[]) => Mark[]>> = {
  none: (marks) => [...marks],
  single: (marks) => [
    ...between("bash -c '"),
    ...marks.map(({ text, word }) => ({ text: text.replaceAll("'", "'\\''"), word })),
    ...between("'"),
  ],
  doubled: (marks) => [
    ...between("sh -c '"),
    ...marks.map(({ text, word }) => ({ text: text.replaceAll("'", `'"'"'`), word })),
    ...between("'"),
  ],
  double: (marks) => [...between('sh -ec "'), ...marks.map(escaped(/["\\$`]/)), ...between('"')],
  eval: (marks) => [...between('eval "'), ...marks.map(escaped(/["\\$`]/)), ...between('"')],
  ansi: (marks) => [...between("bash -c $'"), ...marks.map(escaped(/['\\]/)), ...between("'")],
  bare: (marks) => [...between('bash -c '), ...marks.map(escaped(/[^a-z0-9é]/))],
  subshell: (marks) => [...between('( '), ...marks, ...between(' )')],
  substitution: (marks) => [...between('X=$( '), ...marks, ...between(' )')],
  backticks: (marks) => [...between('X=`'), ...marks.map(escaped(/[\\`$]/)), ...between('`')],
};

function between(text: string): Mark[] {
  return Array.from(text, (character) => ({ text: character, word: -1 }));
}

function escaped(special: RegExp) {
  const each = new RegExp(special, 'g');
  return ({ text, word }: Mark): Mark => ({ text: text.replace(each, '\\$&'), word });
}

/** What may stand between two characters of a RUN, and between two of its words. */
const WITHIN = ['', '', '', '', '', '', '\\\n'];
const GAPS = [
  ' ',
  ' ',
  ' ',
  '\t',
  '  ',
  ' \\\n',
  '\\\n    ',
  ' \\  \n\t',
  ' \\\n# a comment && x\n  ',
  ' \\\n\n ',
  ' \\\n  # another \\\n\n  ',
];

/** In a heredoc only the shell joins lines, which it does not do within single quotes. */
const HEREDOC_GAPS = [' ', ' ', '  ', '\t', ' \\\n', ' \\\n\t\t'];

const wrapping = fc.constantFrom(...Object.keys(WRAPPINGS));
const sample = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 4 }),
  arrangement: fc.constantFrom(...ARRANGEMENTS),
  wrappings: fc.array(wrapping, { maxLength: 2 }),
  layout: fc.infiniteStream(fc.nat(1000)),
  heredoc: fc.constantFrom('', '', 'RUN <<EOF', "RUN <<-'EOF'", "RUN bash -e <<'EOF'", 'RUN <<"A B"'),
  carriageReturns: fc.boolean(),
});

describe('spans', () => {
  it('cover each word as it is written, wherever its script stands', () => {
    fc.assert(
      fc.property(sample, ({ commands, arrangement, wrappings, layout, heredoc, carriageReturns }) => {
        const words: Word[] = [];
        const texts = commands.map((args, index) => {
          const all = [{ written: `c${index}`, value: `c${index}` }, ...args];
          return all.map((one) => `⟨${words.push(one) - 1}⟩${one.written}⟫`).join(' ');
        });
        let marks = marksOf(arrangement(texts));
        for (const name of wrappings) marks = WRAPPINGS[name]?.(marks) ?? marks;

        const body = layOut(marks, layout, heredoc !== '');
        const name = /<<-?\s*["']?([A-Z ]+)/.exec(heredoc)?.[1] ?? '';
        const head = 'FROM x\nENV V=v1\n';
        const lead = heredoc === '' ? 'RUN ' : `${heredoc}\n${heredoc.includes('<<-') ? '\t\t' : ''}`;
        const tail = heredoc === '' ? '\n' : `\n${name}\n`;
        const newline = carriageReturns ? '\r\n' : '\n';
        const text = `${head}${lead}${body.map((mark) => mark.text).join('')}${tail}`.replaceAll('\n', newline);

        const places = placesOf(body, `${head}${lead}`.replaceAll('\n', newline).length, newline);
        const found = commandsOf(text).filter(({ name: program }) => /^c\d+$/.test(program));
        expect(found.map(({ name: program }) => program).sort()).toEqual(commands.map((_, index) => `c${index}`).sort());
        for (const one of found) {
          const first = words.findIndex(({ written }) => written === one.name);
          const own = words.slice(first, first + 1 + (commands[Number(one.name.slice(1))]?.length ?? 0));
          expect(one.words.map(({ value }) => value)).toEqual(own.map(({ value }) => value));
          expect(one.words.map(({ span }) => text.slice(span.start, span.end))).toEqual(
            own.map((_, index) => text.slice(...(places[first + index] ?? [0, 0]))),
          );
        }
      }),
      { numRuns: 1500 },
    );
  });
});

/** Splits a script into characters, each with the number of its word. */
function marksOf(script: string): Mark[] {
  const marks: Mark[] = [];
  let word = -1;
  for (const token of script.matchAll(/⟨(\d+)⟩|⟫|./gsu)) {
    if (token[1] !== undefined) word = Number(token[1]);
    else if (token[0] === '⟫') word = -1;
    else marks.push({ text: token[0], word });
  }
  return marks;
}

/** Puts continuations, comments and blanks where BuildKit lets them stand. */
function layOut(marks: readonly Mark[], layout: Iterable<number>, isHeredoc: boolean): Mark[] {
  const choices = layout[Symbol.iterator]();
  const pick = (from: readonly string[]) => from[(choices.next().value ?? 0) % from.length] ?? '';
  return marks.flatMap((mark, index) => {
    const next = marks[index + 1];
    if (mark.text === ' ' && mark.word === -1 && next?.word !== -1) return [{ text: pick(isHeredoc ? HEREDOC_GAPS : GAPS), word: -1 }];
    // SPEC: a line that begins with # would be a comment.
    const breaks =
      !isHeredoc &&
      mark.word !== -1 &&
      next?.word === mark.word &&
      !next.text.startsWith('#') &&
      !mark.text.endsWith('\\') &&
      !/^\s/.test(next.text);
    return breaks ? [mark, { text: pick(WITHIN), word: mark.word }] : [mark];
  });
}

/** Where each word stands in the file, in front of `newline` for line feeds. */
function placesOf(marks: readonly Mark[], start: number, newline: string): (readonly [number, number])[] {
  const places: [number, number][] = [];
  let at = start;
  for (const { text, word } of marks) {
    const end = at + text.replaceAll('\n', newline).length;
    if (word >= 0) places[word] = [places[word]?.[0] ?? at, end];
    at = end;
  }
  return places;
}

function commandsOf(text: string): readonly Command[] {
  const { stages } = buildModel(parseSyntax(sourceFromText('Dockerfile', text)));
  const run = stages[0]?.instructions.at(-1) as RunInstruction;
  const script = scriptOf(run, stages[0] as (typeof stages)[number]);
  expect(script.complete).toBe(true);
  return script.commands;
}
