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
    expect(remedies('eol-python', ['FROM continuumio/miniconda:4.7.12'])).toEqual(['Move to Python 3.13: `continuumio/miniconda3`']);
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
      'Write `CMD ["bash", "-c", "source /env && exec python main.py"]`',
    );
    expect(help("CMD bash -c 'python main.py'")).toBe('Write `CMD ["python", "main.py"]`');
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

  it('repeat the command that brings a Python', () => {
    expect(remedies('eol-python', ['FROM ubuntu:24.04', 'RUN uv venv --python 3.9'])).toEqual([
      'Move to Python 3.13: `uv venv --python 3.13`',
    ]);
  });

  it('move a deletion where it frees something, and nothing is missing afterwards', () => {
    const install = 'apt-get install -y --no-install-recommends';
    const clean = 'RUN rm -rf /var/lib/apt/lists/*';
    const first = ['FROM debian:trixie-slim', `RUN apt-get update && ${install} git`];
    expect(remedies('cleanup-in-later-layer', [...first, clean])).toEqual(['Move it to the end of the RUN that fetches the package index']);
    expect(remedies('cleanup-in-later-layer', [...first, `RUN ${install} curl`, clean])).toEqual([
      'Move it to the end of the RUN that fetches the package index, together with the installs that use it',
    ]);
    expect(
      remedies('cleanup-in-later-layer', [
        'FROM python:3.13-slim-trixie',
        'RUN pip install numpy==2.3.5',
        'RUN pip install scipy==1.17.0',
        'RUN pip cache purge',
      ]),
    ).toEqual(['Move it to the end of each RUN that installs with pip']);
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
