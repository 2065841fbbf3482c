/** A recipe: the plain data that determines a training run, saved with the trained model. */

import { type Device, OptionError } from 'qkv';
import { startupFor } from 'qkv/graph';
import type { ConfigValues } from 'qkv/models';
import type { DataCursor } from 'qkv/text';
import { type OptimizerOptions, type ScheduleOptions, Trainer } from 'qkv/train';
import type { CorpusSpec } from './corpora';
import { initialFrom } from './initialFrom';
import type { BatchSource, Study } from './study';
import type { TextSpec } from './texts';

export interface Recipe {
  readonly kind: string;
  /** The model's configuration, without vocabulary sizes. */
  readonly model: ConfigValues;
  readonly corpus: CorpusSpec | TextSpec;
  readonly steps: number;
  readonly batchSize: number;
  readonly schedule: ScheduleOptions;
  readonly optimizer: OptimizerOptions;
  readonly labelSmoothing: number;
  /** Probability that a word becomes unk on both sides (default 0). */
  readonly wordDropout?: number | undefined;
  readonly clipNorm: number | undefined;
  readonly seed: number;
  /** The model whose parameters the run starts from (default: random ones). */
  readonly initFrom?: string | undefined;
}

/**
 * Creates a trainer with initialised parameters: random ones, or those of another model. A resumed
 * run of another length may use other kernels, whose sums are rounded differently.
 */
export async function recipeTrainer<B>(
  device: Device,
  { optimizer, clipNorm, schedule, seed, steps, initFrom }: Recipe,
  { task, description }: Study<B>,
): Promise<Trainer<B>> {
  const startup = startupFor(steps);
  const options = { optimizer, clipNorm, schedule, seed, startup };
  const trainer = await Trainer.create(device, task, options);
  if (initFrom === undefined) return trainer;
  try {
    await initialFrom(trainer, initFrom, description, seed);
    return trainer;
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}

/** A recipe's batches from a position on. */
export function recipeBatches<B>(
  { seed }: Recipe,
  study: Study<B>,
  cursor: DataCursor = { seed, epoch: 0, batch: 0 },
): BatchSource<B> {
  return study.batches(cursor);
}

/** A parser of integers for command-line options. @throws OptionError */
export function wholeNumber(name: string, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new OptionError(`--${name} must be a whole number of at least ${least}, found '${text}'`);
  };
}

/** A parser of numbers for command-line options. @throws OptionError */
export function decimal(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new OptionError(`--${name} must be a number from ${least} to ${most}, found '${text}'`);
  };
}
