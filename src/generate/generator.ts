/** A decodable model as a function: lists of ids in, the best continuation of each out. */
import { InputError } from '../core/errors';
import type { Device } from '../gpu/device';
import type { Decodable } from '../models/model';
import type { ParameterStore } from '../nn/parameterStore';
import { type DecodeOptions, Decoder, type DecoderOptions } from './decoder';
import type { Hypothesis } from './hypotheses';
import { padIds } from './prompts';

/** What a generator is compiled for. */
export interface GeneratorOptions extends Omit<DecoderOptions, 'maxBatch'> {
  /** Most sources in one call (default 1). */
  readonly maxBatch?: number;
}

/** Writes from sources; calls run one after the other. */
export interface GenerateFunction {
  /**
   * @param sources ids of each source as the model reads them: none empty, all within its vocabulary
   * @returns the best hypothesis of each
   * @throws InputError for sources that the model cannot read; AbortedError; DeviceLostError
   */
  (
    sources: readonly (readonly number[])[],
    options?: DecodeOptions,
  ): Promise<readonly Hypothesis[]>;
  /** What runs; gives all hypotheses of beams and samples. */
  readonly decoder: Decoder;
  /** Frees what was made here; the parameters stay. Harmless twice. */
  dispose(): void;
}

/**
 * Compiles the decoding of a model: greedy, unless `decoding` says otherwise.
 * @param parameters of a trainer, or uploaded by `ParameterStore.create`
 * @throws OptionError for a way of decoding that the model cannot do; DeviceError
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
  // A decoder's state is of one call at a time.
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
