import { linesAbove } from '../../src/edits/lines.js';
import { isInstalledProgram, type MicromambaInstalls, micromambaInstalls } from '../../src/facts/conda-activation.js';
import { startup } from '../../src/facts/entrypoints.js';
import { factsOfBase } from '../../src/facts/images.js';
import { interpreterOf } from '../../src/facts/python-interpreters.js';
import type { Command, RunInstruction, Stage } from '../../src/model/dockerfile.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'micromamba-activation',
  family: 'conda',
  summary: 'A program of an environment is called where micromamba has not activated it',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    inactive: {
      text: '`{program}` is not found: no environment is active in a RUN of a micromamba image unless it is told to activate one',
      help: 'Add ARG MAMBA_DOCKERFILE_ACTIVATE=1 above this RUN{environment}',
    },
    exec: {
      text: '`{program}` is not found: micromamba activates an environment for RUN in shell form only, not for an array',
      help: 'Write the command without brackets, below ARG MAMBA_DOCKERFILE_ACTIVATE=1{environment}',
    },
    entrypoint: {
      text: '`{program}` is not found when a container starts: this ENTRYPOINT replaces the one of micromamba, which activates the environment',
      help: 'Begin it with that one: ENTRYPOINT ["/usr/local/bin/_entrypoint.sh", {words}]',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (!IMAGES.test(factsOfBase(stage.base)?.name ?? '')) return;
      const installed = micromambaInstalls(stage, ctx.script);
      if (installed.first === Number.POSITIVE_INFINITY) return;
      const missing = (command: Command): boolean =>
        isInstalledProgram(command, installed, ctx.script) &&
        interpreterOf(command, ctx.script).kind === 'distribution' &&
        !isTried(command);
      yield* inRuns(stage, installed, missing, ctx);
      yield* atStart(stage, missing, ctx);
    },
  },
});

const IMAGES = /(?:^|\/)(?:mambaorg|mamba-org)\/micromamba$/;

/** On a condition, before `||`, or as what follows it. */
function isTried(command: Command): boolean {
  const { commands } = command.script;
  return command.conditional || command.connector === '||' || commands[commands.indexOf(command) + 1]?.connector === '||';
}

function* inRuns(stage: Stage, installed: MicromambaInstalls, missing: (command: Command) => boolean, ctx: RuleContext) {
  const scripts = runScripts(stage.instructions, ctx.script).filter(
    ({ instruction }) => !isActivated(stage, instruction as RunInstruction),
  );
  // Where SHELL is another, what it reads is not known.
  const found = scripts.filter(({ complete }) => complete).flatMap(({ commands }) => commands.find(missing) ?? []);
  const [command, ...others] = found;
  if (command === undefined) return;
  const { instruction } = command.script;
  const environments = [...installed.environments].filter(([, at]) => at < command.span.start);
  const only = environments.length === 1 ? environments[0]?.[0] : undefined;
  const isExec = instruction.command?.form === 'exec';
  yield {
    at: command.words[0]?.span ?? command.span,
    message: isExec ? ('exec' as const) : ('inactive' as const),
    data: {
      program: command.name,
      environment: only === 'base' || only === undefined ? '' : `, and ENV ENV_NAME=${only} for the environment \`${only}\``,
    },
    related: others.map(({ words, span }) => ({ at: words[0]?.span ?? span, note: 'is not found either' })),
    fixes: only === 'base' && !isExec ? activated(command.script.instruction as RunInstruction, ctx) : [],
  };
}

/** The variable may be ARG or ENV; SHELL may be one that activates. */
function isActivated({ environment }: Stage, run: RunInstruction): boolean {
  return environment.variable('MAMBA_DOCKERFILE_ACTIVATE', run).kind !== 'absent' || environment.shell(run) !== undefined;
}

function activated(run: RunInstruction, { dockerfile: { syntax } }: RuleContext): readonly Fix[] {
  if (run.onbuild !== undefined) return [];
  const edits = [linesAbove(syntax, run, ['ARG MAMBA_DOCKERFILE_ACTIVATE=1'])];
  return [{ title: 'Activate the environment for the RUNs', safety: 'safe', edits }];
}

function* atStart(stage: Stage, missing: (command: Command) => boolean, ctx: RuleContext) {
  if (stage !== ctx.dockerfile.finalStage) return;
  const { entrypoint, commands } = startup(stage, ctx.script);
  const form = entrypoint?.command;
  if (entrypoint === undefined || form?.form !== 'exec' || form.words.length === 0 || ctx.stageOf(entrypoint) !== stage) return;
  const command = commands.find((each) => each.script.instruction === entrypoint);
  if (command === undefined || form.words.some(({ value }) => value.includes('_entrypoint.sh')) || !missing(command)) return;
  yield {
    at: form.words[0]?.span ?? form.span,
    message: 'entrypoint' as const,
    data: { program: command.name, words: form.words.map(({ value }) => JSON.stringify(value)).join(', ') },
  };
}

