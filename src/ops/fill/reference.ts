/** Float64 references of fills and scaling. */
import type { ReferenceCall } from '../../graph/op';
import type { FillAttrs, LinearAttrs } from './attrs';

export function fillReference({ attrs, outputs }: ReferenceCall<FillAttrs>): void {
  outputs[0]?.data.fill(attrs.value);
}

export function linearReference({ attrs, inputs, outputs }: ReferenceCall<LinearAttrs>): void {
  inputs[0]?.data.forEach((x, i) => {
    const y = outputs[0];
    if (y !== undefined) y.data[i] = x * attrs.factor + attrs.offset;
  });
}
