/** Runs a recipe: trains, evaluates, saves checkpoints, resumes, and exports the model. */
import { mkdir } from 'node:fs/promises';
import { allKernels, FormatError, InputError, openDevice } from 'qkv';
import type { CheckpointStore } from 'qkv/io';
import {
  checkpointTuning,
  moments,
  readCheckpoint,
  type StepReport,
  type Trainer,
  writeCheckpoint,
} from 'qkv/train';
import { fileStore } from '../fileStore';
import { nodeGpu } from '../nodeGpu';
import {
  completeLog,
  type Evaluation,
  exportModel,
  type RunFigures,
  type WeightType,
} from './modelFolder';
import { nodeTunings } from './nodeTunings';
import { duration, Progress } from './progress';
import { type Recipe, recipeBatches, recipeTrainer } from './recipe';
import { withStudy } from './studies';
import { type BatchSource, bestOf, measured, type Scores, type Study } from './study';

export interface TrainOptions {
  readonly recipe: Recipe;
  /** Number of epochs, instead of the recipe's number of steps. */
  readonly epochs: number | undefined;
  readonly folder: string;
  readonly resume: boolean;
  readonly checkpointEvery: number;
  /** Training steps between evaluations; 0 evaluates at the end of every epoch. */
  readonly evaluateEvery: number;
  /** Whether the model of the best evaluation is exported, rather than the last one. */
  readonly keepBest: boolean;
  /** How the exported model's weights are stored. */
  readonly weights: WeightType;
  readonly commandLine: string;
  readonly signal: AbortSignal;
}

export interface TrainSummary {
  readonly model: string;
  readonly corpus: string;
  readonly steps: number;
  readonly aborted: boolean;
  readonly folder: string;
  readonly figures: RunFigures;
  /** Sample output of the trained model. */
  readonly sample?: string;
}

const CHECKPOINT = 'checkpoint.safetensors';
const EVALUATIONS = 'evaluations.json';

export function trainRecipe(options: TrainOptions): Promise<TrainSummary> {
  process.stderr.write(`reading the corpus ...\n`);
  return withStudy(options.recipe, (study) => trainStudy(options, study));
}

async function trainStudy<B>(options: TrainOptions, study: Study<B>): Promise<TrainSummary> {
  const { folder, epochs } = options;
  const recipe = epochs === undefined ? options.recipe : ofEpochs(options.recipe, study, epochs);
  const device = await openDevice({
    gpu: await nodeGpu(),
    kernels: allKernels,
    tuning: nodeTunings(),
  });
  const saved = options.resume ? await fileStore(folder).load(CHECKPOINT) : undefined;
  if (saved !== undefined) device.useTuning(checkpointTuning(saved));
  process.stderr.write(`${device.adapterName}: compiling ...\n`);
  const trainer = await recipeTrainer(device, recipe, study);
  const { dispatches, pipelines } = trainer.planSize;
  process.stderr.write(
    `${study.examples} ${study.unit}s, ${study.vocabularies}, a step is ${dispatches} ` +
      `dispatches of ${pipelines} pipelines\n`,
  );
  await mkdir(folder, { recursive: true });
  const run = new Run({ ...options, recipe }, study, trainer);
  try {
    return await run.train();
  } finally {
    trainer.dispose();
    device.dispose();
  }
}

/** The recipe with as many steps as its epochs have, over which its learning rate falls. */
function ofEpochs<B>(recipe: Recipe, study: Study<B>, epochs: number): Recipe {
  const steps = epochs * recipeBatches(recipe, study).batchesPerEpoch;
  return { ...recipe, steps, schedule: { ...recipe.schedule, steps } };
}

/** The state of a run: losses, data cursor, times. */
class Run<B> {
  readonly #options: TrainOptions;
  readonly #study: Study<B>;
  readonly #trainer: Trainer<B>;
  readonly #store: CheckpointStore;
  readonly #losses: number[] = [];
  readonly #evaluations: Evaluation[] = [];
  readonly #recipeText: string;
  #batches: BatchSource<B>;
  #saved = 0;
  #seconds = 0;

