/** How the kernels of this folder are launched: variant, params, grid and number of dispatches. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import { type RecurrenceVariant, recurrenceGrid } from '../../../shaders/recurrence/spec';
import { type Dim, dimBound, isMultipleOf, multiplyDims } from '../../core/dim';
import { sizeClass } from '../../graph/choice';
import type { Attrs, Cost, KernelCall, LoweringCall } from '../../graph/op';
import { recurrenceVariants, stepsOfDispatch } from './variants';

export interface LayerSizes {
  readonly batch: Dim;
  readonly length: Dim;
  /** Units. */
  readonly size: Dim;
}

export interface Launch extends Pick<KernelCall, 'params' | 'grid' | 'steps'> {
  readonly variant: RecurrenceVariant;
}

/**
 * The launch for a whole layer.
 * @param direction the backward product takes the gradients of all gates, the forward product states
 */
export function launchLayer<A extends Attrs>(
  { target, choose }: Pick<LoweringCall<A>, 'target' | 'choose'>,
  cell: CellName,
  { batch, length, size }: LayerSizes,
  direction: 'forward' | 'backward',
): Launch {
  const wide = multiplyDims(cells[cell].gates, size);
  const [columns, inner] = direction === 'forward' ? [wide, size] : [size, wide];
  const products = dimBound(batch) * dimBound(wide) * dimBound(size);
  const variant = choose({
    family: direction === 'forward' ? 'recurrence' : 'recurrence gradient',
    shape: shapeOf(cell, { batch, length, size }),
    candidates: recurrenceVariants(dimBound(batch), products, target),
  });
  const chunk = stepsOfDispatch(variant, 2 * products, target);
  return {
    variant,
    params: [batch, columns, inner, length, size, chunk],
    grid: (value) => recurrenceGrid(variant, value(batch), value(size)),
    steps: (value) => Math.ceil(value(length) / chunk),
  };
}

/** The launch for a single step. */
export function launchStep<A extends Attrs>(
  { target, choose }: Pick<LoweringCall<A>, 'target' | 'choose'>,
  cell: CellName,
  { batch, size }: Omit<LayerSizes, 'length'>,
): Launch {
  const wide = multiplyDims(cells[cell].gates, size);
  const products = dimBound(batch) * dimBound(wide) * dimBound(size);
  const all = [...recurrenceVariants(dimBound(batch), products, target)];
  const variant = choose({
    family: 'recurrence step',
    shape: shapeOf(cell, { batch, length: 1, size }),
    candidates: new Map(all.filter(([, { persistent }]) => !persistent)),
  });
  return {
    variant,
    params: [batch, wide, size, 1, size, 1, 0],
    grid: (value) => recurrenceGrid(variant, value(batch), value(size)),
  };
}

/** The cost of the products of all steps; the gates cost a hundredth of that. */
export function productCost(cell: CellName, { batch, length, size }: LayerSizes): Cost {
  const gates = multiplyDims(2 * cells[cell].gates, multiplyDims(size, size));
  return { flops: multiplyDims(gates, multiplyDims(batch, length)) };
}

function shapeOf(cell: CellName, { batch, length, size }: LayerSizes): string {
  const aligned = isMultipleOf(size, 4) ? ' aligned' : '';
  return `${cell}${aligned} ${sizeClass({ batch, length, size })}`;
}
