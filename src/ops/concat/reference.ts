/** Float64 reference of concat. */
import { forEachIndex } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { ConcatAttrs } from './attrs';
import { concatOp } from './op';

function concatReference({
  attrs,
  inputs,
  outputs,
}: ReferenceCall<ConcatAttrs, [1, number], 1>): void {
  let first = 0;
  for (const x of inputs) {
    const begin = first;
    forEachIndex(x.shape, (index, flat) => {
      const to = index.map((i, axis) => (axis === attrs.axis ? i + begin : i));
      outputs[0].set(x.flat(flat), ...to);
    });
    first += x.dim(attrs.axis);
  }
}

export const references: readonly ReferenceEntry[] = [referenceOf(concatOp, concatReference)];
