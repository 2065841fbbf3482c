/** Float64 references of argmax, top-k and the gradient of top-k. */
import { defined } from '../../core/errors';
import type { Attrs } from '../../graph/op';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { TopKAttrs, TopKGradAttrs } from './attrs';
import { topKGradOp } from './grad';
import { argmaxOp } from './op';
import { topKOp } from './topK';

/** Indices of a row by descending value, the lowest index first on ties. */
function ranking(row: Float64Array): readonly number[] {
  const ranked = [...row.entries()].sort(([i, a], [j, b]) => b - a || i - j);
  return ranked.map(([i]) => i);
}

function argmaxReference({ inputs, outputs }: ReferenceCall<Attrs, 1, 1>): void {
  const [x] = inputs;
  const [y] = outputs;
  const size = x.dim(-1);
  for (let row = 0; row < y.size; row++) {
    const [largest] = ranking(x.data.subarray(row * size, (row + 1) * size));
    y.data[row] = defined(largest, 'row');
  }
}

function topKReference({ attrs, inputs, outputs }: ReferenceCall<TopKAttrs, 1, 2>): void {
  const [x] = inputs;
  const [values, indices] = outputs;
  const size = x.dim(-1);
  for (let row = 0; row * size < x.size; row++) {
    const ranked = ranking(x.data.subarray(row * size, (row + 1) * size));
    ranked.slice(0, attrs.k).forEach((index, j) => {
      values.data[row * attrs.k + j] = x.flat(row * size + index);
      indices.data[row * attrs.k + j] = index;
    });
  }
}

function topKGradReference({ inputs, outputs }: ReferenceCall<TopKGradAttrs, 2, 1>): void {
  const [dvalues, indices] = inputs;
  const [dx] = outputs;
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
