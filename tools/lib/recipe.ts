/** A recipe: everything that determines a training run. Plain data, kept beside the trained model. */
import { OptionError } from '../../src/core/errors';
import type { Device } from '../../src/gpu/device';
import type { TranslationModel } from '../../src/models/model';
import { createModel } from '../../src/models/registry';
import type { Batch } from '../../src/text';
import type { OptimizerOptions } from '../../src/train/optimizer';
import type { ScheduleOptions } from '../../src/train/schedule';
import { Trainer } from '../../src/train/trainer';
import { translationTask } from '../../src/train/translation';
import type { Corpus, CorpusSpec } from './corpora';

export interface Recipe {
  readonly kind: string;
  /** The model's options beside its vocabularies. */
  readonly model: Readonly<Record<string, string | number | boolean>>;
  readonly corpus: CorpusSpec;
  readonly steps: number;
  readonly batchSize: number;
  readonly schedule: ScheduleOptions;
  readonly optimizer: OptimizerOptions;
  readonly labelSmoothing: number;
  readonly clipNorm: number | undefined;
  readonly seed: number;
}

/** The model that a recipe trains, for a corpus's vocabularies. */
export function recipeModel(recipe: Recipe, corpus: Corpus): TranslationModel {
  return createModel(recipe.kind, {
    ...recipe.model,
    sourceVocabulary: corpus.source.size,
    targetVocabulary: corpus.target.size,
  });
}

/** A trainer of the recipe's model with its first weights. */
export function recipeTrainer(
  device: Device,
  recipe: Recipe,
  corpus: Corpus,
  model: TranslationModel,
): Promise<Trainer<Batch>> {
  const { batchSize: maxBatch, labelSmoothing, optimizer, clipNorm, schedule, seed } = recipe;
  const task = translationTask(model, { maxBatch, labelSmoothing, padId: corpus.target.pad });
  return Trainer.create(device, task, { optimizer, clipNorm, schedule, seed });
}

/** A whole number from a command-line option. @throws OptionError */
export function wholeNumber(name: string, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new OptionError(`--${name} must be a whole number of at least ${least}, found '${text}'`);
  };
}

/** A number from a command-line option. @throws OptionError */
export function decimal(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new OptionError(`--${name} must be a number from ${least} to ${most}, found '${text}'`);
  };
}
