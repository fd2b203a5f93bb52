import { replacedWord, wordsBehind } from '../../src/edits/words.js';
import { factsOfBase } from '../../src/facts/images.js';
import { loginSettings, openings } from '../../src/facts/jupyter.js';
import { valueSpan } from '../../src/facts/secret-settings.js';
import {
  isStartedOtherwise,
  isToBeReached,
  listensToItselfAlone,
  mayBeBehindProxy,
  mayHaveSettings,
  type ServerStart,
  servicesOf,
  startedServers,
} from '../../src/facts/servers.js';
import type { Instruction, KeyValue, ShellWord, Span, Stage } from '../../src/model/dockerfile.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'server-binds-localhost',
  family: 'serving',
  summary: 'The server listens on 127.0.0.1, which nobody outside the container reaches',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  judgesComposeStart: true,
  fixable: 'unsafe',
  messages: {
    written: {
      text: '`{words}` lets `{server}` listen inside the container only: whoever connects to a published port is cut off',
      help: 'Write `{remedy}` to listen on all addresses of the container; `docker run -p 127.0.0.1:…` keeps it to this machine',
    },
    missing: {
      text: '`{server}` listens on 127.0.0.1 when it is not told otherwise: whoever connects to a published port is cut off',
      help: 'Add `{remedy}`; `docker run -p 127.0.0.1:…` keeps it to this machine',
    },
    port: {
      text: '`{server}` listens on 127.0.0.1 unless `PORT` is set, which only some platforms do: elsewhere the published port answers nobody',
      help: 'Add `{remedy}`; `docker run -p 127.0.0.1:…` keeps it to this machine',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage !== ctx.dockerfile.finalStage || isDevcontainer(stage, ctx)) return;
      const [start, ...others] = startedServers(stage, ctx.script);
      if (start === undefined || others.length > 0 || !listensToItselfAlone(start)) return;
      const services = servicesOf(ctx.context, ctx.service);
      if (mayBeBehindProxy(start, stage) || isStartedOtherwise(ctx.context) || services.some(({ sharesNetwork }) => sharesNetwork)) return;
      const severity = isToBeReached(stage, services) ? ('error' as const) : ('warning' as const);
      const { server, host } = start;
      // A Jupyter that lets anybody in is not opened to all.
      const offered = (fixes: readonly Fix[]) => (openings(loginSettings(stage, ctx.script)).length > 0 ? [] : fixes);
      if (host.kind === 'written') {
        const remedy = withPort(start, host.value) ?? remedyFor(host.word);
        const data = { words: brief(host.word, host.value), server: server.name, remedy: remedy ?? 'host = "0.0.0.0"' };
        yield { at: host.word.span, message: 'written', severity, data, fixes: offered(rewritten(start, host.word, ctx)) };
      } else if (host.kind === 'variable') {
        const pair = host.by && pairOf(host.by, host.name);
        // A base image that means it.
        if (host.by === undefined || pair === undefined) return;
        const data = { words: `${host.name}=${host.value}`, server: server.name, remedy: `${host.name}=0.0.0.0` };
        yield { at: pair.span, message: 'written', severity, data, fixes: offered(reset(pair, host.by, ctx)) };
      } else if (!mayHaveSettings(start, stage, ctx.context, ctx.script)) {
        const words = wordsToAdd(start);
        const at = spanOf(start);
        const data = { server: server.name, remedy: words?.join(' ') ?? 'host = "0.0.0.0"' };
        const message = server.name === 'gunicorn' ? 'port' : 'missing';
        yield { at, message, severity: 'warning', data, fixes: words === undefined ? [] : offered(added(start, words, ctx)) };
      }
    },
  },
});

/** NOTE: an editor that works inside a container passes on what listens there. */
function isDevcontainer(stage: Stage, { dockerfile }: RuleContext): boolean {
  return factsOfBase(stage.base)?.purpose === 'devcontainer' || dockerfile.syntax.source.path.includes('.devcontainer/');
}

/** The words that name the server; where ENTRYPOINT names the program and CMD what it does, the latter. */
function spanOf({ named, command }: ServerStart): Span {
  const own = named.filter((word) => !command.words.includes(word));
  const [first, last] = own.length > 0 ? [own[0], own.at(-1)] : [named[0], named.at(-1)];
  return { start: first?.span.start ?? command.span.start, end: last?.span.end ?? command.span.end };
}

const RISK = 'whoever reaches the network of the container reaches the server';

const LOOPBACK = /(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)/i;

/** What to write instead: in a word with variables, only where the address stands in it. */
function remedyFor({ text, value }: ShellWord): string | undefined {
  if (!text.includes('$')) return opened(value ?? '');
  return LOOPBACK.test(text) ? text.replace(LOOPBACK, '0.0.0.0') : '0.0.0.0';
}

/** The word with an address that listens everywhere; undefined in code of another language. */
function opened(value: string): string | undefined {
  return /^[\w.:=@%+[\]-]+$/.test(value) ? value.replace(LOOPBACK, '0.0.0.0') : undefined;
}

