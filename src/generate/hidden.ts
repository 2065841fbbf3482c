/** What features share that hide tokens: the score of a hidden token, and masks over the vocabulary. */
import { InputError } from '../core/errors';
import { lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';

/**
 * Score of a token that must not be chosen. That of pad is higher: where nothing else is left, pad
 * is chosen, and the row ends.
 */
export const HIDDEN = -(2 ** 102);

/** All ids of the vocabulary, i32 [1, V]. @param logits [rows, V] */
export function tokenIds(logits: Tensor): Tensor {
  const size = Number(lastDim(logits));
  const data = Float64Array.from({ length: size }, (_, id) => id);
  return constantTensor({ shape: [1, size], data }, 'i32');
}

/** A value for each id of the vocabulary, 0 where none is given. @throws InputError */
export function overVocabulary(
  what: string,
  given: readonly (readonly [id: number, value: number])[],
  vocabulary: number,
): Float32Array {
  const data = new Float32Array(vocabulary);
  for (const [id, value] of given) {
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary)) {
      throw new InputError(`${what}: id ${id} is outside the vocabulary of ${vocabulary}`);
    }
    data[id] = value;
  }
  return data;
}
