/**
 * The baseline as a file: JSON, one entry a line, sorted, so that a change reads well in a pull request and two branches can be
 * merged. Fields are only ever added; another `version` is another format.
 */
import { readJson } from '../files/json.js';
import type { Problem } from '../files/placed.js';
import { at, itemsAt, type TreeNode, textAt } from '../files/tree.js';
import type { BaselineEntry } from './baseline.js';

/** The only format there is. */
const VERSION = 1;

/** The text of a baseline's file. @param entries in the order in which they are to stand */
export function writtenBaseline(entries: readonly BaselineEntry[]): string {
  const lines = entries.map(({ path, ruleId, fingerprint, count }) => {
    const fields = { path, rule: ruleId, fingerprint, count };
    return `    { ${Object.entries(fields)
      .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(', ')} }`;
  });
  return `{\n  "version": ${VERSION},\n  "accepted": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** Reads the text of a baseline's file; or says, in a clause without a full stop, what is wrong with it first. */
export function readBaseline(text: string): readonly BaselineEntry[] | Problem {
  const conflict = /^(?:<{7}|={7}|>{7})/m.exec(text);
  if (conflict !== null) return { message: 'is in the middle of a merge', span: { start: conflict.index, end: conflict.index + 7 } };
  const { root, problems } = readJson(text);
  const [broken] = problems;
  if (broken !== undefined) return broken;
  const version = at(root, 'version');
  const accepted = at(root, 'accepted');
  if (version?.kind !== 'scalar' || accepted?.kind !== 'list')
    return { message: 'is no baseline: `version` and `accepted` are missing', span: root?.span ?? { start: 0, end: 0 } };
  if (version.value !== VERSION)
    return { message: `is of version ${version.text}, and this plimsoll reads version ${VERSION}`, span: version.span };
  const entries: BaselineEntry[] = [];
  for (const item of itemsAt(accepted)) {
    const entry = entryOf(item);
    if (entry === undefined)
      return { message: 'needs a `path`, a `rule`, a `fingerprint` of 16 hexadecimal digits and a `count` here', span: item.span };
    entries.push(entry);
  }
  return entries;
}

function entryOf(node: TreeNode): BaselineEntry | undefined {
  const [path, ruleId, fingerprint] = [textAt(node, 'path'), textAt(node, 'rule'), textAt(node, 'fingerprint')];
  const counted = at(node, 'count');
  const count = counted?.kind === 'scalar' ? counted.value : undefined;
  if (path === undefined || ruleId === undefined || fingerprint === undefined || !/^[0-9a-f]{16}$/.test(fingerprint)) return undefined;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? { path, ruleId, fingerprint, count } : undefined;
}
