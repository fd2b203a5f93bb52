/**
 * The finished result of a run: values only, made by the engine, read by reporters. Offsets stay offsets; a reporter
 * turns them into lines and columns in the unit its readers count in (`source/position.ts`).
 */
import type { Layer, StageLayers } from '../model/layers.js';
import type { Confidence, Edit, Family, Fix, RelatedPlace, Safety, Severity } from '../rule.js';
import type { Place } from '../source/position.js';
import type { SourceFile, Span } from '../source/source-file.js';

export type { Confidence, Edit, Family, Fix, Layer, RelatedPlace, Safety, Severity, SourceFile, Span, StageLayers };

/** A whole run. */
export interface Report {
  /** In the order of their paths by code unit. */
  readonly files: readonly FileReport[];
  /** Every rule that was enabled, whether it spoke or not, in the order of the registry. */
  readonly rules: readonly ReportedRule[];
  /** Files that could not be read at all. */
  readonly failures: readonly Failure[];
}

/** One file that was linted. */
export interface FileReport {
  readonly source: SourceFile;
  /** Sorted by offset, then rule id. */
  readonly findings: readonly ReportedFinding[];
  /** Findings that a comment has silenced or the baseline accepts, in the same order. */
  readonly suppressed: readonly SuppressedFinding[];
  /** Places in the text that hold a secret and must not be shown: sorted, not overlapping. */
  readonly secrets: readonly Span[];
  /** What has been mended to come to this text, in the order it was done; absent where nothing was to be mended. */
  readonly applied?: readonly AppliedFix[];
  /** The layers of a Dockerfile; absent unless a report asks for them. */
  readonly stages?: readonly StageLayers[];
  /** The names that ENV and ARG give to variables, in the order of the file; absent where the layers are. */
  readonly variables?: readonly Span[];
}

/** A fix that has been made. */
export interface AppliedFix {
  readonly ruleId: string;
  readonly title: string;
  readonly safety: Safety;
  /** 1-based line from which on Docker builds anew because of it; undefined when the cache is kept. */
  readonly rebuiltFromLine: number | undefined;
}

/** One problem at one place. Every text in it is final: placeholders filled in, secrets masked. */
export interface ReportedFinding {
  readonly ruleId: string;
  /** Which of the rule's messages it is: tells the cases of one rule apart whatever their wording. */
  readonly messageId: string;
  readonly family: Family;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly span: Span;
  /** One line, no full stop at the end. */
  readonly message: string;
  /** The remedy; may have several lines. */
  readonly help: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly ReportedFix[];
  /** Identifies the finding over edits elsewhere in the file: 16 hex digits, unique within the file. */
  readonly fingerprint: string;
  /** For a finding in a file around a Dockerfile: the words of the Dockerfile that lead there. */
  readonly from?: Span;
}

/** A fix with its edits in the order of the file, the line ends of the file in them, and its cost. */
export type ReportedFix = Fix & {
  /** Offset from which on Docker builds anew when the fix is made; undefined when the build cache stays good. */
  readonly rebuiltFrom?: number | undefined;
};

/** A finding that does not count: `comment` silenced it, or the `baseline` accepts it. */
export interface SuppressedFinding extends ReportedFinding {
  readonly by: 'comment' | 'baseline';
  /** What the comment gives as its reason; empty when it gives none, and for the baseline. */
  readonly reason: string;
}

/** What a report says of a rule. */
export interface ReportedRule {
  readonly id: string;
  readonly family: Family;
  readonly summary: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
}

/** Something that kept a file from being linted, or a rule from finishing. The run exits with 2. */
export interface Failure {
  readonly path: string;
  /** Where in a file, in UTF-16 columns; absent for the file as a whole. */
  readonly place?: Place;
  /** A sentence for the user that names the way out. */
  readonly message: string;
}

/** What the text and JSON reports call the worst first. */
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
