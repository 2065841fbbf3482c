/** Compares results with a reference, within the tolerances of a case. */
import type { Case } from '../graph/cases';

/** The largest allowed difference from the reference, and the reason for it. */
export type Tolerance = Case['tolerance'];

/** A tensor's values for a comparison. */
export interface ComparedValues {
  readonly data: ArrayLike<number>;
}

/** The tolerance of an output: for gradients, the gradient tolerance or 8 times the forward one. */
export function toleranceOf({ tolerance, gradientTolerance }: Case, output: string): Tolerance {
  if (!output.startsWith('d')) return tolerance;
  const { relative, absolute = 0, because } = tolerance;
  return gradientTolerance ?? { relative: relative * 8, absolute: absolute * 8, because };
}

/** Describes the first output beyond its tolerance; undefined if all are within. */
export function firstFault(
  item: Case,
  got: Readonly<Record<string, ComparedValues>>,
  want: ReadonlyMap<string, ComparedValues>,
): string | undefined {
  for (const [output, { data }] of want) {
    const fault = worstDifference(got[output]?.data ?? [], data, toleranceOf(item, output));
    if (fault !== undefined) return `${output}: ${fault}`;
  }
  return undefined;
}

/**
 * Describes the worst difference; undefined if all are within the tolerance. NaN and infinities
 * must be equal.
 */
export function worstDifference(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  { relative, absolute = 0 }: Case['tolerance'],
): string | undefined {
  if (got.length !== want.length) return `length ${got.length}, expected ${want.length}`;
  let scale = 0;
  for (let i = 0; i < want.length; i++) {
    const magnitude = Math.abs(want[i] ?? 0);
    if (Number.isFinite(magnitude)) scale = Math.max(scale, magnitude);
  }
  const bound = absolute + relative * scale;
  let [worst, at] = [-1, -1];
  for (let i = 0; i < want.length; i++) {
    if (Object.is(got[i], want[i])) continue;
    const difference = Math.abs((got[i] ?? 0) - (want[i] ?? 0));
    if (!(difference <= worst)) [worst, at] = [difference, i];
    if (Number.isNaN(difference)) break;
  }
  if (at < 0 || worst <= bound) return undefined;
  return `worst at ${at}: got ${got[at]}, expected ${want[at]}, difference ${worst} > bound ${bound}`;
}
