import { scriptAsArray, wordsAsArray } from '../../src/edits/arrays.js';
import {
  arrayOf,
  brief,
  brokenArrayWords,
  commandText,
  type ExecForm,
  execForm,
  execRemedy,
  isBrokenArray,
  oneLine,
  type ShellCall,
} from '../../src/facts/exec-form.js';
import { factsOfBase } from '../../src/facts/images.js';
import { namesClosedServer } from '../../src/facts/servers.js';
import {
  type Init,
  initAt,
  isInteractiveShell,
  isInterpreter,
  isShortLived,
  lastPlainCommand,
  mayRunArguments,
  type ShellInExecForm,
  shellInExecForm,
  shellInShellForm,
  shellManner,
} from '../../src/facts/shells.js';
import { isWindows } from '../../src/facts/users.js';
import { type ContainerStart, containerStart, ignoresCommand } from '../../src/model/container.js';
import type { CmdInstruction, Script, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { defineRule, type Edit, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'shell-form-cmd',
  family: 'runtime',
  summary: 'A shell stands between the container and its program',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
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
      text: '`{command}` runs through a shell, and gets SIGTERM only because the `{shell}` of this image replaces itself with the program',
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
      const tree = ctx.dockerfile.syntax;
      if (entrypoint !== undefined) yield* judged({ stage, start, instruction: entrypoint, script: ctx.script(entrypoint), tree });
      if (command === undefined) return;

      const script = ctx.script(command);
      if (ignoresCommand(start)) {
        // `$0 $@` in the script are what CMD adds.
        if (entrypoint === undefined || isBrokenArray(entrypoint) || /\$\{?[@*0]/.test(commandText(entrypoint))) return;
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
        !isBrokenArray(command)
      ) {
        const form = execForm({ script, text: command.command.text, shell: ['sh', '-c'], last: script.commands.at(-1) });
        const isWords = form?.kind === 'plain';
        const remedy = isWords ? execRemedy(command, form) : 'the arguments as a JSON array, or the whole line into ENTRYPOINT';
        const data = { command: brief(commandText(command)), program: program.name, remedy };
        const fails = isInterpreter(program);
        const edits = isWords && command.onbuild === undefined ? wordsAsArray(tree, command, form.words) : undefined;
        const severity = fails ? 'error' : 'warning';
        yield { at: command.command.span, message: 'arguments', severity, data, fixes: fixesOf(edits, fails ? undefined : GETS_WORDS) };
      } else {
        const init = initAt(entrypoint === undefined ? (factsOfBase(stage.base)?.entrypoint ?? []) : execWords(entrypoint));
        yield* judged({ stage, start, instruction: command, script, tree, init });
      }
    },
  },
});

const execWords = ({ command }: CmdInstruction): readonly string[] =>
  command.form === 'exec' ? command.words.map(({ value }) => value) : [];

interface Judged {
  readonly stage: Stage;
  readonly start: ContainerStart;
  readonly instruction: CmdInstruction;
  readonly script: Script | undefined;
  readonly tree: SyntaxTree;
  /** What an ENTRYPOINT puts in front of a CMD. */
  readonly init?: Init | undefined;
}

