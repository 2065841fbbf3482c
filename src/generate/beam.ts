/**
 * Beam search on the device, which keeps scores, back-pointers and the model's state there.
 * Hypotheses are ranked by log-probability / length penalty + coverage penalty (Wu et al. 2016, eq.
 * 14).
 */

import { checkOptions, OptionError } from '../core/errors';
import { dims, lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import { countTo } from '../nn/lengths';
import { topK } from '../ops/argmax/topK';
import { beamStep, NO_BEAM } from '../ops/beamStep/op';
import { add, maximum, minimum } from '../ops/binary/op';
import { concat } from '../ops/concat/op';
import { fill, scale } from '../ops/fill/op';
import { slice } from '../ops/movement/op';
import { sum } from '../ops/reduce/op';
import { less, where } from '../ops/select/op';
import { logSoftmax } from '../ops/softmax/op';
import { log } from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import { type DecodingMethod, hasEnded, type Strategy, type TargetIds, takeRows } from './strategy';

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
  return {
    name: 'beam search',
    width,
    best,
    settings: {},
    reorders: true,
    needsAttention: covers,
    scores: true,
    // Without penalties, ranks only decrease: once the best hypothesis has ended, no other can
    // overtake it.
    doneWith: lengthPenalty === 0 && !covers && best === 1 ? 'first' : 'all',
    states: ({ batch, rows, sourceLength }) => ({
      scores: { dtype: 'f32', shape: [batch, width] },
      ends: { dtype: 'i32', shape: [batch, width, 2] },
      ...(covers ? { coverage: { dtype: 'f32', shape: [rows, sourceLength] } } : {}),
    }),
    start: ({ batch, rows, sourceLength }) => {
      // All beams are equal at first, so that all but one are disabled.
      const others = width === 1 ? [] : [fill([batch, width - 1], NO_BEAM)];
      const scores = concat([fill([batch, 1], 0), ...others], 1);
      const bos = fill([batch, width, 1], ids.bos, 'i32');
      const ends = concat([bos, fill([batch, width, 1], 0, 'i32')], 2);
      return covers ? { scores, ends, coverage: fill([rows, sourceLength], 0) } : { scores, ends };
    },
    choose: ({ logits, token, state, attention, lengths, sizes }) => {
      const { batch, rows } = sizes;
      const k = Math.min(width, Number(lastDim(logits)));
      const top = topK(logSoftmax(logits), { k });
      const shape = [batch, width, k];
      const covered =
        covers && attention
          ? addCoverage(state('coverage'), attention, hasEnded(token, ids))
          : undefined;
      const penalty = covered && coverageOf(covered, lengths, coveragePenalty);
      const next = beamStep(
        { scores: state('scores'), ends: state('ends') },
        reshape(top.values, shape),
        reshape(top.indices, shape),
        { lengthPenalty, eos: ids.eos, pad: ids.pad },
        penalty && reshape(penalty, [batch, width]),
      );
      const origins = reshape(next.origins, [rows]);
      const { scores, ends } = next;
      const tokens = slice(ends, { starts: [0, 0, 0], ends: [batch, width, 1] });
      return {
        token: reshape(tokens, [rows, 1]),
        score: reshape(scores, [rows]),
        origins,
        state: {
          scores,
          ends,
          ...(covered === undefined ? {} : { coverage: takeRows(covered, origins) }),
        },
      };
    },
  };
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
