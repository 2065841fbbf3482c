/**
 * Subsampling of frequent words, and the distribution of negative samples, in word2vec (Mikolov et
 * al. 2013b).
 */
import { InputError, OptionError } from '../core/errors';

/** Exponent of the counts in the noise distribution. */
const NOISE_POWER = 0.75;

/** Counts the occurrences of each id. @param size number of ids */
export function countIds(sentences: Iterable<readonly number[]>, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const sentence of sentences) {
    for (const id of sentence) counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

/**
 * The probability of keeping an occurrence of each id in subsampling: min(1, sqrt(t / f) + t / f)
 * for the relative frequency f, as in word2vec's code (the paper has sqrt(t / f)).
 * @param threshold t; 0 keeps all occurrences
 * @throws OptionError for a threshold outside 0 to 1
 */
export function keepProbabilities(counts: Float64Array, threshold: number): Float64Array {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new OptionError(`word vectors: subsample must be from 0 to 1, found ${threshold}`);
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => {
    if (count === 0 || threshold === 0) return 1;
    const ratio = (threshold * total) / count;
    return Math.min(1, Math.sqrt(ratio) + ratio);
  });
}

/**
 * The distribution of negative samples, in which the probability of an id is proportional to
 * count^0.75.
 */
export class NoiseDistribution {
  /** Cumulative sums of count^0.75. */
  readonly #sums: Float64Array;
  readonly #total: number;

  /** @throws InputError if all counts are 0 */
  constructor(counts: Float64Array) {
    let total = 0;
    this.#sums = counts.map((count) => {
      total += count === 0 ? 0 : count ** NOISE_POWER;
      return total;
    });
    this.#total = total;
    if (total === 0)
      throw new InputError('word vectors: all counts are 0, so that no word can be drawn');
  }

  /** The probability of an id. */
  probability(id: number): number {
    return ((this.#sums[id] ?? 0) - (this.#sums[id - 1] ?? 0)) / this.#total;
  }

  /** The id for a uniform random number in [0, 1). */
  draw(uniform: number): number {
    const wanted = uniform * this.#total;
    let [low, high] = [0, this.#sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
