/**
 * Takes one text of shell script apart into its simple commands: the walk over the syntax, which says what may not run and what
 * becomes of a failure, and on into the scripts inside scripts. A command's own words are read in `simple-command.ts`, its wrappers taken
 * off in `innermost.ts`.
 */
import type { Assignment, Command, ExecWord, Redirect, Script, ShellState, Wrapper } from './dockerfile.js';
import { type GivenScript, type Innermost, innermost } from './innermost.js';
import { applyAssignment, applyBuiltin, hasEffect, namesAssignedIn } from './shell-effects.js';
import { changesOptions, exemptionInSubstitution, lastChangeOfOptions, mayInheritErrexit, stateInSubstitution } from './shell-options.js';
import { conditionally, type Place, placeOf, TextTraits } from './shell-place.js';
import { ShellScope } from './shell-scope.js';
import { scriptInBackticks } from './shell-scripts.js';
import { type Substitution, visitArithmetic, visitSubstitutions, visitTest } from './shell-substitutions.js';
import {
  type AndOr,
  type CommandSyntax,
  hasErrors,
  type Pipeline,
  parseShell,
  type ShellHeredoc,
  type SimpleCommand,
  type Statement,
} from './shell-syntax.js';
import type { ShellText } from './shell-text.js';
import type { Budget, ReadWord, WordContext } from './shell-words.js';
import { execCommand, heredocOfCat, timeWords, type WrittenCommand, writtenCommand } from './simple-command.js';

/** A script while it is being read. */
export interface MutableScript extends Script {
  readonly commands: Command[];
  complete: boolean;
}

/** What all readers of one instruction share. */
export interface Shared {
  readonly script: MutableScript;
  readonly budget: Budget;
  pipelines: number;
  /** How many scripts inside scripts (`sh -c "sh -c …"`) the reader is in. */
  depth: number;
}

/** How the first command of a list is joined to what stands in front of the list. */
export interface Joint {
  readonly connector?: Command['connector'];
  readonly pipeline?: number | undefined;
}

const BEHIND_SEMICOLON: Joint = { connector: ';' };

/** What a script inside a script has from the command that runs it. */
export interface Inherited {
  readonly wrappers: readonly Wrapper[];
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
  readonly substituted: boolean;
}

/** What a script has that nothing else runs. */
export const OUTERMOST: Inherited = { wrappers: [], assignments: [], redirects: [], substituted: false };

/** Where the instruction's own command stands: its failure is the instruction's. */
export const OUTERMOST_PLACE: Place = placeOf(false, true, false);

/** Scripts inside scripts inside scripts: nobody writes more, and `X='eval $X'` must end. */
const MAX_DEPTH = 8;

const TESTS = new Set(['[', 'test']);

/** Reads one text: an instruction's, or a script inside it. */
export class ScriptReader implements WordContext {
  private assigned: ReadonlySet<string> | undefined;
  private lastChange: number | undefined;
  private readonly onSubstitution = (substitution: Substitution) => this.readSubstitution(substitution, this.unheeded(substitution.place));

  constructor(
    private readonly shared: Shared,
    readonly text: ShellText,
    readonly scope: ShellScope,
    private readonly inherited: Inherited,
    /** What becomes of the failure of the shell itself. */
    private exit: boolean | undefined,
    /** Shared by all that read the same text. */
    private readonly traits = new TextTraits(text.text.text),
  ) {}

  get budget(): Budget {
    return this.shared.budget;
  }

  /** @param place where the script stands: what becomes of its status */
  readAll(place: Place, joint: Joint): void {
    const { text } = this.text.text;
    if (mayInheritErrexit(text)) this.scope.mayInheritErrexit = true;
    const { statements, clean } = parseShell(text);
    if (!clean) this.shared.script.complete = false;
    this.readStatements(statements, place, joint);
  }

  readExecWords(execWords: readonly ExecWord[]): void {
    if (execWords.length > 0) this.readWritten(execCommand(execWords), OUTERMOST_PLACE, {});
  }

  /** The last statement's status is the list's; nothing looks at that of the others. */
  private readStatements(statements: readonly Statement[], place: Place, joint: Joint): void {
    const last = statements.length - 1;
    for (let index = 0; index <= last; index++) {
      const { command, background } = statements[index] as Statement;
      const next = index === 0 ? joint : BEHIND_SEMICOLON;
      if (background === true) this.readApart(command, place, next);
      else this.read(command, index === last ? place : this.unheeded(place), next);
    }
  }

