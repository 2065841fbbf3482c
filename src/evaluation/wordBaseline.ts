/** What word vectors have to beat: telling words from noise by how common they are, whatever is near. */
import { InputError } from '../core/errors';
import { keepProbabilities, NoiseDistribution } from '../text/noise';
import type { WordBatch } from '../text/wordIterator';

/**
 * The loss of examples under the best scores that look at the word alone: log(p / (K q)), where p is its
 * probability as a true word, q that as noise, K the noise words an example (Levy and Goldberg 2014).
 * @param counts of the training tokens by id
 * @param options as those by which the examples were drawn
 * @returns mean over the examples, natural logarithms
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
