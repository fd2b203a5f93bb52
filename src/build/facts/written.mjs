/** How generated tables are laid out and put in their place. */
import { renameSync, writeFileSync } from 'node:fs';

const WIDTH = 130;

/** Words in as few lines as fit, each with the same beginning. */
export function wrapped(words, start = '', separator = ' ') {
  const lines = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + separator.length + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? start + word : separator + word;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** What the head of a table says of the locks it is made from: a line for those of projects, one for uv's own of a day. */
export function sourceLines({ projects, locks, day }) {
  return [
    ` * uv's own of src/build/facts/measured.toml, ${day}`,
    ` * from the histories of public projects, newest ${locks}:`,
    wrapped([...projects].sort(), ' * ', ', ').join(',\n'),
  ].join('\n');
}

/** The reverse of {@link sourceLines}. */
export function sourcesIn(text) {
  const [, locks = '', list = ''] = /newest(?: lock)? (\d{4}-\d\d-\d\d):\n((?: \* \S.*\n)+)/.exec(text) ?? [];
  const day = /measured\.toml, (\d{4}-\d\d-\d\d)/.exec(text)?.[1] ?? locks;
  return { locks, day, projects: list.split(/[\s*,]+/).filter((word) => word.includes('/')) };
}

/** Puts finished texts in their places, each whole or not at all; `texts`: [URL, text] pairs. */
export function putInPlace(texts) {
  for (const [place, text] of texts) writeFileSync(new URL(`${place}.new`), text);
  for (const [place] of texts) renameSync(new URL(`${place}.new`), place);
}
