/** Float64 reference of the matrix product. */
import { forEachIndex, type NdArray } from '../../core/ndArray';
import { dimAt } from '../../core/shape';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { MatmulAttrs } from './attrs';
import { matmulOp } from './op';

/** Flat index of x's matrix for a batch index, to which x broadcasts. */
function matrixAt(x: NdArray, batch: readonly number[]): number {
  const own = x.shape.slice(0, -2);
  const matrix = own.reduce((number, size, i) => {
    const index = dimAt({ shape: batch }, i - own.length);
    return number * size + (size === 1 ? 0 : index);
  }, 0);
  return matrix * x.dim(-2) * x.dim(-1);
}

function matmulReference({ attrs, inputs, outputs }: ReferenceCall<MatmulAttrs, 2, 1>): void {
  const [a, b] = inputs;
  const [y] = outputs;
  const [m, n] = [y.dim(-2), y.dim(-1)];
  const k = attrs.transposeA ? a.dim(-2) : a.dim(-1);
  forEachIndex(y.shape.slice(0, -2), (batch, g) => {
    const [firstA, firstB] = [matrixAt(a, batch), matrixAt(b, batch)];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let p = 0; p < k; p++) {
          const x = a.flat(firstA + (attrs.transposeA ? p * m + i : i * k + p));
          const w = b.flat(firstB + (attrs.transposeB ? j * k + p : p * n + j));
          total += x * w;
        }
        y.data[(g * m + i) * n + j] = total;
      }
    }
  });
}

export const references: readonly ReferenceEntry[] = [referenceOf(matmulOp, matmulReference)];
