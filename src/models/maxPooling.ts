/** The largest values of the vectors of a text's tokens, and pooling of every kind. */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { countTo } from '../nn/lengths';
import { fill } from '../ops/fill/op';
import { max } from '../ops/reduce/op';
import { less, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import { type Pooling, type PoolingOptions, pooledBy } from './pooling';

/** Lower than any value of a vector. */
const LOWEST = -3e38;

/** Pools by the largest value of each channel: for the option `poolings` of `hubEncoder`. */
export const maxPooling: Pooling = {
  kind: 'max',
  pool: (vectors, lengths) => {
    const [batch, length] = dims(vectors, 3, 'pooled: vectors');
    const positions = reshape(countTo(length), [1, length, 1]);
    const inside = less(positions, reshape(lengths, [batch, 1, 1]));
    return max(where(inside, vectors, fill(vectors.shape, LOWEST)), { axis: 1 });
  },
};

/**
 * One vector for each text (Reimers and Gurevych 2019, section 3).
 * @param vectors of tokens [B, T, C]
 * @param lengths i32 [B], at least 1
 * @returns [B, C]
 * @throws OptionError for an unknown kind; ShapeError for vectors of other axes
 */
export function pooled(vectors: Tensor, lengths: Tensor, options: PoolingOptions = {}): Tensor {
  return pooledBy(vectors, lengths, options, [maxPooling]);
}
