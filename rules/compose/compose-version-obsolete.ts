import { lineEnd, lineStart } from '../../src/edits/lines.js';
import { at, type Compose, type ComposeFile } from '../../src/model/compose.js';
import { defineRule, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'compose-version-obsolete',
  family: 'compose',
  summary: 'A compose file says `version:`, which means nothing any more',
  severity: 'info',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    obsolete: {
      text: '`{written}` means nothing any more: Compose reads the file by the newest rules and prints a warning at each command',
      help: 'Remove the line',
    },
  },
  on: {
    *compose(compose) {
      const { file } = compose;
      const version = file?.version;
      if (file === undefined || version === undefined || version.isMerged || mayBeForSwarm(compose, file)) return;
      const { start } = version.keySpan;
      const { end } = version.value.span;
      const written = compose.source.text.slice(start, end).replace(/\s+/g, ' ');
      yield { at: { start, end }, message: 'obsolete', data: { written }, fixes: withoutLine(compose.source.text, start, end) };
    },
  },
});

/**
 * `docker stack deploy` reads the older format and looks at the version. Such a file is named for it, or has what only a swarm does.
 */
function mayBeForSwarm({ source }: Compose, { services, root }: ComposeFile): boolean {
  if (/(?:^|[._/-])(?:stack|swarm)(?:[._/-]|$)/i.test(source.path)) return true;
  const only = ['placement', 'update_config', 'rollback_config', 'endpoint_mode', 'mode'];
  const isForSwarm = [...services.values()].some(({ node }) => only.some((key) => at(node, 'deploy', key) !== undefined));
  const networks = at(root, 'networks');
  const isOverlay =
    networks?.kind === 'map' &&
    [...networks.entries.values()].some(({ value }) => {
      const driver = at(value, 'driver');
      return driver?.kind === 'scalar' && driver.text === 'overlay';
    });
  return isForSwarm || isOverlay;
}

/** The line goes, and the blank ones behind it where the file begins with it; none where something else stands on it. */
function withoutLine(text: string, start: number, valueEnd: number): readonly Fix[] {
  const from = lineStart(text, start);
  let end = lineEnd(text, valueEnd);
  if (text.slice(from, start) !== '' || text.slice(valueEnd, end).trim() !== '' || end === text.length) return [];
  const isFirst = /^(?:\s*(?:#.*)?\n)*$/.test(text.slice(0, from));
  while (isFirst && end < text.length && text.slice(end, lineEnd(text, end)).trim() === '') end = lineEnd(text, end);
  return [{ title: 'Remove the line', safety: 'safe', edits: [{ span: { start: from, end }, text: '' }] }];
}

export const docs: RuleDocs = {
  why: 'The key chose one of several file formats until 2020. Compose V2 reads all files by one specification, ignores the key and prints `the attribute version is obsolete, it will be ignored` at each command. Of 181 public compose files of data projects 57 % still have it; who reads it believes that it chooses something.',
  remedy: 'Remove the line: Compose takes every file by its newest rules.',
  limits:
    'Nothing is said of files for `docker stack deploy`, which still asks for the version: those with `stack` or `swarm` in their path, with an overlay network, or with settings under `deploy` that only a swarm heeds (placement, update_config, rollback_config, endpoint_mode, mode). The fix leaves a line alone on which more stands, a comment for example.',
  references: [
    'https://docs.docker.com/reference/compose-file/version-and-name/ (2026-08)',
    '181 public compose files, counted 2026-08 (catalogue of plimsoll)',
  ],
  examples: [
    {
      compose: 'version: "3.8"\n\nservices:\n  app:\n    build: .\n',
      reports: [[1, 'obsolete']],
      fixed: 'services:\n  app:\n    build: .\n',
    },
    {
      title: 'Not the first line, and with a comment',
      compose: "# The stack of the course\nname: course\nversion: '3' # keep\nservices:\n  app:\n    image: postgres:18\n",
      reports: [[3, 'obsolete']],
    },
    { compose: 'services:\n  app:\n    build: .\n', reports: [] },
    {
      title: 'For a swarm, which reads the version',
      compose:
        'version: "3.8"\nservices:\n  app:\n    image: registry.example.com/app:1.4\n    deploy:\n      placement:\n        constraints: [node.role == worker]\n',
      reports: [],
    },
    {
      title: 'An overlay network exists in a swarm only',
      compose: 'version: "3.8"\nservices:\n  app:\n    image: registry.example.com/app:1.4\nnetworks:\n  back:\n    driver: overlay\n',
      reports: [],
    },
  ],
};
