/**
 * One traversal of a file: the engine walks, rules only answer.
 */
import { scriptOf } from '../model/build.js';
import type { Compose, ComposeService } from '../model/compose.js';
import { BuildContext } from '../model/context.js';
import type { Dockerfile, Instruction, RunningInstruction, Script, Stage } from '../model/dockerfile.js';
import type { ComposeContext, Finding, Handlers, Rule, RuleContext } from '../rule.js';
import type { Surroundings } from '../source/file-tree.js';

/** A rule's finding before any pass. */
export interface RawFinding {
  readonly rule: Rule;
  readonly finding: Finding;
}

/** A rule that threw; it was not asked again about this file. */
export interface RuleFailure {
  readonly rule: Rule;
  readonly error: unknown;
}

/** The options of each rule that has some, by rule id: the user's, else the defaults. */
export type OptionsByRule = ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>;

type AnyContext = RuleContext<string>;
type InstructionHandler = (instruction: Instruction, ctx: AnyContext & { readonly stage: Stage | undefined }) => Iterable<Finding>;

/** Rules sorted by what they look at, made once for a run. */
export class Walk {
  private readonly file: [Rule, NonNullable<Handlers['file']>][] = [];
  private readonly stage: [Rule, NonNullable<Handlers['stage']>][] = [];
  private readonly command: [Rule, NonNullable<Handlers['command']>][] = [];
  private readonly instruction = new Map<string, [Rule, InstructionHandler][]>();
  private readonly compose: [Rule, NonNullable<Handlers['compose']>][] = [];

  constructor(rules: readonly Rule[], options: OptionsByRule) {
    for (const rule of rules) {
      const own = options.get(rule.id);
      if (rule.on.file !== undefined) this.file.push([rule, withOptions(rule.on.file, own)]);
      if (rule.on.stage !== undefined) this.stage.push([rule, withOptions(rule.on.stage, own)]);
      if (rule.on.compose !== undefined) this.compose.push([rule, withOptions(rule.on.compose, own)]);
      if (rule.on.command !== undefined) this.command.push([rule, withOptions(rule.on.command, own)]);
      for (const [keyword, handler] of Object.entries(rule.on.instruction ?? {})) {
        const handlers = this.instruction.get(keyword) ?? [];
        handlers.push([rule, withOptions(handler as InstructionHandler, own)]);
        this.instruction.set(keyword, handlers);
      }
    }
  }

  /** Asks every rule about one file. The order of the findings is that of the walk; a pass sorts them. */
  run(dockerfile: Dockerfile, ctx: AnyContext): { findings: RawFinding[]; failures: RuleFailure[] } {
    const answers = new Answers();
    for (const [rule, handler] of this.file) answers.add(rule, handler, dockerfile, ctx);
    for (const instruction of dockerfile.globalArguments) this.visit(instruction, { ...ctx, stage: undefined }, answers);
    for (const stage of dockerfile.stages) {
      const stageCtx = { ...ctx, stage };
      for (const [rule, handler] of this.stage) answers.add(rule, handler, stage, ctx);
      this.visit(stage.from, stageCtx, answers);
      for (const instruction of stage.instructions) {
        this.visit(instruction, stageCtx, answers);
        if (this.command.length === 0) continue;
        for (const command of ctx.script(instruction)?.commands ?? []) {
          for (const [rule, handler] of this.command) answers.add(rule, handler, command, ctx);
        }
      }
    }
    return answers;
  }

  /** Asks every rule about one compose file. */
  runCompose(compose: Compose, ctx: ComposeContext<string>): { findings: RawFinding[]; failures: RuleFailure[] } {
    const answers = new Answers();
    for (const [rule, handler] of this.compose) answers.add(rule, handler, compose, ctx);
    return answers;
  }

  private visit(instruction: Instruction, ctx: AnyContext & { readonly stage: Stage | undefined }, answers: Answers): void {
    const handlers = this.instruction.get(instruction.keyword);
    if (handlers !== undefined) for (const [rule, handler] of handlers) answers.add(rule, handler, instruction, ctx);
    if (instruction.keyword === 'ONBUILD' && instruction.trigger !== undefined) this.visit(instruction.trigger, ctx, answers);
  }
}

/** A handler that gets its rule's options; one of a rule without any stays as it is. A context of its own is made once a context. */
function withOptions<Subject, Context extends ComposeContext<string>>(
  handler: (subject: Subject, ctx: Context) => Iterable<Finding>,
  options: Readonly<Record<string, readonly string[]>> | undefined,
): (subject: Subject, ctx: Context) => Iterable<Finding> {
  if (options === undefined) return handler;
  let last: { readonly shared: Context; readonly own: Context } | undefined;
  return (subject, ctx) => {
    if (last?.shared !== ctx) last = { shared: ctx, own: { ...ctx, options } };
    return handler(subject, last.own);
  };
}

/** What rules have said of one file, and which have failed. */
class Answers {
  readonly findings: RawFinding[] = [];
  readonly failures: RuleFailure[] = [];

  /** A rule that has thrown once is not asked again. */
  add<Subject, Context>(rule: Rule, handler: (subject: Subject, ctx: Context) => Iterable<Finding>, subject: Subject, ctx: Context): void {
    if (this.failures.length > 0 && this.failures.some((failure) => failure.rule === rule)) return;
    try {
      for (const finding of handler(subject, ctx)) this.findings.push({ rule, finding });
    } catch (error) {
      this.failures.push({ rule, error });
    }
  }
}

/**
 * What rules are told beside the node; scripts and the files around the Dockerfile are read when first asked for and shared.
 *
 * @param around finds the files around the Dockerfile; absent when there are none to look at
 * @param service whose start stands in the last instructions
 */
export function ruleContext(dockerfile: Dockerfile, today: string, around?: () => Surroundings, service?: ComposeService): AnyContext {
  const scripts = new Map<Instruction, Script>();
  const stages = new Map<Instruction, Stage>();
  for (const stage of dockerfile.stages) {
    stages.set(stage.from, stage);
    for (const instruction of stage.instructions) {
      stages.set(instruction, stage);
      if (instruction.keyword === 'ONBUILD' && instruction.trigger !== undefined) stages.set(instruction.trigger, stage);
    }
  }
  const stageOf = (instruction: Instruction): Stage | undefined => stages.get(instruction);
  const script = (instruction: Instruction): Script | undefined => {
    if (!isRunning(instruction)) return undefined;
    const known = scripts.get(instruction);
    if (known !== undefined) return known;
    const stage = stageOf(instruction);
    // LIMIT: what ONBUILD triggers runs in another build, with another base and user; its commands are not judged here.
    if (stage === undefined || instruction.onbuild !== undefined) return undefined;
    const read = scriptOf(instruction, stage);
    scripts.set(instruction, read);
    return read;
  };
  const context = around === undefined ? undefined : new BuildContext(dockerfile, around, service !== undefined);
  return { dockerfile, today, script, stageOf, context, service, options: {} };
}

function isRunning(instruction: Instruction): instruction is RunningInstruction {
  const { keyword } = instruction;
  return keyword === 'RUN' || keyword === 'CMD' || keyword === 'ENTRYPOINT' || keyword === 'HEALTHCHECK';
}
