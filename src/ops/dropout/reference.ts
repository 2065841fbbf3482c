/** Float64 reference of dropout, with the same random bits. */
import { randomBits } from '../../core/randomBits';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { DropoutAttrs } from './attrs';
import { dropoutOp } from './op';

function dropoutReference({ attrs, inputs, outputs }: ReferenceCall<DropoutAttrs, 2, 1>): void {
  const [x, key] = inputs;
  const [y] = outputs;
  x.data.forEach((value, i) => {
    const kept = randomBits(key.flat(0), attrs.stream, i) / 2 ** 32 >= attrs.rate;
    y.data[i] = kept ? value / (1 - attrs.rate) : 0;
  });
}

export const references: readonly ReferenceEntry[] = [referenceOf(dropoutOp, dropoutReference)];
