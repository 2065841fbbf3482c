/** Gradient of a row: the row among zeros. */
import { numberOfElements } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { takeRowOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(takeRowOp, {
    rule: ({ ops, inputs: [x, row], gradients: [dy] }) => {
      if (x === undefined || row === undefined || dy === undefined) return [];
      const width = numberOfElements(x.shape.slice(1));
      const zeros = ops.fill([1, x.shape[0] ?? 1, width], 0);
      return [ops.reshape(ops.writeRows(zeros, ops.reshape(dy, [1, 1, width]), row), x.shape)];
    },
  }),
];
