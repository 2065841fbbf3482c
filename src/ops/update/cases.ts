/** Cases of in-place updates. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { add } from '../binary/op';
import { scale } from '../fill/op';
import { increment, putRow, writeRows } from './op';

const tolerance = { relative: 0, because: 'copies are exact' };
/** One position for all batch rows, or one for each. */
const position = (...values: readonly number[]): CaseInput => ({
  shape: [values.length],
  dtype: 'i32',
  fill: { kind: 'values', values },
});
const fixed = (shape: readonly number[]): CaseInput => ({ shape, differentiable: false });

const write = (
  name: string,
  cache: readonly number[],
  rows: readonly number[],
  at: number | readonly number[],
  column = 0,
): Case => ({
  name,
  inputs: [fixed(cache), fixed(rows), position(...[at].flat())],
  build: (c, r, p) => writeRows(c, r, p, { column }),
  tolerance,
});

const put = (name: string, x: CaseInput, row: CaseInput, at: number): Case => ({
  name: `a row ${name}`,
  inputs: [x, row, position(at)],
  build: (a, r, i) => putRow(a, r, i),
  tolerance,
  gradientTolerance: { relative: EPSILON, because: 'the weight of the loss, rounded once' },
});
const numbers = (shape: readonly number[]): CaseInput => ({
  shape,
  dtype: 'i32',
  fill: { kind: 'uniform', low: -9, high: 9 },
});

export const cases: readonly Case[] = [
  write('one row in the middle', [2, 5, 3], [2, 1, 3], 2),
  write('all rows', [1, 4, 2], [1, 4, 2], 0),
  write('some columns', [3, 6, 4], [3, 2, 10], 3, 5),
  write('past the end', [2, 4, 3], [2, 3, 3], 2),
  write('before the beginning', [1, 3, 1], [1, 2, 1], -1),
  write('each batch row at its own position', [4, 5, 3], [4, 2, 8], [2, 0, 4, -1], 4),
  write('one row at its own position', [3, 70, 65], [3, 1, 65], [69, 70, 0]),
  {
    name: 'while the old value is still read',
    inputs: [fixed([2, 4, 3]), fixed([2, 1, 3]), position(1)],
    build: (c, r, p) => [writeRows(c, r, p), add(c, c)],
    tolerance: { relative: 1e-7, because: 'one sum' },
  },
  {
    name: 'a counter moves on',
    inputs: [{ shape: [5], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } }],
    build: (x) => increment(x),
    tolerance,
  },
  {
    name: 'rows of whole numbers',
    inputs: [numbers([2, 4, 3]), numbers([2, 2, 3]), position(1)],
    build: (c, r, p) => writeRows(c, r, p),
    tolerance,
  },
  {
    name: 'written twice, the second over the first',
    inputs: [fixed([1, 5, 2]), fixed([1, 2, 2]), position(1), fixed([1, 3, 2]), position(2)],
    build: (c, first, p, second, q) => writeRows(writeRows(c, first, p), second, q),
    tolerance,
  },
  put('of a matrix', { shape: [5, 3] }, { shape: [3] }, 2),
  put('of more axes', { shape: [3, 2, 65] }, { shape: [2, 65] }, 0),
  put('of single values', { shape: [4] }, { shape: [] }, 3),
  put('of one row', { shape: [1, 7] }, { shape: [7] }, 0),
  put('past the end', { shape: [2, 3] }, { shape: [3] }, 2),
  put('before the beginning', { shape: [2, 3] }, { shape: [3] }, -1),
  put('of whole numbers', numbers([3, 4]), numbers([4]), 1),
  {
    name: 'a row while the old value is still read, after and before other work',
    inputs: [{ shape: [4, 3] }, { shape: [3] }, position(1)],
    build: (x, row, at) => {
      const before = scale(x, 3);
      return [scale(putRow(before, row, at), 2), add(before, x)];
    },
    tolerance: { relative: 4 * EPSILON, because: 'two products and a sum' },
  },
];
