/**
 * Writes the fact tables that are read from registries and lock files: `npm run facts [-- PART… GIT_DIRECTORY…]`.
 *
 * Parts: `debian`, `libraries` and `tools` ask apt and pip; `wheels` and `cuda` add to what their tables hold a lock that uv makes on the
 * day, and the lock files in the histories of the bare clones of public projects that are named behind them.
 * A part is worked out whole before anything is written: when one fails, the run ends with its message and no file has changed.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cudaWheels } from './facts/cuda.mjs';
import { debianPackages } from './facts/debian.mjs';
import { debianDependencies } from './facts/libraries.mjs';
import { lockOfToday } from './facts/locks.mjs';
import { toolVersions } from './facts/tools.mjs';
import { muslWheels } from './facts/wheels.mjs';
import { putInPlace } from './facts/written.mjs';

const PARTS = [
  { name: 'cuda', file: 'cuda-wheels.ts', readsLocks: true, text: (from) => cudaWheels(from) },
  { name: 'debian', file: 'debian-packages.ts', text: ({ day }) => debianPackages(day) },
  { name: 'libraries', file: 'debian-dependencies.ts', text: ({ day }) => debianDependencies(day) },
  { name: 'tools', file: 'tool-versions.ts', text: ({ day }) => toolVersions(day) },
  { name: 'wheels', file: 'musl-wheels.ts', readsLocks: true, text: (from) => muslWheels(from) },
];

const asked = process.argv.slice(2).filter((word) => PARTS.some(({ name }) => name === word));
const clones = process.argv.slice(2).filter((word) => !asked.includes(word));
const notThere = clones.find((directory) => !existsSync(path.join(directory, 'HEAD')));
if (notThere !== undefined) {
  process.stderr.write(`${notThere}: neither a part (${PARTS.map(({ name }) => name).join(', ')}) nor a bare clone\n`);
  process.exit(2);
}

const day = new Date().toISOString().slice(0, 10);
const parts = PARTS.filter(({ name }) => asked.length === 0 || asked.includes(name));
const lock = parts.some(({ readsLocks }) => readsLocks) ? lockOfToday(day) : undefined;
const texts = parts.map(({ file, text }) => {
  const place = new URL(`../facts/${file}`, import.meta.url);
  return [place, text({ day, clones, lock, table: readFileSync(place, 'utf8') })];
});
putInPlace(texts);
for (const [place, text] of texts) process.stderr.write(`${path.basename(place.pathname)}: ${text.length} characters\n`);
