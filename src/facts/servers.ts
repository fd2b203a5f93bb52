/**
 * Programs that answer requests over the network: where each listens when nothing is said, what says otherwise, and which
 * path tells that it is well.
 *
 * Sources: the code of each package at its release of November 2026 (uvicorn 0.54, gunicorn 27, Flask 3.1, hypercorn 0.18, Django
 * 5.2, fastapi-cli 0.0.34, daphne 4.2, granian 2.8, waitress 3.0, quart 0.22, streamlit 1.67, gradio 6.31, chainlit 2.12, marimo,
 * jupyter_server 2.21, voila 0.5, mlflow 3.18, tensorboard 2.21, bokeh 3.9, panel 1.9, bentoml 1.4, shiny 1.8, dagster-webserver);
 * CRAN manuals of plumber (pr_run) and shiny (runApp); llama.cpp tools/server/README.md and .devops/cpu.Dockerfile (2026), vLLM
 * vllm/entrypoints/openai/cli_args.py (2026), Triton src/command_line_parser.h and docs/getting_started/quickstart.md (2026-08-19).
 * distributed 2026.8 (cli/dask_scheduler.py).
 * NOTE: `bokeh serve` and `panel serve` listen everywhere; `localhost:5006` is only the origin they let a browser come from, and
 * `/liveness` of panel is there with `--liveness` alone.
 *
 * Of table I of rules.md left out on purpose: dash, gradio and litserve started by the user's own script, which is not read; RStudio and
 * shiny-server, whose port is in a file of settings, and TGI and TF Serving, which images of their own start; Ray, whose dashboard is
 * closed because whoever reaches it runs code, and whose `serve run` has no option for it (2.50).
 */
import { at, type ComposeService, textAt } from '../model/compose.js';
import type { BuildContext } from '../model/context.js';
import type { Command, Instruction, ScriptOf, ShellWord, Stage } from '../model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../model/stages.js';
import { baseName } from '../model/wrappers.js';
import { startedCommands } from './entrypoints.js';
import { environmentVariable } from './environment-variables.js';
import { factsOfBase } from './images.js';
import { once } from './once.js';

/** A server program as its makers ship it. */
export interface Server {
  /** What a person would name: `uvicorn`, `mlflow server`. */
  readonly name: string;
  /** What follows the program: `server` or `ui` of mlflow; for `manage.py`, `runserver`. One of each list, in order. */
  readonly verbs?: readonly string[];
  /** Whether it listens to its own machine alone when nothing else is said; undefined where its own code says. */
  readonly isLoopback: boolean | undefined;
  /** Where it listens when nothing else is said; absent for a random one. */
  readonly port?: number;
  /** Options that say where it listens; with `addresses` their value is `host:port`. */
  readonly hosts?: string;
  readonly addresses?: true;
  readonly ports?: string;
  /** Options that take the place of an address: a socket, a file of settings, all interfaces. */
  readonly elsewhere?: string;
  /** Variables that say where it listens, and those that say on which port. */
  readonly variables?: string;
  readonly portVariables?: string;
  /** Files by whose settings it may listen elsewhere, by name. */
  readonly files?: RegExp;
  /** Whether a base image that is not known, or is made for it, may have such settings. */
  readonly isSetUpByImages?: true;
  /** What makes it listen everywhere, where that is not the first option with 0.0.0.0. */
  readonly opening?: string;
  /** The path that answers when it is well; absent where the user's own code would have to. */
  readonly health?: string;
  /** It loads a model first, which may take minutes. */
  readonly isSlow?: true;
  /** One person works with it, and sees when it does not answer. */
  readonly isPersonal?: true;
}

const UVICORN = { port: 8000, ports: '--port', isLoopback: true, hosts: '--host' } as const;
const MLFLOW = { ports: '--port -p', hosts: '--host -h', variables: 'MLFLOW_HOST', portVariables: 'MLFLOW_PORT', port: 5000 } as const;
const ALL = { isLoopback: false, hosts: '--host', ports: '--port' } as const;
/** NOTE: `/health` is on the port of its dashboard, 8787, which may be off. */
const DASK_SCHEDULER = { ...ALL, port: 8786, elsewhere: '--interface' } as const;
const JUPYTER = {
  isLoopback: true,
  port: 8888,
  hosts: '--ip --ServerApp.ip --NotebookApp.ip --LabApp.ip --Application.ip',
  ports: '--port --ServerApp.port --NotebookApp.port',
  elsewhere: '--sock --ServerApp.sock --config --Application.config_file',
  portVariables: 'JUPYTER_PORT',
  files: /jupyter\w*_config(?:\.py|\.json|\.d)|\.jupyter\b|jupyter[\w.-]*config|\/etc\/jupyter/,
  isSetUpByImages: true,
  health: '/api',
  isPersonal: true,
} as const;

