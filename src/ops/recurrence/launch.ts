/** How the kernels of whole layers are dispatched: variant, sizes, grid, steps a dispatch. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import {
  type RecurrenceVariant,
  recurrenceGrid,
  recurrenceVariants,
  stepsOfDispatch,
} from '../../../shaders/recurrence/spec';
import { type Dim, dimBound, multiplyDims } from '../../core/dim';
import type { KernelCall, Target } from '../../graph/op';

export interface LayerSizes {
  readonly batch: Dim;
  readonly length: Dim;
  /** Units. */
  readonly size: Dim;
}

export interface Launch extends Pick<KernelCall, 'params' | 'grid' | 'steps'> {
  readonly variant: RecurrenceVariant;
}

/** @param backward the product is of gradients of all gates, not of states */
export function launchLayer(
  cell: CellName,
  { batch, length, size }: LayerSizes,
  target: Target,
  backward: boolean,
): Launch {
  const wide = multiplyDims(cells[cell].gates, size);
  const [columns, inner] = backward ? [size, wide] : [wide, size];
  const [rowBound, work] = [dimBound(batch), 2 * dimBound(batch) * dimBound(wide) * dimBound(size)];
  const [variant] = recurrenceVariants(rowBound, target);
  const chunk = stepsOfDispatch(variant, work, target);
  return {
    variant,
    params: [batch, columns, inner, length, size, chunk],
    grid: (value) => recurrenceGrid(variant, value(batch), value(size)),
    steps: (value) => Math.ceil(value(length) / chunk),
  };
}
