/** Float64 reference of packing. */
import { defined } from '../../core/errors';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { PackAttrs } from './attrs';
import { packOp } from './op';

function packReference({ attrs, inputs, outputs }: ReferenceCall<PackAttrs, [0, number], 1>): void {
  inputs.forEach((x, i) => {
    outputs[0].data.set(x.data, defined(attrs.offsets[i], 'offset'));
  });
}

export const references: readonly ReferenceEntry[] = [referenceOf(packOp, packReference)];
