/** Gradient of a row: the row among zeros. */
import { dimAt, numberOfElements } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { takeRowOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(takeRowOp, {
    rule: ({ ops, inputs: [x, row], gradients: [dy] }) => {
      const width = numberOfElements(x.shape.slice(1));
      const zeros = ops.fill([1, dimAt(x, 0), width], 0);
      return [ops.reshape(ops.writeRows(zeros, ops.reshape(dy, [1, 1, width]), row), x.shape)];
    },
  }),
];
