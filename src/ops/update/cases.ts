/** Cases of updates in place. */
import type { Case, CaseInput } from '../../graph/cases';
import { add } from '../binary/op';
import { increment, writeRows } from './op';

const tolerance = { relative: 0, because: 'copies are exact' };
const position = (value: number): CaseInput => ({
  shape: [1],
  dtype: 'i32',
  fill: { kind: 'values', values: [value] },
});
const fixed = (shape: readonly number[]): CaseInput => ({ shape, differentiable: false });

const write = (
  name: string,
  cache: readonly number[],
  rows: readonly number[],
  at: number,
  column = 0,
): Case => ({
  name,
  inputs: [fixed(cache), fixed(rows), position(at)],
  build: (c, r, p) => writeRows(c, r, p, { column }),
  tolerance,
});

export const cases: readonly Case[] = [
  write('one row in the middle', [2, 5, 3], [2, 1, 3], 2),
  write('all rows', [1, 4, 2], [1, 4, 2], 0),
  write('some columns', [3, 6, 4], [3, 2, 10], 3, 5),
  write('past the end', [2, 4, 3], [2, 3, 3], 2),
  write('before the beginning', [1, 3, 1], [1, 2, 1], -1),
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
];
