/** Float64 references of the binary operations. */
import { forEachIndex } from '../../core/ndArray';
import type { Op } from '../../graph/op';
import { type ReferenceEntry, referenceOf } from '../../graph/reference';
import { addOp, divOp, maximumOp, minimumOp, mulOp, subOp } from './op';

function binary(op: Op, f: (a: number, b: number) => number): ReferenceEntry {
  return referenceOf(op, ({ inputs: [a, b], outputs: [y] }) => {
    if (a === undefined || b === undefined || y === undefined) return;
    forEachIndex(y.shape, (index, i) => {
      y.data[i] = f(a.broadcastAt(index), b.broadcastAt(index));
    });
  });
}

export const references: readonly ReferenceEntry[] = [
  binary(addOp, (a, b) => a + b),
  binary(subOp, (a, b) => a - b),
  binary(mulOp, (a, b) => a * b),
  binary(divOp, (a, b) => a / b),
  binary(maximumOp, Math.max),
  binary(minimumOp, Math.min),
];
