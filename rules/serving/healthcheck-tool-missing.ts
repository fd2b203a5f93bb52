import { absenceOf, healthcheckOf, packageOf, simpleRequest } from '../../src/facts/health-tools.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { factsOfBase } from '../../src/facts/images.js';
import { pythonProgram, pythonRequest } from '../../src/facts/servers.js';
import type { Command, HealthcheckInstruction, Stage } from '../../src/model/dockerfile.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'healthcheck-tool-missing',
  family: 'serving',
  summary: 'The HEALTHCHECK calls a program that is not in the image',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  judgesComposeStart: true,
  fixable: 'safe',
  messages: {
    missing: {
      text: '`{tool}` is not in `{image}` and nothing installs it: the check fails for ever, and the container is unhealthy while it serves',
      help: 'Call a program that is there: {remedy}',
    },
    removed: {
      text: '`{tool}` is taken away again before the image is done: the check fails for ever, and the container is unhealthy while it serves',
      help: 'Call a program that is there: {remedy}',
    },
    operator: {
      text: 'There is no shell in a JSON array: `{operator}` and what follows are arguments of `{tool}`',
      help: 'Leave out `{rest}`: a program that fails makes the check fail',
    },
    shell: {
      text: 'The HEALTHCHECK asks for `/bin/sh`, which `{image}` does not have: the check fails for ever',
      help: 'Write it as an array: HEALTHCHECK CMD ["program", "argument"]',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage !== ctx.dockerfile.finalStage) return;
      const check = healthcheckOf(stage);
      const facts = factsOfBase(stage.base);
      if (check?.command === undefined || check.onbuild !== undefined) return;
      const image = stage.base.kind === 'image' ? withoutDigest(stage.base.reference) : 'scratch';
      const commands = ctx.script(check)?.commands ?? [];
      yield* literalOperator(check, ctx);
      if (facts === undefined) return;
      if (check.command.form === 'shell' && facts.hasShell === false && stage.environment.shell() === undefined) {
        if (!bringsShell(stage)) yield { at: check.command.span, message: 'shell', data: { image } };
        return;
      }
      for (const [i, command] of commands.entries()) {
        // `curl … || wget …`, `if command -v curl`: another one may do.
        const next = commands[i + 1];
        if (command.conditional || (next?.connector === '||' && !/^(?:exit|false|kill|echo|return)$/.test(next.name))) continue;
        const absence = absenceOf(command.name, stage, ctx.script);
        const word = command.words[0];
        if (absence === undefined || word === undefined) continue;
        const data = { tool: command.name, image, remedy: remedyFor(command, stage) };
        const fixes = rewritten(command, check, stage, ctx);
        if (absence.kind === 'never') yield { at: word.span, message: 'missing', data, fixes };
        else
          yield {
            at: word.span,
            message: 'removed',
            data,
            fixes,
            related: [{ at: absence.by.span, note: `${command.name} is removed here` }],
          };
        return;
      }
    },
  },
});

/** An operator of the shell among the words of an array; a script for `sh -c` is one word. */
function* literalOperator(check: HealthcheckInstruction, { dockerfile }: RuleContext) {
  if (check.command?.form !== 'exec') return;
  const { words } = check.command;
  const at = words.findIndex(({ value }) => /^(?:\|\|?|&&|;|>|2>&1|>\/dev\/null)$/.test(value));
  const [before, operator, last] = [words[at - 1], words[at], words.at(-1)];
  if (before === undefined || operator === undefined || last === undefined) return;
  const tool = words[0]?.value ?? '';
  const rest = words
    .slice(at)
    .map(({ value }) => value)
    .join(' ');
  // curl and wget take the words for more addresses, and fail at them; Python never looks.
  const severity = /^(?:curl|wget)$/.test(tool) ? ('error' as const) : ('warning' as const);
  const span = { start: before.span.end, end: last.span.end };
  const isPlain = /^\|\| exit 1$/.test(rest) && !dockerfile.syntax.source.text.slice(span.start, span.end).includes('\n');
  const fixes: readonly Fix[] = isPlain ? [{ title: `Leave out ${rest}`, safety: 'safe', edits: [{ span, text: '' }] }] : [];
  yield {
    at: { start: operator.span.start, end: last.span.end },
    message: 'operator' as const,
    severity,
    data: { operator: operator.value, tool, rest },
    fixes,
  };
}

