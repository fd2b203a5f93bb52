/**
 * Builds the wheel for people who have Python and no Node, from dist/ and src/python, with Python's own tools: into wheels/, or into the
 * folder that is named. `npm run build:wheel` builds dist/ before. Prints the path of the wheel.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const output = path.resolve(process.argv[2] ?? path.join(root, 'wheels'));
const python = process.platform === 'win32' ? 'python' : 'python3';

if (!existsSync(path.join(root, 'dist/cli.cjs'))) throw new Error('There is no dist/ to put into the wheel: npm run build');

const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-wheel-'));
try {
  const source = path.join(folder, 'source');
  cpSync(path.join(root, 'src/python'), source, { recursive: true, filter: (file) => path.basename(file) !== '__pycache__' });
  for (const name of ['dist', 'package.json', 'README.md', 'LICENSE'])
    cpSync(path.join(root, name), path.join(source, name), { recursive: true });
  // pip installs the build backend that pyproject.toml names, and asks it for the wheel.
  execFileSync(python, ['-m', 'pip', 'wheel', '--no-deps', '--disable-pip-version-check', '--wheel-dir', folder, source], {
    stdio: ['ignore', 2, 2],
  });
  const [wheel] = readdirSync(folder).filter((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip made no wheel.');
  mkdirSync(output, { recursive: true });
  cpSync(path.join(folder, wheel), path.join(output, wheel));
  console.log(path.join(output, wheel));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
