/**
 * word2vec with negative sampling (Mikolov et al. 2013a, b). Each word has an input vector and an
 * output vector; skip-gram predicts from the input vector of one word, CBOW from the mean of
 * several. Parameters: in_embed, out_embed.
 */
import { dimAt, dims } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { embeddingWeight } from '../../nn/embedding';
import type { Scope } from '../../nn/parameters';
import { div, maximum, mul } from '../../ops/binary/op';
import { fill } from '../../ops/fill/op';
import { sum } from '../../ops/reduce/op';
import { cast, notEqual } from '../../ops/select/op';
import { reshape } from '../../ops/view/op';
import type { WordVectorModel } from '../model';
import { type WordVectorOptions, wordVectorConfig } from './config';

/** Name of the parameter with the word vectors [vocabulary, size]. */
export const WORD_VECTORS = 'in_embed.weight';

/**
 * Makes a model of word vectors for training.
 * @throws OptionError for an unknown option or an invalid value
 */
export function wordVectorModel(options: WordVectorOptions): WordVectorModel {
  const config = wordVectorConfig(options);
  const { kind, vocabulary, size, window, negatives, padId } = config;
  const table = (scope: Scope, deviation: number) =>
    embeddingWeight(scope, vocabulary, size, { paddingIndex: padId, deviation });
  return {
    kind,
    config,
    width: kind === 'cbow' ? 2 * window : 1,
    candidates: 1 + negatives,
    scores: (scope, inputs, words) => {
      const examples = dimAt(inputs, 0);
      // The standard deviation of word2vec's initialiser, which is uniform within ±0.5 / size.
      const inputTable = table(scope.child('in_embed'), 1 / (size * Math.sqrt(12)));
      const outputTable = table(scope.child('out_embed'), 0);
      const vectors = inputTable.rows(inputs, padId);
      const mean = scope.note('inputs', meanOf(vectors, inputs, padId));
      const candidates = outputTable.rows(words, padId);
      return sum(mul(candidates, reshape(mean, [examples, 1, size])), { axis: -1 });
    },
  };
}

/**
 * The mean of the vectors [P, C, D] that are not padding; those of padding are zero.
 * @returns [P, D]
 */
function meanOf(vectors: Tensor, ids: Tensor, padId: number): Tensor {
  const [examples, width, size] = dims(vectors, 3, 'vectors');
  if (width === 1) return reshape(vectors, [examples, size]);
  const counts = sum(cast(notEqual(ids, fill(ids.shape, padId, 'i32')), 'f32'), { axis: 1 });
  const atLeastOne = maximum(counts, fill(counts.shape, 1));
  return div(sum(vectors, { axis: 1 }), reshape(atLeastOne, [examples, 1]));
}
