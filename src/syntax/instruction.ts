/**
 * One logical line → one instruction: keyword, flags, words, exec form, key/values, mounts (BuildKit's
 * parser/{split_command,line_parsers}.go, dockerfile/1.28). Every piece keeps its exact place in the file.
 */
import type { Span } from '../source/source-file.js';
import { isGoSpace, isWordBlank, skipSpace, trimEnd } from './characters.js';
import { csvFields } from './csv.js';
import { type LogicalText, LogicalTextBuilder } from './logical-text.js';
import { readHeredocWord, type ScannedLine } from './scan.js';
import type { CommandForm, Comment, ExecWord, Flag, Instruction, InstructionBase, KeyValue, Keyword, Mount, Word } from './tree.js';

/** The instructions BuildKit knows, in upper case. */
export const KEYWORDS: readonly string[] = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

/** Reads a scanned line as an instruction. Nothing is refused here: `validate.ts` says what BuildKit refuses. */
export function readInstruction(line: ScannedLine, escape: string, commentsAbove: readonly Comment[]): Instruction {
  return new Reader(line, escape, commentsAbove).read(0, undefined);
}

/**
 * SPEC: whether heredocs of this logical line count: only for RUN, COPY and ADD, also behind ONBUILD, and not in exec form.
 */
export function acceptsHeredocs(text: string, escape: string): boolean {
  let head = splitHead(text, 0, escape);
  if (head.keyword === 'ONBUILD') head = splitHead(text, head.argumentsStart, escape);
  if (head.keyword !== 'RUN' && head.keyword !== 'COPY' && head.keyword !== 'ADD') return false;
  return readJsonArray(text.slice(head.argumentsStart, head.end)) === undefined;
}

/** Offsets in the logical text. */
interface Head {
  readonly keyword: string;
  readonly keywordStart: number;
  readonly keywordEnd: number;
  readonly flags: readonly { start: number; end: number; text: string }[];
  /** Where the arguments begin, behind blanks and flags. */
  readonly argumentsStart: number;
  /** Where they end, blanks trimmed. */
  readonly end: number;
}

/**
 * SPEC: the line is trimmed of Unicode blanks, then split once at ASCII blanks; keywords are known in any case. Flags come first,
 * with ASCII blanks before them, up to the first other word or a bare `--`, which is dropped.
 */
function splitHead(text: string, from: number, escape: string): Head {
  const keywordStart = skipSpace(text, from);
  const end = trimEnd(text, keywordStart, text.length);
  let keywordEnd = keywordStart;
  while (keywordEnd < end && !isWordBlank(text.charCodeAt(keywordEnd))) keywordEnd++;
  let rest = keywordEnd;
  while (rest < end && isWordBlank(text.charCodeAt(rest))) rest++;
  const flags: { start: number; end: number; text: string }[] = [];
  let at = rest;
  while (text.startsWith('--', at)) {
    const flag = readFlagWord(text, at, end, escape);
    at = firstMatch(NO_WORD_BLANK, text, flag.end, end);
    if (flag.text === '--') break;
    flags.push(flag);
  }
  at = skipSpace(text, at, end);
  const keyword = text.slice(keywordStart, keywordEnd);
  return {
    keyword: KNOWN_KEYWORDS.has(keyword) ? keyword : keyword.toUpperCase(),
    keywordStart,
    keywordEnd,
    flags,
    argumentsStart: at,
    end: Math.max(at, end),
  };
}

/**
 * SPEC: quotes are removed and may hold blanks, the escape character is removed.
 * LIMIT: BuildKit reads flags byte by byte and garbles what is not ASCII: `--chown=jürgen` is `jÃ¼rgen` to it.
 */
function readFlagWord(text: string, start: number, end: number, escape: string): { start: number; end: number; text: string } {
  let value = '';
  let quote = '';
  let at = start;
  for (; at < end; at++) {
    let char = text.charAt(at);
    if (quote === '' && isGoSpace(text.charCodeAt(at))) break;
    if (char === quote) {
      quote = '';
      continue;
    }
    if (quote === '' && (char === "'" || char === '"')) {
      quote = char;
      continue;
    }
    if (char === escape) {
      if (at + 1 >= end) continue;
      char = text.charAt(++at);
    }
    value += char;
  }
  return { start, end: at, text: value };
}

