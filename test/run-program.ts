/** The program as a function of its arguments, in a directory of a test. */
import { main } from '../src/cli.js';

/** What a run has written and with which code it ended. */
export interface ProgramOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it; the streams are no terminals by default. */
export interface ProgramOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
}

/** Runs the program in this process. @param cwd absolute */
export async function runProgram(cwd: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramOutcome> {
  const written = { stdout: '', stderr: '' };
  const append = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
    written[stream] += Buffer.from(text).toString();
  };
  const isTTY = options.tty === true;
  const code = await main(
    args,
    {
      stdin: () => Buffer.from(options.stdin ?? ''),
      stdout: { isTTY, columns: 100, write: append('stdout') },
      stderr: { isTTY, columns: 100, write: append('stderr') },
    },
    { LANG: 'C.UTF-8', ...options.env },
    cwd,
  );
  return { code, ...written };
}
