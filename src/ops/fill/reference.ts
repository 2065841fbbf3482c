/** Float64 references of fills and scaling. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { FillAttrs, LinearAttrs } from './attrs';
import { fillOp, linearOp } from './op';

function fillReference({ attrs, outputs }: ReferenceCall<FillAttrs>): void {
  outputs[0]?.data.fill(attrs.value);
}

function linearReference({ attrs, inputs, outputs }: ReferenceCall<LinearAttrs>): void {
  inputs[0]?.data.forEach((x, i) => {
    const y = outputs[0];
    if (y !== undefined) y.data[i] = x * attrs.factor + attrs.offset;
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(fillOp, fillReference),
  referenceOf(linearOp, linearReference),
];
