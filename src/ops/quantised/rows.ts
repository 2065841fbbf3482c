/** Rows of a quantised matrix as f32: for embeddings, and all of them for a gradient. */
import {
  DEQUANTISE_WORKGROUP,
  dequantiseRows as dequantiseKernel,
} from '../../../shaders/quantised/dequantiseRows.wgsl';
import { type Dim, multiplyDims } from '../../core/dim';
import { DTypeError } from '../../core/errors';
import { formatType, numberOfElements, type TensorType } from '../../core/shape';
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

function infer(types: readonly TensorType[], attrs: DequantiseAttrs): readonly TensorType[] {
  const [matrix, ids] = attrs.ids ? [types.slice(0, -1), types.at(-1)] : [types, undefined];
  const rows = checkedRows('dequantiseRows', attrs, matrix);
  if (ids !== undefined && ids.dtype !== 'i32') {
    throw new DTypeError(`dequantiseRows: expected i32 ids, found ${formatType(ids)}`);
  }
  return [{ dtype: 'f32', shape: [...(ids?.shape ?? [rows]), attrs.columns] }];
}

function calls({ node, epilogue }: LoweringCall<DequantiseAttrs>): readonly KernelCall[] {
  const { attrs, inputs, types } = node;
  const { format, group, columns, ids } = attrs;
  const rows: Dim = inputs[0]?.shape[0] ?? 1;
  const count = numberOfElements(types[0]?.shape.slice(0, -1) ?? []);
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

export const dequantiseRowsOp = defineOp<DequantiseAttrs>({
  name: 'dequantiseRows',
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
  const inputs = [...tensorsOf(matrix), ...(ids === undefined ? [] : [ids])];
  return apply(dequantiseRowsOp, inputs, { ...attrsOf(matrix), ids: ids !== undefined });
}

declare module '../../graph/op' {
  interface OpSet {
    dequantiseRows: typeof dequantiseRows;
  }
}
