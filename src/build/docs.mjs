/**
 * Writes what is derived from the rules and the table of configuration keys: rules/README.md, the schema of configurations and
 * the table in README.md. `npm run docs`; a test fails when one of them is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { outputFiles } = await build({
  stdin: {
    contents: `import { rules } from './rules/index.ts'; import { documentation } from './rules/documentation.ts';
      import { configurationSchema, withKeyTable } from './src/config/schema.ts'; import { rulesReference } from './src/rule-page.ts';
      export const page = rulesReference(rules, documentation);
      export const schema = JSON.stringify(configurationSchema(rules), null, 2) + '\\n';
      export { withKeyTable };`,
    resolveDir: root,
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  // For packages that ask Node for its own modules the old way (yaml); the bundle has no place of its own to ask from.
  banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.url)});` },
});
const { page, schema, withKeyTable } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
writeFileSync(path.join(root, 'rules/README.md'), page);
writeFileSync(path.join(root, 'src/config/schema.json'), schema);
const readme = path.join(root, 'README.md');
writeFileSync(readme, withKeyTable(readFileSync(readme, 'utf8')));
