/** Which findings of a file a report lists: those that count and, where asked for, those that do not. */
import type { FileReport, ReportedFinding, SuppressedFinding } from '../engine/report.js';

/** What reports that can show suppressed findings have in common. */
export interface ListingOptions {
  /** Also lists what comments silence and the baseline accepts, and says by which. */
  readonly showSuppressed?: boolean;
}

/** In the order of the file. */
export function listedFindings(file: FileReport, { showSuppressed }: ListingOptions): readonly ReportedFinding[] {
  if (showSuppressed !== true || file.suppressed.length === 0) return file.findings;
  return [...file.findings, ...file.suppressed].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** Whether a finding does not count. */
export function isSuppressed(finding: ReportedFinding): finding is SuppressedFinding {
  return 'by' in finding;
}
