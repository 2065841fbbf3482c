/**
 * Writing of one row. Takes the access to the row and a value; returns the tensor that must be
 * computed so that the value is in the row, and placements.
 */
import { numberOfElements } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { writeRows } from '../../ops/update/op';
import { reshape } from '../../ops/view/op';
import { type Placement, placeholderFor, placeIn } from './placement';
import type { RowAccess } from './rowAccesses';

export interface Stored {
  readonly result: Tensor;
  readonly placements: readonly Placement[];
}

/**
 * @param value computed right in the row if that is bound in place, so that it needs storage of its
 * own
 */
export function storeRow({ part, whole, stride, index }: RowAccess, value: Tensor): Stored {
  if (index === undefined) {
    const reference = { tensor: whole, offset: 0, strides: [stride] };
    return { result: value, placements: [{ tensor: value, reference, part }] };
  }
  const target = placeholderFor(whole);
  const elements = numberOfElements(value.shape);
  const rows = reshape(target.tensor, [1, ...whole.shape.slice(0, 1), elements]);
  const result = writeRows(rows, reshape(value, [1, 1, elements]), index);
  return { result, placements: [target, placeIn(result, whole)] };
}
