/**
 * The requirements files of pip: which lines are requirements, which are options, and where each stands. What a requirement's own
 * text asks for is read elsewhere (facts/requirement.ts).
 *
 * Sources: pip.pypa.io/en/stable/reference/requirements-file-format, and pip's own reader (26.3, _internal/req/req_file.py, MIT),
 * whose order is kept: lines are joined, comments taken off, the requirement ends at the first word that begins with `-`.
 */
import type { Span } from '../source/source-file.js';
import { type Placed, type Problem, trimmedPlace } from './placed.js';

/** One entry of a requirements file. */
export type RequirementsEntry = RequirementEntry | IncludeEntry | OptionEntry;

interface EntryPlace {
  /** From the first to the last character of the entry, over joined lines, without its comment. */
  readonly span: Span;
  /** What follows `#` on the line, without it. */
  readonly comment?: Placed;
}

/** A requirement: a name with conditions, an address, a path; or what `-e` names. */
export interface RequirementEntry extends EntryPlace {
  readonly kind: 'requirement';
  /** As written, joined to one line, with its marker, without options and comment: what facts/requirement.ts reads. */
  readonly requirement: Placed;
  /** The project's name, where the text begins with one; absent for addresses and paths. */
  readonly name?: Placed;
  /** What follows the semicolon. */
  readonly marker?: Placed;
  readonly isEditable: boolean;
  readonly hashes: readonly Hash[];
  /** Options of this requirement besides `--hash`, such as `--config-settings`. */
  readonly options: readonly OptionWord[];
  /** Whether pip puts the value of an environment variable (`${TOKEN}`) into it. */
  readonly hasVariable: boolean;
}

/** `-r` (`include`) or `-c` (`constraint`). */
export interface IncludeEntry extends EntryPlace {
  readonly kind: 'include' | 'constraint';
  /** Relative to the file it stands in, or an address. */
  readonly path: Placed;
  readonly hasVariable: boolean;
}

/** An option that holds for the whole run, such as `--index-url`. */
export interface OptionEntry extends EntryPlace, OptionWord {
  readonly kind: 'option';
}

/** An option with its value. */
export interface OptionWord {
  /** In its long form, whatever was written: `--index-url` for `-i`. */
  readonly name: string;
  /** Absent for options that take none. */
  readonly value?: Placed;
}

/** One `--hash`, which allows one file. */
export interface Hash {
  /** `sha256`, mostly. */
  readonly algorithm: string;
  readonly digest: string;
  readonly span: Span;
}

/** A requirements file, its entries in their order. A line on which pip stops is a problem; what is sure of it is an entry as well. */
export interface RequirementsFile {
  readonly entries: readonly RequirementsEntry[];
  readonly problems: readonly Problem[];
  /** The program that wrote the file, by its own word in the comments on top; the span is that comment's. */
  readonly generatedBy?: Placed;
}

/** Where a part of a text that was taken out of a file stands in that file. */
export type PlaceOf = (start: number, end: number) => Span;

/** Reads a requirements file, or lines that stand in another file, where `placeOf` says where each part of them stands. */
export function readRequirements(text: string, placeOf: PlaceOf = (start, end) => ({ start, end })): RequirementsFile {
  const entries: RequirementsEntry[] = [];
  const problems: Problem[] = [];
  for (const line of logicalLines(text, placeOf)) readLine(line, entries, problems);
  const generatedBy = generatorOf(text, placeOf);
  return { entries, problems, ...(generatedBy && { generatedBy }) };
}

/** Lines joined by backslashes, and where the characters come from. */
interface LogicalLine {
  /** Without its comment. */
  readonly text: string;
  readonly comment?: Placed;
  readonly placed: (start: number, end: number) => Placed;
}

/** SPEC: the line ends of Python; LIMIT: without U+001C to U+001E, which nobody types. */
const LINE_END = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
const COMMENT_LINE = /^\s*#/;

