/**
 * Multi-head attention with nn.MultiheadAttention's parameters. Queries, keys and values come from
 * one product, and heads are addressed by columns, so that nothing is transposed.
 */
import type { Tensor } from '../graph/op';
import { attend, both, type AttentionOptions as OpOptions, single } from '../ops/attention/attend';
import { lengthsAlone, type MaskRule } from '../ops/attention/lengths';
import { writeRows } from '../ops/update/op';
import { xavierUniform } from './initialisers';
import { affine } from './linear';
import type { Scope } from './scope';

export interface AttentionOptions {
  readonly modelSize: number;
  readonly heads: number;
  /** Dropout rate of the attention weights. */
  readonly dropout: number;
  /**
   * Which masks are supported: models that mask by lengths only leave out the code of the others.
   */
  readonly masks: MaskRule;
  /** Rotary position embedding of queries and keys (default: none). */
  readonly rotary?: RotaryEmbedding | undefined;
}

/**
 * Rotates the heads of x by their positions. Made by `rotary()`, and passed as a value so that
 * models without it leave its op out of the bundle.
 * @param x [B, T, C] whose first `heads * size` columns are rotated
 * @param offset i32 [1], or [B] for each batch row: the position of the first row (default 0)
 */
export type RotaryEmbedding = (
  x: Tensor,
  sizes: { readonly heads: number; readonly size: number },
  offset?: Tensor,
) => Tensor;

export interface Attention {
  /** [B, T, modelSize]. */
  readonly output: Tensor;
  /** Attention weights [B, heads, T, S], if requested. */
  readonly weights: Tensor | undefined;
}

/**
 * Which keys each query may attend to, and what is added to the scores: `mask` is
 * nn.MultiheadAttention's boolean attn_mask, `bias` its attn_mask of floats, `keyPadding` its
 * key_padding_mask.
 */
export type Visibility = Pick<OpOptions, 'causal' | 'keyLengths' | 'keyPadding' | 'mask' | 'bias'>;

/** Keys and values of earlier positions, for decoding token by token. */
export interface KeyValueCache {
  /** [B, capacity, 2 * modelSize]. */
  readonly cache: Tensor;
  /** i32 [1], or [B] for each batch row: position of the first new row. */
  readonly position: Tensor;
}

function inProjection(scope: Scope, modelSize: number, rows: readonly number[]) {
  const total = 3 * modelSize;
  const start = xavierUniform();
  const weights = scope.splitWeight('in_proj_weight', [total, modelSize], start, rows);
  const biases = scope.split('in_proj_bias', [total], { kind: 'zeros' }, rows);
  return (x: Tensor, piece: number): Tensor => {
    const [weight, bias] = [weights[piece], biases[piece]];
    return weight === undefined || bias === undefined ? x : affine(x, weight, bias);
  };
}

/** The output projection of the concatenated heads. @param x [B, T, modelSize] */
export function outProjection(scope: Scope, x: Tensor, modelSize: number, hasBias = true): Tensor {
  const weight = scope.weight('out_proj.weight', [modelSize, modelSize], xavierUniform());
  if (!hasBias) return weight.product(x);
  return affine(x, weight, scope.parameter('out_proj.bias', [modelSize], { kind: 'zeros' }));
}

/**
 * Applies the rotary embedding, if there is one, to the queries and keys of [B, T, 3 * modelSize].
 * @param offset i32 [1] or [B]: the position of the first row (default 0)
 */
function rotated(
  scope: Scope,
  qkv: Tensor,
  { modelSize, heads, rotary }: AttentionOptions,
  offset?: Tensor,
): Tensor {
  const sizes = { heads: 2 * heads, size: modelSize / heads };
  return rotary === undefined ? qkv : scope.note('positions', rotary(qkv, sizes, offset), qkv);
}

/**
 * Multi-head self-attention (Vaswani et al. 2017, section 3.2.2).
 * @param x [B, T, modelSize]
 */
export function multiHeadSelf(
  scope: Scope,
  x: Tensor,
  options: AttentionOptions & { readonly weights?: boolean },
  visibility: Visibility,
): Attention {
  const { modelSize, heads, dropout, masks } = options;
  const project = inProjection(scope, modelSize, [3 * modelSize]);
  const qkv = rotated(scope, project(x, 0), options);
  const shared = { heads, ...visibility, dropout: scope.dropoutStream(dropout) };
  const found = attendTo(scope, 'qkv', [qkv], shared, options.weights === true, masks);
  return { ...found, output: outProjection(scope, found.output, modelSize) };
}

/** Applies the op of attention, in parts if the observer wants its values. */
export function attendTo(
  scope: Scope,
  packing: 'qkv' | 'kv',
  sources: readonly [Tensor, ...Tensor[]],
  options: OpOptions,
  needsWeights: boolean,
  masks: MaskRule,
): Attention {
  const inParts = scope.unfused?.attention(scope, packing, sources, options);
  if (inParts !== undefined) return inParts;
  const results = attend(packing, sources, options, needsWeights, masks);
  return { output: single(results), weights: needsWeights ? both(results).weights : undefined };
}

/**
 * Causal self-attention over a cache. Keys and values of the new rows are written to the cache
 * first.
 * @param x the new rows [B, T, modelSize]
 * @returns the output [B, T, modelSize], and the next value of the cache
 */
export function multiHeadCached(
  scope: Scope,
  x: Tensor,
  options: AttentionOptions,
  { cache, position }: KeyValueCache,
): { readonly output: Tensor; readonly cache: Tensor } {
  const { modelSize, heads } = options;
  const project = inProjection(scope, modelSize, [3 * modelSize]);
  const qkv = rotated(scope, project(x, 0), options, position);
  const next = writeRows(cache, qkv, position, { column: modelSize });
  const shared = { heads, causal: true, queryOffset: position };
  const { output } = attendTo(scope, 'kv', [qkv, next], shared, false, lengthsAlone);
  return { output: outProjection(scope, output, modelSize), cache: next };
}

/** Projects the encoder's output to keys and values [B, S, 2 * modelSize], once for each source. */
export function projectMemory(scope: Scope, memory: Tensor, modelSize: number): Tensor {
  return inProjection(scope, modelSize, [modelSize, 2 * modelSize])(memory, 1);
}

/**
 * Multi-head cross-attention over a projected memory.
 * @param x [B, T, modelSize]  @param projected [B, S, 2 * modelSize] from projectMemory
 * @returns the output, and the attention weights [B, heads, T, S] if requested
 */
export function multiHeadCross(
  scope: Scope,
  x: Tensor,
  projected: Tensor,
  options: AttentionOptions & { readonly weights?: boolean },
  visibility: Visibility,
): Attention {
  const { modelSize, heads, dropout, masks } = options;
  const project = inProjection(scope, modelSize, [modelSize, 2 * modelSize]);
  const shared = { heads, ...visibility, dropout: scope.dropoutStream(dropout) };
  const sources = [project(x, 0), projected] as const;
  const found = attendTo(scope, 'kv', sources, shared, options.weights === true, masks);
  return { ...found, output: outProjection(scope, found.output, modelSize) };
}
