/**
 * Which command lines run Python, and whether it then writes through a buffer.
 *
 * Sources: docs.python.org/3/using/cmdline.html (-u, PYTHONUNBUFFERED; read 2026-11), and CPython 3.11, measured on 2026-11-22: `0` and the
 * empty text leave the buffer on, any other text turns it off. The programs are console scripts of packages on PyPI.
 */
import type { Command, ShellWord } from '../model/dockerfile.js';
import { meansOn } from './environment-variables.js';
import { words } from './words.js';

/** A command that runs Python. */
export interface PythonRun {
  /** What a person would name: `python`, `uvicorn`, `main.py`. */
  readonly program: ShellWord;
  /** Whether the command itself turns the buffer off: `-u`, or the variable in front of it. */
  readonly unbuffered: boolean;
}

const INTERPRETER = /^(?:python|pypy)(?:[23](?:\.\d+)?)?(?:\.exe)?$/;

/** Servers, workers and runners that are Python programs and print what the user's code prints. */
const PROGRAMS = words(
  'uvicorn gunicorn hypercorn daphne waitress-serve granian sanic litestar fastapi flask quart django-admin streamlit chainlit gradio panel bokeh ' +
    'dash mlflow bentoml litserve mlserver rasa vllm celery dramatiq rq huey_consumer huey_consumer.py arq faust luigi luigid kedro dagster dagster-daemon ' +
    'dagster-webserver dagit prefect metaflow scrapy scrapyd locust torchrun accelerate deepspeed kopf wandb dask dask-worker dask-scheduler ' +
    'dask-ssh distributed snakemake papermill',
);

/** Programs whose output is not the point: tests, builds, package managers, shells and kernels. */
const QUIET_MODULES = words(
  'pytest unittest tox nox pip build wheel venv ensurepip compileall jupyter jupyterlab notebook IPython ipykernel ipykernel_launcher pdb site sysconfig this',
);
const QUIET_SCRIPTS = /(?:^|\/)(?:setup|conftest|noxfile|start-notebook|start-singleuser)\.py$/;

/** Tools that run a console script of a Python project, so that an unknown program behind them is Python, too. */
const PROJECT_RUNNERS = words('uv poetry pdm pipenv rye');
const NOT_PYTHON = words(
  'sh bash npm node yarn make just task true echo sleep tail cat env printenv pytest tox nox pre-commit ruff mypy black jupyter ipython',
);

/** How a command runs Python; undefined when it does not, or when nothing it prints is waited for. */
export function pythonRun(command: Command): PythonRun | undefined {
  const [program] = command.words;
  if (program === undefined) return undefined;
  const variable = command.assignments.find(({ name }) => name === 'PYTHONUNBUFFERED')?.value;
  const isSet = variable !== undefined && turnsBufferOff(variable.value);
  const run = (unbuffered = false): PythonRun => ({ program, unbuffered: unbuffered || isSet });

  if (INTERPRETER.test(command.name)) {
    const { target, unbuffered } = readInterpreter(command.args);
    return target === 'other' ? run(unbuffered) : undefined;
  }
  if (/\.py$/.test(command.name)) return QUIET_SCRIPTS.test(command.name) ? undefined : run();
  // The tracking server runs nobody's code, and logs through `logging`.
  if (command.name === 'mlflow' && /^(?:ui|server)$/.test(command.args[0]?.value ?? '')) return undefined;
  if (PROGRAMS.has(command.name)) return isInfoOnly(command.args) ? undefined : run();
  // `uv run -m package` is not taken off, for it names no program.
  if (command.name === 'uv' && command.args[0]?.value === 'run') {
    const module = command.args.findIndex(({ value }) => value === '-m' || value === '--module');
    const name = command.args[module + 1]?.value;
    return module < 0 || name === undefined || QUIET_MODULES.has(name) ? undefined : run();
  }
  const runner = command.wrappers.at(-1)?.name;
  return runner !== undefined && PROJECT_RUNNERS.has(runner) && command.name !== '' && !NOT_PYTHON.has(command.name) ? run() : undefined;
}