  constructor(options: TrainOptions, study: Study<B>, trainer: Trainer<B>) {
    this.#options = options;
    this.#study = study;
    this.#trainer = trainer;
    this.#store = fileStore(options.folder);
    this.#recipeText = JSON.stringify(options.recipe);
    this.#batches = recipeBatches(options.recipe, study);
  }

  async train(): Promise<TrainSummary> {
    const { recipe, resume } = this.#options;
    if (resume) await this.#resume();
    const perEpoch = this.#batches.batchesPerEpoch;
    const total = recipe.steps;
    const every = this.#options.evaluateEvery || perEpoch;
    const progress = new Progress(total, this.#trainer.stepCount);
    let aborted = false;
    let result: Evaluated = { figures: {} };
    while (this.#trainer.stepCount < total && !aborted) {
      const next = (interval: number) =>
        (Math.floor(this.#trainer.stepCount / interval) + 1) * interval;
      const goal = Math.min(total, next(every), next(this.#options.checkpointEvery));
      const start = performance.now();
      aborted = !(await this.#trainTo(goal, progress));
      this.#seconds += (performance.now() - start) / 1000;
      await this.#save();
      if (!aborted && (goal % every === 0 || goal === total)) {
        progress.end();
        result = await this.#evaluate();
        if (this.#options.keepBest && this.#isBest()) await this.#export(result.figures);
      }
    }
    progress.end();
    if (aborted)
      process.stderr.write(`stopped; go on with --resume --out ${this.#options.folder}\n`);
    const summary = { ...result.figures, seconds: this.#seconds };
    if (this.#options.keepBest && this.#best !== undefined) await this.#reportBest();
    else await this.#export(result.figures);
    return {
      model: recipe.kind,
      corpus: this.#study.corpus,
      steps: this.#trainer.stepCount,
      aborted,
      folder: this.#options.folder,
      figures: summary,
      ...(result.sample === undefined ? {} : { sample: result.sample }),
    };
  }

  /** The best evaluation so far. */
  get #best(): Evaluation | undefined {
    return bestOf(this.#evaluations, this.#study.criterion);
  }

  /** Whether the model as it is now has the best evaluation. */
  #isBest(): boolean {
    return this.#best?.step === this.#trainer.stepCount;
  }

  /** Writes the model's folder. */
  #export(figures: Scores): Promise<void> {
    const { folder, recipe, commandLine, weights } = this.#options;
    return exportModel(folder, {
      recipe,
      weights,
      study: this.#study,
      trainer: this.#trainer,
      log: { losses: this.#losses, evaluations: this.#evaluations },
      commandLine,
      figures: { ...figures, seconds: this.#seconds },
    });
  }

  async #reportBest(): Promise<void> {
    const { folder } = this.#options;
    await completeLog(folder, { losses: this.#losses, evaluations: this.#evaluations });
    process.stderr.write(`${folder} holds the best model, that of step ${this.#best?.step}\n`);
  }

  /** Trains up to a training step. @returns false if aborted */
  async #trainTo(goal: number, progress: Progress): Promise<boolean> {
    const { signal } = this.#options;
    const trainer = this.#trainer;
    const batches = this.#batches;
    const upToGoal = function* () {
      while (trainer.stepCount < goal && !signal.aborted) {
        const { value, done } = batches.next();
        if (done === true || value === undefined) return;
        yield value;
      }
    };
    await trainer.train(upToGoal(), { onStep: (report) => this.#record(report, progress) });
    return !signal.aborted;
  }

  #record({ step, loss, norm, learningRate }: StepReport, progress: Progress): void {
    if (!Number.isFinite(loss)) {
      throw new InputError(
        `training: the loss is ${loss} at step ${step}; lower --lr or --clip, then --resume from ` +
          'the last checkpoint',
      );
    }
    this.#losses.push(loss);
    const recent = this.#losses.slice(-50);
    const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length;
    const text = `${this.#study.showLoss(mean)}  norm ${norm.toFixed(2)}  lr ${learningRate.toExponential(1)}`;
    progress.update(step, text);
  }

  async #save(): Promise<void> {
    if (this.#saved === this.#trainer.stepCount) return;
    this.#saved = this.#trainer.stepCount;
    const snapshot = await this.#trainer.snapshot();
    const bytes = writeCheckpoint(this.#trainer.layout, {
      snapshot,
      cursor: this.#batches.cursor,
      losses: this.#losses,
      recipe: this.#recipeText,
      seconds: this.#seconds,
      tuning: this.#trainer.device.tuning,
    });
    await this.#store.save(CHECKPOINT, bytes);
  }

  async #resume(): Promise<void> {
    const bytes = await this.#store.load(CHECKPOINT);
    if (bytes === undefined) {
      process.stderr.write(`no checkpoint in ${this.#options.folder}; starting anew\n`);
      return;
    }
    const { optimizer } = this.#options.recipe;
    const checkpoint = readCheckpoint(bytes, this.#trainer.layout, moments(optimizer));
    if (withoutLength(checkpoint.recipe) !== withoutLength(this.#recipeText)) {
      throw new FormatError(
        `the checkpoint in ${this.#options.folder} is of another recipe: repeat its options or ` +
          `choose another --out\n  there: ${checkpoint.recipe}\n  asked: ${this.#recipeText}`,
      );
    }
    this.#trainer.restore(checkpoint.snapshot);
    this.#losses.push(...checkpoint.losses);
    this.#seconds = checkpoint.seconds;
    this.#saved = this.#trainer.stepCount;
    this.#batches = recipeBatches(this.#options.recipe, this.#study, checkpoint.cursor);
    const evaluations = await this.#store.load(EVALUATIONS);
    if (evaluations !== undefined) {
      const all: readonly Evaluation[] = JSON.parse(new TextDecoder().decode(evaluations));
      this.#evaluations.push(...all.filter(({ step }) => step <= this.#trainer.stepCount));
    }
    process.stderr.write(`resumed after step ${this.#trainer.stepCount}\n`);
  }

  async #evaluate(): Promise<Evaluated> {
    const { scores, sample } = await this.#study.evaluate(this.#trainer);
    const perEpoch = this.#batches.batchesPerEpoch;
    const recent = this.#losses.slice(-perEpoch);
    const trainLoss = recent.reduce((sum, value) => sum + value, 0) / Math.max(1, recent.length);
    const { stepCount: step } = this.#trainer;
    const shown = measured(this.#study.measures, scores).map(([m, value]) => `${m.short} ${value}`);
    process.stderr.write(
      `step ${step} (epoch ${(step / perEpoch).toFixed(2)}, ${duration(this.#seconds)}): ` +
        `train loss ${trainLoss.toFixed(3)}, ${shown.join(', ')}\n`,
    );
    if (sample !== undefined) process.stderr.write(`  sample: ${sample}\n`);
    this.#evaluations.push({ step, trainLoss, ...scores });
    await this.#store.save(
      EVALUATIONS,
      new TextEncoder().encode(JSON.stringify(this.#evaluations)),
    );
    return { figures: { trainLoss, ...scores }, ...(sample === undefined ? {} : { sample }) };
  }
}

/** The last evaluation, if there was one. */
interface Evaluated {
  readonly figures: Scores;
  readonly sample?: string;
}

/**
 * The recipe without its number of steps, with which a run can be resumed unless its schedule
 * depends on it.
 */
function withoutLength(recipe: string): string {
  const json: { schedule?: { kind?: string; steps?: number }; steps?: number } = JSON.parse(recipe);
  delete json.steps;
  if (json.schedule?.kind !== 'cosine' && json.schedule?.kind !== 'linear') {
    delete json.schedule?.steps;
  }
  return JSON.stringify(json, inOrder);
}

/** Sorts keys, so that recipes are equal for any order of their options. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
