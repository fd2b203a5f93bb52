/**
 * Dockerfile × rules × settings → report. The engine receives its rules; it knows none.
 */
import { buildModel } from '../model/build.js';
import { Compose, isComposePath } from '../model/compose.js';
import type { Dockerfile, Instruction } from '../model/dockerfile.js';
import type { Elsewhere, Fix, Rule, RuleContext } from '../rule.js';
import type { Surroundings } from '../source/file-tree.js';
import type { SourceFile } from '../source/source-file.js';
import { mergedSpans } from '../source/spans.js';
import { parseSyntax } from '../syntax/parse.js';
import { type CommentedText, commentFindings } from './comment-findings.js';
import { type StartedService, startedBuild, startedImages } from './compose-start.js';
import { FixCosts } from './fix-cost.js';
import { type PassOutput, runPasses, type Settings } from './passes.js';
import type { Failure, FileReport, ReportedRule, Span, StageLayers } from './report.js';
import { readLineSuppressions, readSuppressions, Silencing, type Suppressions } from './suppress.js';
import { type OptionsByRule, type RawFinding, type RuleFailure, ruleContext, Walk } from './walk.js';

/** What a {@link Linter} needs to know. */
export interface LinterOptions extends Settings {
  /** Every rule there is: also those that are switched off still say what is secret, and which ids exist. */
  readonly registry: readonly Rule[];
  /** The day by which lifecycles are judged, `YYYY-MM-DD`. */
  readonly today: string;
  /** The stage that becomes the image; the last one by default. */
  readonly target?: string;
  /** Options of rules, by rule id and name; what is not given has its default. Also for rules that are off: they say what is secret. */
  readonly options?: OptionsByRule;
  /** Works out {@link FileReport.stages}, for reports that show them; then these have {@link FileReport.variables}, too. */
  readonly layers?: LayersOf;
}

/** What is known of the layers of a Dockerfile. */
export type LayersOf = (dockerfile: Dockerfile, ctx: RuleContext<string>) => readonly StageLayers[];

/** What comes of one file. */
export interface Linted {
  readonly report: FileReport;
  /** Files around it that something was found in: requirements, compose files. Each once. */
  readonly others: readonly FileReport[];
  /** Rules that threw. */
  readonly failures: readonly Failure[];
  /** Whether the file has the stage that {@link LinterOptions.target} names; true when none is named. */
  readonly hasTarget: boolean;
}

/** Lints files one after the other with the same rules and settings. */
export class Linter {
  private readonly walk: Walk;
  /** The rules that judge what compose files start. */
  private readonly startWalk: Walk;
  private readonly byId: ReadonlyMap<string, Rule>;
  private readonly ruleOptions: OptionsByRule;

  constructor(private readonly options: LinterOptions) {
    this.byId = new Map(options.registry.map((rule) => [rule.id, rule]));
    this.ruleOptions = optionsOf(options.registry, options.options);
    const enabled = options.registry.filter(({ id }) => options.rules.has(id));
    this.walk = new Walk(enabled, this.ruleOptions);
    this.startWalk = new Walk(
      enabled.filter(({ judgesComposeStart }) => judgesComposeStart === true),
      this.ruleOptions,
    );
  }

  /** The enabled rules, in the order of the registry. */
  get enabledRules(): readonly ReportedRule[] {
    return this.options.registry
      .filter(({ id }) => this.options.rules.has(id))
      .map(({ id, family, summary, severity, confidence }) => ({
        id,
        family,
        summary,
        severity: this.options.rules.get(id)?.severity ?? severity,
        confidence,
      }));
  }

  /**
   * Lints one file: a compose file by its name, anything else as a Dockerfile. A rule that throws is named in `failures`; the
   * others still speak.
   *
   * @param around finds the files around it, and its place among them; without it no rule speaks of them
   */
  lint(source: SourceFile, around?: () => Surroundings): Linted {
    return isComposePath(source.path) ? this.lintCompose(source, around) : this.lintDockerfile(source, around);
  }

