/**
 * Applies the op of attention to what callers pass: derives the heads from the columns, and reduces masks to
 * what the kernels have bindings for.
 */

import { defined, OptionError } from '../../core/errors';
import { dims } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { applyAll } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { STORAGE_BINDINGS } from '../../graph/target';
import { isFloat } from '../checks';
import { type AttentionAttrs, attentionSizes, listOptional, SOURCE_COUNT } from './attrs';
import { attentionOp } from './forward';
import { type MaskRule, maskAttrs } from './lengths';

/** Options of an attention op. */
export interface AttentionOptions {
  /** Heads of queries. */
  readonly heads: number;
  /**
   * Heads of keys and values, a divisor of `heads`, which is the default. Each is shared by `heads / kvHeads`
   * neighbouring heads of queries (grouped queries, Ainslie et al. 2023; with 1 multi-query, Shazeer 2019).
   */
  readonly kvHeads?: number | undefined;
  /** Hide keys after the query. */
  readonly causal?: boolean | undefined;
  /** Factor on the scores; 1 / sqrt(size of a head) by default. */
  readonly scale?: number | undefined;
  /** i32 [B]: keys at or past it are hidden. A row without keys yields zeros. */
  readonly keyLengths?: Tensor | undefined;
  /** bool [B, S]: true hides a key, like PyTorch's key_padding_mask. */
  readonly keyPadding?: Tensor | undefined;
  /**
   * bool [T, S], [B, T, S] or [B, H, T, S], where each of B, H and T may be 1: true hides the key from the
   * query, like attn_mask of nn.MultiheadAttention (in scaled_dot_product_attention true shows it).
   */
  readonly mask?: Tensor | undefined;
  /**
   * f32 [T, S], [H, T, S] or [B, H, T, S], where each of B, H and T may be 1: added to the scaled scores. A
   * bias of -3.4e38 or less, -Infinity too, hides the key like a mask, where softmax would give NaN for a row
   * without other keys. The result of +Infinity and NaN is undefined.
   */
  readonly bias?: Tensor | undefined;
  /**
   * i32 [1], or [B] for each batch row: position of the first query row among the keys, for causal
   * decoding with a cache.
   */
  readonly queryOffset?: Tensor | undefined;
  /** Dropout on the weights, drawn by the flat index of (b, h, t, s); key is i32 [1]. */
  readonly dropout?:
    | { readonly rate: number; readonly key: Tensor; readonly stream: number }
    | undefined;
}

/** Output [B, T, heads * size of a value], and the weights [B, heads, T, S] before dropout. */
export interface AttentionResult {
  readonly output: Tensor;
  readonly weights: Tensor;
}

/** What the op gives: the output, what its gradient reads and, on demand, the weights. */
type Results = Counted<Tensor, [2, 3]>;

/** Bindings besides sources and optional inputs: statistics, dy and a result. */
const OTHER_BINDINGS = 3;

/**
 * Most channels of a head, which the kernels keep in registers: with more, compilation takes over half a
 * minute.
 */
const MAX_HEAD_SIZE = 256;

/** How many optional inputs the kernels have bindings for. */
export function roomFor(packing: AttentionAttrs['packing'], weightsGradient: boolean): number {
  return STORAGE_BINDINGS - SOURCE_COUNT[packing] - OTHER_BINDINGS - (weightsGradient ? 1 : 0);
}

/**
 * Applies the op to queries, keys and values in this packing.
 * @param maskRule `allMasks`, or `lengthsAlone` where the options have neither mask nor bias
 * @throws OptionError, ShapeError, DTypeError
 */
export function attend(
  packing: AttentionAttrs['packing'],
  sources: readonly [Tensor, ...Tensor[]],
  options: AttentionOptions,
  weights: boolean,
  maskRule: MaskRule,
): Results {
  const { heads, dropout, scale } = options;
  const { kvHeads, size, valueSize } = headsOf(packing, sources, options);
  const rate = dropout?.rate ?? 0;
  if (!(rate >= 0 && rate < 1 && isFloat(scale ?? 1))) {
    throw new OptionError(`attention: the rate ${rate} must be below 1, the scale ${scale} finite`);
  }
  const key = rate > 0 ? dropout?.key : undefined;
  const sizes = { ...attentionSizes(sources, { packing }), heads };
  const room = roomFor(packing, false) - (key === undefined ? 0 : 1);
  const masks = maskRule(options, sizes, room);
  const attrs: AttentionAttrs = {
    heads,
    kvHeads,
    size,
    valueSize,
    scale: scale ?? 1 / Math.sqrt(size),
    packing,
    ...maskAttrs(masks),
    dropRate: rate,
    stream: dropout?.stream ?? 0,
    weights,
  };
  return applyAll(attentionOp, [...sources, ...listOptional({ ...masks, key })], attrs);
}

/** The number of heads of keys and the sizes of heads, from the columns. */
export function headsOf(
  packing: AttentionAttrs['packing'],
  sources: readonly Tensor[],
  { heads, kvHeads = heads }: AttentionOptions,
): Pick<AttentionAttrs, 'kvHeads' | 'size' | 'valueSize'> {
  const isCount = (n: number) => Number.isInteger(n) && n > 0;
  if (!isCount(heads) || !isCount(kvHeads) || heads % kvHeads !== 0) {
    throw new OptionError(
      `attention: heads must be a positive whole number and a multiple of kvHeads, found ${heads} ` +
        `and ${kvHeads}`,
    );
  }
  const sizeOf = (source: number, count: number): number => {
    const [, , width] = dims(defined(sources[source], 'source'), 3, 'attention');
    const size = Number(width) / count;
    if (isCount(size) && size <= MAX_HEAD_SIZE) return size;
    if (size > MAX_HEAD_SIZE) {
      throw new OptionError(
        `attention: heads have ${MAX_HEAD_SIZE} channels at most, found ${size}; use more heads, or ` +
          'matmul and softmax',
      );
    }
    throw new OptionError(
      `attention: ${width} columns cannot be split into ${count} parts: ${heads} heads of queries, ` +
        `${kvHeads} of keys and of values`,
    );
  };
  const columns = { qkv: heads + 2 * kvHeads, kv: 2 * kvHeads, none: kvHeads };
  const size = sizeOf(packing === 'qkv' ? 0 : 1, columns[packing]);
  return { kvHeads, size, valueSize: packing === 'none' ? sizeOf(2, kvHeads) : size };
}

/** The output of `attend`. */
export const single = ([output]: Results): Tensor => output;

/** Output and weights of `attend`, called with `weights`. */
export const both = ([output, , weights]: Results): AttentionResult => ({
  output,
  weights: defined(weights, 'weights'),
});
