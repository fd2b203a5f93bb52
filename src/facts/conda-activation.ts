/**
 * What activates an environment of conda's, and what a shell needs before it can.
 *
 * Sources (read 2026-11): conda's manual "Managing environments" and `conda init --help`; bash(1) INVOCATION for the files a
 * shell reads; mamba-org/micromamba-docker docs/quick_start.rst, _dockerfile_shell.sh, _entrypoint.sh (2026-05).
 */
import type { Command, Instruction, Script, ScriptOf, ShellWord, Stage } from '../model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../model/stages.js';
import { aptCalls, installs } from './apt.js';
import { condaCalls } from './conda.js';
import { factsOfBase } from './images.js';
import { once } from './once.js';
import { condaOnPath } from './python-interpreters.js';
import { words } from './words.js';

/** One command that activates. */
export interface CondaActivation {
  readonly command: Command;
  /** `function`: `conda activate`, which a shell must have been set up for; `script`: `source activate`. */
  readonly by: 'function' | 'script';
  /** Name or path of the environment; undefined where it is not known, `base` where none is given. */
  readonly environment: string | undefined;
}

/** Reads `conda activate NAME`, `source activate NAME` and `. /opt/conda/bin/activate NAME`; undefined for other commands. */
export function condaActivation(command: Command): CondaActivation | undefined {
  const { name, args } = command;
  const [first, second] = args;
  if (/^(?:conda|mamba)$/.test(name) && first?.value === 'activate') return { command, by: 'function', environment: named(second) };
  if (name !== '.' && name !== 'source') return undefined;
  const file = first?.value ?? '';
  return file === 'activate' || (/(?:conda|mamba|forge)\d?\/bin\/activate$/.test(file) && file.startsWith('/'))
    ? { command, by: 'script', environment: named(second) }
    : undefined;
}

function named(word: ShellWord | undefined): string | undefined {
  return word === undefined ? 'base' : word.value;
}

/** Whether something in front of a command in its script may have set the shell up for `conda activate`. */
export function isSetUp({ script, span }: Command): boolean {
  return script.commands.some(
    ({ name, args, span: { start } }) =>
      start < span.start &&
      (name === '.' || name === 'source' || name === 'eval' || (name === 'conda' && args.some(({ text }) => /hook/.test(text)))),
  );
}

/** Where the conda is that an ENV of the file or the base image has on PATH; undefined for one that is not known, or set up otherwise. */
export function condaPrefix(stage: Stage, before?: Instruction): string | undefined {
  const facts = factsOfBase(stage.base);
  const own = facts === undefined ? undefined : condaOnPath(stage, before);
  if (own !== undefined) return own;
  const isPlain = /^(?:quay\.io\/)?(?:continuumio|condaforge|pytorch|jupyter)\//.test(facts?.name ?? '');
  return isPlain && facts?.python?.kind === 'conda' ? facts.environment.get('CONDA_DIR') || '/opt/conda' : undefined;
}

/** The directory of an environment's programs; undefined where it is not known. */
export function environmentPrograms(environment: string | undefined, prefix: string | undefined): string | undefined {
  if (environment === undefined || environment === 'base') return undefined;
  if (/^\/[\w./-]+$/.test(environment)) return `${environment.replace(/\/$/, '')}/bin`;
  return prefix !== undefined && /^[\w.-]+$/.test(environment) ? `${prefix}/envs/${environment}/bin` : undefined;
}

/** A line that a command writes for interactive shells: `echo "conda activate ml" >> ~/.bashrc`. */
export interface WrittenActivation {
  readonly word: ShellWord;
  /** `conda activate ml` */
  readonly line: string;
  readonly environment: string;
  /** The file as written. */
  readonly file: string;
}

