/**
 * word2vec with negative sampling (Mikolov et al. 2013a, b). Each word has an input vector and an
 * output vector; skip-gram predicts from the input vector of one word, CBOW from the mean of
 * several. Parameters: in_embed, out_embed.
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

/** 'skipgram' predicts the context from a word, 'cbow' a word from its context. */
export type WordVectorKind = 'skipgram' | 'cbow';

/** Configuration of a model of word vectors. */
export interface WordVectorConfig {
  readonly kind: WordVectorKind;
  readonly vocabulary: number;
  /** Dimensions of a vector. */
  readonly size: number;
  /** Maximum number of context words on either side. */
  readonly window: number;
  /** Negative samples for each example. */
  readonly negatives: number;
  /** Relative frequency above which occurrences are subsampled; 0 keeps all. */
  readonly subsample: number;
  /** Id of padding. */
  readonly padId: number;
}

/**
 * Options of word vectors: the configuration, where only the kind and the vocabulary size are
 * required.
 */
export type WordVectorOptions = Partial<WordVectorConfig> &
  Pick<WordVectorConfig, 'kind' | 'vocabulary'>;

const DEFAULTS = { size: 100, window: 5, negatives: 5, subsample: 1e-3, padId: 0 } as const;

/** Name of the parameter with the word vectors [vocabulary, size]. */
export const WORD_VECTORS = 'in_embed.weight';

/** A model of word vectors. */
export interface WordVectorModel {
  readonly kind: WordVectorKind;
  readonly config: WordVectorConfig;
  /** C: number of input words of an example. */
  readonly width: number;
  /** N: number of words that are scored for an example, the true one and the negative samples. */
  readonly candidates: number;
  /**
   * Scores words given input words.
   * @param inputs i32 [P, C], padded  @param words i32 [P, N]
   * @returns [P, N]
   */
  scores(scope: Scope, inputs: Tensor, words: Tensor): Tensor;
}

/**
 * Makes a model of word vectors for training.
 * @throws OptionError for an unknown option or an invalid value
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

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
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
