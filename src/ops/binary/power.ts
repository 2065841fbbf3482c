/** Powers of tensors, with a tensor or a number as the exponent. */
import { multiplyHigh } from '../../../shaders/lib/functions';
import { power } from '../../../shaders/lib/power';
import { DTypeError } from '../../core/errors';
import { broadcastShapes, formatType } from '../../core/shape';
import { apply } from '../../graph/node';
import { type Attrs, defineOp, type Tensor } from '../../graph/op';
import { fill } from '../fill/op';
import { mul } from './op';

export const powOp = defineOp<Attrs, 2>({
  name: 'pow',
  inputs: 2,
  infer: (inputs) => {
    const [a, b] = inputs;
    if (a.dtype !== 'f32' || b.dtype !== 'f32') {
      const found = inputs.map(formatType).join(' and ');
      throw new DTypeError(`pow: expected two f32 tensors, found ${found}; cast one?`);
    }
    return [{ dtype: 'f32', shape: broadcastShapes('pow', a.shape, b.shape) }];
  },
  lowering: {
    kind: 'elementwise',
    expression: ([a, b]) => `power(${a}, ${b})`,
    functions: [multiplyHigh, power],
  },
});

/**
 * a^b like torch.pow: within 2.2 ULP for results from 2^-32 to 2^32, and 5.1 ULP beyond (no more than 2.7 were
 * ever seen; shaders/lib/power.ts). x^0 and 1^y are 1, x^1 is x, 0^b is 0 for b > 0 and infinite for b < 0. A
 * negative base with a whole exponent has the sign of (-1)^b; with a fractional exponent it gives NaN where the
 * adapter keeps NaN, which WGSL does not promise: use `abs(a)` where that can occur.
 *
 * Gradients: b * a^(b - 1) for a, 0 where b is 0; a^b * log(a) for b, 0 where a is not positive.
 * @param a f32
 * @param b f32 that broadcasts with a, or a number, which is rounded to f32; 1, 2 and 3 are expanded to
 *   products
 * @throws DTypeError, ShapeError; OptionError when the number is not finite
 */
export function pow(a: Tensor, b: Tensor | number): Tensor {
  if (typeof b !== 'number') return apply(powOp, [a, b], {});
  // A fill of the base's shape is inlined as a literal.
  const exponent = fill(a.shape, Math.fround(b));
  if (a.dtype === 'f32' && b === 1) return a;
  if (a.dtype === 'f32' && b === 2) return mul(a, a);
  if (a.dtype === 'f32' && b === 3) return mul(mul(a, a), a);
  return apply(powOp, [a, exponent], {});
}

declare module '../../graph/op' {
  interface OpSet {
    pow: typeof pow;
  }
}
