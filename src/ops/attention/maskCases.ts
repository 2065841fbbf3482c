/** Cases of masks that hide keys and of biases, alone and all together. */
import { type Case, type CaseInput, EPSILON, type Fill } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { bound, gradientBound, key, lengthsOf, maskOf, offsetOf, paddingOf } from './caseParts';
import {
  type AttentionOptions,
  attention,
  crossAttention,
  crossAttentionWeights,
  selfAttention,
} from './op';

const shapes = (q: readonly number[], k: readonly number[], v: readonly number[]) =>
  [q, k, v].map((shape): CaseInput => ({ shape }));

/** q [2,3,8], k and v [2,5,8] with two heads and a mask. */
function masked(name: string, mask: CaseInput): Case {
  return {
    name: `mask ${name}`,
    inputs: [...shapes([2, 3, 8], [2, 5, 8], [2, 5, 8]), mask],
    build: (q, k, v, hidden) => attention(q, k, v, { heads: 2, mask: hidden }).output,
    tolerance: bound(4, 5),
    gradientTolerance: gradientBound(4, 5),
  };
}

/** The same with a bias. */
function biased(name: string, bias: CaseInput, others: Partial<Case> = {}): Case {
  return {
    name: `bias ${name}`,
    inputs: [...shapes([2, 3, 8], [2, 5, 8], [2, 5, 8]), bias],
    build: (q, k, v, added) => attention(q, k, v, { heads: 2, bias: added }).output,
    tolerance: bound(4, 5),
    gradientTolerance: gradientBound(4, 5),
    ...others,
  };
}

const values = (...list: readonly number[]): Fill => ({ kind: 'values', values: list });

const EVERYTHING = {
  padding: paddingOf(['....x..', 'x......']),
  lengths: lengthsOf([7, 5]),
  offset: offsetOf(2),
  mask: maskOf([2, 1, 4, 7], '......x x...... xxxxxxx .x.x.x. ....... x...... ...x... ......x'),
  bias: { shape: [3, 4, 7], fill: { kind: 'outliers', size: 9 } },
} as const satisfies Readonly<Record<string, CaseInput>>;

/** The options of an attention with all of EVERYTHING, in this order, and with dropout. */
function optionsOf(masks: readonly Tensor[], rate: number): AttentionOptions {
  const [keyPadding, keyLengths, queryOffset, mask, bias, drop] = masks;
  const dropout = drop && { rate, key: drop, stream: 2 };
  return { heads: 3, causal: true, keyPadding, keyLengths, queryOffset, mask, bias, dropout };
}

/** All masks, a bias and dropout at once. */
function everything(name: string, sources: readonly CaseInput[], build: Case['build']): Case {
  return {
    name: `all masks and a bias, ${name}`,
    inputs: [...sources, ...Object.values(EVERYTHING), key],
    build,
    tolerance: { relative: 2 * bound(4, 7).relative, because: 'scores to 30 beside those bounds' },
    gradientTolerance: {
      relative: 2 * gradientBound(4, 21).relative,
      because: 'scores to 30 beside those bounds',
    },
  };
}

