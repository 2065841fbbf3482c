/** Float64 reference of gathering. */
import { forEachIndex } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { GatherAttrs } from './attrs';
import { gatherOp } from './op';

function gatherReference({
  attrs: { axis },
  inputs,
  outputs,
}: ReferenceCall<GatherAttrs, 2, 1>): void {
  const [x, indices] = inputs;
  const [y] = outputs;
  forEachIndex(y.shape, (index, flat) => {
    const id = indices.flat(flat);
    const source = index.map((own, i) => (i === axis ? id : own));
    y.data[flat] = id >= 0 && id < x.dim(axis) ? x.at(...source) : 0;
  });
}

export const references: readonly ReferenceEntry[] = [referenceOf(gatherOp, gatherReference)];
