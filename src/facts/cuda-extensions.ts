/**
 * Extensions of torch that are compiled from source with the nvcc of the image, and what their builds do where its CUDA is not torch's.
 *
 * Sources (read 2026-11-22): torch/utils/cpp_extension.py of PyTorch, `_check_cuda_version`, which all of them build with: another major
 * version raises, another minor is logged as a warning. setup.py of NVIDIA/apex (6424da3b of 2026-07-08; the check is that of
 * apex#323, 2019-05): with the CUDA extensions asked for, any other version raises; without, only Python files are installed. setup.py of
 * facebookresearch/detectron2, pytorch3d and xformers and of open-mmlab/mmcv: no check of their own, and where a build sees no GPU, as
 * `docker build` does, CUDA is compiled only when it is forced. setup.py of Dao-AILab/flash-attention (0251105a of 2026-08-15): a finished
 * wheel for torch's CUDA is looked for first and nothing is compiled then, if it is not forced.
 *
 * NOTE: DeepSpeed is not here. Its op_builder/builder.py (edaa72212 of 2026-08-22) takes any minor of 10, 11 and 12 for any other and raises
 * otherwise, but which operators a build compiles depends on the GPU it sees.
 */
import type { Command, ShellWord, Stage } from '../model/dockerfile.js';
import { inheritance, runScripts } from '../model/stages.js';
import { seenBy } from './caches.js';
import { type BundledCuda, bundledCuda, majorOf } from './cuda.js';
import { pipInstalls } from './pip.js';
import type { Project } from './project-files.js';
import { type InstalledPackage, pythonPackages } from './python-installs.js';
import { words } from './words.js';

/** What a build refuses in the CUDA of nvcc: any version that is not torch's, or only another major one. */
export type Refusal = 'minor' | 'major';

/** An extension that a stage certainly compiles with CUDA. */
export interface CompiledExtension {
  readonly name: string;
  readonly refuses: Refusal;
  readonly command: Command;
  /** What is installed, or the tool's verb where it is the directory of a clone. */
  readonly word: ShellWord;
}

interface Recipe {
  readonly name: string;
  readonly repository: RegExp;
  readonly refuses: Refusal;
  /** Variables of which each that is named must have the value; one line is enough. An empty text stands for any value. */
  readonly forcedBy: readonly Readonly<Record<string, string>>[];
  /** An option of its build that does the same. */
  readonly option?: string;
  /** Its pyproject.toml asks for torch: built in isolation it is compiled against the newest. */
  readonly bringsTorch?: true;
}

const FORCE_CUDA = { FORCE_CUDA: '1' };

const RECIPES: readonly Recipe[] = [
  { name: 'apex', repository: /NVIDIA\/apex\b/i, refuses: 'minor', forcedBy: [{ APEX_CUDA_EXT: '1' }], option: '--cuda_ext' },
  { name: 'detectron2', repository: /facebookresearch\/detectron2\b/, refuses: 'major', forcedBy: [FORCE_CUDA] },
  {
    name: 'flash-attn',
    repository: /Dao-AILab\/flash-attention\b/i,
    refuses: 'major',
    forcedBy: [{ FLASH_ATTENTION_FORCE_BUILD: 'TRUE' }],
  },
  { name: 'mmcv', repository: /open-mmlab\/mmcv\b/, refuses: 'major', forcedBy: [{ ...FORCE_CUDA, MMCV_WITH_OPS: '1' }] },
  { name: 'pytorch3d', repository: /facebookresearch\/pytorch3d\b/, refuses: 'major', forcedBy: [FORCE_CUDA] },
  {
    name: 'xformers',
    repository: /facebookresearch\/xformers\b/,
    refuses: 'major',
    forcedBy: [FORCE_CUDA, { TORCH_CUDA_ARCH_LIST: '' }],
    bringsTorch: true,
  },
];

/** On PyPI without any wheel for Linux. */
const SOURCE_ONLY = words('flash-attn');

/** The extensions that a stage itself compiles, each where it is first; none where somebody changes their setup, or another nvcc may be at hand. */
export function compiledExtensions(stage: Stage, project: Project): readonly CompiledExtension[] {
  const commands = [...inheritance(stage)]
    .reverse()
    .flatMap((each) => runScripts([...each.triggers, ...each.instructions], project.script).flatMap((script) => script.commands));
  if (commands.some((command) => changesBuild(command) || bringsCompiler(command))) return [];
  const direct = pythonPackages(stage, project).flatMap((each) => {
    const recipe = recipeOf(each);
    return recipe === undefined ? [] : [{ recipe, command: each.command, word: each.word }];
  });
  return [...direct, ...clonedAndBuilt(commands)]
    .filter(({ command }) => command.script.stage === stage && !command.conditional && command.failureIsFatal !== false)
    .filter(({ recipe, command }) => isForced(recipe, command) && takesCompilerOfImage(command))
    .map(({ recipe: { name, refuses }, command, word }) => ({ name, refuses, command, word }))
    .sort((a, b) => a.word.span.start - b.word.span.start)
    .filter(firstOfName());
}

function firstOfName(): (each: { readonly name: string }) => boolean {
  const seen = new Set<string>();
  return ({ name }) => !seen.has(name) && seen.add(name) !== undefined;
}

/** Packages that ask for a torch of their own, and change the one that is there. */
const MOVES_TORCH = words('lmdeploy sglang tensorrt-llm torchtune unsloth vllm xformers');

