/** Rows of a quantised matrix as f32: for embeddings, and all of them for a gradient. */
import {
  DEQUANTISE_WORKGROUP,
  dequantiseRows as dequantiseKernel,
} from '../../../shaders/quantised/dequantiseRows.wgsl';
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
  type DequantiseAttrs,
  type QuantisedMatrix,
  quantisedSizes,
  tensorsOf,
} from './attrs';

function infer(
  [words, ...others]: Counted<TensorType, [1, 3]>,
  attrs: DequantiseAttrs,
): Counted<TensorType, 1> {
  const ids = attrs.ids ? defined(others.at(-1), 'ids') : undefined;
  const scales = attrs.ids ? others.slice(0, -1) : others;
  const rows = checkedRows('dequantiseRows', attrs, [words, ...scales]);
  if (ids !== undefined && ids.dtype !== 'i32') {
    throw new DTypeError(`dequantiseRows: expected i32 ids, found ${formatType(ids)}`);
  }
  return [{ dtype: 'f32', shape: [...(ids === undefined ? [rows] : ids.shape), attrs.columns] }];
}

function calls({
  node,
  epilogue,
}: LoweringCall<DequantiseAttrs, [1, 3], 1>): readonly KernelCall[] {
  const { attrs, inputs, types } = node;
  const { format, group, columns, ids } = attrs;
  const rows = dimAt(inputs[0], 0);
  const count = numberOfElements(types[0].shape.slice(0, -1));
  const size = multiplyDims(count, columns);
  return [
    kernelCall({
      kernel: dequantiseKernel,
      spec: { scheme: { format, group }, ids, epilogue },
      operands: [...inputs.map((_, i) => input(i)), output(0)],
      params: [count, rows, columns, ...quantisedSizes(attrs)],
      grid: (value) => grid1d(Math.ceil(value(size) / DEQUANTISE_WORKGROUP)),
    }),
  ];
}

export const dequantiseRowsOp = defineOp<DequantiseAttrs, [1, 3]>({
  name: 'dequantiseRows',
  inputs: [1, 3],
  infer,
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/**
 * Dequantises rows of a matrix [rows, columns]. Ids outside it give zeros; check them beforehand.
 * @param ids i32 [...]; all rows in order by default
 * @returns [..., columns]
 * @throws ShapeError when words or scales do not fit; OptionError for an invalid group size
 */
export function dequantiseRows(matrix: QuantisedMatrix, ids?: Tensor): Tensor {
  const inputs = [...tensorsOf(matrix), ...(ids === undefined ? [] : [ids])] as const;
  return apply(dequantiseRowsOp, inputs, { ...attrsOf(matrix), ids: ids !== undefined });
}

declare module '../../graph/op' {
  interface OpSet {
    dequantiseRows: typeof dequantiseRows;
  }
}
