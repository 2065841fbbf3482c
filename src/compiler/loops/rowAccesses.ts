/**
 * How a loop reads rows of its sequences and writes rows of its stacked outputs. Takes the parts
 * and buffers of a loop, and the parts that must not be bound in place; returns an access for each
 * row. A row that begins where a device can bind buffers is bound in place, with a stride; any
 * other is gathered or scattered by index.
 */
import { addDims, dimBound, isMultipleOf, subtractDims } from '../../core/dim';
import { numberOfElements } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { ALIGNED_ELEMENTS } from '../../ops/view/op';
import type { LoopStride } from '../memory/references';
import type { BufferedCarry, CarryBuffers } from './carryBuffers';
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

interface NumberedAccesses {
  readonly sequences: readonly NumberedAccess[];
  readonly starts: readonly NumberedAccess[];
  readonly stacks: readonly NumberedAccess[];
  readonly rows: readonly NumberedAccess[];
}

/**
 * @param unbound parts that must not be bound in place
 * @param tables those of the loops that were expanded before
 */
export function rowAccesses(
  parts: LoopParts,
  { frame, carries }: CarryBuffers,
  unbound: ReadonlySet<PartName>,
  tables: RowTables,
): RowAccesses {
  const { sequences, starts, stacks, rows } = numberedAccesses(parts, carries);
  const isBound = ({ part, value }: NumberedAccess) =>
    isMultipleOf(numberOfElements(value.shape), ALIGNED_ELEMENTS) && !unbound.has(part);
  const indexed = [...sequences, ...starts, ...stacks, ...rows].filter((each) => !isBound(each));
  // Row numbers are at most the length plus the largest shift; a stack has a row more than the
  // length.
  const largest = Math.max(1, ...parts.sequences.map(({ shift }) => shift));
  const { indices, ...found } = rowIndices(
    indexed.map(({ row }) => row),
    dimBound(parts.length) + largest + 1,
    frame,
    tables,
  );
  const located = (access: NumberedAccess): RowAccess => {
    const { part, value, whole, row } = access;
    const stride = rowStride(row, frame, numberOfElements(value.shape));
    const index = isBound(access) ? undefined : indices.get(rowKey(row));
    return { part, value, whole, stride, index };
  };
  return {
    sequences: sequences.map(located),
    starts: starts.map(located),
    stacks: stacks.map(located),
    rows: rows.map(located),
    ...found,
  };
}

function numberedAccesses(parts: LoopParts, carries: readonly BufferedCarry[]): NumberedAccesses {
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
  return { sequences, starts, stacks, rows };
}

/** Row t + shift; t rises from 0 or, in a reverse loop, falls to 0. */
function rowOfIteration({ length, reverse }: LoopParts, shift: number): RowNumber {
  if (!reverse) return { start: shift, advance: 1 };
  return { start: addDims(subtractDims(length, 1), shift), advance: -1 };
}
