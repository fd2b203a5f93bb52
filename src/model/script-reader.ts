/**
 * Takes one text of shell script apart into its simple commands: the walk over the syntax, what runs and what may not,
 * and the scripts inside scripts.
 */
import type { Assignment, Command, ExecWord, Redirect, Script, ShellWord, Span, Wrapper } from './dockerfile.js';
import { applyAssignment, applyBuiltin, isVariableBuiltin, namesAssignedIn } from './shell-effects.js';
import { ShellScope } from './shell-scope.js';
import { type Substitution, visitArithmetic, visitSubstitutions, visitTest } from './shell-substitutions.js';
import {
  type AndOr,
  type CommandSyntax,
  hasErrors,
  type Pipeline,
  parseShell,
  type Redirection,
  type ShellAssignment,
  type SimpleCommand,
  type Statement,
} from './shell-syntax.js';
import { NO_TEXT, type ShellText, ShellTextBuilder, shellText, spanOf } from './shell-text.js';
import { type Budget, type ReadWord, readWholeWord, readWord, scriptInHeredoc, scriptInWord, type WordContext } from './shell-words.js';
import { baseName, unwrap } from './wrappers.js';

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

/** A command whose wrappers are still on. */
interface RawCommand {
  readonly words: readonly ReadWord[];
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
  readonly span: Span;
  readonly conditional: boolean;
  readonly joint: Joint;
  /** What a shell without a script reads; made only when one does. */
  readonly standardInput: () => ShellText | undefined;
}

/** Scripts inside scripts inside scripts: nobody writes more, and `X='eval $X'` must end. */
const MAX_DEPTH = 8;

const TESTS = new Set(['[', 'test']);

/** Reads one text: an instruction's, or a script inside it. */
export class ScriptReader implements WordContext {
  private assigned: ReadonlySet<string> | undefined;
  private readonly onSubstitution = (substitution: Substitution) => this.readSubstitution(substitution);

  constructor(
    private readonly shared: Shared,
    readonly text: ShellText,
    readonly scope: ShellScope,
    private readonly inherited: Inherited,
  ) {}

  get budget(): Budget {
    return this.shared.budget;
  }

  readAll(conditional: boolean, joint: Joint): void {
    const { statements, clean } = parseShell(this.text.text.text);
    if (!clean) this.shared.script.complete = false;
    this.readStatements(statements, conditional, joint);
  }

  readExecWords(execWords: readonly ExecWord[]): void {
    if (execWords.length === 0) return;
    const texts = new Map<ShellWord, ShellText>();
    const words = execWords.map(({ value, span, text }): ReadWord => {
      const word = { text: JSON.stringify(value), value, prefix: value, glob: false, quoted: true, span };
      texts.set(word, shellText(text));
      return { word, tail: '', syntax: undefined };
    });
    const start = execWords[0]?.span.start ?? 0;
    const span = { start, end: execWords.at(-1)?.span.end ?? start };
    const noInput = () => undefined;
    const raw = { words, assignments: [], redirects: [], span, conditional: false, joint: {}, standardInput: noInput };
    this.takeOffWrappers(raw, (word) => texts.get(word.word) ?? NO_TEXT);
  }

  private readStatements(statements: readonly Statement[], conditional: boolean, joint: Joint): void {
    let next = joint;
    for (const statement of statements) {
      this.read(statement.command, conditional, next);
      next = BEHIND_SEMICOLON;
    }
  }

