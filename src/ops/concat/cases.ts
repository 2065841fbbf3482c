/** Cases of concat: exact copies. */
import type { Case } from '../../graph/cases';
import { concat } from './op';

const plain = (name: string, inputs: Case['inputs'], build: Case['build']): Case => ({
  name,
  inputs,
  build,
  tolerance: { relative: 0, because: 'copies are exact' },
  gradientTolerance: { relative: 1e-7, because: 'one product with the weight of the loss' },
});

export const cases: readonly Case[] = [
  plain('concat of columns', [{ shape: [3, 2] }, { shape: [3, 5] }, { shape: [3, 1] }], (a, b, c) =>
    concat([a, b, c], -1),
  ),
  plain('concat of rows', [{ shape: [2, 3] }, { shape: [4, 3] }], (a, b) => concat([a, b], 0)),
  plain('concat of one tensor twice', [{ shape: [2, 3] }], (a) => concat([a, a], 1)),
  plain(
    'concat of flags',
    [
      { shape: [2, 3], dtype: 'bool' },
      { shape: [2, 1], dtype: 'bool' },
    ],
    (a, b) => concat([a, b], 1),
  ),
  plain('concat with nothing', [{ shape: [2, 0] }, { shape: [2, 3] }], (a, b) => concat([a, b], 1)),
  plain('concat along a middle axis', [{ shape: [2, 1, 4] }, { shape: [2, 3, 4] }], (a, b) =>
    concat([a, b], 1),
  ),
];
