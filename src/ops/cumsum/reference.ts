/** Float64 references of running sums and products. */
import { forEachIndex } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { CumulativeAttrs } from './attrs';
import { cumprodOp, cumsumOp } from './op';

/** Each result by its definition. */
function cumulative(
  { attrs: { axis, reverse, exclusive }, inputs, outputs }: ReferenceCall<CumulativeAttrs, 1, 1>,
  nothing: number,
  join: (a: number, b: number) => number,
): void {
  const [x] = inputs;
  const [y] = outputs;
  const size = x.dim(axis);
  const starts = x.shape.map((n, i) => (i === axis ? Math.min(1, n) : n));
  forEachIndex(starts, (start) => {
    const line = Array.from({ length: size }, (_, i) => start.map((s, a) => (a === axis ? i : s)));
    let total = nothing;
    for (const element of reverse ? line.toReversed() : line) {
      if (exclusive) y.set(total, ...element);
      total = join(total, x.at(...element));
      if (!exclusive) y.set(total, ...element);
    }
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(cumsumOp, (call) => cumulative(call, 0, (a, b) => a + b)),
  referenceOf(cumprodOp, (call) => cumulative(call, 1, (a, b) => a * b)),
];
