/** Gradients of the ops that move elements: the inverse moves. */
import { type Dim, multiplyDims } from '../../core/dim';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { broadcastOp, oneHotOp } from './expand';
import { ones, remapOp } from './remap';

export const gradients: readonly GradientEntry[] = [
  gradientOf(remapOp, {
    linear: ({ value }) => value === 0,
    // Each element is read at most once, so the gradient is the inverse move.
    rule: ({ attrs, ops, inputs: [x], gradients: [dy] }) => {
      if (x === undefined || dy === undefined) return [];
      const { permutation, starts, shape, steps = ones(shape), spreads = ones(shape) } = attrs;
      const inverse = permutation.map((_, source) => permutation.indexOf(source));
      // The index i with i * step + start = at * spread. A negative step negates both sides.
      const signs = inverse.map((axis) => Math.sign(steps[axis] ?? 1));
      const signed = (value: Dim, i: number) => multiplyDims(value, signs[i] ?? 1);
      return [
        ops.remap(dy, {
          permutation: inverse,
          starts: inverse.map((axis, i) => signed(multiplyDims(starts[axis] ?? 0, -1), i)),
          shape: x.shape,
          value: 0,
          steps: inverse.map((axis, i) => (spreads[axis] ?? 1) * (signs[i] ?? 1)),
          spreads: inverse.map((axis) => Math.abs(steps[axis] ?? 1)),
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
