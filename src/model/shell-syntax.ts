/**
 * The shell parser at arm's length: the only module that imports `unbash`. It parses, and where the parser gives up on
 * the rest of a list it starts again behind the faulty token.
 */
import { type ParsedScript, parse, type Statement } from 'unbash';

export type {
  AndOr,
  ArithmeticExpression,
  ArrayValue as ShellArray,
  Assignment as ShellAssignment,
  Command as SimpleCommand,
  CommandExpansionPart,
  HereDoc as ShellHeredoc,
  HereDocBody,
  ParameterExpansionPart,
  ParsedScript,
  Pipeline,
  ProcessSubstitutionPart,
  Redirection,
  Statement,
  TestExpression,
  Word as SyntaxWord,
  WordPart,
} from 'unbash';

/** Any construct that can stand as a command of a list. */
export type CommandSyntax = Statement['command'];

/** A parsed script; positions are offsets into the text that was parsed. */
export interface ShellSyntax {
  readonly statements: readonly Statement[];
  /** Whether the parser understood everything. Errors of substitutions are on their own scripts: {@link hasErrors}. */
  readonly clean: boolean;
}

/** How often one text is parsed again behind an error: bounds the work on text that is no shell at all. */
const MAX_RESTARTS = 8;

/** Parses bash; POSIX sh, dash, ash, ksh and zsh are read as if they were bash. Never throws for faulty text. */
export function parseShell(text: string): ShellSyntax {
  const first = parse(text);
  if (!hasErrors(first)) return { statements: first.commands, clean: true };

  const statements = [...first.commands];
  let latest: ParsedScript = first;
  for (let restarts = 0; restarts < MAX_RESTARTS; restarts++) {
    const resumeAt = behindFaultyToken(text, latest, statements.at(-1)?.end ?? 0);
    if (resumeAt === undefined) break;
    // Blanks keep every position right and cost nothing to skip.
    latest = parse(' '.repeat(resumeAt) + text.slice(resumeAt));
    statements.push(...latest.commands);
  }
  return { statements, clean: false };
}

/** Whether the parser found something it could not read in this script; scripts nested in it are not asked. */
export function hasErrors(script: ParsedScript): boolean {
  return script.errors !== undefined && script.errors.length > 0;
}

/** Where to go on when the parser stopped at a token it did not expect; undefined when it read to the end. */
function behindFaultyToken(text: string, script: ParsedScript, readUpTo: number): number | undefined {
  const error = script.errors?.at(-1);
  if (error === undefined || error.pos < readUpTo || !error.message.startsWith('unexpected token')) return undefined;
  const token = /^(?:&&|\|\||;;&?|;&|[a-z]+|.)/s.exec(text.slice(error.pos, error.pos + 16));
  const resumeAt = error.pos + (token?.[0].length ?? 1);
  return resumeAt < text.length ? resumeAt : undefined;
}
