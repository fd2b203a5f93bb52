/** What the checks with pre-commit and prek share: the repository that has the hooks, a project that uses them, and what must come of it. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holds, root, run, same, temporaryFolder } from './client.mjs';
import { once } from './wheel.mjs';

const git = (cwd, ...args) => run('git', ['-c', 'user.name=plimsoll', '-c', 'user.email=plimsoll@localhost', ...args], { cwd }).stdout;

/** A clone of the checkout with what is not committed yet: `{ path, revision }`. */
export const hookRepository = once(() => {
  const clone = path.join(temporaryFolder('hooks'), 'plimsoll');
  git(root, 'clone', '--quiet', root, clone);
  const files = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0').filter(Boolean);
  for (const file of files) {
    if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(clone, file));
    else rmSync(path.join(clone, file), { force: true });
  }
  git(clone, 'add', '--all');
  git(clone, 'commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'As it is');
  return { path: clone, revision: git(clone, 'rev-parse', 'HEAD').trim() };
});

/** All kinds of names (conventions of identify and of discover.ts), each with findings at 2:5 and, behind two letters of two bytes, at 3:19. */
const DOCKERFILES = [
  'Containerfile',
  'Containerfile.gpu',
  'Dockerfile',
  'Dockerfile-dev',
  'Dockerfile.dev',
  'api [1]/gpu.containerfile',
  'api [1]/gpu.Containerfile',
  'dev.Dockerfile',
  'dev.dockerfile',
  'lower/dockerfile',
  'lower/dockerfile.dev',
];
const DOCKERFILE = 'FROM python:3.13-slim-trixie\nENV A 1\nRUN echo größe && pip install numpy==2.3.4\nUSER nobody\n';
const MENDED = DOCKERFILE.replace('A 1', 'A=1').replace('install numpy', 'install --no-cache-dir numpy');

/** Each with a finding at 5:7. */
const COMPOSE_FILES = ['compose.yaml', 'deploy/docker-compose.gpu.yml'];
const COMPOSE_FILE = 'services:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: grünes-geheimnis1\n';

const OTHERS = [
  '.dockerignore',
  'Dockerfile.dockerignore',
  'Dockerfile.j2',
  'Dockerfile.md',
  'Dockerfile.py',
  'compose.yaml.j2',
  'my.Dockerfile.tmpl',
  'mydockerfile',
  'node_modules/package/Dockerfile',
];
const EXCLUDED = 'legacy/Dockerfile';
/** What the configuration ignores is all there is in it. */
const OLD = 'old/Dockerfile';
const CONFIGURATION = '[tool.plimsoll]\nexclude = ["legacy"]\nignore = ["eol-python"]\n';

/** A git repository with Dockerfiles of all names, compose files, files of other kinds, and a configuration in pyproject.toml. */
export function project(hooks) {
  const folder = temporaryFolder('project');
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  for (const name of [...DOCKERFILES, ...OTHERS, EXCLUDED]) write(name, DOCKERFILE);
  for (const name of COMPOSE_FILES) write(name, COMPOSE_FILE);
  write(OLD, 'FROM python:3.8-slim\nUSER nobody\n');
  write('pyproject.toml', CONFIGURATION);
  if (hooks !== undefined) write('.pre-commit-config.yaml', hooks);
  git(folder, 'init', '--quiet');
  git(folder, 'add', '--all', '--force');
  return folder;
}

/** A configuration that the README shows, with other words in place of some. */
export function configured(name, words) {
  const shown = readFileSync(path.join(root, 'fixtures/workflows', name), 'utf8');
  return Object.entries(words).reduce((text, [word, other]) => {
    holds(text, word, name);
    return text.replace(word, other);
  }, shown);
}

/** A configuration of pre-commit with both hooks of the repository. */
export function hooksOfRepository() {
  const { path: repository, revision } = hookRepository();
  return configured('pre-commit-config.yaml', {
    'https://github.com/OWNER/plimsoll': repository,
    'v0.1.0': revision,
    '- id: plimsoll #': '- id: plimsoll-fix\n      - id: plimsoll #',
  });
}

