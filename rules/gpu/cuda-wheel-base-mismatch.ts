import { imagePartReplaced } from '../../src/edits/images.js';
import { wordsBehind } from '../../src/edits/words.js';
import { type BundledCuda, bundledCuda, DRIVER_OF, INDEX_OF, indexOf, majorOf, SIZES_AS_OF, TORCH } from '../../src/facts/cuda.js';
import { type CompiledExtension, compiledExtensions, refusedPart, torchBefore } from '../../src/facts/cuda-extensions.js';
import { type CudaBase, cudaBaseOf, tagOfCuda } from '../../src/facts/cuda-images.js';
import { leavesLibrariesUnused } from '../../src/facts/gpu.js';
import { placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { pythonInstalls } from '../../src/facts/python-installs.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { placeInWord } from '../../src/model/written-place.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'cuda-wheel-base-mismatch',
  family: 'gpu',
  summary: 'Wheels for another CUDA than that of the base image',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  supersedes: ['cuda-installed-twice', 'cuda-devel-in-final-stage'],
  messages: {
    refused: {
      text: '{extension} is compiled with CUDA {base} of `{image}`, and `{named}` brings CUDA {wheel}{asOf}: its build refuses another {part} version and stops',
      help: 'Let torch and nvcc have one CUDA: {choice}',
    },
    newer: {
      text: '`{image}` is CUDA {base}, `{named}` brings CUDA {wheel}{asOf}: on a host whose driver is older than {driver} it sees no GPU{builds}',
      help: 'Let both have one major: {choice}',
    },
    older: {
      text: '`{image}` is CUDA {base}, `{named}` brings CUDA {wheel}{asOf}: the libraries of the image are of no use to it{builds}',
      help: 'Let both have one major: {choice}',
    },
  },
  on: {
    *stage(stage, ctx) {
      const base = cudaBaseOf(stage);
      if (base === undefined) return;
      const refused = base.flavour === 'devel' ? compiledExtensions(stage, ctx).flatMap((each) => refusal(each, base, ctx) ?? []) : [];
      yield* refused;
      if (refused.length > 0 || stage !== ctx.dockerfile.finalStage) return;
      const { packages, complete } = pythonInstalls(stage, ctx);
      // A single library beside packages that are not known may be there for one of them.
      const all = bundledCuda(packages, ctx).filter(({ package: { name } }) => complete || name === 'torch');
      const [other] = all;
      // Where one of several has the major of the image, the choice is somebody's own, and which one runs is not known.
      if (other?.version === undefined) return;
      if (all.some(({ version }) => version === undefined || majorOf(version) === majorOf(base.version))) return;
      const { at, related } = placeOfImage(ctx.dockerfile, base.bottom, base.reference);
      yield {
        at,
        message: Number(majorOf(other.version)) > Number(majorOf(base.version)) ? 'newer' : 'older',
        severity: base.flavour === 'base' ? 'info' : 'warning',
        data: {
          ...dataOf(other, base),
          driver: DRIVER_OF[majorOf(other.version)] ?? '',
          builds: base.flavour === 'devel' && other.package.name === 'torch' ? ', and extensions of torch refuse to be compiled' : '',
          choice: choiceFor(other, base),
        },
        related: [...related, { at: other.word.span, note: `CUDA ${other.version} comes from here` }],
        fixes: all.every((each) => each.package.command === other.package.command) ? fixesOf(other, base, stage, ctx) : [],
      };
    },
  },
});

