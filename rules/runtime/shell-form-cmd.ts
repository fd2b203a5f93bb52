import { brief, commandText, execForm, mendedArray, oneLine } from '../../src/facts/exec-form.js';
import { factsOfBase } from '../../src/facts/images.js';
import {
  type Init,
  initAt,
  isInteractiveShell,
  isInterpreter,
  isShortLived,
  lastPlainCommand,
  mayRunArguments,
  shellInExecForm,
  shellInShellForm,
  shellManner,
} from '../../src/facts/shells.js';
import { isWindows } from '../../src/facts/users.js';
import { containerStart, ignoresCommand } from '../../src/model/container.js';
import type { CmdInstruction, Script, SourceFile, Stage } from '../../src/model/dockerfile.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'shell-form-cmd',
  family: 'runtime',
  summary: 'A shell stands between the container and its program',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3025', 'buildkit:JSONArgsRecommended'],
  messages: {
    shell: {
      text: '`{command}` runs below `{shell}`, which keeps SIGTERM to itself: `docker stop` waits 10 s and kills the program',
      help: 'Write {remedy}',
    },
    wrapped: {
      text: '`{command}` runs below `{shell}` without `exec`: SIGTERM does not reach it, `docker stop` waits 10 s and kills it',
      help: 'Write {remedy}',
    },
    initiated: {
      text: '`{command}` runs below `{shell}`, and `{init}` hands SIGTERM to the shell only: `docker stop` kills the program at once, without a chance to finish',
      help: 'Write {remedy}',
    },
    yielding: {
      text: '`{command}` runs through a shell, and gets SIGTERM only because the `{shell}` of this image steps aside',
      help: 'Write {remedy}',
    },
    micromamba: {
      text: '`{command}` goes through the shell that the micromamba image has for builds',
      help: 'Write {remedy}; the entrypoint of the image activates the environment',
    },
    ignored: {
      text: '`{command}` is never used, nor are the arguments of `docker run`: `{entrypoint}` is in shell form',
      help: 'Write ENTRYPOINT as a JSON array',
    },
    arguments: {
      text: '`{command}` reaches `{program}` as its arguments, with `/bin/sh -c` in front: CMD is in shell form, ENTRYPOINT is not',
      help: 'Write {remedy}',
    },
    broken: {
      text: '`{command}` is no JSON array: a shell gets it, finds no such program, and the container fails',
      help: 'Write {remedy}',
    },
  },
  on: {
    *stage(stage, ctx) {
      // Windows has no SIGTERM to lose.
      if (stage !== ctx.dockerfile.finalStage || ctx.dockerfile.syntax.escape === '`' || isWindows(stage)) return;
      const start = containerStart(stage);
      const { entrypoint, command } = start;
      const { source } = ctx.dockerfile.syntax;
      if (entrypoint !== undefined) yield* judged({ stage, instruction: entrypoint, script: ctx.script(entrypoint), source });
      if (command === undefined) return;

      const script = ctx.script(command);
      if (ignoresCommand(start)) {
        // `$0 $@` in the script are what CMD adds.
        if (entrypoint === undefined || isBroken(entrypoint) || /\$\{?[@*0]/.test(commandText(entrypoint))) return;
        const data = { command: brief(`CMD ${commandText(command)}`), entrypoint: brief(`ENTRYPOINT ${commandText(entrypoint)}`) };
        yield { at: command.keywordSpan, message: 'ignored', data, related: [{ at: entrypoint.keywordSpan, note: 'in shell form' }] };
        return;
      }
      const [program] = (entrypoint === undefined ? undefined : ctx.script(entrypoint)?.commands) ?? [];
      if (
        command.command.form === 'shell' &&
        program !== undefined &&
        !mayRunArguments(program) &&
        script !== undefined &&
        !isBroken(command)
      ) {
        const text = commandText(command);
        const data = { command: brief(text), program: program.name, remedy: execForm(command, script, text, 'sh', script.commands.at(-1)) };
        yield { at: command.command.span, message: 'arguments', severity: isInterpreter(program) ? 'error' : 'warning', data };
      } else {
        const init = initAt(entrypoint === undefined ? (factsOfBase(stage.base)?.entrypoint ?? []) : execWords(entrypoint));
        yield* judged({ stage, instruction: command, script, source, init });
      }
    },
  },
});

/** Shell text that was to be an array; `["$X" = 1 ] && a` is a test. */
function isBroken({ command }: CmdInstruction): boolean {
  return command.form === 'shell' && command.brokenJson && /\]\s*(?:#.*)?$/.test(command.text.text);
}

const execWords = ({ command }: CmdInstruction): readonly string[] =>
  command.form === 'exec' ? command.words.map(({ value }) => value) : [];

interface Judged {
  readonly stage: Stage;
  readonly instruction: CmdInstruction;
  readonly script: Script | undefined;
  readonly source: SourceFile;
  /** What an ENTRYPOINT puts in front of a CMD. */
  readonly init?: Init | undefined;
}

