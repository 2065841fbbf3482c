/** Float64 reference of a beam step: all candidates of a sentence, sorted. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { BeamStepAttrs } from './attrs';
import { beamStepOp } from './op';

interface Candidate {
  readonly rank: number;
  readonly score: number;
  readonly token: number;
  readonly length: number;
  readonly origin: number;
}

function beamStepReference({
  attrs,
  inputs,
  outputs,
}: ReferenceCall<BeamStepAttrs, [4, 5], 3>): void {
  const [scores, ends, values, choices, coverage] = inputs;
  const [nextScores, nextEnds, origins] = outputs;
  const { lengthPenalty, eos, pad } = attrs;
  const [batch, width, count] = [values.dim(0), values.dim(1), values.dim(2)];
  for (let b = 0; b < batch; b++) {
    const candidates: Candidate[] = [];
    for (let k = 0; k < width; k++) {
      const [token, length] = [ends.at(b, k, 0), ends.at(b, k, 1)];
      const add = (score: number, next: number, long: number): void => {
        const rank = score / ((5 + long) / 6) ** lengthPenalty + (coverage?.at(b, k) ?? 0);
        candidates.push({ rank, score, token: next, length: long, origin: b * width + k });
      };
      if (token === eos || token === pad) add(scores.at(b, k), pad, length);
      else {
        for (let c = 0; c < count; c++) {
          add(scores.at(b, k) + values.at(b, k, c), choices.at(b, k, c), length + 1);
        }
      }
    }
    candidates.sort((x, y) => y.rank - x.rank);
    candidates.slice(0, width).forEach(({ score, token, length, origin }, k) => {
      nextScores.set(score, b, k);
      nextEnds.set(token, b, k, 0);
      nextEnds.set(length, b, k, 1);
      origins.set(origin, b, k);
    });
  }
}

export const references: readonly ReferenceEntry[] = [referenceOf(beamStepOp, beamStepReference)];
