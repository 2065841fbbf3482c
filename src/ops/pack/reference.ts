/** Float64 reference of packing. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { PackAttrs } from './attrs';
import { packOp } from './op';

function packReference({ attrs, inputs, outputs }: ReferenceCall<PackAttrs>): void {
  inputs.forEach((x, i) => {
    outputs[0]?.data.set(x.data, attrs.offsets[i] ?? 0);
  });
}

export const references: readonly ReferenceEntry[] = [referenceOf(packOp, packReference)];
