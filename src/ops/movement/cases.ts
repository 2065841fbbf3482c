/** Cases of the ops that move elements: exact copies. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { add, mul } from '../binary/op';
import { scale } from '../fill/op';
import { broadcastTo, flip, oneHot, pad, slice, transpose } from './op';

const tolerance = { relative: 0, because: 'copies are exact' };
const gradientTolerance = { relative: 1e-7, because: 'one product with the weight of the loss' };

const whole = (shape: readonly number[], low: number, high: number): CaseInput => ({
  shape,
  dtype: 'i32',
  fill: { kind: 'uniform', low, high },
});

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
  plain(
    'whole numbers',
    [{ shape: [3, 4], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } }],
    (x) => transpose(x, [1, 0]),
  ),
  plain('transpose that keeps rows of four', [{ shape: [3, 5, 8] }], (x) =>
    transpose(x, [1, 0, 2]),
  ),
  plain('transpose of nothing', [{ shape: [0, 4] }], (x) => transpose(x, [1, 0])),
  plain('slice in fours', [{ shape: [3, 5, 16] }], (x) =>
    slice(x, { starts: [0, 1, 4], ends: [3, 4, 12] }),
  ),
  plain('slice in steps', [{ shape: [5, 7, 8] }], (x) =>
    slice(x, { starts: [1, 0, 1], ends: [5, 7, 8], steps: [2, 3, 5] }),
  ),
  plain('slice in steps longer than the axis', [{ shape: [3, 2] }], (x) =>
    slice(x, { starts: [2, 0], ends: [3, 2], steps: [4, 9] }),
  ),
  plain('slice in steps of a row of fours', [{ shape: [6, 4] }], (x) =>
    slice(x, { starts: [1], ends: [], steps: [2] }),
  ),
  plain('a slice of a slice of a transpose', [{ shape: [6, 9] }], (x) =>
    slice(slice(transpose(x, [1, 0]), { starts: [1, 1], ends: [9, 5], steps: [3, 1] }), {
      starts: [0, 1],
      ends: [2, 4],
      steps: [1, 2],
    }),
  ),
  plain('flip of every axis', [{ shape: [3, 5] }], (x) => flip(x)),
  plain('flip of some axes', [{ shape: [3, 4, 5] }], (x) => flip(x, [0, -2])),
  plain('flip of one element', [{ shape: [1] }], (x) => flip(x, 0)),
  plain('flip of nothing', [{ shape: [0, 4] }], (x) => flip(x)),
  plain('flip of the last axis in fours', [{ shape: [3, 20] }], (x) => flip(x, -1)),
  plain('flip of a row of fours, then scaled in the epilogue', [{ shape: [5, 4] }], (x) =>
    scale(flip(x), 2),
  ),
  plain('flip of many rows of fours', [{ shape: [67, 8] }], (x) => flip(x, 0)),
  plain('flip of whole numbers', [whole([3, 8], -9, 9)], (x) => flip(x)),
  plain('flip of flags', [{ shape: [7], dtype: 'bool' }], (x) => flip(x)),
  plain('flip of a flip of a transpose', [{ shape: [4, 8] }], (x) =>
    flip(flip(transpose(x, [1, 0]), 1), 0),
  ),
  plain('slice backwards, the first element included', [{ shape: [7, 3] }], (x) =>
    slice(x, { starts: [5], ends: [-1], steps: [-1] }),
  ),
  plain('slice backwards in steps', [{ shape: [9, 8] }], (x) =>
    slice(x, { starts: [7, 6], ends: [0, -1], steps: [-3, -2] }),
  ),
  plain('slice backwards in steps longer than the axis', [{ shape: [3, 2] }], (x) =>
    slice(x, { starts: [2], ends: [], steps: [-4, -9] }),
  ),
  plain('slice of nothing backwards', [{ shape: [4, 3] }], (x) =>
    slice(x, { starts: [2, -1], ends: [2], steps: [-1, -1] }),
  ),
  plain('slice forwards of one axis, backwards of another', [{ shape: [6, 5, 4] }], (x) =>
    slice(x, { starts: [undefined, 1], ends: [undefined, 4], steps: [-2] }),
  ),
  plain('part of a row backwards in fours', [{ shape: [3, 16] }], (x) =>
    slice(x, { starts: [0, 11], ends: [3, 3], steps: [1, -1] }),
  ),
  plain('part of a row backwards that starts between fours', [{ shape: [3, 16] }], (x) =>
    slice(x, { starts: [0, 10], ends: [3, 2], steps: [1, -1] }),
  ),
  plain('rows of fours backwards in steps', [{ shape: [7, 8] }], (x) =>
    slice(x, { starts: [5], ends: [0], steps: [-2] }),
  ),
  plain('pad in fours', [{ shape: [2, 8] }], (x) =>
    pad(x, { before: [1, 4], after: [0, 8], value: -2.5 }),
  ),
  plain('pad in fours, then scaled in the epilogue', [{ shape: [2, 4] }], (x) =>
    scale(pad(x, { before: [0, 4], after: [1, 0], value: 3 }), 2),
  ),
  plain(
    'pad of whole numbers',
    [{ shape: [3, 4], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } }],
    (x) => pad(x, { before: [0, 4], after: [1, 0], value: -7 }),
  ),
  plain('pad of flags', [{ shape: [5], dtype: 'bool' }], (x) =>
    pad(x, { before: [1], after: [2], value: 1 }),
  ),
  plain('broadcast to new axes and along one', [{ shape: [4, 1] }], (x) =>
    broadcastTo(x, [2, 4, 3]),
  ),
  plain('broadcast of one value', [{ shape: [] }], (x) => broadcastTo(x, [5])),
  plain(
    'broadcast of whole numbers',
    [{ shape: [3], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } }],
    (x) => broadcastTo(x, [2, 3]),
  ),
  {
    name: 'broadcast inside a chain',
    inputs: [{ shape: [1, 5] }, { shape: [3, 5] }],
    build: (a, b) => mul(add(broadcastTo(a, [3, 5]), b), b),
    tolerance: { relative: 4 * EPSILON, because: 'a sum and a product' },
  },
  plain('one-hot rows, ids outside among them', [whole([3, 4], -2, 8)], (ids) => oneHot(ids, 6)),
  plain('one class', [whole([5], -1, 2)], (ids) => oneHot(ids, 1)),
  {
    name: 'one-hot rows that choose from others',
    inputs: [whole([7], 0, 5), { shape: [7, 5] }],
    build: (ids, x) => mul(oneHot(ids, 5), x),
    tolerance,
    gradientTolerance,
  },
];
