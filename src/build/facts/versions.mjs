/** The order of final and post releases: all that the tables hold. */

/** Release segments, then the post release: `1.1.3` before `1.1.3.post0` before `1.1.3.1`. */
export function compareFinal(a, b) {
  const [left, leftPost] = a.split('.post');
  const [right, rightPost] = b.split('.post');
  const leftParts = left.split('.').map(Number);
  const rightParts = right.split('.').map(Number);
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index++) {
    const difference = (leftParts[index] ?? 0) - (rightParts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(leftPost ?? -1) - Number(rightPost ?? -1);
}
