/**
 * What is in force where: variables, user, working directory and shell at an instruction. Inherited through FROM; what
 * the base image itself sets is not known here (`facts/images.ts` knows some).
 */
import type { Instruction, KeyValue, Word } from '../syntax/tree.js';
import { expandWord, type Lookup, PLATFORM_ARGUMENTS, UNKNOWN } from '../syntax/variable.js';
import type { Value } from './dockerfile.js';
import { joinPath } from './paths.js';

/** A place in a file: an instruction sees what came before it. Without one the end of the stage is meant. */
export type Before = Pick<Instruction, 'span'> | undefined;

interface Setting {
  readonly at: number;
  readonly value: Value;
}

const ABSENT: Value = { kind: 'absent' };

/** ARGs before the first FROM. SPEC: with those of the platform they are all that FROM and its `--platform` see. */
export class GlobalArguments {
  private readonly values = new Map<string, Value>();

  /** Adds an ARG. SPEC: its defaults see the ones before it and those of the platform. */
  add(instruction: Extract<Instruction, { keyword: 'ARG' }>, escape: string): void {
    for (const pair of instruction.pairs) {
      const value = pair.value === undefined ? undefined : this.expand(pair.value, escape);
      // SPEC: `ARG NAME` behind an ARG that gives it a value leaves the value alone.
      const bare = (name: string): Value => this.values.get(name) ?? { kind: 'declared', by: instruction };
      this.values.set(pair.key.text, argumentValue(pair, value, instruction, bare));
    }
  }

  value(name: string): Value {
    return this.values.get(name) ?? ABSENT;
  }

  isPlatformArgument(name: string): boolean {
    return PLATFORM_ARGUMENTS.has(name);
  }

  /**
   * A word of FROM or of a global default, or undefined when it depends on a build argument or on the platform.
   * `ARG X` without a value and `${X:-default}` give the default, as a build without arguments does.
   */
  expand(word: Word, escape: string): string | undefined {
    const lookup: Lookup = (name) => {
      const value = this.value(name);
      if (value.kind === 'known') return value.value;
      return value.kind === 'unknown' || PLATFORM_ARGUMENTS.has(name) ? UNKNOWN : undefined;
    };
    const expansion = expandWord(word.text, escape, lookup);
    const open = expansion.references.some(({ name, modifier }) => !/[-+?]/.test(modifier) && this.value(name).kind === 'declared');
    return open ? undefined : expansion.value;
  }
}

/** What one stage has in force, built in one pass over its instructions. */
export class StageEnvironment {
  private readonly variables = new Map<string, Setting[]>();
  private readonly runtime = new Map<string, Setting[]>();
  private readonly users: Setting[] = [];
  private readonly workdirs: Setting[] = [];
  private readonly shells: { at: number; words: readonly string[] }[] = [];
  /** What is in force behind the last instruction. */
  private readonly last: { readonly user: Value; readonly workdir: Value; readonly shell: readonly string[] | undefined };
  /** Answers of {@link atEnd} that came from further up. */
  private readonly inherited = { variables: new Map<string, Value>(), runtime: new Map<string, Value>() };

  constructor(
    instructions: readonly Instruction[],
    private readonly parent: StageEnvironment | undefined,
    private readonly globals: GlobalArguments,
    /** The file's escape character. */
    readonly escape: string,
  ) {
    for (const instruction of instructions) this.apply(instruction);
    this.last = { user: this.user(), workdir: this.workdir(), shell: this.shell() };
  }

  /**
   * ENV and ARG together, as BuildKit expands words and as RUN sees them. SPEC: the later of the two wins, but a stage begins
   * with what its parents' ENVs set, whatever ARG came behind them; a global ARG is nothing until the stage declares it, and
   * proxy arguments reach RUN alone.
   */
  variable(name: string, before?: Before): Value {
    const own = lastBefore(this.variables.get(name), limitOf(before));
    if (own !== undefined || this.parent === undefined) return own ?? ABSENT;
    const inherited = this.parent.atEnd('runtime', name);
    return inherited.kind === 'absent' ? this.parent.atEnd('variables', name) : inherited;
  }

  /** ENV only: what a container gets from this file. */
  environmentVariable(name: string, before?: Before): Value {
    return lastBefore(this.runtime.get(name), limitOf(before)) ?? this.parent?.atEnd('runtime', name) ?? ABSENT;
  }

  /** What a name is behind the last instruction. Kept along a chain of stages, which is so gone through once for each name. */
  private atEnd(kind: 'variables' | 'runtime', name: string): Value {
    const passed: StageEnvironment[] = [];
    let value: Value | undefined;
    for (let stage: StageEnvironment | undefined = this; stage !== undefined; stage = stage.parent) {
      value = lastBefore(stage[kind].get(name), Infinity) ?? stage.inherited[kind].get(name);
      if (value !== undefined) break;
      passed.push(stage);
    }
    for (const stage of passed) stage.inherited[kind].set(name, value ?? ABSENT);
    return value ?? ABSENT;
  }

