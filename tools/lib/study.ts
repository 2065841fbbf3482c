/**
 * Studies: the data, task, scores and output files of a kind of training, for the training command.
 */
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

/** How a score is displayed. */
export interface Measure {
  /** Its name among the scores. */
  readonly name: string;
  /** Label in the terminal. */
  readonly short: string;
  /** Label in the model card. */
  readonly label: string;
  show(value: number): string;
}

/** A score by which models are chosen. */
export interface Criterion {
  /** Its name among the scores. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
}

export interface StudyResult {
  readonly scores: Scores;
  /** Sample output of the model. */
  readonly sample?: string;
}

/** An iterator over batches; `cursor` is the position of the next one. */
export interface BatchSource<B> {
  readonly cursor: DataCursor;
  readonly batchesPerEpoch: number;
  next(): IteratorResult<B, undefined>;
}

export interface Study<B = Batch> {
  /** Title of the model card: 'English to French'. */
  readonly subject: string;
  /** The corpus's name. */
  readonly corpus: string;
  /** Name of a training example: 'pair', 'sentence'. */
  readonly unit: string;
  /** Sizes of the vocabularies, in words. */
  readonly vocabularies: string;
  /** Training examples of an epoch. */
  readonly examples: number;
  /** Batches from a position on. */
  batches(cursor: DataCursor): BatchSource<B>;
  readonly task: TrainingTask<B>;
  /** The text of model.json. */
  readonly description: string;
  readonly measures: readonly Measure[];
  /** The score by which the best of several evaluations is chosen (default: lowest devLoss). */
  readonly criterion?: Criterion;
  /** Formats a mean training loss for progress. */
  showLoss(loss: number): string;
  evaluate(trainer: Trainer<B>): Promise<StudyResult>;
  /** Additional files of the trained model by name, in chunks. */
  files?(parameters: NamedTensors): Readonly<Record<string, Iterable<string>>>;
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

/** Scores of all studies. */
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

/** The best of evaluations by a criterion, the first of equal ones; undefined if there is none. */
export function bestOf<E extends Scores>(
  evaluations: readonly E[],
  { name, better }: Criterion = { name: 'devLoss', better: 'lower' },
): E | undefined {
  const sign = better === 'higher' ? 1 : -1;
  const worth = (evaluation: E) => sign * (evaluation[name] ?? Number.NaN);
  return evaluations.reduce<E | undefined>(
    (best, one) => (best === undefined || worth(one) > worth(best) ? one : best),
    undefined,
  );
}

/** The displayed scores that are present, with their values. */
export function measured(
  measures: readonly Measure[],
  scores: Scores,
): readonly (readonly [Measure, string])[] {
  return measures.flatMap((measure) => {
    const value = scores[measure.name];
    return value === undefined ? [] : [[measure, measure.show(value)] as const];
  });
}
