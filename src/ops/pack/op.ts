/**
 * Packs many tensors into one flat arena, each at an aligned offset. Parameters, gradients and moments are
 * packed so that one dispatch can update them all. Values are computed directly in the arena where possible.
 */
import { DTypeError, defined, ShapeError } from '../../core/errors';
import { numberOfElements } from '../../core/shape';
import { checkCount } from '../../graph/count';
import { apply } from '../../graph/node';
import { defineOp, type Tensor } from '../../graph/op';
import { ALIGNED_ELEMENTS } from '../view/op';
import type { PackAttrs } from './attrs';

export const packOp = defineOp<PackAttrs, [0, number]>({
  name: 'pack',
  inputs: [0, Infinity],
  infer: (inputs, { offsets, size }) => {
    checkCount('pack inputs', inputs, offsets.length);
    offsets.forEach((offset, i) => {
      const { dtype, shape } = defined(inputs[i], 'tensor');
      const elements = numberOfElements(shape);
      if (dtype !== 'f32') {
        throw new DTypeError(`pack: expected f32, found ${dtype} as tensor ${i}; cast it?`);
      }
      if (!(offset % ALIGNED_ELEMENTS === 0)) {
        throw new ShapeError(
          `pack: offset ${offset} of tensor ${i} is no multiple of ${ALIGNED_ELEMENTS} elements`,
        );
      }
      const end = typeof elements === 'number' ? offset + elements : Number.NaN;
      if (!(end <= (offsets[i + 1] ?? size))) {
        throw new ShapeError(`pack: tensor ${i} of ${elements} elements does not fit its place`);
      }
    });
    return [{ dtype: 'f32', shape: [size] }];
  },
  lowering: { kind: 'pack', offsets: ({ offsets }) => offsets },
});

/**
 * One flat tensor of `size` elements that holds each tensor at its offset, with zeros between them. Offsets are
 * ascending multiples of 64.
 */
export function pack(tensors: readonly Tensor[], offsets: readonly number[], size: number): Tensor {
  return apply(packOp, tensors, { offsets, size });
}

/** A flat tensor of `size` elements that holds the flat x at an aligned offset, and zeros elsewhere. */
export function placeFlat(x: Tensor, size: Tensor['shape'][number], offset: number): Tensor {
  if (typeof size !== 'number' || x.shape.length !== 1) {
    throw new ShapeError('placeFlat: expected a flat tensor and a size that is a number');
  }
  return pack([x], [offset], size);
}

declare module '../../graph/op' {
  interface OpSet {
    pack: typeof pack;
    placeFlat: typeof placeFlat;
  }
}
