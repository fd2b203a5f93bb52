/**
 * What activates an environment of conda's, and what a shell needs before it can.
 *
 * Sources: conda/conda of 2026-08-21 (manual "Managing environments"; cli/main_mock_activate.py); bash(1) of 5.2, INVOCATION, for the
 * files a shell reads; mamba-org/micromamba-docker docs/quick_start.rst, _dockerfile_shell.sh, _entrypoint.sh (2026-05).
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

/** What micromamba installs in a stage and in those it is built from. */
export interface MicromambaInstalls {
  /** Where the first install stands; behind everything where there is none. */
  readonly first: number;
  /** The environments by name or path, `base` where none is named, undefined where that is not known; each with its first install. */
  readonly environments: ReadonlyMap<string | undefined, number>;
  /** The packages by name, each with its first install. Python itself is taken to be in every environment. */
  readonly packages: ReadonlyMap<string, number>;
}

/** Reads the installs of micromamba. */
export const micromambaInstalls = once((stage: Stage, script: ScriptOf): MicromambaInstalls => {
  const environments = new Map<string | undefined, number>();
  const packages = new Map<string, number>();
  for (const call of runScripts(inheritedInstructions(stage), script).flatMap(condaCalls)) {
    if (call.program !== 'micromamba') continue;
    const at = call.command.span.start;
    const option = call.options.get('-p') ?? call.options.get('--prefix') ?? call.options.get('-n') ?? call.options.get('--name');
    const environment = option === undefined ? 'base' : option.value;
    if (!environments.has(environment)) environments.set(environment, at);
    for (const { name } of call.packages) if (!packages.has(name)) packages.set(name, at);
  }
  const [first = Number.POSITIVE_INFINITY] = environments.values();
  return { first, environments, packages };
});

/** Whether a command is a program that micromamba has installed in front of it, and that the system does not have. */
export function isInstalledProgram(command: Command, { first, packages }: MicromambaInstalls, script: ScriptOf): boolean {
  const { name, span } = command;
  if (first > span.start || EVERYWHERE.has(name) || isFromSystem(name, command.script, script)) return false;
  return isEnvironmentProgram(command) || (packages.get(name) ?? Number.POSITIVE_INFINITY) < span.start;
}

/** Whether the distribution's packages that a stage installs bring a program. */
function isFromSystem(program: string, { stage, instruction }: Script, script: ScriptOf): boolean {
  const packages = systemPackages(stage, script);
  const group = /^(?:i?python|pip|pytest)/.test(program) ? PYTHON_PACKAGES : /^(?:R|Rscript)$/.test(program) ? R_PACKAGES : undefined;
  const at = Math.min(packages.get(program) ?? Number.POSITIVE_INFINITY, (group && packages.get(group)) ?? Number.POSITIVE_INFINITY);
  return at <= instruction.span.start;
}

const PYTHON_PACKAGES = 'python…';
const R_PACKAGES = 'r-base…';

/** The packages that apt installs, by name, and those of Python and of R by a name for all; each with the first RUN that does. */
const systemPackages = once((stage: Stage, script: ScriptOf): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const own of runScripts(inheritedInstructions(stage), script)) {
    for (const { prefix } of aptCalls(own)
      .filter(installs)
      .flatMap(({ operands }) => operands)) {
      const group = /^i?python|^pip/.test(prefix) ? PYTHON_PACKAGES : prefix.startsWith('r-base') ? R_PACKAGES : prefix;
      for (const name of [prefix, group]) if (!found.has(name)) found.set(name, own.instruction.span.start);
    }
  }
  return found;
});
