/**
 * `--format checkstyle`: XML as checkstyle writes it, which reviewdog, Jenkins and most CI servers read. Paths are as the user named them,
 * for its readers take them as relative to where they run (reviewdog adds the way from the repository's root); `<stdin>` stays what it is.
 * Columns count UTF-16. What could not be linted is an error of its file: checkstyle's own `<exception>` is read by nobody.
 *
 * SPEC: PHP-CS-Fixer, doc/schemas/fix/checkstyle.xsd after checkstyle's own (2026): lines and columns are above 0, or left out.
 */
import type { Failure, FileReport, Report, ReportedFinding } from '../engine/report.js';
import { placeOf } from '../source/position.js';
import { FAILURE_ID, listedPaths } from './listed.js';
import { escapedXml } from './markup.js';
import { printable } from './masking.js';
import { messageAndRemedy } from './words.js';

/** Writes the document with a call for each file, clean ones too; it ends in a line feed. */
export function checkstyle(report: Report, write: (text: string) => void): void {
  write('<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n');
  for (const { path, file, failures } of listedPaths(report)) {
    const errors = [
      ...failures.map(failureElement),
      ...(file?.findings ?? []).map((finding) => findingElement(file as FileReport, finding)),
    ];
    write(`<file name="${escapedXml(path)}">\n${errors.map((error) => `  ${error}\n`).join('')}</file>\n`);
  }
  write('</checkstyle>\n');
}

function findingElement({ source }: FileReport, finding: ReportedFinding): string {
  return element(
    { ...placeOf(source, finding.span.start), severity: finding.severity, message: messageAndRemedy(finding) },
    finding.ruleId,
  );
}

function failureElement({ place, message }: Failure): string {
  return element({ ...place, severity: 'error', message }, FAILURE_ID);
}

function element({ message, ...attributes }: Readonly<Record<string, string | number>>, id: string): string {
  const all = { ...attributes, message: printable(String(message)), source: `plimsoll.${id}` };
  const written = Object.entries(all).map(([name, value]) => ` ${name}="${escapedXml(String(value))}"`);
  return `<error${written.join('')}/>`;
}
