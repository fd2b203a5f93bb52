/**
 * The stage graph: what each stage is built from, which one becomes the image, what reaches it.
 */
import { type ImageReference, parseImageReference } from '../syntax/image-reference.js';
import type { CopyInstruction, FromInstruction, Instruction, RunInstruction, SyntaxTree } from '../syntax/tree.js';
import type { Base, Dockerfile, Script, ScriptOf, Stage } from './dockerfile.js';
import { type GlobalArguments, StageEnvironment } from './environment.js';

/** Splits a tree into stages and resolves what each is built from. SPEC: FROM sees earlier stages only. */
export function readStages(tree: SyntaxTree, globals: GlobalArguments): readonly Stage[] {
  const stages: Stage[] = [];
  const byName = new Map<string, Stage & { readonly children: Stage[] }>();
  const starts = tree.instructions.flatMap((instruction, i) => (instruction.keyword === 'FROM' ? [i] : []));
  starts.forEach((start, index) => {
    const from = tree.instructions[start] as FromInstruction;
    const instructions = tree.instructions.slice(start + 1, starts[index + 1] ?? tree.instructions.length);
    const image = from.image === undefined ? undefined : globals.expand(from.image, tree.escape);
    const parent = image === undefined ? undefined : byName.get(image.toLowerCase());
    const name = from.alias?.text.toLowerCase();
    const stage = {
      index,
      from,
      instructions,
      base: parent?.base ?? readBase(image),
      environment: new StageEnvironment(instructions, parent?.environment, globals, tree.escape),
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

function readBase(image: string | undefined): Base {
  if (image === 'scratch') return { kind: 'scratch' };
  const reference = image === undefined ? undefined : parseImageReference(image);
  return reference === undefined ? { kind: 'unknown' } : { kind: 'image', reference };
}

/** A stage and the stages it is built from, itself first. */
export function* inheritance(stage: Stage): Generator<Stage> {
  for (let current: Stage | undefined = stage; current !== undefined; current = current.parent) yield current;
}

/** A stage and the stages that are built from it, with a chain of FROMs in between or without. */
export function descendants(stage: Stage): readonly Stage[] {
  const family = [stage];
  for (const member of family) family.push(...member.children);
  return family;
}

/** Whether the layers of a stage are layers of the final image: it is the final stage, or that one is built from it. */
export function isInFinalImage(dockerfile: Dockerfile, stage: Stage): boolean {
  if (dockerfile.finalStage === undefined) return false;
  for (const ancestor of inheritance(dockerfile.finalStage)) if (ancestor === stage) return true;
  return false;
}

/** Instructions of a stage and, before them, of the stages it is built from, in the order they are executed. */
export function inheritedInstructions(stage: Stage): readonly Instruction[] {
  if (stage.parent === undefined) return stage.instructions;
  return [...inheritance(stage)].reverse().flatMap(({ instructions }) => instructions);
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

/** SPEC: a number is a stage's index (COPY only), else a stage of that name in any case, else an image. */
export function resolveFileSource(dockerfile: Dockerfile, from: string, allowIndex: boolean): FileSource {
  if (from.includes('$')) return { kind: 'unknown' };
  const stage = allowIndex && /^[0-9]+$/.test(from) ? dockerfile.stages[Number(from)] : dockerfile.stagesByName.get(from.toLowerCase());
  if (stage !== undefined) return { kind: 'stage', stage };
  if (allowIndex && /^[0-9]+$/.test(from)) return { kind: 'unknown' };
  const reference = parseImageReference(from);
  return reference === undefined ? { kind: 'unknown' } : { kind: 'image', reference };
}

/** The value of `--from` of a COPY, if it has one. */
export function copySource(instruction: CopyInstruction): string | undefined {
  return instruction.flags.find(({ name }) => name === 'from')?.value;
}

/** Mounts of a RUN that make a path a cache that is not part of the image. */
export function cacheMountTargets(instruction: RunInstruction): readonly string[] {
  return instruction.mounts
    .filter(({ type }) => type === 'cache' || type === 'tmpfs')
    .map(({ options }) => options.get('target') ?? options.get('id') ?? '')
    .filter((target) => target !== '');
}
