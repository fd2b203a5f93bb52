/**
 * Which Python the `python` or `pip` of a command is: the base image's own, the distribution's, conda's, or that of a virtual
 * environment. It is asked by looking through PATH as the command has it, wrappers and what the script has activated included.
 *
 * NOTE: unknown is the common answer for everything out of the way: deadsnakes, pyenv, a Python that uv manages, one built from
 * source, one that a script of the project puts in place.
 *
 * Sources (read 2026-11): docs.python.org/3/library/venv.html; virtualenv's and uv's references of their command lines;
 * docker-library/python (PATH and /usr/local); /etc/profile of Debian 12, which sets PATH anew in login shells; sudoers(5).
 */
import type { Command, Instruction, Script, ScriptOf, ShellWord, Stage } from '../model/dockerfile.js';
import { joinPath, parentOf } from '../model/paths.js';
import { copySource, inheritance, runScripts } from '../model/stages.js';
import { seenBy } from './caches.js';
import { expandWithBase, factsOfBase } from './images.js';
import { once } from './once.js';
import { scriptRun } from './python-programs.js';
import { distributionPython } from './python-releases.js';
import { words } from './words.js';
import { directoryOf } from './working-directory.js';

/** The Python behind a command. */
export type Interpreter =
  /** Built into /usr/local by docker-library's `python` images and what stands on them. */
  | { readonly kind: 'official'; readonly minor?: string | undefined }
  /** /usr/bin/python3 out of the distribution's packages, whether or not they are installed. */
  | { readonly kind: 'distribution'; readonly minor?: string | undefined }
  | { readonly kind: 'conda' }
  /** A virtual environment; its directory where that is known. */
  | { readonly kind: 'environment'; readonly path?: string | undefined }
  | { readonly kind: 'unknown' };

const UNKNOWN: Interpreter = { kind: 'unknown' };

/** Programs that run another one in an environment of their own. */
const RUNNERS: Readonly<Record<string, Interpreter>> = {
  conda: { kind: 'conda' },
  mamba: { kind: 'conda' },
  micromamba: { kind: 'conda' },
  pixi: { kind: 'conda' },
  uv: { kind: 'environment' },
  poetry: { kind: 'environment' },
  pipenv: { kind: 'environment' },
  pdm: { kind: 'environment' },
  rye: { kind: 'environment' },
};

/** The Python that a command is, or that its `pip`, `virtualenv` or other Python program belongs to. */
export function interpreterOf(command: Command, script: ScriptOf): Interpreter {
  const { wrappers, words: [program], script: own } = command; // biome-ignore format: one line
  const runner = wrappers.findLast(({ name }) => Object.hasOwn(RUNNERS, name));
  if (runner !== undefined) return RUNNERS[runner.name] ?? UNKNOWN;
  const value = program?.value;
  if (value === undefined) return UNKNOWN;
  if (value.includes('/')) return atPath(value, own.stage, own.instruction, script);
  if (mayHaveOtherPath(command)) return UNKNOWN;
  const active = activations(own).get(command);
  if (active !== undefined) return active;
  // SPEC: sudo gives its own PATH, /usr/local/bin and /usr/bin at the head.
  const isSudo = wrappers.some(({ name }) => name === 'sudo');
  const found = isSudo ? ofBase(own.stage, own.instruction, script) : onPath(own.stage, own.instruction, script);
  return hasOtherMinor(command.name, found) ? UNKNOWN : found;
}

/** What `python3` is in front of an instruction, at the end of the stage without one, as far as PATH says it. */
export function interpreterOnPath(stage: Stage, before: Instruction | undefined, script: ScriptOf): Interpreter {
  return onPath(stage, before, script);
}

/**
 * Whether a bare program name is looked up along PATH as the file has it, and no named environment of conda's or other directory
 * that may be one stands in it.
 */
export function isOutsideEnvironments(command: Command): boolean {
  const { wrappers, words: [program], script: { stage, instruction } } = command; // biome-ignore format: one line
  if (program?.value === undefined || program.value.includes('/') || mayHaveOtherPath(command)) return false;
  if (wrappers.some(({ name }) => Object.hasOwn(RUNNERS, name)) || activations(command.script).has(command)) return false;
  return pathInForce(stage, instruction).every(
    (directory) =>
      directory === BASE_PATH ||
      (directory !== undefined &&
        (WITHOUT_PYTHON.test(directory) ||
          /^\/(?:usr\/(?:local\/)?)?s?bin$/.test(directory) ||
          /conda\d?\/(?:cond)?s?bin$/.test(directory))),
  );
}

