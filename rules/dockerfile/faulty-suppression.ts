import { defineRule, type RuleDocs } from '../../src/rule.js';

/** The engine speaks through this rule: it is the one that reads the comments. */
export default defineRule({
  id: 'faulty-suppression',
  family: 'dockerfile',
  summary: 'A comment that is to silence a rule is not as it should be',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    malformed: {
      text: 'This comment silences nothing: plimsoll cannot read it',
      help: 'Write # plimsoll: ignore[rule-id] reason, or # plimsoll: ignore-file[rule-id] reason',
    },
    trailing: {
      text: 'This comment silences nothing: Docker and plimsoll know comments on lines of their own only',
      help: 'Move it to a line of its own above the instruction, or above the line inside a continued RUN',
    },
    'in-heredoc': {
      text: 'This comment silences nothing: in a heredoc it is part of what the heredoc holds',
      help: 'Move it above the instruction that the heredoc belongs to',
    },
    'bad-date': {
      text: 'This comment silences nothing: `{day}` is no day',
      help: 'Write the last day on which it counts as until=2027-01-31',
    },
    expired: {
      text: 'This comment silences nothing any more: its last day was {day}',
      help: 'Mend what it silenced, or give it a new day',
    },
    reasonless: {
      text: 'This comment does not say why it silences',
      help: 'Write the reason behind the brackets',
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
  why: 'A comment with a slip in it looks as if somebody had decided something, and decides nothing. Behind an instruction it even becomes part of it: Docker takes the words of a comment there as arguments, and a shell sees it only in RUN. One that was to count for some time only has done so.',
  remedy:
    'Write `# plimsoll: ignore[rule-id] reason` on a line of its own above the instruction, `# plimsoll: ignore-file[rule-id] reason` anywhere for the whole file. With `until=2027-01-31` behind the brackets a comment counts up to that day and no longer. A slip in an id is mended only where the right id silences something there, and only when asked for (`--unsafe-fixes`): what is silenced is no longer seen.',
  limits:
    'That a reason is missing is said only where the settings ask for one. Comments of hadolint and BuildKit are read, too, but never reported: what is wrong with them is their affair.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#format (2026-11): where comments may stand',
    'README.md: silencing a finding',
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
    {
      title: 'In a heredoc, where it is part of the script',
      dockerfile:
        'FROM debian:trixie\nRUN <<EOF\n# plimsoll: ignore[apt-recommends] all of them are wanted\napt-get install -y r-base\nEOF\n',
      reports: [[3, 'in-heredoc']],
    },
    {
      title: 'A slip',
      dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-sintax] old\nENV A 1\n',
      reports: [[2, 'misspelt']],
      fixed: 'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] old\nENV A 1\n',
    },
    {
      title: 'A slip where nothing is to be silenced',
      dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-sintax] old\nENV A=1\n',
      reports: [[2, 'misspelt']],
    },
    { title: 'No such rule', dockerfile: 'FROM scratch\n# plimsoll: ignore[quux] old\nENV A 1\n', reports: [[2, 'unknown']] },
    {
      title: 'Its time is over',
      dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] until=2026-10-31 with the next base image\nENV A 1\n',
      reports: [[2, 'expired']],
      today: '2026-11-20',
    },
    {
      title: 'November has 30 days',
      dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] until=2026-11-31 with the next base image\nENV A 1\n',
      reports: [[2, 'bad-date']],
    },
    { dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] copied from the manual\nENV A 1\n', reports: [] },
    {
      title: 'The last day',
      dockerfile: 'FROM scratch\n# plimsoll: ignore[env-legacy-syntax] until=2026-11-20 with the next base image\nENV A 1\n',
      reports: [],
      today: '2026-11-20',
    },
    {
      title: 'Inside a continued RUN',
      dockerfile: 'FROM debian:trixie\nRUN true \\\n# plimsoll: ignore[env-legacy-syntax] here\n && true\n',
      reports: [],
    },
    { title: 'Words about plimsoll are no command', dockerfile: '# Checked by plimsoll\nFROM scratch\n', reports: [] },
  ],
};
