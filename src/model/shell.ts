/**
 * What RUN, CMD, ENTRYPOINT and HEALTHCHECK run: the shell script of an instruction taken apart into its simple
 * commands, wherever they stand, with the programs that only run other programs taken off.
 */
import { type LogicalText } from '../syntax/logical-text.js';
import type {
  Assignment,
  Command,
  ExecWord,
  Heredoc,
  Redirect,
  RunningInstruction,
  Script,
  ShellWord,
  Span,
  Stage,
  Wrapper,
} from './dockerfile.js';
import { ShellScope } from './shell-scope.js';
import {
  type AndOr,
  type ArithmeticExpression,
  type CommandSyntax,
  hasErrors,
  type ParsedScript,
  parseShell,
  type Pipeline,
  type Redirection,
  type ShellArray,
  type ShellAssignment,
  type SimpleCommand,
  type Statement,
  type SyntaxWord,
  type TestExpression,
  type WordPart,
} from './shell-syntax.js';
import { type ShellText, shellText, ShellTextBuilder } from './shell-text.js';
import {
  type Budget,
  type ReadWord,
  readWholeWord,
  readWord,
  scriptInHeredoc,
  scriptInWord,
  type WordContext,
} from './shell-words.js';
import { baseName, shellName, unwrap } from './wrappers.js';

/** What a shell script of an instruction finds around it. */
export interface ShellEnvironment {
  /** The value of a variable in force at the instruction; undefined when it is not known. */
  readonly lookup: (name: string) => string | undefined;
  /** The words of the SHELL in force; `/bin/sh -c` when the file has none. */
  readonly shell: readonly string[];
}

/**
 * Reads everything an instruction runs. Never throws: what cannot be read makes the script incomplete.
 *
 * A heredoc that is the whole RUN and names an interpreter other than a shell (`#!/usr/bin/env python3`) is a program
 * plimsoll does not know: no commands, incomplete. The same goes for SHELL powershell and cmd.
 */
export function readScript(instruction: RunningInstruction, stage: Stage, environment: ShellEnvironment): Script {
  const script: MutableScript = { instruction, stage, commands: [], complete: true };
  try {
    readInstruction(script, environment);
  } catch {
    // SPEC: one unreadable RUN must not hide what the rest of the file says. The parser documents that it never throws.
    script.commands.length = 0;
    script.complete = false;
  }
  return script;
}

interface MutableScript extends Script {
  readonly commands: Command[];
  complete: boolean;
}

function readInstruction(script: MutableScript, environment: ShellEnvironment): void {
  const { command, heredocs } = script.instruction.keyword === 'RUN' ? script.instruction : { ...script.instruction, heredocs: [] };
  if (command === undefined) return;
  const budget: Budget = { words: 20_000, nested: 1_000_000 };
  const shared: Shared = { script, budget, pipelines: 0, depth: 0 };

  if (command.form === 'exec') {
    const scope = new ShellScope(environment.lookup, true);
    // Without a shell there is no text; the reader is only asked to take off wrappers.
    const reader = new ScriptReader(shared, NO_TEXT, scope, OUTERMOST);
    reader.readExecWords(command.words);
    return;
  }

  const [heredoc] = heredocs;
  if (heredoc !== undefined && heredocs.length === 1 && isOnlyHeredoc(command.text.text)) {
    const interpreter = heredoc.content.startsWith('#!') ? interpreterOf(heredoc.content) : undefined;
    const shell = interpreter === undefined ? shellOf(environment.shell) : shellName(interpreter);
    readText(shared, shell, scriptOfHeredoc(heredoc), environment);
    return;
  }
  readText(shared, shellOf(environment.shell), withHeredocs(command.text, heredocs), environment);
}

const NO_TEXT: ShellText = new ShellTextBuilder().build(0);

function readText(shared: Shared, shell: string | undefined, text: ShellText, environment: ShellEnvironment): void {
  if (text.text.text.trim() === '') return;
  if (shell === undefined) {
    shared.script.complete = false;
    return;
  }
  const scope = new ShellScope(environment.lookup, shell !== 'zsh');
  new ScriptReader(shared, text, scope, OUTERMOST).readAll(false, {});
}