/** The prefix of a conda whose programs an ENV of the file has put on PATH: `/opt/conda`. */
export function condaOnPath(stage: Stage, before: Instruction | undefined): string | undefined {
  const directory = pathInForce(stage, before).find(
    (each) => each !== undefined && CONDA_PREFIX.test(each) && /(?:conda|mamba|forge)\d?\/bin$/.test(each),
  );
  return directory === undefined ? undefined : parentOf(directory);
}

/** The Python in /usr/local/bin or /usr/bin, or that of conda's prefix on the base image's PATH, whatever the file has put in front. */
export function interpreterOfBase(stage: Stage, before: Instruction | undefined, script: ScriptOf): Interpreter {
  return ofBase(stage, before, script);
}

/** A command of another minor than PATH's: `pip3.9` in `python:3.12`. */
function hasOtherMinor(name: string, found: Interpreter): boolean {
  const minor = /^(?:python|pip)(\d\.\d+)$/.exec(name)?.[1];
  if (minor === undefined || found.kind === 'environment' || found.kind === 'conda') return false;
  return found.kind === 'unknown' || found.minor !== minor;
}

/** PATH of its own, or files of settings that may set any. */
function mayHaveOtherPath(command: Command): boolean {
  return readsProfileFiles(command) || command.assignments.some(({ name }) => name === 'PATH' || name === 'VIRTUAL_ENV');
}

/** Whether the shell of a command reads files of settings first, or is no shell but a program that starts one. */
export function readsProfileFiles({ script: { stage, instruction }, wrappers }: Command): boolean {
  const shell = stage.environment.shell(instruction) ?? [];
  const isPlain = shell.length === 0 || /(?:^|\/)(?:ba|da|a|z)?sh$/.test(shell[0] ?? '');
  if (!isPlain || shell.slice(1).some(readsProfile)) return true;
  if (wrappers.some(({ name, words }) => /^(?:ba|da|a|z)?sh$|^su$/.test(name) && words.slice(1, -1).some(({ text }) => readsProfile(text))))
    return true;
  return stage.environment.variable('BASH_ENV', instruction).kind !== 'absent';
}

const readsProfile = (option: string): boolean => /^(?:-[a-z]*[li][a-z]*|--login|--rcfile|--init-file|-)$/.test(option);

/** What each command of a script finds activated in front of it; a command that finds PATH as the instruction has it is not in it. */
const activations = once((script: Script): ReadonlyMap<Command, Interpreter> => {
  const found = new Map<Command, Interpreter>();
  let current: Interpreter | undefined;
  for (const command of script.commands) {
    if (current !== undefined) found.set(command, current);
    current = changeOf(command) ?? current;
  }
  return found;
});

function changeOf(command: Command): Interpreter | undefined {
  const { name, args, words: all, assignments } = command;
  const activated = activatedEnvironment(command);
  if (activated !== undefined) return { kind: 'environment', path: activated.path };
  if (all.length === 0) return assignments.some((assignment) => assignment.name === 'PATH') ? UNKNOWN : undefined;
  if (/^(?:conda|mamba|micromamba)$/.test(name) && args.some(({ value }) => value === 'activate')) return { kind: 'conda' };
  if (name === '.' || name === 'source') return /(?:^|\/)activate$/.test(args[0]?.value ?? '') ? { kind: 'conda' } : UNKNOWN;
  if (name === 'export') return args.some(({ text }) => text.startsWith('PATH=')) ? UNKNOWN : undefined;
  return name === 'eval' || name === 'pyenv' || name === 'workon' || name === 'alias' ? UNKNOWN : undefined;
}

/** A virtual environment that a command puts the shell into. */
export interface Activation {
  /** The word that names the script: `/opt/venv/bin/activate`. */
  readonly word: ShellWord;
  /** The environment's absolute directory; undefined where that is not known. */
  readonly path: string | undefined;
}

