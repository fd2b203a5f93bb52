/**
 * `--format json`: one flat array, one finding a line; `[]` when there is none. Fields are only ever added.
 *
 * | field | what |
 * |---|---|
 * | `path` | as the user named it, forward slashes; `<stdin>` without a name |
 * | `line` `column` `endLine` `endColumn` | 1-based, UTF-16 code units, end exclusive; equal where something is missing |
 * | `byteColumn` `endByteColumn` | the columns in UTF-8 bytes, for Vim; a byte order mark does not count |
 * | `ruleId` `level` | `level` is `error`, `warning` or `info` |
 * | `message` `help` | the fact, on one line; the remedy, which may have several |
 * | `category` `confidence` | the rule's family; `high`, `medium` or `low` |
 * | `fingerprint` | 16 hex digits; stays when other lines change; unique in the file |
 * | `fix` | absent without one; `title`, `safety` (`safe` or `unsafe`), `risk` (only of an unsafe one: what may be different afterwards), `rebuildsFromLine` (from where on Docker builds anew; absent when the build cache stays good) and `edits`: each replaces `[start, end)`, offsets in UTF-16 code units of the text without byte order mark, in order, not overlapping |
 * | `related` | other places that explain the finding: `line`, `column`, `note`; may be empty |
 * | `suppressed` | only with `--show-suppressed`, and only of a finding that does not count: `by` (`comment` or `baseline`) and `reason` (empty where none is given) |
 *
 * Of several fixes the best is given: a safe one before an unsafe one. A fix whose text would print a secret is left
 * out. Files that could not be read are not in the report, and suppressed findings only when asked for.
 */
import type { FileReport, Report, ReportedFinding } from '../engine/report.js';
import { placeOf, rangeOf } from '../source/position.js';
import { writeJsonList } from './json-list.js';
import { isSuppressed, type ListingOptions, listedFindings } from './listed.js';
import { showableFixes } from './masking.js';

/** One finding as the JSON reports have it, fields in the order they are printed; the module says what each holds. */
export interface JsonFinding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly byteColumn: number;
  readonly endByteColumn: number;
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly help: string;
  readonly category: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly fingerprint: string;
  readonly fix?: {
    readonly title: string;
    readonly safety: 'safe' | 'unsafe';
    readonly risk?: string;
    readonly rebuildsFromLine?: number;
    /** Lines that other files of the project get; paths as seen from the root of the repository. */
    readonly additions?: readonly { readonly path: string; readonly lines: readonly string[] }[];
    readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  };
  readonly related: readonly { readonly line: number; readonly column: number; readonly note: string }[];
  readonly suppressed?: { readonly by: 'comment' | 'baseline'; readonly reason: string };
}

/** Writes the array with a call for each finding; the text ends in a line feed. */
export function json(report: Report, write: (text: string) => void, options: ListingOptions = {}): void {
  const findings = report.files.flatMap((file) => listedFindings(file, options).map((finding) => ({ file, finding })));
  writeJsonList(write, findings, ({ file, finding }) => jsonFinding(file, finding));
  write('\n');
}

/** The value of one finding, for reports that put it into another frame. */
export function jsonFinding(file: FileReport, finding: ReportedFinding): JsonFinding {
  const { source } = file;
  const range = rangeOf(source, finding.span);
  const bytes = rangeOf(source, finding.span, 'utf8');
  const [fix] = showableFixes(file, finding);
  return {
    path: source.path,
    line: range.line,
    column: range.column,
    endLine: range.endLine,
    endColumn: range.endColumn,
    byteColumn: bytes.column,
    endByteColumn: bytes.endColumn,
    ruleId: finding.ruleId,
    level: finding.severity,
    message: finding.message,
    help: finding.help,
    category: finding.family,
    confidence: finding.confidence,
    fingerprint: finding.fingerprint,
    ...(fix && {
      fix: {
        title: fix.title,
        safety: fix.safety,
        ...(fix.risk !== undefined && { risk: fix.risk }),
        ...(fix.rebuiltFrom !== undefined && { rebuildsFromLine: placeOf(source, fix.rebuiltFrom).line }),
        ...(fix.additions !== undefined && { additions: fix.additions.map(({ path, lines }) => ({ path, lines })) }),
        edits: fix.edits.map(({ span, text }) => ({ start: span.start, end: span.end, text })),
      },
    }),
    related: finding.related.map(({ at, note }) => ({ ...placeOf(source, at.start), note })),
    ...(isSuppressed(finding) && { suppressed: { by: finding.by, reason: finding.reason } }),
  };
}
