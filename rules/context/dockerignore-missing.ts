import { broadCopies, clutterIn, describe, exceptionLines, ignoreLines, starterLines, titleOf } from '../../src/facts/clutter.js';
import { enumerated } from '../../src/facts/requirement.js';
import { defineRule, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'dockerignore-missing',
  family: 'context',
  summary: 'A whole directory is copied and there is no .dockerignore',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    brings: {
      text: 'There is no .dockerignore: `{copy}` brings {things} into the build, and every change there rebuilds all that follows',
      help: 'Write a file {place}:\n{lines}',
    },
    bare: {
      text: 'There is no .dockerignore: `{copy}` takes in whatever lies beside the code, {example}, and a change to any of it rebuilds all that follows',
      help: 'Write a file {place}:\n{lines}',
    },
  },
  on: {
    *file(dockerfile, { context, script }) {
      if (context?.directory === undefined || context.ignoreFile !== undefined || context.ignorePlace === undefined) return;
      const copies = broadCopies(dockerfile, context);
      const [first = undefined] = [...copies.filter(({ path }) => path === ''), ...copies];
      if (first === undefined) return;
      const clutter = clutterIn(copies, dockerfile, context, script);
      // A directory of code is copied for what is in it; only the whole context brings whatever comes.
      // Nor is anything said of a directory that is only the likeliest context: the real one may have its file.
      if (clutter.length === 0 && (first.path !== '' || !context.isDirectoryCertain)) return;
      const lines = [...[...new Set([...ignoreLines(clutter), ...starterLines(context)])].sort(), ...exceptionLines(context)];
      const place = context.ignorePlace;
      const example = EXAMPLES.find(([line]) => lines.includes(line))?.[1] ?? 'a .env or a log';
      const data = {
        copy: titleOf(first),
        things: enumerated(clutter.map(describe)),
        place,
        lines: lines.join('\n'),
      };
      const risk = 'a file that the program reads may be among what is left out';
      const fixes: readonly Fix[] = [
        { title: `Write ${place}`, safety: 'unsafe', risk, edits: [], additions: [{ path: place, lines, affects: first.word.span }] },
      ];
      if (clutter.length > 0) yield { at: first.word.span, message: 'brings', data, fixes };
      else yield { at: first.word.span, message: 'bare', severity: 'info', data: { ...data, example }, fixes };
    },
  },
});

/** What lies about unnoticed, by a line that leaves something of the kind out. */
const EXAMPLES: readonly (readonly [line: string, example: string])[] = [
  ['**/.ipynb_checkpoints', 'a .env or a notebook checkpoint'],
  ['.RData', 'a .env or an .RData'],
];

export const docs: RuleDocs = {
  why: 'What is copied with `COPY . .` is part of the image and of the key of the build cache: the history of the repository, which often outweighs the code, the virtual environment of the machine it was written on, checkpoints that every save of a notebook changes, and the .env with the passwords. Each change to any of them builds everything below anew.',
  remedy:
    'Write a `.dockerignore` at the root of the build context; the lines proposed are those of its languages (Python, R, Julia, Node). Patterns are like those of .gitignore with one difference: they begin at the root, so that what may lie anywhere needs `**/` in front.',
  limits:
    'Named is what exists and would really be copied: without anything of the kind the finding is worth knowing only, and only where the whole context is copied and it is certain which directory that is: a compose or bake file or a COPY names it, or it is the root of the repository. `.git` is not named where a command or the build backend (setuptools-scm, hatch-vcs, versioneer) reads it. Nothing is said without a build context, where single files are copied, and of COPYs with `--exclude`. What only exists on your machine is named only there. The fix writes a short file; with files of secrets in the context see secret-file-copied.',
  references: [
    'https://docs.docker.com/build/concepts/context/#dockerignore-files (2026-08)',
    'https://docs.docker.com/build/building/best-practices/#exclude-with-dockerignore (2026-08)',
    'https://docs.astral.sh/uv/guides/integration/docker/ (2026-08-21: exclude .venv)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\n',
      files: { 'app.py': '', '.git/HEAD': 'ref: refs/heads/main\n', '.venv/pyvenv.cfg': 'home = /usr/bin\n' },
      reports: [[3, 'brings']],
      fixedFiles: { '.dockerignore': '**/.ipynb_checkpoints\n**/__pycache__\n.env\n.env.*\n.git\n.venv\n' },
    },
    {
      title: 'Nothing there yet',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY ./ /app/\n',
      files: { 'app.py': '' },
      reports: [[2, 'bare']],
      fixedFiles: { '.dockerignore': '**/.ipynb_checkpoints\n**/__pycache__\n.env\n.env.*\n.git\n.venv\n' },
    },
    {
      title: 'Of a project in R',
      dockerfile: 'FROM rocker/r-ver:4.5.1\nCOPY . /app\n',
      files: { 'app.R': '', 'renv.lock': '{}' },
      reports: [[2, 'bare']],
      fixedFiles: { '.dockerignore': '**/renv/library\n.RData\n.Rhistory\n.Rproj.user\n.env\n.env.*\n.git\n' },
    },
    {
      title: 'Of a project in Julia',
      dockerfile: 'FROM julia:1.12\nCOPY . /app\n',
      files: { 'Project.toml': '', 'src/Model.jl': '' },
      reports: [[2, 'bare']],
      fixedFiles: { '.dockerignore': '**/*.jl.*.cov\n**/*.jl.mem\n.env\n.env.*\n.git\n' },
    },
    {
      title: 'Caches inside a directory of code',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY src /app/src\n',
      files: { 'src/app.py': '', 'src/__pycache__/app.cpython-313.pyc': 'x' },
      reports: [[2, 'brings']],
      fixedFiles: { '.dockerignore': '**/.ipynb_checkpoints\n**/__pycache__\n.env\n.env.*\n.git\n.venv\n' },
    },
    {
      title: 'One that leaves things out',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { 'app.py': '', '.git/HEAD': 'ref: refs/heads/main\n', '.dockerignore': '.git\n' },
      reports: [],
    },
    {
      title: 'A file of its own for this Dockerfile',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { 'app.py': '', 'Dockerfile.dockerignore': '*\n!app.py\n' },
      reports: [],
    },
    {
      title: 'Files by name, and a directory of code',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nCOPY src /app/src\n',
      files: { 'requirements.txt': 'flask==3.1.2\n', 'src/app.py': '', '.git/HEAD': 'ref: refs/heads/main\n' },
      reports: [],
    },
    { title: 'Without a build context', dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n', reports: [] },
  ],
};
