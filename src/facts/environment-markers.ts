/**
 * Environment markers (`sys_platform == "win32"`): whether a requirement is for a Linux image at all.
 *
 * Source: packaging.python.org/en/latest/specifications/dependency-specifiers (2026-11).
 */
import { compareVersions } from './versions.js';

/** What is known of the machine: Linux and CPython, and Python's minor version (`3.12`) where the image tells it. */
export interface Machine {
  readonly python: string | undefined;
}

/** Whether a marker holds on a Linux machine; undefined where that depends on something that is not known. */
export function markerHolds(marker: string, machine: Machine): boolean | undefined {
  const tokens = marker.match(TOKEN) ?? [];
  if (tokens.length > MOST_TOKENS) return undefined;
  const reading = { tokens, at: 0, machine };
  const holds = disjunction(reading);
  return reading.at === tokens.length ? holds : undefined;
}

/** Locks write long ones; nobody writes longer ones than this. */
const MOST_TOKENS = 500;

const TOKEN = /"[^"]*"|'[^']*'|\(|\)|===|[<>=!~]=|[<>]|\bnot\s+in\b|[\w.]+/g;

interface MarkerReading {
  readonly tokens: readonly string[];
  at: number;
  readonly machine: Machine;
}

function disjunction(reading: MarkerReading): boolean | undefined {
  let holds = conjunction(reading);
  while (reading.tokens[reading.at] === 'or') {
    reading.at++;
    const other = conjunction(reading);
    holds = holds === true || other === true ? true : holds === false && other === false ? false : undefined;
  }
  return holds;
}

function conjunction(reading: MarkerReading): boolean | undefined {
  let holds = comparison(reading);
  while (reading.tokens[reading.at] === 'and') {
    reading.at++;
    const other = comparison(reading);
    holds = holds === false || other === false ? false : holds === true && other === true ? true : undefined;
  }
  return holds;
}

function comparison(reading: MarkerReading): boolean | undefined {
  const { tokens } = reading;
  if (tokens[reading.at] === '(') {
    reading.at++;
    const holds = disjunction(reading);
    if (tokens[reading.at] === ')') reading.at++;
    return holds;
  }
  const [left = '', operator = '', right = ''] = tokens.slice(reading.at, reading.at + 3);
  reading.at += 3;
  const isQuoted = (text: string): boolean => /^["']/.test(text);
  // `"linux" in sys_platform` has its variable on the right.
  const [variable, value] = isQuoted(left) ? [right, left.slice(1, -1)] : [left, right.slice(1, -1)];
  if (isQuoted(left) === isQuoted(right)) return undefined;
  return compared(variable, isQuoted(left) ? (MIRRORED[operator] ?? operator) : operator, value, reading.machine);
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', in: 'has', 'not in': 'has not' };

/** What the variables are on Linux. */
const ON_LINUX: Readonly<Record<string, string>> = {
  sys_platform: 'linux',
  platform_system: 'Linux',
  os_name: 'posix',
  'os.name': 'posix',
  'sys.platform': 'linux',
  platform_python_implementation: 'CPython',
  implementation_name: 'cpython',
};

/** Names of machines that only other systems use: Linux says `aarch64` and `x86_64`. */
const OF_OTHER_SYSTEMS = new Set(['arm64', 'AMD64', 'amd64', 'ARM64', 'x86', 'Power Macintosh']);

function compared(variable: string, operator: string, value: string, { python }: Machine): boolean | undefined {
  if (variable === 'python_version' || variable === 'python_full_version') {
    if (python === undefined) return undefined;
    return variable === 'python_version' ? comparedVersion(python, operator, value) : comparedFullVersion(python, operator, value);
  }
  if (variable === 'platform_machine' && OF_OTHER_SYSTEMS.has(value)) {
    return operator === '==' || operator === 'in' ? false : operator === '!=' || operator === 'not in' ? true : undefined;
  }
  const known = Object.hasOwn(ON_LINUX, variable) ? ON_LINUX[variable] : undefined;
  if (known === undefined) return undefined;
  switch (operator) {
    case '==':
    case '===':
      return known === value;
    case '!=':
      return known !== value;
    case 'in':
      return value.includes(known);
    case 'not in':
      return !value.includes(known);
    case 'has':
      return known.includes(value);
    case 'has not':
      return !known.includes(value);
    default:
      return undefined;
  }
}

function comparedVersion(python: string, operator: string, value: string): boolean | undefined {
  if (operator === 'in' || operator === 'not in') {
    const isListed = value.split(/[\s,]+/).includes(python);
    return operator === 'in' ? isListed : !isListed;
  }
  const wildcard = /^(.*)\.\*$/.exec(value)?.[1];
  const order = compareVersions(python, wildcard ?? value);
  if (Number.isNaN(order)) return undefined;
  const isSame = wildcard === undefined ? order === 0 : `${python}.`.startsWith(`${wildcard}.`);
  return ordered(operator, order, isSame);
}

/** The patch release is not known: only what is true, or false, of all of a minor is told. */
function comparedFullVersion(python: string, operator: string, value: string): boolean | undefined {
  const minor = /^\d+\.\d+/.exec(value)?.[0];
  if (minor === undefined) return comparedVersion(python, operator, value);
  if (minor !== python || value === `${minor}.*`) return comparedVersion(python, operator, minor === python ? value : minor);
  // `>= 3.12` and `< 3.12` ask for the minor, `< 3.12.4` for a patch.
  if (value === minor || value === `${minor}.0`) return operator === '>=' ? true : operator === '<' ? false : undefined;
  return undefined;
}

function ordered(operator: string, order: number, isSame: boolean): boolean | undefined {
  switch (operator) {
    case '==':
    case '===':
      return isSame;
    case '!=':
      return !isSame;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return undefined;
  }
}
