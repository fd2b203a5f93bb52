/**
 * Builds dist/: the program (`cli.cjs` and, beside it, one file for each part that is loaded only when needed), the
 * library (`index.js`) with its types, and the licences of what is bundled. Run by `npm run build` and `prepare`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const dist = path.join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  charset: 'ascii',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  alias: {
    'vscode-languageserver-types': path.join(root, 'src/build/lsp-types.mjs'),
    'vscode-languageserver-textdocument': path.join(root, 'src/build/text-document.mjs'),
    // The entry for Node is CommonJS and asks for `process`, which an ES module cannot give it.
    yaml: path.join(root, 'node_modules/yaml/browser/index.js'),
    // Its entry for CommonJS loads its parts by names that a bundler does not see.
    'jsonc-parser': path.join(root, 'node_modules/jsonc-parser/lib/esm/main.js'),
  },
};
const bundled = new Set();
const collect = ({ metafile }) => {
  for (const input of Object.keys(metafile.inputs)) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match !== null) bundled.add(match[1]);
  }
};

/**
 * `import('./x.js')` becomes `require('./x.cjs')` of a file of its own: one CommonJS file starts fastest, and what a run
 * does not need is neither read nor compiled (shared/stack.md §9).
 */
const chunks = new Map();
const addChunk = (name, file) => {
  if ((chunks.get(name) ?? file) !== file) throw new Error(`${file} and ${chunks.get(name)} would both become ${name}`);
  chunks.set(name, file);
};
const chunkPlugin = {
  name: 'chunks',
  setup(plugin) {
    plugin.onResolve({ filter: /.*/ }, async ({ path: specifier, kind, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || specifier.startsWith('node:') || pluginData === 'resolved') return undefined;
      const resolved = await plugin.resolve(specifier, { kind: 'import-statement', resolveDir, pluginData: 'resolved' });
      if (resolved.errors.length > 0) return resolved;
      const isPackage = !specifier.startsWith('.');
      const name = `${isPackage ? specifier : path.basename(resolved.path, '.ts')}.cjs`;
      addChunk(name, resolved.path);
      return { path: `./${name}`, external: true };
    });
  },
};

/** commander loads child_process for executable subcommands, which plimsoll has none of; it costs 2 ms at every start. */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup(plugin) {
    plugin.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/') ? { path: 'child_process', namespace: 'lazy' } : undefined,
    );
    plugin.onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents: 'exports.spawn = (...words) => require("node:child_process").spawn(...words);',
    }));
  },
};

/**
 * Modules around a parser that few runs need. The first call of one of their functions loads them: linting is synchronous, so
 * there is nothing to await.
 */
const LAZY_MODULES = ['src/files/toml.ts', 'src/files/yaml.ts', 'src/config/read.ts', 'src/baseline/format.ts'].map((file) =>
  path.join(root, file),
);
const lazyModules = {
  name: 'lazy-modules',
  setup(plugin) {
    plugin.onResolve({ filter: /\.c?js$/ }, ({ path: specifier, kind, resolveDir, namespace }) => {
      if (namespace === 'lazy-module') return { path: specifier, external: true };
      const file = path.resolve(resolveDir, specifier.replace(/\.js$/, '.ts'));
      return kind === 'import-statement' && LAZY_MODULES.includes(file) ? { path: file, namespace: 'lazy-module' } : undefined;
    });
    plugin.onLoad({ filter: /.*/, namespace: 'lazy-module' }, ({ path: file }) => {
      const name = `${path.basename(file, '.ts')}.cjs`;
      addChunk(name, file);
      const functions = [...readFileSync(file, 'utf8').matchAll(/^export function (\w+)/gm)].map(([, exported]) => exported);
      return { contents: functions.map((each) => `exports.${each} = (...words) => require('./${name}').${each}(...words);`).join('\n') };
    });
  },
};

async function bundle(entry, outfile, options = {}) {
  const result = await build({
    ...common,
    entryPoints: [entry],
    outfile,
    format: 'cjs',
    minify: true,
    supported: { 'dynamic-import': false },
    plugins: [lazyModules, chunkPlugin, lazyChildProcess],
    ...options,
  });
  collect(result);
}

await bundle(path.join(root, 'src/bin.ts'), path.join(dist, 'cli.cjs'), { external: ['./program.cjs'] });
await bundle(path.join(root, 'src/worker.ts'), path.join(dist, 'worker.cjs'), { external: ['./program.cjs'] });
await bundle(path.join(root, 'src/program.ts'), path.join(dist, 'program.cjs'));
chmodSync(path.join(dist, 'cli.cjs'), 0o755);
const built = new Set();
while ([...chunks.keys()].some((name) => !built.has(name))) {
  for (const [name, entry] of [...chunks]) {
    if (built.has(name)) continue;
    built.add(name);
    await bundle(entry, path.join(dist, name));
  }
}

collect(
  await build({
    ...common,
    entryPoints: [path.join(root, 'src/index.ts')],
    outfile: path.join(dist, 'index.js'),
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  }),
);
copyFileSync(path.join(root, 'src/config/schema.json'), path.join(dist, 'schema.json'));
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', path.join(root, 'src/build')], { stdio: 'inherit' });

const notices = [...bundled].sort().map((name) => {
  const directory = path.join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})\n\n${licenceText(directory)}`;
});
const rule = `\n\n${'-'.repeat(80)}\n\n`;
writeFileSync(path.join(dist, 'THIRD-PARTY-NOTICES.txt'), `plimsoll bundles these packages.${rule}${notices.join(rule)}\n`);

function licenceText(directory) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license', 'License.txt']) {
    try {
      return readFileSync(path.join(directory, name), 'utf8').trim();
    } catch {
      // The next name.
    }
  }
  return 'No licence file is in the package.';
}
