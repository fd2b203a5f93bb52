/** README.md: what is made by `npm run docs` is up to date, and what it shows of other files is what they say. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PICTURE, pictureOfExample, withParts } from '../src/build/readme.js';
import { KEYS } from '../src/config/schema.js';
import { runProgram } from './run-program.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const readme = read('README.md');

const print = async (args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await runProgram(root, args);
  return stdout + stderr;
};

describe('README.md', () => {
  it('has the example, the rules and the keys as they are (npm run docs)', async () => {
    expect(await withParts(readme, { print, read })).toBe(readme);
    for (const { name } of KEYS) expect(readme).toContain(`| \`${name}\` |`);
  });

  it('has a picture of the example (npm run docs)', async () => {
    expect(readme).toContain(`](${PICTURE})`);
    expect(await pictureOfExample({ print, read })).toBe(read(PICTURE));
  });

  it('points to files that are there', () => {
    const targets = [...readme.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !/^https?:/.test(target));
    expect(targets.length).toBeGreaterThan(5);
    for (const target of targets) expect(() => read(target), target).not.toThrow();
  });
});
