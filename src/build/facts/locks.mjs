/**
 * Lock files: out of the histories of public projects, what a registry held, without asking it for hundreds of names; and one made
 * on the day. A uv.lock, poetry.lock or pdm.lock lists all files of a release (name, tag, sdist), a uv.lock their sizes too.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Versions read of one lock file, spread evenly over its history. */
const VERSIONS_OF_ONE_FILE = 120;
/** Lock files asked of git at once: some are 5 MB. */
const AT_ONCE = 40;

/** `owner/name` of a bare clone. */
export function projectOf(directory) {
  return basename(directory) === 'repo' ? basename(dirname(directory)).replace('+', '/') : basename(directory, '.git');
}

/** The lock that uv makes of measured.toml on the day: one resolution of one project, by the ordinary client. */
export function lockOfToday(day) {
  const directory = mkdtempSync(join(tmpdir(), 'facts-'));
  try {
    copyFileSync(new URL('measured.toml', import.meta.url), join(directory, 'pyproject.toml'));
    const run = (program, ...words) => output(program, words, { cwd: directory });
    run('python3', '-m', 'venv', '.venv');
    run('.venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', 'uv');
    run('.venv/bin/uv', 'lock', '--no-config', '--no-python-downloads');
    return { text: readFileSync(join(directory, 'uv.lock'), 'utf8'), day };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Every chosen version of every lock file in a repository's history, with its day. */
export function* lockTexts(directory, patterns = ['*uv.lock', '*poetry.lock', '*pdm.lock']) {
  const log = git(directory, ['log', '--all', '--no-renames', '--raw', '--no-abbrev', '--format=@%cs', '--', ...patterns]).toString();
  const chosen = [...chosenBlobs(log)];
  for (let at = 0; at < chosen.length; at += AT_ONCE) {
    const some = chosen.slice(at, at + AT_ONCE);
    yield* blobs(git(directory, ['cat-file', '--batch'], `${some.map(([id]) => id).join('\n')}\n`), new Map(some));
  }
}

/** Blob and day out of `git log --raw --format=@%cs`. */
export function chosenBlobs(log) {
  const byPath = new Map();
  let day = '';
  for (const line of log.split('\n')) {
    if (line.startsWith('@')) day = line.slice(1);
    const [, id, path] = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]{40}) \w+\t(.+)$/.exec(line) ?? [];
    if (id === undefined || /^0+$/.test(id)) continue;
    if (!byPath.has(path)) byPath.set(path, new Map());
    if (!byPath.get(path).has(id)) byPath.get(path).set(id, day);
  }
  const chosen = new Map();
  for (const versions of byPath.values()) {
    const all = [...versions];
    const step = Math.max(1, all.length / VERSIONS_OF_ONE_FILE);
    for (let at = 0; at < all.length; at += step) chosen.set(...all[Math.floor(at)]);
  }
  return chosen;
}

function* blobs(output, days) {
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const [id, kind, size] = output.subarray(at, end).toString().split(' ');
    at = end + 1;
    if (kind !== 'blob') continue;
    yield { text: output.subarray(at, at + Number(size)).toString('utf8'), day: days.get(id) };
    at += Number(size) + 1;
  }
}

function git(directory, words, input) {
  return output('git', ['--git-dir', directory, ...words], { input });
}

function output(program, words, options) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { ...options, maxBuffer: 1 << 30 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}