  /** Something that runs in the background: nobody waits for its status. */
  private readApart(command: CommandSyntax, place: Place, joint: Joint): void {
    this.inSubshell(this.traits.swallowed, () => this.read(command, this.unheeded(place), joint));
  }

  /** The same place, where nothing looks at the status. */
  private unheeded(place: Place): Place {
    return placeOf(place.conditional, this.traits.swallowed, place.exempt);
  }

  /** What becomes of the failure of a command that stands at a place. */
  private fateAt({ status, exempt }: Place): boolean | undefined {
    const { scope } = this;
    const { errexit, name } = scope.shell;
    if (scope.trapsFailure) return undefined;
    if (exempt === true || errexit === false) return status;
    // LIMIT: zsh 5.9 passes over more than it should, for the rest of a list behind a pipeline (`true | for …; done || x && (false; y)`).
    if (exempt === false && errexit === true && name !== 'zsh') return this.exit;
    return this.exit === status ? status : undefined;
  }

  /** @param fate what becomes of the subshell's failure */
  private inSubshell(fate: boolean | undefined, read: () => void): void {
    const { exit } = this;
    this.exit = fate;
    this.scope.subshell(read);
    this.exit = exit;
  }

  private read(node: CommandSyntax, place: Place, joint: Joint): void {
    const { scope } = this;
    switch (node.type) {
      case 'Command':
        this.readCommand(node, place, joint, [], undefined);
        break;
      case 'AndOr':
        this.readAndOr(node, place, joint);
        break;
      case 'Pipeline':
        this.readPipeline(node, place, joint);
        break;
      case 'Redirected':
        this.read(node.command, place, joint);
        for (const redirect of node.redirects) visitSubstitutions(redirect, place, this.onSubstitution);
        break;
      case 'Subshell': {
        const fate = this.fateAt(place);
        this.inSubshell(fate, () => this.readStatements(node.body.commands, placeOf(place.conditional, fate, place.exempt), joint));
        break;
      }
      case 'BraceGroup':
        this.readStatements(node.body.commands, place, joint);
        break;
      case 'If': {
        const inside = conditionally(place);
        const condition = this.condition(node, place);
        this.readStatements(node.clause.commands, condition, joint);
        scope.branch(() => this.readStatements(node.then.commands, inside, {}));
        for (const elif of node.elif) {
          scope.branch(() => {
            this.readStatements(elif.clause.commands, conditionally(condition), {});
            this.readStatements(elif.then.commands, inside, {});
          });
        }
        if (node.else !== undefined) {
          const { commands } = node.else;
          scope.branch(() => this.readStatements(commands, inside, {}));
        }
        break;
      }
      case 'While': {
        const script = this.slice(node);
        scope.loop(namesAssignedIn(script), script, () => {
          this.readStatements(node.clause.commands, this.condition(node, place), joint);
          this.readStatements(node.body.commands, this.inLoop(place, false), {});
        });
        break;
      }
      case 'For':
      case 'Select': {
        const { wordlist } = node;
        for (const word of wordlist ?? []) visitSubstitutions(word, place, this.onSubstitution);
        const script = this.slice(node.body);
        const roundsKnown = node.type === 'For' && wordlist !== undefined && wordlist.every(({ parts }) => parts === undefined);
        const inside = wordlist?.length === 1 && roundsKnown ? conditionally(place) : this.inLoop(place, roundsKnown);
        scope.loop([node.name.text, ...namesAssignedIn(script)], script, () => this.readStatements(node.body.commands, inside, {}));
        break;
      }
      case 'ArithmeticFor': {
        const script = this.slice(node);
        for (const part of [node.initialize, node.test, node.update]) visitArithmetic(part, place, this.onSubstitution);
        scope.loop(namesAssignedIn(script), script, () => this.readStatements(node.body.commands, this.inLoop(place, false), {}));
        break;
      }
      case 'Case':
        visitSubstitutions(node.word, place, this.onSubstitution);
        for (const item of node.items) {
          for (const pattern of item.pattern) visitSubstitutions(pattern, conditionally(place), this.onSubstitution);
          const inside = (item.terminator ?? ';;') === ';;' ? conditionally(place) : this.inLoop(place, false);
          scope.branch(() => this.readStatements(item.body.commands, inside, {}));
        }
        break;
      case 'Function':
        this.readFunction(node);
        break;
      case 'Coproc': {
        const { body } = node;
        if (body.type !== 'CompoundList') this.readApart(body, place, joint);
        else this.inSubshell(this.traits.swallowed, () => this.readStatements(body.commands, this.unheeded(place), joint));
        break;
      }
      case 'TestCommand':
        visitTest(node.expression, place, this.onSubstitution);
        break;
      case 'ArithmeticCommand':
        visitArithmetic(node.expression, place, this.onSubstitution);
        break;
    }
  }

