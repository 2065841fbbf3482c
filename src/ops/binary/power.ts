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
 * a^b as torch.pow, within 2.2 ULP for results from 2^-32 to 2^32 and 5.1 beyond, of which no more than 2.7
 * was ever seen (shaders/lib/power.ts). x^0 and 1^y are 1, x^1 is x, 0^b is 0 for b > 0 and infinite for
 * b < 0; a negative base with a whole exponent has the sign of (-1)^b. With a fractional exponent it
 * gives NaN where the adapter keeps NaN, which WGSL does not promise: take `abs(a)` where that can occur.
 *
 * Gradients: b * a^(b - 1) for a, 0 where b is 0; a^b * log(a) for b, 0 where a is not positive.
 * @param a f32  @param b f32 that broadcasts with a, or a number, which is rounded to f32; a number of 1, 2
 *   or 3 becomes that many factors
 * @throws DTypeError, ShapeError; OptionError when the number is not finite
 */
export function pow(a: Tensor, b: Tensor | number): Tensor {
  if (typeof b !== 'number') return apply(powOp, [a, b], {});
  // Literals of the shape of the base are inlined.
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
