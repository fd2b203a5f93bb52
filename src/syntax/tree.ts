/**
 * What the syntax room yields: instructions, comments, directives and problems, each with its exact place. It knows
 * how a Dockerfile is written, not what it means: no stage is resolved and no variable has a value here.
 */
import type { SourceFile, Span } from '../source/source-file.js';
import type { LogicalText } from './logical-text.js';

/** A Dockerfile as written. */
export interface SyntaxTree {
  readonly source: SourceFile;
  /** The escape character in force: a backslash, or a backtick after `# escape=`. */
  readonly escape: '\\' | '`';
  readonly directives: readonly Directive[];
  /** Every comment of the file but directives, in order: own-line ones and those inside continued instructions. */
  readonly comments: readonly Comment[];
  readonly instructions: readonly Instruction[];
  /** What BuildKit refuses, in the order of the file; reading went on behind each. */
  readonly problems: readonly SyntaxProblem[];
}

/** A parser directive in the block at the top of the file: `# syntax=…`, `# escape=…`, `# check=…`. */
export interface Directive {
  readonly name: 'syntax' | 'escape' | 'check';
  /** SPEC: of `syntax`, BuildKit takes what stands in front of the first blank for the frontend. */
  readonly value: string;
  readonly span: Span;
  readonly valueSpan: Span;
}

/** One comment line. */
export interface Comment {
  /** From the `#` to the end of the line. */
  readonly span: Span;
  /** Without the `#`, blanks trimmed. */
  readonly text: string;
  /** The instruction in whose continuation lines this comment stands; absent for a comment between instructions. */
  readonly inside?: Instruction;
  /** The instruction that follows; absent inside a continuation and at the end of the file. */
  readonly above?: Instruction;
}

/** Something BuildKit refuses to build. The rule `syntax-error` has one message for each code. */
export interface SyntaxProblem {
  readonly code: SyntaxProblemCode;
  readonly span: Span;
  readonly data: Readonly<Record<string, string>>;
}

/** What a problem is; the `data` of each is what its message in rules/dockerfile/syntax-error.ts names. */
export type SyntaxProblemCode =
  | 'empty-file'
  | 'no-instructions'
  | 'no-dockerfile'
  | 'no-stage'
  | 'before-from'
  | 'unknown-instruction'
  | 'missing-argument'
  | 'from-arguments'
  | 'stage-name'
  | 'unknown-flag'
  | 'duplicate-flag'
  | 'flag-value'
  | 'json-not-strings'
  | 'shell-not-json'
  | 'key-value'
  | 'key-without-value'
  | 'empty-key'
  | 'unclosed-quote'
  | 'bad-substitution'
  | 'unterminated-heredoc'
  | 'heredoc-destination'
  | 'line-too-long'
  | 'escape-directive'
  | 'repeated-directive'
  | 'check-directive'
  | 'onbuild-trigger'
  | 'platform'
  | 'flag-choice'
  | 'device'
  | 'chown-link'
  | 'checksum-use'
  | 'healthcheck-type'
  | 'healthcheck-none'
  | 'duration'
  | 'retries'
  | 'port'
  | 'signal'
  | 'mount'
  | 'copy-source'
  | 'chmod'
  | 'checksum'
  | 'image-reference'
  | 'variable-in-from-flag'
  | 'stage-order';

/** A piece of an instruction with its place. */
export interface Word {
  /** As BuildKit splits it, after joining continuations: quotes, escapes and variables still in it. */
  readonly text: string;
  readonly span: Span;
  /** Offset of the word in the instruction's {@link InstructionBase.logical} text. */
  readonly offset: number;
}

/** A word of an exec form, `"…"` in the JSON array. */
export interface ExecWord {
  /** The string with its JSON escapes resolved. */
  readonly value: string;
  /** With the quotation marks. */
  readonly span: Span;
  /** `value`, each character leading back to its place in the file. */
  readonly text: LogicalText;
  /** Offset of the opening quotation mark in the instruction's {@link InstructionBase.logical} text. */
  readonly offset: number;
}

