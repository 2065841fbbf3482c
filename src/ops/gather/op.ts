/** Elements by index along an axis, and whole slices by index. */
import { GATHER_WORKGROUP, gather as gatherKernel } from '../../../shaders/gather.wgsl';
import { type Dim, dimBound, dimsEqual, multiplyDims } from '../../core/dim';
import { checkOptions, DTypeError, ShapeError } from '../../core/errors';
import {
  dimAt,
  formatShape,
  formatType,
  normaliseAxis,
  numberOfElements,
  type Shape,
  type TensorType,
} from '../../core/shape';
import type { AtLeast } from '../../graph/count';
import { apply } from '../../graph/node';
import {
  type Attrs,
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Operand,
  output,
  type Tensor,
} from '../../graph/op';
import { embedding } from '../embedding/op';
import { linesOf, withSize } from '../lines';
import { broadcastTo } from '../movement/op';
import { reshape } from '../view/op';
import type { GatherAttrs } from './attrs';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

/**
 * Axes of the indices and of x, where neighbouring axes are merged if the indices cover the inner one entirely.
 */
interface Axes {
  readonly to: Dim[];
  readonly from: Dim[];
  /** The axis that is indexed. */
  readonly axis: number;
}

function mergedAxes(indices: Shape, x: Shape, axis: number): Axes {
  const [to, from]: [Dim[], Dim[]] = [[], []];
  let at = 0;
  indices.forEach((size, i) => {
    const own = dimAt({ shape: x }, i);
    const [previousTo, previousFrom] = [to.at(-1), from.at(-1)];
    const isWhole = i !== axis && i !== axis + 1 && dimsEqual(size, own);
    if (isWhole && previousTo !== undefined && previousFrom !== undefined) {
      to[to.length - 1] = multiplyDims(previousTo, size);
      from[from.length - 1] = multiplyDims(previousFrom, own);
      return;
    }
    to.push(size);
    from.push(own);
    if (i === axis) at = to.length - 1;
  });
  return { to, from, axis: at };
}

/**
 * The dispatch of a gather.
 * @param winners restricts the gather to elements that were scattered by the index that now reads them
 */
export function gatherCalls<A extends Attrs>(
  { node, epilogue }: LoweringCall<A, AtLeast<2>>,
  axis: number,
  winners?: Operand,
): readonly KernelCall[] {
  const [x, indices] = node.inputs;
  const merged = mergedAxes(indices.shape, x.shape, axis);
  const size = numberOfElements(indices.shape);
  return [
    kernelCall({
      kernel: gatherKernel,
      spec: {
        element: elements[x.dtype],
        rank: merged.to.length,
        axis: merged.axis,
        winners: winners !== undefined,
        epilogue,
      },
      operands: [input(0), input(1), ...(winners ? [winners] : []), output(0)],
      params: [size, ...merged.to, ...merged.from],
      grid: (value) => grid1d(Math.ceil(value(size) / GATHER_WORKGROUP)),
    }),
  ];
}

/**
 * Checks that the indices have the rank of x, and that only the indexed axis may be larger than that of x.
 * @throws DTypeError, ShapeError
 */
export function checkIndices(
  name: string,
  x: Pick<TensorType, 'shape'>,
  indices: TensorType,
  axis: number,
): void {
  if (indices.dtype !== 'i32') {
    throw new DTypeError(`${name}: expected i32 indices, found ${formatType(indices)}; cast them?`);
  }
  const fits = (size: Dim, own: Dim) =>
    dimsEqual(size, own) || (typeof own === 'number' && dimBound(size) <= own);
  const isMisfit = (size: Dim, i: number) => i !== axis && !fits(size, dimAt(x, i));
  if (indices.shape.length !== x.shape.length || indices.shape.some(isMisfit)) {
    throw new ShapeError(
      `${name} along axis ${axis}: the indices ${formatShape(indices.shape)} must have the rank of ` +
        `${formatShape(x.shape)}, and no axis that is larger than its, except that one; broadcast ` +
        'or slice them?',
    );
  }
}

export const gatherOp = defineOp<GatherAttrs, 2>({
  name: 'gather',
  inputs: 2,
  infer: ([x, indices], { axis }) => {
    checkIndices('gather', x, indices, axis);
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: (call) => gatherCalls(call, call.node.attrs.axis),
  },
});

export interface AxisOptions {
  /** The axis that is indexed; a negative one counts from the last. */
  readonly axis: number;
}

/**
 * Elements of x by index along an axis (torch.gather): for axis 1 of three, `y[i, j, k] = x[i, indices[i, j,
 * k], k]`. An index outside the axis gives 0 (or false), and no gradient.
 * @param x f32, i32 or bool, of rank 1 or more
 * @param indices i32 of the rank of x; its other axes may be smaller than those of x
 * @returns the type of x, in the shape of the indices
 * @throws ShapeError when ranks differ or another axis of the indices is larger; DTypeError, OptionError
 */
export function gather(x: Tensor, indices: Tensor, options: AxisOptions): Tensor {
  checkOptions('gather', options, ['axis']);
  return apply(gatherOp, [x, indices], {
    axis: normaliseAxis('gather', options.axis, x.shape.length),
  });
}

/**
 * Slices of x by index along an axis (jax.numpy.take; torch.index_select where the indices are a vector). An
 * index outside the axis gives zeros, and no gradient.
 * @param x f32, i32 or bool, of rank 1 or more
 * @param indices i32 of any shape, which replaces the axis
 * @throws ShapeError when the axis is out of range; DTypeError, OptionError
 */
export function take(x: Tensor, indices: Tensor, options: AxisOptions): Tensor {
  checkOptions('take', options, ['axis']);
  if (indices.dtype !== 'i32') {
    throw new DTypeError(`take: expected i32 indices, found ${formatType(indices)}; cast them?`);
  }
  const axis = normaliseAxis('take', options.axis, x.shape.length);
  const { outer, size, inner } = linesOf(x.shape, axis);
  const [before, behind] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const shape = [...before, ...indices.shape, ...behind];
  if (x.dtype === 'f32' && dimsEqual(outer, 1)) {
    return reshape(embedding(indices, reshape(x, [size, inner])), shape);
  }
  const count = numberOfElements(indices.shape);
  const along = x.shape.map((_, i): Dim => (i === axis ? count : 1));
  const spread = broadcastTo(reshape(indices, along), withSize(x.shape, axis, count));
  return reshape(apply(gatherOp, [x, spread], { axis }), shape);
}

declare module '../../graph/op' {
  interface OpSet {
    gather: typeof gather;
    take: typeof take;
  }
}
