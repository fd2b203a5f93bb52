/**
 * Makes a fresh clone ready for `npm start` and `npm test`: installs what is missing, which also builds dist/ (`prepare`).
 * Does nothing where that has been done. Its words go to standard error, so that reports can be piped.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const npm = (...args) => execFileSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });

if (!existsSync(path.join(root, 'node_modules/esbuild'))) npm('install', '--include=dev', '--no-audit', '--no-fund');
else if (!existsSync(path.join(root, 'dist/cli.cjs'))) npm('run', 'build');