/** Name of the shell that the words of SHELL start; undefined when it is none whose scripts can be read. */
function shellOf(words: readonly string[]): string | undefined {
  const [program] = words;
  if (program === undefined) return 'sh';
  // The entry shell of the mambaorg images: micromamba's environment, then bash.
  if (baseName(program) === '_dockerfile_shell.sh') return 'bash';
  if (/(?:^|[\\/])(?:powershell|pwsh|cmd)(?:\.exe)?$/i.test(program)) return undefined;
  // `conda run -n x /bin/bash -c`, `micromamba run -n x bash -c`, `/usr/bin/env bash -c`
  for (const word of words) {
    const shell = shellName(word);
    if (shell !== undefined) return shell;
  }
  return undefined;
}

/** The program a `#!` line names, through `/usr/bin/env` and `env -S`. */
function interpreterOf(content: string): string {
  const words = (/^#!([^\r\n]*)/.exec(content)?.[1] ?? '').trim().split(/[ \t]+/);
  if (baseName(words[0] ?? '') !== 'env') return words[0] ?? '';
  return words.slice(1).find((word) => !word.startsWith('-') && !word.includes('=')) ?? '';
}

/** Whether the text is one heredoc word and nothing else, so that the heredoc's body is the script. */
function isOnlyHeredoc(text: string): boolean {
  return /^\s*\d*<<-?\s*(?:"[^"<]*"|'[^'<]*'|\\?[^<\s"'\\])+\s*$/.test(text);
}

function scriptOfHeredoc(heredoc: Heredoc): ShellText {
  const builder = new ShellTextBuilder();
  addLines(builder, heredoc.content, heredoc.contentSpan.start, heredoc.stripTabs);
  return builder.build(heredoc.contentSpan.start);
}

/** What BuildKit hands to the shell: the line, then the heredocs' bodies. */
function withHeredocs(line: LogicalText, heredocs: readonly Heredoc[]): ShellText {
  if (heredocs.length === 0) return shellText(line);
  const builder = new ShellTextBuilder();
  builder.addFrom(shellText(line), 0, line.text.length);
  for (const heredoc of heredocs) {
    builder.addSource('\n', heredoc.contentSpan.start);
    addLines(builder, heredoc.content, heredoc.contentSpan.start, heredoc.stripTabs);
    builder.addSource(heredoc.name, heredoc.terminatorSpan?.start ?? heredoc.contentSpan.end);
  }
  return builder.build(0);
}

/** Appends lines, each ended by a bare line feed, so that a file with CRLF reads like one with LF. */
function addLines(builder: ShellTextBuilder, content: string, sourceStart: number, stripTabs: boolean): void {
  for (let at = 0; at < content.length; ) {
    const lineFeed = content.indexOf('\n', at);
    const next = lineFeed < 0 ? content.length : lineFeed + 1;
    let start = at;
    while (stripTabs && content.charAt(start) === '\t') start++;
    const isCrlf = lineFeed > start && content.charAt(lineFeed - 1) === '\r';
    const end = isCrlf ? lineFeed - 1 : next;
    if (end > start) builder.addSource(content.slice(start, end), sourceStart + start);
    if (isCrlf) builder.addSource('\n', sourceStart + lineFeed);
    at = next;
  }
}

/** What all readers of one instruction share. */
interface Shared {
  readonly script: MutableScript;
  readonly budget: Budget;
  pipelines: number;
  /** How many scripts inside scripts (`sh -c "sh -c …"`) the reader is in. */
  depth: number;
}

/** How the first command of a list is joined to what stands in front of the list. */
interface Joint {
  readonly connector?: NonNullable<Command['connector']>;
  readonly pipeline?: number;
}

/** What a script inside a script has from the command that runs it. */
interface Inherited {
  readonly wrappers: readonly Wrapper[];
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
  readonly substituted: boolean;
}

const OUTERMOST: Inherited = { wrappers: [], assignments: [], redirects: [], substituted: false };

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
const OS_RELEASE = ['NAME', 'ID', 'ID_LIKE', 'VERSION', 'VERSION_ID', 'VERSION_CODENAME', 'UBUNTU_CODENAME', 'PRETTY_NAME', 'VARIANT', 'VARIANT_ID'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads one text: an instruction's, or a script inside it. */
class ScriptReader implements WordContext {
  private assigned: ReadonlySet<string> | undefined;

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
      return { word, tail: '' };
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
        for (const redirect of node.redirects) this.readRedirectSubstitutions(redirect, conditional);
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
        scope.loop(this.namesAssignedIn(node.pos, node.end), () => {
          this.readStatements(node.clause.commands, conditional, joint);
          this.readStatements(node.body.commands, true, {});
        });
        break;
      case 'For':
      case 'Select':
        for (const word of node.wordlist ?? []) this.readSubstitutions(word, conditional);
        scope.loop([node.name.text, ...this.namesAssignedIn(node.body.pos, node.body.end)], () =>
          this.readStatements(node.body.commands, true, {}),
        );
        break;
      case 'ArithmeticFor':
        for (const part of [node.initialize, node.test, node.update]) this.readArithmetic(part, conditional);
        scope.loop(this.namesAssignedIn(node.pos, node.end), () => this.readStatements(node.body.commands, true, {}));
        break;
      case 'Case':
        this.readSubstitutions(node.word, conditional);
        for (const item of node.items) {
          for (const pattern of item.pattern) this.readSubstitutions(pattern, true);
          scope.branch(() => this.readStatements(item.body.commands, true, {}));
        }
        break;
      case 'Function': {
        const { body } = node;
        this.assigned ??= this.namesAssignedIn(0, this.text.text.text.length);
        scope.function(this.assigned, () =>
          body.type === 'CompoundList' ? this.readStatements(body.commands, true, {}) : this.read(body, true, {}),
        );
        break;
      }
      case 'Coproc': {
        const { body } = node;
        scope.subshell(() =>
          body.type === 'CompoundList'
            ? this.readStatements(body.commands, conditional, joint)
            : this.read(body, conditional, joint),
        );
        break;
      }
      case 'TestCommand':
        this.readTest(node.expression, conditional);
        break;
      case 'ArithmeticCommand':
        this.readArithmetic(node.expression, conditional);
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
      const place: Joint =
        index > 0 ? { connector: '|', pipeline } : joint.connector === undefined ? { pipeline } : { connector: joint.connector, pipeline };
      const timed = index === 0 && command.type === 'Command' ? this.timeWords(node) : [];
      const read = () =>
        command.type === 'Command'
          ? this.readCommand(command, conditional, place, timed)
          : this.read(command, conditional, place);
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
    const span = this.text.text.span(start, end);
    return { word: { text, value: text, prefix: text, glob: false, quoted: false, span }, tail: '' };
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
    const span = this.text.text.span(start, end < 0 ? node.end : end);
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

    if (words.length === 0) for (const assignment of prefixed) this.assign(assignment, false);
    else this.applyEffects(words, declared);

    for (const item of node.prefix) this.readItemSubstitutions(item, conditional);
    if (node.name !== undefined) this.readSubstitutions(node.name, conditional);
    for (const item of node.suffix) this.readItemSubstitutions(item, conditional);
  }

  private readAssignment(node: ShellAssignment): Assignment {
    const span = this.text.text.span(node.pos, node.end);
    const { name, value } = node;
    return value.type === 'Word' ? { name, value: readWholeWord(this, value).word, span } : { name, span };
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
      span: this.text.text.span(node.pos, node.end),
    };
    return { word, tail: '' };
  }

  private readRedirect(node: Redirection): Redirect {
    const span = this.text.text.span(node.pos, node.end);
    const { operator, descriptor } = node;
    const redirect: { -readonly [Key in keyof Redirect]: Redirect[Key] } = { operator, span };
    if (descriptor?.type === 'FileDescriptor') redirect.fileDescriptor = descriptor.value;
    if (node.type !== 'HereDoc' && node.target !== undefined) redirect.target = readWholeWord(this, node.target).word;
    return redirect;
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
          if (text !== undefined && this.readNested(text, raw, [...wrappers, rest()], assignments, this.newProcess(assignments, hides))) return;
          break;
        }
        case 'standard-input': {
          const text = raw.standardInput();
          if (text !== undefined && this.readNested(text, raw, [...wrappers, rest()], assignments, this.newProcess(assignments, hidesEnvironment))) return;
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
    const command: { -readonly [Key in keyof Command]: Command[Key] } = {
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
    };
    if (raw.joint.connector !== undefined) command.connector = raw.joint.connector;
    shared.script.commands.push(command);
  }

  private assign(node: ShellAssignment, exported: boolean): void {
    const { name, value } = node;
    if (node.index !== undefined || value.type !== 'Word') {
      this.scope.forget(name);
      return;
    }
    const added = readWholeWord(this, value).word.value;
    const before = node.append === true ? this.scope.lookup(name) : '';
    this.scope.assign(name, added === undefined || before === undefined ? undefined : before + added, exported);
  }

  /** What the shell's own commands do to its variables. */
  private applyEffects(words: readonly ReadWord[], declared: readonly ShellAssignment[]): void {
    const { scope } = this;
    const name = programName(words[0]);
    const names = () => words.slice(1).map((word) => word.word.value ?? '').filter((word) => NAME.test(word));
    switch (name) {
      case 'export':
      case 'readonly':
        for (const assignment of declared) this.assign(assignment, name === 'export');
        if (name === 'export') for (const variable of names()) scope.assign(variable, scope.lookup(variable), true);
        break;
      case 'local':
      case 'declare':
      case 'typeset':
        for (const assignment of declared) scope.forget(assignment.name);
        for (const variable of names()) scope.forget(variable);
        break;
      case 'read':
      case 'unset':
      case 'mapfile':
      case 'readarray':
      case 'getopts':
      case 'printf':
      case 'let':
        for (const variable of names()) scope.forget(variable);
        break;
      case '.':
      case 'source':
        // LIMIT: any sourced file may set anything; only of this one is it known what it sets.
        if (/-release$/.test(words[1]?.word.value ?? '')) for (const variable of OS_RELEASE) scope.forget(variable);
        break;
    }
  }

  private readItemSubstitutions(item: SyntaxWord | ShellAssignment | Redirection, conditional: boolean): void {
    if (item.type === 'Word') this.readSubstitutions(item, conditional);
    else if (item.type === 'Assignment') this.readValueSubstitutions(item.value, conditional);
    else this.readRedirectSubstitutions(item, conditional);
  }

  private readValueSubstitutions(value: SyntaxWord | ShellArray, conditional: boolean): void {
    if (value.type === 'Word') this.readSubstitutions(value, conditional);
    else for (const element of value.elements) this.readSubstitutions(element, conditional);
  }

  private readRedirectSubstitutions(redirect: Redirection, conditional: boolean): void {
    if (redirect.type === 'HereDoc') this.readPartSubstitutions(redirect.body.parts, conditional);
    else if (redirect.target !== undefined) this.readSubstitutions(redirect.target, conditional);
  }

  /** Reads the commands whose output, or whose pipe, becomes part of a word. */
  private readSubstitutions(word: SyntaxWord, conditional: boolean): void {
    if (word.parts !== undefined && /[$`(]/.test(word.text)) this.readPartSubstitutions(word.parts, conditional);
  }

  private readPartSubstitutions(parts: readonly WordPart[] | undefined, conditional: boolean): void {
    for (const part of parts ?? []) {
      switch (part.type) {
        case 'CommandExpansion':
          this.readSubstitution(part.script, part.pos, part.end, conditional, true);
          break;
        case 'ProcessSubstitution':
          this.readSubstitution(part.script, part.pos, part.end, conditional, false);
          break;
        case 'ArithmeticExpansion':
          if (part.text.includes('`') || part.text.includes('$(', 2)) this.readArithmetic(part.expression, conditional);
          break;
        case 'ParameterExpansion': {
          const { operation } = part;
          if (operation === undefined) break;
          const words =
            operation.type === 'Replace'
              ? [operation.pattern, operation.replacement]
              : operation.type === 'Default' || operation.type === 'Remove'
                ? [operation.operand]
                : [];
          for (const word of words) this.readSubstitutions(word, true);
          break;
        }
        case 'DoubleQuoted':
        case 'LocaleString':
        case 'Glob':
        case 'ExtendedGlob':
        case 'BraceExpansion':
          this.readPartSubstitutions(part.parts, conditional);
          break;
        default:
          break;
      }
    }
  }

  private readSubstitution(
    script: ParsedScript | undefined,
    start: number,
    end: number,
    conditional: boolean,
    substituted: boolean,
  ): void {
    if (script === undefined) return;
    if (hasErrors(script)) this.shared.script.complete = false;
    const text = script.source === undefined ? this.text : this.backtickText(script.source, start, end);
    const inherited: Inherited = { ...this.inherited, redirects: [], substituted: substituted || this.inherited.substituted };
    const reader = new ScriptReader(this.shared, text, this.scope, inherited);
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
        whole.addValue(source, this.text.text.span(start, end));
        return whole.build(0);
      }
    }
    builder.addFrom(this.text, run, at);
    return builder.build(this.text.text.sourceOffset(start));
  }

  private readTest(expression: TestExpression, conditional: boolean): void {
    switch (expression.type) {
      case 'TestUnary':
        this.readSubstitutions(expression.operand, conditional);
        break;
      case 'TestBinary':
        this.readSubstitutions(expression.left, conditional);
        this.readSubstitutions(expression.right, conditional);
        break;
      case 'TestLogical':
        for (const operand of expression.operands) this.readTest(operand, conditional);
        break;
      case 'TestNot':
        this.readTest(expression.operand, conditional);
        break;
      case 'TestGroup':
        this.readTest(expression.expression, conditional);
        break;
    }
  }

  /** A sum of a thousand terms is a tree a thousand deep, so this keeps its own stack. */
  private readArithmetic(root: ArithmeticExpression | undefined, conditional: boolean): void {
    const waiting: ArithmeticExpression[] = root === undefined ? [] : [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      switch (node.type) {
        case 'ArithmeticBinary':
          waiting.push(node.right, node.left);
          break;
        case 'ArithmeticUnary':
          waiting.push(node.operand);
          break;
        case 'ArithmeticTernary':
          waiting.push(node.alternate, node.consequent, node.test);
          break;
        case 'ArithmeticGroup':
          waiting.push(node.expression);
          break;
        case 'ArithmeticCommandExpansion':
          this.readSubstitution(node.script, node.pos, node.end, conditional, true);
          break;
        case 'ArithmeticWord':
          this.readPartSubstitutions(node.parts, conditional);
          break;
      }
    }
  }

  /** Names that something between two offsets may set, and a few more: `--index-url=` counts too. */
  private namesAssignedIn(start: number, end: number): ReadonlySet<string> {
    const names = new Set<string>();
    const text = this.text.text.text.slice(start, end);
    for (const match of text.matchAll(/\b([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]*\])?\+?=|\b(?:read|unset|local|declare)\b([^;&|\n]*)/g)) {
      if (match[1] !== undefined) names.add(match[1]);
      for (const name of match[2]?.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []) names.add(name);
    }
    return names;
  }
}

const BEHIND_SEMICOLON: Joint = { connector: ';' };

function isTest(node: CommandSyntax): boolean {
  if (node.type === 'Pipeline') return node.commands.length === 1 && node.commands[0] !== undefined && isTest(node.commands[0]);
  return (
    node.type === 'TestCommand' ||
    node.type === 'ArithmeticCommand' ||
    (node.type === 'Command' && TESTS.has(node.name?.text ?? ''))
  );
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
