/**
 * Decoding on the GPU: the encoder's plan runs once, then the decoding step's plan is replayed
 * several times for each submit. Tokens, scores, back-pointers and the model's state stay on the
 * device; only the recorded results of the steps are read back. One class serves all models and
 * decoding methods.
 */

import { planGraph } from '../compiler/compile';
import type { Plan } from '../compiler/plan/plan';
import {
  checkIds,
  DisposedError,
  defined,
  InputError,
  OptionError,
  throwIfAborted,
} from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { dims } from '../core/shape';
import type { Device } from '../gpu/device';
import { inForeground } from '../gpu/foreground';
import { type PreparedPlan, preparePlan } from '../gpu/prepared';
import { createRunner, type Runner } from '../gpu/runner';
import type { StateStore } from '../gpu/states';
import type { Startup } from '../graph/startup';
import type { Decodable } from '../models/model';
import type { ParameterLayout } from '../nn/parameters';
import { parameterStates } from '../nn/storage';
import { encodeGraph, stepGraph } from './graphs';
import { followRow, type Hypothesis, type Records } from './hypotheses';
import { type Decoding, strategyOf } from './method';
import type { DecodingMethod, Strategy, TargetIds } from './strategy';

export type { Decoding } from './method';

/** Options of a decoder, for which it is compiled. */
export interface DecoderOptions {
  /** Largest number of sentences in a batch. */
  readonly maxBatch: number;
  readonly ids: TargetIds;
  /** How tokens are chosen (default: greedily). */
  readonly decoding?: Decoding;
  /** Imported decoding methods: `[beamSearch, sampling]`. Greedy decoding needs none. */
  readonly decodings?: readonly DecodingMethod[];
  /** Whether the attention attention of every decoded token are recorded (default false). */
  readonly attention?: boolean;
  /**
   * Decoding steps for each submit (default 4): more wait less often, but compute more steps past
   * the end.
   */
  readonly stepsPerSubmit?: number;
  /**
   * How much kernels may take to compile, given how long the decoder will be used (default
   * 'balanced').
   */
  readonly startup?: Startup;
  /**
   * Called before allocation with the bytes that the decoder needs on the device besides the
   * parameters.
   */
  readonly onPlanned?: (bytes: number) => void;
  readonly onProgress?: (ready: number, total: number) => void;
}

/** Options of one call of `decode`. */
export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Random seed for sampling (default 0). */
  readonly seed?: number | undefined;
  /**
   * Overrides the strategy's settings: one decoder serves all decodings with the same `planKey`.
   */
  readonly settings?: Readonly<Record<string, number>> | undefined;
  /** Called after each submit with the best ids of each sentence so far, without bos and eos. */
  readonly onIds?: ((ids: readonly (readonly number[])[]) => void) | undefined;
}

/** Decodes batches of sources with a model, on its device. */
export class Decoder {
  readonly #model: Decodable;
  readonly #options: DecoderOptions;
  readonly #strategy: Strategy;
  /** Holds everything but the parameters. */
  readonly #device: Device;
  readonly #encoder: Runner;
  readonly #stepper: Runner;

  private constructor(
    model: Decodable,
    options: DecoderOptions,
    strategy: Strategy,
    device: Device,
    [encoder, stepper]: readonly [Runner, Runner],
  ) {
    this.#model = model;
    this.#options = options;
    this.#strategy = strategy;
    this.#device = device;
    this.#encoder = encoder;
    this.#stepper = stepper;
  }

  /**
   * Compiles the plans of the encoder and of a decoding step.
   * @param layout the model's layout, float32 or quantised
   * @param states the store that holds the parameters
   * @throws OptionError for a decoding with invalid options, that the model does not support, or
   *   whose import is missing
   */
  static async create(
    device: Device,
    model: Decodable,
    layout: ParameterLayout,
    states: StateStore,
    options: DecoderOptions,
  ): Promise<Decoder> {
    const { decoding = { kind: 'greedy' }, decodings = [], maxBatch, ids } = options;
    const strategy = strategyOf(decoding, ids, decodings);
    if (strategy.needsAttention && !model.attends) {
      throw new OptionError(
        `${strategy.name}: a coverage penalty needs attention, and '${model.kind}' has none`,
      );
    }
    const attention = options.attention === true && model.attends;
    const graphOptions = { maxBatch, ids, strategy, attention };
    const prepared = [encodeGraph, stepGraph].map((make) => {
      const { startup } = options;
      const plan = planGraph(make(model, layout, graphOptions), model.passes);
      return preparePlan(device, plan, startup === undefined ? {} : { startup });
    });
    const shared = Object.keys(parameterStates(layout));
    options.onPlanned?.(bytesBeside(prepared, shared));
    // Only the parameters are shared with other plans: the decoder frees everything else with its
    // fork.
    const fork = device.fork();
    try {
      const decoderStates = states.fork(shared, fork);
      const programs = await createAll(fork, prepared, decoderStates, options.onProgress);
      return new Decoder(model, options, strategy, fork, programs);
    } catch (error) {
      fork.dispose();
      throw error;
    }
  }

  /** Whether later steps may replace tokens that were reported by `onIds`, as in a beam search. */
  get revises(): boolean {
    return this.#strategy.reorders;
  }

