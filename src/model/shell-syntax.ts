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
  HereDoc as ShellHeredoc,
  ParameterExpansionPart,
  ParsedScript,
  Pipeline,
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

/**
 * A text with more brackets open at once is not read. The parser reads `$(…)` in `$(…)` again at each level, up to 256 of them:
 * 700 KB of that took 12 s. Nobody writes ten.
 */
const MOST_OPEN = 100;

const UNREAD: ShellSyntax = { statements: [], clean: false };

/** Parses bash; POSIX sh, dash, ash, ksh and zsh are read as if they were bash. Never throws for faulty text. */
export function parseShell(text: string): ShellSyntax {
  if (opensMany(text)) return UNREAD;
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

/** Whether more than {@link MOST_OPEN} parentheses are open somewhere, as far as counting them tells. */
function opensMany(text: string): boolean {
  let open = 0;
  for (let at = text.indexOf('('); at >= 0 && at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x28 && ++open > MOST_OPEN) return true;
    if (code === 0x29 && open > 0) open--;
  }
  return false;
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
