/** Cases of rotary positions: both kinds of pairs, parts of heads and of columns, far positions. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { add } from '../binary/op';
import { scale } from '../fill/op';
import { rotary } from './op';

const near = {
  relative: 6 * EPSILON,
  because: 'two products of rounded factors and their sum; every value is of its own magnitude',
};

const far = {
  relative: 12 * EPSILON,
  because: 'cosines and sines are sums of two products, off by up to 2.5 EPSILON',
};

const positionsOf = (shape: readonly number[], ...values: readonly number[]): CaseInput => ({
  shape,
  dtype: 'i32',
  fill: { kind: 'values', values },
});

export const cases: readonly Case[] = [
  {
    name: 'one row of one pair, which position 0 leaves as it is',
    inputs: [{ shape: [1, 1, 2] }],
    build: (x) => rotary(x, undefined, { heads: 1 }),
    tolerance: near,
  },
  {
    name: 'two heads by halves',
    inputs: [{ shape: [2, 5, 12] }],
    build: (x) => rotary(x, undefined, { heads: 2 }),
    tolerance: near,
  },
  {
    name: 'three heads of neighbours',
    inputs: [{ shape: [2, 5, 18] }],
    build: (x) => rotary(x, undefined, { heads: 3, interleaved: true }),
    tolerance: near,
  },
  {
    name: 'heads in fours by halves',
    inputs: [{ shape: [2, 7, 32] }],
    build: (x) => rotary(x, undefined, { heads: 2 }),
    tolerance: near,
  },
  {
    name: 'heads in fours of neighbours, past a workgroup',
    inputs: [{ shape: [3, 19, 24] }],
    build: (x) => rotary(x, undefined, { heads: 2, interleaved: true }),
    tolerance: near,
  },
  {
    name: 'heads of 4 by halves of 2',
    inputs: [{ shape: [4, 8] }],
    build: (x) => rotary(x, undefined, { heads: 2 }),
    tolerance: near,
  },
  {
    name: 'a part of each head',
    inputs: [{ shape: [2, 4, 14] }],
    build: (x) => rotary(x, undefined, { heads: 2, rotarySize: 4 }),
    tolerance: near,
  },
  {
    name: 'a part of each head in fours, of neighbours',
    inputs: [{ shape: [2, 4, 24] }],
    build: (x) => rotary(x, undefined, { heads: 2, rotarySize: 8, interleaved: true }),
    tolerance: near,
  },
  {
    name: 'nothing of each head',
    inputs: [{ shape: [2, 3, 4] }],
    build: (x) => rotary(x, undefined, { heads: 2, rotarySize: 0 }),
    tolerance: near,
  },
  {
    name: 'queries and keys of packed projections, values as they are',
    inputs: [{ shape: [2, 6, 48] }],
    build: (x) => rotary(x, undefined, { heads: 4, size: 8 }),
    tolerance: near,
  },
  {
    name: 'four axes, an epilogue behind it',
    inputs: [{ shape: [2, 3, 4, 6] }, { shape: [6] }],
    build: (x, bias) => add(scale(rotary(x, undefined, { heads: 1 }), 0.5), bias),
    tolerance: near,
  },
  {
    name: 'an epilogue in fours',
    inputs: [{ shape: [2, 5, 16] }],
    build: (x) => scale(rotary(x, undefined, { heads: 2 }), 3),
    tolerance: near,
  },
  {
    name: 'another base, and outliers',
    inputs: [{ shape: [1, 9, 8], fill: { kind: 'outliers', size: 1000 } }],
    build: (x) => rotary(x, undefined, { heads: 1, base: 500 }),
    tolerance: near,
  },
  {
    name: 'frequencies of its own',
    inputs: [{ shape: [1, 9, 8] }],
    build: (x) => rotary(x, undefined, { heads: 1, frequencies: [1, 0.5, 0, -0.25] }),
    tolerance: near,
  },
  {
    name: 'a step of a cache, far on',
    inputs: [{ shape: [2, 3, 16] }, positionsOf([1], 99_999)],
    build: (x, offset) => rotary(x, undefined, { heads: 2, offset }),
    tolerance: far,
  },
  {
    name: 'positions of a sequence, from the first to the last that there is',
    inputs: [
      { shape: [2, 8, 12] },
      positionsOf([8], 0, 1, 1023, 1024, 1025, 123_456, 2 ** 20 - 1, 7),
    ],
    build: (x, positions) => rotary(x, positions, { heads: 3 }),
    tolerance: far,
  },
  {
    name: 'positions of each row, repeated, negative and past the last',
    inputs: [{ shape: [2, 3, 8] }, positionsOf([2, 3], 5, 5, -3, 2 ** 20, 2 ** 31 - 1, 0)],
    build: (x, positions) => rotary(x, positions, { heads: 1, interleaved: true }),
    tolerance: far,
  },
  {
    name: 'positions and an offset',
    inputs: [{ shape: [3, 6] }, positionsOf([3], 4, 0, 2000), positionsOf([1], 1000)],
    build: (x, positions, offset) => rotary(x, positions, { heads: 3, offset }),
    tolerance: far,
  },
  {
    name: 'more rows than a table has',
    inputs: [{ shape: [1, 1500, 4] }],
    build: (x) => rotary(x, undefined, { heads: 1 }),
    tolerance: far,
  },
  {
    name: 'no rows',
    inputs: [{ shape: [2, 0, 8] }],
    build: (x) => rotary(x, undefined, { heads: 2 }),
    tolerance: near,
  },
];
