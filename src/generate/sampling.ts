/**
 * Sampling from the model's distribution, with temperature and truncation. A sample is the argmax of
 * the logits plus Gumbel noise.
 */
import { checkOptions, OptionError } from '../core/errors';
import { randomBits } from '../core/randomBits';
import { f32, i32 } from '../core/shape';
import { argmax } from '../ops/argmax/op';
import { mul } from '../ops/binary/op';
import { addGumbel } from '../ops/sample/op';
import { increment } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import type { TargetIds } from './hypotheses';
import { withScores } from './logProbability';
import { optionsKey } from './optionsKey';
import { type DecodingMethod, padEnded, plainStrategy, type Strategy } from './strategy';
import { checkTruncation, TRUNCATIONS, type Truncation, truncated } from './truncation';

/** Sampling: draws each token from the model's distribution. */
export interface SampleOptions extends Truncation {
  readonly kind: 'sample';
  /** Divides the logits (default 1); lower values sharpen the distribution. */
  readonly temperature?: number;
  /** Number of samples for each sentence (default 1). */
  readonly count?: number;
}

function check(options: SampleOptions): void {
  const { temperature = 1, count = 1 } = options;
  const fail = (name: string, expected: string, found: unknown): never => {
    throw new OptionError(`sampling: ${name} must be ${expected}, found ${String(found)}`);
  };
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    fail('temperature', "above 0 (for 0, decode with kind 'greedy')", temperature);
  }
  checkTruncation('sampling', options);
  if (!(Number.isInteger(count) && count >= 1))
    fail('count', 'a whole number of at least 1', count);
}

/**
 * Sampling, for `decoding: { kind: 'sample' }`. Temperature is a setting: changing it compiles
 * nothing.
 */
export const sampling: DecodingMethod<SampleOptions> = {
  kind: 'sample',
  create: sampleStrategy,
};

function sampleStrategy(options: SampleOptions, ids: TargetIds): Strategy {
  checkOptions('sampling', options, ['kind', 'temperature', 'count', ...TRUNCATIONS]);
  check(options);
  const { temperature = 1, count = 1 } = options;
  const plain = plainStrategy(optionsKey(options, ['temperature']), count, ids, (call) => {
    const { token, state } = call;
    const scaled = mul(call.open(call.logits), reshape(state('sharpness'), [1, 1]));
    const noisy = addGumbel(truncated(scaled, options), state('key'), { stream: 0 });
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
