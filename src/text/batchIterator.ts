/**
 * The batches of training: a seeded order an epoch, by length in pools, resumable in mid epoch
 * from a cursor that is plain data. Padding is batches.ts's work.
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

/** Place of the next batch; plain data, fit for JSON. */
export interface DataCursor {
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
  /** From 0, within the epoch. */
  readonly batch: number;
}

/** In which order batches come. */
export interface OrderOptions {
  /** B; the last batch of an epoch may be smaller. */
  readonly batchSize: number;
  /** Batches in a pool that is sorted by length. Default 50. */
  readonly poolBatches?: number;
}

/** How sentence pairs become batches. */
export interface BatchIteratorOptions extends PaddingOptions, OrderOptions {
  /** Where to start; default epoch 0, batch 0, seed 0. A fresh run passes its seed here. */
  readonly cursor?: Partial<DataCursor>;
  /** The iterator ends before this epoch. Default: it never ends. */
  readonly epochs?: number;
}

/** The seed of what is random in an epoch. */
export function epochSeed({ seed, epoch }: Pick<DataCursor, 'seed' | 'epoch'>): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(epoch + 1, 0x85ebca6b)) | 0;
}

/**
 * Which pairs form the batches of an epoch: pairs in a seeded order, cut into pools of
 * `poolBatches` batches, each pool sorted by (source, target) length, cut into batches, all
 * batches shuffled. Depends on seed, epoch and lengths only.
 * @returns indices into `pairs`, a list a batch
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
 * Endless (or `epochs` long) batches for training. `cursor` is the place of the next batch: store
 * it with a checkpoint and pass it to a new iterator over the same pairs to go on exactly there.
 */
export class BatchIterator implements IterableIterator<Batch> {
  readonly batchesPerEpoch: number;
  readonly #pairs: readonly EncodedPair[];
  readonly #options: BatchIteratorOptions;
  #cursor: DataCursor;
  #order: readonly (readonly number[])[] | undefined;

  /**
   * @throws InputError if there is no pair, or naming the pair that is too long or holds a bad id
   * @throws OptionError on an unknown option or a cursor outside the epoch
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

  /** Place of the next batch. */
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
    `BatchIterator cursor: batch ${place.batch} of an epoch of ${batchesPerEpoch}; ` +
      'was it stored with other data or another batchSize?',
  );
}

/** A whole cursor. @throws OptionError for an unknown field or a number that cannot be */
export function checkedPlace(where: string, cursor: Partial<DataCursor>): DataCursor {
  checkOptions(`${where} cursor`, cursor, ['seed', 'epoch', 'batch']);
  const { seed = 0, epoch = 0, batch = 0 } = cursor;
  if (!Number.isSafeInteger(seed)) {
    throw new OptionError(`${where} cursor: seed ${seed} is no integer`);
  }
  checkInteger(`${where} cursor`, 'epoch', epoch, 0);
  checkInteger(`${where} cursor`, 'batch', batch, 0);
  return { seed, epoch, batch };
}