export const maskCases: readonly Case[] = [
  masked('[T,S], a query that sees nothing', maskOf([3, 5], '.x..x xxxxx ....x')),
  masked('[B,T,S]', maskOf([2, 3, 5], '.x..x ..... x...x xxxxx .xxx. xxxx.')),
  masked('[B,1,T,S]', maskOf([2, 1, 3, 5], '.x..x ..... x...x xxxxx .xxx. xxxx.')),
  masked('[1,H,T,S]', maskOf([1, 2, 3, 5], '.x..x ..... x...x xxxxx .xxx. xxxx.')),
  masked('[B,1,1,S]', maskOf([2, 1, 1, 5], '.x..x xxxx.')),
  masked('[1,1,1,S]', maskOf([1, 1, 1, 5], '.x..x')),
  masked('[T,1], whole queries', maskOf([3, 1], '.x.')),
  {
    ...masked('[B,H,T,S]', { shape: [2, 2, 3, 5], dtype: 'bool' }),
    build: (q, k, v, mask) => {
      const { output, weights } = attention(q, k, v, { heads: 2, mask });
      return [output, weights];
    },
  },
  {
    name: 'mask [B,H,1,S] of heads that share keys',
    inputs: [
      ...shapes([2, 3, 16], [2, 5, 8], [2, 5, 6]),
      maskOf([2, 4, 1, 5], '.x..x ..... x...x xxxxx .xxx. xxxx. x.... ..x..'),
    ],
    build: (q, k, v, mask) => attention(q, k, v, { heads: 4, kvHeads: 2, mask }).output,
    tolerance: bound(4, 5),
    gradientTolerance: gradientBound(4, 10),
  },
  {
    name: 'mask beside lengths, past every tile',
    inputs: [{ shape: [2, 37, 24] }, { shape: [37, 37], dtype: 'bool' }, lengthsOf([37, 20])],
    build: (qkv, mask, keyLengths) => selfAttention(qkv, { heads: 1, mask, keyLengths }),
    tolerance: bound(8, 37),
    gradientTolerance: gradientBound(8, 37),
  },
  {
    name: 'mask and padding of packed keys and values, with weights',
    inputs: [
      { shape: [2, 3, 8] },
      { shape: [2, 5, 16] },
      maskOf([3, 5], '.x... xx... ....x'),
      paddingOf(['...x.', 'x....']),
    ],
    build: (q, kv, mask, keyPadding) => {
      const { output, weights } = crossAttentionWeights(q, kv, { heads: 2, mask, keyPadding });
      return [output, weights];
    },
    tolerance: bound(4, 5),
    gradientTolerance: gradientBound(4, 5),
  },
  biased('[T,S]', { shape: [3, 5] }),
  biased('[H,T,S]', { shape: [2, 3, 5] }),
  biased('[B,H,T,S]', { shape: [2, 2, 3, 5] }),
  biased('[B,1,T,S]', { shape: [2, 1, 3, 5] }),
  biased('[1,H,T,S]', { shape: [1, 2, 3, 5] }),
  biased('[H,1,S]', { shape: [2, 1, 5] }),
  biased(
    '[T,1], which changes nothing',
    { shape: [3, 1] },
    {
      gradientTolerance: {
        relative: gradientBound(4, 5).relative,
        absolute: 20 * 8 * EPSILON,
        because:
          "the bias's gradient is 0: 20 terms of each query cancel, which round to 8 EPSILON",
      },
    },
  ),
  biased(
    'with outliers',
    { shape: [2, 3, 5], fill: { kind: 'outliers', size: 30 } },
    {
      // Scores to 100 carry errors to 1e-5 into exp.
      tolerance: { relative: 2e-5, because: 'scores to 100 round to 1e-5 before exp' },
      gradientTolerance: { relative: 1e-4, because: 'scores to 100 round to 1e-5 before exp' },
    },
  ),
  biased('of -1e9 where a mask would hide', {
    shape: [3, 5],
    fill: values(0, -1e9, 0.5, 0, -1e9, -1e9, -1e9, 0, -1e9, 0, 0, 0, 0, 0, -1e9),
  }),
  biased('of -3e38 and the least f32', {
    shape: [2, 1, 3, 5],
    fill: values(0, -3e38, -3.4028234663852886e38, 0.25, -1),
  }),
  biased('of -Infinity, a query that sees nothing', {
    shape: [3, 5],
    differentiable: false,
    fill: values(0, Number.NEGATIVE_INFINITY, 1, ...Array(7).fill(Number.NEGATIVE_INFINITY), 0.5),
  }),
  {
    name: 'bias of -1e9 for all keys of all queries: equal weights',
    // Scores are smaller than half a unit of 1e9 in the last place, which is 64: rounded away.
    inputs: [
      { shape: [1, 3, 4], fill: values(0) },
      ...shapes([1, 6, 4], [1, 6, 4], []).slice(0, 2),
      { shape: [3, 6], fill: values(-1e9) },
    ],
    build: (q, k, v, bias) => {
      const { output, weights } = attention(q, k, v, { heads: 2, bias });
      return [output, weights];
    },
    tolerance: bound(2, 6),
    gradientTolerance: gradientBound(2, 6),
    // A step of 1e-5 beside 1e9 is lost in float64 too.
    differences: false,
  },
  {
    name: 'bias past every tile, a head each, causal',
    inputs: [{ shape: [2, 34, 48] }, { shape: [2, 34, 34] }],
    build: (qkv, bias) => selfAttention(qkv, { heads: 2, bias, causal: true }),
    tolerance: bound(8, 34),
    gradientTolerance: gradientBound(8, 34),
  },
  {
    name: 'bias of one row over a long cache, groups, padded, with weights',
    inputs: [
      ...shapes([2, 1, 32], [2, 70, 16], [2, 70, 8]),
      { shape: [2, 4, 1, 70] },
      { shape: [2, 70], dtype: 'bool' },
    ],
    build: (q, k, v, bias, keyPadding) => {
      const options = { heads: 4, kvHeads: 2, bias, keyPadding };
      const { output, weights } = attention(q, k, v, options);
      return [output, weights];
    },
    tolerance: bound(8, 70),
    gradientTolerance: gradientBound(8, 140),
  },
  {
    name: 'bias, of which only the weights are read',
    inputs: [...shapes([2, 3, 8], [2, 5, 8], [2, 5, 8]), { shape: [2, 3, 5] }],
    build: (q, k, v, bias) => attention(q, k, v, { heads: 2, bias }).weights,
    tolerance: bound(4, 5),
    gradientTolerance: gradientBound(4, 5),
  },
  {
    name: 'bias and mask of packed keys and values, dropout',
    inputs: [
      { shape: [2, 3, 8] },
      { shape: [2, 5, 16] },
      { shape: [1, 2, 3, 5] },
      maskOf([3, 5], '.x... xx... ....x'),
      key,
    ],
    build: (q, kv, bias, mask, drop) =>
      crossAttention(q, kv, {
        heads: 2,
        bias,
        mask,
        dropout: { rate: 0.5, key: drop, stream: 1 },
      }),
    tolerance: bound(4, 5),
    gradientTolerance: gradientBound(4, 5),
  },
  everything(
    'separate, groups, other values, weights, dropout',
    shapes([2, 4, 12], [2, 7, 4], [2, 7, 5]),
    (q, k, v, ...masks) => {
      const { output, weights } = attention(q, k, v, { ...optionsOf(masks, 0.3), kvHeads: 1 });
      return [output, weights];
    },
  ),
  {
    name: 'positions of each batch row beside a mask and a bias, which become one input',
    inputs: [
      ...shapes([2, 4, 12], [2, 7, 12], [2, 7, 6]),
      offsetOf(3, -1),
      lengthsOf([7, 5]),
      maskOf([4, 7], '..x.... .x.x... x...... ....xx.'),
      { shape: [2, 3, 4, 7] },
      key,
    ],
    build: (q, k, v, queryOffset, keyLengths, mask, bias, drop) => {
      const dropout = { rate: 0.2, key: drop, stream: 1 };
      const masks = { queryOffset, keyLengths, mask, bias, dropout };
      const { output, weights } = attention(q, k, v, { heads: 3, causal: true, ...masks });
      return [output, weights];
    },
    tolerance: bound(4, 7),
    gradientTolerance: gradientBound(4, 21),
  },
  everything(
    'separate, without dropout',
    shapes([2, 4, 12], [2, 7, 12], [2, 7, 6]),
    (q, k, v, ...masks) => attention(q, k, v, optionsOf(masks, 0)).output,
  ),
  everything(
    'packed keys and values, weights, dropout',
    [{ shape: [2, 4, 12] }, { shape: [2, 7, 24] }],
    (q, kv, ...masks) => {
      const { output, weights } = crossAttentionWeights(q, kv, optionsOf(masks, 0.3));
      return [output, weights];
    },
  ),
  {
    name: 'all masks and a bias, packed, dropout',
    inputs: [
      { shape: [2, 5, 36] },
      paddingOf(['....x', 'x....']),
      lengthsOf([5, 3]),
      offsetOf(1),
      maskOf([5, 5], '..... x.... xxxxx .x.x. ...x.'),
      { shape: [3, 5, 5] },
      key,
    ],
    build: (qkv, ...masks) => selfAttention(qkv, optionsOf(masks, 0.3)),
    tolerance: bound(4, 5),
    gradientTolerance: {
      relative: gradientBound(4, 5).relative,
      absolute: 64 * EPSILON,
      because: 'a product of three such results, of which some rows are nearly empty',
    },
  },
];
