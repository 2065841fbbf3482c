/** Positions as a tensor. */
import { type Dim, dimBound } from '../core/dim';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { view } from './view/op';

/** i32 [length]: 0, 1, 2 ... */
export function countTo(length: Dim): Tensor {
  const most = dimBound(length);
  const data = Float64Array.from({ length: most }, (_, i) => i);
  return view(constantTensor({ shape: [most], data }, 'i32'), [length]);
}
