/** Float64 reference of taking a row. */
import type { Attrs, ReferenceCall } from '../../graph/op';

export function takeRowReference({ inputs, outputs }: ReferenceCall<Attrs>): void {
  const [x, row] = inputs;
  const [y] = outputs;
  if (x === undefined || row === undefined || y === undefined) return;
  const from = row.flat(0);
  if (from < 0 || from >= x.dim(0)) return;
  for (let i = 0; i < y.size; i++) y.data[i] = x.flat(from * y.size + i);
}
