/** Float64 reference of attention: the paper's formula, row by row. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { AttentionAttrs } from './attrs';
import { attentionGradOp } from './backward';
import { attentionOp } from './forward';
import { attentionGradReference } from './gradReference';
import { readPart, referenceWeights } from './referenceWeights';

function attentionReference(call: ReferenceCall<AttentionAttrs>): void {
  const { attrs, inputs, outputs } = call;
  const [y, saved, given] = outputs;
  const { weights, factors, largest, logTotal } = referenceWeights(call);
  const v = readPart(inputs, attrs, 2);
  const [batch, heads, queries, keys] = [0, 1, 2, 3].map((axis) => weights.dim(axis));
  for (let b = 0; b < (batch ?? 0); b++) {
    for (let h = 0; h < (heads ?? 0); h++) {
      for (let t = 0; t < (queries ?? 0); t++) {
        for (let d = 0; d < attrs.valueSize; d++) {
          let total = 0;
          for (let s = 0; s < (keys ?? 0); s++) {
            total += weights.at(b, h, t, s) * factors.at(b, h, t, s) * v(b, s, h, d);
          }
          y?.set(total, b, t, h * attrs.valueSize + d);
        }
        // With a bias, both terms of the log-sum-exp are saved.
        const terms = [largest.at(b, h, t), logTotal.at(b, h, t)];
        if (attrs.bias === false) saved?.set((terms[0] ?? 0) + (terms[1] ?? 0), b, h, t);
        else
          terms.forEach((term, i) => {
            saved?.set(term, b, h, t, i);
          });
      }
    }
  }
  given?.data.set(weights.data);
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(attentionOp, attentionReference),
  referenceOf(attentionGradOp, attentionGradReference),
];
