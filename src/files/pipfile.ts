/**
 * Pipenv's `Pipfile`.
 *
 * Source: pipenv.pypa.io/en/latest/pipfile.html (2026-11).
 */
import type { Placed, Problem } from './placed.js';
import { type TableDependency, tableDependencies } from './pyproject.js';
import { readToml } from './toml.js';
import { at, entriesAt, itemsAt, type MapNode, placedAt } from './tree.js';

/** A Pipfile. */
export interface Pipfile {
  /** `[packages]` (`main`), `[dev-packages]` (the group `dev`) and the categories of the user (groups). */
  readonly dependencies: readonly TableDependency[];
  /** The addresses of `[[source]]`. */
  readonly sources: readonly Placed[];
  /** `python_full_version`, or `python_version`. */
  readonly python?: Placed;
  readonly root: MapNode;
  readonly problems: readonly Problem[];
}

/** Tables that list no packages. */
const SETTINGS = new Set(['source', 'requires', 'scripts', 'pipenv']);

/** Reads a Pipfile. */
export function readPipfile(text: string): Pipfile {
  const { root, problems } = readToml(text);
  const python = placedAt(root, 'requires', 'python_full_version') ?? placedAt(root, 'requires', 'python_version');
  const dependencies = entriesAt(root).flatMap(({ key, value }) => {
    if (SETTINGS.has(key)) return [];
    if (key === 'packages') return tableDependencies(value, { kind: 'main' });
    return tableDependencies(value, { kind: 'group', name: key === 'dev-packages' ? 'dev' : key });
  });
  return {
    dependencies,
    sources: itemsAt(at(root, 'source')).flatMap((source) => placedAt(source, 'url') ?? []),
    ...(python && { python }),
    root,
    problems,
  };
}
