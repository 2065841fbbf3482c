/** Multi-head attention with nn.MultiheadAttention's parameters; no transposes, one input product. */
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
  /** Rate on the attention weights. */
  readonly dropout: number;
  /** For what a visibility may have: models that hide keys by lengths alone do without the code of masks. */
  readonly masks: MaskRule;
  /** Rotates queries and keys by their positions; none by default. */
  readonly rotary?: RotaryTurn | undefined;
}

/**
 * Turns the heads of x by their positions; `rotary` makes one. Models that have none do without its op.
 * @param x [B, T, C] whose first `heads * size` columns are turned
 * @param offset i32 [1]: the position of the first row; 0 by default
 */
export type RotaryTurn = (
  x: Tensor,
  sizes: { readonly heads: number; readonly size: number },
  offset?: Tensor,
) => Tensor;

export interface Attention {
  /** [B, T, modelSize]. */
  readonly output: Tensor;
  /** [B, heads, T, S], when asked for. */
  readonly weights: Tensor | undefined;
}

/**
 * What hides keys from queries, and what is added to their scores: `mask` is nn.MultiheadAttention's
 * attn_mask of truth values, `bias` its attn_mask of numbers, `keyPadding` its key_padding_mask.
 */
export type Visibility = Pick<OpOptions, 'causal' | 'keyLengths' | 'keyPadding' | 'mask' | 'bias'>;

/** Keys and values of earlier positions, for decoding step by step. */
export interface KeyValueCache {
  /** [B, capacity, 2 * modelSize]. */
  readonly cache: Tensor;
  /** i32 [1]: position of the first new row. */
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

/** The last step of attention. @param x [B, T, modelSize] */
export function outProjection(scope: Scope, x: Tensor, modelSize: number): Tensor {
  const weight = scope.weight('out_proj.weight', [modelSize, modelSize], xavierUniform());
  return affine(x, weight, scope.parameter('out_proj.bias', [modelSize], { kind: 'zeros' }));
}

/**
 * Turns the queries and keys of packed projections [B, T, 3 * modelSize] by their positions.
 * @param offset i32 [1]: the position of the first row; 0 by default
 */
function turned(
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
  const wanted = options.weights === true || scope.wants('weights');
  const project = inProjection(scope, modelSize, [3 * modelSize]);
  const qkv = turned(project(x, 0), options);
  const shared = { heads, ...visibility, dropout: scope.dropoutStream(dropout) };
  scope.derive('scores', (ops) => scores(ops, options, [qkv, 0], [qkv, modelSize]));
  return finish(scope, attend('qkv', [qkv], shared, wanted, masks), wanted, modelSize);
}

/** The output projection, and the weights where they are wanted, of what the op gives. */
function finish(
  scope: Scope,
  results: ReturnType<typeof attend>,
  wanted: boolean,
  modelSize: number,
): Attention {
  const weights = wanted ? both(results).weights : undefined;
  if (weights !== undefined) scope.note('weights', weights);
  return { output: outProjection(scope, single(results), modelSize), weights };
}

/**
 * Kernels of attention keep no scores: for whoever asks they are computed beside them, before masks.
 * @param q [B, T, ...] and the column where its modelSize columns begin  @param k the same of [B, S, ...]
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
    const own = slice(x, { starts: [0, 0, from], ends });
    return transpose(reshape(own, [batch, length, heads, width]), [0, 2, 1, 3]);
  };
  return scale(matmul(split(q), split(k), { transposeB: true }), 1 / Math.sqrt(width));
}

/**
 * Causal self-attention of new rows over a cache that they are first written to.
 * @param x [B, T, modelSize]
 * @returns the output and the cache's next value
 */
export function multiHeadCached(
  scope: Scope,
  x: Tensor,
  options: AttentionOptions,
  { cache, position }: KeyValueCache,
): { readonly output: Tensor; readonly cache: Tensor } {
  const { modelSize, heads } = options;
  const project = inProjection(scope, modelSize, [3 * modelSize]);
  const qkv = turned(project(x, 0), options, position);
  const next = writeRows(cache, qkv, position, { column: modelSize });
  const shared = { heads, causal: true, queryOffset: position };
  const results = attend('kv', [qkv, next], shared, false, lengthsAlone);
  return { output: outProjection(scope, single(results), modelSize), cache: next };
}

/** Keys and values of the encoder's output, computed once: [B, S, 2 * modelSize]. */
export function projectMemory(scope: Scope, memory: Tensor, modelSize: number): Tensor {
  return inProjection(scope, modelSize, [modelSize, 2 * modelSize])(memory, 1);
}

/**
 * Multi-head cross-attention over projected memory.
 * @param x [B, T, modelSize]  @param projected [B, S, 2 * modelSize] of projectMemory
 * @returns the output, and the weights [B, heads, T, S] when asked for
 */
export function multiHeadCross(
  scope: Scope,
  x: Tensor,
  projected: Tensor,
  options: AttentionOptions & { readonly weights?: boolean },
  visibility: Visibility,
): Attention {
  const { modelSize, heads, dropout, masks } = options;
  const wanted = options.weights === true || scope.wants('weights');
  const project = inProjection(scope, modelSize, [modelSize, 2 * modelSize]);
  const shared = { heads, ...visibility, dropout: scope.dropoutStream(dropout) };
  const query = project(x, 0);
  scope.derive('scores', (ops) => scores(ops, options, [query, 0], [projected, 0]));
  const results = attend('kv', [query, projected], shared, wanted, masks);
  return finish(scope, results, wanted, modelSize);
}
