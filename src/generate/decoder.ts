/**
 * Decoding on the GPU: the encoder once, then the step plan replayed several times a submit. Tokens,
 * scores, back-pointers and the model's state stay on the device; only what was written down of the
 * steps comes back. One class for every model and every way to choose a token.
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

/** What a decoder is compiled for. */
export interface DecoderOptions {
  /** Most sentences in a batch. */
  readonly maxBatch: number;
  readonly ids: TargetIds;
  /** Greedy by default. */
  readonly decoding?: Decoding;
  /** What implements ways other than greedy decoding: `[beamSearch, sampling]`. */
  readonly decodings?: readonly DecodingMethod[];
  /** Keep attention weights of every step. */
  readonly weights?: boolean;
  /** Steps between looks at the ids; more means fewer waits but more steps past the end. */
  readonly stepsPerSubmit?: number;
  /** How long the decoder will be in use; 'balanced' by default. */
  readonly startup?: Startup;
  /** Told the bytes on the device that it takes beside the parameters, before they are allocated. */
  readonly onPlanned?: (bytes: number) => void;
  readonly onProgress?: (ready: number, total: number) => void;
}

/** Options of one decoding. */
export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of sampling; 0 by default. */
  readonly seed?: number | undefined;
  /** In place of those of the decoder's own decoding, whose plans serve others of the same `planKey`. */
  readonly settings?: Readonly<Record<string, number>> | undefined;
  /** Called after every look with the best ids of each sentence so far, without bos and eos. */
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
   * Compiles both plans.
   * @param layout a model's, perhaps with packed weights  @param states holds the parameters
   * @throws OptionError for a way of decoding that cannot work, that the model cannot do, or that was
   *   not handed in
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
    if (strategy.needsWeights && !model.attends) {
      throw new OptionError(
        `${strategy.name}: a coverage penalty needs attention, and '${model.kind}' has none`,
      );
    }
    const weights = options.weights === true && model.attends;
    const graphOptions = { maxBatch, ids, strategy, weights };
    const prepared = [encodeGraph, stepGraph].map((make) => {
      const { startup } = options;
      const plan = planGraph(make(model, layout, graphOptions), model.passes);
      return preparePlan(device, plan, startup === undefined ? {} : { startup });
    });
    const shared = Object.keys(parameterStates(layout));
    options.onPlanned?.(ownBytes(prepared, shared));
    // Decoding has its own state; only the parameters are shared with other plans.
    const own = device.fork();
    try {
      const programs = await createAll(own, prepared, states.fork(shared, own), options.onProgress);
      return new Decoder(model, options, strategy, own, programs);
    } catch (error) {
      own.dispose();
      throw error;
    }
  }

  /** Whether tokens that were told may be replaced by others later, as a beam search does. */
  get revises(): boolean {
    return this.#strategy.reorders;
  }

  /** Dispatches of the encoder and of one step. */
  get dispatchCounts(): { readonly encode: number; readonly step: number } {
    return { encode: this.#encoder.dispatchCount, step: this.#stepper.dispatchCount };
  }

  /** The plans that it runs: to explain them, or to tune for them. */
  get plans(): readonly Plan[] {
    return [this.#encoder.plan, this.#stepper.plan];
  }

  /** Distinct pipelines of both plans. */
  get pipelineCount(): number {
    return this.#encoder.pipelineCount + this.#stepper.pipelineCount;
  }

  /**
   * Decodes a padded batch.
   * @param source i32 [B, S] padded  @param lengths i32 [B], with eos
   * @returns for each sentence its hypotheses, the best first: one when greedy, as many as were asked
   *   for with beams or samples
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
    const { scores, weights } = await this.#read(sourceLength, ['scores', 'weights']);
    const all = { ...defined(records, 'records'), scores, weights };
    return Array.from({ length: batch }, (_, b) =>
      Array.from({ length: this.#strategy.best }, (_, k) => this.#follow(all, b, k, done)),
    );
  }

  /**
   * Frees plans and state; the shared parameters stay. What is being decoded fails with a DisposedError.
   * Harmless twice.
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
      weights: data('weights'),
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

/** Bytes of plans and their states, without those of shared states. */
function ownBytes(prepared: readonly PreparedPlan[], shared: readonly string[]): number {
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
