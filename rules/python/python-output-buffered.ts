import { linesBelow, paragraphAbove } from '../../src/edits/lines.js';
import { pairBehind } from '../../src/edits/values.js';
import { brokenArrayWords, commandText, isBrokenArray } from '../../src/facts/exec-form.js';
import { imageFacts } from '../../src/facts/images.js';
import { isBareInterpreter, isCron, logsUnbuffered, pythonRun, scriptRun, turnsBufferOff } from '../../src/facts/python-programs.js';
import { containerStart, ignoresCommand } from '../../src/model/container.js';
import type {
  CmdInstruction,
  Command,
  Dockerfile,
  EnvInstruction,
  Instruction,
  KeyValue,
  ShellWord,
  Stage,
} from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { inheritedInstructions } from '../../src/model/stages.js';
import { endOf } from '../../src/model/written-place.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'python-output-buffered',
  family: 'python',
  summary: 'Python prints into a buffer, and a container that dies takes the last lines with it',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    missing: {
      text: 'What `{program}` prints waits in a buffer: lines show late, and the last ones are lost when the container is killed',
      help: 'Add `ENV PYTHONUNBUFFERED=1` above {keyword}',
    },
    server: {
      text: 'What your code prints under `{program}` waits in a buffer, unlike the log of the server: lines show late, and the last ones are lost when the container is killed',
      help: 'Add `ENV PYTHONUNBUFFERED=1` above {keyword}',
    },
    off: {
      text: '`PYTHONUNBUFFERED={value}` leaves the buffer on: Python takes 0 and nothing as unset',
      help: 'Write `ENV PYTHONUNBUFFERED=1`',
    },
    script: {
      text: 'If `{program}` starts Python, what that prints waits in a buffer, and the last lines are lost when the container is killed',
      help: 'Add `ENV PYTHONUNBUFFERED=1` above {keyword}',
    },
    scheduled: {
      text: '`{program}` starts Python jobs with the buffer on: lines show when a job ends, and are lost when it is killed',
      help: 'Write `python -u` in the crontab: cron hands no ENV on to its jobs',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage !== ctx.dockerfile.finalStage || stage.base.kind !== 'image') return;
      const facts = imageFacts(stage.base.reference);
      // What an unknown base sets is not known.
      if (facts?.setsUnbuffered !== false || facts.purpose === 'lambda' || facts.purpose === 'devcontainer') return;
      const value = stage.environment.environmentVariable('PYTHONUNBUFFERED');
      if (value.kind !== 'absent' && (value.kind !== 'known' || turnsBufferOff(value.value))) return;

      const pair = value.kind === 'known' ? pairOf(value.by, 'PYTHONUNBUFFERED') : undefined;
      const commands = startCommands(stage, ctx);
      if (commands.some(({ name, args }) => name === 'export' && args.some((word) => word.prefix.startsWith('PYTHONUNBUFFERED=')))) return;
      const runs = commands.map((command) => ({ command, run: pythonRun(command) }));
      const python = runs.find(({ run }) => run !== undefined);
      if (python?.run !== undefined) {
        if (python.run.unbuffered) return;
        if (pair !== undefined && value.kind === 'known')
          yield { at: pair.span, message: 'off', data: { value: value.value }, fixes: switchedOn(pair, value.by, ctx) };
        else {
          const { program } = python.run;
          const data = named(python.command, program.value ?? program.text, stage, ctx);
          // Where something sets it that is not written as one does, that would have the last word.
          const fixes = value.kind === 'absent' ? addedAbove(python.command, stage, ctx) : [];
          if (logsUnbuffered(python.command)) yield { at: program.span, message: 'server', severity: 'info', data, fixes };
          else yield { at: program.span, message: 'missing', data, fixes };
        }
        return;
      }

      const hasPython = facts.python?.kind === 'official' || facts.python?.kind === 'venv';
      if (!hasPython || facts.purpose === 'notebook') return;
      const cron = commands.find(isCron);
      if (cron !== undefined && mentionsPythonJob(stage, ctx.dockerfile)) {
        yield { at: cron.words[0]?.span ?? cron.span, message: 'scheduled', data: { program: cron.name } };
        return;
      }
      const script = commands.length === 1 ? commands[0] : undefined;
      const word = script === undefined ? undefined : scriptRun(script);
      if (script !== undefined && word !== undefined) {
        const added = value.kind === 'absent' ? addedAbove(script, stage, ctx) : [];
        const fixes = value.kind === 'known' && pair !== undefined ? switchedOn(pair, value.by, ctx) : added;
        yield { at: word.span, message: 'script', severity: 'info', data: named(script, word.value ?? word.text, stage, ctx), fixes };
      }
    },
  },
});

