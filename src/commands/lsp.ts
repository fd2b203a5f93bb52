/** `plimsoll lsp`: serves an editor on standard input and output. */
import { serve } from '../lsp/server.js';
import type { Rule } from '../rule.js';
import type { ExitCode, Surroundings } from '../streams.js';

/**
 * Never returns: the process ends with the connection.
 *
 * @param rules handed in, so that this file does not bring them along a second time
 * @param today the day, `YYYY-MM-DD`
 */
export function lsp(rules: readonly Rule[], today: () => string, { streams: { stderr, stdout } }: Surroundings): Promise<ExitCode> {
  if (stdout.isTTY) stderr.write('plimsoll: this is the language server. An editor starts it and talks to it; Ctrl-C ends it.\n');
  serve(rules, today);
  return new Promise(() => {});
}
