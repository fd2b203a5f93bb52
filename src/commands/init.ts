/**
 * `plimsoll init`: writes a first configuration.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { convertedFromHadolint } from '../config/hadolint.js';
import { type InitialSettings, initialJson, initialPyproject } from '../config/init.js';
import { Configurations } from '../config/load.js';
import { readConfiguration } from '../config/read.js';
import { ConfigurationError } from '../config/resolve.js';
import { readToml } from '../files/toml.js';
import type { Rule } from '../rule.js';
import { obstacleTo } from '../source/obstacle.js';
import { placeOf } from '../source/position.js';
import { replaceFile, UnwritableFile } from '../source/replace-file.js';
import { decodeSource, encodeSource, type SourceFile, UnreadableSource } from '../source/source-file.js';
import type { ExitCode, Surroundings } from '../streams.js';

/** The options of the command line. */
export interface InitFlags {
  readonly pyproject?: boolean;
  readonly json?: boolean;
  /** A file of hadolint; true for the one in the working directory. */
  readonly fromHadolint?: string | true;
}

/** Where hadolint looks for its own. */
const HADOLINT_FILES = ['.hadolint.yaml', '.hadolint.yml'];

const OWN_FILE = 'plimsoll.json';
const PROJECT_FILE = 'pyproject.toml';

/**
 * Writes a configuration into the working directory, and says what it wrote.
 *
 * @param rules those that a configuration may name; handed in, so that this file does not bring them along a second time
 * @throws {ConfigurationError} when it cannot
 */
export function init(flags: InitFlags, rules: readonly Rule[], { streams, cwd }: Surroundings): ExitCode {
  if (flags.pyproject === true && flags.json === true) throw new ConfigurationError('--pyproject and --json: choose one of the two.');
  const there = new Configurations(rules, cwd, 'nearest').in(cwd);
  if (there !== undefined) {
    const file = 'problems' in there ? there.problems[0]?.path : there.file;
    throw new ConfigurationError(`${file} configures plimsoll already. Change that, or remove it first.`);
  }
  const usesProject = flags.pyproject === true || (flags.json !== true && existsSync(path.join(cwd, PROJECT_FILE)));
  const from = flags.fromHadolint === true ? hadolintFile(cwd) : flags.fromHadolint;
  const converted = from === undefined ? undefined : convertedFromHadolint(textOf(from, cwd).text, rules);
  if (typeof converted === 'string') throw new ConfigurationError(`${from} ${converted}`);
  const file = usesProject ? PROJECT_FILE : OWN_FILE;
  if (usesProject) extendProject(cwd, converted?.settings ?? {}, rules);
  else writeOwn(cwd, converted?.settings ?? {});
  streams.stdout.write(
    `${usesProject ? 'Added [tool.plimsoll] to' : 'Wrote'} ${file}${from === undefined ? '' : ` with what ${from} says`}.\n`,
  );
  if (converted === undefined) return 0;
  for (const line of converted.taken) streams.stdout.write(`  ${line}\n`);
  if (converted.left.length > 0) streams.stdout.write('Without a counterpart:\n');
  for (const line of converted.left) streams.stdout.write(`  ${line}\n`);
  return 0;
}

function hadolintFile(cwd: string): string {
  const file = HADOLINT_FILES.find((name) => existsSync(path.join(cwd, name)));
  if (file === undefined)
    throw new ConfigurationError(`there is no ${HADOLINT_FILES.join(' or ')} here. Name the file: --from-hadolint FILE.`);
  return file;
}

function textOf(file: string, cwd: string): SourceFile {
  try {
    const source = decodeSource(file, readFileSync(path.resolve(cwd, file)));
    if (source.invalidUtf8At === undefined) return source;
    const message = 'is not UTF-8 from here on. Save it as that first (iconv -f LATIN1 -t UTF-8).';
    throw new ConfigurationError([{ path: file, place: placeOf(source, source.invalidUtf8At), message }]);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    if (error instanceof UnreadableSource) throw new ConfigurationError(`${file} is no text in UTF-8.`);
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(`${file} cannot be read${code === 'ENOENT' ? ': it does not exist' : ` (${code})`}.`);
  }
}

function writeOwn(cwd: string, settings: InitialSettings): void {
  const schema = './node_modules/plimsoll/dist/schema.json';
  const text = initialJson(settings, existsSync(path.join(cwd, schema)) ? schema : undefined);
  try {
    writeFileSync(path.join(cwd, OWN_FILE), text, { flag: 'wx' });
  } catch (error) {
    const reason = obstacleTo(path.join(cwd, OWN_FILE)) ?? (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConfigurationError(`${OWN_FILE} cannot be written: ${reason}.`);
  }
}

/** Adds the table behind what is there, of which no byte changes. */
function extendProject(cwd: string, settings: InitialSettings, rules: readonly Rule[]): void {
  const before = textOf(PROJECT_FILE, cwd);
  const after = { ...before, text: initialPyproject(before.text, settings) };
  const [problem] = (readConfiguration(after.text, 'pyproject', rules) ?? readToml(after.text)).problems;
  if (problem !== undefined) {
    const message = `with a table [tool.plimsoll] at its end the file ${problem.message.replace(/\.?$/, '.')} Mend that, or use --json instead.`;
    throw new ConfigurationError([{ path: PROJECT_FILE, place: placeOf(after, problem.span.start), message }]);
  }
  try {
    replaceFile(path.join(cwd, PROJECT_FILE), Buffer.from(encodeSource(before)), Buffer.from(encodeSource(after)));
  } catch (error) {
    if (!(error instanceof UnwritableFile)) throw error;
    throw new ConfigurationError(`${PROJECT_FILE} ${error.message}`);
  }
}
