/** The unigram baseline for language models. */
import { InputError } from '../core/errors';
import { perplexity } from './metrics';

/**
 * Perplexity of held-out tokens under a unigram model with add-one smoothing (Laplace). Both lists
 * contain all predicted tokens, including eos.
 * @param size number of ids of the vocabulary
 * @throws InputError if there are no held-out tokens
 */
export function unigramPerplexity(
  training: Iterable<number>,
  held: readonly number[],
  size: number,
): number {
  if (held.length === 0)
    throw new InputError('unigramPerplexity: expected held-out ids, found none');
  const counts = new Map<number, number>();
  let total = size;
  for (const id of training) {
    counts.set(id, (counts.get(id) ?? 0) + 1);
    total++;
  }
  const logs = held.map((id) => Math.log(((counts.get(id) ?? 0) + 1) / total));
  return perplexity(-logs.reduce((sum, log) => sum + log, 0) / held.length);
}
