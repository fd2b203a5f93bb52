import type { SyntaxTree } from '../syntax/tree.js';
import type { Dockerfile, RunningInstruction, Script, Stage } from './dockerfile.js';
import { GlobalArguments } from './environment.js';
import { readScript } from './shell.js';
import { readStages } from './stages.js';

/** Builds the model of a file. `target` names the stage to build, in any case; by default the last one is final. */
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
  return { syntax: tree, globalArguments, stages, stagesByName, finalStage: named ?? stages.at(-1) };
}

/** Reads what an instruction of a stage runs, with the variables and the shell in force there. */
export function scriptOf(instruction: RunningInstruction, stage: Stage): Script {
  return readScript(instruction, stage, {
    lookup: (name) => {
      const value = stage.environment.variable(name, instruction);
      return value.kind === 'known' ? value.value : undefined;
    },
    shell: stage.environment.shell(instruction) ?? ['/bin/sh', '-c'],
  });
}