/** The commands a container starts with: those of CMD unless ENTRYPOINT runs a program of its own. */
function startCommands(stage: Stage, { script }: RuleContext): readonly Command[] {
  const start = containerStart(stage);
  const commandsOf = (instruction: CmdInstruction) => meantBy(instruction, script(instruction)?.commands ?? []);
  const entry = start.entrypoint === undefined ? [] : commandsOf(start.entrypoint);
  const rest = start.command === undefined || ignoresCommand(start) ? [] : commandsOf(start.command);
  if (start.entrypoint === undefined) return rest;
  const [interpreter] = entry;
  const [first] = rest;
  if (interpreter !== undefined && first !== undefined && isBareInterpreter(interpreter)) {
    return [{ ...interpreter, words: [...interpreter.words, ...first.words], args: [...interpreter.args, ...first.words] }];
  }
  // `["tini", "--"]` and `["/entrypoint.sh"]` run what CMD says.
  const runsItself = entry.some((command) => pythonRun(command) !== undefined) || rest.length === 0;
  return runsItself ? entry : rest;
}

/** Of an array with a mistake in it, which Docker hands to a shell, the words that were meant. */
function meantBy(instruction: CmdInstruction, commands: readonly Command[]): readonly Command[] {
  const [first] = commands;
  if (first === undefined || !isBrokenArray(instruction)) return commands;
  const { span } = instruction.command;
  const words = brokenArrayWords(commandText(instruction)).map(
    (value): ShellWord => ({ text: value, value, prefix: value, glob: false, quoted: true, span }),
  );
  return [{ ...first, name: baseName(words[0]?.value ?? ''), words, args: words.slice(1), assignments: [], redirects: [], wrappers: [] }];
}

