/**
 * `--format rdjson` and `--format rdjsonl`: reviewdog's own format, in one document or a diagnostic a line. Paths are as the user named them:
 * reviewdog takes them as relative to where it runs and adds the way from the repository's root itself; `<stdin>` stays what it is. What
 * could not be linted is a diagnostic of a file without a place, because reviewdog's comments are all that a reviewer sees.
 *
 * Of the fixes the first safe one becomes a suggestion: reviewdog wants all suggestions of a diagnostic on the same lines, and a suggestion is
 * committed on its own, so that a fix of several edits is one suggestion from the first edit to the last, and a fix that also adds lines to
 * other files is none.
 *
 * SPEC: reviewdog, proto/rdf/reviewdog.proto (0.21.0, 2025): 1-based, the end exclusive, columns in UTF-8 bytes of the line as git has it, so
 * that a byte order mark counts.
 */
import type { Failure, FileReport, Report, ReportedFinding, ReportedFix, Severity, Span } from '../engine/report.js';
import { type Place, placeOf, type Range, rangeOf } from '../source/position.js';
import { writeJsonList } from './json-list.js';
import { FAILURE_ID } from './listed.js';
import { jsonLine, printable, showableFixes, wholeEdit } from './masking.js';
import { messageAndRemedy } from './words.js';

/** Writes the document with a call for each diagnostic; it ends in a line feed. */
export function rdjson(report: Report, write: (text: string) => void): void {
  write(`{"source":${jsonLine(SOURCE)},"diagnostics":`);
  writeJsonList(write, diagnostics(report), (diagnostic) => diagnostic);
  write('}\n');
}

/** Writes a line for each diagnostic, none for a clean run. */
export function rdjsonl(report: Report, write: (text: string) => void): void {
  for (const diagnostic of diagnostics(report)) write(`${jsonLine({ ...diagnostic, source: SOURCE })}\n`);
}

const SOURCE = { name: 'plimsoll' };
const SEVERITY: Readonly<Record<Severity, string>> = { error: 'ERROR', warning: 'WARNING', info: 'INFO' };

function* diagnostics(report: Report): Generator<object> {
  for (const failure of report.failures) yield failureDiagnostic(failure);
  for (const file of report.files) {
    for (const finding of file.findings) yield findingDiagnostic(file, finding);
  }
}

function failureDiagnostic({ path, place, message }: Failure): object {
  return {
    message: printable(message),
    location: { path, ...(place && { range: { start: place } }) },
    severity: SEVERITY.error,
    code: { value: FAILURE_ID },
  };
}

function findingDiagnostic(file: FileReport, finding: ReportedFinding): object {
  const { path } = file.source;
  const fix = suggestion(file, finding);
  return {
    message: printable(messageAndRemedy(finding)),
    location: { path, range: byteRange(file, finding.span) },
    severity: SEVERITY[finding.severity],
    code: { value: finding.ruleId },
    ...(fix !== undefined && { suggestions: [fix] }),
    ...(finding.related.length > 0 && {
      related_locations: finding.related.map(({ at, note }) => ({
        message: printable(note),
        location: { path, range: byteRange(file, at) },
      })),
    }),
  };
}

interface ByteRange {
  readonly start: Place;
  readonly end: Place;
}

function byteRange({ source }: FileReport, span: Span): ByteRange {
  const { line, column, endLine, endColumn }: Range = rangeOf(source, span, 'utf8');
  return { start: fromMark(source, { line, column }), end: fromMark(source, { line: endLine, column: endColumn }) };
}

/** A place as git counts: in the first line from the byte order mark on, which takes three bytes. */
function fromMark({ hasByteOrderMark }: FileReport['source'], { line, column }: Place): Place {
  return { line, column: hasByteOrderMark && line === 1 ? column + 3 : column };
}

/** Undefined for none; where the text between two edits would show a secret; and where columns are not those of the file's bytes. */
function suggestion(file: FileReport, finding: ReportedFinding): { readonly range: ByteRange; readonly text: string } | undefined {
  const { source } = file;
  const fix = showableFixes(file, finding).find(isWhole);
  const edit = fix && source.invalidUtf8At === undefined ? wholeEdit(file, fix) : undefined;
  if (edit === undefined) return undefined;
  const place = (offset: number): Place => fromMark(source, placeOf(source, offset, 'utf8'));
  return { range: { start: place(edit.span.start), end: place(edit.span.end) }, text: edit.text };
}

/** Whether its edits are all that the fix does, and it may be made without a thought. */
function isWhole({ safety, additions = [] }: ReportedFix): boolean {
  return safety === 'safe' && additions.length === 0;
}
