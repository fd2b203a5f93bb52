import { linesBelow, withoutInstruction } from '../../src/edits/lines.js';
import { withoutCommand } from '../../src/edits/scripts.js';
import { together } from '../../src/edits/together.js';
import { replacedWord } from '../../src/edits/words.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { once } from '../../src/facts/once.js';
import {
  type Activation,
  activatedEnvironment,
  interpreterOf,
  interpreterOnPath,
  lostActivation,
} from '../../src/facts/python-interpreters.js';
import { inShellOfBase, isUnknownSource } from '../../src/facts/shells.js';
import { firstBehind, programsOf } from '../../src/facts/stage-programs.js';
import type { Command, RunInstruction, Script, ScriptOf, Stage } from '../../src/model/dockerfile.js';
import { descendants, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'venv-activate-in-run',
  family: 'python',
  summary: 'A virtual environment is activated in a shell that ends with the RUN',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    lost: {
      text: '`{command}` ends with this RUN: `{later}` further down runs the Python outside the environment',
      help: 'Set it for all that follows in its place: {line}',
    },
    idle: {
      text: '`{command}` does nothing: its shell ends with this RUN',
      help: 'Set the environment for all that follows: {line}',
    },
    needless: {
      text: '`{command}` does nothing: its shell ends with this RUN, and PATH has the environment already',
      help: 'Remove it',
    },
    shell: {
      text: '`source` is a command of bash: the /bin/sh of `{image}` has none, and {consequence}',
      help: 'Write `. {file}`, or set the environment for all that follows: {line}',
    },
    alone: {
      text: '`source` is a command of bash: the /bin/sh of `{image}` has none, and {consequence}',
      help: 'Set the environment for all that follows in its place, since an activation ends with its RUN: {line}',
    },
  },
  on: {
    *stage(stage, ctx) {
      for (const script of runScripts(stage.instructions, ctx.script)) {
        const { instruction } = script;
        if (instruction.keyword !== 'RUN') continue;
        const foreign = script.commands.find(isUnknownToShell);
        if (foreign !== undefined) {
          yield unknownToShell(foreign, script, stage, instruction, ctx);
          continue;
        }
        const lost = lostActivation(script);
        if (lost === undefined) continue;
        const { command, activation } = lost;
        const found = interpreterOnPath(stage, instruction, ctx.script);
        if (found.kind === 'environment' && found.path !== undefined && found.path === activation.path) {
          const fixes = removed(command, instruction, ctx);
          yield { at: command.span, message: 'needless', severity: 'info', data: { command: titleOf(command) }, fixes };
          continue;
        }
        const later = laterUse(stage, instruction, ctx);
        const data = { command: `${command.name} ${activation.word.text}`, line: environmentLine(activation) };
        const place = { at: command.span, fixes: environmentSet(command, activation, instruction, ctx) };
        if (later === undefined) yield { ...place, message: 'idle', severity: 'warning', data };
        else
          yield {
            ...place,
            message: 'lost',
            data: { ...data, later: titleOf(later) },
            related: [{ at: later.words[0]?.span ?? later.span, note: 'runs outside the environment' }],
          };
      }
    },
  },
});

function isUnknownToShell(command: Command): boolean {
  return activatedEnvironment(command) !== undefined && !command.conditional && isUnknownSource(command);
}

function unknownToShell(command: Command, script: Script, { base }: Stage, run: RunInstruction, ctx: RuleContext) {
  const activation = activatedEnvironment(command);
  const lost = lostActivation(script);
  const isFatal = inShellOfBase(command).failureIsFatal === true;
  return {
    at: command.words[0]?.span ?? command.span,
    message: lost?.command === command ? ('alone' as const) : ('shell' as const),
    data: {
      image: base.kind === 'image' ? withoutDigest(base.reference) : 'this image',
      consequence: isFatal ? 'the build stops here with "source: not found"' : 'goes on without the environment',
      file: activation?.word.text ?? '',
      line: activation === undefined ? '' : environmentLine(activation),
    },
    fixes: lost?.command === command ? environmentSet(command, lost.activation, run, ctx) : dotWritten(command, ctx),
  };
}

const PYTHON = /^(?:python|pip)[\d.]*$/;

/** `.` is known to every shell. */
function dotWritten(command: Command, { dockerfile: { syntax } }: RuleContext): readonly Fix[] {
  const [program] = command.words;
  const edit = program === undefined ? undefined : replacedWord(syntax, command, program, '.');
  const risk = 'the RUN goes on in the environment, which it has not reached until now';
  return edit === undefined ? [] : [{ title: 'Write . for source', safety: 'unsafe', risk, edits: [edit] }];
}

/** The first Python further down that is not in an environment: in this stage, in what a container of it starts, and in its heirs. */
function laterUse(stage: Stage, run: RunInstruction, { script }: RuleContext): Command | undefined {
  return firstBehind(run, descendants(stage), (each) => pythonsOutside(each, script));
}

const pythonsOutside = once((stage: Stage, script: ScriptOf): readonly Command[] =>
  programsOf(stage, script).filter((command) => {
    if (!PYTHON.test(command.name) || command.words[0]?.value?.includes('/') === true) return false;
    const { kind } = interpreterOf(command, script);
    return kind === 'official' || kind === 'distribution' || kind === 'conda';
  }),
);

function titleOf({ words }: Command): string {
  return words
    .slice(0, 2)
    .map(({ value, text }) => value ?? text)
    .join(' ');
}

