/**
 * Batches for training: shuffled by seed in each epoch, grouped by length within pools, and
 * resumable within an epoch from a cursor of plain data. Padding is done in batches.ts.
 */
import { checkOptions, defined, InputError, OptionError } from '../core/errors';
import { type Random, random } from '../core/random';
import { randomBits } from '../core/randomBits';
import {
  type Batch,
  checkPairs,
  type EncodedPair,
  PADDING_OPTIONS,
  type PaddingOptions,
  padPairs,
} from './batches';
import { checkInteger } from './checks';

/** Position of the next batch, as plain data for JSON. */
export interface DataCursor {
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
  /** From 0, within the epoch. */
  readonly batch: number;
}

/** The order of batches. */
export interface OrderOptions {
  /** Sentence pairs in a batch; the last batch of an epoch may have fewer. */
  readonly batchSize: number;
  /** Batches in a pool, within which pairs are sorted by length (default 50). */
  readonly poolBatches?: number;
}

/** How often and from where batches are iterated over. */
export interface IterationOptions extends OrderOptions {
  /** Position to start from (default: epoch 0, batch 0, seed 0). A new run passes its seed here. */
  readonly cursor?: Partial<DataCursor>;
  /** Number of epochs (default: unlimited). */
  readonly epochs?: number;
}

/** How sentence pairs become batches. */
export interface BatchIteratorOptions extends PaddingOptions, IterationOptions {}

/** Numbers of source and target tokens. */
export type Lengths = readonly [source: number, target: number];

/** The random seed of an epoch. */
export function epochSeed({ seed, epoch }: Pick<DataCursor, 'seed' | 'epoch'>): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(epoch + 1, 0x85ebca6b)) | 0;
}

/**
 * Assigns pairs to the batches of an epoch: the pairs are shuffled and divided into pools of
 * `poolBatches` batches, each pool is sorted by source and target length and divided into batches,
 * and all batches are shuffled. The result depends on seed, epoch and lengths only.
 * @returns indices into `pairs`, one list for each batch
 */
export function epochOrder(
  pairs: readonly EncodedPair[],
  place: { readonly seed: number; readonly epoch: number },
  options: OrderOptions,
): readonly (readonly number[])[] {
  checkOptions('epochOrder', options, ['batchSize', 'poolBatches']);
  checkInteger('epochOrder', 'batchSize', options.batchSize, 1);
  checkInteger('epochOrder', 'poolBatches', options.poolBatches ?? 50, 1);
  return orderOf(pairs.map(pairLengths), place, options);
}

const pairLengths = ({ source, target }: EncodedPair): Lengths => [source.length, target.length];

function orderOf(
  lengths: readonly Lengths[],
  place: { readonly seed: number; readonly epoch: number },
  { batchSize, poolBatches = 50 }: OrderOptions,
): readonly (readonly number[])[] {
  const numbers = random(epochSeed(place));
  const items = lengths.map(([source, target], index) => ({ index, source, target }));
  const order = numbers.shuffle(items);
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += batchSize * poolBatches) {
    const pool = order
      .slice(start, start + batchSize * poolBatches)
      .sort((a, b) => a.source - b.source || a.target - b.target);
    for (let at = 0; at < pool.length; at += batchSize) {
      batches.push(pool.slice(at, at + batchSize).map((item) => item.index));
    }
  }
  return numbers.shuffle(batches);
}

/** The names of these options. */
export const ITERATION_OPTIONS = ['batchSize', 'poolBatches', 'cursor', 'epochs'] as const;

/** Makes a batch of the chosen items. Its random numbers depend on seed, epoch and batch only. */
export type MakeBatch<Item, B> = (items: readonly Item[], numbers: () => Random) => B;

/**
 * Iterates over batches of shuffled items, endlessly or for a number of epochs. Store `cursor` with
 * a checkpoint, and pass it to a new iterator over the same items to resume at the same batch.
 */
