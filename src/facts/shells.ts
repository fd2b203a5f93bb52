/**
 * Shells: what a base image's own makes of a failing command, and what a shell does with the last command of `-c "…"`:
 * gives its place to it, or stays in front of it and keeps the signals.
 *
 * Measured on 2026-11-20: bash 5.2 and the sh of BusyBox 1.35 replace themselves by a last simple command, dash 0.5.12 never
 * does. In bash a redirection, a pipe, `||` or a compound command keeps it (before 5.1 any list did).
 */
import { scriptOf } from '../model/build.js';
import type { Command, CommandForm, ExecWord, Script, ShellWord, SourceFile } from '../model/dockerfile.js';
import { inheritedInstructions } from '../model/stages.js';
import { baseName } from '../model/wrappers.js';
import { type Distribution, factsOfBase } from './images.js';
import { once } from './once.js';
import { words } from './words.js';

/**
 * The command as the shell of its base image runs it: `shell` and `failureIsFatal` are known there for images whose SHELL is
 * known. The command itself where a SHELL of the file is in force, in exec form, and on an image that nobody knows.
 */
export function inShellOfBase(command: Command): Command {
  return commandsInShellOfBase(command.script)?.get(command) ?? command;
}

const commandsInShellOfBase = once((script: Script): ReadonlyMap<Command, Command> | undefined => {
  const { stage, instruction } = script;
  if (instruction.command?.form !== 'shell' || stage.environment.shell(instruction) !== undefined) return undefined;
  const facts = factsOfBase(stage.base);
  if (stage.base.kind !== 'scratch' && (facts === undefined || facts.distribution?.id === 'windows')) return undefined;
  const { commands } = scriptOf(instruction, stage, facts?.shell ?? ['/bin/sh', '-c']);
  if (commands.length !== script.commands.length) return undefined;
  return new Map(commands.map((known, index) => [script.commands[index] as Command, known]));
});

/** Whether a command is a `source` that its shell does not have. SPEC: dash, the /bin/sh of Debian and Ubuntu, has `.` only. */
export function isUnknownSource(command: Command): boolean {
  if (command.name !== 'source') return false;
  const { stage, instruction } = command.script;
  const id = factsOfBase(stage.base)?.distribution?.id;
  const isDebian = id === 'debian' || id === 'ubuntu';
  const replaces = inheritedInstructions(stage).some(
    (each) => each.keyword === 'RUN' && each.span.start < command.span.end && /\/bin\/sh\b|dpkg-reconfigure/.test(each.logical.text),
  );
  return isDebian && instruction.command?.form === 'shell' && inShellOfBase(command).shell.name === 'sh' && !replaces;
}

/** `yields`: replaces itself by the last command; `stays`; `foreign`: no shell, but something that starts one. */
export type ShellManner = 'yields' | 'stays' | 'foreign';

/** Where `/bin/sh` is bash, or BusyBox. */
const SH_YIELDS = words('alpine busybox wolfi centos rhel rocky alma fedora amazonlinux oraclelinux opensuse archlinux photon azurelinux');

/** How a shell behaves, by its base name. Where the distribution is not known, `sh` is taken to be dash. */
export function shellManner(name: string, distribution: Distribution | undefined): ShellManner {
  if (name === 'bash' || name === 'zsh') return 'yields';
  if (name === 'dash') return 'stays';
  if (name !== 'sh' && name !== 'ash') return 'foreign';
  return distribution !== undefined && SH_YIELDS.has(distribution.id) ? 'yields' : 'stays';
}

/** The array `["sh", "-c", "…"]`, also behind tini. */
export interface ShellInExecForm {
  /** What stands in front of the shell: `tini --`. */
  readonly before: readonly ExecWord[];
  readonly shell: string;
  /** The shell and its options. */
  readonly head: readonly ExecWord[];
  readonly script: ExecWord;
  /** `$0` and the other arguments of the script. */
  readonly after: readonly ExecWord[];
}

/** Reads `["sh", "-c", "…"]`; undefined where there is no such shell. */
export function shellInExecForm(words: readonly ExecWord[]): ShellInExecForm | undefined {
  const first = words.findIndex(({ value }) => !/^(?:(?:.*\/)?tini|--|-s|-v+)$/.test(value));
  const shell = words[first]?.value ?? '';
  if (!/^(?:.*\/)?(?:ba|da|a|z)?sh$/.test(shell)) return undefined;
  for (let at = first + 1; at < words.length; at++) {
    const value = words[at]?.value ?? '';
    if (!value.startsWith('-')) return undefined;
    const script = words[at + 1];
    if (/^-[a-z]*c$/.test(value)) {
      if (script === undefined) return undefined;
      return { before: words.slice(0, first), shell, head: words.slice(first, at + 1), script, after: words.slice(at + 2) };
    }
    if (/^-[a-z]*o$/.test(value)) at++;
  }
  return undefined;
}

