/**
 * The program as a function of its arguments and streams. It wires the other rooms together and decides nothing itself.
 */
import { Command, CommanderError, Option } from 'commander';
import { rules } from '../rules/index.js';
import { Linters } from './batch/linters.js';
import { type Batch, lintShare, type Outcome } from './batch/share.js';
import { type LintFlags, withFormat } from './commands/flags.js';
import { FORMAT_NAMES } from './commands/formats.js';
import type { InitFlags } from './commands/init.js';
import { lint } from './commands/lint.js';
import { printConfig } from './commands/print-config.js';
import { explain, listRules } from './commands/rules.js';
import { ConfigurationError } from './config/resolve.js';
import { isDay } from './engine/suppress.js';
import { layersOf } from './facts/layers.js';
import { harmless } from './reporters/masking.js';
import { type Environment, type ExitCode, type Streams, type Surroundings, widthOf } from './streams.js';
import { isUtf8Locale } from './terminal.js';
import { VERSION } from './version.js';

/** Runs plimsoll. `cwd` is absolute; nothing of the process is read but files. */
export async function main(args: readonly string[], streams: Streams, env: Environment, cwd: string): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram(
    (run) =>
      async (...parameters: never[]) => {
        exitCode = await run(...parameters);
      },
    { streams, env, cwd },
  );
  try {
    await program.parseAsync(withOwnReason(args), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // NOTE: by its name, for what is loaded later in the bundled program has a class of its own.
    if (error instanceof Error && error.name === 'ConfigurationError') {
      // A broken configuration has a line for each of its problems.
      for (const line of error.message.split('\n')) streams.stderr.write(`plimsoll: ${harmless(line, isUtf8Locale(env))}\n`);
      return 2;
    }
    throw error;
  }
}

type Action = (run: (...parameters: never[]) => Promise<ExitCode>) => (...parameters: never[]) => Promise<void>;

