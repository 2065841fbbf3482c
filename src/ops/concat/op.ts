/** Concatenation along an axis: each tensor is copied into its place in the result. */
import { COPY_WORKGROUP, concatPart } from '../../../shaders/concat.wgsl';
import { addDims, type Dim, dimsEqual, multiplyDims } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import { formatType, normaliseAxis, type Shape } from '../../core/shape';
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
import type { ConcatAttrs } from './attrs';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

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
  lowering: { kind: 'kernel', calls: concatCalls },
});

/**
 * Concatenates tensors along an axis.
 * @throws ShapeError when other axes differ; DTypeError when types do
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const rank = tensors[0]?.shape.length ?? 0;
  return apply(concatOp, tensors, { axis: normaliseAxis('concat', axis, rank) });
}

declare module '../../graph/op' {
  interface OpSet {
    concat: typeof concat;
  }
}