  private read(node: CommandSyntax, conditional: boolean, joint: Joint): void {
    const { scope } = this;
    switch (node.type) {
      case 'Command':
        this.readCommand(node, conditional, joint, []);
        break;
      case 'AndOr':
        this.readAndOr(node, conditional, joint);
        break;
      case 'Pipeline':
        this.readPipeline(node, conditional, joint);
        break;
      case 'Redirected':
        this.read(node.command, conditional, joint);
        for (const redirect of node.redirects) visitSubstitutions(redirect, conditional, this.onSubstitution);
        break;
      case 'Subshell':
        scope.subshell(() => this.readStatements(node.body.commands, conditional, joint));
        break;
      case 'BraceGroup':
        this.readStatements(node.body.commands, conditional, joint);
        break;
      case 'If':
        this.readStatements(node.clause.commands, conditional, joint);
        scope.branch(() => this.readStatements(node.then.commands, true, {}));
        for (const elif of node.elif) {
          scope.branch(() => {
            this.readStatements(elif.clause.commands, true, {});
            this.readStatements(elif.then.commands, true, {});
          });
        }
        if (node.else !== undefined) {
          const { commands } = node.else;
          scope.branch(() => this.readStatements(commands, true, {}));
        }
        break;
      case 'While':
        scope.loop(namesAssignedIn(this.text.text.text.slice(node.pos, node.end)), () => {
          this.readStatements(node.clause.commands, conditional, joint);
          this.readStatements(node.body.commands, true, {});
        });
        break;
      case 'For':
      case 'Select':
        for (const word of node.wordlist ?? []) visitSubstitutions(word, conditional, this.onSubstitution);
        scope.loop([node.name.text, ...namesAssignedIn(this.text.text.text.slice(node.body.pos, node.body.end))], () =>
          this.readStatements(node.body.commands, true, {}),
        );
        break;
      case 'ArithmeticFor':
        for (const part of [node.initialize, node.test, node.update]) visitArithmetic(part, conditional, this.onSubstitution);
        scope.loop(namesAssignedIn(this.text.text.text.slice(node.pos, node.end)), () => this.readStatements(node.body.commands, true, {}));
        break;
      case 'Case':
        visitSubstitutions(node.word, conditional, this.onSubstitution);
        for (const item of node.items) {
          for (const pattern of item.pattern) visitSubstitutions(pattern, true, this.onSubstitution);
          scope.branch(() => this.readStatements(item.body.commands, true, {}));
        }
        break;
      case 'Function': {
        const { body } = node;
        this.assigned ??= namesAssignedIn(this.text.text.text);
        scope.function(this.assigned, () =>
          body.type === 'CompoundList' ? this.readStatements(body.commands, true, {}) : this.read(body, true, {}),
        );
        break;
      }
      case 'Coproc': {
        const { body } = node;
        scope.subshell(() =>
          body.type === 'CompoundList' ? this.readStatements(body.commands, conditional, joint) : this.read(body, conditional, joint),
        );
        break;
      }
      case 'TestCommand':
        visitTest(node.expression, conditional, this.onSubstitution);
        break;
      case 'ArithmeticCommand':
        visitArithmetic(node.expression, conditional, this.onSubstitution);
        break;
    }
  }

  /**
   * `a || b && c` is `(a || b) && c`: c belongs to the normal course of things, b does not. `[ x ] && b || c` is an if
   * in disguise: both may be passed over.
   */
  private readAndOr(node: AndOr, conditional: boolean, joint: Joint): void {
    const lastOr = node.operators.lastIndexOf('||');
    let behindTest = false;
    node.commands.forEach((command, index) => {
      const operator = index === 0 ? undefined : node.operators[index - 1];
      if (operator === '||') behindTest = false;
      const mayNotRun = operator === '||' || (behindTest && index <= lastOr);
      const place = operator === undefined ? joint : { connector: operator };
      if (mayNotRun) this.scope.branch(() => this.read(command, true, place));
      else this.read(command, conditional, place);
      if (isTest(command)) behindTest = true;
    });
  }

  private readPipeline(node: Pipeline, conditional: boolean, joint: Joint): void {
    const pipeline = joint.pipeline ?? this.shared.pipelines++;
    const isPiped = node.commands.length > 1;
    node.commands.forEach((command, index) => {
      const place: Joint = { connector: index > 0 ? '|' : joint.connector, pipeline };
      const timed = index === 0 && command.type === 'Command' ? this.timeWords(node) : [];
      const read = () =>
        command.type === 'Command' ? this.readCommand(command, conditional, place, timed) : this.read(command, conditional, place);
      if (isPiped) this.scope.subshell(read);
      else read();
    });
  }

  /** bash reads `time` as a keyword; as words it is one wrapper more. */
  private timeWords(node: Pipeline): ReadWord[] {
    const words: ReadWord[] = [];
    for (const prefix of node.prefixes) {
      if (prefix.type !== 'Time') continue;
      words.push(this.literalWord(prefix.pos, prefix.keywordEnd));
      if (prefix.posix !== undefined) words.push(this.literalWord(prefix.posix.pos, prefix.posix.end));
    }
    return words;
  }

