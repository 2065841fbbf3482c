/** Float64 reference of packing. */
import type { ReferenceCall } from '../../graph/op';
import type { PackAttrs } from './attrs';

export function packReference({ attrs, inputs, outputs }: ReferenceCall<PackAttrs>): void {
  inputs.forEach((x, i) => {
    outputs[0]?.data.set(x.data, attrs.offsets[i] ?? 0);
  });
}