/** Servers whose own log goes through `logging` or click, which write each line at once: only what the user's code prints waits. */
const SERVERS = words(
  'uvicorn gunicorn hypercorn daphne waitress-serve granian sanic litestar fastapi flask quart streamlit panel bokeh mlserver vllm',
);

/** Whether what a command itself has to say passes the buffer by. */
export function logsUnbuffered({ name }: Command): boolean {
  return SERVERS.has(name);
}

/** Whether a command is a bare interpreter, which runs what is appended to it: ENTRYPOINT `["python", "-u"]` with a CMD. */
export function isBareInterpreter({ name, args }: Command): boolean {
  return (
    (INTERPRETER.test(name) || name === 'uv') &&
    args.every(({ value }) => value?.startsWith('-') === true || (name === 'uv' && value === 'run'))
  );
}

/** Whether a value of PYTHONUNBUFFERED turns the buffer off; a value that is not known is taken to. */
export function turnsBufferOff(value: string | undefined): boolean {
  return value === undefined || meansOn('PYTHONUNBUFFERED', value);
}

/** Options of python whose value is the next word. */
const VALUE_OPTIONS = words('-W -X --check-hash-based-pycs');

/** `quiet`: nothing but a prompt, a version, a test or a build. */
function readInterpreter(args: readonly ShellWord[]): { readonly target: 'quiet' | 'other'; readonly unbuffered: boolean } {
  let unbuffered = false;
  for (let at = 0; at < args.length; at++) {
    const value = args[at]?.value ?? args[at]?.prefix ?? '';
    if (!value.startsWith('-') || value === '-') return { target: QUIET_SCRIPTS.test(value) ? 'quiet' : 'other', unbuffered };
    if (VALUE_OPTIONS.has(value)) at++;
    if (value.startsWith('--')) continue;
    for (const letter of value.slice(1)) {
      if (letter === 'u') unbuffered = true;
      if (letter === 'i' || letter === 'V' || letter === 'h') return { target: 'quiet', unbuffered };
      if (letter === 'c') return { target: 'other', unbuffered };
      if (letter === 'm') {
        const module = value.endsWith('m') ? args[at + 1]?.value : value.slice(value.indexOf('m') + 1);
        return { target: module !== undefined && QUIET_MODULES.has(module.split('.')[0] ?? '') ? 'quiet' : 'other', unbuffered };
      }
      if (letter === 'W' || letter === 'X') break;
    }
  }
  return { target: 'quiet', unbuffered };
}

function isInfoOnly(args: readonly ShellWord[]): boolean {
  return args.length === 1 && /^(?:-h|--help|--version|version)$/.test(args[0]?.value ?? '');
}

const CRON = words('cron crond supercronic go-cron');

/** Whether a command is a scheduler that starts what a crontab names. */
export function isCron({ name }: Command): boolean {
  return CRON.has(name);
}

/** A script of the project or a supervisor, whose programs are not known: `./start.sh`, `/entrypoint`, `bash run.sh`. */
export function scriptRun(command: Command): ShellWord | undefined {
  const [program, first] = command.words;
  // What a script starts by that name is a notebook server, whose output is not the point.
  if (program?.value === undefined || command.words.some(({ value }) => /jupyter|notebook/.test(value ?? ''))) return undefined;
  if (command.name === 'supervisord') return program;
  if (/^(?:ba|da|a)?sh$/.test(command.name)) {
    const script = command.args.find(({ value }) => value !== undefined && !value.startsWith('-'));
    return script !== undefined && /\.sh$/.test(script.value ?? '') ? script : undefined;
  }
  return /\.(?:sh|bash)$/.test(command.name) ||
    (first === undefined && /^\.{0,2}\/(?!bin\/|usr\/)/.test(program.value) && !program.value.includes('/bin/'))
    ? program
    : undefined;
}
