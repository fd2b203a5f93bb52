/**
 * Where commands run: the WORKDIR in force, or the directory a base image starts in, and every `cd` in front.
 */
import type { Reading } from '../model/copies.js';
import type { Command, Instruction, Script, Stage } from '../model/dockerfile.js';
import { joinPath } from '../model/paths.js';
import { expandWithBase, factsOfBase } from './images.js';
import { once } from './once.js';

/** Reads the words of instructions with what is known of the base image. */
export const WITH_BASE: Reading = { expand: expandWithBase, directory: directoryAt };

/** Of more WORKDIRs one below the other than this the first are left out: nobody writes ten. */
const MOST_BELOW = 100;

/**
 * NOTE: where only the base image's directory is in force, `/` stands for it, and for an unknown one a name that no path
 * has: both sides of a comparison then do. Notebook images start in their HOME.
 */
function directoryAt(stage: Stage, instruction: Instruction): string {
  let below = '';
  let [owner, before] = [stage, instruction];
  for (let left = MOST_BELOW; left > 0; left--) {
    const workdir = owner.environment.workdir(before);
    if (workdir.kind === 'known') return joinPath(workdir.value, below);
    if (workdir.kind === 'absent') return joinPath(baseDirectory(owner), below);
    const { by } = workdir;
    const written = workdir.kind === 'unknown' && by.keyword === 'WORKDIR' ? by.value?.text : undefined;
    owner = ownerOf(by, owner);
    const path = written === undefined ? undefined : expandWithBase(owner, written, by);
    if (path === undefined) return `/?${by.span.start}${below === '' ? '' : `/${below}`}`;
    if (path.startsWith('/')) return joinPath(path, below);
    below = below === '' ? path : `${path}/${below}`;
    before = by;
  }
  return `/?${before.span.start}`;
}

function baseDirectory(stage: Stage): string {
  const facts = factsOfBase(stage.base);
  return (facts?.purpose === 'notebook' ? facts.environment.get('HOME') : undefined) || '/';
}

/** The stage an instruction in force stands in: that stage itself, or one it is built from. */
function ownerOf(instruction: Instruction, stage: Stage): Stage {
  let owner = stage;
  while (owner.from.span.start > instruction.span.start && owner.parent !== undefined) owner = owner.parent;
  return owner;
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
