/**
 * Reading of sequences. Takes the accesses to their rows; returns placements of the rows that are
 * bound in place, and replacements of the placeholders of those that are gathered by index.
 */
import { tensorKey } from '../../graph/node';
import type { Replacements } from '../../graph/rebuild';
import { takeRow } from '../../ops/takeRow/op';
import { type Placement, placeholderFor } from './placement';
import type { RowAccess } from './rowAccesses';

export interface SequenceReads {
  readonly replacements: Replacements;
  readonly placements: readonly Placement[];
}

export function readRows(sequences: readonly RowAccess[]): SequenceReads {
  const reads = sequences.map(({ part, value, whole, stride, index }): SequenceReads => {
    if (index === undefined) {
      const reference = { tensor: whole, offset: 0, strides: [stride] };
      return { replacements: new Map(), placements: [{ tensor: value, reference, part }] };
    }
    const source = placeholderFor(whole);
    const row = takeRow(source.tensor, index);
    return { replacements: new Map([[tensorKey(value), row]]), placements: [source] };
  });
  return {
    replacements: new Map(reads.flatMap(({ replacements }) => [...replacements])),
    placements: reads.flatMap(({ placements }) => placements),
  };
}
