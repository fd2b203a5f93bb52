/**
 * Makes a fresh clone ready for `npm start` and `npm test`: installs what is missing and builds dist/. Does nothing where
 * that has been done. Its words go to standard error, so that reports can be piped.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

if (!['node_modules/esbuild', 'dist/cli.cjs'].every((name) => existsSync(path.join(root, name)))) {
  execFileSync(process.execPath, [path.join(root, 'src/build/prepare.mjs')], { stdio: ['ignore', 2, 2] });
}
