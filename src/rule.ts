/**
 * The contract between a rule and everything else. A rule is data plus pure generators: it asks the model, yields
 * findings, and knows nothing of the engine, the configuration or the reports.
 */
import type { Compose, ComposeService } from './model/compose.js';
import type { BuildContext } from './model/context.js';
import type { Command, Dockerfile, Instruction, Keyword, ScriptOf, SourceFile, Span, Stage } from './model/dockerfile.js';

/** `error`: the build or the container fails, or a secret leaks. `warning`: it works and will cost. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** How sure a finding of a rule is; a rule of low confidence is never in the recommended preset. */
export type Confidence = 'high' | 'medium' | 'low';

/** The smallest preset a rule is in: every rule of `recommended` is also in `strict`, every rule is in `all`. */
export type Preset = 'recommended' | 'strict' | 'all';

/** The folders below `rules/`: where a person looks for a rule. */
export const FAMILIES = [
  'base-image', 'python', 'pip', 'uv', 'poetry', 'conda', 'apt', 'apk', 'r', 'julia', 'gpu', 'jupyter', 'models', 'serving',
  'security', 'layers', 'reproducibility', 'runtime', 'context', 'compose', 'dockerfile',
] as const; // biome-ignore format: one line reads better than twenty-one
/** One of {@link FAMILIES}. */
export type Family = (typeof FAMILIES)[number];

/** *safe*: a build that works today gives the same image or a better one. *unsafe*: anything else worth offering. */
export type Safety = 'safe' | 'unsafe';

/** Replaces the text at a span; a span without length inserts. The folder `edits/` makes those that keep to the user's style. */
export interface Edit {
  readonly span: Span;
  /** Line ends are `\n` here; the engine writes them as the line around has them. */
  readonly text: string;
}

/** Lines at the end of a text file around the Dockerfile. */
export interface Addition {
  /** In the tree of the project. */
  readonly path: string;
  /** Without line ends; those that the file has already are not added again. */
  readonly lines: readonly string[];
  /** Words of the Dockerfile that bring what changes by it: from there on Docker builds anew. */
  readonly affects: Span;
}

/** One way to mend a finding. */
export type Fix = FixBase & ({ readonly safety: 'safe' } | { readonly safety: 'unsafe'; readonly risk: string });

interface FixBase {
  /** An imperative without a full stop: `Add --no-cache-dir`. No secret may stand in it. */
  readonly title: string;
  /** Not overlapping, in any order. */
  readonly edits: readonly Edit[];
  /** Why an unsafe fix is not safe: what may be different afterwards. A sentence without capital and full stop: `packages that
   *  are merely recommended may be missing`. */
  readonly risk?: string;
  /** What the fix does to another file of the project, which is made where there is none. */
  readonly additions?: readonly Addition[];
  /** The words of the file change, but not what Docker makes of them (quoting, comments): no build cache is lost. */
  readonly keepsLayers?: true;
}

/** What a message says and what to do about it; `{name}` stands for the finding's data. */
export interface Message {
  /** The fact in the user's terms, on one line, without a full stop at the end. */
  readonly text: string;
  /** The remedy; begins with a verb and can be pasted where that is possible. */
  readonly help: string;
}

/** A second place that explains a finding. */
export interface RelatedPlace {
  readonly at: Span;
  readonly note: string;
}

/** A file around the Dockerfile that a finding is in. */
export interface Elsewhere {
  readonly source: SourceFile;
  /** The words of the Dockerfile that lead there: a comment that silences the rule for them silences the finding, too. */
  readonly from: Span;
}

