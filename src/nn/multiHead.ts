/** nn.MultiheadAttention for queries, keys and values of any origin and size. */
import { defined } from '../core/errors';
import type { Tensor } from '../graph/op';
import { attention } from '../ops/attention/op';
import { add } from '../ops/binary/op';
import {
  type AttentionOptions,
  outProjection,
  type RotaryEmbedding,
  type Visibility,
} from './attention';
import { xavierUniform } from './initialisers';
import type { Scope } from './scope';
import type { Weight } from './weight';

/** Options of multi-head attention. */
export interface MultiHeadAttentionOptions {
  /** Dropout rate of the attention weights in training (default 0). */
  readonly dropout?: number;
  /** Whether the projections have biases (default true). */
  readonly bias?: boolean;
  /** Sizes of keys and values (default: the model's size): PyTorch's kdim and vdim. */
  readonly keySize?: number;
  readonly valueSize?: number;
  /**
   * Number of key and value heads, a divisor of `heads`: grouped-query attention (Ainslie et al.
   * 2023).
   */
  readonly kvHeads?: number;
  /** Rotary position embedding of queries and keys: `rotary()` (default: none). */
  readonly rotary?: RotaryEmbedding | undefined;
}

export type MultiHeadOptions = AttentionOptions & Omit<MultiHeadAttentionOptions, 'dropout'>;

/**
 * nn.MultiheadAttention for any query, key and value. A query with no visible key gives the output
 * projection of zeros, where PyTorch gives NaN.
 * @param q [B, T, modelSize]  @param k [B, S, keySize]  @param v [B, S, valueSize]
 * @returns output [B, T, modelSize] and attention weights [B, heads, T, S]
 */
export function multiHead(
  scope: Scope,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: MultiHeadOptions,
  visibility: Visibility,
): { readonly output: Tensor; readonly weights: Tensor } {
  const { modelSize, heads, kvHeads = heads, dropout, rotary, bias = true } = options;
  const projections = separateProjections(scope, options);
  const rows = projectedSizes(options);
  const total = rows.reduce((sum, size) => sum + size);
  const biases = bias ? scope.split('in_proj_bias', [total], { kind: 'zeros' }, rows) : [];
  const project = (x: Tensor, i: number): Tensor => {
    const shift = biases[i];
    const projected = defined(projections[i], 'projection').product(x);
    return shift === undefined ? projected : add(projected, shift);
  };
  const rotated = (x: Tensor, count: number, name: string): Tensor => {
    if (rotary === undefined) return x;
    const turned = rotary(x, { heads: count, size: modelSize / heads });
    return scope.child(name).note('positions', turned, x);
  };
  const queries = rotated(project(q, 0), heads, 'queries');
  const keys = rotated(project(k, 1), kvHeads, 'keys');
  const sources = [queries, keys, project(v, 2)] as const;
  const shared = { heads, kvHeads, ...visibility, dropout: scope.dropoutStream(dropout) };
  const { output, weights } =
    scope.unfused?.attention(scope, 'none', sources, shared) ?? attention(...sources, shared);
  return { output: outProjection(scope, output, modelSize, bias), weights };
}

/** Sizes of queries, keys and values after their projections. */
function projectedSizes({ modelSize, heads, kvHeads = heads }: MultiHeadOptions) {
  const keys = (modelSize / heads) * kvHeads;
  return [modelSize, keys, keys] as const;
}

/** The projection matrices of query, key and value: rows of one parameter, or three parameters. */
function separateProjections(scope: Scope, options: MultiHeadOptions): readonly Weight[] {
  const { modelSize, keySize = modelSize, valueSize = modelSize } = options;
  const rows = projectedSizes(options);
  if (keySize === modelSize && valueSize === modelSize) {
    const total = rows.reduce((sum, size) => sum + size);
    return scope.splitWeight('in_proj_weight', [total, modelSize], xavierUniform(), rows);
  }
  const separate = (name: string, count: number, size: number) =>
    scope.weight(name, [count, size], xavierUniform());
  return [
    separate('q_proj_weight', rows[0], modelSize),
    separate('k_proj_weight', rows[1], keySize),
    separate('v_proj_weight', rows[2], valueSize),
  ];
}
