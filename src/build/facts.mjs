/**
 * Writes the fact tables that are read from registries and lock files: `npm run facts [-- PART… GIT_DIRECTORY…]`.
 *
 * Parts: `debian`, `libraries` and `tools` ask apt and pip; `wheels` and `cuda` read the lock files in the histories of bare clones of public
 * projects, named behind them (the heads of the tables say which), and are left alone where none is named.
 * A part is worked out whole before anything is written: when one fails, the run ends with its message and no file has changed.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cudaWheels } from './facts/cuda.mjs';
import { debianPackages } from './facts/debian.mjs';
import { debianDependencies } from './facts/libraries.mjs';
import { toolVersions } from './facts/tools.mjs';
import { muslWheels } from './facts/wheels.mjs';
import { putInPlace } from './facts/written.mjs';

const PARTS = [
  { name: 'cuda', file: 'cuda-wheels.ts', needsClones: true, text: ({ clones }) => cudaWheels(clones) },
  { name: 'debian', file: 'debian-packages.ts', needsClones: false, text: ({ day }) => debianPackages(day) },
  { name: 'libraries', file: 'debian-dependencies.ts', needsClones: false, text: ({ day }) => debianDependencies(day) },
  { name: 'tools', file: 'tool-versions.ts', needsClones: false, text: ({ day }) => toolVersions(day) },
  { name: 'wheels', file: 'musl-wheels.ts', needsClones: true, text: ({ clones }) => muslWheels(clones) },
];

const asked = process.argv.slice(2).filter((word) => PARTS.some(({ name }) => name === word));
const clones = process.argv.slice(2).filter((word) => !asked.includes(word));
const notThere = clones.find((directory) => !existsSync(path.join(directory, 'HEAD')));
const idle = PARTS.find(({ name, needsClones }) => asked.includes(name) && needsClones && clones.length === 0);
if (notThere !== undefined || idle !== undefined) {
  const names = PARTS.map(({ name }) => name).join(', ');
  process.stderr.write(
    notThere === undefined ? `${idle.name} needs bare clones\n` : `${notThere}: neither a part (${names}) nor a bare clone\n`,
  );
  process.exit(2);
}

const day = new Date().toISOString().slice(0, 10);
const texts = PARTS.filter(({ name, needsClones }) => (asked.length === 0 ? !needsClones || clones.length > 0 : asked.includes(name))).map(
  ({ file, text }) => [new URL(`../facts/${file}`, import.meta.url), text({ day, clones })],
);
putInPlace(texts);
for (const [place, text] of texts) process.stderr.write(`${path.basename(place.pathname)}: ${text.length} characters\n`);
