/** Elementwise arithmetic on two tensors, with NumPy broadcasting. */
import { DTypeError } from '../../core/errors';
import { broadcastShapes, formatType, type TensorType } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { apply } from '../../graph/node';
import { defineOp, type Op, type Tensor } from '../../graph/op';

type BinaryAttrs = Readonly<Record<string, never>>;

function infer(name: string, inputs: Counted<TensorType, 2>): Counted<TensorType, 1> {
  const [a, b] = inputs;
  if (a.dtype !== b.dtype || a.dtype === 'bool') {
    const found = inputs.map(formatType).join(' and ');
    throw new DTypeError(`${name}: expected two f32 or two i32 tensors, found ${found}; cast one?`);
  }
  return [{ dtype: a.dtype, shape: broadcastShapes(name, a.shape, b.shape) }];
}

/** @param wgsl the expression; a and b are identifiers */
/*@__NO_SIDE_EFFECTS__*/
function binaryOp(name: string, wgsl: (a: string, b: string) => string): Op<BinaryAttrs, 2, 1> {
  return defineOp<BinaryAttrs, 2>({
    name,
    inputs: 2,
    infer: (inputs) => infer(name, inputs),
    lowering: { kind: 'elementwise', expression: ([a, b]) => wgsl(a, b) },
  });
}

export const addOp = binaryOp('add', (a, b) => `${a} + ${b}`);
export const subOp = binaryOp('sub', (a, b) => `${a} - ${b}`);
export const mulOp = binaryOp('mul', (a, b) => `${a} * ${b}`);
export const divOp = binaryOp('div', (a, b) => `${a} / ${b}`);
export const maximumOp = binaryOp('maximum', (a, b) => `max(${a}, ${b})`);
export const minimumOp = binaryOp('minimum', (a, b) => `min(${a}, ${b})`);

/** a + b. */
export function add(a: Tensor, b: Tensor): Tensor {
  return apply(addOp, [a, b], {});
}

/** a - b. */
export function sub(a: Tensor, b: Tensor): Tensor {
  return apply(subOp, [a, b], {});
}

/** a * b. */
export function mul(a: Tensor, b: Tensor): Tensor {
  return apply(mulOp, [a, b], {});
}

/** a / b. In f32, b must not be 0. In i32 the fraction is dropped (-7 / 2 = -3), and a / 0 is a. */
export function div(a: Tensor, b: Tensor): Tensor {
  return apply(divOp, [a, b], {});
}

/** The larger of a and b. */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return apply(maximumOp, [a, b], {});
}

/** The smaller of a and b. */
export function minimum(a: Tensor, b: Tensor): Tensor {
  return apply(minimumOp, [a, b], {});
}

declare module '../../graph/op' {
  interface OpSet {
    add: typeof add;
    sub: typeof sub;
    mul: typeof mul;
    div: typeof div;
    maximum: typeof maximum;
    minimum: typeof minimum;
  }
}
