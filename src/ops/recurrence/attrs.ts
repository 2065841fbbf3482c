/** The attributes of this folder's ops, and the names of their inputs and outputs. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';

export type RecurrenceAttrs = {
  readonly cell: CellName;
  /** Whether the layer runs from the last step to the first. */
  readonly reverse: boolean;
  /** Whether there is a bias of the state's products. */
  readonly bias: boolean;
  /** Whether there are lengths. */
  readonly lengths: boolean;
};

export type RecurrenceGradAttrs = Pick<RecurrenceAttrs, 'cell' | 'reverse' | 'lengths'>;

/** Names of the op's inputs, in order. */
export function inputNames({ cell, bias, lengths }: RecurrenceAttrs): readonly string[] {
  return [
    'x',
    'weight',
    'states',
    ...(cells[cell].cell ? ['cell'] : []),
    ...(bias ? ['bias'] : []),
    ...(lengths ? ['lengths'] : []),
  ];
}

/** Names of the op's outputs, in order. */
export function outputNames({ cell }: Pick<RecurrenceAttrs, 'cell'>): readonly string[] {
  return ['y', 'states', ...(cells[cell].cell ? ['cell'] : []), 'previous', 'kept'];
}

export function gradInputNames({ cell, lengths }: RecurrenceGradAttrs): readonly string[] {
  return [
    'dy',
    'kept',
    'weight',
    'direct',
    ...(cells[cell].cell ? ['dcell'] : []),
    ...(lengths ? ['lengths'] : []),
  ];
}

export function gradOutputNames({ cell }: Pick<RecurrenceAttrs, 'cell'>): readonly string[] {
  const { cell: hasCell, splits } = cells[cell];
  return ['dproducts', 'direct', ...(hasCell ? ['dcell'] : []), ...(splits ? ['dx'] : [])];
}

/** Looks up items by name. */
export function named<T>(
  names: readonly string[],
  items: readonly T[],
): (name: string) => T | undefined {
  return (name) => items[names.indexOf(name)];
}
