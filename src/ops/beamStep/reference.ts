/** Float64 reference of a beam step: all continuations of a sentence, sorted, then taken one by one. */
import { defined } from '../../core/errors';
import type { NdArray } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { BEAM_FIELDS, type BeamStepAttrs, NO_BEAM, UNUSED } from './attrs';
import { beamStepOp } from './op';

type Beam = Readonly<Record<(typeof BEAM_FIELDS)[number], number>>;

interface Continuation extends Beam {
  readonly origin: number;
}

const byRank = (a: Beam, b: Beam) => b.rank - a.rank;

function read(beams: NdArray, b: number, k: number): Beam {
  const [rank = 0, score = 0, token = 0, length = 0, rest = 0] = BEAM_FIELDS.map((_, field) =>
    beams.at(b, k, field),
  );
  return { rank, score, token, length, rest };
}

function beamStepReference({
  attrs,
  inputs,
  outputs,
}: ReferenceCall<BeamStepAttrs, [3, 4], 4>): void {
  const [beams, values, choices, coverage] = inputs;
  const [next, tokens, origins, scores] = outputs;
  const { lengthPenalty, best, eos, pad } = attrs;
  const [batch, width, count] = [values.dim(0), values.dim(1), values.dim(2)];
  const penalised = (score: number, length: number) => score / ((5 + length) / 6) ** lengthPenalty;
  const unused: Beam = { rank: NO_BEAM, score: NO_BEAM, token: pad, length: 0, rest: 0 };
  for (let b = 0; b < batch; b++) {
    const continuations: Continuation[] = [];
    const finished = Array.from({ length: width }, (_, k) => read(beams, b, width + k));
    for (let k = 0; k < width; k++) {
      const beam = read(beams, b, k);
      if (beam.score <= UNUSED) continue;
      const origin = b * width + k;
      const covered = coverage?.at(b, k) ?? 0;
      const open = Array.from({ length: count }, (_, c) => c).filter(
        (c) => values.at(b, k, c) > UNUSED,
      );
      if (open.length === 0) {
        const rank = penalised(beam.score, beam.length) + covered;
        finished.push({ ...beam, rank, token: pad, length: beam.length + 1, rest: origin });
      }
      for (const c of open) {
        const score = beam.score + values.at(b, k, c);
        const length = beam.length + 1;
        const rank = penalised(score, length) + covered;
        const token = choices.at(b, k, c);
        continuations.push({ rank, score, token, length, rest: beam.rest - 1, origin });
      }
    }
    continuations.sort(byRank);
    const isLast = ({ token, rest }: Beam) => token === eos || rest <= 0;
    for (const each of continuations.slice(0, width)) {
      if (isLast(each)) finished.push({ ...each, rest: each.origin });
    }
    finished.sort(byRank);
    let live = continuations.filter((each) => !isLast(each)).slice(0, width);
    const reachable = live.map(({ score, length, rest }) => penalised(score, length + rest));
    if (defined(finished[best - 1], 'place').rank >= Math.max(...reachable)) live = [];
    for (let k = 0; k < width; k++) {
      const kept = live[k] ?? unused;
      tokens.set(kept.token, b, k);
      scores.set(kept.score, b, k);
      origins.set(live[k]?.origin ?? b * width + k, b, k);
      BEAM_FIELDS.forEach((field, i) => {
        next.set(kept[field], b, k, i);
        next.set(defined(finished[k], 'place')[field], b, width + k, i);
      });
    }
  }
}

export const references: readonly ReferenceEntry[] = [referenceOf(beamStepOp, beamStepReference)];