/** By the program, then by its verbs. */
const SERVERS: Readonly<Record<string, readonly Server[]>> = {
  uvicorn: [{ name: 'uvicorn', ...UVICORN, elsewhere: '--uds --fd', variables: 'UVICORN_HOST', portVariables: 'UVICORN_PORT' }],
  gunicorn: [
    {
      name: 'gunicorn',
      isLoopback: true,
      port: 8000,
      hosts: '--bind -b',
      addresses: true,
      elsewhere: '-c --config --paste --paster',
      // SPEC: PORT in the environment makes it 0.0.0.0:$PORT.
      variables: 'PORT GUNICORN_CMD_ARGS',
      portVariables: 'PORT GUNICORN_CMD_ARGS',
      files: /gunicorn[\w.-]*\.py$|gunicorn[._]conf/,
    },
  ],
  hypercorn: [
    {
      name: 'hypercorn',
      isLoopback: true,
      port: 8000,
      hosts: '--bind -b',
      addresses: true,
      elsewhere: '-c --config --insecure-bind --quic-bind',
    },
  ],
  daphne: [
    {
      name: 'daphne',
      isLoopback: true,
      port: 8000,
      hosts: '--bind -b',
      ports: '--port -p',
      elsewhere: '-u --unix-socket --fd -e --endpoint',
    },
  ],
  granian: [{ name: 'granian', ...UVICORN, elsewhere: '--uds', variables: 'GRANIAN_HOST GRANIAN_UDS', portVariables: 'GRANIAN_PORT' }],
  'waitress-serve': [{ name: 'waitress-serve', ...ALL, port: 8080, elsewhere: '--listen --unix-socket' }],
  fastapi: [
    { name: 'fastapi dev', verbs: ['dev'], ...UVICORN, portVariables: 'PORT' },
    { name: 'fastapi run', verbs: ['run'], ...UVICORN, isLoopback: false, portVariables: 'PORT' },
  ],
  flask: [
    {
      name: 'flask run',
      verbs: ['run'],
      isLoopback: true,
      port: 5000,
      hosts: '--host -h',
      ports: '--port -p',
      variables: 'FLASK_RUN_HOST',
      portVariables: 'FLASK_RUN_PORT',
      files: /^\.(?:flask)?env$/,
    },
  ],
  quart: [
    {
      name: 'quart run',
      verbs: ['run'],
      isLoopback: true,
      port: 5000,
      hosts: '--host -h',
      ports: '--port -p',
      variables: 'QUART_RUN_HOST',
    },
  ],
  'manage.py': [{ name: 'manage.py runserver', verbs: ['runserver'], isLoopback: true, port: 8000, opening: '0.0.0.0:8000' }],
  'django-admin': [{ name: 'django-admin runserver', verbs: ['runserver'], isLoopback: true, port: 8000, opening: '0.0.0.0:8000' }],
  'http.server': [{ name: 'http.server', isLoopback: false, port: 8000, hosts: '--bind -b' }],
  streamlit: [
    {
      name: 'streamlit run',
      verbs: ['run'],
      isLoopback: false,
      port: 8501,
      hosts: '--server.address',
      ports: '--server.port',
      variables: 'STREAMLIT_SERVER_ADDRESS',
      portVariables: 'STREAMLIT_SERVER_PORT',
      files: /\.streamlit|config\.toml/,
      health: '/_stcore/health',
    },
  ],
  gradio: [
    {
      name: 'gradio',
      isLoopback: undefined,
      port: 7860,
      variables: 'GRADIO_SERVER_NAME',
      portVariables: 'GRADIO_SERVER_PORT',
      health: '/',
    },
  ],
  chainlit: [{ name: 'chainlit run', verbs: ['run'], ...UVICORN, variables: 'CHAINLIT_HOST', portVariables: 'CHAINLIT_PORT' }],
  marimo: [{ name: 'marimo', verbs: ['run edit'], isLoopback: true, isPersonal: true, hosts: '--host', ports: '--port -p' }],
  jupyter: [
    { name: 'jupyter lab', verbs: ['lab'], ...JUPYTER },
    { name: 'jupyter notebook', verbs: ['notebook'], ...JUPYTER },
    { name: 'jupyter server', verbs: ['server'], ...JUPYTER },
  ],
  'jupyter-lab': [{ name: 'jupyter-lab', ...JUPYTER }],
  'jupyter-notebook': [{ name: 'jupyter-notebook', ...JUPYTER }],
  'jupyter-server': [{ name: 'jupyter-server', ...JUPYTER }],
  voila: [
    {
      name: 'voila',
      isLoopback: true,
      port: 8866,
      hosts: '--Voila.ip',
      ports: '--port --Voila.port',
      files: /voila\.(?:json|py)$|\.jupyter\b/,
      isSetUpByImages: true,
    },
  ],
  mlflow: [
    { name: 'mlflow server', verbs: ['server'], isLoopback: true, ...MLFLOW, health: '/health' },
    { name: 'mlflow ui', verbs: ['ui'], isLoopback: true, ...MLFLOW, health: '/health' },
    { name: 'mlflow models serve', verbs: ['models', 'serve'], isLoopback: true, ...MLFLOW, health: '/ping', isSlow: true },
  ],
  tensorboard: [
    {
      name: 'tensorboard',
      isLoopback: true,
      port: 6006,
      hosts: '--host',
      ports: '--port',
      elsewhere: '--bind_all',
      isPersonal: true,
      opening: '--bind_all',
    },
  ],
  bokeh: [
    {
      name: 'bokeh serve',
      verbs: ['serve'],
      isLoopback: false,
      port: 5006,
      hosts: '--address',
      ports: '--port',
      elsewhere: '--unix-socket',
    },
  ],
  panel: [
    {
      name: 'panel serve',
      verbs: ['serve'],
      isLoopback: false,
      port: 5006,
      hosts: '--address',
      ports: '--port',
      elsewhere: '--unix-socket',
    },
  ],
  shiny: [{ name: 'shiny run', verbs: ['run'], ...UVICORN, ports: '--port -p' }],
  dask: [{ name: 'dask scheduler', verbs: ['scheduler'], ...DASK_SCHEDULER }],
  'dask-scheduler': [{ name: 'dask-scheduler', ...DASK_SCHEDULER }],
  'dagster-webserver': [
    {
      name: 'dagster-webserver',
      isLoopback: true,
      port: 3000,
      hosts: '--host -h',
      ports: '--port -p',
      variables: 'DAGSTER_WEBSERVER_HOST',
    },
  ],
  bentoml: [
    {
      name: 'bentoml serve',
      verbs: ['serve'],
      isLoopback: false,
      port: 3000,
      hosts: '--host',
      ports: '--port -p',
      elsewhere: '--development --reload',
      variables: 'BENTOML_HOST',
      portVariables: 'BENTOML_PORT',
      health: '/readyz',
      isSlow: true,
    },
  ],
  'llama-server': [
    {
      name: 'llama-server',
      isLoopback: true,
      port: 8080,
      hosts: '--host',
      ports: '--port',
      variables: 'LLAMA_ARG_HOST',
      portVariables: 'LLAMA_ARG_PORT',
      isSetUpByImages: true,
      health: '/health',
      isSlow: true,
    },
  ],
  vllm: [{ name: 'vllm serve', verbs: ['serve'], ...ALL, port: 8000, elsewhere: '--uds', health: '/health', isSlow: true }],
  'vllm.entrypoints.openai.api_server': [{ name: 'vLLM', ...ALL, port: 8000, elsewhere: '--uds', health: '/health', isSlow: true }],
  tritonserver: [
    {
      name: 'tritonserver',
      isLoopback: false,
      port: 8000,
      hosts: '--http-address',
      ports: '--http-port',
      health: '/v2/health/ready',
      isSlow: true,
    },
  ],
};

