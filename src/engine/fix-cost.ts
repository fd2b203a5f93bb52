/**
 * What a fix costs at the next build: from which line on Docker can no longer use what it built before.
 */
import type { Dockerfile, Instruction, Stage } from '../model/dockerfile.js';
import { descendants } from '../model/stages.js';
import type { Edit, Fix } from '../rule.js';

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

/**
 * Offset of the first instruction that Docker builds anew after a fix; undefined when none is. For lines that are put in it is
 * the place where they go.
 */
export function rebuiltFrom(dockerfile: Dockerfile, fix: Fix): number | undefined {
  if (fix.keepsLayers === true) return undefined;
  const places = fix.edits.map((edit) => rebuiltByEdit(dockerfile, edit)).filter((place) => place !== undefined);
  return places.length === 0 ? undefined : Math.min(...places);
}

function rebuiltByEdit(dockerfile: Dockerfile, { span, text }: Edit): number | undefined {
  const { instructions } = dockerfile.syntax;
  const touched = instructions.filter((each) => {
    const end = each.heredocs.at(-1)?.contentSpan.end ?? each.span.end;
    // What is put in front of an instruction's keyword leaves the instruction alone.
    return span.start === span.end
      ? each.span.start < span.start && span.start <= end && !/^\r?\n/.test(text)
      : each.span.start < span.end && span.start < end;
  });
  const places = touched.map((each) => rebuiltBy(dockerfile, each, EFFECTS[each.keyword]));
  if (touched.length === 0) {
    for (const [, keyword = ''] of text.matchAll(/^[ \t]*([A-Z]+)[ \t]/gm)) {
      const effect = EFFECTS[keyword];
      if (effect === 'layer') places.push(span.start);
      else if (effect === 'scene') places.push(firstRunBehind(dockerfile, span.start));
    }
  }
  const known = places.filter((place) => place !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function rebuiltBy(dockerfile: Dockerfile, { span }: Instruction, effect: Effect | undefined): number | undefined {
  if (effect === 'layer') return span.start;
  return effect === 'scene' ? firstRunBehind(dockerfile, span.start) : undefined;
}

/** The first RUN that sees what stands at an offset; of an ARG above the first FROM it may be any FROM. */
function firstRunBehind(dockerfile: Dockerfile, offset: number): number | undefined {
  const stage = dockerfile.stages.findLast(({ from }) => from.span.start < offset);
  if (stage === undefined) return dockerfile.stages[0]?.from.span.start;
  const family: readonly Stage[] = descendants(stage);
  const seeing = family.flatMap(({ instructions }) => instructions.filter(({ keyword, span }) => keyword === 'RUN' && span.start >= offset));
  return seeing.length === 0 ? undefined : Math.min(...seeing.map(({ span }) => span.start));
}
