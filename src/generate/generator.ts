/**
 * Compiles a decodable model to a function from lists of ids to the best generated sequence of
 * each.
 */
import { InputError } from '../core/errors';
import type { Device } from '../gpu/device';
import type { Decodable } from '../models/model';
import type { ParameterStore } from '../nn/parameterStore';
import { type DecodeOptions, Decoder, type DecoderOptions } from './decoder';
import type { Hypothesis } from './hypotheses';
import { padIds } from './prompts';

/** Options of a generator, for which it is compiled. */
export interface GeneratorOptions extends Omit<DecoderOptions, 'maxBatch'> {
  /** Largest number of sources in one call (default 1). */
  readonly maxBatch?: number;
}

/** Generates sequences from sources. Concurrent calls run one after the other. */
export interface GenerateFunction {
  /**
   * @param sources ids of each source, at least one each, all within the source vocabulary
   * @returns the best hypothesis of each source
   * @throws InputError for sources that do not fit; AbortedError; DeviceLostError
   */
  (
    sources: readonly (readonly number[])[],
    options?: DecodeOptions,
  ): Promise<readonly Hypothesis[]>;
  /** The decoder, whose `decode` returns all hypotheses of a beam search or of several samples. */
  readonly decoder: Decoder;
  /** Frees the decoder; the parameters stay. Idempotent. */
  dispose(): void;
}

/**
 * Compiles the decoding of a model, greedy by default.
 * @param parameters those of a trainer, or uploaded by `ParameterStore.create`
 * @throws OptionError for a decoding that the model does not support; DeviceError
 */
export async function compileGenerator(
  device: Device,
  model: Decodable,
  parameters: ParameterStore,
  options: GeneratorOptions,
): Promise<GenerateFunction> {
  const { maxBatch = 1, ids } = options;
  parameters.assertUsable();
  const { layout, states } = parameters;
  const decoder = await Decoder.create(device, model, layout, states, { ...options, maxBatch });
  // The decoder's state serves one call at a time.
  let last: Promise<unknown> = Promise.resolve();
  const generate = (
    sources: readonly (readonly number[])[],
    callOptions: DecodeOptions = {},
  ): Promise<readonly Hypothesis[]> => {
    const run = async () => {
      parameters.assertUsable();
      checkSources(sources, maxBatch);
      const { source, lengths } = padIds(sources, ids.pad);
      const found = await decoder.decode(source, lengths, callOptions);
      return found.flatMap((hypotheses) => hypotheses.slice(0, 1));
    };
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };
  return Object.assign(generate, { decoder, dispose: () => decoder.dispose() });
}

/** @throws InputError for no source, too many, or an empty one */
function checkSources(sources: readonly (readonly number[])[], maxBatch: number): void {
  if (sources.length === 0 || sources.length > maxBatch) {
    throw new InputError(
      `generate: expected 1 to ${maxBatch} sources, found ${sources.length}; raise maxBatch?`,
    );
  }
  const empty = sources.findIndex((ids) => ids.length === 0);
  if (empty >= 0)
    throw new InputError(`generate: source ${empty} is empty; give it at least one id`);
}
