import { describe, expect, it } from 'vitest';
import { codenameInTag, distributionInTag, type ImageFacts, imageFacts } from '../src/facts/images.js';
import { parseImageReference } from '../src/syntax/image-reference.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

function ask(text: string): ImageFacts | undefined {
  const reference = parseImageReference(text);
  if (reference === undefined) throw new Error(`${text} is no image reference`);
  return imageFacts(reference);
}

function facts(text: string): ImageFacts {
  const found = ask(text);
  if (found === undefined) throw new Error(`${text} is not known`);
  return found;
}

/** `debian 12`, `debian 13 floating`, `debian`, or `-` when there is no distribution. */
function system(text: string): string {
  const distribution = facts(text).distribution;
  if (distribution === undefined) return '-';
  const { id, cycle, floating } = distribution;
  return [id, ...(cycle === undefined ? [] : [cycle]), ...(floating ? ['floating'] : [])].join(' ');
}

/** `official 3.12`, `conda`, `? 3.9`, or `-`. */
function interpreter(text: string): string {
  const found = facts(text).python;
  if (found === undefined) return '-';
  return [found.kind ?? '?', ...(found.minor === undefined ? [] : [found.minor])].join(' ');
}

describe('the official Python images', () => {
  it.each([
    ['python', 'debian 13 floating', 'official 3.15'],
    ['python:3-slim', 'debian 13 floating', 'official 3.15'],
    ['python:alpine', 'alpine 3.24 floating', 'official 3.15'],
    ['python:3.12-slim', 'debian 13 floating', 'official 3.12'],
    ['python:3.12.4-slim', 'debian 12 floating', 'official 3.12'],
    ['python:3.12.4-slim-bookworm', 'debian 12', 'official 3.12'],
    ['python:3.13.5', 'debian 12 floating', 'official 3.13'],
    ['python:3.13.6', 'debian 13 floating', 'official 3.13'],
    ['python:3.13.99', 'debian 13 floating', 'official 3.13'],
    ['python:3.12-alpine3.20', 'alpine 3.20', 'official 3.12'],
    ['python:3.8-alpine', 'alpine 3.20 floating', 'official 3.8'],
    ['python:3.8-slim', 'debian 12 floating', 'official 3.8'],
    ['python:3.6', 'debian 11 floating', 'official 3.6'],
    ['python:2.7-slim', 'debian 10 floating', 'official 2.7'],
    ['python:2', 'debian 10 floating', 'official 2.7'],
    ['python:3.15-rc-slim', 'debian 13 floating', 'official 3.15'],
    ['python:3-bullseye', 'debian 11', 'official'],
    ['python:slim-buster', 'debian 10', 'official'],
    ['python:onbuild', '-', 'official'],
    ['python:3.13-windowsservercore-ltsc2022', 'windows ltsc2022', 'official 3.13'],
    [`python:3.12-slim-trixie@${DIGEST}`, 'debian 13', 'official 3.12'],
    [`python:3.12-slim@${DIGEST}`, 'debian', 'official 3.12'],
    [`python:3-bookworm@${DIGEST}`, 'debian 12', 'official'],
    [`python@${DIGEST}`, '-', 'official'],
  ])('%s', (text, distribution, python) => {
    expect(system(text)).toBe(distribution);
    expect(interpreter(text)).toBe(python);
  });

  it('says what moves and what stands still', () => {
    expect(facts('python:3').python?.floating).toBe(true);
    expect(facts('python:3.12').python?.floating).toBe(false);
    for (const text of ['python:3.9', 'python:3.12.4', 'python:3.12-bullseye', 'python:3.10-slim', 'python:3.15.0rc1']) {
      expect(facts(text).frozen, text).toBe(true);
    }
    for (const text of ['python:3.12', 'python:3.12-slim-trixie', 'python:3.12.99', 'python:3.15', 'python']) {
      expect(facts(text).frozen, text).toBeUndefined();
    }
  });

  it('knows user, variables and programs', () => {
    const slim = facts('python:3.12.4-slim');
    expect(slim).toMatchObject({ libc: 'glibc', packageManager: 'apt', setsUnbuffered: false, hasTzdata: true });
    expect(slim.user).toEqual({ name: 'root', root: true, uid: 0 });
    expect(slim.environment.get('PYTHON_VERSION')).toBe('3.12.4');
    expect(slim.environment.get('LANG')).toBe('C.UTF-8');
    expect(facts('python:3.13').environment.has('LANG')).toBe(false);
    expect(slim.commands?.lacks).toContain('curl');
    expect(facts('python:3.12').commands?.has).toContain('git');
    expect(facts('python:3.12-alpine')).toMatchObject({ libc: 'musl', packageManager: 'apk' });
    expect(facts('python:3.13-windowsservercore').user).toBeUndefined();
  });
});

