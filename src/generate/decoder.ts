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
import {
  type Hypothesis,
  hypothesisOf,
  type Path,
  type Records,
  type TargetIds,
} from './hypotheses';
import { type Decoding, type DecodingPart, strategyOf } from './method';
import type { Strategy } from './strategy';

export type { Decoding } from './method';

/** Options of a decoder, for which it is compiled. */
export interface DecoderOptions {
  /** Largest number of sentences in a batch. */
  readonly maxBatch: number;
  readonly ids: TargetIds;
  /** How tokens are chosen (default: greedily). */
  readonly decoding?: Decoding;
  /**
   * Imported decoding methods and features: `[beamSearch, alternatives]`. Greedy decoding alone
   * needs none.
   */
  readonly decodings?: readonly DecodingPart[];
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
   * @throws InputError for an empty batch or an id outside the vocabulary; OptionError for a
   *   decoding that needs another plan; AbortedError; DeviceLostError
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
    const { signal, seed = 0, onIds, decoding } = options;
    const [batch, sourceLength] = dims(source, 2, 'source');
    if (batch === 0 || sourceLength === 0) throw new InputError('decode: the batch is empty');
    const { maxLength, targetVocabulary: vocabulary, sourceVocabulary } = this.#model;
    checkIds('source', source.data, sourceVocabulary);
    throwIfAborted(signal, 'decode');
    const { stepsPerSubmit = 4, ids, decodings = [] } = this.#options;
    const strategy = decoding ? strategyOf(decoding, ids, decodings) : this.#strategy;
    if (strategy.key !== this.#strategy.key) {
      throw new OptionError('decode: this decoding needs a decoder of its own');
    }
    const run = { seed, batch, vocabulary, maxLength };
    this.#encoder.run({ source, lengths, ...strategy.values(run) });
    const { plan } = this.#stepper;
    const sizes = { B: batch, ...(plan.symbols.has('S') ? { S: sourceLength } : {}) };
    const names = [...plan.outputs.keys()];
    let steps = 0;
    const read = async (some: readonly string[]) => {
      const values = Object.entries(await this.#stepper.read(...some));
      const data = new Map(values.map(([name, value]) => [name, value.data]));
      const records: Records = { data, capacity: maxLength, sourceLength, steps };
      const paths = Array.from({ length: batch }, (_, b) => strategy.paths(b, records));
      return { records, paths };
    };
    let done = false;
    while (!done) {
      const repeat = Math.min(stepsPerSubmit, maxLength - steps);
      this.#stepper.run({}, { sizes, repeat });
      steps += repeat;
      // Attention weights are many: they are read once.
      const { paths } = await read(names.filter((name) => name !== 'attention'));
      onIds?.(paths.map(([path = []]) => path.map(({ id }) => id).filter((id) => id !== ids.eos)));
      throwIfAborted(signal, 'decode');
      const isOver = (path: Path) => path.length < steps || path.at(-1)?.id === ids.eos;
      done = steps === maxLength || paths.flat().every(isOver);
    }
    const { records, paths } = await read(names);
    return paths.map((each) =>
      each.map((path) => hypothesisOf(path, records, strategy.describe(path, records), ids)),
    );
  }

  /**
   * Frees plans and state; the shared parameters stay. Pending calls fail with a DisposedError.
   * Idempotent.
   */
  dispose(): void {
    this.#device.dispose(new DisposedError('the decoder was disposed; create another one'));
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
