/** Moving elements: transpose, slice, pad (one op, `remap`) and concatenation. */
import { COPY_WORKGROUP, concatPart } from '../../../shaders/concat.wgsl';
import { float } from '../../../shaders/lib/wgsl';
import { REMAP_WORKGROUP, remap as remapKernel } from '../../../shaders/remap.wgsl';
import { addDims, type Dim, dimsEqual, multiplyDims, subtractDims } from '../../core/dim';
import { DTypeError, OptionError, ShapeError } from '../../core/errors';
import {
  type DType,
  formatShape,
  formatType,
  normaliseAxis,
  numberOfElements,
  type Shape,
} from '../../core/shape';
import { apply } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { concatReference, remapReference } from './reference';

export type RemapAttrs = {
  /** Result axis i reads source axis permutation[i]. */
  readonly permutation: readonly number[];
  /** Source index that result index 0 of each result axis reads; may be outside. */
  readonly starts: readonly number[];
  readonly shape: Shape;
  /** What is read outside the source. */
  readonly value: number;
};

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

function literal(value: number, dtype: DType): string {
  return dtype === 'f32' ? float(value) : `${value}${dtype === 'i32' ? 'i' : 'u'}`;
}

function remapCalls({ node, epilogue }: LoweringCall<RemapAttrs>): readonly KernelCall[] {
  const { permutation, starts, shape, value } = node.attrs;
  const source = node.inputs[0]?.shape ?? [];
  const dtype = node.types[0]?.dtype ?? 'f32';
  const size = numberOfElements(shape);
  return [
    kernelCall({
      kernel: remapKernel,
      spec: {
        rank: shape.length,
        permutation,
        starts,
        element: elements[dtype],
        value: literal(value, dtype),
        epilogue,
      },
      operands: [input(0), output(0)],
      params: [size, ...shape, ...source],
      grid: (count) => grid1d(Math.ceil(count(size) / REMAP_WORKGROUP)),
    }),
  ];
}

export const remapOp = defineOp<RemapAttrs>({
  name: 'remap',
  infer: ([x], { shape }) => [{ dtype: x?.dtype ?? 'f32', shape }],
  grad: {
    // Every element is read at most once, so the gradient is the opposite move.
    rule: ({ attrs: { permutation, starts }, ops, inputs: [x], gradients: [dy] }) => {
      if (x === undefined || dy === undefined) return [];
      const inverse = permutation.map((_, source) => permutation.indexOf(source));
      const back = inverse.map((axis) => -(starts[axis] ?? 0));
      return [ops.remap(dy, { permutation: inverse, starts: back, shape: x.shape, value: 0 })];
    },
  },
  lowering: { kind: 'kernel', calls: remapCalls, epilogue: true },
  reference: remapReference,
});

/** The general move; see RemapAttrs. */
export function remap(x: Tensor, attrs: RemapAttrs): Tensor {
  return apply(remapOp, [x], attrs);
}

const zeros = (x: Tensor) => x.shape.map(() => 0);
const identity = (x: Tensor) => x.shape.map((_, i) => i);

/**
 * Axes in another order: result axis i is axis permutation[i] of x.
 * @throws ShapeError when it is no permutation of the axes
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const axes = permutation.map((axis) => normaliseAxis('transpose', axis, x.shape.length));
  if (new Set(axes).size !== x.shape.length) {
    throw new ShapeError(
      `transpose: [${permutation}] is no permutation of ${formatShape(x.shape)}`,
    );
  }
  const shape = axes.map((axis) => x.shape[axis] ?? 1);
  return remap(x, { permutation: axes, starts: zeros(x), shape, value: 0 });
}

/**
 * The part from `starts` up to, without, `ends`, an entry an axis.
 * @throws ShapeError when a part is outside of x
 */
