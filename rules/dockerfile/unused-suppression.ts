import { defineRule, type RuleDocs } from '../../src/rule.js';

/** The engine speaks through this rule once it knows which comments silenced something. */
export default defineRule({
  id: 'unused-suppression',
  family: 'dockerfile',
  summary: 'A comment that silences nothing',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    unused: {
      text: '`{id}` reports nothing that this comment could silence',
      help: 'Remove `{id}` from the comment: left alone it would hide the next real finding there',
    },
  },
  on: {},
});

export const docs: RuleDocs = {
  why: 'A comment that was once needed outlives its cause: the line is mended, the comment stays, and silences the next real problem that comes up there.',
  remedy: 'Remove the id from the comment, and the comment when no id is left.',
  limits:
    'Comments for rules that are switched off in this run say nothing, and neither do those of hadolint and BuildKit: they may be of use there.',
  references: ['rules/README.md: how comments silence findings'],
  examples: [
    {
      title: 'The line was mended, the comment stayed',
      dockerfile: 'FROM python:3.13-slim-trixie\n# plimsoll: ignore[env-legacy-syntax] old habit\nENV A=1\n',
      reports: [[2, 'unused']],
    },
    {
      title: 'Of two ids one is of use',
      dockerfile: 'FROM python:3.13-slim-trixie\n# plimsoll: ignore[env-legacy-syntax, shell-form-cmd] old habit\nENV A 1\n',
      reports: [[2, 'unused']],
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\n# plimsoll: ignore[env-legacy-syntax] copied from the manual\nENV A 1\n', reports: [] },
    {
      title: 'For the whole file',
      dockerfile: '# plimsoll: ignore-file[env-legacy-syntax] generated\nFROM python:3.13-slim-trixie\nENV A 1\n',
      reports: [],
    },
    { title: 'For another linter', dockerfile: 'FROM python:3.13-slim-trixie\n# hadolint ignore=DL3008\nENV A=1\n', reports: [] },
  ],
};
