/**
 * The values of variables while a shell script is read from top to bottom. What a branch, a loop or a function sets is
 * unknown behind it, what a subshell sets is forgotten: a value is only ever given when it is certain.
 */

import type { ShellState } from './dockerfile.js';
import { changesOptions, eitherState, shellState } from './shell-options.js';

/** Longer values are treated as unknown, so that a script cannot blow itself up (`A=$A$A; A=$A$A; …`). */
const MAX_VALUE_LENGTH = 16_384;

interface Entry {
  readonly value: string | undefined;
  readonly exported: boolean;
  /** Which assignment of this scope it was, counted from 1. */
  readonly serial: number;
}

/** Variables and options of one shell process. */
export class ShellScope {
  private readonly entries = new Map<string, Entry>();
  private readonly trail: { readonly name: string; readonly before: Entry | undefined }[] = [];
  private assignments = 0;
  /** Whether a trap may end the shell, so that its status is not that of what has failed. */
  trapsFailure = false;
  /** Whether a script that this shell reads may make it keep `errexit` in `$(…)`. */
  mayInheritErrexit = false;
  /** While a function's body is read: assignments up to this one may be outdated when it is called. */
  private functionFloor = 0;
  private reassigned: ReadonlySet<string> | undefined;

  /**
   * @param environment what the process inherits; undefined for what is not known
   * @param shell the shell and its options; kept up to date while the script is read
   */
  constructor(
    private readonly environment: (name: string) => string | undefined,
    public shell: ShellState,
  ) {}

  /** False for zsh, which does not split the value of an unquoted variable into words. */
  get splitsWords(): boolean {
    return this.shell.name !== 'zsh';
  }

  /** The value of a variable for this shell; undefined when it is not known. */
  lookup(name: string): string | undefined {
    if (this.reassigned?.has(name) === true && (this.entries.get(name)?.serial ?? 0) <= this.functionFloor) return undefined;
    const entry = this.entries.get(name);
    return entry === undefined ? this.inherited(name) : entry.value;
  }

  /** The value that a program started by this shell finds in its environment; undefined when it is not known. */
  lookupExported(name: string): string | undefined {
    const entry = this.entries.get(name);
    return entry === undefined || entry.exported || this.inherited(name) !== undefined ? this.lookup(name) : undefined;
  }

  /** Whether the script itself has set the variable, to whatever. */
  hasSet(name: string): boolean {
    return this.entries.has(name);
  }

  /** @param value undefined for something that is not known */
  assign(name: string, value: string | undefined, exported = false): void {
    const before = this.entries.get(name);
    this.trail.push({ name, before });
    const known = value !== undefined && value.length <= MAX_VALUE_LENGTH ? value : undefined;
    this.assignments++;
    this.entries.set(name, { value: known, exported: exported || before?.exported === true, serial: this.assignments });
  }

  /** The variable may have any value from here on. */
  forget(name: string): void {
    this.assign(name, undefined);
  }

  /** Reads something that may not run, or not once: what it sets is unknown afterwards. */
  branch(read: () => void): void {
    const mark = this.trail.length;
    const { shell } = this;
    read();
    this.shell = eitherState(shell, this.shell);
    if (this.trail.length === mark) return;
    for (const name of this.undo(mark)) this.forget(name);
  }

  /** Reads something that runs in a process of its own: what it sets is gone afterwards. */
  subshell(read: () => void): void {
    const mark = this.trail.length;
    const { shell } = this;
    read();
    this.shell = shell;
    this.undo(mark);
  }

  /** Reads the body of a loop, which finds what its own last round has set. @param script the text of the loop */
  loop(assigned: Iterable<string>, script: string, read: () => void): void {
    this.branch(() => {
      for (const name of assigned) this.forget(name);
      if (changesOptions(script)) this.forgetOptions();
      read();
    });
  }

  /**
   * Reads the body of a function, which may be called anywhere: what the script sets elsewhere is unknown in it.
   *
   * @param optionsChangeLater whether `set` may come between the function and a call of it
   */
  function(assigned: ReadonlySet<string>, optionsChangeLater: boolean, read: () => void): void {
    const { functionFloor, reassigned } = this;
    this.functionFloor = this.assignments;
    this.reassigned = assigned;
    this.branch(() => {
      if (optionsChangeLater) this.forgetOptions();
      read();
    });
    this.functionFloor = functionFloor;
    this.reassigned = reassigned;
  }

  private forgetOptions(): void {
    this.shell = shellState(this.shell.name, undefined, undefined);
  }

  private inherited(name: string): string | undefined {
    const value = this.environment(name);
    return value !== undefined && value.length <= MAX_VALUE_LENGTH ? value : undefined;
  }

  private undo(mark: number): Set<string> {
    const names = new Set<string>();
    for (let step = this.trail.length > mark ? this.trail.pop() : undefined; step !== undefined; ) {
      names.add(step.name);
      if (step.before === undefined) this.entries.delete(step.name);
      else this.entries.set(step.name, step.before);
      step = this.trail.length > mark ? this.trail.pop() : undefined;
    }
    return names;
  }
}
