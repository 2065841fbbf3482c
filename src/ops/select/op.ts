/** Comparisons, logical operations on their results, selection by condition, and casts. */
import { DTypeError } from '../../core/errors';
import { broadcastShapes, type DType, formatType, type TensorType } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { apply } from '../../graph/node';
import { defineOp, type Op, type Tensor } from '../../graph/op';

type NoAttrs = Readonly<Record<string, never>>;

/** The common type of the operands, which must be among those allowed. */
function pair(name: string, inputs: Counted<TensorType, 2>, allowed: readonly DType[]): TensorType {
  const [a, b] = inputs;
  if (a.dtype !== b.dtype || !allowed.includes(a.dtype)) {
    throw new DTypeError(
      `${name}: expected two tensors of one type (${allowed.join(' or ')}), found ` +
        `${inputs.map(formatType).join(' and ')}; cast one?`,
    );
  }
  return { dtype: a.dtype, shape: broadcastShapes(name, a.shape, b.shape) };
}

/*@__NO_SIDE_EFFECTS__*/
function compareOp(name: string, symbol: string): Op<NoAttrs, 2, 1> {
  return defineOp<NoAttrs, 2>({
    name,
    inputs: 2,
    infer: (inputs) => [{ ...pair(name, inputs, ['f32', 'i32']), dtype: 'bool' }],
    lowering: { kind: 'elementwise', expression: ([a, b]) => `${a} ${symbol} ${b}` },
  });
}

/*@__NO_SIDE_EFFECTS__*/
function logicOp(name: string, symbol: string): Op<NoAttrs, 2, 1> {
  return defineOp<NoAttrs, 2>({
    name,
    inputs: 2,
    infer: (inputs) => [pair(name, inputs, ['bool'])],
    lowering: { kind: 'elementwise', expression: ([a, b]) => `${a} ${symbol} ${b}` },
  });
}

export const equalOp = compareOp('equal', '==');
export const notEqualOp = compareOp('notEqual', '!=');
export const lessOp = compareOp('less', '<');
export const lessEqualOp = compareOp('lessEqual', '<=');
export const greaterOp = compareOp('greater', '>');
export const greaterEqualOp = compareOp('greaterEqual', '>=');
export const andOp = logicOp('and', '&&');
export const orOp = logicOp('or', '||');

export const notOp = defineOp<NoAttrs>({
  name: 'not',
  infer: ([x]) => {
    if (x.dtype !== 'bool') {
      const found = formatType(x);
      throw new DTypeError(`not: expected bool, found ${found}; compare first?`);
    }
    return [x];
  },
  lowering: { kind: 'elementwise', expression: ([x]) => `!${x}` },
});

export const isNaNOp = defineOp<NoAttrs>({
  name: 'isNaN',
  infer: ([x]) => {
    if (x.dtype !== 'f32') {
      const found = formatType(x);
      throw new DTypeError(`isNaN: expected f32, found ${found}; other types hold no NaN`);
    }
    return [{ dtype: 'bool', shape: x.shape }];
  },
  lowering: {
    kind: 'elementwise',
    // Looks at the bits, since compilers may assume that x != x is false.
    expression: ([x]) => `(bitcast<u32>(${x}) & 0x7fffffffu) > 0x7f800000u`,
  },
});

export const whereOp = defineOp<NoAttrs, 3>({
  name: 'where',
  inputs: 3,
  infer: ([condition, ...values]) => {
    if (condition.dtype !== 'bool') {
      const found = formatType(condition);
      throw new DTypeError(`where: the condition must be bool, found ${found}; compare first?`);
    }
    const { dtype, shape } = pair('where', values, ['f32', 'i32', 'bool']);
    return [{ dtype, shape: broadcastShapes('where', condition.shape, shape) }];
  },
  lowering: {
    kind: 'elementwise',
    expression: ([condition, a, b]) => `select(${b}, ${a}, ${condition})`,
  },
});

type CastAttrs = { readonly dtype: DType };

const wgslCast: Readonly<Record<DType, string>> = { f32: 'f32', i32: 'i32', bool: 'bool' };

export const castOp = defineOp<CastAttrs>({
  name: 'cast',
  infer: ([x], { dtype }) => [{ dtype, shape: x.shape }],
  lowering: {
    kind: 'elementwise',
    expression: ([x], { dtype }) => `${wgslCast[dtype]}(${x})`,
  },
});

/** a == b, as bool. */
export function equal(a: Tensor, b: Tensor): Tensor {
  return apply(equalOp, [a, b], {});
}

/** a != b, as bool. */
export function notEqual(a: Tensor, b: Tensor): Tensor {
  return apply(notEqualOp, [a, b], {});
}

/** a < b, as bool. */
export function less(a: Tensor, b: Tensor): Tensor {
  return apply(lessOp, [a, b], {});
}

/** a <= b, as bool. */
export function lessEqual(a: Tensor, b: Tensor): Tensor {
  return apply(lessEqualOp, [a, b], {});
}

/** a > b, as bool. */
export function greater(a: Tensor, b: Tensor): Tensor {
  return apply(greaterOp, [a, b], {});
}

/** a >= b, as bool. */
export function greaterEqual(a: Tensor, b: Tensor): Tensor {
  return apply(greaterEqualOp, [a, b], {});
}

/** a and b, both bool. */
export function and(a: Tensor, b: Tensor): Tensor {
  return apply(andOp, [a, b], {});
}

/** a or b, both bool. */
export function or(a: Tensor, b: Tensor): Tensor {
  return apply(orOp, [a, b], {});
}

/** Logical negation. @throws DTypeError when x is not bool */
export function not(x: Tensor): Tensor {
  return apply(notOp, [x], {});
}

/**
 * Whether x is NaN, as bool. It looks at the bits, so that a NaN in a buffer (an input, a parameter, the result
 * of a kernel) is found. WGSL lets compilers assume that arithmetic yields none: a NaN that would come from an
 * operation fused with this one may have become any other value.
 * @throws DTypeError when x is not f32
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name that the field has for it
export function isNaN(x: Tensor): Tensor {
  return apply(isNaNOp, [x], {});
}

/** a where the condition holds, else b; all three broadcast. */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return apply(whereOp, [condition, a, b], {});
}

/** Converts to another type: f32 to i32 drops the fraction, and conversion to bool is `!= 0`. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], { dtype });
}

declare module '../../graph/op' {
  interface OpSet {
    equal: typeof equal;
    notEqual: typeof notEqual;
    less: typeof less;
    lessEqual: typeof lessEqual;
    greater: typeof greater;
    greaterEqual: typeof greaterEqual;
    and: typeof and;
    or: typeof or;
    not: typeof not;
    isNaN: typeof isNaN;
    where: typeof where;
    cast: typeof cast;
  }
}
