/** Edits in compose files: in block style and in flow style, as the user has it. */
import type { ComposeDependency, ComposeService } from '../model/compose.js';
import { at } from '../model/compose.js';
import type { Edit } from '../rule.js';
import { lineEnd, lineStart } from './lines.js';

/**
 * Makes a service wait until one of its dependencies is healthy; the others of a short list are waited for as before. Undefined where
 * the list is written in another way than one name a line or all between brackets, and where comments or quotes stand in it.
 */
export function dependencyEdits(text: string, { node, dependsOn }: ComposeService, wanted: ComposeDependency): readonly Edit[] | undefined {
  if (!wanted.isShort) return conditionEdit(node, wanted);
  const list = at(node, 'depends_on');
  if (list?.kind !== 'list') return undefined;
  const conditionOf = (dependency: ComposeDependency): string => (dependency === wanted ? 'service_healthy' : dependency.condition);
  const names = dependsOn.map(({ service }) => text.slice(service.span.start, service.span.end));
  if (names.some((name) => !/^[\w.-]+$/.test(name))) return undefined;
  if (text.charAt(list.span.start) === '[') {
    const entries = dependsOn.map((dependency, i) => `${names[i]}: {condition: ${conditionOf(dependency)}}`);
    const isPlain = /^\[[\w.,\s-]*\]$/.test(text.slice(list.span.start, list.span.end));
    return isPlain ? [{ span: list.span, text: `{${entries.join(', ')}}` }] : undefined;
  }
  const edits: Edit[] = [];
  for (const [i, dependency] of dependsOn.entries()) {
    const { start, end } = dependency.service.span;
    const dash = /^([ \t]*)-[ \t]+$/.exec(text.slice(lineStart(text, start), start));
    if (dash === null || text.slice(end, lineEnd(text, end)).trim() !== '') return undefined;
    const [, indent = ''] = dash;
    const replaced = { start: lineStart(text, start) + indent.length, end };
    edits.push({ span: replaced, text: `${names[i]}:\n${indent}  condition: ${conditionOf(dependency)}` });
  }
  return edits;
}

function conditionEdit(service: ComposeService['node'], { service: { text: name } }: ComposeDependency): readonly Edit[] | undefined {
  const condition = at(service, 'depends_on', name, 'condition');
  return condition?.kind === 'scalar' ? [{ span: condition.span, text: 'service_healthy' }] : undefined;
}
