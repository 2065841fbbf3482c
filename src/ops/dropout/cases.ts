/** Cases of dropout: the same mask forward and backward, fused and alone. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { add } from '../binary/op';
import { matmul } from '../matmul/op';
import { relu } from '../unary/op';
import { dropout } from './op';

const tolerance = { relative: 4 * EPSILON, because: 'one product with a rounded factor' };
const key: CaseInput = { shape: [1], dtype: 'i32', fill: { kind: 'values', values: [-123456] } };

export const cases: readonly Case[] = [
  {
    name: 'alone',
    inputs: [{ shape: [40, 9] }, key],
    build: (x, k) => dropout(x, k, { rate: 0.3, stream: 1 }),
    tolerance,
  },
  {
    name: 'rate 0',
    inputs: [{ shape: [7] }, key],
    build: (x, k) => dropout(add(x, x), k, { rate: 0, stream: 1 }),
    tolerance,
  },
  {
    name: 'two streams differ',
    inputs: [{ shape: [65] }, key],
    build: (x, k) => [
      dropout(x, k, { rate: 0.5, stream: 1 }),
      dropout(x, k, { rate: 0.5, stream: 2 }),
    ],
    tolerance,
  },
  {
    name: 'after a product, activation and before a residual',
    inputs: [{ shape: [6, 8] }, { shape: [8, 12] }, { shape: [6, 12] }, key],
    build: (x, w, r, k) => add(r, dropout(relu(matmul(x, w)), k, { rate: 0.2, stream: 9 })),
    tolerance: { relative: 64 * EPSILON, because: 'f32 sums of 8 products' },
  },
  {
    name: 'of one value',
    inputs: [{ shape: [1] }, key],
    build: (x, k) => dropout(x, k, { rate: 0.5, stream: 3 }),
    tolerance,
  },
  {
    name: 'of nearly everything',
    inputs: [{ shape: [7, 65] }, key],
    build: (x, k) => dropout(x, k, { rate: 0.97, stream: 0 }),
    tolerance,
  },
  {
    name: 'twice in a row, each with its own mask',
    inputs: [{ shape: [129] }, key],
    build: (x, k) => dropout(dropout(x, k, { rate: 0.5, stream: 1 }), k, { rate: 0.25, stream: 2 }),
    tolerance: { relative: 8 * EPSILON, because: 'two products with rounded factors' },
  },
];
