/**
 * What of a file changes when the official Python images it stands on move from one minor to another: all FROMs of that minor at
 * once, for what one stage installs another one copies, and the paths that hold the minor.
 */
import type { Dockerfile, Span, Stage } from '../model/dockerfile.js';
import { descendants, runScripts } from '../model/stages.js';
import { endOf, placeInImage } from '../model/written-place.js';
import { aptCalls } from './apt.js';
import { suggestedPythonTag } from './image-tags.js';
import { factsOfBase, imageFacts } from './images.js';
import { SUGGESTED_PYTHON } from './lifecycles.js';
import { once } from './once.js';
import type { Project } from './project-files.js';
import { losesPackages } from './upgrades.js';

/** A text that goes in the place of another one. */
export interface Move {
  readonly span: Span;
  readonly text: string;
}

/** With the whole tag there is then. */
interface ImageMove extends Move {
  readonly tag: string;
}

/**
 * The moves from a minor of Python 3 to {@link SUGGESTED_PYTHON}; none where one of them is not certain: another image brings a
 * Python, a digest, a variable that is used elsewhere, a tag that is gone with the old Python, a minor named elsewhere, a package
 * that is not to be had there.
 */
export function pythonMoves(dockerfile: Dockerfile, minor: string, project: Project): readonly Move[] {
  const [first] = dockerfile.stages;
  if (first === undefined || !minor.startsWith('3.')) return [];
  const known = movesOf(first, dockerfile);
  const moves = known.get(minor) ?? workedOut(dockerfile, minor, project);
  known.set(minor, moves);
  return moves;
}

/** Kept with the first stage of the file, by minor. */
const movesOf = once((_: Stage, __: Dockerfile) => new Map<string, readonly Move[]>());

function workedOut(dockerfile: Dockerfile, minor: string, project: Project): readonly Move[] {
  const moves = new Map<number, Move>();
  const ownArguments = new Map<string, boolean>();
  const isOwn = (name: string): boolean => {
    const known = ownArguments.get(name) ?? isOnlyForFrom(dockerfile, name);
    ownArguments.set(name, known);
    return known;
  };
  for (const stage of dockerfile.stages) {
    const python = stage.parent === undefined ? factsOfBase(stage.base)?.python : undefined;
    if (python === undefined) continue;
    const move = python.kind === 'official' && python.minor === minor ? imageMove(dockerfile, stage, minor, isOwn) : undefined;
    if (move === undefined || !isBearable(stage, move.tag, project)) return [];
    moves.set(move.span.start, move);
  }
  const paths = pathMoves(dockerfile, minor);
  return moves.size === 0 || paths === undefined ? [] : [...moves.values(), ...paths];
}

/** In the FROM, or in the default of an ARG that the FROMs alone use: `isOwn` says so. */
function imageMove(dockerfile: Dockerfile, stage: Stage, minor: string, isOwn: (name: string) => boolean): ImageMove | undefined {
  const { image } = stage.from;
  const { base } = stage;
  if (image === undefined || base.kind !== 'image' || base.reference.digest !== undefined) return undefined;
  const tag = base.reference.tag ?? '';
  const moved = suggestedPythonTag(tag);
  const { text } = dockerfile.syntax.source;
  const version = new RegExp(`^${minor.replace('.', '\\.')}(?:\\.\\d+)?(?=$|-)`).exec(tag)?.[0];
  if (moved === undefined || version === undefined) return undefined;
  if (!image.text.includes('$')) {
    const start = image.span.end - tag.length;
    return text.slice(start, image.span.end) === tag ? { span: { start, end: image.span.end }, text: moved, tag: moved } : undefined;
  }
  const { span, by } = placeInImage(dockerfile, stage, version);
  const pair = by?.pairs.find(({ value }) => value !== undefined && value.span.start <= span.start && span.end <= value.span.end);
  // What follows the version stands elsewhere and stays.
  const isKept = BUILT_VARIANTS.test(tag.slice(version.length));
  const isGlobal = by?.keyword === 'ARG' && dockerfile.globalArguments.includes(by);
  if (!isKept || pair === undefined || !isGlobal || text.slice(span.start, span.end) !== version) return undefined;
  return isOwn(pair.key.text) ? { span, text: SUGGESTED_PYTHON, tag: SUGGESTED_PYTHON + tag.slice(version.length) } : undefined;
}

/** Whether the stages on an image find all they install behind the new tag, and what they take from apt does not float from then on. */
function isBearable(stage: Stage, tag: string, project: Project): boolean {
  if (stage.base.kind !== 'image') return false;
  const { reference } = stage.base;
  const text = reference.text.replace(/[^:]*$/, tag);
  const [from, to] = [reference, { ...reference, tag, text }].map(imageFacts);
  if (from === undefined || to === undefined || losesPackages(stage, from, to, project)) return false;
  const installs = descendants(stage).some(({ instructions }) =>
    runScripts(instructions, project.script).some((each) => aptCalls(each).some(({ action }) => action === 'install')),
  );
  return to.distribution?.floating !== true || !installs;
}

/** What the tags of today's minors have behind the version. */
const BUILT_VARIANTS = /^(?:-slim)?(?:-alpine|-bookworm|-trixie)?$/;

/** `ARG NAME` in a stage hands the value on to what runs there. */
function isOnlyForFrom({ stages, syntax }: Dockerfile, name: string): boolean {
  const use = new RegExp(`\\$\\{?${name}(?!\\w)`);
  const declaration = new RegExp(`\\s${name}(?:\\s|$)`);
  const hasOther = syntax.instructions.some(
    ({ keyword, logical, heredocs }) =>
      keyword !== 'FROM' &&
      (use.test(logical.text) ||
        heredocs.some(({ content }) => use.test(content)) ||
        (keyword === 'ARG' && declaration.test(logical.text))),
  );
  return !hasOther && stages.every(({ from, base }) => !use.test(from.logical.text) || factsOfBase(base)?.python?.kind === 'official');
}

/** `/usr/local/lib/python3.9/site-packages` with the new minor; undefined where the old one is named in any other way. */
function pathMoves({ syntax }: Dockerfile, minor: string): readonly Move[] | undefined {
  const moves: Move[] = [];
  const digits = minor.replace('.', '\\.?');
  const mention = new RegExp(`(?<![\\d.])${minor.replace('.', '\\.')}(?!\\d)|(?:py|cp|python)-?${digits}(?!\\d)`, 'gi');
  const first = syntax.instructions.findIndex(({ keyword }) => keyword === 'FROM');
  for (const instruction of syntax.instructions.slice(first)) {
    if (instruction.keyword === 'FROM') continue;
    const { span } = instruction;
    const text = syntax.source.text.slice(span.start, endOf(instruction));
    for (const { index, 0: found } of text.matchAll(mention)) {
      const start = span.start + index + found.length - minor.length;
      const isPath = /^(?:python)?3\.\d+$/.test(found) && /\/python$/.test(syntax.source.text.slice(start - 7, start));
      if (!isPath || text.charAt(index + found.length) !== '/') return undefined;
      moves.push({ span: { start, end: start + minor.length }, text: SUGGESTED_PYTHON });
    }
  }
  return moves;
}
