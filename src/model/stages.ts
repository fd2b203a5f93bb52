/**
 * The stage graph: what each stage is built from, which one becomes the image, what reaches it.
 */
import { type ImageReference, parseImageReference } from '../syntax/image-reference.js';
import type { CopyInstruction, FromInstruction, Instruction, RunInstruction, SyntaxTree } from '../syntax/tree.js';
import type { Base, Dockerfile, Script, ScriptOf, Stage } from './dockerfile.js';
import { type GlobalArguments, StageEnvironment } from './environment.js';

/**
 * Splits a tree into stages and resolves what each is built from. SPEC: FROM sees earlier stages only, of equal names the
 * latest, and compares with the names in lower case: `FROM Base` is never the stage `base`.
 */
export function readStages(tree: SyntaxTree, globals: GlobalArguments): readonly Stage[] {
  const stages: Stage[] = [];
  const byName = new Map<string, Stage & { readonly children: Stage[] }>();
  const triggersByParent = new Map<Stage, readonly Instruction[]>();
  const starts = tree.instructions.flatMap((instruction, i) => (instruction.keyword === 'FROM' ? [i] : []));
  starts.forEach((start, index) => {
    const from = tree.instructions[start] as FromInstruction;
    const instructions = tree.instructions.slice(start + 1, starts[index + 1] ?? tree.instructions.length);
    const image = from.image === undefined ? undefined : globals.expand(from.image, tree.escape);
    const parent = image === undefined ? undefined : byName.get(image);
    const name = from.alias?.text.toLowerCase();
    const triggers = parent === undefined ? NO_INSTRUCTIONS : (triggersByParent.get(parent) ?? triggersOf(parent));
    if (parent !== undefined) triggersByParent.set(parent, triggers);
    const stage = {
      index,
      from,
      triggers,
      instructions,
      base: parent?.base ?? readBase(image),
      environment: new StageEnvironment(
        triggers.length === 0 ? instructions : [...triggers, ...instructions],
        parent?.environment,
        globals,
        tree.escape,
      ),
      name,
      parent,
      children: [],
      notes: undefined,
    };
    stages.push(stage);
    parent?.children.push(stage);
    if (name !== undefined) byName.set(name, stage);
  });
  return stages;
}

const NO_INSTRUCTIONS: readonly Instruction[] = [];

/** Nobody writes more; with a bound, many children of one stage cost no more than their own lines. */
const MAX_TRIGGERS = 50;

/** SPEC: what the parent has behind ONBUILD runs in the child, before its own instructions; what the child has is its own. */
function triggersOf({ instructions }: Stage): readonly Instruction[] {
  const triggers: Instruction[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword !== 'ONBUILD' || instruction.trigger === undefined) continue;
    triggers.push(instruction.trigger);
    if (triggers.length === MAX_TRIGGERS) break;
  }
  return triggers;
}

function readBase(image: string | undefined): Base {
  if (image === 'scratch') return { kind: 'scratch' };
  const reference = image === undefined ? undefined : parseImageReference(image);
  return reference === undefined ? { kind: 'unknown' } : { kind: 'image', reference };
}

/** LIMIT: of a longer chain of FROMs only as many are looked at: rules ask each stage, and a thousand in a chain took 3 s. */
const MOST_RELATIVES = 100;

/** A stage and the stages it is built from, itself first. */
export function* inheritance(stage: Stage): Generator<Stage> {
  let left = MOST_RELATIVES;
  for (let current: Stage | undefined = stage; current !== undefined && left > 0; current = current.parent, left--) yield current;
}

/** A stage and the stages that are built from it, with a chain of FROMs in between or without. */
export function descendants(stage: Stage): readonly Stage[] {
  const family = [stage];
  for (const member of family) {
    if (family.length >= MOST_RELATIVES) break;
    family.push(...member.children);
  }
  return family;
}

/** Whether the layers of a stage are layers of the final image: it is the final stage, or that one is built from it. */
export function isInFinalImage(dockerfile: Dockerfile, stage: Stage): boolean {
  return dockerfile.stagesOfFinalImage.has(stage);
}

/** Instructions of a stage and, before them, of the stages it is built from, triggers of ONBUILD too, in the order they are executed. */
export function inheritedInstructions(stage: Stage): readonly Instruction[] {
  if (stage.parent === undefined) return stage.instructions;
  return [...inheritance(stage)].reverse().flatMap(({ triggers, instructions }) => [...triggers, ...instructions]);
}

/** What the RUNs among some instructions run, in their order. */
export function runScripts(instructions: readonly Instruction[], script: ScriptOf): readonly Script[] {
  return instructions.flatMap((instruction) => (instruction.keyword === 'RUN' ? (script(instruction) ?? []) : []));
}

/** Where files come from in `COPY --from=…` and `RUN --mount=from=…`. */
export type FileSource =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'image'; readonly reference: ImageReference }
  /** A faulty or dynamic name, or one that only a named build context can give. */
  | { readonly kind: 'unknown' };

/**
 * SPEC: a number is a stage's index (COPY only), else a stage of that name in any case, of equal names the last of the whole
 * file, else an image.
 */
export function resolveFileSource(dockerfile: Dockerfile, from: string, allowIndex: boolean): FileSource {
  if (from.includes('$')) return { kind: 'unknown' };
  const isIndex = allowIndex && /^[+-]?[0-9]+$/.test(from);
  const stage = isIndex ? dockerfile.stages[Number(from)] : dockerfile.stagesByName.get(from.toLowerCase());
  if (stage !== undefined) return { kind: 'stage', stage };
  if (isIndex) return { kind: 'unknown' };
  const reference = parseImageReference(from);
  return reference === undefined ? { kind: 'unknown' } : { kind: 'image', reference };
}

/** The value of `--from` of a COPY, if it has one. */
export function copySource(instruction: CopyInstruction): string | undefined {
  return instruction.flags.find(({ name }) => name === 'from')?.value;
}

/** Paths that mounts of a RUN make a cache that is no part of the image. SPEC: an `id` is no path; without a target it is WORKDIR. */
export function cacheMountTargets(instruction: RunInstruction): readonly string[] {
  return instruction.mounts
    .filter(({ type }) => type === 'cache' || type === 'tmpfs')
    .map(({ options }) => options.get('target') ?? '')
    .filter((target) => target !== '');
}
