import { equalsBehindKey, valueWithEquals, withEquals } from '../../src/edits/values.js';
import { secretName } from '../../src/facts/secrets.js';
import type { EnvInstruction, SyntaxTree } from '../../src/model/dockerfile.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'env-legacy-syntax',
  family: 'runtime',
  summary: 'ENV or LABEL is written as a key, a blank and a value',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  equivalents: ['buildkit:LegacyKeyValueFormat'],
  messages: {
    legacy: {
      text: '`{keyword} {key} …` without `=` is deprecated',
      help: 'Write `{keyword} {replacement}`',
    },
    swallowed: {
      text: '`{keyword} {key} …` without `=` sets one variable: `{word}` is part of its value',
      help: 'Write `{keyword} {replacement}` if that is meant, or `{keyword} {key}=… {word}` to set both',
    },
    blanks: {
      text: 'The blank in front of `=` makes everything behind `{keyword} {key}` its value, the `=` as well',
      help: 'Write {remedy}',
    },
  },
  on: {
    instruction: { ENV: legacyForm, LABEL: legacyForm },
  },
});

function* legacyForm(instruction: EnvInstruction, { dockerfile: { syntax } }: RuleContext) {
  const { keyword, legacy, onbuild } = instruction;
  const [pair] = instruction.pairs;
  if (!legacy || pair?.value === undefined) return;
  const key = pair.key.text;
  const value = pair.value.text;
  const offered = (fixes: readonly Fix[]) => (onbuild === undefined ? fixes : []);
  if (value.startsWith('=')) {
    const data = { keyword, key, remedy: withoutBlanks(keyword, key, value.slice(1).trim()) };
    yield { at: pair.span, message: 'blanks' as const, data, fixes: offered(meant(syntax, instruction)) };
    return;
  }
  const replacement = `${key}=${valueWithEquals(value, syntax.escape) ?? '"…"'}`;
  const word = /\s([A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*))/.exec(value)?.[1];
  if (word === undefined) {
    const edits = withEquals(syntax, instruction);
    const fixes: readonly Fix[] = edits === undefined ? [] : [{ title: 'Write KEY=value', safety: 'safe', keepsLayers: true, edits }];
    yield { at: pair.span, message: 'legacy' as const, data: { keyword, key, replacement }, fixes: offered(fixes) };
  } else
    yield {
      at: pair.span,
      message: 'swallowed' as const,
      data: { keyword, key, replacement, word },
      fixes: offered(both(syntax, instruction)),
    };
}

/** What was meant, where it is one value; the value is another one then. */
function meant(tree: SyntaxTree, { pairs: [pair] }: EnvInstruction): readonly Fix[] {
  const { text = '', span } = pair?.value ?? {};
  const blanks = /^=\s*/.exec(text)?.[0].length ?? 0;
  const isOne = /^(?:"[^"\\`]*"|'[^']*'|[^\s"'\\`]+)$/.test(text.slice(blanks));
  if (pair === undefined || span === undefined || !isOne || tree.source.text.slice(span.start, span.end) !== text) return [];
  return unsafe(equalsBehindKey(tree, pair, span.start + blanks), `Set ${pair.key.text}`, 'the variable has another value than today');
}

/** Each pair by itself, where every word behind the first value is one. Whether that is meant, only the author knows. */
function both(tree: SyntaxTree, { keyword, pairs: [pair] }: EnvInstruction): readonly Fix[] {
  const value = pair?.value;
  if (pair === undefined || value === undefined || !/^[^\s"'\\`=]+(?:\s+[A-Za-z_]\w*=[^\s"'\\`]+)+$/.test(value.text)) return [];
  // A password of its own would be an error of its own.
  if ([...value.text.matchAll(/\s([A-Za-z_]\w*)=/g)].some(([, name = '']) => secretName(name) !== undefined)) return [];
  const what = keyword === 'ENV' ? 'variables' : 'labels';
  return unsafe(
    equalsBehindKey(tree, pair, value.span.start),
    `Set the ${what} one by one`,
    `what is part of the value of \`${pair.key.text}\` today is no longer`,
  );
}

function unsafe(edit: Edit | undefined, title: string, risk: string): readonly Fix[] {
  return edit === undefined ? [] : [{ title, safety: 'unsafe', risk, edits: [edit] }];
}

/** The first pair as it was meant; of the others only how to write them. */
function withoutBlanks(keyword: string, key: string, meant: string): string {
  const first = /^(?:"[^"]*"|'[^']*'|\S*)/.exec(meant)?.[0] ?? '';
  const isAll = first.length === meant.length;
  return `\`${keyword} ${key}=${first}${isAll ? '`' : ' …`, no pair with blanks around its `=`'}`;
}

export const docs: RuleDocs = {
  why: 'The form `ENV KEY value` takes everything behind the blank as one value, so `ENV A 1 B=2` sets A to "1 B=2" and B not at all. Docker has deprecated it and warns at every build.',
  remedy: 'Write `KEY=value`, in quotation marks where the value holds blanks. Several pairs may share one ENV.',
  limits:
    'LABEL, which has the same old form, is reported as well. ARG has no such form. The fix keeps the value as BuildKit reads it, so that nothing is built anew; it is left out where that is not certain (a name that a quotation mark ends, `$A"b"`, a comment behind the key), and for a value over several lines that would need quotation marks: as a rule, each line was to be a variable. Where two variables may have been meant, setting both is an unsafe fix: the value changes.',
  references: [
    'https://docs.docker.com/reference/build-checks/legacy-key-value-format/',
    'https://docs.docker.com/reference/dockerfile/#env',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED 1\n',
      reports: [[2, 'legacy']],
      fixed: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1\n',
    },
    {
      title: 'Blanks and quotation marks in the value, and a second line',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV GREETING Say "hello" to $NAME\nENV JAVA_OPTS \\\n    -Xmx1g -Xms1g\nLABEL maintainer Ada Lovelace\n',
      reports: [
        [2, 'legacy'],
        [3, 'legacy'],
        [5, 'legacy'],
      ],
      fixed:
        'FROM python:3.13-slim-trixie\nENV GREETING="Say hello to $NAME"\nENV JAVA_OPTS="-Xmx1g -Xms1g"\nLABEL maintainer="Ada Lovelace"\n',
    },
    {
      title: 'Several lines, each of which was to be a variable: nobody wants them in quotation marks',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV LANG en_US.UTF-8 \\\n    LC_ALL en_US.UTF-8\n',
      reports: [[2, 'legacy']],
    },
    {
      title: 'One variable where two were meant',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV LANG C.UTF-8 LC_ALL=C.UTF-8\n',
      reports: [[2, 'swallowed']],
      fixed: 'FROM python:3.13-slim-trixie\nENV LANG=C.UTF-8 LC_ALL=C.UTF-8\n',
    },
    {
      title: 'Blanks around the equals sign',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED = 1\n',
      reports: [[2, 'blanks']],
      fixed: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1\n',
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1 LANG=C.UTF-8\n', reports: [] },
    {
      title: 'A label with an equals sign, and one that is only a name',
      dockerfile: 'FROM python:3.13-slim-trixie\nLABEL maintainer="Ada Lovelace" stage=\nENV PATH="/opt/venv/bin:$PATH"\n',
      reports: [],
    },
    {
      title: 'An argument without a value',
      dockerfile: 'FROM python:3.13-slim-trixie\nARG VERSION\nENV VERSION=${VERSION}\n',
      reports: [],
    },
  ],
};
