/** `plimsoll --print-config FILE`. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { SettingsByFile } from '../config/per-file.js';
import { ConfigurationError } from '../config/resolve.js';
import type { ExitCode, Surroundings } from '../streams.js';
import { type LintFlags, refuseIdle, requestOf } from './flags.js';

/** Prints the settings of a file, which need not be there. @throws {ConfigurationError} when its configuration is broken */
export async function printConfig(paths: readonly string[], flags: LintFlags, { streams, cwd }: Surroundings): Promise<ExitCode> {
  const { printConfig: file = '' } = flags;
  refuseIdle('printConfig', 'prints the settings of one file', flags);
  if (paths.length > 0) throw new ConfigurationError('--print-config prints the settings of one file and lints none: leave out the paths.');
  if (statSync(path.resolve(cwd, file), { throwIfNoEntry: false })?.isDirectory() === true)
    throw new ConfigurationError(`--print-config ${file}: that is a directory. Name a Dockerfile in it, which need not be there.`);
  const request = requestOf(flags, cwd);
  const byFile = new SettingsByFile(rules, request);
  const settings = byFile.of(file);
  if ('problems' in settings) throw settings;
  const { printedSettings } = await import('../config/print.js');
  streams.stdout.write(printedSettings(file, { registry: rules, choice: request.choice, settings, isExcluded: byFile.excludes(file) }));
  return 0;
}
