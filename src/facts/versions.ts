/**
 * Versions of Python packages, as far as the facts need them: which of two final releases is the newer.
 */

/**
 * Negative, zero or positive as `a` is older than, the same as, or newer than `b` by PEP 440; NaN when either is no version.
 * LIMIT: only release segments, pre, post and dev releases count; a local version (`+cpu`) is left out of the comparison
 * and an epoch (`1!2.0`) is no version here.
 */
export function compareVersions(a: string, b: string): number {
  const left = keyOf(a);
  const right = keyOf(b);
  if (left === undefined || right === undefined) return Number.NaN;
  for (let index = 0; index < Math.max(left.release.length, right.release.length); index++) {
    const difference = (left.release[index] ?? 0) - (right.release[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.phase - right.phase || left.number - right.number;
}

// A number of twenty digits is a digest or a date gone wrong, and would lose its last digits in a double.
const VERSION =
  /^v?(\d{1,15}(?:\.\d{1,15})*)(?:[-_.]?(a|alpha|b|beta|c|rc|pre|preview|post|rev|r|dev)[-_.]?(\d{0,9}))?(?:[-_.]?(?:post|dev)\d{0,9})*(?:\+[a-z0-9._-]+)?$/i;

const FINAL = /^\d{1,15}(?:\.\d{1,15})*$/;

/** Before the final release (0) come dev, alpha, beta and candidate, after it post. */
const PHASES: Readonly<Record<string, number>> = {
  dev: -4, a: -3, alpha: -3, b: -2, beta: -2, c: -1, rc: -1, pre: -1, preview: -1, post: 1, rev: 1, r: 1,
}; // biome-ignore format: one phase beside the other

function keyOf(version: string): { release: number[]; phase: number; number: number } | undefined {
  // Most are final; a run that meets no other need not compile the long expression.
  if (FINAL.test(version)) return { release: version.split('.').map(Number), phase: 0, number: 0 };
  const match = VERSION.exec(version.trim());
  if (match === null) return undefined;
  return {
    release: (match[1] ?? '').split('.').map(Number),
    phase: match[2] === undefined ? 0 : (PHASES[match[2].toLowerCase()] ?? 0),
    number: Number(match[3] ?? 0),
  };
}
