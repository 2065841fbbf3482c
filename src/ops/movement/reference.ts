/** Float64 references of moving elements. */
import { forEachIndex } from '../../core/ndArray';
import type { ReferenceCall } from '../../graph/op';
import type { ConcatAttrs, RemapAttrs } from './op';

export function remapReference({ attrs, inputs, outputs }: ReferenceCall<RemapAttrs>): void {
  const [x] = inputs;
  const [y] = outputs;
  if (x === undefined || y === undefined) return;
  forEachIndex(y.shape, (index, flat) => {
    const source = x.shape.map(() => 0);
    index.forEach((i, axis) => {
      source[attrs.permutation[axis] ?? axis] = i + (attrs.starts[axis] ?? 0);
    });
    const inside = source.every((i, axis) => i >= 0 && i < x.dim(axis));
    y.data[flat] = inside ? x.at(...source) : attrs.value;
  });
}

export function concatReference({ attrs, inputs, outputs }: ReferenceCall<ConcatAttrs>): void {
  let first = 0;
  for (const x of inputs) {
    const begin = first;
    forEachIndex(x.shape, (index, flat) => {
      const to = index.map((i, axis) => (axis === attrs.axis ? i + begin : i));
      outputs[0]?.set(x.flat(flat), ...to);
    });
    first += x.dim(attrs.axis);
  }
}
