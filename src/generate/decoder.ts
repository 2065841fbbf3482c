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
  shown,
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
import {
  followPath,
  type Hypothesis,
  hypothesisOf,
  type Records,
  type TargetIds,
} from './hypotheses';
import { type Decoding, planKey, strategyOf } from './method';
import type { DecodingMethod, Strategy } from './strategy';

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
  /** Whether the attention weights of every decoded token are recorded (default false). */
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
   * A decoding that differs from the decoder's in inputs of a run only, such as the temperature
   * (default: the decoder's).
   */
  readonly decoding?: Decoding | undefined;
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
    const strategy = this.#strategyOf(options.decoding);
    this.#encoder.run({ source, lengths, ...strategy.values({ seed, batch }) });
    const hasSource = this.#stepper.plan.symbols.has('S');
    const sizes = { B: batch, ...(hasSource ? { S: sourceLength } : {}) };
    const { stepsPerSubmit = 4 } = this.#options;
    const { maxLength } = this.#model;
    // What shows how far the rows are; the rest is read at the end.
    const [wanted, others] = partition(this.#stepper.plan.outputs.keys(), (name) =>
      ['ids', 'origins', 'position', strategy.result].includes(name),
    );
    let done = 0;
    let records: Records | undefined;
    while (done < maxLength) {
      const repeat = Math.min(stepsPerSubmit, maxLength - done);
      this.#stepper.run({}, { sizes, repeat });
      done += repeat;
      records = await this.#read({ sourceLength, steps: done }, wanted);
      if (onIds !== undefined) onIds(this.#best(records, batch, done));
      throwIfAborted(signal, 'decode');
      if (this.#isDone(records, batch, done)) break;
    }
    const all = await this.#read({ sourceLength, steps: done }, others, records);
    return Array.from({ length: batch }, (_, b) => this.#hypotheses(all, b, done));
  }

  /**
   * Frees plans and state; the shared parameters stay. Pending calls fail with a DisposedError.
   * Idempotent.
   */
  dispose(): void {
    this.#device.dispose(new DisposedError('the decoder was disposed; create another one'));
  }

  /** @throws OptionError for another decoding that needs another plan */
  #strategyOf(decoding: Decoding | undefined): Strategy {
    if (decoding === undefined) return this.#strategy;
    const { ids, decodings = [], decoding: own = { kind: 'greedy' } } = this.#options;
    const strategy = strategyOf(decoding, ids, decodings);
    if (planKey(decoding, decodings) === planKey(own, decodings)) return strategy;
    throw new OptionError(
      `decode: ${shown(decoding)} needs another plan than ${shown(own)}; create a decoder for it`,
    );
  }

  async #read(
    { sourceLength, steps }: { readonly sourceLength: number; readonly steps: number },
    names: readonly string[],
    before?: Records,
  ): Promise<Records> {
    const values = names.length === 0 ? {} : await this.#stepper.read(...names);
    const data = new Map(before?.data);
    for (const [name, value] of Object.entries(values)) data.set(name, value.data);
    const positions = Array.from(data.get('position') ?? []);
    return {
      data,
      capacity: this.#model.maxLength,
      sourceLength,
      firsts: positions.map((position) => position - steps),
    };
  }

  /** The hypotheses of a sentence, the best first. */
  #hypotheses(records: Records, sentence: number, steps: number): readonly Hypothesis[] {
    const { ids } = this.#options;
    const { result = '' } = this.#strategy;
    const ends = this.#strategy.ends(sentence, steps, records.data.get(result) ?? []);
    return ends.map((end) => {
      const path = followPath(records, end, ids);
      return hypothesisOf(path, records, this.#strategy.describe(path, records), ids);
    });
  }

  #best(records: Records, batch: number, steps: number): readonly (readonly number[])[] {
    return Array.from({ length: batch }, (_, b) => {
      return this.#hypotheses(records, b, steps)[0]?.ids ?? [];
    });
  }

  /** Whether all rows have ended. */
  #isDone({ data, capacity, firsts }: Records, batch: number, steps: number): boolean {
    const { eos, pad } = this.#options.ids;
    const ids = defined(data.get('ids'), 'ids');
    return Array.from({ length: batch * this.#strategy.width }, (_, row) => {
      const position = (firsts[row] ?? 0) + steps;
      return position > capacity ? pad : ids[row * capacity + position - 1];
    }).every((id) => id === eos || id === pad);
  }
}

/** The names that fit, and the others. */
function partition(
  names: Iterable<string>,
  fits: (name: string) => boolean,
): readonly [string[], string[]] {
  const all = [...names];
  return [all.filter(fits), all.filter((name) => !fits(name))];
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
