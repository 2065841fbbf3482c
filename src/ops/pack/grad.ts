/** Gradient of packing: views of the arena's gradient. */
import { defined } from '../../core/errors';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { packOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(packOp, {
    rule: ({ ops, attrs, inputs, gradients: [dy] }) =>
      inputs.map((x, i) => ops.view(dy, x.shape, defined(attrs.offsets[i], 'offset'))),
  }),
];