/** `--name=value` in front of an instruction's arguments. */
export interface Flag {
  /** Without the dashes, as written: flag names are case-sensitive. */
  readonly name: string;
  /** Quotes and escapes removed; absent for a bare `--name`. */
  readonly value?: string | undefined;
  readonly span: Span;
  /** Where the value stands, quotes included; absent for a bare `--name`. */
  readonly valueSpan?: Span | undefined;
}

/** What RUN, CMD, ENTRYPOINT, SHELL and HEALTHCHECK CMD run. */
export type CommandForm =
  | { readonly form: 'exec'; readonly words: readonly ExecWord[]; readonly span: Span }
  /** `text` is what the shell receives, heredoc bodies not included. `brokenJson` when it looks like a JSON array. */
  | { readonly form: 'shell'; readonly text: LogicalText; readonly span: Span; readonly brokenJson: boolean };

/** A heredoc of RUN, COPY or ADD. */
export interface Heredoc {
  readonly name: string;
  /** 0 when none is written. */
  readonly fileDescriptor: number;
  /** Whether the opening word is unquoted, so that variables in the body are expanded. */
  readonly expand: boolean;
  /** `<<-`: leading tabs are stripped from the body. */
  readonly stripTabs: boolean;
  /** The body, line ends included, tabs not yet stripped. */
  readonly content: string;
  readonly contentSpan: Span;
  /** The line that ends it, without its line end; absent when the file ends first. */
  readonly terminatorSpan?: Span;
}

/** One option list of `RUN --mount=…`. */
export interface Mount {
  readonly flag: Flag;
  readonly type: string;
  /**
   * Options by their canonical lower-case name (`dst` and `destination` are `target`, `src` is `source`). SPEC: what is not given is not
   * filled in here: `target` is the working directory, of a secret `/run/secrets/<id>` unless it has `env`; the `id` of a cache is its
   * target, of ssh `default`; `sharing` is shared; cache and tmpfs can be written to, the others not.
   */
  readonly options: ReadonlyMap<string, string>;
  /** The same in the order written, repetitions and all; the value is absent for a bare `readonly` and the like. */
  readonly fields: readonly { readonly name: string; readonly value: string | undefined }[];
}

/** What every instruction has. */
export interface InstructionBase {
  /** The first word as written: the keyword in any case, or a word Docker does not know. */
  readonly keywordText: string;
  /** Where the keyword stands. */
  readonly keywordSpan: Span;
  /** From the keyword to the last character of the logical line; heredoc bodies not included. */
  readonly span: Span;
  /** 1-based physical lines, heredoc bodies included in `endLine`. */
  readonly startLine: number;
  readonly endLine: number;
  /** The logical line as BuildKit joins it, keyword included. */
  readonly logical: LogicalText;
  /** Offset in `logical` where the arguments begin, behind the flags. */
  readonly argumentsOffset: number;
  readonly flags: readonly Flag[];
  /** 1-based physical lines of its continuation that are blank: BuildKit warns of them and means to refuse them one day. */
  readonly blankLines: readonly number[];
  readonly heredocs: readonly Heredoc[];
  /** Comment lines between this instruction and the one before it. */
  readonly commentsAbove: readonly Comment[];
  /** For the trigger inside an ONBUILD: the ONBUILD instruction's own keyword span. */
  readonly onbuild?: Span | undefined;
}

/** One member for each keyword, so that a rule that asks for one gets exactly that. */
type ForKeyword<K extends string, Parts> = K extends string ? InstructionBase & Parts & { readonly keyword: K } : never;

