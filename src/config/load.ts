/**
 * Finds the configuration of a file and reads it: the nearest one above it, never a mixture of several but where one says so
 * itself with `extends`. Without any configuration this costs a few looks at directories.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Rule } from '../rule.js';
import { shownPath } from '../source/discover.js';
import { type Place, placeName, placeOf } from '../source/position.js';
import { decodeSource, type SourceFile, UnreadableSource } from '../source/source-file.js';
import { type Host, type ReadConfiguration, readConfiguration } from './read.js';
import { ConfigurationError, type ConfigurationProblem } from './resolve.js';
import type { Key, RuleSetting, Settings } from './schema.js';

/** What one key says, and where. */
export interface Given<Value> {
  readonly value: Value;
  /** `file:line:column` of the key; of `rules`, which merges, every place that had a part in it. */
  readonly from: readonly string[];
  /** Absolute; what the globs in the value are relative to. */
  readonly directory: string;
}

/** A configuration with all that it extends. */
export interface Configuration {
  /** As reports show it. */
  readonly file: string;
  readonly given: { readonly [Name in Key]?: Given<Exclude<Settings[Name], undefined>> };
}

/** Where configuration comes from: the nearest file above each Dockerfile, one file for all (relative to `cwd`), or nowhere. */
export type ConfigurationSource = 'nearest' | { readonly file: string } | 'none';

/** What a configuration may be called: own files before those of other tools. Two of them in one directory are an error all the same. */
export const CONFIGURATION_NAMES = ['plimsoll.json', 'plimsoll.jsonc', '.plimsoll.json', 'pyproject.toml', 'package.json'];

/** The configurations of one run; each directory is looked at once. */
export class Configurations {
  private readonly byDirectory = new Map<string, Configuration | ConfigurationError | undefined>();
  /** What others extend. */
  private readonly loaded = new Map<string, Configuration | ConfigurationError>();
  private readonly readings = new Map<string, Reading | string>();
  private readonly forAll: Configuration | undefined;

  /**
   * @param cwd absolute
   * @throws {ConfigurationError} when the one file for all cannot be used
   */
  constructor(
    private readonly registry: readonly Rule[],
    private readonly cwd: string,
    private readonly source: ConfigurationSource,
  ) {
    if (typeof source !== 'object') return;
    const found = this.load(path.resolve(cwd, source.file), cwd);
    if (found instanceof ConfigurationError) throw found;
    this.forAll = found;
  }

  /** What governs the files of a directory: a configuration, what is wrong with it, or nothing. @param directory absolute */
  of(directory: string): Configuration | ConfigurationError | undefined {
    if (this.source !== 'nearest') return this.forAll;
    const passed: string[] = [];
    let found: Configuration | ConfigurationError | undefined;
    for (let current = directory; ; current = path.dirname(current)) {
      const isKnown = this.byDirectory.has(current);
      found = isKnown ? this.byDirectory.get(current) : this.in(current);
      passed.push(current);
      if (isKnown || found !== undefined || isTop(current)) break;
    }
    for (const each of passed) this.byDirectory.set(each, found);
    return found;
  }

  /** The configuration that a directory itself holds. @param directory absolute */
  in(directory: string): Configuration | ConfigurationError | undefined {
    const files = CONFIGURATION_NAMES.map((name) => path.join(directory, name)).filter((file) => isFile(file) && this.says(file));
    const [first, second] = files;
    if (first === undefined || second === undefined) return first === undefined ? undefined : this.load(first);
    const message = `${path.basename(second)} beside it configures plimsoll as well. Keep one of them: what they say is not mixed.`;
    return new ConfigurationError([{ path: shownPath(first, this.cwd), message }]);
  }

  /** Whether a file has anything for plimsoll in it. */
  private says(file: string): boolean {
    if (hostOf(file) === 'own') return true;
    const reading = this.reading(file);
    return typeof reading === 'object' && reading.read !== undefined;
  }

  /**
   * Reads a file and all that it extends.
   *
   * @param directory what its globs are relative to
   * @param chain the files that extend it
   */
  private load(file: string, directory = path.dirname(file), chain: readonly string[] = []): Configuration | ConfigurationError {
    const shown = shownPath(file, this.cwd);
    const reading = this.reading(file);
    if (typeof reading === 'string') return new ConfigurationError([{ path: shown, message: reading }]);
    const { source, read } = reading;
    if (read === undefined) {
      const table = hostOf(file) === 'pyproject' ? 'table [tool.plimsoll]' : 'key "plimsoll"';
      return new ConfigurationError([{ path: shown, message: `has no ${table}, so it configures nothing.` }]);
    }
    const placeOfKey = (key: Key): Place => placeOf(source, read.places.get(key)?.start ?? 0);
    const problems = new Set(
      read.problems.map(({ message, span }): ConfigurationProblem => ({ path: shown, place: placeOf(source, span.start), message })),
    );
    const parts: Configuration['given'][] = [];
    for (const extended of read.settings.extends ?? []) {
      const from = { path: shown, place: placeOfKey('extends') };
      const part = this.extended(path.resolve(path.dirname(file), extended), extended, from, [...chain, file]);
      if (part instanceof ConfigurationError) for (const problem of part.problems) problems.add(problem);
      else parts.push(part.given);
    }
    if (problems.size > 0) return new ConfigurationError([...problems]);
    const own = Object.entries(read.settings).map(([key, value]) => {
      return [key, { value, from: [placeName(shown, placeOfKey(key as Key))], directory }];
    });
    return { file: shown, given: merged([...parts, Object.fromEntries(own)]) };
  }

