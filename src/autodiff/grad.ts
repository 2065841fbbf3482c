/** Reverse-mode automatic differentiation of a scalar; the walk itself is graph/pullback. */
import { ShapeError } from '../core/errors';
import { formatShape } from '../core/shape';
import type { Tensor } from '../graph/op';
import { pullback } from '../graph/pullback';
import { ops } from '../ops';
import { gradientRules } from '../ops/gradients';

/**
 * d(loss)/d(x) for each x of `wrt`, in order; zeros where the loss does not depend on it.
 * @param loss a single value
 * @throws ShapeError when the loss is no single value; QkvError 'gradient' when an op on the way has none
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): readonly Tensor[] {
  if (loss.shape.some((d) => d !== 1)) {
    throw new ShapeError(`grad: the loss must be one value, found ${formatShape(loss.shape)}`);
  }
  const found = pullback({ ops, rules: gradientRules }, [[loss, ops.fill(loss.shape, 1)]], wrt);
  return wrt.map((tensor, i) => found[i] ?? ops.zerosLike(tensor));
}