/** `ENV VIRTUAL_ENV=… PATH=…` for the directory as it is written, absolute where that is known. */
function environmentLine({ word, path }: Activation): string {
  const directory = path ?? word.text.replace(/\/bin\/activate["']?$/, '').replace(/^["']/, '');
  return `ENV VIRTUAL_ENV=${directory} PATH="${directory}/bin:$PATH"`;
}

/** The line in the place of the RUN, or below it where it does more. */
function environmentSet(command: Command, activation: Activation, run: RunInstruction, ctx: RuleContext): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  if (activation.path === undefined || !/^\/[\w./-]+$/.test(activation.path) || command.wrappers.length > 0) return [];
  const line = environmentLine(activation);
  const isAlone = command.script.commands.length === 1 && run.flags.length === 0 && run.heredocs.length === 0;
  const isLast = command.script.commands.at(-1) === command;
  const edits = isAlone
    ? [{ span: run.span, text: line }]
    : isLast
      ? together([withoutCommand(tree, command), linesBelow(tree, run, [line])])
      : undefined;
  return edits === undefined ? [] : [{ title: 'Set the environment with ENV', safety: 'unsafe', risk: RISK, edits }];
}

/** Without it the RUN does what it did. */
function removed(command: Command, run: RunInstruction, { dockerfile: { syntax } }: RuleContext): readonly Fix[] {
  const isAlone = command.script.commands.length === 1;
  const edit = isAlone ? withoutInstruction(syntax, run) : withoutCommand(syntax, command);
  return edit === undefined ? [] : [{ title: 'Remove the activation', safety: 'unsafe', risk: 'layers are built anew', edits: [edit] }];
}

const RISK = "packages are installed into the environment, no longer into the image's own Python";

export const docs: RuleDocs = {
  why: 'Each RUN is a shell of its own. What `activate` does is to set PATH and VIRTUAL_ENV in that shell, and both are gone with it: the next `pip install` goes into the Python of the image, and CMD starts that Python, too, which has none of the packages an environment holds. `source`, in addition, is a command of bash: under the /bin/sh of Debian and Ubuntu, which is dash, the build stops with "source: not found".',
  remedy:
    'Put the environment on PATH for all that follows: `ENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"`. Nothing has to be activated then, neither in RUN nor in CMD.',
  limits:
    'An activation that is used in its own RUN is fine, whatever comes behind it. Silent where SHELL or BASH_ENV make bash read files of settings, in scripts of the project, behind conditions, and where the base image is not known (`source` could be one of its shell). Of environments that conda activates speaks `conda-activate-in-run`. LIMIT: packages that one RUN has rightly put into an environment, and a CMD that then starts the Python outside, are not seen.',
  references: [
    'https://docs.python.org/3/library/venv.html#how-venvs-work (read 2026-11)',
    'https://docs.docker.com/reference/dockerfile/#run (each RUN in a new shell; read 2026-11)',
    'https://docs.astral.sh/uv/guides/integration/docker/#using-the-environment (2026-08)',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nRUN . /opt/venv/bin/activate\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      reports: [[3, 'lost']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
    },
    {
      title: 'At the end of a RUN',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN python -m venv .venv && . .venv/bin/activate\nCMD ["python", "app.py"]\n',
      reports: [[3, 'lost']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN python -m venv .venv\nENV VIRTUAL_ENV=/app/.venv PATH="/app/.venv/bin:$PATH"\nCMD ["python", "app.py"]\n',
    },
    {
      title: 'dash has no source',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nRUN source /opt/venv/bin/activate && pip install --no-cache-dir numpy==2.3.5\n',
      reports: [[3, 'shell']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nRUN . /opt/venv/bin/activate && pip install --no-cache-dir numpy==2.3.5\n',
    },
    {
      title: 'Nor would a dot help: the activation ends with its RUN',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nRUN source /opt/venv/bin/activate\nRUN pip install --no-cache-dir numpy==2.3.5\n',
      reports: [[3, 'alone']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"\nRUN pip install --no-cache-dir numpy==2.3.5\n',
    },
    {
      title: 'PATH has the environment already',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\nRUN . /opt/venv/bin/activate\nRUN pip install --no-cache-dir numpy==2.3.5\n',
      reports: [[4, 'needless']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\nRUN pip install --no-cache-dir numpy==2.3.5\n',
    },
    {
      title: 'Nothing further down needs it',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv && . /opt/venv/bin/activate\nCMD ["/opt/venv/bin/python", "app.py"]\n',
      reports: [[2, 'idle']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"\nCMD ["/opt/venv/bin/python", "app.py"]\n',
    },
    {
      title: 'Activated and used in one RUN',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv \\\n && . /opt/venv/bin/activate \\\n && pip install --no-cache-dir numpy==2.3.5\nENV PATH="/opt/venv/bin:$PATH"\nCMD ["python", "app.py"]\n',
      reports: [],
    },
    {
      title: 'bash has source',
      dockerfile:
        'FROM python:3.13-slim-trixie\nSHELL ["/bin/bash", "-c"]\nRUN python -m venv /opt/venv && source /opt/venv/bin/activate && pip install --no-cache-dir numpy==2.3.5\nENV PATH="/opt/venv/bin:$PATH"\n',
      reports: [],
    },
    {
      title: 'No activation at all',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"\nRUN pip install --no-cache-dir numpy==2.3.5\n',
      reports: [],
    },
  ],
};
