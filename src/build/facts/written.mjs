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

/** Puts finished texts in their places, each whole or not at all; `texts`: [URL, text] pairs. */
export function putInPlace(texts) {
  for (const [place, text] of texts) writeFileSync(new URL(`${place}.new`), text);
  for (const [place] of texts) renameSync(new URL(`${place}.new`), place);
}
