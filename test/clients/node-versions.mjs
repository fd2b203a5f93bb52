/** The packed package on each Node it is made for: the lowest one, one that cannot `require` ES modules, and the newest of each line. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { holds, root, run, same, temporaryFolder } from './client.mjs';

/** npm's package `node` (2026-11-22). */
const VERSIONS = ['20.19.0', '20.20.2', '22.11.0', '22.23.3', '24.21.0', '26.10.0'];

const DOCKERFILE = 'FROM python:3.13-slim-trixie\nRUN pip install pandas==2.3.3\nENV A 1\nCMD ["python", "é.py"]\n';
const MENDED = 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==2.3.3\nENV A=1\nCMD ["python", "é.py"]\n';
const RULES = ['--select', 'pip-no-cache,env-legacy-syntax'];
const FOUND = [
  ['pip-no-cache', 2, 5],
  ['env-legacy-syntax', 3, 5],
];

/** As many files as make the program start threads, and more. */
const MANY = 1200;

/** Tells on standard error what comes back from threads, and makes sure that there is more than one processor to use. */
const WATCH = `
const threads = require('node:worker_threads'); const os = require('node:os');
os.availableParallelism = () => 2;
const { Worker } = threads;
threads.Worker = class extends Worker {
  constructor(...words) { super(...words); this.on('message', (share) => process.stderr.write('a thread linted ' + share.size + '\\n')); }
};`;

const USE = `
const { findings } = lintText(${JSON.stringify(DOCKERFILE)}, { select: ['pip-no-cache', 'env-legacy-syntax'] });
let error; try { lintText('', { select: ['nope'] }); } catch (thrown) { error = thrown instanceof ConfigurationError; }
console.log(JSON.stringify([findings.map(({ ruleId }) => ruleId), error]));`;

