/** One vector for a text from those of its tokens, as sentence-transformers pools them. */
import { OptionError } from '../core/errors';
import { dimAt, dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { countTo } from '../nn/lengths';
import { div, maximum, mul } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { matmul } from '../ops/matmul/op';
import { cast, less } from '../ops/select/op';
import { rsqrt, square } from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import { Fields } from './fields';

/** 'mean' and 'max' of the vectors of valid tokens, or the first token's vector, 'first'. */
export type PoolingKind = 'mean' | 'max' | 'first';

/** How vectors of tokens become one for their text. */
export interface PoolingOptions {
  /** Default 'mean'. */
  readonly kind?: PoolingKind;
  /** Whether the vector is scaled to length 1 (default false). */
  readonly normalise?: boolean;
}

/** A way of pooling that an app imports, such as `maxPooling`, so that its bundle has no other. */
export interface Pooling {
  readonly kind: PoolingKind;
  /**
   * @param vectors of tokens [B, T, C]  @param lengths i32 [B], at least 1
   * @returns [B, C]
   */
  pool(vectors: Tensor, lengths: Tensor): Tensor;
}

/**
 * One vector for each text (Reimers and Gurevych 2019, section 3).
 * @param vectors of tokens [B, T, C]
 * @param lengths i32 [B], at least 1
 * @param poolings other ways than the mean and the first vector
 * @returns [B, C]
 * @throws OptionError for a kind that is unknown or not imported; ShapeError for vectors of other axes
 */
export function pooledBy(
  vectors: Tensor,
  lengths: Tensor,
  { kind = 'mean', normalise = false }: PoolingOptions,
  poolings: readonly Pooling[],
): Tensor {
  const vector = reduced(vectors, lengths, kind, poolings);
  if (!normalise) return vector;
  // Vectors shorter than 1e-12 are divided by that, as in PyTorch's normalize.
  const squares = matmul(square(vector), fill([dimAt(vector, 1), 1], 1));
  return mul(vector, rsqrt(maximum(squares, fill(squares.shape, 1e-24))));
}

function reduced(
  vectors: Tensor,
  lengths: Tensor,
  kind: PoolingKind,
  poolings: readonly Pooling[],
): Tensor {
  if (kind === 'mean') return mean(vectors, lengths);
  // Of one token.
  if (kind === 'first') return mean(vectors, fill(lengths.shape, 1, 'i32'));
  const found = poolings.find((one) => one.kind === kind);
  if (found !== undefined) return found.pool(vectors, lengths);
  if (kind === 'max') {
    throw new OptionError(
      "pooling: import { maxPooling } from 'qkv/models', and pass hubEncoder(source, { poolings: " +
        '[maxPooling], ... })',
    );
  }
  kind satisfies never;
  throw new OptionError(`pooled: kind must be mean, max or first, found '${kind}'`);
}

/** The mean of the first vectors of each text, as many as `lengths`: their sum is a matrix product. */
function mean(vectors: Tensor, lengths: Tensor): Tensor {
  const [batch, length, size] = dims(vectors, 3, 'pooled: vectors');
  const column = reshape(lengths, [batch, 1]);
  const inside = cast(less(reshape(countTo(length), [1, length]), column), 'f32');
  const sums = matmul(reshape(inside, [batch, 1, length]), vectors);
  return div(reshape(sums, [batch, size]), cast(column, 'f32'));
}

/** Fields of sentence-transformers' 1_Pooling/config.json. */
const MODES = new Map<string, PoolingKind>([
  ['pooling_mode_cls_token', 'first'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_max_tokens', 'max'],
]);
const OTHERS = ['mean_sqrt_len_tokens', 'weightedmean_tokens', 'lasttoken'].map(
  (name) => `pooling_mode_${name}`,
);

/**
 * The pooling of a sentence-transformers model.
 * @param json parsed 1_Pooling/config.json
 * @throws FormatError for a damaged file; OptionError for another pooling, or several at once
 */
export function publishedPooling(json: unknown): PoolingKind {
  const fields = new Fields('1_Pooling/config.json', json);
  const chosen = [...MODES.keys(), ...OTHERS].filter((name) => fields.boolean(name, false));
  const [only = 'none', ...more] = chosen;
  const kind = MODES.get(only);
  if (kind !== undefined && more.length === 0) return kind;
  throw new OptionError(
    `1_Pooling/config.json: expected one of ${[...MODES.keys()].join(', ')}, found ` +
      `${chosen.join(' and ') || 'none'}; use another model`,
  );
}
