/** Gradient of a packed product: that of x alone. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { matrixOf } from './attrs';
import { packedMatmulOp } from './op';
import { unpackRowsOp } from './rows';

export const gradients: readonly GradientEntry[] = [
  gradientOf(packedMatmulOp, {
    rule: ({ ops, attrs, inputs: [x, ...matrix], gradients: [dy] }) => {
      const { shape } = dy;
      // A vector is a matrix of one row to the product.
      const rows = ops.reshape(dy, shape.length === 1 ? [1, ...shape] : shape);
      const dx = ops.matmul(rows, ops.unpackRows(matrixOf(attrs, matrix)));
      return [ops.reshape(dx, x.shape)];
    },
  }),
  gradientOf(unpackRowsOp, 'none'),
];
