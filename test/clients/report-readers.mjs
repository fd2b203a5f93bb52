/** Reports, read by programs that read such reports for a living, from PyPI. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holds, plimsoll, pythonEnvironment, run, same, temporaryFolder } from './client.mjs';

const JUNITPARSER = '5.0.3';
const JUNIT2HTML = '31.1.4';

const folder = temporaryFolder('readers');
const DOCKERFILE = `FROM python:3.13-slim-trixie
LABEL title="🚀é"
ENV A 1 é
ENV B 2 <&>
CMD python -m app
`;
const FILES = { 'a, b & <c>/Dockerfile': DOCKERFILE, 'clean/Dockerfile': 'FROM scratch\n', 'bad.Dockerfile': Buffer.from([0, 1, 2]) };
for (const [name, content] of Object.entries(FILES)) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}
const report = path.join(folder, 'junit.xml');

let environment;
/** Runs a program of PyPI's over the report; both are made when they are first asked for. */
function readWith(program, ...args) {
  if (environment === undefined) {
    plimsoll(['.', '--select', 'env-legacy-syntax,shell-form-cmd', '--format', `junit=${report}`], { cwd: folder, expect: [2] });
    environment = pythonEnvironment(`junitparser==${JUNITPARSER}`, `junit2html==${JUNIT2HTML}`);
  }
  return run(path.join(environment, 'bin', program), args).stdout;
}

/** Prints what junitparser sees of each test, as JSON. */
const SEEN = `
import json, sys
from junitparser import JUnitXml
report = JUnitXml.fromfile(sys.argv[1])
cases = [
    [suite.name, case.name, case._elem.get('file'), case._elem.get('line'), [[type(r).__name__, r.type, r.message, r.text] for r in case.result]]
    for suite in report for case in suite
]
print(json.dumps({'tests': report.tests, 'failures': report.failures, 'errors': report.errors, 'cases': cases}))
`;

export const checks = {
  'JUnit, by junitparser': () => {
    const { cases, ...counts } = JSON.parse(readWith('python', '-c', SEEN, report));
    same(counts, { tests: 5, failures: 3, errors: 1 }, 'counts');
    const odd = 'a, b & <c>/Dockerfile';
    const short = cases.map(([suite, name, file, line, results]) => [
      suite,
      name,
      file,
      line,
      results.map(([kind, type]) => `${kind} ${type}`).join(),
    ]);
    same(
      short,
      [
        [odd, 'env-legacy-syntax', odd, '3', 'Failure warning'],
        [odd, 'env-legacy-syntax (2)', odd, '4', 'Failure warning'],
        [odd, 'shell-form-cmd', odd, '5', 'Failure warning'],
        ['clean/Dockerfile', 'plimsoll', 'clean/Dockerfile', null, ''],
        ['bad.Dockerfile', 'plimsoll', 'bad.Dockerfile', null, 'Error error'],
      ],
      'tests',
    );
    const texts = cases.flatMap(([, , , , results]) => results.map(([, , , text]) => text)).join('\n---\n');
    holds(texts, 'line 3, col 5: `ENV A …` without `=` is deprecated\nWrite `ENV A="1 é"`', 'the text of a failure');
    return `junitparser ${JUNITPARSER}: 3 failures at their lines, 1 error, 1 test that passed`;
  },
  'JUnit, by junit2html': () => {
    const page = path.join(folder, 'junit.html');
    readWith('junit2html', report, page);
    const html = readFileSync(page, 'utf8');
    for (const words of ['a, b &amp; &lt;c&gt;/Dockerfile', 'env-legacy-syntax (2)', 'line 5, col 5: ']) holds(html, words, 'the page');
    if (html.includes('<c>')) throw new Error('a path has become a tag');
    return `junit2html ${JUNIT2HTML}: files, rules and places on its page`;
  },
};
