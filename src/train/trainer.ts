/**
 * The training loop: batches in, a report a step out. Runs wherever there is a device: Node, a page,
 * a worker. Few steps are in flight at a time; losses come back while later steps run.
 */
import { compileGraph } from '../compile/compile';
import { dim } from '../core/dim';
import { checkIds, InputError, throwIfAborted } from '../core/errors';
import type { HostTensors } from '../core/hostTensor';
import { randomBits } from '../core/randomBits';
import type { Device } from '../gpu/device';
import { type DispatchTime, Program } from '../gpu/program';
import { StateStore } from '../gpu/states';
import { inputTensor } from '../graph/source';
import type { TranslationModel } from '../models/model';
import { initialArena } from '../nn/arena';
import { declareParameters, PARAMETERS, type ParameterLayout } from '../nn/parameters';
import type { Batch } from '../text/batches';
import { biasCorrections, moments } from './optimizer';
import { learningRate, type ScheduleOptions } from './schedule';
import { evaluationGraph, type StepOptions, trainingGraph } from './step';

export interface TrainerOptions extends StepOptions {
  readonly schedule: ScheduleOptions;
  /** Of initial weights and dropout. */
  readonly seed: number;
  readonly onProgress?: (ready: number, total: number) => void;
}

export interface StepReport {
  /** From 1. */
  readonly step: number;
  /** Mean over target tokens, with label smoothing. */
  readonly loss: number;
  /** Target tokens of the batch. */
  readonly tokens: number;
  /** Global norm of the gradient before clipping. */
  readonly norm: number;
  readonly learningRate: number;
}

export interface Evaluation {
  /** Mean over target tokens, without smoothing. */
  readonly loss: number;
  /** Part of the target tokens that are the most likely class under teacher forcing. */
  readonly tokenAccuracy: number;
}

/** Everything of a run that lives on the device, on the CPU: parameters, moments, step. */
export interface TrainerSnapshot {
  readonly step: number;
  readonly parameters: Float32Array;
  readonly moments: Readonly<Record<string, Float32Array>>;
}

/** Steps submitted before the oldest one's loss is awaited. */
const IN_FLIGHT = 2;

/** Which parameters a translation model has. */
export function modelLayout(model: TranslationModel): ParameterLayout {
  const [batch, length] = [dim('B', 1), dim('S', model.maxLength)];
  const target = dim('T', model.maxLength);
  const ids = (name: string, shape: Parameters<typeof inputTensor>[1]['shape']) =>
    inputTensor(name, { dtype: 'i32', shape });
  return declareParameters((scope) =>
    model.logits(scope, {
      source: ids('source', [batch, length]),
      sourceLengths: ids('sourceLengths', [batch]),
      targetInput: ids('targetInput', [batch, target]),
    }),
  );
}

export class Trainer {
  readonly device: Device;
  readonly model: TranslationModel;
  readonly layout: ParameterLayout;
  /** Holds the parameters; decoders may share it. */
  readonly states: StateStore;
  readonly #options: TrainerOptions;
  readonly #program: Program;
  #evaluator: Program | undefined;
  #step = 0;

  private constructor(
    model: TranslationModel,
    layout: ParameterLayout,
    states: StateStore,
    options: TrainerOptions,
    program: Program,
  ) {
    this.device = states.device;
    this.model = model;
    this.layout = layout;
    this.states = states;
    this.#options = options;
    this.#program = program;
  }

  /** Compiles the training step and uploads initial weights. */
  static async create(
    device: Device,
    model: TranslationModel,
    options: TrainerOptions,
  ): Promise<Trainer> {
    const layout = modelLayout(model);
    const states = new StateStore(device);
    const plan = compileGraph(trainingGraph(model, layout, options));
    const { onProgress } = options;
    const program = await Program.create(device, plan, states, onProgress ? { onProgress } : {});
    states.write(PARAMETERS, initialArena(layout, options.seed));
    return new Trainer(model, layout, states, options, program);
  }

  /** Steps done so far. */
  get step(): number {
    return this.#step;
  }

