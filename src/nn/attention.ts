/**
 * Multi-head attention with nn.MultiheadAttention's parameters. Queries, keys and values come from
 * one product, and heads are addressed by columns, so that nothing is transposed.
 */
import { dims } from '../core/shape';
import type { OpSet, Tensor } from '../graph/op';
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
  qkv: Tensor,
  { modelSize, heads, rotary }: AttentionOptions,
  offset?: Tensor,
): Tensor {
  const sizes = { heads: 2 * heads, size: modelSize / heads };
  return rotary === undefined ? qkv : rotary(qkv, sizes, offset);
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
  const needsWeights = options.weights === true || scope.wants('weights');
  const project = inProjection(scope, modelSize, [3 * modelSize]);
  const qkv = rotated(project(x, 0), options);
  const shared = { heads, ...visibility, dropout: scope.dropoutStream(dropout) };
  scope.derive('scores', (ops) => scores(ops, options, [qkv, 0], [qkv, modelSize]));
  const results = attend('qkv', [qkv], shared, needsWeights, masks);
  return finish(scope, results, needsWeights, modelSize);
}

/** Projects the op's output, and notes its attention weights if they are needed. */
function finish(
  scope: Scope,
  results: ReturnType<typeof attend>,
  needsWeights: boolean,
  modelSize: number,
): Attention {
  const weights = needsWeights ? both(results).weights : undefined;
  if (weights !== undefined) scope.note('weights', weights);
  return { output: outProjection(scope, single(results), modelSize), weights };
}

/**
 * Scaled scores before masking. The attention kernels do not store them, so that they are computed
 * separately when an observer asks for them.
 * @param q a tensor [B, T, ...], and the first of the modelSize columns that hold the queries
 * @param k a tensor [B, S, ...], and the first of the modelSize columns that hold the keys
 * @returns [B, heads, T, S]
 */
function scores(
  { matmul, reshape, scale, slice, transpose }: OpSet,
  { modelSize, heads }: AttentionOptions,
  q: readonly [Tensor, number],
  k: readonly [Tensor, number],
): Tensor {
  const width = modelSize / heads;
  const split = ([x, from]: readonly [Tensor, number]): Tensor => {
    const [batch, length] = dims(x, 3, 'attention');
    const ends = [batch, length, from + modelSize];
    const columns = slice(x, { starts: [0, 0, from], ends });
    return transpose(reshape(columns, [batch, length, heads, width]), [0, 2, 1, 3]);
  };
  return scale(matmul(split(q), split(k), { transposeB: true }), 1 / Math.sqrt(width));
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
  const qkv = rotated(project(x, 0), options, position);
  const next = writeRows(cache, qkv, position, { column: modelSize });
  const shared = { heads, causal: true, queryOffset: position };
  const results = attend('kv', [qkv, next], shared, false, lengthsAlone);
  return { output: outProjection(scope, single(results), modelSize), cache: next };
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
  const needsWeights = options.weights === true || scope.wants('weights');
  const project = inProjection(scope, modelSize, [modelSize, 2 * modelSize]);
  const shared = { heads, ...visibility, dropout: scope.dropoutStream(dropout) };
  const query = project(x, 0);
  scope.derive('scores', (ops) => scores(ops, options, [query, 0], [projected, 0]));
  const results = attend('kv', [query, projected], shared, needsWeights, masks);
  return finish(scope, results, needsWeights, modelSize);
}