function refusal(extension: CompiledExtension, base: CudaBase, ctx: RuleContext) {
  const torch = torchBefore(extension, ctx);
  const nvcc = /^\d+\.\d+/.exec(base.version)?.[0] ?? base.version;
  const part = torch && refusedPart(extension, torch, nvcc);
  if (torch?.version === undefined || part === undefined) return undefined;
  // For what wants the very version, one that is not known to the minor is no help.
  const isExact = extension.refuses === 'major' || torch.version.includes('.');
  const tag = isExact ? tagOfCuda(base.reference, torch.version, 'devel') : undefined;
  const name = withoutDigest(base.reference).replace(/:[^/:]*$/, '');
  const image = tag === undefined ? `an image of CUDA ${torch.version} in the flavour devel` : `FROM ${name}:${tag}`;
  const index = extension.refuses === 'major' ? INDEX_OF[majorOf(nvcc)] : indexOf(nvcc);
  const wheels = index === undefined ? '' : `, or torch by --index-url https://download.pytorch.org/whl/${index}`;
  return {
    at: extension.word.span,
    message: 'refused' as const,
    severity: 'error' as const,
    data: { ...dataOf(torch, base), extension: extension.name, part, choice: `${image}${wheels}` },
    related: [
      { at: placeOfImage(ctx.dockerfile, base.bottom, base.reference).at, note: `nvcc is of CUDA ${nvcc}` },
      { at: torch.word.span, note: `CUDA ${torch.version} comes from here` },
    ],
    fixes: fixOf('Compile with the CUDA of torch', 'whatever else is compiled here changes its CUDA, too', [tagEdit(tag, base, ctx)]),
  };
}

function dataOf({ version = '', named, isNamed }: BundledCuda, base: CudaBase) {
  return { image: withoutDigest(base.reference), base: base.version, named, wheel: version, asOf: isNamed ? '' : ` (${SIZES_AS_OF})` };
}

function choiceFor({ package: { name, version: wanted }, version = '' }: BundledCuda, base: CudaBase): string {
  const [ours, theirs] = [majorOf(base.version), majorOf(version)];
  if (name !== 'torch') return `the build of ${name} for CUDA ${ours}, or an image of CUDA ${theirs}`;
  const index = `https://download.pytorch.org/whl/${INDEX_OF[ours]}`;
  // Which releases an index has is not known here.
  if (wanted !== undefined) return `an image of CUDA ${theirs}, or a release of torch out of ${index}`;
  return `pip install torch --index-url ${index}, or an image of CUDA ${theirs}`;
}

/**
 * Where a version of torch is wanted, the image of its CUDA, if nothing else uses the one that is there; where any will do, PyTorch's
 * index for the image. Either way without the libraries of the image, where they would only stand beside those of the wheels.
 */
function fixesOf(other: BundledCuda, base: CudaBase, stage: Stage, ctx: RuleContext): readonly Fix[] {
  const { package: torch, version = '' } = other;
  if (torch.name !== 'torch' || base.flavour === undefined) return [];
  const isUnused = base.flavour !== 'base' && leavesLibrariesUnused(stage, base.flavour, ctx);
  if (torch.version !== undefined) {
    if (base.flavour !== 'base' && !isUnused) return [];
    const risk = `hosts need a driver of ${DRIVER_OF[majorOf(version)]} or newer, and what is not seen here finds no CUDA ${majorOf(base.version)}`;
    return fixOf('Take the image of the CUDA that torch brings', risk, [tagEdit(tagOfCuda(base.reference, version, 'base'), base, ctx)]);
  }
  const bare = tagOf(base).replace(/(?:-cudnn\d*)?-(?:runtime|devel)/, '-base');
  const edits = [indexEdit(other, majorOf(base.version), ctx), ...(isUnused ? [tagEdit(bare, base, ctx)] : [])];
  return fixOf("Take PyTorch's index for the CUDA of the image", 'the newest torch of that index may be an older one', edits);
}

function fixOf(title: string, risk: string, edits: readonly (Edit | undefined)[]): readonly Fix[] {
  const known = edits.flatMap((edit) => edit ?? []);
  return known.length < edits.length ? [] : [{ title, safety: 'unsafe', risk, edits: known }];
}

const tagOf = ({ reference }: CudaBase): string => withoutDigest(reference).replace(/^.*:/, '');

function tagEdit(tag: string | undefined, base: CudaBase, { dockerfile }: RuleContext): Edit | undefined {
  return tag === undefined ? undefined : imagePartReplaced(dockerfile, base.bottom, base.reference, tagOf(base), tag);
}

