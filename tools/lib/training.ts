/** Runs a recipe: trains, evaluates, saves checkpoints that can be resumed, exports the model. */
import { mkdir } from 'node:fs/promises';
import { FormatError, InputError } from '../../src/core/errors';
import { Decoder } from '../../src/decode/decoder';
import { openDevice } from '../../src/gpu/device';
import type { CheckpointStore } from '../../src/io';
import type { TranslationModel } from '../../src/models/model';
import { type Batch, BatchIterator, type EncodedPair, encodePairs } from '../../src/text';
import { readCheckpoint, writeCheckpoint } from '../../src/train/checkpoint';
import { moments } from '../../src/train/optimizer';
import type { StepReport, Trainer } from '../../src/train/trainer';
import { fileStore } from '../fileStore';
import { nodeGpu } from '../nodeGpu';
import { type Corpus, loadCorpus } from './corpora';
import { exportModel, type RunFigures } from './modelFolder';
import { duration, Progress } from './progress';
import { type Recipe, recipeModel, recipeTrainer } from './recipe';
import { evaluationBatches, translateGroups } from './translate';

export interface TrainOptions {
  readonly recipe: Recipe;
  /** Epochs in place of the recipe's steps. */
  readonly epochs: number | undefined;
  readonly folder: string;
  readonly resume: boolean;
  readonly checkpointEvery: number;
  /** Steps between evaluations; 0 for the end of every epoch. */
  readonly evaluateEvery: number;
  readonly commandLine: string;
  readonly signal: AbortSignal;
}

export interface TrainSummary extends RunFigures {
  readonly model: string;
  readonly corpus: string;
  readonly steps: number;
  readonly aborted: boolean;
  readonly folder: string;
}

const CHECKPOINT = 'checkpoint.safetensors';

/** Held-out sentences that are translated while training: enough for a figure, few enough to wait. */
const TRANSLATED = 200;

export async function trainRecipe(options: TrainOptions): Promise<TrainSummary> {
  const { recipe, folder } = options;
  process.stderr.write(`reading the corpus ...\n`);
  const corpus = await loadCorpus(recipe.corpus);
  const pairs = encodePairs(corpus.train, corpus.source, corpus.target);
  const device = await openDevice({ gpu: await nodeGpu() });
  process.stderr.write(`${device.adapterName}: compiling ...\n`);
  const model = recipeModel(recipe, corpus);
  const trainer = await recipeTrainer(device, recipe, corpus, model);
  const { dispatches, pipelines } = trainer.planSize;
  process.stderr.write(
    `${pairs.length} pairs, vocabularies ${corpus.source.size} and ${corpus.target.size}, a step ` +
      `is ${dispatches} dispatches of ${pipelines} pipelines\n`,
  );
  await mkdir(folder, { recursive: true });
  const run = new Run(options, corpus, pairs, model, trainer);
  try {
    return await run.train();
  } finally {
    trainer.dispose();
    device.dispose();
  }
}

/** One run's state on the CPU: losses, data cursor, times. */
class Run {
  readonly #options: TrainOptions;
  readonly #corpus: Corpus;
  readonly #pairs: readonly EncodedPair[];
  readonly #model: TranslationModel;
  readonly #trainer: Trainer<Batch>;
  readonly #store: CheckpointStore;
  readonly #losses: number[] = [];
  readonly #recipeText: string;
  #batches: BatchIterator;
  #saved = 0;
  #seconds = 0;

  constructor(
    options: TrainOptions,
    corpus: Corpus,
    pairs: readonly EncodedPair[],
    model: TranslationModel,
    trainer: Trainer<Batch>,
  ) {
    this.#options = options;
    this.#corpus = corpus;
    this.#pairs = pairs;
    this.#model = model;
    this.#trainer = trainer;
    this.#store = fileStore(options.folder);
    this.#recipeText = JSON.stringify(options.recipe);
    this.#batches = this.#iterator({ seed: options.recipe.seed, epoch: 0, batch: 0 });
  }

