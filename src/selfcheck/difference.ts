/** Compares results with a reference, within the bounds of a case. */
import type { Case } from '../graph/cases';

/** How far a result may be from the reference, and why. */
export type Tolerance = Case['tolerance'];

/** Values that are compared with a reference. */
export interface ComparedValues {
  readonly data: ArrayLike<number>;
}

/** The bound of an output: of a gradient its own, or the forward one times 8. */
export function toleranceOf({ tolerance, gradientTolerance }: Case, output: string): Tolerance {
  if (!output.startsWith('d')) return tolerance;
  const { relative, absolute = 0, because } = tolerance;
  return gradientTolerance ?? { relative: relative * 8, absolute: absolute * 8, because };
}

/** The first output of a case that is out of its bound, and how far; undefined when all are right. */
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
 * The worst difference and where it is; undefined when everything is within the bound. NaN and
 * infinities must agree exactly.
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
