/** Gradients of the binary operations. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import type { Attrs, Op, OpSet, Tensor } from '../../graph/op';
import { addOp, divOp, maximumOp, minimumOp, mulOp, subOp } from './op';
import { powOp } from './power';
import { modOp, wholeModOp } from './remainder';

/** d(loss)/d(a) and d(loss)/d(b), before they are summed back to the shapes of a and b. */
type Partials = (
  ops: OpSet,
  a: Tensor,
  b: Tensor,
  dy: Tensor,
  y: Tensor,
) => readonly [Tensor, Tensor];

function binary<A extends Attrs>(
  op: Op<A, 2, 1>,
  partials: Partials,
  isLinear = false,
): GradientEntry {
  return gradientOf(op, {
    linear: () => isLinear,
    rule: ({ ops, inputs: [a, b], outputs: [y], gradients: [dy] }) => {
      if (a.dtype !== 'f32') return [];
      const [da, db] = partials(ops, a, b, dy, y);
      return [ops.sumTo(da, a.shape), ops.sumTo(db, b.shape)];
    },
  });
}

function choose(ops: OpSet, first: Tensor, dy: Tensor): readonly [Tensor, Tensor] {
  return [ops.where(first, dy, ops.zerosLike(dy)), ops.where(first, ops.zerosLike(dy), dy)];
}

/** The logarithm is used only where a is positive, and is kept finite elsewhere. */
function powerPartials(
  ops: OpSet,
  a: Tensor,
  b: Tensor,
  dy: Tensor,
  y: Tensor,
): readonly [Tensor, Tensor] {
  const zero = ops.zerosLike(dy);
  const slope = ops.mul(dy, ops.mul(b, ops.pow(a, ops.scale(b, 1, -1))));
  const positive = ops.greater(a, ops.zerosLike(a));
  const logarithm = ops.log(ops.where(positive, a, ops.fill(a.shape, 1)));
  return [
    ops.where(ops.equal(b, ops.zerosLike(b)), zero, slope),
    ops.where(positive, ops.mul(dy, ops.mul(y, logarithm)), zero),
  ];
}

export const gradients: readonly GradientEntry[] = [
  binary(addOp, (_ops, _a, _b, dy) => [dy, dy], true),
  binary(subOp, (ops, _a, _b, dy) => [dy, ops.neg(dy)], true),
  binary(mulOp, (ops, a, b, dy) => [ops.mul(dy, b), ops.mul(dy, a)]),
  binary(divOp, (ops, a, b, dy) => {
    const quotient = ops.div(dy, b);
    return [quotient, ops.neg(ops.mul(quotient, ops.div(a, b)))];
  }),
  // At a tie the whole gradient goes to a, so that it is counted once.
  binary(maximumOp, (ops, a, b, dy) => choose(ops, ops.greaterEqual(a, b), dy)),
  binary(minimumOp, (ops, a, b, dy) => choose(ops, ops.lessEqual(a, b), dy)),
  binary(powOp, powerPartials),
  // The quotient that gave y is (a - y) / b, even where a / b rounds up to the next whole number.
  binary(modOp, (ops, a, b, dy, y) => [
    dy,
    ops.neg(ops.mul(dy, ops.round(ops.div(ops.sub(a, y), b)))),
  ]),
  gradientOf(wholeModOp, 'none'),
];
