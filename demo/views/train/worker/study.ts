/** What each family of models brings to training: its data, its task, its baseline and its samples. */
import type { Decodable } from 'qkv/models';
import type { DataCursor, Vocabulary } from 'qkv/text';
import type { Trainer, TrainingTask } from 'qkv/train';
import type { Prediction, SampleRow } from '../events';

/** An iterator over batches; `cursor` is the position of the next one. */
export interface BatchSource<B> {
  readonly cursor: DataCursor;
  readonly batchesPerEpoch: number;
  next(): IteratorResult<B, undefined>;
}

/** What a trained model writes. */
export interface Sampler {
  sample(step: number): Promise<{ readonly rows: readonly SampleRow[]; readonly bleu?: number }>;
  /** Its answer to a text of the visitor's. @throws InputError */
  answer(text: string): Promise<string>;
  dispose(): void;
}

/** How a family of models is trained on a corpus. */
export interface Study<B> {
  readonly task: TrainingTask<B>;
  /** The text of model.json. */
  readonly description: string;
  readonly facts: Omit<Prediction, 'parameters' | 'bytes' | 'batchesPerEpoch'>;
  /** The decoder that samples, if there is one that stays. */
  readonly decoding?: {
    readonly model: Decodable;
    readonly maxBatch: number;
    readonly ids: Vocabulary;
    readonly isSampled: boolean;
  };
  batches(cursor: DataCursor): BatchSource<B>;
  /** The same held-out batches in every call. */
  held(): Iterable<B>;
  /** Held-out loss of counts alone. */
  baseline(): number;
  sampler(trainer: Trainer<B>): Promise<Sampler>;
}

/** Number of sentences that samples show. */
export const SHOWN = 4;

/** Seed of held-out examples, which are the same in every evaluation. */
export const HELD_SEED = 1;
