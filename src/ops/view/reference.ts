/** Float64 reference of views. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { ViewAttrs } from './attrs';
import { viewOp } from './op';

function viewReference({ attrs, inputs, outputs }: ReferenceCall<ViewAttrs, 1, 1>): void {
  const [x] = inputs;
  const [y] = outputs;
  y.data.set(x.data.subarray(attrs.offset, attrs.offset + y.size));
}

export const references: readonly ReferenceEntry[] = [referenceOf(viewOp, viewReference)];
