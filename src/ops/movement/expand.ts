/** Broadcasting and one-hot rows. Both are elementwise, and free where they are fused. */
import type { Dim } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import {
  broadcastShapes,
  formatShape,
  formatType,
  type Shape,
  shapesEqual,
} from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, type Tensor } from '../../graph/op';
import { reshape } from '../view/op';
import type { BroadcastAttrs, OneHotAttrs } from './attrs';

export const broadcastOp = defineOp<BroadcastAttrs>({
  name: 'broadcast',
  infer: ([x], { shape }) => {
    const found = x.shape;
    if (!shapesEqual(broadcastShapes('broadcastTo', found, shape), shape)) {
      throw new ShapeError(
        `broadcastTo: ${formatShape(found)} has larger axes than ${formatShape(shape)}`,
      );
    }
    return [{ dtype: x.dtype, shape }];
  },
  lowering: { kind: 'elementwise', expression: ([x]) => x },
});

/**
 * Broadcasts x to a shape like NumPy: repeats it along its axes of size 1 and along new axes in front.
 * @throws ShapeError when x does not broadcast to the shape
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return shapesEqual(x.shape, shape) ? x : apply(broadcastOp, [x], { shape });
}

/** Input: ids with a last axis of size 1. */
export const oneHotOp = defineOp<OneHotAttrs>({
  name: 'oneHot',
  infer: ([ids], { classes }) => {
    if (ids.dtype !== 'i32') {
      throw new DTypeError(`oneHot: expected i32 ids, found ${formatType(ids)}`);
    }
    return [{ dtype: 'f32', shape: [...ids.shape.slice(0, -1), classes] }];
  },
  lowering: {
    kind: 'elementwise',
    expression: ([id], { classes }, { index, param }) =>
      `select(0.0, 1.0, ${id} == i32(${index} % ${param(classes)}))`,
  },
});

/**
 * Rows that are 1 at the id and 0 elsewhere. An id outside the classes gives a row of zeros.
 * @param ids i32 [...]  @returns f32 [..., classes]
 * @throws DTypeError when the ids are not i32
 */
export function oneHot(ids: Tensor, classes: Dim): Tensor {
  return apply(oneHotOp, [reshape(ids, [...ids.shape, 1])], { classes });
}

declare module '../../graph/op' {
  interface OpSet {
    broadcastTo: typeof broadcastTo;
    oneHot: typeof oneHot;
  }
}
