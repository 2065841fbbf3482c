/** Rows of different lengths in one batch. */
import { type Dim, dimBound } from '../core/dim';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { fill } from '../ops/fill/op';
import { less, where } from '../ops/select/op';
import { reshape, view } from '../ops/view/op';

/** Rows of [B, L, C] past their length become zeros. */
export function zeroPast(y: Tensor, lengths: Tensor): Tensor {
  const [batch = 1, length = 1] = y.shape;
  const positions = reshape(countTo(length), [1, length, 1]);
  const inside = less(positions, reshape(lengths, [batch, 1, 1]));
  return where(inside, y, fill(y.shape, 0));
}

/** i32 [length]: 0, 1, 2 ... */
export function countTo(length: Dim): Tensor {
  const most = dimBound(length);
  const data = Float64Array.from({ length: most }, (_, i) => i);
  return view(constantTensor({ shape: [most], data }, 'i32'), [length]);
}
