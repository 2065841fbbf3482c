/** Gradients of sum, product, mean and maximum. */
import type { Dim } from '../../core/dim';
import { numberOfElements, type Shape } from '../../core/shape';
import type { Counted } from '../../graph/count';
import {
  type GradCall,
  type GradientEntry,
  gradientOf,
  type OverStepsRule,
} from '../../graph/gradient';
import { apply } from '../../graph/node';
import type { OpSet, Tensor } from '../../graph/op';
import type { ReduceAttrs } from './attrs';
import { maxOp, meanOp, prodOp, sumOp } from './op';

interface Reduced {
  readonly ops: OpSet;
  readonly attrs: ReduceAttrs;
  readonly x: Tensor;
  /** The result, with reduced axes of size 1. */
  readonly y: Tensor;
  /** The gradient of the result, broadcast to the shape of x. */
  readonly spread: Tensor;
}

/** Makes a rule from one that works on results of the rank of x. */
function reduced(dx: (call: Reduced) => Tensor) {
  return ({
    ops,
    attrs,
    inputs,
    outputs,
    gradients: [dy],
  }: GradCall<ReduceAttrs, 1, 1>): Counted<Tensor, 1> => {
    const [[x], [y]] = [inputs, outputs];
    const { start, end } = attrs;
    const kept = x.shape.map((d, i): Dim => (i >= start && i < end ? 1 : d));
    const spread = ops.broadcastTo(ops.reshape(dy, kept), x.shape);
    return [dx({ ops, attrs, x, y: ops.reshape(y, kept), spread })];
  };
}

/** A sum over leading axes can sum over the axis of the steps as well; a maximum or a mean cannot. */
const sumOverSteps: OverStepsRule<ReduceAttrs, 1> = {
  applies: ([x], { start }) => start === 0 && x.dtype === 'f32',
  rule: (ops, [stacked], { end }) => {
    const axis = Array.from({ length: end + 1 }, (_, i) => i);
    return ops.sum(stacked, { axis });
  },
};

/** The number of reduced elements in the shape of x; symbolic sizes make it known only at run time. */
function count(ops: OpSet, axes: Shape, x: Tensor): Tensor {
  const size = numberOfElements(axes);
  if (typeof size === 'number') return ops.fill(x.shape, size);
  const total = apply(sumOp, [ops.fill(axes, 1)], { start: 0, end: axes.length });
  return ops.add(total, ops.zerosLike(x));
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(sumOp, { rule: reduced(({ spread }) => spread), overSteps: sumOverSteps }),
  gradientOf(prodOp, {
    rule: reduced(({ ops, attrs: { start, end }, x, spread }) => {
      const reducedSize = numberOfElements(x.shape.slice(start, end));
      const lines = ops.reshape(x, [
        ...x.shape.slice(0, start),
        reducedSize,
        ...x.shape.slice(end),
      ]);
      return ops.mul(spread, ops.reshape(ops.productOfOthers(lines, start), x.shape));
    }),
  }),
  gradientOf(meanOp, {
    rule: reduced(({ ops, attrs: { start, end }, x, spread }) =>
      ops.div(spread, count(ops, x.shape.slice(start, end), x)),
    ),
  }),
  // Equal maxima share the gradient, as in PyTorch's amax.
  gradientOf(maxOp, {
    rule: reduced(({ ops, attrs, x, y, spread }) => {
      const isMax = ops.cast(ops.equal(x, y), 'f32');
      const ties = ops.reshape(apply(sumOp, [isMax], attrs), y.shape);
      return ops.div(ops.mul(spread, isMax), ties);
    }),
  }),
];
