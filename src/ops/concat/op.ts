/** Concatenation along an axis: each tensor is copied into its place in the result. */
import { COPY_WORKGROUP, concatPart } from '../../../shaders/concat.wgsl';
import { addDims, type Dim, multiplyDims } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import { dimAt, formatType, normaliseAxis, type Shape, shapesEqual } from '../../core/shape';
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
import { withSize } from '../lines';
import type { ConcatAttrs } from './attrs';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

function concatCalls({ node }: LoweringCall<ConcatAttrs, [1, number], 1>): readonly KernelCall[] {
  const { axis } = node.attrs;
  const [type] = node.types;
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

export const concatOp = defineOp<ConcatAttrs, [1, number]>({
  name: 'concat',
  inputs: [1, Infinity],
  infer: (inputs, { axis }) => {
    const [first, ...others] = inputs;
    for (const other of others) {
      const agrees =
        other.shape.length === first.shape.length &&
        shapesEqual(withSize(other.shape, axis, 0), withSize(first.shape, axis, 0));
      if (other.dtype !== first.dtype) {
        throw new DTypeError(`concat: ${formatType(first)} and ${formatType(other)}; cast one?`);
      }
      if (!agrees) {
        throw new ShapeError(
          `concat: ${formatType(first)} and ${formatType(other)} differ beside axis ${axis}`,
        );
      }
    }
    const total = inputs.reduce<Dim>((sum, { shape }) => addDims(sum, dimAt({ shape }, axis)), 0);
    return [{ dtype: first.dtype, shape: withSize(first.shape, axis, total) }];
  },
  lowering: { kind: 'kernel', calls: concatCalls },
});

/**
 * Concatenates tensors along an axis.
 * @throws ShapeError when other axes differ; DTypeError when types do
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first, ...others] = tensors;
  if (first === undefined) throw new ShapeError('concat: expected at least one tensor');
  const at = normaliseAxis('concat', axis, first.shape.length);
  return apply(concatOp, [first, ...others], { axis: at });
}

declare module '../../graph/op' {
  interface OpSet {
    concat: typeof concat;
  }
}
