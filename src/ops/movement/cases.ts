/** Cases of moving elements: exact copies. */
import type { Case } from '../../graph/cases';
import { scale } from '../fill/op';
import { concat, pad, slice, transpose } from './op';

const tolerance = { relative: 0, because: 'copies are exact' };
const gradientTolerance = { relative: 1e-7, because: 'one product with the weight of the loss' };

const plain = (name: string, inputs: Case['inputs'], build: Case['build']): Case => ({
  name,
  inputs,
  build,
  tolerance,
  gradientTolerance,
});

export const cases: readonly Case[] = [
  plain('transpose of a matrix', [{ shape: [3, 5] }], (x) => transpose(x, [1, 0])),
  plain('transpose of four axes', [{ shape: [2, 3, 4, 5] }], (x) => transpose(x, [2, 0, 3, 1])),
  plain('transpose of one element', [{ shape: [1, 1] }], (x) => transpose(x, [1, 0])),
  plain('slice', [{ shape: [4, 7, 3] }], (x) => slice(x, { starts: [1, 2, 0], ends: [3, 7, 2] })),
  plain('slice of nothing', [{ shape: [4, 3] }], (x) => slice(x, { starts: [2, 0], ends: [2, 3] })),
  plain('pad', [{ shape: [2, 3] }], (x) => pad(x, { before: [1, 0], after: [0, 2], value: 1.5 })),
  plain('pad, then scaled in the epilogue', [{ shape: [5] }], (x) =>
    scale(pad(x, { before: [2], after: [1] }), 2),
  ),
  plain('concat of columns', [{ shape: [3, 2] }, { shape: [3, 5] }, { shape: [3, 1] }], (a, b, c) =>
    concat([a, b, c], -1),
  ),
  plain('concat of rows', [{ shape: [2, 3] }, { shape: [4, 3] }], (a, b) => concat([a, b], 0)),
  plain('concat of one tensor twice', [{ shape: [2, 3] }], (a) => concat([a, a], 1)),
  plain(
    'whole numbers',
    [{ shape: [3, 4], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } }],
    (x) => transpose(x, [1, 0]),
  ),
];
