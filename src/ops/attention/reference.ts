/** Float64 reference of attention: the paper's formula, row by row. */
import { dims } from '../../core/shape';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { AttentionAttrs } from './attrs';
import { attentionGradOp } from './backward';
import { attentionOp } from './forward';
import { attentionGradReference } from './gradReference';
import { readPart, referenceWeights } from './referenceWeights';

function attentionReference(call: ReferenceCall<AttentionAttrs, [1, 8], [2, 3]>): void {
  const { attrs, inputs, outputs } = call;
  const [y, saved, given] = outputs;
  const { weights, factors, largest, logTotal } = referenceWeights(call);
  const v = readPart(inputs, attrs, 2);
  const [batch, heads, queries, keys] = dims(weights, 4, 'weights');
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < queries; t++) {
        for (let d = 0; d < attrs.valueSize; d++) {
          let total = 0;
          for (let s = 0; s < keys; s++) {
            total += weights.at(b, h, t, s) * factors.at(b, h, t, s) * v(b, s, h, d);
          }
          y.set(total, b, t, h * attrs.valueSize + d);
        }
        // With a bias, both terms of the log-sum-exp are saved.
        const [top, rest] = [largest.at(b, h, t), logTotal.at(b, h, t)];
        if (attrs.bias === false) saved.set(top + rest, b, h, t);
        else {
          saved.set(top, b, h, t, 0);
          saved.set(rest, b, h, t, 1);
        }
      }
    }
  }
  given?.data.set(weights.data);
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(attentionOp, attentionReference),
  referenceOf(attentionGradOp, attentionGradReference),
];
