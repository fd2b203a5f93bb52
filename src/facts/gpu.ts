/**
 * What tells that an image is for a GPU, and what in it needs more of CUDA than the wheels bring: the compiler, the headers or the
 * libraries of the base image.
 *
 * Sources: the installation pages of the packages named (read 2026-11); sgl-project/sglang and vllm-project/vllm for images that
 * lost their compiler ("no C compiler"); docs.docker.com/reference/compose-file for how a service asks for a GPU.
 */
import { at, itemsAt, textAt, textsAt } from '../model/compose.js';
import type { Dockerfile, Instruction, Stage } from '../model/dockerfile.js';
import { inheritance, runScripts } from '../model/stages.js';
import { isProjectScript } from './apt.js';
import { isForDevelopment } from './development.js';
import { startup } from './entrypoints.js';
import { once } from './once.js';
import type { Project } from './project-files.js';
import { type InstalledPackage, pythonInstalls } from './python-installs.js';
import { muslSupport } from './python-packages.js';
import { words } from './words.js';

const SIGN = /gpu|cuda|nvidia|cudnn|nccl|tensorrt|rocm|nvcr\.io/i;
/** Said of the CPU: no GPU is to be seen, or a GPU's things are kept out. */
const SAID_OF_CPU = /\b(?:CUDA|NVIDIA|HIP)_VISIBLE_DEVICES[= ]["']?(?:-1|none|void)?["']?(?=\s|$)|\b(?:cpu[- ]only|no[- ](?:gpu|cuda))\b/gi;

/** Comments to a linter name rules, and rules are named for what they are about. */
const SAID_TO_LINTERS = /^[ \t]*#[ \t]*(?:plimsoll|hadolint|check)\b.*$/gim;

/**
 * Whether anything in or around a Dockerfile speaks of a GPU: an image, a variable, an argument, a command, a package, a comment, the
 * file's own name, a compose service that asks for one. LIMIT: a cluster's own files (Kubernetes, Slurm) are not read.
 */
export const hasGpuSign = once((dockerfile: Dockerfile, project: Project): boolean => {
  const { source } = dockerfile.syntax;
  if (SIGN.test(source.path) || SIGN.test(source.text.replace(SAID_OF_CPU, '').replace(SAID_TO_LINTERS, ''))) return true;
  if ((project.context?.services ?? []).some(({ service: { node } }) => asksForGpu(node))) return true;
  return dockerfile.stages.some((stage) => pythonInstalls(stage, project).packages.some(isForGpu));
});

function asksForGpu(node: Parameters<typeof at>[0]): boolean {
  if (at(node, 'gpus') !== undefined || /nvidia/.test(textAt(node, 'runtime') ?? '')) return true;
  const devices = itemsAt(node, 'deploy', 'resources', 'reservations', 'devices');
  if (devices.length > 0) return true;
  return textsAt(node, 'devices').some(({ text }) => /nvidia|kfd|dri/.test(text));
}

/** Packages that nobody installs for a machine without a GPU; so are those that say it in their name or extra: `faiss-gpu`, `jax[cuda12]`. */
const FOR_GPU = words(
  'apex auto-gptq autoawq bitsandbytes cuml cudf deepspeed exllamav2 flash-attn flashinfer-python gptqmodel liger-kernel lmdeploy mamba-ssm ' +
    'causal-conv1d numba-cuda nvitop gpustat pynvml pycuda sglang tensorrt tensorrt-llm triton unsloth vllm xformers horovod runpod modal',
);

function isForGpu({ name, extras, isDirect }: InstalledPackage): boolean {
  // In a lock or a compiled list torch's own wheels from PyPI bring these along, wanted or not.
  if (!isDirect && /^(?:nvidia-|cuda-|triton$)/.test(name)) return false;
  return (
    FOR_GPU.has(name) || /gpu|cuda|nvidia|(?:^|-)cu1[123]|tensorrt|rocm/.test(name) || extras.some((extra) => /gpu|cuda|rocm/.test(extra))
  );
}

/** Packages that compile when they run, or look for CUDA's compiler, headers or device code then. */
const JUST_IN_TIME = words(
  'apex auto-gptq autoawq aphrodite-engine bitsandbytes causal-conv1d cugraph deepspeed exllamav2 fairscale flash-attn flashinfer ' +
    'flashinfer-python gptqmodel gsplat liger-kernel llama-cpp-python lmdeploy mamba-ssm megatron-core mmcv mmcv-full nerfstudio nvdiffrast ' +
    'onediff pymc pytensor pytorch3d ray sglang spconv stable-fast theano thunder tilelang tinycudann transformer-engine triton unsloth vllm ' +
    'warp-lang xformers',
);

/** Packages whose wheels use CUDA of the system, libraries or more: none bring all they need themselves. */
const ON_SYSTEM_CUDA = words(
  'chainer ctranslate2 cucim cudf cugraph cuml cupy deepspeed dgl faiss-gpu faster-whisper horovod insightface jax jaxlib k2 lightgbm catboost ' +
    'mxnet numba numba-cuda onnxruntime-genai-cuda onnxruntime-gpu paddlepaddle-gpu pycuda rapidocr-onnxruntime spacy taichi tensorflow ' +
    'tensorflow-gpu tensorrt tensorrt-llm tf-nightly thinc torch-tensorrt whisperx',
);

/** The extras with which TensorFlow and JAX bring CUDA's libraries and compiler as wheels. */
const BRINGS_CUDA = /^(?:and-cuda|cuda1[23](?:[-_]pip)?)$/;

/** Whether something that a stage installs needs CUDA's compiler or headers when it runs. Also true where not all of it is known. */
export function mayCompileAtRunTime(stage: Stage, project: Project): boolean {
  const { packages } = pythonInstalls(stage, project);
  return mayNeedSystemCuda(stage, project) || packages.some(({ name }) => JUST_IN_TIME.has(name));
}

/**
 * Whether something that a stage installs needs CUDA's libraries of the base image. Also true where not all of it is known: of a
 * package in no table here it is not known what else it requires (ont-bonito requires CuPy).
 */
export function mayNeedSystemCuda(stage: Stage, project: Project): boolean {
  const { packages, complete } = pythonInstalls(stage, project);
  return !complete || packages.some((each) => each.from !== 'registry' || isOnSystemCuda(each) || (each.isDirect && !isWellKnown(each)));
}

/** Packages of the tables, and a few more that require nothing of CUDA but what torch brings. */
const REQUIRES_NO_MORE = words(
  'accelerate datasets diffusers einops evaluate gradio huggingface-hub lightning langchain llama-index loguru mlflow open-clip-torch openai ' +
    'opencv-contrib-python-headless peft pytorch-lightning scikit-learn sentence-transformers streamlit timm torch torchaudio torchmetrics ' +
    'torchvision tqdm transformers trl ultralytics wandb jax',
);

function isWellKnown({ name }: InstalledPackage): boolean {
  return REQUIRES_NO_MORE.has(name) || JUST_IN_TIME.has(name) || muslSupport(name) !== undefined;
}

function isOnSystemCuda({ name, extras, isDirect }: InstalledPackage): boolean {
  if (extras.some((extra) => extra.includes('local'))) return true;
  // As the dependency of another, JAX or TensorFlow may be that with or without CUDA.
  if (name === 'jax' || name === 'tensorflow') return !isDirect || !extras.some((extra) => BRINGS_CUDA.test(extra));
  return ON_SYSTEM_CUDA.has(name) || /^cupy-|^tensorrt/.test(name);
}

const COMPILERS = words(
  'nvcc gcc g++ cc c++ clang clang++ make gmake cmake ninja meson bazel bazelisk scons cargo rustc go colcon catkin_make b2 waf configure Rscript R julia',
);

/**
 * Whether a stage compiles something, or may: a compiler, a build tool, a repository or a script of the project's own that it
 * runs, a file that comes from another stage and may be linked with CUDA, a package of the system that is.
 */
export const compilesCuda = once((stage: Stage, project: Project): boolean =>
  [...inheritance(stage)].some((each) => {
    const instructions = [...each.triggers, ...each.instructions];
    return (
      instructions.some(bringsBinaries) ||
      runScripts(instructions, project.script).some(
        (script) =>
          !script.complete ||
          script.commands.some(
            (command) =>
              COMPILERS.has(command.name) ||
              isProjectScript(command) ||
              (command.name === 'git' && command.args.some(({ value }) => value === 'clone')) ||
              command.args.some(({ text }) => /setup\.py$|libnvinfer|tensorrt|libcudnn|libnccl|build_ext|nvcc|^cuda-|^libcu/.test(text)),
          ),
      )
    );
  }),
);

/** What another stage or image has built may be linked with the libraries of the base; a virtual environment is read with its stage. */
function bringsBinaries(instruction: Instruction): boolean {
  return (
    instruction.keyword === 'COPY' &&
    instruction.flags.some(({ name, value }) => name === 'from' && !/(?:^|\/)uv(?::|@|$)/.test(value ?? ''))
  );
}

/** Whether nothing that a stage starts or installs uses the libraries of a base with this flavour, as far as all of it is known. */
export function leavesLibrariesUnused(stage: Stage, flavour: 'runtime' | 'devel', project: Project): boolean {
  if (mayNeedSystemCuda(stage, project) || compilesCuda(stage, project)) return false;
  // Somebody may work in an image with the compiler, or build on it.
  return flavour === 'runtime' || (!mayCompileAtRunTime(stage, project) && startsProgram(stage, project));
}

/** The stage that is shipped: the last, or the one it is built on where it only tests that (`FROM app AS test`). Undefined in a file for development. */
export function shippedStage(dockerfile: Dockerfile): Stage | undefined {
  const last = dockerfile.finalStage;
  return last === undefined ? undefined : [...inheritance(last)].find((stage) => !isForDevelopment(dockerfile, stage));
}

/** Whether a container of a stage starts a program that is known and no tool for people: not a shell, a notebook, or a script unread. */
export function startsProgram(stage: Stage, project: Project): boolean {
  const { commands, isInteractive, script } = startup(stage, project.script);
  return commands.length > 0 && !isInteractive && script === undefined && !commands.some(({ name }) => FOR_PEOPLE.test(name));
}

const FOR_PEOPLE = /^(?:jupyter|code-server|sshd|bash|sh|zsh|tmux|nvidia-smi|nvcc|sleep|tail|start-notebook)/;