export const docs: RuleDocs = {
  why: 'In the micromamba images no environment is active while the image is built, and /opt/conda/bin is not on PATH: `python`, `pip` and whatever else was installed end with "command not found", or find the system\'s Python. The SHELL of these images activates the environment for a RUN only if MAMBA_DOCKERFILE_ACTIVATE is 1, and only in shell form. When a container starts it is the ENTRYPOINT of the image, `/usr/local/bin/_entrypoint.sh`, that activates; one of your own takes its place.',
  remedy:
    'Write `ARG MAMBA_DOCKERFILE_ACTIVATE=1` above the first RUN that uses the environment, with `ENV ENV_NAME=name` for one that is not called base. Keep `/usr/local/bin/_entrypoint.sh` at the head of an ENTRYPOINT of your own. `micromamba run -n name …`, absolute paths and `ENV PATH=/opt/conda/bin:$PATH` do as well.',
  limits:
    "Speaks of stages on `mambaorg/micromamba`, of python, pip, R, Julia, Jupyter and their like and of programs named like an installed package, behind an install by micromamba. Silent where the variable is set, SHELL is replaced, PATH has a directory of conda's, the RUN activates by itself, the distribution's package of the same name is installed, and on conditions. Which environment a file of packages names is not read. The fix is offered for the environment base.",
  references: [
    'https://micromamba-docker.readthedocs.io/en/latest/quick_start.html (2026-05)',
    'https://github.com/mamba-org/micromamba-docker (_dockerfile_shell.sh, _entrypoint.sh; 2026-05)',
  ],
  examples: [
    {
      dockerfile:
        'FROM mambaorg/micromamba:2.3-debian13\nCOPY --chown=$MAMBA_USER:$MAMBA_USER env.yml /tmp/\nRUN micromamba install -y -n base -f /tmp/env.yml && micromamba clean -ay\nRUN python -c "import numpy"\n',
      reports: [[4, 'inactive']],
      fixed:
        'FROM mambaorg/micromamba:2.3-debian13\nCOPY --chown=$MAMBA_USER:$MAMBA_USER env.yml /tmp/\nRUN micromamba install -y -n base -f /tmp/env.yml && micromamba clean -ay\nARG MAMBA_DOCKERFILE_ACTIVATE=1\nRUN python -c "import numpy"\n',
    },
    {
      title: 'An array is not run by that shell; another environment needs its name',
      dockerfile:
        'FROM mambaorg/micromamba:2.3-debian13\nRUN micromamba create -y -n ml -c conda-forge python=3.13 numpy=2.3 && micromamba clean -ay\nRUN ["python", "-c", "import numpy"]\n',
      reports: [[3, 'exec']],
    },
    {
      title: "The image's ENTRYPOINT is replaced",
      dockerfile:
        'FROM mambaorg/micromamba:2.3-debian13\nRUN micromamba install -y -n base -c conda-forge python=3.13 && micromamba clean -ay\nENTRYPOINT ["python", "/app/serve.py"]\n',
      reports: [[3, 'entrypoint']],
    },
    {
      title: 'Told to activate',
      dockerfile:
        'FROM mambaorg/micromamba:2.3-debian13\nRUN micromamba install -y -n base -c conda-forge python=3.13 && micromamba clean -ay\nARG MAMBA_DOCKERFILE_ACTIVATE=1\nRUN pip install --no-cache-dir numpy==2.3.5\nENTRYPOINT ["/usr/local/bin/_entrypoint.sh", "python", "/app/serve.py"]\n',
      reports: [],
    },
    {
      title: 'micromamba run',
      dockerfile:
        'FROM mambaorg/micromamba:2.3-debian13\nRUN micromamba install -y -n base -c conda-forge python=3.13 && micromamba clean -ay\nRUN micromamba run -n base python -c "import sys"\n',
      reports: [],
    },
    {
      title: 'On PATH for good',
      dockerfile:
        'FROM mambaorg/micromamba:2.3-debian13\nRUN micromamba install -y -n base -c conda-forge python=3.13 && micromamba clean -ay\nENV PATH="$MAMBA_ROOT_PREFIX/bin:$PATH"\nRUN pip install --no-cache-dir numpy==2.3.5\n',
      reports: [],
    },
    {
      title: "CMD goes through the image's ENTRYPOINT",
      dockerfile:
        'FROM mambaorg/micromamba:2.3-debian13\nRUN micromamba install -y -n base -c conda-forge python=3.13 && micromamba clean -ay\nCMD ["python", "/app/serve.py"]\n',
      reports: [],
    },
  ],
};