/** `FROM [--platform=…] image [AS alias]`. */
export interface FromInstruction extends InstructionBase {
  readonly keyword: 'FROM';
  /** Everything behind the flags: one word, or three with AS between image and name; other numbers are a problem. */
  readonly words: readonly Word[];
  readonly image?: Word | undefined;
  /** The word after AS, as written; BuildKit lower-cases it. */
  readonly alias?: Word | undefined;
}
/** `RUN [--mount=…] command`. */
export interface RunInstruction extends InstructionBase {
  readonly keyword: 'RUN';
  readonly command: CommandForm;
  readonly mounts: readonly Mount[];
}
/** CMD and ENTRYPOINT: what a container runs. */
export type CmdInstruction = ForKeyword<
  'CMD' | 'ENTRYPOINT',
  {
    readonly command: CommandForm;
  }
>;
/** `SHELL ["…"]`; in shell form it is a problem and sets nothing. */
export interface ShellInstruction extends InstructionBase {
  readonly keyword: 'SHELL';
  readonly command: CommandForm;
}
/** `HEALTHCHECK CMD command` or `HEALTHCHECK NONE`. */
export interface HealthcheckInstruction extends InstructionBase {
  readonly keyword: 'HEALTHCHECK';
  /** CMD or NONE, as written; anything else is a problem. */
  readonly type?: Word | undefined;
  /** Absent for `HEALTHCHECK NONE` and for a faulty one. */
  readonly command?: CommandForm | undefined;
}
/** ENV and LABEL. */
export type EnvInstruction = ForKeyword<
  'ENV' | 'LABEL',
  {
    readonly pairs: readonly KeyValue[];
    /** Written `KEY value` without `=`: always one pair, whose value is the whole rest of the line. */
    readonly legacy: boolean;
  }
>;
/** `ARG NAME[=default] …`. */
export interface ArgInstruction extends InstructionBase {
  readonly keyword: 'ARG';
  readonly pairs: readonly KeyValue[];
}
/** COPY and ADD. */
export type CopyInstruction = ForKeyword<
  'COPY' | 'ADD',
  {
    /** Sources and destination as BuildKit splits them, heredoc words too. */
    readonly words: readonly Word[];
    /** Sources other than heredocs; in exec form their text has the JSON escapes resolved. */
    readonly sources: readonly Word[];
    readonly destination?: Word | undefined;
    readonly json: boolean;
  }
>;
/** EXPOSE and VOLUME. */
export type WordsInstruction = ForKeyword<
  'EXPOSE' | 'VOLUME',
  {
    readonly words: readonly Word[];
    readonly json: boolean;
  }
>;
/** The instructions that take one value. */
export type ValueInstruction = ForKeyword<
  'USER' | 'WORKDIR' | 'STOPSIGNAL' | 'MAINTAINER',
  {
    /** The whole rest of the line, blanks inside included. */
    readonly value?: Word | undefined;
  }
>;
/** `ONBUILD instruction`: runs when another image is built from this one. */
export interface OnbuildInstruction extends InstructionBase {
  readonly keyword: 'ONBUILD';
  readonly trigger?: Instruction | undefined;
}
/** A line whose keyword Docker does not know. SPEC: it reads on behind it, and refuses the file when it has read all of it. */
export interface UnknownInstruction extends InstructionBase {
  readonly keyword: 'UNKNOWN';
}

/** `NAME=value` of ENV, LABEL and ARG. */
export interface KeyValue {
  readonly key: Word;
  /** Quotes, escapes and variables still in it; absent for `ARG NAME`. */
  readonly value?: Word | undefined;
  readonly span: Span;
}

/** Any instruction, told apart by `keyword`. */
export type Instruction =
  | FromInstruction
  | RunInstruction
  | CmdInstruction
  | ShellInstruction
  | HealthcheckInstruction
  | EnvInstruction
  | ArgInstruction
  | CopyInstruction
  | WordsInstruction
  | ValueInstruction
  | OnbuildInstruction
  | UnknownInstruction;

/** Keywords in upper case, and `UNKNOWN`. */
export type Keyword = Instruction['keyword'];
