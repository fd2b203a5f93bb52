/**
 * What a stage runs while it is built and what its own ENTRYPOINT and CMD start, in the order of the file.
 */
import type { Command, Instruction, ScriptOf, Stage } from '../model/dockerfile.js';

/** The commands of a stage's RUNs and of its own ENTRYPOINTs and CMDs; not those of the stages it is built from. */
export function programsOf({ instructions }: Stage, script: ScriptOf): readonly Command[] {
  const running = instructions.filter(({ keyword }) => keyword === 'RUN' || keyword === 'CMD' || keyword === 'ENTRYPOINT');
  return running.flatMap((instruction) => script(instruction)?.commands ?? []);
}

/** The first of some commands that stands behind an instruction, looked for in one stage after the other. @param commands in the order of the file */
export function firstBehind(
  { span }: Pick<Instruction, 'span'>,
  stages: readonly Stage[],
  commands: (stage: Stage) => readonly Command[],
): Command | undefined {
  for (const stage of stages) {
    const all = commands(stage);
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle]?.span.start ?? Number.POSITIVE_INFINITY) < span.end) low = middle + 1;
      else high = middle;
    }
    if (all[low] !== undefined) return all[low];
  }
  return undefined;
}
