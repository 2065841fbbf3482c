/** Cases of reductions: every combination of axes, long sums in slices, outliers, ties. */
import { type Case, EPSILON } from '../../graph/cases';
import { exp } from '../unary/op';
import { max, mean, prod, type ReduceOptions, sum, sumTo } from './op';

const bound = (terms: number): Case['tolerance'] => ({
  relative: 2 * terms * EPSILON,
  absolute: 2 * terms * EPSILON,
  because: `f32 sum of ${terms} terms of magnitude 1 in a fixed order`,
});

const exact: Case['tolerance'] = { relative: 0, because: 'whole numbers or one of the values' };

/** Two rows of six factors, of which the first has zeros at these positions. */
const factors = (zeros: readonly number[]) =>
  Array.from({ length: 12 }, (_, i) =>
    zeros.includes(i) ? 0 : (i % 2 === 0 ? 1 : -0.5) * (1 + i),
  );

const axes: readonly ReduceOptions[] = [
  {},
  { axis: 0 },
  { axis: 1 },
  { axis: -1 },
  { axis: [0, 1] },
  { axis: [1, 2] },
  { axis: [0, 2] },
  { axis: [0, 2], keepDims: true },
  { axis: [] },
];

export const cases: readonly Case[] = [
  ...[sum, prod, mean, max].flatMap((f) =>
    axes.map(
      (options): Case => ({
        name: `${f.name} over ${JSON.stringify(options)}`,
        inputs: [{ shape: [3, 4, 5] }],
        build: (x) => f(x, options),
        tolerance: bound(60),
      }),
    ),
  ),
  {
    name: 'sum of 5000',
    inputs: [{ shape: [5000] }],
    build: (x) => sum(x),
    tolerance: bound(5000),
  },
  {
    name: 'mean of 2049 rows',
    inputs: [{ shape: [2049, 3] }],
    build: (x) => mean(x, { axis: 0 }),
    tolerance: bound(2049),
  },
  {
    name: 'max of 3000',
    inputs: [{ shape: [2, 3000] }],
    build: (x) => max(x, { axis: 1 }),
    tolerance: bound(1),
  },
  {
    name: 'sum of 1500 in the middle',
    inputs: [{ shape: [2, 1500, 3] }],
    build: (x) => sum(x, { axis: 1 }),
    tolerance: bound(1500),
  },
  {
    name: 'mean of 1025, then exp in the epilogue',
    inputs: [{ shape: [1025, 2] }],
    build: (x) => exp(mean(x, { axis: 0 })),
    tolerance: { relative: (128 + 2 * 1025) * EPSILON, because: 'a sum of 1025; exp in 58 ULP' },
  },
  {
    name: 'sum of 2000 whole numbers',
    inputs: [{ shape: [2000, 2], dtype: 'i32', fill: { kind: 'uniform', low: -9e5, high: 9e5 } }],
    build: (x) => sum(x, { axis: 0 }),
    tolerance: exact,
  },
  {
    name: 'max of 1100 negative whole numbers',
    inputs: [{ shape: [3, 1100], dtype: 'i32', fill: { kind: 'uniform', low: -9e6, high: -1 } }],
    build: (x) => max(x, { axis: 1 }),
    tolerance: exact,
  },
  {
    name: 'max of large negative values',
    inputs: [{ shape: [3, 1100], fill: { kind: 'normal', mean: -1e30, scale: 1e28 } }],
    build: (x) => max(x, { axis: 1 }),
    tolerance: exact,
  },
  {
    name: 'sum with outliers',
    inputs: [{ shape: [7, 33], fill: { kind: 'outliers', size: 1e3 } }],
    build: (x) => sum(x, { axis: 1 }),
    tolerance: bound(33),
  },
  {
    name: 'max of equal values',
    inputs: [{ shape: [4, 6], fill: { kind: 'values', values: [2] }, differentiable: false }],
    build: (x) => max(x, { axis: 1 }),
    tolerance: bound(1),
  },
  {
    name: 'sum of nothing',
    inputs: [{ shape: [3, 0] }],
    build: (x) => sum(x, { axis: 1 }),
    tolerance: bound(1),
  },
  {
    name: 'sum of whole numbers',
    inputs: [{ shape: [5, 7], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } }],
    build: (x) => sum(x, { axis: 0 }),
    tolerance: bound(1),
  },
  {
    name: 'max of whole numbers',
    inputs: [{ shape: [5, 7], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: -1 } }],
    build: (x) => max(x, { axis: 0 }),
    tolerance: bound(1),
  },
  ...[
    { what: 'no zero', zeros: [] },
    { what: 'a zero', zeros: [3] },
    { what: 'the first and the last 0', zeros: [0, 5] },
    { what: 'nothing but zeros', zeros: [0, 1, 2, 3, 4, 5] },
  ].map(
    ({ what, zeros }): Case => ({
      name: `product with ${what}`,
      inputs: [{ shape: [2, 6], fill: { kind: 'values', values: factors(zeros) } }],
      build: (x) => prod(x, { axis: 1 }),
      tolerance: bound(6),
    }),
  ),
  {
    name: 'product over two axes apart, with zeros',
    inputs: [
      {
        shape: [2, 3, 4],
        fill: { kind: 'values', values: [2, -1, 0.5, 0, 3, -1.5, 1, 2, 4, -2, 1] },
      },
    ],
    build: (x) => prod(x, { axis: [0, -1], keepDims: true }),
    tolerance: bound(8),
  },
  {
    name: 'product of 3000 factors near 1',
    inputs: [{ shape: [3000, 2], fill: { kind: 'uniform', low: 0.99, high: 1.01 } }],
    build: (x) => prod(x, { axis: 0 }),
    tolerance: { relative: 2 * 3000 * EPSILON, because: 'each of 3000 products rounds once' },
  },
  {
    name: 'product of 6000 factors near 1',
    inputs: [{ shape: [6000], fill: { kind: 'uniform', low: 0.999, high: 1.001 } }],
    build: (x) => prod(x),
    tolerance: { relative: 2 * 6000 * EPSILON, because: 'each of 6000 products rounds once' },
  },
  {
    name: 'product of nothing',
    inputs: [{ shape: [3, 0] }],
    build: (x) => prod(x, { axis: 1 }),
    tolerance: exact,
  },
  {
    name: 'product of whole numbers',
    inputs: [{ shape: [5, 7], dtype: 'i32', fill: { kind: 'uniform', low: -5, high: 6 } }],
    build: (x) => prod(x, { axis: 1 }),
    tolerance: exact,
  },
  {
    name: 'product, then exp in the epilogue',
    inputs: [{ shape: [6, 4] }],
    build: (x) => exp(prod(x, { axis: 1 })),
    tolerance: { relative: 256 * EPSILON, because: 'exp within 58 ULP of a product of four' },
  },
  {
    name: 'sum back to a broadcast shape',
    inputs: [{ shape: [4, 3, 5] }],
    build: (x) => sumTo(x, [3, 1]),
    tolerance: bound(20),
  },
  {
    name: 'sum with an epilogue',
    inputs: [{ shape: [6, 4] }],
    build: (x) => exp(sum(x, { axis: 1 })),
    tolerance: { relative: 128 * EPSILON, because: 'exp within 58 ULP' },
  },
];
