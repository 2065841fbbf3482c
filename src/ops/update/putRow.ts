/** Replaces a row in place, at an index that only the device knows: the counterpart of takeRow. */
import { WRITE_WORKGROUP, writeRowsKernel } from '../../../shaders/writeRows.wgsl';
import { DTypeError, ShapeError } from '../../core/errors';
import { dimAt, formatType, numberOfElements, shapesEqual } from '../../core/shape';
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

/** Calls the kernel of writeRows for a cache [1, N, width] of one batch, of which one row is written. */
function calls({ node }: LoweringCall<Attrs, 3, 1>): readonly KernelCall[] {
  const { dtype, shape } = node.types[0];
  const width = numberOfElements(shape.slice(1));
  return [
    kernelCall({
      kernel: writeRowsKernel,
      spec: { element: elements[dtype], column: 0, each: false },
      operands: [input(1), input(2), output(0)],
      params: [1, 1, width, dimAt({ shape }, 0), width],
      grid: (size) => grid1d(Math.ceil(size(width) / WRITE_WORKGROUP)),
    }),
  ];
}

export const putRowOp = defineOp<Attrs, 3>({
  name: 'putRow',
  inputs: 3,
  infer: ([x, row, at]) => {
    if (row.dtype !== x.dtype) {
      const found = [x, row].map(formatType).join(' and ');
      throw new DTypeError(`putRow: expected x and row of one type, found ${found}`);
    }
    checkIndex('putRow', 'the row number', at);
    if (x.shape.length === 0 || !shapesEqual(x.shape.slice(1), row.shape)) {
      throw new ShapeError(
        `putRow: ${formatType(row)} is no row of ${formatType(x)}; reshape it to the other axes?`,
      );
    }
    return [x];
  },
  lowering: { kind: 'kernel', calls, inPlace: () => new Map([[0, 0]]) },
});

/**
 * Replaces a row of x in place. An index outside of x changes nothing.
 * @param x [N, ...]  @param row [...]  @param at i32 [1]
 * @throws DTypeError, ShapeError when they do not fit
 */
export function putRow(x: Tensor, row: Tensor, at: Tensor): Tensor {
  return apply(putRowOp, [x, row, at], {});
}

declare module '../../graph/op' {
  interface OpSet {
    putRow: typeof putRow;
  }
}
