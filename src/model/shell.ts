/**
 * What RUN, CMD, ENTRYPOINT and HEALTHCHECK run: the shell script of an instruction taken apart into its simple
 * commands, wherever they stand, with the programs that only run other programs taken off.
 */
import type { LogicalText } from '../syntax/logical-text.js';
import type { Heredoc, RunningInstruction, Script, Stage } from './dockerfile.js';
import { type MutableScript, OUTERMOST, ScriptReader, type Shared } from './script-reader.js';
import { ShellScope } from './shell-scope.js';
import { NO_TEXT, type ShellText, ShellTextBuilder, shellText } from './shell-text.js';
import type { Budget } from './shell-words.js';
import { baseName, shellName } from './wrappers.js';

/** What a shell script of an instruction finds around it. */
export interface ShellEnvironment {
  /** The value of a variable in force at the instruction; undefined when it is not known. */
  readonly lookup: (name: string) => string | undefined;
  /** The words of the SHELL in force; `/bin/sh -c` when the file has none. */
  readonly shell: readonly string[];
}

/**
 * Reads everything an instruction runs. Never throws: what cannot be read makes the script incomplete.
 *
 * A heredoc that is the whole RUN and names an interpreter other than a shell (`#!/usr/bin/env python3`) is a program
 * plimsoll does not know: no commands, incomplete. The same goes for SHELL powershell and cmd.
 */
export function readScript(instruction: RunningInstruction, stage: Stage, environment: ShellEnvironment): Script {
  const script: MutableScript = { instruction, stage, commands: [], complete: true, notes: undefined };
  try {
    readInstruction(script, environment);
  } catch {
    // SPEC: one unreadable RUN must not hide what the rest of the file says. The parser documents that it never throws.
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
    const scope = new ShellScope(environment.lookup, true);
    // Without a shell there is no text; the reader is only asked to take off wrappers.
    const reader = new ScriptReader(shared, NO_TEXT, scope, OUTERMOST);
    reader.readExecWords(command.words);
    return;
  }

  const [heredoc] = heredocs;
  if (heredoc !== undefined && heredocs.length === 1 && isOnlyHeredoc(command.text.text)) {
    const interpreter = heredoc.content.startsWith('#!') ? interpreterOf(heredoc.content) : undefined;
    const shell = interpreter === undefined ? shellOf(environment.shell) : shellName(interpreter);
    readText(shared, shell, scriptOfHeredoc(heredoc), environment);
    return;
  }
  readText(shared, shellOf(environment.shell), withHeredocs(command.text, heredocs), environment);
}

function readText(shared: Shared, shell: string | undefined, text: ShellText, environment: ShellEnvironment): void {
  if (text.text.text.trim() === '') return;
  if (shell === undefined) {
    shared.script.complete = false;
    return;
  }
  const scope = new ShellScope(environment.lookup, shell !== 'zsh');
  new ScriptReader(shared, text, scope, OUTERMOST).readAll(false, {});
}

/** Name of the shell that the words of SHELL start; undefined when it is none whose scripts can be read. */
function shellOf(words: readonly string[]): string | undefined {
  const [program] = words;
  if (program === undefined) return 'sh';
  const own = shellName(program);
  if (own !== undefined) return own;
  // The entry shell of the mambaorg images: micromamba's environment, then bash.
  if (baseName(program) === '_dockerfile_shell.sh') return 'bash';
  if (/(?:^|[\\/])(?:powershell|pwsh|cmd)(?:\.exe)?$/i.test(program)) return undefined;
  // `conda run -n x /bin/bash -c`, `micromamba run -n x bash -c`, `/usr/bin/env bash -c`
  for (const word of words.slice(1)) {
    const shell = shellName(word);
    if (shell !== undefined) return shell;
  }
  return undefined;
}

/** The program a `#!` line names, through `/usr/bin/env` and `env -S`. */
function interpreterOf(content: string): string {
  const words = (/^#!([^\r\n]*)/.exec(content)?.[1] ?? '').trim().split(/[ \t]+/);
  if (baseName(words[0] ?? '') !== 'env') return words[0] ?? '';
  return words.slice(1).find((word) => !word.startsWith('-') && !word.includes('=')) ?? '';
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