/** Throws unless the output of a failed run reports all findings of the project at their places, and no other file. */
export function reportsProject({ status, stdout }, what) {
  same(status, 1, `${what}: the exit code\n${stdout}`);
  const names = [...DOCKERFILES, ...COMPOSE_FILES, ...OTHERS, EXCLUDED, OLD];
  const found = [];
  for (const line of stdout.split('\n').map((each) => each.trim())) {
    const [, place] = /^(\d+:\d+) +warning /.exec(line) ?? [];
    if (names.includes(line)) found.push([line]);
    else if (place !== undefined) found.at(-1)?.push(place);
  }
  const expected = [...DOCKERFILES.map((name) => [name, '2:5', '3:19']), ...COMPOSE_FILES.map((name) => [name, '5:7'])];
  same(found.map(String).sort(), expected.map(String).sort(), `${what}: files and places`);
  for (const rule of ['env-legacy-syntax', 'pip-no-cache', 'compose-inline-secret']) holds(stdout, rule, what);
  if (stdout.includes('geheimnis1')) throw new Error(`${what}: shows a secret`);
}

/**
 * Runs the hooks in a new project as people do: failing, with nothing but what is excluded, without a file, with a wrong configuration, mending,
 * clean, behind `git commit`. Returns how many seconds the second run took, all in all.
 *
 * @param hooks the text of .pre-commit-config.yaml, with the hooks plimsoll and plimsoll-fix
 * @param start `(args, { cwd, expect })` → `{ status, stdout, stderr }` of pre-commit or prek
 * @param env for git, which starts them by its hook
 */
export function worksInProject(hooks, start, env) {
  const cwd = project(hooks);
  const hook = (...args) => start(['run', ...args], { cwd, expect: [0, 1] });
  const is = ({ status, stdout }, code, words, what) => {
    same(status, code, `${what}: the exit code\n${stdout}`);
    holds(stdout, words, what);
  };
  reportsProject(hook('plimsoll', '--all-files'), 'the first run');
  is(hook('plimsoll', '--files', EXCLUDED), 0, 'Passed', 'nothing but what is excluded');
  is(hook('plimsoll', '--files', 'Dockerfile.md', 'Dockerfile.dockerignore'), 0, 'no files to check', 'nothing to lint');

  writeFileSync(path.join(cwd, 'pyproject.toml'), CONFIGURATION.replace('ignore', 'ignored'));
  const wrong = hook('plimsoll', '--files', OLD);
  is(wrong, 1, 'Did you mean `ignore`', 'a wrong configuration');
  writeFileSync(path.join(cwd, 'pyproject.toml'), '');
  is(hook('plimsoll', '--files', OLD), 1, 'eol-python', 'without the configuration');
  is(hook('plimsoll', '--files', EXCLUDED), 1, '3:19', 'without the configuration');
  writeFileSync(path.join(cwd, 'pyproject.toml'), CONFIGURATION);

  git(cwd, 'rm', '--quiet', '--force', ...COMPOSE_FILES);
  is(hook('plimsoll-fix', '--all-files'), 1, 'files were modified by this hook', 'mending');
  for (const name of DOCKERFILES) same(readFileSync(path.join(cwd, name), 'utf8'), MENDED, name);
  for (const name of [EXCLUDED, ...OTHERS]) same(readFileSync(path.join(cwd, name), 'utf8'), DOCKERFILE, name);
  is(hook('plimsoll-fix', '--all-files'), 0, 'Passed', 'mending again');
  const started = performance.now();
  is(hook('plimsoll', '--all-files'), 0, 'Passed', 'a clean run');
  const seconds = ((performance.now() - started) / 1000).toFixed(2);

  git(cwd, 'add', '--all');
  start(['install'], { cwd });
  const commit = () => {
    const { status, stderr, stdout } = run('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', 'commit', '--message', 'All'], {
      cwd,
      env,
      expect: [0, 1],
    });
    return { status, stdout: stdout + stderr };
  };
  writeFileSync(path.join(cwd, 'new.Dockerfile'), DOCKERFILE);
  git(cwd, 'add', 'new.Dockerfile');
  is(commit(), 1, 'new.Dockerfile', 'git commit with findings');
  same(readFileSync(path.join(cwd, 'new.Dockerfile'), 'utf8'), MENDED, 'after git commit');
  git(cwd, 'add', 'new.Dockerfile');
  is(commit(), 0, 'Passed', 'git commit without findings');
  same(git(cwd, 'show', 'HEAD:new.Dockerfile'), MENDED, 'what is committed');
  return seconds;
}
