import { defineRule, type RuleDocs } from '../../src/rule.js';

/** The engine speaks through this rule: it is the one that reads the comments. */
export default defineRule({
  id: 'faulty-suppression',
  family: 'dockerfile',
  summary: 'A comment that was to silence a rule, and does not',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    malformed: {
      text: 'This comment silences nothing: plimsoll cannot read it',
      help: 'Write # plimsoll: ignore[rule-id] reason, or # plimsoll: ignore-file[rule-id] reason',
    },
    trailing: {
      text: 'This comment silences nothing: Docker and plimsoll know comments on lines of their own only',
      help: 'Move it to a line of its own above the instruction, or above the line inside a continued RUN',
    },
    unknown: {
      text: 'There is no rule `{id}`, so this silences nothing',
      help: 'Look the rule up with plimsoll rules',
    },
    misspelt: {
      text: 'There is no rule `{id}`, so this silences nothing',
      help: 'Write `{suggestion}` if that is meant',
    },
  },
  on: {},
});

export const docs: RuleDocs = {
  why: 'A comment with a slip in it looks as if somebody had decided something, and decides nothing. Behind an instruction it even becomes part of it: Docker takes the words of a comment there as arguments, and a shell sees it only in RUN.',
  remedy:
    'Write `# plimsoll: ignore[rule-id] reason` on a line of its own above the instruction, `# plimsoll: ignore-file[rule-id] reason` anywhere for the whole file.',
  limits: 'Comments of hadolint and BuildKit are read, too, but never reported: what is wrong with them is their affair.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#format (2026-11): where comments may stand',
    'rules/README.md: how comments silence findings',
  ],
  examples: [
    {
      title: 'Brackets are missing',
      dockerfile: 'FROM scratch\n# plimsoll: ignore env-legacy-syntax\nENV A 1\n',
      reports: [[2, 'malformed']],
    },
    {
      title: 'Behind the instruction',
      dockerfile: 'FROM debian:trixie\nRUN true # plimsoll: ignore[env-legacy-syntax] no\n',
      reports: [[2, 'trailing']],
    },
    { title: 'A slip', dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-sintax] old\nENV A 1\n', reports: [[2, 'misspelt']] },
    { title: 'No such rule', dockerfile: 'FROM scratch\n# plimsoll: ignore[quux] old\nENV A 1\n', reports: [[2, 'unknown']] },
    { dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] copied from the manual\nENV A 1\n', reports: [] },
    {
      title: 'Inside a continued RUN',
      dockerfile: 'FROM debian:trixie\nRUN true \\\n# plimsoll: ignore[env-legacy-syntax] here\n && true\n',
      reports: [],
    },
    { title: 'Words about plimsoll are no command', dockerfile: '# Checked by plimsoll\nFROM scratch\n', reports: [] },
  ],
};
