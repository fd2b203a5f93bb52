/** What holds for every rule on every input: fixtures, made-up Dockerfiles, torn ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import type { FileReport } from '../src/engine/report.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { dockerfile, fixtureTexts, surroundings, torn } from './generated.js';
import { asLines, lint, sourceFromText } from './lint.js';
import { MemoryTree } from './memory-tree.js';

const ALL = { preset: 'all' } as const;
const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 400) };

function everyText(check: (text: string) => void): void {
  for (const text of fixtureTexts()) check(text);
  fc.assert(fc.property(dockerfile, check), RUNS);
  fc.assert(fc.property(torn, check), RUNS);
}

describe('on any input', { timeout: Math.max(60_000, RUNS.numRuns * 100) }, () => {
  it('nothing throws and every span lies in the file', () => {
    everyText((text) => {
      const report = lint(text, ALL);
      const { length } = report.source.text;
      for (const { span, related, fixes } of [...report.findings, ...report.suppressed]) {
        for (const place of [span, ...related.map(({ at }) => at), ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span))]) {
          expect(place.start).toBeGreaterThanOrEqual(0);
          expect(place.end).toBeGreaterThanOrEqual(place.start);
          expect(place.end).toBeLessThanOrEqual(length);
        }
      }
      for (const { span } of parseSyntax(report.source).instructions) expect(span.end).toBeLessThanOrEqual(length);
    });
  });

  it('nothing throws whatever files are around, and the same is said when asked again', () => {
    const check = (text: string, files: Readonly<Record<string, string>>, path: string): void => {
      const tree = new MemoryTree({ ...files, [path]: text });
      const around = () => ({ tree, dockerfile: path });
      expect(asLines(lint(text, { ...ALL, around }))).toBe(asLines(lint(text, { ...ALL, around })));
    };
    fc.assert(fc.property(fc.oneof(dockerfile, torn), surroundings, fc.constantFrom('Dockerfile', 'docker/Dockerfile'), check), RUNS);
  });

  it('nothing is too long or too deep for a rule', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => `FROM ${i === 0 ? 'python:3.12' : `s${i - 1}`} AS s${i}`).join('\n');
    const ids = lint(`${chain}\nRUN pip install x && useradd app\nCMD python a.py\n`, ALL).findings.map(({ ruleId }) => ruleId);
    expect(ids).toContain('shell-form-cmd');
    for (const [open, close] of [
      ['{ ', '; }'],
      ['( ', ' )'],
      ['if a; then ', '; fi'],
      ['f() { ', '; }'],
      ['$(', ')'],
      ['! ', ''],
    ] as const) {
      const nested = `FROM python:3.12\nRUN ${open.repeat(5000)}b${close.repeat(5000)}\nRUN pip install x\n`;
      expect(lint(nested, ALL).findings.map(({ ruleId }) => ruleId)).toContain('pip-no-cache');
    }
    const install = 'COPY . .\nRUN pip install -r requirements.txt\n';
    for (const directories of ['WORKDIR #/app\nFROM one\n', 'WORKDIR #/app\n'.repeat(20_000)]) {
      const below = lint(`FROM python:3.12 AS one\n${directories}${install}`, ALL);
      expect(below.findings.map(({ ruleId }) => ruleId)).toContain('copy-before-install');
    }
  });

  it('messages have no holes and no line ends', () => {
    everyText((text) => {
      for (const { message, help, ruleId, messageId } of lint(text, ALL).findings) {
        // Other names in braces are the user's own.
        const placeholders = rules.find(({ id }) => id === ruleId)?.messages[messageId]?.text.match(/\{[a-z][A-Za-z]*\}/g) ?? [];
        expect(
          placeholders.filter((placeholder) => message.includes(placeholder) && !text.includes(placeholder)),
          ruleId,
        ).toEqual([]);
        expect(message, ruleId).not.toMatch(/undefined|\[object|\n/);
        expect(help, ruleId).not.toMatch(/undefined|\[object/);
      }
    });
  });

  it('a word that runs over lines is quoted on one', () => {
    const text = 'FROM python:3.13-slim-trixie\nRUN <<EOF\npip install scikit-learn>=1,<2"; a\n  b"\nEOF\n';
    expect(lint(text, { select: ['pip-unpinned'] }).findings.map(({ message }) => message)).toEqual([
      '`scikit-learn>=1,<2"; a b"` is not quoted: the shell tries to read a file `2; a b`, and the command fails without it',
    ]);
  });

  it('line ends do not matter', () => {
    everyText((text) => {
      if (text.includes('\r')) return;
      const crlf = text.replaceAll('\n', '\r\n');
      // A carriage return counts towards Docker's limit of a line's length, and in a heredoc it is the program's business.
      expect(asLines(lint(crlf, ALL)).replaceAll('\r', '')).toBe(asLines(lint(text, ALL)));
    });
  });

  it('the order of the rules does not matter', () => {
    everyText((text) => {
      const backwards = lint(text, { ...ALL, registry: [...rules].reverse() });
      expect(backwards.findings).toEqual(lint(text, ALL).findings);
    });
  });

  it('fingerprints tell findings apart and stay when a comment is added above', () => {
    everyText((text) => {
      const report = lint(text, ALL);
      const prints = (of: FileReport): string[] => of.findings.map(({ fingerprint }) => fingerprint);
      expect(new Set(prints(report)).size).toBe(report.findings.length);
      for (const print of prints(report)) expect(print).toMatch(/^[0-9a-f]{16}$/);
      const { directives, instructions } = parseSyntax(report.source);
      if (directives.length > 0 || instructions.length === 0) return;
      expect(prints(lint(`# one more line\n${report.source.text}`, ALL))).toEqual(prints(report));
    });
  });

  it('a comment silences what it names', () => {
    everyText((text) => {
      const report = lint(text, ALL);
      const { directives } = parseSyntax(report.source);
      const ids = [...new Set(report.findings.map(({ ruleId }) => ruleId))].filter((id) => !id.endsWith('-suppression'));
      if (ids.length === 0 || directives.length > 0) return;
      const silenced = lint(sourceFromText('Dockerfile', `# plimsoll: ignore-file[${ids.join(', ')}] a test\n${report.source.text}`), ALL);
      expect(silenced.findings.filter(({ ruleId }) => ids.includes(ruleId))).toEqual([]);
    });
  });
});