/** Reads `. DIR/bin/activate` and `source DIR/bin/activate`; undefined for other commands, and for conda's script of that name. */
export function activatedEnvironment(command: Command): Activation | undefined {
  const [word, second] = command.args;
  if ((command.name !== '.' && command.name !== 'source') || word === undefined || second !== undefined) return undefined;
  const text = word.value ?? word.text.replaceAll(/["']/g, '');
  if (!/(?:^|\/)bin\/activate$/.test(text) || CONDA_PREFIX.test(text) || /conda/i.test(text)) return undefined;
  const directory = word.value === undefined ? undefined : word.value.slice(0, -'/bin/activate'.length) || '.';
  return { word, path: absolute(directory, command) };
}

/** The activation of a virtual environment at the end of a script, which nothing in the script makes use of. */
export const lostActivation = once(({ commands, instruction, complete }: Script): LostActivation | undefined => {
  if (!complete || instruction.keyword !== 'RUN' || instruction.onbuild !== undefined) return undefined;
  const at = commands.findLastIndex((command) => activatedEnvironment(command) !== undefined);
  const command = commands[at];
  const activation = command && activatedEnvironment(command);
  if (command === undefined || activation === undefined || command.conditional || command.connector === '||') return undefined;
  if (readsProfileFiles(command)) return undefined;
  const isUsed = commands.slice(at + 1).some(({ name, redirects }) => !USES_NOTHING.test(name) || redirects.length > 0);
  return isUsed ? undefined : { command, activation };
});

/** What {@link lostActivation} finds. */
export interface LostActivation {
  readonly command: Command;
  readonly activation: Activation;
}

const USES_NOTHING = /^(?:echo|true|:|deactivate|pwd|ls|cd|rm|apt|apt-get)$/;

function absolute(path: string | undefined, command: Command): string | undefined {
  if (path === undefined || path.startsWith('~')) return undefined;
  if (path.startsWith('/')) return joinPath('/', path);
  const directory = directoryOf(command);
  return directory === undefined || directory.includes('?') ? undefined : joinPath(directory, path);
}

const CONDA_PREFIX = /^\/(?:[\w.-]+\/)*\.?(?:mini|ana)?(?:conda|mamba|forge)\d?(?:\/|$)|\/(?:miniforge|mambaforge|micromamba)\d?(?:\/|$)/i;

/** A program named by its path. */
function atPath(path: string, stage: Stage, before: Instruction, script: ScriptOf): Interpreter {
  const directory = path.startsWith('/') ? parentOf(joinPath('/', path)) : undefined;
  if (directory === undefined) return /(?:^|\/)\.?v?env\w*\/bin\//.test(path) ? { kind: 'environment' } : UNKNOWN;
  return inDirectory(directory, stage, before, script) ?? UNKNOWN;
}

/** Directories that may stand in PATH and have no Python; pip's own scripts in ~/.local/bin run the Python that installed them. */
const WITHOUT_PYTHON =
  /^\/usr\/local\/(?:cuda|nvidia|go|cargo|rustup|julia|spark|lib\/R|texlive|mpi|ucx)|^\/opt\/(?:nvidia|rocm|julia|hpcx|amazon\/(?:efa|openmpi)|spark|java|node|amdgpu|intel|tex)|(?:^|\/)(?:\.cargo|\.local|\.poetry|poetry|go|node_modules\/\.|\.npm[\w-]*|\.bun|\.deno|spark|hadoop|jvm[\w/.-]*|julia[\w.-]*|openmpi|cmake[\w.-]*)\/bin$|^\/(?:usr\/(?:local\/)?)?sbin$|^\/usr\/(?:games|local\/games)$/;

/** The Python a directory of PATH holds; undefined where it holds none. */
function inDirectory(directory: string, stage: Stage, before: Instruction | undefined, script: ScriptOf): Interpreter | undefined {
  if (directory === '/usr/bin' || directory === '/bin') return distributionOf(stage, before, script);
  if (directory === '/usr/local/bin') {
    const base = ofBase(stage, before, script);
    return base.kind === 'distribution' ? undefined : base.kind === 'official' ? base : UNKNOWN;
  }
  if (WITHOUT_PYTHON.test(directory)) return undefined;
  if (CONDA_PREFIX.test(directory)) return { kind: 'conda' };
  if (!directory.endsWith('/bin')) return UNKNOWN;
  const path = parentOf(directory);
  const isMade = [...inheritance(stage)].some((each) => environmentPaths(each, script).has(path));
  const variable = stage.environment.variable('VIRTUAL_ENV', before);
  const isNamed = (variable.kind === 'known' && variable.value === path) || /(?:^|[/._-])v?(?:irtual)?env[s\d]?(?:$|[/._-])/.test(path);
  return isMade || isNamed ? { kind: 'environment', path } : UNKNOWN;
}

/** The directories that ENVs of the file have put in front of the base image's PATH; undefined stands for one that is not known. */
function onPath(stage: Stage, before: Instruction | undefined, script: ScriptOf): Interpreter {
  let ofImage: Interpreter | undefined;
  for (const directory of pathInForce(stage, before)) {
    if (directory === BASE_PATH) {
      ofImage = ofBase(stage, before, script);
      // Whether the distribution's is installed at all is not known: what stands behind it in PATH may be the one.
      if (ofImage.kind !== 'distribution') return ofImage;
      continue;
    }
    const found = directory === undefined ? UNKNOWN : inDirectory(directory, stage, before, script);
    if (found !== undefined && found.kind !== 'distribution') return ofImage === undefined ? found : UNKNOWN;
    ofImage ??= found;
  }
  return ofImage ?? ofBase(stage, before, script);
}

const BASE_PATH = '$PATH';
/** Nobody has more; with a bound, a thousand ENVs that each add one cost no more than their own lines. */
const MOST_DIRECTORIES = 40;

/** The directories of PATH in front of an instruction, those of the base image as `$PATH`; undefined for one that is not known. */
function pathInForce(stage: Stage, before: Instruction | undefined): readonly (string | undefined)[] {
  let limit = before?.span.start ?? Number.POSITIVE_INFINITY;
  let directories: readonly (string | undefined)[] = [BASE_PATH];
  for (const each of inheritance(stage)) {
    const own = pathSettings(each).findLast(({ at }) => at < limit)?.directories;
    if (own !== undefined) directories = directories.flatMap((directory) => (directory === BASE_PATH ? own : [directory]));
    if (!directories.includes(BASE_PATH)) break;
    limit = Number.POSITIVE_INFINITY;
  }
  return directories;
}

/** What the ENVs of a stage make of PATH, each with what the ones before it have made; `$PATH` is what the stage begins with. */
const pathSettings = once((stage: Stage): readonly { readonly at: number; readonly directories: readonly (string | undefined)[] }[] => {
  const settings: { at: number; directories: readonly (string | undefined)[] }[] = [];
  for (const instruction of stage.instructions) {
    if (instruction.keyword !== 'ENV') continue;
    const value = instruction.pairs.findLast(({ key }) => key.text === 'PATH')?.value?.text;
    if (value === undefined) continue;
    const earlier = settings.at(-1)?.directories ?? [BASE_PATH];
    const directories = value
      .replaceAll(/["']/g, '')
      .replaceAll(/\$\{PATH:?[-+][^}]*\}|\$\{PATH\}/g, BASE_PATH)
      .split(':')
      .flatMap((part) => (part === BASE_PATH ? earlier : [directoryIn(part, stage, instruction)]));
    settings.push({ at: instruction.span.start, directories: directories.slice(0, MOST_DIRECTORIES) });
  }
  return settings;
});

function directoryIn(part: string, stage: Stage, instruction: Instruction): string | undefined {
  const path = expandWithBase(stage, part, instruction) ?? part;
  // Of `$UNKNOWN/cuda/bin` the end tells enough.
  if (path.startsWith('/')) return joinPath('/', path);
  return WITHOUT_PYTHON.test(path) ? '/usr/sbin' : undefined;
}

/** Images whose /usr/local has no Python: what they or a build install is the distribution's. Their Dockerfiles, 2026-11. */
const WITHOUT_OWN_PYTHON = words(
  'debian ubuntu alpine node golang rust ruby perl php httpd nginx openjdk eclipse-temurin amazoncorretto buildpack-deps bash julia ' +
    'r-base rocker/r-base postgres redis mysql mariadb mongo',
);

function ofBase(stage: Stage, before: Instruction | undefined, script: ScriptOf): Interpreter {
  const facts = factsOfBase(stage.base);
  if (facts === undefined || mayBeReplaced(stage, before, script)) return UNKNOWN;
  const { kind, minor } = facts.python ?? {};
  if (kind === 'official') return { kind, minor };
  if (kind === 'conda') return { kind };
  if (kind === 'venv') return { kind: 'environment' };
  return kind === 'system' || kind === 'none' || WITHOUT_OWN_PYTHON.has(facts.name) ? distributionOf(stage, before, script) : UNKNOWN;
}

function distributionOf(stage: Stage, before: Instruction | undefined, script: ScriptOf): Interpreter {
  if (mayBeReplaced(stage, before, script)) return UNKNOWN;
  const facts = factsOfBase(stage.base);
  const own = facts?.python?.kind === 'system' ? facts.python.minor : undefined;
  return { kind: 'distribution', minor: own ?? distributionPython(facts?.distribution) };
}

/** Whether another Python may have been put in the place of the one in /usr/local/bin or /usr/bin before an instruction. */
function mayBeReplaced(stage: Stage, before: Instruction | undefined, script: ScriptOf): boolean {
  const limit = before?.span.start ?? Number.POSITIVE_INFINITY;
  for (const each of inheritance(stage)) {
    const at = firstReplacement(each, script);
    if (at !== undefined && (each === stage ? at <= limit : true)) return true;
  }
  return false;
}

/** Where a stage first may put another Python in place. NOTE: in its own RUN, too, whatever comes first there. */
const firstReplacement = once((stage: Stage, script: ScriptOf): number | undefined => {
  const replacing = stage.instructions.find((instruction) => {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') return bringsPython(instruction, stage);
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    return own !== undefined && (!own.complete || own.commands.some(replacesPython));
  });
  return replacing?.span.start;
});

/** `COPY --from=python:3.12 /usr/local /usr/local`, or an archive unpacked there. */
function bringsPython(instruction: Extract<Instruction, { keyword: 'COPY' | 'ADD' }>, stage: Stage): boolean {
  const target = instruction.destination === undefined ? undefined : expandWithBase(stage, instruction.destination.text, instruction);
  if (target === undefined || !/^\/(?:$|usr(?:\/|$)|bin(?:\/|$))/.test(target)) return false;
  if (instruction.keyword === 'ADD') return instruction.sources.some(({ text }) => /\.(?:tar|tgz|txz|tbz)/.test(text));
  if (copySource(instruction) === undefined) return false;
  return instruction.sources.some(
    ({ text }) => /^\/?(?:usr\/?)?(?:local\/?)?(?:s?bin\/?|lib\/?)?$/.test(text) || /python[\d.]*$|pip[\d.]*$|\/bin\/?\*$/.test(text),
  );
}

/** Links between names of the distribution's own Python change nothing. */
const OWN_NAME = /^(?:\/usr(?:\/local)?\/bin\/|\/bin\/)?(?:python3?|pip3?)$/;

function replacesPython(command: Command): boolean {
  const { name, args, words: all } = command;
  const texts = all.map(({ text }) => text).join(' ');
  if (name === '') return all.length > 0;
  if (/^(?:ln|cp|mv|install|update-alternatives|alternatives)$/.test(name)) {
    if (!/python|pip(?!e)/.test(texts)) return false;
    const named = args.filter(({ text }) => /python|pip/.test(text));
    const minor = distributionPython(factsOfBase(command.script.stage.base)?.distribution);
    const plain = (value: string): string => (minor !== undefined && value.endsWith(minor) ? value.slice(0, -minor.length) : value);
    return !named.every(({ value }) => value !== undefined && OWN_NAME.test(plain(value)));
  }
  if (/deadsnakes|get-pip|Python-\d|python-build|pythonhosted.*\.tgz/.test(texts)) return true;
  if (name === 'make') return args.some(({ value }) => value === 'altinstall');
  if (name === 'uv') return args[0]?.value === 'python' && args.some(({ value }) => value === '--default');
  if (name === 'pyenv' || /^(?:yum|dnf|microdnf|zypper)$/.test(name)) return /python/.test(texts);
  return scriptRun(command) !== undefined || (/^\.{0,2}\//.test(all[0]?.value ?? '') && !/\/bin\//.test(all[0]?.value ?? ''));
}

/** A virtual environment that a command makes. */
export interface CreatedEnvironment {
  readonly command: Command;
  /** Absolute; undefined where that is not known. */
  readonly path: string | undefined;
  readonly by: 'venv' | 'virtualenv' | 'uv';
  /** Its scripts find their Python beside them: `uv venv --relocatable`. */
  readonly relocatable: boolean;
  /** The value of `--python`; undefined where none is given, empty where it is not known. */
  readonly asked: string | undefined;
}

/** The environments that RUNs of a stage make, in their order; not those of the stages it is built from. */
export const createdEnvironments = once((stage: Stage, script: ScriptOf): readonly CreatedEnvironment[] =>
  runScripts(stage.instructions, script).flatMap(({ commands }) => commands.flatMap((command) => createdEnvironment(command) ?? [])),
);

const environmentPaths = once(
  (stage: Stage, script: ScriptOf): ReadonlySet<string | undefined> => new Set(createdEnvironments(stage, script).map(({ path }) => path)),
);

const VENV_VALUES = words('--prompt');
const VIRTUALENV_VALUES = words(
  '-p --python --prompt --app-data --discovery --creator --seeder --activators --pip --setuptools --wheel --extra-search-dir --try-first-with',
);
const UV_VENV_VALUES = words(
  '-p --python --prompt --seed-packages --index-url -i --default-index --index --extra-index-url -f --find-links --exclude-newer --link-mode ' +
    '--cache-dir --directory --project --python-preference --color --config-file --index-strategy --keyring-provider --allow-insecure-host',
);

function createdEnvironment(command: Command): CreatedEnvironment | undefined {
  const call = environmentCall(command);
  if (call === undefined) return undefined;
  const { by, rest } = call;
  const isProject = by === 'uv' && command.args.some(({ value }) => value === 'sync');
  const values = by === 'venv' ? VENV_VALUES : by === 'virtualenv' ? VIRTUALENV_VALUES : UV_VENV_VALUES;
  const operands: ShellWord[] = [];
  let asked: string | undefined;
  for (let at = 0; at < rest.length; at++) {
    const text = rest[at]?.value ?? rest[at]?.prefix ?? '';
    if (!text.startsWith('-')) {
      operands.push(rest[at] as ShellWord);
      continue;
    }
    const python = /^(?:-p|--python=)(.+)$/.exec(text)?.[1];
    if (python !== undefined) asked = python;
    if (text === '-p' || text === '--python') asked = rest[at + 1]?.value ?? '';
    if (values.has(text)) at++;
  }
  const [target] = isProject ? [] : operands;
  const named = target !== undefined ? target.value : by !== 'uv' ? undefined : isProject ? projectEnvironment(command) : '.venv';
  return {
    command,
    path: absolute(named, command),
    by,
    relocatable:
      rest.some(({ value }) => value === '--relocatable') || (by === 'uv' && seenBy(command, 'UV_VENV_RELOCATABLE').kind !== 'absent'),
    asked: asked ?? (by === 'uv' ? askedByVariable(command) : undefined),
  };
}

/** Where `uv sync` puts the environment; undefined where an option names another project. */
function projectEnvironment(command: Command): string | undefined {
  const isElsewhere = command.args.some(({ text }) => /^--(?:directory|project|active)\b/.test(text));
  const variable = seenBy(command, 'UV_PROJECT_ENVIRONMENT');
  return isElsewhere || variable.kind === 'unknown' ? undefined : variable.kind === 'known' ? variable.value : '.venv';
}

function askedByVariable(command: Command): string | undefined {
  const variable = seenBy(command, 'UV_PYTHON');
  return variable.kind === 'absent' ? undefined : variable.kind === 'known' ? variable.value : '';
}

/** The words behind `python -m venv`, `virtualenv`, `uv venv` and `uv sync`. */
function environmentCall({
  name,
  args,
}: Command): { readonly by: CreatedEnvironment['by']; readonly rest: readonly ShellWord[] } | undefined {
  if (name === 'virtualenv') return { by: 'virtualenv', rest: args };
  if (name === 'uv') {
    const at = args.findIndex(({ value }) => value === 'venv' || value === 'sync');
    return at >= 0 && args.slice(0, at).every(({ text }) => text.startsWith('-')) ? { by: 'uv', rest: args.slice(at + 1) } : undefined;
  }
  if (!/^python[\d.]*$/.test(name)) return undefined;
  const at = args.findIndex(({ value }) => value === '-m' || value === '-Im');
  const module = args[at + 1]?.value;
  return at >= 0 && (module === 'venv' || module === 'virtualenv') ? { by: module, rest: args.slice(at + 2) } : undefined;
}

/** The Python an environment is made of. uv and virtualenv take another than their own where one is asked for; uv may fetch it. */
export function interpreterOfEnvironment({ command, by, asked }: CreatedEnvironment, script: ScriptOf): Interpreter {
  if (by === 'venv') return interpreterOf(command, script);
  const own = by === 'uv' ? ofBase(command.script.stage, command.script.instruction, script) : interpreterOf(command, script);
  // Without a Python of the image's own uv fetches one.
  if (by === 'uv' && own.kind !== 'official') return UNKNOWN;
  if (asked === undefined || /^python3?$/.test(asked)) return own;
  const minor = /^(?:python)?(\d\.\d+)(?:\.\d+)?$/.exec(asked)?.[1];
  return own.kind === 'official' && (/^\/usr\/local\/bin\/python3?$/.test(asked) || own.minor === minor) ? own : UNKNOWN;
}
