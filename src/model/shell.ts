/**
 * What RUN, CMD, ENTRYPOINT and HEALTHCHECK run: the shell script of an instruction taken apart into its simple
 * commands, wherever they stand, with the programs that only run other programs taken off.
 */
import type { LogicalText } from '../syntax/logical-text.js';
import type { Heredoc, RunningInstruction, Script, ShellState, Stage } from './dockerfile.js';
import { type MutableScript, OUTERMOST, OUTERMOST_PLACE, ScriptReader, type Shared } from './script-reader.js';
import { NO_SHELL, shellState, startedShell } from './shell-options.js';
import { ShellScope } from './shell-scope.js';
import { NO_TEXT, type ShellText, ShellTextBuilder, shellText } from './shell-text.js';
import type { Budget } from './shell-words.js';
import { baseName, shellName } from './wrappers.js';

/** What a shell script of an instruction finds around it. */
export interface ShellEnvironment {
  /** The value of a variable in force at the instruction; undefined when it is not known. */
  readonly lookup: (name: string) => string | undefined;
  /** The words of the SHELL in force; undefined when it is the base image's: most have `/bin/sh -c`, and some set options. */
  readonly shell: readonly string[] | undefined;
}

/**
 * Reads everything an instruction runs. Never throws: what cannot be read makes the script incomplete.
 *
 * SPEC: a heredoc that is the whole RUN is the script of the shell, or of the program that its `#!` names; BuildKit expands nothing in
 * it. Otherwise the shell gets the line with the bodies behind it.
 *
 * A program other than a shell (`#!/usr/bin/env python3`) is one plimsoll does not know: no commands, incomplete. The same goes
 * for SHELL powershell and cmd.
 */
export function readScript(instruction: RunningInstruction, stage: Stage, environment: ShellEnvironment): Script {
  const script: MutableScript = { instruction, stage, commands: [], complete: true, notes: undefined };
  try {
    readInstruction(script, environment);
  } catch {
    // One unreadable RUN must not hide what the rest of the file says. The parser documents that it never throws.
    script.commands.length = 0;
    script.complete = false;
  }
  return script;
}

function readInstruction(script: MutableScript, environment: ShellEnvironment): void {
  const { command, heredocs } = script.instruction.keyword === 'RUN' ? script.instruction : { ...script.instruction, heredocs: [] };
  if (command === undefined) return;
  const budget: Budget = { words: 20_000, nested: 250_000 };
  const shared: Shared = { script, budget, pipelines: 0, depth: 0 };

  if (command.form === 'exec') {
    const scope = new ShellScope(environment.lookup, NO_SHELL);
    // Without a shell there is no text; the reader is only asked to take off wrappers.
    const reader = new ScriptReader(shared, NO_TEXT, scope, OUTERMOST, true);
    reader.readExecWords(command.words);
    return;
  }

  const [heredoc] = heredocs;
  if (heredoc !== undefined && heredocs.length === 1 && isOnlyHeredoc(command.text.text)) {
    const shell = heredoc.content.startsWith('#!') ? shellOfShebang(heredoc.content) : shellOf(environment.shell);
    readText(shared, shell, scriptOfHeredoc(heredoc), environment);
    return;
  }
  readText(shared, shellOf(environment.shell), withHeredocs(command.text, heredocs), environment);
}

function readText(shared: Shared, shell: ShellState | undefined, text: ShellText, environment: ShellEnvironment): void {
  if (text.text.text.trim() === '') return;
  if (shell === undefined) {
    shared.script.complete = false;
    return;
  }
  const scope = new ShellScope(environment.lookup, shell);
  new ScriptReader(shared, text, scope, OUTERMOST, true).readAll(OUTERMOST_PLACE, {});
}

/** The shell that the words of SHELL start; undefined when it is none whose scripts can be read. */
function shellOf(words: readonly string[] | undefined): ShellState | undefined {
  if (words === undefined) return shellState(undefined, undefined, undefined);
  const [program] = words;
  if (program === undefined) return startedShell('sh', []);
  // The entry shell of the mambaorg images: micromamba's environment, then `bash -o pipefail -c` (micromamba-docker, 2026-11).
  if (baseName(program) === '_dockerfile_shell.sh') return shellState('bash', false, true);
  if (/(?:^|[\\/])(?:powershell|pwsh|cmd)(?:\.exe)?$/i.test(program)) return undefined;
  // `conda run -n x /bin/bash -c`, `micromamba run -n x bash -c`, `/usr/bin/env bash -c`: the last one runs the text.
  for (let at = words.length - 1; at >= 0; at--) {
    const shell = shellName(words[at] ?? '');
    if (shell !== undefined) return startedShell(shell, words.slice(at + 1));
  }
  return undefined;
}

/** The shell that a `#!` line names, also through `/usr/bin/env` and `env -S`; undefined for any other program. */
function shellOfShebang(content: string): ShellState | undefined {
  const words = (/^#!([^\r\n]*)/.exec(content)?.[1] ?? '').trim().split(/[ \t]+/);
  if (baseName(words[0] ?? '') === 'env') {
    const program = words.findIndex((word, index) => index > 0 && !word.startsWith('-') && !word.includes('='));
    words.splice(0, program < 0 ? words.length : program);
  }
  const shell = shellName(words[0] ?? '');
  return shell === undefined ? undefined : startedShell(shell, words.slice(1));
}

/** Whether the text is one heredoc word and nothing else, so that the heredoc's body is the script. */
function isOnlyHeredoc(text: string): boolean {
  return /^\s*\d*<<-?\s*(?:"[^"<]*"|'[^'<]*'|\\?[^<\s"'\\])+\s*$/.test(text);
}

function scriptOfHeredoc(heredoc: Heredoc): ShellText {
  const builder = new ShellTextBuilder();
  addLines(builder, heredoc.content, heredoc.contentSpan.start, heredoc.stripTabs);
  return builder.build(heredoc.contentSpan.start);
}

/** What BuildKit hands to the shell: the line, then the heredocs' bodies. */
function withHeredocs(line: LogicalText, heredocs: readonly Heredoc[]): ShellText {
  if (heredocs.length === 0) return shellText(line);
  const builder = new ShellTextBuilder();
  builder.addFrom(shellText(line), 0, line.text.length);
  for (const heredoc of heredocs) {
    builder.addSource('\n', heredoc.contentSpan.start - 1);
    addLines(builder, heredoc.content, heredoc.contentSpan.start, heredoc.stripTabs);
    // A heredoc that never ends has no such line, and nothing of the file stands behind it.
    if (heredoc.terminatorSpan !== undefined) builder.addSource(heredoc.name, heredoc.terminatorSpan.start);
  }
  return builder.build(0);
}

/** Appends lines, each ended by a bare line feed, so that a file with CRLF reads like one with LF. */
function addLines(builder: ShellTextBuilder, content: string, sourceStart: number, stripTabs: boolean): void {
  for (let at = 0; at < content.length; ) {
    const lineFeed = content.indexOf('\n', at);
    const next = lineFeed < 0 ? content.length : lineFeed + 1;
    let start = at;
    while (stripTabs && content.charAt(start) === '\t') start++;
    const isCrlf = lineFeed > start && content.charAt(lineFeed - 1) === '\r';
    const end = isCrlf ? lineFeed - 1 : next;
    if (end > start) builder.addSource(content.slice(start, end), sourceStart + start);
    if (isCrlf) builder.addSource('\n', sourceStart + lineFeed);
    at = next;
  }
}
