/** Where servers listen: by default, by every option and variable that says so, and what tells that they are well. */
import { describe, expect, it } from 'vitest';
import { healthcheckWords, listensToItselfAlone, type ServerStart, startedServers } from '../src/facts/servers.js';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { ScriptOf } from '../src/model/dockerfile.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

/** The server that the last stage starts. */
function started(start: string, before = '', image = 'python:3.13-slim'): ServerStart | undefined {
  const dockerfile = buildModel(parseSyntax(sourceFromText('Dockerfile', `FROM ${image}\n${before}${start}\n`)));
  const stage = dockerfile.finalStage;
  if (stage === undefined) throw new Error('no stage');
  const known = new Map<unknown, ReturnType<ScriptOf>>();
  const script: ScriptOf = (instruction) => {
    if (!/^(?:RUN|CMD|ENTRYPOINT)$/.test(instruction.keyword)) return undefined;
    if (!known.has(instruction)) known.set(instruction, scriptOf(instruction as Parameters<typeof scriptOf>[0], stage));
    return known.get(instruction);
  };
  return startedServers(stage, script)[0];
}

/** `closed` where only the container itself reaches it, `open`, or `?` where that is not known; then the port. */
function place(start: string, before = '', image?: string): string {
  const found = started(start, before, image);
  if (found === undefined) return 'no server';
  const { server, host, port } = found;
  const isKnown = host.kind === 'default' ? server.isLoopback !== undefined : host.kind !== 'unknown';
  return `${!isKnown ? '?' : listensToItselfAlone(found) ? 'closed' : 'open'}:${port ?? '?'}`;
}

const exec = (command: string): string => `CMD ${JSON.stringify(command.split(' '))}`;

describe('what a server does when nothing is said', () => {
  it.each([
    ['uvicorn api:app', 'closed:8000', '-'],
    ['gunicorn app:app', 'closed:8000', '-'],
    ['hypercorn app:app', 'closed:8000', '-'],
    ['daphne app:app', 'closed:8000', '-'],
    ['granian app:app', 'closed:8000', '-'],
    ['waitress-serve app:app', 'open:8080', '-'],
    ['fastapi run app.py', 'open:8000', '-'],
    ['fastapi dev app.py', 'closed:8000', '-'],
    ['flask run', 'closed:5000', '-'],
    ['flask --app api run', 'closed:5000', '-'],
    ['quart run', 'closed:5000', '-'],
    ['python manage.py runserver', 'closed:8000', '-'],
    ['django-admin runserver', 'closed:8000', '-'],
    ['python -m http.server', 'open:8000', '-'],
    ['streamlit run app.py', 'open:8501', '/_stcore/health'],
    ['gradio app.py', '?:7860', '/'],
    ['chainlit run app.py', 'closed:8000', '-'],
    ['marimo run app.py', 'closed:?', '-'],
    ['jupyter lab', 'closed:8888', '/api'],
    ['jupyter notebook', 'closed:8888', '/api'],
    ['jupyter server', 'closed:8888', '/api'],
    ['jupyter-lab', 'closed:8888', '/api'],
    ['voila app.ipynb', 'closed:8866', '-'],
    ['mlflow server', 'closed:5000', '/health'],
    ['mlflow ui', 'closed:5000', '/health'],
    ['mlflow models serve -m runs:/x/model', 'closed:5000', '/ping'],
    ['tensorboard --logdir /logs', 'closed:6006', '-'],
    ['bokeh serve app.py', 'open:5006', '-'],
    ['panel serve app.py', 'open:5006', '-'],
    ['shiny run app.py', 'closed:8000', '-'],
    ['dagster-webserver', 'closed:3000', '-'],
    ['dask scheduler', 'open:8786', '-'],
    ['dask-scheduler', 'open:8786', '-'],
    ['bentoml serve svc:svc', 'open:3000', '/readyz'],
    ['llama-server -m model.gguf', 'closed:8080', '/health'],
    ['vllm serve model', 'open:8000', '/health'],
    ['python -m vllm.entrypoints.openai.api_server --model x', 'open:8000', '/health'],
    ['tritonserver --model-repository /models', 'open:8000', '/v2/health/ready'],
    // Of another kind, or started by code that is not read.
    ['dask worker tcp://scheduler:8786', 'no server', '-'],
    ['mlflow run .', 'no server', '-'],
    ['python app.py', 'no server', '-'],
    ['ray start --head --block', 'no server', '-'],
    ['jupyter nbconvert x.ipynb', 'no server', '-'],
    ['fastapi --help', 'no server', '-'],
    ['uvicorn --version', 'no server', '-'],
  ])('%s: %s', (command, expected, health) => {
    expect(place(exec(command))).toBe(expected);
    expect(place(`CMD ${command}`)).toBe(expected);
    expect(started(exec(command))?.server.health ?? '-').toBe(health);
  });

  it.each([
    ["shiny::runApp('app')", 'closed:?'],
    ["shiny::runApp('app', port = 3838)", 'closed:3838'],
    ["shiny::runApp('app', host = '0.0.0.0', port = 3838)", 'open:3838'],
    ["plumber::pr_run(plumber::pr('api.R'), host='0.0.0.0', port=8000)", 'open:8000'],
    ["plumber::pr_run(plumber::pr('api.R'), port=8000)", 'closed:8000'],
    ["plumber::plumb('api.R')$run(port = 8000)", 'closed:8000'],
    ["options(shiny.host = '0.0.0.0'); shiny::runApp('app')", 'open:?'],
  ])('R: %s: %s', (code, expected) => {
    expect(place(`CMD ["Rscript", "-e", ${JSON.stringify(code)}]`, '', 'rocker/r-ver:4.5.1')).toBe(expected);
  });
});

