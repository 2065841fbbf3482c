/** Remainders of division with the sign of the divisor. */
import { floatRemainder, wholeRemainder } from '../../../shaders/lib/remainder';
import { DTypeError } from '../../core/errors';
import { broadcastShapes, type DType, formatType } from '../../core/shape';
import { apply } from '../../graph/node';
import { type Attrs, defineOp, type Op, type Tensor } from '../../graph/op';

/*@__NO_SIDE_EFFECTS__*/
function remainderOp(name: string, dtype: DType, call: string, text: string): Op<Attrs, 2, 1> {
  return defineOp<Attrs, 2>({
    name,
    inputs: 2,
    infer: (inputs) => {
      const [a, b] = inputs;
      if (a.dtype !== dtype || b.dtype !== dtype) {
        const found = inputs.map(formatType).join(' and ');
        throw new DTypeError(`mod: expected two f32 or two i32 tensors, found ${found}; cast one?`);
      }
      return [{ dtype, shape: broadcastShapes('mod', a.shape, b.shape) }];
    },
    lowering: {
      kind: 'elementwise',
      expression: ([a, b]) => `${call}(${a}, ${b})`,
      functions: [text],
    },
  });
}

export const modOp = remainderOp('mod', 'f32', 'float_remainder', floatRemainder);
export const wholeModOp = remainderOp('wholeMod', 'i32', 'whole_remainder', wholeRemainder);

/**
 * The remainder a - b * floor(a / b), with the sign of b: torch.remainder, Python's %. It is exact in i32. In
 * f32 it is exact where a and b have the same sign, however large a / b is; otherwise it is rounded once, so
 * that a tiny negative a gives b itself. For b = 0 it is 0 in i32, and NaN in f32 where the adapter keeps NaN.
 *
 * Gradients: 1 for a, -floor(a / b) for b.
 * @param a f32 or i32  @param b of the same type; both broadcast
 * @throws DTypeError, ShapeError
 */
export function mod(a: Tensor, b: Tensor): Tensor {
  return apply(a.dtype === 'i32' ? wholeModOp : modOp, [a, b], {});
}

declare module '../../graph/op' {
  interface OpSet {
    mod: typeof mod;
  }
}
