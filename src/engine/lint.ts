/**
 * Dockerfile × rules × settings → report. The engine receives its rules; it knows none.
 */
import { buildModel } from '../model/build.js';
import type { Dockerfile } from '../model/dockerfile.js';
import type { Rule, RuleContext } from '../rule.js';
import type { Surroundings } from '../source/file-tree.js';
import type { SourceFile } from '../source/source-file.js';
import { mergedSpans } from '../source/spans.js';
import { parseSyntax } from '../syntax/parse.js';
import type { SyntaxTree } from '../syntax/tree.js';
import { commentFindings } from './comment-findings.js';
import { type PassOutput, runPasses, type Settings } from './passes.js';
import type { Failure, FileReport, ReportedRule, Span } from './report.js';
import { type OptionsByRule, type RawFinding, ruleContext, Walk } from './walk.js';

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
}

/** What comes of one file. */
export interface Linted {
  readonly report: FileReport;
  /** Rules that threw. */
  readonly failures: readonly Failure[];
  /** Whether the file has the stage that {@link LinterOptions.target} names; true when none is named. */
  readonly hasTarget: boolean;
}

/** Lints files one after the other with the same rules and settings. */
export class Linter {
  private readonly walk: Walk;
  private readonly byId: ReadonlyMap<string, Rule>;
  private readonly ruleOptions: OptionsByRule;

  constructor(private readonly options: LinterOptions) {
    this.byId = new Map(options.registry.map((rule) => [rule.id, rule]));
    this.ruleOptions = optionsOf(options.registry, options.options);
    this.walk = new Walk(
      options.registry.filter(({ id }) => options.rules.has(id)),
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
   * Lints one file. A rule that throws is named in `failures`; the others still speak.
   *
   * @param around finds the files around it, and is only asked when a rule wants to know; without it no rule speaks of them
   */
  lint(source: SourceFile, around?: () => Surroundings): Linted {
    const tree = parseSyntax(source);
    const dockerfile = buildModel(tree, this.options.target);
    const ctx = ruleContext(dockerfile, this.options.today, around);
    const walked = this.walk.run(dockerfile, ctx);
    const failures = walked.failures.map(({ rule, error }) => internalError(source, rule, error));
    const secrets = this.secretsOf(dockerfile, ctx, failures);
    const input = { dockerfile, secrets, settings: this.options, today: this.options.today };
    const first = runPasses({ ...input, findings: walked.findings });
    failures.push(...first.misplaced.map(({ rule }) => internalError(source, rule, new Error('points outside the file'))));
    // After suppression, because only then is it known which comments were of use.
    const aboutComments = this.aboutComments(tree, first);
    const done = aboutComments.length === 0 ? first : runPasses({ ...input, findings: [...walked.findings, ...aboutComments] });
    const { target } = this.options;
    const hasTarget = target === undefined || dockerfile.stagesByName.has(target.toLowerCase());
    return { report: { source, findings: done.findings, suppressed: done.suppressed, secrets }, failures, hasTarget };
  }

  /** What all rules hold for secret, also those that are switched off. */
  private secretsOf(dockerfile: Dockerfile, ctx: RuleContext<string>, failures: Failure[]): readonly Span[] {
    const spans: Span[] = [];
    for (const rule of this.options.registry) {
      if (rule.secrets === undefined) continue;
      try {
        spans.push(...rule.secrets(dockerfile, { ...ctx, options: this.ruleOptions.get(rule.id) ?? {} }));
      } catch (error) {
        failures.push(internalError(dockerfile.syntax.source, rule, error));
      }
    }
    return mergedSpans(spans).filter(({ start, end }) => end > start);
  }

  private aboutComments(tree: SyntaxTree, { suppressions, findings }: PassOutput): RawFinding[] {
    if (suppressions.all.length === 0 && suppressions.faulty.length === 0) return [];
    const runs = (id: string): boolean => this.options.rules.has(id);
    const known: ReadonlySet<string> = new Set(this.byId.keys());
    const requireReason = this.options.requireSuppressionReason === true;
    return commentFindings({ tree, suppressions, findings, known, runs, requireReason }).flatMap(({ ruleId, finding }) => {
      const rule = this.byId.get(ruleId);
      return rule !== undefined && runs(ruleId) ? [{ rule, finding }] : [];
    });
  }
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
