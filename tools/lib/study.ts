/** What the training command knows of what it trains: data, a task, how it is scored and kept. */
import type { NamedTensors } from 'qkv/nn';
import {
  type Batch,
  BatchIterator,
  type DataCursor,
  type EncodedPair,
  type PaddingOptions,
} from 'qkv/text';
import type { Trainer, TrainingTask } from 'qkv/train';

/** Held-out figures by name. */
export type Scores = Readonly<Record<string, number>>;

/** A figure for people. */
export interface Measure {
  /** Its name among the scores. */
  readonly name: string;
  /** On a line of the terminal. */
  readonly short: string;
  /** In the model's card. */
  readonly label: string;
  show(value: number): string;
}

export interface StudyResult {
  readonly scores: Scores;
  /** Something that the model wrote. */
  readonly sample?: string;
}

/** Batches one after the other; `cursor` is the place of the next one. */
export interface BatchSource<B> {
  readonly cursor: DataCursor;
  readonly batchesPerEpoch: number;
  next(): IteratorResult<B, undefined>;
}

export interface Study<B = Batch> {
  /** What the model is: 'English to French'. */
  readonly subject: string;
  /** The corpus's name. */
  readonly corpus: string;
  /** What a training example is: 'pair', 'sentence'. */
  readonly unit: string;
  /** Sizes of the vocabularies, in words. */
  readonly vocabularies: string;
  /** Training examples of an epoch. */
  readonly examples: number;
  /** Batches from a place on. */
  batches(cursor: DataCursor): BatchSource<B>;
  readonly task: TrainingTask<B>;
  /** The text of model.json. */
  readonly description: string;
  readonly measures: readonly Measure[];
  /** A mean training loss, for the line of progress. */
  showLoss(loss: number): string;
  evaluate(trainer: Trainer<B>): Promise<StudyResult>;
  /** Further files of the trained model, by name, in pieces. */
  files?(weights: NamedTensors): Readonly<Record<string, Iterable<string>>>;
}

/**
 * The examples and batches of a study of sentence pairs.
 * @param pairs a language model's sentences are targets without a source
 */
export function pairBatches(
  pairs: readonly EncodedPair[],
  padding: PaddingOptions,
  batchSize: number,
): Pick<Study, 'examples' | 'batches'> {
  return {
    examples: pairs.length,
    batches: (cursor) => new BatchIterator(pairs, { ...padding, batchSize, cursor }),
  };
}

export const showPercent = (part: number): string => `${(part * 100).toFixed(1)}%`;

/** What every study measures. */
export const LOSS_MEASURES: readonly Measure[] = [
  {
    name: 'devLoss',
    short: 'held-out loss',
    label: 'held-out loss',
    show: (loss) => loss.toFixed(3),
  },
  {
    name: 'tokenAccuracy',
    short: 'token accuracy',
    label: 'held-out token accuracy, teacher forcing',
    show: showPercent,
  },
];

/** The measures that scores hold, with their values. */
export function measured(
  measures: readonly Measure[],
  scores: Scores,
): readonly (readonly [Measure, string])[] {
  return measures.flatMap((measure) => {
    const value = scores[measure.name];
    return value === undefined ? [] : [[measure, measure.show(value)] as const];
  });
}
