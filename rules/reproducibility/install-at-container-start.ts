import { isForDevelopment } from '../../src/facts/development.js';
import { brief } from '../../src/facts/exec-form.js';
import { factsOfBase } from '../../src/facts/images.js';
import { startedServers } from '../../src/facts/servers.js';
import { startInstalls, startSwitches } from '../../src/facts/start-installs.js';
import type { Command } from '../../src/model/dockerfile.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'install-at-container-start',
  family: 'reproducibility',
  summary: 'The container installs or clones each time it starts',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  judgesComposeStart: true,
  supersedes: ['conda-unpinned', 'pip-unpinned'],
  messages: {
    packages: {
      text: '`{words}` runs at every start: the container needs the network for it, begins late, and may get other versions than the day before',
      help: 'Install when the image is built, RUN {words}, and leave nothing but the program to {keyword}',
    },
    code: {
      text: '`{words}` runs at every start: the container needs the network for it, and runs what the repository holds that day, not what was tested',
      help: 'COPY the code into the image, or check a commit out in a RUN',
    },
    variable: {
      text: '`{name}` has the image install packages at every start: the container needs the network for it, begins late, and may get other versions than the day before',
      help: 'Install them in the image, with a RUN, and leave {name} out',
    },
  },
  on: {
    *stage(stage, { dockerfile, script }) {
      if (stage !== dockerfile.finalStage || isForDevelopment(dockerfile, stage)) return;
      if (factsOfBase(stage.base)?.purpose === 'devcontainer') return;
      const severity = startedServers(stage, script).length > 0 ? 'error' : 'warning';
      for (const { command, kind } of startInstalls(stage, script)) {
        const words = wordsOf(command);
        if (kind === 'code') yield { at: command.span, message: 'code', severity, data: { words } };
        else yield { at: command.span, message: 'packages', severity, data: { words, keyword: command.script.instruction.keyword } };
      }
      for (const { key, span } of startSwitches(stage)) yield { at: span, message: 'variable', data: { name: key.text } };
    },
  },
});

function wordsOf({ words }: Command): string {
  return brief(words.map(({ text, value }) => (/^"[\w.=<>/-]*"$/.test(text) ? (value ?? text) : text)).join(' '));
}

export const docs: RuleDocs = {
  why: 'An image is tested once and started often; what is installed at the start was never tested. The start then depends on PyPI, on the network and on credentials for them, a restart after a crash takes minutes instead of seconds, ten replicas fetch ten times, and each may get other versions. Airflow calls its switch for it a feature for development and tests only.',
  remedy:
    'Install in a RUN, so that the image holds everything, and start nothing but the program. What changes with the place belongs in variables, volumes and secrets.',
  limits:
    'The ENTRYPOINT and CMD of the final stage; a script that they call is not read. Silent where the installation is all that the container does or is done on a condition, beside a server that watches the code (`--reload`, `next dev`), in front of a shell or `sleep infinity`, in devcontainers, and where the file or stage is for development or tests by its name. `uv run` is the business of uv-run-at-container-start, downloads of models and data are not reported. The rules about single installations give way here.',
  references: [
    'https://github.com/dask/dask-docker (base/prepare.sh, README: EXTRA_PIP_PACKAGES and others; 2026-07-14)',
    'https://airflow.apache.org/docs/docker-stack/entrypoint.html#installing-additional-requirements',
    'https://github.com/apache/airflow scripts/docker/entrypoint_prod.sh (`development/test feature only`, read 2026-11-22)',
    'https://docs.docker.com/build/building/best-practices/#create-ephemeral-containers',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . .\nCMD ["sh", "-c", "pip install -r requirements.txt && python main.py"]\n',
      reports: [[3, 'packages']],
    },
    {
      title: 'A server that waits for PyPI',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD poetry install && exec uvicorn api:app --host 0.0.0.0\n',
      reports: [[2, 'packages']],
    },
    {
      title: 'For somebody who works in it',
      dockerfile:
        'FROM python:3.13-slim-trixie AS one\nCMD ["bash", "-c", "pip install -e . && exec sleep infinity"]\nFROM python:3.13-slim-trixie\nCMD pip install -e . && bash\n',
      reports: [],
    },
    {
      title: 'Code of the day',
      dockerfile: 'FROM python:3.13-trixie\nCMD git pull && python main.py\n',
      reports: [[2, 'code']],
    },
    {
      title: 'A switch of the image',
      dockerfile: 'FROM apache/airflow:3.1.0\nENV _PIP_ADDITIONAL_REQUIREMENTS="pandas"\n',
      reports: [[2, 'variable']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["python", "main.py"]\n',
      reports: [],
    },
    {
      title: 'It is all that the container is for',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["pip", "install", "--dry-run", "pandas"]\n',
      reports: [],
    },
    {
      title: 'If somebody asks for it',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD if [ -n "$EXTRA" ]; then pip install $EXTRA; fi; python main.py\n',
      reports: [],
    },
    { title: 'A migration is none', dockerfile: 'FROM python:3.13-slim-trixie\nCMD alembic upgrade head && python main.py\n', reports: [] },
    {
      title: 'For development',
      dockerfile: 'FROM python:3.13-slim-trixie AS dev\nCMD pip install -e . && python main.py\n',
      reports: [],
    },
    {
      title: 'A server that watches the code is for development',
      compose: 'services:\n  app:\n    image: node:22-alpine\n    command: sh -c "yarn install && npx next dev"\n',
      reports: [],
    },
    {
      title: 'In a compose file',
      compose:
        'services:\n  job:\n    image: python:3.13-slim-trixie\n    command: sh -c "pip install -r requirements.txt && python job.py"\n',
      reports: [[4, 'packages']],
    },
  ],
};