  private literalWord(start: number, end: number): ReadWord {
    const text = this.text.written.slice(start, end);
    const span = spanOf(this.text, start, end);
    return { word: { text, value: text, prefix: text, glob: false, quoted: false, span }, tail: '', syntax: undefined };
  }

  private readCommand(node: SimpleCommand, conditional: boolean, joint: Joint, timed: readonly ReadWord[]): void {
    const words: ReadWord[] = [...timed];
    const assignments: Assignment[] = [];
    const redirects: Redirect[] = [];
    const declared: ShellAssignment[] = [];
    const prefixed: ShellAssignment[] = [];
    let end = -1;

    for (const item of node.prefix) {
      if (item.type === 'Assignment') {
        assignments.push(this.readAssignment(item));
        prefixed.push(item);
        end = item.end;
      } else {
        redirects.push(this.readRedirect(item));
      }
    }
    if (node.name !== undefined) {
      words.push(...readWord(this, node.name));
      end = node.name.end;
    }
    for (const item of node.suffix) {
      if (item.type === 'Word') {
        words.push(...readWord(this, item));
        end = item.end;
      } else if (item.type === 'Assignment') {
        words.push(this.readDeclaration(item));
        declared.push(item);
        end = item.end;
      } else {
        redirects.push(this.readRedirect(item));
      }
    }

    const start = prefixed[0]?.pos ?? node.name?.pos ?? node.pos;
    const span = spanOf(this.text, start, end < 0 ? node.end : end);
    const from = timed[0]?.word.span.start ?? span.start;
    const raw: RawCommand = {
      words,
      assignments,
      redirects,
      span: { start: from, end: span.end },
      conditional,
      joint,
      standardInput: () => this.standardInput(node),
    };
    this.takeOffWrappers(raw, (word) => this.scriptIn(word));

    if (words.length === 0) {
      for (const assignment of prefixed) applyAssignment(this, assignment, false);
    } else if (isVariableBuiltin(words[0]?.word.value ?? '')) {
      const values = words.map(({ word }) => word.value ?? '');
      applyBuiltin(this, values[0] ?? '', values.slice(1), declared);
    }

    for (const item of node.prefix) visitSubstitutions(item, conditional, this.onSubstitution);
    if (node.name !== undefined) visitSubstitutions(node.name, conditional, this.onSubstitution);
    for (const item of node.suffix) visitSubstitutions(item, conditional, this.onSubstitution);
  }

  private readAssignment(node: ShellAssignment): Assignment {
    const span = spanOf(this.text, node.pos, node.end);
    const { name, value } = node;
    return { name, value: value.type === 'Word' ? readWholeWord(this, value).word : undefined, span };
  }

  /** `NAME=value` behind `export` and its like: an assignment that is also a word. */
  private readDeclaration(node: ShellAssignment): ReadWord {
    const { value } = node;
    const head = this.text.text.text.slice(node.pos, value.pos);
    const read = value.type === 'Word' ? readWholeWord(this, value).word : undefined;
    const word: ShellWord = {
      text: this.text.written.slice(node.pos, node.end),
      value: read?.value === undefined ? undefined : head + read.value,
      prefix: head + (read?.prefix ?? ''),
      glob: false,
      quoted: read?.quoted ?? false,
      span: spanOf(this.text, node.pos, node.end),
    };
    return { word, tail: '', syntax: undefined };
  }

  private readRedirect(node: Redirection): Redirect {
    const span = spanOf(this.text, node.pos, node.end);
    const { operator, descriptor } = node;
    return {
      operator,
      fileDescriptor: descriptor?.type === 'FileDescriptor' ? descriptor.value : undefined,
      target: node.type === 'HereDoc' || node.target === undefined ? undefined : readWholeWord(this, node.target).word,
      span,
    };
  }

  /** The script that a heredoc or here-string gives a shell to read. */
  private standardInput(node: SimpleCommand): ShellText | undefined {
    for (const redirect of [...node.redirects].reverse()) {
      if (redirect.descriptor !== undefined && (redirect.descriptor.type !== 'FileDescriptor' || redirect.descriptor.value !== 0)) continue;
      if (redirect.type === 'HereDoc') {
        return scriptInHeredoc(this, redirect.body, redirect.delimiter?.quoted === true, redirect.operator === '<<-');
      }
      if (redirect.type === 'HereString') return redirect.target && scriptInWord(this, redirect.target);
      if (redirect.operator === '<') return undefined;
    }
    return undefined;
  }

