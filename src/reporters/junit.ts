/**
 * `--format junit`: JUnit's XML, for CI servers that show tests and nothing else. A file is a suite, a finding a test that failed, whatever its
 * severity, for a test has no lesser way to fail (`--quiet` leaves errors only); a clean file is one test that passed, and so is a run
 * without files: some servers reject a report without tests. What could not be linted is a test with an error.
 *
 * Paths are those from the root of the repository, which GitLab makes links of; `<stdin>` stays what it is. Columns count UTF-16.
 *
 * SPEC: jenkinsci/xunit-plugin, junit-10.xsd (2026), which has neither `file` nor `line` on a test case; GitLab, CircleCI and Buildkite read
 * them. GitLab keeps one of several tests with the same suite, class and name (lib/gitlab/ci/reports/test_case.rb), so names are numbered.
 */
import type { Failure, FileReport, Report, ReportedFinding } from '../engine/report.js';
import { type Place, placeOf } from '../source/position.js';
import { FAILURE_ID, type ListedPath, listedPaths } from './listed.js';
import { escapedXml } from './markup.js';
import { printable } from './masking.js';
import { isNameless, type Places, repositoryPath } from './paths.js';
import { messageAndRemedy } from './words.js';

/** Writes the document with a call for each file; it ends in a line feed. */
export function junit(report: Report, write: (text: string) => void, places: Places): void {
  const suites = listedPaths(report).map((listed) => suiteOf(listed, places));
  if (suites.length === 0) suites.push({ name: NO_FINDING, cases: [{ name: NO_FINDING }] });
  const all = suites.flatMap(({ cases }) => cases);
  write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="plimsoll"${counts(all)}>\n`);
  for (const suite of suites) {
    const tests = suite.cases.map((each) => `    ${caseElement(suite, each)}\n`).join('');
    write(`  <testsuite name="${escapedXml(suite.name)}"${counts(suite.cases)}>\n${tests}  </testsuite>\n`);
  }
  write('</testsuites>\n');
}

/** The name of the one test of a clean file, and of a run without files. */
const NO_FINDING = 'plimsoll';

interface Suite {
  /** The path. It is the class of the tests, too. */
  readonly name: string;
  /** The path again, where there is such a file. */
  readonly file?: string;
  readonly cases: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly line?: number;
  /** Absent where the test passed. */
  readonly problem?: { readonly element: 'failure' | 'error'; readonly message: string; readonly type: string; readonly text: string };
}

function suiteOf({ path, file, failures }: ListedPath, places: Places): Suite {
  const cases = [...failures.map(failureCase), ...(file?.findings ?? []).map((finding) => findingCase(file as FileReport, finding))];
  const name = repositoryPath(path, places);
  return { name, ...(!isNameless(path) && { file: name }), cases: cases.length === 0 ? [{ name: NO_FINDING }] : numbered(cases) };
}

function findingCase({ source }: FileReport, finding: ReportedFinding): Case {
  const { ruleId, severity, message } = finding;
  const place = placeOf(source, finding.span.start);
  const text = `${at(place)}${messageAndRemedy(finding)}`;
  return { name: ruleId, line: place.line, problem: { element: 'failure', message, type: severity, text } };
}

function failureCase({ place, message }: Failure): Case {
  const text = `${place === undefined ? '' : at(place)}${message}`;
  return { name: FAILURE_ID, ...(place && { line: place.line }), problem: { element: 'error', message, type: 'error', text } };
}

function at({ line, column }: Place): string {
  return `line ${line}, col ${column}: `;
}

/** `pip-no-cache`, `pip-no-cache (2)`: in the order of the file, so that edits elsewhere in it change no name. */
function numbered(cases: readonly Case[]): readonly Case[] {
  const seen = new Map<string, number>();
  return cases.map((each) => {
    const count = (seen.get(each.name) ?? 0) + 1;
    seen.set(each.name, count);
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` };
  });
}

function counts(cases: readonly Case[]): string {
  const number = (element: string): number => cases.filter(({ problem }) => problem?.element === element).length;
  return ` tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}"`;
}

function caseElement(suite: Suite, { name, line, problem }: Case): string {
  const attributes = { classname: suite.name, name, file: suite.file, line };
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const head = `<testcase${given.map(([key, value]) => ` ${key}="${escapedXml(String(value))}"`).join('')}`;
  if (problem === undefined) return `${head}/>`;
  const { element, message, type, text } = problem;
  const shown = escapedXml(printable(text));
  return `${head}><${element} message="${escapedXml(printable(message))}" type="${type}">${shown}</${element}></testcase>`;
}
