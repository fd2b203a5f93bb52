/** What every fix of every rule keeps to, on fixtures, made-up Dockerfiles and torn ones: test/fixing.ts says what that is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentation } from '../rules/documentation.js';
import { rules } from '../rules/index.js';
import { withEdits } from '../src/engine/edits.js';
import type { Edit, Example, Fix } from '../src/rule.js';
import { exampleText } from '../src/rule-page.js';
import { brokenPromises, mended, offeredFixes } from './fixing.js';
import { dockerfile, fixtureTexts, surroundings, torn } from './generated.js';
import { lint, sourceFromText, type TestOptions } from './lint.js';
import { amid } from './memory-tree.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);
/** The same files at every submission; `FUZZ_RUNS=4000` looks at others. */
const SEED = process.env['FUZZ_RUNS'] === undefined ? { seed: 20261122 } : {};
const fixable = new Map(rules.flatMap(({ id, fixable: safety }) => (safety === undefined ? [] : [[id, safety] as const])));
const exercised = new Map<string, number>();

/** Fails with the file before and after. */
function check(text: string, around: Pick<TestOptions, 'around' | 'today'> = {}): void {
  const options = { preset: 'all', ...around } as const;
  const fixes = offeredFixes(text, options);
  for (const offered of fixes) {
    const { finding, fix, report } = offered;
    const broken = [...brokenPromises(offered, options)];
    const best = fixable.get(finding.ruleId);
    if (best === undefined) broken.push('the rule does not say that it has fixes');
    if (best === 'unsafe' && fix.safety === 'safe') broken.push('the rule says that it has no safe fix');
    if (finding.fixes.some(({ safety }, i) => safety === 'safe' && finding.fixes[i - 1]?.safety === 'unsafe'))
      broken.push('the best fix is not the first');
    exercised.set(finding.ruleId, (exercised.get(finding.ruleId) ?? 0) + 1);
    if (broken.length === 0) continue;
    const after = withEdits(report.source, fix.edits).text;
    throw new Error(`${finding.ruleId} (${finding.messageId}, ${fix.title}): ${broken.join('; ')}\n${text}\n--- becomes\n${after}`);
  }
}

/** Fails unless the fixes of each rule, and all together, leave a file in which nothing is left for them to mend. */
function checkEnd(text: string, around: Pick<TestOptions, 'around' | 'today'> = {}): void {
  const options = { preset: 'all', ...around } as const;
  const source = sourceFromText('Dockerfile', text);
  const rulesWithFixes = new Set(lint(source, options).findings.flatMap(({ ruleId, fixes }) => (fixes.length === 0 ? [] : [ruleId])));
  for (const ruleId of rulesWithFixes) mended(source, ruleId.endsWith('-suppression') ? options : { ...around, select: [ruleId] }, ruleId);
  if (rulesWithFixes.size > 0) mended(source, options);
}

