import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'syntax-error',
  family: 'dockerfile',
  summary: 'Docker refuses to read this file',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    'empty-file': { text: 'The file is empty', help: 'Begin with a base image: FROM python:3.13-slim-trixie' },
    'no-instructions': { text: 'The file holds nothing but comments', help: 'Add instructions, beginning with FROM' },
    'no-dockerfile': {
      text: 'No line of this file begins with an instruction: it is no Dockerfile',
      help: 'Name the Dockerfile itself; if this is to become one, begin it with FROM',
    },
    'no-stage': { text: 'There is no FROM, so there is nothing to build', help: 'Begin with a base image: FROM python:3.13-slim-trixie' },
    'before-from': { text: '{keyword} stands before the first FROM', help: 'Move it below FROM; only ARG may come before' },
    'unknown-instruction': {
      text: 'There is no instruction `{name}`',
      help: 'Check the spelling, and whether the line above should end in a backslash',
    },
    'misspelt-instruction': {
      text: 'There is no instruction `{name}`',
      help: 'Write {suggestion} if that is meant; if this line goes on from the one above, end that one in a backslash',
    },
    'missing-argument': { text: '{keyword} needs {what}', help: 'Add {what}, or remove the line' },
    'from-arguments': {
      text: 'FROM takes one image, or an image and a name: FROM image AS name',
      help: 'Remove what is too much; a stage is named with AS',
    },
    'from-comment': {
      text: 'A comment cannot stand behind FROM: Docker takes its words as arguments',
      help: 'Move the comment to a line of its own',
    },
    'stage-name': { text: '`{name}` cannot name a stage', help: 'Begin with a letter; use letters, digits, `-`, `_` and `.` only' },
    'unknown-flag': {
      text: '{keyword} has no flag --{flag}',
      help: 'Remove it; if it belongs to the program, write it behind the first word',
    },
    'misspelt-flag': { text: '{keyword} has no flag --{flag}', help: 'Write --{suggestion} if that is meant' },
    'duplicate-flag': { text: '--{flag} is given twice', help: 'Keep one of them' },
    'flag-value': { text: '--{flag} needs {wanted}', help: 'Write --{flag}=…' },
    'json-not-strings': {
      text: 'Every member of the array must be a string in double quotes',
      help: 'Put numbers and the like in double quotes too',
    },
    'shell-not-json': { text: 'SHELL must be a JSON array', help: 'Write it as SHELL ["/bin/bash", "-c"]' },
    'key-value': {
      text: '`{word}` has no `=`, though the words before it have',
      help: 'Write NAME=value; a value with blanks needs quotation marks',
    },
    'key-value-command': {
      text: 'Docker runs no command in {keyword}: it takes `$(` for text, and `{word}` behind the blank for a name without a value',
      help: 'Run the command where its output is needed, in a RUN: NAME=$(…) && …',
    },
    'key-value-comment': {
      text: 'A comment cannot stand behind {keyword}: Docker takes its words as names',
      help: 'Move the comment to a line of its own',
    },
    'key-without-value': {
      text: '{keyword} {key} has no value',
      help: 'Write {keyword} {key}=value, or {keyword} {key}= for an empty one',
    },
    'empty-key': { text: 'There is no name in front of `=`', help: 'Name the variable, or remove the blank in front of `=`' },
    'unclosed-quote': { text: 'A quotation mark {quote} is not closed', help: 'Add the closing {quote}' },
    'bad-substitution': {
      text: 'Docker cannot expand `{text}`',
      help: 'Close the brace; Docker knows the modifiers - + ? # % / in braces',
    },
    'unterminated-heredoc': {
      text: 'The heredoc never ends: there is no line `{name}`',
      help: 'Put {name} alone on a line, without blanks around it; if `<<` is a shift or stands in a shell comment, write it without a blank behind it or remove the comment',
    },
    'heredoc-destination': {
      text: 'A heredoc cannot be the destination of {keyword}',
      help: 'Name the file to write behind it: {keyword} <<EOF /path/of/file',
    },
    'line-too-long': { text: 'The line is longer than Docker reads (65,535 bytes)', help: 'Move the data to a file and COPY it' },
    'escape-directive': { text: '`{value}` cannot be the escape character', help: 'Use a backslash or a backtick' },
    'repeated-directive': { text: 'The directive {name} is given twice', help: 'Keep one of them' },
    'check-directive': {
      text: '`{option}` is no option of the check directive',
      help: 'Write # check=skip=RuleName;error=true without blanks',
    },
    'onbuild-trigger': { text: '{keyword} cannot be triggered by ONBUILD', help: 'Move {keyword} out of ONBUILD' },
    'healthcheck-type': {
      text: 'HEALTHCHECK must be followed by CMD or NONE, not by `{type}`',
      help: 'Write HEALTHCHECK CMD in front of the command',
    },
    'healthcheck-none': { text: 'HEALTHCHECK NONE takes nothing behind it', help: 'Remove what follows NONE' },
    duration: { text: '`{value}` is no duration', help: 'Write --{flag}=30s: a number with a unit (ms, s, m, h), at least 1ms' },
    retries: { text: '`{value}` is no number of retries', help: 'Write a whole number' },
    port: { text: '`{port}` is no port', help: 'Write a number from 0 to 65535, a range or a protocol: 8080, 8000-8010, 53/udp' },
    'port-comment': {
      text: 'A comment cannot stand behind EXPOSE: Docker takes its words as ports',
      help: 'Move the comment to a line of its own',
    },
    platform: { text: '`{value}` is no platform', help: 'Write --platform=linux/amd64: operating system, `/`, architecture' },
    'flag-choice': { text: '`{value}` is no value of --{flag}', help: 'Write {choices}' },
    device: { text: '`{value}` is no device', help: 'Write --device=vendor/class=name, with `,required` if it must be there' },
    signal: { text: '`{signal}` is no signal', help: 'Write a name such as SIGTERM or SIGINT, or its number' },
    mount: { text: 'The mount is faulty: {reason}', help: 'See https://docs.docker.com/reference/dockerfile/#run---mount' },
    'copy-source': { text: 'COPY cannot fetch `{source}`', help: 'Use ADD, with --checksum for a download' },
    chmod: { text: '`{value}` is no file mode', help: 'Write an octal mode such as 0755, or a symbolic one such as u=rwx,go=rx' },
    checksum: { text: '`{value}` is no checksum', help: 'Write sha256: and 64 hexadecimal digits' },
    'checksum-use': {
      text: '--checksum is for one source, fetched from the web or from a repository',
      help: 'Give each download an ADD of its own, and remove --checksum from the others',
    },
    'chown-link': {
      text: '--link cannot look up `{value}`: its layer has no /etc/passwd',
      help: 'Write the number of user and group, --chown=1000:1000, or remove --link',
    },
    yaml: { text: 'The file {problem}', help: 'Mend it; docker compose config shows the same' },
    'image-undeclared': {
      text: '`{image}` cannot name an image: no ARG in front of the first FROM declares `{undeclared}`',
      help: 'Write ARG {undeclared}=… above the first FROM',
    },
    'image-misspelt': {
      text: '`{image}` cannot name an image: no ARG in front of the first FROM declares `{undeclared}`',
      help: 'Write {suggestion} if that is meant, or declare it above the first FROM: ARG {undeclared}=…',
    },
    'image-stage': {
      text: '`{image}` cannot name an image, and Docker knows the stage as `{stage}`',
      help: 'Write FROM {stage}',
    },
    'image-reference': { text: '`{image}` cannot name an image', help: 'Use lower case: [registry/]name[:tag][@digest]' },
    'variable-in-from-flag': {
      text: 'Docker does not expand variables in {flag}',
      help: 'Give the image a stage of its own (FROM $IMAGE AS source) and use {flag}=source',
    },
    'stage-order-own': { text: 'The stage `{name}` cannot copy from itself', help: 'Name an earlier stage' },
    'stage-order-later': { text: 'The stage `{name}` is defined further down', help: 'Move it above this stage' },
    'stage-order-missing': { text: 'There is no stage number {name}', help: 'Stages count from 0; better name them with AS' },
  },
  on: {
    *compose({ problems, source }) {
      // A template is YAML only when it has been filled in.
      if (/\{[{%]/.test(source.text)) return;
      // What is behind the first one may only follow from it.
      const first = problems.find(({ message }) => message.startsWith('is not'));
      if (first !== undefined) yield { at: first.span, message: 'yaml', data: { problem: first.message } };
    },
    *file({ syntax }) {
      for (const { code, span, data } of syntax.problems) {
        yield { at: span, message: variant(code, data), data } as never;
      }
    },
  },
});

