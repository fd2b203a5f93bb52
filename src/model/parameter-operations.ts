/**
 * What `${NAME%pattern}` and its like make of a known value. Only what can be done exactly; everything else is
 * undefined, and the word stays dynamic.
 */

/** Matching every prefix or suffix is quadratic; versions, names and paths are shorter than this. */
const MAX_MATCHED_LENGTH = 256;

/** `#`, `##`, `%`, `%%`. @param pattern a regular expression's source */
export function removeMatch(value: string, operator: '#' | '##' | '%' | '%%', pattern: string): string | undefined {
  if (value.length > MAX_MATCHED_LENGTH) return undefined;
  const whole = new RegExp(`^(?:${pattern})$`);
  const length = value.length;
  for (let step = 0; step <= length; step++) {
    switch (operator) {
      case '#':
        if (whole.test(value.slice(0, step))) return value.slice(step);
        break;
      case '##':
        if (whole.test(value.slice(0, length - step))) return value.slice(length - step);
        break;
      case '%':
        if (whole.test(value.slice(length - step))) return value.slice(0, length - step);
        break;
      case '%%':
        if (whole.test(value.slice(step))) return value.slice(0, step);
        break;
    }
  }
  return value;
}

/** `/`, `//`, `/#`, `/%`. @param pattern a regular expression's source */
export function replaceMatch(value: string, operator: '/' | '//' | '/#' | '/%', pattern: string, replacement: string): string | undefined {
  // Since bash 5.2 an unquoted & stands for the match, before it did not.
  if (value.length > MAX_MATCHED_LENGTH || pattern === '' || replacement.includes('&')) return undefined;
  const source = operator === '/#' ? `^(?:${pattern})` : operator === '/%' ? `(?:${pattern})$` : pattern;
  return value.replace(new RegExp(source, operator === '//' ? 'g' : ''), () => replacement);
}

/** `^`, `^^`, `,`, `,,` without a pattern. */
export function changeCase(value: string, operator: '^' | '^^' | ',' | ',,'): string | undefined {
  if (!isAscii(value)) return undefined;
  switch (operator) {
    case '^':
      return value.charAt(0).toUpperCase() + value.slice(1);
    case '^^':
      return value.toUpperCase();
    case ',':
      return value.charAt(0).toLowerCase() + value.slice(1);
    case ',,':
      return value.toLowerCase();
  }
}

/** `${NAME:offset:length}` with plain numbers. */
export function slice(value: string, offset: string, length: string | undefined): string | undefined {
  const number = /^ *\d{1,6} *$/;
  if (!isAscii(value) || !number.test(offset) || (length !== undefined && !number.test(length))) return undefined;
  const from = Number(offset);
  return value.slice(from, length === undefined ? undefined : from + Number(length));
}

/** `${#NAME}` */
export function length(value: string): string | undefined {
  return isAscii(value) ? String(value.length) : undefined;
}

/** The source of a regular expression that matches exactly `text`. */
export function literalPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
