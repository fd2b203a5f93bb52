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

describe('an extension compiled for another CUDA', () => {
  const image = (cuda: string, torch: string, ...lines: readonly string[]): string =>
    `FROM nvidia/cuda:${cuda}-devel-ubuntu22.04 AS build\nRUN pip install ${torch}\n${lines.join('\n')}\nFROM scratch\n`;
  const messages = (dockerfile: string) => lint(dockerfile, { select }).findings.map(({ messageId, message }) => [messageId, message]);
  const clone = 'RUN git clone https://github.com/NVIDIA/apex /apex';
  const built = 'RUN cd /apex && pip install --no-build-isolation --config-settings "--build-option=--cuda_ext" ./';

  it.each([
    ['12.4.1', 'torch==2.10.0', [clone, built]],
    ['11.8.0', 'torch==2.0.1', [clone, 'WORKDIR /apex', 'RUN pip install --global-option="--cpp_ext" --global-option="--cuda_ext" .']],
    ['12.4.1', 'torch==2.10.0', ['ENV APEX_CUDA_EXT=1', 'RUN pip install --no-build-isolation git+https://github.com/NVIDIA/apex']],
    ['12.4.1', 'torch==2.10.0', [clone, 'RUN cd /apex && python setup.py install --cuda_ext --cpp_ext']],
    ['12.4.1', 'torch', ['ENV FORCE_CUDA=1', 'RUN pip install git+https://github.com/facebookresearch/pytorch3d.git']],
    ['11.8.0', 'torch==2.8.0', ['RUN FLASH_ATTENTION_FORCE_BUILD=TRUE pip install --no-build-isolation flash-attn']],
    [
      '11.8.0',
      'torch==2.8.0',
      ['ENV TORCH_CUDA_ARCH_LIST=8.0', 'RUN pip install --no-build-isolation git+https://github.com/facebookresearch/xformers.git'],
    ],
    [
      '11.8.0',
      'torch==2.8.0',
      ['ENV FORCE_CUDA=1', 'RUN git clone https://github.com/facebookresearch/detectron2 d2 && pip install -e d2'],
    ],
  ])('%s, %s, %j stops', (cuda, torch, lines) => {
    expect(messages(image(cuda, torch, ...lines))).toMatchObject([['refused', expect.any(String)]]);
  });

  it.each([
    ['12.8.1', 'torch==2.10.0', [clone, built]],
    ['12.4.1', 'torch==2.10.0', [clone, 'RUN cd /apex && pip install --no-build-isolation ./']],
    ['12.4.1', 'torch==2.10.0', [clone, "RUN sed -i '/check_cuda/d' /apex/setup.py", built]],
    ['12.4.1', 'torch==2.10.0', [clone, 'RUN cd /apex && git apply /tmp/no-check.patch', built]],
    ['12.4.1', 'torch==2.10.0', [clone, `${built} || true`]],
    ['12.4.1', 'torch==2.10.0', ['RUN apt-get install -y cuda-toolkit-12-8', clone, built]],
    ['12.4.1', 'torch==2.10.0', ['ENV CUDA_HOME=/opt/cuda', clone, built]],
    ['12.4.1', 'torch==2.10.0', ['RUN pip install vllm==0.15.1', clone, built]],
    ['12.4.1', 'torch==2.10.0', ['RUN pip install torch==2.6.0', clone, built]],
    ['12.4.1', 'torch==2.10.0 --extra-index-url https://pypi.example.com', [clone, built]],
    // Which minor the newest has depends on its Python.
    ['13.0.1', 'torch', [clone, built]],
    ['12.4.1', 'torch==2.10.0', ['RUN pip install --no-build-isolation flash-attn']],
    ['11.8.0', 'torch==2.8.0', ['RUN pip install --no-build-isolation flash-attn']],
    ['11.8.0', 'torch==2.8.0', ['RUN pip install git+https://github.com/facebookresearch/detectron2.git']],
    ['11.8.0', 'torch==2.8.0', ['RUN DS_BUILD_OPS=1 pip install deepspeed']],
    ['11.8.0', 'torch==2.8.0', ['ENV FORCE_CUDA=1', 'RUN pip install git+https://github.com/facebookresearch/xformers.git']],
    [
      '11.8.0',
      'torch==2.8.0',
      ['ENV FORCE_CUDA=1', 'RUN git clone https://github.com/facebookresearch/detectron2 d2 && pip install -e ./app'],
    ],
  ])('%s, %s, %j is built, or may be', (cuda, torch, lines) => {
    expect(messages(image(cuda, torch, ...lines))).toEqual([]);
  });

  it('is mended only with a tag that exists', () => {
    const fixes = (dockerfile: string) => lint(dockerfile, { select }).findings.flatMap((finding) => finding.fixes);
    expect(fixes(image('12.4.1', 'torch==2.10.0', clone, built))).toHaveLength(1);
    expect(fixes(image('11.8.0', 'torch==2.0.1', clone, built))).toEqual([]);
    expect(fixes(image('12.4.1', 'torch', clone, built))).toEqual([]);
    expect(fixes(image('12.4.1', 'torch==2.10.0', clone, built).replace('ubuntu22.04', 'rockylinux9'))).toEqual([]);
  });
});

describe('the index beside PyPI', () => {
  it.each([
    ['pip install torch --extra-index-url https://download.pytorch.org/whl/cu118', []],
    ['pip install torch==2.4.1 --extra-index-url https://download.pytorch.org/whl/cu118', ['cuda-wheel-base-mismatch']],
    ['uv pip install torch --extra-index-url https://download.pytorch.org/whl/cu118', ['cuda-wheel-base-mismatch']],
    ['pip install torch --index-url https://download.pytorch.org/whl/cu118/', ['cuda-wheel-base-mismatch']],
  ])('%s', (command, expected) => {
    expect(found(`FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nRUN ${command}\n`)).toEqual(expected);
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
    'FROM python:3.12-slim-trixie\nRUN pip install torch==1.12.1\n',
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
