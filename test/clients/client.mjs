/**
 * What the checks with outside programs share: where plimsoll is, how a client is installed, how a command is run. Whatever is
 * installed goes into a temporary folder, but for Debian's packages. Everything throws when its client cannot be had: a check never skips.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The built program; run it with `process.execPath`. */
export const cli = path.join(root, 'dist/cli.cjs');

const folders = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder outside the checkout, gone when the process ends. */
export function temporaryFolder(name = 'client') {
  const folder = mkdtempSync(path.join(tmpdir(), `plimsoll-${name}-`));
  folders.push(folder);
  return folder;
}

/**
 * Runs a command to its end and returns `{ status, stdout, stderr }`.
 *
 * @param options of spawnSync, and `expect`: the exit codes that are fine, [0] by default; any other throws with what was printed
 */
export function run(command, args, { expect = [0], ...options } = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...options,
  });
  if (error !== undefined) throw error;
  if (!expect.includes(status)) {
    const how = signal === null ? `exit code ${status}` : `signal ${signal}`;
    throw new Error(`${[command, ...args].join(' ')}: ${how}\n${stdout}${stderr}`);
  }
  return { status, stdout, stderr };
}

/** Runs plimsoll. Exit codes 0 and 1 are fine unless `options.expect` says otherwise. */
export function plimsoll(args, options = {}) {
  return run(process.execPath, [cli, ...args], { cwd: root, expect: [0, 1], ...options });
}

/** Installs Debian's packages where they are not. */
export function installDebian(...packages) {
  const isInstalled = (name) => run('dpkg-query', ['-W', '-f=${Status}', name], { expect: [0, 1] }).stdout.endsWith(' installed');
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  run('apt-get', ['-qq', 'update']);
  run('apt-get', ['-qq', 'install', '--yes', '--no-install-recommends', ...missing]);
}

/** A new virtual environment with packages from PyPI (`name==version`); returns its folder, whose `bin` has their programs. */
export function pythonEnvironment(...requirements) {
  const folder = temporaryFolder('python');
  run('python3', ['-m', 'venv', folder]);
  if (requirements.length > 0)
    run(path.join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]);
  return folder;
}

/** A folder whose `node_modules` has packages from npm (`name@version`); their install scripts are not run. */
export function npmFolder(...packages) {
  const folder = temporaryFolder('npm');
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd: folder });
  return folder;
}

/** Builds a Go program (`example.com/cmd/name@v1.2.3`) and returns the path of its binary. */
export function goProgram(source) {
  const folder = temporaryFolder('go');
  run('go', ['install', source], { env: { ...process.env, GOBIN: folder, GOFLAGS: '-modcacherw' } });
  return path.join(folder, path.posix.basename(source.replace(/@.*/, '').replace(/\/v\d+$/, '')));
}

/** Throws unless two values are the same as JSON. */
export function same(actual, expected, what) {
  const [got, wanted] = [actual, expected].map((value) => JSON.stringify(value, null, 1));
  if (got !== wanted) throw new Error(`${what}: expected\n${wanted}\nbut got\n${got}`);
}

/** Throws unless a text holds some words. */
export function holds(text, words, what) {
  if (!text.includes(words)) throw new Error(`${what}: expected\n${words}\nin\n${text}`);
}
