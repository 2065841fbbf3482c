/** nn.MultiheadAttention as a layer. */
import { defined, OptionError } from '../core/errors';
import type { Tensor } from '../graph/op';
import { allMasks } from '../ops/attention/masks';
import type { AttentionResult } from '../ops/attention/op';
import {
  type Attention,
  type KeyValueCache,
  multiHeadCached,
  multiHeadCross,
  multiHeadSelf,
  projectMemory,
  type Visibility,
} from './attention';
import { checkColumns, checkLayer, layer } from './layer';
import { type MultiHeadAttentionOptions, type MultiHeadOptions, multiHead } from './multiHead';
import type { Scope } from './scope';

/** What multi-head attention reads besides the query. */
export interface AttentionInputs extends Visibility {
  /** [B, S, keySize] (default: the query, which makes this self-attention). */
  readonly key?: Tensor | undefined;
  /** [B, S, valueSize] (default: the key). */
  readonly value?: Tensor | undefined;
}

/** A layer of multi-head attention. */
export interface MultiHeadAttention {
  /** @param query [B, T, size]  @returns [B, T, size] */
  (scope: Scope, query: Tensor, inputs?: AttentionInputs): Tensor;
  /** Also returns the attention weights [B, heads, T, S]. */
  withWeights(scope: Scope, query: Tensor, inputs?: AttentionInputs): AttentionResult;
  /**
   * One decoding step: causal self-attention of new vectors over cached keys and values.
   * @param x [B, T, size]  @returns the output [B, T, size], and the next value of the cache
   */
  step(
    scope: Scope,
    x: Tensor,
    cache: KeyValueCache,
  ): { readonly output: Tensor; readonly cache: Tensor };
}

/**
 * nn.MultiheadAttention (Vaswani et al. 2017, section 3.2.2). A query with no visible key attends
 * to nothing, where PyTorch gives NaN. Parameters: in_proj_weight [3 * size, size], in_proj_bias,
 * out_proj.weight, out_proj.bias; with `keySize` or `valueSize`, q_proj_weight, k_proj_weight and
 * v_proj_weight replace in_proj_weight.
 * @throws OptionError; the layer throws ShapeError, DTypeError or OptionError for inputs that do
 *   not fit
 */
export function multiHeadAttention(
  size: number,
  heads: number,
  options: MultiHeadAttentionOptions = {},
): MultiHeadAttention {
  const where = 'multiHeadAttention';
  const known = ['dropout', 'bias', 'keySize', 'valueSize', 'kvHeads', 'rotary'];
  checkLayer(where, { size, heads }, options, known);
  if (size % heads !== 0) {
    throw new OptionError(`${where}: size ${size} is not a multiple of heads ${heads}`);
  }
  const { dropout = 0, bias = true, keySize = size, valueSize = size, kvHeads } = options;
  const all: MultiHeadOptions = { ...options, modelSize: size, heads, dropout, masks: allMasks };
  const isPlain = bias && keySize === size && valueSize === size && kvHeads === undefined;
  const attend = (
    scope: Scope,
    query: Tensor,
    { key, value, ...visibility }: AttentionInputs,
    weights: boolean,
  ): Attention => {
    checkColumns(`${where}: query`, query, size, ['B', 'T']);
    if (key !== undefined) checkColumns(`${where}: key`, key, keySize, ['B', 'S']);
    if (value !== undefined) checkColumns(`${where}: value`, value, valueSize, ['B', 'S']);
    const [k, v] = [key ?? query, value ?? key ?? query];
    if (isPlain && k === query && v === query) {
      return multiHeadSelf(scope, query, { ...all, weights }, visibility);
    }
    if (isPlain && k === v && options.rotary === undefined) {
      const projected = projectMemory(scope, k, size);
      return multiHeadCross(scope, query, projected, { ...all, weights }, visibility);
    }
    return multiHead(scope, query, k, v, all, visibility);
  };
  const output = layer(
    (scope, query: Tensor, inputs: AttentionInputs = {}) =>
      attend(scope, query, inputs, false).output,
  );
  return Object.assign(output, {
    withWeights: layer((scope, query: Tensor, inputs: AttentionInputs = {}) => {
      const { output: y, weights } = attend(scope, query, inputs, true);
      return { output: y, weights: defined(weights, 'weights') };
    }),
    step: layer((scope, x: Tensor, cache: KeyValueCache) => {
      checkColumns(where, x, size, ['B', 'T']);
      if (isPlain) return multiHeadCached(scope, x, all, cache);
      throw new OptionError(
        `${where}: decoding over a cache needs biases, and keys and values of the model's size and heads`,
      );
    }),
  });
}
