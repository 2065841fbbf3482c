/** Float64 reference of taking a row. */
import type { Attrs } from '../../graph/op';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { takeRowOp } from './op';

function takeRowReference({ inputs, outputs }: ReferenceCall<Attrs, 2, 1>): void {
  const [x, row] = inputs;
  const [y] = outputs;
  const from = row.flat(0);
  if (from < 0 || from >= x.dim(0)) return;
  for (let i = 0; i < y.size; i++) y.data[i] = x.flat(from * y.size + i);
}

export const references: readonly ReferenceEntry[] = [referenceOf(takeRowOp, takeRowReference)];
