/** How packages are added to what a Dockerfile installs with apt. */
import type { Command, Instruction, ShellWord, SyntaxTree } from '../model/dockerfile.js';
import type { Edit } from '../rule.js';
import { linesAbove } from './lines.js';
import { listedBehind } from './words.js';

/** Adds packages behind the last one an install names; undefined where they cannot be written there. */
export function addedPackages(
  tree: SyntaxTree,
  command: Command,
  operands: readonly ShellWord[],
  names: readonly string[],
): Edit | undefined {
  const last = operands.at(-1);
  return last && listedBehind(tree, command, last, names);
}

/** A RUN of its own above an instruction, which leaves no index behind. */
export function aptRunAbove(tree: SyntaxTree, instruction: Instruction, names: readonly string[]): Edit {
  return linesAbove(
    tree,
    instruction,
    [aptRun(names, tree.escape)].flatMap((run) => run.split('\n')),
  );
}

/** The lines of a RUN that installs packages. */
export function aptRun(names: readonly string[], escape: string): string {
  return [
    `RUN apt-get update ${escape}`,
    `    && apt-get install -y --no-install-recommends ${names.join(' ')} ${escape}`,
    '    && rm -rf /var/lib/apt/lists/*',
  ].join('\n');
}
