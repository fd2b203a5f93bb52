import { bundledCuda, DRIVER_OF, majorOf, SIZES_AS_OF } from '../../src/facts/cuda.js';
import { fateOfCuda } from '../../src/facts/cuda-images.js';
import { placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { imageFacts } from '../../src/facts/images.js';
import { pythonInstalls } from '../../src/facts/python-installs.js';
import { inheritance, isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'cuda-wheel-base-mismatch',
  family: 'gpu',
  summary: 'Wheels for another CUDA than that of the base image',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['cuda-installed-twice', 'cuda-devel-in-final-stage'],
  messages: {
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
      const { dockerfile } = ctx;
      if (stage.base.kind !== 'image' || !isInFinalImage(dockerfile, stage) || stage !== dockerfile.finalStage) return;
      const { reference } = stage.base;
      const { cuda, name } = imageFacts(reference) ?? {};
      if (name === undefined || !CUDA_IMAGE.test(name) || cuda?.version === undefined || fateOfCuda(cuda.version) === 'deleted') return;
      const base = majorOf(cuda.version);
      const { packages, complete } = pythonInstalls(stage, ctx);
      // A single library beside packages that are not known may be there for one of them.
      const all = bundledCuda(packages, ctx).filter(({ package: { name } }) => complete || name === 'torch');
      const other = all.find(({ version }) => version !== undefined && majorOf(version) !== base);
      // Where one of several has the major of the image, the choice is somebody's own, and which one runs is not known.
      if (other?.version === undefined || all.some(({ version }) => version === undefined || majorOf(version) === base)) return;
      const bottom = [...inheritance(stage)].at(-1) ?? stage;
      const { at, related } = placeOfImage(dockerfile, bottom, reference);
      const wheel = other.version;
      const isNewer = Number(majorOf(wheel)) > Number(base);
      const torch = other.package.name === 'torch';
      const choice = torch
        ? `${base === '12' ? 'pip install torch --index-url https://download.pytorch.org/whl/cu128' : `an index of PyTorch for CUDA ${base}`}, or an image of CUDA ${majorOf(wheel)}`
        : `the build of ${other.package.name} for CUDA ${base}, or an image of CUDA ${majorOf(wheel)}`;
      yield {
        at,
        message: isNewer ? 'newer' : 'older',
        severity: cuda.flavour === 'base' ? 'info' : 'warning',
        data: {
          image: withoutDigest(reference),
          base: cuda.version,
          named: other.named,
          wheel,
          asOf: other.isNamed ? '' : ` (${SIZES_AS_OF})`,
          driver: DRIVER_OF[majorOf(wheel)] ?? '',
          builds: cuda.flavour === 'devel' && torch ? ', and extensions of torch refuse to be compiled' : '',
          choice,
        },
        related: [...related, { at: other.word.span, note: `CUDA ${wheel} comes from here` }],
      };
    },
  },
});

const CUDA_IMAGE = /^(?:nvcr\.io\/)?nvidia\/cuda$/;

export const docs: RuleDocs = {
  why: 'PyTorch\'s wheels bring CUDA in a version of their own: 12.4 in torch 2.5 and 2.6, 12.8 in 2.9 and 2.10, 13.0 from 2.11 on. CUDA 13 wants a driver of 580 or newer on the host, CUDA 12 one of 525: with an older one `torch.cuda.is_available()` is false and the program runs on the CPU, as it happened when torch 2.1 left CUDA 11 behind (pytorch#112553). An unpinned torch makes that step without any change in the Dockerfile. With `devel`, extensions are compiled by the image\'s nvcc and stop: "The detected CUDA version (11.8) mismatches the version that was used to compile PyTorch (12.4)".',
  remedy:
    "Decide for one major: PyTorch's index names the CUDA (`--index-url https://download.pytorch.org/whl/cu128`), and so does the tag of the image. Where the wheels bring all that is needed, the `base` flavour or a plain Python image has no CUDA to differ.",
  limits:
    "Only the last stage counts, with NVIDIA's own images beneath it, and only the major version: within one, minor versions go together. On `base`, which has no libraries, it is worth knowing only. Nothing is said of conda's packages, of indexes and settings that are not known, of torch versions that were not measured (before 2.5), of an unpinned torch where the image's Python may be older than 3.10, where one of the packages does have the image's major, and of a single NVIDIA library beside packages that are not known. This rule speaks instead of cuda-installed-twice and cuda-devel-in-final-stage.",
  references: [
    'CUDA of each torch release: uv.lock files of public projects, newest of 2026-08 (src/facts/cuda-wheels.ts)',
    'https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html (drivers, read 2026-11)',
    'https://github.com/pytorch/pytorch/issues/112553 (a driver too old for the new default)',
    'https://github.com/icip-cas/AutoAlign/issues/25 and https://github.com/mistralai/mistral-inference/issues/76 (extensions that refuse)',
  ],
  examples: [
    {
      dockerfile:
        'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu130\n',
      reports: [[1, 'newer']],
    },
    {
      title: 'The default wheel of a pinned version',
      dockerfile:
        'FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04\nRUN pip install --no-cache-dir --break-system-packages torch==2.11.0\n',
      reports: [[1, 'newer']],
    },
    {
      title: 'Wheels older than the image',
      dockerfile: 'FROM nvidia/cuda:13.0.1-runtime-ubuntu24.04\nRUN uv pip install --system --torch-backend cu126 torch==2.9.1\n',
      reports: [[1, 'older']],
    },
    {
      title: 'Minor versions go together',
      dockerfile:
        'FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.10.0 --index-url https://download.pytorch.org/whl/cu128\n',
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
