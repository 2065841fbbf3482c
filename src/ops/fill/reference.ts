/** Float64 references of fills and scaling. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { FillAttrs, LinearAttrs } from './attrs';
import { fillOp, linearOp } from './op';

function fillReference({ attrs, outputs }: ReferenceCall<FillAttrs, 0, 1>): void {
  outputs[0].data.fill(attrs.value);
}

function linearReference({ attrs, inputs, outputs }: ReferenceCall<LinearAttrs, 1, 1>): void {
  const [y] = outputs;
  inputs[0].data.forEach((x, i) => {
    y.data[i] = x * attrs.factor + attrs.offset;
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(fillOp, fillReference),
  referenceOf(linearOp, linearReference),
];
