/**
 * What one word given to pip asks for: a name with or without a version, a path, an address, a repository; and how
 * firmly it fixes what is installed.
 *
 * Sources: PEP 440, PEP 508 and packaging.python.org's dependency specifiers; pip's own reading of paths and archives
 * (pip 26.3, req/constructors.py, utils/filetypes.py); pip.pypa.io/en/stable/topics/vcs-support.
 */
import type { Command, Redirect, ShellWord, Span } from '../model/dockerfile.js';

/**
 * How firmly a version is fixed. *pinned*: one version. *bounded*: nothing above some version. *ranged*: some condition,
 * but whatever comes out next may satisfy it. *unpinned*: none.
 */
export type Pinning = 'pinned' | 'bounded' | 'ranged' | 'unpinned';

/** What a word asks for. */
export type Requirement =
  | {
      readonly kind: 'name';
      /** As written, without extras. */
      readonly name: string;
      readonly extras: readonly string[];
      /** As written, blanks and parentheses removed: `>=1,<2`. */
      readonly specifier: string;
      readonly pinning: Pinning;
      /** The version of `==` or `===`. */
      readonly version?: string;
    }
  /** A directory or file of the build. */
  | { readonly kind: 'local' }
  /** An address; *unpinned* when it names whatever a branch holds. */
  | { readonly kind: 'url'; readonly name?: string; readonly pinning: 'pinned' | 'unpinned' }
  /** A repository; *unpinned* without a tag or commit. */
  | { readonly kind: 'vcs'; readonly name?: string; readonly pinning: 'pinned' | 'unpinned'; readonly reference?: string };

const NAME = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*/;
const NAME_AND_ADDRESS = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)(?:\s*\[[^\]]*\])?\s*@\s*(\S.*)$/;
const CLAUSE = /^(===|==|~=|!=|<=|>=|<|>)\s*(\S+)$/;
const ARCHIVE = /\.(?:whl|zip|tar|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz|tar\.lzma|tlz)(?:\[[^\]]*\])?$/i;

/** Reads a requirement as pip does; undefined when it is none, or when what it is cannot be told. */
export function readRequirement(text: string): Requirement | undefined {
  const [, name, url] = (text.includes('@') ? NAME_AND_ADDRESS.exec(text) : null) ?? [];
  if (url !== undefined) return readAddress(url.split(/\s+;/, 1)[0] ?? url, name);
  if (/^[a-z][a-z+]*:/i.test(text)) return readAddress(text, undefined);
  if (text.startsWith('.') || text.startsWith('~') || text.includes('/') || text.includes('\\') || ARCHIVE.test(text))
    return { kind: 'local' };
  return readNamed(text);
}

function readNamed(text: string): Requirement | undefined {
  const [requirement = ''] = text.split(';', 1);
  const head = NAME.exec(requirement);
  if (head === null) return undefined;
  const rest = requirement
    .slice(head[0].length)
    .trim()
    .replace(/^\((.*)\)$/, '$1');
  const clauses = rest === '' ? [] : listOf(rest);
  const read = clauses.map((clause) => CLAUSE.exec(clause));
  if (read.includes(null)) return undefined;
  const pairs = read.map((clause) => ({ operator: clause?.[1] ?? '', version: clause?.[2] ?? '' }));
  const exact = pairs.find(({ operator, version }) => operator === '===' || (operator === '==' && !version.endsWith('*')));
  return {
    kind: 'name',
    name: head[1] ?? '',
    extras: head[2] === undefined ? [] : listOf(head[2]),
    specifier: pairs.map(({ operator, version }) => operator + version).join(','),
    pinning: pinningOf(
      pairs.map(({ operator }) => operator),
      exact !== undefined,
    ),
    ...(exact === undefined ? {} : { version: exact.version }),
  };
}