/** One problem may need one of several messages: with or without a suggestion, or for a comment at the end of a line. */
function variant(code: string, data: Readonly<Record<string, string>>): string {
  if (code === 'unknown-instruction' && data['suggestion'] !== '') return 'misspelt-instruction';
  if (code === 'unknown-flag' && data['suggestion'] !== '') return 'misspelt-flag';
  if (code === 'from-arguments' && data['comment'] === 'yes') return 'from-comment';
  if (code === 'key-value' && data['comment'] === 'yes') return 'key-value-comment';
  if (code === 'key-value' && data['command'] === 'yes') return 'key-value-command';
  if (code === 'image-reference' && data['undeclared'] !== '') return data['suggestion'] === '' ? 'image-undeclared' : 'image-misspelt';
  if (code === 'image-reference' && data['stage'] !== '') return 'image-stage';
  if (code === 'port' && data['comment'] === 'yes') return 'port-comment';
  return code === 'stage-order' ? `stage-order-${data['case']}` : code;
}

export const docs: RuleDocs = {
  why: 'BuildKit stops at the first thing it does not understand, and the build fails. plimsoll goes on reading behind it, so the rest of the file is linted all the same.',
  remedy:
    'Mend what the message names. Most often a backslash is missing at the end of the line above, or a comment stands behind an instruction: Docker knows comments on lines of their own only.',
  limits:
    'Only what the text alone decides is reported. Where a variable may hold anything nothing is said: in FROM an ARG that `--build-arg` can set, elsewhere every variable, since the base image may set it.',
  references: [
    'https://docs.docker.com/reference/dockerfile/',
    'https://github.com/moby/buildkit (frontend/dockerfile, dockerfile/1.28, 2026-11)',
  ],
  examples: [
    { title: 'A compose file', compose: 'services:\n\tapp:\n\t\timage: postgres:18\n', reports: [[2, 'yaml']] },
    { title: 'A compose file, too', compose: 'services:\n  app: {image: postgres:18}\n', reports: [] },
    {
      title: 'A backslash is missing',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==3.0.5\n    scikit-learn==1.9.0\n',
      reports: [[3, 'unknown-instruction']],
    },
    { title: 'Something else altogether', dockerfile: 'import pandas as pd\nprint(pd.__version__)\n', reports: [[1, 'no-dockerfile']] },
    { title: 'A misspelt instruction', dockerfile: 'FROM python:3.13-slim-trixie\nWORKDR /app\n', reports: [[2, 'misspelt-instruction']] },
    {
      title: 'One comment is one mistake',
      dockerfile: 'FROM python:3.13-slim-trixie\nEXPOSE 8000 # the API\n',
      reports: [[2, 'port-comment']],
    },
    {
      title: 'A comment behind an instruction',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1 # see the logs at once\n',
      reports: [[2, 'key-value-comment']],
    },
    {
      title: 'ENV is no shell',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV WHEEL=$(ls train-*.whl)\n',
      reports: [[2, 'key-value-command']],
    },
    {
      title: 'A heredoc that never ends',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN <<EOF\npip install --no-cache-dir pandas==3.0.5\n EOF\n',
      reports: [[2, 'unterminated-heredoc']],
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nRUN <<EOF\npip install --no-cache-dir pandas==3.0.5\nEOF\n', reports: [] },
    {
      title: 'Another escape character, named in the first line',
      dockerfile: '# escape=`\nFROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==3.0.5 `\n    scikit-learn==1.9.0\n',
      reports: [],
    },
  ],
};
