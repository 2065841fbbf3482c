/**
 * Sampling from the model's distribution, with temperature, top-k (Fan et al. 2018) and nucleus
 * sampling (Holtzman et al. 2020). A sample is the argmax of the logits plus Gumbel noise.
 */
import { MASKED } from '../../shaders/softmax/forward.wgsl';
import { checkOptions, OptionError } from '../core/errors';
import { randomBits } from '../core/randomBits';
import { dims, f32, i32 } from '../core/shape';
import type { Tensor } from '../graph/op';
import { argmax } from '../ops/argmax/op';
import { topK } from '../ops/argmax/topK';
import { mul } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { slice } from '../ops/movement/op';
import { addGumbel, nucleus } from '../ops/sample/op';
import { less, where } from '../ops/select/op';
import { softmax } from '../ops/softmax/op';
import { increment } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import type { TargetIds } from './hypotheses';
import { withScores } from './logProbability';
import { type DecodingMethod, padEnded, plainStrategy, type Strategy } from './strategy';

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
  const plain = plainStrategy('sampling', count, (call) => {
    const { token, state } = call;
    const scaled = mul(call.open(call.logits), reshape(state('sharpness'), [1, 1]));
    const masked = maskOutsideNucleus(maskBelowTop(scaled, topK), topP);
    const noisy = addGumbel(masked, state('key'), { stream: 0 });
    const drawn = reshape(argmax(noisy), token.shape);
    return {
      token: padEnded(call, drawn, ids),
      origins: undefined,
      // Another key for each token.
      state: { key: increment(state('key')) },
      records: {},
    };
  });
  const settings = { key: i32(1), sharpness: f32(1) };
  const sampled: Strategy = {
    ...plain,
    states: () => settings,
    inputs: () => settings,
    values: ({ seed }) => ({
      key: { shape: [1], data: Int32Array.of(randomBits(seed, 1, 0)) },
      sharpness: { shape: [1], data: Float32Array.of(1 / temperature) },
    }),
    start: (_, inputs) => ({ key: inputs('key'), sharpness: inputs('sharpness') }),
  };
  return withScores(sampled, ids);
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