/** Reads what `echo` and `printf` append to a .bashrc; undefined for other commands, for `base`, and for files login shells read, too. */
export function writtenActivation({ name, args, redirects }: Command): WrittenActivation | undefined {
  if (name !== 'echo' && name !== 'printf') return undefined;
  const file = redirects.find(({ operator, target }) => operator.startsWith('>') && /bashrc["']?$/.test(target?.text ?? ''))?.target?.text;
  if (file === undefined) return undefined;
  for (const word of args) {
    const match = /(?:^|[;&\s])((?:conda|mamba|source|\.) activate ([\w.-]+))(?:$|[\s;&\\])/.exec(word.value ?? '');
    if (match?.[2] !== undefined && match[2] !== 'base') return { word, line: match[1] ?? '', environment: match[2], file };
  }
  return undefined;
}

/** Programs that come out of an environment and hardly from elsewhere. */
const ENVIRONMENT_PROGRAM =
  /^(?:i?python[\d.]*|pip[\d.]*|jupyter(?:-\w+)?|Rscript|R|julia|pytest|uvicorn|gunicorn|streamlit|celery|flask|mlflow)$/;

/** Whether a command is a program that an environment brings. */
export function isEnvironmentProgram({ name }: Command): boolean {
  return ENVIRONMENT_PROGRAM.test(name);
}

/** Programs that a base image has, too, so that a package of the same name proves nothing. */
const EVERYWHERE = words(
  'bash sh tar gzip sed grep gawk awk coreutils findutils which curl wget git make cmake gcc unzip zip bzip2 xz perl tini less file time ' +
    'micromamba mamba conda',
);

/**
 * The names of programs that the environments of a micromamba image bring to a stage, each with the environment they are in and
 * where they are installed. Python itself is taken to be in each.
 */
export interface Micromamba {
  readonly at: number;
  /** `base` where no `-n` is given. */
  readonly environment: string | undefined;
  readonly packages: readonly string[];
}

/** What micromamba has installed in a stage and those it is built from. */
export const micromambaInstalls = once((stage: Stage, script: ScriptOf): readonly Micromamba[] =>
  runScripts(inheritedInstructions(stage), script)
    .flatMap(condaCalls)
    .filter(({ program }) => program === 'micromamba')
    .map(({ command, options, packages }) => {
      const option = options.get('-n') ?? options.get('--name');
      const prefix = options.get('-p') ?? options.get('--prefix');
      return {
        at: command.span.start,
        environment: prefix !== undefined ? prefix.value : option === undefined ? 'base' : option.value,
        packages: packages.map(({ name }) => name),
      };
    }),
);

/** Whether a command is a program that micromamba has installed in front of it, and that the system does not have. */
export function isInstalledProgram(command: Command, installed: readonly Micromamba[], script: ScriptOf): boolean {
  const { name, span } = command;
  const earlier = installed.filter(({ at }) => at < span.start);
  if (earlier.length === 0 || EVERYWHERE.has(name) || isFromSystem(name, command.script, script)) return false;
  return isEnvironmentProgram(command) || earlier.some(({ packages }) => packages.includes(name));
}

/** Whether the distribution's packages that a stage installs bring a program. */
function isFromSystem(program: string, { stage, instruction }: Script, script: ScriptOf): boolean {
  const stem = /^(?:i?python|pip|pytest)/.test(program) ? /^python|^ipython|^pip/ : /^(?:R|Rscript)$/.test(program) ? /^r-base/ : undefined;
  return systemPackages(stage, script).some(
    ({ at, name }) => at <= instruction.span.start && (name === program || stem?.test(name) === true),
  );
}

const systemPackages = once((stage: Stage, script: ScriptOf): readonly { readonly at: number; readonly name: string }[] =>
  inheritedInstructions(stage).flatMap((each: Instruction) => {
    const own = each.keyword === 'RUN' ? script(each) : undefined;
    const names =
      own === undefined
        ? []
        : aptCalls(own)
            .filter(installs)
            .flatMap(({ operands }) => operands.map(({ prefix }) => prefix));
    return names.map((name) => ({ at: each.span.start, name }));
  }),
);
