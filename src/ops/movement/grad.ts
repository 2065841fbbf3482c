/** Gradients of moving elements: the opposite moves. */
import { multiplyDims } from '../../core/dim';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { broadcastOp, oneHotOp } from './expand';
import { remapOp } from './op';

const ones = (axes: readonly unknown[]) => axes.map(() => 1);

export const gradients: readonly GradientEntry[] = [
  gradientOf(remapOp, {
    linear: ({ value }) => value === 0,
    // Every element is read at most once, so the gradient is the opposite move.
    rule: ({ attrs, ops, inputs: [x], gradients: [dy] }) => {
      if (x === undefined || dy === undefined) return [];
      const { permutation, starts, shape, steps = ones(shape), spreads = ones(shape) } = attrs;
      const inverse = permutation.map((_, source) => permutation.indexOf(source));
      return [
        ops.remap(dy, {
          permutation: inverse,
          starts: inverse.map((axis) => multiplyDims(starts[axis] ?? 0, -1)),
          shape: x.shape,
          value: 0,
          steps: inverse.map((axis) => spreads[axis] ?? 1),
          spreads: inverse.map((axis) => steps[axis] ?? 1),
        }),
      ];
    },
  }),
  gradientOf(broadcastOp, {
    linear: () => true,
    rule: ({ ops, inputs: [x], gradients: [dy] }) =>
      x === undefined || dy === undefined ? [] : [ops.sumTo(dy, x.shape)],
  }),
  gradientOf(oneHotOp, { rule: () => [] }),
];
