/** In-place updates of state, at a position that only the device knows. */
import { INCREMENT_WORKGROUP, incrementKernel } from '../../../shaders/increment.wgsl';
import { WRITE_WORKGROUP, writeRowsKernel } from '../../../shaders/writeRows.wgsl';
import { dimsEqual, multiplyDims } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import { dims, formatType, numberOfElements } from '../../core/shape';
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
import { checkIndices } from '../checks';
import type { WriteRowsAttrs } from './attrs';

export { putRow, putRowOp } from './putRow';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

function calls({ node }: LoweringCall<WriteRowsAttrs, 3, 1>): readonly KernelCall[] {
  const [cache, rows, position] = node.inputs;
  const [batch, capacity, columns] = dims(cache, 3, 'writeRows');
  const [, count, wide] = dims(rows, 3, 'writeRows');
  const size = multiplyDims(multiplyDims(batch, count), columns);
  return [
    kernelCall({
      kernel: writeRowsKernel,
      spec: {
        element: elements[cache.dtype],
        column: node.attrs.column,
        each: numberOfElements(position.shape) !== 1,
      },
      operands: [input(1), input(2), output(0)],
      params: [batch, count, wide, capacity, columns],
      grid: (value) => grid1d(Math.ceil(value(size) / WRITE_WORKGROUP)),
    }),
  ];
}

export const writeRowsOp = defineOp<WriteRowsAttrs, 3>({
  name: 'writeRows',
  inputs: 3,
  infer: ([cache, rows, position], { column }) => {
    if (rows.dtype !== cache.dtype) {
      const found = [cache, rows].map(formatType).join(' and ');
      throw new DTypeError(`writeRows: expected cache and rows of one type, found ${found}`);
    }
    const [batch, , columns] = dims(cache, 3, 'writeRows');
    const [rowBatch, , wide] = dims(rows, 3, 'writeRows');
    checkIndices('writeRows', 'the position', position, batch);
    const narrow =
      typeof wide === 'number' && typeof columns === 'number' && column + columns > wide;
    if (narrow || !dimsEqual(batch, rowBatch)) {
      throw new ShapeError(
        `writeRows: rows ${formatType(rows)} from column ${column} do not fit ${formatType(cache)}`,
      );
    }
    return [cache];
  },
  lowering: { kind: 'kernel', calls, inPlace: () => new Map([[0, 0]]) },
});

/**
 * Writes rows into a cache at a position, in place. Rows outside of it are dropped.
 * @param cache [B, S, C]  @param rows [B, T, W] with W >= column + C  @param position i32 [1], or [B]
 *   for each batch row
 * @throws ShapeError, DTypeError when they do not fit
 */
export function writeRows(
  cache: Tensor,
  rows: Tensor,
  position: Tensor,
  options: Partial<WriteRowsAttrs> = {},
): Tensor {
  return apply(writeRowsOp, [cache, rows, position], { column: options.column ?? 0 });
}

export const incrementOp = defineOp<Readonly<Record<string, never>>>({
  name: 'increment',
  infer: ([x]) => {
    if (x.dtype !== 'i32') {
      throw new DTypeError(`increment: expected i32, found ${formatType(x)}`);
    }
    return [x];
  },
  lowering: {
    kind: 'kernel',
    inPlace: () => new Map([[0, 0]]),
    calls: ({ node }) => {
      const size = numberOfElements(node.types[0].shape);
      return [
        kernelCall({
          kernel: incrementKernel,
          spec: { element: 'i32' },
          operands: [output(0)],
          params: [size],
          grid: (value) => [Math.ceil(value(size) / INCREMENT_WORKGROUP), 1, 1],
        }),
      ];
    },
  },
});

/** x + 1 in place, for a counter in a state: `scale(x, 1, 1)` would need a copy. */
export function increment(x: Tensor): Tensor {
  return apply(incrementOp, [x], {});
}

declare module '../../graph/op' {
  interface OpSet {
    writeRows: typeof writeRows;
    increment: typeof increment;
  }
}
