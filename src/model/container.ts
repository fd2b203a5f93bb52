/**
 * What a container of a stage starts, as far as the file says it: the ENTRYPOINT and the CMD in force.
 */
import type { CmdInstruction, Instruction, Stage } from './dockerfile.js';
import { inheritance } from './stages.js';

/** ENTRYPOINT and CMD in force; absent when only the base image's own may be. */
export interface ContainerStart {
  readonly entrypoint?: CmdInstruction;
  /** Not reset by an ENTRYPOINT in shell form, which never looks at it: see {@link ignoresCommand}. */
  readonly command?: CmdInstruction;
}

/** SPEC: the last of each counts; an ENTRYPOINT resets a CMD that was inherited, not one of its own stage. */
export function containerStart(stage: Stage): ContainerStart {
  let command: CmdInstruction | undefined;
  let entrypoint: CmdInstruction | undefined;
  for (const ancestor of inheritance(stage)) {
    command ??= lastOf(ancestor, 'CMD');
    entrypoint = lastOf(ancestor, 'ENTRYPOINT');
    if (entrypoint !== undefined) break;
  }
  return { ...(entrypoint && { entrypoint }), ...(command && { command }) };
}

/** Whether the ENTRYPOINT is in shell form, so that `sh -c` drops whatever CMD or `docker run` add. */
export function ignoresCommand({ entrypoint }: ContainerStart): boolean {
  return entrypoint?.command.form === 'shell';
}

function lastOf(stage: Stage, keyword: 'ENTRYPOINT' | 'CMD'): CmdInstruction | undefined {
  const isWanted = (instruction: Instruction): instruction is CmdInstruction => instruction.keyword === keyword;
  return stage.instructions.findLast(isWanted) ?? stage.triggers.findLast(isWanted);
}
