/** The few turns of phrase that reports for people share. */
import { type FileReport, type ReportedFix, SEVERITY_RANK, type Severity } from '../engine/report.js';
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

/** What a fix costs at the next build: `rebuilds from line 4`; empty where the build cache stays good. */
export function rebuildOf({ source }: FileReport, { rebuiltFrom }: ReportedFix): string {
  return rebuiltFrom === undefined ? '' : `rebuilds from line ${placeOf(source, rebuiltFrom).line}`;
}
