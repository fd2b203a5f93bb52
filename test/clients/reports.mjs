/** Reports, read by programs that are made for them. */
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { plimsoll, root, run, temporaryFolder } from './client.mjs';

const folder = temporaryFolder('reports');
const judge = (script, ...files) =>
  run(process.execPath, [path.join(root, 'test/clients', script), ...files])
    .stdout.trim()
    .split('\n')
    .at(-1);

/** A report of some files, in a file. */
const reportOf = (name, format, ...args) => {
  const file = path.join(folder, `${name}.${format}`);
  plimsoll([...args, '--format', format, '--output-file', file]);
  return file;
};
const CLEAN = ['fixtures/projects/blueprint', '--select', 'syntax-error'];

export const checks = {
  'HTML, by Chromium': () => {
    // Pages with findings, without any, and with all that a page can hold, escaped or not.
    const golden = path.join(folder, 'golden.html');
    copyFileSync(path.join(root, 'fixtures/reports/html-suppressed.out'), golden);
    return judge('chromium.mjs', reportOf('findings', 'html', 'fixtures/projects'), reportOf('clean', 'html', ...CLEAN), golden);
  },
  'SARIF with findings, by Microsoft’s validator': () => judge('sarif-multitool.mjs', reportOf('findings', 'sarif', 'fixtures')),
  'SARIF without findings, by Microsoft’s validator': () => judge('sarif-multitool.mjs', reportOf('clean', 'sarif', ...CLEAN)),
};
