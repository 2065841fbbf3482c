/** What the optimisers share: flat arenas of one size, updated in place, four values per invocation. */
import { OPTIMIZER_WORKGROUP } from '../../../shaders/optimizer/adam.wgsl';
import type { Dim } from '../../core/dim';
import { ShapeError } from '../../core/errors';
import { formatType, numberOfElements, type TensorType } from '../../core/shape';
import { grid1d, type KernelCall, type Tensor } from '../../graph/op';

/** The inputs that all optimisers have. */
export interface UpdateInputs {
  /** Arena. */
  readonly parameters: Tensor;
  /** Arena of the parameters' size. */
  readonly gradients: Tensor;
  /** Factor on the gradients, from clipping, [1]. */
  readonly scale: Tensor;
  /** Learning rate, [1]. */
  readonly rate: Tensor;
}

/**
 * @throws ShapeError when the first `count` inputs are not arenas of one size, or that is not a multiple of 4
 */
export function checkArenas(name: string, inputs: readonly [TensorType, ...TensorType[]]): void {
  const size = inputs[0].shape[0];
  const flat = (t: TensorType) => t.dtype === 'f32' && t.shape.length === 1 && t.shape[0] === size;
  if (typeof size !== 'number' || size % 4 !== 0 || !inputs.every(flat)) {
    throw new ShapeError(
      `${name}: expected ${inputs.length} f32 arenas of one size, a multiple of 4, found ` +
        inputs.map(formatType).join(', '),
    );
  }
}

/**
 * @throws ShapeError when a value (scale, rate, corrections) is not f32 with the expected number of elements
 */
export function checkValues(name: string, sizes: readonly (readonly [TensorType, number])[]) {
  for (const [type, size] of sizes) {
    if (type.dtype === 'f32' && numberOfElements(type.shape) === size) continue;
    throw new ShapeError(
      `${name}: scale and rate must be f32[1], corrections f32[2], found ${formatType(type)}`,
    );
  }
}

/** Workgroups for an arena. */
export function updateGrid(size: Dim): KernelCall['grid'] {
  return (value) => grid1d(Math.ceil(value(size) / 4 / OPTIMIZER_WORKGROUP));
}
