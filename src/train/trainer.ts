/**
 * The training loop: batches in, a report a step out. Runs wherever there is a device: Node, a page,
 * a worker. Few steps are in flight at a time; losses come back while later steps run.
 */
import type { Startup } from '../../shaders/lib/startup';
import { compileGraph } from '../compile/compile';
import type { Plan } from '../compile/plan';
import { InputError, throwIfAborted } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { randomBits } from '../core/randomBits';
import type { Device } from '../gpu/device';
import { type DispatchTime, profile } from '../gpu/profile';
import { Program } from '../gpu/program';
import { StateStore } from '../gpu/states';
import {
  type Captured,
  type Inspectable,
  type InspectOptions,
  Inspector,
} from '../inspect/inspector';
import { initialArena } from '../nn/arena';
import { PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { biasCorrections, initialMoment, moments, optimizerRate } from './optimizer';
import { learningRate, type ScheduleOptions } from './schedule';
import { evaluationGraph, type StepOptions, trainingGraph } from './step';
import { type TrainingTask, taskLayout } from './task';

export interface TrainerOptions extends StepOptions {
  readonly schedule: ScheduleOptions;
  /** Of initial weights and dropout. */
  readonly seed: number;
  /** How long training will be, which `startupFor` tells of a number of steps; 'balanced' by default. */
  readonly startup?: Startup;
  readonly onProgress?: (ready: number, total: number) => void;
}

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

export interface Evaluation {
  /** Mean over what counts, without smoothing. */
  readonly loss: number;
  /** Part of the predictions that are right: with teacher forcing, of the target tokens. */
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

export class Trainer<Batch> {
  readonly device: Device;
  readonly task: TrainingTask<Batch>;
  readonly layout: ParameterLayout;
  /** Holds the parameters; decoders may share it. */
  readonly states: StateStore;
  readonly #options: TrainerOptions;
  readonly #program: Program;
  #evaluator: Program | undefined;
  #step = 0;

  private constructor(
    task: TrainingTask<Batch>,
    layout: ParameterLayout,
    states: StateStore,
    options: TrainerOptions,
    program: Program,
  ) {
    this.device = states.device;
    this.task = task;
    this.layout = layout;
    this.states = states;
    this.#options = options;
    this.#program = program;
  }

  /** Compiles the training step and uploads initial weights. */
  static async create<Batch>(
    device: Device,
    task: TrainingTask<Batch>,
    options: TrainerOptions,
  ): Promise<Trainer<Batch>> {
    const layout = taskLayout(task);
    const states = new StateStore(device);
    const plan = compileGraph(trainingGraph(task, layout, options));
    const program = await Program.create(device, plan, states, options);
    states.write(PARAMETERS, initialArena(layout, options.seed));
    const start = initialMoment(options.optimizer);
    // New states are zero.
    for (const name of start === 0 ? [] : moments(options.optimizer)) {
      states.write(name, new Float32Array(layout.size).fill(start));
    }
    return new Trainer(task, layout, states, options, program);
  }

  /** Steps done so far. */
  get step(): number {
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
   * Trains on the batches until they end.
   * @param onStep gets each step's report, in order, up to two steps late
   * @throws AbortedError between steps when the signal fires; the trainer stays usable
   */
  async train(
    batches: Iterable<Batch>,
    options: { readonly onStep?: (report: StepReport) => void; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
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
        await drain(IN_FLIGHT);
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
      { startup: this.#options.startup ?? 'balanced' },
    );
    const names = [...this.#evaluator.plan.outputs.keys()];
    let [loss, correct, counted] = [0, 0, 0];
    for (const batch of batches) {
      throwIfAborted(signal, 'evaluation');
      this.#evaluator.run(this.task.feed(batch));
      const result = await this.#evaluator.read(...names);
      const value = (name: string) => result[name]?.data[0] ?? 0;
      loss += value('loss') * value('count');
      correct += value('correct');
      counted += value('count');
    }
    if (counted === 0) throw new InputError('evaluate: nothing held out counts; pass some pairs');
    return { loss: loss / counted, accuracy: correct / counted };
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

  /** Random bits of a step's dropout. */
  #key(step: number): HostTensor {
    return { shape: [1], data: Int32Array.of(randomBits(this.#options.seed, 0, step)) };
  }

  async #run(batch: Batch): Promise<StepReport> {
    const { schedule, optimizer } = this.#options;
    const inputs = this.task.feed(batch);
    const step = ++this.#step;
    const rate = optimizerRate(optimizer, learningRate(schedule, step), step);
    this.#program.run({
      ...inputs,
      dropoutKey: this.#key(step),
      learningRate: { shape: [1], data: Float32Array.of(rate) },
      corrections: { shape: [2], data: biasCorrections(optimizer, step) },
    });
    const { loss, count, norm } = await this.#program.read('loss', 'count', 'norm');
    return {
      step,
      loss: loss.data[0] ?? Number.NaN,
      count: count.data[0] ?? 0,
      norm: norm.data[0] ?? Number.NaN,
      learningRate: rate,
    };
  }
}
