/** Which of the rules on CUDA speaks where several see the same FROM, and what keeps the one on CPU images silent. */
import { describe, expect, it } from 'vitest';
import { lint } from './lint.js';

const select = ['cuda-devel-in-final-stage', 'cuda-installed-twice', 'cuda-wheel-base-mismatch', 'torch-default-cuda-wheel'];
const found = (dockerfile: string): readonly string[] => lint(dockerfile, { select }).findings.map(({ ruleId }) => ruleId);

describe('one finding for one FROM', () => {
  const start = 'CMD ["python3", "/app/serve.py"]\n';

  it.each([
    ['FROM nvidia/cuda:12.4.1-devel-ubuntu22.04', 'RUN pip install numpy==2.3.0', ['cuda-devel-in-final-stage']],
    ['FROM nvidia/cuda:12.4.1-devel-ubuntu22.04', 'RUN pip install torch==2.6.0', ['cuda-installed-twice']],
    ['FROM nvidia/cuda:12.4.1-devel-ubuntu22.04', 'RUN pip install torch==2.11.0', ['cuda-wheel-base-mismatch']],
    ['FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04', 'RUN pip install torch', ['cuda-wheel-base-mismatch']],
    ['FROM nvidia/cuda:12.4.1-base-ubuntu22.04', 'RUN pip install torch==2.6.0', []],
    ['FROM nvidia/cuda:11.2.0-devel-ubuntu20.04', 'RUN pip install numpy==1.24.0', []],
    ['FROM python:3.12-slim-trixie', 'RUN pip install torch==2.10.0', ['torch-default-cuda-wheel']],
  ])('%s, %s', (from, run, expected) => {
    expect(found(`${from}\n${run}\n${start}`)).toEqual(expected);
  });
});

describe('the GPU sign', () => {
  const image = (lines: string): string => `FROM python:3.12-slim-trixie\n${lines}\nRUN pip install torch==2.10.0\n`;

  it.each([
    'ENV NVIDIA_VISIBLE_DEVICES=all',
    'ENV CUDA_VISIBLE_DEVICES=0',
    '# for the GPU nodes',
    'RUN pip install flash-attn==2.8.3',
    'ARG DEVICE=cuda',
  ])('%s is one', (line) => {
    expect(found(image(line))).toEqual([]);
  });

  it.each(['ENV CUDA_VISIBLE_DEVICES=-1', 'ENV CUDA_VISIBLE_DEVICES=""', '# CPU only', '# no GPU here'])('%s is none', (line) => {
    expect(found(image(line))).toEqual(['torch-default-cuda-wheel']);
  });

  it.each([
    'FROM --platform=linux/arm64 python:3.12-slim-trixie\nRUN pip install torch==2.10.0\n',
    'FROM python:3.12-alpine\nRUN pip install torch==2.10.0\n',
    'FROM example.com/team/python:3.12\nRUN pip install torch==2.10.0\n',
    'FROM python:3.12-slim-trixie\nRUN pip install torch==1.13.1\n',
    'FROM python:3.12-slim-trixie\nENV PIP_INDEX_URL=https://pypi.example.com/simple\nRUN pip install torch==2.10.0\n',
    'FROM python:3.12-slim-trixie\nENV UV_TORCH_BACKEND=cpu\nRUN uv pip install --system torch==2.10.0\n',
    'FROM python:3.12-slim-trixie\nRUN pip install torch==2.10.0+cpu -f https://download.pytorch.org/whl/torch_stable.html\n',
    'FROM python:3.12-slim-trixie AS dev\nRUN pip install torch==2.10.0\n',
    'FROM python:3.12-slim-trixie\nARG INDEX\nRUN pip install torch==2.10.0 $INDEX\n',
    'FROM python:3.12-slim-trixie\nRUN pip install torch==2.10.0 && pip uninstall -y torch\n',
  ])('nothing is said of %j', (dockerfile) => {
    expect(found(dockerfile)).toEqual([]);
  });
});