function* logicalLines(text: string, placeOf: PlaceOf): Generator<LogicalLine> {
  let pieces: Piece[] = [];
  let length = 0;
  const add = (start: number, end: number): void => {
    pieces.push({ at: length, start, text: text.slice(start, end) });
    length += end - start;
  };
  for (const { start, end } of physicalLines(text)) {
    const isComment = COMMENT_LINE.test(text.slice(start, end));
    if (!isComment && text.charAt(end - 1) === '\\' && end > start) {
      // SPEC: pip takes backslashes off both ends of a line that it joins.
      let from = start;
      let to = end;
      while (from < to && text.charAt(from) === '\\') from++;
      while (to > from && text.charAt(to - 1) === '\\') to--;
      add(from, to);
      continue;
    }
    // SPEC: a comment always ends the joined line, and never sticks to the word before it.
    if (isComment && length > 0) yield logicalLine(pieces, length, placeOf, { start, end }, text);
    else {
      add(start, end);
      yield logicalLine(pieces, length, placeOf);
    }
    pieces = [];
    length = 0;
  }
  if (length > 0) yield logicalLine(pieces, length, placeOf);
}

function* physicalLines(text: string): Generator<Span> {
  let start = 0;
  for (const { index, 0: end } of text.matchAll(LINE_END)) {
    yield { start, end: index };
    start = index + end.length;
  }
  if (start < text.length) yield { start, end: text.length };
}

/** A part of a joined line: where it begins in the joined line, and where it comes from. */
interface Piece {
  readonly at: number;
  readonly start: number;
  readonly text: string;
}

function logicalLine(pieces: readonly Piece[], length: number, placeOf: PlaceOf, commentLine?: Span, text = ''): LogicalLine {
  const joined = pieces.length === 1 ? (pieces[0]?.text ?? '') : pieces.map((piece) => piece.text).join('');
  const origin = (offset: number): number => {
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low];
    return piece === undefined ? 0 : piece.start + offset - piece.at;
  };
  const placed = (start: number, end: number): Placed => ({
    text: joined.slice(start, end),
    span: placeOf(origin(start), end > start ? origin(end - 1) + 1 : origin(start)),
  });
  const hash = commentStart(joined);
  const end = hash ?? length;
  const comment =
    commentLine !== undefined
      ? commentPlace(text, commentLine, placeOf)
      : hash !== undefined
        ? placed(joined.indexOf('#', hash) + 1, length)
        : undefined;
  return { text: joined.slice(0, end), placed, ...(comment && { comment }) };
}

function commentPlace(text: string, { start, end }: Span, placeOf: PlaceOf): Placed {
  const from = text.indexOf('#', start) + 1;
  return { text: text.slice(from, end), span: placeOf(from, end) };
}

/** Where a comment begins, its blanks included: at a `#` in front or behind a blank. */
function commentStart(line: string): number | undefined {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    let start = at;
    while (start > 0 && /\s/.test(line.charAt(start - 1))) start--;
    if (at === 0 || start < at) return start;
  }
  return undefined;
}

/**
 * Options a file may have; `value`: takes one, of this form; `ofRequirement`: belongs to the requirement on its line, if there is one.
 * Source: pip 26.3, _internal/cli/cmdoptions.py.
 */
const OPTIONS: readonly { readonly names: string; readonly value: boolean; readonly ofRequirement?: true; readonly form?: RegExp }[] = [
  { names: '--index-url -i --pypi-url', value: true },
  { names: '--extra-index-url', value: true },
  { names: '--no-index', value: false },
  { names: '--constraint -c', value: true },
  { names: '--requirement -r', value: true },
  { names: '--editable -e', value: true },
  { names: '--find-links -f', value: true },
  { names: '--no-binary', value: true },
  { names: '--only-binary', value: true },
  { names: '--prefer-binary', value: false },
  { names: '--require-hashes', value: false },
  { names: '--no-require-hashes', value: false },
  { names: '--pre', value: false },
  { names: '--all-releases', value: true },
  { names: '--only-final', value: true },
  { names: '--trusted-host', value: true },
  { names: '--use-feature', value: true },
  { names: '--hash', value: true, ofRequirement: true, form: /^sha(?:256|384|512):/ },
  { names: '--config-settings -C', value: true, ofRequirement: true, form: /=/ },
  // Gone in 26.3.
  { names: '--global-option', value: true, ofRequirement: true },
];

interface Option {
  readonly name: string;
  readonly value: boolean;
  readonly ofRequirement?: true;
  readonly form?: RegExp;
}

const OPTION_BY_NAME: ReadonlyMap<string, Option> = new Map(
  OPTIONS.flatMap(({ names, ...option }) => {
    const all = names.split(' ');
    return all.map((written): [string, Option] => [written, { ...option, name: all[0] ?? '' }]);
  }),
);

