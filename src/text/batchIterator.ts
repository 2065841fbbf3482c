/**
 * Batches for training: shuffled by seed in each epoch, grouped by length within pools, and
 * resumable within an epoch from a cursor of plain data. Padding is done in batches.ts.
 */
import { checkOptions, defined, InputError, OptionError } from '../core/errors';
import { random } from '../core/random';
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

/** How sentence pairs become batches. */
export interface BatchIteratorOptions extends PaddingOptions, OrderOptions {
  /** Position to start from (default: epoch 0, batch 0, seed 0). A new run passes its seed here. */
  readonly cursor?: Partial<DataCursor>;
  /** Number of epochs (default: unlimited). */
  readonly epochs?: number;
}

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
  const { batchSize, poolBatches = 50 } = options;
  checkInteger('epochOrder', 'batchSize', batchSize, 1);
  checkInteger('epochOrder', 'poolBatches', poolBatches, 1);
  const numbers = random(epochSeed(place));
  const items = pairs.map(({ source, target }, index) => ({
    index,
    source: source.length,
    target: target.length,
  }));
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

/**
 * Iterates over batches, endlessly or for a number of epochs. Store `cursor` with a checkpoint, and
 * pass it to a new iterator over the same pairs to resume at the same batch.
 */
export class BatchIterator implements IterableIterator<Batch> {
  readonly batchesPerEpoch: number;
  readonly #pairs: readonly EncodedPair[];
  readonly #options: BatchIteratorOptions;
  #cursor: DataCursor;
  #order: readonly (readonly number[])[] | undefined;

  /**
   * @throws InputError if there is no pair, or naming a pair that is too long or has an invalid id
   * @throws OptionError for an unknown option or a cursor outside the epoch
   */
  constructor(pairs: readonly EncodedPair[], options: BatchIteratorOptions) {
    const where = 'BatchIterator';
    const known = [...PADDING_OPTIONS, 'batchSize', 'poolBatches', 'cursor', 'epochs'];
    checkOptions(where, options, known);
    if (pairs.length === 0)
      throw new InputError(`${where}: expected at least one pair, found none`);
    checkInteger(where, 'batchSize', options.batchSize, 1);
    checkInteger(where, 'poolBatches', options.poolBatches ?? 50, 1);
    if (options.epochs !== undefined) checkInteger(where, 'epochs', options.epochs, 0);
    checkPairs(where, pairs, options);
    this.#pairs = pairs;
    this.#options = options;
    this.batchesPerEpoch = Math.ceil(pairs.length / options.batchSize);
    this.#cursor = checkedCursor(options.cursor ?? {}, this.batchesPerEpoch);
  }

  /** Position of the next batch. */
  get cursor(): DataCursor {
    return this.#cursor;
  }

  next(): IteratorResult<Batch, undefined> {
    const { seed, epoch, batch } = this.#cursor;
    const { batchSize, poolBatches = 50, epochs = Infinity } = this.#options;
    if (epoch >= epochs) return { done: true, value: undefined };
    this.#order ??= epochOrder(this.#pairs, { seed, epoch }, { batchSize, poolBatches });
    const chosen = defined(this.#order[batch], 'batch');
    const pairs = chosen.map((index) => defined(this.#pairs[index], `pair ${index}`));
    const last = batch + 1 === this.batchesPerEpoch;
    this.#cursor = { seed, epoch: last ? epoch + 1 : epoch, batch: last ? 0 : batch + 1 };
    if (last) this.#order = undefined;
    return { done: false, value: padPairs(pairs, this.#options) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

function checkedCursor(cursor: Partial<DataCursor>, batchesPerEpoch: number): DataCursor {
  const place = checkedPlace('BatchIterator', cursor);
  if (place.batch < batchesPerEpoch) return place;
  throw new OptionError(
    `BatchIterator cursor: batch ${place.batch} is beyond the ${batchesPerEpoch} batches of an epoch; ` +
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
