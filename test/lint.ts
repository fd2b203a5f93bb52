/** How tests lint: with all rules known, the recommended ones or those named on, judged by a fixed day. */
import { rules } from '../rules/index.js';
import { resolveRules } from '../src/config/resolve.js';
import { type Linted, Linter } from '../src/engine/lint.js';
import type { FileReport } from '../src/engine/report.js';
import type { Rule } from '../src/rule.js';
import type { Surroundings } from '../src/source/file-tree.js';
import { rangeOf } from '../src/source/position.js';
import { decodeSource, type SourceFile, sourceFromText } from '../src/source/source-file.js';

/** The day by which tests judge ends of life, unless they say otherwise. */
export const TODAY = '2026-11-20';

export interface TestOptions {
  readonly select?: readonly string[];
  readonly preset?: 'recommended' | 'strict' | 'all';
  readonly today?: string;
  readonly registry?: readonly Rule[];
  /** Options of rules, by rule id. */
  readonly ruleOptions?: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>;
  /** The files around the Dockerfile; none by default. */
  readonly around?: () => Surroundings;
}

/** A linter for tests; ids in `select` switch off every other rule, `syntax-error` too. */
export function testLinter({ select, preset = 'recommended', today = TODAY, registry = rules, ruleOptions }: TestOptions = {}): Linter {
  const enabled = select === undefined ? resolveRules(registry, { preset, select: [], ignore: [] }) : new Map(select.map((id) => [id, {}]));
  return new Linter({ registry, rules: enabled, inlineSuppressions: true, today, ...(ruleOptions && { options: ruleOptions }) });
}

/** Lints a text and fails on an internal error. */
export function lint(source: SourceFile | string, options: TestOptions = {}): FileReport {
  return lintAll(source, options).report;
}

/** The same, with what is found in the files around it. */
export function lintAll(source: SourceFile | string, options: TestOptions = {}): Linted {
  const file = typeof source === 'string' ? sourceFromText('Dockerfile', source) : source;
  const linted = testLinter(options).lint(file, options.around);
  if (linted.failures.length > 0) throw new Error(linted.failures.map(({ message }) => message).join('\n'));
  return linted;
}

/** Findings as goldens hold them: `line:column: severity message [rule-id]`, a line each. */
export function asLines(report: FileReport, prefix = ''): string {
  return report.findings
    .map(({ span, severity, message, ruleId }) => {
      const { line, column } = rangeOf(report.source, span);
      return `${prefix}${line}:${column}: ${severity} ${message} [${ruleId}]\n`;
    })
    .join('');
}

export { decodeSource, sourceFromText };