  private scriptIn(word: ReadWord): ShellText {
    if (word.syntax !== undefined) return scriptInWord(this, word.syntax);
    const builder = new ShellTextBuilder();
    builder.addValue(word.word.value ?? '', word.word.span);
    return builder.build(word.word.span.start);
  }

  /** Takes wrappers off a command and adds what is left: the command, or the commands of the script it runs. */
  private takeOffWrappers(raw: RawCommand, scriptIn: (word: ReadWord) => ShellText): void {
    const { words } = raw;
    const shellWords = words.map((word) => word.word);
    const wrappers: Wrapper[] = [...this.inherited.wrappers];
    const assignments: Assignment[] = [...this.inherited.assignments, ...raw.assignments];
    let hidesEnvironment = false;

    for (let at = 0; ; ) {
      const name = programName(words[at]);
      const unwrapped = unwrap(name, shellWords, at);
      const rest = () => ({ name, words: shellWords.slice(at) });
      switch (unwrapped.kind) {
        case 'wrapper':
          wrappers.push({ name, words: shellWords.slice(at, unwrapped.program) });
          for (const index of unwrapped.assignments) assignments.push(assignmentOfWord(shellWords[index] as ShellWord));
          hidesEnvironment ||= unwrapped.hidesEnvironment;
          at = unwrapped.program;
          continue;
        case 'script': {
          const script = words[unwrapped.script];
          const hides = hidesEnvironment || unwrapped.hidesEnvironment;
          const text = script === undefined ? undefined : scriptIn(script);
          if (text !== undefined && this.readNested(text, raw, [...wrappers, rest()], assignments, this.newProcess(assignments, hides)))
            return;
          break;
        }
        case 'standard-input': {
          const text = raw.standardInput();
          if (
            text !== undefined &&
            this.readNested(text, raw, [...wrappers, rest()], assignments, this.newProcess(assignments, hidesEnvironment))
          )
            return;
          break;
        }
        case 'eval': {
          const text = joined(words.slice(unwrapped.first).map(scriptIn));
          if (this.readNested(text, raw, [...wrappers, rest()], assignments, this.scope)) return;
          break;
        }
        case 'program':
          break;
      }
      this.add(raw, name, shellWords.slice(at), wrappers, assignments);
      return;
    }
  }

