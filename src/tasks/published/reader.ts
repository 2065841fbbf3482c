/**
 * Published models that read texts, on a device: one forward pass over batches of texts, compiled
 * once for all sizes.
 */
import { planGraph } from '../../compiler/compile';
import type { InputTypes } from '../../core/batch';
import { dim, multiplyDims } from '../../core/dim';
import { defined } from '../../core/errors';
import type { HostTensors } from '../../core/hostTensor';
import { dimAt, i32 } from '../../core/shape';
import { preparePlan } from '../../gpu/prepared';
import { createRunner } from '../../gpu/runner';
import { StateStore } from '../../gpu/states';
import { type Lookup, trace } from '../../graph/graph';
import type { Tensor } from '../../graph/op';
import { declareParameters, type Scope } from '../../nn/parameters';
import { parameterBytes, parameterScope, parameterStates, storedLayout } from '../../nn/storage';
import { embedding } from '../../ops/embedding/op';
import { reshape } from '../../ops/view/op';
import type { EncodedText } from '../../text/published/tokenizer';
import type { ReaderOptions } from '../readings';
import type { BatchReader, ReadingComputation } from '../readingTask';
import type { CreationContext } from '../resident';
import { type StreamOptions, streamParameters } from '../streamParameters';

/** Sizes that memory is allocated for. */
export interface BatchSizes {
  /** Largest number of texts of a batch. */
  readonly batch: number;
  /** Largest number of tokens of a text. */
  readonly length: number;
  /** Largest number of places of a batch. */
  readonly places: number;
}

/** Compiles a computation, and loads its parameters. */
export async function createBatchReader(
  { output, hasPlaces }: ReadingComputation,
  sizes: BatchSizes,
  parameters: Pick<StreamOptions, 'files' | 'placement' | 'received'>,
  { formats = [], inspection: look, ...storage }: ReaderOptions,
  { device, meter }: CreationContext,
): Promise<BatchReader> {
  const compute = (scope: Scope, inputs: Lookup) => {
    const batch = { tokens: inputs('tokens'), lengths: inputs('lengths'), types: inputs('types') };
    return output(scope, batch, hasPlaces ? inputs('places') : undefined);
  };
  const inputs = inputTypes(sizes, hasPlaces);
  const layout = storedLayout(declareParameters(compute, inputs), storage, formats);
  const opened = await device;
  const states = new StateStore(opened);
  const graph = trace(
    (input, held) => ({ outputs: { output: compute(parameterScope(layout, held), input) } }),
    { inputs, states: parameterStates(layout) },
  );
  const plan = planGraph(graph);
  const prepared = preparePlan(opened, plan);
  const planned = parameterBytes(layout) + prepared.ownBytes;
  meter.planned(planned);
  const [runner] = await Promise.all([
    createRunner(opened, prepared, states, (done, total) => meter.update('compile', done, total)),
    streamParameters({ ...parameters, layout, states, formats, meter }),
  ]);
  const one = inputTypes({ ...sizes, batch: 1 }, hasPlaces);
  const inspection = look?.reading({
    inputs: one,
    logits: compute,
    device: opened,
    layout,
    states,
  });
  return {
    layout,
    states,
    inspection,
    get memory() {
      const inside = inspection?.plannedBytes ?? 0;
      return { planned: planned + inside, live: opened.liveBytes };
    },
    run: async (texts, places) => {
      runner.run(batchOf(texts, places));
      return defined((await runner.read('output')).output, 'output');
    },
  };
}

/** Types of the inputs. One text alone has a batch of 1, which is no symbol. */
function inputTypes({ batch, length, places }: BatchSizes, hasPlaces: boolean): InputTypes {
  const [B, T] = [batch === 1 ? 1 : dim('B', batch), dim('T', length)];
  const texts = { tokens: i32(B, T), lengths: i32(B), types: i32(B, T) };
  return { ...texts, ...(hasPlaces ? { places: i32(dim('N', places)) } : {}) };
}

/** A padded batch. */
export function batchOf(texts: readonly EncodedText[], places?: readonly number[]): HostTensors {
  const longest = Math.max(...texts.map(({ ids }) => ids.length));
  const shape = [texts.length, longest];
  const [tokens, types] = [
    new Int32Array(texts.length * longest),
    new Int32Array(texts.length * longest),
  ];
  texts.forEach((text, i) => {
    tokens.set(text.ids, i * longest);
    types.set(text.types, i * longest);
  });
  return {
    tokens: { shape, data: tokens },
    types: { shape, data: types },
    lengths: { shape: [texts.length], data: Int32Array.from(texts, ({ ids }) => ids.length) },
    ...(places === undefined
      ? {}
      : { places: { shape: [places.length], data: Int32Array.from(places) } }),
  };
}

/**
 * The vectors at places.
 * @param vectors [B, T, C]  @param places i32 [N], indices in the flattened batch
 * @returns [N, C]
 */
export function vectorsAt(vectors: Tensor, places: Tensor, size: number): Tensor {
  const [batch, length] = [dimAt(vectors, 0), dimAt(vectors, 1)];
  return embedding(places, reshape(vectors, [multiplyDims(batch, length), size]));
}