/** The torch that an extension is compiled against; undefined where there is none before it, or more than one. */
export function torchBefore({ command }: CompiledExtension, project: Project): BundledCuda | undefined {
  const { stage } = command.script;
  const before = pythonPackages(stage, project).filter((each) => each.word.span.start < command.span.start && each.command !== command);
  const asked = before.filter(({ name, isRemovedLater }) => name === 'torch' && !isRemovedLater);
  const [torch, ...others] = bundledCuda(asked, project);
  if (torch === undefined || others.length + 1 < asked.length || others.some(({ version }) => version !== torch.version)) return undefined;
  return before.some(({ name, word }) => MOVES_TORCH.has(name) && word.span.start > torch.word.span.start) ? undefined : torch;
}

/** The part of the version that a build refuses, where nvcc is of one CUDA, `12.4`, and torch of another; undefined where it takes both. */
export function refusedPart({ refuses }: CompiledExtension, { version = '', isNamed }: BundledCuda, nvcc: string): Refusal | undefined {
  if (version === '') return undefined;
  if (majorOf(version) !== majorOf(nvcc)) return 'major';
  // Which minor an unpinned torch has, its Python decides too.
  return refuses === 'minor' && isNamed && version.includes('.') && version !== nvcc ? 'minor' : undefined;
}

function recipeOf({ name, from, word, file, requirement }: InstalledPackage): Recipe | undefined {
  if (from === 'registry') return SOURCE_ONLY.has(name) ? RECIPES.find((recipe) => recipe.name === name) : undefined;
  const address = file === undefined ? word.value : file.source.text.slice(file.span.start, file.span.end);
  return requirement?.kind === 'vcs' ? RECIPES.find(({ repository }) => repository.test(address ?? '')) : undefined;
}

interface Clone {
  readonly recipe: Recipe;
  /** The last part of its directory. */
  readonly directory: string;
}

/** `git clone …/apex && cd apex && pip install .`, `python setup.py install`, where the command or a `cd` in front of it names the clone. */
function clonedAndBuilt(commands: readonly Command[]) {
  const found: { readonly recipe: Recipe; readonly command: Command; readonly word: ShellWord }[] = [];
  let clone: Clone | undefined;
  let entered: Command | undefined;
  for (const command of commands) {
    clone = cloneOf(command) ?? clone;
    if (command.name === 'cd') entered = command;
    const word = clone === undefined ? undefined : builtIn(command);
    const words = [...command.args, ...(entered?.script === command.script ? entered.args : [])];
    if (clone !== undefined && word !== undefined && namesClone(words, clone)) found.push({ recipe: clone.recipe, command, word });
  }
  return found;
}

function cloneOf({ name, args }: Command): Clone | undefined {
  if (name !== 'git' || !args.some(({ value }) => value === 'clone')) return undefined;
  const recipe = RECIPES.find(({ repository }) => args.some(({ value }) => repository.test(value ?? '')));
  const directory = /([^/]+?)(?:\.git)?\/?$/.exec(args.at(-1)?.value ?? '')?.[1];
  return recipe === undefined || directory === undefined ? undefined : { recipe, directory };
}

function builtIn(command: Command): ShellWord | undefined {
  const install = pipInstalls(command);
  if (install !== undefined) return install.packages.find(({ requirement }) => requirement.kind === 'local')?.word;
  if (!/^python/.test(command.name) || command.args[0]?.value !== 'setup.py') return undefined;
  return command.args.find(({ value }) => /^(?:install|develop|bdist_wheel)$/.test(value ?? ''));
}

/** Whether one of these words is the directory of the clone, or an option that no other build has. */
function namesClone(words: readonly ShellWord[], { recipe: { option }, directory }: Clone): boolean {
  return words.some(({ value = '' }) => value.split('/').includes(directory) || (option !== undefined && value.includes(option)));
}

function isForced({ forcedBy, option, bringsTorch }: Recipe, command: Command): boolean {
  if (bringsTorch === true && pipInstalls(command)?.options.has('--no-build-isolation') === false) return false;
  if (option !== undefined && command.args.some(({ value }) => value?.includes(option) === true)) return true;
  return forcedBy.some((values) =>
    Object.entries(values).every(([name, wanted]) => {
      const seen = seenBy(command, name);
      return seen.kind === 'known' && (wanted === '' ? seen.value !== '' : seen.value === wanted);
    }),
  );
}

const EDITORS = words('sed perl awk patch ed tee cp mv');

/** CUDA's compiler from a repository, a conda channel or NVIDIA's installer, whose version is another matter. */
function bringsCompiler({ args }: Command): boolean {
  return args.some(({ text }) => OTHER_COMPILER.test(text));
}

const OTHER_COMPILER =
  /^["']?(?:[\w./-]+::)?(?:cuda(?:-(?:toolkit|compiler|nvcc|minimal-build|command-line-tools|libraries-dev)[\w.-]*)?|nvidia-cuda-(?:toolkit|nvcc)[\w.-]*|cudatoolkit[\w-]*)(?:[=<>].*)?["']?$|cuda_\d[\w.]*\.run/;

/** The toolkit of the image stands in /usr/local/cuda. */
function takesCompilerOfImage(command: Command): boolean {
  return ['CUDA_HOME', 'CUDA_PATH'].every((name) => {
    const seen = seenBy(command, name);
    return seen.kind === 'absent' || (seen.kind === 'known' && /^\/usr\/local\/cuda(?:-[\d.]+)?\/?$/.test(seen.value));
  });
}

/** A check that somebody takes out: `sed -i '/check_cuda/d' setup.py`, a patch. */
function changesBuild({ name, args, redirects }: Command): boolean {
  const texts = [...args, ...redirects.flatMap(({ target }) => target ?? [])].map(({ text }) => text);
  if (name === 'git') return texts.some((text) => /^(?:apply|am|cherry-pick)$/.test(text));
  return (EDITORS.has(name) || redirects.length > 0) && texts.some((text) => /setup\.py|cpp_extension|check_cuda/.test(text));
}
