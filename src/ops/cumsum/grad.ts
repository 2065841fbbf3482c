/** Gradient of running sums: a running sum in the other direction. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { cumprodOp, cumsumOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(cumsumOp, {
    linear: () => true,
    rule: ({ ops, attrs: { axis, reverse, exclusive }, gradients: [dy] }) => [
      ops.cumsum(dy, { axis, reverse: !reverse, exclusive }),
    ],
  }),
  gradientOf(cumprodOp, 'none'),
];