let folder;
/** The package, packed and installed once, as npm does it; beside it what the checks lint and run. */
function installed() {
  if (folder !== undefined) return folder;
  folder = temporaryFolder('node-versions');
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball}`], { cwd: folder });
  writeFileSync(path.join(folder, 'watch.cjs'), WATCH);
  writeFileSync(path.join(folder, 'use.mjs'), `import { ConfigurationError, lintText } from 'plimsoll';${USE}`);
  writeFileSync(path.join(folder, 'use.cjs'), `const { ConfigurationError, lintText } = require('plimsoll');${USE}`);
  mkdirSync(path.join(folder, 'many'));
  for (let i = 0; i < MANY; i++) writeFileSync(path.join(folder, `many/Dockerfile.${i}`), DOCKERFILE);
  return folder;
}

async function check(version) {
  const home = installed();
  const asked = run('npx', ['--yes', '--package', `node@${version}`, 'node', '-p', 'process.execPath + " " + process.versions.node'], {
    cwd: home,
  });
  const [binary, actual] = asked.stdout.trim().split('\n').at(-1).split(' ');
  // NOTE: npm 12 does not run the script of npm's package that fetches the binary, and npx then takes the Node of the machine.
  same(actual, version, 'the version of Node');
  const work = temporaryFolder(`node-${version}`);
  const file = path.join(work, 'Dockerfile');
  writeFileSync(file, DOCKERFILE);
  const cli = path.join(home, 'node_modules/plimsoll/dist/cli.cjs');
  // Its compiled code is kept below HOME: the second run has it from there.
  const env = { ...process.env, HOME: work, NO_COLOR: '1' };
  delete env.XDG_CACHE_HOME;
  delete env.NODE_OPTIONS;
  const node = (args, expect, cwd = work) => {
    const { stdout, stderr } = run(binary, args, { cwd, env, expect: [expect] });
    return { stdout, stderr };
  };
  const quiet = (args, expect, cwd) => {
    const { stdout, stderr } = node(args, expect, cwd);
    same(stderr, '', `standard error of ${args.slice(1).join(' ')}`);
    return stdout;
  };

  same(quiet([cli, '--version'], 0).trim(), JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version, '--version');
  for (const _ of ['compiled', 'from the code cache']) {
    const found = JSON.parse(quiet([cli, ...RULES, '--format', 'json'], 1));
    same(
      found.map(({ ruleId, line, column }) => [ruleId, line, column]),
      FOUND,
      'findings',
    );
  }
  same(readdirSync(path.join(work, '.cache/plimsoll')).length, 1, 'files in the code cache');
  holds(quiet([cli, ...RULES], 1), '2 problems', 'the report as text');
  quiet([cli, '--select', 'root-user', '--ignore', 'root-user', '.'], 0);
  holds(node([cli, '--nonsense'], 2).stderr, '--nonsense', 'what is said of a wrong flag');
  for (const format of ['html', 'sarif']) quiet([cli, ...RULES, '--format', format, '--output-file', `report.${format}`], 1);
  const [run0] = JSON.parse(readFileSync(path.join(work, 'report.sarif'), 'utf8')).runs;
  same(run0.results.map(({ ruleId }) => ruleId).sort(), FOUND.map(([id]) => id).sort(), 'results in SARIF');
  for (const [id] of FOUND) holds(readFileSync(path.join(work, 'report.html'), 'utf8'), id, 'the page');
  holds(quiet([cli, 'explain', 'pip-no-cache'], 0), 'pip-no-cache', 'the page of a rule');
  quiet([cli, ...RULES, '--fix', '--unsafe-fixes'], 0);
  same(readFileSync(file, 'utf8'), MENDED, 'the mended file');

  const { stdout, stderr } = node(
    ['--require', path.join(home, 'watch.cjs'), cli, ...RULES, '--format', 'json', '--no-gitignore', 'many'],
    1,
    home,
  );
  same(JSON.parse(stdout).length, MANY * FOUND.length, 'findings in many files');
  const share = /^a thread linted (\d+)$/m.exec(stderr);
  if (share === null || Number(share[1]) === 0) throw new Error(`no thread did anything: ${stderr}`);

  for (const script of ['use.mjs', 'use.cjs']) same(JSON.parse(quiet([script], 0, home)), [FOUND.map(([id]) => id), true], script);
  same(await initialized(binary, cli, work, env), { name: 'plimsoll', code: 0 }, 'the language server');
  return `${share[1]} of ${MANY} files on a second thread`;
}

/** Starts the language server, says hello and goodbye: what it calls itself, and its exit code. */
async function initialized(binary, cli, cwd, env) {
  const server = spawn(binary, [cli, 'lsp', '--stdio'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', resolve);
  });
  const send = (message) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    server.stdin.write(body);
  };
  let output = '';
  let errors = '';
  server.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  const answer = new Promise((resolve) => {
    server.stdout.on('data', (bytes) => {
      output += bytes;
      const [head, length] = /^Content-Length: (\d+)\r\n(?:.+\r\n)*\r\n/.exec(output) ?? [];
      if (head !== undefined && output.length >= head.length + Number(length))
        resolve(JSON.parse(output.slice(head.length, head.length + Number(length))));
    });
  });
  const late = setTimeout(() => server.kill(), 20_000);
  try {
    send({ id: 1, method: 'initialize', params: { processId: null, rootUri: pathToFileURL(cwd).href, capabilities: {} } });
    const first = await Promise.race([answer, ended]);
    if (first?.result === undefined) throw new Error(`plimsoll lsp does not answer initialize: ${output}${errors}`);
    send({ method: 'initialized', params: {} });
    send({ id: 2, method: 'shutdown' });
    send({ method: 'exit' });
    const code = await ended;
    same(errors, '', 'standard error of the language server');
    return { name: first.result.serverInfo?.name, code };
  } finally {
    clearTimeout(late);
    server.kill();
  }
}

export const checks = Object.fromEntries(VERSIONS.map((version) => [`the package on Node ${version}`, () => check(version)]));
