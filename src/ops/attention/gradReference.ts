/** Float64 reference of attention's gradient: the chain rule through softmax, term by term. */
import { NdArray } from '../../core/ndArray';
import type { ReferenceCall } from '../../graph/reference';
import type { AttentionAttrs } from './attrs';
import { readPart, referenceWeights } from './referenceWeights';

export function attentionGradReference(call: ReferenceCall<AttentionAttrs>): void {
  const { attrs, inputs, outputs } = call;
  const { heads, size, packing, scale } = attrs;
  const given = attrs.weights ? inputs.at(-1) : undefined;
  const dy = inputs[inputs.length - (attrs.weights ? 2 : 1)];
  const { weights, factors } = referenceWeights(call);
  const [batch, queries, keys] = [weights.dim(0), weights.dim(2), weights.dim(3)];
  const [q, k, v] = [
    readPart(inputs, attrs, 0),
    readPart(inputs, attrs, 1),
    readPart(inputs, attrs, 2),
  ];
  const model = heads * size;
  const [dq, second, third] = outputs;
  const [dk, keyColumn] = packing === 'qkv' ? [dq, model] : [second, 0];
  const [dv, valueColumn] = packing === 'none' ? [third, 0] : [dk, keyColumn + model];
  const scores = new NdArray(weights.shape);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < queries; t++) {
        const dWeights: number[] = [];
        for (let s = 0; s < keys; s++) {
          let product = 0;
          for (let d = 0; d < size; d++)
            product += (dy?.at(b, t, h * size + d) ?? 0) * v(b, s, h, d);
          dWeights.push(product * factors.at(b, h, t, s) + (given?.at(b, h, t, s) ?? 0));
        }
        const mean = dWeights.reduce((sum, dw, s) => sum + dw * weights.at(b, h, t, s), 0);
        dWeights.forEach((dw, s) => {
          scores.set(weights.at(b, h, t, s) * (dw - mean) * scale, b, h, t, s);
        });
        for (let s = 0; s < keys; s++) {
          const ds = scores.at(b, h, t, s);
          const p = weights.at(b, h, t, s) * factors.at(b, h, t, s);
          for (let d = 0; d < size; d++) {
            const c = h * size + d;
            dq?.add(ds * k(b, s, h, d), b, t, c);
            dk?.add(ds * q(b, t, h, d), b, s, keyColumn + c);
            dv?.add(p * (dy?.at(b, t, c) ?? 0), b, s, valueColumn + c);
          }
        }
      }
    }
  }
}