export class ShuffledBatches<Item, B> implements IterableIterator<B> {
  readonly batchesPerEpoch: number;
  readonly #items: readonly Item[];
  readonly #lengthsOf: (item: Item) => Lengths;
  readonly #make: MakeBatch<Item, B>;
  readonly #options: IterationOptions;
  #cursor: DataCursor;
  #order: readonly (readonly number[])[] | undefined;

  /**
   * @param lengthsOf the numbers of source and target tokens, by which items are grouped
   * @throws InputError if there is no item; OptionError for a cursor outside the epoch
   */
  constructor(
    where: string,
    items: readonly Item[],
    lengthsOf: (item: Item) => Lengths,
    make: MakeBatch<Item, B>,
    options: IterationOptions,
  ) {
    if (items.length === 0) {
      throw new InputError(`${where}: expected at least one sentence, found none`);
    }
    checkInteger(where, 'batchSize', options.batchSize, 1);
    checkInteger(where, 'poolBatches', options.poolBatches ?? 50, 1);
    if (options.epochs !== undefined) checkInteger(where, 'epochs', options.epochs, 0);
    this.#items = items;
    this.#lengthsOf = lengthsOf;
    this.#make = make;
    this.#options = options;
    this.batchesPerEpoch = Math.ceil(items.length / options.batchSize);
    this.#cursor = checkedCursor(where, options.cursor ?? {}, this.batchesPerEpoch);
  }

  /** Position of the next batch. */
  get cursor(): DataCursor {
    return this.#cursor;
  }

  next(): IteratorResult<B, undefined> {
    const { seed, epoch, batch } = this.#cursor;
    const { epochs = Infinity } = this.#options;
    if (epoch >= epochs) return { done: true, value: undefined };
    this.#order ??= orderOf(this.#items.map(this.#lengthsOf), { seed, epoch }, this.#options);
    const chosen = defined(this.#order[batch], 'batch');
    const items = chosen.map((index) => defined(this.#items[index], `item ${index}`));
    const last = batch + 1 === this.batchesPerEpoch;
    this.#cursor = { seed, epoch: last ? epoch + 1 : epoch, batch: last ? 0 : batch + 1 };
    if (last) this.#order = undefined;
    const numbers = () => random(randomBits(epochSeed({ seed, epoch }), 0, batch));
    return { done: false, value: this.#make(items, numbers) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** Iterates over padded batches of sentence pairs. */
export class BatchIterator extends ShuffledBatches<EncodedPair, Batch> {
  /**
   * @throws InputError if there is no pair, or naming a pair that is too long or has an invalid id
   * @throws OptionError for an unknown option or a cursor outside the epoch
   */
  constructor(pairs: readonly EncodedPair[], options: BatchIteratorOptions) {
    const where = 'BatchIterator';
    checkOptions(where, options, [...PADDING_OPTIONS, ...ITERATION_OPTIONS]);
    super(where, pairs, pairLengths, (chosen) => padPairs(chosen, options), options);
    checkPairs(where, pairs, options);
  }
}

function checkedCursor(
  where: string,
  cursor: Partial<DataCursor>,
  batchesPerEpoch: number,
): DataCursor {
  const place = checkedPlace(where, cursor);
  if (place.batch < batchesPerEpoch) return place;
  throw new OptionError(
    `${where} cursor: batch ${place.batch} is beyond the ${batchesPerEpoch} batches of an epoch; ` +
      'was it stored with other data or another batchSize?',
  );
}

/**
 * Completes a cursor with defaults.
 * @throws OptionError for an unknown field or an invalid number
 */
export function checkedPlace(where: string, cursor: Partial<DataCursor>): DataCursor {
  checkOptions(`${where} cursor`, cursor, ['seed', 'epoch', 'batch']);
  const { seed = 0, epoch = 0, batch = 0 } = cursor;
  if (!Number.isSafeInteger(seed)) {
    throw new OptionError(`${where} cursor: seed must be an integer, found ${seed}`);
  }
  checkInteger(`${where} cursor`, 'epoch', epoch, 0);
  checkInteger(`${where} cursor`, 'batch', batch, 0);
  return { seed, epoch, batch };
}
