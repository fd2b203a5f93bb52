/**
 * Where commands run: the WORKDIR in force, or the directory a base image starts in, and every `cd` in front.
 */
import type { Reading } from '../model/copies.js';
import type { Command, Instruction, Script, Stage } from '../model/dockerfile.js';
import { joinPath } from '../model/environment.js';
import { expandWithBase, factsOfBase } from './images.js';
import { once } from './once.js';

/** Reads the words of instructions with what is known of the base image. */
export const WITH_BASE: Reading = { expand: expandWithBase, directory: directoryAt };

/**
 * NOTE: where only the base image's directory is in force, `/` stands for it, and for an unknown one a name that no path
 * has: both sides of a comparison then do. Notebook images start in their HOME.
 */
function directoryAt(stage: Stage, instruction: Instruction): string {
  const workdir = stage.environment.workdir(instruction);
  if (workdir.kind === 'known') return workdir.value;
  if (workdir.kind === 'absent') {
    const facts = factsOfBase(stage.base);
    return (facts?.purpose === 'notebook' ? facts.environment.get('HOME') : undefined) || '/';
  }
  const written = workdir.kind === 'unknown' && workdir.by.keyword === 'WORKDIR' ? workdir.by.value?.text : undefined;
  const path = written === undefined ? undefined : expandWithBase(stage, written, workdir.by);
  if (path !== undefined) return path.startsWith('/') ? joinPath('/', path) : joinPath(directoryAt(stage, workdir.by), path);
  return `/?${workdir.by.span.start}`;
}

/** The absolute directory a command runs in; undefined behind a `cd` to somewhere unknown. */
export function directoryOf(command: Command): string | undefined {
  return directories(command.script).get(command);
}

const directories = once(({ commands, stage, instruction }: Script): ReadonlyMap<Command, string | undefined> => {
  const found = new Map<Command, string | undefined>();
  let directory: string | undefined = directoryAt(stage, instruction);
  for (const command of commands) {
    if (command.name === 'cd') directory = changed(directory, command);
    found.set(command, directory);
  }
  return found;
});

function changed(directory: string | undefined, { args }: Command): string | undefined {
  const path = args[0]?.value;
  if (path === undefined || path === '-' || path.startsWith('~')) return undefined;
  return path.startsWith('/') ? joinPath('/', path) : directory && joinPath(directory, path);
}
