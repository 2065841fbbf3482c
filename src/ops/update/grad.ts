/** Gradient of a replaced row. The other updates have none. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { incrementOp, putRowOp, writeRowsOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(writeRowsOp, 'none'),
  gradientOf(incrementOp, 'none'),
  gradientOf(putRowOp, {
    // The replaced row has no influence on the result. Nor has a row outside of x: takeRow gives zeros for it.
    rule: ({ ops, inputs: [, row, at], gradients: [dy] }) => [
      ops.putRow(dy, ops.zerosLike(row), at),
      ops.takeRow(dy, at),
    ],
  }),
];
