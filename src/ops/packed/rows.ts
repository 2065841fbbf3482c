/** Rows of a packed matrix as f32: embeddings, and the whole matrix for a gradient. */
import {
  UNPACK_WORKGROUP,
  unpackRows as unpackKernel,
} from '../../../shaders/packed/unpackRows.wgsl';
import { multiplyDims } from '../../core/dim';
import { DTypeError, defined } from '../../core/errors';
import { dimAt, formatType, numberOfElements, type TensorType } from '../../core/shape';
import type { Counted } from '../../graph/count';
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
import {
  attrsOf,
  checkedRows,
  type PackedMatrix,
  packedSizes,
  tensorsOf,
  type UnpackAttrs,
} from './attrs';

function infer(
  [words, ...others]: Counted<TensorType, [1, 3]>,
  attrs: UnpackAttrs,
): Counted<TensorType, 1> {
  const ids = attrs.ids ? defined(others.at(-1), 'ids') : undefined;
  const scales = attrs.ids ? others.slice(0, -1) : others;
  const rows = checkedRows('unpackRows', attrs, [words, ...scales]);
  if (ids !== undefined && ids.dtype !== 'i32') {
    throw new DTypeError(`unpackRows: expected i32 ids, found ${formatType(ids)}`);
  }
  return [{ dtype: 'f32', shape: [...(ids === undefined ? [rows] : ids.shape), attrs.columns] }];
}

function calls({ node, epilogue }: LoweringCall<UnpackAttrs, [1, 3], 1>): readonly KernelCall[] {
  const { attrs, inputs, types } = node;
  const { format, group, columns, ids } = attrs;
  const rows = dimAt(inputs[0], 0);
  const count = numberOfElements(types[0].shape.slice(0, -1));
  const size = multiplyDims(count, columns);
  return [
    kernelCall({
      kernel: unpackKernel,
      spec: { packing: { format, group }, ids, epilogue },
      operands: [...inputs.map((_, i) => input(i)), output(0)],
      params: [count, rows, columns, ...packedSizes(attrs)],
      grid: (value) => grid1d(Math.ceil(value(size) / UNPACK_WORKGROUP)),
    }),
  ];
}

export const unpackRowsOp = defineOp<UnpackAttrs, [1, 3]>({
  name: 'unpackRows',
  inputs: [1, 3],
  infer,
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/**
 * Rows of a packed matrix [rows, columns]. Ids outside it give zeros; check them beforehand.
 * @param ids i32 [...]; all rows in order without them
 * @returns [..., columns]
 * @throws ShapeError when words or scales do not fit; OptionError for a group that cannot be
 */
export function unpackRows(matrix: PackedMatrix, ids?: Tensor): Tensor {
  const inputs = [...tensorsOf(matrix), ...(ids === undefined ? [] : [ids])] as const;
  return apply(unpackRowsOp, inputs, { ...attrsOf(matrix), ids: ids !== undefined });
}

declare module '../../graph/op' {
  interface OpSet {
    unpackRows: typeof unpackRows;
  }
}
