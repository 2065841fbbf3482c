/** Gradient of a quantised product, for x alone. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { matrixOf } from './attrs';
import { quantisedMatmulOp } from './op';
import { dequantiseRowsOp } from './rows';

export const gradients: readonly GradientEntry[] = [
  gradientOf(quantisedMatmulOp, {
    rule: ({ ops, attrs, inputs: [x, ...matrix], gradients: [dy] }) => {
      const { shape } = dy;
      // The product treats a vector as a matrix of one row.
      const rows = ops.reshape(dy, shape.length === 1 ? [1, ...shape] : shape);
      const dx = ops.matmul(rows, ops.dequantiseRows(matrixOf(attrs, matrix)));
      return [ops.reshape(dx, x.shape)];
    },
  }),
  gradientOf(dequantiseRowsOp, 'none'),
];