describe('what says where it listens', () => {
  // The program, its options for a host, those for a port, its variables for a host and a port.
  const servers: readonly (readonly [command: string, hosts: string, ports: string, variables: string, portVariables: string])[] = [
    ['uvicorn api:app', '--host', '--port', 'UVICORN_HOST', 'UVICORN_PORT'],
    ['daphne app:app', '--bind -b', '--port -p', '', ''],
    ['granian app:app', '--host', '--port', 'GRANIAN_HOST', 'GRANIAN_PORT'],
    ['waitress-serve app:app', '--host', '--port', '', ''],
    ['fastapi run app.py', '--host', '--port', '', 'PORT'],
    ['fastapi dev app.py', '--host', '--port', '', 'PORT'],
    ['flask run', '--host -h', '--port -p', 'FLASK_RUN_HOST', 'FLASK_RUN_PORT'],
    ['quart run', '--host -h', '--port -p', 'QUART_RUN_HOST', ''],
    ['streamlit run app.py', '--server.address', '--server.port', 'STREAMLIT_SERVER_ADDRESS', 'STREAMLIT_SERVER_PORT'],
    ['chainlit run app.py', '--host', '--port', 'CHAINLIT_HOST', 'CHAINLIT_PORT'],
    ['marimo edit app.py', '--host', '--port -p', '', ''],
    ['jupyter lab', '--ip --ServerApp.ip --NotebookApp.ip', '--port --ServerApp.port', '', 'JUPYTER_PORT'],
    ['jupyter notebook', '--ip --ServerApp.ip --NotebookApp.ip', '--port --NotebookApp.port', '', 'JUPYTER_PORT'],
    ['voila app.ipynb', '--Voila.ip', '--port --Voila.port', '', ''],
    ['mlflow server', '--host -h', '--port -p', 'MLFLOW_HOST', 'MLFLOW_PORT'],
    ['mlflow ui', '--host -h', '--port -p', 'MLFLOW_HOST', 'MLFLOW_PORT'],
    ['mlflow models serve -m x', '--host -h', '--port -p', 'MLFLOW_HOST', 'MLFLOW_PORT'],
    ['tensorboard --logdir x', '--host', '--port', '', ''],
    ['bokeh serve app.py', '--address', '--port', '', ''],
    ['panel serve app.py', '--address', '--port', '', ''],
    ['shiny run app.py', '--host', '--port -p', '', ''],
    ['dask scheduler', '--host', '--port', '', ''],
    ['bentoml serve svc:svc', '--host', '--port -p', 'BENTOML_HOST', 'BENTOML_PORT'],
    ['llama-server -m x', '--host', '--port', 'LLAMA_ARG_HOST', 'LLAMA_ARG_PORT'],
    ['vllm serve model', '--host', '--port', '', ''],
    ['tritonserver', '--http-address', '--http-port', '', ''],
    ['python -m http.server', '--bind -b', '', '', ''],
  ];

  const listed = (words: string): readonly string[] => words.split(' ').filter((word) => word !== '');

  /** `--host X`, `--host=X`; of one letter also `-bX`. */
  const forms = (option: string, value: string): readonly string[] =>
    option.startsWith('--') ? [`${option} ${value}`, `${option}=${value}`] : [`${option} ${value}`, `${option}${value}`];

  it.each(servers)('%s', (command, hosts, ports, variables, portVariables) => {
    const port = started(exec(command))?.port ?? '?';
    for (const option of hosts.split(' ')) {
      for (const [open, closed] of [
        ['0.0.0.0', '127.0.0.1'],
        ['::', 'localhost'],
      ] as const) {
        for (const form of forms(option, open)) expect([form, place(exec(`${command} ${form}`))]).toEqual([form, `open:${port}`]);
        for (const form of forms(option, closed)) expect([form, place(exec(`${command} ${form}`))]).toEqual([form, `closed:${port}`]);
        for (const form of forms(option, open)) expect([form, place(`CMD ${command} ${form}`)]).toEqual([form, `open:${port}`]);
      }
      expect(place(`CMD ${command} ${option} $ADDRESS`)).toBe(`?:${port}`);
    }
    for (const option of listed(ports)) {
      for (const form of forms(option, '9123'))
        expect([form, place(exec(`${command} ${form}`))]).toEqual([form, place(exec(command)).replace(/:.*/, ':9123')]);
    }
    for (const name of listed(variables)) {
      expect([name, place(exec(command), `ENV ${name}=0.0.0.0\n`)]).toEqual([name, `open:${port}`]);
      expect([name, place(exec(command), `ENV ${name}=127.0.0.1\n`)]).toEqual([name, `closed:${port}`]);
      expect([name, place(exec(command), `ARG A\nENV ${name}=$A\n`)]).toEqual([name, `?:${port}`]);
      // What the command says has the last word.
      const [option = ''] = hosts.split(' ');
      expect([name, place(exec(`${command} ${option}=0.0.0.0`), `ENV ${name}=127.0.0.1\n`)]).toEqual([name, `open:${port}`]);
    }
    for (const name of listed(portVariables)) expect(started(exec(command), `ENV ${name}=9123\n`)?.port).toBe(9123);
  });

  it.each([
    ['gunicorn app:app -b 0.0.0.0:9000', '', 'open:9000'],
    ['gunicorn app:app -b0.0.0.0:9000', '', 'open:9000'],
    ['gunicorn app:app --bind 127.0.0.1:9000', '', 'closed:9000'],
    ['gunicorn app:app --bind=localhost:9000', '', 'closed:9000'],
    ['gunicorn app:app -b :9000', '', 'open:9000'],
    ['gunicorn app:app --bind [::]:9000', '', 'open:9000'],
    ['gunicorn app:app --bind 127.0.0.1:9000 --bind 0.0.0.0:9001', '', 'open:9000'],
    ['gunicorn app:app --bind unix:/run/app.sock', '', 'open:?'],
    ['gunicorn app:app', 'ENV PORT=9000\n', '?:9000'],
    ['gunicorn app:app', 'ENV GUNICORN_CMD_ARGS="--bind=0.0.0.0:9000"\n', '?:?'],
    ['gunicorn -c gunicorn.conf.py app:app', '', '?:?'],
    ['hypercorn app:app -b 0.0.0.0:9000', '', 'open:9000'],
    ['hypercorn app:app --bind 127.0.0.1', '', 'closed:8000'],
    ['python manage.py runserver 0.0.0.0:9000', '', 'open:9000'],
    ['python manage.py runserver 9000', '', 'closed:9000'],
    ['python manage.py runserver [::]:9000', '', 'open:9000'],
    ['python manage.py runserver 127.0.0.1:9000', '', 'closed:9000'],
    ['tensorboard --logdir x --bind_all', '', '?:?'],
    ['uvicorn api:app --uds /run/api.sock', '', '?:?'],
    ['jupyter lab --sock /run/j.sock', '', '?:?'],
    ['jupyter lab --config /etc/j.py', '', '?:?'],
    ['gradio app.py', 'ENV GRADIO_SERVER_NAME=0.0.0.0\n', 'open:7860'],
    ['gradio app.py', 'ENV GRADIO_SERVER_NAME=127.0.0.1 GRADIO_SERVER_PORT=9000\n', 'closed:9000'],
    ['dagster-webserver', 'ENV DAGSTER_WEBSERVER_HOST=0.0.0.0\n', 'open:3000'],
    ['dagster-webserver -h 0.0.0.0 -p 9000', '', 'open:9000'],
    ['python -m uvicorn api:app --host 0.0.0.0', '', 'open:8000'],
    ['python3.13 -m flask run --host=0.0.0.0', '', 'open:5000'],
    ['uv run uvicorn api:app --host 0.0.0.0', '', 'open:8000'],
    ['poetry run uvicorn api:app', '', 'closed:8000'],
    ['/app/.venv/bin/uvicorn api:app', '', 'closed:8000'],
    ['conda run -n app mlflow server', '', 'closed:5000'],
  ])('%s %s', (command, before, expected) => {
    expect(place(exec(command), before)).toBe(expected);
  });

  it('may stand in CMD behind an ENTRYPOINT', () => {
    expect(place('ENTRYPOINT ["uvicorn", "api:app"]\nCMD ["--host", "0.0.0.0", "--port", "9000"]')).toBe('open:9000');
    expect(place('ENTRYPOINT ["uvicorn"]\nCMD ["api:app"]')).toBe('closed:8000');
    expect(place('ENTRYPOINT ["tini", "--"]\nCMD ["mlflow", "ui"]')).toBe('closed:5000');
  });

  it('is not known where a variable may hold any words', () => {
    expect(place('CMD uvicorn api:app $UVICORN_ARGS')).toBe('?:?');
    expect(place('CMD exec uvicorn api:app "$@"')).toBe('?:?');
    // What stands behind an option is one word.
    expect(place('CMD exec uvicorn api:app --port ${PORT:-8080}')).toBe('closed:?');
    expect(place('CMD uvicorn api:app --port $PORT --workers 2')).toBe('closed:?');
    expect(place('CMD uvicorn api:app --port $PORT $MORE')).toBe('?:?');
    expect(place('CMD uvicorn api:app --port $PORT --host 0.0.0.0')).toBe('open:?');
  });
});

