/**
 * `--format unix`: `path:line:column: severity message [rule-id]`, a line each and nothing else, for Vim's quickfix, Emacs' compilation mode,
 * SublimeLinter and problem matchers: one regular expression reads every line. Paths are as the user named them, for these programs start
 * where the user is; columns count UTF-16, as VS Code does. What could not be linted has the same shape, at 1:1 where it has no place of its
 * own, because a log that is searched for problems must not look clean.
 */
import type { Failure, FileReport, Report, ReportedFinding } from '../engine/report.js';
import { placeName, placeOf } from '../source/position.js';
import { FAILURE_ID } from './listed.js';
import { commandless, harmless } from './masking.js';

/** Writes failures, then the findings file by file; every line ends in a line feed, and there are none for a clean run. */
export function unix(report: Report, write: (text: string) => void): void {
  for (const failure of report.failures) write(`${failureLine(failure.path, failure)}\n`);
  for (const file of report.files) {
    for (const finding of file.findings) write(`${findingLine(file.source.path, file, finding)}\n`);
  }
}

/** The line of a finding, without its end. @param path what the reader knows the file by */
export function findingLine(path: string, { source }: FileReport, { span, severity, message, ruleId }: ReportedFinding): string {
  return line(placeName(path, placeOf(source, span.start)), severity, message, ruleId);
}

/** The line of a failure, as {@link findingLine}. */
export function failureLine(path: string, { place = { line: 1, column: 1 }, message }: Failure): string {
  return line(placeName(path, place), 'error', message, FAILURE_ID);
}

function line(place: string, severity: string, message: string, id: string): string {
  return commandless(harmless(`${place}: ${severity} ${message.replace(/\s+/g, ' ')} [${id}]`, true));
}
