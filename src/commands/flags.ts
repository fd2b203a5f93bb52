/** What the options of the command line say, alone and together. */
import { rules } from '../../rules/index.js';
import type { RunRequest } from '../batch/linters.js';
import { ConfigurationError, rulesNamed } from '../config/resolve.js';
import type { FixRequest } from '../engine/fix.js';
import type { Severity } from '../engine/report.js';
import type { Preset } from '../rule.js';
import type { BaselineFlags } from './baseline.js';

/** The options of the command line. A list is absent where its option is not given. */
export interface LintFlags extends BaselineFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'github' | 'html';
  readonly outputFile?: string;
  /** Empty, as editors give it for a text that was never saved, means none. */
  readonly stdinFilename?: string;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly preset?: Preset;
  readonly target?: string;
  /** False for `--no-context`; true where neither that nor `--context` is given, as commander has it. */
  readonly context: string | boolean;
  readonly failOn?: Severity | 'never';
  /** False for `--no-config`. */
  readonly config?: string | boolean;
  readonly printConfig?: string;
  readonly quiet?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly exitZero?: boolean;
  readonly statistics?: boolean;
  readonly exclude?: readonly string[];
  readonly forceExclude?: boolean;
  readonly gitignore: boolean;
  readonly inline: boolean;
  readonly today: string;
  /** The last of `--fix` and `--no-fix`. */
  readonly fix?: boolean;
  readonly unsafeFixes?: boolean;
  readonly fixOnly?: readonly string[];
  readonly diff?: boolean;
  /** The reason to write; empty for none. */
  readonly addIgnores?: string;
  readonly showSuppressed?: boolean;
}

/** @throws {ConfigurationError} for options that say different things, or nothing, with the way out */
export function refuseContradictions(flags: LintFlags, isStdin: boolean): void {
  const { writeBaseline = false, pruneBaseline = false, addIgnores, showSuppressed = false, format } = flags;
  const writing = writeBaseline ? '--write-baseline' : pruneBaseline ? '--prune-baseline' : undefined;
  const refuse = (isRefused: boolean, message: string): void => {
    if (isRefused) throw new ConfigurationError(message);
  };
  refuseIdle('diff', 'shows what --fix would change', flags);
  refuse(writeBaseline && pruneBaseline, '--write-baseline accepts all that is found, --prune-baseline drops what is gone: choose one.');
  refuse(
    writeBaseline && addIgnores !== undefined,
    '--write-baseline and --add-ignores both accept what is found: choose the file or the comments.',
  );
  refuse(
    addIgnores !== undefined && !flags.inline,
    '--add-ignores writes comments, and --no-inline takes no notice of them: leave out one.',
  );
  refuse(flags.statistics === true && format !== 'text', `--statistics: format ${format} has no place for it. Use text.`);
  refuse(showSuppressed && format === 'github', '--show-suppressed: format github has no place for it. Use text, json, sarif or html.');
  refuse(isStdin && writing !== undefined, `${writing} is about files: name them instead of \`-\`, which may read anything.`);
  const isNameless = isStdin && flags.baseline !== undefined && !flags.stdinFilename;
  refuse(isNameless, '--baseline knows files by their paths: name what `-` reads with --stdin-filename.');
}

/** What is about findings: how they are reported, or what becomes of them besides fixes. */
const ABOUT_FINDINGS = [
  ...(['format', 'outputFile', 'quiet', 'statistics', 'showSuppressed'] as const),
  ...(['baseline', 'writeBaseline', 'pruneBaseline', 'addIgnores'] as const),
];

/** What has nothing to say beside an option that decides what the run prints. */
const IDLE_BESIDE = {
  diff: [...ABOUT_FINDINGS, 'failOn'],
  printConfig: [...ABOUT_FINDINGS, 'stdinFilename', 'exitZero', 'fix', 'unsafeFixes', 'fixOnly', 'diff'],
} as const satisfies { readonly [Option in keyof LintFlags]?: readonly (keyof LintFlags)[] };

/** @throws {ConfigurationError} for what would be given in vain beside an option @param does what that option does */
export function refuseIdle(option: keyof typeof IDLE_BESIDE, does: string, flags: LintFlags): void {
  if (!isGiven(flags, option)) return;
  const idle = IDLE_BESIDE[option].find((name) => isGiven(flags, name));
  if (idle !== undefined) throw new ConfigurationError(`${written(option)} ${does}, and does nothing else: leave out ${written(idle)}.`);
}

function isGiven(flags: LintFlags, name: keyof LintFlags): boolean {
  const value = flags[name];
  return value !== undefined && value !== false && !(name === 'format' && value === 'text');
}

/** `--fix-only` of `fixOnly`. */
function written(name: keyof LintFlags): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What is asked of all files, wherever they lie. */
export function requestOf(
  { preset, select, ignore, exclude, target, failOn, config, inline, today, format }: LintFlags,
  cwd: string,
): RunRequest {
  const given = { preset, select, ignore, exclude, target, failOn };
  return {
    cwd,
    configuration: typeof config === 'string' ? { file: config } : config === false ? 'none' : 'nearest',
    choice: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    inlineSuppressions: inline,
    today,
    layers: format === 'html',
  };
}

/** What is to be mended; undefined for nothing. @throws {ConfigurationError} for options that say nothing without another */
export function fixRequest({ fix = false, diff = false, unsafeFixes = false, fixOnly }: LintFlags): FixRequest | undefined {
  if (fix || diff) {
    if (fixOnly === undefined) return { unsafe: unsafeFixes };
    if (fixOnly.length === 0) throw new ConfigurationError('--fix-only names nothing: name rules or families, or leave it out.');
    return { unsafe: unsafeFixes, only: rulesNamed(rules, fixOnly, '--fix-only') };
  }
  const useless = unsafeFixes ? '--unsafe-fixes' : fixOnly === undefined ? undefined : '--fix-only';
  if (useless === undefined) return undefined;
  throw new ConfigurationError(`${useless} says what may be mended: add --fix to mend it, or --diff to see what that would change.`);
}

/** Whether standard output gets the text of standard input, mended or silenced, and not the report. */
export function printsText({ fix, addIgnores, diff }: LintFlags, isStdin: boolean): boolean {
  return isStdin && (fix === true || addIgnores !== undefined) && diff !== true;
}