  /** Dispatches of the encoder and of one decoding step. */
  get dispatchCounts(): { readonly encode: number; readonly step: number } {
    return { encode: this.#encoder.dispatchCount, step: this.#stepper.dispatchCount };
  }

  /** Its plans, for `explain` and `tune`. */
  get plans(): readonly Plan[] {
    return [this.#encoder.plan, this.#stepper.plan];
  }

  /** Number of distinct pipelines of both plans. */
  get pipelineCount(): number {
    return this.#encoder.pipelineCount + this.#stepper.pipelineCount;
  }

  /**
   * Decodes a padded batch.
   * @param source i32 [B, S] padded  @param lengths i32 [B], with eos
   * @returns the hypotheses of each sentence, the best first
   * @throws InputError for an empty batch or an id outside the vocabulary; AbortedError;
   *   DeviceLostError
   */
  decode(
    source: HostTensor,
    lengths: HostTensor,
    options: DecodeOptions = {},
  ): Promise<readonly (readonly Hypothesis[])[]> {
    return inForeground(this.#decode(source, lengths, options));
  }

  async #decode(
    source: HostTensor,
    lengths: HostTensor,
    options: DecodeOptions,
  ): Promise<readonly (readonly Hypothesis[])[]> {
    const { signal, seed = 0, onIds } = options;
    const [batch, sourceLength] = dims(source, 2, 'source');
    if (batch === 0 || sourceLength === 0) throw new InputError('decode: the batch is empty');
    checkIds('source', source.data, this.#model.sourceVocabulary);
    throwIfAborted(signal, 'decode');
    const key = this.#strategy.key?.(seed);
    const settings = Object.entries({ ...this.#strategy.settings, ...options.settings }).map(
      ([name, value]) => [name, { shape: [1], data: Float32Array.of(value) }] as const,
    );
    this.#encoder.run({
      source,
      lengths,
      ...(key === undefined ? {} : { key: { shape: [1], data: Int32Array.of(key) } }),
      ...Object.fromEntries(settings),
    });
    const hasSource = this.#stepper.plan.symbols.has('S');
    const sizes = { B: batch, ...(hasSource ? { S: sourceLength } : {}) };
    const { stepsPerSubmit = 4 } = this.#options;
    const { maxLength } = this.#model;
    let done = 0;
    let records: Records | undefined;
    while (done < maxLength) {
      const repeat = Math.min(stepsPerSubmit, maxLength - done);
      this.#stepper.run({}, { sizes, repeat });
      done += repeat;
      records = await this.#read(sourceLength, ['ids', 'origins']);
      if (onIds !== undefined) onIds(this.#best(records, batch, done));
      throwIfAborted(signal, 'decode');
      if (this.#isDone(records, batch, done)) break;
    }
    const { scores, attention } = await this.#read(sourceLength, ['scores', 'attention']);
    const all = { ...defined(records, 'records'), scores, attention };
    return Array.from({ length: batch }, (_, b) =>
      Array.from({ length: this.#strategy.best }, (_, k) => this.#follow(all, b, k, done)),
    );
  }

  /**
   * Frees plans and state; the shared parameters stay. Pending calls fail with a DisposedError.
   * Idempotent.
   */
  dispose(): void {
    this.#device.dispose(new DisposedError('the decoder was disposed; create another one'));
  }

  async #read(sourceLength: number, wanted: readonly string[]): Promise<Records> {
    const names = wanted.filter((name) => this.#stepper.plan.outputs.has(name));
    const values = names.length === 0 ? {} : await this.#stepper.read(...names);
    const data = (name: string) => new Map(Object.entries(values)).get(name)?.data;
    return {
      ids: data('ids') ?? [],
      origins: data('origins'),
      scores: data('scores'),
      attention: data('attention'),
      capacity: this.#model.maxLength,
      sourceLength,
    };
  }

  #follow(records: Records, sentence: number, beam: number, steps: number): Hypothesis {
    const row = sentence * this.#strategy.width + beam;
    return followRow(records, row, steps, this.#options.ids);
  }

  #best(records: Records, batch: number, steps: number): readonly (readonly number[])[] {
    return Array.from({ length: batch }, (_, b) => this.#follow(records, b, 0, steps).ids);
  }

  #isDone({ ids, capacity }: Records, batch: number, steps: number): boolean {
    const { width, doneWith } = this.#strategy;
    const { eos, pad } = this.#options.ids;
    const rows = doneWith === 'first' ? 1 : width;
    for (let b = 0; b < batch; b++) {
      for (let k = 0; k < rows; k++) {
        const id = ids[(b * width + k) * capacity + steps - 1];
        if (id !== eos && id !== pad) return false;
      }
    }
    return true;
  }
}

/** Bytes of plans and their states, without the shared states. */
function bytesBeside(prepared: readonly PreparedPlan[], shared: readonly string[]): number {
  const states = new Map(prepared.flatMap(({ stateBytes }) => [...stateBytes]));
  for (const name of shared) states.delete(name);
  const bytes = [...prepared.map((plan) => plan.ownBytes), ...states.values()];
  return bytes.reduce((sum, some) => sum + some, 0);
}

async function createAll(
  device: Device,
  prepared: readonly PreparedPlan[],
  states: StateStore,
  onProgress: DecoderOptions['onProgress'],
): Promise<readonly [Runner, Runner]> {
  const progress = prepared.map(({ dispatches }) => ({ done: 0, total: dispatches.length }));
  const sum = (name: 'done' | 'total') => progress.reduce((total, part) => total + part[name], 0);
  const [encoder, stepper] = await Promise.all(
    prepared.map((plan, i) =>
      createRunner(device, plan, states, (done, total) => {
        progress[i] = { done, total };
        onProgress?.(sum('done'), sum('total'));
      }),
    ),
  );
  return [defined(encoder, 'encoder'), defined(stepper, 'stepper')];
}
