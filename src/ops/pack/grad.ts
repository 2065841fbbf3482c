/** Gradient of packing: views of the arena's gradient. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { packOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(packOp, {
    rule: ({ ops, attrs, inputs, gradients: [dy] }) =>
      dy === undefined ? [] : inputs.map((x, i) => ops.view(dy, x.shape, attrs.offsets[i] ?? 0)),
  }),
];
