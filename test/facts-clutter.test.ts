/** What dockerignore-incomplete proposes to leave out, judged by the matcher that reads ignore files as Docker does. */
import { describe, expect, it } from 'vitest';
import { readDockerignore } from '../src/files/dockerignore.js';
import { lintAll } from './lint.js';
import { amid } from './memory-tree.js';

const DOCKERFILE = 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n';

/** What no line may take away from a project. */
const WANTED = [
  'app.py',
  'requirements.txt',
  'pyproject.toml',
  '.env.example',
  '.gitignore',
  '.python-version',
  'src/data/loader.py',
  'src/environment/__init__.py',
  'src/wandb_logger.py',
  'models/model.py',
  'renv/activate.R',
  'renv/settings.json',
  '.streamlit/config.toml',
  '.dvc/config',
  'notebooks/report.ipynb',
  'data.py',
  'venv.sh',
  'cache/__init__.py',
];

const BIG = 'x'.repeat(5_000_001);

/** The lines that a rule proposes for a project with such a file besides the wanted ones. */
function proposed(rule: string, file: string, content = 'x', ignore?: string): readonly string[] {
  const files = {
    ...Object.fromEntries(WANTED.map((path) => [path, 'x'])),
    ...(ignore !== undefined && { '.dockerignore': ignore }),
    [file]: content,
  };
  const { report } = lintAll(DOCKERFILE, { select: [rule], ...amid(files, DOCKERFILE) });
  return report.findings.flatMap(({ fixes = [] }) => fixes.flatMap(({ additions = [] }) => additions.flatMap(({ lines }) => lines)));
}

