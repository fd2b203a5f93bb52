/**
 * Writes what is derived from the code: rules/README.md, the schema of configurations, and the parts of README.md that `readme.ts`
 * knows, with its picture. `npm run docs`; a test fails when one of them is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
await build({
  stdin: {
    contents: `import { rules } from './rules/index.ts'; import { documentation } from './rules/documentation.ts';
      import { configurationSchema } from './src/config/schema.ts'; import { rulesReference } from './src/rule-page.ts';
      export const withRules = (page) => rulesReference(page, rules, documentation);
      export const schema = JSON.stringify(configurationSchema(rules), null, 2) + '\\n';
      export { main } from './src/cli.ts'; export { PICTURE, pictureOfExample, withParts } from './src/build/readme.ts';`,
    resolveDir: root,
  },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outfile: path.join(root, 'node_modules/.cache/plimsoll/docs.mjs'),
});
const bundle = pathToFileURL(path.join(root, 'node_modules/.cache/plimsoll/docs.mjs')).href;
const { main, PICTURE, pictureOfExample, schema, withParts, withRules } = await import(bundle);
const reference = path.join(root, 'rules/README.md');
writeFileSync(reference, withRules(readFileSync(reference, 'utf8')));
writeFileSync(path.join(root, 'src/config/schema.json'), schema);

const readme = path.join(root, 'README.md');
const read = (file) => readFileSync(path.join(root, file), 'utf8');
const print = async (args) => {
  let printed = '';
  const write = (text) => {
    printed += text;
  };
  const stream = { isTTY: false, columns: 100, write };
  await main(args, { stdin: () => Buffer.alloc(0), stdout: stream, stderr: stream }, { LANG: 'C.UTF-8' }, root);
  return printed;
};
writeFileSync(readme, await withParts(readFileSync(readme, 'utf8'), { print, read }));
writeFileSync(path.join(root, PICTURE), await pictureOfExample({ print, read }));
