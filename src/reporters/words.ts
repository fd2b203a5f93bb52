/** The few turns of phrase that reports for people share. */
import { type FileReport, type Report, type ReportedFinding, type ReportedFix, SEVERITY_RANK, type Severity } from '../engine/report.js';
import { placeOf } from '../source/position.js';

/** `1 problem`, `2 problems`: a number with its noun, which forms its plural with an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1 error, 2 warnings, 3 infos`, worst first; a severity without findings is not named. */
export function severityCounts(severities: readonly Severity[]): string {
  const count = { error: 0, warning: 0, info: 0 };
  for (const severity of severities) count[severity]++;
  const order = (Object.keys(SEVERITY_RANK) as Severity[]).sort((a, b) => SEVERITY_RANK[a] - SEVERITY_RANK[b]);
  return order
    .filter((severity) => count[severity] > 0)
    .map((severity) => counted(count[severity], severity))
    .join(', ');
}

/** The fact and, on lines of its own, the remedy. */
export function messageAndRemedy({ message, help }: ReportedFinding): string {
  return help === '' ? message : `${message}\n${help}`;
}

/** What a fix costs at the next build: `rebuilds from line 4`; empty where the build cache stays good. */
export function rebuildOf({ source }: FileReport, { rebuiltFrom }: ReportedFix): string {
  return rebuiltFrom === undefined ? '' : `rebuilds from line ${placeOf(source, rebuiltFrom).line}`;
}

/** The safety of the best fix of a finding, also of one that may not be shown; undefined where nothing mends it. */
export function bestSafety({ fixes }: ReportedFinding): 'safe' | 'unsafe' | undefined {
  if (fixes.some((fix) => fix.safety === 'safe')) return 'safe';
  return fixes.length > 0 ? 'unsafe' : undefined;
}

/** What is to be said of a run beside its findings: `2 fixed`, `3 fixable with --fix`, `1 suppressed`. */
export function besides({ files, failures }: Report): readonly string[] {
  const safety = files.flatMap(({ findings }) => findings.map(bestSafety));
  const safe = safety.filter((best) => best === 'safe').length;
  const unsafe = safety.filter((best) => best === 'unsafe').length;
  const suppressed = files.flatMap((file) => file.suppressed);
  const accepted = suppressed.filter(({ by }) => by === 'baseline').length;
  const silenced = suppressed.length - accepted;
  const fixed = files.reduce((sum, file) => sum + (file.applied ?? []).length, 0);
  return [
    fixed > 0 ? `${fixed} fixed` : '',
    safe > 0 ? `${safe} fixable with --fix` : '',
    unsafe > 0 ? `${unsafe} ${safe > 0 ? 'more' : 'fixable'} with --fix --unsafe-fixes` : '',
    silenced > 0 ? `${silenced} suppressed` : '',
    accepted > 0 ? `${accepted} accepted by the baseline` : '',
    failures.length > 0 ? counted(failures.length, 'failure') : '',
  ].filter((fact) => fact !== '');
}
