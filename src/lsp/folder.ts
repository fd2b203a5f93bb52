/** A folder of the editor: what all files in it are linted with, and the files around them. */
import path from 'node:path';
import { Linters } from '../batch/linters.js';
import { treesOf } from '../batch/share.js';
import { ConfigurationError, type ConfigurationProblem } from '../config/resolve.js';
import type { Rule } from '../rule.js';
import { shownPath } from '../source/discover.js';
import type { Surroundings, Trees } from '../source/file-tree.js';
import type { ClientSettings } from './settings.js';

/** What is asked of the outside, whatever the folder. */
export interface Outside {
  readonly registry: readonly Rule[];
  /** The client's settings for a folder. @param uri its address; undefined for what lies in none */
  readonly settingsOf: (uri: string | undefined) => Promise<ClientSettings>;
  /** The day, `YYYY-MM-DD`. */
  readonly today: () => string;
}

/** What a folder's files are linted with: nothing where the client has switched plimsoll off. */
export type Governing = Linters | readonly ConfigurationProblem[] | undefined;

/** A directory in which paths, configurations and trees begin, as in the working directory of the command line. */
export class Folder {
  private governing: Promise<Governing> | undefined;
  private trees: Trees | undefined;
  private day = '';
  /** Another number whenever what is not open in the editor may have changed. */
  generation = 0;

  /** @param directory absolute @param uri as the client writes it; absent where it did not name the folder */
  constructor(
    readonly directory: string,
    private readonly uri: string | undefined,
    private readonly outside: Outside,
  ) {}

  /** A path as reports show it. @param file absolute */
  shown(file: string): string {
    return shownPath(file, this.directory);
  }

  /** A path of a report. */
  absolute(shown: string): string {
    return path.resolve(this.directory, shown);
  }

  /** Looks at everything anew from now on: configurations, settings, the files around. */
  renew(): void {
    this.generation++;
    this.governing = undefined;
    this.trees = undefined;
  }

  /** Settings and configurations are read when the first file asks, and when another day has come. */
  async linters(): Promise<Governing> {
    const today = this.outside.today();
    if (today !== this.day) this.renew();
    this.day = today;
    this.governing ??= this.read(today);
    return await this.governing;
  }

  /** @param file absolute */
  around(file: string): Surroundings | undefined {
    this.trees ??= treesOf({ cwd: this.directory, context: undefined });
    return this.trees?.around(file);
  }

  private async read(today: string): Promise<Governing> {
    const { enable, configPath, choice, problems } = await this.outside.settingsOf(this.uri);
    if (!enable) return undefined;
    if (problems.length > 0) return problems.map((message) => ({ path: '', message }));
    try {
      const configuration = configPath === undefined ? 'nearest' : { file: configPath };
      return new Linters(this.outside.registry, { cwd: this.directory, configuration, choice, inlineSuppressions: true, today });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.problems.length > 0 ? error.problems : [{ path: '', message: error.message }];
    }
  }
}
