/**
 * How GitHub's runner reads what a step prints and writes, as far as plimsoll depends on it.
 *
 * SPEC: actions/runner at 258d6c85 (2026-08-17), read in C#: ActionCommand.cs (TryParseV2, TryParse), ActionCommandManager.cs
 * (IssueCommandExtension, AddMatcherCommandExtension), Handlers/OutputManager.cs, IssueMatcher.cs, FileCommandManager.cs
 * (EnvFileKeyValuePairs, CreateStepSummaryCommand), ExecutionContext.cs (AddIssue), Handlers/ScriptHandlerHelpers.cs.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A command, its properties and data with nothing escaped any more; names of properties in lower case, as the runner does not tell them apart. */
export interface Command {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

/** The command that a line is, in the new notation (`::name a=b::data`) or the old (`##[name a=b]data`). */
export function commandOf(line: string): Command | undefined {
  return newCommand(line) ?? oldCommand(line) ?? newCommand(weighed(line)) ?? oldCommand(weighed(line));
}

/** The shell of a `run:` with `shell: bash`. */
export const BASH = ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail'] as const;

/** Above this, in bytes, nothing of a step's summary is shown. */
export const SUMMARY_LIMIT = 1024 * 1024;

/** What is registered, in ActionCommandManager.cs. */
const COMMANDS = [
  'stop-commands',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
];

/**
 * NOTE: the runner compares by the culture of the machine, where characters without weight count for nothing: `:\u200b:` is `::` to it on one
 * machine and not on the other. Here it is one wherever it would be on some machine.
 */
const WEIGHTLESS = /[\p{Cf}\p{Cc}\p{Mn}]/gu;
const weighed = (text: string): string => text.replace(WEIGHTLESS, (character) => (/\s/.test(character) ? character : ''));

function newCommand(line: string): Command | undefined {
  const message = line.trimStart();
  if (!message.startsWith('::')) return undefined;
  const end = message.indexOf('::', 2);
  if (end < 0) return undefined;
  return registered(message.slice(2, end), ',', message.slice(end + 2), DATA, PROPERTY);
}

function oldCommand(message: string): Command | undefined {
  const start = message.indexOf('##[');
  const end = start < 0 ? -1 : message.indexOf(']', start);
  if (end < 0) return undefined;
  return registered(message.slice(start + 3, end), ';', message.slice(end + 1), OLD, OLD);
}

function registered(
  head: string,
  separator: string,
  data: string,
  ofData: readonly (readonly [string, string])[],
  ofProperty: readonly (readonly [string, string])[],
): Command | undefined {
  const blank = head.indexOf(' ');
  const name = (blank < 0 ? head : head.slice(0, blank)).toLowerCase();
  if (!COMMANDS.includes(name)) return undefined;
  const properties = new Map<string, string>();
  for (const pair of blank < 0
    ? []
    : head
        .slice(blank + 1)
        .trim()
        .split(separator)) {
    const at = pair.replace(/^=+/, '').indexOf('=');
    const [key, value] = [pair.replace(/^=+/, '').slice(0, at), pair.replace(/^=+/, '').slice(at + 1)];
    if (at > 0 && value !== '') properties.set(key.toLowerCase(), unescaped(value, ofProperty));
  }
  return { name, properties, data: unescaped(data, ofData) };
}

/** In the order in which the runner takes them back: `%25` last. */
const DATA = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const;
const PROPERTY = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const;
const OLD = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
] as const;

function unescaped(text: string, mappings: readonly (readonly [string, string])[]): string {
  return mappings.reduce((before, [written, meant]) => before.replaceAll(written, meant), text);
}

/** An annotation of a pull request. Numbers are absent where the runner has thrown them away. */
export interface Annotation {
  readonly type: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  /** From the root of the repository; absent where the runner does not find it there. */
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly col?: number;
  readonly endColumn?: number;
  readonly code?: string;
}

/** What the runner makes of all that a step prints. */
export interface StepReading {
  /** The first ten of each type, which is what it shows. */
  readonly annotations: readonly Annotation[];
  /** Those beyond. */
  readonly dropped: readonly Annotation[];
  /** Every command but annotations. */
  readonly commands: readonly Command[];
  /** The lines that are only printed. */
  readonly log: readonly string[];
}

/** Reads the output of a step. @param workspace GITHUB_WORKSPACE */
export function readStep(output: string, workspace: string): StepReading {
  const found: Annotation[] = [];
  const commands: Command[] = [];
  const log: string[] = [];
  let matchers: readonly Matcher[] = [];
  let resumesAt: string | undefined;
  for (const line of output.split(/\r?\n|\r/)) {
    if (resumesAt !== undefined) {
      if (line.trimStart().startsWith(`::${resumesAt}::`)) resumesAt = undefined;
      else log.push(line);
      continue;
    }
    const command = commandOf(line);
    if (command?.name === 'error' || command?.name === 'warning' || command?.name === 'notice') {
      found.push(annotationOf(command, command.name, workspace));
    } else if (command !== undefined) {
      commands.push(command);
      if (command.name === 'stop-commands') resumesAt = command.data;
      if (command.name === 'add-matcher') matchers = [...matchersIn(path.resolve(workspace, command.data)), ...matchers];
      if (command.name === 'remove-matcher') {
        const owner = command.properties.get('owner')?.toLowerCase();
        matchers = matchers.filter((matcher) => matcher.owner.toLowerCase() !== owner);
      }
    } else {
      const matched = matchers.map((matcher) => matchOf(matcher, line, workspace)).find((annotation) => annotation !== undefined);
      if (matched === undefined) log.push(line);
      else found.push(matched);
    }
  }
  const isShown = (annotation: Annotation, index: number): boolean =>
    found.slice(0, index).filter(({ type }) => type === annotation.type).length < MOST_OF_A_TYPE;
  return { annotations: found.filter(isShown), dropped: found.filter((each, i) => !isShown(each, i)), commands, log };
}

