import type { EnvInstruction } from '../../src/model/dockerfile.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'env-legacy-syntax',
  family: 'runtime',
  summary: 'ENV or LABEL is written as a key, a blank and a value',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
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

function* legacyForm({ keyword, legacy, pairs: [pair] }: EnvInstruction) {
  if (!legacy || pair?.value === undefined) return;
  const key = pair.key.text;
  const value = pair.value.text;
  if (value.startsWith('=')) {
    yield { at: pair.span, message: 'blanks' as const, data: { keyword, key, remedy: withoutBlanks(keyword, key, value.slice(1).trim()) } };
    return;
  }
  const replacement = `${key}=${quoted(value)}`;
  const word = /\s([A-Za-z_]\w*=\S*)/.exec(value)?.[1];
  if (word === undefined) yield { at: pair.span, message: 'legacy' as const, data: { keyword, key, replacement } };
  else yield { at: pair.span, message: 'swallowed' as const, data: { keyword, key, replacement, word } };
}

/** The first pair as it was meant; of the others only how to write them. */
function withoutBlanks(keyword: string, key: string, meant: string): string {
  const first = /^(?:"[^"]*"|'[^']*'|\S*)/.exec(meant)?.[0] ?? '';
  const isAll = first.length === meant.length;
  return `\`${keyword} ${key}=${first}${isAll ? '`' : ' …`, no pair with blanks around its `=`'}`;
}

/** The value as `KEY=value` takes it: quoted where it holds a blank and is not quoted already. */
function quoted(value: string): string {
  if (!/\s/.test(value) || /^(["']).*\1$/.test(value)) return value;
  return `"${value.replaceAll('"', '\\"')}"`;
}

export const docs: RuleDocs = {
  why: 'The form `ENV KEY value` takes everything behind the blank as one value, so `ENV A 1 B=2` sets A to "1 B=2" and B not at all. Docker has deprecated it and warns at every build.',
  remedy: 'Write `KEY=value`, in quotation marks where the value holds blanks. Several pairs may share one ENV.',
  limits: 'LABEL, which has the same old form, is reported as well. ARG has no such form.',
  references: [
    'https://docs.docker.com/reference/build-checks/legacy-key-value-format/',
    'https://docs.docker.com/reference/dockerfile/#env',
  ],
  examples: [
    { dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED 1\n', reports: [[2, 'legacy']] },
    {
      title: 'One variable where two were meant',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV LANG C.UTF-8 LC_ALL=C.UTF-8\n',
      reports: [[2, 'swallowed']],
    },
    {
      title: 'Blanks around the equals sign',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED = 1\n',
      reports: [[2, 'blanks']],
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1 LANG=C.UTF-8\n', reports: [] },
  ],
};
