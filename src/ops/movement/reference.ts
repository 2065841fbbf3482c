/** Float64 references of the ops that move elements. */
import { forEachIndex } from '../../core/ndArray';
import { dimAt, evaluateShape } from '../../core/shape';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { BroadcastAttrs, OneHotAttrs, RemapAttrs } from './attrs';
import { broadcastOp, oneHotOp } from './expand';
import { remapOp } from './remap';

/** The entry of an axis. */
const entry = (list: readonly number[], axis: number) => dimAt({ shape: list }, axis);

function remapReference(call: ReferenceCall<RemapAttrs, 1, 1>): void {
  const { attrs, inputs, outputs, sizes } = call;
  const [x] = inputs;
  const [y] = outputs;
  const starts = evaluateShape(attrs.starts, sizes);
  const one = starts.map(() => 1);
  const { steps = one, spreads = one } = attrs;
  // What each index of an axis adds to the place in x; NaN where it leads to none.
  const offsets = y.shape.map((size, axis) => {
    const from = entry(attrs.permutation, axis);
    const stride = x.shape.slice(from + 1).reduce((product, n) => product * n, 1);
    return Float64Array.from({ length: size }, (_, i) => {
      const at = (i * entry(steps, axis) + entry(starts, axis)) / entry(spreads, axis);
      return Number.isInteger(at) && at >= 0 && at < x.dim(from) ? at * stride : Number.NaN;
    });
  });
  forEachIndex(y.shape, (index, flat) => {
    const place = offsets.reduce((sum, list, axis) => sum + (list[index[axis] ?? 0] ?? 0), 0);
    y.data[flat] = Number.isNaN(place) ? attrs.value : x.flat(place);
  });
}

function broadcastReference({ inputs, outputs }: ReferenceCall<BroadcastAttrs, 1, 1>): void {
  const [x] = inputs;
  const [y] = outputs;
  forEachIndex(y.shape, (index, flat) => {
    y.data[flat] = x.broadcastAt(index);
  });
}

function oneHotReference({ inputs, outputs }: ReferenceCall<OneHotAttrs, 1, 1>): void {
  const [y] = outputs;
  const classes = y.dim(-1);
  inputs[0].data.forEach((id, row) => {
    if (id >= 0 && id < classes) y.data[row * classes + id] = 1;
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(remapOp, remapReference),
  referenceOf(broadcastOp, broadcastReference),
  referenceOf(oneHotOp, oneHotReference),
];
