/**
 * Greedy decoding on the GPU: the encoder once, then the step plan replayed several times a submit.
 * Token, position and caches are state on the device; only token ids come back.
 */

import { compileGraph } from '../compile/compile';
import { dim } from '../core/dim';
import { AbortedError, checkIds, InputError, throwIfAborted } from '../core/errors';
import type { HostTensors } from '../core/hostTensor';
import type { Device } from '../gpu/device';
import { Program } from '../gpu/program';
import type { StateStore } from '../gpu/states';
import { type Graph, trace } from '../graph/graph';
import type { TranslationModel } from '../models/model';
import { bindParameters, PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { ops } from '../ops';

/** Special ids of the target vocabulary. */
export interface TargetIds {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
}

export interface GreedyOptions {
  /** Most sentences in a batch. */
  readonly maxBatch: number;
  readonly ids: TargetIds;
  /** Keep attention weights of every step. */
  readonly weights?: boolean;
  /** Steps between looks at the ids; more means fewer waits but more steps past the end. */
  readonly stepsPerSubmit?: number;
  /** Prefer kernels that compile quickly, for sentences one at a time. */
  readonly quickStart?: boolean;
  readonly onProgress?: (ready: number, total: number) => void;
}

export interface GreedyResult {
  /** Ids of each sentence without bos, ending before eos. */
  readonly ids: readonly (readonly number[])[];
  /** Attention [target][source] of each sentence, when kept. */
  readonly weights: readonly (readonly (readonly number[])[])[] | undefined;
}

export class GreedyDecoder {
  readonly #model: TranslationModel;
  readonly #options: GreedyOptions;
  readonly #states: StateStore;
  readonly #encoder: Program;
  readonly #stepper: Program;

  private constructor(
    model: TranslationModel,
    options: GreedyOptions,
    states: StateStore,
    encoder: Program,
    stepper: Program,
  ) {
    this.#model = model;
    this.#options = options;
    this.#states = states;
    this.#encoder = encoder;
    this.#stepper = stepper;
  }

  /** Compiles both plans. @param states holds the parameters under PARAMETERS */
  static async create(
    device: Device,
    model: TranslationModel,
    layout: ParameterLayout,
    states: StateStore,
    options: GreedyOptions,
  ): Promise<GreedyDecoder> {
    // Decoding has its own state; only the parameters are shared with other plans.
    const own = states.fork([PARAMETERS]);
    const graphs = [encodeGraph(model, layout, options), stepGraph(model, layout, options)];
    const ready = [0, 0];
    const totals = [0, 0];
    const programs = await Promise.all(
      graphs.map((graph, i) =>
        Program.create(device, compileGraph(graph), own, {
          quickStart: options.quickStart === true,
          onProgress: (done, total) => {
            [ready[i], totals[i]] = [done, total];
            options.onProgress?.(sum(ready), sum(totals));
          },
        }),
      ),
    );
    const [encoder, stepper] = programs;
    if (encoder === undefined || stepper === undefined) throw new AbortedError('decoder');
    return new GreedyDecoder(model, options, own, encoder, stepper);
  }

  /** Dispatches of the encoder and of one step. */
  get dispatchCounts(): { readonly encode: number; readonly step: number } {
    return { encode: this.#encoder.dispatchCount, step: this.#stepper.dispatchCount };
  }

  /** Distinct pipelines of both plans. */
  get pipelineCount(): number {
    return this.#encoder.pipelineCount + this.#stepper.pipelineCount;
  }

  /**
   * Translates a padded batch.
   * @param source i32 [B, S] padded  @param lengths i32 [B], with eos
   * @param onIds called with the ids so far (with eos and padding) after every look
   * @throws InputError for an empty batch or an id outside the vocabulary; AbortedError;
   *   DeviceLostError
   */
  async decode(
    source: HostTensors[string],
    lengths: HostTensors[string],
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly onIds?: (ids: readonly (readonly number[])[]) => void;
    } = {},
  ): Promise<GreedyResult> {
    const [batch = 0, sourceLength = 0] = source.shape;
    if (batch === 0 || sourceLength === 0) throw new InputError('decode: the batch is empty');
    checkIds('decode: source', source.data, this.#model.sourceVocabulary);
    throwIfAborted(options.signal, 'decode');
    this.#encoder.run({ source, lengths });
    const sizes = { B: batch, S: sourceLength };
    const { stepsPerSubmit = 4, ids } = this.#options;
    const { maxLength } = this.#model;
    let rows: number[][] = [];
    for (let done = 0; done < maxLength; ) {
      const repeat = Math.min(stepsPerSubmit, maxLength - done);
      this.#stepper.run({}, { sizes, repeat });
      done += repeat;
      const { ids: record } = await this.#stepper.read('ids');
      rows = splitRows(record.data, batch, maxLength, done);
      options.onIds?.(rows);
      throwIfAborted(options.signal, 'decode');
      if (rows.every((row) => row.includes(ids.eos))) break;
    }
    const finished = rows.map((row) => untilEnd(row, ids.eos));
    return { ids: finished, weights: await this.#weights(finished, sourceLength) };
  }

  /** Frees plans and state; the shared parameters stay. Harmless twice. */
  dispose(): void {
    this.#encoder.dispose();
    this.#stepper.dispose();
    this.#states.dispose();
  }

  async #weights(
    ids: readonly (readonly number[])[],
    sourceLength: number,
  ): Promise<GreedyResult['weights']> {
    if (this.#options.weights !== true || !this.#stepper.plan.outputs.has('weights')) {
      return undefined;
    }
    const { weights } = await this.#stepper.read('weights');
    const { maxLength } = this.#model;
    return ids.map((row, b) =>
      row.map((_, t) => {
        const at = (b * maxLength + t) * sourceLength;
        return Array.from(weights.data.subarray(at, at + sourceLength));
      }),
    );
  }
}

function batchDims(model: TranslationModel, { maxBatch }: GreedyOptions) {
  return { batch: dim('B', maxBatch), length: dim('S', model.maxLength) };
}

/** Encodes, and sets the decoder's state to its beginning. */
function encodeGraph(
  model: TranslationModel,
  layout: ParameterLayout,
  options: GreedyOptions,
): Graph {
  const { batch, length } = batchDims(model, options);
  const state = model.decoderState(batch);
  return trace(
    (inputs, states) => {
      const { scope } = bindParameters(layout, states(PARAMETERS));
      const lengths = inputs('lengths');
      const memory = model.encode(scope, inputs('source'), lengths);
      return {
        outputs: {},
        updates: {
          ...memory,
          lengths,
          token: ops.fill([batch, 1], options.ids.bos, 'i32'),
          position: ops.fill([1], 0, 'i32'),
        },
      };
    },
    {
      inputs: {
        source: { dtype: 'i32', shape: [batch, length] },
        lengths: { dtype: 'i32', shape: [batch] },
      },
      states: { ...sharedStates(model, layout, options), ...state },
    },
  );
}

function sharedStates(model: TranslationModel, layout: ParameterLayout, options: GreedyOptions) {
  const { batch, length } = batchDims(model, options);
  return {
    [PARAMETERS]: { dtype: 'f32', shape: [layout.size] },
    ...model.memoryTypes(batch, length),
    lengths: { dtype: 'i32', shape: [batch] },
    token: { dtype: 'i32', shape: [batch, 1] },
    position: { dtype: 'i32', shape: [1] },
  } as const;
}

/** One token: decoder, argmax, and the records of ids and weights. */
function stepGraph(
  model: TranslationModel,
  layout: ParameterLayout,
  options: GreedyOptions,
): Graph {
  const { batch, length } = batchDims(model, options);
  const { ids } = options;
  const weighs = options.weights === true;
  const state = model.decoderState(batch);
  return trace(
    (_inputs, states) => {
      const { scope } = bindParameters(layout, states(PARAMETERS));
      const [token, position] = [states('token'), states('position')];
      const result = model.step(scope, {
        token,
        position,
        lengths: states('lengths'),
        memory: states,
        state: states,
        weights: weighs,
      });
      const best = ops.reshape(ops.argmax(result.logits), [batch, 1]);
      // After the end a sentence only pads, whatever the model says.
      const pad = ops.fill([batch, 1], ids.pad, 'i32');
      const eos = ops.fill([batch, 1], ids.eos, 'i32');
      const ended = ops.or(ops.equal(token, eos), ops.equal(token, pad));
      const next = ops.where(ended, pad, best);
      const record = ops.writeRows(states('ids'), ops.reshape(next, [batch, 1, 1]), position);
      const updates = { ...result.state, token: next, ids: record };
      if (!weighs || result.weights === undefined) {
        const moved = { ...updates, position: ops.increment(position) };
        return { outputs: { ids: record }, updates: moved };
      }
      const row = ops.reshape(result.weights, [batch, 1, length]);
      const weights = ops.writeRows(states('weights'), row, position);
      return {
        outputs: { ids: record, weights },
        updates: { ...updates, weights, position: ops.increment(position) },
      };
    },
    {
      inputs: {},
      states: {
        ...sharedStates(model, layout, options),
        ...state,
        ids: { dtype: 'i32', shape: [batch, model.maxLength, 1] },
        ...(weighs
          ? { weights: { dtype: 'f32', shape: [batch, model.maxLength, length] } as const }
          : {}),
      },
    },
  );
}

function splitRows(
  data: ArrayLike<number>,
  batch: number,
  capacity: number,
  done: number,
): number[][] {
  return Array.from({ length: batch }, (_, b) =>
    Array.from({ length: done }, (_, t) => data[b * capacity + t] ?? 0),
  );
}

function untilEnd(row: readonly number[], eos: number): readonly number[] {
  const end = row.indexOf(eos);
  return end < 0 ? row : row.slice(0, end);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