const KNOWN_KEYWORDS = new Set(KEYWORDS);
const NO_FLAGS: readonly Flag[] = [];
const NO_MOUNTS: readonly Mount[] = [];

/** An instruction while it is read: the parts of all keywords, undefined where there is none. */
interface Node extends Omit<InstructionBase, 'onbuild'> {
  readonly keyword: Keyword;
  readonly onbuild: Span | undefined;
  image: Word | undefined;
  alias: Word | undefined;
  command: CommandForm | undefined;
  mounts: readonly Mount[] | undefined;
  pairs: readonly KeyValue[] | undefined;
  legacy: boolean | undefined;
  sources: readonly Word[] | undefined;
  destination: Word | undefined;
  json: boolean | undefined;
  words: readonly Word[] | undefined;
  type: Word | undefined;
  value: Word | undefined;
  trigger: Instruction | undefined;
}

class Reader {
  private readonly logical: LogicalText;

  constructor(
    private readonly line: ScannedLine,
    private readonly escape: string,
    private readonly commentsAbove: readonly Comment[],
  ) {
    this.logical = line.logical;
  }

  read(from: number, onbuild: Span | undefined): Instruction {
    const head = splitHead(this.logical.text, from, this.escape);
    const keyword = (KNOWN_KEYWORDS.has(head.keyword) ? head.keyword : 'UNKNOWN') as Keyword;
    const keywordSpan = this.logical.span(head.keywordStart, head.keywordEnd);
    // NOTE: one shape for all keywords, parts that a keyword does not have undefined: V8 optimises what looks at instructions
    // once and not again for each keyword.
    const node: Node = {
      keyword,
      keywordText: this.logical.text.slice(head.keywordStart, head.keywordEnd),
      keywordSpan,
      span: { start: keywordSpan.start, end: this.line.span.end },
      startLine: this.line.startLine,
      endLine: this.line.endLine,
      logical: this.logical,
      argumentsOffset: head.argumentsStart,
      flags: head.flags.length === 0 ? NO_FLAGS : head.flags.map((flag) => this.flag(flag)),
      blankLines: this.line.blankLines,
      heredocs: this.line.heredocs,
      commentsAbove: this.commentsAbove,
      onbuild,
      image: undefined,
      alias: undefined,
      command: undefined,
      mounts: undefined,
      pairs: undefined,
      legacy: undefined,
      sources: undefined,
      destination: undefined,
      json: undefined,
      words: undefined,
      type: undefined,
      value: undefined,
      trigger: undefined,
    };
    this.readParts(node, head);
    return node as Instruction;
  }

  /** What an instruction of this keyword has beside the base. */
  private readParts(node: Node, head: Head): void {
    switch (node.keyword) {
      case 'FROM':
        node.words = this.words(head);
        [node.image, , node.alias] = node.words;
        break;
      case 'RUN':
        node.command = this.commandForm(head.argumentsStart, head.end);
        node.mounts = node.flags.length === 0 ? NO_MOUNTS : node.flags.filter(({ name }) => name === 'mount').map(readMount);
        break;
      case 'CMD':
      case 'ENTRYPOINT':
      case 'SHELL':
        node.command = this.commandForm(head.argumentsStart, head.end);
        break;
      case 'HEALTHCHECK': {
        [node.type] = this.words(head);
        if (node.type?.text.toUpperCase() !== 'CMD') break;
        const start = firstMatch(NO_WORD_BLANK, this.logical.text, node.type.offset + node.type.text.length, head.end);
        node.command = this.commandForm(start, head.end);
        break;
      }
      case 'ENV':
      case 'LABEL': {
        const words = this.quotedWords(head);
        node.legacy = words[0] !== undefined && !words[0].text.includes('=');
        node.pairs = node.legacy ? this.legacyPair(head) : words.map((word) => this.keyValue(word));
        break;
      }
      case 'ARG':
        node.pairs = this.quotedWords(head).map((word) => this.keyValue(word));
        break;
      case 'COPY':
      case 'ADD': {
        const exec = this.execWords(head.argumentsStart, head.end);
        const words = exec === undefined ? this.words(head) : exec.map((word) => execAsWord(word));
        node.json = exec !== undefined;
        node.words = words;
        // SPEC: what looks like a heredoc is none of the sources, in exec form too, where it opens none.
        node.sources = words.slice(0, Math.max(1, words.length - 1)).filter(({ text }) => readHeredocWord(text) === undefined);
        if (words.length > 1) node.destination = words.at(-1);
        break;
      }
      case 'EXPOSE':
        node.words = this.words(head);
        node.json = false;
        break;
      case 'VOLUME': {
        const exec = this.execWords(head.argumentsStart, head.end);
        node.words = exec?.map((word) => execAsWord(word)) ?? this.words(head);
        node.json = exec !== undefined;
        break;
      }
      case 'USER':
      case 'WORKDIR':
      case 'STOPSIGNAL':
      case 'MAINTAINER':
        // SPEC: all that is left is one argument, blanks and all.
        if (head.end > head.argumentsStart) node.value = this.word(head.argumentsStart, head.end);
        break;
      case 'ONBUILD':
        // Only the outermost ONBUILD has a trigger: `ONBUILD ONBUILD` is a problem and goes no deeper.
        if (head.end > head.argumentsStart && node.onbuild === undefined) node.trigger = this.read(head.argumentsStart, node.keywordSpan);
        break;
      default:
        break;
    }
  }

