/** A decodable model as a function: lists of ids in, the best continuation of each out. */
import { InputError } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import type { Device } from '../gpu/device';
import type { Decodable } from '../models/model';
import type { ParameterStore } from '../nn/parameterStore';
import { type DecodeOptions, Decoder, type DecoderOptions } from './decoder';
import type { Hypothesis } from './hypotheses';

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
      const { source, lengths } = sourceBatch(sources, ids.pad, maxBatch);
      const found = await decoder.decode(source, lengths, callOptions);
      return found.flatMap((hypotheses) => hypotheses.slice(0, 1));
    };
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };
  return Object.assign(generate, { decoder, dispose: () => decoder.dispose() });
}

/** Pads sources to a batch. @throws InputError for none, too many, or an empty one */
function sourceBatch(
  sources: readonly (readonly number[])[],
  pad: number,
  maxBatch: number,
): { readonly source: HostTensor; readonly lengths: HostTensor } {
  if (sources.length === 0 || sources.length > maxBatch) {
    throw new InputError(
      `generate: expected 1 to ${maxBatch} sources, found ${sources.length}; raise maxBatch?`,
    );
  }
  const empty = sources.findIndex((ids) => ids.length === 0);
  if (empty >= 0) throw new InputError(`generate: source ${empty} is empty`);
  const columns = Math.max(...sources.map((ids) => ids.length));
  const data = new Int32Array(sources.length * columns).fill(pad);
  sources.forEach((ids, b) => {
    data.set(ids, b * columns);
  });
  const lengths = Int32Array.from(sources, (ids) => ids.length);
  return {
    source: { shape: [sources.length, columns], data },
    lengths: { shape: [sources.length], data: lengths },
  };
}
