/** Edits of what a RUN runs: a command more at its end, joined as the user joins commands, a command less, two RUNs in one. */
import type { Command, Heredoc, Script, SyntaxTree } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';
import { lineStart } from './lines.js';

/**
 * Puts a command at the end of a RUN, behind `&&`, or behind `;` or on a line of its own where the script does so and stops at
 * the first failure: what is appended must never hide that the command before it has failed. Lines are continued as the others
 * are. Undefined in exec form, where the end of the script is a comment, a job in the background or not known, behind `exit`, and
 * where `&&` would take `set -e` away from what stands in front of it.
 *
 * @param text a command that needs no quotes of its own
 */
export function appendedCommand(tree: SyntaxTree, script: Script, text: string): Edit | undefined {
  const { instruction } = script;
  const form = instruction.command;
  const last = lastCommand(script);
  if (form?.form !== 'shell' || last === undefined || !script.complete || endsScript(last)) return undefined;
  const [heredoc] = instruction.heredocs;
  const isInHeredoc = heredoc !== undefined && heredoc.contentSpan.start <= last.span.start;
  // Of `bash <<EOF` the end is that of the line above the body.
  const isWholeHeredoc = isInHeredoc && instruction.heredocs.length === 1 && /^\s*\d*<<\S+\s*$/.test(form.text.text);
  if (isInHeredoc && (!isWholeHeredoc || heredoc.terminatorSpan === undefined)) return undefined;
  const source = tree.source.text;
  const body = (isWholeHeredoc ? heredoc.content : form.text.text).trimEnd();
  // Behind a last `;` nothing but the end may follow.
  const isEnded = /(?:^|[^;]);$/.test(body);
  const length = isEnded ? body.slice(0, -1).trimEnd().length : body.length;
  const at = isWholeHeredoc ? heredoc.contentSpan.start + length : form.text.sourceOffset(length - 1) + 1;
  if (isWholeHeredoc && source.charAt(at - 1) === '\\') return undefined;
  const behind = source.slice(endOfCommand(last), at);
  // A comment, a job in the background, the heredoc of a command, a redirection of a whole loop.
  if (at < endOfCommand(last) || /[#<>&|]/.test(behind) || last.redirects.some(({ operator }) => operator.startsWith('<<')))
    return undefined;
  const span = { start: at, end: at };
  const closing = /^[\s;\\`]*(fi|done|esac|\})?$/.exec(behind);
  const isFatal = closing !== null && endsScriptWhenItFails(source, script, last, closing[1] !== undefined);
  const isHidden = hidesFailure(source, script, last, behind);
  if (isHidden && !isFatal) return undefined;
  if (isWholeHeredoc) return isHidden && isEnded ? undefined : { span, text: inHeredoc(heredoc, at, isFatal && !isEnded, text) };
  const added = inLines(tree, instruction.span.start, at, isFatal, text);
  return isHidden && added.includes('&&') ? undefined : { span, text: added };
}

/**
 * Takes out a command with the `&&` or `;` that joins it to the one in front of it; the first one of a list with that behind
 * it. Undefined where the commands around it would be joined in another way then, in heredocs and in exec form.
 */
export function withoutCommand(tree: SyntaxTree, command: Command): Edit | undefined {
  const { commands, instruction } = command.script;
  const source = tree.source.text;
  const [program] = command.words;
  const isWritten = program !== undefined && source.slice(program.span.start, program.span.end) === program.text;
  if (!isWritten || instruction.command?.form !== 'shell' || command.span.start > instruction.span.end) return undefined;
  const at = commands.indexOf(command);
  const [before, next] = [commands[at - 1], commands[at + 1]];
  const [start, end] = [command.span.start, endOfCommand(command)];
  const front = before && jointIn(tree, source.slice(endOfCommand(before), start));
  const behind = next && jointIn(tree, source.slice(end, next.span.start));
  const isLast = next === undefined && /^[\s\\`'");]*$/.test(source.slice(end, instruction.span.end));
  if (before !== undefined && front !== undefined)
    return front === behind || isLast ? { span: { start: endOfCommand(before), end }, text: '' } : undefined;
  const isFirst = command.connector === undefined && !/!\s*$/.test(source.slice(instruction.span.start, start));
  return isFirst && next !== undefined && behind !== undefined ? { span: { start, end: next.span.start }, text: '' } : undefined;
}

/** The operator in a text between two commands that holds nothing else but blanks and continued lines. */
function jointIn({ escape }: SyntaxTree, between: string): string | undefined {
  return /^\s*(&&|;)\s*$/.exec(between.replaceAll(escape, (_, at) => (/^[ \t]*\r?\n/.test(between.slice(at + 1)) ? ' ' : escape)))?.[1];
}

/**
 * Makes one RUN of several that follow each other, comments between them included, and puts a command at its end. Undefined
 * where the state of one shell (`cd`, `set`, variables) would reach the next RUN, where a failure would be passed over that
 * ends the build now, where one has flags or a heredoc, and where a comment speaks to a tool.
 *
 * @param text a command that needs no quotes of its own
 */
export function joinedRuns(tree: SyntaxTree, scripts: readonly Script[], text: string | undefined): readonly Edit[] | undefined {
  const last = scripts.at(-1);
  if (last === undefined || !scripts.every((script, i) => isJoinable(tree, script, i > 0, script !== last))) return undefined;
  const style = scripts.flatMap((script) => styleOf(tree, script) ?? [])[0] ?? { indent: '    ', isTrailing: false };
  const joint = style.isTrailing ? ` && ${tree.escape}\n` : ` ${tree.escape}\n`;
  const lead = style.isTrailing ? style.indent : `${style.indent}&& `;
  const edits: Edit[] = [];
  for (const [i, { instruction }] of scripts.entries()) {
    const next = scripts[i + 1]?.instruction;
    if (next?.command === undefined) break;
    const start = endOfText(instruction) ?? 0;
    const comments = commentsBetween(tree, start, next.span.start);
    if (comments === undefined) return undefined;
    const lines = comments.map((comment) => `${style.indent}${comment}\n`).join('');
    edits.push({ span: { start, end: next.command.span.start }, text: `${joint}${lines}${lead}` });
  }
  if (text === undefined) return edits;
  const appended = appendedCommand(tree, last, text);
  if (appended === undefined) return undefined;
  return [...edits, styleOf(tree, last) === undefined ? { ...appended, text: `${joint}${lead}${text}` } : appended];
}

/** @param follows whether another RUN stands in front of it; @param isFollowed whether one stands behind it */
function isJoinable(tree: SyntaxTree, script: Script, follows: boolean, isFollowed: boolean): boolean {
  const { instruction, commands } = script;
  const isPlain = instruction.flags.length === 0 && instruction.heredocs.length === 0 && instruction.onbuild === undefined;
  if (!isPlain || instruction.command?.form !== 'shell') return false;
  // Behind `a &&`, `b; c` goes on when a has failed, and so does `b || c`.
  if (follows && commands.some(({ connector, conditional }) => conditional || connector === ';' || connector === '||')) return false;
  if (!isFollowed) return true;
  const hasState = commands.some(({ name, words }) => SETS_STATE.test(name) || words.length === 0);
  return !hasState && appendedCommand(tree, script, 'true')?.span.start === endOfText(instruction);
}

/** What one command of a shell leaves for those behind it, and what ends the shell. */
const SETS_STATE =
  /^(?:|cd|pushd|popd|export|set|shopt|setopt|umask|ulimit|alias|source|\.|eval|trap|unset|declare|typeset|readonly|local|exit|return|conda|mamba|micromamba|nvm)$/;

/** Offset behind the last character of what the shell of an instruction receives. */
function endOfText({ command }: Script['instruction']): number | undefined {
  return command?.form === 'shell' ? command.text.sourceOffset(command.text.text.trimEnd().length - 1) + 1 : undefined;
}

/** How a RUN of several lines joins its commands; undefined for one of a single line. */
function styleOf(tree: SyntaxTree, script: Script): { readonly indent: string; readonly isTrailing: boolean } | undefined {
  const lines = appendedCommand(tree, script, '')?.text.split('\n');
  const [joint = '', line] = lines ?? [];
  return line === undefined ? undefined : { indent: indentOf(line), isTrailing: /^ &&|^;/.test(joint) };
}

/** The comments of a text that holds nothing else, without the blanks in front of them. */
function commentsBetween(tree: SyntaxTree, start: number, end: number): readonly string[] | undefined {
  const [rest = '', ...lines] = tree.source.text.slice(start, end).split(/\r?\n/);
  const comments = lines.map((line) => line.trim()).filter((line) => line !== '');
  const isClear = rest.trim() === '' && comments.every((line) => line.startsWith('#') && !SPEAKS_TO_TOOL.test(line));
  return isClear ? comments : undefined;
}

/** A comment that a tool looks for above an instruction. */
const SPEAKS_TO_TOOL = /^#\s*(?:plimsoll|hadolint|check|checkov|trivy|kics|snyk|semgrep|renovate|nosec|noqa|NOSONAR|syntax|escape)\b/i;

/** `exit`, `exec python`: nothing behind it runs. `|| exit 1` runs when all is lost. */
function endsScript({ name, conditional, wrappers }: Command): boolean {
  return !conditional && (name === 'exit' || name === 'return' || wrappers.some((wrapper) => wrapper.name === 'exec'));
}

/** The last command of the text. What stands in a substitution is part of another command's word. */
function lastCommand({ commands }: Script): Command | undefined {
  let last: Command | undefined;
  for (const command of commands) {
    if (!command.substituted && (last === undefined || endOfCommand(command) >= endOfCommand(last))) last = command;
  }
  return last;
}

function endOfCommand({ span, redirects }: Command): number {
  return redirects.reduce((end, redirect) => Math.max(end, redirect.span.end), span.end);
}

/**
 * Whether `set -e` ends the script as soon as anything in it has failed that fails it now, the last command included, in the
 * outermost shell.
 *
 * @param isInside whether the last command is that of a loop, a group or a branch
 */
function endsScriptWhenItFails(source: string, { commands }: Script, last: Command, isInside: boolean): boolean {
  if (last.shell.errexit !== true || last.exemptFromErrexit !== false || (last.connector ?? ';') !== ';') return false;
  const before = commands.findLast((command) => endOfCommand(command) <= last.span.start);
  // `; bash -ec ls` is another shell.
  const isPlain = before !== undefined && BETWEEN.test(source.slice(endOfCommand(before), last.span.start));
  return isPlain && (!isInside || !commands.some((command, i) => goesOnWhenItFails(source, command, commands[i + 1])));
}

const BETWEEN = /^(?:[\s;\\`{]|\b(?:then|do|else|fi|done|esac)\b)*$/;

/** `a && if b; then c; fi` and `if b; then a && c; else d; fi` have failed when a has, but the script does not end there. */
function goesOnWhenItFails(source: string, command: Command, next: Command | undefined): boolean {
  const gap = next === undefined ? '' : source.slice(endOfCommand(command), next.span.start);
  const isLastOfBranch = /\b(?:else|elif)\b|;;/.test(gap);
  return (command.connector === '&&' && isLastOfBranch) || /(?:&&|\|\|)[\s\\`]*(?:\{|\b(?:if|for|while|until|case)\b)/.test(gap);
}

/**
 * Whether `&&` behind the last command would hide that one in front of it has failed. SPEC: `set -e` passes over whatever stands in
 * front of `&&`, groups, loops, conditions and functions with all that is inside: of `{ a; b; } && c` all run when a has failed. A
 * single list in there (`(cd src && make)`) fails as before.
 *
 * LIMIT: an unknown base image whose SHELL has `-e`.
 */
function hidesFailure(source: string, { commands }: Script, last: Command, behind: string): boolean {
  const outside = behind.slice(Math.max(behind.lastIndexOf('"'), behind.lastIndexOf("'")) + 1);
  const isOwnShell = outside.length < behind.length;
  const hasErrexit = last.shell.errexit ?? commands.some(({ name }) => name === 'set' || name === 'shopt');
  if (!hasErrexit && !isOwnShell) return false;
  const closings = outside.match(/[)}]|\b(?:fi|done|esac)\b/g)?.length ?? 0;
  if (closings === 0) return !isOwnShell && commands.some(({ exemptFromErrexit }) => exemptFromErrexit === undefined);
  return closings > 1 || isOwnShell || !isSingleList(source, commands, last);
}

/** Whether the commands joined by `&&` that end with this one are all that a group or an `if` without `else` holds. */
function isSingleList(source: string, commands: readonly Command[], last: Command): boolean {
  const own = commands.filter(({ substituted }) => !substituted);
  const gapInFront = (at: number): string => {
    const [before, command] = [own[at - 1], own[at]];
    return source.slice(before === undefined ? command?.script.instruction.span.start : endOfCommand(before), command?.span.start);
  };
  let at = own.indexOf(last);
  while (own[at]?.connector === '&&' && !OPENS.test(gapInFront(at))) at--;
  const opening = OPENS.exec(gapInFront(at))?.[1];
  if (opening !== 'then') return opening !== undefined;
  while (at > 0 && !/\b(?:el)?if\b/.test(gapInFront(at))) at--;
  return /\bif\b/.test(gapInFront(at));
}

/** What a group or a branch begins with. A loop goes on behind `&&` when a round has failed. */
const OPENS = /([({]|\bthen)[\s\\`]*$/;

/** A line of its own, as far in as the one on which the last command of the script begins. */
function inHeredoc({ content, contentSpan }: Heredoc, at: number, isFatal: boolean, text: string): string {
  if (!isFatal) return ` && ${text}`;
  const lines = content.slice(0, at - contentSpan.start).split('\n');
  let last = lines.length - 1;
  while (last > 0 && /(?:\\|&&|\|)\s*$/.test(lines[last - 1] ?? '')) last--;
  return `\n${indentOf(lines[last])}${text}`;
}

/** On the same line where the RUN has one line, else on a line of its own as those before it are joined. */
function inLines({ escape, source }: SyntaxTree, start: number, at: number, isFatal: boolean, text: string): string {
  // A comment between the lines shows no style.
  const lines = source.text
    .slice(lineStart(source.text, start), at)
    .split(/\r?\n/)
    .filter((line, i) => i === 0 || !/^\s*(?:#|$)/.test(line));
  const [first = ''] = lines;
  if (lines.length === 1) return isFatal && first.includes('; ') && !first.includes('&&') ? `; ${text}` : ` && ${text}`;
  const joints = lines.map((line, i) => ({
    leading: i === 0 ? undefined : /^\s*(&&|;)/.exec(line)?.[1],
    trailing: i === lines.length - 1 || !line.trimEnd().endsWith(escape) ? undefined : /(&&|;)\s*$/.exec(line.trimEnd().slice(0, -1))?.[1],
  }));
  const jointOf = (written: string | undefined): '&&' | ';' => (written === ';' && isFatal ? ';' : '&&');
  const trailing = joints.findLastIndex((joint) => joint.trailing !== undefined);
  const leading = joints.findLastIndex((joint) => joint.leading !== undefined);
  if (trailing >= 0 && trailing >= leading) {
    const joint = jointOf(joints[trailing]?.trailing);
    return `${joint === ';' ? ';' : ' &&'} ${escape}\n${indentOf(lines[trailing + 1])}${text}`;
  }
  const indent = indentOf(leading < 0 ? lines.at(-1) : lines[leading]);
  return ` ${escape}\n${indent}${jointOf(joints[leading]?.leading)} ${text}`;
}

const indentOf = (line = ''): string => /^[ \t]*/.exec(line)?.[0] ?? '';
