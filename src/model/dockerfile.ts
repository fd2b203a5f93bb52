/**
 * The model: what a person means by a Dockerfile. Read-only types; the other files of this folder build them and
 * answer questions about them. The model knows Dockerfiles and shells, never what a tool, a package or an image is.
 */
import type { Span } from '../source/source-file.js';
import type { ImageReference } from '../syntax/image-reference.js';
import type {
  ArgInstruction,
  CmdInstruction,
  FromInstruction,
  HealthcheckInstruction,
  Instruction,
  RunInstruction,
  SyntaxTree,
} from '../syntax/tree.js';
import type { StageEnvironment } from './environment.js';

export type { SourceFile, Span } from '../source/source-file.js';
export type { ImageReference } from '../syntax/image-reference.js';
export type { LogicalText } from '../syntax/logical-text.js';
export type * from '../syntax/tree.js';

/** A whole file. */
export interface Dockerfile extends Noted {
  readonly syntax: SyntaxTree;
  /** ARGs before the first FROM. */
  readonly globalArguments: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  /** Stages by their lower-case names; of equal names, the last. */
  readonly stagesByName: ReadonlyMap<string, Stage>;
  /** The stage that becomes the image: the last one, unless a target is named. Absent without any FROM. */
  readonly finalStage: Stage | undefined;
  /** {@link finalStage} and the stages it is built from: their layers are the image's. */
  readonly stagesOfFinalImage: ReadonlySet<Stage>;
}

/** Where `facts/once.ts` keeps what it has worked out about a part of the model. No part of the model; nothing else reads it. */
export interface Noted {
  notes: unknown[] | undefined;
}

/** One build stage. */
export interface Stage extends Noted {
  readonly index: number;
  /** Lower-cased, as BuildKit compares it. */
  readonly name?: string | undefined;
  readonly from: FromInstruction;
  /** What the stage this one is built FROM has behind ONBUILD: it runs here, before {@link instructions}. */
  readonly triggers: readonly Instruction[];
  /** Everything after FROM up to the next one; ONBUILD triggers stay inside their ONBUILD. */
  readonly instructions: readonly Instruction[];
  /** The earlier stage this one is built FROM, if any. */
  readonly parent?: Stage | undefined;
  /** The later stages whose FROM names this one, in the order of the file. */
  readonly children: readonly Stage[];
  /** What stands at the bottom of the chain of parents. */
  readonly base: Base;
  /** ENV, ARG, USER, WORKDIR and SHELL in force in this stage. */
  readonly environment: StageEnvironment;
}

/** The effective base image of a stage, after ARG defaults and stage names are resolved. */
export type Base =
  | { readonly kind: 'image'; readonly reference: ImageReference }
  | { readonly kind: 'scratch' }
  /** The FROM depends on a variable without a known value, or is no valid reference. */
  | { readonly kind: 'unknown' };

/** What is known of a variable at some place. */
export type Value =
  | { readonly kind: 'known'; readonly value: string; readonly by: Instruction }
  /** Set, but to something that cannot be known here. */
  | { readonly kind: 'unknown'; readonly by: Instruction }
  /** `ARG NAME` without a default: only `--build-arg` gives it a value. */
  | { readonly kind: 'declared'; readonly by: Instruction }
  /** No instruction of this file sets it; the base image may. */
  | { readonly kind: 'absent' };

/** Instructions that run programs. */
export type RunningInstruction = RunInstruction | CmdInstruction | HealthcheckInstruction;

/** The script of an instruction, read once and then kept; undefined for an instruction that runs nothing. */
export type ScriptOf = (instruction: Instruction) => Script | undefined;

/** Everything one instruction runs. */
export interface Script extends Noted {
  readonly instruction: RunningInstruction;
  readonly stage: Stage;
  /** Every simple command in the order of the text, also those inside loops, functions, substitutions, `sh -c "…"`. */
  readonly commands: readonly Command[];
  /** False when part of the text could not be read or is for a shell or language plimsoll does not know: commands may
   *  be missing from {@link commands}. */
  readonly complete: boolean;
}

