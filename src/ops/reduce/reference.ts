/** Float64 references of sum, mean and maximum. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { ReduceAttrs, ReduceName } from './attrs';
import { maxOp, meanOp, sumOp } from './op';

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

function reduceReference(name: ReduceName, call: ReferenceCall<ReduceAttrs>): void {
  const { attrs, inputs, outputs } = call;
  const [x] = inputs;
  const [y] = outputs;
  if (x === undefined || y === undefined) return;
  const outer = product(x.shape.slice(0, attrs.start));
  const reduced = product(x.shape.slice(attrs.start, attrs.end));
  const inner = product(x.shape.slice(attrs.end));
  const from = x.reshape([outer, reduced, inner]);
  const to = y.reshape([outer, inner]);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = name === 'max' ? Number.NEGATIVE_INFINITY : 0;
      for (let r = 0; r < reduced; r++) {
        const value = from.at(o, r, i);
        total = name === 'max' ? Math.max(total, value) : total + value;
      }
      to.set(name === 'mean' ? total / reduced : total, o, i);
    }
  }
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(sumOp, (call) => reduceReference('sum', call)),
  referenceOf(meanOp, (call) => reduceReference('mean', call)),
  referenceOf(maxOp, (call) => reduceReference('max', call)),
];
