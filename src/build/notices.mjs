/**
 * The licences of what is bundled: dist/THIRD-PARTY-NOTICES.txt. What is bundled is what esbuild says it has put in, package by
 * package, those below other packages as well; a package that does not bring its licence stops the build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Files that say under what terms a package may be passed on, and those that have to go with it. */
const LICENCE = /^(licen[cs]e|copying)([.-].*)?$/i;
const ADDITIONS = /^(notice|third-?party-?notices?)(\..*)?$/i;

/**
 * The text of the notices.
 *
 * @param metafiles of esbuild, with paths relative to `root`
 */
export function notices(metafiles, root) {
  const entries = new Map(bundledPackages(metafiles).map((directory) => notice(path.join(root, directory))));
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const all = [...entries.keys()].sort().map((heading) => `${heading}\n\n${entries.get(heading)}`);
  return `plimsoll bundles these packages.${rule}${all.join(rule)}\n`;
}

/** The directories of the packages that code in the bundles comes from; the same package twice where it is there in two versions. */
export function bundledPackages(metafiles) {
  const directories = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        // The last `node_modules`: a package may lie below another one that wants it in another version.
        const [, directory] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
        if (directory !== undefined && bytesInOutput > 0) directories.add(directory);
      }
    }
  }
  return [...directories].sort();
}

function notice(directory) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  const files = readdirSync(directory).sort();
  const texts = [LICENCE, ADDITIONS].map((names) => files.filter((file) => names.test(file)));
  if (typeof license !== 'string' || texts[0].length === 0)
    throw new Error(`${name} ${version} does not say under which licence it may be bundled`);
  return [
    `${name} ${version} (${license})`,
    texts
      .flat()
      .map((file) => readFileSync(path.join(directory, file), 'utf8').trim())
      .join('\n\n'),
  ];
}
