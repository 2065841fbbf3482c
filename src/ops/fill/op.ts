/**
 * Constant fills, and scaling by numbers known at trace time. Both are inlined into the kernels that use them.
 */
import { float } from '../../../shaders/lib/wgsl';
import { DTypeError, OptionError } from '../../core/errors';
import { type DType, formatType, type Shape } from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, type Tensor } from '../../graph/op';
import { isValueOf, isWhole } from '../checks';
import type { FillAttrs, LinearAttrs } from './attrs';

function literal(value: number, dtype: DType): string {
  if (dtype === 'f32') return float(value);
  // Without a suffix: WGSL has no i32 literal for the smallest i32, whose magnitude is no i32.
  return dtype === 'bool' ? String(value !== 0) : `i32(${value})`;
}

export const fillOp = defineOp<FillAttrs, 0>({
  name: 'fill',
  inputs: 0,
  infer: (_inputs, { value, dtype, shape }) => {
    if (!isValueOf(dtype, value))
      throw new OptionError(`fill: ${value} is not a value of ${dtype}`);
    return [{ dtype, shape }];
  },
  lowering: { kind: 'elementwise', expression: (_args, { value, dtype }) => literal(value, dtype) },
});

export const linearOp = defineOp<LinearAttrs>({
  name: 'linearMap',
  infer: ([x], { factor, offset }) => {
    if (x.dtype === 'bool') {
      throw new DTypeError(`scale: expected f32 or i32, found ${formatType(x)}`);
    }
    if (!isValueOf(x.dtype, factor) || !isValueOf(x.dtype, offset)) {
      throw new OptionError(`scale: ${factor} and ${offset} do not fit ${x.dtype}`);
    }
    return [x];
  },
  lowering: {
    kind: 'elementwise',
    // With an i32 input, WGSL takes whole-number literals as integers.
    expression: ([x], { factor, offset }) => {
      const scaled = factor === 1 ? x : `${x} * ${abstract(factor)}`;
      return offset === 0 ? scaled : `${scaled} + ${abstract(offset)}`;
    },
  },
});

/** A literal without a type suffix, whose type WGSL infers. */
function abstract(value: number): string {
  return `(${isWhole(value) ? value : float(value)})`;
}

/** A tensor of one value. */
export function fill(shape: Shape, value: number, dtype: DType = 'f32'): Tensor {
  return apply(fillOp, [], { value, dtype, shape });
}

/** Zeros of the shape and type of x. */
export function zerosLike(x: Tensor): Tensor {
  return fill(x.shape, 0, x.dtype);
}

/** x * factor + offset for numbers known at trace time. */
export function scale(x: Tensor, factor: number, offset = 0): Tensor {
  return factor === 1 && offset === 0 ? x : apply(linearOp, [x], { factor, offset });
}

declare module '../../graph/op' {
  interface OpSet {
    fill: typeof fill;
    zerosLike: typeof zerosLike;
    scale: typeof scale;
  }
}