  /** Dispatches of one step, and its distinct pipelines. */
  get planSize(): { readonly dispatches: number; readonly pipelines: number } {
    return { dispatches: this.#program.dispatchCount, pipelines: this.#program.pipelineCount };
  }

  /**
   * Trains on the batches until they end.
   * @param onStep gets each step's report, in order, up to two steps late
   * @throws AbortedError between steps when the signal fires; the trainer stays usable
   */
  async train(
    batches: Iterable<Batch>,
    options: { readonly onStep?: (report: StepReport) => void; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const pending: Promise<StepReport>[] = [];
    const drain = async (limit: number): Promise<void> => {
      while (pending.length > limit) {
        const report = await pending.shift();
        if (report !== undefined) options.onStep?.(report);
      }
    };
    try {
      for (const batch of batches) {
        throwIfAborted(options.signal, 'training');
        pending.push(this.#run(batch));
        await drain(IN_FLIGHT);
      }
    } finally {
      await drain(0);
    }
  }

  /** Loss and token accuracy on held-out batches. */
  async evaluate(batches: Iterable<Batch>, signal?: AbortSignal): Promise<Evaluation> {
    this.#evaluator ??= await Program.create(
      this.device,
      compileGraph(
        evaluationGraph(this.model, this.layout, { ...this.#options, labelSmoothing: 0 }),
      ),
      this.states,
    );
    let [loss, correct, tokens] = [0, 0, 0];
    for (const batch of batches) {
      throwIfAborted(signal, 'evaluation');
      this.#evaluator.run(batchInputs(batch));
      const result = await this.#evaluator.read('loss', 'tokens', 'correct');
      const count = result.tokens.data[0] ?? 0;
      loss += (result.loss.data[0] ?? 0) * count;
      correct += result.correct.data[0] ?? 0;
      tokens += count;
    }
    if (tokens === 0) throw new InputError('evaluate: no held-out tokens; pass some pairs');
    return { loss: loss / tokens, tokenAccuracy: correct / tokens };
  }

  /** Times every dispatch of a training step on a batch of the sizes of the last one. */
  profile(): Promise<readonly DispatchTime[]> {
    return this.#program.profile();
  }

  /** Reads everything that a checkpoint keeps. */
  async snapshot(): Promise<TrainerSnapshot> {
    const entries = await Promise.all(
      moments(this.#options.optimizer).map(
        async (name) => [name, await this.states.read(name)] as const,
      ),
    );
    return {
      step: this.#step,
      parameters: await this.states.read(PARAMETERS),
      moments: Object.fromEntries(entries),
    };
  }

  /** Goes on from a snapshot, exactly. */
  restore({ step, parameters, moments: values }: TrainerSnapshot): void {
    this.states.write(PARAMETERS, parameters);
    for (const name of moments(this.#options.optimizer)) {
      const value = values[name];
      if (value === undefined) throw new InputError(`checkpoint: no '${name}' in it`);
      this.states.write(name, value);
    }
    this.#step = step;
  }

  /** Frees plans and state. Harmless twice. */
  dispose(): void {
    this.#program.dispose();
    this.#evaluator?.dispose();
    this.states.dispose();
  }

  async #run(batch: Batch): Promise<StepReport> {
    const { schedule, seed, optimizer } = this.#options;
    checkBatch(this.model, batch);
    const step = ++this.#step;
    const rate = learningRate(schedule, step);
    this.#program.run({
      ...batchInputs(batch),
      dropoutKey: { shape: [1], data: Int32Array.of(randomBits(seed, 0, step)) },
      learningRate: { shape: [1], data: Float32Array.of(rate) },
      corrections: { shape: [2], data: biasCorrections(optimizer, step) },
    });
    const { loss, tokens, norm } = await this.#program.read('loss', 'tokens', 'norm');
    return {
      step,
      loss: loss.data[0] ?? Number.NaN,
      tokens: tokens.data[0] ?? 0,
      norm: norm.data[0] ?? Number.NaN,
      learningRate: rate,
    };
  }
}

function checkBatch(model: TranslationModel, batch: Batch): void {
  checkIds('training: source', batch.source, model.sourceVocabulary);
  checkIds('training: target input', batch.targetInput, model.targetVocabulary);
  checkIds('training: target output', batch.targetOutput, model.targetVocabulary);
}

/** A batch as the inputs of a teacher-forcing plan. */
export function batchInputs(batch: Batch): HostTensors {
  const { size, sourceLength, targetLength } = batch;
  return {
    source: matrix(batch.source, size, sourceLength),
    sourceLengths: { shape: [size], data: batch.sourceLengths },
    targetInput: matrix(batch.targetInput, size, targetLength),
    targetOutput: matrix(batch.targetOutput, size, targetLength),
  };
}

function matrix(data: Int32Array, rows: number, columns: number) {
  return { shape: [rows, columns], data };
}
