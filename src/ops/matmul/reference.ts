/** Float64 reference of the matrix product. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { MatmulAttrs } from './attrs';
import { matmulOp } from './op';

function matmulReference({ attrs, inputs, outputs }: ReferenceCall<MatmulAttrs>): void {
  const [a, b] = inputs;
  const [y] = outputs;
  if (a === undefined || b === undefined || y === undefined) return;
  const [m, n] = [y.dim(-2), y.dim(-1)];
  const k = attrs.transposeA ? a.dim(-2) : a.dim(-1);
  const batch = y.size / Math.max(1, m * n);
  const matrices = (size: number, whole: number) => (whole / Math.max(1, size) > 1 ? size : 0);
  const strideA = matrices(m * k, a.size);
  const strideB = matrices(k * n, b.size);
  for (let g = 0; g < batch; g++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let p = 0; p < k; p++) {
          const x = a.flat(g * strideA + (attrs.transposeA ? p * m + i : i * k + p));
          const w = b.flat(g * strideB + (attrs.transposeB ? j * k + p : p * n + j));
          total += x * w;
        }
        y.data[(g * m + i) * n + j] = total;
      }
    }
  }
}

export const references: readonly ReferenceEntry[] = [referenceOf(matmulOp, matmulReference)];
