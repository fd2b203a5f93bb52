/**
 * Compilers and headers that a stage installs with apt or apk and keeps, and what is known to call a compiler where it runs. No
 * findings here.
 *
 * Sources: the Packages index of Debian 13 (amd64, 2026-11-22) for sizes: what each brings with its dependencies, recommended packages
 * left out, beyond what the slim image has; pytorch/pytorch#170235, sgl-project/sglang#1067 and the documentation of PyTensor, CmdStanPy,
 * PyStan and Cython (pyximport) for compilers at run time. 2026-11.
 */
import type { Command, Script, ScriptOf, Span, Stage } from '../model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../model/stages.js';
import { type ApkCall, apkCalls, apkNames } from './apk.js';
import { type AptCall, aptCalls, installs, packageName, packageNames, removes } from './apt.js';
import { factsOfBase } from './images.js';
import { once } from './once.js';
import { words } from './words.js';

/** An install whose compilers are there when the image is finished. */
export interface KeptTools {
  readonly command: Command;
  readonly manager: 'apt' | 'apk';
  /** The first of {@link compilers} to the last, as written. */
  readonly span: Span;
  /** `build-essential`, `gcc`. */
  readonly compilers: readonly string[];
  /** Headers and other tools of builds beside them: `libpq-dev`, `cmake`. */
  readonly others: readonly string[];
  /** Megabytes that the compilers take on Debian 13. */
  readonly megabytes: number | undefined;
}

/** Megabytes by compiler. NOTE: what one brings the other has, so that of several the largest counts. */
const COMPILERS: Readonly<Record<string, number | undefined>> = {
  'build-essential': 327,
  gcc: 186,
  'g++': 269,
  gfortran: 255,
  clang: 409,
  rustc: 639,
  cargo: 680,
  'build-base': undefined,
  rust: undefined,
};

const isCompiler = (name: string): boolean => Object.hasOwn(COMPILERS, name) || /^(?:gcc|g\+\+|gfortran|clang)-\d+$/.test(name);
const isForBuilds = (name: string): boolean =>
  /-dev$|^(?:cmake|make|ninja-build|pkg-config|pkgconf|swig|autoconf|automake|libtool|linux-headers)$/.test(name);

/** The installs of a stage's own RUNs whose compilers no command takes away again, in the same RUN or a later one. */
export const keptTools = once((stage: Stage, script: ScriptOf): readonly KeptTools[] => {
  const scripts = runScripts(stage.instructions, script);
  const removals = scripts.flatMap((each) => aptCalls(each).filter(removes));
  const deleted = scripts.flatMap((each) => apkCalls(each).filter(({ action }) => action === 'del'));
  return scripts.flatMap((own) => (own.complete ? [...aptTools(own, removals), ...apkTools(own, deleted)] : []));
});

function aptTools(own: Script, removals: readonly AptCall[]): readonly KeptTools[] {
  return aptCalls(own)
    .filter(installs)
    .flatMap((call) => {
      const compilers = packageNames(call).filter(isCompiler);
      const isGone = compilers.length > 0 && removals.some((other) => takesAway(other, call, compilers));
      const spans = call.operands.filter((word) => compilers.includes(packageName(word) ?? '')).map(({ span }) => span);
      return isGone ? [] : keptOf(call.command, 'apt', packageNames(call), spans);
    });
}

/** `apt-get purge $BUILD_DEPS` may take anything away, and `autoremove` what `apt-mark auto` has marked. */
function takesAway(call: AptCall, install: AptCall, compilers: readonly string[]): boolean {
  if (call.span.start < install.span.start) return false;
  const isMarked = call.command.script.commands.some(({ name }) => name === 'apt-mark');
  if (call.operands.length === 0) return isMarked;
  return isMarked || call.operands.some((word) => word.value === undefined || word.glob || compilers.includes(packageName(word) ?? ''));
}

function apkTools(own: Script, deleted: readonly ApkCall[]): readonly KeptTools[] {
  return apkCalls(own)
    .filter(({ action }) => action === 'add')
    .flatMap((call) => {
      const compilers = apkNames(call).filter(isCompiler);
      const isGone = compilers.length > 0 && deleted.some((other) => deletes(other, call, compilers));
      const spans = call.operands
        .filter(({ value }) => compilers.includes((value ?? '').replace(/[<>=~@].*$/, '')))
        .map(({ span }) => span);
      return isGone ? [] : keptOf(call.command, 'apk', apkNames(call), spans);
    });
}