/** Of a shell-form text that is nothing but `bash -c "…"`: the inner shell with its options, and the word that is its script. */
export function shellInShellForm({ commands }: Script): { readonly head: readonly string[]; readonly script: ShellWord } | undefined {
  const wrapper = commands[0]?.wrappers[0];
  const option = wrapper?.words.at(-2)?.value ?? '';
  const script = wrapper?.words.at(-1);
  if (wrapper === undefined || script === undefined || !/^(?:ba|da|a|z)?sh$/.test(wrapper.name) || !/^-[a-z]*c$/.test(option))
    return undefined;
  if (commands.some(({ wrappers }) => wrappers[0]?.words[0]?.span.start !== wrapper.words[0]?.span.start)) return undefined;
  const options = wrapper.words.slice(1, -1).flatMap(({ value }) => value ?? []);
  // What the inner shell reads is what stands between the quotation marks.
  const isPlain = /^(?:"[^"\\]*"|'[^']*')$/.test(script.text) && options.length === wrapper.words.length - 2;
  return isPlain ? { head: [wrapper.words[0]?.value ?? wrapper.name, ...options], script } : undefined;
}

/** A program that is process 1 in the place of a shell or script and passes signals on to what it has started. */
export interface Init {
  readonly name: string;
  /** Whether the signals go to all that the child has started as well: `tini -g`, dumb-init. */
  readonly reachesAll: boolean;
}

/**
 * The init at the head of an exec form. tini, docker-init (which is tini) and catatonit signal their child only; tini all
 * of its process group with -g, dumb-init all of the session unless told otherwise (their READMEs, 2026-11).
 */
export function initAt([program = '', ...rest]: readonly string[]): Init | undefined {
  const name = baseName(program);
  const end = rest.findIndex((word) => !word.startsWith('-') || word === '--');
  const options = rest.slice(0, end < 0 ? undefined : end);
  if (/^(?:tini(?:-static)?|docker-init|catatonit)$/.test(name))
    return { name, reachesAll: name !== 'catatonit' && options.some((option) => /^-[a-z]*g/.test(option)) };
  return name === 'dumb-init' ? { name, reachesAll: !options.some((option) => /^(?:-[a-z]*c|--single-child$)/.test(option)) } : undefined;
}

/** The last command of a script when nothing but it is left to do by then: no pipe, no `||`, no redirection, nothing behind it. */
export function lastPlainCommand({ commands }: Script, form: CommandForm, source: SourceFile): Command | undefined {
  const own = commands.filter(({ substituted }) => !substituted);
  const last = own.at(-1);
  if (last === undefined || last.conditional || last.connector === '|' || last.connector === '||' || last.redirects.length > 0)
    return undefined;
  if (own.some((other) => other !== last && other.pipeline === last.pipeline)) return undefined;
  const rest = source.text.slice(last.span.end, form.span.end);
  return /^[\s;]*(?:\\?["']\s*)?(?:"\s*(?:,[\s\S]*)?\]|\])?$/.test(rest) ? last : undefined;
}

const BUILTINS = words(
  'cd source . export exec set ulimit umask eval trap wait test [ [[ : alias builtin command declare exit hash let local read readonly ' +
    'return shift shopt times type unset',
);

/** Whether a command starts a program: a builtin exists in the shell only. */
export function isProgram({ name }: Command): boolean {
  return name !== '' && !BUILTINS.has(name);
}

/** Whether a command is an interactive shell, which a person sits in front of. */
export function isInteractiveShell({ name, args }: Command): boolean {
  if (!/^(?:(?:ba|z|da|a|k|fi)?sh|pwsh)$/.test(name)) return false;
  return args.every(
    ({ value }, i) =>
      /^(?:-[il]+|--login|--init-file|--rcfile)$/.test(value ?? '') || /^--(?:init|rc)-?file$/.test(args[i - 1]?.value ?? ''),
  );
}

/** Whether a command only says something and ends. */
export function isShortLived({ name, args }: Command): boolean {
  return (
    /^(?:echo|printf|cat|true|false|alias|export|ls|env|date|hostname|whoami)$/.test(name) ||
    args.some(({ value }) => /^(?:-h|--help|--version)$/.test(value ?? ''))
  );
}

/** Programs that run the words that are appended to them, as an ENTRYPOINT does with CMD; any script may. */
const RUNNERS =
  /^(?:tini|tini-static|dumb-init|catatonit|docker-init|init|s6-.*|env|exec|gosu|su-exec|sudo|setpriv|conda|mamba|micromamba|uv|poetry|pipenv|pdm|pixi|(?:ba|da|a|z)?sh|ddtrace-run|newrelic-admin|opentelemetry-instrument|xvfb-run|nice|stdbuf|time|aws-vault|chamber|doppler|vault|op|.*entry-?point.*|.*\.(?:sh|bash|py|pl|rb))$/i;

/** Whether a program certainly runs what is appended to it, or may: `tini`, a script of the project. */
export function mayRunArguments({ name, words }: Command): boolean {
  return name === '' || RUNNERS.test(name) || /^\.{0,2}\/[\w-]+$/.test(words[0]?.value ?? '');
}

/** Whether a program takes appended words for a file or options of its own, so that a shell-form CMD makes it fail. */
export function isInterpreter({ name }: Command): boolean {
  return /^(?:python[\d.]*|node|java|Rscript|julia|streamlit|gunicorn|uvicorn|flask|celery|mlflow|jupyter|npm|yarn)$/.test(name);
}