  private lintDockerfile(source: SourceFile, around?: () => Surroundings): Linted {
    const tree = parseSyntax(namedInTree(source, around));
    const dockerfile = buildModel(tree, this.options.target);
    const ctx = ruleContext(dockerfile, this.options.today, around);
    const { findings, failures } = this.walk.run(dockerfile, ctx);
    for (const { service, source: from, target } of (ctx.context?.services ?? []).slice(0, MOST_SERVICES)) {
      const started = startedBuild(dockerfile, service, from, target);
      const elsewhere = { source: from, from: dockerfile.finalStage?.from.span ?? { start: 0, end: 0 } };
      if (started !== undefined) this.judgeStart(started, around, findings, failures, elsewhere);
    }
    const costs = new FixCosts(dockerfile);
    const subject: Subject = {
      source,
      comments: tree,
      secrets: (rule) => rule.secrets?.(dockerfile, { ...ctx, options: this.ruleOptions.get(rule.id) ?? {} }),
      suppressions: () => readSuppressions(tree, this.options.today),
      rebuiltFrom: (fix) => costs.rebuiltFrom(fix),
      judges: () => true,
    };
    const { target } = this.options;
    const hasTarget = target === undefined || dockerfile.stagesByName.has(target.toLowerCase());
    const linted = this.reported(subject, findings, failures);
    const { layers } = this.options;
    if (layers === undefined) return { ...linted, hasTarget };
    const report = { ...linted.report, stages: layers(dockerfile, ctx), variables: tree.instructions.flatMap(namesSet) };
    return { ...linted, report, hasTarget };
  }

  private lintCompose(source: SourceFile, around?: () => Surroundings): Linted {
    const compose = new Compose(namedInTree(source, around), around);
    const { findings, failures } = this.walk.runCompose(compose, { today: this.options.today, options: {} });
    for (const started of startedImages(compose)) this.judgeStart(started, undefined, findings, failures);
    const subject: Subject = {
      source,
      comments: { source, comments: [], directives: [], problems: [], instructions: [] },
      secrets: (rule) => rule.secretsInCompose?.(compose),
      suppressions: () => readLineSuppressions(source, this.options.today),
      rebuiltFrom: () => undefined,
      // What others say of this file is found when their Dockerfiles are linted.
      judges: ({ on, judgesComposeStart }) => on.compose !== undefined && judgesComposeStart !== true,
    };
    return { ...this.reported(subject, findings, failures), hasTarget: false };
  }

  /** Adds what rules say of the instructions that stand for a service of a compose file. */
  private judgeStart(
    { dockerfile, service, moved }: StartedService,
    around: (() => Surroundings) | undefined,
    findings: RawFinding[],
    failures: RuleFailure[],
    elsewhere?: Elsewhere,
  ): void {
    const walked = this.startWalk.run(dockerfile, ruleContext(dockerfile, this.options.today, around, service));
    failures.push(...walked.failures);
    for (const { rule, finding } of walked.findings) {
      const there = moved(finding);
      if (there !== undefined) findings.push({ rule, finding: { ...there, ...(elsewhere && { elsewhere }) } });
    }
  }

  /** What is left of raw findings, and what there is to say of the comments that silence some. */
  private reported(subject: Subject, found: readonly RawFinding[], failed: readonly RuleFailure[]): Omit<Linted, 'hasTarget'> {
    const { source } = subject;
    const failures = failed.map(({ rule, error }) => internalError(source, rule, error));
    const secrets = this.secretsOf(subject, failures);
    const here = found.filter(({ finding }) => finding.elsewhere === undefined);
    const pass = (findings: readonly RawFinding[]): PassOutput => {
      const suppressions = this.options.inlineSuppressions ? subject.suppressions() : NO_COMMENTS;
      return runPasses({ source, findings, secrets, settings: this.options, suppressions, rebuiltFrom: subject.rebuiltFrom });
    };
    const first = pass(here);
    const others = here.length === found.length ? [] : this.elsewhere(subject, found, first.suppressions, failures);
    failures.push(...first.misplaced.map(({ rule }) => internalError(source, rule, new Error('points outside the file'))));
    // After suppression, because only then is it known which comments were of use.
    const aboutComments = this.aboutComments(subject, first);
    const done = aboutComments.length === 0 ? first : pass([...here, ...aboutComments]);
    return { report: { source, findings: done.findings, suppressed: done.suppressed, secrets }, others, failures };
  }

  /** The reports of the files around a Dockerfile that its rules point into. */
  private elsewhere(
    subject: Subject,
    found: readonly RawFinding[],
    suppressions: Suppressions,
    failures: Failure[],
  ): readonly FileReport[] {
    const silenced = silencedFrom(found, suppressions);
    const bySource = new Map<string, { readonly source: SourceFile; readonly findings: RawFinding[] }>();
    for (const raw of found) {
      const source = raw.finding.elsewhere?.source;
      if (source === undefined) continue;
      const known = bySource.get(source.path) ?? { source, findings: [] };
      bySource.set(source.path, known);
      known.findings.push(raw);
    }
    return [...bySource.values()].map(({ source, findings }) => {
      const own = isComposePath(source.path) ? new Compose(source) : undefined;
      const secrets = this.secretsOf({ source, secrets: (rule) => own && rule.secretsInCompose?.(own) }, failures);
      const comments = this.options.inlineSuppressions ? readLineSuppressions(source, this.options.today) : NO_COMMENTS;
      const input = { source, findings, secrets, settings: this.options, suppressions: comments, silenced, rebuiltFrom: () => undefined };
      const { misplaced, suppressions: _, ...report } = runPasses(input);
      failures.push(...misplaced.map(({ rule }) => internalError(subject.source, rule, new Error(`points outside ${source.path}`))));
      return { source, ...report, secrets };
    });
  }

