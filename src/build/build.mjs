/**
 * Builds dist/: the program (`cli.cjs` and, beside it, one file for each part that is loaded only when needed), the
 * library (`index.cjs`, and `index.mjs` for `import`) with its types, and the licences of what is bundled. Run by `npm run build`
 * and `prepare`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { notices } from './notices.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const dist = path.join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  charset: 'ascii',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  alias: {
    // The entry for Node is CommonJS, of which a bundler can leave nothing out: a fifth more to load.
    yaml: path.join(root, 'node_modules/yaml/browser/index.js'),
    // Its entry for CommonJS loads its parts by names that a bundler does not see.
    'jsonc-parser': path.join(root, 'node_modules/jsonc-parser/lib/esm/main.js'),
  },
};
const metafiles = [];

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
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'lazy' } : undefined,
    );
    plugin.onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents: 'exports.spawn = (...words) => require("node:child_process").spawn(...words);',
    }));
  },
};

/** What dockerfile-ast takes of the language server's packages, which are another matter to the language server itself. */
const STUBS = {
  'vscode-languageserver-types': path.join(root, 'src/build/lsp-types.mjs'),
  'vscode-languageserver-textdocument': path.join(root, 'src/build/text-document.mjs'),
};
const stubsForDockerfileAst = {
  name: 'stubs-for-dockerfile-ast',
  setup(plugin) {
    plugin.onResolve({ filter: /^vscode-languageserver-/ }, ({ path: specifier, importer }) =>
      importer.includes('/node_modules/dockerfile-ast/') ? { path: STUBS[specifier] } : undefined,
    );
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

/**
 * What the program has loaded anyway, the other files take from it: the language server would bring the engine and all tables along
 * a second time. Rules are left out, because with them the program would keep their documentation.
 */
const PROGRAM = path.join(root, 'src/program.ts');
const ofProgram = new Set();
const shared = new Set();
const sharedModules = {
  name: 'shared-modules',
  setup(plugin) {
    plugin.onResolve({ filter: /^\..*\.c?js$/ }, ({ path: specifier, kind, resolveDir, namespace }) => {
      if (namespace === 'shared-module') return { path: specifier, external: true };
      const file = path.resolve(resolveDir, specifier.replace(/\.js$/, '.ts'));
      return kind === 'import-statement' && ofProgram.has(file) ? { path: file, namespace: 'shared-module' } : undefined;
    });
    plugin.onLoad({ filter: /.*/, namespace: 'shared-module' }, ({ path: file }) => {
      const name = path.relative(root, file).replaceAll('\\', '/');
      shared.add(name);
      return { contents: `module.exports = require('./program.cjs').modules['${name}'];` };
    });
  },
};

async function bundle(input, outfile, { plugins = [], ...options } = {}) {
  const { metafile } = await build({
    ...common,
    ...input,
    outfile: path.join(dist, outfile),
    format: 'cjs',
    minify: true,
    supported: { 'dynamic-import': false },
    plugins: [lazyModules, ...plugins, chunkPlugin, lazyChildProcess, stubsForDockerfileAst],
    ...options,
  });
  metafiles.push(metafile);
  return metafile;
}

await bundle({ entryPoints: [path.join(root, 'src/bin.ts')] }, 'cli.cjs', { external: ['./program.cjs'] });
await bundle({ entryPoints: [path.join(root, 'src/worker.ts')] }, 'worker.cjs', { external: ['./program.cjs'] });
chmodSync(path.join(dist, 'cli.cjs'), 0o755);

// Once to see what is in it and what it loads when needed, and below once more with what those files want of it.
const { inputs } = await bundle({ entryPoints: [PROGRAM] }, 'program.cjs', { write: false });
for (const file of Object.keys(inputs)) if (/^src\/.*\.ts$/.test(file)) ofProgram.add(path.join(root, file));
const built = new Set();
while ([...chunks.keys()].some((name) => !built.has(name))) {
  for (const [name, entry] of [...chunks]) {
    if (built.has(name)) continue;
    built.add(name);
    await bundle({ entryPoints: [entry] }, name, { plugins: [sharedModules] });
  }
}
const imports = [...shared].sort().map((name, i) => ({ name, as: `module${i}` }));
const contents = [
  `export * from './src/program.ts';`,
  ...imports.map(({ name, as }) => `import * as ${as} from './${name}';`),
  `export const modules = { ${imports.map(({ name, as }) => `'${name}': ${as}`).join(', ')} };`,
].join('\n');
await bundle({ stdin: { contents, resolveDir: root } }, 'program.cjs');

/**
 * The library is in the program: `require` and `import` get the same functions and the same ConfigurationError, on every Node, and
 * nothing is shipped twice.
 */
const library = Object.keys(createRequire(import.meta.url)(path.join(dist, 'program.cjs')).library).sort();
writeFileSync(path.join(dist, 'index.cjs'), `'use strict';\nmodule.exports = require('./program.cjs').library;\n`);
writeFileSync(path.join(dist, 'index.mjs'), `import library from './index.cjs';\nexport const { ${library.join(', ')} } = library;\n`);
copyFileSync(path.join(root, 'src/config/schema.json'), path.join(dist, 'schema.json'));

const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', path.join(root, 'src/build')], { stdio: 'inherit' });
// For `require` they are types of CommonJS, which `import` gets by a file of its own: TypeScript asks which of the two a file is.
writeFileSync(path.join(dist, 'types/package.json'), '{ "type": "commonjs" }\n');
writeFileSync(path.join(dist, 'index.d.mts'), "export * from './types/src/index.js';\n");
keepOnly(reached(path.join(dist, 'types/src/index.d.ts')), path.join(dist, 'types'));

writeFileSync(path.join(dist, 'THIRD-PARTY-NOTICES.txt'), notices(metafiles, root));

/** A file of types and all those that it is made of. */
function reached(file, known = new Set()) {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/(?:\bfrom |\bimport\()['"](\.[^'"]+)\.js['"]/g)) {
    reached(path.resolve(path.dirname(file), `${specifier}.d.ts`), known);
  }
  return known;
}

/** Takes away the types that nobody can get at: tsc writes those of every file, which are six times as many. */
function keepOnly(files, directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) keepOnly(files, file);
    else if (file.endsWith('.d.ts') && !files.has(file)) rmSync(file);
  }
  if (readdirSync(directory).length === 0) rmdirSync(directory);
}
