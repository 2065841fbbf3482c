/** Attention of queries, keys and values that come apart. */
import type { Tensor } from '../../graph/op';
import { STORAGE_BINDINGS } from '../../graph/target';
import { concat } from '../concat/op';
import { type AttentionOptions, type AttentionResult, attend, bindingsOf, both } from './op';

/**
 * Attention of separate q [B,T,E], k [B,S,E], v [B,S,E], with the weights, which cost nothing where
 * they are not read. With masks or dropout, k and v are first joined: `crossAttention` needs no copy.
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions,
): AttentionResult {
  const fits = bindingsOf('none', options, true) <= STORAGE_BINDINGS;
  return both(
    fits
      ? attend('none', [q, k, v], options, true)
      : attend('kv', [q, concat([k, v], -1)], options, true),
  );
}

declare module '../../graph/op' {
  interface OpSet {
    attention: typeof attention;
  }
}
