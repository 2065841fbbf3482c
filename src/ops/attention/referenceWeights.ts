/** The weights of attention in float64, for the references of the result and of the gradient. */
import type { PairAxes } from '../../../shaders/attention/spec';
import { defined } from '../../core/errors';
import { NdArray } from '../../core/ndArray';
import { randomBits } from '../../core/randomBits';
import type { ReferenceCall } from '../../graph/reference';
import { type AttentionAttrs, optionalInputs } from './attrs';

/** Softmax weights [B, H, T, S], and the factors that dropout multiplies them by. */
export interface Weights {
  readonly weights: NdArray;
  readonly factors: NdArray;
  /** The largest score of each row [B, H, T], and the logarithm of its sum of exp(score - largest). */
  readonly largest: NdArray;
  readonly logTotal: NdArray;
}

/** A bias at or below this hides the key. */
const HIDING_BIAS = -3.4e38;

/** A channel of a row of the query (part 0), key (1) or value (2), for query head h. */
export function readPart(
  inputs: readonly NdArray[],
  attrs: AttentionAttrs,
  part: 0 | 1 | 2,
): (b: number, row: number, h: number, d: number) => number {
  const source = defined(inputs[placeOf(attrs.packing, part)], 'source');
  const column = partColumn(attrs, part);
  return (b, row, h, d) => source.at(b, row, column(h) + d);
}

/** The number of the tensor that holds queries (part 0), keys (1) or values (2). */
export function placeOf(packing: AttentionAttrs['packing'], part: 0 | 1 | 2): number {
  return { qkv: 0, kv: Math.min(part, 1), none: part }[packing];
}

/** The first column of the part, in its tensor, for query head h. */
export function partColumn(
  { packing, heads, kvHeads, size, valueSize }: AttentionAttrs,
  part: 0 | 1 | 2,
): (h: number) => number {
  const before = {
    qkv: [0, heads * size, (heads + kvHeads) * size] as const,
    kv: [0, 0, kvHeads * size] as const,
    none: [0, 0, 0] as const,
  }[packing][part];
  const group = part === 0 ? 1 : heads / kvHeads;
  const width = part === 2 ? valueSize : size;
  return (h) => before + Math.floor(h / group) * width;
}

/** The single value of an optional input: 0 where there is none. */
const first = (x: NdArray | undefined): number => (x === undefined ? 0 : x.flat(0));

/** The value at (b, h, t, s) of a tensor that is broadcast along its axes of size 1. */
function readPair(
  pairs: NdArray | undefined,
  axes: PairAxes,
): (b: number, h: number, t: number, s: number) => number {
  if (pairs === undefined) return () => 0;
  const own = axes === false ? [] : axes;
  const [ofBatch, ofHeads, ofQueries] = [
    own.includes('batch'),
    own.includes('heads'),
    own.includes('queries'),
  ];
  return (b, h, t, s) => pairs.at(ofBatch ? b : 0, ofHeads ? h : 0, ofQueries ? t : 0, s);
}

export function referenceWeights({
  attrs,
  inputs,
}: Pick<ReferenceCall<AttentionAttrs, [1, 12]>, 'attrs' | 'inputs'>): Weights {
  const { heads, size, packing } = attrs;
  const [batch, queries] = [inputs[0].dim(0), inputs[0].dim(1)];
  const keys = defined(inputs[placeOf(packing, 1)], 'keys').dim(1);
  const { lengths, mask, bias, offset, key } = optionalInputs(inputs, attrs);
  const [q, k] = [readPart(inputs, attrs, 0), readPart(inputs, attrs, 1)];
  const [masked, biased] = [readPair(mask, attrs.mask), readPair(bias, attrs.bias)];
  const weights = new NdArray([batch, heads, queries, keys]);
  const factors = new NdArray([batch, heads, queries, keys]);
  const rows = [batch, heads, queries];
  const [maxima, logTotal] = [new NdArray(rows), new NdArray(rows)];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < queries; t++) {
        const scores: number[] = [];
        for (let s = 0; s < keys; s++) {
          const late = attrs.causal && s > t + (offset?.at(attrs.offset === 'each' ? b : 0) ?? 0);
          const past = lengths !== undefined && s >= lengths.at(b);
          const added = biased(b, h, t, s);
          const hidden = late || past || masked(b, h, t, s) !== 0 || added <= HIDING_BIAS;
          let score = 0;
          for (let d = 0; d < size; d++) score += q(b, t, h, d) * k(b, s, h, d);
          scores.push(hidden ? Number.NEGATIVE_INFINITY : score * attrs.scale + added);
          const row = (b * heads + h) * queries + t;
          const drawn = randomBits(first(key), attrs.stream, row * keys + s) / 2 ** 32;
          const kept = drawn >= attrs.dropRate ? 1 / (1 - attrs.dropRate) : 0;
          factors.set(attrs.dropRate > 0 ? kept : 1, b, h, t, s);
        }
        const largest = Math.max(...scores);
        if (!Number.isFinite(largest)) continue;
        const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
        maxima.set(largest, b, h, t);
        logTotal.set(Math.log(total), b, h, t);
        scores.forEach((score, s) => {
          weights.set(Math.exp(score - largest) / total, b, h, t, s);
        });
      }
    }
  }
  return { weights, factors, largest: maxima, logTotal };
}