/** `_maxCountPerIssueType` and `_maxIssueMessageLength` of ExecutionContext.cs. */
const MOST_OF_A_TYPE = 10;
const LONGEST_MESSAGE = 4096;

function annotationOf({ properties, data }: Command, type: Annotation['type'], workspace: string): Annotation {
  const number = (name: string): number | undefined => {
    const text = properties.get(name.toLowerCase());
    return text !== undefined && /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
  };
  let [line, endLine, col, endColumn] = [number('line'), number('endLine'), number('col'), number('endColumn')];
  if (line === undefined) line = endLine;
  if (col === undefined) col = endColumn;
  if (line === undefined || (endLine !== undefined && line !== endLine)) col = endColumn = undefined;
  if (line !== undefined && endLine !== undefined && endLine < line) line = endLine = undefined;
  if (col !== undefined && endColumn !== undefined && endColumn < col) col = endColumn = undefined;
  const file = properties.get('file');
  const title = properties.get('title');
  return {
    type,
    message: data.slice(0, LONGEST_MESSAGE),
    ...(title !== undefined && { title }),
    ...(file !== undefined && { file: path.isAbsolute(file) ? path.relative(workspace, file) : file }),
    ...(line !== undefined && { line }),
    ...(endLine !== undefined && { endLine }),
    ...(col !== undefined && { col }),
    ...(endColumn !== undefined && { endColumn }),
  };
}

interface Matcher {
  readonly owner: string;
  readonly severity?: string;
  readonly fromPath?: string;
  readonly pattern: readonly [Pattern];
}

type Group = 'file' | 'line' | 'column' | 'severity' | 'code' | 'message' | 'fromPath';
type Pattern = { readonly regexp: string } & { readonly [Name in Group]?: number };

/** The matchers of a file of them, of one line each. @throws {Error} where the runner throws */
export function matchersIn(file: string): readonly Matcher[] {
  const { problemMatcher } = JSON.parse(readFileSync(file, 'utf8')) as { problemMatcher: readonly Matcher[] };
  const owners = new Set<string>();
  for (const { owner, severity, pattern } of problemMatcher) {
    if (owner === '' || owners.has(owner.toLowerCase())) throw new Error(`owner: ${owner}`);
    owners.add(owner.toLowerCase());
    if (!['', 'error', 'warning', 'notice'].includes((severity ?? '').toLowerCase())) throw new Error(`default severity: ${severity}`);
    if (pattern.length !== 1 || pattern[0].message === undefined) throw new Error('one pattern, which has a message');
    const groups = new RegExp(`${pattern[0].regexp}|`).exec('')?.length ?? 0;
    for (const [name, group] of Object.entries(pattern[0])) {
      if (typeof group === 'number' && (group < 0 || group >= groups)) throw new Error(`${name} is group ${group} of ${groups}`);
    }
  }
  return problemMatcher;
}

/** NOTE: colours are not taken out first: the pattern that should do that (`_colorCodeRegex`) looks for NUL and `33[`. */
function matchOf({ pattern: [pattern], severity, fromPath }: Matcher, line: string, workspace: string): Annotation | undefined {
  const match = new RegExp(pattern.regexp).exec(line);
  if (match === null) return undefined;
  const group = (name: Group): string => match[pattern[name] ?? Number.NaN] ?? '';
  const type = (group('severity') || (severity ?? '') || 'error').toLowerCase();
  if (group('message').trim() === '' || (type !== 'error' && type !== 'warning' && type !== 'notice')) return undefined;
  const from = group('fromPath') || (fromPath ?? '');
  const absolute = path.resolve(workspace, path.dirname(from === '' ? 'x' : from), group('file'));
  const file = path.relative(workspace, absolute);
  return {
    type,
    message: group('message').slice(0, LONGEST_MESSAGE),
    ...(existsSync(absolute) && !file.startsWith('..') && { file }),
    ...(/^\d+$/.test(group('line')) && { line: Number(group('line')) }),
    ...(/^\d+$/.test(group('column')) && { col: Number(group('column')) }),
    ...(group('code').trim() !== '' && { code: group('code').trim() }),
  };
}

/** The pairs of a file such as GITHUB_OUTPUT. @throws {Error} where the runner throws */
export function pairsOf(text: string): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line === '') continue;
    const [equals, heredoc] = [line.indexOf('='), line.indexOf('<<')];
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (heredoc > 0 && line.length > heredoc + 2) {
      const end = lines.indexOf(line.slice(heredoc + 2), i + 1);
      if (end < 0) throw new Error(`no end of ${line}`);
      pairs[line.slice(0, heredoc)] = lines.slice(i + 1, end).join('\n');
      i = end;
    } else throw new Error(`invalid format: ${line}`);
  }
  return pairs;
}
