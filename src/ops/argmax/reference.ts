/** Float64 references of argmax, top-k and the gradient of top-k. */
import type { Attrs } from '../../graph/op';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { TopKAttrs, TopKGradAttrs } from './attrs';
import { topKGradOp } from './grad';
import { argmaxOp } from './op';
import { topKOp } from './topK';

/** Indices of a row by descending value, the lowest index first on ties. */
function ranking(row: Float64Array): readonly number[] {
  return [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b);
}

function argmaxReference({ inputs, outputs }: ReferenceCall<Attrs>): void {
  const [x] = inputs;
  const [y] = outputs;
  if (x === undefined || y === undefined) return;
  const size = x.dim(-1);
  for (let row = 0; row < y.size; row++) {
    y.data[row] = ranking(x.data.subarray(row * size, (row + 1) * size))[0] ?? 0;
  }
}

function topKReference({ attrs, inputs, outputs }: ReferenceCall<TopKAttrs>): void {
  const [x] = inputs;
  const [values, indices] = outputs;
  if (x === undefined || values === undefined || indices === undefined) return;
  const size = x.dim(-1);
  for (let row = 0; row * size < x.size; row++) {
    const ranked = ranking(x.data.subarray(row * size, (row + 1) * size));
    ranked.slice(0, attrs.k).forEach((index, j) => {
      values.data[row * attrs.k + j] = x.flat(row * size + index);
      indices.data[row * attrs.k + j] = index;
    });
  }
}

function topKGradReference({ inputs, outputs }: ReferenceCall<TopKGradAttrs>): void {
  const [dvalues, indices] = inputs;
  const [dx] = outputs;
  if (dvalues === undefined || indices === undefined || dx === undefined) return;
  const [k, size] = [dvalues.dim(-1), dx.dim(-1)];
  dvalues.data.forEach((value, at) => {
    dx.data[Math.floor(at / k) * size + indices.flat(at)] = value;
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(argmaxOp, argmaxReference),
  referenceOf(topKOp, topKReference),
  referenceOf(topKGradOp, topKGradReference),
];
