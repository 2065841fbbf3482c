/** Rules that few models ask for. */
import { add, maximum, minimum, mul, sub } from '../ops/binary/op';
import { fill, scale } from '../ops/fill/op';
import { and, cast, equal, greater, isNaN as isNotNumber, where } from '../ops/select/op';
import { abs, exp } from '../ops/unary/op';
import type { Extension } from './extension';
import { HIDDEN } from './hidden';
import { among, hide, rule } from './rule';

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

/**
 * Hides tokens that must not be generated first.
 * @param second whether the first token after a single one is forced, so that it is about the second
 */
export function suppressedFirst(ids: readonly number[], second: boolean): Extension {
  return rule(['suppressedFirst', ids, second], (scores, { at, step, sizes }) => {
    const single = equal(sub(at, step), fill(at.shape, 0, 'i32'));
    const first = second ? cast(single, 'i32') : fill(at.shape, 0, 'i32');
    return hide(and(equal(step, first), among(ids, sizes.vocabulary)), scores);
  });
}
