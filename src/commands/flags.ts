/** What the options of the command line say, alone and together. */
import { rules } from '../../rules/index.js';
import type { RunRequest } from '../batch/linters.js';
import { ConfigurationError, rulesNamed } from '../config/resolve.js';
import type { FixRequest } from '../engine/fix.js';
import type { Severity } from '../engine/report.js';
import type { Preset } from '../rule.js';
import { suggestion } from '../spelling.js';
import type { BaselineFlags } from './baseline.js';
import { FORMAT_NAMES, FORMATS, type FormatName } from './formats.js';

/** A format that is asked for with `--format`, and the file behind its `=`. */
export interface FormatRequest {
  readonly name: FormatName;
  readonly file?: string;
}

/** The options of the command line. A list is absent where its option is not given. */
export interface LintFlags extends BaselineFlags {
  readonly format?: readonly FormatRequest[];
  /** Where the format without a file of its own goes. */
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

/** The requests with one more. @param value as it stands behind `--format` @throws {ConfigurationError} for what is no format, or names no file */
export function withFormat(value: string, before: readonly FormatRequest[] = []): readonly FormatRequest[] {
  const [asked = '', ...rest] = value.split('=');
  const name = FORMAT_NAMES.find((each) => each === asked);
  if (name === undefined) {
    const help = suggestion(asked, FORMAT_NAMES, `There are ${listOf(FORMAT_NAMES, 'and')}.`);
    throw new ConfigurationError(`--format ${value}: there is no format \`${asked}\`. ${help}`);
  }
  if (rest.length === 0) return [...before, { name }];
  const file = rest.join('=');
  if (file !== '' && file !== '-') return [...before, { name, file }];
  throw new ConfigurationError(`--format ${value}: name a file behind \`=\`; to standard output, --format ${name} writes without it.`);
}

/** One report of a run. */
export interface Output {
  readonly format: FormatName;
  /** As the user named it; absent for standard output. */
  readonly file?: string;
  /** What the user would write another file behind. */
  readonly option: string;
}

/** Where which format goes: files first, as somebody may wait for the end of standard output. */
export function outputsOf({ format = [{ name: 'text' }], outputFile }: LintFlags): readonly Output[] {
  const outputs = format.map(({ name, file }): Output => {
    if (file !== undefined) return { format: name, file, option: `--format ${name}=FILE` };
    return { format: name, ...(outputFile !== undefined && { file: outputFile }), option: '--output-file' };
  });
  return outputs.sort((a, b) => Number(a.file === undefined) - Number(b.file === undefined));
}

/** @throws {ConfigurationError} for options that say different things, or nothing, with the way out */
export function refuseContradictions(flags: LintFlags, isStdin: boolean): void {
  const { writeBaseline = false, pruneBaseline = false, addIgnores, showSuppressed = false, outputFile } = flags;
  const formats = outputsOf(flags).map(({ format }) => format);
  const homeless = (flags.format ?? []).filter(({ file }) => file === undefined).map(({ name }) => name);
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
  refuse(
    homeless.length > 1,
    `--format ${homeless[0]} and --format ${homeless[1]} would both go to ${outputFile ?? 'standard output'}: give one a file, --format ${homeless[1]}=FILE.`,
  );
  refuse(
    outputFile !== undefined && flags.format !== undefined && homeless.length === 0,
    '--output-file is for a format without a file of its own, and there is none: leave it out, or add such a format.',
  );
  const refusePlaceless = (option: string, isPlace: (format: FormatName) => boolean): void => {
    const asked = `${formats.length === 1 ? 'format' : 'formats'} ${listOf(formats, 'and')} ${formats.length === 1 ? 'has' : 'have'}`;
    refuse(!formats.some(isPlace), `${option}: ${asked} no place for it. Use ${listOf(FORMAT_NAMES.filter(isPlace), 'or')}.`);
  };
  if (flags.statistics === true) refusePlaceless('--statistics', (format) => format === 'text');
  if (showSuppressed) refusePlaceless('--show-suppressed', (format) => FORMATS[format].showsSuppressed === true);
  refuse(isStdin && writing !== undefined, `${writing} is about files: name them instead of \`-\`, which may read anything.`);
  const isNameless = isStdin && flags.baseline !== undefined && !flags.stdinFilename;
  refuse(isNameless, '--baseline knows files by their paths: name what `-` reads with --stdin-filename.');
}

/** `a, b and c` */
function listOf(names: readonly string[], word: 'and' | 'or'): string {
  return names.join(', ').replace(/, ([^,]*)$/, ` ${word} $1`);
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
  // The format text is what there is without the option, too.
  if (name === 'format') return (flags.format ?? []).some((request) => request.name !== 'text' || request.file !== undefined);
  return value !== undefined && value !== false;
}

/** `--fix-only` of `fixOnly`. */
function written(name: keyof LintFlags): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What is asked of all files, wherever they lie. */
export function requestOf(flags: LintFlags, cwd: string): RunRequest {
  const { preset, select, ignore, exclude, target, failOn, config, inline, today } = flags;
  const given = { preset, select, ignore, exclude, target, failOn };
  return {
    cwd,
    configuration: typeof config === 'string' ? { file: config } : config === false ? 'none' : 'nearest',
    choice: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    inlineSuppressions: inline,
    today,
    layers: outputsOf(flags).some(({ format }) => format === 'html'),
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
