/** Cases of embeddings: repeated ids, one id for all, padding, ids outside the table. */
import { type Case, EPSILON } from '../../graph/cases';
import { add } from '../binary/op';
import { scale } from '../fill/op';
import { embedding } from './op';

const exact = { relative: EPSILON, because: 'a copy; its weight in the loss rounds once' };
const summed = (terms: number) => ({
  relative: 4 * terms * EPSILON,
  because: `f32 sum of up to ${terms} tokens of one id`,
});

const ids = (shape: readonly number[], low: number, high: number) =>
  ({ shape, dtype: 'i32', fill: { kind: 'uniform', low, high } }) as const;

export const cases: readonly Case[] = [
  {
    name: 'some ids',
    inputs: [ids([3, 7], 0, 11), { shape: [11, 6] }],
    build: (i, table) => embedding(i, table),
    tolerance: exact,
    gradientTolerance: summed(21),
  },
  {
    name: 'one row for all',
    inputs: [ids([2, 40], 0, 1), { shape: [1, 5] }],
    build: (i, table) => embedding(i, table),
    tolerance: exact,
    gradientTolerance: summed(80),
  },
  {
    name: 'padding gets no gradient',
    inputs: [ids([4, 6], 0, 3), { shape: [9, 4], differentiable: true }],
    build: (i, table) => embedding(i, table, { paddingIndex: 1 }),
    // Finite differences would see the row that the rule leaves out on purpose.
    differences: false,
    tolerance: exact,
    gradientTolerance: summed(24),
  },
  {
    name: 'ids outside the table',
    inputs: [ids([17], -3, 9), { shape: [5, 3] }],
    build: (i, table) => embedding(i, table),
    tolerance: exact,
    gradientTolerance: summed(17),
  },
  {
    name: 'scaled, with positions, in the epilogue',
    inputs: [ids([4, 9], 0, 50), { shape: [50, 16] }, { shape: [9, 16] }],
    build: (i, table, positions) => add(scale(embedding(i, table), 4), positions),
    tolerance: { relative: 4 * EPSILON, because: 'a product and a sum round once each' },
    gradientTolerance: summed(36),
  },
  {
    name: 'tokens of several workgroups, most of a few ids',
    inputs: [ids([3, 211], -1, 9), { shape: [40, 8] }],
    build: (i, table) => embedding(i, table, { paddingIndex: 0 }),
    differences: false,
    tolerance: exact,
    gradientTolerance: summed(633),
  },
  {
    name: 'a table of many rows, few of them read',
    inputs: [ids([5], 0, 700), { shape: [700, 12] }],
    build: (i, table) => embedding(i, table),
    tolerance: exact,
    gradientTolerance: summed(5),
  },
  {
    name: 'nothing but padding',
    inputs: [ids([9], 2, 3), { shape: [4, 4] }],
    build: (i, table) => embedding(i, table, { paddingIndex: 2 }),
    differences: false,
    tolerance: exact,
    gradientTolerance: summed(9),
  },
  {
    name: 'no tokens',
    inputs: [ids([0], 0, 3), { shape: [3, 4] }],
    build: (i, table) => embedding(i, table),
    tolerance: exact,
  },
  {
    name: 'one token',
    inputs: [ids([1], 0, 2), { shape: [2, 1] }],
    build: (i, table) => embedding(i, table),
    tolerance: exact,
  },
];