  /** The argument of the last USER, `name[:group]`; absent when only the base image's user is in force. */
  user(before?: Before): Value {
    return lastBefore(this.users, limitOf(before)) ?? this.parent?.last.user ?? ABSENT;
  }

  /** The absolute working directory; absent when only the base image's is in force. */
  workdir(before?: Before): Value {
    return lastBefore(this.workdirs, limitOf(before)) ?? this.parent?.last.workdir ?? ABSENT;
  }

  /** The words of the last SHELL; undefined when the base image's shell is in force. */
  shell(before?: Before): readonly string[] | undefined {
    const limit = limitOf(before);
    return this.shells.findLast(({ at }) => at < limit)?.words ?? this.parent?.last.shell;
  }

  /** The value of a word of an instruction (COPY, WORKDIR, USER, …) with variables filled in; undefined if not known. */
  expand(text: string, before?: Before): string | undefined {
    return expandWord(text, this.escape, (name) => this.lookup(name, before)).value;
  }

  private lookup(name: string, before: Before): string | undefined | typeof UNKNOWN {
    const value = this.variable(name, before);
    // NOTE: absent means not set in this file; the base image may set it, so it is unknown rather than unset.
    return value.kind === 'known' ? value.value : UNKNOWN;
  }

  private apply(instruction: Instruction): void {
    const at = instruction.span.start;
    switch (instruction.keyword) {
      case 'ENV':
        // SPEC: all values of one ENV see the state before it.
        for (const { name, value } of instruction.pairs.map((pair) => this.environmentPair(pair, instruction))) {
          push(this.variables, name, { at, value });
          push(this.runtime, name, { at, value });
        }
        break;
      case 'ARG':
        // SPEC: the words of one ARG see each other, left to right.
        for (const pair of instruction.pairs) {
          const text = pair.value === undefined ? undefined : this.expand(pair.value.text);
          const value = argumentValue(pair, text, instruction, (name) => this.globalDefault(name, instruction));
          if (value.kind !== 'absent') push(this.variables, pair.key.text, { at, value });
        }
        break;
      case 'USER':
        if (instruction.value !== undefined) this.users.push({ at, value: this.valueOf(instruction.value, instruction) });
        break;
      case 'WORKDIR':
        if (instruction.value !== undefined) this.workdirs.push({ at, value: this.directory(instruction.value, instruction) });
        break;
      case 'SHELL':
        if (instruction.command.form === 'exec') this.shells.push({ at, words: instruction.command.words.map(({ value }) => value) });
        break;
      default:
        break;
    }
  }

  private environmentPair(pair: KeyValue, by: Instruction): { name: string; value: Value } {
    const name = this.expand(pair.key.text) ?? pair.key.text;
    return { name, value: pair.value === undefined ? { kind: 'unknown', by } : this.valueOf(pair.value, by) };
  }

  private valueOf(word: Word, by: Instruction): Value {
    const value = this.expand(word.text);
    return value === undefined ? { kind: 'unknown', by } : { kind: 'known', value, by };
  }

  /** SPEC: `ARG NAME` in a stage takes the global default, if there is one, and leaves an ENV of that name alone. */
  private globalDefault(name: string, by: Instruction): Value {
    const global = this.globals.value(name);
    if (global.kind === 'known') return { kind: 'known', value: global.value, by };
    if (global.kind === 'unknown' || this.globals.isPlatformArgument(name)) return { kind: 'unknown', by };
    return this.variable(name).kind === 'absent' ? { kind: 'declared', by } : ABSENT;
  }

  /**
   * SPEC: a relative WORKDIR goes on from the one before it. On Windows backslashes are slashes and a drive letter goes; here
   * a file that escapes with a backtick is for Windows. LIMIT: one that does not is taken for Linux whatever its base.
   */
  private directory(word: Word, by: Instruction): Value {
    const value = this.valueOf(word, by);
    if (value.kind !== 'known') return value;
    const path = this.escape === '`' ? value.value.replaceAll('\\', '/').replace(/^[A-Za-z]:/, '') : value.value;
    if (path.startsWith('/')) return { ...value, value: joinPath('/', path) };
    const before = this.workdir();
    if (before.kind !== 'known') return { kind: 'unknown', by };
    return { kind: 'known', value: joinPath(before.value, path), by };
  }
}

/** `NAME=default` is its default; what a bare `NAME` is depends on where it stands. */
function argumentValue(pair: KeyValue, text: string | undefined, by: Instruction, bare: (name: string) => Value): Value {
  if (pair.value === undefined) return bare(pair.key.text);
  return text === undefined ? { kind: 'unknown', by } : { kind: 'known', value: text, by };
}

function push(map: Map<string, Setting[]>, name: string, setting: Setting): void {
  const settings = map.get(name);
  if (settings === undefined) map.set(name, [setting]);
  else settings.push(setting);
}

function limitOf(before: Before): number {
  return before?.span.start ?? Infinity;
}

function lastBefore(settings: readonly Setting[] | undefined, limit: number): Value | undefined {
  if (settings === undefined) return undefined;
  let low = 0;
  let high = settings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((settings[middle]?.at ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return settings[low - 1]?.value;
}
