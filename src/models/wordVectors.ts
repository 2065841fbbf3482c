/**
 * word2vec with negative sampling (Mikolov et al. 2013a, b): a vector for a word that is known and one for a
 * word to be predicted. Skip-gram knows one word, CBOW the mean of several. Parameters: in_embed, out_embed.
 */

import { checkOptions, OptionError } from '../core/errors';
import { dimAt, dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { embeddingWeight } from '../nn/embedding';
import type { Scope } from '../nn/parameters';
import { div, maximum, mul } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { sum } from '../ops/reduce/op';
import { cast, notEqual } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import { Fields } from './fields';
import { checkSizes } from './recurrentConfig';

/** Predict the context from the word, or the word from its context. */
export type WordVectorKind = 'skipgram' | 'cbow';

/** What a model of word vectors is configured by. */
export interface WordVectorConfig {
  readonly kind: WordVectorKind;
  readonly vocabulary: number;
  /** Numbers a word. */
  readonly size: number;
  /** Most words to either side. */
  readonly window: number;
  /** Noise words an example. */
  readonly negatives: number;
  /** Part of the text above which words are left out of it more and more; 0 keeps all. */
  readonly subsample: number;
  /** Id that stands for no word. */
  readonly padId: number;
}

/** A configuration of which the size of the vocabulary alone is needed. */
export type WordVectorOptions = Partial<WordVectorConfig> &
  Pick<WordVectorConfig, 'kind' | 'vocabulary'>;

const DEFAULTS = { size: 100, window: 5, negatives: 5, subsample: 1e-3, padId: 0 } as const;

/** Name of the parameter that holds the words' vectors [vocabulary, size]. */
export const WORD_VECTORS = 'in_embed.weight';

/** A model whose embedding is the word vectors. */
export interface WordVectorModel {
  readonly kind: WordVectorKind;
  readonly config: WordVectorConfig;
  /** Known words an example, C. */
  readonly width: number;
  /** Words an example to tell apart, N: the true one and noise. */
  readonly candidates: number;
  /**
   * How well each word fits those that are known.
   * @param inputs i32 [P, C], padded  @param words i32 [P, N]
   * @returns [P, N]
   */
  scores(scope: Scope, inputs: Tensor, words: Tensor): Tensor;
}

/**
 * A model of word vectors, for training.
 * @throws OptionError for an unknown option or a value that cannot work
 */
export function wordVectorModel(options: WordVectorOptions): WordVectorModel {
  const where = 'word vectors';
  checkOptions(where, options, [...Object.keys(DEFAULTS), 'kind', 'vocabulary']);
  const config = { ...DEFAULTS, ...options };
  checkSizes(where, config, ['vocabulary', 'size', 'window', 'negatives']);
  const { kind, vocabulary, size, window, negatives, subsample, padId } = config;
  if (!(subsample >= 0 && subsample <= 1)) {
    throw new OptionError(`${where}: subsample must be from 0 to 1, found ${subsample}`);
  }
  const table = (scope: Scope, deviation: number) =>
    embeddingWeight(scope, vocabulary, size, { paddingIndex: padId, deviation });
  return {
    kind,
    config,
    width: kind === 'cbow' ? 2 * window : 1,
    candidates: 1 + negatives,
    scores: (scope, inputs, words) => {
      const examples = dimAt(inputs, 0);
      // The deviation of word2vec's own start, uniform within 0.5 / size.
      const known = table(scope.child('in_embed'), 1 / (size * Math.sqrt(12)));
      const predicted = table(scope.child('out_embed'), 0);
      const vectors = known.rows(inputs, padId);
      const mean = scope.note('known', meanOf(vectors, inputs, padId));
      const candidates = predicted.rows(words, padId);
      return sum(mul(candidates, reshape(mean, [examples, 1, size])), { axis: -1 });
    },
  };
}

/** The options in a configuration. @throws FormatError naming the field and what it must be */
export function parseWordVectorOptions(kind: WordVectorKind, json: unknown): WordVectorOptions {
  const known = [...Object.keys(DEFAULTS), 'kind', 'vocabulary'];
  const fields = new Fields('configuration of word vectors', json, known);
  return {
    kind: fields.oneOf('kind', [kind], kind),
    vocabulary: fields.number('vocabulary'),
    size: fields.number('size', DEFAULTS.size),
    window: fields.number('window', DEFAULTS.window),
    negatives: fields.number('negatives', DEFAULTS.negatives),
    subsample: fields.number('subsample', DEFAULTS.subsample),
    padId: fields.number('padId', DEFAULTS.padId),
  };
}

/** The mean of the vectors [P, C, D] that are no padding, whose vectors are zero. @returns [P, D] */
function meanOf(vectors: Tensor, ids: Tensor, padId: number): Tensor {
  const [examples, width, size] = dims(vectors, 3, 'vectors');
  if (width === 1) return reshape(vectors, [examples, size]);
  const counts = sum(cast(notEqual(ids, fill(ids.shape, padId, 'i32')), 'f32'), { axis: 1 });
  const some = maximum(counts, fill(counts.shape, 1));
  return div(sum(vectors, { axis: 1 }), reshape(some, [examples, 1]));
}