function readLine(line: LogicalLine, entries: RequirementsEntry[], problems: Problem[]): void {
  const end = line.text.trimEnd().length;
  const start = line.text.length - line.text.trimStart().length;
  if (start >= end) return;
  const { span } = line.placed(start, end);
  const place = { span, ...(line.comment && { comment: line.comment }) };
  const optionsAt = optionsStart(line.text, start, end);
  const written = trimmedPlace(line.text, start, optionsAt);
  const words = optionsAt < end ? shellWords(line.text, optionsAt, end) : [];
  const { options, trouble } = words === undefined ? { options: [], trouble: 'has an open quotation mark' } : readOptions(line.text, words);
  if (trouble !== undefined) problems.push({ message: trouble, span });
  const named = (name: string): Placed | undefined => options.find(({ option }) => option.name === name)?.value;
  const source = written.text === '' ? named('--editable') : written;
  if (source !== undefined) {
    entries.push({ ...requirementEntry(line, source, written.text === '', options), ...place });
    return;
  }
  // SPEC: of several files on one line, pip reads the first `-r`, or without one the first `-c`.
  const included = named('--requirement');
  const file = included ?? named('--constraint');
  if (file !== undefined) {
    const path = inFile(line, file);
    entries.push({ kind: included === undefined ? 'constraint' : 'include', path, hasVariable: hasVariable(path.text), ...place });
    return;
  }
  for (const option of options) entries.push({ kind: 'option', ...optionWord(line, option), ...place });
}

/** Where the first word that begins with `-` stands. SPEC: words end at a space, not at a tab. */
function optionsStart(text: string, start: number, end: number): number {
  if (text.charAt(start) === '-') return start;
  const found = text.indexOf(' -', start);
  return found < 0 || found >= end ? end : found + 1;
}

/** A word as Python's shlex splits it, with its place in the line; `value` is without quotation marks and backslashes. */
interface ShellWord {
  readonly value: string;
  readonly span: Span;
}

function shellWords(text: string, start: number, end: number): readonly ShellWord[] | undefined {
  const words: ShellWord[] = [];
  let at = start;
  while (at < end) {
    while (at < end && BLANK.test(text.charAt(at))) at++;
    if (at >= end) break;
    const from = at;
    let value = '';
    let quote = '';
    for (; at < end && (quote !== '' || !BLANK.test(text.charAt(at))); at++) {
      const character = text.charAt(at);
      if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
      else if (character === '\\' && quote !== "'") {
        at++;
        if (at >= end) return undefined;
        const escaped = text.charAt(at);
        value += quote === '"' && escaped !== '"' && escaped !== '\\' ? `\\${escaped}` : escaped;
      } else value += character;
    }
    if (quote !== '') return undefined;
    words.push({ value, span: { start: from, end: at } });
  }
  return words;
}

const BLANK = /[ \t\r\n]/;

/** An option as found; places are in the line. */
interface FoundOption {
  readonly option: Option;
  readonly value?: Placed;
}

/** Reads options as Python's optparse does; what else stands between them means nothing to pip. */
function readOptions(text: string, words: readonly ShellWord[]): { readonly options: readonly FoundOption[]; readonly trouble?: string } {
  const options: FoundOption[] = [];
  for (let at = 0; at < words.length; at++) {
    const { value: word, span } = words[at] ?? { value: '', span: { start: 0, end: 0 } };
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') continue;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = !word.startsWith('--') ? word.slice(0, 2) : equals < 0 ? word : word.slice(0, equals);
    const option = optionNamed(name);
    if (option === undefined) return { options, trouble: `has the option \`${name}\`, which pip does not know in a file` };
    const attached = equals >= 0 ? word.slice(equals + 1) : word.startsWith('--') ? '' : word.slice(2);
    if (!option.value) {
      if (attached !== '') return { options, trouble: `gives a value to \`${name}\`, which takes none` };
      options.push({ option });
    } else if (attached !== '' || equals >= 0) {
      const isPlain = text.slice(span.start, span.end).endsWith(attached);
      options.push({ option, value: { text: attached, span: isPlain ? { start: span.end - attached.length, end: span.end } : span } });
    } else {
      const next = words[++at];
      if (next === undefined) return { options, trouble: `has \`${name}\` without its value` };
      options.push({ option, value: { text: next.value, span: next.span } });
    }
    const given = options.at(-1)?.value?.text;
    if (given !== undefined && option.form?.test(given) === false)
      return { options, trouble: `has a \`${name}\` of another form than pip asks for` };
  }
  return { options };
}

