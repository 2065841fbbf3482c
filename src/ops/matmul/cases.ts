/** Cases of the matrix product: all transpositions, batches, sizes that are no multiple of a tile. */
import { type Case, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { add, mul } from '../binary/op';
import { relu } from '../unary/op';
import type { MatmulAttrs } from './attrs';
import { matmul } from './op';

/** Rounding of a sum of k products, each of magnitude up to the output's scale. */
const bound = (k: number) => ({
  relative: 4 * (k + 2) * EPSILON,
  because: `f32 sum of ${k} products in any order, operands of mixed sign`,
});

const flags: readonly MatmulAttrs[] = [
  { transposeA: false, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: false },
  { transposeA: true, transposeB: true },
];

/** Sizes [M, K, N]: one, odd, aligned, larger than any tile, those of a layer, few results of long sums. */
const sizes: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [3, 5, 7],
  [16, 8, 12],
  [33, 65, 31],
  [70, 64, 96],
  [1, 64, 128],
  [130, 128, 68],
  [20, 301, 24],
];

function product(
  [m, k, n]: readonly [number, number, number],
  { transposeA, transposeB }: MatmulAttrs,
): Case {
  const side = (turned: boolean, rows: number, columns: number) => ({
    shape: turned ? [columns, rows] : [rows, columns],
    fill: { kind: 'outliers', size: 100 } as const,
  });
  return {
    name: `${m}x${k}x${n}${transposeA ? ' A transposed' : ''}${transposeB ? ' B transposed' : ''}`,
    inputs: [side(transposeA, m, k), side(transposeB, k, n)],
    build: (a, b) => matmul(a, b, { transposeA, transposeB }),
    tolerance: bound(k),
    gradientTolerance: bound(Math.max(m, n, k)),
  };
}

/** Batch axes of A and B: every way in which spans of one side, the other and both follow each other. */
const broadcasts: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[2, 1], [3]],
  [[3], [2, 1]],
  [
    [1, 1],
    [2, 3],
  ],
  [[1, 3], [3]],
  [
    [2, 3],
    [1, 1],
  ],
  [
    [2, 3],
    [2, 1],
  ],
  [
    [2, 3],
    [1, 3],
  ],
  [
    [2, 1],
    [2, 3],
  ],
  [
    [1, 2],
    [3, 2],
  ],
  [
    [2, 1, 3],
    [1, 2, 1],
  ],
  [
    [2, 1, 2, 3],
    [1, 3, 2, 1],
  ],
];

function batched(
  outerA: readonly number[],
  outerB: readonly number[],
  { transposeA, transposeB }: MatmulAttrs,
): Case {
  const turned = [...(transposeA ? ['A'] : []), ...(transposeB ? ['B'] : [])];
  return {
    name:
      `batches [${outerA}] x [${outerB}]` +
      (turned.length > 0 ? `, ${turned.join(' and ')} transposed` : ''),
    inputs: [
      { shape: [...outerA, ...(transposeA ? [4, 3] : [3, 4])] },
      { shape: [...outerB, ...(transposeB ? [5, 4] : [4, 5])] },
    ],
    build: (a, b) => matmul(a, b, { transposeA, transposeB }),
    tolerance: bound(4),
    gradientTolerance: bound(60),
  };
}

const linear = (x: Tensor, w: Tensor, bias: Tensor) =>
  add(matmul(x, w, { transposeB: true }), bias);

export const cases: readonly Case[] = [
  ...sizes.flatMap((size) => flags.map((flag) => product(size, flag))),
  ...flags.map(
    ({ transposeA, transposeB }): Case => ({
      name: `batch of 3${transposeA ? ' A transposed' : ''}${transposeB ? ' B transposed' : ''}`,
      inputs: [
        { shape: transposeA ? [3, 6, 5] : [3, 5, 6] },
        { shape: transposeB ? [3, 9, 6] : [3, 6, 9] },
      ],
      build: (a, b) => matmul(a, b, { transposeA, transposeB }),
      tolerance: bound(9),
    }),
  ),
  {
    name: 'two batch axes, larger matrices',
    inputs: [{ shape: [2, 3, 17, 20] }, { shape: [2, 3, 20, 36] }],
    build: (a, b) => matmul(a, b),
    tolerance: bound(36),
  },
  {
    name: 'one B for a batch',
    inputs: [{ shape: [2, 5, 6] }, { shape: [6, 4] }],
    build: (a, b) => matmul(a, b),
    tolerance: bound(20),
  },
  {
    name: 'one A for a batch',
    inputs: [{ shape: [5, 6] }, { shape: [3, 6, 4] }],
    build: (a, b) => matmul(a, b),
    tolerance: bound(20),
  },
  ...broadcasts.flatMap(([outerA, outerB]) => flags.map((flag) => batched(outerA, outerB, flag))),
  {
    name: 'broadcast batches of larger matrices, with a bias that they share and an activation',
    inputs: [{ shape: [2, 1, 20, 24] }, { shape: [1, 3, 24, 36] }, { shape: [3, 1, 36] }],
    build: (a, b, bias) => relu(add(matmul(a, b), bias)),
    tolerance: bound(24),
    gradientTolerance: bound(120),
  },
  {
    name: 'a batch axis of size 0',
    inputs: [{ shape: [0, 1, 3, 4] }, { shape: [2, 4, 5] }],
    build: (a, b) => matmul(a, b),
    tolerance: bound(4),
  },
  {
    name: 'inner size 0',
    inputs: [{ shape: [3, 0] }, { shape: [0, 4] }],
    build: (a, b) => matmul(a, b),
    tolerance: bound(1),
  },
  {
    name: 'with bias, activation and residual',
    inputs: [{ shape: [7, 12] }, { shape: [20, 12] }, { shape: [20] }, { shape: [7, 20] }],
    build: (x, w, b, r) => add(r, relu(linear(x, w, b))),
    tolerance: bound(16),
    gradientTolerance: bound(64),
  },
  {
    name: 'with a result that is also read in between',
    inputs: [{ shape: [9, 8] }, { shape: [12, 8] }, { shape: [12] }],
    build: (x, w, b) => {
      const hidden = linear(x, w, b);
      return [mul(hidden, relu(hidden)), hidden];
    },
    tolerance: bound(64),
    gradientTolerance: { relative: 2e-5, because: 'products of three rounded factors' },
  },
];
