import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'file-encoding',
  family: 'dockerfile',
  summary: 'The file is not UTF-8, or lost characters when somebody saved it',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    invalid: {
      text: 'The file is not UTF-8 from here on: Docker passes the bytes on as they are, and labels, names and words may come out wrong',
      help: 'Save the file as UTF-8, for instance with iconv -f ISO-8859-1 -t UTF-8',
    },
    lost: {
      text: 'Here stands U+FFFD, the sign for a lost character: the file was once read in the wrong encoding and saved again',
      help: 'Write the character that belongs here',
    },
  },
  on: {
    *file({ syntax: { source } }) {
      const at = source.invalidUtf8At ?? source.text.indexOf('\uFFFD');
      if (at < 0) return;
      yield { at: { start: at, end: at + 1 }, message: source.invalidUtf8At === undefined ? 'lost' : 'invalid' };
    },
  },
});

export const docs: RuleDocs = {
  why: 'Docker reads a Dockerfile as UTF-8 and does not complain about anything else: a name in a LABEL, a path in a COPY or a password in an ENV then holds bytes that no program expects. In a comment it does no harm but shows as a question mark everywhere.',
  remedy: 'Save the file as UTF-8. Editors offer that under "Save with encoding"; `file Dockerfile` says what it is now.',
  limits: 'Only the first place is reported. UTF-16 is refused before any rule sees it, as Docker refuses it.',
  references: ['https://docs.docker.com/reference/dockerfile/ (2026-11)'],
  examples: [
    { title: 'A lost character', dockerfile: 'FROM scratch\nLABEL maintainer="J\uFFFDrgen"\n', reports: [[2, 'lost']] },
    { title: 'Lost in a comment', dockerfile: '# F\uFFFDr das Team\nFROM scratch\n', reports: [[1, 'lost']] },
    { title: 'UTF-8', dockerfile: 'FROM scratch\nLABEL maintainer="Jürgen"\n', reports: [] },
    { title: 'Plain letters', dockerfile: 'FROM scratch\nLABEL maintainer="Juergen"\n', reports: [] },
    { title: 'Far from Latin', dockerfile: '# 数据科学\nFROM scratch\n', reports: [] },
  ],
};
