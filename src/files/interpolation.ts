/**
 * Variables in the values of a Compose file: `$NAME`, `${NAME}`, `${NAME:-default}` and their kin; `$$` is a dollar sign.
 *
 * Sources: docs.docker.com/reference/compose-file/interpolation (2026-11), compose-go's template package (2.16.2, Apache-2.0).
 */

/** The value of a variable where Compose runs: a text, null where it is known to be unset, undefined where nobody knows. */
export type VariableValue = (name: string) => string | null | undefined;

/** A value with its variables put in; undefined where one is needed that is unknown, or asked for (`:?`) and unset, or miswritten. */
export function interpolated(text: string, valueOf: VariableValue): string | undefined {
  return text.includes('$') ? readUntil(text, 0, undefined, valueOf, MOST_LEVELS)?.text : text;
}

/** The names of the variables in a value, each once, those in defaults included. */
export function variablesIn(text: string): readonly string[] {
  const names = text.matchAll(/\$\$|\$\{?([A-Za-z_][A-Za-z0-9_]*)/g);
  return [...new Set([...names].flatMap(([, name]) => name ?? []))];
}

const MOST_LEVELS = 20;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:?[-?+]/y;

/** A text read up to its closing brace, or to its end; without `text` where a part of it is unknown. */
interface ReadText {
  readonly text: string | undefined;
  readonly end: number;
}

/** Undefined where the text is miswritten. SPEC: within braces, other braces count as well: the default of `${A:-{}}` is `{}`. */
function readUntil(text: string, start: number, close: '}' | undefined, valueOf: VariableValue, levels: number): ReadText | undefined {
  if (levels === 0) return undefined;
  const parts: (string | undefined)[] = [];
  let open = 0;
  let at = start;
  while (at < text.length) {
    const mark = nextMark(text, at);
    if (mark > at) parts.push(text.slice(at, mark));
    const character = text.charAt(mark);
    at = mark + 1;
    if (character === '$') {
      const part = readVariable(text, mark, valueOf, levels);
      if (part === undefined) return undefined;
      parts.push(part.text);
      at = part.end;
    } else if (character === '}' && close !== undefined && open === 0) {
      return { text: joined(parts), end: mark };
    } else if (character !== '') {
      open += character === '{' ? 1 : -1;
      parts.push(character);
    }
  }
  return close === undefined ? { text: joined(parts), end: at } : undefined;
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join('');
}

function nextMark(text: string, start: number): number {
  let at = start;
  while (at < text.length && !'${}'.includes(text.charAt(at))) at++;
  return at;
}

function readVariable(text: string, dollar: number, valueOf: VariableValue, levels: number): ReadText | undefined {
  if (text.charAt(dollar + 1) === '$') return { text: '$', end: dollar + 2 };
  // SPEC: a dollar sign before anything else is one.
  if (!/[A-Za-z_{]/.test(text.charAt(dollar + 1))) return { text: '$', end: dollar + 1 };
  const isBraced = text.charAt(dollar + 1) === '{';
  const name = matchAt(NAME, text, isBraced ? dollar + 2 : dollar + 1);
  if (name === undefined) return undefined;
  const behind = dollar + (isBraced ? 2 : 1) + name.length;
  const value = valueOf(name);
  if (!isBraced) return { text: value === null ? '' : value, end: behind };
  if (text.charAt(behind) === '}') return { text: value === null ? '' : value, end: behind + 1 };
  const operator = matchAt(OPERATOR, text, behind);
  if (operator === undefined) return undefined;
  const other = readUntil(text, behind + operator.length, '}', valueOf, levels - 1);
  // SPEC: a default stands on one line.
  if (other === undefined || text.slice(behind, other.end).includes('\n')) return undefined;
  return { text: chosen(operator, value, other.text), end: other.end + 1 };
}

/** With a colon, an empty value counts as unset. */
function chosen(operator: string, value: string | null | undefined, other: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const isSet = value !== null && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('+')) return isSet ? other : '';
  if (isSet) return value;
  return operator.endsWith('-') ? other : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
