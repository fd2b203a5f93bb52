import { describe, expect, it } from 'vitest';
import { type CondaInstall, cleans, condaCache, condaInstalls, fetchesPackages, isLocked, readSpecification } from '../src/facts/conda.js';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { Command, RunInstruction } from '../src/model/dockerfile.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

/** The commands of the last RUN. */
function commands(dockerfile: string): readonly Command[] {
  const model = buildModel(parseSyntax(sourceFromText('Dockerfile', dockerfile)));
  const stage = model.stages.at(-1);
  const run = stage?.instructions.findLast((instruction): instruction is RunInstruction => instruction.keyword === 'RUN');
  if (stage === undefined || run === undefined) throw new Error('no RUN');
  return scriptOf(run, stage).commands;
}

function install(words: string, before = ''): CondaInstall {
  const [first] = commands(`FROM condaforge/miniforge3:26.3.2-0\n${before}RUN ${words}\n`).flatMap(
    (command) => condaInstalls(command) ?? [],
  );
  if (first === undefined) throw new Error(`no install in ${words}`);
  return first;
}

const cacheOf = (run: string, before = ''): string => condaCache(install(run, before)).kind;

describe('a match specification', () => {
  it.each([
    ['pandas', 'unpinned'],
    ['pandas=*', 'unpinned'],
    ['pytorch=*=*cuda*', 'unpinned'],
    ['pandas=3', 'pinned'],
    ['pandas=3.0.*', 'pinned'],
    ['pandas==3.0.5', 'pinned'],
    ['pandas=3.0.5=py313h0_0', 'pinned'],
    ['pandas 3.0.5', 'pinned'],
    ['pandas 3.0.5 py313h0_0', 'pinned'],
    ["pandas[version='3.0.5']", 'pinned'],
    ['pandas>=2,<4', 'bounded'],
    ['pandas >=2,<4', 'bounded'],
    ['pandas<4', 'bounded'],
    ['pandas~=3.0', 'bounded'],
    ["pandas[version='>=2,<4']", 'bounded'],
    ['pandas>=2', 'ranged'],
    ['pandas!=2.1', 'ranged'],
  ])('%s is %s', (text, pinning) => expect(readSpecification(text)).toMatchObject({ pinning }));

  it('has a name and a channel', () => {
    expect(readSpecification('conda-forge::pandas=3.0')).toEqual({ name: 'pandas', channel: 'conda-forge', pinning: 'pinned' });
    expect(readSpecification('conda-forge/linux-64::libblas=*=*mkl')).toMatchObject({ name: 'libblas', channel: 'conda-forge/linux-64' });
    expect(readSpecification('https://conda.anaconda.org/conda-forge/noarch/six-1.17-py_0.conda')).toMatchObject({ pinning: 'pinned' });
    expect(readSpecification('')).toBeUndefined();
  });
});

describe('an install', () => {
  it.each([
    ['conda install -y pandas', 'conda install', ['pandas']],
    ['/opt/conda/bin/conda install --yes -n base -c conda-forge --override-channels pandas', 'conda install', ['pandas']],
    ['mamba create -n app -p /env python=3.13 pandas', 'mamba create', ['python=3.13', 'pandas']],
    ['micromamba -n base install -y --channel-priority strict -r /opt pandas', 'micromamba install', ['pandas']],
    ['conda install --channel-priority pandas', 'conda install', ['pandas']],
    ['conda upgrade pandas', 'conda upgrade', ['pandas']],
    ['conda env update -n base -f environment.yml', 'conda env update', []],
    ['conda env create', 'conda env create', []],
    ['micromamba install -yn base -f env.yml', 'micromamba install', []],
    ['conda install -f pandas', 'conda install', ['pandas']],
    ['conda run -n app mamba install pandas', 'mamba install', ['pandas']],
  ])('%s', (words, title, packages) => {
    expect(install(words).title).toBe(title);
    expect(install(words).packages.map(({ text }) => text)).toEqual(packages);
  });

  it.each([
    'conda config --add channels conda-forge',
    'conda init bash',
    'conda clean -afy',
    'conda list',
    'conda remove x',
    'conda install --dry-run x',
    'conda env export',
  ])('%s is none', (words) => expect(commands(`FROM a\nRUN ${words}\n`).map(condaInstalls)).toEqual([undefined]));

  it('may be locked, or fetch nothing', () => {
    expect(isLocked(install('micromamba install -y -f /tmp/conda-linux-64.lock'))).toBe(true);
    expect(isLocked(install('conda create -n x --file explicit.txt python'))).toBe(true);
    expect(isLocked(install('conda install --file requirements.txt x'))).toBe(false);
    expect(fetchesPackages(install('conda create -n app -y'))).toBe(false);
    expect(fetchesPackages(install('conda create -n app --clone base'))).toBe(false);
    expect(fetchesPackages(install('conda create -n app python=3.13'))).toBe(true);
    expect(fetchesPackages(install('conda env create'))).toBe(true);
  });
});

describe('the archives', () => {
  it.each([
    ['conda clean -afy', 'packages'],
    ['conda clean --all', 'packages'],
    ['mamba clean -tipsy', 'packages'],
    ['mamba clean -tipy', 'packages'],
    ['conda clean --yes --tarballs', 'packages'],
    ['micromamba clean -ay', 'packages'],
    ['conda clean --index-cache -y', 'other'],
    ['conda clean -iy', 'other'],
    ['conda install clean', undefined],
  ])('%s removes %s', (words, what) => expect(commands(`FROM a\nRUN ${words}\n`).map(cleans)).toEqual([what]));

  it.each([
    'conda install -y x && conda clean -afy',
    'conda install -y x && mamba clean -tipsy && fix-permissions $CONDA_DIR',
    'conda install -y x && rm -rf /opt/conda/pkgs',
    'conda install -y x && rm -rf "$CONDA_DIR/pkgs"/*',
    'conda install -y x && /tmp/clean-layer.sh',
    '--mount=type=cache,target=/opt/conda/pkgs conda install -y x',
    'conda install -y x; make clean',
  ])('are gone after %s', (run) => expect(cacheOf(run)).toBe('gone'));

  it.each([
    ['conda install -y x', 'kept'],
    ['conda clean -afy && conda install -y x', 'kept'],
    ['conda install -y x && apt-get clean', 'kept'],
    ['conda install -y x && rm -rf /opt/conda/pkgs/cache', 'kept'],
    ["conda install -y x && find /opt/conda -name '*.a' -delete", 'kept'],
    ['--mount=type=cache,target=/root/.cache/pip conda install -y x', 'kept'],
    ['conda install -y x && conda clean -iy', 'partial'],
  ])('after %s: %s', (run, kind) => expect(cacheOf(run)).toBe(kind));

  it('may be elsewhere', () => {
    expect(cacheOf('--mount=type=cache,target=/cache conda install -y x', 'ENV CONDA_PKGS_DIRS=/cache/archives\n')).toBe('gone');
    expect(cacheOf('conda install -y x && rm -rf /tmp/archives', 'ENV CONDA_PKGS_DIRS=/tmp/archives\n')).toBe('gone');
  });
});