  private flag(flag: { start: number; end: number; text: string }): Flag {
    const equals = flag.text.indexOf('=');
    const span = this.logical.span(flag.start, flag.end);
    if (equals < 0) return { name: flag.text.slice(2), value: undefined, span, valueSpan: undefined };
    const valueStart = this.logical.text.indexOf('=', flag.start) + 1;
    return {
      name: flag.text.slice(2, equals),
      value: flag.text.slice(equals + 1),
      span,
      valueSpan: this.logical.span(valueStart, flag.end),
    };
  }

  private word(start: number, end: number): Word {
    return { text: this.logical.text.slice(start, end), span: this.logical.span(start, end), offset: start };
  }

  /** SPEC: FROM, COPY, ADD, EXPOSE, VOLUME split at ASCII blanks; quotes do not hold words together. */
  private words(head: Head): Word[] {
    const text = this.logical.text;
    const words: Word[] = [];
    let at = head.argumentsStart;
    while (at < head.end) {
      const start = firstMatch(NO_WORD_BLANK, text, at, head.end);
      at = firstMatch(WORD_BLANK, text, start, head.end);
      if (at > start) words.push(this.word(start, at));
    }
    return words;
  }

  /**
   * SPEC: ENV, LABEL and ARG split at Unicode blanks outside quotes, which braces are not: `${A:-x y}` is two words. An escape
   * protects the next character, not in single quotes; a quote that does not close takes the rest.
   */
  private quotedWords(head: Head): Word[] {
    const text = this.logical.text;
    const words: Word[] = [];
    let at = head.argumentsStart;
    while (at < head.end) {
      at = skipSpace(text, at, head.end);
      const start = at;
      let quote = '';
      let end = head.end;
      for (at = firstMatch(SPECIAL, text, at, head.end); at < head.end; at = firstMatch(SPECIAL, text, at + 1, head.end)) {
        const char = text.charAt(at);
        if (quote === '' && isGoSpace(text.charCodeAt(at))) {
          end = at;
          break;
        }
        if (char === quote) quote = '';
        else if (quote === '' && (char === "'" || char === '"')) quote = char;
        // SPEC: an escape character at the very end is dropped.
        else if (char === this.escape && quote !== "'" && ++at === head.end) end--;
      }
      if (end > start) words.push(this.word(start, end));
    }
    return words;
  }

  private keyValue(word: Word): KeyValue {
    const equals = word.text.indexOf('=');
    if (equals < 0) return { key: word, value: undefined, span: word.span };
    const key = this.word(word.offset, word.offset + equals);
    const value = this.word(word.offset + equals + 1, word.offset + word.text.length);
    return { key, value, span: word.span };
  }

