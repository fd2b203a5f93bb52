/**
 * Goldens. fixtures/rules/<rule-id>/NAME.Dockerfile is linted with that rule alone; where its fixes change something, NAME.fixed
 * is what they make of it. fixtures/projects/<case>/ is linted whole with the recommended rules. `UPDATE=1 npx vitest run test/fixtures.test.ts` writes the expected outputs anew; read them.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { gathered } from '../src/engine/gathered.js';
import { discover } from '../src/source/discover.js';
import { DiskTree } from '../src/source/file-tree.js';
import { mended } from './fixing.js';
import { asLines, decodeSource, lint, lintAll } from './lint.js';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

function compare(golden: string, actual: string): void {
  if (process.env['UPDATE'] === '1') writeFileSync(golden, actual);
  expect(actual).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : `(there is no ${golden}; UPDATE=1 writes it)`);
}

/** @param fixed undefined where nothing is mended: there is no such file then */
function compareFixed(golden: string, fixed: string | undefined): void {
  if (fixed !== undefined) compare(golden, fixed);
  else if (process.env['UPDATE'] === '1') rmSync(golden, { force: true });
  else expect(existsSync(golden), `nothing is mended, but there is ${golden}`).toBe(false);
}

describe('rules', () => {
  const directory = path.join(fixtures, 'rules');
  for (const id of existsSync(directory) ? readdirSync(directory).sort() : []) {
    it(`${id} is a rule`, () => expect(rules.map((rule) => rule.id)).toContain(id));
    for (const name of readdirSync(path.join(directory, id)).filter((file) => file.endsWith('.Dockerfile'))) {
      it(`${id}/${name}`, () => {
        const file = path.join(directory, id, name);
        const source = decodeSource(name, readFileSync(file));
        const options = { select: id.endsWith('-suppression') ? rules.map((rule) => rule.id) : [id] };
        compare(file.replace(/\.Dockerfile$/, '.out'), asLines(lint(source, { select: [id] })));
        const { text, hasByteOrderMark } = mended(source, options, id);
        compareFixed(
          file.replace(/\.Dockerfile$/, '.fixed'),
          text === source.text ? undefined : `${hasByteOrderMark ? '\uFEFF' : ''}${text}`,
        );
      });
    }
  }
});

describe('projects', () => {
  const directory = path.join(fixtures, 'projects');
  for (const project of existsSync(directory) ? readdirSync(directory).sort() : []) {
    it(project, async () => {
      const cwd = path.join(directory, project);
      const { files } = await discover(['.'], { cwd, isExcluded: () => false, forceExclude: false, gitignore: false });
      const tree = new DiskTree(cwd, cwd);
      const linted = files.map((file) =>
        lintAll(decodeSource(file, readFileSync(path.join(cwd, file))), { around: () => ({ tree, dockerfile: file }) }),
      );
      const reports = gathered(
        linted.map(({ report }) => ({ report })),
        linted.flatMap(({ others }) => others.map((report) => ({ report }))),
      );
      compare(path.join(cwd, 'expected.out'), reports.map(({ report }) => asLines(report, `${report.source.path}:`)).join(''));
    });
  }
});
