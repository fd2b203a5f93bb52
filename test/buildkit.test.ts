/** Syntax equal to BuildKit's answers: fixtures/buildkit/buildkit.json holds inputs with what BuildKit says of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly buildkit: {
    readonly escape?: string;
    readonly parseErr?: string;
    readonly instrErr?: string;
    readonly lintErr?: string;
    readonly nodes: readonly {
      value: string;
      start: number;
      end: number;
      original: string;
      json: boolean;
      flags: readonly string[];
      heredocs?: readonly { name: string; content: string; expand: boolean; chomp: boolean; fd: number }[];
    }[];
  };
}

const cases = JSON.parse(readFileSync(new URL('../fixtures/buildkit/buildkit.json', import.meta.url), 'utf8')) as Case[];
const isRefused = ({ buildkit }: Case): boolean =>
  buildkit.parseErr !== undefined || buildkit.instrErr !== undefined || buildkit.lintErr !== undefined;

describe('what BuildKit accepts is read as BuildKit reads it', () => {
  for (const sample of cases.filter((candidate) => !isRefused(candidate))) {
    it(sample.name, () => {
      const tree = parseSyntax(sourceFromText('Dockerfile', sample.dockerfile));
      const ours = tree.instructions.map((node) => ({
        value: node.logical.text.trim().split(/[\t\v\f\r ]/, 1)[0],
        start: node.startLine,
        end: node.endLine,
        original: node.logical.text,
        heredocs: node.heredocs.map(({ name, content, expand, stripTabs, fileDescriptor }) => ({
          name,
          content,
          expand,
          chomp: stripTabs,
          fd: fileDescriptor,
        })),
      }));
      const theirs = sample.buildkit.nodes.map(({ value, start, end, original, heredocs }) => ({
        value,
        start,
        end,
        original,
        heredocs: heredocs ?? [],
      }));
      expect(ours).toEqual(theirs);
      expect(tree.escape).toBe(sample.buildkit.escape);
      expect(tree.problems).toEqual([]);
    });
  }
});

describe('what BuildKit refuses is a problem', () => {
  /** NOTE: refused only because no build argument is given, which a person may well give. */
  const dependsOnBuildArguments = new Set(['instr/from-empty-after-var']);
  for (const sample of cases.filter((candidate) => isRefused(candidate) && !dependsOnBuildArguments.has(candidate.name))) {
    it(sample.name, () => {
      const tree = parseSyntax(sourceFromText('Dockerfile', sample.dockerfile));
      expect(tree.problems).not.toEqual([]);
    });
  }
});