  private slice({ pos, end }: { readonly pos: number; readonly end: number }): string {
    return this.text.text.text.slice(pos, end);
  }

  /** The condition of an if or a loop: its failure is an answer, unless the script gives up over it. */
  private condition(node: { readonly pos: number; readonly end: number }, place: Place): Place {
    const status = this.traits.mayEnd(node.pos, node.end) ? undefined : this.traits.swallowed;
    return placeOf(place.conditional, status, true);
  }

  /** The body of a loop: only the last round's status counts. @param goesOn whether another round certainly follows the first */
  private inLoop(place: Place, goesOn: boolean): Place {
    return placeOf(true, goesOn || place.status === false ? this.traits.swallowed : undefined, place.exempt);
  }

  /** Where a function is called is not known, and so nothing of what becomes of its failures. */
  private readFunction({ body, end }: Extract<CommandSyntax, { type: 'Function' }>): void {
    const { exit } = this;
    const anywhere = placeOf(true, undefined, undefined);
    this.exit = undefined;
    this.assigned ??= namesAssignedIn(this.text.text.text);
    this.lastChange ??= lastChangeOfOptions(this.text.text.text);
    this.scope.function(this.assigned, this.lastChange >= end, () =>
      body.type === 'CompoundList' ? this.readStatements(body.commands, anywhere, {}) : this.read(body, anywhere, {}),
    );
    this.exit = exit;
  }

  /**
   * `a || b && c` is `(a || b) && c`: c belongs to the normal course of things, b does not. `[ x ] && b || c` is an if
   * in disguise: both may be passed over.
   *
   * SPEC: `set -e` passes over all of the list's commands but the last.
   */
  private readAndOr(node: AndOr, place: Place, joint: Joint): void {
    const { commands, operators } = node;
    const last = commands.length - 1;
    const lastOr = operators.lastIndexOf('||');
    let behindTest = false;
    let nextOr = operators.indexOf('||');
    const mayEnd = nextOr >= 0 && this.traits.mayEnd(node.pos, node.end);
    let statusInFront = this.statusInFront(node, nextOr, mayEnd, place);
    const readAt = (index: number) => {
      const command = commands[index] as CommandSyntax;
      const operator = index === 0 ? undefined : operators[index - 1];
      if (operator === '||') behindTest = false;
      if (nextOr >= 0 && nextOr < index) {
        nextOr = operators.indexOf('||', index);
        statusInFront = this.statusInFront(node, nextOr, mayEnd, place);
      }
      const mayNotRun = operator === '||' || (behindTest && index <= lastOr);
      const status = isNegated(command) ? undefined : statusInFront;
      const inner = index === last ? place : placeOf(place.conditional, status, true);
      const joined = operator === undefined ? joint : { connector: operator };
      if (mayNotRun) this.scope.branch(() => this.read(command, conditionally(inner), joined));
      else this.read(command, inner, joined);
      behindTest ||= isTest(command);
    };
    for (let index = 0; index <= last; ) {
      if (!behindTest || operators[index - 1] !== '&&') {
        readAt(index++);
        continue;
      }
      // What hangs on a test may have been passed over, so what it sets is certain for the rest of the chain only.
      this.scope.branch(() => {
        do readAt(index++);
        while (operators[index - 1] === '&&');
      });
    }
  }

  /**
   * What becomes of a failure in front of `&&` or `||`: the list's own status, or that of what stands behind the next `||`.
   *
   * @param or index of that `||`, -1 when there is none
   * @param mayEnd whether something in the list may end the shell
   */
  private statusInFront({ commands, pos, end }: AndOr, or: number, mayEnd: boolean, place: Place): boolean | undefined {
    if (or < 0) return place.status;
    const remedy = commands[or + 1];
    if (remedy === undefined || isNegated(remedy)) return undefined;
    if (!mayEnd) return this.traits.swallowed;
    if (remedy.type !== 'Command') return undefined;
    const [status] = remedy.suffix;
    const name = remedy.name?.text;
    if (name === 'exit' && remedy.suffix.length <= 1 && (status === undefined || (status.type === 'Word' && /^\d+$/.test(status.text))))
      return Number(status?.text ?? 1) % 256 === 0 ? false : this.exit;
    return name === 'false' && or + 1 === commands.length - 1 && !changesOptions(this.slice({ pos, end })) ? this.fateAt(place) : undefined;
  }