function* judged({ stage, instruction, script, source, init: outer }: Judged) {
  const form = instruction.command;
  if (isBroken(instruction)) {
    const data = { command: brief(commandText(instruction)), remedy: mendedArray(instruction, commandText(instruction)) };
    yield { at: form.span, message: 'broken' as const, severity: 'error' as const, data };
    return;
  }
  const wrapped = form.form === 'exec' ? shellInExecForm(form.words) : undefined;
  if (script === undefined || script.commands.length === 0 || (form.form === 'exec' && wrapped === undefined)) return;
  const init = outer ?? initAt(execWords(instruction));
  const { commands } = script;
  const handsOver = commands.some(
    ({ name, wrappers }) => name === 'trap' || name === 'exec' || wrappers.some((wrapper) => wrapper.name === 'exec'),
  );
  // Somebody sits in front of a shell; a text that is only shown has ended before any signal.
  if (handsOver || init?.reachesAll === true || commands.some(isInteractiveShell) || commands.every(isShortLived)) return;

  const facts = factsOfBase(stage.base);
  const chosen = wrapped === undefined ? (stage.environment.shell(instruction) ?? facts?.shell) : [wrapped.shell];
  const name = (chosen?.[0] ?? '/bin/sh').replace(/^.*\//, '');
  const manner = shellManner(name, facts?.distribution);
  const last = lastPlainCommand(script, form, source);
  const at = wrapped?.script.span ?? form.span;
  const text = wrapped === undefined ? commandText(instruction) : oneLine(wrapped.script.value);
  const inner = wrapped === undefined ? shellInShellForm(script) : undefined;
  const shell = inner?.shell ?? (manner === 'foreign' ? 'sh' : name);
  const remedy = execForm(instruction, script, inner === undefined ? text : oneLine(inner.script), shell, last);
  const data = { command: brief(text), remedy };
  if (name === '_dockerfile_shell.sh') yield { at, message: 'micromamba' as const, severity: 'info' as const, data };
  else if (manner === 'stays' || last === undefined) {
    const dataOfShell = { ...data, shell: `${name} -c` };
    if (init !== undefined) yield { at, message: 'initiated' as const, data: { ...dataOfShell, init: init.name } };
    else yield { at, message: wrapped === undefined ? ('shell' as const) : ('wrapped' as const), data: dataOfShell };
  }
  // A SHELL, or a bash, that somebody chose is there on purpose; it gives its place to the program.
  else if (manner === 'yields' && chosen === undefined)
    yield { at, message: 'yielding' as const, severity: 'info' as const, data: { ...data, shell: name } };
}

export const docs: RuleDocs = {
  why: "In shell form `sh` is process 1. Debian's and Ubuntu's sh does not hand SIGTERM on, so `docker stop` and every redeployment wait ten seconds and then kill: the batch at hand is lost, a GPU worker leaves its memory dirty, nothing is logged. 6 % of 604 public data-science Dockerfiles do it, and 18 % of 2,253 that no longer build.",
  remedy: 'Write CMD and ENTRYPOINT as JSON arrays. Where a variable is needed, write `["sh", "-c", "exec program --port $PORT"]`.',
  limits:
    'Only the ENTRYPOINT and CMD in force in the final stage count. bash, and the sh of Alpine and of the Red Hat family, give their place to a last simple command (measured): there the shell form is a remark, and `["bash", "-c", "…"]` or a SHELL chosen on purpose nothing. `exec`, `trap`, an interactive shell and Windows are left alone. `tini -g` and dumb-init reach every process, the shell or not. HEALTHCHECK is not looked at: nobody stops it.',
  references: [
    'https://docs.docker.com/reference/build-checks/json-args-recommended/ (2026-11)',
    'https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact (2026-11)',
    'https://github.com/krallin/tini#process-group-killing, https://github.com/Yelp/dumb-init (2026-11)',
    'measured 2026-11-20: dash 0.5.12 stays, bash 5.2 and BusyBox 1.35 exec the last command of -c',
  ],
  examples: [
    { dockerfile: 'FROM python:3.13-slim-trixie\nCMD uvicorn api:app --host 0.0.0.0\n', reports: [[2, 'shell']] },
    {
      title: 'A variable needs a shell, and the shell exec',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["sh", "-c", "gunicorn -b :$PORT app:app"]\n',
      reports: [[2, 'wrapped']],
    },
    { title: 'Single quotes', dockerfile: "FROM python:3.13-slim-trixie\nCMD ['python', 'main.py']\n", reports: [[2, 'broken']] },
    {
      title: 'A CMD that nobody reads',
      dockerfile: 'FROM python:3.13-slim-trixie\nENTRYPOINT exec python main.py\nCMD ["--epochs", "10"]\n',
      reports: [[3, 'ignored']],
    },
    {
      title: 'The words of the shell become arguments',
      dockerfile: 'FROM python:3.13-slim-trixie\nENTRYPOINT ["python"]\nCMD main.py\n',
      reports: [[3, 'arguments']],
    },
    {
      title: 'tini speaks to its child only',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-3\nCMD python main.py\n',
      reports: [[2, 'initiated']],
    },
    { title: 'The sh of Alpine steps aside', dockerfile: 'FROM python:3.13-alpine3.24\nCMD python main.py\n', reports: [[2, 'yielding']] },
    { dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n', reports: [] },
    { title: 'With exec', dockerfile: 'FROM python:3.13-slim-trixie\nCMD exec gunicorn -b :$PORT app:app\n', reports: [] },
    {
      title: 'An init that reaches all processes',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir dumb-init==1.2.5\nENTRYPOINT ["dumb-init", "--"]\nCMD python main.py\n',
      reports: [],
    },
    {
      title: 'A SHELL on purpose',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-3\nSHELL ["conda", "run", "--no-capture-output", "-n", "ml", "/bin/bash", "-c"]\nCMD python main.py\n',
      reports: [],
    },
    {
      title: 'A builder is not run, and the last CMD counts',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nCMD python x.py\nFROM python:3.13-slim-trixie\nCMD python y.py\nCMD ["python", "z.py"]\n',
      reports: [],
    },
  ],
};
