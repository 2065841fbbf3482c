/**
 * Beam search on the device, which keeps scores, back-pointers and the model's state there.
 * Hypotheses are ranked by log-probability / length penalty + coverage penalty (Wu et al. 2016, eq.
 * 14).
 */

import { checkOptions, OptionError } from '../core/errors';
import { dims, f32, lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { countTo } from '../nn/lengths';
import { topK } from '../ops/argmax/topK';
import { BEAM_FIELDS, beamStep, NO_BEAM, UNUSED } from '../ops/beamStep/op';
import { add, maximum, minimum, mul } from '../ops/binary/op';
import { fill, scale } from '../ops/fill/op';
import { slice } from '../ops/movement/op';
import { sum } from '../ops/reduce/op';
import { cast, less, where } from '../ops/select/op';
import { logSoftmax } from '../ops/softmax/op';
import { log } from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import { type PathEnd, recordAt, type TargetIds } from './hypotheses';
import { describeScores } from './logProbability';
import {
  type Choice,
  type ChooseCall,
  type DecodingMethod,
  plainStrategy,
  type Strategy,
  takeRows,
} from './strategy';

/** Beam search: extends the most probable hypotheses together. */
export interface BeamOptions {
  readonly kind: 'beam';
  /** Hypotheses that are kept for each sentence, 1 to 32. */
  readonly width: number;
  /**
   * Exponent alpha of the length penalty ((5 + length) / 6)^alpha (default 0, which favours short
   * sentences).
   */
  readonly lengthPenalty?: number;
  /** Factor beta of the penalty for source tokens that got little attention (default 0). */
  readonly coveragePenalty?: number;
  /** Number of hypotheses to return for each sentence, the best first (default 1). */
  readonly best?: number;
}

function check({ width, lengthPenalty = 0, coveragePenalty = 0, best = 1 }: BeamOptions): void {
  if (!(Number.isInteger(width) && width >= 1 && width <= 32)) {
    throw new OptionError(`beam search: width must be a whole number from 1 to 32, found ${width}`);
  }
  for (const [name, value] of Object.entries({ lengthPenalty, coveragePenalty })) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new OptionError(`beam search: ${name} must be 0 or more, found ${value}`);
    }
  }
  if (!(Number.isInteger(best) && best >= 1 && best <= width)) {
    throw new OptionError(`beam search: best must be from 1 to the width ${width}, found ${best}`);
  }
}

/** Beam search, for `decoding: { kind: 'beam', width }`. */
export const beamSearch: DecodingMethod<BeamOptions> = {
  kind: 'beam',
  settingNames: [],
  create: beamStrategy,
};

function beamStrategy(options: BeamOptions, ids: TargetIds): Strategy {
  const known = ['kind', 'width', 'lengthPenalty', 'coveragePenalty', 'best'];
  checkOptions('beam search', options, known);
  check(options);
  const { width, lengthPenalty = 0, coveragePenalty = 0, best = 1 } = options;
  const covers = coveragePenalty > 0;
  const start = constantTensor({
    shape: [1, 2 * width, BEAM_FIELDS.length],
    data: Float64Array.from(
      Array.from({ length: 2 * width }, (_, k) =>
        // All beams are equal at first, so that all but one are unused.
        k === 0 ? [0, 0, ids.bos, 0, 0] : [NO_BEAM, NO_BEAM, ids.pad, 0, 0],
      ).flat(),
    ),
  });
  return {
    ...plainStrategy('beam search', width, (call) => choose(call)),
    best,
    reorders: true,
    needsAttention: covers,
    states: ({ batch, rows, sourceLength }) => ({
      beams: f32(batch, 2 * width, BEAM_FIELDS.length),
      ...(covers ? { coverage: f32(rows, sourceLength) } : {}),
    }),
    start: ({ batch, rows, sourceLength }, _, rest) => {
      const isRest = constantTensor({ shape: [1, 1, 5], data: Float64Array.of(0, 0, 0, 0, 1) });
      const rests = cast(
        slice(reshape(rest, [batch, width, 1]), {
          starts: [0, 0, 0],
          ends: [batch, 1, 1],
        }),
        'f32',
      );
      const beams = add(start, mul(rests, isRest));
      return { beams, ...(covers ? { coverage: fill([rows, sourceLength], 0) } : {}) };
    },
    records: ({ rows }) => ({ scores: f32(rows, 1) }),
    result: 'beams',
    ends: (sentence, steps, beams) => endsOf(sentence, steps, beams),
    describe: describeScores,
  };

  function choose({
    logits,
    open,
    state,
    attention,
    lengths,
    ended,
    sizes: { batch, rows },
  }: ChooseCall): Choice {
    // Of the best tokens of a beam, one may end it.
    const k = Math.min(width + 1, Number(lastDim(logits)));
    const top = topK(open(logSoftmax(logits)), { k });
    const shape = [batch, width, k];
    const covered =
      covers && attention ? addCoverage(state('coverage'), attention, ended) : undefined;
    const penalty = covered && coverageOf(covered, lengths, coveragePenalty);
    const next = beamStep(
      state('beams'),
      reshape(top.values, shape),
      reshape(top.indices, shape),
      { lengthPenalty, best, eos: ids.eos, pad: ids.pad },
      penalty && reshape(penalty, [batch, width]),
    );
    const origins = reshape(next.origins, [rows]);
    return {
      token: reshape(next.tokens, [rows, 1]),
      origins,
      state: {
        beams: next.beams,
        ...(covered === undefined ? {} : { coverage: takeRows(covered, origins) }),
      },
      records: { scores: next.scores },
    };
  }

  /** Of the best live beam, while there is one, and of the finished hypotheses. */
  function endsOf(sentence: number, steps: number, beams: ArrayLike<number>): readonly PathEnd[] {
    const fields = BEAM_FIELDS.length;
    const placeAt = (place: number) => recordAt(beams, sentence * 2 * width + place, fields);
    const [, live = NO_BEAM] = placeAt(0);
    const finished = Array.from({ length: best }, (_, k) => placeAt(width + k)).flatMap(
      ([, score = NO_BEAM, id = ids.pad, length = 0, row = 0]) =>
        score <= UNUSED ? [] : [{ row, steps: length - 1, last: { id, score } }],
    );
    return live <= UNUSED ? finished : [{ row: sentence * width, steps }, ...finished];
  }
}

/** Accumulates the attention weights of each row, except of rows that have ended. */
function addCoverage(before: Tensor, attention: Tensor, ended: Tensor): Tensor {
  return where(ended, before, add(before, attention));
}

/** beta * the sum over the source of log(min(accumulated attention, 1)). @returns [rows] */
function coverageOf(covered: Tensor, lengths: Tensor, beta: number): Tensor {
  const [rows, length] = dims(covered, 2, 'coverage');
  const floor = maximum(covered, fill(covered.shape, 1e-6));
  const logs = log(minimum(floor, fill(covered.shape, 1)));
  const inside = less(reshape(countTo(length), [1, length]), reshape(lengths, [rows, 1]));
  const counted = where(inside, logs, fill(covered.shape, 0));
  return scale(sum(counted, { axis: 1 }), beta);
}
