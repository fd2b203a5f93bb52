/** What a report lists: the findings that count and, where asked for, those that do not; failures, by the files they are of. */
import type { Failure, FileReport, Report, ReportedFinding, SuppressedFinding } from '../engine/report.js';

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

/** What there is to say of a path: `file` is absent where nothing could be linted. */
export interface ListedPath {
  readonly path: string;
  readonly file?: FileReport;
  readonly failures: readonly Failure[];
}

/** Every path of a report once, for formats that have a part for each: the linted files in their order, then what only failed. */
export function listedPaths({ files, failures }: Report): readonly ListedPath[] {
  const paths = new Map<string, ListedPath>(files.map((file) => [file.source.path, { path: file.source.path, file, failures: [] }]));
  for (const failure of failures) {
    const listed = paths.get(failure.path) ?? { path: failure.path, failures: [] };
    paths.set(failure.path, { ...listed, failures: [...listed.failures, failure] });
  }
  return [...paths.values()];
}

/** What takes the place of a rule's id where a failure is reported as a finding is. */
export const FAILURE_ID = 'plimsoll';

/** Whether a finding does not count. */
export function isSuppressed(finding: ReportedFinding): finding is SuppressedFinding {
  return 'by' in finding;
}
