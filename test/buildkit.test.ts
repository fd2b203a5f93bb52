/**
 * Every field of BuildKit's answers beside ours: fixtures/buildkit/buildkit.json holds small inputs of our own with what
 * BuildKit's parser, instruction reader and checks say of them (dockerfile/1.26; 1.28 of 2026-11 says the same). Of its errors
 * and findings the words are not compared (`parseErr`, `lint[].detail` and the like): ours are for people and say it otherwise.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../src/source/position.js';
import { answer, type Node } from './buildkit-answer.js';
import { type CheckFinding, checkFindings } from './buildkit-checks.js';

interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly buildkit: {
    readonly dump?: string;
    readonly escape?: string;
    readonly nodes: readonly (Omit<Node, 'flags'> & { readonly flags: readonly string[] | null })[];
    readonly stages?: readonly string[];
    readonly metaArgs?: readonly string[];
    readonly parserWarnings?: readonly string[];
    readonly lint: readonly CheckFinding[];
    /** Value of the syntax directive. */
    readonly syntax?: string;
    /** Why the parser, the reader of instructions or a later phase stops. */
    readonly parseErr?: string;
    readonly instrErr?: string;
    readonly lintErr?: string;
    /** First and last line, 1-based, that the error names; absent where it names none. */
    readonly errorLines?: readonly [number, number];
  };
}

type Field = 'dump' | 'escape' | 'nodes' | 'stages' | 'metaArgs' | 'parserWarnings' | 'syntax' | 'lint' | 'refused' | 'errorLines';

/** Where we differ on purpose; an entry that no longer differs fails. */
const DELIBERATE: readonly { readonly name: string; readonly field: Field; readonly reason: string }[] = [
  { name: 'file/only-newlines', field: 'errorLines', reason: 'nothing is in the file: it begins on line 1, BuildKit names the last' },
  { name: 'file/only-whitespace', field: 'errorLines', reason: 'as above' },
  { name: 'file/long-line-70000', field: 'errorLines', reason: 'BuildKit names the line in front of the one that is too long' },
  { name: 'dir/syntax-twice', field: 'errorLines', reason: 'BuildKit names the line in front of the second directive' },
  { name: 'dir/slashes', field: 'syntax', reason: 'for other frontends; as a Dockerfile the line is refused, which we say' },
  { name: 'onbuild/onbuild', field: 'nodes', reason: 'refused; what a trigger of a trigger holds is read no deeper' },
  { name: 'onbuild/onbuild', field: 'dump', reason: 'as above' },
  { name: 'instr/from-empty-after-var', field: 'refused', reason: 'an ARG without default is there to be given with --build-arg' },
  { name: 'from/default-bad', field: 'refused', reason: 'as above' },
];

/** Found by looking at what a registry holds. */
const NEEDS_REGISTRY = 'InvalidBaseImagePlatform';

const cases = JSON.parse(readFileSync(new URL('../fixtures/buildkit/buildkit.json', import.meta.url), 'utf8')) as Case[];

describe('read as BuildKit reads it', () => {
  for (const sample of cases) {
    const deliberate = DELIBERATE.filter(({ name }) => name === sample.name).map(({ field }) => field);
    it(sample.name, () => {
      for (const [field, [ours, theirs]] of Object.entries(comparisons(sample))) {
        if (deliberate.includes(field as Field)) expect(ours, `${field} no longer differs`).not.toEqual(theirs);
        else expect(ours, field).toEqual(theirs);
      }
    });
  }

  it('lists only cases and fields there are', () => {
    for (const { name, field } of DELIBERATE) {
      const sample = cases.find((each) => each.name === name);
      expect(sample === undefined ? [] : Object.keys(comparisons(sample)), name).toContain(field);
    }
  });
});

/** Ours and BuildKit's of every field that BuildKit answers: where the parser stops it has neither tree nor stages. */
function comparisons({ dockerfile, buildkit }: Case): Partial<Record<Field, readonly [ours: unknown, theirs: unknown]>> {
  const ours = answer(dockerfile);
  const { parseErr, instrErr, lintErr, errorLines } = buildkit;
  const isRefused = (parseErr ?? instrErr ?? lintErr) !== undefined;
  const nodes = buildkit.nodes.map((node) => ({ ...node, flags: node.flags ?? [] }));
  const { problems, source, directives } = ours.tree;
  const findings = shownFindings(checkFindings(ours.tree));
  const expected = shownFindings(buildkit.lint.filter(({ rule }) => rule !== NEEDS_REGISTRY));
  const problemLines = problems.map(({ span }) => rangeOf(source, span, 'utf16'));
  const isOnLine = ([first, last]: readonly [number, number]): boolean =>
    problemLines.some(({ line, endLine }) => line <= last && endLine >= first);
  return {
    nodes: [ours.nodes.slice(0, parseErr === undefined ? undefined : nodes.length), nodes],
    ...(parseErr !== undefined
      ? {}
      : {
          dump: [ours.dump, buildkit.dump],
          escape: [ours.escape, buildkit.escape],
          parserWarnings: [ours.emptyContinuations, buildkit.parserWarnings ?? []],
        }),
    ...(parseErr !== undefined || instrErr !== undefined
      ? {}
      : { stages: [ours.stages, buildkit.stages ?? []], metaArgs: [ours.metaArgs, buildkit.metaArgs ?? []] }),
    ...(buildkit.syntax === undefined
      ? {}
      : { syntax: [directives.find(({ name }) => name === 'syntax')?.value.split(' ', 1)[0], buildkit.syntax] }),
    // What stops BuildKit hides the findings of what comes behind it.
    lint: [isRefused ? expected.filter((finding) => findings.includes(finding)) : findings, expected],
    refused: [problems.length > 0, isRefused],
    ...(errorLines === undefined || problems.length === 0 ? {} : { errorLines: [isOnLine(errorLines) || errorLines, true] }),
  };
}

function shownFindings(findings: readonly CheckFinding[]): readonly string[] {
  return findings.map(({ rule, line, end }) => `${rule} ${line}-${end}`).sort();
}
