/** The weights of attention in float64, which the references of result and gradient share. */
import { NdArray } from '../../core/ndArray';
import { randomBits } from '../../core/randomBits';
import type { ReferenceCall } from '../../graph/reference';
import { type AttentionAttrs, optionalInputs } from './attrs';

/** Softmax weights [B, H, T, S] of packed inputs, and the factors that dropout puts on them. */
export interface Weights {
  readonly weights: NdArray;
  readonly factors: NdArray;
  readonly logSumExp: NdArray;
}

/** A head's channel of query (part 0), key (1) or value (2) at a row. */
export function readPart(
  inputs: readonly NdArray[],
  { packing, heads, size }: AttentionAttrs,
  part: 0 | 1 | 2,
): (b: number, row: number, h: number, d: number) => number {
  const source = inputs[{ qkv: 0, kv: Math.min(part, 1), none: part }[packing]];
  const column = { qkv: part, kv: Math.max(0, part - 1), none: 0 }[packing] * heads * size;
  return (b, row, h, d) => source?.at(b, row, column + h * size + d) ?? Number.NaN;
}

export function referenceWeights({
  attrs,
  inputs,
}: Pick<ReferenceCall<AttentionAttrs>, 'attrs' | 'inputs'>): Weights {
  const { heads, size, packing } = attrs;
  const [batch, queries] = [inputs[0]?.dim(0) ?? 0, inputs[0]?.dim(1) ?? 0];
  const keys = inputs[packing === 'qkv' ? 0 : 1]?.dim(1) ?? 0;
  const { lengths, padding, offset, key } = optionalInputs(inputs, attrs);
  const [q, k] = [readPart(inputs, attrs, 0), readPart(inputs, attrs, 1)];
  const weights = new NdArray([batch, heads, queries, keys]);
  const factors = new NdArray([batch, heads, queries, keys]);
  const logSumExp = new NdArray([batch, heads, queries]);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < queries; t++) {
        const scores: number[] = [];
        for (let s = 0; s < keys; s++) {
          const late = attrs.causal && s > t + (offset?.flat(0) ?? 0);
          const isPadding = padding !== undefined && padding.at(b, s) !== 0;
          const hidden = late || isPadding || (lengths !== undefined && s >= lengths.at(b));
          let score = 0;
          for (let d = 0; d < size; d++) score += q(b, t, h, d) * k(b, s, h, d);
          scores.push(hidden ? Number.NEGATIVE_INFINITY : score * attrs.scale);
          const row = (b * heads + h) * queries + t;
          const drawn = randomBits(key?.flat(0) ?? 0, attrs.stream, row * keys + s) / 2 ** 32;
          const kept = drawn >= attrs.dropRate ? 1 / (1 - attrs.dropRate) : 0;
          factors.set(attrs.dropRate > 0 ? kept : 1, b, h, t, s);
        }
        const largest = Math.max(...scores);
        if (!Number.isFinite(largest)) continue;
        const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
        logSumExp.set(largest + Math.log(total), b, h, t);
        scores.forEach((score, s) => {
          weights.set(Math.exp(score - largest) / total, b, h, t, s);
        });
      }
    }
  }
  return { weights, factors, logSumExp };
}
