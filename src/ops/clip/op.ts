/** Clipping to an interval that is known at trace time. */
import { float } from '../../../shaders/lib/wgsl';
import { checkOptions, DTypeError, OptionError } from '../../core/errors';
import { type DType, formatType } from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, type Tensor } from '../../graph/op';
import type { ClipAttrs } from './attrs';

export interface ClipOptions {
  /** Lower bound. */
  readonly min?: number | undefined;
  /** Upper bound. */
  readonly max?: number | undefined;
}

function isValueOf(dtype: DType, value: number): boolean {
  return dtype === 'i32' ? (value | 0) === value : Number.isFinite(Math.fround(value));
}

/** A literal without a type suffix: WGSL infers i32 or f32 for whole numbers. */
function literal(value: number): string {
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 31 ? `(${value})` : float(value);
}

export const clipOp = defineOp<ClipAttrs>({
  name: 'clip',
  infer: ([x], { min, max }) => {
    if (x.dtype === 'bool') {
      throw new DTypeError(`clip: expected f32 or i32, found ${formatType(x)}`);
    }
    const bounds = [min, max].filter((value) => value !== undefined);
    if (bounds.length === 0) throw new OptionError('clip: give min, max or both');
    const wrong = bounds.find((value) => !isValueOf(x.dtype, value));
    if (wrong !== undefined) {
      throw new OptionError(`clip: ${wrong} is no value of ${x.dtype}; leave a bound out for none`);
    }
    return [x];
  },
  lowering: {
    kind: 'elementwise',
    // WGSL's clamp is undefined where the bounds cross.
    expression: ([x], { min, max }) => {
      const above = min === undefined ? x : `max(${x}, ${literal(min)})`;
      return max === undefined ? above : `min(${above}, ${literal(max)})`;
    },
  },
});

/**
 * The nearest value in [min, max], like torch.clamp: max where the bounds cross. The gradient is 1 within the
 * bounds and at them, else 0. For NaN the result may be NaN or a bound: WGSL leaves that open.
 * @param x f32 or i32; the bounds are rounded to f32, or must be whole numbers for i32
 * @throws DTypeError; OptionError when both bounds are missing, or one is no value of x's type
 */
export function clip(x: Tensor, options: ClipOptions): Tensor {
  checkOptions('clip', options, ['min', 'max']);
  const bound = (value: number | undefined) =>
    value === undefined || x.dtype === 'i32' ? value : Math.fround(value);
  return apply(clipOp, [x], { min: bound(options.min), max: bound(options.max) });
}

declare module '../../graph/op' {
  interface OpSet {
    clip: typeof clip;
  }
}