describe('dockerignore-incomplete', () => {
  // A file, the line, and a second file of the kind that the same line must keep out, or that it must not.
  it.each([
    ['.git/HEAD', '.git', '.git/objects/ab/cd'],
    ['.hg/store', '.hg', '.hg/store/x'],
    ['.svn/wc.db', '.svn', '.svn/pristine/x'],
    ['.venv/pyvenv.cfg', '.venv', '.venv/bin/python'],
    ['sub/.venv/pyvenv.cfg', '**/.venv', '.venv/bin/python'],
    ['venv/pyvenv.cfg', 'venv', 'venv/lib/x.py'],
    ['env/pyvenv.cfg', 'env', 'env/lib/x.py'],
    ['node_modules/a/index.js', 'node_modules', 'node_modules/b/c.js'],
    ['web/node_modules/a/index.js', '**/node_modules', 'node_modules/b.js'],
    ['.pixi/envs/x', '.pixi', '.pixi/y'],
    ['__pycache__/app.cpython-313.pyc', '**/__pycache__', 'src/pkg/__pycache__/x.pyc'],
    ['src/__pycache__/app.cpython-313.pyc', '**/__pycache__', '__pycache__/x.pyc'],
    ['notebooks/.ipynb_checkpoints/a.ipynb', '**/.ipynb_checkpoints', '.ipynb_checkpoints/b.ipynb'],
    ['.mypy_cache/x', '**/.mypy_cache', 'sub/.mypy_cache/x'],
    ['.pytest_cache/x', '**/.pytest_cache', 'sub/.pytest_cache/x'],
    ['.ruff_cache/x', '**/.ruff_cache', 'sub/.ruff_cache/x'],
    ['.tox/x', '**/.tox', 'sub/.tox/x'],
    ['.nox/x', '**/.nox', 'sub/.nox/x'],
    ['htmlcov/index.html', '**/htmlcov', 'sub/htmlcov/x'],
    ['.Rproj.user/x', '**/.Rproj.user', 'sub/.Rproj.user/x'],
    ['.cache/x', '**/.cache', 'sub/.cache/x'],
    ['mlruns/0/meta.yaml', 'mlruns', 'mlruns/1/meta.yaml'],
    ['train/mlruns/0/meta.yaml', '**/mlruns', 'mlruns/1/meta.yaml'],
    ['mlartifacts/0/x', 'mlartifacts', 'mlartifacts/1/x'],
    ['wandb/run-1/x', 'wandb', 'wandb/run-2/x'],
    ['lightning_logs/version_0/x', 'lightning_logs', 'lightning_logs/version_1/x'],
    ['multirun/2026/x', 'multirun', 'multirun/2025/x'],
    ['outputs/2026/.hydra/config.yaml', '**/.hydra', '.hydra/x'],
    ['.dvc/cache/files/x', '.dvc/cache', '.dvc/cache/y'],
    ['sub/.dvc/tmp/x', '**/.dvc/tmp', '.dvc/tmp/y'],
    ['renv/library/x', 'renv/library', 'renv/library/y/z'],
    ['analysis/renv/staging/x', '**/renv/staging', 'renv/staging/y'],
  ])('for %s writes %s', (file, line, other) => {
    const lines = proposed('dockerignore-incomplete', file, 'x', '*.md\n');
    expect(lines).toEqual([line]);
    const ignored = readDockerignore(lines.join('\n'));
    expect([ignored.isIgnored(file), ignored.isIgnored(other), ignored.problems]).toEqual([true, true, []]);
    expect(WANTED.filter((path) => ignored.isIgnored(path))).toEqual([]);
    // Once it is written, there is nothing left to say.
    expect(proposed('dockerignore-incomplete', file, 'x', `*.md\n${line}\n`)).toEqual([]);
  });

  it.each(['data/train.csv', 'datasets/a.parquet', 'raw/x.h5'])('names %s where it is large', (file) => {
    const directory = file.replace(/\/.*/, '');
    expect(proposed('dockerignore-incomplete', file, BIG, '*.md\n')).toEqual([directory]);
    expect(readDockerignore(directory).isIgnored('src/data/loader.py')).toBe(false);
    expect(proposed('dockerignore-incomplete', file, 'a,b\n1,2\n', '*.md\n')).toEqual([]);
    expect(proposed('dockerignore-incomplete', `src/${file}`, BIG, '*.md\n')).toEqual([]);
  });

  // Of Table J left alone: what the program or its build may need, and what is too small to matter. Secrets have a rule of their own.
  it.each([
    'models/model.safetensors',
    'checkpoints/last.ckpt',
    'outputs/plot.png',
    'runs/detect/x.png',
    'dist/app.js',
    'build/lib/x.py',
    'app.egg-info/PKG-INFO',
    'docs/index.md',
    'tests/test_app.py',
    'README.md',
    '.idea/workspace.xml',
    '.vscode/settings.json',
    '.DS_Store',
    '.coverage',
    '.github/workflows/ci.yml',
    '.Rhistory',
    'compose.yaml',
    '.env',
    'env/config.py',
    'wandb/__init__.py',
  ])('says nothing of %s', (file) => {
    expect(proposed('dockerignore-incomplete', file, 'x', '*.log\n')).toEqual([]);
  });

  it.each([
    ['.git/HEAD', '.git*'],
    ['.git/HEAD', '*\n!app.py'],
    ['src/__pycache__/a.pyc', '**/__pycache__/'],
    ['sub/.venv/pyvenv.cfg', '**/.venv/**'],
    ['.git/HEAD', '.git/*'],
    ['src/__pycache__/a.pyc', '**/__pycache__/*'],
    ['data/train.csv', 'data/*'],
    ['renv/library/x', 'renv/*\n!renv/activate.R\n!renv/settings.json'],
    ['mlruns/0/meta.yaml', '/mlruns/'],
  ])('sees that %s is kept out by %j', (file, ignore) => {
    expect(proposed('dockerignore-incomplete', file, BIG, `${ignore}\n`)).toEqual([]);
  });

  it.each([
    ['src/__pycache__/a.pyc', '__pycache__', ['**/__pycache__']],
    ['sub/.venv/pyvenv.cfg', '.venv', ['**/.venv']],
  ])('sees that %s is not kept out by %j, which begins at the root', (file, ignore, lines) => {
    expect(proposed('dockerignore-incomplete', file, 'x', `${ignore}\n`)).toEqual(lines);
  });
});

describe('dockerignore-missing', () => {
  it('writes lines that keep out what they are for and nothing that a project needs', () => {
    const lines = proposed('dockerignore-missing', 'src/__pycache__/app.cpython-313.pyc');
    const ignored = readDockerignore(lines.join('\n'));
    expect(ignored.problems).toEqual([]);
    for (const path of [
      '.git/HEAD',
      '.venv/bin/python',
      '.env',
      '.env.local',
      'src/__pycache__/a.pyc',
      'notebooks/.ipynb_checkpoints/a.ipynb',
    ])
      expect([path, ignored.isIgnored(path)]).toEqual([path, true]);
    expect(WANTED.filter((path) => ignored.isIgnored(path))).toEqual([]);
  });
});
