/** Gradient of a replaced row; the other updates have none. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { incrementOp, putRowOp, writeRowsOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(writeRowsOp, 'none'),
  gradientOf(incrementOp, 'none'),
  gradientOf(putRowOp, {
    // The replaced row had no influence. A row that was dropped had none either: it reads zeros.
    rule: ({ ops, inputs: [, row, at], gradients: [dy] }) => [
      ops.putRow(dy, ops.zerosLike(row), at),
      ops.takeRow(dy, at),
    ],
  }),
];
