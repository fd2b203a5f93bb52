/**
 * The linters of a run: one for all files that share their settings.
 */
import { type Request, SettingsByFile } from '../config/per-file.js';
import type { ConfigurationProblem, FileSettings } from '../config/resolve.js';
import { type LayersOf, Linter } from '../engine/lint.js';
import type { ReportedRule } from '../engine/report.js';
import type { Rule } from '../rule.js';

/** What a run wants of every file; it can be sent to another thread. */
export interface RunRequest extends Request {
  /** Whether comments in the files may silence findings. */
  readonly inlineSuppressions: boolean;
  /** The day by which lifecycles and the ends of comments are judged, `YYYY-MM-DD`. */
  readonly today: string;
  /** Whether the report shows the layers of each file. */
  readonly layers?: boolean;
}

/** What a file is linted with. */
export interface LinterOfFile {
  readonly linter: Linter;
  readonly terms: Terms;
}

/** What a report has to know of the settings of a file. */
export interface Terms {
  readonly failOn: FileSettings['failOn'];
  /** The rules that were enabled, in the order of the registry. */
  readonly rules: readonly ReportedRule[];
}

/** The configuration of a file is broken, and the file is not linted. */
export interface Ungoverned {
  readonly problems: readonly ConfigurationProblem[];
}

/** Makes linters, each when its first file comes. */
export class Linters {
  /** The settings themselves. */
  readonly settings: SettingsByFile;
  private readonly made = new Map<FileSettings, LinterOfFile>();

  /**
   * @param layersOf is called only where the run asks for layers
   * @throws {ConfigurationError} as {@link SettingsByFile} does
   */
  constructor(
    private readonly registry: readonly Rule[],
    private readonly request: RunRequest,
    private readonly layersOf?: LayersOf,
  ) {
    this.settings = new SettingsByFile(registry, request);
  }

  /** The linter for a file; without a file, for a text that belongs to the working directory. */
  of(file: string | undefined): LinterOfFile | Ungoverned {
    const settings = this.settings.of(file);
    if ('problems' in settings) return { problems: settings.problems };
    let made = this.made.get(settings);
    if (made === undefined) {
      const { failOn, configuration, ...own } = settings;
      const { inlineSuppressions, today, layers } = this.request;
      const shown = layers === true && this.layersOf !== undefined ? { layers: this.layersOf } : {};
      const linter = new Linter({ registry: this.registry, ...own, inlineSuppressions, today, ...shown });
      made = { linter, terms: { failOn, rules: linter.enabledRules } };
      this.made.set(settings, made);
    }
    return made;
  }

  /**
   * The rules of a run: those that any of its files was linted with, in the order of the registry, as the first file had them.
   * Without files they are those of the working directory: who collects reports wants to know what was looked for.
   */
  rulesOf(terms: readonly Terms[]): readonly ReportedRule[] {
    const own = terms.length > 0 ? undefined : this.of(undefined);
    const all = own !== undefined && 'terms' in own ? [own.terms] : terms;
    const byId = new Map<string, ReportedRule>();
    for (const { rules } of new Set(all)) for (const rule of rules) if (!byId.has(rule.id)) byId.set(rule.id, rule);
    return this.registry.flatMap(({ id }) => byId.get(id) ?? []);
  }
}
