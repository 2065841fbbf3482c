/** In-place updates of state, at a position that only the device knows. */
import { INCREMENT_WORKGROUP, incrementKernel } from '../../../shaders/increment.wgsl';
import { WRITE_WORKGROUP, writeRowsKernel } from '../../../shaders/writeRows.wgsl';
import { dimsEqual, multiplyDims } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import { formatType, numberOfElements } from '../../core/shape';
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
import { checkIndex } from '../checks';
import type { WriteRowsAttrs } from './attrs';

export { putRow, putRowOp } from './putRow';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

function calls({ node }: LoweringCall<WriteRowsAttrs>): readonly KernelCall[] {
  const [cache, rows] = node.inputs;
  const [batch = 1, capacity = 1, columns = 1] = cache?.shape ?? [];
  const [, count = 1, wide = 1] = rows?.shape ?? [];
  const size = multiplyDims(multiplyDims(batch, count), columns);
  return [
    kernelCall({
      kernel: writeRowsKernel,
      spec: { element: elements[cache?.dtype ?? 'f32'], column: node.attrs.column },
      operands: [input(1), input(2), output(0)],
      params: [batch, count, wide, capacity, columns],
      grid: (value) => grid1d(Math.ceil(value(size) / WRITE_WORKGROUP)),
    }),
  ];
}

export const writeRowsOp = defineOp<WriteRowsAttrs>({
  name: 'writeRows',
  infer: ([cache, rows, position], { column }) => {
    if (cache === undefined || rows === undefined || rows.dtype !== cache.dtype) {
      const found = [cache, rows].map((t) => (t ? formatType(t) : 'nothing')).join(' and ');
      throw new DTypeError(`writeRows: expected cache and rows of one type, found ${found}`);
    }
    checkIndex('writeRows', 'the position', position);
    const columns = cache.shape[2] ?? 0;
    const wide = rows.shape[2] ?? 0;
    const narrow =
      typeof wide === 'number' && typeof columns === 'number' && column + columns > wide;
    const fits = cache.shape.length === 3 && rows.shape.length === 3 && !narrow;
    if (!fits || !dimsEqual(cache.shape[0] ?? 0, rows.shape[0] ?? -1)) {
      throw new ShapeError(
        `writeRows: rows ${formatType(rows)} from column ${column} do not fit ${formatType(cache)}`,
      );
    }
    return [cache];
  },
  lowering: { kind: 'kernel', calls, inPlace: () => new Map([[0, 0]]) },
});

/**
 * Writes rows into a cache at a position, in place. Rows past its end are dropped.
 * @param cache [B, S, C]  @param rows [B, T, W] with W >= column + C  @param position i32 [1]
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
    if (x?.dtype !== 'i32') {
      throw new DTypeError(`increment: expected i32, found ${x ? formatType(x) : 'nothing'}`);
    }
    return [x];
  },
  lowering: {
    kind: 'kernel',
    inPlace: () => new Map([[0, 0]]),
    calls: ({ node }) => {
      const size = numberOfElements(node.types[0]?.shape ?? []);
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
