/** Float64 references of the binary operations. */
import { forEachIndex } from '../../core/ndArray';
import type { Attrs, Op } from '../../graph/op';
import { type ReferenceEntry, referenceOf } from '../../graph/reference';
import { addOp, divOp, maximumOp, minimumOp, mulOp, subOp } from './op';
import { powOp } from './power';
import { modOp, wholeModOp } from './remainder';

/** C's pow. JavaScript's differs for 1^NaN, and for -1 and 1 to an infinite power. */
function power64(a: number, b: number): number {
  if (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b))) return 1;
  return a ** b;
}

/** JavaScript's % is exact and has the sign of the dividend. */
function remainder64(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** In i32, WGSL drops the fraction and gives a for a / 0. */
const divReference = referenceOf(divOp, ({ types, inputs: [a, b], outputs: [y] }) => {
  const isWhole = types[0].dtype === 'i32';
  forEachIndex(y.shape, (index, i) => {
    const [x, divisor] = [a.broadcastAt(index), b.broadcastAt(index)];
    y.data[i] = isWhole ? (divisor === 0 ? x : Math.trunc(x / divisor)) : x / divisor;
  });
});

/** @param whole what it is in i32, which wraps around (default: the same, without wrapping) */
function binary<A extends Attrs>(
  op: Op<A, 2, 1>,
  f: (a: number, b: number) => number,
  whole = f,
): ReferenceEntry {
  return referenceOf(op, ({ types, inputs: [a, b], outputs: [y] }) => {
    const apply = types[0].dtype === 'i32' ? whole : f;
    forEachIndex(y.shape, (index, i) => {
      y.data[i] = apply(a.broadcastAt(index), b.broadcastAt(index));
    });
  });
}

export const references: readonly ReferenceEntry[] = [
  binary(
    addOp,
    (a, b) => a + b,
    (a, b) => (a + b) | 0,
  ),
  binary(
    subOp,
    (a, b) => a - b,
    (a, b) => (a - b) | 0,
  ),
  binary(mulOp, (a, b) => a * b, Math.imul),
  divReference,
  binary(maximumOp, Math.max),
  binary(minimumOp, Math.min),
  binary(powOp, power64),
  binary(modOp, remainder64),
  binary(wholeModOp, (a, b) => (b === 0 ? 0 : remainder64(a, b))),
];
