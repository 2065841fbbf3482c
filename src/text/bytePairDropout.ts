/**
 * Byte-pair dropout (Provilkov et al. 2020): batches of sentence pairs that are cut into other byte
 * pairs in each epoch.
 */
import { checkOptions, defined, OptionError } from '../core/errors';
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

/**
 * Iterates over batches of pairs whose merges are skipped at random. A sentence that becomes longer
 * than its limit that way is encoded with all merges.
 */
export class BytePairDropoutBatches extends ShuffledBatches<Pair, Batch> {
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
    const encoded = new Map<Pair, EncodedPair>(
      pairs.map((pair) => [
        pair,
        { source: source.encode(pair.source), target: target.encode(pair.target) },
      ]),
    );
    const whole = (pair: Pair) => defined(encoded.get(pair), 'pair');
    const cut = (pair: Pair, numbers: Random): EncodedPair => ({
      source: within(
        maxSourceLength,
        source.encodeWithDropout(pair.source, rate, numbers),
        whole(pair).source,
      ),
      target: within(
        maxTargetLength,
        target.encodeWithDropout(pair.target, rate, numbers),
        whole(pair).target,
      ),
    });
    const make = (chosen: readonly Pair[], random: () => Random) => {
      const numbers = random();
      return padPairs(
        chosen.map((pair) => cut(pair, numbers)),
        options,
      );
    };
    const lengthsOf = (pair: Pair) =>
      [whole(pair).source.length, whole(pair).target.length] as const;
    super(where, pairs, lengthsOf, make, options);
    checkPairs(where, pairs.map(whole), options);
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
