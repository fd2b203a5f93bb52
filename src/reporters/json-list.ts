/** A JSON array with an element a line, so that it can be read, compared and written piece by piece. */
import { jsonLine } from './masking.js';

/** Writes the array with a call for each element, without a line end behind it; `[]` when there is none. @param indent of an element */
export function writeJsonList<T>(write: (text: string) => void, items: Iterable<T>, value: (item: T) => object, indent = ''): void {
  let opening = '[\n';
  for (const item of items) {
    write(opening + indent + jsonLine(value(item)));
    opening = ',\n';
  }
  write(opening === '[\n' ? '[]' : `\n${indent.slice(2)}]`);
}
