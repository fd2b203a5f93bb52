/** Where the program reads and writes, so that it can be run as a function. */

/** What a run finds around it. */
export interface Streams {
  /** Everything on standard input. */
  readonly stdin: () => Uint8Array;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** One of the two streams a program writes to. */
export interface OutputStream {
  /** Text as UTF-8, bytes as they are. */
  readonly write: (text: string | Uint8Array) => void;
  readonly isTTY: boolean;
  /** Width in columns, when it is a terminal. */
  readonly columns?: number;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command is run with. `cwd` is absolute. */
export interface Surroundings {
  readonly streams: Streams;
  readonly env: Environment;
  readonly cwd: string;
}

/** 0: nothing at or above the threshold. 1: findings. 2: wrong usage, unreadable input, internal error. */
export type ExitCode = 0 | 1 | 2;

/** The columns of a stream: its own, then COLUMNS, then 80. */
export function widthOf(stream: OutputStream, env: Environment): number {
  const columns = Number(env['COLUMNS']);
  return stream.columns ?? (Number.isInteger(columns) && columns > 0 ? columns : 80);
}
