/**
 * A stack of self-attention layers over token embeddings: the whole of GPT, and BERT's encoder.
 * Parameters: embedding.weight, positions.weight, layers.N.* with nn.TransformerEncoderLayer's
 * names, norm.*.
 */
import type { Dim } from '../core/dim';
import { dimAt } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import type { RotaryEmbedding, Visibility } from '../nn/attention';
import { embeddingWeight } from '../nn/embedding';
import { layerNorm } from '../nn/norms';
import type { Scope } from '../nn/parameters';
import { rotary } from '../nn/positions';
import { sinusoidalTable } from '../nn/sinusoidalTable';
import {
  cachedEncoderLayer,
  type LayerParts,
  lengthsEncoderLayer,
  type TransformerLayerOptions,
} from '../nn/transformerLayers';
import type { Weight } from '../nn/weight';
import { add } from '../ops/binary/op';
import { countTo } from '../ops/countTo';
import { embedding } from '../ops/embedding/op';
import { scale } from '../ops/fill/op';
import { reshape } from '../ops/view/op';
import type { StackConfig } from './stackConfig';

/** Standard deviation of initial vectors in GPT-2 and BERT. */
export const DEVIATION = 0.02;

/** Parts of a stack that differ from GPT's and BERT's. */
export interface StackParts extends LayerParts {
  /** The rotary embedding of stacks with rotary positions (default: `rotary()`). */
  readonly rotary?: RotaryEmbedding;
  /**
   * Vectors of tokens and their positions, before dropout (default: their sum, under the names
   * above).
   * @param ids i32 [B, T]  @param positions i32 [T] or [B, T]  @returns [B, T, modelSize]
   */
  readonly embed?: (scope: Scope, ids: Tensor, positions: Tensor) => Tensor;
}

/**
 * The token embeddings. Beside sinusoids, which have values up to 1, they start larger and are
 * scaled by sqrt(modelSize), as in Vaswani et al. (2017).
 */
export function tokenTable(scope: Scope, config: StackConfig): Weight {
  const { vocabulary, modelSize, padId: paddingIndex, positions } = config;
  const deviation = positions === 'sinusoidal' ? modelSize ** -0.5 : DEVIATION;
  return embeddingWeight(scope.child('embedding'), vocabulary, modelSize, {
    paddingIndex,
    deviation,
  });
}

/** Token embeddings with their positions [B, T, modelSize]. @param positions i32 [T] or [B, T] */
export function located(scope: Scope, config: StackConfig, ids: Tensor, positions: Tensor): Tensor {
  const { modelSize, maxLength, padId } = config;
  const vectors = tokenTable(scope, config).rows(ids, padId);
  const names = scope.child('embedding');
  if (config.positions === 'rotary') return vectors;
  if (config.positions === 'sinusoidal') {
    const table = constantTensor(sinusoidalTable(maxLength, modelSize));
    return add(
      scale(vectors, Math.sqrt(modelSize)),
      names.note('positions', embedding(positions, table)),
    );
  }
  const start = { kind: 'normal', deviation: DEVIATION } as const;
  const table = scope.child('positions').weight('weight', [maxLength, modelSize], start);
  return add(vectors, names.note('positions', table.rows(positions)));
}

/** Embeds tokens and their positions, with dropout [B, T, modelSize]. */
function embed(
  scope: Scope,
  config: StackConfig,
  parts: StackParts,
  ids: Tensor,
  positions: Tensor,
): Tensor {
  const vectors = parts.embed?.(scope, ids, positions) ?? located(scope, config, ids, positions);
  return scope.child('embedding').note('output', scope.dropout(vectors, config.dropout));
}

function layerOptions(
  config: StackConfig,
  { rotary: turn, embed: _, ...parts }: StackParts,
): TransformerLayerOptions & LayerParts {
  const { feedForward, dropout, normFirst, activation, epsilon, positions } = config;
  const shared = { feedForward, dropout, normFirst, activation, epsilon, ...parts };
  return positions === 'rotary' ? { ...shared, rotary: turn ?? rotary() } : shared;
}

/** The norm after the last layer, which only pre-norm stacks have. */
function finalNorm(
  scope: Scope,
  { normFirst, modelSize, epsilon }: StackConfig,
  { norm = layerNorm }: StackParts,
  x: Tensor,
): Tensor {
  const y = normFirst ? norm(modelSize, { epsilon })(scope.child('norm'), x) : x;
  return scope.note('output', y);
}

/**
 * The vectors of whole texts.
 * @param ids i32 [B, T]
 * @returns [B, T, modelSize]
 */
export function stackVectors(
  scope: Scope,
  config: StackConfig,
  ids: Tensor,
  visibility: Pick<Visibility, 'keyLengths' | 'causal'>,
  parts: StackParts = {},
): Tensor {
  const { modelSize, heads, layers } = config;
  const each = lengthsEncoderLayer(modelSize, heads, layerOptions(config, parts));
  let x = embed(scope, config, parts, ids, countTo(dimAt(ids, 1)));
  for (let i = 0; i < layers; i++) x = each(scope.child(`layers.${i}`), x, visibility);
  return finalNorm(scope, config, parts, x);
}

/** Vectors of new tokens, and the next values of the caches. */
export interface CachedVectors {
  /** [B, T, modelSize]. */
  readonly vectors: Tensor;
  readonly caches: readonly Tensor[];
}

/**
 * The vectors of tokens that follow cached ones.
 * @param ids i32 [B, T]
 * @param caches keys and values of earlier tokens for each layer [B, capacity, columns]
 * @param position i32 [B]: the position of the first token of each row
 */
export function cachedVectors(
  scope: Scope,
  config: StackConfig,
  ids: Tensor,
  caches: readonly Tensor[],
  position: Tensor,
  parts: StackParts = {},
): CachedVectors {
  const { modelSize, heads } = config;
  const each = cachedEncoderLayer(modelSize, heads, layerOptions(config, parts));
  const [batch, length] = [dimAt(ids, 0), dimAt(ids, 1)];
  let x = embed(scope, config, parts, ids, positionsFrom(position, batch, length));
  const next = caches.map((cache, i) => {
    const result = each(scope.child(`layers.${i}`), x, { cache, position });
    x = result.output;
    return result.cache;
  });
  return { vectors: finalNorm(scope, config, parts, x), caches: next };
}

/** i32 [B, T]: the positions of T tokens from each row's first on. */
function positionsFrom(position: Tensor, batch: Dim, length: Dim): Tensor {
  const first = reshape(position, [batch, 1]);
  return length === 1 ? first : add(first, reshape(countTo(length), [1, length]));
}
