/** Gradient of a packed product: that of x alone. */
import { defined } from '../../core/errors';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { matrixOf } from './attrs';
import { packedMatmulOp } from './op';
import { unpackRowsOp } from './rows';

export const gradients: readonly GradientEntry[] = [
  gradientOf(packedMatmulOp, {
    rule: ({ ops, attrs, inputs: [, ...matrix], gradients: [dy] }) => [
      ops.matmul(defined(dy, 'dy'), ops.unpackRows(matrixOf(attrs, matrix))),
    ],
  }),
  gradientOf(unpackRowsOp, 'none'),
];
