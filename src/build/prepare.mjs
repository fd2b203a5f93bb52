/**
 * Makes a clone whole: installs what the build needs where it is missing, and builds dist/. npm runs it (`prepare`) after an
 * install in a clone, before it packs one, and where a clone is installed as a package: that is how pre-commit installs the hook.
 *
 * NOTE: pre-commit installs globally, and npm 10 and 11 hand that on to the install in their clone, which then leaves out the
 * development dependencies (npm/cli#8440; npm 12 does not). So they are installed here.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

if (!existsSync(path.join(root, 'node_modules/esbuild'))) {
  // Without scripts: `prepare` is one of them.
  const options = ['--global=false', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { npm_execpath: npm } = process.env;
  const [command, ...words] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  execFileSync(command, [...words, 'install', ...options], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
}
await import('./build.mjs');
