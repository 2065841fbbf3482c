/** Gradients of the ops that move elements: the inverse moves. */
import { multiplyDims } from '../../core/dim';
import { dimAt } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { broadcastOp, oneHotOp } from './expand';
import { ones, remapOp } from './remap';

export const gradients: readonly GradientEntry[] = [
  gradientOf(remapOp, {
    linear: ({ value }) => value === 0,
    // Each element is read at most once, so the gradient is the inverse move.
    rule: ({ attrs, ops, inputs: [x], gradients: [dy] }) => {
      const { permutation, starts, shape, steps = ones(shape), spreads = ones(shape) } = attrs;
      const inverse = permutation.map((_, source) => permutation.indexOf(source));
      // The index i with i * step + start = at * spread. A negative step negates both sides.
      const moves = inverse.map((axis) => {
        const step = dimAt({ shape: steps }, axis);
        const sign = Math.sign(step);
        return {
          start: multiplyDims(dimAt({ shape: starts }, axis), -sign),
          step: dimAt({ shape: spreads }, axis) * sign,
          spread: Math.abs(step),
        };
      });
      return [
        ops.remap(dy, {
          permutation: inverse,
          starts: moves.map(({ start }) => start),
          shape: x.shape,
          value: 0,
          steps: moves.map(({ step }) => step),
          spreads: moves.map(({ spread }) => spread),
        }),
      ];
    },
  }),
  gradientOf(broadcastOp, {
    linear: () => true,
    rule: ({ ops, inputs: [x], gradients: [dy] }) => [ops.sumTo(dy, x.shape)],
  }),
  gradientOf(oneHotOp, { rule: () => [] }),
];