/** The value put right, where it stands there as it is. */
function switchedOn({ value }: KeyValue, { onbuild }: Instruction, { dockerfile }: RuleContext): readonly Fix[] {
  if (value === undefined || onbuild !== undefined || /[$"']/.test(value.text)) return [];
  const isWritten = dockerfile.syntax.source.text.slice(value.span.start, value.span.end) === value.text;
  return isWritten ? [{ title: 'Set PYTHONUNBUFFERED to 1', safety: 'safe', edits: [{ span: value.span, text: '1' }] }] : [];
}

const SETTING = 'PYTHONUNBUFFERED=1';

/**
 * The variable above what needs it, in front of nothing that is built: no layer is lost. Behind the last ENV if nothing is built
 * between the two, in it where it lists several variables; else above CMD and ENTRYPOINT.
 */
function addedAbove({ script: { instruction } }: Command, stage: Stage, { dockerfile, stageOf }: RuleContext): readonly Fix[] {
  const { instructions } = stageOf(instruction) ?? stage;
  const at = instructions.indexOf(instruction);
  if (instruction.onbuild !== undefined || at < 0) return [];
  const tree = dockerfile.syntax;
  const above = instructions.slice(0, at);
  const environment = above.findLast(({ keyword }) => /^(?:ENV|RUN|COPY|ADD|ONBUILD|UNKNOWN)$/.test(keyword));
  if (environment?.keyword === 'ENV') {
    const joined = pairBehind(tree, environment, SETTING);
    if (joined !== undefined) return [{ title: `Add ${SETTING} to ENV`, safety: 'safe', edits: [joined] }];
  }
  const title = `Add ENV ${SETTING}`;
  const below = environment?.keyword === 'ENV' ? linesBelow(tree, environment, [`ENV ${SETTING}`]) : undefined;
  if (below !== undefined) return [{ title, safety: 'safe', edits: [below] }];
  const first = firstOfStart(instruction, instructions);
  return [{ title: `${title} above ${first.keyword}`, safety: 'safe', edits: [paragraphAbove(tree, first, [`ENV ${SETTING}`])] }];
}

/** The CMD or ENTRYPOINT that stands directly above one, or itself. */
function firstOfStart(instruction: Instruction, instructions: readonly Instruction[]): Instruction {
  const previous = instructions[instructions.indexOf(instruction) - 1];
  return previous?.keyword === 'CMD' || previous?.keyword === 'ENTRYPOINT' ? previous : instruction;
}

function named({ script: { instruction } }: Command, program: string, stage: Stage, { stageOf }: RuleContext) {
  const { instructions } = stageOf(instruction) ?? stage;
  return { program: baseName(program), keyword: firstOfStart(instruction, instructions).keyword };
}

function pairOf(by: Instruction, name: string) {
  return by.keyword === 'ENV' ? (by as EnvInstruction).pairs.findLast(({ key }) => key.text === name) : undefined;
}

/** Whether this file writes a crontab line that runs Python. */
function mentionsPythonJob(stage: Stage, { syntax }: Dockerfile): boolean {
  return inheritedInstructions(stage).some((instruction) =>
    /(?:\*|\d)\s+(?:\*|\d)[^\n]*\bpython|@(?:hourly|daily|reboot|weekly)[^\n]*\bpython/.test(
      syntax.source.text.slice(instruction.span.start, endOf(instruction)),
    ),
  );
}

export const docs: RuleDocs = {
  why: 'A container has no terminal, so CPython collects 8 KB of output and more before it writes any: progress shows minutes late, a loop that prints once an hour shows nothing at all, and the lines before an out-of-memory kill are gone. The official python images do not set PYTHONUNBUFFERED, and 72 % of 604 public data-science Dockerfiles lack it.',
  remedy: 'Write `ENV PYTHONUNBUFFERED=1` into the stage that runs, or start with `python -u`.',
  limits:
    'Only the final stage is looked at, and only where it is known that the base image does not set the variable. AWS Lambda has its own runtime, notebooks do not print to the container, a bare interpreter, tests and builds say nothing. What a script starts cannot be seen, so on a Python image it is a remark; so are web servers, whose own log goes through `logging`, which writes each line at once: only what the code prints waits. A value that compose or `docker run -e` gives is not seen. `cron` is reported where this file writes the crontab. The fix puts the variable where it costs no layer: into or below the last ENV if nothing is built behind it, else above CMD and ENTRYPOINT; RUNs further down see it as well. For cron there is none.',
  references: [
    'https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED (2026-11)',
    'https://github.com/python/cpython/pull/118144 (io.DEFAULT_BUFFER_SIZE goes from 8 to 128 KB, Python 3.14; read 2026-11-22)',
    'docker-library/python (2026-06-23): the variable is not set',
    'CPython 3.11, measured: 8,100 bytes of lines come at once; 0 and the empty text leave the buffer on',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY main.py .\nCMD ["python", "main.py"]\n',
      reports: [[3, 'missing']],
      fixed: 'FROM python:3.13-slim-trixie\nCOPY main.py .\nENV PYTHONUNBUFFERED=1\nCMD ["python", "main.py"]\n',
    },
    {
      title: 'An ENV that lists several variables',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY main.py .\nENV HOST=0.0.0.0 \\\n    PORT=8000\nEXPOSE 8000\nCMD ["python", "main.py"]\n',
      reports: [[6, 'missing']],
      fixed:
        'FROM python:3.13-slim-trixie\nCOPY main.py .\nENV HOST=0.0.0.0 \\\n    PORT=8000 \\\n    PYTHONUNBUFFERED=1\nEXPOSE 8000\nCMD ["python", "main.py"]\n',
    },
    {
      title: 'An init process in front, a server behind',
      dockerfile: 'FROM python:3.13-slim-trixie\nENTRYPOINT ["tini", "--"]\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n',
      reports: [[3, 'server']],
      fixed:
        'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1\nENTRYPOINT ["tini", "--"]\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n',
    },
    {
      title: '0 is no value',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=0\nCMD ["python", "main.py"]\n',
      reports: [[2, 'off']],
      fixed: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1\nCMD ["python", "main.py"]\n',
    },
    {
      title: 'Nobody sees what a script starts',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["./start.sh"]\n',
      reports: [[2, 'script']],
      fixed: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1\nCMD ["./start.sh"]\n',
    },
    {
      title: 'Jobs of cron',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN echo "0 * * * * root python /app/job.py" > /etc/cron.d/job\nCMD ["cron", "-f"]\n',
      reports: [[3, 'scheduled']],
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nENV PYTHONUNBUFFERED=1\nCMD ["python", "main.py"]\n', reports: [] },
    { title: 'On the command line', dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["python", "-u", "main.py"]\n', reports: [] },
    {
      title: 'The base image sets it',
      dockerfile: 'FROM registry.access.redhat.com/ubi9/python-312:9.6\nCMD ["python", "main.py"]\n',
      reports: [],
    },
    {
      title: 'Inherited from an earlier stage',
      dockerfile: 'FROM python:3.13-slim-trixie AS base\nENV PYTHONUNBUFFERED=1\nFROM base\nCMD ["gunicorn", "app:app"]\n',
      reports: [],
    },
    {
      title: 'A builder does not run',
      dockerfile: 'FROM python:3.13-slim-trixie AS build\nCMD ["python", "x.py"]\nFROM nginx:1.30\n',
      reports: [],
    },
    { title: 'A notebook', dockerfile: 'FROM quay.io/jupyter/scipy-notebook:2026-08-08\nCMD ["start-notebook.py"]\n', reports: [] },
  ],
};
