/** References of sampling: the same random bits, but a sort where the kernel bisects. */
import { randomBits } from '../../core/randomBits';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { GumbelAttrs, NucleusAttrs } from './attrs';
import { gumbelOp, nucleusOp } from './op';

function gumbelReference({ attrs, inputs, outputs }: ReferenceCall<GumbelAttrs, 2, 1>): void {
  const [x, key] = inputs;
  const [y] = outputs;
  for (let i = 0; i < x.size; i++) {
    const bits = randomBits(key.flat(0), attrs.stream, i);
    const uniform = ((bits >>> 9) + 0.5) / 2 ** 23;
    y.data[i] = x.flat(i) - Math.log(-Math.log(uniform));
  }
}

function nucleusReference({ attrs, inputs, outputs }: ReferenceCall<NucleusAttrs, 1, 1>): void {
  const [p] = inputs;
  const [least] = outputs;
  const size = p.dim(-1);
  for (let row = 0; row < least.size; row++) {
    const sorted = [...p.data.subarray(row * size, (row + 1) * size)].sort((a, b) => b - a);
    let sum = 0;
    const last = sorted.find((value) => {
      sum += value;
      return sum >= attrs.mass;
    });
    // Rounding may leave the sum of all below a mass of 1: then all are kept.
    least.data[row] = last ?? 0;
  }
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(gumbelOp, gumbelReference),
  referenceOf(nucleusOp, nucleusReference),
];
