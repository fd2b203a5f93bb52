/**
 * Where a person wrote something that is known only after variables are filled in: in the word itself, or in the default
 * of the ARG or ENV the word takes it from.
 */
import type { ArgInstruction, Dockerfile, EnvInstruction, Instruction, ShellWord, SourceFile, Span, Stage, Word } from './dockerfile.js';

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

/** Behind the last colon or `=` first: `3.8` is the tag in `mirror:3.8.1/python:3.8`. */
function spanOf(source: SourceFile, { text, span }: Written, part: string): Span | undefined {
  const tag = text.slice(text.lastIndexOf('/') + 1).search(/[:=]/);
  const from = tag < 0 ? 0 : text.lastIndexOf('/') + 1 + tag;
  const at = text.indexOf(part, from);
  const start = span.start + (at < 0 ? text.indexOf(part) : at);
  if (!text.includes(part)) return undefined;
  // NOTE: a continuation inside the word would shift what follows it.
  return source.text.slice(start, start + part.length) === part ? { start, end: start + part.length } : undefined;
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
