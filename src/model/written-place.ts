/**
 * Where things stand that a person wrote: where an instruction ends, and what is known only after variables are filled in: in
 * the word itself, or in the default of the ARG or ENV the word takes it from.
 */
import type { ArgInstruction, Dockerfile, EnvInstruction, Instruction, ShellWord, SourceFile, Span, Stage, Word } from './dockerfile.js';

/** Offset behind the last character of an instruction, heredocs included, without its line end. */
export function endOf({ heredocs, span }: Instruction): number {
  const last = heredocs.at(-1);
  return last?.terminatorSpan?.end ?? last?.contentSpan.end ?? span.end;
}

/** A part of a word or of a variable's value, as the file has it. */
export interface WrittenPlace {
  readonly span: Span;
  /** The ARG or ENV that holds it; absent when it stands in the word itself. */
  readonly by?: ArgInstruction | EnvInstruction;
}

/**
 * The place of `part`, which the image of a FROM holds once its variables are filled in; the whole image when the part
 * is put together from several places.
 */
export function placeInImage(dockerfile: Dockerfile, stage: Stage, part: string): WrittenPlace {
  const { image, keywordSpan } = stage.from;
  if (image === undefined) return { span: keywordSpan };
  const lookup = (name: string): Definition | undefined => lastDefinition(dockerfile.globalArguments, name);
  return find(dockerfile.syntax.source, image, part, lookup) ?? { span: image.span };
}

/** The place of `part` of a command's word; the whole word when it is put together from several places. */
export function placeInWord(dockerfile: Dockerfile, stage: Stage, word: ShellWord, part: string, before: Instruction): WrittenPlace {
  const lookup = (name: string): Definition | undefined => {
    const value = stage.environment.variable(name, before);
    if (value.kind !== 'known' || (value.by.keyword !== 'ARG' && value.by.keyword !== 'ENV')) return undefined;
    const own = definitionIn(value.by as ArgInstruction | EnvInstruction, name);
    return own ?? lastDefinition(dockerfile.globalArguments, name);
  };
  return find(dockerfile.syntax.source, word, part, lookup) ?? { span: word.span };
}

/** A value and the instruction that gives it. */
interface Definition {
  readonly value: Word;
  readonly by: ArgInstruction | EnvInstruction;
}

type Written = Pick<Word, 'text' | 'span'>;

/** An ARG may take its default from another one, and that from a third; nothing real goes deeper. */
const MOST_STEPS = 8;

function find(
  source: SourceFile,
  word: Written,
  part: string,
  lookup: (name: string) => Definition | undefined,
  steps = MOST_STEPS,
): WrittenPlace | undefined {
  const span = spanOf(source, word, part);
  if (span !== undefined) return { span };
  if (steps === 0) return undefined;
  for (const name of variablesIn(word.text)) {
    const definition = lookup(name);
    if (definition === undefined) continue;
    const inside = find(source, definition.value, part, lookup, steps - 1);
    if (inside !== undefined) return { by: definition.by, ...inside };
  }
  return undefined;
}

function spanOf(source: SourceFile, { text, span }: Written, part: string): Span | undefined {
  // As the file has it, because a continuation inside the word shifts what follows it.
  const at = text.includes(part) ? positionIn(source.text.slice(span.start, span.end), part) : -1;
  return at < 0 ? undefined : { start: span.start + at, end: span.start + at + part.length };
}

/**
 * Where a part of an image's name or of a word stands in it, -1 when it does not: behind the colon or `=` of the last
 * component rather than in front, and as a number of its own rather than within one. `3.8` is the tag's in
 * `mirror:3.8.1/python:3.8`, and `310` not the account's in `763104351884.dkr.ecr.us-east-1.amazonaws.com/train:py310`.
 */
export function positionIn(text: string, part: string): number {
  const name = text.lastIndexOf('/') + 1;
  const tag = text.slice(name).search(/[:=]/);
  for (const from of [tag < 0 ? name : name + tag, name, 0]) {
    for (let at = text.indexOf(part, from); at >= 0; at = text.indexOf(part, at + 1)) {
      if (!/[\d.]/.test(text[at - 1] ?? '') && !/\d/.test(text[at + part.length] ?? '')) return at;
    }
  }
  return text.indexOf(part);
}

function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
}

function lastDefinition(instructions: readonly ArgInstruction[], name: string): Definition | undefined {
  for (const instruction of [...instructions].reverse()) {
    const found = definitionIn(instruction, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function definitionIn(by: ArgInstruction | EnvInstruction, name: string): Definition | undefined {
  const value = by.pairs.findLast(({ key }) => key.text === name)?.value;
  return value === undefined ? undefined : { value, by };
}
