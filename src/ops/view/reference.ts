/** Float64 reference of views. */
import type { ReferenceCall } from '../../graph/op';
import type { ViewAttrs } from './attrs';

export function viewReference({ attrs, inputs, outputs }: ReferenceCall<ViewAttrs>): void {
  const [x] = inputs;
  const [y] = outputs;
  if (x === undefined || y === undefined) return;
  y.data.set(x.data.subarray(attrs.offset, attrs.offset + y.size));
}
