/**
 * Byte-pair dropout (Provilkov et al. 2020): batches of sentence pairs that are cut into other byte
 * pairs in each epoch.
 */
import { checkOptions, OptionError } from '../core/errors';
import type { Random } from '../core/random';
import {
  type Batch,
  checkPairs,
  type EncodedPair,
  PADDING_OPTIONS,
  type PaddingOptions,
  padPairs,
} from './batches';
import { ITERATION_OPTIONS, type IterationOptions, ShuffledBatches } from './batchIterator';
import type { Pair } from './corpus';
import type { SubwordCodec } from './subwordCodec';

/** Options of batches with byte-pair dropout. */
export interface BytePairDropoutOptions extends PaddingOptions, IterationOptions {
  /** The codec of the source. */
  readonly source: SubwordCodec;
  /** The codec of the target. */
  readonly target: SubwordCodec;
  /** Probability that a merge is skipped. */
  readonly rate: number;
}

/** A pair as words, and as the ids of all merges. */
interface Item {
  readonly words: Pair;
  readonly ids: EncodedPair;
}

/**
 * Iterates over batches of pairs whose merges are skipped at random. A sentence that becomes longer
 * than its limit that way is encoded with all merges.
 */
export class BytePairDropoutBatches extends ShuffledBatches<Item, Batch> {
  /**
   * @throws InputError if there is no pair, or naming a pair that is too long
   * @throws OptionError for an unknown option, a rate that is no probability, or a cursor outside
   *   the epoch
   */
  constructor(pairs: readonly Pair[], options: BytePairDropoutOptions) {
    const where = 'BytePairDropoutBatches';
    const own = ['source', 'target', 'rate'];
    checkOptions(where, options, [...own, ...PADDING_OPTIONS, ...ITERATION_OPTIONS]);
    const { source, target, rate, maxSourceLength, maxTargetLength } = options;
    if (!(rate >= 0 && rate <= 1)) {
      throw new OptionError(`${where}: rate must be a probability from 0 to 1, found ${rate}`);
    }
    const cut = (item: Item, numbers: Random): EncodedPair => ({
      source: within(
        maxSourceLength,
        source.encodeWithDropout(item.words.source, rate, numbers),
        item.ids.source,
      ),
      target: within(
        maxTargetLength,
        target.encodeWithDropout(item.words.target, rate, numbers),
        item.ids.target,
      ),
    });
    const make = (chosen: readonly Item[], random: () => Random) => {
      const numbers = random();
      return padPairs(
        chosen.map((item) => cut(item, numbers)),
        options,
      );
    };
    const items = pairs.map((words) => ({
      words,
      ids: { source: source.encode(words.source), target: target.encode(words.target) },
    }));
    super(where, items, ({ ids }) => [ids.source.length, ids.target.length], make, options);
    checkPairs(
      where,
      items.map(({ ids }) => ids),
      options,
    );
  }
}

/** The ids if they and eos are within the limit, else the shorter ones. */
function within(
  limit: number | undefined,
  ids: readonly number[],
  shorter: readonly number[],
): readonly number[] {
  return ids.length + 1 <= (limit ?? Infinity) ? ids : shorter;
}
