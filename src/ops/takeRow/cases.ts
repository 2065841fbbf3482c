/** Cases of taking a row. */
import type { Case, CaseInput } from '../../graph/cases';
import { fill, scale } from '../fill/op';
import { where } from '../select/op';
import { takeRow } from './op';

const tolerance = { relative: 0, because: 'copies are exact' };
const gradientTolerance = { relative: 1e-7, because: 'one product with the weight of the loss' };

const take = (name: string, x: CaseInput, row: number): Case => ({
  name,
  inputs: [x, { shape: [1], dtype: 'i32', fill: { kind: 'values', values: [row] } }],
  build: (a, at) => takeRow(a, at),
  tolerance,
  gradientTolerance,
});

export const cases: readonly Case[] = [
  take('of a matrix', { shape: [5, 3] }, 2),
  take('of more axes', { shape: [3, 2, 65] }, 0),
  take('of single values', { shape: [4] }, 3),
  take('of one row', { shape: [1, 7] }, 0),
  take('past the end', { shape: [2, 3] }, 2),
  take('before the beginning', { shape: [2, 3] }, -1),
  take(
    'of whole numbers',
    { shape: [3, 4], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } },
    1,
  ),
  {
    ...take('of truth values, then a choice in the epilogue', { shape: [5, 3], dtype: 'bool' }, 2),
    build: (x, at) => where(takeRow(x, at), fill([3], 2), fill([3], 1)),
  },
  {
    ...take('then scaled in the epilogue', { shape: [5, 3] }, 4),
    build: (x, at) => scale(takeRow(x, at), 2),
  },
];
