import { linesAbove } from '../../src/edits/lines.js';
import { together } from '../../src/edits/together.js';
import { listedBehind, wordsInFront } from '../../src/edits/words.js';
import { aptCalls, installs } from '../../src/facts/apt.js';
import { runsAsRoot } from '../../src/facts/caches.js';
import { isRefused, markedRelease } from '../../src/facts/externally-managed.js';
import { factsOfBase } from '../../src/facts/images.js';
import { type PipInstall, pipCalls } from '../../src/facts/pip.js';
import { lostActivation } from '../../src/facts/python-interpreters.js';
import type { Command, Script, Stage } from '../../src/model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'externally-managed-python',
  family: 'python',
  summary: "The distribution's own Python refuses what pip is to install",
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    refused: {
      text: '`{command}` stops the build with "externally-managed-environment": the Python of {release} takes no packages but its own',
      help: 'Install into a virtual environment ({package}): RUN python3 -m venv /opt/venv, then ENV PATH="/opt/venv/bin:$PATH"; where nothing else uses this Python, ENV {variable}=1 lifts the lock',
    },
  },
  on: {
    *stage(stage, ctx) {
      const release = markedRelease(factsOfBase(stage.base)?.distribution);
      if (release === undefined) return;
      const scripts = runScripts(stage.instructions, ctx.script);
      // What stands behind an activation that is lost is refused because of that, and `venv-activate-in-run` says so.
      const [lost = Number.POSITIVE_INFINITY] = scripts.flatMap((script) => lostActivation(script)?.command.span.start ?? []);
      const refused = scripts
        .flatMap(pipCalls)
        .filter(({ command }) => command.span.start < lost)
        .filter((install) => isRefused(install, ctx.script) && !isAttempt(install.command));
      const [first, ...others] = refused;
      if (first === undefined) return;
      yield {
        at: first.head,
        message: 'refused',
        data: {
          command: first.title,
          release,
          package: release.startsWith('Alpine') ? 'python3 brings venv' : 'apt-get install python3-venv',
          variable: first.tool === 'uv' ? 'UV_BREAK_SYSTEM_PACKAGES' : 'PIP_BREAK_SYSTEM_PACKAGES',
        },
        related: others.map(({ head, title }) => ({ at: head, note: `\`${title}\` is refused as well` })),
        fixes: inVirtualEnvironment(refused, stage, ctx),
      };
    },
  },
});

/** `pip install x || pip install --break-system-packages x`, and what runs on a condition only. */
function isAttempt(command: Command): boolean {
  const { commands } = command.script;
  return command.conditional || command.connector === '||' || commands[commands.indexOf(command) + 1]?.connector === '||';
}

/** The environment is made in front of the first install; PATH is set above its RUN, when nothing is there yet. */
function inVirtualEnvironment(refused: readonly PipInstall[], stage: Stage, ctx: RuleContext): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  const [first] = refused;
  const isPlain = ({ command, options, tool }: PipInstall): boolean =>
    tool === 'pip' &&
    /^(?:pip3?|python3?)$/.test(command.words[0]?.text ?? '') &&
    command.wrappers.length === 0 &&
    command.script.instruction.onbuild === undefined &&
    !options.has('--user') &&
    runsAsRoot(command) === true;
  if (first === undefined || !refused.every(isPlain) || /\bvenv\b/.test(tree.source.text)) return [];
  const { script, connector, substituted } = first.command;
  if (connector === '|' || substituted || ctx.stageOf(script.instruction) !== stage) return [];
  const edits: (Edit | undefined)[] = [
    linesAbove(tree, script.instruction, ['ENV PATH="/opt/venv/bin:$PATH"']),
    wordsInFront(tree, first.command, 'python3 -m venv /opt/venv &&'),
  ];
  if (factsOfBase(stage.base)?.distribution?.id !== 'alpine')
    edits.push(venvPackage(runScripts(inheritedInstructions(stage), ctx.script), ctx));
  const all = together(edits);
  return all === undefined ? [] : [{ title: 'Install into a virtual environment', safety: 'unsafe', risk: RISK, edits: all }];
}

const RISK = "programs that name /usr/bin/python3 do not find the packages, and the environment's Python does not find those of apt or apk";

/** `python3-venv` behind the `python3-pip` that is installed. */
function venvPackage(scripts: readonly Script[], { dockerfile }: RuleContext): Edit | undefined {
  for (const call of scripts.flatMap(aptCalls).filter(installs)) {
    const word = call.operands.find(({ value }) => value === 'python3-pip');
    if (word !== undefined) return listedBehind(dockerfile.syntax, call.command, word, ['python3-venv']);
  }
  return undefined;
}

