/** Cases of gathering: every axis, indices outside, repeated ones, smaller axes, whole slices. */
import { dimAt } from '../../core/shape';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { add } from '../binary/op';
import { scale } from '../fill/op';
import { gather, take } from './op';

const exact = { relative: 0, because: 'a copy' };
const summed = (terms: number) => ({
  relative: 4 * terms * EPSILON,
  because: `f32 sum of up to ${terms} gradients of one element`,
});

const ids = (shape: readonly number[], low: number, high: number): CaseInput => ({
  shape,
  dtype: 'i32',
  fill: { kind: 'uniform', low, high },
});

function gathered(
  name: string,
  x: CaseInput | readonly number[],
  indices: CaseInput,
  axis: number,
): Case {
  return {
    name,
    inputs: ['shape' in x ? x : { shape: x }, indices],
    build: (input, index) => gather(input, index, { axis }),
    tolerance: exact,
    gradientTolerance: summed(dimAt(indices, axis)),
  };
}

const taken = (name: string, x: CaseInput, indices: CaseInput, axis: number): Case => ({
  name: `take, ${name}`,
  inputs: [x, indices],
  build: (input, index) => take(input, index, { axis }),
  tolerance: exact,
  gradientTolerance: summed(indices.shape.reduce((a, b) => a * b, 1)),
});

export const cases: readonly Case[] = [
  gathered('rows', [3, 7], ids([3, 4], 0, 7), 1),
  gathered('columns', [6, 5], ids([9, 5], 0, 6), 0),
  gathered('the middle axis', [2, 5, 3], ids([2, 4, 3], 0, 5), -2),
  gathered('more indices than elements', [2, 3], ids([2, 40], 0, 3), 1),
  gathered('indices outside', [4, 5], ids([4, 9], -4, 9), 1),
  gathered(
    'the ends of the range of i32',
    [1, 3],
    {
      shape: [1, 5],
      dtype: 'i32',
      fill: { kind: 'values', values: [-2147483648, 2147483647, 2, -1, 3] },
    },
    1,
  ),
  gathered('one element', [1], ids([1], 0, 1), 0),
  gathered('smaller axes in front', [5, 6], ids([3, 4], -1, 6), 1),
  gathered('smaller axes behind', [5, 6], ids([4, 2], 0, 5), 0),
  gathered('smaller axes on all sides', [3, 4, 5, 6], ids([2, 4, 7, 3], 0, 5), 2),
  gathered('a smaller axis between equal ones', [3, 4, 5, 6], ids([3, 2, 5, 3], 0, 6), 3),
  gathered('several workgroups', [130, 9], ids([130, 5], 0, 9), 1),
  gathered('long lines', [2, 3000], ids([2, 500], 0, 3000), 1),
  gathered('many of few elements', [2, 7], ids([2, 300], -1, 7), 1),
  gathered(
    'whole numbers',
    { shape: [3, 4], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } },
    ids([3, 6], -1, 5),
    1,
  ),
  gathered('flags', { shape: [3, 4], dtype: 'bool' }, ids([3, 6], -1, 5), 1),
  gathered(
    'infinities',
    {
      shape: [6],
      differentiable: false,
      fill: {
        kind: 'values',
        values: [
          Number.POSITIVE_INFINITY,
          -0,
          Number.NEGATIVE_INFINITY,
          1e-37,
          3.4028234663852886e38,
          1,
        ],
      },
    },
    ids([20], 0, 6),
    0,
  ),
  gathered('no indices', [3, 4], ids([3, 0], 0, 1), 1),
  gathered('nothing to read', [3, 0], ids([3, 2], 0, 1), 1),
  {
    name: 'with an epilogue',
    inputs: [{ shape: [3, 7] }, ids([3, 4], 0, 7), { shape: [4] }],
    build: (x, index, bias) => add(scale(gather(x, index, { axis: 1 }), 4), bias),
    tolerance: { relative: 4 * EPSILON, because: 'a product and a sum' },
    gradientTolerance: summed(8),
  },
  taken('rows', { shape: [7, 4] }, ids([5], -1, 8), 0),
  taken('columns', { shape: [4, 7] }, ids([5], -1, 8), 1),
  taken('the middle axis, by a matrix of indices', { shape: [2, 5, 3] }, ids([4, 2], 0, 5), 1),
  taken('of a vector, by a single index', { shape: [6] }, ids([], 0, 6), 0),
  taken(
    'whole numbers',
    { shape: [5, 2], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } },
    ids([3], 0, 6),
    0,
  ),
];