describe('names of one image', () => {
  it.each([
    'docker.io/library/python:3.9-slim-buster',
    'index.docker.io/python:3.9-slim-buster',
    'public.ecr.aws/docker/library/python:3.9-slim-buster',
    'mirror.gcr.io/library/python:3.9-slim-buster',
    'mirror.gcr.io/python:3.9-slim-buster',
    'arm64v8/python:3.9-slim-buster',
    'harbor.example.com/hub-proxy/library/python:3.9-slim-buster',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/python:3.9-slim-buster',
    'gitlab.example.com/group/dependency_proxy/containers/python:3.9-slim-buster',
    'm.daocloud.io/docker.io/library/python:3.9-slim-buster',
    'docker.m.daocloud.io/python:3.9-slim-buster',
    'harbor.example.com/docker.io/python:3.9-slim-buster',
  ])('%s', (text) => {
    expect(facts(text).name).toBe('python');
    expect(system(text)).toBe('debian 10');
  });

  it.each([
    ['mirror.gcr.io/jupyter/base-notebook', 'jupyter/base-notebook'],
    ['m.daocloud.io/quay.io/jupyter/base-notebook', 'quay.io/jupyter/base-notebook'],
    ['ghcr.m.daocloud.io/astral-sh/uv:0.9', 'ghcr.io/astral-sh/uv'],
    ['harbor.example.com/proxy/nvcr.io/nvidia/pytorch:25.03-py3', 'nvcr.io/nvidia/pytorch'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/mambaorg/micromamba:2.0', 'mambaorg/micromamba'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/quay/jupyter/base-notebook', 'quay.io/jupyter/base-notebook'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/python:3.12', 'public.ecr.aws/lambda/python'],
  ])('%s', (text, name) => {
    expect(facts(text).name).toBe(name);
  });

  it('does not take a stranger for an official image', () => {
    for (const text of [
      'someone/python:3.9',
      'ghcr.io/acme/python:3.9',
      'localhost:5000/python:3.9',
      'library.example.com/python',
      'mylibrary/python',
    ]) {
      expect(ask(text), text).toBeUndefined();
    }
  });
});

describe('distributions', () => {
  it.each([
    ['debian', 'debian 13 floating'],
    ['debian:12.6-slim', 'debian 12'],
    ['debian:bookworm-20240701-slim', 'debian 12'],
    ['debian:stable-slim', 'debian 13 floating'],
    ['debian:testing', 'debian floating'],
    ['debian:sid', 'debian floating'],
    ['ubuntu', 'ubuntu 26.04 floating'],
    ['ubuntu:22.04', 'ubuntu 22.04'],
    ['ubuntu:focal-20240427', 'ubuntu 20.04'],
    ['ubuntu:17.10', 'ubuntu 17.10'],
    ['ubuntu:lunar', 'ubuntu 23.04'],
    ['ubuntu:rolling', 'ubuntu floating'],
    ['alpine', 'alpine 3.24 floating'],
    ['alpine:3.19.1', 'alpine 3.19'],
    ['alpine:edge', 'alpine floating'],
    ['centos', 'centos 8 floating'],
    ['centos:centos7.9.2009', 'centos 7'],
    ['quay.io/centos/centos:stream9', 'centos stream9'],
    ['rockylinux:9.3', 'rocky 9'],
    ['almalinux/9-base', 'alma 9'],
    ['fedora:40', 'fedora 40'],
    ['fedora', 'fedora floating'],
    ['amazonlinux:2023.5.20240701.0', 'amazonlinux 2023'],
    ['amazonlinux:2018.03', 'amazonlinux 1'],
    ['amazonlinux', 'amazonlinux 2023 floating'],
    ['oraclelinux:8-slim', 'oraclelinux 8'],
    ['redhat/ubi9-minimal:9.4', 'rhel 9'],
    ['registry.access.redhat.com/ubi8/ubi:8.9', 'rhel 8'],
    ['opensuse/leap:15.6', 'opensuse 15.6'],
    ['busybox:1.36-musl', 'busybox'],
    ['bash:5.2-alpine3.19', 'alpine 3.19'],
    ['bash:5.2', 'alpine floating'],
    ['mcr.microsoft.com/windows/nanoserver:ltsc2022', 'windows ltsc2022'],
    ['gcr.io/distroless/python3-debian12', 'distroless 12'],
    ['gcr.io/distroless/static', 'distroless floating'],
    ['cgr.dev/chainguard/wolfi-base', 'wolfi'],
    [`ubuntu@${DIGEST}`, 'ubuntu'],
  ])('%s', (text, distribution) => {
    expect(system(text)).toBe(distribution);
  });

  it('knows the package manager by release', () => {
    const managers = [
      'centos:7',
      'centos:8',
      'amazonlinux:2',
      'amazonlinux:2023',
      'rockylinux:9-minimal',
      'redhat/ubi8-minimal',
      'oraclelinux:9-slim',
    ];
    expect(managers.map((text) => facts(text).packageManager)).toEqual(['yum', 'dnf', 'yum', 'dnf', 'microdnf', 'microdnf', 'microdnf']);
  });

  it('knows the account of newer Ubuntu', () => {
    expect(facts('ubuntu:24.04').uid1000).toBe('ubuntu');
    expect(facts('ubuntu:22.04').uid1000).toBeUndefined();
    expect(facts('nvidia/cuda:12.8.1-base-ubuntu24.04').uid1000).toBe('ubuntu');
  });

  it('knows whose packages come from the archive', () => {
    expect(facts('debian/eol:buster')).toMatchObject({ archiveSources: true, distribution: { cycle: '10' } });
  });

  it('reads users of shell-less images', () => {
    expect(facts('gcr.io/distroless/python3-debian12:nonroot').user?.root).toBe(false);
    expect(facts('gcr.io/distroless/python3-debian12:debug')).toMatchObject({ hasShell: true, user: { root: true } });
    expect(facts('gcr.io/distroless/python3-debian13')).toMatchObject({ hasShell: false, python: { minor: '3.13' } });
    expect(facts('cgr.dev/chainguard/python:latest')).toMatchObject({ hasShell: false, packageManager: 'none', libc: 'glibc' });
    expect(facts('cgr.dev/chainguard/python:latest-dev')).toMatchObject({ hasShell: true, packageManager: 'apk' });
  });
});

describe('languages and servers', () => {
  it.each([
    ['node:20', 'debian 12 floating'],
    ['node:16', 'debian 10 floating'],
    ['node', 'debian 13 floating'],
    ['node:lts', 'debian floating'],
    ['node:20.11.1-slim', 'debian floating'],
    ['node:16-alpine', 'alpine 3.18 floating'],
    ['node:22-bookworm-slim', 'debian 12'],
    ['golang:1.22', 'debian 12 floating'],
    ['golang:1', 'debian 13 floating'],
    ['rust:1.88-slim', 'debian 12 floating'],
    ['ruby:2', 'debian 11 floating'],
    ['julia:1.10', 'debian 13 floating'],
    ['julia:1.9-alpine', 'alpine 3.19 floating'],
    ['buildpack-deps', 'debian 13 floating'],
    ['buildpack-deps:scm', 'debian 13 floating'],
    ['buildpack-deps:bookworm-curl', 'debian 12'],
    ['buildpack-deps:22.04-scm', 'ubuntu 22.04'],
    ['eclipse-temurin:17-jre', 'ubuntu 26.04 floating'],
    ['eclipse-temurin:17.0.11_9-jdk', 'ubuntu floating'],
    ['eclipse-temurin:21-jre-alpine-3.22', 'alpine 3.22'],
    ['r-base:4.4.1', 'debian floating'],
    ['postgres:16', 'debian 13 floating'],
    ['redis:7', 'debian 12 floating'],
    ['redis:7.4', 'debian 12 floating'],
    ['mongo:7', 'ubuntu 22.04 floating'],
    ['mysql:8.4-oraclelinux9', 'oraclelinux 9'],
    ['nginx:1.20', 'debian floating'],
  ])('%s', (text, distribution) => {
    expect(system(text)).toBe(distribution);
  });

  it('knows who drops privileges', () => {
    for (const text of ['postgres:16', 'redis', 'mysql', 'mongo', 'rocker/rstudio:4.4.1', 'pgvector/pgvector:pg16']) {
      expect(facts(text), text).toMatchObject({ dropsPrivileges: true, user: { root: true } });
    }
    expect(facts('rocker/r-ver:4.4.1').dropsPrivileges).toBeUndefined();
  });

  it('knows that r-base installs no recommended packages', () => {
    expect(facts('r-base').noRecommendsPreset).toBe(true);
  });
});

describe('data science', () => {
  it.each([
    ['ghcr.io/astral-sh/uv:0.5-python3.12-trixie-slim', 'debian 13', 'official 3.12'],
    ['ghcr.io/astral-sh/uv:python3.13-alpine', 'alpine 3.23 floating', 'official 3.13'],
    ['ghcr.io/astral-sh/uv:0.6-python3.13-alpine', 'alpine floating', 'official 3.13'],
    ['ghcr.io/astral-sh/uv:debian-slim', 'debian 13 floating', 'none'],
    ['ghcr.io/astral-sh/uv:0.5.2', '-', 'none'],
    ['ghcr.io/astral-sh/uv', '-', 'none'],
    ['quay.io/jupyter/scipy-notebook', 'ubuntu 24.04', 'conda 3.13'],
    ['quay.io/jupyter/scipy-notebook:2026-07-28', 'ubuntu 24.04', 'conda 3.13'],
    ['quay.io/jupyter/scipy-notebook:2024-05-20', 'ubuntu 22.04', 'conda 3.11'],
    ['quay.io/jupyter/scipy-notebook:python-3.11', 'ubuntu', 'conda 3.11'],
    ['quay.io/jupyter/pytorch-notebook:cuda12-python-3.12.7', 'ubuntu 24.04', 'conda 3.12'],
    ['quay.io/jupyter/base-notebook:4d70cf8da953', 'ubuntu', 'conda'],
    ['jupyter/datascience-notebook', 'ubuntu 22.04', 'conda 3.11'],
    ['mambaorg/micromamba:1.5-jammy', 'ubuntu 22.04', 'none'],
    ['mambaorg/micromamba:2.0.5-alpine3.20', 'alpine 3.20', 'none'],
    ['mambaorg/micromamba', 'debian 13 floating', 'none'],
    ['mambaorg/micromamba:2.0-amazon2023', 'amazonlinux 2023', 'none'],
    ['condaforge/miniforge3:24.3.0-0', 'ubuntu 20.04', 'conda'],
    ['condaforge/miniforge3', 'ubuntu 24.04', 'conda'],
    ['continuumio/miniconda3:24.5.0-0', 'debian 12', 'conda'],
    ['continuumio/miniconda3:4.12.0', 'debian 11', 'conda'],
    ['continuumio/miniconda3', 'debian', 'conda'],
    ['rocker/r-ver:4.4.1', 'ubuntu 22.04', '-'],
    ['rocker/r-ver:4.4', 'ubuntu 24.04', '-'],
    ['rocker/tidyverse', 'ubuntu 24.04', '-'],
    ['rocker/r-ver:3.6.3', 'debian', '-'],
    ['nvidia/cuda', '-', '-'],
    ['nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04', 'ubuntu 22.04', 'none'],
    ['nvidia/cuda:11.0.3-base-centos7', 'centos 7', '-'],
    ['nvcr.io/nvidia/cuda:12.2.0-devel-ubi8', 'rhel 8', '-'],
    ['nvcr.io/nvidia/pytorch:25.03-py3', 'ubuntu 24.04', 'system 3.12'],
    ['pytorch/pytorch:2.3.0-cuda12.1-cudnn8-runtime', 'ubuntu 22.04', 'conda'],
    ['pytorch/pytorch:2.12.0-cuda12.6-cudnn9-devel', 'ubuntu 24.04', 'system 3.12'],
    ['pytorch/pytorch', 'ubuntu', '?'],
    ['pytorch/pytorch:1.13.1-cuda11.6-cudnn8-runtime', 'ubuntu', 'conda'],
    ['apache/airflow:2.9.1-python3.11', 'debian', 'venv 3.11'],
    ['apache/airflow:slim-3.1.0', 'debian 12', 'venv'],
    ['spark:4.1.2', 'ubuntu 22.04', 'system 3.10'],
    ['apache/spark:3.5.3', 'ubuntu 20.04', 'system 3.8'],
    ['apache/spark:3.5.1-scala2.12-java17-ubuntu', 'ubuntu 22.04', 'none'],
    ['rayproject/ray:2.31.0-py311-gpu', 'ubuntu', 'conda 3.11'],
    ['rapidsai/base:24.06-cuda12.2-py3.11', 'ubuntu', 'conda 3.11'],
    ['pangeo/pangeo-notebook:2024.05.21', 'ubuntu 22.04', 'conda'],
    ['rocm/pytorch:rocm6.1_ubuntu22.04_py3.10_pytorch_release-2.1.2', 'ubuntu 22.04', '? 3.10'],
    ['rocm/dev-ubuntu-22.04:6.1', 'ubuntu 22.04', '-'],
    ['registry.access.redhat.com/ubi9/python-312', 'rhel 9', 'venv 3.12'],
    ['quay.io/sclorg/python-312-c9s:c9s', 'centos stream9', 'venv 3.12'],
    ['registry.access.redhat.com/ubi9/python-312-minimal', 'rhel 9', 'venv 3.12'],
    ['quay.io/opendatahub/workbench-images:jupyter', '-', 'venv'],
    ['public.ecr.aws/lambda/python:3.12', 'amazonlinux 2023', '? 3.12'],
    ['public.ecr.aws/lambda/python:3.9-arm64', 'amazonlinux 2', '? 3.9'],
    ['763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.3.0-gpu-py311-cu121-ubuntu20.04-ec2', 'ubuntu 20.04', '? 3.11'],
    ['763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.12-gpu-py312-cu130-amzn2023-ec2', 'amazonlinux 2023', 'venv 3.12'],
    ['mcr.microsoft.com/devcontainers/python:1-3.12-bookworm', 'debian 12', 'official 3.12'],
    ['mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04', 'ubuntu 20.04', '-'],
  ])('%s', (text, distribution, python) => {
    expect(system(text)).toBe(distribution);
    expect(interpreter(text)).toBe(python);
  });

  it('knows who runs as a user of its own', () => {
    const users = {
      'quay.io/jupyter/base-notebook': 'jovyan',
      'mambaorg/micromamba': 'mambauser',
      'apache/airflow': 'airflow',
      spark: 'spark',
      'rayproject/ray': 'ray',
      'rapidsai/notebooks:25.12-cuda12-py3.12': 'rapids',
      'pangeo/base-notebook': 'jovyan',
      'pytorch/torchserve': 'model-server',
      'registry.access.redhat.com/ubi9/python-311': '1001',
      'quay.io/opendatahub/workbench-images:jupyter': '1001',
      'cgr.dev/chainguard/python': 'nonroot',
    };
    for (const [text, name] of Object.entries(users)) expect(facts(text).user, text).toMatchObject({ name, root: false });
  });

  it('knows who unbuffers', () => {
    expect(facts('pytorch/torchserve').setsUnbuffered).toBe(true);
    expect(facts('registry.access.redhat.com/ubi9/python-312').setsUnbuffered).toBe(true);
    expect(facts('public.ecr.aws/deep-learning-containers/pytorch-training:2.12-cpu-py312-amzn2023').setsUnbuffered).toBe(true);
    expect(facts('pytorch/pytorch').setsUnbuffered).toBe(false);
    expect(facts('public.ecr.aws/lambda/python:3.12').setsUnbuffered).toBeUndefined();
  });

  it('gives the variables rules ask for', () => {
    expect(facts('quay.io/jupyter/base-notebook').environment.get('DEBIAN_FRONTEND')).toBe('noninteractive');
    expect(facts('quay.io/jupyter/pyspark-notebook').environment.get('SPARK_HOME')).toBe('/usr/local/spark');
    expect(facts('quay.io/jupyter/pytorch-notebook:cuda12-latest').environment.get('NVIDIA_VISIBLE_DEVICES')).toBe('all');
    expect(facts('nvcr.io/nvidia/pytorch:25.03-py3').environment.has('PIP_CONSTRAINT')).toBe(true);
    expect(facts('nvcr.io/nvidia/pytorch:25.02-py3').environment.has('PIP_CONSTRAINT')).toBe(false);
    expect(facts('rocker/r-ver:4.4.1').environment.get('TZ')).toBe('Etc/UTC');
    expect(facts('ghcr.io/astral-sh/uv:0.7-bookworm').environment.has('UV_TOOL_BIN_DIR')).toBe(false);
    expect(facts('apache/airflow').shell?.[0]).toBe('/bin/bash');
  });

  it('reads CUDA', () => {
    expect(facts('nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04').cuda).toEqual({
      version: '12.4.1',
      cudnn: true,
      flavour: 'runtime',
    });
    expect(facts('pytorch/pytorch:2.3.0-cuda12.1-cudnn8-devel').cuda).toEqual({ version: '12.1', cudnn: true, flavour: 'devel' });
    expect(facts('nvidia/cuda').cuda).toBeUndefined();
    expect(facts('pytorch/pytorch').cuda).toBeUndefined();
  });

  it('takes the glibc of micromamba on Alpine into account', () => {
    expect(facts('mambaorg/micromamba:2.0.5-alpine3.20')).toMatchObject({ libc: 'glibc', packageManager: 'apk' });
  });

  it('knows what an image is for', () => {
    expect(facts('quay.io/jupyter/base-notebook').purpose).toBe('notebook');
    expect(facts('public.ecr.aws/lambda/nodejs:20').purpose).toBe('lambda');
    expect(facts('mcr.microsoft.com/vscode/devcontainers/base:jammy').purpose).toBe('devcontainer');
    expect(facts('vllm/vllm-openai').purpose).toBe('serving');
  });

  it.each([
    ['python:3.13', 'git curl gcc make python pip', 'cmake ffmpeg java'],
    ['python:3.13-slim', 'bash python pip', 'git curl wget gcc make ps ffmpeg java'],
    ['python:3.13-alpine', 'wget ps', 'bash git gcc'],
    ['node:24-slim', '', ''],
    ['buildpack-deps:bookworm-curl', 'curl wget', 'gcc make'],
    ['buildpack-deps:bookworm-scm', 'git', 'gcc'],
    ['debian:13', 'bash', 'ps curl'],
    ['ubuntu:24.04', 'bash', 'git curl'],
    ['rockylinux:9', 'curl', 'git gcc'],
    ['ghcr.io/astral-sh/uv:python3.13-trixie-slim', 'uv python', 'git gcc'],
    ['quay.io/jupyter/base-notebook', 'wget mamba pandoc', 'git curl gcc'],
    ['quay.io/jupyter/minimal-notebook', 'git curl xelatex', ''],
    ['quay.io/jupyter/scipy-notebook', 'gcc ffmpeg git', ''],
    ['quay.io/jupyter/pyspark-notebook', 'java', ''],
    ['condaforge/miniforge3', 'git wget tini', 'gcc'],
    ['continuumio/miniconda3', 'git wget', 'gcc'],
    ['mambaorg/micromamba:2.0', 'micromamba', 'git gcc'],
    ['rocker/r-ver:4.6.1', 'Rscript install2.r g++ gfortran', 'git'],
    ['rocker/rstudio:4.6.1', 'git pandoc quarto', ''],
    ['r-base:4.5.3', 'Rscript gcc gfortran', 'git'],
    ['julia:1.12', 'julia bash', 'git gcc'],
    ['nvidia/cuda:12.9.1-devel-ubuntu24.04', 'nvcc gcc', 'git'],
    ['nvidia/cuda:12.9.1-base-ubuntu24.04', 'bash', 'nvcc gcc git'],
    ['apache/spark:4.0.0', 'java tini', 'git'],
    ['registry.access.redhat.com/ubi9/python-312', 'git gcc make', ''],
    ['rapidsai/base:26.06-cuda13-py3.13', 'git curl conda', ''],
  ])('knows the programs of %s', (text, has, lacks) => {
    const commands = facts(text).commands ?? { has: [], lacks: [] };
    expect(commands.has).toEqual(expect.arrayContaining(has.split(' ').filter(Boolean)));
    expect(commands.lacks).toEqual(expect.arrayContaining(lacks.split(' ').filter(Boolean)));
    expect(commands.has.filter((name) => commands.lacks.includes(name))).toEqual([]);
  });

  it('knows who checks its health', () => {
    expect(facts('quay.io/jupyter/base-notebook').hasHealthcheck).toBe(true);
    expect(facts('quay.io/jupyter/docker-stacks-foundation').hasHealthcheck).toBeUndefined();
  });

  it('knows what has moved, frozen or gone', () => {
    expect(facts('jupyter/scipy-notebook').retired).toMatchObject({
      state: 'moved',
      successor: 'quay.io/jupyter/scipy-notebook',
    });
    const states = {
      'bitnami/postgresql:16.1.0-debian-11-r3': 'gone',
      'bitnami/spark': 'gone',
      'bitnamilegacy/redis:7.2': 'frozen',
      'condaforge/mambaforge': 'frozen',
      'openjdk:11-jre-slim': 'frozen',
      'java:8': 'frozen',
      'rocker/ml:4.3': 'frozen',
      'julia:1.10-alpine3.20': 'frozen',
      'tensorflow/tensorflow:1.15.0-gpu-py3': 'frozen',
      'mxnet/python:1.9.1': 'frozen',
      'floydhub/pytorch:1.4.0': 'frozen',
      'kaixhin/cuda': 'frozen',
      'rapidsai/rapidsai:22.12-cuda11.5-base-ubuntu20.04-py3.9': 'moved',
      'tiangolo/uvicorn-gunicorn:python3.11': 'deprecated',
      'tiangolo/uvicorn-gunicorn:python3.8': 'frozen',
      'ghcr.io/huggingface/text-generation-inference:3.3.4': 'maintenance',
    };
    for (const [text, state] of Object.entries(states)) expect(facts(text).retired, text).toMatchObject({ state });
    for (const text of [
      'quay.io/jupyter/scipy-notebook',
      'bitnami/postgresql',
      'openjdk:27-ea-slim',
      'daskdev/dask',
      'tiangolo/uwsgi-nginx-flask',
      'tensorflow/tensorflow:2.20.0',
      'condaforge/miniforge3',
    ]) {
      expect(facts(text).retired, text).toBeUndefined();
    }
  });
});

describe('unknown images', () => {
  it.each([
    'acme/app',
    'acme/app:3.12-slim',
    'jupyter/nbviewer',
    'quay.io/acme/base',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1',
    'quay.io/opendatahub/operator',
  ])('%s', (text) => {
    expect(ask(text)).toBeUndefined();
  });
});

describe('distributionInTag', () => {
  it.each([
    ['ubuntu18.04', 'ubuntu 18.04'],
    ['cuda11.8-ubuntu20.04', 'ubuntu 20.04'],
    ['1.0-ubuntu-24.04', 'ubuntu 24.04'],
    ['ubuntu2204', 'ubuntu 22.04'],
    ['ubuntu22', 'ubuntu 22.04'],
    ['1.2-buster', 'debian 10'],
    ['3.1.0_BULLSEYE', 'debian 11'],
    ['debian-12-r3', 'debian 12'],
    ['debian12-slim', 'debian 12'],
    ['2.0-centos7', 'centos 7'],
    ['centos-stream9', 'centos stream9'],
    ['alpine3.19', 'alpine 3.19'],
    ['v1-alpine-3.19.1', 'alpine 3.19'],
    ['1.27-alpine', 'alpine'],
    ['2.0-el8', 'rhel 8'],
    ['ubi9', 'rhel 9'],
    ['rockylinux9', 'rocky 9'],
    ['amzn2023', 'amazonlinux 2023'],
    ['al2', 'amazonlinux 2'],
    ['22.04-jammy', 'ubuntu 22.04'],
    ['ubuntu22.04-jammy', 'ubuntu 22.04'],
  ])('reads %s', (tag, expected) => {
    const found = distributionInTag(tag);
    expect([found?.id, ...(found?.cycle === undefined ? [] : [found.cycle])].join(' ')).toBe(expected);
  });

  it.each([
    'latest',
    '3.12',
    '1.2.3',
    'focalnet',
    'prebuster',
    'kinetic',
    'lunar',
    'el-7',
    'model8',
    'ubuntu99.04',
    'alpine9.9',
    'jammy-bookworm',
    'ubuntu22.04-debian12',
    'slim',
    'stable',
    '',
  ])('leaves %s alone', (tag) => {
    expect(distributionInTag(tag)).toBeUndefined();
  });

  it('names the codename too', () => {
    expect(distributionInTag('ubuntu20.04')).toEqual({ id: 'ubuntu', cycle: '20.04', codename: 'focal', floating: false });
  });
});

describe('codenameInTag', () => {
  it('takes whole words only, and only one', () => {
    expect(codenameInTag('1.2-focal')).toBe('focal');
    expect(codenameInTag('cuda_Jammy.3')).toBe('jammy');
    expect(codenameInTag('focal-fossa-focal')).toBe('focal');
    for (const tag of ['focalnet', 'noblewoman', 'lunar', 'sid', 'jammy-focal', '1.2']) expect(codenameInTag(tag), tag).toBeUndefined();
  });
});
