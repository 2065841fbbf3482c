/** Float64 references of additive attention and its gradients: one score at a time. */
import type { Attrs } from '../../graph/op';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { AdditiveAttrs, AttendGradAttrs } from './attrs';
import { attendGradOp, scoresGradOp } from './grad';
import { additiveAttentionOp } from './op';

function additiveReference({ inputs, outputs }: ReferenceCall<AdditiveAttrs, [4, 5], 2>): void {
  const [query, keys, energy, values, lengths] = inputs;
  const [context, weights] = outputs;
  const [batch, count, size] = [keys.dim(0), keys.dim(1), keys.dim(2)];
  for (let b = 0; b < batch; b++) {
    const seen = Math.min(count, Math.max(0, lengths?.at(b) ?? count));
    const scores = Array.from({ length: seen }, (_, s) => {
      let score = 0;
      for (let i = 0; i < size; i++) {
        score += energy.at(i) * Math.tanh(query.at(b, i) + keys.at(b, s, i));
      }
      return score;
    });
    const top = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - top));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, s) => {
      weights.set(power / total, b, s);
      for (let d = 0; d < values.dim(2); d++) {
        context.add((power / total) * values.at(b, s, d), b, d);
      }
    });
  }
}

/** Inputs: dcontext, weights, values, and a gradient of the weights. Outputs: dscores, dvalues. */
function attendGradReference({ inputs, outputs }: ReferenceCall<AttendGradAttrs, [3, 4], 2>): void {
  const [dcontext, weights, values, dweights] = inputs;
  const [dscores, dvalues] = outputs;
  const [batch, count, size] = [values.dim(0), values.dim(1), values.dim(2)];
  for (let b = 0; b < batch; b++) {
    const own = Array.from({ length: count }, (_, s) => {
      let sum = dweights?.at(b, s) ?? 0;
      for (let d = 0; d < size; d++) {
        sum += dcontext.at(b, d) * values.at(b, s, d);
        dvalues.set(weights.at(b, s) * dcontext.at(b, d), b, s, d);
      }
      return sum;
    });
    const mean = own.reduce((sum, value, s) => sum + value * weights.at(b, s), 0);
    own.forEach((value, s) => {
      dscores.set(weights.at(b, s) * (value - mean), b, s);
    });
  }
}

/** Inputs: dscores, query, keys, energy. Outputs: dquery, dkeys, and denergy of each row. */
function scoresGradReference({ inputs, outputs }: ReferenceCall<Attrs, 4, 3>): void {
  const [dscores, query, keys, energy] = inputs;
  const [dquery, dkeys, denergy] = outputs;
  const [batch, count, size] = [keys.dim(0), keys.dim(1), keys.dim(2)];
  for (let b = 0; b < batch; b++) {
    for (let s = 0; s < count; s++) {
      for (let i = 0; i < size; i++) {
        const squashed = Math.tanh(query.at(b, i) + keys.at(b, s, i));
        const dkey = dscores.at(b, s) * energy.at(i) * (1 - squashed ** 2);
        dkeys.set(dkey, b, s, i);
        dquery.add(dkey, b, i);
        denergy.add(dscores.at(b, s) * squashed, b, i);
      }
    }
  }
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(additiveAttentionOp, additiveReference),
  referenceOf(attendGradOp, attendGradReference),
  referenceOf(scoresGradOp, scoresGradReference),
];