  async train(): Promise<TrainSummary> {
    const { recipe, resume, epochs } = this.#options;
    if (resume) await this.#resume();
    const perEpoch = this.#batches.batchesPerEpoch;
    const total = epochs === undefined ? recipe.steps : epochs * perEpoch;
    const every = this.#options.evaluateEvery || perEpoch;
    const progress = new Progress(total, this.#trainer.step);
    let aborted = false;
    let figures = NO_FIGURES;
    while (this.#trainer.step < total && !aborted) {
      const next = (interval: number) => (Math.floor(this.#trainer.step / interval) + 1) * interval;
      const goal = Math.min(total, next(every), next(this.#options.checkpointEvery));
      const start = performance.now();
      aborted = !(await this.#trainTo(goal, progress));
      this.#seconds += (performance.now() - start) / 1000;
      await this.#save();
      if (!aborted && (goal % every === 0 || goal === total)) {
        progress.end();
        figures = await this.#evaluate();
      }
    }
    progress.end();
    if (aborted)
      process.stderr.write(`stopped; go on with --resume --out ${this.#options.folder}\n`);
    const summary = { ...figures, seconds: this.#seconds };
    await exportModel(this.#options.folder, {
      recipe,
      corpus: this.#corpus,
      model: this.#model,
      trainer: this.#trainer,
      losses: this.#losses,
      commandLine: this.#options.commandLine,
      figures: summary,
    });
    return {
      model: recipe.kind,
      corpus: this.#corpus.name,
      steps: this.#trainer.step,
      aborted,
      folder: this.#options.folder,
      ...summary,
    };
  }

  #iterator(cursor: { seed: number; epoch: number; batch: number }): BatchIterator {
    const { source, target } = this.#corpus;
    const { batchSize } = this.#options.recipe;
    const { maxLength } = this.#model;
    return new BatchIterator(this.#pairs, {
      batchSize,
      cursor,
      sourceIds: source,
      targetIds: target,
      maxSourceLength: maxLength,
      maxTargetLength: maxLength,
    });
  }

  /** Trains up to a step. @returns false when aborted */
  async #trainTo(goal: number, progress: Progress): Promise<boolean> {
    const { signal } = this.#options;
    const trainer = this.#trainer;
    const batches = this.#batches;
    const upToGoal = function* () {
      while (trainer.step < goal && !signal.aborted) {
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
    const text = `loss ${mean.toFixed(3)}  norm ${norm.toFixed(2)}  lr ${learningRate.toExponential(1)}`;
    progress.update(step, text);
  }

  async #save(): Promise<void> {
    if (this.#saved === this.#trainer.step) return;
    this.#saved = this.#trainer.step;
    const snapshot = await this.#trainer.snapshot();
    const bytes = writeCheckpoint(this.#trainer.layout, {
      snapshot,
      cursor: this.#batches.cursor,
      losses: this.#losses,
      recipe: this.#recipeText,
      seconds: this.#seconds,
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
    this.#saved = this.#trainer.step;
    this.#batches = this.#iterator(checkpoint.cursor);
    process.stderr.write(`resumed after step ${this.#trainer.step}\n`);
  }

  async #evaluate(): Promise<RunFigures> {
    const { device, layout, states } = this.#trainer;
    const model = this.#model;
    const { source, target, dev } = this.#corpus;
    const batches = evaluationBatches(dev, this.#corpus, this.#options.recipe.batchSize, model);
    const held = await this.#trainer.evaluate(batches);
    const decoder = await Decoder.create(device, model, layout, states, {
      maxBatch: this.#options.recipe.batchSize,
      ids: target,
    });
    const groups = this.#corpus.name === 'toy' ? dev.slice(0, TRANSLATED) : dev;
    const scores = await translateGroups(
      decoder,
      groups,
      source,
      target,
      this.#options.recipe.batchSize,
    );
    decoder.dispose();
    const perEpoch = this.#batches.batchesPerEpoch;
    const recent = this.#losses.slice(-perEpoch);
    const trainLoss = recent.reduce((sum, value) => sum + value, 0) / Math.max(1, recent.length);
    const { step } = this.#trainer;
    process.stderr.write(
      `step ${step} (epoch ${(step / perEpoch).toFixed(2)}, ${duration(this.#seconds)}): train loss ` +
        `${trainLoss.toFixed(3)}, held-out loss ${held.loss.toFixed(3)}, token accuracy ` +
        `${(held.accuracy * 100).toFixed(1)}%, BLEU ${scores.bleu.toFixed(1)}, exact match ` +
        `${(scores.exactMatch * 100).toFixed(1)}%\n`,
    );
    return {
      trainLoss,
      devLoss: held.loss,
      tokenAccuracy: held.accuracy,
      ...scores,
      seconds: this.#seconds,
    };
  }
}

const NO_FIGURES: RunFigures = {
  trainLoss: Number.NaN,
  devLoss: Number.NaN,
  tokenAccuracy: Number.NaN,
  bleu: Number.NaN,
  exactMatch: Number.NaN,
  seconds: 0,
};

/** A run may be resumed with another number of steps, unless its schedule depends on it. */
function withoutLength(recipe: string): string {
  const json: { schedule?: { kind?: string; steps?: number }; steps?: number } = JSON.parse(recipe);
  delete json.steps;
  if (json.schedule?.kind !== 'cosine' && json.schedule?.kind !== 'linear') {
    delete json.schedule?.steps;
  }
  return JSON.stringify(json);
}