describe('the proof', () => {
  const text = '# syntax=docker/dockerfile:1\nFROM debian:trixie\n# why\nCMD a $B\nENV A=1\n';
  const broken = (fix: Partial<Fix> & Pick<Fix, 'edits'>): readonly string[] => {
    const report = lint(text, { preset: 'all' });
    const [finding] = report.findings.filter(({ ruleId }) => ruleId === 'shell-form-cmd');
    if (finding === undefined) throw new Error('there is no finding');
    return brokenPromises({ report, finding, fix: { title: 'Mend it', safety: 'safe', ...fix } as Fix }, { preset: 'all' });
  };
  const edit = (old: string, by: string): Edit => ({ span: { start: text.indexOf(old), end: text.indexOf(old) + old.length }, text: by });

  const above = (line: string, by: string): Edit => ({ span: { start: text.indexOf(line), end: text.indexOf(line) }, text: by });

  it.each<[string, readonly Edit[], RegExp | undefined]>([
    ['what is right', [edit('a $B', '["a"]')], undefined],
    ['lines above', [edit('a $B', '["a"]'), above('# why', 'ARG B\n'), above('ENV A', 'ENV C=1\n')], undefined],
    ['nothing mended', [edit('A=1', 'A=2')], /^the finding is still there$/],
    [
      'a new finding',
      [edit('a $B', '["a"]'), edit('A=1', 'A=1\nENV AWS_SECRET_ACCESS_KEY=abcdefghijklmnop')],
      /^secret-in-env-or-arg has a new finding: /,
    ],
    ['what is there written anew', [edit('CMD a $B\nENV', 'CMD ["a"]\nENV'), edit('A', 'A')], /^writes anew what is there: "A"$/],
    ['a comment lost', [edit('# why\nCMD a $B', 'CMD ["a"]')], /^loses the comment why$/],
    ['a directive lost', [edit('# syntax=docker/dockerfile:1\n', ''), edit('a $B', '["a"]')], /^changes the directives$/],
    ['what does not parse', [edit('a $B', '["a"]\nFOO')], /^does not parse any more: /],
    ['an instruction swallowed', [edit('a $B', '["a"] \\')], /^changes what it does not touch: ENV/],
    ['a line end lost', [edit('CMD a $B\nENV A=1\n', 'ENV A=1')], /^the last line end is another$/],
  ])('%s', (_, edits, expected) => {
    const found = broken({ edits });
    if (expected === undefined) expect(found).toEqual([]);
    else expect(found.join('\n')).toMatch(new RegExp(expected.source, 'm'));
  });

  it('lets a hint become a warning where it stands, and nowhere else', () => {
    const install = 'RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\n';
    const broken = (image: string): readonly string[] => {
      const report = lint(`FROM ${image}\nCMD a $B\n`, { preset: 'all' });
      const [finding] = report.findings.filter(({ ruleId }) => ruleId === 'shell-form-cmd');
      if (finding === undefined) throw new Error('there is no finding');
      const { text } = report.source;
      const span = { start: text.indexOf('CMD'), end: text.indexOf('\n', text.indexOf('CMD')) };
      const fix = { title: 'Mend it', safety: 'safe', edits: [{ span, text: `${install}CMD ["a"]` }] } as const;
      return brokenPromises({ report, finding, fix }, { preset: 'all' });
    };
    expect(broken('python:3.13-slim')).toEqual([]);
    expect(broken('node:22-slim').join()).toMatch(/^base-image-floating-suite has a new finding: /);
  });

  it('reads the words', () => {
    const edits = [edit('a $B', '["a"]')];
    expect(broken({ edits, title: 'mend it.' })).toEqual(['the title is no imperative: mend it.']);
    expect(broken({ edits, safety: 'unsafe' })).toEqual(['only an unsafe fix has a risk']);
    expect(broken({ edits, safety: 'unsafe', risk: 'It may.' })).toEqual(['the risk is no clause: It may.']);
  });
});

describe('a fix', { timeout: Math.max(60_000, RUNS * 500) }, () => {
  // What is proved here is of Dockerfiles; test/examples.test.ts mends compose files.
  const examples = Object.values(documentation).flatMap(({ examples: all }) => all.filter(({ compose }) => compose === undefined));
  const optionsOf = (example: Example) => ({
    ...(example.today === undefined ? {} : { today: example.today }),
    ...amid(example.files, exampleText(example)),
  });

  it('keeps its promises in examples and fixtures', () => {
    for (const example of examples) check(exampleText(example), optionsOf(example));
    for (const text of fixtureTexts()) check(text);
  });

  it('keeps its promises in Dockerfiles as people write them', () => {
    fc.assert(
      fc.property(dockerfile, (text) => check(text)),
      { ...SEED, numRuns: RUNS * 5 },
    );
  });

  it('keeps its promises with files around', () => {
    fc.assert(
      fc.property(dockerfile, surroundings, (text, files) => check(text, amid(files, text))),
      { ...SEED, numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it('keeps its promises in torn files', () => {
    fc.assert(
      fc.property(torn, (text) => check(text)),
      { ...SEED, numRuns: Math.ceil(RUNS * 1.25) },
    );
  });

  it('comes to an end', () => {
    for (const example of examples) checkEnd(exampleText(example), optionsOf(example));
    for (const text of fixtureTexts()) checkEnd(text);
    fc.assert(
      fc.property(fc.oneof(dockerfile, torn), surroundings, (text, files) => checkEnd(text, amid(files, text))),
      { ...SEED, numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it('was tried for every rule that has one', () => {
    const ofCompose = new Set(rules.flatMap(({ id, on }) => (on.compose === undefined ? [] : [id])));
    // What fixes do to other files is shown by the examples.
    const amends = (id: string) => documentation[id]?.examples.some(({ fixedFiles }) => fixedFiles !== undefined) === true;
    expect([...fixable.keys()].filter((id) => !exercised.has(id) && !ofCompose.has(id) && !amends(id))).toEqual([]);
  });
});
