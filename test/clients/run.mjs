/**
 * Checks with programs that are not plimsoll's: `npm run test:clients`. Each installs its client and fails when it cannot.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const cli = path.join(root, 'dist/cli.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-clients-'));

const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status;
const validated = (name, ...args) => {
  const file = path.join(folder, `${name}.sarif`);
  node(cli, ...args, '--format', 'sarif', '--output-file', file);
  return node(path.join(here, 'sarif-multitool.mjs'), file) === 0;
};

/** Pages with findings, without any, and with all that a page can hold, escaped or not. */
const pagesWork = () => {
  const pages = [
    ['findings', 'fixtures/projects'],
    ['clean', 'fixtures/projects/blueprint', '--select', 'syntax-error'],
  ].map(([name, ...args]) => {
    const file = path.join(folder, `${name}.html`);
    node(cli, ...args, '--format', 'html', '--output-file', file);
    return file;
  });
  const golden = path.join(folder, 'golden.html');
  copyFileSync(path.join(root, 'fixtures/reports/html-suppressed.out'), golden);
  return node(path.join(here, 'chromium.mjs'), ...pages, golden) === 0;
};

const checks = {
  'HTML, by Chromium': pagesWork,
  'SARIF with findings, by Microsoft’s validator': () => validated('findings', 'fixtures'),
  'SARIF without findings, by Microsoft’s validator': () => validated('clean', 'fixtures/projects/blueprint', '--select', 'syntax-error'),
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const passed = check();
  if (!passed) failed++;
  console.log(`${passed ? 'ok' : 'FAILED'}: ${name}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
