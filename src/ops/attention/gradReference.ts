/** Float64 reference of attention's gradient: the chain rule through softmax, term by term. */
import { defined } from '../../core/errors';
import { NdArray } from '../../core/ndArray';
import type { ReferenceCall } from '../../graph/reference';
import { type AttentionAttrs, SOURCE_COUNT } from './attrs';
import { partColumn, placeOf, readPart, referenceWeights } from './referenceWeights';

export function attentionGradReference(call: ReferenceCall<AttentionAttrs, [1, 12], [1, 4]>): void {
  const { attrs, inputs, outputs } = call;
  const { size, valueSize, packing } = attrs;
  const dy = defined(inputs.at(attrs.weights ? -2 : -1), 'dy');
  const { weights, factors } = referenceWeights(call);
  const scores = scoreGradients(call, weights, factors);
  const [batch, heads] = [weights.dim(0), weights.dim(1)];
  const [queries, keys] = [weights.dim(2), weights.dim(3)];
  const [q, k] = [readPart(inputs, attrs, 0), readPart(inputs, attrs, 1)];
  const to = (part: 0 | 1 | 2) => defined(outputs[placeOf(packing, part)], 'gradient');
  const [dq, dk, dv] = [to(0), to(1), to(2)];
  const [ofQuery, ofKey, ofValue] = [
    partColumn(attrs, 0),
    partColumn(attrs, 1),
    partColumn(attrs, 2),
  ];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < queries; t++) {
        for (let s = 0; s < keys; s++) {
          const ds = scores.at(b, h, t, s) * attrs.scale;
          const p = weights.at(b, h, t, s) * factors.at(b, h, t, s);
          for (let d = 0; d < size; d++) {
            dq.add(ds * k(b, s, h, d), b, t, ofQuery(h) + d);
            dk.add(ds * q(b, t, h, d), b, s, ofKey(h) + d);
          }
          for (let d = 0; d < valueSize; d++) {
            dv.add(p * dy.at(b, t, h * valueSize + d), b, s, ofValue(h) + d);
          }
        }
      }
    }
  }
  const dbias = attrs.bias === false ? undefined : outputs[SOURCE_COUNT[packing]];
  if (dbias !== undefined) sumInto(dbias, scores);
}

/** Gradients of the scores after scale and bias [B, H, T, S]. */
function scoreGradients(
  { attrs, inputs }: ReferenceCall<AttentionAttrs>,
  weights: NdArray,
  factors: NdArray,
): NdArray {
  const given = attrs.weights ? inputs.at(-1) : undefined;
  const dy = defined(inputs.at(attrs.weights ? -2 : -1), 'dy');
  const v = readPart(inputs, attrs, 2);
  const scores = new NdArray(weights.shape);
  for (let b = 0; b < weights.dim(0); b++) {
    for (let h = 0; h < weights.dim(1); h++) {
      for (let t = 0; t < weights.dim(2); t++) {
        const dWeights: number[] = [];
        for (let s = 0; s < weights.dim(3); s++) {
          let product = 0;
          for (let d = 0; d < attrs.valueSize; d++) {
            product += dy.at(b, t, h * attrs.valueSize + d) * v(b, s, h, d);
          }
          dWeights.push(product * factors.at(b, h, t, s) + (given?.at(b, h, t, s) ?? 0));
        }
        const mean = dWeights.reduce((sum, dw, s) => sum + dw * weights.at(b, h, t, s), 0);
        dWeights.forEach((dw, s) => {
          scores.set(weights.at(b, h, t, s) * (dw - mean), b, h, t, s);
        });
      }
    }
  }
  return scores;
}

/** Sums over broadcast axes: adds each element to the one of [B or 1, H or 1, T or 1, S] that it came from. */
function sumInto(target: NdArray, pairs: NdArray): void {
  const inside = (axis: number, i: number) => (target.dim(axis) === 1 ? 0 : i);
  for (let b = 0; b < pairs.dim(0); b++) {
    for (let h = 0; h < pairs.dim(1); h++) {
      for (let t = 0; t < pairs.dim(2); t++) {
        for (let s = 0; s < pairs.dim(3); s++) {
          target.add(pairs.at(b, h, t, s), inside(0, b), inside(1, h), inside(2, t), s);
        }
      }
    }
  }
}
