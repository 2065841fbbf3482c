/**
 * Scaled dot-product attention with many heads, in the layout of projections: head h has the columns h*D to
 * h*D+D-1, so nothing is transposed. Queries, keys and values may be packed in one tensor.
 */
import type { Tensor } from '../../graph/op';
import { type AttentionOptions, type AttentionResult, attend, both, single } from './attend';
import { allMasks } from './masks';

export type { AttentionOptions, AttentionResult } from './attend';
export { attentionOp } from './forward';

/**
 * Attention (Vaswani et al. 2017, eq. 1) of queries, keys and values in separate tensors. Keys that a mask,
 * lengths or causality hide have no weight and no gradient; a query from which all are hidden yields zeros.
 * Weights that nothing reads are not computed.
 * @param q [B, T, heads * D], or wider: further columns are not read
 * @param k [B, S, kvHeads * D]  @param v [B, S, kvHeads * V]
 * @returns output [B, T, heads * V] and weights [B, heads, T, S]
 * @throws ShapeError, DTypeError, OptionError when sizes, masks and heads do not fit
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions,
): AttentionResult {
  return both(attend('none', [q, k, v], options, true, allMasks));
}

/**
 * Self-attention on packed projections.
 * @param qkv [B, T, 3E]: columns of queries, keys, values; fewer of keys and values with `kvHeads`
 * @returns [B, T, E]
 * @throws ShapeError, DTypeError, OptionError when the columns do not fit the heads
 */
export function selfAttention(qkv: Tensor, options: AttentionOptions): Tensor {
  return single(attend('qkv', [qkv], options, false, allMasks));
}

/** `selfAttention` that also returns the weights. */
export function selfAttentionWeights(qkv: Tensor, options: AttentionOptions): AttentionResult {
  return both(attend('qkv', [qkv], options, true, allMasks));
}

/**
 * Attention of queries over packed keys and values.
 * @param q [B, T, E], or wider: further columns are not read
 * @param kv [B, S, 2E]: columns of keys, then values; fewer with `kvHeads`
 * @returns [B, T, E]
 */
export function crossAttention(q: Tensor, kv: Tensor, options: AttentionOptions): Tensor {
  return single(attend('kv', [q, kv], options, false, allMasks));
}

/** `crossAttention` that also returns the weights. */
export function crossAttentionWeights(
  q: Tensor,
  kv: Tensor,
  options: AttentionOptions,
): AttentionResult {
  return both(attend('kv', [q, kv], options, true, allMasks));
}

declare module '../../graph/op' {
  interface OpSet {
    attention: typeof attention;
    selfAttention: typeof selfAttention;
    selfAttentionWeights: typeof selfAttentionWeights;
    crossAttention: typeof crossAttention;
    crossAttentionWeights: typeof crossAttentionWeights;
  }
}
