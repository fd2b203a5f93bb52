/**
 * The settings of each file of a run. Files of one configuration share one value, so that what is made of it is made once.
 */
import path from 'node:path';
import type { Rule } from '../rule.js';
import { type Globs, globProblem, readGlobs } from './globs.js';
import { type Configuration, type ConfigurationSource, Configurations } from './load.js';
import { type Choice, ConfigurationError, type FileSettings, settle } from './resolve.js';

/** What a run asks for, whatever the files. It can be sent to another thread. */
export interface Request {
  /** Absolute; what the paths of files are relative to. */
  readonly cwd: string;
  readonly configuration: ConfigurationSource;
  readonly choice: Choice;
}

/** Finds settings file by file. */
export class SettingsByFile {
  private readonly configurations: Configurations;
  private readonly governed = new Map<Configuration | undefined, Governed>();
  /** By the directory as it is written. */
  private readonly byDirectory = new Map<string, Configuration | ConfigurationError | undefined>();
  private readonly excluded: Globs | undefined;

  /** @throws {ConfigurationError} for a choice that cannot be meant, and for a broken configuration that is for all files */
  constructor(
    private readonly registry: readonly Rule[],
    private readonly request: Request,
  ) {
    const { exclude } = request.choice;
    const [problem] = (exclude ?? []).flatMap((glob) => globProblem(glob) ?? []);
    if (problem !== undefined) throw new ConfigurationError(`--exclude: ${problem}`);
    this.excluded = exclude && readGlobs(exclude, request.cwd);
    this.configurations = new Configurations(registry, request.cwd, request.configuration);
    this.governed.set(undefined, { perFile: [], settings: new Map([['', settle(registry, request.choice)]]) });
  }

  /** The settings of a file, or what is wrong with its configuration; without a file, those of the working directory. */
  of(file: string | undefined): FileSettings | ConfigurationError {
    const configuration = this.configurationOf(file);
    if (configuration instanceof ConfigurationError) return configuration;
    const governed = this.governedBy(configuration);
    const { perFile, settings } = governed;
    const applying = file === undefined || perFile.length === 0 ? [] : perFile.filter(({ globs }) => globs.match(this.absolute(file)));
    const key = applying.map(({ number }) => number).join();
    let found = settings.get(key);
    if (found === undefined) {
      const ignored = applying.flatMap(({ names }) => names);
      found = settle(this.registry, this.request.choice, configuration, ignored);
      settings.set(key, found);
    }
    return found;
  }

  /** Whether a search leaves a file out: the request says so, or the configuration of the file. */
  excludes(file: string): boolean {
    if (this.excluded?.match(this.absolute(file)) === true) return true;
    const configuration = this.configurationOf(file);
    if (configuration === undefined || configuration instanceof ConfigurationError) return false;
    return this.governedBy(configuration).exclude?.match(this.absolute(file)) === true;
  }

  private configurationOf(file: string | undefined): Configuration | ConfigurationError | undefined {
    const directory = file === undefined ? '' : path.dirname(file);
    if (this.byDirectory.has(directory)) return this.byDirectory.get(directory);
    const configuration = this.configurations.of(this.absolute(directory));
    this.byDirectory.set(directory, configuration);
    return configuration;
  }

  private governedBy(configuration: Configuration | undefined): Governed {
    let governed = this.governed.get(configuration);
    if (governed === undefined) {
      const { exclude, 'per-file-ignores': perFile } = configuration?.given ?? {};
      governed = {
        ...(exclude && { exclude: readGlobs(exclude.value, exclude.directory) }),
        perFile: [...(perFile?.value ?? [])].map(([glob, names], number) => {
          return { globs: readGlobs([glob], perFile?.directory ?? ''), names, number };
        }),
        settings: new Map(),
      };
      this.governed.set(configuration, governed);
    }
    return governed;
  }

  private absolute(file: string): string {
    return path.resolve(this.request.cwd, file);
  }
}

/** What one configuration says of single files. */
interface Governed {
  readonly exclude?: Globs;
  readonly perFile: readonly { readonly globs: Globs; readonly names: readonly string[]; readonly number: number }[];
  /** By the numbers of the globs that apply to a file. */
  readonly settings: Map<string, FileSettings>;
}
