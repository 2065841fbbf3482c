/**
 * The training loop, which takes batches and reports every training step. A few steps are in flight
 * at a time, so that losses are read back while later steps run.
 */
import { compileGraph } from '../compiler/compile';
import type { Plan } from '../compiler/plan/plan';
import type { BatchOf, InputTypes } from '../core/batch';
import { checkOptions, defined, InputError, OptionError, throwIfAborted } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { randomBits } from '../core/randomBits';
import type { Device } from '../gpu/device';
import { foregroundEnds } from '../gpu/foreground';
import { type DispatchTime, profile } from '../gpu/profile';
import { Program } from '../gpu/program';
import { StateStore } from '../gpu/states';
import type { Captured } from '../inspect/capture';
import type { Inspectable } from '../inspect/describe';
import type { InspectOptions } from '../inspect/inspectedGraph';
import { Inspector } from '../inspect/inspector';
import { ParameterStore } from '../nn/parameterStore';
import { PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { allKernels } from '../ops/kernels';
import { BesideStates } from './beside';
import { lossTask } from './lossTask';
import { optimizerOf } from './optimizer';
import type { Optimizer } from './ownOptimizer';
import { scheduleOf } from './schedule';
import { evaluationGraph, trainingGraph } from './step';
import { type TrainingTask, taskLayout } from './task';
import {
  COMPUTATION_NAMES,
  type ComputationOptions,
  type OptimizedBy,
  type TrainerOptions,
  type TrainerSettings,
} from './trainerOptions';

/** The report of a training step. */
export interface StepReport {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Mean loss over the predictions, with label smoothing. */
  readonly loss: number;
  /** Number of predictions in the batch, such as target tokens or labels. */
  readonly count: number;
  /** Global norm of the gradient before clipping. */
  readonly norm: number;
  readonly learningRate: number;
}

/** Loss and accuracy on held-out batches. */
export interface Evaluation {
  /** Mean loss over the predictions, without label smoothing. */
  readonly loss: number;
  /**
   * Fraction of correct predictions; for translation, of target tokens with teacher forcing. NaN if
   * the task does not count correct predictions.
   */
  readonly accuracy: number;
}

/** A copy of a trainer's state on the CPU. */
export interface TrainerSnapshot {
  /** Number of training steps so far. */
  readonly step: number;
  readonly parameters: Float32Array;
  readonly moments: Readonly<Record<string, Float32Array>>;
}

/** Captures intermediate values of training steps. */
export interface StepInspector<Batch> {
  run(batch: Batch): Promise<Captured>;
  dispose(): void;
}

/** Number of training steps that are submitted before the loss of the oldest is awaited. */
const IN_FLIGHT = 2;

/** Options of `train`. */
export interface TrainOptions {
  /** Called with each step's report, in order, up to two steps late. */
  readonly onStep?: (report: StepReport) => void;
  readonly signal?: AbortSignal;
  /**
   * Whether training yields to decoding on the same device (default false): only one step is in
   * flight at a time, and none starts while a sequence is being decoded, so that decoding waits for
   * one step at most.
   */
  readonly yields?: boolean;
}

/** Trains the parameters of a task on a device. */
export class Trainer<Batch> {
  readonly device: Device;
  readonly task: TrainingTask<Batch>;
  readonly layout: ParameterLayout;
  /** The parameters, for `compile` and decoders; disposed of with the trainer. */
  readonly parameters: ParameterStore;
  /** The optimiser; checkpoints contain its states. */
  readonly optimizer: Optimizer;
  readonly #settings: TrainerSettings;
  readonly #program: Program;
  #evaluator: Program | undefined;
  #step = 0;

  private constructor(
    task: TrainingTask<Batch>,
    parameters: ParameterStore,
    optimizer: Optimizer,
    settings: TrainerSettings,
    program: Program,
  ) {
    this.device = parameters.device;
    this.task = task;
    this.layout = parameters.layout;
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.#settings = settings;
    this.#program = program;
  }

  /**
   * Compiles the training step and initialises the parameters.
   * @param computation inputs, a loss and an optimiser; or a task, with options as another argument
   * @throws OptionError, ShapeError, DTypeError for a computation that is inconsistent, naming the
   *   layer's path; DeviceError
   */
  static create<Inputs extends InputTypes>(
    device: Device,
    computation: ComputationOptions<Inputs>,
  ): Promise<Trainer<BatchOf<Inputs>>>;
  static create<Batch>(
    device: Device,
    task: TrainingTask<Batch>,
    options: TrainerOptions | OptimizedBy,
  ): Promise<Trainer<Batch>>;
  static async create<Inputs extends InputTypes, Batch>(
    device: Device,
    what: ComputationOptions<Inputs> | TrainingTask<Batch>,
    options?: TrainerOptions | OptimizedBy,
  ): Promise<Trainer<Batch> | Trainer<BatchOf<Inputs>>> {
    if (!('loss' in what)) return Trainer.#of(device, what, defined(options, 'options'));
    checkOptions('trainer', what, COMPUTATION_NAMES);
    return Trainer.#of(device, lossTask<Inputs>(what), what);
  }

  static async #of<Batch>(
    device: Device,
    task: TrainingTask<Batch>,
    options: TrainerOptions | OptimizedBy,
  ): Promise<Trainer<Batch>> {
    const optimizer =
      'schedule' in options
        ? optimizerOf(options.optimizer, scheduleOf(options.schedule))
        : options.optimizer;
    const { clipNorm, freeze, adapter, seed = 0 } = options;
    const layout = adapter?.layout ?? taskLayout(task);
    if (layout.size === 0) {
      throw new OptionError(
        'trainer: the loss uses no parameters of its scope, so that there is nothing to train',
      );
    }
    const plan = compileGraph(
      trainingGraph(task, layout, { optimizer, clipNorm, freeze, adapter }),
    );
    const states =
      adapter === undefined
        ? new StateStore(device)
        : new BesideStates(device, adapter.base.states);
    const parameters = ParameterStore.initial(device, layout, seed, states);
    try {
      const program = await Program.create(device, plan, states, {
        kernels: allKernels,
        ...options,
      });
      // New states are initialised with zeros.
      for (const [name, start] of Object.entries(optimizer.states)) {
        if (start !== 0) states.write(name, new Float32Array(layout.size).fill(start));
      }
      return new Trainer(task, parameters, optimizer, options, program);
    } catch (error) {
      parameters.dispose();
      throw error;
    }
  }

  /** The store of the parameters and the optimiser's states, which decoders can share. */
  get states(): StateStore {
    return this.parameters.states;
  }

  /** Number of training steps so far. */
  get stepCount(): number {
    return this.#step;
  }

  /**
   * Dispatches of the last training step, counting all iterations of loops; 0 before the first
   * step.
   */
  get submittedCount(): number {
    return this.#program.submittedCount;
  }

  /**
   * Dispatches of a training step, counting the body of a loop once, and its distinct pipelines.
   */
  get planSize(): { readonly dispatches: number; readonly pipelines: number } {
    return { dispatches: this.#program.dispatchCount, pipelines: this.#program.pipelineCount };
  }

  /**
   * Runs one training step on a batch.
   * @throws OptionError, ShapeError, DTypeError, InputError for a batch that does not fit, before
   *   anything runs; DeviceLostError; DisposedError
   */
  step(batch: Batch): Promise<StepReport> {
    return this.#run(batch);
  }

  /**
   * Runs a training step on each batch.
   * @throws AbortedError between steps if the signal fires; the trainer can be used further
   */
  async train(batches: Iterable<Batch>, options: TrainOptions = {}): Promise<void> {
    const pending: Promise<StepReport>[] = [];
    let hasFailed = false;
    const noteFailure = () => {
      hasFailed = true;
    };
    const drain = async (limit: number): Promise<void> => {
      while (pending.length > limit) {
        const report = await pending.shift();
        if (report !== undefined) options.onStep?.(report);
      }
    };
    try {
      for (const batch of batches) {
        // Do not start another step after one that failed.
        if (hasFailed) await drain(0);
        throwIfAborted(options.signal, 'training');
        const step = this.#run(batch);
        // A handler is attached at once, because the step may fail while an earlier one is awaited.
        step.catch(noteFailure);
        pending.push(step);
        await drain(options.yields === true ? 0 : IN_FLIGHT);
        if (options.yields === true) await foregroundEnds();
      }
      await drain(0);
    } catch (error) {
      // Steps in flight are reported and settled before the error is thrown.
      await drain(0).catch(noteFailure);
      await Promise.allSettled(pending);
      throw error;
    }
  }

  /** Evaluates loss and accuracy on held-out batches, without training. */
  async evaluate(batches: Iterable<Batch>, signal?: AbortSignal): Promise<Evaluation> {
    this.#evaluator ??= await Program.create(
      this.device,
      compileGraph(evaluationGraph(this.task, this.layout, this.#settings.adapter)),
      this.states,
      { kernels: allKernels, startup: this.#settings.startup ?? 'balanced' },
    );
    const names = [...this.#evaluator.plan.outputs.keys()];
    const tells = names.includes('correct');
    let [loss, correct, counted] = [0, 0, 0];
    for (const batch of batches) {
      throwIfAborted(signal, 'evaluation');
      this.#evaluator.run(this.task.feed(batch));
      const result = await this.#evaluator.read(...names);
      const value = (name: string) => single(defined(result[name], name));
      loss += value('loss') * value('count');
      if (tells) correct += value('correct');
      counted += value('count');
    }
    if (counted === 0) {
      throw new InputError(
        'evaluate: the batches have no predictions to count; pass held-out data',
      );
    }
    return { loss: loss / counted, accuracy: tells ? correct / counted : Number.NaN };
  }

  /** Its plans, for `explain` and `tune`. */
  get plans(): readonly Plan[] {
    return [this.#program, this.#evaluator].flatMap((program) => program?.plan ?? []);
  }

  /** Measures every dispatch of a training step, with the sizes of the last batch. */
  profile(): Promise<readonly DispatchTime[]> {
    return profile(this.#program);
  }

  /**
   * Compiles an inspector of training steps; see Inspector. It does not affect training.
   * @returns runs a batch with the current parameters and the dropout of the next step, and
   *   captures values
   * @throws OptionError if an adapter is trained
   */
  async inspect(options: InspectOptions): Promise<StepInspector<Batch>> {
    if (this.#settings.adapter !== undefined) {
      throw new OptionError('inspect: an adapter is trained; inspect its model with a LoraStore');
    }
    const forward: Inspectable['forward'] = (scope, inputs) =>
      this.task.forward(scope, inputs, 'training').loss;
    const inspectable = { inputs: this.task.inputs, forward };
    const { device, layout, states } = this;
    const inspector = await Inspector.create(device, layout, states, inspectable, options, true);
    return {
      run: (batch) =>
        inspector.run({ ...this.task.feed(batch), dropoutKey: this.#key(this.#step + 1) }),
      dispose: () => inspector.dispose(),
    };
  }

  /** Reads the parameters and optimiser states, for a checkpoint. */
  async snapshot(): Promise<TrainerSnapshot> {
    const entries = await Promise.all(
      Object.keys(this.optimizer.states).map(
        async (name) => [name, await this.states.read(name)] as const,
      ),
    );
    return {
      step: this.#step,
      parameters: await this.states.read(PARAMETERS),
      moments: Object.fromEntries(entries),
    };
  }

  /** Restores a snapshot, bit by bit. @throws InputError if it lacks a state of the optimiser */
  restore({ step, parameters, moments: values }: TrainerSnapshot): void {
    this.states.write(PARAMETERS, parameters);
    for (const name of Object.keys(this.optimizer.states)) {
      const value = values[name];
      if (value === undefined) {
        throw new InputError(`restore: the snapshot lacks the optimiser's state '${name}'`);
      }
      this.states.write(name, value);
    }
    this.#step = step;
  }

  /** Frees plans, parameters and states. Idempotent. */
  dispose(): void {
    this.#program.dispose();
    this.#evaluator?.dispose();
    this.parameters.dispose();
  }

  /** The dropout key of a training step. */
  #key(step: number): HostTensor {
    return { shape: [1], data: Int32Array.of(randomBits(this.#settings.seed ?? 0, 0, step)) };
  }

  async #run(batch: Batch): Promise<StepReport> {
    const step = this.#step + 1;
    const rate = this.optimizer.rate(step);
    const figures = Object.entries({ learningRate: [rate], ...this.optimizer.figures(step) });
    this.#program.run({
      ...this.task.feed(batch),
      dropoutKey: this.#key(step),
      ...Object.fromEntries(
        figures.map(([name, values]) => [
          name,
          { shape: [values.length], data: Float32Array.from(values) },
        ]),
      ),
    });
    // A batch that was rejected above does not count as a step.
    this.#step = step;
    const { loss, count, norm } = await this.#program.read('loss', 'count', 'norm');
    return {
      step,
      loss: single(loss),
      count: single(count),
      norm: single(norm),
      learningRate: rate,
    };
  }
}

/** The only element of a tensor. */
function single({ data }: HostTensor): number {
  return defined(data[0], 'value');
}