/** What R code calls to serve; its `host` is 127.0.0.1 where neither it nor an option of R says otherwise. */
const R_SERVERS: readonly (readonly [call: RegExp, server: Server])[] = [
  [/\brunApp\s*\(/, { name: 'runApp', isLoopback: true, isSetUpByImages: true, files: /shiny\.host|Rprofile/ }],
  [/\bpr_run\s*\(/, { name: 'pr_run', isLoopback: true, isSetUpByImages: true, files: /plumber\.host|Rprofile/ }],
  [/\bplumb(?:er)?\b[^;]*\$run\s*\(/, { name: 'plumber', isLoopback: true, isSetUpByImages: true, files: /plumber\.host|Rprofile/ }],
];

/** Where a server listens. */
export type Host =
  /** Written in the command: `word` says so. */
  | { readonly kind: 'written'; readonly value: string; readonly word: ShellWord }
  /** Set by ENV, or by the base image where there is no `by`. */
  | { readonly kind: 'variable'; readonly name: string; readonly value: string; readonly by?: Instruction }
  /** Nothing in the file says otherwise than the program. */
  | { readonly kind: 'default' }
  | { readonly kind: 'unknown' };

/** A server that a container starts. */
export interface ServerStart {
  readonly server: Server;
  /** Where the server is named, without what CMD appends. */
  readonly command: Command;
  /** The words that name it: `mlflow` and `server`. */
  readonly named: readonly ShellWord[];
  /** What follows, CMD's words included. */
  readonly args: readonly ShellWord[];
  readonly host: Host;
  /** Undefined where it is not known, or random. */
  readonly port: number | undefined;
  /** A script of the project's own starts it, and may set variables before. */
  readonly isBehindScript: boolean;
  /** The command in whose words one of them is written: that of ENTRYPOINT, or that of CMD. */
  readonly holderOf: (word: ShellWord) => Command;
}

/** The servers that a container of a stage starts, in the order of the file. */
export const startedServers = once((stage: Stage, script: ScriptOf): readonly ServerStart[] =>
  startedCommands(stage, script).flatMap(({ command, appended, appendedFrom, isBehindScript }) => {
    const found = serverOf(command, appended);
    if (found === undefined) return [];
    const { server, named, args } = found;
    const host = hostOf(server, args, command, stage);
    const port = portOf(server, args, command, stage);
    const holderOf = (word: ShellWord): Command => (appendedFrom !== undefined && appended.includes(word) ? appendedFrom : command);
    return { server, command, named, args, host, port, isBehindScript, holderOf };
  }),
);

interface Found {
  readonly server: Server;
  readonly named: readonly ShellWord[];
  readonly args: readonly ShellWord[];
}

const PYTHON = /^(?:python|pypy)[\d.]*$/;

function serverOf({ name, words, substituted }: Command, appended: readonly ShellWord[]): Found | undefined {
  if (substituted) return undefined;
  const all = appended.length === 0 ? words : [...words, ...appended];
  if (/^(?:R|Rscript|r|littler)$/.test(name)) return serverOfCode(all);
  const start = PYTHON.test(name) || (name === 'uv' && words[1]?.value === 'run') ? moduleAt(all, name === 'uv' ? 2 : 1) : 0;
  const program = start === undefined ? undefined : all[start];
  if (start === undefined || program?.value === undefined) return undefined;
  const servers = SERVERS[baseName(program.value)];
  if (servers === undefined || !Object.hasOwn(SERVERS, baseName(program.value))) return undefined;
  for (const server of servers) {
    const end = behindVerbs(server.verbs ?? [], all, start + 1);
    if (end !== undefined && !isHelp(all.slice(end))) return { server, named: all.slice(start, end), args: all.slice(end) };
  }
  return undefined;
}

/** Whether words name a server that listens to its own machine alone unless it is told otherwise, and nothing among them does. */
export function namesClosedServer(words: readonly string[]): boolean {
  const isClosed = (word: string): boolean => {
    const program = baseName(word);
    return Object.hasOwn(SERVERS, program) && SERVERS[program]?.some(({ isLoopback }) => isLoopback !== false) === true;
  };
  return words.some(isClosed) && !words.some((word) => /0\.0\.0\.0|^\[?::\]?(?::\d+)?$/.test(word));
}

const isHelp = (args: readonly ShellWord[]): boolean => args.some(({ value }) => value === '--help' || value === '--version');

/** Where the module or the script stands that an interpreter is given: `-m uvicorn`, `manage.py`. */
function moduleAt(words: readonly ShellWord[], first: number): number | undefined {
  for (let at = first; at < words.length; at++) {
    const value = words[at]?.value ?? '';
    if (value === '-m' || value === '--module') return at + 1;
    if (value === '-W' || value === '-X') at++;
    else if (!value.startsWith('-')) return value.endsWith('.py') ? at : undefined;
    else if (/^-[a-zA-Z]*m$/.test(value)) return at + 1;
    else if (/^-[a-zA-Z]*c/.test(value)) return undefined;
  }
  return undefined;
}

/** Options in front of a verb whose value is the next word. */
const VALUES_BEFORE_VERBS = /^(?:-A|--app|-e|--env-file|--config)$/;

/** Where a server's own words begin; undefined where other verbs follow. Options may stand in front of a verb. */
function behindVerbs(verbs: readonly string[], words: readonly ShellWord[], first: number): number | undefined {
  let at = first;
  for (const verb of verbs) {
    while (words[at]?.value?.startsWith('-') === true) at += VALUES_BEFORE_VERBS.test(words[at]?.value ?? '') ? 2 : 1;
    if (!verb.split(' ').includes(words[at]?.value ?? '')) return undefined;
    at++;
  }
  return at;
}

function serverOfCode(words: readonly ShellWord[]): Found | undefined {
  for (const word of words.slice(1)) {
    const server = R_SERVERS.find(([call]) => call.test(word.prefix))?.[1];
    if (server !== undefined) return { server, named: [word], args: [word] };
  }
  return undefined;
}

/*
 * Where it listens.
 */

function hostOf(server: Server, args: readonly ShellWord[], command: Command, stage: Stage): Host {
  if (server.opening?.startsWith('0') === true) return hostOfOperand(args);
  if (isInCode(server)) return hostInCode(args[0]);
  const values = valuesOf(server.hosts ?? '', args, server);
  if (values === undefined) return UNKNOWN_HOST;
  // A socket or a file of settings may stand beside an address, or be all there is.
  if (hasOption(server.elsewhere ?? '', args)) return UNKNOWN_HOST;
  const open = values.find(({ value }) => value === undefined || !isLoopbackHost(value)) ?? values[0];
  if (open !== undefined) return open.value === undefined ? UNKNOWN_HOST : { kind: 'written', value: open.value, word: open.word };
  return hostOfVariables(server, command, stage) ?? DEFAULT_HOST;
}

const UNKNOWN_HOST: Host = { kind: 'unknown' };
const DEFAULT_HOST: Host = { kind: 'default' };

/** `runserver 0.0.0.0:8000`; a port alone leaves the address as it is. */
function hostOfOperand(args: readonly ShellWord[]): Host {
  // The `manage.py` of Flask-Script has options of its own.
  if (args.some(({ prefix }) => /^(?:-h|-p|--host|--port)/.test(prefix))) return UNKNOWN_HOST;
  const word = args.find(
    ({ prefix, value }, i) =>
      !prefix.startsWith('-') && (value === undefined || !/^--settings|^--pythonpath|^-v$/.test(args[i - 1]?.value ?? '')),
  );
  if (word === undefined) return DEFAULT_HOST;
  if (word.value === undefined) return UNKNOWN_HOST;
  return /^\d+$/.test(word.value) ? DEFAULT_HOST : { kind: 'written', value: word.value, word };
}

/** Whether the words of a call in code say where it listens: `runApp(host = …)`. */
const isInCode = ({ hosts, variables, opening }: Server): boolean =>
  hosts === undefined && variables === undefined && opening === undefined;

function hostInCode(word: ShellWord | undefined): Host {
  if (word?.value === undefined) return UNKNOWN_HOST;
  const value = /\bhost\s*=\s*(?:'([^']*)'|"([^"]*)")/.exec(word.value);
  if (value !== null) return { kind: 'written', value: value[1] ?? value[2] ?? '', word };
  return /\bhost\b|\.host\b|do\.call|options\(/.test(word.value) ? UNKNOWN_HOST : DEFAULT_HOST;
}

function hostOfVariables(server: Server, command: Command, stage: Stage): Host | undefined {
  for (const name of server.variables?.split(' ') ?? []) {
    const value = variableOf(name, command, stage);
    if (value === undefined) continue;
    // What PORT means, and what other words stand in a variable, the server knows best.
    if (value.kind === 'unknown' || environmentVariable(name)?.kind !== 'host') return UNKNOWN_HOST;
    if (value.text !== '') return { kind: 'variable', name, value: value.text, ...(value.by && { by: value.by }) };
  }
  return undefined;
}

type VariableValue = { readonly kind: 'unknown' } | { readonly kind: 'known'; readonly text: string; readonly by?: Instruction };

/** What the command, ENV or the base image sets; undefined where none does, as far as is known. */
function variableOf(name: string, command: Command, stage: Stage): VariableValue | undefined {
  const { assignments, script } = command;
  const isExported = script.commands.some((each) => each.name === 'export' && each.args.some(({ text }) => text.startsWith(name)));
  if (isExported || assignments.some((assignment) => assignment.name === name)) return { kind: 'unknown' };
  const value = stage.environment.environmentVariable(name);
  if (value.kind === 'known') return { kind: 'known', text: value.value, by: value.by };
  if (value.kind !== 'absent') return { kind: 'unknown' };
  const inherited = factsOfBase(stage.base)?.environment.get(name);
  return inherited === undefined ? undefined : inherited === '' ? { kind: 'unknown' } : { kind: 'known', text: inherited };
}

function portOf(server: Server, args: readonly ShellWord[], command: Command, stage: Stage): number | undefined {
  const written =
    valuesOf(server.ports ?? '', args, server)?.at(-1) ?? (server.addresses ? valuesOf(server.hosts ?? '', args, server)?.[0] : undefined);
  const operand =
    server.opening?.startsWith('0') === true ? args.find(({ prefix }) => /^\d|^\[|^:|^-[hp]|^--(?:host|port)/.test(prefix)) : undefined;
  const given = written ?? (operand && { word: operand, value: operand.value });
  if (given !== undefined) {
    const text = given.value?.replace(/^.*:/, '') ?? '';
    return /^\d{1,5}$/.test(text)
      ? Number(text)
      : server.addresses && given.value !== undefined && !given.value.includes(':')
        ? server.port
        : undefined;
  }
  if (isInCode(server)) return portInCode(args[0]);
  if (mayBeAnyWords(args, server) || hasOption(server.elsewhere ?? '', args)) return undefined;
  for (const name of server.portVariables?.split(' ') ?? []) {
    const value = variableOf(name, command, stage);
    if (value !== undefined) return value.kind === 'known' && /^\d{1,5}$/.test(value.text) ? Number(value.text) : undefined;
  }
  return server.port;
}

function portInCode(word: ShellWord | undefined): number | undefined {
  const port = /\bport\s*=\s*(\d{1,5})\b/.exec(word?.value ?? '')?.[1];
  return port === undefined ? undefined : Number(port);
}

interface OptionValue {
  readonly word: ShellWord;
  /** Undefined when it depends on something unknown. */
  readonly value: string | undefined;
}

/** The values of options; undefined where a word may be any number of words: `$UVICORN_ARGS`, `"$@"`. */
function valuesOf(options: string, args: readonly ShellWord[], server: Server): readonly OptionValue[] | undefined {
  const found: OptionValue[] = [];
  const names = options === '' ? [] : options.split(' ');
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as ShellWord;
    const text = word.value ?? word.prefix;
    const next = args[at + 1];
    for (const name of names) {
      if (text === name && word.value !== undefined && next !== undefined) {
        found.push({ word: next, value: next.value });
        at++;
        break;
      }
      const attached = text.startsWith(`${name}=`) ? name.length + 1 : !name.startsWith('--') && text.startsWith(name) ? name.length : 0;
      if (attached > 0) {
        found.push({ word, value: word.value?.slice(attached) });
        break;
      }
    }
  }
  return found.length === 0 && mayBeAnyWords(args, server) ? undefined : found;
}

/** Whether one of the words may be any number of them; behind the option for a host or a port, as in `--port $PORT`, it is one. */
function mayBeAnyWords(args: readonly ShellWord[], { hosts = '', ports = '' }: Server): boolean {
  const options = `${hosts} ${ports}`.split(' ');
  return args.some((word, at) => isOpenWord(word) && !options.includes(args[at - 1]?.value ?? '$'));
}

/** A variable without quotation marks may hold several words, or none. */
const isOpenWord = ({ value, prefix, text }: ShellWord): boolean =>
  value === undefined && prefix === '' && /^"?\$(?:[@*]|\{?[A-Za-z_(])/.test(text);

function hasOption(options: string, args: readonly ShellWord[]): boolean {
  return options !== '' && options.split(' ').some((name) => args.some(({ value = '' }) => value === name || value.startsWith(`${name}=`)));
}

/** Whether an address, with or without port, is of the machine itself: in a container, of the container alone. */
export function isLoopbackHost(address: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])(?::\d+)?$/i.test(address);
}

/** Whether nothing but its own machine reaches a server, as far as the file says; false also where that is not known. */
export function listensToItselfAlone({ server, host }: ServerStart): boolean {
  if (host.kind === 'default') return server.isLoopback === true;
  return host.kind !== 'unknown' && isLoopbackHost(host.value);
}

/**
 * Whether a file of settings may say where a server listens: one that the build writes or brings, or one of the base image. Without a
 * context a directory may bring it.
 */
export function mayHaveSettings({ server }: ServerStart, stage: Stage, context: BuildContext | undefined, script: ScriptOf): boolean {
  const facts = factsOfBase(stage.base);
  // A Hub that starts the image by these conventions says where to listen.
  const isForHub = ['NB_USER', 'NB_UID', 'NB_PREFIX'].some((name) => stage.environment.variable(name).kind !== 'absent');
  const isSetUp = facts === undefined || facts.purpose !== undefined || facts.name.includes('shiny') || isForHub;
  if (server.isSetUpByImages === true && isSetUp) return true;
  const { files } = server;
  if (files === undefined) return false;
  const instructions = inheritedInstructions(stage);
  const isNamed = instructions.some(({ keyword, logical, heredocs }) => {
    if (keyword !== 'RUN' && keyword !== 'COPY' && keyword !== 'ADD') return false;
    return [logical.text, ...heredocs.map(({ content }) => content)].some((text) =>
      text.split(/[\s"',;=]+/).some((word) => files.test(word)),
    );
  });
  if (isNamed || runScripts(instructions, script).some(({ commands }) => commands.some(({ name }) => name === 'git'))) return true;
  if (context === undefined) {
    return instructions.some(
      (copy) => (copy.keyword === 'COPY' || copy.keyword === 'ADD') && copy.sources.some(({ text }) => !/[^/.]\.\w+$/.test(text)),
    );
  }
  for (const path of context.filesBelow('')) if (files.test(path) || files.test(baseName(path))) return true;
  return false;
}

/** Programs that take requests for others, and what starts several programs in a container. */
const IN_FRONT =
  /(?<![\w.-])(?:nginx|openresty|haproxy|caddy|traefik|envoy|apache2|apache2ctl|httpd|cloudflared|ngrok|socat|sshd|openssh-server|supervisor|supervisord|s6-overlay|runit|honcho|circusd|tailscale)(?![\w])/;

/** Whether something in the same container may pass requests on to a server: a proxy, a tunnel, a program beside it. */
export function mayBeBehindProxy({ command, args, isBehindScript }: ServerStart, stage: Stage): boolean {
  const { text } = command.script.instruction.logical;
  // What goes into the background leaves the foreground to another program; what a script starts before is not known.
  if (isBehindScript || args.some(({ value }) => value === '-D' || value === '--daemon')) return true;
  if (/(?<![&>\\])&(?![&>\d])/.test(text)) return true;
  if (stage.base.kind === 'image' && IN_FRONT.test(stage.base.reference.repository)) return true;
  return inheritedInstructions(stage).some(
    ({ logical, heredocs }) => IN_FRONT.test(logical.text) || heredocs.some(({ content }) => IN_FRONT.test(content)),
  );
}

/**
 * Whether compose files that build this image say otherwise how it starts, or put its server on another machine's network. A bind
 * mount of sources says nothing.
 */
export function isStartedOtherwise(context: BuildContext | undefined): boolean {
  return (context?.services ?? []).some(({ service: { node } }) => {
    const network = textAt(node, 'network_mode') ?? '';
    return at(node, 'command') !== undefined || at(node, 'entrypoint') !== undefined || /^(?:host|service:|container:)/.test(network);
  });
}

/** The services that start containers of an image: the one that is judged, else those of compose files that build it. */
export function servicesOf(context: BuildContext | undefined, judged: ComposeService | undefined): readonly ComposeService[] {
  return judged === undefined ? (context?.services ?? []).map(({ service }) => service) : [judged];
}

/** Whether something says that a port of the container is to be reached: EXPOSE, a published port, an image of notebooks. */
export function isToBeReached(stage: Stage, services: readonly ComposeService[]): boolean {
  return (
    inheritedInstructions(stage).some(({ keyword }) => keyword === 'EXPOSE') ||
    services.some(({ node, ports }) => ports.length > 0 || at(node, 'expose') !== undefined) ||
    factsOfBase(stage.base)?.purpose === 'notebook'
  );
}

/*
 * Whether it is well.
 */

/** What runs a container's own Python, by the kind the base image has; undefined where that is not known. */
export function pythonProgram(stage: Stage): string | undefined {
  const kind = factsOfBase(stage.base)?.python?.kind;
  return kind === 'official' || kind === 'venv' || kind === 'conda' ? 'python' : kind === 'system' ? 'python3' : undefined;
}

/** Python that ends with a failure unless an address answers with a status below 400. @param url needs no quotes */
export function pythonRequest(url: string, timeout: number): string {
  return `import urllib.request as u; u.urlopen('${url}', timeout=${timeout})`;
}

/** Options that move a server's paths, or have it speak TLS. */
const MOVED_PATH = /^--[\w.-]*(?:prefix|base_?url|baseUrlPath|root[_-]?path|ssl|certfile|keyfile|sslCert)/i;

/**
 * The words of a command that fails when a server is not well: what its makers' path answers, else whether it takes connections at all.
 * In the language of the server, which is in the image. @param python how Python is called there
 */
export function healthcheckWords({ server, command, args, port }: ServerStart, python: string): readonly string[] {
  const place = port ?? 'PORT';
  if (/^(?:R|Rscript|r|littler)$/.test(command.name))
    return ['Rscript', '-e', `close(socketConnection('127.0.0.1', ${place}, timeout = 4))`];
  const isMoved = args.some(({ prefix }) => MOVED_PATH.test(prefix));
  if (server.health !== undefined && !isMoved) return [python, '-c', pythonRequest(`http://127.0.0.1:${place}${server.health}`, 4)];
  return [python, '-c', `import socket; socket.create_connection(('127.0.0.1', ${place}), 4).close()`];
}

/** Names beside a Dockerfile, or above it, of what runs containers with probes of its own: Kubernetes, platforms. */
const PLATFORM_FILES =
  /^(?:k8s|kube|kubernetes|helm|helmfile\.ya?ml|charts?|kustomize|kustomization\.ya?ml|skaffold\.ya?ml|manifests?|openshift|argocd|deploy(?:ments?)?(?:\.ya?ml)?|infra(?:structure)?|terraform|cloudbuild\.ya?ml|app\.ya?ml|service\.ya?ml|fly\.toml|render\.ya?ml|railway\.(?:json|toml)|serverless\.ya?ml|template\.ya?ml|samconfig\.toml|heroku\.yml|app\.json|Procfile|\.elasticbeanstalk|Dockerrun\.aws\.json|azure\.yaml|copilot|apprunner\.ya?ml|okteto\.ya?ml|Tiltfile|werf\.ya?ml)$/i;

/** What tells a Dockerfile that is for a platform which asks the server itself. */
const PLATFORM_WORDS =
  /sagemaker|\/opt\/ml\b|lambda-adapter|awslambdaric|functions-framework|AIP_HTTP_PORT|cloud run|cloudrun|kserve|knative|heroku/i;

/**
 * Whether what runs the container probably asks the server itself and never looks at HEALTHCHECK: Kubernetes, Lambda, SageMaker, Cloud
 * Run and the like, as far as the files around and the words of the stage tell; a port that only the environment knows is a platform's.
 */
export function isProbedByPlatform(start: ServerStart, stage: Stage, context: BuildContext | undefined): boolean {
  const { purpose } = factsOfBase(stage.base) ?? {};
  // Spaces of Hugging Face publish 7860.
  if (purpose === 'lambda' || (start.port === 7860 && start.server.port !== 7860)) return true;
  if (start.args.some(({ text }) => /\$\{?\w*PORT\b/.test(text) && start.port === undefined)) return true;
  const names = context?.namesAround ?? [];
  return (
    names.some((name) => PLATFORM_FILES.test(name)) || inheritedInstructions(stage).some(({ logical }) => PLATFORM_WORDS.test(logical.text))
  );
}
