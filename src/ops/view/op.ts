/** Reshaped and contiguous parts of the same storage, without a kernel or a copy. */
import { type Dim, dimBound, dimsEqual, divideDims } from '../../core/dim';
import { ShapeError } from '../../core/errors';
import { formatShape, numberOfElements, type Shape, shapesEqual } from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, type Tensor } from '../../graph/op';
import type { ViewAttrs } from './attrs';

/** Alignment of storage bindings in f32 elements: 256 bytes. */
export const ALIGNED_ELEMENTS = 64;

export const viewOp = defineOp<ViewAttrs>({
  name: 'view',
  infer: ([x], { shape, offset }) => {
    if (!(offset >= 0 && offset % ALIGNED_ELEMENTS === 0)) {
      throw new ShapeError(`view: offset ${offset} is no multiple of ${ALIGNED_ELEMENTS} elements`);
    }
    const end = offset + dimBound(numberOfElements(shape));
    const whole = dimBound(numberOfElements(x.shape));
    if (end > whole) {
      throw new ShapeError(
        `view: ${formatShape(shape)} from element ${offset} ends at ${end}, ` +
          `${formatShape(x.shape)} has ${whole} elements`,
      );
    }
    return [{ dtype: x.dtype, shape }];
  },
  lowering: { kind: 'alias', offset: ({ offset }) => offset },
});

/**
 * The same values in another shape; one size may be -1, and follows from the others.
 * @throws ShapeError when the number of elements would change
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const total = numberOfElements(x.shape);
  const known = shape.filter((d) => d !== -1);
  if (known.length < shape.length - 1) {
    throw new ShapeError(`reshape: more than one -1 in ${formatShape(shape)}`);
  }
  const resolved: Shape =
    known.length === shape.length
      ? shape
      : shape.map((d): Dim => (d === -1 ? divideDims(total, numberOfElements(known)) : d));
  if (!dimsEqual(total, numberOfElements(resolved))) {
    throw new ShapeError(
      `reshape: ${formatShape(x.shape)} has ${total} elements, ${formatShape(shape)} has ` +
        `${numberOfElements(resolved)}`,
    );
  }
  return shapesEqual(resolved, x.shape) ? x : apply(viewOp, [x], { shape: resolved, offset: 0 });
}

/**
 * The elements from `offset` (a multiple of 64) on in another shape, without a copy.
 * @throws ShapeError when the offset is not aligned, or x ends before the view does
 */
export function view(x: Tensor, shape: Shape, offset = 0): Tensor {
  return apply(viewOp, [x], { shape, offset });
}

declare module '../../graph/op' {
  interface OpSet {
    reshape: typeof reshape;
    view: typeof view;
  }
}
