/** Gradients of the unary functions. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import type { Attrs, Op, OpSet, Tensor } from '../../graph/op';
import {
  absOp,
  erfOp,
  expOp,
  floorOp,
  logOp,
  negOp,
  reluOp,
  roundOp,
  rsqrtOp,
  sigmoidOp,
  softplusOp,
  sqrtOp,
  tanhOp,
} from './op';
import { cosOp, sinOp } from './sine';

/** d(loss)/d(x) from x, y = f(x) and d(loss)/d(y). */
type Derivative = (ops: OpSet, x: Tensor, y: Tensor, dy: Tensor) => Tensor;

function unary<A extends Attrs>(op: Op<A, 1, 1>, derivative: Derivative): GradientEntry {
  return gradientOf(op, {
    linear: () => op === negOp,
    rule: ({ ops, inputs: [x], outputs: [y], gradients: [dy] }) => [derivative(ops, x, y, dy)],
  });
}

export const gradients: readonly GradientEntry[] = [
  unary(negOp, (ops, _x, _y, dy) => ops.neg(dy)),
  unary(absOp, (ops, x, _y, dy) => {
    const zero = ops.zerosLike(x);
    const sign = ops.sub(ops.cast(ops.greater(x, zero), 'f32'), ops.cast(ops.less(x, zero), 'f32'));
    return ops.mul(dy, sign);
  }),
  unary(expOp, (ops, _x, y, dy) => ops.mul(dy, y)),
  unary(logOp, (ops, x, _y, dy) => ops.div(dy, x)),
  unary(sqrtOp, (ops, _x, y, dy) => ops.div(ops.scale(dy, 0.5), y)),
  unary(rsqrtOp, (ops, x, y, dy) => ops.div(ops.scale(ops.mul(dy, y), -0.5), x)),
  unary(tanhOp, (ops, _x, y, dy) => ops.sub(dy, ops.mul(dy, ops.mul(y, y)))),
  unary(sigmoidOp, (ops, _x, y, dy) => ops.mul(dy, ops.sub(y, ops.mul(y, y)))),
  unary(softplusOp, (ops, x, _y, dy) => ops.mul(dy, ops.sigmoid(x))),
  // y > 0 is equivalent to x > 0, and y is in memory anyway.
  unary(reluOp, (ops, _x, y, dy) =>
    ops.where(ops.greater(y, ops.zerosLike(y)), dy, ops.zerosLike(dy)),
  ),
  unary(erfOp, (ops, x, _y, dy) =>
    ops.mul(dy, ops.scale(ops.exp(ops.neg(ops.mul(x, x))), 2 / Math.sqrt(Math.PI))),
  ),
  unary(sinOp, (ops, x, _y, dy) => ops.mul(dy, ops.cos(x))),
  unary(cosOp, (ops, x, _y, dy) => ops.neg(ops.mul(dy, ops.sin(x)))),
  // Piecewise constant.
  gradientOf(floorOp, { rule: () => [] }),
  gradientOf(roundOp, { rule: () => [] }),
];
