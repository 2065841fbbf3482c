/** Gradient of the sum of squares. Updates have none. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { adagradOp, adamOp, rmspropOp, sgdOp, sumSquaresOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(adamOp, 'none'),
  gradientOf(sgdOp, 'none'),
  gradientOf(rmspropOp, 'none'),
  gradientOf(adagradOp, 'none'),
  gradientOf(sumSquaresOp, {
    rule: ({ ops, inputs: [x], gradients: [dy] }) => [
      ops.mul(ops.scale(x, 2), ops.broadcastTo(ops.reshape(dy, []), x.shape)),
    ],
  }),
];
