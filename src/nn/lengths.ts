/** Masking for rows of different lengths in one batch. */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { countTo } from '../ops/countTo';
import { fill } from '../ops/fill/op';
import { less, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';

export { countTo };

/** Zeroes the positions of y [B, L, C] at and after each row's length. @param lengths i32 [B] */
export function zeroPast(y: Tensor, lengths: Tensor): Tensor {
  const [batch, length] = dims(y, 3, 'zeroPast');
  const positions = reshape(countTo(length), [1, length, 1]);
  const inside = less(positions, reshape(lengths, [batch, 1, 1]));
  return where(inside, y, fill(y.shape, 0));
}
