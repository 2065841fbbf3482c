/** Float64 references of sum, product, mean and maximum. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { ReduceAttrs, ReduceName } from './attrs';
import { maxOp, meanOp, prodOp, sumOp } from './op';

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

interface Fold {
  readonly nothing: number;
  readonly join: (a: number, b: number) => number;
}

const add: Fold = { nothing: 0, join: (a, b) => a + b };
const folds: Readonly<Record<ReduceName, Fold>> = {
  sum: add,
  mean: add,
  prod: { nothing: 1, join: (a, b) => a * b },
  max: { nothing: Number.NEGATIVE_INFINITY, join: Math.max },
};

function reduceReference(name: ReduceName, call: ReferenceCall<ReduceAttrs, 1, 1>): void {
  const { attrs, inputs, outputs } = call;
  const [x] = inputs;
  const [y] = outputs;
  const { nothing, join } = folds[name];
  const outer = product(x.shape.slice(0, attrs.start));
  const reduced = product(x.shape.slice(attrs.start, attrs.end));
  const inner = product(x.shape.slice(attrs.end));
  const from = x.reshape([outer, reduced, inner]);
  const to = y.reshape([outer, inner]);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = nothing;
      for (let r = 0; r < reduced; r++) total = join(total, from.at(o, r, i));
      to.set(name === 'mean' ? total / reduced : total, o, i);
    }
  }
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(sumOp, (call) => reduceReference('sum', call)),
  referenceOf(prodOp, (call) => reduceReference('prod', call)),
  referenceOf(meanOp, (call) => reduceReference('mean', call)),
  referenceOf(maxOp, (call) => reduceReference('max', call)),
];