function* judged(place: Judged) {
  const { stage, instruction, script, tree, init: outer } = place;
  const form = instruction.command;
  if (isBrokenArray(instruction)) {
    const words = arrayOf(brokenArrayWords(commandText(instruction)));
    const data = { command: brief(commandText(instruction)), remedy: `\`${instruction.keyword} ${words}\`` };
    yield {
      at: form.span,
      message: 'broken' as const,
      severity: 'error' as const,
      data,
      fixes: fixesOf(mendedArray(tree, instruction), undefined),
    };
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
  const last = lastPlainCommand(script, form, tree.source);
  const call = shellCall(place, wrapped, manner === 'foreign' ? 'sh' : name);
  const exec = call === undefined ? undefined : execForm({ ...call, script, last });
  const at = wrapped?.script.span ?? form.span;
  const data = {
    command: brief(wrapped === undefined ? commandText(instruction) : oneLine(wrapped.script.value)),
    remedy: execRemedy(
      instruction,
      exec,
      wrapped?.before.map(({ value }) => value),
    ),
  };
  const fixes = call === undefined || exec === undefined ? [] : mended(place, { form: exec, call, wrapped });
  if (name === '_dockerfile_shell.sh') yield { at, message: 'micromamba' as const, severity: 'info' as const, data, fixes };
  else if (manner === 'stays' || last === undefined) {
    const dataOfShell = { ...data, shell: `${name} -c` };
    if (init !== undefined) yield { at, message: 'initiated' as const, data: { ...dataOfShell, init: init.name }, fixes };
    else yield { at, message: wrapped === undefined ? ('shell' as const) : ('wrapped' as const), data: dataOfShell, fixes };
  }
  // A SHELL, or a bash, that somebody chose is there on purpose; it gives its place to the program.
  else if (manner === 'yields' && chosen === undefined)
    yield { at, message: 'yielding' as const, severity: 'info' as const, data: { ...data, shell: name }, fixes };
}

/** Which shell reads what. */
interface Call extends Pick<ShellCall, 'text' | 'shell'> {
  /** A shell form that is nothing but another shell with its script. */
  readonly isNested: boolean;
}

/** Undefined where one shell starts another with a text that cannot be taken as it stands. */
function shellCall({ instruction: { command }, script }: Judged, wrapped: ShellInExecForm | undefined, name: string): Call | undefined {
  if (wrapped !== undefined)
    return { text: wrapped.script.text, shell: [name, ...wrapped.head.slice(1).map(({ value }) => value)], isNested: false };
  if (command.form !== 'shell' || script === undefined) return undefined;
  const inner = shellInShellForm(script);
  if (inner === undefined) {
    const isNested = script.commands.some(({ wrappers }) => wrappers.some((wrapper) => /^(?:ba|da|a|z)?sh$/.test(wrapper.name)));
    return isNested ? undefined : { text: command.text, shell: [name, '-c'], isNested };
  }
  const { text } = command;
  const start = text.text.lastIndexOf(inner.script.text) + 1;
  return { text: text.slice(start, start + inner.script.text.length - 2), shell: inner.head, isNested: true };
}

/** Nothing that a shell gives a meaning to, and no word that only looks like one. */
const PLAIN_WORDS = /^[\w./+-][\w@%+=:,./ -]*$/;

const TAKES_SIGNALS = 'SIGTERM reaches the program itself then, which may end in the middle of its work';
const GETS_WORDS = 'the ENTRYPOINT gets the words themselves, no longer a shell that runs them';

/** The form that needs no shell is safe for CMD where nothing else may have a say: no ENTRYPOINT, no SHELL, no script without `#!`. */
function mended(
  { stage, start, instruction, tree }: Judged,
  way: { readonly form: ExecForm; readonly call: Call; readonly wrapped: ShellInExecForm | undefined },
): readonly Fix[] {
  const { form, call, wrapped } = way;
  const isEntrypoint = instruction.keyword === 'ENTRYPOINT';
  // What nobody reads today would be its arguments; only of options is that certain to be meant.
  if (instruction.onbuild !== undefined || (isEntrypoint && start.command !== undefined && !isOptions(start.command))) return [];
  const facts = factsOfBase(stage.base);
  const shell = wrapped === undefined ? (stage.environment.shell(instruction) ?? facts?.shell ?? []) : [];
  const isMicromamba = shell[0]?.endsWith('_dockerfile_shell.sh') === true && start.entrypoint === undefined;
  // A login shell, `conda run` and the like prepare what the program finds.
  if (!isMicromamba && !/^(?:(?:\S*\/)?(?:ba|da|a|z)?sh(?: -[eux]*(?:o pipefail)?)* -[eux]*c)?$/.test(shell.join(' '))) return [];
  const edits = editsOf(tree, instruction, way);
  // `sh -ec` in SHELL would be lost.
  if (form.kind === 'shell') return shell.length > 2 || /[eux]/.test(shell[1] ?? '') ? [] : fixesOf(edits, TAKES_SIGNALS);

  const [program = ''] = form.values;
  // `ENTRYPOINT []` takes away that of the base image.
  const entrypoint = start.entrypoint === undefined ? facts?.entrypoint : isEmpty(start.entrypoint) ? undefined : start.entrypoint;
  const isScript = /\.(?:sh|bash)$/.test(program) || (program.includes('/') && !/^\/(?:usr\/(?:local\/)?)?s?bin\//.test(program));
  const risks = [
    isEntrypoint && start.command !== undefined && 'CMD, which nobody reads today, is added to the words of ENTRYPOINT then',
    isMicromamba && 'the environment is activated by the entrypoint of the image alone',
    !isEntrypoint && entrypoint !== undefined && GETS_WORDS,
    isScript && 'a script without a `#!` line is run by a shell only',
    facts === undefined && wrapped === undefined && 'the base image may have a SHELL or an ENTRYPOINT of its own',
    !PLAIN_WORDS.test(oneLine(call.text.text)) && 'the words are taken as they are read here, and no shell looks at them any more',
    isEntrypoint && 'the arguments of docker run, which nobody reads today, are added to the words of ENTRYPOINT then',
  ].filter((risk) => risk !== false);
  return fixesOf(edits, risks[0]);
}

const isOptions = (instruction: CmdInstruction): boolean => execWords(instruction)[0]?.startsWith('-') === true;
const isEmpty = ({ command }: CmdInstruction): boolean => command.form === 'exec' && command.words.length === 0;

function editsOf(
  tree: SyntaxTree,
  instruction: CmdInstruction,
  { form, call, wrapped }: { form: ExecForm; call: Call; wrapped: ShellInExecForm | undefined },
): readonly Edit[] | undefined {
  const { span } = instruction.command;
  if (call.isNested)
    return replaced(tree, span.start, span.end, arrayOf(form.kind === 'plain' ? form.values : [...form.shell, form.script]));
  if (wrapped === undefined)
    return form.kind === 'plain' ? wordsAsArray(tree, instruction, form.words) : scriptAsArray(tree, instruction, form.shell, form.offset);
  const [shell] = wrapped.head;
  if (form.kind === 'shell') {
    const at = wrapped.script.text.sourceOffset(form.offset);
    return [{ span: { start: at, end: at }, text: 'exec ' }];
  }
  // The words behind a script are its `$0` and `$1`.
  if (shell === undefined || wrapped.after.length > 0) return undefined;
  return replaced(tree, shell.span.start, wrapped.script.span.end, arrayOf(form.values).slice(1, -1));
}

/** What is spread over lines has comments and an indentation of its own. */
function replaced({ source }: SyntaxTree, start: number, end: number, text: string): readonly Edit[] | undefined {
  return source.text.slice(start, end).includes('\n') ? undefined : [{ span: { start, end }, text }];
}

/** A quoted word and a comma, over and over, or none of them quoted, in what can be printed: what was meant is plain. */
const PLAIN_ARRAY = /^\[\s*(?:(?:(?:'[^'"\\\p{Cc}]*'|"[^'"\\\p{Cc}]*")\s*,?\s*)+|[^'"\\#\p{Cc}]*)\]$/u;

function mendedArray(tree: SyntaxTree, { command, onbuild }: CmdInstruction): readonly Edit[] | undefined {
  // Neither is a variable filled in by an array.
  if (command.form !== 'shell' || onbuild !== undefined || command.text.text.includes('$') || !PLAIN_ARRAY.test(command.text.text))
    return undefined;
  const words = brokenArrayWords(command.text.text);
  // What starts at last would be the next finding, where nobody reaches it.
  return namesClosedServer(words) ? undefined : replaced(tree, command.span.start, command.span.end, arrayOf(words));
}

/** @param risk undefined where the fix is safe */
function fixesOf(edits: readonly Edit[] | undefined, risk: string | undefined): readonly Fix[] {
  if (edits === undefined) return [];
  const title = 'Write a JSON array';
  return [risk === undefined ? { title, edits, safety: 'safe' } : { title, edits, safety: 'unsafe', risk }];
}

export const docs: RuleDocs = {
  why: "In shell form `sh` is process 1. Debian's and Ubuntu's sh does not hand SIGTERM on, so `docker stop` and every redeployment wait ten seconds and then kill: the batch at hand is lost, a GPU worker leaves its memory dirty, nothing is logged. 6 % of 604 public data-science Dockerfiles do it, and 18 % of 2,253 that no longer build.",
  remedy: 'Write CMD and ENTRYPOINT as JSON arrays. Where a variable is needed, write `["sh", "-c", "exec program --port $PORT"]`.',
  limits:
    'Only the ENTRYPOINT and CMD in force in the final stage count. bash, and the sh of Alpine and of the Red Hat family, give their place to a last simple command (measured): there the shell form is a remark, and `["bash", "-c", "…"]` or a SHELL chosen on purpose nothing. `exec`, `trap`, an interactive shell and Windows are left alone. `tini -g` and dumb-init reach every process, the shell or not. HEALTHCHECK is not looked at: nobody stops it. The fix is safe where CMD starts plain words without an ENTRYPOINT, a SHELL or a script in play, and where the container fails today; else it is unsafe (an ENTRYPOINT that is an array takes the arguments of `docker run`), `sh -c` with `exec` in front of the last command where a variable or a list needs the shell. There is none for pipes, jobs in the background without a last program, login shells that would be lost, and `ignored`, where only the author knows what CMD is for.',
  references: [
    'https://docs.docker.com/reference/build-checks/json-args-recommended/ (2026-11)',
    'https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact (2026-11)',
    'https://github.com/krallin/tini#process-group-killing, https://github.com/Yelp/dumb-init (2026-11)',
    'measured 2026-11-20: dash 0.5.12 stays, bash 5.2 and BusyBox 1.35 exec the last command of -c',
    'measured: 604 public data-science Dockerfiles of 129 repositories, and 2,253 of the shipwright set that no longer build (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD uvicorn api:app --host 0.0.0.0\n',
      reports: [[2, 'shell']],
      fixed: 'FROM python:3.13-slim-trixie\nCMD ["uvicorn", "api:app", "--host", "0.0.0.0"]\n',
    },
    {
      title: 'Over several lines, and with a variable',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENTRYPOINT gunicorn --workers 2 \\\n    # behind a proxy\n    --bind 0.0.0.0:8000 \\\n    api:app\n',
      reports: [[2, 'shell']],
      fixed:
        'FROM python:3.13-slim-trixie\nENTRYPOINT ["gunicorn", "--workers", "2", \\\n    # behind a proxy\n    "--bind", "0.0.0.0:8000", \\\n    "api:app"]\n',
    },
    {
      title: 'A variable, in shell form',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD cd /srv && MODE=prod gunicorn --bind ":$PORT" api:app\n',
      reports: [[2, 'shell']],
      fixed: 'FROM python:3.13-slim-trixie\nCMD ["sh", "-c", "cd /srv && MODE=prod exec gunicorn --bind \\":$PORT\\" api:app"]\n',
    },
    {
      title: 'A variable needs a shell, and the shell exec',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["sh", "-c", "gunicorn -b :$PORT app:app"]\n',
      reports: [[2, 'wrapped']],
      fixed: 'FROM python:3.13-slim-trixie\nCMD ["sh", "-c", "exec gunicorn -b :$PORT app:app"]\n',
    },
    {
      title: 'Single quotes',
      dockerfile: "FROM python:3.13-slim-trixie\nCMD ['python', 'main.py']\n",
      reports: [[2, 'broken']],
      fixed: 'FROM python:3.13-slim-trixie\nCMD ["python", "main.py"]\n',
    },
    {
      title: 'A CMD that nobody reads',
      dockerfile: 'FROM python:3.13-slim-trixie\nENTRYPOINT exec python main.py\nCMD ["--epochs", "10"]\n',
      reports: [[3, 'ignored']],
    },
    {
      title: 'The words of the shell become arguments',
      dockerfile: 'FROM python:3.13-slim-trixie\nENTRYPOINT ["python"]\nCMD main.py\n',
      reports: [[3, 'arguments']],
      fixed: 'FROM python:3.13-slim-trixie\nENTRYPOINT ["python"]\nCMD ["main.py"]\n',
    },
    {
      title: 'tini speaks to its child only',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-3\nCMD python main.py\n',
      reports: [[2, 'initiated']],
      fixed: 'FROM condaforge/miniforge3:26.3.2-3\nCMD ["python", "main.py"]\n',
    },
    {
      title: 'The sh of Alpine steps aside',
      dockerfile: 'FROM python:3.13-alpine3.24\nCMD python main.py\n',
      reports: [[2, 'yielding']],
      fixed: 'FROM python:3.13-alpine3.24\nCMD ["python", "main.py"]\n',
    },
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
