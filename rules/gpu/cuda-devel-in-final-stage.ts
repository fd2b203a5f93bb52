import { imagePartReplaced } from '../../src/edits/images.js';
import { fateOfCuda } from '../../src/facts/cuda-images.js';
import { compilesCuda, mayCompileAtRunTime, shippedStage, startsProgram } from '../../src/facts/gpu.js';
import { placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { imageFacts } from '../../src/facts/images.js';
import { inheritance } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'cuda-devel-in-final-stage',
  family: 'gpu',
  summary: "CUDA's compiler and headers in the image that is shipped",
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    shipped: {
      text: '`{image}` ships the CUDA compiler, headers and static libraries, and nothing here compiles: the runtime flavour is 1.4 to 2.9 GB smaller',
      help: 'Run on FROM {example}; what compiles at run time (torch.compile) needs gcc alone: apt-get install -y --no-install-recommends gcc libc6-dev',
    },
  },
  on: {
    *file(dockerfile, ctx) {
      const stage = shippedStage(dockerfile);
      if (stage?.base.kind !== 'image') return;
      const { reference } = stage.base;
      const { cuda, name } = imageFacts(reference) ?? {};
      if (cuda?.flavour !== 'devel' || name === undefined || !WITH_RUNTIME.test(name)) return;
      if (cuda.version !== undefined && name !== 'pytorch/pytorch' && fateOfCuda(cuda.version) === 'deleted') return;
      // A box of tools, a notebook, an image for others to build on: there the compiler may be the point.
      if (!startsProgram(stage, ctx)) return;
      if (mayCompileAtRunTime(stage, ctx) || compilesCuda(stage, ctx)) return;
      const bottom = [...inheritance(stage)].at(-1) ?? stage;
      const { at, related } = placeOfImage(dockerfile, bottom, reference);
      const image = withoutDigest(reference);
      const edit = imagePartReplaced(dockerfile, bottom, reference, 'devel', 'runtime');
      const risk = 'what looks for nvcc, the headers or a C compiler when it runs no longer finds them';
      const fixes = edit === undefined ? [] : [{ title: 'Ship the runtime flavour', safety: 'unsafe' as const, risk, edits: [edit] }];
      yield { at, message: 'shipped', data: { image, example: image.replace(/devel/, 'runtime') }, related, fixes };
    },
  },
});

/** Images that are built as `runtime` as well. */
const WITH_RUNTIME = /^(?:nvcr\.io\/)?nvidia\/cuda$|^(?:ghcr\.io\/)?pytorch\/pytorch$/;

export const docs: RuleDocs = {
  why: 'The `devel` flavour of a CUDA image adds the compiler, headers and static libraries to `runtime`. Compiled programs and Python wheels need none of them. Projects that moved to `runtime` report 3.87 GB instead of 6.42 for an image of their own, 1.3 instead of 4.17 (CUDA 12.9) and 1.15 instead of 2.58 (CUDA 9) for the base alone.',
  remedy:
    'Compile in a stage on `devel` and copy what comes of it into one on `runtime` of the same CUDA and system. Where PyTorch compiles at run time it wants a C compiler, not CUDA: SGLang\'s first `runtime` image failed with "no C compiler" until gcc was added.',
  limits:
    'Only the last stage counts, and only when it starts a program: an image without one may be for others to build on. Nothing is said where something compiles in that stage, or may: a compiler, a build tool, a cloned repository, a script of the project, files from another stage, packages that compile when they run (vLLM, SGLang, DeepSpeed, flash-attn, Triton, CuPy, Numba, JAX, TensorFlow and more), packages that are in no table here, a list of packages that could not be read. Notebooks, shells, stages for development and images that NVIDIA has deleted are left alone.',
  references: [
    'Sizes before and after: saturncloud/images#256, llm-d/llm-d#606, kubeflow/kubeflow#1783',
    '"no C compiler": sgl-project/sglang#1067, kubeflow/trainer#2884, vllm-project/vllm#2997; pytorch/pytorch#170235 (gcc in runtime images)',
  ],
  examples: [
    {
      dockerfile:
        'FROM nvidia/cuda:12.9.1-cudnn-devel-ubuntu24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-numpy && rm -rf /var/lib/apt/lists/*\nCOPY serve.py /app/\nCMD ["python3", "/app/serve.py"]\n',
      reports: [[1, 'shipped']],
      fixed:
        'FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-numpy && rm -rf /var/lib/apt/lists/*\nCOPY serve.py /app/\nCMD ["python3", "/app/serve.py"]\n',
    },
    {
      dockerfile:
        'FROM pytorch/pytorch:2.9.1-cuda12.8-cudnn9-devel\nRUN pip install --no-cache-dir transformers==4.57.3\nCOPY serve.py .\nENTRYPOINT ["python", "serve.py"]\n',
      reports: [[1, 'shipped']],
      fixed:
        'FROM pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime\nRUN pip install --no-cache-dir transformers==4.57.3\nCOPY serve.py .\nENTRYPOINT ["python", "serve.py"]\n',
    },
    {
      title: 'The last stage only tests what is shipped',
      dockerfile:
        'FROM nvidia/cuda:12.9.1-devel-ubuntu24.04 AS app\nADD https://example.com/basecaller.tar.gz /opt/\nCMD ["/opt/bin/basecaller"]\nFROM app AS test\nRUN basecaller --version\n',
      reports: [[1, 'shipped']],
      fixed:
        'FROM nvidia/cuda:12.9.1-runtime-ubuntu24.04 AS app\nADD https://example.com/basecaller.tar.gz /opt/\nCMD ["/opt/bin/basecaller"]\nFROM app AS test\nRUN basecaller --version\n',
    },
    {
      title: 'The builder may have it',
      dockerfile:
        'FROM nvidia/cuda:12.9.1-devel-ubuntu24.04 AS build\nCOPY kernel.cu .\nRUN nvcc -O3 -o /kernel kernel.cu\nFROM nvidia/cuda:12.9.1-runtime-ubuntu24.04\nCOPY --from=build /kernel /usr/local/bin/\nCMD ["kernel"]\n',
      reports: [],
    },
    {
      title: 'vLLM compiles when it runs',
      dockerfile: 'FROM nvidia/cuda:12.9.1-devel-ubuntu24.04\nRUN uv pip install --system vllm==0.15.1\nCMD ["vllm", "serve"]\n',
      reports: [],
    },
    {
      title: 'The requirements are not known',
      dockerfile:
        'FROM nvidia/cuda:12.9.1-devel-ubuntu24.04\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCMD ["python3", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'An image to build on',
      dockerfile: 'FROM nvidia/cuda:12.9.1-devel-ubuntu24.04\nENV CUDA_HOME=/usr/local/cuda\n',
      reports: [],
    },
  ],
};
