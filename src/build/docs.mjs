/**
 * Writes rules/README.md from the rules: `npm run docs`. A test fails when the page is out of date.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { outputFiles } = await build({
  stdin: {
    contents: `import { rules } from './rules/index.ts'; import { documentation } from './rules/documentation.ts';
      import { rulesReference } from './src/rule-page.ts'; export const page = rulesReference(rules, documentation);`,
    resolveDir: root,
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
writeFileSync(pathToFileURL(path.join(root, 'rules/README.md')), module.page);