  /** @param name as it is written @param from where it is written */
  private extended(
    file: string,
    name: string,
    from: Omit<ConfigurationProblem, 'message'>,
    chain: readonly string[],
  ): Configuration | ConfigurationError {
    const refused = (message: string): ConfigurationError => new ConfigurationError([{ ...from, message }]);
    if (chain.includes(file)) {
      const circle = [...chain.slice(chain.indexOf(file)), file].map((each) => shownPath(each, this.cwd));
      return refused(`\`extends\` goes round in circles: ${circle.join(' → ')}.`);
    }
    if (chain.length > MOST_LEVELS) return refused(`\`extends\` leads through more than ${MOST_LEVELS} files.`);
    const reading = this.reading(file);
    if (typeof reading === 'string') return refused(`\`extends\` names ${name}, which ${reading}`);
    // Once: two files that extend two files, and so on, would be read a million times.
    const loaded = this.loaded.get(file) ?? this.load(file, undefined, chain);
    this.loaded.set(file, loaded);
    return loaded;
  }

  /** A file as it was read the first time, or why it cannot be: the end of a sentence that begins with its name. */
  private reading(file: string): Reading | string {
    let reading = this.readings.get(file);
    if (reading === undefined) {
      reading = this.readAnew(file);
      this.readings.set(file, reading);
    }
    return reading;
  }

  private readAnew(file: string): Reading | string {
    try {
      const source = decodeSource(shownPath(file, this.cwd), readFileSync(file));
      const host = hostOf(file);
      // Most files of other tools say nothing of plimsoll, and need not be parsed for that.
      const isFor = host === 'own' || source.text.includes('plimsoll');
      return { source, read: isFor ? readConfiguration(source.text, host, this.registry) : undefined };
    } catch (error) {
      if (error instanceof UnreadableSource) return 'is no text that plimsoll can read. Save it as UTF-8.';
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (code === 'ENOENT') return 'does not exist.';
      if (code === 'EISDIR') return 'is a directory. Name the file in it.';
      return code === 'EACCES' ? 'cannot be read: permission denied.' : `cannot be read (${code}).`;
    }
  }
}

/** A file, and what it says; that is undefined where there is nothing for plimsoll in it. */
interface Reading {
  readonly source: SourceFile;
  readonly read: ReadConfiguration | undefined;
}

/** `extends` in one another. */
const MOST_LEVELS = 20;

/** NOTE: what a file says of `rules` is put together rule by rule; of every other key the last word counts alone. */
function merged(parts: readonly Configuration['given'][]): Configuration['given'] {
  const all: { -readonly [Name in Key]?: Configuration['given'][Name] } = {};
  for (const part of parts) {
    const before = all.rules;
    Object.assign(all, part);
    if (before === undefined || part.rules === undefined) continue;
    const rules = new Map(before.value);
    for (const [id, { severity, options }] of part.rules.value) rules.set(id, mergedSetting(rules.get(id) ?? {}, { severity, options }));
    all.rules = { ...part.rules, value: rules, from: [...new Set([...part.rules.from, ...before.from])] };
  }
  return all;
}

function mergedSetting(
  before: RuleSetting,
  { severity, options }: { [Name in keyof RuleSetting]: RuleSetting[Name] | undefined },
): RuleSetting {
  const allOptions = before.options === undefined && options === undefined ? undefined : { ...before.options, ...options };
  const last = severity ?? before.severity;
  return { ...(last && { severity: last }), ...(allOptions && { options: allOptions }) };
}

function hostOf(file: string): Host {
  const name = path.basename(file);
  return name.endsWith('.toml') ? 'pyproject' : name === 'package.json' ? 'package' : 'own';
}

/** The search ends at the root of the repository, or of the file system. */
function isTop(directory: string): boolean {
  return path.dirname(directory) === directory || existsSync(path.join(directory, '.git'));
}

function isFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A directory that may not be looked into holds no Dockerfile that could be read either.
    return false;
  }
}
