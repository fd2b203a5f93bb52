/**
 * A rule's page for a terminal: the Markdown of `rule-page.ts` laid out as a person reads it. Where it goes into a file or a
 * pipe, it stays Markdown.
 */
import { type Colors, withCode, wrapped } from './text.js';

/** How the page is laid out. */
export interface PageOptions {
  readonly colors: Pick<Colors, 'bold' | 'cyan' | 'underline'>;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 100;

/** The page, ended by a line feed. Knows what rule pages have of Markdown: headings, lists, paragraphs, fenced code. */
export function terminalPage(markdown: string, { colors, width }: PageOptions): string {
  const columns = Math.min(Math.max(width, 40), WIDEST);
  let isCode = false;
  const rows = markdown.split('\n').flatMap((line) => {
    if (line.startsWith('```')) {
      isCode = !isCode;
      return [];
    }
    if (isCode) return [line === '' ? '' : `    ${line}`];
    const [, level = '', heading] = /^(#+) (.*)$/.exec(line) ?? [];
    if (heading !== undefined) return [level.length === 1 ? colors.bold(colors.underline(heading)) : colors.bold(heading)];
    const isItem = line.startsWith('- ');
    const parts = withCode(wrapped(isItem ? line.slice(2) : line, columns - (isItem ? 2 : 0)), colors.cyan);
    return isItem ? parts.map((part, i) => (i === 0 ? `- ${part}` : `  ${part}`)) : parts;
  });
  return `${rows.join('\n').replace(/\n+$/, '')}\n`;
}