function deletes(call: ApkCall, install: ApkCall, compilers: readonly string[]): boolean {
  if (call.verb.span.start < install.verb.span.start) return false;
  return call.operands.some(({ value }) => value === undefined || value === install.virtual || compilers.includes(value));
}

function keptOf(command: Command, manager: KeptTools['manager'], names: readonly string[], spans: readonly Span[]): readonly KeptTools[] {
  const compilers = names.filter(isCompiler);
  const [first] = spans;
  if (first === undefined) return [];
  const sizes = manager === 'apk' ? [] : compilers.flatMap((name) => COMPILERS[name.replace(/-\d+$/, '')] ?? []);
  // `gcc` without libc6-dev compiles nothing, so that somebody brings that, too: 24 MB.
  const megabytes =
    sizes.length === 0 ? undefined : Math.max(...sizes) + (names.includes('libc6-dev') && Math.max(...sizes) === 186 ? 24 : 0);
  const span = { start: first.start, end: (spans.at(-1) ?? first).end };
  return [{ command, manager, span: compilers.length === 1 ? first : span, compilers, others: names.filter(isForBuilds), megabytes }];
}

/** Python packages that call a C compiler while they work, those that bring one of them, and what people develop in. */
const COMPILES_AT_RUN_TIME = words(
  'torch torchvision torchaudio pytorch triton pytorch-lightning lightning torch-geometric torchmetrics torchserve vllm sglang deepspeed xformers flash-attn flashinfer-python unsloth ' +
    'accelerate diffusers peft trl transformers sentence-transformers openai-whisper faster-whisper whisperx ultralytics fastai timm timesfm bitsandbytes auto-gptq autoawq lmdeploy ' +
    'pytensor aesara theano theano-pymc pymc pymc3 bambi pystan cmdstanpy prophet cython pythran cppimport pyximport pycuda pyopencl taichi tvm apache-tvm jax-triton juliacall julia rpy2 ' +
    'weave cffi ctypesgen numba-cuda codon nuitka pyinstaller easyocr spacy-transformers flair simpletransformers bertopic keybert autogluon autogluon-tabular nemo-toolkit stanza monai ' +
    'jupyter jupyterlab notebook jupyterhub ipykernel jupyter-server nbclassic code-server marimo ray dask-gateway sagemaker-training sagemaker-inference azureml-core metaflow kfp prefect dagster ' +
    'conan meson scikit-build setuptools-rust maturin tox nox pre-commit',
);

/** Whether one of these packages, by the names PyPI knows, compiles where it runs. */
export function compilesAtRunTime(names: Iterable<string>): boolean {
  for (const name of names) if (COMPILES_AT_RUN_TIME.has(name)) return true;
  return false;
}

/**
 * Whether compilers in an image are no surprise, whatever it installs: it has them from its base, or that is not known; on GPUs and in
 * notebooks, in R and Julia they are part of the tools.
 */
export function mayBeMeant(stage: Stage, script: ScriptOf): boolean {
  const facts = factsOfBase(stage.base);
  if (facts === undefined || stage.base.kind !== 'image') return true;
  const { tag = '' } = stage.base.reference;
  const isFull =
    facts.name === 'buildpack-deps' ||
    (/^(?:python|node|golang|rust|ruby|pypy|julia|gcc|openjdk)$/.test(facts.name) && !/slim|alpine/.test(tag));
  const isTool =
    facts.cuda !== undefined || facts.commands?.has.includes('gcc') === true || /^(?:notebook|devcontainer)$/.test(facts.purpose ?? '');
  if (isFull || isTool || /rocker|r-base|julia|rstudio|cuda|pytorch|tensorflow|rapids|jupyter/.test(facts.name)) return true;
  // `$INSTALL -r requirements.txt`: what runs there is not known.
  const isUnknown = ({ name, words: all }: Command): boolean => (name === '' && all.length > 0) || /\s/.test(name);
  return runScripts(inheritedInstructions(stage), script).some(({ commands }) =>
    commands.some((command) => isUnknown(command) || isOfOtherTools(command)),
  );
}

function isOfOtherTools({ name, args }: Command): boolean {
  const isNamed = /^(?:R|Rscript|julia|r|install2\.r|jupyter|code-server|nvcc)$/.test(name);
  return isNamed || args.some(({ value }) => /^(?:r-base|r-base-dev|r-base-core|nvidia-cuda-toolkit)$/.test(value ?? ''));
}
