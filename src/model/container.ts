/**
 * What a container of a stage starts, as far as the file says it: the ENTRYPOINT and the CMD in force.
 */
import type { CmdInstruction, Instruction, Stage } from './dockerfile.js';

/** ENTRYPOINT and CMD in force; absent when only the base image's own may be. */
export interface ContainerStart {
  readonly entrypoint?: CmdInstruction;
  /** Not reset by an ENTRYPOINT in shell form, which never looks at it: see {@link ignoresCommand}. */
  readonly command?: CmdInstruction;
}

/** SPEC: the last of each counts; an ENTRYPOINT resets a CMD that was inherited, not one of its own stage. */
export function containerStart(stage: Stage): ContainerStart {
  const entrypoint = lastOf(stage, 'ENTRYPOINT');
  const command = lastOf(stage, 'CMD');
  const inherited = stage.parent === undefined ? {} : containerStart(stage.parent);
  const start = {
    entrypoint: entrypoint ?? inherited.entrypoint,
    command: command ?? (entrypoint === undefined ? inherited.command : undefined),
  };
  return {
    ...(start.entrypoint === undefined ? {} : { entrypoint: start.entrypoint }),
    ...(start.command === undefined ? {} : { command: start.command }),
  };
}

/** Whether the ENTRYPOINT is in shell form, so that `sh -c` drops whatever CMD or `docker run` add. */
export function ignoresCommand({ entrypoint }: ContainerStart): boolean {
  return entrypoint?.command.form === 'shell';
}

function lastOf(stage: Stage, keyword: 'ENTRYPOINT' | 'CMD'): CmdInstruction | undefined {
  const isWanted = (instruction: Instruction): instruction is CmdInstruction => instruction.keyword === keyword;
  return stage.instructions.findLast(isWanted) ?? stage.triggers.findLast(isWanted);
}
