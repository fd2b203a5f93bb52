/** The plan of the house (README.md, "How it is built") as tests: who imports whom, names, messages, generated pages. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { documentation } from '../rules/documentation.js';
import { rules } from '../rules/index.js';
import { FAMILIES } from '../src/rule.js';
import { rulesReference } from '../src/rule-page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = ['src', 'rules'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .map((file) => `${folder}/${String(file).replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts')),
);

/** A room, and the rooms its files may import from besides their own. */
const ARROWS: readonly (readonly [room: RegExp, allowed: readonly RegExp[]])[] = [
  [/^src\/source\//, [/^src\/spelling\.ts$/]],
  [/^src\/spelling\.ts$/, []],
  [/^src\/syntax\//, [/^src\/source\//, /^src\/spelling\.ts$/]],
  [/^src\/files\//, [/^src\/source\//, /^src\/spelling\.ts$/]],
  [/^src\/model\//, [/^src\/syntax\//, /^src\/files\//, /^src\/source\//]],
  [/^src\/facts\//, [/^src\/model\//, /^src\/files\//]],
  [/^src\/rule\.ts$/, [/^src\/model\//]],
  [/^src\/edits\//, [/^src\/rule\.ts$/, /^src\/model\//, /^src\/source\//]],
  [/^src\/rule-page\.ts$/, [/^src\/rule\.ts$/]],
  [/^src\/engine\//, [/^src\/rule\.ts$/, /^src\/edits\//, /^src\/model\//, /^src\/syntax\//, /^src\/source\//, /^src\/spelling\.ts$/]],
  [/^src\/config\//, [/^src\/rule\.ts$/, /^src\/files\//, /^src\/source\//, /^src\/spelling\.ts$/]],
  [/^src\/reporters\//, [/^src\/engine\/report\.ts$/, /^src\/source\/(?:position|source-file|spans)\.ts$/]],
  [/^src\/terminal\.ts$/, [/^src\/reporters\/text\.ts$/]],
  [/^src\/version\.ts$/, [/^package\.json$/]],
  [/^rules\/(index|documentation)\.ts$/, [/^rules\//, /^src\/rule\.ts$/]],
  [/^rules\/[^/]+\//, [/^src\/rule\.ts$/, /^src\/edits\//, /^src\/model\//, /^src\/facts\//]],
  [/^src\/baseline\//, [/^src\/engine\//, /^src\/files\//]],
  [/^src\/batch\//, [/^src\/config\//, /^src\/engine\//, /^src\/rule\.ts$/, /^src\/source\//]],
  [/^src\/load-program\.ts$/, []],
  [/^src\/(bin|worker)\.ts$/, [/^src\/load-program\.ts$/]],
  [/^src\/program\.ts$/, [/^src\/(cli|index)\.ts$/, /^src\/streams\.ts$/]],
  [/^src\/streams\.ts$/, []],
  [
    /^src\/lsp\//,
    [
      /^src\/(?:batch|config|engine|facts|model|reporters|source|syntax)\//,
      /^src\/(?:rule|rule-page|version)\.ts$/,
      /^src\/commands\/fix-risks\.ts$/,
      /^rules\/documentation\.ts$/,
    ],
  ],
  [/^src\/commands\//, [/^src\/(?!cli|index|program|bin|worker)/, /^rules\/(index|documentation)\.ts$/]],
  [/^src\/build\//, [/^rules\/index\.ts$/, /^src\/config\/schema\.ts$/, /^src\/rule\.ts$/]],
  [/^src\/(cli|index)\.ts$/, [/^src\//, /^rules\/(index|documentation)\.ts$/]],
];

function imports(file: string): readonly { specifier: string; isTypeOnly: boolean }[] {
  const code = read(file).replace(/\/\*[\s\S]*?\*\//g, '');
  const statements = code.matchAll(/^(import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gm);
  return [...statements].map(([, , type, from, dynamic]) => ({ specifier: from ?? dynamic ?? '', isTypeOnly: type !== undefined }));
}

function resolved(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
}

describe('imports', () => {
  for (const file of sources) {
    it(`${file} imports only what its room may`, () => {
      const rule = ARROWS.find(([room]) => room.test(file));
      expect(rule, 'every file belongs to a room').toBeDefined();
      const [room, allowed] = rule ?? [/^$/, []];
      const isRuleFile = /^rules\/[^/]+\//.test(file);
      for (const { specifier } of imports(file).filter((found) => found.specifier.startsWith('.'))) {
        const target = resolved(file, specifier);
        const sameRoom = !isRuleFile && room.test(target);
        expect(sameRoom || allowed.some((pattern) => pattern.test(target)), `${file} imports ${target}`).toBe(true);
      }
    });
  }

  it('takes each package in one module', () => {
    const importers = new Map<string, Set<string>>();
    for (const file of sources) {
      for (const { specifier } of imports(file)) {
        if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
        importers.set(specifier, (importers.get(specifier) ?? new Set()).add(file));
      }
    }
    for (const [name, files] of importers) expect([...files], `${name} is imported by more than one module`).toHaveLength(1);
    expect([...importers.keys()].sort()).toEqual([
      'commander',
      'diff',
      'dockerfile-ast',
      'fast-glob',
      'jsonc-parser',
      'picocolors',
      'smol-toml',
      'unbash',
      'vscode-languageserver/node',
      'yaml',
    ]);
  });

  it('keeps rules and facts away from files, the clock and the process', () => {
    for (const file of sources.filter((name) => /^(rules|src\/(facts|model|syntax))\//.test(name))) {
      expect(
        imports(file).filter(({ specifier }) => specifier.startsWith('node:')),
        file,
      ).toEqual([]);
      expect(read(file), file).not.toMatch(/\bDate\.now\(|\bnew Date\(\)|\bprocess\.[a-z]/);
    }
  });
});

describe('rules', () => {
  const files = sources.filter((file) => /^rules\/[^/]+\//.test(file));

  it('are all in the index, by family and name', () => {
    const listed = rules.map(({ family, id }) => `rules/${family}/${id}.ts`);
    const unlisted = files.filter((file) => !listed.includes(file));
    expect(unlisted, 'files that rules/index.ts does not list, or whose rule has another id or family').toEqual([]);
    expect(
      listed.filter((file) => !files.includes(file)),
      'files that rules of rules/index.ts should be in, by id and family',
    ).toEqual([]);
    const order = rules.map(({ family, id }) => `${String(FAMILIES.indexOf(family)).padStart(2, '0')} ${id}`);
    expect(order, 'rules/index.ts: families in their order, ids alphabetical inside each').toEqual([...order].sort());
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  it('all have pages', () => {
    const ids = rules.map(({ id }) => id);
    expect(
      ids.filter((id) => documentation[id] === undefined),
      'rules without an entry in rules/documentation.ts',
    ).toEqual([]);
    expect(
      Object.keys(documentation).filter((id) => !ids.includes(id)),
      'entries of rules/documentation.ts without a rule',
    ).toEqual([]);
  });

  for (const rule of rules) {
    describe(rule.id, () => {
      const docs = documentation[rule.id];

      it('is named and summed up as the contract asks', () => {
        expect(rule.id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
        expect(rule.summary).toMatch(/^[A-Z`].*[^.]$/);
        expect(rule.summary).not.toContain('\n');
        if (rule.confidence === 'low') expect(rule.preset).not.toBe('recommended');
        for (const name of rule.equivalents ?? []) expect(name).toMatch(/^(hadolint:(DL|SC)\d{4}|buildkit:[A-Z][A-Za-z]+)$/);
        for (const id of rule.supersedes ?? []) expect(rules.map((other) => other.id)).toContain(id);
      });

      it('says a fact and a remedy in every message', () => {
        for (const { text, help } of Object.values(rule.messages)) {
          expect(text, text).toMatch(/^[A-Z`{-]/);
          expect(text, text).not.toMatch(/\.$|\n|!/);
          expect(help, help).toMatch(/^[A-Z]/);
          expect(help, help).not.toMatch(/\.$/);
        }
      });

      it('explains itself', () => {
        expect(docs?.why.length ?? 0, 'characters of `why`').toBeGreaterThan(40);
        expect(docs?.remedy.length ?? 0, 'characters of `remedy`').toBeGreaterThan(20);
        expect(docs?.limits.length ?? 0, 'characters of `limits`').toBeGreaterThan(20);
        expect(docs?.references.length ?? 0, 'sources in `references`').toBeGreaterThan(0);
        for (const { reports } of docs?.examples ?? []) {
          for (const [, message] of reports) expect(Object.keys(rule.messages)).toContain(message);
        }
      });
    });
  }

  it('are described in rules/README.md as they are (npm run docs)', () => {
    const page = read('rules/README.md');
    expect(page).toBe(rulesReference(page, rules, documentation));
  });
});

describe('names', () => {
  it('has no drawer for odds and ends', () => {
    for (const file of sources) expect(path.posix.basename(file)).not.toMatch(/^(utils?|helpers?|common|misc|manager|handler)\b/);
  });

  it('documents every export', () => {
    const bare: string[] = [];
    for (const file of sources.filter((name) => name !== 'src/facts/musl-wheels.ts')) {
      const lines = read(file).split('\n');
      lines.forEach((line, i) => {
        if (!/^export (async )?(function\*?|class|const|interface|type|abstract) /.test(line)) return;
        const before = lines.slice(0, i).findLast((candidate) => !candidate.startsWith('// biome-ignore')) ?? '';
        const isSelfEvident = /^export const (docs|rules|documentation)\b/.test(line) || /^export type (\*|\{)/.test(line);
        if (!isSelfEvident && !/\*\/\s*$/.test(before)) bare.push(`${file}:${i + 1} ${line}`);
      });
    }
    expect(bare).toEqual([]);
  });
});
