/**
 * From raw findings to reported ones: small pure steps in an order that matters; the reason stands beside each.
 */

import { type Edit, type Finding, type Fix, type Message, type Rule, redacted } from '../rule.js';
import type { SourceFile } from '../source/source-file.js';
import { mergedSpans, touches } from '../source/spans.js';
import { inLineEndsOf, inOrder } from './edits.js';
import { Fingerprints } from './fingerprint.js';
import type { ReportedFinding, ReportedFix, Severity, Span, SuppressedFinding } from './report.js';
import { Silencing, type Suppressions } from './suppress.js';
import type { RawFinding } from './walk.js';

/** What a run wants of its rules. */
export interface Settings {
  /** The enabled rules by id; a severity here replaces the rule's own in every finding. */
  readonly rules: ReadonlyMap<string, { readonly severity?: Severity }>;
  /** Whether comments in the files may silence findings. */
  readonly inlineSuppressions: boolean;
  /** Whether a comment that silences must say why. */
  readonly requireSuppressionReason?: boolean;
}

/** One file's raw findings and all that decides over them. */
export interface PassInput {
  readonly source: SourceFile;
  readonly findings: readonly RawFinding[];
  /** Sorted, not overlapping. */
  readonly secrets: readonly Span[];
  readonly settings: Settings;
  /** The comments of the file, read anew: the passes note in them what is of use. */
  readonly suppressions: Suppressions;
  /** What is silenced already, with the reason: by a comment of the Dockerfile that leads to this file. */
  readonly silenced?: ReadonlyMap<RawFinding, string>;
  /** From which offset on Docker builds anew when a fix is made; undefined when it does not. */
  readonly rebuiltFrom: (fix: Fix) => number | undefined;
}

/** What is left to report. */
export interface PassOutput {
  readonly findings: readonly ReportedFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Those of the input. */
  readonly suppressions: Suppressions;
  /** Rules that pointed outside the file. */
  readonly misplaced: readonly RawFinding[];
}

/** A finding on its way through the passes; it gets its fingerprint at their end. */
interface Draft extends Omit<ReportedFinding, 'fingerprint'> {
  fingerprint: string;
}

/** Runs every pass. @throws when a rule names a message it does not have */
export function runPasses(input: PassInput): PassOutput {
  const { source } = input;
  // First, because every later step takes offsets at their word.
  const written = new WrittenEdits(source);
  const misplaced: RawFinding[] = [];
  const placed: RawFinding[] = [];
  for (const raw of input.findings) (isPlaced(raw.finding, source, written) ? placed : misplaced).push(raw);
  // Severity and text before suppression, so that a suppressed finding can be shown as it would have been.
  const mask = secretMask(source, input.secrets);
  const reportedFix = (fix: Fix): ReportedFix => {
    const words = { title: onOneLine(mask(fix.title)), ...(fix.risk === undefined ? {} : { risk: onOneLine(mask(fix.risk)) }) };
    return { ...fix, ...words, edits: written.of(fix.edits) ?? [], rebuiltFrom: input.rebuiltFrom(fix) };
  };
  const silenced = new Map<Draft, string>();
  const drafts = placed.map((raw) => {
    const draft = toDraft(raw, input.settings, mask, reportedFix);
    const reason = input.silenced?.get(raw);
    if (reason !== undefined) silenced.set(draft, mask(reason));
    return draft;
  });
  const rules = new Map(placed.map(({ rule }) => [rule.id, rule]));
  // The order in which rules ran must not decide which of two equal findings stays, or their fingerprints.
  const sorted = drafts.sort(byPlace);
  // Comments before supersession: silencing the precise finding must not be needed twice, but its place stays known.
  const silencing = new Silencing(input.suppressions);
  for (const draft of sorted) {
    const { equivalents = [] } = rules.get(draft.ruleId) ?? {};
    const by = silencing.by({ ruleId: draft.ruleId, equivalents, start: draft.span.start });
    if (by !== undefined) silenced.set(draft, mask(by.reason));
  }
  // A silenced precise finding still supersedes the vaguer one: the person has seen that problem and accepted it.
  const single = withoutSuperseded(withoutRepetition(sorted), rules);
  // Last, so that only what is reported takes part in telling equal findings apart.
  const fingerprints = new Fingerprints(source);
  const findings: ReportedFinding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const draft of single) {
    draft.fingerprint = fingerprints.next(draft);
    const reason = silenced.get(draft);
    if (reason === undefined) findings.push(draft);
    else suppressed.push({ ...draft, by: 'comment', reason });
  }
  return { findings, suppressed, suppressions: input.suppressions, misplaced };
}

/** The finding inside the file, and its fixes too, none of whose edits overlap. */
function isPlaced({ at, fixes = [] }: Finding, source: SourceFile, written: WrittenEdits): boolean {
  return isInside(at, source) && fixes.every(({ edits }) => written.of(edits) !== undefined);
}

/** Edits in the order of the file and with its line ends. Findings may share a list: what moves a whole file is read once. */
class WrittenEdits {
  private readonly known = new Map<readonly Edit[], readonly Edit[] | undefined>();

  constructor(private readonly source: SourceFile) {}

