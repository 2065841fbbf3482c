/** Float64 references of fills and scaling. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { FillAttrs, LinearAttrs } from './attrs';
import { fillOp, linearOp } from './op';

function fillReference({ attrs, outputs }: ReferenceCall<FillAttrs, 0, 1>): void {
  outputs[0].data.fill(attrs.value);
}

/** In i32 it wraps around. */
function linearReference({
  attrs: { factor, offset },
  types,
  inputs,
  outputs: [y],
}: ReferenceCall<LinearAttrs, 1, 1>): void {
  const isWhole = types[0].dtype === 'i32';
  inputs[0].data.forEach((x, i) => {
    y.data[i] = isWhole ? (Math.imul(x, factor) + offset) | 0 : x * factor + offset;
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(fillOp, fillReference),
  referenceOf(linearOp, linearReference),
];
