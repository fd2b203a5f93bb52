/**
 * Many spans as one sorted list.
 */
import type { Span } from './source-file.js';

/** Sorted by their starts, overlapping and adjoining spans made one. */
export function mergedSpans(spans: readonly Span[]): readonly Span[] {
  const result: { start: number; end: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else result.push({ start: span.start, end: span.end });
  }
  return result;
}

/** Whether one of the spans overlaps or adjoins another. @param spans as {@link mergedSpans} gives them */
export function touches(spans: readonly Span[], { start, end }: Span): boolean {
  const span = spans[firstIndex(spans.length, (i) => (spans[i]?.end ?? 0) >= start)];
  return span !== undefined && span.start <= end;
}

/** The first index of a list for which a claim holds that, once it holds, holds for all that follow; the length when for none. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