  /** What all rules hold for secret, also those that are switched off. */
  private secretsOf({ source, secrets }: Pick<Subject, 'source' | 'secrets'>, failures: Failure[]): readonly Span[] {
    const spans: Span[] = [];
    for (const rule of this.options.registry) {
      try {
        for (const found of [rule.secretsInText?.(source.text), secrets(rule)]) if (found !== undefined) spans.push(...found);
      } catch (error) {
        failures.push(internalError(source, rule, error));
      }
    }
    return mergedSpans(spans).filter(({ start, end }) => end > start);
  }

  private aboutComments({ comments, judges }: Subject, { suppressions, findings }: PassOutput): RawFinding[] {
    if (suppressions.all.length === 0 && suppressions.faulty.length === 0) return [];
    const runs = (id: string): boolean => this.options.rules.has(id);
    const known: ReadonlySet<string> = new Set(this.byId.keys());
    const isJudged = (id: string): boolean => {
      const rule = this.byId.get(id);
      return runs(id) && rule !== undefined && judges(rule);
    };
    const requireReason = this.options.requireSuppressionReason === true;
    const about = { tree: comments, suppressions, findings, known, runs: isJudged, requireReason };
    return commentFindings(about).flatMap(({ ruleId, finding }) => {
      const rule = this.byId.get(ruleId);
      return rule !== undefined && runs(ruleId) ? [{ rule, finding }] : [];
    });
  }
}

/** A file that is linted: what the passes need to know of it, whatever kind it is of. */
interface Subject {
  readonly source: SourceFile;
  readonly comments: CommentedText;
  readonly secrets: (rule: Rule) => Iterable<Span> | undefined;
  /** Read anew at each call. */
  readonly suppressions: () => Suppressions;
  readonly rebuiltFrom: (fix: Fix) => number | undefined;
  /** Whether it is known of a rule's comments here whether they are of use. */
  readonly judges: (rule: Rule) => boolean;
}

/** LIMIT: of the services that are built from one Dockerfile as many are judged; each needs a reading of its own. */
const MOST_SERVICES = 50;

const NO_COMMENTS: Suppressions = { all: [], faulty: [] };

/**
 * What rules see: a file under its name in the tree around it. Some judge that name (`examples/`, `gpu.Dockerfile`), and an editor that names
 * a file from the root of the disk is to show what people see who name it from where they are.
 */
function namedInTree(source: SourceFile, around?: () => Surroundings): SourceFile {
  return around === undefined ? source : { ...source, path: around().dockerfile };
}

/** The names an instruction gives to variables, or a build further on by ONBUILD. */
function namesSet(instruction: Instruction): readonly Span[] {
  if (instruction.keyword === 'ONBUILD') return instruction.trigger === undefined ? [] : namesSet(instruction.trigger);
  return instruction.keyword === 'ENV' || instruction.keyword === 'ARG' ? instruction.pairs.map(({ key }) => key.span) : [];
}

/** The findings in other files that a comment silences for the words that lead there, with its reason. */
function silencedFrom(found: readonly RawFinding[], suppressions: Suppressions): ReadonlyMap<RawFinding, string> {
  const silencing = new Silencing(suppressions);
  const silenced = new Map<RawFinding, string>();
  const start = ({ finding }: RawFinding): number => finding.elsewhere?.from.start ?? 0;
  for (const raw of found.filter(({ finding }) => finding.elsewhere !== undefined).sort((a, b) => start(a) - start(b))) {
    const { id: ruleId, equivalents = [] } = raw.rule;
    const by = silencing.by({ ruleId, equivalents, start: start(raw) });
    if (by !== undefined) silenced.set(raw, by.reason);
  }
  return silenced;
}

function optionsOf(registry: readonly Rule[], given: OptionsByRule | undefined): OptionsByRule {
  const byRule = new Map<string, Readonly<Record<string, readonly string[]>>>();
  for (const { id, options } of registry) {
    if (options === undefined) continue;
    const defaults = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]));
    byRule.set(id, { ...defaults, ...given?.get(id) });
  }
  return byRule;
}

function internalError(source: SourceFile, rule: Rule, error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    path: source.path,
    message: `internal error: the rule ${rule.id} failed (${reason}). Its findings in this file are missing; please report it with the file.`,
  };
}
