/**
 * Self-attention of Llama and its descendants, for the part `attention` of transformer layers:
 * several heads of queries share one of keys and values (Ainslie et al. 2023), heads have a size of
 * their own, and queries and keys may be normalised.
 */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { lengthsAlone } from '../ops/attention/lengths';
import { add } from '../ops/binary/op';
import { concat } from '../ops/concat/op';
import { slice } from '../ops/movement/op';
import { writeRows } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import { attendTo, type RotaryEmbedding } from './attention';
import { xavierUniform } from './initialisers';
import { rmsNorm } from './norms';
import type { Scope } from './scope';
import type { SelfAttention } from './transformerLayers';

/** Sizes and parts of grouped attention. */
export interface GroupedAttentionOptions {
  /** Heads of keys and values, a divisor of the heads of queries. */
  readonly kvHeads: number;
  /** Channels of a head. */
  readonly headSize: number;
  /** Whether the projections of queries, keys and values have biases; the output's has none. */
  readonly bias: boolean;
  /** Epsilon of an RMS norm over each head of queries and of keys; undefined for none. */
  readonly normEpsilon: number | undefined;
}

/**
 * Grouped attention. With H heads of queries, K of keys and D channels of a head: in_proj_weight
 * [(H + 2K) D, modelSize] has the rows of queries, keys and values, in_proj_bias [(H + 2K) D] if
 * there are biases, q_norm.weight and k_norm.weight [D] if there are norms, out_proj.weight
 * [modelSize, H D]. The cache is [B, capacity, 2 K D].
 */
export function groupedAttention(options: GroupedAttentionOptions): SelfAttention {
  const { kvHeads, headSize } = options;
  return {
    self: (scope, x, { modelSize, heads, dropout, masks, rotary, weights }, visibility) => {
      const qkv = projected(scope, x, modelSize, heads, options, rotary);
      const shared = { heads, kvHeads, ...visibility, dropout: scope.dropoutStream(dropout) };
      const found = attendTo(scope, 'qkv', [qkv], shared, weights === true, masks);
      return { ...found, output: outputOf(scope, found.output, modelSize, heads * headSize) };
    },
    cached: (scope, x, { modelSize, heads, rotary }, { cache, position }) => {
      const qkv = projected(scope, x, modelSize, heads, options, rotary, position);
      const next = writeRows(cache, qkv, position, { column: heads * headSize });
      const shared = { heads, kvHeads, causal: true, queryOffset: position };
      const { output } = attendTo(scope, 'kv', [qkv, next], shared, false, lengthsAlone);
      return { output: outputOf(scope, output, modelSize, heads * headSize), cache: next };
    },
  };
}

function outputOf(scope: Scope, x: Tensor, modelSize: number, columns: number): Tensor {
  return scope.weight('out_proj.weight', [modelSize, columns], xavierUniform()).product(x);
}

/** Queries, keys and values [B, T, (H + 2K) D], normalised and rotated. */
function projected(
  scope: Scope,
  x: Tensor,
  modelSize: number,
  heads: number,
  options: GroupedAttentionOptions,
  rotary: RotaryEmbedding | undefined,
  offset?: Tensor,
): Tensor {
  const { kvHeads, headSize, bias } = options;
  const rows = (heads + 2 * kvHeads) * headSize;
  const product = scope.weight('in_proj_weight', [rows, modelSize], xavierUniform()).product(x);
  const shifted = bias
    ? add(product, scope.parameter('in_proj_bias', [rows], { kind: 'zeros' }))
    : product;
  const normal = normalised(scope, shifted, heads, options);
  const sizes = { heads: heads + kvHeads, size: headSize };
  return rotary === undefined
    ? normal
    : scope.note('positions', rotary(normal, sizes, offset), normal);
}

/** RMS norms over the heads of queries and keys, if there are norms (Henry et al. 2020). */
function normalised(
  scope: Scope,
  qkv: Tensor,
  heads: number,
  { kvHeads, headSize, normEpsilon: epsilon }: GroupedAttentionOptions,
): Tensor {
  if (epsilon === undefined) return qkv;
  const [batch, length, columns] = dims(qkv, 3, 'groupedAttention');
  const split = reshape(qkv, [batch, length, heads + 2 * kvHeads, headSize]);
  const part = (from: number, count: number) =>
    slice(split, {
      starts: [0, 0, from, 0],
      ends: [batch, length, from + count, headSize],
    });
  const norm = rmsNorm(headSize, { epsilon });
  const queries = norm(scope.child('q_norm'), part(0, heads));
  const keys = norm(scope.child('k_norm'), part(heads, kvHeads));
  const all = concat([queries, keys, part(heads + kvHeads, kvHeads)], 2);
  return reshape(all, [batch, length, columns]);
}
