/** Cases of scattering: repeated indices, indices outside, smaller axes, lines that are sorted. */
import { dimAt } from '../../core/shape';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { relu } from '../unary/op';
import { scatter } from './op';

type Mode = 'set' | 'add';

const exact = { relative: 0, because: 'copies, or sums of whole numbers' };
const summed = (terms: number) => ({
  relative: 4 * terms * EPSILON,
  because: `f32 sum of an element and up to ${terms} updates in order`,
});
const gradientTolerance = { relative: 4 * EPSILON, because: 'copies of the weights of the loss' };

const ids = (shape: readonly number[], low: number, high: number): CaseInput => ({
  shape,
  dtype: 'i32',
  fill: { kind: 'uniform', low, high },
});

function scattered(
  name: string,
  mode: Mode,
  x: CaseInput,
  indices: CaseInput,
  axis: number,
  updates: Partial<CaseInput> = {},
): Case {
  return {
    name: `${mode}, ${name}`,
    inputs: [x, indices, { ...x, shape: indices.shape, ...updates }],
    build: (input, index, update) => scatter(input, index, update, { axis, mode }),
    tolerance: mode === 'set' || x.dtype === 'i32' ? exact : summed(dimAt(indices, axis)),
    gradientTolerance,
  };
}

const both = (
  name: string,
  x: CaseInput,
  indices: CaseInput,
  axis: number,
  updates: Partial<CaseInput> = {},
): readonly Case[] =>
  (['set', 'add'] as const).map((mode) => scattered(name, mode, x, indices, axis, updates));

const whole: Partial<CaseInput> = { dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } };

export const cases: readonly Case[] = [
  ...both('rows', { shape: [3, 7] }, ids([3, 4], 0, 7), 1),
  ...both('columns', { shape: [6, 5] }, ids([9, 5], 0, 6), 0),
  ...both('the middle axis', { shape: [2, 5, 3] }, ids([2, 4, 3], 0, 5), -2),
  ...both('one element for all', { shape: [2, 1] }, ids([2, 30], 0, 1), 1),
  ...both('indices outside', { shape: [4, 5] }, ids([4, 9], -4, 9), 1),
  ...both(
    'the ends of the range of i32',
    { shape: [1, 3] },
    {
      shape: [1, 5],
      dtype: 'i32',
      fill: { kind: 'values', values: [-2147483648, 2147483647, 2, -1, 3] },
    },
    1,
  ),
  ...both('one element', { shape: [1] }, ids([1], 0, 1), 0),
  ...both('smaller axes', { shape: [5, 6, 3] }, ids([3, 4, 2], -1, 6), 1),
  ...both('more updates than indices', { shape: [4, 5] }, ids([3, 4], 0, 5), 1, { shape: [4, 6] }),
  ...both('whole numbers', { shape: [3, 4], ...whole }, ids([3, 9], -1, 5), 1),
  scattered('flags', 'set', { shape: [3, 4], dtype: 'bool' }, ids([3, 6], -1, 5), 1),
  scattered(
    'infinities',
    'set',
    { shape: [6], differentiable: false, fill: { kind: 'values', values: [1, 2] } },
    ids([9], 0, 6),
    0,
    {
      fill: {
        kind: 'values',
        values: [Number.POSITIVE_INFINITY, -0, Number.NEGATIVE_INFINITY, 1e-37],
      },
    },
  ),
  scattered(
    'outliers',
    'add',
    { shape: [2, 9], fill: { kind: 'outliers', size: 1e4 } },
    ids([2, 50], 0, 9),
    1,
  ),
  ...both('no updates', { shape: [3, 4] }, ids([3, 0], 0, 1), 1),
  ...both('nowhere to put them', { shape: [3, 0] }, ids([3, 2], 0, 1), 1),
  ...both('several workgroups', { shape: [130, 9] }, ids([130, 5], 0, 9), 1),
  ...both('long lines', { shape: [2, 400] }, ids([2, 150], -5, 405), 1),
  ...both('long columns, most of few elements', { shape: [7, 3] }, ids([300, 3], -1, 6), 0),
  ...both('more than are searched', { shape: [50] }, ids([4200], -9, 60), 0),
  ...both('whole numbers in long lines', { shape: [2, 90], ...whole }, ids([2, 200], -9, 99), 1),
  ...(['set', 'add'] as const).map(
    (mode): Case => ({
      name: `${mode}, with an epilogue, the updates alone differentiable`,
      inputs: [{ shape: [3, 8], differentiable: false }, ids([3, 5], 0, 8), { shape: [3, 5] }],
      build: (x, index, update) => relu(scatter(x, index, update, { axis: 1, mode })),
      tolerance: summed(5),
      gradientTolerance,
    }),
  ),
];
