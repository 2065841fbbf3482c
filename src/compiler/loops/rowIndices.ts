/**
 * Row numbers as values, for kernels that gather or scatter a row. Takes the row numbers that a
 * loop needs, and the tables of the loops before it; returns an index tensor for each row number,
 * which lies in a constant table, and the tables with that of this loop.
 */
import { type Dim, multiplyDims } from '../../core/dim';
import type { Tensor } from '../../graph/op';
import { constantTensor, inputTensor } from '../../graph/source';
import { ALIGNED_ELEMENTS } from '../../ops/view/op';
import type { LoopStride } from '../memory/references';
import type { LoopFrame } from '../schedule/group';
import type { Placement } from './placement';

/** The row that iteration i reads or writes: start + i * advance. */
export interface RowNumber {
  readonly start: Dim;
  readonly advance: -1 | 0 | 1;
}

/** The stride over rows of so many elements. */
export function rowStride(
  { start, advance }: RowNumber,
  frame: LoopFrame,
  elements: Dim,
): LoopStride {
  return {
    frame,
    start: multiplyDims(start, elements),
    advance: multiplyDims(elements, advance),
  };
}

/** Constants with the numbers 0, 1, 2 ..., each at an aligned offset; by how many there are. */
export type RowTables = ReadonlyMap<number, Tensor>;

export interface RowIndices {
  /** Index tensors, i32 [1], by `rowKey`. */
  readonly indices: ReadonlyMap<string, Tensor>;
  readonly placements: readonly Placement[];
  readonly tables: RowTables;
}

/** Text that is equal for equal row numbers. */
export function rowKey({ start, advance }: RowNumber): string {
  return `${start} ${advance}`;
}

/** @param count how many numbers a table for this loop must hold */
export function rowIndices(
  rows: readonly RowNumber[],
  count: number,
  frame: LoopFrame,
  tables: RowTables,
): RowIndices {
  if (rows.length === 0) return { indices: new Map(), placements: [], tables };
  const table = tables.get(count) ?? rowTable(count);
  const distinct = new Map(rows.map((row) => [rowKey(row), row]));
  const entries = [...distinct].map(([key, row]) => ({
    key,
    tensor: inputTensor('row', { dtype: 'i32', shape: [1] }),
    reference: { tensor: table, offset: 0, strides: [rowStride(row, frame, ALIGNED_ELEMENTS)] },
  }));
  return {
    indices: new Map(entries.map(({ key, tensor }) => [key, tensor])),
    placements: entries,
    tables: new Map([...tables, [count, table]]),
  };
}

function rowTable(count: number): Tensor {
  const data = new Float64Array(count * ALIGNED_ELEMENTS).map((_, i) => i / ALIGNED_ELEMENTS);
  return constantTensor({ shape: [data.length], data }, 'i32');
}