  private readPipeline(node: Pipeline, place: Place, joint: Joint): void {
    const pipeline = joint.pipeline ?? this.shared.pipelines++;
    const outer = isNegated(node) ? this.negated(node, place) : place;
    const last = node.commands.length - 1;
    const fate = last > 0 ? this.fateAt(outer) : undefined;
    node.commands.forEach((command, index) => {
      const joined: Joint = { connector: index > 0 ? '|' : joint.connector, pipeline };
      const timed = index === 0 && command.type === 'Command' ? timeWords(this, node) : [];
      const read = (inner: Place) =>
        command.type === 'Command'
          ? this.readCommand(command, inner, joined, timed, heredocOfCat(node.commands[index - 1]))
          : this.read(command, inner, joined);
      // zsh runs the last one itself, the others start a process for it.
      if (last === 0 || (index === last && this.scope.shell.name === 'zsh')) {
        read(outer);
        return;
      }
      const own = index === last ? fate : this.fateInPipe(fate);
      this.inSubshell(own, () => read(placeOf(outer.conditional, own, outer.exempt)));
    });
  }

  /** Behind `!` a failure is a success. Where a failure would do no harm, a success may. */
  private negated(node: Pipeline, { conditional, status }: Place): Place {
    // bash obeys a `set -e` that stands behind the same `!`, other shells do not (measured, 2026-11-21).
    return placeOf(conditional, status === true ? false : undefined, changesOptions(this.slice(node)) ? undefined : true);
  }

  /** What becomes of the failure of any but the last command of a pipeline. */
  private fateInPipe(ofPipeline: boolean | undefined): boolean | undefined {
    const { pipefail } = this.scope.shell;
    const { swallowed } = this.traits;
    if (pipefail === false) return swallowed;
    return pipefail === true || ofPipeline === swallowed ? ofPipeline : undefined;
  }

  private readCommand(node: SimpleCommand, place: Place, joint: Joint, timed: readonly ReadWord[], piped: ShellHeredoc | undefined): void {
    const command = writtenCommand(this, node, timed, piped);
    this.readWritten(command, place, joint);

    const [first] = command.words;
    if (first === undefined) {
      for (const item of node.prefix) if (item.type === 'Assignment') applyAssignment(this, item, false);
    } else if (first.word.value !== undefined && hasEffect(first.word.value)) {
      const args = command.words.slice(1).map(({ word }) => word);
      const declared = node.suffix.filter((item) => item.type === 'Assignment');
      applyBuiltin(this, first.word.value, args, declared);
    }

    if (node.name === undefined) {
      this.readAssigned(node, place);
      return;
    }
    for (const item of node.prefix) visitSubstitutions(item, place, this.onSubstitution);
    visitSubstitutions(node.name, place, this.onSubstitution);
    for (const item of node.suffix) visitSubstitutions(item, place, this.onSubstitution);
  }

  /** Without a program, the status of the last `$(…)` is the command's: `X=$(a)` fails when a does, `export X=$(a)` does not. */
  private readAssigned(node: SimpleCommand, place: Place): void {
    let last: Substitution | undefined;
    for (const item of node.prefix) {
      visitSubstitutions(item, place, (substitution) => {
        if (last !== undefined) this.onSubstitution(last);
        last = substitution;
      });
    }
    if (last === undefined) return;
    const { conditional, exempt } = (last as Substitution).place;
    const isHeeded = (last as Substitution).isOutput;
    this.readSubstitution(last, placeOf(conditional, isHeeded ? this.fateAt(place) : this.traits.swallowed, exempt));
  }

  /** Adds what is left of a command without its wrappers: itself, or the commands of the script it runs. */
  private readWritten(command: WrittenCommand, place: Place, joint: Joint): void {
    const inner = innermost(command, this.inherited);
    // `exec` puts the command in the place of the shell.
    const fate = inner.replacesShell && !this.scope.trapsFailure ? this.exit : this.fateAt(place);
    const redirects = this.inherited.redirects.length === 0 ? command.redirects : [...this.inherited.redirects, ...command.redirects];
    if (inner.script !== undefined && this.readNested(inner.script, inner, redirects, fate, place, joint)) return;

    const { shared } = this;
    const { name, words, wrappers, assignments } = inner;
    shared.script.commands.push({
      script: shared.script,
      name,
      words,
      args: words.slice(1),
      wrappers,
      assignments,
      redirects,
      span: command.span,
      pipeline: joint.pipeline ?? shared.pipelines++,
      conditional: place.conditional,
      substituted: this.inherited.substituted,
      shell: this.scope.shell,
      exemptFromErrexit: place.exempt,
      failureIsFatal: fate,
      connector: joint.connector,
      notes: undefined,
    });
  }

