/**
 * R and Julia inside a Dockerfile: where such code stands (`-e`, a pipe, a heredoc, a heredoc with `#!`) and what it calls, read as
 * nested calls with their arguments. Knows the two languages' words, strings and brackets, not what their functions do.
 *
 * SPEC: R Language Definition §10 (parser) and `?Quotes` of R 4.5; the Julia manual 1.12, "Strings" and "Functions"; `R --help`,
 * `Rscript --help`, `julia --help`. 2026-11.
 */
import type { Command, Heredoc, Script, ScriptOf, ShellWord, Span, Stage } from '../model/dockerfile.js';
import { inheritedInstructions } from '../model/stages.js';
import { once } from './once.js';
import { words } from './words.js';

/** The languages that are read. */
export type Language = 'r' | 'julia';

/** A piece of code that one command runs, or a whole RUN. */
export interface InlineCode {
  readonly language: Language;
  readonly script: Script;
  /** The command that runs it; absent for a heredoc that begins with `#!`. */
  readonly command: Command | undefined;
  /** The options in front of the code: `--project=.`. */
  readonly options: readonly string[];
  /** The word it stands in; absent for a heredoc. */
  readonly word: ShellWord | undefined;
  /** Where it stands: the word, or the body of the heredoc. */
  readonly span: Span;
  /** As the interpreter gets it; what a variable without a known value stands for is left as written. */
  readonly text: string;
  /** All calls in the order of the text, also those inside others. */
  readonly calls: readonly CodeCall[];
  /** What names were given, by the last assignment of each. */
  readonly variables: ReadonlyMap<string, CodeValue>;
  /** False where brackets do not match or are nested too deep: calls may be missing. */
  readonly complete: boolean;
}

/** `name(argument, key = argument)`. */
export interface CodeCall {
  /** With its package or module: `install.packages`, `BiocManager::install`, `Pkg.add`. */
  readonly name: string;
  readonly args: readonly CodeArgument[];
  /** Offset of the name in {@link InlineCode.text}. */
  readonly start: number;
}

/** One argument of a call. */
export interface CodeArgument {
  readonly name?: string;
  readonly value: CodeValue;
}

/** What an argument is, as far as the text says it. */
export type CodeValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'call'; readonly call: CodeCall }
  /** A name or a number. */
  | { readonly kind: 'symbol'; readonly name: string }
  /** `[a, b]` of Julia, and a tuple. */
  | { readonly kind: 'list'; readonly items: readonly CodeArgument[] }
  /** Anything else: an operator, a string that depends on something unknown. */
  | { readonly kind: 'other' };

const OTHER: CodeValue = { kind: 'other' };

/** Programs that run code by the language they are of. `r` is littler. */
const PROGRAMS: Readonly<Record<string, Language>> = { R: 'r', Rscript: 'r', r: 'r', lr: 'r', julia: 'julia' };
/** The options behind which the code stands. */
const EVALUATES = words('-e -E --eval --print');

/** The code in a script, in its order. */
export const inlineCode = once((script: Script): readonly InlineCode[] => {
  const { instruction, commands } = script;
  const heredocs = instruction.keyword === 'RUN' ? instruction.heredocs : [];
  if (commands.length === 0) return heredocs.length === 1 ? heredocs.flatMap((heredoc) => codeOfShebang(script, heredoc)) : [];
  return commands.flatMap((command, at) => {
    const language = Object.hasOwn(PROGRAMS, command.name) ? PROGRAMS[command.name] : undefined;
    return language === undefined ? [] : codeOf(command, language, commands[at - 1], heredocs);
  });
});

/** All code of one language in a stage and in those it is built from, in the order it runs. */
export function codeInStage(stage: Stage, language: Language, script: ScriptOf): readonly InlineCode[] {
  return codeByLanguage(stage, script)[language];
}

const codeByLanguage = once((stage: Stage, script: ScriptOf): Readonly<Record<Language, readonly InlineCode[]>> => {
  const all = inheritedInstructions(stage).flatMap((instruction) => {
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    return own === undefined ? [] : inlineCode(own);
  });
  return { r: all.filter(({ language }) => language === 'r'), julia: all.filter(({ language }) => language === 'julia') };
});

function codeOf(command: Command, language: Language, before: Command | undefined, heredocs: readonly Heredoc[]): readonly InlineCode[] {
  const { args, script } = command;
  const found: InlineCode[] = [];
  const options: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as ShellWord;
    const attached = /^--(?:eval|print)=/.exec(word.prefix)?.[0];
    const code = EVALUATES.has(word.value ?? '') ? args[++at] : attached === undefined ? undefined : word;
    if (code === undefined) options.push(word.value ?? word.prefix);
    else
      found.push(
        read({ language, script, command, options, word: code, span: code.span }, textOf(code).slice(attached?.length ?? 0), code),
      );
  }
  if (found.length > 0) return found;
  const isProgram = options.some((option) => !option.startsWith('-') || option === '-f');
  if (isProgram) return [];
  if (command.redirects.some(({ operator }) => operator === '<<')) {
    // Of several heredocs nobody here knows which one it is.
    const [heredoc] = heredocs;
    return heredoc === undefined || heredocs.length > 1
      ? []
      : [ofHeredoc({ language, script, command, options, word: undefined }, heredoc)];
  }
  const isPiped = command.connector === '|' && before?.pipeline === command.pipeline && /^(?:echo|printf)$/.test(before.name);
  const piped = isPiped ? before.args.filter(({ value }) => value === undefined || !/^-[neE]+$/.test(value)) : [];
  return piped.length !== 1
    ? []
    : piped.map((word) => read({ language, script, command, options, word, span: word.span }, textOf(word).replaceAll('\\n', '\n'), word));
}

