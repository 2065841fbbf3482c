/**
 * The baseline for word vectors: distinguishing true words from negative samples by frequency only.
 */
import { InputError } from '../core/errors';
import { keepProbabilities, NoiseDistribution } from '../text/noise';
import type { WordBatch } from '../text/wordIterator';

/**
 * The mean loss of examples under the best scores that ignore context: log(p / (K q)), where p is
 * the word's probability as a true word, q as a negative sample, and K the number of negative
 * samples (Levy and Goldberg 2014).
 * @param counts of the training tokens by id
 * @param options those of the batches
 * @returns the mean over examples, in nats
 * @throws InputError if there is no example
 */
export function noiseBaseline(
  batches: Iterable<WordBatch>,
  counts: Float64Array,
  options: { readonly subsample: number; readonly padId?: number },
): number {
  const { subsample, padId = 0 } = options;
  const noise = new NoiseDistribution(counts);
  const kept = keepProbabilities(counts, subsample).map((keep, id) => keep * (counts[id] ?? 0));
  const total = kept.reduce((sum, count) => sum + count, 0);
  let [loss, examples] = [0, 0];
  for (const { size, candidates, words } of batches) {
    const scores = Float64Array.from(words, (id) =>
      Math.log((kept[id] ?? 0) / total / ((candidates - 1) * noise.probability(id))),
    );
    scores.forEach((score, at) => {
      if (words[at] === padId) return;
      loss += Math.log1p(Math.exp(at % candidates === 0 ? -score : score));
    });
    examples += size;
  }
  if (examples === 0) throw new InputError('noiseBaseline: expected examples, found none');
  return loss / examples;
}