/** What a rule yields. `message` is one of the rule's message ids, `data` fills that message's placeholders. */
export type Finding<Messages extends Record<string, Message> = Record<string, Message>> = {
  [Id in keyof Messages & string]: {
    /** The words that are wrong, or, for something missing, what a person would edit. */
    readonly at: Span;
    readonly message: Id;
    /** For a place in a file around the Dockerfile: `at` and `related` are in that file then, and there are no fixes. */
    readonly elsewhere?: Elsewhere;
    /** Where a case is worse or better than the rule's default. */
    readonly severity?: Severity;
    readonly related?: readonly RelatedPlace[];
    readonly fixes?: readonly Fix[];
  } & DataFor<Messages[Id]>;
}[keyof Messages & string];

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type PlaceholdersOf<M extends Message> = Placeholders<M['text']> | Placeholders<M['help']>;
type DataFor<M extends Message> = string extends M['text']
  ? { readonly data?: Readonly<Record<string, string | number>> }
  : [PlaceholdersOf<M>] extends [never]
    ? { readonly data?: undefined }
    : { readonly data: Readonly<Record<PlaceholdersOf<M>, string | number>> };

/** A list of texts by which a user tells a rule what it cannot know: their registries, users, scripts. */
export interface RuleOption {
  readonly default: readonly string[];
  /** What its items are and what they do; one sentence or more, in Markdown. */
  readonly description: string;
}

/** What the engine hands to a rule beside the node. */
export interface RuleContext<Options extends string = never> {
  readonly dockerfile: Dockerfile;
  /** The day of the run, `YYYY-MM-DD`: what has reached its end of life is judged by it. */
  readonly today: string;
  /** The simple commands an instruction runs, read once and shared by all rules. */
  readonly script: ScriptOf;
  /** The stage an instruction stands in, FROM included; undefined before the first FROM. Does not search. */
  readonly stageOf: (instruction: Instruction) => Stage | undefined;
  /** The files around the Dockerfile; absent on standard input and when the user says so: nothing is said of them then. */
  readonly context: BuildContext | undefined;
  /** The service of a compose file whose words stand in the last instructions; see {@link Rule.judgesComposeStart}. */
  readonly service: ComposeService | undefined;
  /** The user's values of the rule's own options, else their defaults. */
  readonly options: Readonly<Record<Options, readonly string[]>>;
}

/** What the engine hands to a rule beside a compose file. */
export type ComposeContext<Options extends string = never> = Pick<RuleContext<Options>, 'today' | 'options'>;

type Found<Messages extends Record<string, Message>> = Iterable<Finding<Messages>>;

/** Where a rule looks. Implement the narrowest that can decide; the engine walks. */
export interface Handlers<Messages extends Record<string, Message> = Record<string, Message>, Options extends string = string> {
  /** Once for the whole file. */
  readonly file?: (dockerfile: Dockerfile, ctx: RuleContext<Options>) => Found<Messages>;
  /** For each stage, in the order of the file. */
  readonly stage?: (stage: Stage, ctx: RuleContext<Options>) => Found<Messages>;
  /** For each instruction of a keyword, FROM and ARGs before the first FROM included, ONBUILD triggers too. */
  readonly instruction?: {
    readonly [K in Keyword]?: (
      instruction: Extract<Instruction, { keyword: K }>,
      ctx: RuleContext<Options> & { readonly stage: Stage | undefined },
    ) => Found<Messages>;
  };
  /** For each simple command of RUN, CMD, ENTRYPOINT and HEALTHCHECK. */
  readonly command?: (command: Command, ctx: RuleContext<Options>) => Found<Messages>;
  /** For a compose file that is linted itself. */
  readonly compose?: (compose: Compose, ctx: ComposeContext<Options>) => Found<Messages>;
}

/** A rule: what it is called, what it says, where it looks. */
export interface Rule<
  Messages extends Record<string, Message> = Record<string, Message>,
  Options extends Record<string, RuleOption> = Record<string, RuleOption>,
