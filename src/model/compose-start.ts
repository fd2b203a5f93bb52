/**
 * What a compose file starts in the place of what an image starts: written as the Dockerfile instructions that would do the same, so
 * that whoever understands those understands compose files, too.
 */
import type { ComposeService } from '../files/compose.js';
import { at, type TreeNode } from '../files/tree.js';
import type { Span } from '../source/source-file.js';

/** Instructions, and where their words stand in the compose file. */
export interface StartInstructions {
  /** Lines that end in a line feed. */
  readonly text: string;
  /** By their place in {@link text}, in order. */
  readonly places: readonly { readonly start: number; readonly end: number; readonly at: Span }[];
}

interface StartWord {
  readonly text: string;
  readonly at: Span;
}

/**
 * The ENV, ENTRYPOINT, CMD and HEALTHCHECK that a service stands for; undefined where it says nothing of what is started, and
 * where more is said elsewhere: in a file of variables, in the service it extends, by the network it shares.
 *
 * SPEC: a command that is one text is split at its blanks as a shell does it, but no shell runs it (compose-spec, `command`).
 */
export function startInstructions({ node, environment, envFiles, extends: extended }: ComposeService): StartInstructions | undefined {
  if (envFiles.length > 0 || extended !== undefined || at(node, 'network_mode') !== undefined) return undefined;
  const [entrypoint, command] = [wordsOf(at(node, 'entrypoint')), wordsOf(at(node, 'command'))];
  const test = healthcheckOf(at(node, 'healthcheck', 'test'));
  if (entrypoint === undefined && command === undefined && test === undefined) return undefined;
  const writing = new Writing();
  for (const { name, value } of environment) {
    if (!/^\w+$/.test(name.text)) continue;
    const isKnown = value !== undefined && !/\$(?!\$)|[\r\n]/.test(value.text);
    writing.line(
      isKnown
        ? `ENV ${name.text}="${value.text.replaceAll('$$', '$').replace(/["\\$]/g, '\\$&')}"`
        : `ARG ${name.text}\nENV ${name.text}=$${name.text}`,
    );
  }
  if (entrypoint !== undefined) writing.array('ENTRYPOINT', entrypoint);
  if (command !== undefined) writing.array('CMD', command);
  if (test?.kind === 'exec') writing.array('HEALTHCHECK CMD', test.words);
  if (test?.kind === 'shell') writing.shell('HEALTHCHECK CMD', test.word);
  return writing;
}

class Writing implements StartInstructions {
  text = '';
  readonly places: { start: number; end: number; at: Span }[] = [];

  line(text: string): void {
    this.text += `${text}\n`;
  }

  array(keyword: string, words: readonly StartWord[]): void {
    this.text += `${keyword} [`;
    words.forEach((word, i) => {
      if (i > 0) this.text += ', ';
      this.word(JSON.stringify(word.text), word.at);
    });
    this.text += ']\n';
  }

  shell(keyword: string, word: StartWord): void {
    this.text += `${keyword} `;
    this.word(word.text, word.at);
    this.text += '\n';
  }

  private word(text: string, span: Span): void {
    const start = this.text.length;
    this.text += text;
    this.places.push({ start, end: this.text.length, at: span });
  }
}

/** SPEC: Compose puts the values of variables in; what depends on one is a word that nobody can judge. */
const UNKNOWN = '$unknown';

function wordsOf(node: TreeNode | undefined): readonly StartWord[] | undefined {
  if (node?.kind === 'list') {
    const words = node.items.flatMap((item) =>
      item.kind === 'scalar' && item.value !== null ? [{ text: filled(item.text), at: item.span }] : [],
    );
    return words.length === node.items.length && words.length > 0 ? words : undefined;
  }
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const words = [...node.text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs)].map(({ 0: word, index }) => ({
    text: filled(word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_, double, single, escaped) => double ?? single ?? escaped ?? '')),
    at: node.verbatim === undefined ? node.span : { start: node.verbatim.start + index, end: node.verbatim.start + index + word.length },
  }));
  return words.length > 0 ? words : undefined;
}

function filled(text: string): string {
  return text.replace(/\$(\$|\{[^}]*\}|\w+)/g, (_, what: string) => (what === '$' ? '$' : UNKNOWN));
}

function healthcheckOf(
  node: TreeNode | undefined,
): { readonly kind: 'exec'; readonly words: readonly StartWord[] } | { readonly kind: 'shell'; readonly word: StartWord } | undefined {
  if (node?.kind === 'list') {
    const [form, ...words] = wordsOf(node) ?? [];
    const [first] = words;
    if (form?.text === 'CMD' && words.length > 0) return { kind: 'exec', words };
    return form?.text === 'CMD-SHELL' && first !== undefined && !/[\r\n]/.test(first.text) ? { kind: 'shell', word: first } : undefined;
  }
  if (node?.kind !== 'scalar' || node.value === null || node.text === 'NONE' || /[\r\n]/.test(node.text)) return undefined;
  return { kind: 'shell', word: { text: filled(node.text), at: node.span } };
}
