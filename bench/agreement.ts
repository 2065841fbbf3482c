/** Checks of correctness before timing: results must be plausible and agree. */

/** The largest difference, relative to the largest expected value; NaN counts as infinite. */
export function relativeDifference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let [scale, worst] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [got[i] ?? Number.NaN, want[i] ?? Number.NaN];
    scale = Math.max(scale, Math.abs(b));
    const difference = Math.abs(a - b);
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }
  return scale === 0 ? worst : worst / scale;
}

/** Whether a result is plausible: all numbers are finite, and not all are equal. */
export function isPlausible(values: ArrayLike<number>): boolean {
  const all = Array.from(values);
  return all.every(Number.isFinite) && (all.length < 2 || new Set(all).size > 1);
}
