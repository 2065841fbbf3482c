/** Float64 references of the in-place updates. */
import type { Attrs } from '../../graph/op';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { WriteRowsAttrs } from './attrs';
import { incrementOp, putRowOp, writeRowsOp } from './op';

function writeRowsReference({ attrs, inputs, outputs }: ReferenceCall<WriteRowsAttrs, 3, 1>): void {
  const [, rows, position] = inputs;
  const [cache] = outputs;
  for (let b = 0; b < rows.dim(0); b++) {
    for (let t = 0; t < rows.dim(1); t++) {
      const to = position.flat(position.size === 1 ? 0 : b) + t;
      if (to < 0 || to >= cache.dim(1)) continue;
      for (let c = 0; c < cache.dim(2); c++) cache.set(rows.at(b, t, attrs.column + c), b, to, c);
    }
  }
}

function incrementReference({ inputs, outputs }: ReferenceCall<Attrs, 1, 1>): void {
  const [y] = outputs;
  inputs[0].data.forEach((x, i) => {
    y.data[i] = x + 1;
  });
}

function putRowReference({ inputs, outputs }: ReferenceCall<Attrs, 3, 1>): void {
  const [, row, at] = inputs;
  const [y] = outputs;
  const to = at.flat(0);
  if (to < 0 || to >= y.dim(0)) return;
  row.data.forEach((value, i) => {
    y.data[to * row.size + i] = value;
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(writeRowsOp, writeRowsReference),
  referenceOf(incrementOp, incrementReference),
  referenceOf(putRowOp, putRowReference),
];
