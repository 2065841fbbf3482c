/** Cases of attention's heads: values of another size than keys, groups that share keys and values. */
import type { Case, CaseInput } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { bound, gradientBound, key, lengthsOf, offsetOf, paddingOf } from './caseParts';
import { type AttentionOptions, attention, crossAttention, selfAttention } from './op';

interface HeadCase {
  readonly name: string;
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly kvHeads?: number;
  /** Channels of a key's head, and of a value's. */
  readonly sizes: readonly [number, number];
  readonly options?: Partial<AttentionOptions>;
  /** Also give the weights. */
  readonly weights?: boolean;
  readonly more?: Readonly<Partial<Record<'keyLengths' | 'keyPadding' | 'queryOffset', CaseInput>>>;
}

/** Attention of separate q, k and v. */
function separate(item: HeadCase): Case {
  const { name, batch, queries, keys, heads, kvHeads = heads, sizes, options, more = {} } = item;
  const [size, valueSize] = sizes;
  const names = Object.keys(more);
  return {
    name: `heads: ${name}`,
    inputs: [
      { shape: [batch, queries, heads * size] },
      { shape: [batch, keys, kvHeads * size] },
      { shape: [batch, keys, kvHeads * valueSize] },
      ...Object.values(more),
    ],
    build: (q: Tensor, k: Tensor, v: Tensor, ...others: readonly Tensor[]) => {
      const masks = Object.fromEntries(names.map((each, i) => [each, others[i]]));
      const { output, weights } = attention(q, k, v, { heads, kvHeads, ...options, ...masks });
      return item.weights === true ? [output, weights] : output;
    },
    tolerance: bound(Math.max(size, valueSize), keys),
    gradientTolerance: gradientBound(Math.max(size, valueSize), keys * (heads / kvHeads)),
  };
}

export const headCases: readonly Case[] = [
  separate({
    name: 'one of everything but two channels of a value',
    batch: 1,
    queries: 1,
    keys: 1,
    heads: 1,
    sizes: [1, 2],
  }),
  separate({
    name: 'no keys',
    batch: 2,
    queries: 3,
    keys: 0,
    heads: 2,
    sizes: [4, 3],
    weights: true,
  }),
  separate({ name: 'no queries', batch: 2, queries: 0, keys: 3, heads: 2, sizes: [4, 3] }),
  separate({
    name: 'values twice as wide as keys',
    batch: 2,
    queries: 5,
    keys: 6,
    heads: 2,
    sizes: [4, 8],
  }),
  separate({
    name: 'values narrower than keys and odd, causal, padded',
    batch: 2,
    queries: 6,
    keys: 6,
    heads: 2,
    sizes: [8, 3],
    options: { causal: true },
    more: { keyPadding: paddingOf(['x..x..', '....xx']) },
  }),
  separate({
    name: 'odd keys, values in fours, a row without keys',
    batch: 3,
    queries: 4,
    keys: 7,
    heads: 3,
    sizes: [3, 8],
    weights: true,
    more: { keyLengths: lengthsOf([7, 0, 5]) },
  }),
  separate({
    name: 'values of 5 channels beside keys of 2, past every tile',
    batch: 1,
    queries: 19,
    keys: 23,
    heads: 1,
    sizes: [2, 5],
  }),
  separate({
    name: 'two groups of two',
    batch: 2,
    queries: 5,
    keys: 7,
    heads: 4,
    kvHeads: 2,
    sizes: [4, 4],
  }),
  separate({
    name: 'one head of keys for three of queries, causal over a cache, weights',
    batch: 2,
    queries: 3,
    keys: 9,
    heads: 3,
    kvHeads: 1,
    sizes: [4, 4],
    options: { causal: true },
    weights: true,
    more: { queryOffset: offsetOf(4) },
  }),
  separate({
    name: 'groups of three past every tile, other values',
    batch: 2,
    queries: 21,
    keys: 18,
    heads: 6,
    kvHeads: 2,
    sizes: [8, 12],
    options: { causal: true },
    more: { keyLengths: lengthsOf([18, 11]) },
  }),
  separate({
    name: 'groups of one row over a long cache',
    batch: 2,
    queries: 1,
    keys: 67,
    heads: 8,
    kvHeads: 2,
    sizes: [16, 8],
    options: { causal: true },
    more: { queryOffset: offsetOf(50) },
  }),
  {
    name: 'heads: groups with dropout',
    inputs: [{ shape: [2, 5, 16] }, { shape: [2, 6, 8] }, { shape: [2, 6, 6] }, key],
    build: (q, k, v, drop) =>
      attention(q, k, v, {
        heads: 4,
        kvHeads: 2,
        dropout: { rate: 0.4, key: drop, stream: 3 },
      }).output,
    tolerance: bound(4, 6),
    gradientTolerance: gradientBound(4, 12),
  },
  {
    name: 'heads: packed groups, causal',
    inputs: [{ shape: [2, 6, 24] }],
    build: (qkv) => selfAttention(qkv, { heads: 4, kvHeads: 1, causal: true }),
    tolerance: bound(4, 6),
    gradientTolerance: gradientBound(4, 24),
  },
  {
    name: 'heads: packed keys and values of groups, wide queries',
    inputs: [{ shape: [2, 3, 40] }, { shape: [2, 7, 20] }, lengthsOf([7, 4])],
    build: (q, kv, keyLengths) => crossAttention(q, kv, { heads: 6, kvHeads: 2, keyLengths }),
    tolerance: bound(5, 7),
    gradientTolerance: gradientBound(5, 21),
  },
];
