/**
 * conda's `environment.yml`, as `conda env create`, mamba and micromamba read it.
 *
 * Source: docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html and conda 26's env specification (2026-11).
 */
import type { Span } from '../source/source-file.js';
import type { Placed, Problem } from './placed.js';
import { type RequirementsEntry, readRequirements } from './requirements.js';
import { at, itemsAt, placedAt, type TreeNode, textsAt } from './tree.js';
import { readYaml } from './yaml.js';

/** An environment file. */
export interface CondaEnvironment {
  readonly name?: Placed;
  readonly prefix?: Placed;
  /** As written: names, addresses, `nodefaults`, and none at all where there is no such key. */
  readonly channels: readonly Placed[];
  /** conda's own dependencies in their order, each as written: `conda-forge::numpy>=1.26,<2`. */
  readonly dependencies: readonly Placed[];
  /** What the `pip:` lists give to pip, line by line. */
  readonly pip: readonly RequirementsEntry[];
  /** The key of the first `pip:` list. */
  readonly pipSpan?: Span;
  /** The file's first document, for keys that are not read here (`variables`, `platforms`). */
  readonly root: TreeNode;
  readonly problems: readonly Problem[];
}

/** Reads an environment file; undefined when its first document is no map, or has no list of dependencies. */
export function readEnvironment(text: string): CondaEnvironment | undefined {
  const { documents, problems } = readYaml(text);
  const [root] = documents;
  const listed = at(root, 'dependencies');
  if (root === undefined || listed?.kind !== 'list') return undefined;
  const pipLists = listed.items.flatMap((item) => (item.kind === 'map' ? (item.entries.get('pip') ?? []) : []));
  const lines = pipLists.flatMap(({ value }) => pipLines(value));
  const [name, prefix, first] = [placedAt(root, 'name'), placedAt(root, 'prefix'), pipLists[0]];
  return {
    ...(name && { name }),
    ...(prefix && { prefix }),
    channels: textsAt(root, 'channels'),
    dependencies: itemsAt(listed).flatMap((item) => placedAt(item) ?? []),
    pip: lines.flatMap(({ entries }) => entries),
    ...(first && { pipSpan: first.keySpan }),
    root,
    problems: [...problems, ...lines.flatMap((line) => line.problems)],
  };
}

/** SPEC: conda writes the items into a requirements file, a line each, so that `-r more.txt` works in it. */
function pipLines(list: TreeNode) {
  return (list.kind === 'list' ? list.items : [list]).flatMap((item) => {
    if (item.kind !== 'scalar' || item.value === null) return [];
    const { text, span, verbatim } = item;
    return readRequirements(text, (start, end) =>
      verbatim === undefined ? span : { start: verbatim.start + start, end: verbatim.start + end },
    );
  });
}
