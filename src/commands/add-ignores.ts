/** `--add-ignores`: silences what is found today with comments in the files. */
import { ConfigurationError } from '../config/resolve.js';
import { type IgnoreRemark, ignoreEdits } from '../engine/add-ignores.js';
import { withEdits } from '../engine/edits.js';
import type { Failure, FileReport, SourceFile } from '../engine/report.js';
import { isDay, readRemark } from '../engine/suppress.js';
import { counted } from '../reporters/words.js';
import { SAVE_AS_UTF8 } from '../source/source-file.js';

/**
 * What the comments are to say; undefined when none are to be written. @throws {ConfigurationError} for a reason that could not be read
 * again as it is meant
 */
export function ignoreRemark(reason: string | undefined, today: string): IgnoreRemark | undefined {
  if (reason === undefined) return undefined;
  const remark = reason.trim();
  if (/\p{Cc}|[\u2028\u2029]/u.test(remark)) throw new ConfigurationError('--add-ignores: write the reason on one line.');
  const { until } = readRemark(remark, 0, today);
  if (until === undefined) return { remark, today };
  if (!isDay(until.day)) throw new ConfigurationError(`--add-ignores: \`${until.day}\` is no day. Write it as until=2027-01-31.`);
  if (until.isPast) throw new ConfigurationError(`--add-ignores: ${until.day} is past, and the comments would silence nothing.`);
  return { remark, today };
}

/** The comments of one run. */
export class RunIgnores {
  private findings = 0;
  private files = 0;

  /** @param lint lints a file of the run again, with other text */
  constructor(
    private readonly remark: IgnoreRemark,
    private readonly lint: (source: SourceFile) => FileReport,
  ) {}

  /**
   * A file with comments for what it has, and for what is in the files it leads to, linted again; the same file where there is nothing;
   * or why it is left alone.
   */
  silencing(report: FileReport, others: readonly FileReport[]): FileReport | Failure {
    const { source } = report;
    const elsewhere = others.flatMap(({ findings }) => findings.map(({ ruleId, from, span }) => ({ ruleId, span: from ?? span })));
    const edits = ignoreEdits(source, [...report.findings, ...elsewhere], this.remark);
    if (edits.length === 0) return report;
    const refused = (message: string): Failure => ({ path: source.path, message });
    if (source.invalidUtf8At !== undefined) return refused(NOT_UTF8);
    const silenced = this.lint(withEdits(source, edits));
    const reasonless = ({ findings }: FileReport): number => findings.filter(({ messageId }) => messageId === 'reasonless').length;
    if (reasonless(silenced) > reasonless(report)) return refused(NO_REASON);
    return { ...silenced, ...(report.applied && { applied: report.applied }) };
  }

  /** Counts a file that was written. */
  count(before: FileReport, after: FileReport): void {
    const silenced = ({ suppressed }: FileReport): number => suppressed.filter(({ by }) => by === 'comment').length;
    this.findings += silenced(after) - silenced(before);
    this.files++;
  }

  /** A sentence for standard error. */
  get note(): string {
    if (this.files === 0) return 'there is nothing to silence.';
    return `${counted(this.findings, 'finding')} silenced with comments in ${counted(this.files, 'file')}.`;
  }
}

const NOT_UTF8 = `got no comments: it is not UTF-8, and writing it anew would change more than that. ${SAVE_AS_UTF8}`;

const NO_REASON = 'got no comments: its configuration asks for a reason (require-suppression-reason). Write --add-ignores="the reason".';
