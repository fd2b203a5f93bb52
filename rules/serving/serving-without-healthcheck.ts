import { paragraphAbove } from '../../src/edits/lines.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { arrayOf } from '../../src/facts/exec-form.js';
import { healthcheckOf } from '../../src/facts/health-tools.js';
import { factsOfBase } from '../../src/facts/images.js';
import { healthcheckWords, isProbedByPlatform, pythonProgram, type ServerStart, startedServers } from '../../src/facts/servers.js';
import { at } from '../../src/model/compose.js';
import type { HealthcheckInstruction, Stage } from '../../src/model/dockerfile.js';

import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'serving-without-healthcheck',
  family: 'serving',
  summary: 'A server is started without a HEALTHCHECK',
  severity: 'info',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    missing: {
      text: 'There is no HEALTHCHECK: Docker sees that the process of `{server}` lives, not whether it still answers',
      help: 'Add above {keyword}:\n{lines}',
    },
    early: {
      text: 'The HEALTHCHECK of `{server}` counts from the first second, while the model loads: after three failures, 90 seconds by default, the container is unhealthy',
      help: 'Add --start-period=120s, or as long as loading takes',
    },
  },
  on: {
    *stage(stage, ctx) {
      const facts = factsOfBase(stage.base);
      if (stage !== ctx.dockerfile.finalStage || facts === undefined || isForDevelopment(ctx.dockerfile, stage)) return;
      // The notebook images of Jupyter bring one.
      if (facts.purpose === 'notebook' || facts.purpose === 'devcontainer') return;
      const [start] = startedServers(stage, ctx.script);
      if (start === undefined || start.server.isPersonal === true) return;
      const check = healthcheckOf(stage);
      if (check !== undefined) {
        if (start.server.isSlow === true && check.command !== undefined && !hasTime(check))
          yield { at: check.keywordSpan, message: 'early', data: { server: start.server.name } };
        return;
      }
      const services = (ctx.context?.services ?? []).map(({ service }) => service);
      if (services.some(({ node }) => at(node, 'healthcheck') !== undefined || at(node, 'command') !== undefined)) return;
      if (isProbedByPlatform(start, stage, ctx.context)) return;
      const lines = linesFor(start, stage);
      const { instruction } = start.command.script;
      const [first] = start.named;
      const data = { server: start.server.name, keyword: instruction.keyword, lines: lines.join('\n') };
      yield { at: first?.span ?? instruction.keywordSpan, message: 'missing', data, fixes: added(start, lines, stage, ctx) };
    },
  },
});

function hasTime({ flags }: HealthcheckInstruction): boolean {
  return flags.some(({ name, value = '' }) => name === 'start-period' && !/^0\w*$/.test(value));
}

/** As an array, which needs no shell; in Python, which slim images have, while they lack curl. */
function linesFor(start: ServerStart, stage: Stage): readonly [string, string] {
  const period = start.server.isSlow === true ? '120s' : '30s';
  const words = healthcheckWords(start, pythonProgram(stage) ?? 'python');
  return [`HEALTHCHECK --interval=30s --timeout=5s --start-period=${period} \\`, `    CMD ${arrayOf(words)}`];
}

function added(start: ServerStart, lines: readonly string[], stage: Stage, { dockerfile, stageOf }: RuleContext): readonly Fix[] {
  const { instruction } = start.command.script;
  const { instructions } = stageOf(instruction) ?? stage;
  const index = instructions.indexOf(instruction);
  const isKnown = pythonProgram(stage) !== undefined || lines.join('').includes('Rscript');
  if (start.port === undefined || !isKnown || index < 0 || instruction.onbuild !== undefined) return [];
  if (dockerfile.syntax.escape !== '\\') return [];
  const previous = instructions[index - 1];
  const first = previous?.keyword === 'CMD' || previous?.keyword === 'ENTRYPOINT' ? previous : instruction;
  const risk = 'a container that does not answer in time is marked unhealthy, and what waits for it or restarts it acts on that';
  return [
    { title: `Add a HEALTHCHECK above ${first.keyword}`, safety: 'unsafe', risk, edits: [paragraphAbove(dockerfile.syntax, first, lines)] },
  ];
}

