/** Float64 references of the ops that move elements. */
import { forEachIndex } from '../../core/ndArray';
import { evaluateShape } from '../../core/shape';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { BroadcastAttrs, OneHotAttrs, RemapAttrs } from './attrs';
import { broadcastOp, oneHotOp } from './expand';
import { remapOp } from './remap';

function remapReference(call: ReferenceCall<RemapAttrs>): void {
  const { attrs, inputs, outputs, sizes } = call;
  const [x] = inputs;
  const [y] = outputs;
  if (x === undefined || y === undefined) return;
  const starts = evaluateShape(attrs.starts, sizes);
  forEachIndex(y.shape, (index, flat) => {
    const source = x.shape.map(() => 0);
    index.forEach((i, axis) => {
      const at = i * (attrs.steps?.[axis] ?? 1) + (starts[axis] ?? 0);
      source[attrs.permutation[axis] ?? axis] = at / (attrs.spreads?.[axis] ?? 1);
    });
    const inside = source.every((i, axis) => Number.isInteger(i) && i >= 0 && i < x.dim(axis));
    y.data[flat] = inside ? x.at(...source) : attrs.value;
  });
}

function broadcastReference({ inputs, outputs }: ReferenceCall<BroadcastAttrs>): void {
  const [x] = inputs;
  const [y] = outputs;
  if (x === undefined || y === undefined) return;
  forEachIndex(y.shape, (index, flat) => {
    y.data[flat] = x.broadcastAt(index);
  });
}

function oneHotReference({ inputs, outputs }: ReferenceCall<OneHotAttrs>): void {
  const [y] = outputs;
  if (y === undefined) return;
  const classes = y.dim(-1);
  inputs[0]?.data.forEach((id, row) => {
    if (id >= 0 && id < classes) y.data[row * classes + id] = 1;
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(remapOp, remapReference),
  referenceOf(broadcastOp, broadcastReference),
  referenceOf(oneHotOp, oneHotReference),
];
