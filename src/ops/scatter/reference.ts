/** Float64 references of scattering and of its gradient. */
import { forEachIndex } from '../../core/ndArray';
import { dimAt } from '../../core/shape';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { ScatterAttrs, ScatterGradAttrs } from './attrs';
import { scatterGradOp } from './grad';
import { scatterOp } from './op';

/** Applies the updates in memory order, which along the axis is the order of the indices. */
function scatterReference(call: ReferenceCall<ScatterAttrs, 3, [1, 2]>): void {
  const { attrs, inputs, outputs } = call;
  const [x, indices, updates] = inputs;
  const [y, winners] = outputs;
  y.data.set(x.data);
  winners?.data.fill(-1);
  forEachIndex(indices.shape, (index, flat) => {
    const id = indices.flat(flat);
    if (id < 0 || id >= x.dim(attrs.axis)) return;
    const place = index.map((own, i) => (i === attrs.axis ? id : own));
    if (attrs.add) y.add(updates.flat(flat), ...place);
    else y.set(updates.flat(flat), ...place);
    winners?.set(dimAt({ shape: index }, attrs.axis), ...place);
  });
}

function scatterGradReference(call: ReferenceCall<ScatterGradAttrs, 3, 1>): void {
  const { attrs, inputs, outputs } = call;
  const [dy, indices, winners] = inputs;
  const [dupdates] = outputs;
  forEachIndex(indices.shape, (index, flat) => {
    const id = indices.flat(flat);
    if (id < 0 || id >= dy.dim(attrs.axis)) return;
    const place = index.map((own, i) => (i === attrs.axis ? id : own));
    if (winners.at(...place) !== index[attrs.axis]) return;
    dupdates.set(dy.at(...place), ...index);
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(scatterOp, scatterReference),
  referenceOf(scatterGradOp, scatterGradReference),
];
