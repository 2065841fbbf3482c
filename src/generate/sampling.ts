/**
 * Sampling from the model's distribution, with temperature, top-k (Fan et al. 2018) and nucleus
 * sampling (Holtzman et al. 2020). A sample is the argmax of the logits plus Gumbel noise.
 */
import { MASKED } from '../../shaders/softmax/forward.wgsl';
import { checkOptions, OptionError } from '../core/errors';
import { randomBits } from '../core/randomBits';
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { argmax } from '../ops/argmax/op';
import { topK } from '../ops/argmax/topK';
import { add, mul } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { slice } from '../ops/movement/op';
import { addGumbel, nucleus } from '../ops/sample/op';
import { less, where } from '../ops/select/op';
import { softmax } from '../ops/softmax/op';
import { reshape } from '../ops/view/op';
import { addLogProbability } from './logProbability';
import { type DecodingMethod, padEnded, type Strategy, type TargetIds } from './strategy';

/** Sampling: draws each token from the model's distribution. */
export interface SampleOptions {
  readonly kind: 'sample';
  /** Divides the logits (default 1); lower values sharpen the distribution. */
  readonly temperature?: number;
  /** Draws from the k most probable tokens, 1 to 64 (default: all tokens). */
  readonly topK?: number;
  /** Draws from the most probable tokens that sum to this probability (default 1: all tokens). */
  readonly topP?: number;
  /** Number of samples for each sentence (default 1). */
  readonly count?: number;
}

const MAX_TOP_K = 64;

function check({ temperature = 1, topK, topP = 1, count = 1 }: SampleOptions): void {
  const fail = (name: string, expected: string, found: unknown): never => {
    throw new OptionError(`sampling: ${name} must be ${expected}, found ${String(found)}`);
  };
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    fail('temperature', "above 0 (for 0, decode with kind 'greedy')", temperature);
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1 && topK <= MAX_TOP_K)) {
    fail('topK', `a whole number from 1 to ${MAX_TOP_K}`, topK);
  }
  if (!(topP > 0 && topP <= 1)) fail('topP', 'above 0 and at most 1', topP);
  if (!(Number.isInteger(count) && count >= 1))
    fail('count', 'a whole number of at least 1', count);
}

/**
 * Sampling, for `decoding: { kind: 'sample' }`. Temperature is a setting: changing it compiles
 * nothing.
 */
export const sampling: DecodingMethod<SampleOptions> = {
  kind: 'sample',
  settingNames: ['temperature'],
  create: sampleStrategy,
};

function sampleStrategy(options: SampleOptions, ids: TargetIds): Strategy {
  checkOptions('sampling', options, ['kind', 'temperature', 'topK', 'topP', 'count']);
  check(options);
  const { temperature = 1, topK, topP = 1, count = 1 } = options;
  return {
    name: 'sampling',
    width: count,
    best: count,
    settings: { sharpness: 1 / temperature },
    reorders: false,
    needsAttention: false,
    scores: true,
    doneWith: 'all',
    states: ({ rows }) => ({
      score: { dtype: 'f32', shape: [rows] },
      key: { dtype: 'i32', shape: [1] },
      sharpness: { dtype: 'f32', shape: [1] },
    }),
    key: (seed) => randomBits(seed, 1, 0),
    start: ({ rows }, inputs) => ({
      score: fill([rows], 0),
      key: inputs('key'),
      sharpness: inputs('sharpness'),
    }),
    choose: (call) => {
      const { logits, token, position, state } = call;
      const scaled = mul(logits, reshape(state('sharpness'), [1, 1]));
      const masked = maskOutsideNucleus(maskBelowTop(scaled, topK), topP);
      // The key includes the position, so that each token draws different random bits.
      const noisy = addGumbel(masked, add(state('key'), position), { stream: 0 });
      const drawn = reshape(argmax(noisy), token.shape);
      const score = addLogProbability(state('score'), call, drawn, ids);
      return { token: padEnded(token, drawn, ids), score, origins: undefined, state: { score } };
    },
  };
}

/** Masks all but the k largest logits of each row [rows, V]. */
function maskBelowTop(logits: Tensor, k: number | undefined): Tensor {
  const [rows, size] = dims(logits, 2, 'logits');
  if (k === undefined || (typeof size === 'number' && k >= size)) return logits;
  const { values } = topK(logits, { k });
  const least = slice(values, { starts: [0, k - 1], ends: [rows, k] });
  return where(less(logits, least), fill(logits.shape, MASKED), logits);
}

/** Masks the logits [rows, V] of tokens outside the nucleus. */
function maskOutsideNucleus(logits: Tensor, mass: number): Tensor {
  if (mass === 1) return logits;
  const [rows] = dims(logits, 2, 'logits');
  const p = softmax(logits);
  const least = reshape(nucleus(p, mass), [rows, 1]);
  return where(less(p, least), fill(logits.shape, MASKED), logits);
}