function createProgram(action: Action, surroundings: Surroundings): Command {
  const { streams, env } = surroundings;
  const list = (value: string, before: readonly string[] = []): string[] => [
    ...before,
    ...value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
  const program = new Command('plimsoll')
    .description('Lints the Dockerfiles of data science: what will break, leak, cost or stop being reproducible.')
    .argument('[paths...]', 'files, directories or globs (default: the working directory); `-` reads standard input')
    .addOption(
      new Option(
        '-f, --format <format>',
        'how to report (default: text); FORMAT=FILE writes a file, and standard output gets only a format without one (repeatable)',
      )
        .choices(FORMAT_NAMES)
        .argParser(withFormat),
    )
    .option('-o, --output-file <file>', 'write the report to a file instead of standard output')
    .option('--stdin-filename <path>', 'the path of what `-` reads: its name in reports, and its place among other files')
    .option('--select <rules>', 'run only these rules or families (comma-separated, repeatable)', list)
    .option('--ignore <rules>', 'leave out these rules or families (comma-separated, repeatable)', list)
    .addOption(new Option('--preset <preset>', 'the set of rules to run (default: recommended)').choices(['recommended', 'strict', 'all']))
    .option('--target <stage>', 'the stage that becomes the image (default: the last one)')
    .option('--context <dir>', 'the build context of all files (default: worked out for each)')
    .option('--no-context', 'leave the files around a Dockerfile alone')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity up (default: warning)').choices([
        'error',
        'warning',
        'info',
        'never',
      ]),
    )
    .option('-c, --config <file>', 'the configuration of all files (default: for each the nearest above it)')
    .option('--no-config', 'read no configuration')
    .option('--print-config <file>', 'print the settings of a file and where they come from, and lint nothing')
    .option('-q, --quiet', 'report errors only')
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .option('--exit-zero', 'exit with 0 even when there are findings')
    .option('--statistics', 'add how often each rule spoke (format text)')
    .option(
      '--exclude <glob>',
      'leave out files when searching directories (repeatable)',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('--force-exclude', 'leave out what is excluded also where it is named')
    .option('--no-gitignore', 'also search what git ignores')
    .option('--fix', 'mend what can be mended safely, in the files')
    .option('--no-fix', 'mend nothing (default; takes back an earlier --fix)')
    .option('--unsafe-fixes', 'with --fix or --diff: also what may change how the image behaves')
    .option('--diff', 'print what --fix would change and touch nothing; exit with 1 when there is any')
    .option('--fix-only <rules>', 'with --fix or --diff: mend what these rules or families find (comma-separated, repeatable)', list)
    .option('--no-inline', 'report what comments silence, too')
    .option('--add-ignores [reason]', 'silence what is found with comments in the files; the reason goes behind `=`')
    .option('--baseline <file>', 'leave out the findings that this file accepts')
    .option('--write-baseline', 'accept all that is found today (default file: plimsoll-baseline.json)')
    .option('--prune-baseline', 'drop from the baseline what is no longer found')
    .option('--show-suppressed', 'also list what comments silence and the baseline accepts')
    .addOption(
      new Option('--today <date>', 'judge ends of life by this day').default(localDay(new Date()), 'the day of the run').argParser(day),
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', '\nExit codes: 0 nothing to report, 1 findings, 2 something could not be linted.')
    .configureHelp({ optionTerm: ({ flags }) => flags.replace('ignores [reason]', 'ignores[=reason]') })
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: streams.stdout.write,
      writeErr: streams.stderr.write,
      getOutHelpWidth: () => widthOf(streams.stdout, env),
    })
    .action(
      action((paths: string[], flags: LintFlags) => (flags.printConfig === undefined ? lint : printConfig)(paths, flags, surroundings)) as (
        ...parameters: unknown[]
      ) => Promise<void>,
    );
  program.hook('preSubcommand', (_, command) => {
    const idle = program.options.find((option) => program.getOptionValueSource(option.attributeName()) === 'cli');
    if (idle === undefined) return;
    throw new ConfigurationError(
      `${idle.long} is of no use in front of \`${command.name()}\`: write behind it what it takes (plimsoll ${command.name()} --help).`,
    );
  });
  program
    .command('explain')
    .description('print what rules report, why, and what to do')
    .argument('<rules...>', 'ids, as reports give them')
    .action(action((ids: string[]) => explain(ids, surroundings)) as (...parameters: unknown[]) => Promise<void>);
  program
    .command('rules')
    .description('list the rules')
    .addOption(new Option('-f, --format <format>', 'how to list them').choices(['text', 'json']).default('text'))
    .action(action((flags: { format: string }) => listRules(flags.format, surroundings)) as (...parameters: unknown[]) => Promise<void>);
  program
    .command('init')
    .description('write a first configuration: into pyproject.toml where there is one, else plimsoll.json')
    .option('--pyproject', 'add a table to pyproject.toml')
    .option('--json', 'write plimsoll.json')
    .option('--from-hadolint [file]', 'take over what a .hadolint.yaml says, as far as plimsoll has the same')
    .action(
      action(async (flags: InitFlags) => (await import('./commands/init.js')).init(flags, rules, surroundings)) as (
        ...parameters: unknown[]
      ) => Promise<void>,
    );
  program
    .command('lsp')
    .description('serve an editor: the language server protocol on standard input and output')
    // What clients add by themselves; there is no other way to talk to it.
    .addOption(new Option('--stdio').hideHelp())
    .addOption(new Option('--clientProcessId <id>').hideHelp())
    .action(
      action(async () => (await import('./commands/lsp.js')).lsp(rules, () => localDay(new Date()), surroundings)) as (
        ...parameters: unknown[]
      ) => Promise<void>,
    );
  return program;
}

/** NOTE: commander takes the word behind an option with an optional value for that value, and here it is a path. */
function withOwnReason(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((word, i) => (word === '--add-ignores' && (end < 0 || i < end) ? '--add-ignores=' : word));
}

/** Lints what is left of a batch, for a thread of its own: what came of each file by its index. */
export function lintPart(batch: Batch): ReadonlyMap<number, Outcome> {
  return lintShare(batch, new Linters(rules, batch, layersOf));
}

/** @throws {ConfigurationError} for anything but a day as YYYY-MM-DD */
function day(value: string): string {
  if (isDay(value)) return value;
  throw new ConfigurationError(`--today ${value}: write the day as YYYY-MM-DD.`);
}

function localDay(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
