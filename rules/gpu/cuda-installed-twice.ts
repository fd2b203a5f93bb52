import { imagePartReplaced } from '../../src/edits/images.js';
import { bundledCuda } from '../../src/facts/cuda.js';
import { cudaBaseOf } from '../../src/facts/cuda-images.js';
import { leavesLibrariesUnused, shippedStage } from '../../src/facts/gpu.js';
import { placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { pythonPackages } from '../../src/facts/python-installs.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'cuda-installed-twice',
  family: 'gpu',
  summary: "CUDA's libraries in the base image and again in the wheels",
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  supersedes: ['cuda-devel-in-final-stage'],
  messages: {
    twice: {
      text: '`{image}` has the CUDA libraries, and `{named}` brings its own{version} as wheels: gigabytes twice, and LD_LIBRARY_PATH decides which are used',
      help: 'Leave those of the image out, the driver comes from the host: FROM {example}',
    },
  },
  on: {
    *file(dockerfile, ctx) {
      const stage = shippedStage(dockerfile);
      const base = stage && cudaBaseOf(stage);
      if (stage === undefined || base === undefined || (base.flavour !== 'runtime' && base.flavour !== 'devel')) return;
      const [bundled] = bundledCuda(pythonPackages(stage, ctx), ctx);
      if (bundled === undefined || !leavesLibrariesUnused(stage, base.flavour, ctx)) return;
      const { bottom, reference } = base;
      const { at, related } = placeOfImage(dockerfile, bottom, reference);
      const image = withoutDigest(reference);
      const flavour = image.slice(image.lastIndexOf(':')).match(/(?:-cudnn\d*)?-(?:runtime|devel)/)?.[0] ?? '';
      const edit = imagePartReplaced(dockerfile, bottom, reference, flavour, '-base');
      const risk = 'what is not seen here and links with cuBLAS, cuDNN or NCCL of the system no longer finds them';
      const title = 'Take the base flavour, without the libraries';
      const fixes = edit === undefined ? [] : [{ title, safety: 'unsafe' as const, risk, edits: [edit] }];
      yield {
        at,
        message: 'twice',
        data: {
          image,
          named: bundled.named,
          version: bundled.version === undefined ? '' : `, CUDA ${bundled.version},`,
          example: image.replace(flavour, '-base'),
        },
        related: [...related, { at: bundled.word.span, note: 'the wheels with CUDA are installed here' }],
        fixes,
      };
    },
  },
});

export const docs: RuleDocs = {
  why: "PyTorch's wheels bring cuBLAS, cuDNN, NCCL and the rest as packages of their own: 2.5 GB to download beside torch 2.15.0, 3.2 GB beside 2.10.0. The `runtime` and `devel` flavours of NVIDIA's images hold the same libraries, in another version, and LD_LIBRARY_PATH of those images can put theirs in front. The driver is part of neither: the container toolkit mounts it. PyTorch took the system's cuDNN out of its own base image for this.",
  remedy:
    'Take the `base` flavour of the same CUDA and system, or a plain Python image: the wheels bring all they need. Keep `devel` for a stage that compiles.',
  limits:
    "Only the last stage counts, with NVIDIA's own images beneath it. Nothing is said where something uses the libraries of the image, or may: onnxruntime-gpu, TensorFlow without `[and-cuda]`, JAX with `local`, CTranslate2, CuPy, Numba, TensorRT, packages from repositories, something that is compiled, cloned or copied from another stage, a project's own script, packages that are in no table here, and a list of packages that could not be read. On `devel` the rule wants a program that starts, too. Where the major versions of CUDA differ, cuda-wheel-base-mismatch speaks instead; this rule speaks instead of cuda-devel-in-final-stage.",
  references: [
    "Sizes in lock files: uv's own of 2026-11-22 and those of public projects (src/facts/cuda-wheels.ts)",
    'https://github.com/huggingface/text-generation-inference (Dockerfile, 2026-01: the last stage stands on `base`)',
    'https://github.com/pytorch/pytorch/pull/125770 (no cuDNN of the system in its own image)',
  ],
  examples: [
    {
      dockerfile:
        'FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04\nCOPY --from=ghcr.io/astral-sh/uv:0.9.10 /uv /usr/local/bin/\nRUN uv venv /opt/venv && uv pip install --python /opt/venv/bin/python --no-cache torch==2.10.0\nCMD ["/opt/venv/bin/python", "/app/serve.py"]\n',
      reports: [[1, 'twice']],
      fixed:
        'FROM nvidia/cuda:12.8.1-base-ubuntu24.04\nCOPY --from=ghcr.io/astral-sh/uv:0.9.10 /uv /usr/local/bin/\nRUN uv venv /opt/venv && uv pip install --python /opt/venv/bin/python --no-cache torch==2.10.0\nCMD ["/opt/venv/bin/python", "/app/serve.py"]\n',
    },
    {
      title: 'With the compiler on top, and nothing that compiles',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.6.0 --index-url https://download.pytorch.org/whl/cu124\nCMD ["python3", "/app/serve.py"]\n',
      reports: [[1, 'twice']],
      fixed:
        'FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.6.0 --index-url https://download.pytorch.org/whl/cu124\nCMD ["python3", "/app/serve.py"]\n',
    },
    {
      title: 'The base flavour has no libraries',
      dockerfile: 'FROM nvidia/cuda:12.8.1-base-ubuntu24.04\nRUN pip install --no-cache-dir torch==2.10.0\n',
      reports: [],
    },
    {
      title: 'ONNX Runtime uses those of the image',
      dockerfile:
        'FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04\nRUN pip install --no-cache-dir torch==2.10.0 onnxruntime-gpu==1.23.2\n',
      reports: [],
    },
    {
      title: 'The build for the CPU brings none',
      dockerfile:
        'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN pip install --no-cache-dir torch==2.10.0 --index-url https://download.pytorch.org/whl/cpu\n',
      reports: [],
    },
    {
      title: 'Something is compiled with CUDA',
      dockerfile:
        'FROM nvidia/cuda:12.8.1-devel-ubuntu24.04\nRUN pip install --no-cache-dir torch==2.10.0\nCOPY ops /ops\nRUN cd /ops && nvcc -shared -o /usr/lib/ops.so ops.cu\n',
      reports: [],
    },
  ],
};
