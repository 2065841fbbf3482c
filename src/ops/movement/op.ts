/** Transpose and pad. See also slice.ts and expand.ts, and remap.ts for the op behind them. */
import { addDims } from '../../core/dim';
import { OptionError, ShapeError } from '../../core/errors';
import { dimAt, formatShape, normaliseAxis } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { remap } from './remap';

export { broadcastOp, broadcastTo, oneHot, oneHotOp } from './expand';
export { remap, remapOp } from './remap';
export { flip, type SliceOptions, slice } from './slice';

/**
 * Permutes the axes: result axis i is axis permutation[i] of x.
 * @throws ShapeError when it is not a permutation of the axes
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const axes = permutation.map((axis) => normaliseAxis('transpose', axis, x.shape.length));
  if (new Set(axes).size !== x.shape.length) {
    throw new ShapeError(
      `transpose: [${permutation}] is no permutation of ${formatShape(x.shape)}`,
    );
  }
  const shape = axes.map((axis) => dimAt(x, axis));
  return remap(x, { permutation: axes, starts: x.shape.map(() => 0), shape, value: 0 });
}

/**
 * Pads each axis of x with `before` and `after` elements of `value`.
 * @throws OptionError for negative amounts, and for a value that x cannot hold: shaders have no
 *   infinite constants
 */
export function pad(
  x: Tensor,
  options: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value?: number;
  },
): Tensor {
  const { before, after, value = 0 } = options;
  const rank = x.shape.length;
  if (before.length !== rank || after.length !== rank) {
    throw new OptionError(
      `pad: expected ${rank} amounts for ${formatShape(x.shape)}, found [${before}] and [${after}]`,
    );
  }
  if ([...before, ...after].some((n) => !(Number.isInteger(n) && n >= 0))) {
    throw new OptionError(
      `pad: amounts must be whole and not negative: [${before}] and [${after}]`,
    );
  }
  const ends = x.shape.map((size, i) => addDims(size, dimAt({ shape: after }, i)));
  const shape = ends.map((end, i) => addDims(end, dimAt({ shape: before }, i)));
  const starts = before.map((n) => -n);
  return remap(x, { permutation: x.shape.map((_, i) => i), starts, shape, value });
}

declare module '../../graph/op' {
  interface OpSet {
    transpose: typeof transpose;
    pad: typeof pad;
  }
}