  /** Reads a script that a command runs; false when the command has to stand for itself. */
  private readNested(
    text: ShellText,
    raw: RawCommand,
    wrappers: readonly Wrapper[],
    assignments: readonly Assignment[],
    scope: ShellScope,
  ): boolean {
    const { shared } = this;
    const { length } = text.text.text;
    const [hole] = text.holes;
    if (hole !== undefined && text.written.slice(0, hole.start).trim() === '' && text.written.slice(hole.end).trim() === '') {
      // `eval "$(conda shell.bash hook)"` sets up a shell and hides no more than `source` does.
      if (scope !== this.scope || !/^\s*(?:\$\(|`)/.test(text.written)) shared.script.complete = false;
      return false;
    }
    shared.budget.nested -= length;
    if (shared.depth >= MAX_DEPTH || shared.budget.nested < 0) {
      shared.script.complete = false;
      return false;
    }
    const redirects = [...this.inherited.redirects, ...raw.redirects];
    const inherited: Inherited = { wrappers, assignments, redirects, substituted: this.inherited.substituted };
    const before = shared.script.commands.length;
    const pipeline = raw.joint.pipeline ?? shared.pipelines++;
    shared.depth++;
    const reader = new ScriptReader(shared, text, scope, inherited);
    reader.readAll(raw.conditional, { ...raw.joint, pipeline });
    shared.depth--;
    return shared.script.commands.length > before;
  }

  /** The variables of a new shell: what this one exports, and what stands in front of the command. */
  private newProcess(assignments: readonly Assignment[], hidesEnvironment: boolean): ShellScope {
    const environment = hidesEnvironment ? () => undefined : (name: string) => this.scope.lookupExported(name);
    const scope = new ShellScope(environment, this.scope.splitsWords);
    for (const { name, value } of assignments) scope.assign(name, value?.value, true);
    return scope;
  }

  private add(
    raw: RawCommand,
    name: string,
    words: readonly ShellWord[],
    wrappers: readonly Wrapper[],
    assignments: readonly Assignment[],
  ): void {
    const { shared, inherited } = this;
    shared.script.commands.push({
      script: shared.script,
      name,
      words,
      args: words.slice(1),
      wrappers,
      assignments,
      redirects: inherited.redirects.length === 0 ? raw.redirects : [...inherited.redirects, ...raw.redirects],
      span: raw.span,
      pipeline: raw.joint.pipeline ?? shared.pipelines++,
      conditional: raw.conditional,
      substituted: inherited.substituted,
      connector: raw.joint.connector,
      notes: undefined,
    });
  }

  private readSubstitution({ script, start, end, conditional, isOutput }: Substitution): void {
    if (hasErrors(script)) this.shared.script.complete = false;
    const text = script.source === undefined ? this.text : this.backtickText(script.source, start, end);
    const substituted = isOutput || this.inherited.substituted;
    const reader = new ScriptReader(this.shared, text, this.scope, { ...this.inherited, redirects: [], substituted });
    this.scope.subshell(() => reader.readStatements(script.commands, conditional, {}));
  }

  /** The script between backticks, in which the parser has removed backslashes. */
  private backtickText(source: string, start: number, end: number): ShellText {
    const raw = this.text.text.text;
    const builder = new ShellTextBuilder();
    let at = start + 1;
    let run = at;
    for (let i = 0; i < source.length; i++, at++) {
      const isRemoved = raw.charAt(at) === '\\' && raw.charAt(at + 1) === source.charAt(i) && /[$`\\"]/.test(source.charAt(i));
      if (isRemoved && (source.charAt(i) !== '\\' || raw.charAt(at + 1) === '\\')) {
        builder.addFrom(this.text, run, at);
        at++;
        run = at;
      } else if (raw.charAt(at) !== source.charAt(i)) {
        const whole = new ShellTextBuilder();
        whole.addValue(source, spanOf(this.text, start, end));
        return whole.build(0);
      }
    }
    builder.addFrom(this.text, run, at);
    return builder.build(this.text.text.sourceOffset(start));
  }
}

function isTest(node: CommandSyntax): boolean {
  if (node.type === 'Pipeline') return node.commands.length === 1 && node.commands[0] !== undefined && isTest(node.commands[0]);
  return node.type === 'TestCommand' || node.type === 'ArithmeticCommand' || (node.type === 'Command' && TESTS.has(node.name?.text ?? ''));
}

/** Base name of the program a word names; also when only its directory is unknown, as in `$VENV/bin/pip`. */
function programName(program: ReadWord | undefined): string {
  if (program === undefined) return '';
  const { value } = program.word;
  if (value !== undefined) return baseName(value);
  return program.tail.includes('/') ? baseName(program.tail) : '';
}

/** `NAME=value` as `env` and `sudo` take it: a word like any other. */
function assignmentOfWord(word: ShellWord): Assignment {
  const equals = word.prefix.indexOf('=');
  const name = word.prefix.slice(0, equals);
  const shift = word.text.startsWith(`${name}=`) ? equals + 1 : 0;
  const value: ShellWord = {
    ...word,
    text: word.text.slice(shift),
    value: word.value?.slice(equals + 1),
    prefix: word.prefix.slice(equals + 1),
    span: { start: Math.min(word.span.start + shift, word.span.end), end: word.span.end },
  };
  return { name, value, span: word.span };
}

/** What `eval` runs: its words with blanks between them. */
function joined(texts: readonly ShellText[]): ShellText {
  const [first] = texts;
  if (texts.length === 1 && first !== undefined) return first;
  const builder = new ShellTextBuilder();
  for (const [index, text] of texts.entries()) {
    if (index > 0) builder.addSource(' ', text.text.sourceOffset(0));
    builder.addFrom(text, 0, text.text.text.length);
  }
  return builder.build(first?.text.sourceOffset(0) ?? 0);
}