export const docs: RuleDocs = {
  why: 'A server whose worker hangs, whose model failed to load or whose thread pool is full still has a process, and that is all Docker looks at. With a HEALTHCHECK, `docker ps` shows it, Compose waits for it (`depends_on: condition: service_healthy`), Swarm and autoheal restart it. Of 604 public data-science Dockerfiles 1.7 % have one, while 24 % have an EXPOSE and none.',
  remedy:
    'Ask the server what its makers meant for it (`/health` of mlflow and vLLM, `/_stcore/health` of streamlit, `/api` of jupyter), else a path of your own, else whether it takes connections. Python is in the image, curl often is not. Give a model time to load with --start-period: failures in that time do not count.',
  limits:
    'Known servers in the final stage of a known base image only. Silent where the base image or a compose service that builds this has a health check, on Lambda, in files and stages for development by their names, and where files beside the Dockerfile or above it tell of Kubernetes or of a platform with probes of its own: these never look at HEALTHCHECK. Silent for notebooks and tensorboard, too, which have a person in front of them. Servers of your own are not recognised, nor what a script starts.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#healthcheck (2026-08-21: start period 0 s, interval 30 s, 3 retries)',
    'https://docs.docker.com/compose/how-tos/startup-order/ (service_healthy)',
    'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ (probes of its own)',
    'https://docs.streamlit.io/deploy/tutorials/docker (`/_stcore/health`, 2026-08-22)',
    'measured: 604 public data-science Dockerfiles of 129 repositories (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nEXPOSE 8501\nCMD ["streamlit", "run", "app.py"]\n',
      reports: [[3, 'missing']],
      fixed:
        'FROM python:3.13-slim-trixie\nEXPOSE 8501\nHEALTHCHECK --interval=30s --timeout=5s --start-period=30s \\\n    CMD ["python", "-c", "import urllib.request as u; u.urlopen(\'http://127.0.0.1:8501/_stcore/health\', timeout=4)"]\nCMD ["streamlit", "run", "app.py"]\n',
    },
    {
      title: 'What an API answers is its own affair',
      dockerfile: 'FROM python:3.13-slim-trixie\nENTRYPOINT ["uvicorn"]\nCMD ["api:app", "--host", "0.0.0.0", "--port", "8080"]\n',
      reports: [[2, 'missing']],
      fixed:
        'FROM python:3.13-slim-trixie\nHEALTHCHECK --interval=30s --timeout=5s --start-period=30s \\\n    CMD ["python", "-c", "import socket; socket.create_connection((\'127.0.0.1\', 8080), 4).close()"]\nENTRYPOINT ["uvicorn"]\nCMD ["api:app", "--host", "0.0.0.0", "--port", "8080"]\n',
    },
    {
      title: 'A model takes its time',
      dockerfile:
        'FROM python:3.13-slim-trixie\nHEALTHCHECK CMD ["python", "healthy.py"]\nCMD ["vllm", "serve", "my-model", "--port", "8000"]\n',
      reports: [[2, 'early']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nHEALTHCHECK CMD ["python", "healthy.py"]\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n',
      reports: [],
    },
    { title: 'Switched off on purpose', dockerfile: 'FROM python:3.13-slim-trixie\nHEALTHCHECK NONE\nCMD ["flask", "run"]\n', reports: [] },
    {
      title: 'Kubernetes has probes of its own',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n',
      files: { 'k8s/deployment.yaml': 'kind: Deployment\n' },
      reports: [],
    },
    {
      title: 'Compose asks',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n',
      files: { 'compose.yaml': 'services:\n  api:\n    build: .\n    healthcheck:\n      test: ["CMD", "python", "healthy.py"]\n' },
      reports: [],
    },
    {
      title: 'A notebook image brings one',
      dockerfile: 'FROM quay.io/jupyter/scipy-notebook:2026-08-08\nCMD ["jupyter", "lab"]\n',
      reports: [],
    },
    {
      title: 'R asks in R',
      dockerfile: 'FROM rocker/r-ver:4.5.1\nCMD ["Rscript", "-e", "shiny::runApp(\'app\', host = \'0.0.0.0\', port = 3838)"]\n',
      reports: [[2, 'missing']],
      fixed:
        'FROM rocker/r-ver:4.5.1\nHEALTHCHECK --interval=30s --timeout=5s --start-period=30s \\\n    CMD ["Rscript", "-e", "close(socketConnection(\'127.0.0.1\', 3838, timeout = 4))"]\nCMD ["Rscript", "-e", "shiny::runApp(\'app\', host = \'0.0.0.0\', port = 3838)"]\n',
    },
    {
      title: 'A port that only the platform knows',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD exec uvicorn api:app --host 0.0.0.0 --port $PORT\n',
      reports: [],
    },
    { title: 'A job ends', dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["python", "train.py"]\n', reports: [] },
  ],
};
