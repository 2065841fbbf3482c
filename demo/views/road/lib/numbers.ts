/** What several figures compute of rows of numbers, in double precision. */
import type { Rows } from '../../../engine/tensors';

type Vector = readonly number[];

/** The largest magnitude, which is never 0. */
export function magnitude(rows: Rows): number {
  return Math.max(1e-9, ...rows.flat().map(Math.abs));
}

/** The largest difference between rows of the same shape; NaN where one has no number. */
export function largestDifference(a: Rows, b: Rows): number {
  return Math.max(
    0,
    ...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (b[i]?.[j] ?? Number.NaN)))),
  );
}

/** The cosine of the angle between two vectors; 0 if one is zero. */
export function cosine(a: Vector, b: Vector): number {
  const dot = (x: Vector, y: Vector) => x.reduce((sum, one, i) => sum + one * (y[i] ?? 0), 0);
  const lengths = dot(a, a) * dot(b, b);
  return lengths === 0 ? 0 : dot(a, b) / Math.sqrt(lengths);
}

/** Softmax. @param never indices that have no probability */
export function softmax(
  logits: readonly number[],
  never: readonly number[] = [],
): readonly number[] {
  const most = Math.max(...logits.filter((_, i) => !never.includes(i)));
  const powers = logits.map((logit, i) => (never.includes(i) ? 0 : Math.exp(logit - most)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