/** One simple command with its wrappers (`sudo`, `env`, `conda run -n x`, …) taken off. */
export interface Command extends Noted {
  readonly script: Script;
  /** Base name of the program: `pip` for `/opt/venv/bin/pip` and for `$VENV/bin/pip`. Empty when it depends on an unknown
   *  variable, and when there is no program (`X=1` alone, `> file`): {@link words} is empty then. */
  readonly name: string;
  /** The program, then its arguments. */
  readonly words: readonly ShellWord[];
  /** {@link words} without the program. */
  readonly args: readonly ShellWord[];
  /** The wrappers taken off, outermost first, each with its own words. */
  readonly wrappers: readonly Wrapper[];
  /** `NAME=value` in front of the command or given to `env` or `sudo`; for a command out of `X=1 sh -c "…"` the outer ones
   *  first. */
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
  /** From the first word (wrappers and assignments included) to the last. A command out of `sh -c "…"` has the span of
   *  its own words inside the quotes. */
  readonly span: Span;
  /** How the command is joined to the one before it in the same list; absent for the first of a list. The first command
   *  of a group, a condition or `sh -c "…"` has the group's own: in `a && (b; c)` b has `&&`. Newline and `&` are `;`. */
  readonly connector?: '&&' | '||' | ';' | '|' | undefined;
  /** Identifies the pipeline the command belongs to: commands with the same number are piped together. */
  readonly pipeline: number;
  /** Whether the command may not run although all goes well: inside if, case, a loop or a function, behind `||`, and
   *  behind the test in `[ … ] && a || b`. In `a || b && c` only b; conditions of if and while always run. */
  readonly conditional: boolean;
  /** Stands in a command substitution, so its output becomes a word. */
  readonly substituted: boolean;
  /** The shell that reads the command, with its options in force there. */
  readonly shell: ShellState;
  /** Whether `set -e` passes over the command's failure: in a condition, behind `!`, in front of `&&` or `||`, and inside
   *  anything that stands there. Undefined in functions, which may be called anywhere. */
  readonly exemptFromErrexit: boolean | undefined;
  /** Whether the instruction fails when the command runs and fails. False where the script may go on as if nothing had
   *  happened (in a loop, in any round but the last), undefined where it is not known: in functions, behind traps, where the
   *  script asks for `$?`, and for want of a SHELL. `inShellOfBase` in `facts/shells.ts` knows that of many base images. */
  readonly failureIsFatal: boolean | undefined;
}

/** A shell and the options that decide what becomes of a failure; undefined is not known. Shared: the same state is the same object. */
export interface ShellState {
  /** Base name: `bash`, `sh`. Also undefined in exec form, where there is no shell. */
  readonly name: string | undefined;
  /** `set -e` */
  readonly errexit: boolean | undefined;
  /** `set -o pipefail` */
  readonly pipefail: boolean | undefined;
}

/** A program that runs another one: `sudo`, `env`, `conda run`. */
export interface Wrapper {
  readonly name: string;
  readonly words: readonly ShellWord[];
}

/** `NAME=value` before a command. */
export interface Assignment {
  readonly name: string;
  /** Absent for an array. For `NAME+=value` only what is added. */
  readonly value?: ShellWord | undefined;
  readonly span: Span;
}

/** `> file`, `2>&1`, `< file` of a command. */
export interface Redirect {
  /** `>`, `>>`, `<`, `&>`, `>&`, `<<`, `<<<` and the like, without a file descriptor in front. */
  readonly operator: string;
  /** The number written in front of the operator: 2 in `2>/dev/null`. */
  readonly fileDescriptor?: number | undefined;
  /** Absent for a heredoc. */
  readonly target?: ShellWord | undefined;
  readonly span: Span;
}

/** A word of a command. */
export interface ShellWord {
  /** As written, quotes included. */
  readonly text: string;
  /** What the program receives: quotes removed, variables of known value filled in; `~` and globs stay as written.
   *  Undefined when the word depends on something unknown (a variable without a known value, a command substitution, a
   *  brace expansion): the word is *dynamic*. */
  readonly value: string | undefined;
  /** The part of the value in front of the first unknown; equal to `value` when the word is not dynamic. */
  readonly prefix: string;
  /** Whether an unquoted `*`, `?` or `[…]` may be replaced by file names. */
  readonly glob: boolean;
  /** Whether any part stands in quotation marks. */
  readonly quoted: boolean;
  readonly span: Span;
}
