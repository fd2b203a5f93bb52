/** One problem, one finding: for every rule that speaks instead of another there is a file in which both see the problem and one speaks. */
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { lint } from './lint.js';
import { amid } from './memory-tree.js';

interface Case {
  /** The rule that speaks. */
  readonly by: string;
  /** The rules that would speak of the same place without it. */
  readonly instead: readonly string[];
  readonly dockerfile: string;
  readonly files?: Readonly<Record<string, string>>;
}

const PYTHON = 'FROM python:3.13-slim-trixie\n';

const CASES: readonly Case[] = [
  { by: 'nvidia-cuda-tag-missing', instead: ['base-image-unpinned'], dockerfile: 'FROM nvidia/cuda\n' },
  { by: 'nvidia-cuda-eol-tag', instead: ['eol-os-image'], dockerfile: 'FROM nvidia/cuda:11.8.0-runtime-ubuntu18.04\n' },
  { by: 'deprecated-base-image', instead: ['eol-python'], dockerfile: 'FROM jupyter/scipy-notebook:python-3.8\n' },
  { by: 'deprecated-base-image', instead: ['eol-os-image'], dockerfile: 'FROM openjdk:8-jdk-buster\n' },
  { by: 'uv-unpinned', instead: ['base-image-unpinned'], dockerfile: `${PYTHON}COPY --from=ghcr.io/astral-sh/uv /uv /bin/\n` },
  {
    by: 'conda-defaults-channel-terms',
    instead: ['conda-channel-not-fixed'],
    dockerfile: 'FROM continuumio/miniconda3:26.5.3-1\nRUN conda install -y pandas=3.0.5 && conda clean -afy\n',
  },
  {
    by: 'secret-literal',
    instead: ['secret-in-env-or-arg'],
    dockerfile: `${PYTHON}ENV HF_TOKEN=hf_${'aXbYcZdQeWfRgThYjUkIlOzPxAcSvDbFnG'.slice(0, 34)}\n`,
  },
  {
    by: 'secret-literal',
    instead: ['credential-in-url'],
    dockerfile: `${PYTHON}RUN git clone https://x:ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}@github.com/a/b\n`,
  },
  {
    by: 'credential-in-url',
    instead: ['secret-in-env-or-arg'],
    dockerfile: `${PYTHON}ENV DB_PASSWORD=postgresql://app:k4Zr9-wq@db/app\n`,
  },
  {
    by: 'cleanup-in-later-layer',
    instead: ['apt-no-cleanup'],
    dockerfile: 'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y curl\nRUN rm -rf /var/lib/apt/lists/*\n',
  },
  {
    by: 'cleanup-in-later-layer',
    instead: ['conda-no-clean'],
    dockerfile: 'FROM condaforge/miniforge3:26.3.2-3\nRUN mamba install -y pandas=3.0.5\nRUN mamba clean -afy\n',
  },
  {
    by: 'cleanup-in-later-layer',
    instead: ['pip-no-cache'],
    dockerfile: `${PYTHON}RUN pip install pandas==3.0.5\nRUN rm -rf /root/.cache/pip\n`,
  },
  {
    by: 'apt-update-alone',
    instead: ['apt-no-cleanup'],
    dockerfile: 'FROM debian:trixie-slim\nRUN apt-get update\nRUN apt-get install -y curl\n',
  },
  {
    by: 'apt-package-removed-from-suite',
    instead: ['apt-python-in-python-image'],
    dockerfile: `${PYTHON}RUN apt-get update && apt-get install -y python-dev\n`,
  },
  {
    by: 'cuda-wheel-base-mismatch',
    instead: ['cuda-installed-twice', 'cuda-devel-in-final-stage'],
    dockerfile:
      'FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install torch==2.12.0 --index-url https://download.pytorch.org/whl/cu130\nCMD ["python3", "-m", "http.server"]\n',
  },
  {
    by: 'cuda-installed-twice',
    instead: ['cuda-devel-in-final-stage'],
    dockerfile:
      'FROM nvidia/cuda:12.8.1-cudnn-devel-ubuntu22.04\nRUN pip install torch==2.10.0 --index-url https://download.pytorch.org/whl/cu128\nCMD ["python3", "-m", "http.server"]\n',
  },
  {
    by: 'lockfile-not-used',
    instead: ['julia-unpinned'],
    dockerfile: "FROM julia:1.12\nWORKDIR /app\nCOPY Project.toml ./\nRUN julia --project=. -e 'using Pkg; Pkg.instantiate()'\n",
    files: {
      'Project.toml': '[deps]\nCSV = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"\n',
      'Manifest.toml': 'julia_version = "1.12.1"\nmanifest_format = "2.0"\n',
    },
  },
  {
    by: 'install-at-container-start',
    instead: ['pip-unpinned'],
    dockerfile: `${PYTHON}CMD ["sh", "-c", "pip install pandas && exec python app.py"]\n`,
  },
  {
    by: 'install-at-container-start',
    instead: ['conda-unpinned'],
    dockerfile: 'FROM condaforge/miniforge3:26.3.2-3\nCMD ["sh", "-c", "conda install -y pandas && exec python app.py"]\n',
  },
];

const seen = (each: Case, select: readonly string[]): readonly string[] => [
  ...new Set(lint(each.dockerfile, { select, ...amid(each.files, each.dockerfile) }).findings.map(({ ruleId }) => ruleId)),
];

describe('one problem', () => {
  for (const each of CASES) {
    it(`${each.by} speaks instead of ${each.instead.join(', ')}`, () => {
      for (const id of each.instead) expect(seen(each, [id]), `${id} alone`).toEqual([id]);
      expect(seen(each, [each.by, ...each.instead])).toEqual([each.by]);
    });
  }

  it('has a case for every rule that speaks instead of another', () => {
    const shown = new Set(CASES.flatMap(({ by, instead }) => instead.map((id) => `${by} ${id}`)));
    const said = rules.flatMap(({ id, supersedes = [] }) => supersedes.map((other) => `${id} ${other}`));
    expect(said.filter((pair) => !shown.has(pair))).toEqual([]);
    expect([...shown].filter((pair) => !said.includes(pair))).toEqual([]);
  });
});
