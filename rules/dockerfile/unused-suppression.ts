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
  fixable: 'safe',
  messages: {
    unused: {
      text: '`{id}` reports nothing that this comment could silence',
      help: 'Remove `{id}` from the comment: left alone it would hide the next real finding there',
    },
    repeated: {
      text: '`{id}` is silenced here already',
      help: 'Remove `{id}` from the comment',
    },
  },
  on: {},
});

export const docs: RuleDocs = {
  why: 'A comment that was once needed outlives its cause: the line is mended, the comment stays, and silences the next real problem that comes up there.',
  remedy: 'Remove the id from the comment, and the comment when no id is left: `--fix` does.',
  limits:
    'Comments for rules that are switched off in this run say nothing, and neither do those of hadolint and BuildKit: they may be of use there. A comment is not taken out where that would turn the line below it into a parser directive.',
  references: ['README.md: silencing a finding'],
  examples: [
    {
      title: 'The line was mended, the comment stayed',
      dockerfile: 'FROM python:3.13-slim-trixie\n# plimsoll: ignore[env-legacy-syntax] old habit\nENV A=1\n',
      reports: [[2, 'unused']],
      fixed: 'FROM python:3.13-slim-trixie\nENV A=1\n',
    },
    {
      title: 'Of two ids one is of use',
      dockerfile: 'FROM python:3.13-slim-trixie\n# plimsoll: ignore[env-legacy-syntax, shell-form-cmd] old habit\nENV A 1\n',
      reports: [[2, 'unused']],
      fixed: 'FROM python:3.13-slim-trixie\n# plimsoll: ignore[env-legacy-syntax] old habit\nENV A 1\n',
    },
    {
      title: 'Inside a continued RUN',
      dockerfile: 'FROM debian:trixie\nRUN true && \\\n    # plimsoll: ignore[env-legacy-syntax, shell-form-cmd] no\n    true\n',
      reports: [
        [3, 'unused'],
        [3, 'unused'],
      ],
      fixed: 'FROM debian:trixie\nRUN true && \\\n    true\n',
    },
    {
      title: 'Twice',
      dockerfile:
        'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] copied from the manual\n# plimsoll: ignore[env-legacy-syntax] old habit\nENV A 1\n',
      reports: [[3, 'repeated']],
      fixed: 'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] copied from the manual\nENV A 1\n',
    },
    {
      title: 'The comment keeps the line below it from being a directive',
      dockerfile: '# plimsoll: ignore-file[env-legacy-syntax] old habit\n# escape=`\nFROM scratch\nENV A=1\n',
      reports: [[1, 'unused']],
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