/** The word as written where it is one; the address where it is a program. */
function brief({ text, value }: ShellWord, address: string): string {
  return opened(value ?? '') === undefined ? address : text.replace(/^(["'])(.*)\1$/, '$2');
}

/** `--host` of uvicorn and its like takes no port: what has one there fails with any address. */
function withPort({ server: { hosts, addresses, ports, opening } }: ServerStart, value: string): string | undefined {
  const port = /^[^:]+:(\d+)$/.exec(value)?.[1];
  const [host] = hosts?.split(' ') ?? [];
  if (port === undefined || host === undefined || addresses === true || opening !== undefined) return undefined;
  return `${host} 0.0.0.0 ${ports?.split(' ')[0] ?? '--port'} ${port}`;
}

function rewritten(start: ServerStart, word: ShellWord, { dockerfile }: RuleContext): readonly Fix[] {
  const { holderOf } = start;
  const text = withPort(start, word.value ?? '') === undefined ? opened(word.value ?? '') : undefined;
  const edit = text === undefined ? undefined : replacedWord(dockerfile.syntax, holderOf(word), word, text);
  return fix('Listen on 0.0.0.0', edit);
}

function reset(pair: KeyValue, { onbuild }: Instruction, { dockerfile }: RuleContext): readonly Fix[] {
  const span = valueSpan(pair);
  const isWritten = span !== undefined && LOOPBACK.test(dockerfile.syntax.source.text.slice(span.start, span.end));
  return fix('Listen on 0.0.0.0', isWritten && onbuild === undefined ? { span, text: '0.0.0.0' } : undefined);
}

/** As the command writes its other options: `--host 0.0.0.0` or `--host=0.0.0.0`. Undefined for code of another language. */
function wordsToAdd({ server, args }: ServerStart): readonly string[] | undefined {
  if (server.opening !== undefined) return [server.opening];
  const option = server.hosts?.split(' ')[0];
  if (option === undefined) return undefined;
  const address = server.addresses ? `0.0.0.0:${server.port ?? 8000}` : '0.0.0.0';
  const joins = /^--(?:ip$|[A-Z])/.test(option) || args.some(({ text }) => /^["']?--[\w.-]+=/.test(text));
  return joins ? [`${option}=${address}`] : [option, address];
}

/** Behind the last word of the instruction that names the server; a port of `runserver` becomes address and port. */
function added({ server, command, args, holderOf }: ServerStart, texts: readonly string[], { dockerfile }: RuleContext): readonly Fix[] {
  const tree = dockerfile.syntax;
  const port = server.opening?.startsWith('0') ? args.find(({ value }) => /^\d+$/.test(value ?? '')) : undefined;
  if (port !== undefined) return fix('Listen on 0.0.0.0', replacedWord(tree, holderOf(port), port, `0.0.0.0:${port.value}`));
  const last = command.words.at(-1);
  const isEnded = last === undefined || command.redirects.length > 0 || args.some(({ value }) => value === '--');
  return fix(`Add ${texts.join(' ')}`, isEnded ? undefined : wordsBehind(tree, command, last, texts));
}

function fix(title: string, edit: Edit | undefined): readonly Fix[] {
  return edit === undefined ? [] : [{ title, safety: 'unsafe', risk: RISK, edits: [edit] }];
}

function pairOf(by: Instruction, name: string): KeyValue | undefined {
  return by.keyword === 'ENV' ? by.pairs.findLast(({ key }) => key.text === name) : undefined;
}

export const docs: RuleDocs = {
  why: '127.0.0.1 is the container itself. A server that listens there works when one tries it inside (`docker exec … curl localhost`) and answers nobody from outside, published port or not: Docker takes the connection and then resets it. Most development servers, and uvicorn, gunicorn, flask, mlflow, jupyter and tensorboard among the real ones, listen there unless they are told otherwise.',
  remedy:
    'Listen on all addresses inside the container (`--host 0.0.0.0`), and decide outside who may connect: `docker run -p 127.0.0.1:8000:8000`, a network of its own, a proxy in front.',
  limits:
    'Knows the servers it has a table of; what a script or a file of settings says is not known, so nothing is said where one is named (`-c gunicorn.conf.py`), lies in the build context, or could be in a directory that is copied while the context cannot be seen. Silent where a proxy, a tunnel or a second program runs in the same container, or a script of ENTRYPOINT may start one, in dev containers, and where a compose file that builds the image has another command or `network_mode: host`, or puts another service on the network of this one. What is written out is an error where something says that the port is to be reached (EXPOSE, `ports` of a compose file, a notebook image), else a warning, as a default of the server is. gunicorn listens everywhere when `PORT` is set: that is only a warning. What the code of an app passes to `launch()` or `run()` is not read.',
  references: [
    'https://uvicorn.dev/settings/#socket-binding (default 127.0.0.1, UVICORN_HOST; code of 0.54 read 2026-11-22)',
    'https://gunicorn.org/reference/settings/#bind (127.0.0.1:8000, or 0.0.0.0:$PORT; code of 27.0 read 2026-11-22)',
    'https://flask.palletsprojects.com/en/stable/cli/ (FLASK_RUN_HOST; code of 3.1 read 2026-11-22)',
    'https://mlflow.org/docs/latest/cli.html#mlflow-server (--host, MLFLOW_HOST; code of 3.18 read 2026-11-22)',
    'https://jupyter-server.readthedocs.io/en/latest/ (ServerApp.ip is localhost; code of 2.21 read 2026-11-22)',
    'https://pythonspeed.com/articles/docker-connection-refused/ (why the connection fails)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--port", "8000"]\n',
      reports: [[2, 'missing']],
      fixed: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--port", "8000", "--host", "0.0.0.0"]\n',
    },
    {
      title: 'Said so',
      dockerfile: 'FROM python:3.13-slim-trixie\nEXPOSE 8000\nCMD uvicorn api:app --host=127.0.0.1 --port=8000\n',
      reports: [[3, 'written']],
      fixed: 'FROM python:3.13-slim-trixie\nEXPOSE 8000\nCMD uvicorn api:app --host=0.0.0.0 --port=8000\n',
    },
    {
      title: 'A port has no place there',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD uvicorn api:app --host 127.0.0.1:8000\n',
      reports: [[2, 'written']],
    },
    {
      title: 'By a variable',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV MLFLOW_HOST=localhost\nENTRYPOINT ["mlflow", "server"]\n',
      reports: [[2, 'written']],
      fixed: 'FROM python:3.13-slim-trixie\nENV MLFLOW_HOST=0.0.0.0\nENTRYPOINT ["mlflow", "server"]\n',
    },
    {
      title: 'CMD goes on where ENTRYPOINT ends',
      dockerfile: 'FROM python:3.13-slim-trixie\nENTRYPOINT ["python", "manage.py"]\nCMD ["runserver", "8000"]\n',
      reports: [[3, 'missing']],
      fixed: 'FROM python:3.13-slim-trixie\nENTRYPOINT ["python", "manage.py"]\nCMD ["runserver", "0.0.0.0:8000"]\n',
    },
    {
      title: 'tensorboard has an option for it',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["tensorboard", "--logdir=/logs"]\n',
      reports: [[2, 'missing']],
      fixed: 'FROM python:3.13-slim-trixie\nCMD ["tensorboard", "--logdir=/logs", "--bind_all"]\n',
    },
    {
      title: 'A port that a platform sets would open it',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY app.py .\nCMD ["gunicorn", "app:server"]\n',
      reports: [[3, 'port']],
      fixed: 'FROM python:3.13-slim-trixie\nCOPY app.py .\nCMD ["gunicorn", "app:server", "--bind", "0.0.0.0:8000"]\n',
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n', reports: [] },
    {
      title: 'A variable opens it',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV FLASK_RUN_HOST=0.0.0.0\nCMD ["flask", "run"]\n',
      reports: [],
    },
    {
      title: 'gunicorn finds its settings by itself',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . .\nCMD ["gunicorn", "app:server"]\n',
      files: { 'app.py': '', 'gunicorn.conf.py': 'bind = "0.0.0.0:8000"\n' },
      reports: [],
    },
    { title: 'A socket', dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--uds", "/run/api.sock"]\n', reports: [] },
    {
      title: 'A proxy in the same container',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y nginx\nCMD nginx && uvicorn api:app --host 127.0.0.1\n',
      reports: [],
    },
    {
      title: 'streamlit listens everywhere',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["streamlit", "run", "app.py"]\n',
      reports: [],
    },
    {
      title: 'A notebook image has settings of its own',
      dockerfile: 'FROM quay.io/jupyter/scipy-notebook:2026-08-08\nCMD ["jupyter", "lab"]\n',
      reports: [],
    },
    {
      title: 'Compose puts it on the network of the host',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app"]\n',
      files: { 'compose.yaml': 'services:\n  api:\n    build: .\n    network_mode: host\n' },
      reports: [],
    },
    {
      title: 'A proxy in a container of its own, on the same network',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--host", "127.0.0.1"]\n',
      files: {
        'compose.yaml':
          'services:\n  api:\n    build: .\n    ports: ["443:443"]\n  proxy:\n    image: caddy:2.10\n    network_mode: service:api\n',
      },
      reports: [],
    },
    {
      title: 'In a compose file, for a ready-made image',
      compose:
        'services:\n  mlflow:\n    image: ghcr.io/mlflow/mlflow:v3.6.0\n    command: mlflow server --host 127.0.0.1 --port 5000\n    ports: ["5000:5000"]\n',
      reports: [[4, 'written']],
    },
    {
      title: 'In a compose file that builds this Dockerfile',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n',
      files: { 'compose.yaml': 'services:\n  api:\n    build: .\n    command: [uvicorn, "api:app", --reload]\n' },
      reports: [[4, 'missing', 'compose.yaml']],
    },
  ],
};
