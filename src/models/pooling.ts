/** One vector for a text from those of its tokens, as sentence-transformers pools them. */
import { OptionError } from '../core/errors';
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { countTo, zeroPast } from '../nn/lengths';
import { div, maximum, mul } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { slice } from '../ops/movement/op';
import { max, sum } from '../ops/reduce/op';
import { cast, less, where } from '../ops/select/op';
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

/** Lower than any value of a vector. */
const LOWEST = -3e38;

/**
 * One vector for each text (Reimers and Gurevych 2019, section 3).
 * @param vectors of tokens [B, T, C]
 * @param lengths i32 [B], at least 1
 * @returns [B, C]
 * @throws OptionError for an unknown kind; ShapeError for vectors of other axes
 */
export function pooled(
  vectors: Tensor,
  lengths: Tensor,
  { kind = 'mean', normalise = false }: PoolingOptions = {},
): Tensor {
  const vector = reduced(vectors, lengths, kind);
  if (!normalise) return vector;
  // Vectors shorter than 1e-12 are divided by that, as in PyTorch's normalize.
  const squares = sum(square(vector), { axis: 1, keepDims: true });
  return mul(vector, rsqrt(maximum(squares, fill(squares.shape, 1e-24))));
}

function reduced(vectors: Tensor, lengths: Tensor, kind: PoolingKind): Tensor {
  const [batch, length, size] = dims(vectors, 3, 'pooled: vectors');
  switch (kind) {
    case 'mean':
      return div(
        sum(zeroPast(vectors, lengths), { axis: 1 }),
        reshape(cast(lengths, 'f32'), [batch, 1]),
      );
    case 'max': {
      const positions = reshape(countTo(length), [1, length, 1]);
      const inside = less(positions, reshape(lengths, [batch, 1, 1]));
      return max(where(inside, vectors, fill(vectors.shape, LOWEST)), { axis: 1 });
    }
    case 'first':
      return reshape(slice(vectors, { starts: [0, 0, 0], ends: [batch, 1, size] }), [batch, size]);
    default:
      kind satisfies never;
      throw new OptionError(`pooled: kind must be mean, max or first, found '${kind}'`);
  }
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
