/** A row by an index that only the device knows. */
import { TAKE_ROW_WORKGROUP, takeRowKernel } from '../../../shaders/takeRow.wgsl';
import { DTypeError } from '../../core/errors';
import { dimAt, formatType, numberOfElements } from '../../core/shape';
import { apply } from '../../graph/node';
import {
  type Attrs,
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { checkIndex } from '../checks';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

function calls({ node, epilogue }: LoweringCall<Attrs, 2, 1>): readonly KernelCall[] {
  const { dtype, shape } = node.inputs[0];
  const width = numberOfElements(shape.slice(1));
  return [
    kernelCall({
      kernel: takeRowKernel,
      spec: { element: elements[dtype], epilogue },
      operands: [input(0), input(1), output(0)],
      params: [dimAt({ shape }, 0), width],
      grid: (size) => grid1d(Math.ceil(size(width) / TAKE_ROW_WORKGROUP)),
    }),
  ];
}

export const takeRowOp = defineOp<Attrs, 2>({
  name: 'takeRow',
  inputs: 2,
  infer: ([x, row]) => {
    if (x.shape.length === 0) {
      throw new DTypeError(`takeRow: expected [N, ...], found ${formatType(x)}`);
    }
    checkIndex('takeRow', 'the row number', row);
    return [{ dtype: x.dtype, shape: x.shape.slice(1) }];
  },
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/**
 * Row `row` of x; zeros where x has no such row.
 * @param x [N, ...]  @param row i32 [1]  @returns [...]
 * @throws DTypeError when x is a single value or row is not i32
 */
export function takeRow(x: Tensor, row: Tensor): Tensor {
  return apply(takeRowOp, [x, row], {});
}

declare module '../../graph/op' {
  interface OpSet {
    takeRow: typeof takeRow;
  }
}
