import type { SyntaxTree } from '../syntax/tree.js';
import type { Dockerfile, RunningInstruction, Script, Stage } from './dockerfile.js';
import { GlobalArguments } from './environment.js';
import { readScript } from './shell.js';
import { readStages } from './stages.js';

/** Builds the model of a file. SPEC: `target` is a stage's name, in any case, never its number; by default the last stage is final. */
export function buildModel(tree: SyntaxTree, target?: string): Dockerfile {
  const globals = new GlobalArguments();
  const globalArguments = [];
  for (const instruction of tree.instructions) {
    if (instruction.keyword === 'FROM') break;
    if (instruction.keyword !== 'ARG') continue;
    globals.add(instruction, tree.escape);
    globalArguments.push(instruction);
  }
  const stages = readStages(tree, globals);
  const stagesByName = new Map(stages.flatMap((stage) => (stage.name === undefined ? [] : [[stage.name, stage]])));
  const named = target === undefined ? undefined : stagesByName.get(target.toLowerCase());
  const finalStage = named ?? stages.at(-1);
  const stagesOfFinalImage = new Set<Stage>();
  for (let stage = finalStage; stage !== undefined; stage = stage.parent) stagesOfFinalImage.add(stage);
  return { syntax: tree, globalArguments, stages, stagesByName, finalStage, stagesOfFinalImage, notes: undefined };
}

/**
 * Reads what an instruction of a stage runs, with the variables and the shell in force there.
 *
 * @param baseShell the base image's SHELL where it is known: it is in force until the file has one
 */
export function scriptOf(instruction: RunningInstruction, stage: Stage, baseShell?: readonly string[]): Script {
  const { environment } = stage;
  return readScript(instruction, stage, {
    lookup: (name) => {
      const value = environment.variable(name, instruction);
      return value.kind === 'known' ? value.value : undefined;
    },
    shell: environment.shell(instruction) ?? baseShell ?? (environment.escape === '`' ? WINDOWS_SHELL : undefined),
  });
}

/** A file that escapes with a backtick is for Windows; the images there start with cmd. */
const WINDOWS_SHELL: readonly string[] = ['cmd', '/S', '/C'];
