/**
 * What may be shown of a source text. Every report that quotes the text goes through here: secrets are masked, and
 * nothing in a Dockerfile can move the terminal's cursor or speak to the machine that reads the log.
 */
import type { Edit, FileReport, ReportedFinding, ReportedFix, Span } from '../engine/report.js';
import { firstIndex } from '../source/spans.js';

/** How many characters of a secret stay visible, so that its owner knows which one it is. */
const VISIBLE_OF_SECRET = 4;

/** A secret shorter than this, in UTF-16 code units, shows nothing: four characters would be too much of it. */
const SHORTEST_PARTLY_VISIBLE = 12;

/** Text of a fix that shares this much with a secret is taken to contain it. */
const TELLING_LENGTH = 12;

/** The source text between two offsets, with `*` for what is secret; as long as the original, so that offsets hold. */
export function maskedText(file: FileReport, start: number, end: number): string {
  const { text } = file.source;
  let shown = '';
  let at = start;
  for (let i = firstEndingAfter(file.secrets, start); i < file.secrets.length; i++) {
    const secret = file.secrets[i];
    if (secret === undefined || secret.start >= end) break;
    const from = Math.max(visibleEnd(text, secret), at);
    const to = Math.min(secret.end, end);
    if (from >= to) continue;
    shown += text.slice(at, from) + text.slice(from, to).replace(/[^\r\n]/g, '*');
    at = to;
  }
  return shown + text.slice(at, end);
}

/** The fixes of a finding, safe ones first, without those that would print a secret. `--fix` still applies these. */
export function showableFixes(file: FileReport, finding: ReportedFinding): readonly ReportedFix[] {
  const isShowable = (fix: ReportedFix): boolean => !tells(file, fix.title) && !fix.edits.some((edit) => tells(file, edit.text));
  const fixes = file.secrets.length === 0 ? finding.fixes : finding.fixes.filter(isShowable);
  if (fixes.length < 2) return fixes;
  return [...fixes.filter((fix) => fix.safety === 'safe'), ...fixes.filter((fix) => fix.safety === 'unsafe')];
}

/**
 * A fix as one edit, from its first to its last, for readers that would make a part of it alone. Undefined for a fix without edits, and where
 * the text between them would show a secret.
 */
export function wholeEdit(file: FileReport, { edits }: ReportedFix): Edit | undefined {
  const start = edits[0]?.span.start;
  if (start === undefined) return undefined;
  let text = '';
  let end = start;
  for (const edit of edits) {
    const kept = file.source.text.slice(end, edit.span.start);
    if (maskedText(file, end, edit.span.start) !== kept) return undefined;
    text += kept + edit.text;
    end = edit.span.end;
  }
  return { span: { start, end }, text };
}

/**
 * A text with a picture for every character that a terminal would obey instead of draw, as long as the original: the
 * control characters, line ends among them, and those that reverse the direction of writing. Tabs stay.
 */
export function harmless(text: string, unicode: boolean): string {
  const drawn = pictured(text, unicode);
  // SPEC: actions/runner obeys `##[add-mask]…` anywhere in a line of a log (ActionCommand.TryParse).
  return /#[^!-~]*#[^!-~]*\[/.test(drawn) ? drawn.replace(/#(\p{Cf}*)#(\p{Cf}*)\[/gu, '#$1\\$2[') : drawn;
}

/** {@link harmless} for who sees to the commands of GitHub's runner in another way. */
export function pictured(text: string, unicode: boolean): string {
  return text.replace(OBEYED, (character) => {
    const code = character.charCodeAt(0);
    if (!unicode) return '?';
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\uFFFD';
  });
}

/** A line of a log that GitHub's runner does not take for a command: those begin with `::` behind any blanks. */
export function commandless(line: string): string {
  // Most lines begin with something else; knowing all of Unicode's blanks costs a millisecond at the first question.
  if (!line.includes(':') || /^ *[!-9;-~\u2190-\u2bff]/.test(line)) return line;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return line.replace(/^((?:[\s\p{Cf}\p{Cc}]|\x1b\[[0-9;]*m)*)(:[\p{Cf}\p{Cc}]*:)/u, '$1\\$2');
}

/** Lines that can be printed as they are, into a terminal or a log: each {@link harmless} and {@link commandless}. */
export function printable(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => commandless(harmless(line, true)))
    .join('\n');
}

/** A value as JSON on one line that can be printed into a log of GitHub's runner: `##[` is written with an escape. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replaceAll('##[', '#\\u0023[');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\0-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Where the part of a secret that stays visible ends; never between the halves of a surrogate pair. */
function visibleEnd(text: string, secret: Span): number {
  if (secret.end - secret.start < SHORTEST_PARTLY_VISIBLE) return secret.start;
  const end = secret.start + VISIBLE_OF_SECRET;
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : end;
}

function firstEndingAfter(spans: readonly Span[], offset: number): number {
  return firstIndex(spans.length, (i) => (spans[i]?.end ?? 0) > offset);
}

/** Whether a text holds a secret of the file or a telling part of one, as a fix does that quotes or splits it. */
function tells(file: FileReport, text: string): boolean {
  for (const [length, parts] of tellingParts(file)) {
    for (let at = 0; at + length <= text.length; at++) {
      if (parts.has(text.slice(at, at + length))) return true;
    }
  }
  return false;
}

const partsOfFile = new WeakMap<FileReport, ReadonlyMap<number, ReadonlySet<string>>>();

/** By length: every short secret, and every part of {@link TELLING_LENGTH} of the long ones. */
function tellingParts(file: FileReport): ReadonlyMap<number, ReadonlySet<string>> {
  const known = partsOfFile.get(file);
  if (known !== undefined) return known;
  const parts = new Map<number, Set<string>>();
  for (const secret of file.secrets) {
    const length = Math.min(secret.end - secret.start, TELLING_LENGTH);
    if (length === 0) continue;
    const ofLength = parts.get(length) ?? new Set();
    parts.set(length, ofLength);
    for (let at = secret.start; at + length <= secret.end; at++) ofLength.add(file.source.text.slice(at, at + length));
  }
  partsOfFile.set(file, parts);
  return parts;
}
