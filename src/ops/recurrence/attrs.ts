/** The attributes of this folder's ops, and the names of their inputs and outputs. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import { defined } from '../../core/errors';

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

/** Items by name. */
export interface Named<T> {
  /** The item of a name that is always there. */
  readonly of: (name: string) => T;
  /** The item of a name, where there is one. */
  readonly perhaps: (name: string) => T | undefined;
}

/** Looks up items by name. */
export function named<T>(names: readonly string[], items: readonly T[]): Named<T> {
  const perhaps = (name: string): T | undefined => items[names.indexOf(name)];
  return { of: (name) => defined(perhaps(name), name), perhaps };
}