/** What the program receives; of a word in quotation marks with an unknown variable, the text between them. */
function textOf({ value, text }: ShellWord): string {
  if (value !== undefined) return value;
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return isQuoted
    ? text
        .slice(1, -1)
        .replace(/\\(?:\r?\n)/g, '')
        .replace(/\\(["\\$`])/g, '$1')
    : text;
}

type Place = Pick<InlineCode, 'language' | 'script' | 'command' | 'options' | 'word' | 'span'>;

function read(place: Place, text: string, word: ShellWord): InlineCode {
  return { ...place, text, ...callsIn(text, place.language, word.value === undefined) };
}

function ofHeredoc(place: Omit<Place, 'span'>, { content, contentSpan }: Heredoc): InlineCode {
  return { ...place, span: contentSpan, text: content, ...callsIn(content, place.language, false) };
}

/** A whole RUN that another program than a shell reads: `#!/usr/bin/env Rscript`. */
function codeOfShebang(script: Script, heredoc: Heredoc): readonly InlineCode[] {
  const program = /^#![^\r\n]*?\b(Rscript|R|r|julia)\b/.exec(heredoc.content)?.[1];
  const language = program === undefined ? undefined : PROGRAMS[program];
  return language === undefined ? [] : [ofHeredoc({ language, script, command: undefined, options: [], word: undefined }, heredoc)];
}

/**
 * Where a stretch of code stands in the file; the whole code where quotes and continued lines in between do not let it be found.
 *
 * @param written what is looked for, at `offset` of the code's text
 */
export function placeInFile(code: InlineCode, source: string, offset: number, written: string): Span {
  const file = source.slice(code.span.start, code.span.end);
  // The same occurrence in the file as in the text: only quotes and line ends are written otherwise.
  let nth = 0;
  for (let at = code.text.indexOf(written); at >= 0 && at < offset; at = code.text.indexOf(written, at + 1)) nth++;
  let found = file.indexOf(written);
  while (found >= 0 && nth-- > 0) found = file.indexOf(written, found + 1);
  return found < 0 ? code.span : { start: code.span.start + found, end: code.span.start + found + written.length };
}

/** More brackets than this are not opened by people. */
const MOST_NESTED = 60;

/** Reads code once, from left to right. @param isDynamic whether `$` in a string is the shell's, which fills it in */
export function callsIn(text: string, language: Language, isDynamic: boolean): Pick<InlineCode, 'calls' | 'variables' | 'complete'> {
  const reader = new CodeReader(text, language, isDynamic);
  reader.list(undefined, 0);
  return reader;
}

class CodeReader {
  readonly calls: CodeCall[] = [];
  readonly variables = new Map<string, CodeValue>();
  complete = true;
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly language: Language,
    private readonly isDynamic: boolean,
  ) {}

  /** Items up to a closing bracket, or to the end. Between statements a line end separates, inside brackets it does not. */
  list(close: string | undefined, depth: number): readonly CodeArgument[] {
    const isBlock = close === undefined || close === '}';
    const items: CodeArgument[] = [];
    let name: string | undefined;
    let value: CodeValue | undefined;
    let isEmpty = true;
    const end = (): void => {
      if (isEmpty) return;
      items.push({ ...(name === undefined ? {} : { name }), value: value ?? OTHER });
      if (isBlock && name !== undefined) this.variables.set(name, value ?? OTHER);
      [name, value, isEmpty] = [undefined, undefined, true];
    };
    /** A second word in one item makes it something that is not understood. */
    const add = (next: CodeValue): void => {
      value = isEmpty ? next : OTHER;
      isEmpty = false;
    };
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (char === close) {
        this.at++;
        end();
        return items;
      }
      if (char === ',' || char === ';' || (isBlock && char === '\n')) {
        this.at++;
        end();
      } else if (/\s/.test(char)) {
        this.at++;
      } else if (char === '#') {
        this.comment();
      } else if (char === '"' || char === "'" || char === '`') {
        add(this.quoted(char));
      } else if (char === '(' || char === '[' || char === '{') {
        add(this.bracket(char, depth));
      } else if (char === ')' || char === ']' || char === '}') {
        this.complete = false;
        this.at++;
      } else if (/[A-Za-z_.\u00a1-\uffff]/.test(char)) {
        const symbol = this.word();
        if (this.assigns() && isEmpty) name = symbol;
        else add(this.behindWord(symbol, depth));
      } else {
        const found = /^(?:<-|->|=>|==|\d[\w.]*|.)/s.exec(this.text.slice(this.at, this.at + 40))?.[0] ?? char;
        add(/^\d/.test(found) ? { kind: 'symbol', name: found } : OTHER);
        this.at += found.length;
      }
    }
    if (close !== undefined) this.complete = false;
    end();
    return items;
  }

  private comment(): void {
    const isBlock = this.language === 'julia' && this.text.startsWith('#=', this.at);
    const end = this.text.indexOf(isBlock ? '=#' : '\n', this.at);
    this.at = end < 0 ? this.text.length : end + (isBlock ? 2 : 0);
  }

  /** With its package: `a::b` of R, `A.b` and `A.b!` of Julia; in R a dot is a letter. */
  private word(): string {
    const pattern = this.language === 'r' ? /[\w.\u00a1-\uffff]+(?::::?[\w.]+)?/y : /[\w!\u00a1-\uffff]+(?:\.[\w!]+)*|\./y;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? this.text.charAt(this.at);
    this.at += found.length;
    return found;
  }

  /** Takes the `=` or `<-` behind a name. */
  private assigns(): boolean {
    const pattern = /[ \t]*(?:<-|=(?![=>]))/y;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found !== undefined;
  }

  private behindWord(name: string, depth: number): CodeValue {
    const char = this.text.charAt(this.at);
    // `pkg"add X"`, `raw"…"`; R's `r"(…)"`.
    if (char === '"' && this.language === 'julia') return this.macroOf(name);
    if ((char === '"' || char === "'") && /^[rR]$/.test(name)) return this.raw();
    const open = /[ \t]*\(/y;
    open.lastIndex = this.at;
    const gap = open.exec(this.text)?.[0];
    if (gap === undefined) return { kind: 'symbol', name };
    const start = this.at - name.length;
    this.at += gap.length;
    if (depth >= MOST_NESTED) return this.giveUp();
    const args: CodeArgument[] = [];
    const call: CodeCall = { name, args, start };
    this.calls.push(call);
    args.push(...this.list(')', depth + 1));
    return { kind: 'call', call };
  }

  /** A string with a prefix is a call of that name with the string as it is written. */
  private macroOf(name: string): CodeValue {
    const start = this.at - name.length;
    const value = this.quoted('"');
    const call: CodeCall = { name: `${name}"`, args: [{ value }], start };
    this.calls.push(call);
    return { kind: 'call', call };
  }

  private raw(): CodeValue {
    const found = /^["'](-*)[([{]/.exec(this.text.slice(this.at, this.at + 40));
    if (found === null) return this.quoted(this.text.charAt(this.at));
    const closing = { '(': ')', '[': ']', '{': '}' }[found[0].slice(-1)] ?? ')';
    const from = this.at + found[0].length;
    const end = this.text.indexOf(`${closing}${found[1]}${found[0].charAt(0)}`, from);
    this.at = end < 0 ? this.text.length : end + 2 + (found[1]?.length ?? 0);
    return { kind: 'string', value: this.text.slice(from, end < 0 ? undefined : end) };
  }

  private bracket(open: '(' | '[' | '{', depth: number): CodeValue {
    this.at++;
    if (depth >= MOST_NESTED) return this.giveUp();
    const items = this.list({ '(': ')', '[': ']', '{': '}' }[open], depth + 1);
    const [only] = items;
    if (open === '{' || (open === '[' && this.language === 'r')) return OTHER;
    return open === '(' && items.length === 1 && only?.name === undefined && only !== undefined ? only.value : { kind: 'list', items };
  }

  private giveUp(): CodeValue {
    this.complete = false;
    this.at = this.text.length;
    return OTHER;
  }

  private quoted(quote: string): CodeValue {
    const { text, language } = this;
    // Behind a name `'` transposes.
    if (language === 'julia' && quote === "'") {
      const character = /^'(?:\\.|[^'\\])[^']{0,8}'/s.exec(text.slice(this.at, this.at + 12))?.[0];
      this.at += character?.length ?? 1;
      return OTHER;
    }
    const fence = language === 'julia' && text.startsWith('"""', this.at) ? '"""' : quote;
    const from = this.at + fence.length;
    let end = from;
    while (end < text.length && !text.startsWith(fence, end)) end += text.charAt(end) === '\\' ? 2 : 1;
    if (end >= text.length) this.complete = false;
    this.at = Math.min(end + fence.length, text.length);
    const value = text.slice(from, end).replace(/\\(.)/gs, '$1');
    if (quote === '`') return language === 'r' ? { kind: 'symbol', name: value } : OTHER;
    const isFilledIn = language === 'julia' || this.isDynamic;
    return isFilledIn && /[$`]/.test(value) ? OTHER : { kind: 'string', value };
  }
}
