/** Cases of attention on packed projections. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { bound, gradientBound, key, lengthsOf, offsetOf, paddingOf } from './caseParts';
import {
  type AttentionOptions,
  attention,
  crossAttention,
  crossAttentionWeights,
  selfAttention,
  selfAttentionWeights,
} from './op';

interface SelfCase {
  readonly name: string;
  readonly batch: number;
  readonly rows: number;
  readonly heads: number;
  readonly size: number;
  readonly options?: Partial<AttentionOptions>;
  readonly lengths?: readonly number[];
  readonly fill?: CaseInput['fill'];
}

function self({ name, batch, rows, heads, size, options = {}, lengths, fill }: SelfCase): Case {
  const packed = { shape: [batch, rows, 3 * heads * size], ...(fill ? { fill } : {}) };
  const build = (qkv: Tensor, keyLengths?: Tensor) =>
    selfAttention(qkv, { heads, ...options, keyLengths });
  return {
    name: `self ${name}`,
    inputs: lengths === undefined ? [packed] : [packed, lengthsOf(lengths)],
    build,
    tolerance: bound(size, rows),
    gradientTolerance: {
      relative: 8 * bound(size, rows).relative,
      because: 'a product of three such results, summed over rows',
    },
  };
}

export const packedCases: readonly Case[] = [
  self({ name: 'one row, one channel', batch: 1, rows: 1, heads: 1, size: 1 }),
  self({ name: 'heads of 3', batch: 2, rows: 5, heads: 2, size: 3 }),
  self({
    name: 'heads of 8, causal',
    batch: 2,
    rows: 7,
    heads: 2,
    size: 8,
    options: { causal: true },
  }),
  self({ name: 'padded, one row empty', batch: 3, rows: 6, heads: 2, size: 4, lengths: [6, 0, 3] }),
  self({
    name: 'causal and padded',
    batch: 3,
    rows: 5,
    heads: 1,
    size: 4,
    options: { causal: true },
    lengths: [5, 1, 2],
  }),
  self({ name: 'heads of 32', batch: 3, rows: 11, heads: 4, size: 32, lengths: [11, 4, 9] }),
  self({
    name: 'heads of 64, causal',
    batch: 1,
    rows: 33,
    heads: 2,
    size: 64,
    options: { causal: true },
  }),
  {
    ...self({
      name: 'outlier scores',
      batch: 1,
      rows: 9,
      heads: 2,
      size: 8,
      fill: { kind: 'outliers', size: 12 },
    }),
    // A score of magnitude 50 carries an error of 50 units in the last place into exp.
    tolerance: { relative: 2e-5, because: 'scores to 100 round to 1e-5 before exp' },
    gradientTolerance: { relative: 1e-4, because: 'scores to 100 round to 1e-5 before exp' },
  },
  {
    ...self({
      name: 'scores to thousands, one key takes all',
      batch: 1,
      rows: 6,
      heads: 2,
      size: 4,
      options: { scale: 40 },
      fill: { kind: 'normal', scale: 4 },
    }),
    // Scores to 5000 round to 5000 EPSILON a term before exp; four terms, and lse again.
    tolerance: { relative: 5 * 5000 * EPSILON, because: 'scores to 5000 round before exp' },
    gradientTolerance: {
      relative: 8 * 5 * 5000 * EPSILON,
      because: 'scores to 5000 round before exp, and lse as much',
    },
    differences: false,
  },
  self({
    name: 'heads of 63, causal',
    batch: 1,
    rows: 6,
    heads: 1,
    size: 63,
    options: { causal: true },
  }),
  self({ name: 'heads of 68', batch: 1, rows: 5, heads: 1, size: 68 }),
  self({
    name: 'one head, a row past every tile',
    batch: 2,
    rows: 17,
    heads: 1,
    size: 4,
    lengths: [17, 13],
  }),
  self({
    name: 'long and causal',
    batch: 1,
    rows: 50,
    heads: 1,
    size: 8,
    options: { causal: true },
  }),
  self({ name: 'own scale', batch: 1, rows: 4, heads: 1, size: 4, options: { scale: 0.1 } }),
  {
    name: 'cross, more keys than queries, padded',
    inputs: [{ shape: [2, 3, 8] }, { shape: [2, 7, 16] }, lengthsOf([7, 2])],
    build: (q, kv, keyLengths) => crossAttention(q, kv, { heads: 2, keyLengths }),
    tolerance: bound(4, 7),
  },
  {
    name: 'cross with weights, whose gradient counts too',
    inputs: [{ shape: [2, 3, 8] }, { shape: [2, 5, 16] }, lengthsOf([5, 3])],
    build: (q, kv, keyLengths) => {
      const { output, weights } = crossAttentionWeights(q, kv, { heads: 2, keyLengths });
      return [output, weights];
    },
    tolerance: bound(4, 5),
  },
  {
    name: 'separate, causal, with weights',
    inputs: [{ shape: [2, 4, 6] }, { shape: [2, 4, 6] }, { shape: [2, 4, 6] }],
    build: (q, k, v) => {
      const { output, weights } = attention(q, k, v, { heads: 3, causal: true });
      return [output, weights];
    },
    tolerance: bound(2, 4),
  },
  {
    name: 'one new row over a cache, wide queries',
    inputs: [{ shape: [2, 1, 24] }, { shape: [2, 9, 16] }, offsetOf(5)],
    build: (q, kv, queryOffset) => crossAttention(q, kv, { heads: 2, causal: true, queryOffset }),
    tolerance: bound(4, 9),
  },
  {
    name: 'one new row over a cache, at its own position in each batch row',
    inputs: [{ shape: [3, 1, 24] }, { shape: [3, 9, 16] }, offsetOf(5, 0, 8)],
    build: (q, kv, queryOffset) => crossAttention(q, kv, { heads: 2, causal: true, queryOffset }),
    tolerance: bound(4, 9),
  },
  {
    name: 'three new rows over a cache, at their own positions, with weights and lengths',
    inputs: [
      { shape: [4, 3, 8] },
      { shape: [4, 40, 16] },
      lengthsOf([40, 3, 17, 40]),
      offsetOf(4, -2, 30, 39),
    ],
    build: (q, kv, keyLengths, queryOffset) => {
      const options = { heads: 2, causal: true, keyLengths, queryOffset };
      const { output, weights } = crossAttentionWeights(q, kv, options);
      return [output, weights];
    },
    tolerance: bound(4, 40),
  },
  {
    name: 'many rows at their own positions, with gradients by tiles',
    inputs: [{ shape: [3, 19, 24] }, { shape: [3, 37, 48] }, offsetOf(18, 0, -7)],
    build: (q, kv, queryOffset) => crossAttention(q, kv, { heads: 3, causal: true, queryOffset }),
    tolerance: bound(8, 37),
    gradientTolerance: gradientBound(8, 37),
  },
  {
    name: 'three new rows over a cache',
    inputs: [{ shape: [2, 3, 8] }, { shape: [2, 9, 16] }, offsetOf(4)],
    build: (q, kv, queryOffset) => crossAttention(q, kv, { heads: 2, causal: true, queryOffset }),
    tolerance: bound(4, 9),
  },
  {
    name: 'dropout',
    inputs: [{ shape: [2, 6, 24] }, key],
    build: (qkv, drop) =>
      selfAttention(qkv, { heads: 2, dropout: { rate: 0.3, key: drop, stream: 5 } }),
    tolerance: bound(4, 6),
  },
  {
    name: 'dropout, causal, padded, cross',
    inputs: [{ shape: [2, 5, 8] }, { shape: [2, 7, 16] }, lengthsOf([7, 3]), key],
    build: (q, kv, keyLengths, drop) =>
      crossAttention(q, kv, {
        heads: 2,
        causal: true,
        keyLengths,
        dropout: { rate: 0.5, key: drop, stream: 9 },
      }),
    tolerance: bound(4, 7),
  },
  {
    name: 'dropout and weights, which it does not touch, with lengths',
    inputs: [{ shape: [2, 5, 8] }, { shape: [2, 7, 16] }, lengthsOf([7, 3]), key],
    build: (q, kv, keyLengths, drop) => {
      const { output, weights } = crossAttentionWeights(q, kv, {
        heads: 2,
        keyLengths,
        dropout: { rate: 0.5, key: drop, stream: 9 },
      });
      return [output, weights];
    },
    tolerance: bound(4, 7),
  },
  {
    name: 'only the weights are read',
    inputs: [{ shape: [2, 3, 8] }, { shape: [2, 5, 16] }],
    build: (q, kv) => crossAttentionWeights(q, kv, { heads: 1 }).weights,
    tolerance: bound(8, 5),
  },
  {
    name: 'padding mask with holes, one row all hidden',
    inputs: [{ shape: [3, 6, 24] }, paddingOf(['x..x..', 'xxxxxx', '....x.'])],
    build: (qkv, keyPadding) => selfAttention(qkv, { heads: 2, keyPadding }),
    tolerance: bound(4, 6),
  },
  {
    name: 'padding mask, lengths, causal, with weights',
    inputs: [
      { shape: [3, 6, 24] },
      paddingOf(['x..x..', 'xx....', '....x.']),
      lengthsOf([6, 4, 0]),
    ],
    build: (qkv, keyPadding, keyLengths) => {
      const options = { heads: 2, keyPadding, keyLengths, causal: true };
      const { output, weights } = selfAttentionWeights(qkv, options);
      return [output, weights];
    },
    tolerance: bound(4, 6),
  },
  {
    name: 'separate, odd heads',
    inputs: [{ shape: [2, 4, 9] }, { shape: [2, 5, 9] }, { shape: [2, 5, 9] }],
    build: (q, k, v) => attention(q, k, v, { heads: 3 }).output,
    tolerance: bound(3, 5),
  },
  {
    name: 'separate, masked',
    inputs: [
      { shape: [2, 4, 8] },
      { shape: [2, 5, 8] },
      { shape: [2, 5, 8] },
      paddingOf(['....x', 'x....']),
    ],
    build: (q, k, v, keyPadding) => attention(q, k, v, { heads: 2, keyPadding }).output,
    tolerance: bound(4, 5),
  },
  {
    name: 'one query over one key',
    inputs: [{ shape: [1, 1, 3] }, { shape: [1, 1, 6] }],
    build: (q, kv) => crossAttention(q, kv, { heads: 3 }),
    tolerance: bound(1, 1),
    gradientTolerance: {
      ...bound(1, 1),
      absolute: 4 * 2.5 * EPSILON,
      because: 'the weight is 1: its gradient is a difference of equal terms, divided to 2.5 ulp',
    },
  },
  {
    name: 'one row over a long cache, with weights',
    inputs: [{ shape: [3, 1, 64] }, { shape: [3, 70, 128] }, lengthsOf([70, 0, 33]), offsetOf(68)],
    build: (q, kv, keyLengths, queryOffset) => {
      const options = { heads: 2, causal: true, keyLengths, queryOffset };
      const { output, weights } = crossAttentionWeights(q, kv, options);
      return [output, weights];
    },
    tolerance: bound(32, 70),
  },
  {
    name: 'offset before the first key: some rows see nothing',
    inputs: [{ shape: [1, 6, 4] }, { shape: [1, 5, 8] }, offsetOf(-3)],
    build: (q, kv, queryOffset) => crossAttention(q, kv, { heads: 1, causal: true, queryOffset }),
    tolerance: bound(4, 5),
  },
];
