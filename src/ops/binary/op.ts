/** Elementwise arithmetic on two tensors, with NumPy broadcasting. */
import { DTypeError } from '../../core/errors';
import { broadcastShapes, formatType, type TensorType } from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, type GradRule, type Op, type OpSet, type Tensor } from '../../graph/op';
import type { BinaryName } from './attrs';
import { binaryReference } from './reference';

type BinaryAttrs = Readonly<Record<string, never>>;

/** d(loss)/d(a) and d(loss)/d(b), before they are summed back to the shapes of a and b. */
type Partials = (ops: OpSet, a: Tensor, b: Tensor, dy: Tensor) => readonly [Tensor, Tensor];

interface Binary {
  readonly wgsl: (a: string, b: string) => string;
  readonly partials: Partials;
  readonly linear?: true;
}

const binaries: Readonly<Record<BinaryName, Binary>> = {
  add: { wgsl: (a, b) => `${a} + ${b}`, partials: (_ops, _a, _b, dy) => [dy, dy], linear: true },
  sub: {
    wgsl: (a, b) => `${a} - ${b}`,
    partials: (ops, _a, _b, dy) => [dy, ops.neg(dy)],
    linear: true,
  },
  mul: {
    wgsl: (a, b) => `${a} * ${b}`,
    partials: (ops, a, b, dy) => [ops.mul(dy, b), ops.mul(dy, a)],
  },
  div: {
    wgsl: (a, b) => `${a} / ${b}`,
    partials: (ops, a, b, dy) => {
      const quotient = ops.div(dy, b);
      return [quotient, ops.neg(ops.mul(quotient, ops.div(a, b)))];
    },
  },
  // At a tie the whole gradient goes to a, so that it is counted once.
  maximum: {
    wgsl: (a, b) => `max(${a}, ${b})`,
    partials: (ops, a, b, dy) => choose(ops, ops.greaterEqual(a, b), dy),
  },
  minimum: {
    wgsl: (a, b) => `min(${a}, ${b})`,
    partials: (ops, a, b, dy) => choose(ops, ops.lessEqual(a, b), dy),
  },
};

function choose(ops: OpSet, first: Tensor, dy: Tensor): readonly [Tensor, Tensor] {
  return [ops.where(first, dy, ops.zerosLike(dy)), ops.where(first, ops.zerosLike(dy), dy)];
}

function infer(name: string, inputs: readonly TensorType[]): readonly TensorType[] {
  const [a, b] = inputs;
  if (a === undefined || b === undefined || a.dtype !== b.dtype || a.dtype === 'bool') {
    const found = inputs.map(formatType).join(' and ');
    throw new DTypeError(`${name}: expected two f32 or two i32 tensors, found ${found}; cast one?`);
  }
  return [{ dtype: a.dtype, shape: broadcastShapes(name, a.shape, b.shape) }];
}

function gradOf(partials: Partials): GradRule<BinaryAttrs> {
  return {
    rule: ({ ops, inputs: [a, b], gradients: [dy] }) => {
      if (a === undefined || b === undefined || dy === undefined || a.dtype !== 'f32') return [];
      const [da, db] = partials(ops, a, b, dy);
      return [ops.sumTo(da, a.shape), ops.sumTo(db, b.shape)];
    },
  };
}

function binaryOp(name: BinaryName): Op<BinaryAttrs> {
  const { wgsl, partials, linear = false } = binaries[name];
  return defineOp<BinaryAttrs>({
    name,
    infer: (inputs) => infer(name, inputs),
    grad: gradOf(partials),
    lowering: { kind: 'elementwise', expression: ([a = '', b = '']) => wgsl(a, b) },
    linear: () => linear,
    reference: (call) => binaryReference(name, call),
  });
}

export const addOp = binaryOp('add');
export const subOp = binaryOp('sub');
export const mulOp = binaryOp('mul');
export const divOp = binaryOp('div');
export const maximumOp = binaryOp('maximum');
export const minimumOp = binaryOp('minimum');

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

/** a / b; b must not be 0. */
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