  /** SPEC: `ENV KEY the rest`: everything behind the first blanks is the value, verbatim. */
  private legacyPair(head: Head): KeyValue[] {
    const text = this.logical.text;
    let keyEnd = head.argumentsStart;
    while (keyEnd < head.end && !isWordBlank(text.charCodeAt(keyEnd))) keyEnd++;
    let valueStart = keyEnd;
    while (valueStart < head.end && isWordBlank(text.charCodeAt(valueStart))) valueStart++;
    const key = this.word(head.argumentsStart, keyEnd);
    if (valueStart >= head.end) return [{ key, value: undefined, span: key.span }];
    const value = this.word(valueStart, head.end);
    return [{ key, value, span: { start: key.span.start, end: value.span.end } }];
  }

  private commandForm(start: number, end: number): CommandForm {
    const span = this.logical.span(start, end);
    const words = this.execWords(start, end);
    if (words !== undefined) return { form: 'exec', words, span };
    const text = this.logical.slice(start, end);
    return { form: 'shell', text, span, brokenJson: looksLikeJson(text.text) };
  }

  private execWords(start: number, end: number): ExecWord[] | undefined {
    const rest = this.logical.text.slice(start, end);
    const values = readJsonArray(rest);
    if (values === undefined || !values.every((value) => typeof value === 'string')) return undefined;
    const words: ExecWord[] = [];
    let at = start;
    for (const value of values) {
      const open = this.logical.text.indexOf('"', at);
      const close = closingQuote(this.logical.text, open);
      const text = close - open - 1 === value.length ? this.logical.slice(open + 1, close) : this.unescapedJson(open + 1, close);
      words.push({ value, span: this.logical.span(open, close + 1), text, offset: open });
      at = close + 1;
    }
    return words;
  }

  private unescapedJson(start: number, end: number): LogicalText {
    const builder = new LogicalTextBuilder();
    for (let at = start; at < end; ) {
      const length = this.logical.text[at] !== '\\' ? 1 : this.logical.text[at + 1] === 'u' ? 6 : 2;
      const raw = this.logical.text.slice(at, at + length);
      builder.add(length === 1 ? raw : (JSON.parse(`"${raw}"`) as string), this.logical.sourceOffset(at));
      at += length;
    }
    return builder.build(this.logical.sourceOffset(start));
  }
}

/** What separates words, what does not, and what may end or change one; one call finds what a loop asks of each character. */
const WORD_BLANK = /[\t\v\f\r ]/g;
const NO_WORD_BLANK = /[^\t\v\f\r ]/g;
const SPECIAL = /[\s\x85"'\\`]/g;

/** The first offset in `[start, end)` where a character matches, or `end`. */
function firstMatch(character: RegExp, text: string, start: number, end: number): number {
  character.lastIndex = start;
  return character.test(text) ? Math.min(character.lastIndex - 1, end) : end;
}

/**
 * The array, or undefined. SPEC: what is no valid JSON array (`['a']`, `["a",]`) is silently taken as shell text or plain words; `[]` is
 * one, of no words.
 */
function readJsonArray(text: string): readonly unknown[] | undefined {
  if (text.charCodeAt(skipSpace(text, 0)) !== 0x5b) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the text of an instruction is a JSON array with a member that is no string, which BuildKit refuses. */
export function isJsonWithoutStrings(text: string): boolean {
  return readJsonArray(text)?.some((value) => typeof value !== 'string') ?? false;
}

/** Shell text that was meant as exec form: a bracket, then a quotation mark. `[ -f x ]` is a test, not an attempt. */
function looksLikeJson(text: string): boolean {
  return /^\s*\[\s*["'\u2018\u2019\u201c\u201d]/.test(text);
}

function closingQuote(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function execAsWord(word: ExecWord): Word {
  return { text: word.value, span: word.span, offset: word.offset };
}

const MOUNT_OPTION_NAMES: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
};

/** SPEC: `--mount` is one line of CSV; keys in any case; the type defaults to bind. */
function readMount(flag: Flag): Mount {
  const fields = (csvFields(flag.value ?? '') ?? []).map((field) => {
    const equals = field.indexOf('=');
    const written = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    return { name: MOUNT_OPTION_NAMES[written] ?? written, value: equals < 0 ? undefined : field.slice(equals + 1) };
  });
  const options = new Map(fields.map(({ name, value = '' }) => [name, value]));
  return { flag, type: (options.get('type') ?? 'bind').toLowerCase(), options, fields };
}
