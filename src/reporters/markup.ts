/** Text on its way into HTML or XML: what a tag could be made of, what cannot stand there, and what a log would obey. */
import { pictured } from './masking.js';

const ENTITIES: Readonly<Record<string, string>> = { '\t': '&#9;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text of the user or of a rule, for between tags and in attributes. Line ends become pictures, as all that is not drawn; tabs stay tabs. Two
 * entities more keep a log, into which the page may be printed, from reading `::error` and `##[group]` as commands.
 */
export function escaped(text: string): string {
  return pictured(text, true)
    .replace(/[\t&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(/:(?=\p{Cf}*:)/gu, '&#58;')
    .replace(/(#\p{Cf}*)\[/gu, '$1&#91;');
}

/**
 * {@link escaped} for XML, with its line ends: as entities, for a bare one in an attribute is read as a blank.
 *
 * SPEC: XML 1.0 (2008) §2.2 has no place for U+FFFE, U+FFFF and half a surrogate pair, not even as entities; §3.3.3 for the blanks.
 */
export function escapedXml(text: string): string {
  return text
    .replace(/[\uFFFE\uFFFF]|\p{Surrogate}/gu, '\uFFFD')
    .split(/\r?\n/)
    .map(escaped)
    .join('&#10;');
}
