/** A run on the GPU: its trainer, where it stands, and what it tells of it. */
import { type Device, type QkvError, StorageError } from 'qkv';
import { startupFor } from 'qkv/graph';
import { readCheckpoint, type StepReport, Trainer, writeCheckpoint } from 'qkv/train';
import type { Change, Look, Reports, RunEvent, RunLog, RunState } from '../events';
import { numberOf, type RunRecipe } from '../recipe';
import { type ModelFiles, modelFiles } from './files';
import { optimiserOf } from './optimiser';
import { clipOf } from './predict';
import { logOf, storedRecipe } from './record';
import type { BatchSource, Sampler, Study } from './study';

/** At least so much time lies between events. */
const EVENT_MS = 250;
/** Time between checkpoints. */
const SAVE_MS = 10_000;
/** Time over which speed is measured. */
const SPEED_MS = 1500;

export interface SessionOptions {
  readonly id: string;
  readonly recipe: RunRecipe;
  /** Bytes of its checkpoint, to go on from. */
  readonly checkpoint?: Uint8Array;
  onEvent(event: RunEvent): void;
  save(bytes: Uint8Array): Promise<void>;
}

export class Session<B> {
  readonly #options: SessionOptions;
  readonly #study: Study<B>;
  readonly #device: Device;
  readonly #trainer: Trainer<B>;
  readonly #log: RunLog & {
    readonly losses: number[];
    readonly norms: number[];
    readonly rates: number[];
    readonly counts: number[];
    readonly looks: Look[];
    readonly changes: Change[];
    seconds: number;
  };
  readonly #batches: BatchSource<B>;
  #sampler: Sampler | undefined;
  #state: RunState = 'paused';
  #isWanted = false;
  #told = { steps: 0, looks: 0, at: 0 };
  /** The step of the last checkpoint, and whether that has everything of it. */
  #savedStep = -1;
  #isSaved = true;
  #isKept = true;
  #running: Promise<void> | undefined;
  /** Predictions and times of late. */
  #late: { readonly at: number; readonly count: number }[] = [];

  private constructor(
    options: SessionOptions,
    study: Study<B>,
    device: Device,
    trainer: Trainer<B>,
    log: RunLog,
    batches: BatchSource<B>,
    changes: Change[],
  ) {
    this.#options = options;
    this.#study = study;
    this.#device = device;
    this.#trainer = trainer;
    this.#batches = batches;
    this.#log = {
      ...log,
      losses: [...log.losses],
      norms: [...log.norms],
      rates: [...log.rates],
      counts: [...log.counts],
      looks: [...log.looks],
      changes,
    };
    this.#told = { steps: log.losses.length, looks: log.looks.length, at: 0 };
    if (options.checkpoint !== undefined) this.#savedStep = log.losses.length;
    if (trainer.stepCount >= this.#total) this.#state = 'done';
  }

  /**
   * Compiles the training step, and restores a checkpoint. The device is disposed of with the
   * session.
   * @throws OptionError, FormatError, DeviceError
   */
  static async create<B>(
    device: Device,
    study: Study<B>,
    options: SessionOptions,
    onProgress: (ready: number, total: number) => void,
  ): Promise<Session<B>> {
    const { recipe, checkpoint } = options;
    const seed = numberOf(recipe, 'seed');
    const known = checkpoint === undefined ? undefined : logOf(checkpoint);
    const changes = [...(known?.changes ?? [])];
    const trainer = await Trainer.create(device, study.task, {
      optimizer: optimiserOf(recipe, changes),
      clipNorm: clipOf(recipe),
      seed,
      startup: startupFor(numberOf(recipe, 'steps')),
      onProgress,
    });
    let cursor = { seed, epoch: 0, batch: 0 };
    if (checkpoint !== undefined) {
      const names = Object.keys(trainer.optimizer.states);
      const read = readCheckpoint(checkpoint, trainer.layout, names);
      trainer.restore(read.snapshot);
      cursor = read.cursor;
    }
    const log = known ?? {
      ...{ losses: [], norms: [], rates: [], counts: [], looks: [], changes: [], seconds: 0 },
      baseline: study.baseline(),
    };
    return new Session(options, study, device, trainer, log, study.batches(cursor), changes);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  get #total(): number {
    return numberOf(this.#options.recipe, 'steps');
  }

  /** Trains until it is paused, or its steps are done. Does nothing while it runs. */
  run(): void {
    this.#start(this.#total);
  }

  /** Runs one step. */
  async step(): Promise<void> {
    this.#start(this.#trainer.stepCount + 1);
    await this.#running;
  }

  /** Pauses after the step in flight, and keeps a checkpoint. */
  async pause(): Promise<void> {
    this.#isWanted = false;
    await this.#running;
    if (this.#state !== 'failed') await this.#save();
  }

  /**
   * Notes what is different from the next step on. The factor of the learning rate works at once,
   * another dropout once the session is created anew from its checkpoint.
   */
  async change(what: Omit<Change, 'step'>): Promise<void> {
    this.#log.changes.push({ step: this.#trainer.stepCount + 1, ...what });
    // The checkpoint of this step, if there is one, lacks the change.
    this.#isSaved = false;
    this.#tell();
    if (!this.isRunning) await this.#save();
  }

  /** What it answers to a text. @throws InputError */
  async answer(text: string): Promise<string> {
    return (await this.#sampling()).answer(text);
  }

  files(): Promise<ModelFiles> {
    return modelFiles(this.#trainer, this.#study.description);
  }

  /** The run as a file, from which it goes on bit by bit. */
  async checkpoint(): Promise<Uint8Array> {
    const snapshot = await this.#trainer.snapshot();
    return writeCheckpoint(this.#trainer.layout, {
      snapshot,
      cursor: this.#batches.cursor,
      losses: this.#log.losses,
      recipe: storedRecipe(this.#options.recipe, this.#log),
      seconds: this.#log.seconds,
      tuning: this.#device.tuning,
    });
  }

  /** Tells the page where it stands. */
  tell(): void {
    this.#tell();
  }

  dispose(): void {
    this.#isWanted = false;
    this.#sampler?.dispose();
    this.#trainer.dispose();
    this.#device.dispose();
  }

  #start(goal: number): void {
    if (this.#running !== undefined || this.#trainer.stepCount >= this.#total) return;
    this.#isWanted = true;
    this.#state = 'running';
    this.#tell();
    this.#running = this.#go(Math.min(goal, this.#total)).finally(() => {
      this.#running = undefined;
    });
  }

  async #go(goal: number): Promise<void> {
    const trainer = this.#trainer;
    const every = numberOf(this.#options.recipe, 'eval-every');
    const begun = { at: performance.now(), step: trainer.stepCount };
    let saved = performance.now();
    const remaining = () => {
      const steps = trainer.stepCount - begun.step;
      const seconds = (performance.now() - begun.at) / 1000;
      return steps === 0 ? undefined : (seconds / steps) * (this.#total - trainer.stepCount);
    };
    try {
      // A run that is interrupted early is kept as well.
      if (this.#savedStep < 0) await this.#save();
      while (this.#isWanted && trainer.stepCount < goal) {
        const next = Math.min(goal, (Math.floor(trainer.stepCount / every) + 1) * every);
        const until = performance.now() + SAVE_MS;
        await this.#train(next, until, remaining);
        const { stepCount } = trainer;
        if (stepCount % every === 0 || stepCount === this.#total) await this.#look();
        if (performance.now() - saved >= SAVE_MS) {
          await this.#save();
          saved = performance.now();
        }
      }
      this.#state = trainer.stepCount >= this.#total ? 'done' : 'paused';
      await this.#save();
      this.#tell();
    } catch (error) {
      this.#state = 'failed';
      const message = error instanceof Error ? error.message : String(error);
      const code = (error as Partial<QkvError>).code ?? 'other';
      this.#tell({ failure: { code, message } });
    }
  }

  /** Trains up to a step, or for some time. */
  async #train(goal: number, until: number, remaining: () => number | undefined): Promise<void> {
    const start = performance.now();
    const [trainer, batches] = [this.#trainer, this.#batches];
    const isGoing = () => this.#isWanted && trainer.stepCount < goal && performance.now() < until;
    const some = function* () {
      while (isGoing()) {
        const { value, done } = batches.next();
        if (done === true || value === undefined) return;
        yield value;
      }
    };
    this.#late = [{ at: start, count: 0 }];
    await trainer.train(some(), {
      yields: true,
      onStep: (report) => {
        this.#record(report);
        if (performance.now() - this.#told.at < EVENT_MS) return;
        const left = remaining();
        this.#tell(left === undefined ? {} : { remaining: left });
      },
    });
    this.#log.seconds += (performance.now() - start) / 1000;
  }

  #record({ step, loss, norm, learningRate, count }: StepReport): void {
    const { losses, norms, rates, counts } = this.#log;
    losses.push(loss);
    norms.push(norm);
    rates.push(learningRate);
    counts.push(count);
    this.#late.push({ at: performance.now(), count });
    if (Number.isFinite(loss)) return;
    throw new RangeError(`the loss is ${loss} at step ${step}; choose a lower learning rate`);
  }

  /** Predictions a second of late. */
  #speed(): number {
    const late = this.#late;
    const last = late.at(-1);
    if (last === undefined) return 0;
    const recent = late.filter(({ at }) => last.at - at <= SPEED_MS);
    const [first, ...rest] = recent.length > 1 ? recent : late.slice(-2);
    if (first === undefined || last.at === first.at) return 0;
    return (1000 * rest.reduce((sum, { count }) => sum + count, 0)) / (last.at - first.at);
  }

  /** Looks at held-out data and samples. */
  async #look(): Promise<void> {
    const { stepCount: step } = this.#trainer;
    if (this.#log.looks.at(-1)?.step === step) return;
    const { loss, accuracy } = await this.#trainer.evaluate(this.#study.held());
    const sampler = await this.#sampling();
    this.#log.looks.push({ step, loss, accuracy, ...(await sampler.sample(step)) });
    this.#tell();
  }

  async #sampling(): Promise<Sampler> {
    this.#sampler ??= await this.#study.sampler(this.#trainer);
    return this.#sampler;
  }

  async #save(): Promise<void> {
    const { stepCount } = this.#trainer;
    if (stepCount === this.#savedStep && this.#isSaved) return;
    this.#isSaved = true;
    const bytes = await this.checkpoint();
    this.#savedStep = stepCount;
    try {
      await this.#options.save(bytes);
      this.#isKept = true;
    } catch (error) {
      // Storage may be denied or full; the run goes on without.
      if (!(error instanceof StorageError)) throw error;
      this.#isKept = false;
    }
  }

  #tell(more: Partial<RunEvent> = {}): void {
    const { losses, norms, rates, counts, looks, changes, seconds, baseline } = this.#log;
    const { steps, looks: told } = this.#told;
    const news = (of: readonly number[]) => of.slice(steps);
    const reports: Reports = {
      losses: news(losses),
      norms: news(norms),
      rates: news(rates),
      counts: news(counts),
    };
    this.#told = { steps: losses.length, looks: looks.length, at: performance.now() };
    this.#options.onEvent({
      id: this.#options.id,
      state: this.#state,
      after: { steps, looks: told },
      reports,
      looks: looks.slice(told),
      changes: [...changes],
      ...{ seconds, baseline },
      bytes: this.#device.liveBytes,
      speed: this.#speed(),
      isKept: this.#isKept,
      ...more,
    });
  }
}
