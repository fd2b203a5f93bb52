/**
 * A simple command as it is written: its words, what stands around them, and the scripts it may hold for another shell.
 * Nothing is known here of where the command stands, and nothing of what programs do.
 */
import type { Assignment, ExecWord, Redirect, ShellWord, Span } from './dockerfile.js';
import { scriptInHeredoc, scriptInWord } from './shell-scripts.js';
import type { CommandSyntax, Pipeline, Redirection, ShellAssignment, ShellHeredoc, SimpleCommand } from './shell-syntax.js';
import { NO_TEXT, type ShellText, ShellTextBuilder, shellText, spanOf } from './shell-text.js';
import { type ReadWord, readWholeWord, readWord, type WordContext } from './shell-words.js';

/** A command with its wrappers still on. */
export interface WrittenCommand {
  readonly words: readonly ReadWord[];
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
  readonly span: Span;
  /** The script that one of {@link words} is for another shell; worked out only when one takes it. */
  readonly scriptIn: (word: ReadWord) => ShellText;
  /** What a shell without a script reads; undefined where that is not known. */
  readonly standardInput: () => ShellText | undefined;
}

/**
 * Reads a simple command.
 *
 * @param timed the words of a `time` in front of it
 * @param piped the heredoc that a `cat` in front of it pipes into it
 */
export function writtenCommand(
  context: WordContext,
  node: SimpleCommand,
  timed: readonly ReadWord[],
  piped: ShellHeredoc | undefined,
): WrittenCommand {
  const words: ReadWord[] = [...timed];
  const assignments: Assignment[] = [];
  const redirects: Redirect[] = [];
  let start = -1;
  let end = -1;
  for (const item of node.prefix) {
    if (item.type === 'Assignment') {
      assignments.push(readAssignment(context, item));
      if (start < 0) start = item.pos;
      end = item.end;
    } else {
      redirects.push(readRedirect(context, item));
    }
  }
  if (node.name !== undefined) {
    words.push(...readWord(context, node.name));
    if (start < 0) start = node.name.pos;
    end = node.name.end;
  }
  for (const item of node.suffix) {
    if (item.type === 'Word') {
      words.push(...readWord(context, item));
      end = item.end;
    } else if (item.type === 'Assignment') {
      words.push(readDeclaration(context, item));
      end = item.end;
    } else {
      redirects.push(readRedirect(context, item));
    }
  }
  const span = spanOf(context.text, start < 0 ? node.pos : start, end < 0 ? node.end : end);
  return {
    words,
    assignments,
    redirects,
    span: { start: timed[0]?.word.span.start ?? span.start, end: span.end },
    scriptIn: (word) => scriptIn(context, word),
    standardInput: () => standardInput(context, node, piped),
  };
}

/** The command of an exec form, which no shell reads; there is at least one word. */
export function execCommand(execWords: readonly ExecWord[]): WrittenCommand {
  const texts = new Map<ShellWord, ShellText>();
  const words = execWords.map(({ value, span, text }): ReadWord => {
    const word = { text: JSON.stringify(value), value, prefix: value, glob: false, quoted: true, span };
    texts.set(word, shellText(text));
    return { word, tail: '', syntax: undefined };
  });
  const start = execWords[0]?.span.start ?? 0;
  const span = { start, end: execWords.at(-1)?.span.end ?? start };
  const textOf = (word: ReadWord) => texts.get(word.word) ?? NO_TEXT;
  return { words, assignments: [], redirects: [], span, scriptIn: textOf, standardInput: () => undefined };
}

/** bash reads `time` as a keyword; as words it is one wrapper more. */
export function timeWords(context: WordContext, node: Pipeline): readonly ReadWord[] {
  const words: ReadWord[] = [];
  for (const prefix of node.prefixes) {
    if (prefix.type !== 'Time') continue;
    words.push(literalWord(context, prefix.pos, prefix.keywordEnd));
    if (prefix.posix !== undefined) words.push(literalWord(context, prefix.posix.pos, prefix.posix.end));
  }
  return words;
}

/** What `cat <<EOF | sh` hands to the shell. */
export function heredocOfCat(node: CommandSyntax | undefined): ShellHeredoc | undefined {
  if (node?.type !== 'Command' || node.name?.text !== 'cat' || node.args.length > 0 || node.redirects.length !== 1) return undefined;
  const [redirect] = node.redirects;
  return redirect?.type === 'HereDoc' && redirect.descriptor === undefined ? redirect : undefined;
}

function readAssignment(context: WordContext, { name, value, pos, end }: ShellAssignment): Assignment {
  const span = spanOf(context.text, pos, end);
  return { name, value: value.type === 'Word' ? readWholeWord(context, value).word : undefined, span };
}

/** `NAME=value` behind `export` and its like: an assignment that is also a word. */
function readDeclaration(context: WordContext, node: ShellAssignment): ReadWord {
  const { text } = context;
  const { value } = node;
  const head = text.text.text.slice(node.pos, value.pos);
  const read = value.type === 'Word' ? readWholeWord(context, value).word : undefined;
  const word: ShellWord = {
    text: text.written.slice(node.pos, node.end),
    value: read?.value === undefined ? undefined : head + read.value,
    prefix: head + (read?.prefix ?? ''),
    glob: false,
    quoted: read?.quoted ?? false,
    span: spanOf(text, node.pos, node.end),
  };
  return { word, tail: '', syntax: undefined };
}

function readRedirect(context: WordContext, node: Redirection): Redirect {
  const { operator, descriptor } = node;
  return {
    operator,
    fileDescriptor: descriptor?.type === 'FileDescriptor' ? descriptor.value : undefined,
    target: node.type === 'HereDoc' || node.target === undefined ? undefined : readWholeWord(context, node.target).word,
    span: spanOf(context.text, node.pos, node.end),
  };
}

function scriptIn(context: WordContext, { word, syntax }: ReadWord): ShellText {
  if (syntax !== undefined) return scriptInWord(context, syntax);
  const builder = new ShellTextBuilder();
  builder.addValue(word.value ?? '', word.span);
  return builder.build(word.span.start);
}

/** The script that a heredoc or here-string gives a shell to read, its own or through a pipe. */
function standardInput(context: WordContext, { redirects }: SimpleCommand, piped: ShellHeredoc | undefined): ShellText | undefined {
  for (const redirect of [...redirects].reverse()) {
    if (redirect.descriptor !== undefined && (redirect.descriptor.type !== 'FileDescriptor' || redirect.descriptor.value !== 0)) continue;
    if (redirect.type === 'HereDoc') return scriptInHeredoc(context, redirect);
    if (redirect.type === 'HereString') return redirect.target && scriptInWord(context, redirect.target);
    if (redirect.operator === '<') return undefined;
  }
  return piped && scriptInHeredoc(context, piped);
}

function literalWord({ text }: WordContext, start: number, end: number): ReadWord {
  const written = text.written.slice(start, end);
  const span = spanOf(text, start, end);
  return { word: { text: written, value: written, prefix: written, glob: false, quoted: false, span }, tail: '', syntax: undefined };
}
