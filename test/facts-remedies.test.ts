/** What the findings tell people to write: for this file, where it stands, and so that it can be pasted. */
import { describe, expect, it } from 'vitest';
import { lint, sourceFromText } from './lint.js';

function remedies(rule: string, lines: readonly string[]): readonly string[] {
  const source = sourceFromText('Dockerfile', `${lines.join('\n')}\n`);
  return lint(source, { select: [rule], today: '2026-11-20' }).findings.map(({ help }) => help);
}

describe('remedies', () => {
  it('change the argument that holds the version', () => {
    expect(remedies('eol-python', ['ARG PYTHON_VERSION=3.9.18', 'FROM python:$PYTHON_VERSION-slim'])).toEqual([
      'Move to Python 3.13: `ARG PYTHON_VERSION=3.13`',
    ]);
    expect(
      remedies('eol-python', [
        'FROM condaforge/miniforge3:26.3.2-3',
        'ENV PY=3.9',
        'RUN conda create -y -n ml python=${PY} && conda clean -afy',
      ]),
    ).toEqual(['Move to Python 3.13: `ENV PY=3.13`']);
    // There is no python:3.13-slim-buster: the rest of the tag has to change as well.
    expect(remedies('eol-python', ['ARG V=3.9', 'FROM python:$V-slim-buster'])).toEqual(['Move to Python 3.13: `python:3.13-slim-trixie`']);
  });

  it('keep the variant of a tag', () => {
    expect(remedies('base-image-unpinned', ['FROM golang:bookworm AS build'])[0]).toContain('`golang:<version>-bookworm`');
    expect(remedies('base-image-unpinned', ['FROM node:lts-alpine'])[0]).toMatch(/`node:24-alpine3\.\d+`/);
    expect(remedies('base-image-unpinned', ['FROM nginx:mainline-alpine'])[0]).toContain('`nginx:<version>-alpine`');
  });

  it('make a user where nothing below needs root, with what the image has', () => {
    const user = 'RUN useradd --no-log-init -m -u 10001 app\nUSER app';
    expect(remedies('root-user', ['FROM debian:trixie-slim', 'CMD ["serve"]'])).toEqual([`Add above CMD:\n${user}`]);
    expect(remedies('root-user', ['FROM debian:trixie-slim', 'CMD ["serve"]', 'RUN make install'])).toEqual([`Add at the end:\n${user}`]);
    expect(remedies('root-user', ['FROM debian:trixie-slim AS base', 'CMD ["serve"]', 'FROM base'])).toEqual([`Add at the end:\n${user}`]);
    expect(remedies('root-user', ['FROM example.org/load:1', 'USER root', 'RUN apk add --no-cache python3', 'CMD ["serve"]'])).toEqual([
      'Add above CMD:\nRUN adduser -D -u 10001 app\nUSER app',
    ]);
    expect(remedies('root-user', ['FROM amazonlinux:2023', 'CMD ["serve"]'])[0]).toContain(
      'RUN dnf install -y shadow-utils && dnf clean all && useradd',
    );
    expect(remedies('root-user', ['FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6', 'CMD ["serve"]'])[0]).toContain(
      'RUN microdnf install -y shadow-utils && microdnf clean all && useradd',
    );
  });

  it('give the new user the working directory, unless that is one of the system', () => {
    const start = ['FROM python:3.13-slim-trixie', 'CMD ["python", "serve.py"]'];
    const below = (directory: string) => remedies('root-user', [start[0] ?? '', `WORKDIR ${directory}`, start[1] ?? ''])[0];
    expect(below('/app')).toContain('RUN useradd --no-log-init -m -u 10001 app && chown app /app\n');
    expect(below('/usr/src/app')).toContain('&& chown app /usr/src/app\n');
    for (const directory of ['/', '/home', '/root/work', '/usr/local/lib', '/tmp', '$HOME'])
      expect(below(directory)).not.toContain('chown');
  });

  it('name a tag where the image is the system itself, else what to look for', () => {
    expect(remedies('eol-os-image', ['FROM ubuntu:xenial'])).toEqual(['Move to `ubuntu:24.04` or `ubuntu:26.04`']);
    expect(remedies('eol-os-image', ['FROM bash:alpine3.19'])[0]).toMatch(/^Move to a tag on Alpine 3\.\d+, if the image has one$/);
  });

  it('change the number that is the Python, and no other one that looks like it', () => {
    expect(remedies('eol-python', ['FROM 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.0.0-gpu-py310'])).toEqual([
      'Move to Python 3.13: `763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.0.0-gpu-py313`, if the image has it',
    ]);
    expect(remedies('eol-python', ['FROM example.org/ml:1.3.9-python3.9'])).toEqual([
      'Move to Python 3.13: `example.org/ml:1.3.9-python3.13`, if the image has it',
    ]);
    expect(remedies('eol-python', ['FROM mirror.gcr.io/library/python:3.8-slim-bookworm'])).toEqual([
      'Move to Python 3.13: `mirror.gcr.io/library/python:3.13-slim-bookworm`',
    ]);
    expect(remedies('eol-python', ['FROM continuumio/miniconda:4.7.12'])).toEqual([
      'Move to Python 3.13: `continuumio/miniconda3:<version>`',
    ]);
  });

  it('mount what COPY brings, from where it comes', () => {
    const help = (copy: string, file: string) =>
      remedies('cleanup-in-later-layer', ['FROM python:3.13-slim-trixie AS w', 'FROM debian', copy, `RUN tar xf ${file} && rm ${file}`]);
    expect(help('COPY ./data/a.tgz /tmp/', '/tmp/a.tgz')[0]).toContain('RUN --mount=type=bind,source=data/a.tgz,target=/tmp/a.tgz …');
    expect(help('COPY --from=w /out/a.tgz /tmp/', '/tmp/a.tgz')[0]).toContain('type=bind,from=w,source=/out/a.tgz,target=/tmp/a.tgz');
  });

  it('start a program without the shell that was written into the shell', () => {
    const help = (cmd: string) => remedies('shell-form-cmd', ['FROM python:3.13-slim-trixie', cmd])[0];
    expect(help('CMD /bin/bash -c "source /env && python main.py"')).toBe(
      'Write `CMD ["/bin/bash", "-c", "source /env && exec python main.py"]`',
    );
    expect(help("CMD bash -c 'python main.py'")).toBe('Write `CMD ["python", "main.py"]`');
    // A login shell reads files that set the environment.
    expect(help("CMD bash -lc 'python main.py'")).toBe('Write `CMD ["bash", "-lc", "exec python main.py"]`');
    expect(help('CMD ["tini", "--", "sh", "-c", "python main.py"]')).toBe('Write `CMD ["tini", "--", "python", "main.py"]`');
  });

  it('put exec in front of the program, not of an argument of its name', () => {
    const help = (cmd: string) => remedies('shell-form-cmd', ['FROM python:3.13-slim-trixie', cmd])[0];
    expect(help('CMD cd /python && python -m python $A')).toBe('Write `CMD ["sh", "-c", "cd /python && exec python -m python $A"]`');
    expect(help('CMD [python, main.py]')).toBe('Write `CMD ["python", "main.py"]`');
  });

  it('clean with the options that the conda of the image has', () => {
    const help = (image: string) => remedies('conda-no-clean', [`FROM ${image}`, 'RUN conda install -y pandas=0.23'])[0];
    expect(help('continuumio/miniconda3:4.5.11')).toContain('`&& conda clean -ay`');
    expect(help('continuumio/miniconda3:4.7.12')).toContain('`&& conda clean -afy`');
    expect(help('continuumio/anaconda3:5.3.0')).toContain('`&& conda clean -ay`');
  });

  it('switch the cache of pip off once where several RUNs keep it', () => {
    const run = 'RUN pip install pandas==3.0.5';
    const [one] = remedies('pip-no-cache', ['FROM python:3.13-slim-trixie', run]);
    const [first, second] = remedies('pip-no-cache', ['FROM python:3.13-slim-trixie', run, run]);
    expect(first).toContain('ENV PIP_NO_CACHE_DIR=1');
    expect([one, second].join()).not.toContain('PIP_NO_CACHE_DIR');
  });

  it('name a package as PyPI does', () => {
    expect(remedies('pip-unpinned', ['FROM python:3.13-slim-trixie', 'RUN pip install sklearn'])[0]).toContain('`scikit-learn==VERSION`');
  });

  it('add the tool for users once, and say what the new user cannot read', () => {
    const start = ['FROM amazonlinux:2023', 'CMD ["serve"]'];
    expect(remedies('root-user', [start[0] ?? '', 'RUN dnf install -y shadow-utils', start[1] ?? ''])[0]).not.toContain('dnf install');
    expect(remedies('root-user', ['FROM python:3.13-slim-trixie', 'COPY model.pt /root/models/', 'CMD ["serve"]'])[0]).toContain(
      '/root is closed',
    );
    expect(remedies('root-user', ['FROM debian:trixie-slim', 'RUN apt-get install -y nginx=1.26*', 'CMD ["serve"]'])[0]).toContain('nginx');
    expect(remedies('root-user', ['FROM python:3.13-slim-trixie', 'RUN rm -rf ~/.cache', 'CMD ["serve"]'])[0]).not.toContain('/root');
  });

  it('join every RUN that goes on with an index', () => {
    const update = ['FROM debian:trixie-slim', 'RUN apt-get update'];
    const install = (name: string) => `RUN apt-get install -y --no-install-recommends ${name}`;
    expect(remedies('apt-update-alone', [...update, install('git')])).toEqual([
      'Join the two: RUN apt-get update && apt-get install … && rm -rf /var/lib/apt/lists/*',
    ]);
    expect(remedies('apt-update-alone', [...update, 'RUN apt-get upgrade -y', install('git')])).toEqual([
      'Join all 3: RUN apt-get update && apt-get upgrade … && apt-get install … && rm -rf /var/lib/apt/lists/*',
    ]);
    // The script may install from the index as well.
    expect(remedies('apt-update-alone', [...update, install('git'), 'RUN ./more.sh'])).toEqual([
      'Join the two: RUN apt-get update && apt-get install …',
    ]);
    const kept = ['FROM debian:trixie-slim', 'RUN apt-get update && apt-get install -y --no-install-recommends git'];
    expect(remedies('apt-no-cleanup', kept)[0]).toBe('End this RUN with && rm -rf /var/lib/apt/lists/*');
    expect(remedies('apt-no-cleanup', [...kept, install('curl')])[0]).toContain('Install all in this RUN');
    expect(remedies('apt-no-cleanup', ['FROM debian AS base', ...kept.slice(1), 'FROM base', install('curl')])[0]).toContain(
      'all in this RUN',
    );
  });

  it('name what a package only recommends and needs, unless it is there', () => {
    const help = (...lines: string[]) => remedies('apt-recommends', ['FROM debian:trixie-slim', ...lines]).at(-1);
    expect(help('RUN apt-get install -y curl')).toContain('add ca-certificates');
    expect(help('RUN apt-get install -y protobuf-compiler')).toContain('add libprotobuf-dev');
    expect(help('RUN apt-get install -y --no-install-recommends ca-certificates', 'RUN apt-get install -y curl')).not.toContain('add ');
    expect(help('RUN apt-get install -y python3-pip python3-dev')).toContain('add build-essential, which python3-pip only recommends');
    expect(help('RUN apt-get install -y python3-pip python3-dev g++')).not.toContain('add ');
    expect(help('RUN apt-get install -y python3-pip')).not.toContain('add ');
    expect(remedies('apt-recommends', ['FROM ubuntu:19.10', 'RUN apt-get install -y python3-pip python3-dev'])[0]).toContain(
      'add python3-setuptools, python3-wheel, build-essential, which',
    );
  });

  it('move a deletion together with what needs the file in between', () => {
    const lines = ['FROM debian', 'RUN curl -o /tmp/get-pip.py https://example.org/get-pip.py', 'RUN python3 /tmp/get-pip.py'];
    expect(remedies('cleanup-in-later-layer', [...lines, 'RUN rm /tmp/get-pip.py'])[0]).toContain('the RUNs in between that need it');
    expect(remedies('cleanup-in-later-layer', [...lines.slice(0, 2), 'RUN rm /tmp/get-pip.py'])[0]).not.toContain('in between');
  });

  it('say what else a newer base asks for', () => {
    const ubuntu = (...lines: string[]) => remedies('eol-os-image', ['FROM ubuntu:18.04', ...lines])[0];
    expect(ubuntu('RUN pip3 install --no-cache-dir numpy==1.19.5')).toContain("pip refuses the system's Python there");
    expect(ubuntu('RUN python3 -m venv /venv && /venv/bin/pip install numpy==1.19.5')).not.toContain('refuses');
    expect(ubuntu('RUN apt-get install -y python3-venv', 'RUN pip3 install numpy==1.19.5')).toContain('refuses');
    expect(ubuntu('RUN useradd -u 1000 me')).toContain('uid 1000 belongs to the user `ubuntu`');
    const lambda = ['FROM public.ecr.aws/lambda/python:3.9', 'RUN yum install -y git', 'RUN pip install -r requirements.txt'];
    expect(remedies('eol-python', lambda)).toEqual([
      'Move to Python 3.13: `public.ecr.aws/lambda/python:3.13`; write `dnf` for `yum`, since it stands on Amazon Linux 2023; renew the versions and locks made for 3.9',
    ]);
  });

  it('print versions that pip takes for constraints', () => {
    const help = (...lines: string[]) => remedies('pip-unpinned', lines)[0];
    // What `pip freeze` prints of conda's packages and of projects in a directory is no constraint.
    expect(help('FROM python:3.13', 'RUN pip install pandas')).toContain('`pip list --format=freeze`');
    expect(help('FROM python:3.13', 'RUN uv pip install pandas')).toContain('`uv pip list --format=freeze`');
    expect(help('FROM python:3.13', 'RUN pip install -c c.txt a && pip install pandas')).not.toContain('constraints');
    expect(remedies('pip-unpinned', ['FROM python:3.13', 'RUN pip install torch==2.11.0 torchvision'])).toEqual([]);
    expect(help('FROM python:3.13', 'RUN pip install torch==2.14.0 torchvision')).toContain('`torchvision==VERSION`');
    expect(help('ARG CUDA=13', 'FROM python:3.13', 'ARG CUDA', 'RUN pip install nixl-cu${CUDA}')).toContain('`nixl-cu${CUDA}==VERSION`');
  });

  it('write a pair as it was meant, blanks and all', () => {
    const help = (line: string) => remedies('env-legacy-syntax', ['FROM python:3.13', line])[0];
    expect(help('ENV PORT = 8000')).toBe('Write `ENV PORT=8000`');
    expect(help('ENV NAME =')).toBe('Write `ENV NAME=`');
    expect(help('LABEL a = "b c" \\\n d = "e"')).toBe('Write `LABEL a="b c" …`, no pair with blanks around its `=`');
    expect(help('ENV PORT 8000')).toBe('Write `ENV PORT=8000`');
  });

  it('give a new user what the file makes for the program', () => {
    const help = (...lines: string[]) => remedies('root-user', ['FROM python:3.13-slim-trixie', ...lines, 'CMD ["serve"]'])[0];
    expect(help('WORKDIR /app', 'RUN mkdir -p /results /tmp/x')).toContain('chown app /app /results\n');
    expect(help('RUN mkdir /build && make && rm -rf /build')).not.toContain('chown');
    expect(help('WORKDIR store')).toContain('chown app .\n');
    expect(remedies('root-user', ['FROM registry.access.redhat.com/ubi9/ubi-micro:9.6', 'CMD ["serve"]'])[0]).toContain(
      '\nUSER 65532:65532',
    );
    expect(remedies('root-user', ['FROM grafana/k6:1.8.0', 'USER root', 'CMD ["run"]'])[0]).toContain('\nUSER 12345');
    expect(remedies('root-user', ['FROM flink:2.0', 'USER root', 'RUN make'])).toEqual([]);
  });

  it('hand a secret over under the name that the program reads', () => {
    const help = remedies('secret-in-env-or-arg', [
      'FROM python:3.13',
      'ARG UPLOAD_PASS',
      'ENV TWINE_PASSWORD=$UPLOAD_PASS',
      'RUN make',
    ])[0];
    expect(help).toContain('id=twine_password,env=TWINE_PASSWORD');
    expect(help).toContain('--secret id=twine_password,env=UPLOAD_PASS');
  });

  it('write the argument that holds the image', () => {
    expect(remedies('base-image-unpinned', ['ARG R=quay.io', 'ARG B=$R/jupyter/scipy-notebook', 'FROM $B'])[0]).toContain(
      '`ARG B=$R/jupyter/scipy-notebook:<YYYY-MM-DD>`',
    );
    expect(remedies('base-image-unpinned', ['ARG T=latest', 'FROM python:$T'])[0]).toContain('`ARG T=3.13-slim-trixie`');
    expect(remedies('base-image-unpinned', ['FROM azul/zulu-openjdk-alpine:17-latest'])).toEqual([]);
  });

  it('leave a copy where the same RUN, or one in front of the install, has need of it', () => {
    const lint = (rule: string, ...lines: string[]) => remedies(rule, ['FROM python:3.13-slim-trixie', ...lines]);
    const install = 'pip install --no-cache-dir -r requirements.txt';
    expect(lint('manifest-copied-with-code', 'COPY requirements.txt fix.py ./', `RUN ${install} && python ./fix.py`)).toEqual([]);
    expect(lint('manifest-copied-with-code', 'COPY requirements.txt fix.py ./', `RUN ${install}`)).toHaveLength(1);
    // What lands under the name of a list is one, wherever it comes from.
    const flavoured = ['ARG F', 'COPY requirements.$F.txt ./requirements.txt', 'COPY boot.py ./', `RUN ${install}`];
    expect(lint('manifest-copied-with-code', ...flavoured)).toHaveLength(1);
    expect(lint('copy-before-install', 'ARG F', 'COPY x/root/ /', ...flavoured.slice(1))).toEqual([]);
    expect(lint('copy-before-install', 'COPY . .', `RUN chmod +x run.sh && ${install}`)).toHaveLength(1);
    expect(lint('copy-before-install', 'COPY . .', 'RUN sed -i s/x/y/ requirements.txt', `RUN ${install}`)).toEqual([]);
    expect(lint('copy-before-install', 'COPY . .', 'RUN ./apply-patches.sh', `RUN ${install}`)).toEqual([]);
  });

  it('offer nothing that the tools of the image refuse', () => {
    const run = 'RUN pip3 install pandas';
    expect(remedies('pip-no-cache', ['FROM ubuntu:18.04', run, run]).join()).not.toContain('PIP_NO_CACHE_DIR');
    expect(remedies('apt-recommends', ['FROM ubuntu:18.04', 'RUN apt-get install -y git python3-pip'])[0]).toContain(
      'add python3-setuptools',
    );
    expect(remedies('eol-python', ['FROM ubuntu:20.04', 'RUN apt-get install -y python3.9-venv'])[0]).not.toContain('python3.13-venv');
    const deadsnakes = 'RUN add-apt-repository -y ppa:deadsnakes/ppa && apt-get install -y python3.9-venv';
    expect(remedies('eol-python', ['FROM ubuntu:20.04', deadsnakes])[0]).toContain('`python3.13-venv`');
    expect(remedies('eol-os-image', ['FROM python:3.12-bullseye', 'RUN pip install pandas==3.0.5'])[0]).not.toContain(
      'virtual environment',
    );
    expect(remedies('eol-os-image', ['FROM ubuntu:20.04', 'RUN pip3 install a==1', 'RUN make install'])[0]).toContain(
      'virtual environment',
    );
    expect(remedies('apt-no-cleanup', ['FROM example.org/a:1', 'USER app', 'RUN sudo apt-get update'])[0]).toContain('&& sudo rm -rf');
    const purge = 'RUN apt-get update && apt-get purge -y nano && rm -rf /var/lib/apt/lists/*';
    expect(remedies('apt-update-alone', ['FROM debian', purge])).toEqual([]);
  });

  it('repeat the command that brings a Python', () => {
    expect(remedies('eol-python', ['FROM ubuntu:24.04', 'RUN uv venv --python 3.9'])).toEqual([
      'Move to Python 3.13: `uv venv --python 3.13`',
    ]);
  });

  it('move a deletion where it frees something, and nothing is missing afterwards', () => {
    const install = 'apt-get install -y --no-install-recommends';
    const clean = 'RUN rm -rf /var/lib/apt/lists/*';
    const first = ['FROM debian:trixie-slim', `RUN apt-get update && ${install} git`];
    expect(remedies('cleanup-in-later-layer', [...first, clean])).toEqual([
      'Delete it at the end of the RUN that fetches the package index',
    ]);
    expect(remedies('cleanup-in-later-layer', [...first, `RUN ${install} curl`, clean])).toEqual([
      'Delete it at the end of the RUN that fetches the package index, together with the installs that use it',
    ]);
    expect(
      remedies('cleanup-in-later-layer', [
        'FROM python:3.13-slim-trixie',
        'RUN pip install numpy==2.3.5',
        'RUN pip install scipy==1.17.0',
        'RUN pip cache purge',
      ]),
    ).toEqual(['Add `--no-cache-dir` in each RUN that installs with pip']);
  });

  it('join an update and an install in the words of the file', () => {
    expect(remedies('apt-update-alone', ['FROM debian:trixie-slim', 'RUN apt update', 'RUN apt install -y git'])).toEqual([
      'Join the two: RUN apt update && apt install … && rm -rf /var/lib/apt/lists/*',
    ]);
  });

  it('install a version of conda packages, for update takes none', () => {
    expect(remedies('conda-unpinned', ['FROM condaforge/miniforge3:26.3.2-3', 'RUN conda update -y pandas'])[0]).toContain(
      '`conda install pandas=VERSION`',
    );
    expect(remedies('conda-unpinned', ['FROM condaforge/miniforge3:26.3.2-3', 'RUN conda install -y pandas'])[0]).toContain(
      '`pandas=VERSION`',
    );
  });
});
