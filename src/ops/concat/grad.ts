/** Gradient of concat: each part gets its slice. */
import { addDims, type Dim } from '../../core/dim';
import { dimAt } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { concatOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(concatOp, {
    linear: () => true,
    rule: ({ ops, attrs: { axis }, inputs, gradients: [dy] }) => {
      let at: Dim = 0;
      return inputs.map((x) => {
        const start = at;
        const starts = x.shape.map((_, i) => (i === axis ? start : 0));
        at = addDims(start, dimAt(x, axis));
        return ops.remap(dy, {
          permutation: x.shape.map((_, i) => i),
          starts,
          shape: x.shape,
          value: 0,
        });
      });
    },
  }),
];