/** A long option may be cut short as long as only one begins so. */
function optionNamed(name: string): Option | undefined {
  const exact = OPTION_BY_NAME.get(name);
  if (exact !== undefined || !name.startsWith('--')) return exact;
  const candidates = [...OPTION_BY_NAME].filter(([candidate]) => candidate.startsWith(name));
  return candidates.length === 1 ? candidates[0]?.[1] : undefined;
}

/** A value found in a line, with its place in the file. */
function inFile(line: LogicalLine, { text, span }: Placed): Placed {
  return { text, span: line.placed(span.start, span.end).span };
}

function optionWord(line: LogicalLine, { option, value }: FoundOption): OptionWord {
  return { name: option.name, ...(value && { value: inFile(line, value) }) };
}

/** pip puts in variables in capitals alone. */
function hasVariable(text: string): boolean {
  return /\$\{[A-Z0-9_]+\}/.test(text);
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?=\s*(?:$|[[@;<>=!~(,]))/;
const ARCHIVE = /\.(?:whl|zip|tar|tar\.(?:gz|bz2|xz|lzma)|tgz|tbz|txz|tlz)$/i;

function requirementEntry(line: LogicalLine, written: Placed, isEditable: boolean, options: readonly FoundOption[]) {
  const { text, span } = written;
  const name = isEditable || ARCHIVE.test(text) ? undefined : NAME.exec(text)?.[0];
  const markerAt = isEditable ? undefined : markerStart(text);
  const marker = markerAt === undefined ? undefined : trimmedPlace(text, markerAt, text.length);
  const own = options.filter(({ option }) => option.ofRequirement);
  return {
    kind: 'requirement' as const,
    requirement: inFile(line, written),
    ...(name === undefined ? {} : { name: line.placed(span.start, span.start + name.length) }),
    ...(marker && { marker: line.placed(span.start + marker.span.start, span.start + marker.span.end) }),
    isEditable,
    hashes: own.flatMap(({ option, value }) => (option.name === '--hash' && value !== undefined ? hashOf(inFile(line, value)) : [])),
    options: own.filter(({ option }) => option.name !== '--hash').map((option) => optionWord(line, option)),
    hasVariable: hasVariable(text),
  };
}

/** Behind an address, a semicolon is a marker's only with a blank beside it: addresses may have their own. */
function markerStart(text: string): number | undefined {
  const isAddress = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text);
  const found = isAddress ? text.indexOf('; ') : /^[^;]*@/.test(text) ? text.search(/\s;/) + 1 || -1 : text.indexOf(';');
  return found < 0 ? undefined : found + 1;
}

function hashOf({ text, span }: Placed): Hash {
  const colon = text.indexOf(':');
  return { algorithm: colon < 0 ? text : text.slice(0, colon), digest: colon < 0 ? '' : text.slice(colon + 1), span };
}

/** How programs say, in the comments on top, that they wrote the file. Seen in their output or code, 2026-11. */
const GENERATORS: readonly (readonly [name: string, comment: RegExp])[] = [
  ['uv', /autogenerated by uv\b|^\s*uv (?:pip compile|export)\b/],
  ['pip-compile', /autogenerated by pip-compile|^\s*pip-compile\b/],
  ['pdm', /@generated by PDM/i],
  ['rye', /generated by rye\b/i],
  ['pigar', /generated by https:\/\/github\.com\/damnever\/pigar/],
  ['conda-lock', /Generated by conda-lock/i],
  // NOTE: `conda list --export` writes `numpy=1.26.4=py311h64a7726_0`, which pip does not read.
  ['conda list', /may be used to create an environment using/],
];
const MOST_HEADER_LINES = 30;

function generatorOf(text: string, placeOf: PlaceOf): Placed | undefined {
  let count = 0;
  for (const { start, end } of physicalLines(text)) {
    const line = text.slice(start, end);
    if (line.trim() === '') continue;
    if (!COMMENT_LINE.test(line) || ++count > MOST_HEADER_LINES) return undefined;
    const comment = line.slice(line.indexOf('#') + 1);
    const found = GENERATORS.find(([, pattern]) => pattern.test(comment));
    if (found !== undefined) return { text: found[0], span: placeOf(start, end) };
  }
  return undefined;
}
