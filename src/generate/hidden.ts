/** What features share that hide tokens: the score of a hidden token, and masks over the vocabulary. */
import { InputError } from '../core/errors';
import { f32, lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import type { Extension } from './extension';
import type { TargetIds } from './hypotheses';

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

/** A token of the target vocabulary, by its id, or by its text where the decoder knows the vocabulary. */
export type TokenName = number | string;

/**
 * The id of a token.
 * @throws InputError for an unknown token, or an id outside the vocabulary
 */
export function idOf(
  what: string,
  name: TokenName,
  ids: TargetIds,
  vocabulary = Number.POSITIVE_INFINITY,
): number {
  const id = typeof name === 'string' ? ids.id?.(name) : name;
  if (id === undefined) {
    throw new InputError(`${what}: the vocabulary has no token '${name}'; give one that it has`);
  }
  if (Number.isInteger(id) && id >= 0 && id < vocabulary) return id;
  throw new InputError(`${what}: id ${id} is outside the vocabulary of ${vocabulary}`);
}

/** A value for each id of the vocabulary, 0 where none is given. @throws InputError */
export function overVocabulary(
  what: string,
  given: readonly (readonly [name: TokenName, value: number])[],
  ids: TargetIds,
  vocabulary: number,
): Float32Array {
  const data = new Float32Array(vocabulary);
  for (const [name, value] of given) data[idOf(what, name, ids, vocabulary)] = value;
  return data;
}

/** An input [1, V] of a run, which is a state of the steps. */
export function vocabularyInput(
  what: string,
  name: string,
  pairs: readonly (readonly [token: TokenName, value: number])[],
  ids: TargetIds,
): Extension {
  const types: Extension['inputs'] = ({ vocabulary }) => ({ [name]: f32(1, vocabulary) });
  return {
    states: types,
    inputs: types,
    values: ({ vocabulary }) => {
      const data = overVocabulary(what, pairs, ids, vocabulary);
      return { [name]: { shape: [1, vocabulary], data } };
    },
    start: (_, inputs) => ({ [name]: inputs(name) }),
  };
}
