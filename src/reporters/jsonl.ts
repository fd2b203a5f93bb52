/**
 * `--format jsonl`: the objects of `--format json` (json.ts), each on a line of its own and without an array around them, for programs that
 * read line by line; nothing at all when there is no finding. Paths are as the user named them. As in `json`, files that could not be read
 * are not in the report: its readers take every line for a finding, and the exit code and standard error tell of failures.
 */
import type { Report } from '../engine/report.js';
import { jsonFinding } from './json.js';
import { type ListingOptions, listedFindings } from './listed.js';
import { jsonLine } from './masking.js';

/** Writes the lines with a call for each finding; every line ends in a line feed. */
export function jsonl(report: Report, write: (text: string) => void, options: ListingOptions = {}): void {
  for (const file of report.files) {
    for (const finding of listedFindings(file, options)) write(`${jsonLine(jsonFinding(file, finding))}\n`);
  }
}