function bringsShell({ instructions }: Stage): boolean {
  return instructions.some(
    ({ keyword, logical }) =>
      (keyword === 'COPY' || keyword === 'ADD') && /busybox|\/bin\b|\/(?:ba|da)?sh\b|--from=\S+ +\/ /.test(logical.text),
  );
}

function remedyFor(command: Command, stage: Stage): string {
  const request = simpleRequest(command);
  const facts = factsOfBase(stage.base);
  const python = pythonProgram(stage);
  const name = facts === undefined || facts.packageManager === 'none' ? undefined : packageOf(command.name, facts);
  const install = name === undefined ? 'copy this one from another image' : `install ${name}, and leave it there`;
  if (python === undefined || (command.name !== 'curl' && command.name !== 'wget')) return install;
  const url = request?.url ?? 'http://localhost:8000/health';
  return `CMD ["${python}", "-c", "${pythonRequest(url, request?.timeout ?? 4)}"]`;
}

/** The words of a simple request in Python instead; what stands around them (`|| exit 1`, options, lines) stays. */
function rewritten(command: Command, check: HealthcheckInstruction, stage: Stage, { dockerfile }: RuleContext): readonly Fix[] {
  const request = simpleRequest(command);
  const python = pythonProgram(stage);
  const { source } = dockerfile.syntax;
  const { words, wrappers, redirects } = command;
  const span = { start: words[0]?.span.start ?? 0, end: words.at(-1)?.span.end ?? 0 };
  if (request === undefined || python === undefined || wrappers.length > 0 || redirects.length > 0) return [];
  if (source.text.slice(span.start, span.end).includes('\n')) return [];
  const code = pythonRequest(request.url, request.timeout);
  const isExec = check.command?.form === 'exec';
  // Variables are the shell's to fill in, which an array does not have.
  if (isExec && request.url.includes('$')) return [];
  if (isExec && check.command?.form === 'exec' && check.command.words[0]?.span.start !== span.start) return [];
  const text = isExec ? [python, '-c', code].map((word) => JSON.stringify(word)).join(', ') : `${python} -c "${code}"`;
  return [{ title: 'Ask in Python', safety: 'safe', edits: [{ span, text }] }];
}