> {
  /** Kebab-case; names the problem; equals the file name; never used for anything else afterwards. */
  readonly id: string;
  readonly family: Family;
  /** The problem in one line, no full stop. */
  readonly summary: string;
  readonly severity: Severity;
  readonly confidence: Exclude<Confidence, 'low'> | 'low';
  readonly preset: Preset;
  /** The version that brought the rule. */
  readonly since: string;
  /** The best fix the rule can offer; an example proves it. Absent: none. */
  readonly fixable?: Safety;
  /** Rules of other linters that mean the same, `hadolint:DL3042` or `buildkit:SecretsUsedInArgOrEnv`: their ignore
   *  comments silence this rule too. */
  readonly equivalents?: readonly string[];
  /** Rules that see the same problem less precisely: where both speak of one place, theirs is dropped. */
  readonly supersedes?: readonly string[];
  readonly messages: Messages;
  /** What a user may tell the rule, by kebab-case names; only where no rule could know it. */
  readonly options?: Options;
  readonly on: Handlers<Messages, keyof Options & string>;
  /** Also asked about what compose files start in the place of CMD, ENTRYPOINT and HEALTHCHECK; without fixes and related places. */
  readonly judgesComposeStart?: true;
  /** Places that must never be shown in full. The engine asks for them even when the rule is switched off. */
  readonly secrets?: (dockerfile: Dockerfile, ctx: RuleContext<keyof Options & string>) => Iterable<Span>;
  /** The same for any file that is shown, Dockerfiles among them, by the look of its text alone. */
  readonly secretsInText?: (text: string) => Iterable<Span>;
  /** The same for a compose file. */
  readonly secretsInCompose?: (compose: Compose) => Iterable<Span>;
}

/**
 * How a secret may be named in a message: at most its first four characters, and its length in UTF-16 code units (a line
 * end counts once); nothing but the length when it is shorter than twelve.
 */
export function redacted(secret: string): string {
  const text = secret.replaceAll('\r\n', '\n');
  const length = `(${text.length} ${text.length === 1 ? 'character' : 'characters'})`;
  // A line break would break the message's line.
  return text.length < 12 ? length : `${text.slice(0, 4).replace(/\s/g, ' ')}… ${length}`;
}

/** Checks a rule against its own messages and options: a misspelt id or name, or a missing placeholder, does not compile. */
export function defineRule<
  const Messages extends Record<string, Message>,
  const Options extends Record<string, RuleOption> = Record<never, RuleOption>,
>(rule: Rule<Messages, Options>): Rule {
  return rule as unknown as Rule;
}

/** A file that shows a rule at work: run as a test, printed by `plimsoll explain`. */
export type Example = ExampleBase &
  ({ readonly dockerfile: string; readonly compose?: undefined } | { readonly compose: string; readonly dockerfile?: undefined });

interface ExampleBase {
  /** What the example shows, when that is not plain. */
  readonly title?: string;
  /** The files around it by path, seen from the build context; nothing is known of them where this is absent. */
  readonly files?: Readonly<Record<string, string>>;
  /** The findings of this rule, `[line, message id]`, in order, with the path of the file for one in another file; empty for a clean
   *  example. */
  readonly reports: readonly (readonly [line: number, message: string, file?: string])[];
  /** The text after the rule's safe and unsafe fixes; absent where they leave it as it is. */
  readonly fixed?: string;
  /** The files around that fixes add lines to, as they are afterwards. */
  readonly fixedFiles?: Readonly<Record<string, string>>;
  /** The day the example is judged by, `YYYY-MM-DD`, where it depends on one. */
  readonly today?: string;
  /** The rule's options, where the example is about them. */
  readonly options?: Readonly<Record<string, readonly string[]>>;
}

/** A rule's pages. They stand in the rule's file beside the rule but are loaded only to be read by a person. */
export interface RuleDocs {
  /** Why it matters, with the measured consequence. */
  readonly why: string;
  /** What to do, in general. */
  readonly remedy: string;
  /** What the rule leaves alone on purpose, and what it cannot see. */
  readonly limits: string;
  /** Where the facts come from. */
  readonly references: readonly string[];
  readonly examples: readonly Example[];
}
