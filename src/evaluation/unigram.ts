/** The language model that any other has to beat: how common tokens are, whatever came before. */
import { InputError } from '../core/errors';
import { perplexity } from './metrics';

/**
 * Perplexity a token of the counts of training tokens, one more each (Laplace). Both lists hold all
 * tokens that are to be foreseen, ends of sentences among them.
 * @param size of the vocabulary
 * @throws InputError if there is nothing to foresee
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
