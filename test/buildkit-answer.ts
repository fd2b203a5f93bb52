/** What we read of a Dockerfile, in the shape of BuildKit's own answers (fixtures/buildkit/buildkit.json). */
import { buildModel } from '../src/model/build.js';
import { sourceFromText } from '../src/source/source-file.js';
import { trimSpace } from '../src/syntax/characters.js';
import { parseSyntax } from '../src/syntax/parse.js';
import type { CommandForm, Instruction, KeyValue, SyntaxTree } from '../src/syntax/tree.js';

/** One instruction as BuildKit's parser gives it. */
export interface Node {
  readonly value: string;
  /** 1-based physical lines. */
  readonly start: number;
  readonly end: number;
  readonly flags: readonly string[];
  readonly args: readonly string[];
  readonly original: string;
  readonly json: boolean;
  readonly comments?: readonly string[];
  readonly heredocs?: readonly { name: string; content: string; expand: boolean; chomp: boolean; fd: number }[];
}

/** What BuildKit's parser and instruction reader say of a file. */
export interface Answer {
  readonly dump: string;
  readonly escape: string;
  readonly nodes: readonly Node[];
  /** `image|name|platform|number of instructions`. */
  readonly stages: readonly string[];
  /** `NAME=default`. */
  readonly metaArgs: readonly string[];
  /** `last line: the logical line` of instructions with blank continuation lines. */
  readonly emptyContinuations: readonly string[];
}

/** Our reading of a text. */
export function answer(text: string): Answer & { readonly tree: SyntaxTree } {
  const tree = parseSyntax(sourceFromText('Dockerfile', text));
  const model = buildModel(tree);
  return {
    tree,
    dump: tree.instructions.map((instruction) => `(${dumped(instruction)})`).join('\n'),
    escape: tree.escape,
    nodes: tree.instructions.map((instruction) => node(instruction, tree.source.text)),
    stages: model.stages.map(({ from, name = '', instructions }) => {
      const platform = from.flags.find((flag) => flag.name === 'platform')?.value ?? '';
      return `${from.image?.text}|${name}|${platform}|${instructions.length}`;
    }),
    metaArgs: model.globalArguments.flatMap(({ pairs }) => pairs.map(({ key, value }) => `${key.text}=${value?.text ?? ''}`)),
    emptyContinuations: tree.instructions
      .filter(({ blankLines }) => blankLines.length > 0)
      .map((instruction) => `${lastLine(instruction)}: Empty continuation line found in: ${instruction.logical.text}`),
  };
}

/** The last physical line of an instruction, heredoc bodies left out. */
export function lastLine({ endLine, heredocs }: Instruction): number {
  return heredocs.reduce((line, { content }) => line - content.split('\n').length, endLine);
}

function node(instruction: Instruction, text: string): Node {
  const comments = buildkitComments(instruction, text);
  return {
    value: instruction.keywordText,
    start: instruction.startLine,
    end: instruction.endLine,
    flags: flags(instruction),
    args: args(instruction),
    original: instruction.logical.text,
    json: isJson(instruction),
    ...(comments.length === 0 ? {} : { comments }),
    ...(instruction.heredocs.length === 0
      ? {}
      : {
          heredocs: instruction.heredocs.map(({ name, content, expand, stripTabs, fileDescriptor }) => ({
            name,
            content,
            expand,
            chomp: stripTabs,
            fd: fileDescriptor,
          })),
        }),
  };
}

function flags({ flags: all }: Instruction): readonly string[] {
  return all.map(({ name, value }) => `--${name}${value === undefined ? '' : `=${value}`}`);
}

function args(instruction: Instruction): readonly string[] {
  const rest = instruction.logical.text.slice(instruction.argumentsOffset).trim();
  switch (instruction.keyword) {
    case 'FROM':
    case 'COPY':
    case 'ADD':
    case 'EXPOSE':
    case 'VOLUME':
      return instruction.words.map(({ text }) => text);
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'SHELL':
      return command(instruction.command);
    case 'HEALTHCHECK': {
      if (instruction.type === undefined) return [];
      if (instruction.command !== undefined) return [instruction.type.text, ...command(instruction.command)];
      const behind = rest.slice(instruction.type.text.length).trim();
      return behind === '' ? [instruction.type.text] : [instruction.type.text, behind];
    }
    case 'ENV':
    case 'LABEL':
      return instruction.pairs.flatMap(({ key, value }) => [key.text, value?.text ?? '', instruction.legacy ? '' : '=']);
    case 'ARG':
      return instruction.pairs.map(pair);
    case 'ONBUILD':
      return instruction.trigger === undefined ? [] : [instruction.trigger.keywordText, ...args(instruction.trigger)];
    case 'UNKNOWN':
      return [''];
    default:
      return instruction.value === undefined ? [] : [instruction.value.text];
  }
}

function pair({ key, value }: KeyValue): string {
  return value === undefined ? key.text : `${key.text}=${value.text}`;
}

function command(form: CommandForm): readonly string[] {
  if (form.form === 'exec') return form.words.map(({ value }) => value);
  return form.text.text === '' ? [] : [form.text.text];
}

function isJson(instruction: Instruction): boolean {
  if ('command' in instruction && instruction.command !== undefined) return instruction.command.form === 'exec';
  return 'json' in instruction && instruction.json === true;
}

/** SPEC: of `# a` at the very start of a line BuildKit takes off the `#`, of an indented one the first blank; `#` alone clears. */
export function buildkitComments({ commentsAbove: all }: Instruction, text: string): readonly string[] {
  const shown = all.map(({ span }) => trimSpace(text.slice(text.lastIndexOf('\n', span.start - 1) + 2, span.end)));
  return shown.slice(shown.lastIndexOf('') + 1);
}

/** The s-expression of BuildKit's parser. */
function dumped(instruction: Instruction): string {
  const list = flags(instruction);
  const head = instruction.keywordText.toLowerCase() + (list.length === 0 ? '' : ` [${list.map(quoted).join(' ')}]`);
  if (instruction.keyword === 'ONBUILD') {
    return instruction.trigger === undefined ? head : `${head} (${dumped(instruction.trigger)})`;
  }
  return [head, ...args(instruction).map(quoted)].join(' ').trim();
}

/** Go's `%q`. */
function quoted(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
    '\\': '\\\\',
    '"': '\\"',
  };
  const shown = [...text].map((char) => {
    const code = char.codePointAt(0) ?? 0;
    if (named[char] !== undefined) return named[char];
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
    return char !== ' ' && /[\p{C}\p{Z}]/u.test(char) ? `\\u${code.toString(16).padStart(4, '0')}` : char;
  });
  return `"${shown.join('')}"`;
}