/** The index behind the command's verb, or in the place of the one that is named there; only where PyTorch's packages are all it installs. */
function indexEdit(
  { package: { install, command }, named, isNamed }: BundledCuda,
  major: string,
  { dockerfile }: RuleContext,
): Edit | undefined {
  const index = INDEX_OF[major];
  const isFree = install?.requirementFiles.length === 0 && install.packages.every(({ text }) => TORCH.has(text));
  if (install === undefined || !isFree || index === undefined) return undefined;
  if (!isNamed) return wordsBehind(dockerfile.syntax, command, install.verb, ['--index-url', `https://download.pytorch.org/whl/${index}`]);
  const word = command.args.find(({ text }) => text.endsWith(named));
  const place = word && placeInWord(dockerfile, command.script.stage, word, named, command.script.instruction);
  const isWritten = place?.by === undefined && place?.span.end === word?.span.end;
  return place !== undefined && isWritten ? { span: place.span, text: index } : undefined;
}

export const docs: RuleDocs = {
  why: "PyTorch's wheels bring CUDA in a version of their own: 12.1 in torch 2.1 to 2.4, 12.4 in 2.5 and 2.6, 12.8 in 2.8 to 2.10, 13.0 from 2.11 and 13.2 from 2.15 on. CUDA 13 wants a driver of 580 or newer on the host, CUDA 12 one of 525: with an older one `torch.cuda.is_available()` is false and the program runs on the CPU, as it happened when torch 2.1 left CUDA 11 behind (pytorch#112553). An unpinned torch makes that step without any change in the Dockerfile. With `devel`, extensions are compiled by the image's nvcc. PyTorch's own check stops at another major version (\"The detected CUDA version (11.8) mismatches the version that was used to compile PyTorch (12.4)\") and only warns of another minor; NVIDIA's apex with its CUDA extensions stops at that, too.",
  remedy:
    "Decide for one major: PyTorch's index names the CUDA (`--index-url https://download.pytorch.org/whl/cu128`), and so does the tag of the image. Compile extensions on a `devel` image of torch's own CUDA, minor version included. Where the wheels bring all that is needed, the `base` flavour or a plain Python image has no CUDA to differ.",
  limits:
    "Judged are NVIDIA's own images. Of those beneath the last stage only the major version counts: within one, minor versions go together. On `base`, which has no libraries, it is worth knowing only. An extension is spoken of in any stage, where it certainly is compiled: apex from its repository with `--cuda_ext` or APEX_CUDA_EXT=1; detectron2, pytorch3d and mmcv from theirs with FORCE_CUDA=1, xformers with `--no-build-isolation` besides; flash-attn with FLASH_ATTENTION_FORCE_BUILD=TRUE, as it looks for a finished wheel first. Nothing is said of it where a file of its build is edited, where another nvcc is installed or CUDA_HOME points elsewhere, of DeepSpeed, whose operators depend on the GPU the build sees, and where something installed in between may change torch. Nothing is said of conda's packages, of indexes and settings that are not known, of torch versions that were not measured (before 1.13), of an unpinned torch where the image's Python may be older than 3.10, where one of the packages does have the image's major, and of a single NVIDIA library beside packages that are not known. The fix takes the image of torch's CUDA where a version of torch is named and nothing else needs the image's libraries, PyTorch's index where the version is open, and the `devel` image of torch's CUDA for an extension; only tags that are known to exist are written. This rule speaks instead of cuda-installed-twice and cuda-devel-in-final-stage.",
  references: [
    "CUDA of each torch release: lock files, uv's own of 2026-11-22 and those of public projects (src/facts/cuda-wheels.ts)",
    'https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html (drivers, read 2026-11)',
    'https://github.com/pytorch/pytorch/issues/112553 (a driver too old for the new default)',
    'https://github.com/icip-cas/AutoAlign/issues/25 and https://github.com/mistralai/mistral-inference/issues/76 (extensions that refuse)',
    'torch/utils/cpp_extension.py of PyTorch and setup.py of each extension (src/facts/cuda-extensions.ts, read 2026-11-22); https://github.com/NVIDIA/apex/pull/323 and https://github.com/EleutherAI/gpt-neox/issues/933 (builds that stop)',
  ],
  examples: [
    {
      dockerfile:
        'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu130\n',
      reports: [[1, 'newer']],
      fixed:
        'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu128\n',
    },
    {
      title: 'The default wheel of a pinned version',
      dockerfile:
        'FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04\nRUN pip install --no-cache-dir --break-system-packages torch==2.11.0\n',
      reports: [[1, 'newer']],
      fixed: 'FROM nvidia/cuda:13.0.1-base-ubuntu24.04\nRUN pip install --no-cache-dir --break-system-packages torch==2.11.0\n',
    },
    {
      title: 'Whatever is newest',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN pip install --no-cache-dir torch torchvision\nCMD ["python3", "/app/serve.py"]\n',
      reports: [[1, 'newer']],
      fixed:
        'FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nRUN pip install --index-url https://download.pytorch.org/whl/cu128 --no-cache-dir torch torchvision\nCMD ["python3", "/app/serve.py"]\n',
    },
    {
      title: 'Wheels older than the image',
      dockerfile: 'FROM nvidia/cuda:13.0.1-runtime-ubuntu24.04\nRUN uv pip install --system --torch-backend cu126 torch==2.9.1\n',
      reports: [[1, 'older']],
      fixed: 'FROM nvidia/cuda:12.6.3-base-ubuntu24.04\nRUN uv pip install --system --torch-backend cu126 torch==2.9.1\n',
    },
    {
      title: 'apex wants the CUDA of torch exactly',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04 AS build\nRUN pip install --no-cache-dir torch==2.10.0 --index-url https://download.pytorch.org/whl/cu128\nRUN git clone --depth 1 https://github.com/NVIDIA/apex /apex && cd /apex \\\n && APEX_CPP_EXT=1 APEX_CUDA_EXT=1 pip install --no-build-isolation .\n',
      reports: [[4, 'refused']],
      fixed:
        'FROM nvidia/cuda:12.8.1-cudnn-devel-ubuntu22.04 AS build\nRUN pip install --no-cache-dir torch==2.10.0 --index-url https://download.pytorch.org/whl/cu128\nRUN git clone --depth 1 https://github.com/NVIDIA/apex /apex && cd /apex \\\n && APEX_CPP_EXT=1 APEX_CUDA_EXT=1 pip install --no-build-isolation .\n',
    },
    {
      title: 'Another major version stops every extension',
      dockerfile:
        'FROM nvidia/cuda:11.8.0-devel-ubuntu22.04\nENV FORCE_CUDA=1\nRUN pip install --no-cache-dir torch==2.4.1\nRUN pip install --no-cache-dir --no-build-isolation "git+https://github.com/facebookresearch/detectron2.git@v0.6"\n',
      reports: [[4, 'refused']],
      fixed:
        'FROM nvidia/cuda:12.1.1-devel-ubuntu22.04\nENV FORCE_CUDA=1\nRUN pip install --no-cache-dir torch==2.4.1\nRUN pip install --no-cache-dir --no-build-isolation "git+https://github.com/facebookresearch/detectron2.git@v0.6"\n',
    },
    {
      title: 'Minor versions go together',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.10.0 --index-url https://download.pytorch.org/whl/cu128\n',
      reports: [],
    },
    {
      title: 'For most extensions, too: another minor version is a warning in the log of the build',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nENV FORCE_CUDA=1\nRUN pip install --no-cache-dir torch==2.10.0\nRUN pip install --no-cache-dir --no-build-isolation git+https://github.com/facebookresearch/pytorch3d.git@v0.7.9\n',
      reports: [],
    },
    {
      title: 'apex without its CUDA extensions is Python',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.10.0\nRUN pip install --no-cache-dir --no-build-isolation git+https://github.com/NVIDIA/apex.git@25.09\n',
      reports: [],
    },
    {
      title: 'Somebody took the check out',
      dockerfile:
        "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.10.0\nRUN git clone https://github.com/NVIDIA/apex /apex && cd /apex && sed -i '/    check_cuda_torch_binary_vs_bare_metal/d' setup.py \\\n && APEX_CUDA_EXT=1 pip install --no-build-isolation .\n",
      reports: [],
    },
    {
      title: 'The same major by default',
      dockerfile: 'FROM nvidia/cuda:12.6.3-base-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.9.0\n',
      reports: [],
    },
    {
      title: 'An index that is not known',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.11.0 --index-url https://pypi.example.com/simple\n',
      reports: [],
    },
    {
      title: 'The compiler belongs to the builder',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build\nRUN pip install --no-cache-dir torch==2.11.0\nFROM python:3.12-slim-trixie\nCMD ["python", "-V"]\n',
      reports: [],
    },
  ],
};
