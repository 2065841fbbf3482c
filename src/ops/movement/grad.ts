/** Gradients of moving elements: the opposite moves. */
import { addDims, type Dim, multiplyDims } from '../../core/dim';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { concatOp } from './concat';
import { broadcastOp, oneHotOp } from './expand';
import { remapOp } from './op';

const ones = (axes: readonly unknown[]) => axes.map(() => 1);

export const gradients: readonly GradientEntry[] = [
  gradientOf(remapOp, {
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
  gradientOf(concatOp, {
    rule: ({ ops, attrs: { axis }, inputs, gradients: [dy] }) => {
      if (dy === undefined) return [];
      let at: Dim = 0;
      return inputs.map((x) => {
        const start = at;
        const starts = x.shape.map((_, i) => (i === axis ? start : 0));
        at = addDims(start, x.shape[axis] ?? 0);
        return ops.remap(dy, {
          permutation: x.shape.map((_, i) => i),
          starts,
          shape: x.shape,
          value: 0,
        });
      });
    },
  }),
  gradientOf(broadcastOp, {
    rule: ({ ops, inputs: [x], gradients: [dy] }) =>
      x === undefined || dy === undefined ? [] : [ops.sumTo(dy, x.shape)],
  }),
  gradientOf(oneHotOp, { rule: () => [] }),
];