export const docs: RuleDocs = {
  why: 'A check whose program is not there ends with status 127 (or does not start at all), which Docker counts as a failure: after three of them the container is `unhealthy` for good, however well it serves. What waits for it (`depends_on: condition: service_healthy`) never starts, and what restarts unhealthy containers does so for ever; in one report a model server was marked down for seven days. Slim Python images have neither curl nor wget, nc or ps; Alpine has the wget of BusyBox, but no curl.',
  remedy:
    'Ask with what is in the image: `python -c "import urllib.request as u; u.urlopen(\'http://localhost:8000/health\', timeout=4)"` fails for every status from 400 up and needs no package. Or install the program in the final stage, and leave it there.',
  limits:
    'Known base images only, the final stage and its last HEALTHCHECK. Nothing is said where a script of the project, a package whose name is not known or that asks for one with the program, an archive, or a COPY into a directory of programs may bring the program, where conda installs from a file, where a RUN calls the program itself, and where another program is tried behind `||`. The fix rewrites `curl -f` and `wget` calls of a single local http address without options other than quiet ones and time limits.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#healthcheck (exit status, shell and exec form; 2026-08-21)',
    'https://github.com/OriNachum/autonomous-intelligence/issues/25 (2026-05-30: seven days), https://github.com/BerriAI/litellm/issues/9295 (2025-03-16)',
    'https://docs.streamlit.io/deploy/tutorials/docker (installs curl for its HEALTHCHECK, 2026-08-22)',
    'https://github.com/docker-library/python (slim images: no curl, no wget; 2026-06-23)',
    'https://deb.debian.org/debian/dists (Contents and Packages of bookworm and trixie: which package has or asks for which program; read 2026-11-22)',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nHEALTHCHECK CMD curl --fail http://localhost:8501/_stcore/health || exit 1\nCMD ["streamlit", "run", "app.py"]\n',
      reports: [[2, 'missing']],
      fixed:
        'FROM python:3.13-slim-trixie\nHEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen(\'http://localhost:8501/_stcore/health\', timeout=4)" || exit 1\nCMD ["streamlit", "run", "app.py"]\n',
    },
    {
      title: 'An array keeps its options',
      dockerfile:
        'FROM python:3.13-slim-trixie\nHEALTHCHECK --interval=10s CMD ["wget", "-q", "--spider", "-T", "2", "http://127.0.0.1:8000/"]\n',
      reports: [[2, 'missing']],
      fixed:
        'FROM python:3.13-slim-trixie\nHEALTHCHECK --interval=10s CMD ["python", "-c", "import urllib.request as u; u.urlopen(\'http://127.0.0.1:8000/\', timeout=2)"]\n',
    },
    {
      title: 'Taken away again',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y curl && curl -O https://example.com/model && apt-get purge -y curl\nHEALTHCHECK CMD curl -f http://localhost:$PORT/health\n',
      reports: [[3, 'removed']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y curl && curl -O https://example.com/model && apt-get purge -y curl\nHEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen(\'http://localhost:$PORT/health\', timeout=4)"\n',
    },
    {
      title: 'An array has no shell',
      dockerfile: 'FROM python:3.13-trixie\nHEALTHCHECK CMD ["curl", "-f", "http://localhost:8000/", "||", "exit", "1"]\n',
      reports: [[2, 'operator']],
      fixed: 'FROM python:3.13-trixie\nHEALTHCHECK CMD ["curl", "-f", "http://localhost:8000/"]\n',
    },
    {
      title: 'Nor has a distroless image',
      dockerfile: 'FROM gcr.io/distroless/python3-debian12\nHEALTHCHECK CMD python3 healthy.py\n',
      reports: [[2, 'shell']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nHEALTHCHECK CMD curl -f http://localhost:8000/\n',
      reports: [],
    },
    {
      title: 'Another package asks for it, as cmake does for procps',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends cmake\nHEALTHCHECK CMD pgrep -f train.py\n',
      reports: [],
    },
    {
      title: 'A client with its version in the name',
      dockerfile:
        'FROM python:3.13-slim-bookworm\nRUN apt-get update && apt-get install -y postgresql-client-15\nHEALTHCHECK CMD pg_isready -h db\n',
      reports: [],
    },
    {
      title: 'The full image has it',
      dockerfile: 'FROM python:3.13-trixie\nHEALTHCHECK CMD curl -f http://localhost:8000/\n',
      reports: [],
    },
    {
      title: 'BusyBox has one',
      dockerfile: 'FROM python:3.13-alpine3.22\nHEALTHCHECK CMD wget -q --spider http://localhost:8000/\n',
      reports: [],
    },
    {
      title: 'Copied from another image',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY --from=curl /usr/bin/curl /usr/bin/\nHEALTHCHECK CMD curl -f http://localhost:8000/\n',
      reports: [],
    },
    {
      title: 'Another one is tried',
      dockerfile: 'FROM python:3.13-slim-trixie\nHEALTHCHECK CMD curl -f http://localhost:8000/ || python healthy.py\n',
      reports: [],
    },
    {
      title: 'Nobody knows this base',
      dockerfile: 'FROM registry.example.com/base:1\nHEALTHCHECK CMD curl -f http://localhost:8000/\n',
      reports: [],
    },
    {
      title: 'In a compose file that builds this Dockerfile',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["python", "serve.py"]\n',
      files: {
        'compose.yaml':
          'services:\n  api:\n    build: .\n    healthcheck:\n      test: ["CMD", "curl", "-f", "http://localhost:8000/health"]\n',
      },
      reports: [[5, 'missing', 'compose.yaml']],
    },
    {
      title: 'In a compose file, with a program that the image has',
      compose: 'services:\n  db:\n    image: postgres:18\n    healthcheck:\n      test: pg_isready -U app\n',
      reports: [],
    },
  ],
};
