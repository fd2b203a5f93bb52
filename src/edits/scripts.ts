/** Edits of what a RUN runs: a command more at its end, joined as the user joins commands. */
import type { Command, Heredoc, Script, SyntaxTree } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';
import { lineStart } from './lines.js';

/**
 * Puts a command at the end of a RUN, behind `&&`, or behind `;` or on a line of its own where the script does so and stops at
 * the first failure: what is appended must never hide that the command before it has failed. Lines are continued as the others
 * are. Undefined in exec form, and where the end of the script is a comment, a job in the background or not known.
 *
 * @param text a command that needs no quotes of its own
 */
export function appendedCommand(tree: SyntaxTree, script: Script, text: string): Edit | undefined {
  const { instruction } = script;
  const form = instruction.command;
  const last = lastCommand(script);
  if (form?.form !== 'shell' || last === undefined || !script.complete) return undefined;
  const [heredoc] = instruction.heredocs;
  const isInHeredoc = heredoc !== undefined && heredoc.contentSpan.start <= last.span.start;
  // Of `bash <<EOF` the end is that of the line above the body.
  const isWholeHeredoc = isInHeredoc && instruction.heredocs.length === 1 && /^\s*\d*<<\S+\s*$/.test(form.text.text);
  if (isInHeredoc && !isWholeHeredoc) return undefined;
  const end = isWholeHeredoc ? endOfHeredoc(heredoc) : form.text.sourceOffset(form.text.text.trimEnd().length - 1) + 1;
  const source = tree.source.text;
  // Behind a last `;` nothing but the end may follow.
  const isEnded = source.charAt(end - 1) === ';' && source.charAt(end - 2) !== ';';
  const at = isEnded ? source.slice(0, end - 1).trimEnd().length : end;
  const behind = source.slice(endOfCommand(last), at);
  // A comment, a job in the background, the heredoc of a command, a redirection of a whole loop.
  if (at < endOfCommand(last) || /[#<>&|]/.test(behind) || last.redirects.some(({ operator }) => operator.startsWith('<<')))
    return undefined;
  const span = { start: at, end: at };
  const isFatal = /^[\s;\\`]*(?:fi|done|esac)?$/.test(behind) && endsScriptWhenItFails(source, script, last);
  if (isWholeHeredoc) return { span, text: inHeredoc(heredoc, at, isFatal && !isEnded, text) };
  return { span, text: inLines(tree, instruction.span.start, at, isFatal, text) };
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

function endOfHeredoc({ content, contentSpan }: Heredoc): number {
  return contentSpan.start + content.trimEnd().length;
}

/** Whether `set -e` is in force at a last command that stands for itself, in the outermost shell. */
function endsScriptWhenItFails(source: string, { commands }: Script, last: Command): boolean {
  if (last.shell.errexit !== true || last.exemptFromErrexit !== false || (last.connector ?? ';') !== ';') return false;
  const before = commands.findLast((command) => endOfCommand(command) <= last.span.start);
  // `; bash -ec ls` is another shell.
  return (
    before !== undefined && /^(?:[\s;\\`]|\b(?:then|do|else|fi|done|esac)\b)*$/.test(source.slice(endOfCommand(before), last.span.start))
  );
}

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