function listOf(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

function pinningOf(operators: readonly string[], isExact: boolean): Pinning {
  if (isExact) return 'pinned';
  // `==1.*` and `~=1.4` end where the next release of their line begins.
  if (operators.some((operator) => operator === '<' || operator === '<=' || operator === '==' || operator === '~=')) return 'bounded';
  return operators.length === 0 ? 'unpinned' : 'ranged';
}

/** Names that move: what is installed from them changes with every push. */
const BRANCHES = /^(?:main|master|develop|devel|dev|trunk|head|nightly|staging|next|latest|default|refs\/heads\/.+)$/i;

function readAddress(text: string, name: string | undefined): Requirement | undefined {
  const [address = '', fragment = ''] = text.trim().split('#', 2);
  const named = name ?? /(?:^|&)egg=([A-Za-z0-9._-]+)/.exec(fragment)?.[1];
  const known = named === undefined ? {} : { name: named };
  if (/^file:/i.test(address) || !/^[a-z+]+:/i.test(address)) return { kind: 'local' };
  if (/^(?:git|hg|svn|bzr)(?:\+|:)/i.test(address)) {
    // Behind the host, so that the user in `git+ssh://git@host/…` is no reference.
    const path = address.replace(/^[a-z+]+:\/\/[^/]*/i, '').replace(/^git\+[\w.-]+@[^:/]+:/i, '');
    const reference = /@([^@]+)$/.exec(path)?.[1];
    const pinned = reference !== undefined && !BRANCHES.test(reference);
    return { kind: 'vcs', ...known, pinning: pinned ? 'pinned' : 'unpinned', ...(reference === undefined ? {} : { reference }) };
  }
  if (!/^https?:/i.test(address)) return undefined;
  const moving =
    /\/(?:archive|tarball|zipball|zip|tar\.gz|get)\/(?:refs\/heads\/)?([^/]+?)(?:\.zip|\.tar\.gz)?$/i.exec(
      address.split('?', 1)[0] ?? '',
    )?.[1] ?? '';
  const followsBranch = BRANCHES.test(moving) || address.includes('/refs/heads/');
  return { kind: 'url', ...known, pinning: followsBranch && !/(?:md5|sha\d+)=/.test(fragment) ? 'unpinned' : 'pinned' };
}

/** A version condition that lost its quotation marks: the shell opens a file instead of passing it on. */
export interface LostCondition {
  /** What the program still gets: `numpy`. */
  readonly word: ShellWord;
  /** What was meant, as written: `numpy>=1.20,<2`. */
  readonly written: string;
  /** The file that the shell writes, or for `<` tries to read. */
  readonly file: string;
  /** `<`: the file is read, and without it the command does not run at all. */
  readonly reads: boolean;
  readonly span: Span;
}

/** What one finding says of all lost conditions of a command; those that make it fail come first. */
export interface LostConditions {
  readonly first: LostCondition;
  readonly words: ReadonlySet<ShellWord>;
  readonly data: { readonly written: string; readonly are: string; readonly file: string; readonly words: string; readonly quoted: string };
}

/** The lost conditions of a command in the words of a message; undefined when there are none. */
export function describeLostConditions(command: Command): LostConditions | undefined {
  const all = lostConditions(command);
  const reading = all.filter(({ reads }) => reads);
  const shown = reading.length > 0 ? reading : all;
  const [first] = shown;
  if (first === undefined) return undefined;
  const data = {
    written: listed(shown.map(({ written }) => written)),
    are: shown.length === 1 ? 'is' : 'are',
    file: first.file,
    words: listed(shown.map(({ word }) => word.text)),
    quoted: `'${first.written}'`,
  };
  return { first, words: new Set(all.map(({ word }) => word)), data };
}

/** Where `numpy>=1.20` stands without quotation marks among the words of a command. */
function lostConditions(command: Command): readonly LostCondition[] {
  const found: LostCondition[] = [];
  for (const redirect of command.redirects) {
    const word = command.args.find(({ span }) => span.end === redirect.span.start);
    if (word === undefined || !/^[A-Za-z0-9]/.test(word.text) || !isCondition(redirect)) continue;
    // `numpy>=1.2,<2` is two redirections, one right behind the other.
    const chain = [redirect];
    for (const next of command.redirects) {
      if (next.span.start === chain.at(-1)?.span.end && isCondition(next)) chain.push(next);
    }
    const { operator, target } = chain.find((each) => each.operator === '<') ?? redirect;
    found.push({
      word,
      written: word.text + chain.map((each) => each.operator + (each.target?.text ?? '')).join(''),
      file: target?.value ?? target?.text ?? '',
      reads: operator === '<',
      span: { start: word.span.start, end: chain.at(-1)?.span.end ?? redirect.span.end },
    });
  }
  return found;
}

function isCondition({ operator, target, fileDescriptor }: Redirect): boolean {
  return (operator === '>' || operator === '<') && fileDescriptor === undefined && /^=?\d/.test(target?.value ?? target?.text ?? '');
}

/** Texts as a message names them: the first three (or all four) in backticks, the rest counted. */
export function listed(texts: readonly string[]): string {
  return enumerated(texts.map((text) => `\`${text}\``));
}

/** The same without backticks: for what has them already. */
export function enumerated(texts: readonly string[]): string {
  const shown = texts.slice(0, texts.length === 4 ? 4 : 3);
  const rest = texts.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
