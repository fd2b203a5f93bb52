/**
 * reviewdog, from the Go module proxy, reads the formats that are made for it or that it knows: it has to show the right file, line and
 * column (in bytes, with more than ASCII in front), to find the lines in a diff, and to offer changes that are what `--fix` makes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { goProgram, holds, plimsoll, run, same, temporaryFolder } from './client.mjs';

/** 0.21.1 and later want modules that not every proxy has (2026-11). */
const VERSION = 'v0.21.0';
let built;
/** The path of the program, which is built when it is first asked for. */
const reviewdog = () => {
  built ??= goProgram(`github.com/reviewdog/reviewdog/cmd/reviewdog@${VERSION}`);
  return built;
};

const NAME = 'services/api v2/Dockerfile';
const BEFORE = '\uFEFFFROM python:3.13-slim-trixie\nLABEL title="🚀é"\nUSER app\n';
const AFTER = `\uFEFFFROM python:3.13-slim-trixie
LABEL title="🚀é"
RUN echo "🚀é" && apt-get update && \\
    apt-get install -y libgomp1
ENV A 1 é
USER app
CMD python -m app \\
    --name "é"
`;
const RULES = ['--select', 'apt-no-cleanup,env-legacy-syntax,shell-form-cmd'];

/** Counted by hand, in bytes. */
const BYTE_PLACES = [
  ['apt-no-cleanup', NAME, '3:22', '3:36'],
  ['env-legacy-syntax', NAME, '5:5', '5:11'],
  ['shell-form-cmd', NAME, '7:5', '8:16'],
];

/** A repository whose last commit lacks the lines with findings. */
const repository = temporaryFolder('reviewdog');
mkdirSync(path.dirname(path.join(repository, NAME)), { recursive: true });
const git = (...args) => run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: repository });
git('init', '--quiet');
writeFileSync(path.join(repository, NAME), BEFORE);
git('add', '.');
git('commit', '--quiet', '--message', 'before');
writeFileSync(path.join(repository, NAME), AFTER);

/** What reviewdog prints of plimsoll's report. @param from a folder of the repository, where both run */
function reviewed(format, { read = [`-f=${format}`], reporter = 'rdjsonl', from = '.', only = RULES } = {}) {
  const cwd = path.join(repository, from);
  const { stdout: input } = plimsoll(['--format', format, ...only], { cwd });
  return run(reviewdog(), [...read, '-name=plimsoll', `-reporter=${reporter}`, '-diff=git diff HEAD'], { cwd, input }).stdout;
}

const diagnosticsOf = (lines) =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const at = (place) => (place?.column === undefined ? `${place?.line}` : `${place.line}:${place.column}`);
const placesOf = (diagnostics) =>
  diagnostics.map(({ code, location: { path: file, range } }) => [code.value, file, at(range.start), at(range.end)]);

/** The file with all suggestions, from the last to the first, as reviewdog's format describes them. */
function withSuggestions(diagnostics) {
  let bytes = Buffer.from(AFTER);
  const offset = ({ line, column }) => {
    let start = 0;
    for (let i = 1; i < line; i++) start = bytes.indexOf(10, start) + 1;
    return start + column - 1;
  };
  for (const { range, text } of diagnostics.flatMap(({ suggestions = [] }) => suggestions).reverse()) {
    bytes = Buffer.concat([bytes.subarray(0, offset(range.start)), Buffer.from(text), bytes.subarray(offset(range.end))]);
  }
  return bytes.toString();
}

/** The file as `--fix` leaves it. */
function fixed() {
  const copy = path.join(temporaryFolder('fixed'), 'Dockerfile');
  writeFileSync(copy, AFTER);
  plimsoll(['--fix', ...RULES, copy]);
  const text = readFileSync(copy, 'utf8');
  if (text === AFTER) throw new Error('--fix has changed nothing');
  return text;
}

const checksOf = (format) => () => {
  const diagnostics = diagnosticsOf(reviewed(format));
  same(placesOf(diagnostics), BYTE_PLACES, `places in ${format}`);
  same(withSuggestions(diagnostics), fixed(), `the suggestions in ${format}`);
  const inFolder = diagnosticsOf(reviewed(format, { from: path.dirname(NAME) }));
  same(inFolder.length, BYTE_PLACES.length, `what is found in the diff from below the root, in ${format}`);
  return `reviewdog ${VERSION}: ${diagnostics.length} findings in the diff at their bytes, suggestions equal to --fix`;
};

export const checks = {
  'rdjson: places, suggestions': checksOf('rdjson'),
  'rdjsonl: places, suggestions': checksOf('rdjsonl'),
  'rdjson: a file that cannot be read': () => {
    const cwd = temporaryFolder('bad');
    writeFileSync(path.join(cwd, 'Dockerfile.bad'), Buffer.from([0, 1, 2]));
    const { stdout: input } = plimsoll(['Dockerfile.bad', '--format', 'rdjson'], { cwd, expect: [2] });
    const { stdout } = run(reviewdog(), ['-f=rdjson', '-reporter=rdjsonl', '-filter-mode=nofilter'], { cwd, input });
    same(
      diagnosticsOf(stdout).map(({ severity, location }) => [severity, location.path]),
      [['ERROR', 'Dockerfile.bad']],
      'the failure',
    );
    return `reviewdog ${VERSION}: an error of the file`;
  },
  checkstyle: () => {
    const shown = reviewed('checkstyle', { reporter: 'local' });
    for (const line of [
      `${NAME}:3:19: warning: \`apt-get update\` leaves`,
      `${NAME}:5:5: warning: \`ENV A …\` without`,
      `${NAME}:7:5: warning: `,
    ]) {
      holds(shown, line, 'reviewdog’s lines');
    }
    holds(shown, '(plimsoll.env-legacy-syntax)', 'reviewdog’s lines');
    return `reviewdog ${VERSION}: ${shown.match(/^services/gm).length} findings in the diff, with rule and remedy`;
  },
  'SARIF: places in UTF-16, suggestions where there is ASCII only': () => {
    const diagnostics = diagnosticsOf(reviewed('sarif'));
    const places = [
      ['apt-no-cleanup', '3:19', '3:33'],
      ['env-legacy-syntax', '5:5', '5:10'],
      ['shell-form-cmd', '7:5', '8:15'],
    ];
    same(
      placesOf(diagnostics),
      places.map(([rule, ...range]) => [rule, NAME, ...range]),
      'places in SARIF',
    );
    // NOTE: it takes SARIF's columns for its own, which are bytes; line 4 has none but ASCII.
    const apt = diagnostics.filter(({ code }) => code.value === 'apt-no-cleanup');
    holds(withSuggestions(apt), 'libgomp1 && \\\n    rm -rf /var/lib/apt/lists/*\nENV A 1 é\n', 'the suggestion in SARIF');
    same(
      diagnostics.map(({ suggestions = [] }) => suggestions.length),
      [1, 1, 0],
      'suggestions, one for a fix',
    );
    return `reviewdog ${VERSION}: ${diagnostics.length} findings in the diff, one suggestion a fix`;
  },
  'unix, by an error format': () => {
    // From the folder itself, for error formats take no path with a blank in it.
    const shown = reviewed('unix', { read: ['-efm=%f:%l:%c: %m'], from: path.dirname(NAME) });
    const places = diagnosticsOf(shown).map(({ location: { path: file, range } }) => `${file}:${at(range.start)}`);
    same(places, ['Dockerfile:3:19', 'Dockerfile:5:5', 'Dockerfile:7:5'], 'places in unix');
    return `reviewdog ${VERSION}: ${places.length} findings in the diff`;
  },
};