export const docs: RuleDocs = {
  why: 'Since Debian 12, Ubuntu 23.04 and Alpine 3.19 the distribution marks its Python as externally managed (PEP 668): pip and uv refuse to install into it, root or not, with `--user` or without, and the build ends with `error: externally-managed-environment`. A Dockerfile that worked on `ubuntu:22.04` stops working when only the base is raised to 24.04; the CUDA images `nvidia/cuda:…-ubuntu24.04` and `pytorch/pytorch` from 2.12 on are such bases, too.',
  remedy:
    'Make a virtual environment and put it on PATH: `RUN python3 -m venv /opt/venv` and `ENV PATH="/opt/venv/bin:$PATH"` (Debian and Ubuntu need the package `python3-venv`). Or start from `python:3.13-slim`, whose Python in /usr/local is not marked. In an image in which nothing of the distribution needs its Python, `ENV PIP_BREAK_SYSTEM_PACKAGES=1` is a fair answer as well.',
  limits:
    "Speaks only where it is certain that the distribution's own pip is called: the base is known with its release, and the file installs `python3-pip` (`py3-pip`) by name, or the base brings it. Silent with `--break-system-packages`, `--target`, `--prefix`, `--root`, `PIP_BREAK_SYSTEM_PACKAGES`, a pip.conf that is written or copied, the file EXTERNALLY-MANAGED removed, an environment on PATH or activated, conda, deadsnakes, a Python built or copied into /usr/local, scripts that are not read, and where a failure is expected (`|| …`). Where an environment is activated and lost with its RUN, `venv-activate-in-run` speaks. NVIDIA's frameworks from 25.01 on lift the lock themselves. That `pytorch/pytorch` is marked was reported of 2.12.0; later builds are taken to be like it. The fix is offered for plain calls of pip as root in files without any environment.",
  references: [
    'https://peps.python.org/pep-0668/',
    'https://packaging.python.org/specifications/externally-managed-environments/ (read 2026-11-22)',
    'https://discuss.python.org/t/pep-668-marking-python-base-environments-as-externally-managed/10302/72 (Debian 12, Ubuntu 23.04)',
    'https://github.com/DIAGNijmegen/rse-grand-challenge/issues/4765 (pytorch/pytorch 2.12.0, 2026-06)',
  ],
  examples: [
    {
      dockerfile:
        'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir pandas==2.3.3\n',
      reports: [[3, 'refused']],
      fixed:
        'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip python3-venv && rm -rf /var/lib/apt/lists/*\nENV PATH="/opt/venv/bin:$PATH"\nRUN python3 -m venv /opt/venv && pip install --no-cache-dir pandas==2.3.3\n',
    },
    {
      title: 'In one RUN',
      dockerfile:
        'FROM alpine:3.22\nCOPY requirements.txt /app/\nRUN apk add --no-cache python3 py3-pip && pip3 install --no-cache-dir -r /app/requirements.txt\n',
      reports: [[3, 'refused']],
      fixed:
        'FROM alpine:3.22\nCOPY requirements.txt /app/\nENV PATH="/opt/venv/bin:$PATH"\nRUN apk add --no-cache python3 py3-pip && python3 -m venv /opt/venv && pip3 install --no-cache-dir -r /app/requirements.txt\n',
    },
    {
      title: 'A link to it changes nothing',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3.12 python3-pip && ln -sf /usr/bin/python3.12 /usr/bin/python\nRUN python -m pip install pandas==3.0.5\n',
      reports: [[3, 'refused']],
      fixed:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3.12 python3-pip python3-venv && ln -sf /usr/bin/python3.12 /usr/bin/python\nENV PATH="/opt/venv/bin:$PATH"\nRUN python3 -m venv /opt/venv && python -m pip install pandas==3.0.5\n',
    },
    {
      title: 'uv is refused as well',
      dockerfile:
        'FROM debian:trixie-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.9.10 /uv /usr/local/bin/\nRUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*\nRUN uv pip install --system numpy==2.3.5\n',
      reports: [[4, 'refused']],
    },
    {
      title: 'In a virtual environment',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/* \\\n && python3 -m venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\nRUN pip install --no-cache-dir pandas==2.3.3\n',
      reports: [],
    },
    {
      title: 'The Python of the official images is not marked',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==2.3.3\n',
      reports: [],
    },
    {
      title: 'The activation that is lost is the mistake: see venv-activate-in-run',
      dockerfile:
        'FROM alpine:3.22\nRUN apk add --no-cache python3 py3-pip && python3 -m venv /opt/venv\nRUN . /opt/venv/bin/activate\nRUN pip install --no-cache-dir flask==3.1.2\n',
      reports: [],
    },
    {
      title: 'The lock is lifted on purpose',
      dockerfile:
        'FROM ubuntu:24.04\nENV PIP_BREAK_SYSTEM_PACKAGES=1\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir pandas==2.3.3\n',
      reports: [],
    },
    {
      title: 'The mark is taken away',
      dockerfile:
        'FROM debian:12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/* \\\n && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED \\\n && pip install --no-cache-dir pandas==2.3.3\n',
      reports: [],
    },
    {
      title: 'An older release has no mark',
      dockerfile:
        'FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir pandas==2.3.3\n',
      reports: [],
    },
  ],
};
