/**
 * The training loop: batches in, a report a step out. Runs wherever there is a device: Node, a page,
 * a worker. Few steps are in flight at a time; losses come back while later steps run.
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
import type { StateStore } from '../gpu/states';
import {
  type Captured,
  type Inspectable,
  type InspectOptions,
  Inspector,
} from '../inspect/inspector';
import { ParameterStore } from '../nn/parameterStore';
import { PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { allKernels } from '../ops/kernels';
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

/** What a training step tells. */
export interface StepReport {
  /** From 1. */
  readonly step: number;
  /** Mean over what counts, with label smoothing. */
  readonly loss: number;
  /** Target tokens, labels or pairs of the batch. */
  readonly count: number;
  /** Global norm of the gradient before clipping. */
  readonly norm: number;
  readonly learningRate: number;
}

/** Loss and accuracy on held-out batches. */
export interface Evaluation {
  /** Mean over what counts, without smoothing. */
  readonly loss: number;
  /**
   * Part of the predictions that are right: with teacher forcing, of the target tokens. NaN where the task
   * does not tell which are.
   */
  readonly accuracy: number;
}

/** Everything of a run that lives on the device, on the CPU: parameters, moments, step. */
export interface TrainerSnapshot {
  readonly step: number;
  readonly parameters: Float32Array;
  readonly moments: Readonly<Record<string, Float32Array>>;
}

/** What a training step computes, looked at. */
export interface StepInspector<Batch> {
  run(batch: Batch): Promise<Captured>;
  dispose(): void;
}

/** Steps submitted before the oldest one's loss is awaited. */
const IN_FLIGHT = 2;

/** How a run of training goes on. */
export interface TrainOptions {
  /** Gets each step's report, in order, up to two steps late. */
  readonly onStep?: (report: StepReport) => void;
  readonly signal?: AbortSignal;
  /**
   * Lets decoding go first: one step is under way at a time, and none begins while a sentence is decoded, which
   * thus waits for one step at most. For training beside an app (default false: two are submitted ahead).
   */
  readonly yields?: boolean;
}

/** Trains the parameters of a task on a device. */
export class Trainer<Batch> {
  readonly device: Device;
  readonly task: TrainingTask<Batch>;
  readonly layout: ParameterLayout;
  /** The parameters, for `compile` and decoders; they live as long as the trainer. */
  readonly parameters: ParameterStore;
  /** Its states, by name, are what checkpoints keep beside the parameters. */
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
   * Compiles the training step and uploads initial weights.
   * @param computation inputs, a loss and an optimiser; or a task with options of their own
   * @throws OptionError, ShapeError, DTypeError, with the layer's path, for a computation that does not
   *   fit together; DeviceError
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
    const layout = taskLayout(task);
    if (layout.size === 0) {
      throw new OptionError(
        'trainer: the loss asks its scope for no parameters; what is to be trained?',
      );
    }
    const { clipNorm, seed = 0 } = options;
    const plan = compileGraph(trainingGraph(task, layout, { optimizer, clipNorm }));
    const parameters = ParameterStore.initial(device, layout, seed);
    const { states } = parameters;
    try {
      const program = await Program.create(device, plan, states, {
        kernels: allKernels,
        ...options,
      });
      // New states are zero.
      for (const [name, start] of Object.entries(optimizer.states)) {
        if (start !== 0) states.write(name, new Float32Array(layout.size).fill(start));
      }
      return new Trainer(task, parameters, optimizer, options, program);
    } catch (error) {
      parameters.dispose();
      throw error;
    }
  }

  /** Where parameters and the optimiser's arenas live; decoders may share it. */
  get states(): StateStore {
    return this.parameters.states;
  }

  /** Steps done so far. */
  get stepCount(): number {
    return this.#step;
  }

  /** Dispatches of the last step, those of loops as often as they ran; 0 before the first. */
  get submittedCount(): number {
    return this.#program.submittedCount;
  }

  /** Dispatches of one step, those of a loop's body once, and its distinct pipelines. */
  get planSize(): { readonly dispatches: number; readonly pipelines: number } {
    return { dispatches: this.#program.dispatchCount, pipelines: this.#program.pipelineCount };
  }

  /**
   * One step of training on a batch.
   * @throws OptionError, ShapeError, DTypeError, InputError for a batch that does not fit, before anything
   *   runs; DeviceLostError; DisposedError
   */
  step(batch: Batch): Promise<StepReport> {
    return this.#run(batch);
  }

  /**
   * Trains on the batches until they end.
   * @throws AbortedError between steps when the signal fires; the trainer stays usable
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
        // No further step after one that failed.
        if (hasFailed) await drain(0);
        throwIfAborted(options.signal, 'training');
        const step = this.#run(batch);
        // Watched from its start: it may fail while an earlier one is awaited.
        step.catch(noteFailure);
        pending.push(step);
        await drain(options.yields === true ? 0 : IN_FLIGHT);
        if (options.yields === true) await foregroundEnds();
      }
      await drain(0);
    } catch (error) {
      // What was under way is reported, and has ended before the caller hears of the error.
      await drain(0).catch(noteFailure);
      await Promise.allSettled(pending);
      throw error;
    }
  }

  /** Loss and token accuracy on held-out batches. */
  async evaluate(batches: Iterable<Batch>, signal?: AbortSignal): Promise<Evaluation> {
    this.#evaluator ??= await Program.create(
      this.device,
      compileGraph(evaluationGraph(this.task, this.layout)),
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
    if (counted === 0) throw new InputError('evaluate: nothing held out counts; pass some pairs');
    return { loss: loss / counted, accuracy: tells ? correct / counted : Number.NaN };
  }

  /** The plans that it runs: to explain them, or to tune for them. */
  get plans(): readonly Plan[] {
    return [this.#program, this.#evaluator].flatMap((program) => program?.plan ?? []);
  }

  /** Times every dispatch of a training step on a batch of the sizes of the last one. */
  profile(): Promise<readonly DispatchTime[]> {
    return profile(this.#program);
  }

  /**
   * Looks inside training steps; see Inspector. Training goes on as if nobody looked.
   * @returns captures what a step on a batch computes, with the weights and the dropout of the next one
   */
  async inspect(options: InspectOptions): Promise<StepInspector<Batch>> {
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

  /** Reads everything that a checkpoint keeps. */
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

  /** Goes on from a snapshot, exactly. */
  restore({ step, parameters, moments: values }: TrainerSnapshot): void {
    this.states.write(PARAMETERS, parameters);
    for (const name of Object.keys(this.optimizer.states)) {
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
    this.parameters.dispose();
  }

  /** Random bits of a step's dropout. */
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
    // A batch that was refused is no step.
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
