/** Float64 references of sorting and its gradient, by insertion sort. */
import { forEachIndex, type NdArray } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { SortAttrs, SortGradAttrs } from './attrs';
import { sortGradOp } from './grad';
import { sortOp } from './op';

/**
 * Indices of a line in sorted order; ties are compared by index, so that the result does not depend on the
 * engine's sort.
 */
function order(
  line: readonly number[],
  descending: boolean,
): readonly (readonly [number, number])[] {
  const sign = descending ? -1 : 1;
  const compare = (a: number, b: number) => (a < b ? -sign : a > b ? sign : 0);
  return [...line.entries()].sort(([i, a], [j, b]) => compare(a, b) || i - j);
}

/** Calls f for every line of x along an axis, with a function that maps positions to flat indices. */
function forEachLine(
  x: NdArray,
  axis: number,
  f: (element: (i: number) => readonly number[]) => void,
): void {
  const starts = x.shape.map((size, i) => (i === axis ? Math.min(1, size) : size));
  forEachIndex(starts, (start) => f((at) => start.map((own, i) => (i === axis ? at : own))));
}

function sortReference({ attrs, inputs, outputs }: ReferenceCall<SortAttrs, 1, 2>): void {
  const [x] = inputs;
  const [values, indices] = outputs;
  const kept = values.dim(attrs.axis);
  forEachLine(x, attrs.axis, (element) => {
    const line = Array.from({ length: x.dim(attrs.axis) }, (_, i) => x.at(...element(i)));
    order(line, attrs.descending)
      .slice(0, kept)
      .forEach(([index, value], rank) => {
        values.set(value, ...element(rank));
        indices.set(index, ...element(rank));
      });
  });
}

function sortGradReference({ attrs, inputs, outputs }: ReferenceCall<SortGradAttrs, 2, 1>): void {
  const [dvalues, indices] = inputs;
  const [dx] = outputs;
  forEachLine(dvalues, attrs.axis, (element) => {
    for (let rank = 0; rank < dvalues.dim(attrs.axis); rank++) {
      const from = element(rank);
      dx.set(dvalues.at(...from), ...element(indices.at(...from)));
    }
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(sortOp, sortReference),
  referenceOf(sortGradOp, sortGradReference),
];
