/** Embeddings: a learned vector for each token. */
import { DTypeError } from '../core/errors';
import { formatType } from '../core/shape';
import type { Tensor } from '../graph/op';
import { checkLayer, type Layer, layer } from './layer';
import type { Scope } from './scope';
import type { Weight } from './weight';

/** Options of an embedding. */
export interface EmbeddingOptions {
  /** An id whose vector starts at zero and is not trained. */
  readonly paddingIndex?: number;
  /** Standard deviation of the normal distribution of the initial vectors (default 1). */
  readonly deviation?: number;
}

/**
 * nn.Embedding: a vector for each id, zeros for ids outside the vocabulary. Takes i32 [...], gives
 * [..., size]. Parameter: weight [vocabulary, size].
 * @throws OptionError; the layer throws DTypeError for ids that are not i32
 */
export function embedding(vocabulary: number, size: number, options: EmbeddingOptions = {}): Layer {
  checkLayer('embedding', { vocabulary, size }, options, ['paddingIndex', 'deviation']);
  return layer((scope, ids: Tensor) => {
    if (ids.dtype !== 'i32') {
      throw new DTypeError(`embedding: expected ids i32[...], found ${formatType(ids)}`);
    }
    return embeddingWeight(scope, vocabulary, size, options).rows(ids, options.paddingIndex);
  });
}

/** The matrix of an embedding, for models whose output projection shares it. */
export function embeddingWeight(
  scope: Scope,
  vocabulary: number,
  size: number,
  { paddingIndex, deviation = 1 }: EmbeddingOptions = {},
): Weight {
  const zeroRow = paddingIndex === undefined ? {} : { zeroRow: paddingIndex };
  return scope.weight('weight', [vocabulary, size], { kind: 'normal', deviation, ...zeroRow });
}

export interface TokenOptions {
  readonly vocabulary: number;
  readonly size: number;
  /** Id whose vector starts at zero and is not trained. */
  readonly padId: number;
  readonly dropout: number;
  /** Standard deviation of the initial vectors (default 1). */
  readonly deviation?: number;
}

/**
 * An embedding followed by dropout.
 * @param ids i32 [...]
 * @param table scope of the matrix, if it is another embedding's
 * @returns [..., size]
 */
export function embedTokens(
  scope: Scope,
  ids: Tensor,
  options: TokenOptions,
  table: Scope = scope,
): Tensor {
  const { vocabulary, size, padId: paddingIndex, dropout, deviation = 1 } = options;
  const vectors = embedding(vocabulary, size, { paddingIndex, deviation })(table, ids);
  return scope.note('output', scope.dropout(vectors, dropout));
}
