/**
 * What a fix costs at the next build: from which line on Docker can no longer use what it built before.
 */
import type { Dockerfile, Instruction, Stage } from '../model/dockerfile.js';
import { descendants } from '../model/stages.js';
import { endOf } from '../model/written-place.js';
import type { Edit, Fix } from '../rule.js';
import type { Span } from '../source/source-file.js';
import { firstIndex } from '../source/spans.js';

/** What BuildKit makes of an instruction: something to build, something that later RUNs see, or a note in the image's settings. */
type Effect = 'layer' | 'scene' | 'note';

/** SPEC: WORKDIR makes the directory; ENV, ARG, USER and SHELL are part of what a RUN below is cached by (buildkit.md §6). */
const EFFECTS: Readonly<Partial<Record<string, Effect>>> = {
  FROM: 'layer',
  RUN: 'layer',
  COPY: 'layer',
  ADD: 'layer',
  WORKDIR: 'layer',
  ENV: 'scene',
  ARG: 'scene',
  USER: 'scene',
  SHELL: 'scene',
};

/** Works out the cost of a file's fixes. */
export class FixCosts {
  private readonly runs = new Map<Stage, readonly number[]>();
  private readonly known = new Map<readonly Edit[], number | undefined>();

  constructor(private readonly dockerfile: Dockerfile) {}

  /**
   * Offset of the first instruction that Docker builds anew after a fix; undefined when none is. For lines that are put in it is
   * the place where they go.
   */
  rebuiltFrom(fix: Fix): number | undefined {
    if (fix.keepsLayers === true) return undefined;
    if (fix.additions !== undefined) return first(fix.additions.map(({ affects }) => this.instructionAt(affects.start)));
    // Findings may share what moves a whole file.
    if (!this.known.has(fix.edits)) this.known.set(fix.edits, first(fix.edits.map((edit) => this.rebuiltByEdit(edit))));
    return this.known.get(fix.edits);
  }

  private instructionAt(offset: number): number | undefined {
    return this.dockerfile.syntax.instructions.findLast(({ span }) => span.start <= offset)?.span.start;
  }

  private rebuiltByEdit({ span, text }: Edit): number | undefined {
    const touched = this.touchedBy(span, text);
    if (touched.length > 0) return first(touched.map(({ span: { start }, keyword }) => this.rebuiltBy(start, EFFECTS[keyword])));
    return first([...text.matchAll(/^[ \t]*([A-Z]+)[ \t]/gm)].map(([, keyword = '']) => this.rebuiltBy(span.start, EFFECTS[keyword])));
  }

  /** The instructions that an edit changes. What is put in front of a keyword, and lines put in or taken out behind one, leave it alone. */
  private touchedBy({ start, end }: Span, text: string): readonly Instruction[] {
    const { instructions } = this.dockerfile.syntax;
    const isOfLines = /^(?:\r?\n|$)/.test(text);
    const touched: Instruction[] = [];
    for (let i = firstIndex(instructions.length, (at) => (instructions[at]?.span.start ?? 0) >= end) - 1; i >= 0; i--) {
      const instruction = instructions[i];
      if (instruction === undefined) break;
      const last = endOf(instruction);
      if (last < start || (last === start && isOfLines)) break;
      touched.push(instruction);
    }
    return touched;
  }

  private rebuiltBy(offset: number, effect: Effect | undefined): number | undefined {
    if (effect === 'layer') return offset;
    return effect === 'scene' ? this.firstRunBehind(offset) : undefined;
  }

  /** The first RUN that sees what stands at an offset; of an ARG above the first FROM it may be any FROM. */
  private firstRunBehind(offset: number): number | undefined {
    const { stages } = this.dockerfile;
    const stage = stages[firstIndex(stages.length, (i) => (stages[i]?.from.span.start ?? 0) >= offset) - 1];
    if (stage === undefined) return stages[0]?.from.span.start;
    const runs = this.runsThatSee(stage);
    return runs[firstIndex(runs.length, (i) => (runs[i] ?? 0) >= offset)];
  }

  /** Offsets of the RUNs of a stage and of those that are built from it. */
  private runsThatSee(stage: Stage): readonly number[] {
    const known = this.runs.get(stage);
    if (known !== undefined) return known;
    const runs = descendants(stage).flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === 'RUN'));
    const offsets = runs.map(({ span }) => span.start).sort((a, b) => a - b);
    this.runs.set(stage, offsets);
    return offsets;
  }
}

function first(places: readonly (number | undefined)[]): number | undefined {
  return places.reduce((least, place) => (least === undefined || (place !== undefined && place < least) ? place : least), undefined);
}
