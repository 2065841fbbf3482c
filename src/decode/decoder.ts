/**
 * Decoding on the GPU: the encoder once, then the step plan replayed several times a submit. Tokens,
 * scores, back-pointers and the model's state stay on the device; only what was written down of the
 * steps comes back. One class for every model and every way to choose a token.
 */
import type { Startup } from '../../shaders/lib/startup';
import { compileGraph } from '../compile/compile';
import type { Plan } from '../compile/plan';
import {
  AbortedError,
  checkIds,
  defined,
  InputError,
  OptionError,
  throwIfAborted,
} from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { randomBits } from '../core/randomBits';
import type { Device } from '../gpu/device';
import { Program } from '../gpu/program';
import type { StateStore } from '../gpu/states';
import type { Decodable } from '../models/model';
import type { ParameterLayout } from '../nn/parameters';
import { parameterStates } from '../nn/storage';
import type { BeamOptions } from './beam';
import { encodeGraph, stepGraph } from './graphs';
import { type GreedyOptions, greedy } from './greedy';
import { followRow, type Hypothesis, type Records } from './hypotheses';
import type { SampleOptions } from './sampling';
import type { Strategy, TargetIds } from './strategy';

/** How tokens are chosen. */
export type Decoding = GreedyOptions | BeamOptions | SampleOptions;

/** What a decoder is compiled for. */
export interface DecoderOptions {
  /** Most sentences in a batch. */
  readonly maxBatch: number;
  readonly ids: TargetIds;
  /** Greedy by default. */
  readonly decoding?: Decoding;
  /** Keep attention weights of every step. */
  readonly weights?: boolean;
  /** Steps between looks at the ids; more means fewer waits but more steps past the end. */
  readonly stepsPerSubmit?: number;
  /** How long the decoder will be in use; 'balanced' by default. */
  readonly startup?: Startup;
  readonly onProgress?: (ready: number, total: number) => void;
}

/** Options of one decoding. */
export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of sampling; 0 by default. */
  readonly seed?: number | undefined;
  /** Called after every look with the best ids of each sentence so far, without bos and eos. */
  readonly onIds?: ((ids: readonly (readonly number[])[]) => void) | undefined;
}

/**
 * Ways other than the default are loaded when they are asked for.
 * @throws OptionError for an unknown way or option
 */
async function strategyOf(decoding: Decoding, ids: TargetIds): Promise<Strategy> {
  switch (decoding.kind) {
    case 'greedy':
      return decoding.scores === true
        ? (await import('./scoredGreedy')).scoredGreedy(ids)
        : greedy(ids);
    case 'beam':
      return (await import('./beam')).beamSearch(decoding, ids);
    case 'sample':
      return (await import('./sampling')).sampling(decoding, ids);
    default:
      throw new OptionError(
        `decoding: unknown kind '${String(decoding satisfies never)}'; known: greedy, beam, sample`,
      );
  }
}

/** Decodes batches of sources with a model, on its device. */
export class Decoder {
  readonly #model: Decodable;
  readonly #options: DecoderOptions;
  readonly #strategy: Strategy;
  readonly #states: StateStore;
  readonly #encoder: Program;
  readonly #stepper: Program;

  private constructor(
    model: Decodable,
    options: DecoderOptions,
    strategy: Strategy,
    states: StateStore,
    encoder: Program,
    stepper: Program,
  ) {
    this.#model = model;
    this.#options = options;
    this.#strategy = strategy;
    this.#states = states;
    this.#encoder = encoder;
    this.#stepper = stepper;
  }

  /**
   * Compiles both plans.
   * @param layout a model's, perhaps with packed weights  @param states holds the parameters
   * @throws OptionError for a way of decoding that cannot work, or that the model cannot do
   */
  static async create(
    device: Device,
    model: Decodable,
    layout: ParameterLayout,
    states: StateStore,
    options: DecoderOptions,
  ): Promise<Decoder> {
    const strategy = await strategyOf(options.decoding ?? { kind: 'greedy' }, options.ids);
    if (strategy.needsWeights && !model.attends) {
      throw new OptionError(
        `${strategy.name}: a coverage penalty needs attention, and '${model.kind}' has none`,
      );
    }
    const { maxBatch, ids } = options;
    const weights = options.weights === true && model.attends;
    const graphOptions = { maxBatch, ids, strategy, weights };
    const graphs = [encodeGraph, stepGraph].map((make) => make(model, layout, graphOptions));
    // Decoding has its own state; only the parameters are shared with other plans.
    const own = states.fork(Object.keys(parameterStates(layout)));
    const progress = graphs.map(() => ({ done: 0, total: 0 }));
    const programs = await Promise.all(
      graphs.map((graph, i) =>
        Program.create(device, compileGraph(graph), own, {
          ...(options.startup === undefined ? {} : { startup: options.startup }),
          onProgress: (done, total) => {
            progress[i] = { done, total };
            options.onProgress?.(
              progress.reduce((sum, part) => sum + part.done, 0),
              progress.reduce((sum, part) => sum + part.total, 0),
            );
          },
        }),
      ),
    );
    const [encoder, stepper] = programs;
    if (encoder === undefined || stepper === undefined) throw new AbortedError('decoder');
    return new Decoder(model, options, strategy, own, encoder, stepper);
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
  async decode(
    source: HostTensor,
    lengths: HostTensor,
    options: DecodeOptions = {},
  ): Promise<readonly (readonly Hypothesis[])[]> {
    const { signal, seed = 0, onIds } = options;
    const [batch = 0, sourceLength = 0] = source.shape;
    if (batch === 0 || sourceLength === 0) throw new InputError('decode: the batch is empty');
    checkIds('decode: source', source.data, this.#model.sourceVocabulary);
    throwIfAborted(signal, 'decode');
    const needsKey = this.#encoder.plan.inputs.has('key');
    const key = { shape: [1], data: Int32Array.of(randomBits(seed, 1, 0)) };
    this.#encoder.run({ source, lengths, ...(needsKey ? { key } : {}) });
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
    const count = this.#hypothesisCount();
    return Array.from({ length: batch }, (_, b) =>
      Array.from({ length: count }, (_, k) => this.#follow(all, b, k, done)),
    );
  }

  /** Frees plans and state; the shared parameters stay. Harmless twice. */
  dispose(): void {
    this.#encoder.dispose();
    this.#stepper.dispose();
    this.#states.dispose();
  }

  #hypothesisCount(): number {
    const { decoding } = this.#options;
    if (decoding?.kind === 'beam') return decoding.best ?? 1;
    return this.#strategy.width;
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