  /** Undefined where one lies outside the file or two overlap. */
  of(edits: readonly Edit[]): readonly Edit[] | undefined {
    if (this.known.has(edits)) return this.known.get(edits);
    const ordered = inOrder(edits);
    const areApart = ordered.every(({ span }, i) => isInside(span, this.source) && span.start >= (ordered[i - 1]?.span.end ?? 0));
    const written = areApart ? ordered.map((edit) => inLineEndsOf(this.source, edit)) : undefined;
    this.known.set(edits, written);
    return written;
  }
}

function isInside(span: Span, source: SourceFile): boolean {
  return (
    Number.isInteger(span.start) &&
    Number.isInteger(span.end) &&
    span.start >= 0 &&
    span.start <= span.end &&
    span.end <= source.text.length
  );
}

function toDraft(
  { rule, finding }: RawFinding,
  settings: Settings,
  mask: (text: string) => string,
  fixOf: (fix: Fix) => ReportedFix,
): Draft {
  const message = rule.messages[finding.message];
  if (message === undefined) throw new Error(`rule ${rule.id} has no message \`${finding.message}\``);
  const { text, help } = filled(message, (finding.data ?? {}) as Readonly<Record<string, string | number>>);
  return {
    ruleId: rule.id,
    messageId: finding.message,
    family: rule.family,
    severity: settings.rules.get(rule.id)?.severity ?? finding.severity ?? rule.severity,
    confidence: rule.confidence,
    span: finding.at,
    message: onOneLine(mask(text)),
    help: mask(help),
    related: (finding.related ?? []).map(({ at, note }) => ({ at, note: mask(note) })),
    fixes: (finding.fixes ?? []).map(fixOf),
    ...(finding.elsewhere && { from: finding.elsewhere.from }),
    fingerprint: '',
  };
}

/** A word that a message quotes may run over lines. Behind the mask, which looks for secrets as the file has them. */
function onOneLine(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .join(' ');
}

function filled(message: Message, data: Readonly<Record<string, string | number>>): Message {
  return { text: fill(message.text, data), help: fill(message.help, data) };
}

/** Puts data in the place of `{name}`; what looks like a placeholder and has no data stays. */
function fill(template: string, data: Readonly<Record<string, string | number>>): string {
  let filledIn = '';
  let done = 0;
  for (let open = template.indexOf('{'); open >= 0; open = template.indexOf('{', open + 1)) {
    const close = template.indexOf('}', open);
    const value = close < 0 ? undefined : data[template.slice(open + 1, close)];
    if (value === undefined) continue;
    filledIn += template.slice(done, open) + value;
    done = close + 1;
  }
  return filledIn + template.slice(done);
}

/** NOTE: shorter ones (a password `a`) would tear words apart; their rules never quote them. */
const SHORTEST_MASKED = 6;

/** Other rules quote the user's words too: no message may carry a secret whole, whoever wrote it. */
function secretMask(source: SourceFile, secrets: readonly Span[]): (text: string) => string {
  const byStart = new Map<string, string[]>();
  for (const secret of new Set(secrets.map(({ start, end }) => source.text.slice(start, end)))) {
    if (secret.length < SHORTEST_MASKED) continue;
    const start = secret.slice(0, SHORTEST_MASKED);
    byStart.set(
      start,
      [...(byStart.get(start) ?? []), secret].sort((a, b) => b.length - a.length),
    );
  }
  if (byStart.size === 0) return (text) => text;
  return (text) => {
    let masked = '';
    let done = 0;
    for (let at = 0; at <= text.length - SHORTEST_MASKED; at++) {
      const candidates = at < done ? undefined : byStart.get(text.slice(at, at + SHORTEST_MASKED));
      const secret = candidates?.find((candidate) => text.startsWith(candidate, at) || isCutOff(candidate, text, at));
      if (secret === undefined) continue;
      masked += text.slice(done, at) + redacted(secret);
      done = text.startsWith(secret, at) ? at + secret.length : text.indexOf('…', at);
    }
    return masked + text.slice(done);
  };
}

/** Whether a text ends with the beginning of a secret where a message cuts off what it quotes. */
function isCutOff(secret: string, text: string, at: number): boolean {
  const end = text.slice(at, at + secret.length).indexOf('…');
  return end > 0 && secret.startsWith(text.slice(at, at + end));
}

function byPlace(a: Draft, b: Draft): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || compare(a.ruleId, b.ruleId) || compare(a.message, b.message);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withoutRepetition(drafts: readonly Draft[]): readonly Draft[] {
  const seen = new Set<string>();
  return drafts.filter(({ ruleId, span, message }) => {
    const key = `${ruleId} ${span.start} ${span.end} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Drops a finding where a rule that supersedes its rule points at, or relates to, an overlapping place. */
function withoutSuperseded(drafts: readonly Draft[], rules: ReadonlyMap<string, Rule>): readonly Draft[] {
  const claims = new Map<string, Span[]>();
  for (const draft of drafts) {
    for (const id of rules.get(draft.ruleId)?.supersedes ?? []) {
      const spans = claims.get(id) ?? [];
      spans.push(draft.span, ...draft.related.map(({ at }) => at));
      claims.set(id, spans);
    }
  }
  if (claims.size === 0) return drafts;
  const merged = new Map([...claims].map(([id, spans]) => [id, mergedSpans(spans)]));
  return drafts.filter(({ ruleId, span }) => !touches(merged.get(ruleId) ?? [], span));
}