  /** Reads a script that a command runs; false when the command has to stand for itself. */
  private readNested(
    { text, shell, hidesEnvironment }: GivenScript,
    { name, words, wrappers: outer, assignments }: Innermost,
    redirects: readonly Redirect[],
    fate: boolean | undefined,
    place: Place,
    joint: Joint,
  ): boolean {
    const { shared } = this;
    const [hole] = text.holes;
    if (hole !== undefined && text.written.slice(0, hole.start).trim() === '' && text.written.slice(hole.end).trim() === '') {
      // `eval "$(conda shell.bash hook)"` and `sh -c "$(curl …)"` hide no more than `source` and `curl … | sh` do.
      if (!/^\s*(?:\$\(|`)/.test(text.written)) shared.script.complete = false;
      return false;
    }
    shared.budget.nested -= text.text.text.length;
    if (shared.depth >= MAX_DEPTH || shared.budget.nested < 0) {
      shared.script.complete = false;
      return false;
    }
    const inherited: Inherited = { wrappers: [...outer, { name, words }], assignments, redirects, substituted: this.inherited.substituted };
    const pipeline = joint.pipeline ?? shared.pipelines++;
    const before = shared.script.commands.length;
    shared.depth++;
    const next = { ...joint, pipeline };
    if (shell === undefined) {
      new ScriptReader(shared, text, this.scope, inherited, this.exit).readAll(this.insideEval(place, text), next);
    } else {
      const scope = this.newProcess(assignments, hidesEnvironment, shell);
      new ScriptReader(shared, text, scope, inherited, fate).readAll(placeOf(place.conditional, fate, false), next);
    }
    shared.depth--;
    return shared.script.commands.length > before;
  }

  /** `eval` is a command whose failure `set -e` acts on, also where it would not have acted inside. */
  private insideEval(place: Place, { text }: ShellText): Place {
    const status = changesOptions(text.text) ? undefined : this.fateAt(place);
    // bash forgets inside that it is to pass over failures when the eval is part of a pipeline (measured, 2026-11-21).
    return placeOf(place.conditional, status, place.exempt === true ? undefined : place.exempt);
  }

  /** The variables of a new shell: what this one exports, and what stands in front of the command. */
  private newProcess(assignments: readonly Assignment[], hidesEnvironment: boolean, shell: ShellState): ShellScope {
    const environment = hidesEnvironment ? () => undefined : (name: string) => this.scope.lookupExported(name);
    const scope = new ShellScope(environment, shell);
    for (const { name, value } of assignments) scope.assign(name, value?.value, true);
    return scope;
  }

  private readSubstitution({ script, start, end, isOutput }: Substitution, place: Place): void {
    if (hasErrors(script)) this.shared.script.complete = false;
    const text = script.source === undefined ? this.text : scriptInBackticks(this.text, script.source, start, end);
    const substituted = isOutput || this.inherited.substituted;
    const inherited = { ...this.inherited, redirects: [], substituted };
    const traits = text === this.text ? this.traits : undefined;
    const reader = new ScriptReader(this.shared, text, this.scope, inherited, place.status, traits);
    this.scope.subshell(() => {
      const { scope } = this;
      if (isOutput) scope.shell = stateInSubstitution(scope.shell, scope.mayInheritErrexit);
      const inner = isOutput ? placeOf(place.conditional, place.status, exemptionInSubstitution(scope.shell, place.exempt)) : place;
      reader.readStatements(script.commands, inner, {});
    });
  }
}

function isTest(node: CommandSyntax): boolean {
  if (node.type === 'Pipeline') return node.commands.length === 1 && node.commands[0] !== undefined && isTest(node.commands[0]);
  return node.type === 'TestCommand' || node.type === 'ArithmeticCommand' || (node.type === 'Command' && TESTS.has(node.name?.text ?? ''));
}

function isNegated(node: CommandSyntax | undefined): boolean {
  return node?.type === 'Pipeline' && node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
}
