/**
 * How often words are drawn in word2vec (Mikolov et al. 2013b): frequent ones are left out of sentences
 * more often, and negative examples come from a flattened distribution.
 */
import { InputError, OptionError } from '../core/errors';

/** Exponent of the counts in the noise distribution. */
const NOISE_POWER = 0.75;

/** How often each id occurs. @param size ids 0 to size - 1 */
export function countIds(sentences: Iterable<readonly number[]>, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const sentence of sentences) {
    for (const id of sentence) counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

/**
 * The probability that an occurrence of each id is kept: sqrt(t / f) + t / f, at most 1, as in word2vec's
 * own code (the paper has sqrt(t / f)); f is the part of all tokens.
 * @param threshold t; 0 keeps all
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

/** Draws ids with the probability of count^0.75. */
export class NoiseDistribution {
  /** Sums of the weights of all ids up to each. */
  readonly #sums: Float64Array;
  readonly #total: number;

  /** @throws InputError if nothing was counted */
  constructor(counts: Float64Array) {
    let total = 0;
    this.#sums = counts.map((count) => {
      total += count === 0 ? 0 : count ** NOISE_POWER;
      return total;
    });
    this.#total = total;
    if (total === 0) throw new InputError('word vectors: there are no words to draw from');
  }

  probability(id: number): number {
    return ((this.#sums[id] ?? 0) - (this.#sums[id - 1] ?? 0)) / this.#total;
  }

  /** The id of a random number from 0 to 1, without 1. */
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
