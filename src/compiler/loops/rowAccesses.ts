/**
 * How a loop reads rows of its sequences and writes rows of its stacked outputs. In: the loop's parts and buffers,
 * and the parts that must not be bound in place. Out: for each row its stride, and its index where it cannot be
 * bound in place, as it does not begin where a device can bind buffers.
 */
import { addDims, dimBound, isMultipleOf, subtractDims } from '../../core/dim';
import { numberOfElements } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { ALIGNED_ELEMENTS } from '../../ops/view/op';
import type { LoopStride } from '../memory/references';
import type { CarryBuffers } from './carryBuffers';
import type { LoopParts } from './loopParts';
import type { PartName, Placement } from './placement';
import { type RowNumber, type RowTables, rowIndices, rowKey, rowStride } from './rowIndices';

export interface RowAccess {
  readonly part: PartName;
  /** What is read from the row, or stored in it. */
  readonly value: Tensor;
  /** The sequence or stacked output. */
  readonly whole: Tensor;
  /** Offset of the row in an iteration, for a row that is bound in place. */
  readonly stride: LoopStride;
  /** The row's number, i32 [1], for a row that is gathered or scattered by index. */
  readonly index: Tensor | undefined;
}

export interface RowAccesses {
  readonly sequences: readonly RowAccess[];
  /** Of the initial values of stacked carries, which are written before the first iteration. */
  readonly starts: readonly RowAccess[];
  /** Of the next values of stacked carries. */
  readonly stacks: readonly RowAccess[];
  readonly rows: readonly RowAccess[];
  readonly placements: readonly Placement[];
  readonly tables: RowTables;
}

/** An access whose row is known by its number alone. */
type NumberedAccess = Pick<RowAccess, 'part' | 'value' | 'whole'> & { readonly row: RowNumber };

/** @param unbound parts that must not be bound in place  @param tables those of the plan's other loops */
export function rowAccesses(
  parts: LoopParts,
  { frame, carries }: CarryBuffers,
  unbound: ReadonlySet<PartName>,
  tables: RowTables,
): RowAccesses {
  const { length, reverse } = parts;
  const stacked = carries.flatMap(({ index, start, next, stack }) =>
    stack === undefined ? [] : [{ index, start, next, whole: stack }],
  );
  const sequences = parts.sequences.map(
    ({ source, placeholder, shift }, i): NumberedAccess => ({
      part: `sequence ${i}`,
      value: placeholder,
      whole: source,
      row: rowOfIteration(parts, shift),
    }),
  );
  const starts = stacked.map(
    ({ index, start, whole }): NumberedAccess => ({
      part: `first row of stack ${index}`,
      value: start,
      whole,
      row: { start: reverse ? length : 0, advance: 0 },
    }),
  );
  const stacks = stacked.map(
    ({ index, next, whole }): NumberedAccess => ({
      part: `stack ${index}`,
      value: next,
      whole,
      row: rowOfIteration(parts, reverse ? 0 : 1),
    }),
  );
  const rows = parts.rows.map(
    ({ index, row, stack }): NumberedAccess => ({
      part: `row ${index}`,
      value: row,
      whole: stack,
      row: rowOfIteration(parts, 0),
    }),
  );
  const isBound = ({ part, value }: NumberedAccess) =>
    isMultipleOf(numberOfElements(value.shape), ALIGNED_ELEMENTS) && !unbound.has(part);
  const indexed = [...sequences, ...starts, ...stacks, ...rows].filter((each) => !isBound(each));
  const { indices, ...found } = rowIndices(
    indexed.map(({ row }) => row),
    dimBound(length) + Math.max(1, ...parts.sequences.map(({ shift }) => shift)) + 1,
    frame,
    tables,
  );
  const locate = ({ row, ...access }: NumberedAccess): RowAccess => ({
    ...access,
    stride: rowStride(row, frame, numberOfElements(access.value.shape)),
    index: isBound({ row, ...access }) ? undefined : indices.get(rowKey(row)),
  });
  return {
    sequences: sequences.map(locate),
    starts: starts.map(locate),
    stacks: stacks.map(locate),
    rows: rows.map(locate),
    ...found,
  };
}

/** Row t + shift, where t counts the iterations up from 0, or in a reverse loop down from length - 1. */
function rowOfIteration({ length, reverse }: LoopParts, shift: number): RowNumber {
  if (!reverse) return { start: shift, advance: 1 };
  return { start: addDims(subtractDims(length, 1), shift), advance: -1 };
}
