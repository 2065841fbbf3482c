/** Rules about scores that few models ask for. */
import { add, maximum, minimum, mul } from '../ops/binary/op';
import { fill, scale } from '../ops/fill/op';
import { and, cast, greater, isNaN as isNotNumber, where } from '../ops/select/op';
import { abs, exp } from '../ops/unary/op';
import type { Extension } from './extension';
import { HIDDEN } from './hidden';
import { among, rule } from './rule';

/** The largest finite float32. */
const LARGEST = 3.4028234663852886e38;

/** Finite scores in place of others. */
export const finite: Extension = rule('finite', (scores) => {
  const numbers = where(isNotNumber(scores), fill(scores.shape, 0), scores);
  return minimum(maximum(numbers, fill(scores.shape, -LARGEST)), fill(scores.shape, LARGEST));
});

/** Raises the score of ends with the number of generated tokens after the first `after`. */
export function lengthDecay(after: number, factor: number, ends: readonly number[]): Extension {
  return rule(['lengthDecay', after, factor, ends], (scores, { step, sizes }) => {
    const beyond = scale(cast(step, 'f32'), 1, -after);
    const growth = scale(
      exp(scale(maximum(beyond, fill(beyond.shape, 0)), Math.log(factor))),
      1,
      -1,
    );
    const raised = add(scores, mul(abs(scores), growth));
    // An end that is hidden stays so.
    const isOpen = greater(scores, fill(scores.shape, HIDDEN / 2));
    return where(and(isOpen, among(ends, sizes.vocabulary)), raised, scores);
  });
}