describe('how a server is asked whether it is well', () => {
  const words = (command: string, image?: string): string => {
    const found = started(exec(command), '', image);
    return found === undefined ? '' : healthcheckWords(found, 'python').join(' ');
  };

  it.each([
    ['streamlit run app.py', 'http://127.0.0.1:8501/_stcore/health'],
    ['streamlit run app.py --server.port=9000', 'http://127.0.0.1:9000/_stcore/health'],
    ['mlflow server --host 0.0.0.0', 'http://127.0.0.1:5000/health'],
    ['bentoml serve svc', 'http://127.0.0.1:3000/readyz'],
    ['vllm serve m', 'http://127.0.0.1:8000/health'],
    ['tritonserver', 'http://127.0.0.1:8000/v2/health/ready'],
    // Moved, or the app's own affair: whether it takes connections.
    ['streamlit run app.py --server.baseUrlPath=/x', "socket.create_connection(('127.0.0.1', 8501), 4)"],
    ['mlflow server --static-prefix /x', "socket.create_connection(('127.0.0.1', 5000), 4)"],
    ['uvicorn api:app --port 9000', "socket.create_connection(('127.0.0.1', 9000), 4)"],
    ['dask scheduler', "socket.create_connection(('127.0.0.1', 8786), 4)"],
  ])('%s', (command, expected) => {
    expect(words(command)).toContain(expected);
  });
});
