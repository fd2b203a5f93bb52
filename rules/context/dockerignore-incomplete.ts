import {
  broadCopies,
  type Clutter,
  type ClutterKind,
  clutterIn,
  describe,
  ignoreLines,
  mayAskGit,
  titleOf,
} from '../../src/facts/clutter.js';
import { enumerated } from '../../src/facts/requirement.js';
import type { Span } from '../../src/model/dockerfile.js';
import { isInside } from '../../src/model/paths.js';
import { defineRule, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'dockerignore-incomplete',
  family: 'context',
  summary: 'A directory is copied with what .dockerignore should leave out',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    heavy: {
      text: '`{copy}` brings {things} into the build: {file} does not leave {them} out',
      help: 'Add to {file}:\n{lines}',
    },
    caches: {
      text: '`{copy}` brings {things} into the build, and every change there rebuilds all that follows: {file} does not leave {them} out',
      help: 'Add to {file}:\n{lines}',
    },
    results: {
      text: '`{copy}` brings {things} into the build: {file} does not leave {them} out',
      help: 'Add to {file}, if the program does not need {them}:\n{lines}',
    },
  },
  on: {
    *file(dockerfile, { context, script }) {
      const ignoreFile = context?.ignoreFile;
      if (context?.directory === undefined || ignoreFile === undefined) return;
      const copies = broadCopies(dockerfile, context);
      const clutter = clutterIn(copies, dockerfile, context, script);
      for (const group of GROUPS) {
        const own = clutter.filter(({ kind }) => group.kinds.includes(kind));
        const [first] = own;
        const copy = first && copies.find(({ path }) => path === '' || isInside(first.path, path));
        if (copy === undefined) continue;
        const data = {
          copy: titleOf(copy),
          things: enumerated(own.map(describe)),
          them: own.length === 1 ? 'it' : 'them',
          file: ignoreFile.path,
          lines: ignoreLines(own).join('\n'),
        };
        yield {
          at: copy.word.span,
          message: group.message,
          severity: group.severity,
          data,
          fixes: [leavingOut(own, ignoreFile.path, copy.word.span, group, () => mayAskGit(dockerfile, script))],
        };
      }
    },
  },
});

interface Group {
  readonly message: 'heavy' | 'caches' | 'results';
  readonly kinds: readonly ClutterKind[];
  readonly severity: 'warning' | 'info';
}

const GROUPS: readonly Group[] = [
  { message: 'heavy', kinds: ['history', 'environment'], severity: 'warning' },
  { message: 'caches', kinds: ['cache'], severity: 'info' },
  { message: 'results', kinds: ['result', 'data'], severity: 'info' },
];

function leavingOut(clutter: readonly Clutter[], path: string, affects: Span, { message }: Group, isAsked: () => boolean): Fix {
  const lines = ignoreLines(clutter);
  const about = {
    title: `Add ${enumerated(lines.map((line) => `\`${line}\``))} to ${path}`,
    edits: [],
    additions: [{ path, lines, affects }],
  };
  if (clutter.some(({ kind }) => kind === 'history') && isAsked())
    return { ...about, safety: 'unsafe', risk: 'a build that takes its version from the history no longer finds one' };
  if (message !== 'results') return { ...about, safety: 'safe' };
  return { ...about, safety: 'unsafe', risk: 'the program may read what is left out' };
}

export const docs: RuleDocs = {
  why: "The history of a repository often outweighs its code, and a virtual environment of the developer's machine often outweighs both; copied over the environment of the image, its programs point at a Python that is not there. Caches and checkpoints change with every run and every save, and each change builds everything below anew.",
  remedy: 'Add what is named to the ignore file. Patterns begin at the root of the context: what may lie anywhere needs `**/` in front.',
  limits:
    'Named is what exists and would really be copied: in a fresh clone that is less than on your machine. What a COPY, a mount or a command names itself is wanted, and so is `.git` where a command or the build backend (setuptools-scm, hatch-vcs, versioneer) reads it. `data`, `datasets` and `raw` at the root count when they hold more than 5 MB of tables and archives and are no Python package. `venv` counts with a pyvenv.cfg in it, and `wandb` not as a package of Python. Leaving `.git` out is an unsafe fix where make, cargo, npm and the like build, which may ask git for a version. Nothing is said of COPYs with `--exclude`, nor without a build context. Secrets have a rule of their own, secret-file-copied.',
  references: [
    'https://docs.docker.com/build/concepts/context/#dockerignore-files (2026-08)',
    'https://docs.astral.sh/uv/guides/integration/docker/ (2026-08-21: exclude .venv)',
    'https://rstudio.github.io/renv/articles/docker.html (2026-08-05: exclude renv/* but for activate.R and settings.json)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\n',
      files: {
        'app.py': '',
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.venv/pyvenv.cfg': 'home = /usr/bin\n',
        'pkg/__pycache__/a.pyc': 'x',
        '.dockerignore': '*.md\n',
      },
      reports: [
        [3, 'heavy'],
        [3, 'caches'],
      ],
      fixedFiles: { '.dockerignore': '*.md\n.git\n.venv\n**/__pycache__\n' },
    },
    {
      title: 'Runs of experiments',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { 'train.py': '', 'mlruns/0/meta.yaml': 'x', '.dockerignore': '.git\n' },
      reports: [[2, 'results']],
      fixedFiles: { '.dockerignore': '.git\nmlruns\n' },
    },
    {
      title: 'A virtual environment has a pyvenv.cfg, whatever its name',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\n',
      files: {
        '.dockerignore': '.git\n',
        'churn/pyvenv.cfg': 'home = C:\\Python313\n',
        'churn/Scripts/python.exe': '',
        'main.py': 'print(1)\n',
      },
      reports: [[3, 'heavy']],
      fixedFiles: { '.dockerignore': '.git\nchurn\n' },
    },
    {
      title: 'The library of the machine it was written on',
      dockerfile: 'FROM rocker/r-ver:4.5.1\nCOPY . /app\n',
      files: { 'app.R': '', 'renv/activate.R': 'x', 'renv/library/linux/a/DESCRIPTION': 'x', '.dockerignore': '.git\n' },
      reports: [[2, 'heavy']],
      fixedFiles: { '.dockerignore': '.git\nrenv/library\n' },
    },
    {
      title: 'A module that is called like the results of a tool, and tests of environments',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { 'loggers/wandb/__init__.py': '', 'tests/venv/verify': '', '.dockerignore': '.git\n' },
      reports: [],
    },
    {
      title: 'Large files come out of the history',
      dockerfile: 'FROM python:3.13-trixie\nCOPY . /app\nRUN cd /app && git lfs install && git lfs pull --include models\n',
      files: { 'app.py': '', '.git/HEAD': 'x', '.dockerignore': '.venv\n' },
      reports: [],
    },
    {
      title: 'All is left out',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { 'app.py': '', '.git/HEAD': 'x', '.venv/pyvenv.cfg': 'x', '.dockerignore': '.git\n.venv\n' },
      reports: [],
    },
    {
      title: 'Everything, but for what is taken back',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { 'app.py': '', '.git/HEAD': 'x', '.venv/pyvenv.cfg': 'x', '.dockerignore': '*\n!app.py\n' },
      reports: [],
    },
    {
      title: 'The version comes from the history',
      dockerfile: 'FROM python:3.13\nCOPY . /app\nRUN pip install --no-cache-dir /app\n',
      files: { 'pyproject.toml': '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\n', '.git/HEAD': 'x', '.dockerignore': '.venv\n' },
      reports: [],
    },
  ],
};