export function slice(
  x: Tensor,
  { starts, ends }: { readonly starts: readonly number[]; readonly ends: Shape },
): Tensor {
  const shape = x.shape.map((size, i): Dim => {
    const [start, end] = [starts[i] ?? 0, ends[i] ?? size];
    const outside = typeof end === 'number' && typeof size === 'number' && end > size;
    const length = subtractDims(end, start);
    if (start < 0 || outside || (typeof length === 'number' && length < 0)) {
      throw new ShapeError(`slice: ${start} to ${end} of axis ${i} of ${formatShape(x.shape)}`);
    }
    return length;
  });
  return remap(x, { permutation: identity(x), starts, shape, value: 0 });
}

/**
 * x with `before` and `after` elements of `value` added on each axis.
 * @throws OptionError for negative amounts
 */
export function pad(
  x: Tensor,
  options: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value?: number;
  },
): Tensor {
  const { before, after, value = 0 } = options;
  if ([...before, ...after].some((n) => !(Number.isInteger(n) && n >= 0))) {
    throw new OptionError(
      `pad: amounts must be whole and not negative: [${before}] and [${after}]`,
    );
  }
  const shape = x.shape.map((size, i) => addDims(size, (before[i] ?? 0) + (after[i] ?? 0)));
  const starts = x.shape.map((_, i) => -(before[i] ?? 0));
  return remap(x, { permutation: identity(x), starts, shape, value });
}

export type ConcatAttrs = { readonly axis: number };

function concatCalls({ node }: LoweringCall<ConcatAttrs>): readonly KernelCall[] {
  const { axis } = node.attrs;
  const type = node.types[0] ?? { dtype: 'f32', shape: [] };
  const inner = (shape: Shape) => shape.slice(axis).reduce<Dim>(multiplyDims, 1);
  const outer = type.shape.slice(0, axis).reduce<Dim>(multiplyDims, 1);
  let column: Dim = 0;
  return node.inputs.map(({ shape }, i) => {
    const count = multiplyDims(outer, inner(shape));
    const call = kernelCall({
      kernel: concatPart,
      spec: { element: elements[type.dtype] },
      operands: [input(i), output(0)],
      params: [outer, inner(shape), inner(type.shape), column],
      grid: (size) => grid1d(Math.ceil(size(count) / COPY_WORKGROUP)),
    });
    column = addDims(column, inner(shape));
    return call;
  });
}

export const concatOp = defineOp<ConcatAttrs>({
  name: 'concat',
  infer: (inputs, { axis }) => {
    const [first, ...others] = inputs;
    if (first === undefined) throw new ShapeError('concat: expected at least one tensor');
    for (const other of others) {
      const agrees =
        other.shape.length === first.shape.length &&
        other.shape.every((d, i) => i === axis || dimsEqual(d, first.shape[i] ?? -1));
      if (other.dtype !== first.dtype) {
        throw new DTypeError(`concat: ${formatType(first)} and ${formatType(other)}; cast one?`);
      }
      if (!agrees) {
        throw new ShapeError(
          `concat: ${formatType(first)} and ${formatType(other)} differ beside axis ${axis}`,
        );
      }
    }
    const total = inputs.reduce<Dim>((sum, { shape }) => addDims(sum, shape[axis] ?? 1), 0);
    return [{ dtype: first.dtype, shape: first.shape.map((d, i) => (i === axis ? total : d)) }];
  },
  grad: {
    rule: ({ ops, attrs: { axis }, inputs, gradients: [dy] }) => {
      if (dy === undefined) return [];
      let at = 0;
      return inputs.map((x) => {
        const starts = x.shape.map((_, i) => (i === axis ? at : 0));
        at += Number(x.shape[axis] ?? 0);
        return ops.remap(dy, { permutation: identity(x), starts, shape: x.shape, value: 0 });
      });
    },
  },
  lowering: { kind: 'kernel', calls: concatCalls },
  reference: concatReference,
});

/**
 * Tensors one after the other along an axis.
 * @throws ShapeError when other axes differ; DTypeError when types do
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const rank = tensors[0]?.shape.length ?? 0;
  return apply(concatOp, tensors, { axis: normaliseAxis('concat', axis, rank) });
}

declare module '../../graph/op' {
  interface OpSet {
    remap: typeof remap;
    transpose: typeof transpose;
    slice: typeof slice;
    pad: typeof pad;
    concat: typeof concat;
  }
}
