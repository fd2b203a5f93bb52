/**
 * Goldens. fixtures/rules/<rule-id>/NAME.Dockerfile is linted with that rule alone, fixtures/projects/<case>/ whole with
 * the recommended rules. `UPDATE=1 npx vitest run test/fixtures.test.ts` writes the expected outputs anew; read them.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { discover } from '../src/source/discover.js';
import { DiskTree } from '../src/source/file-tree.js';
import { asLines, decodeSource, lint } from './lint.js';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

function compare(golden: string, actual: string): void {
  if (process.env['UPDATE'] === '1') writeFileSync(golden, actual);
  expect(actual).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : `(there is no ${golden}; UPDATE=1 writes it)`);
}

describe('rules', () => {
  const directory = path.join(fixtures, 'rules');
  for (const id of existsSync(directory) ? readdirSync(directory).sort() : []) {
    it(`${id} is a rule`, () => expect(rules.map((rule) => rule.id)).toContain(id));
    for (const name of readdirSync(path.join(directory, id)).filter((file) => file.endsWith('.Dockerfile'))) {
      it(`${id}/${name}`, () => {
        const file = path.join(directory, id, name);
        compare(file.replace(/\.Dockerfile$/, '.out'), asLines(lint(decodeSource(name, readFileSync(file)), { select: [id] })));
      });
    }
  }
});

describe('projects', () => {
  const directory = path.join(fixtures, 'projects');
  for (const project of existsSync(directory) ? readdirSync(directory).sort() : []) {
    it(project, async () => {
      const cwd = path.join(directory, project);
      const { files } = await discover(['.'], { cwd, exclude: [], gitignore: false });
      const tree = new DiskTree(cwd, cwd);
      const lines = files.map((file) =>
        asLines(lint(decodeSource(file, readFileSync(path.join(cwd, file))), { around: () => ({ tree, dockerfile: file }) }), `${file}:`),
      );
      compare(path.join(cwd, 'expected.out'), lines.join(''));
    });
  }
});
